//! Dates of numbers: 2022-03-08, 3/8/22, 08.03.2022, 20220308, 012522, 3/8, 3/2022.

use super::scan::{Place, Scan};
use super::{Order, Parts};

type Reading = (Vec<(Order, Parts)>, usize);

/// Years that a number of four digits may mean.
const LONG_YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;
/// Years that a number without separators may mean; ids and doses are numbers too.
const COMPACT_YEARS: std::ops::RangeInclusive<i32> = 1990..=2030;
/// Of readings whose years lie further apart only the latest is believed: 030421 is of 2021.
const OLDER_YEARS_MAX: i32 = 8;
/// Two-digit years from here on are of the last century.
const PIVOT: i32 = 70;

/// A year of four digits.
pub(super) fn long_year(scan: Scan<'_>, at: usize) -> Option<i16> {
    let (value, digits) = scan.number(at)?;
    (digits == 4 && LONG_YEARS.contains(&value)).then_some(value as i16)
}

/// The year that two digits mean.
pub(super) fn short_year(value: i32) -> i16 {
    (if value < PIVOT {
        2000 + value
    } else {
        1900 + value
    }) as i16
}

/// Three numbers with the same separator.
pub(super) fn triple(scan: Scan<'_>, at: usize) -> Option<Reading> {
    let ((a, a_digits), (b, b_digits), (c, c_digits)) =
        (scan.number(at)?, scan.number(at + 1)?, scan.number(at + 2)?);
    let separator = separator(scan, at + 1)?;
    if separator != self::separator(scan, at + 2)? || b_digits > 2 {
        return None;
    }
    if a_digits == 4 && c_digits <= 2 && LONG_YEARS.contains(&a) {
        return Some((vec![(Order::Plain, parts(a, b, c))], at + 3));
    }
    let is_long = c_digits == 4 && LONG_YEARS.contains(&c);
    if a_digits > 2 || !(is_long || c_digits == 2) || hangs_on(scan, at, separator) {
        return None;
    }
    let continues = scan.number(at + 3).is_some() && scan.gap(at + 3).trim() == separator;
    if !is_long && (continues || (scan.place == Place::Line && separator == " ")) {
        return None;
    }
    let year = if is_long { c } else { i32::from(short_year(c)) };
    let mut readings = vec![
        (Order::MonthFirst, parts(year, a, b)),
        (Order::DayFirst, parts(year, b, a)),
    ];
    // 22-03-08: a first number that can be no month may be a year.
    // 14.03.24 is not: with points the day stands first, unless there is no such day.
    let is_day = separator == "." && a <= 31 && b <= 12;
    if !is_long && a_digits == 2 && a > 12 && separator != "/" && !is_day {
        let year_first = parts(i32::from(short_year(a)), b, c);
        if year_first.is_possible() && i32::from(short_year(a)) > year + OLDER_YEARS_MAX {
            return Some((vec![(Order::YearFirst, year_first)], at + 3));
        }
        // With points the day stands first wherever it can: 14.03.24 is no day of 2014.
        let is_pointed = separator == "." && scan.place != Place::Name;
        if !(is_pointed && readings.iter().any(|(_, p)| p.is_possible())) {
            readings.push((Order::YearFirst, year_first));
        }
    }
    let none_possible = readings.iter().all(|(_, p)| !p.is_possible());
    if none_possible && !is_long && scan.place != Place::Cell {
        return None;
    }
    Some((readings, at + 3))
}

/// Whether the first number belongs to letters or to a longer chain of numbers before it.
fn hangs_on(scan: Scan<'_>, at: usize, separator: &str) -> bool {
    let Some(before) = at.checked_sub(1) else {
        return false;
    };
    if scan.gap(at).is_empty() {
        return true;
    }
    let is_chain = scan.number(before).is_some() && scan.gap(at).trim() == separator;
    let is_code = before > 0 && scan.gap(before).is_empty();
    is_chain && !is_code && scan.number(at + 2).is_some_and(|(_, digits)| digits != 4)
}

/// Numbers without separators, of eight or six digits.
pub(super) fn compact(scan: Scan<'_>, at: usize) -> Option<Reading> {
    let word = scan.word(at).filter(|w| w.is_number)?;
    let digits: Vec<i32> = word.text.bytes().map(|b| i32::from(b - b'0')).collect();
    let value = |from: usize, to: usize| {
        let range = digits.get(from..to).unwrap_or_default();
        range.iter().fold(0, |sum, digit| sum * 10 + digit)
    };
    if is_part_of_number(scan, at) {
        return None;
    }
    let readings = match digits.len() {
        8 => {
            let first = parts(value(0, 4), value(4, 6), value(6, 8));
            if COMPACT_YEARS.contains(&value(0, 4)) && first.is_possible() {
                return Some((vec![(Order::Plain, first)], at + 1));
            }
            vec![
                (
                    Order::MonthFirst,
                    parts(value(4, 8), value(0, 2), value(2, 4)),
                ),
                (
                    Order::DayFirst,
                    parts(value(4, 8), value(2, 4), value(0, 2)),
                ),
            ]
        }
        6 if scan.place != Place::Line => six(value(0, 2), value(2, 4), value(4, 6)),
        _ => return None,
    };
    let latest = latest_year(&readings);
    let is_likely = |p: &Parts| {
        p.is_possible()
            && p.year
                .is_some_and(|y| i32::from(y) + OLDER_YEARS_MAX >= latest)
            && p.year
                .is_some_and(|y| COMPACT_YEARS.contains(&i32::from(y)))
    };
    if readings.iter().any(|(_, p)| is_likely(p)) {
        let kept = readings.into_iter().map(|(order, p)| {
            // An unlikely year is made impossible, so that it proves nothing by itself.
            (order, if is_likely(&p) { p } else { parts(2000, 13, 1) })
        });
        return Some((kept.collect(), at + 1));
    }
    let month = Parts {
        year: Some(value(0, 4) as i16),
        month: Some(value(4, 6) as i8),
        day: None,
    };
    let is_month = digits.len() == 6 && COMPACT_YEARS.contains(&value(0, 4));
    (is_month && month.is_possible()).then(|| (vec![(Order::Plain, month)], at + 1))
}

/// The latest year among possible readings of a near past.
fn latest_year(readings: &[(Order, Parts)]) -> i32 {
    let possible = readings.iter().filter(|(_, p)| p.is_possible());
    let years = possible.filter_map(|(_, p)| p.year.map(i32::from));
    years
        .filter(|y| COMPACT_YEARS.contains(y))
        .max()
        .unwrap_or(0)
}

fn six(a: i32, b: i32, c: i32) -> Vec<(Order, Parts)> {
    vec![
        (Order::MonthFirst, parts(i32::from(short_year(c)), a, b)),
        (Order::DayFirst, parts(i32::from(short_year(c)), b, a)),
        (Order::YearFirst, parts(i32::from(short_year(a)), b, c)),
    ]
}

/// Whether a number goes on before or behind: 206-5550142, 12.020322.
fn is_part_of_number(scan: Scan<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|b| scan.number(b));
    let is_tail =
        before.is_some_and(|(_, digits)| digits >= 3) && matches!(scan.gap(at), "-" | ".");
    let is_head = scan.number(at + 1).is_some_and(|(_, digits)| digits >= 3)
        && matches!(scan.gap(at + 1), "-" | "." | ",");
    is_tail || is_head
}

/// 3/2022, 2022-03.
pub(super) fn month_and_year(scan: Scan<'_>, at: usize) -> Option<Reading> {
    let ((a, a_digits), (b, b_digits)) = (scan.number(at)?, scan.number(at + 1)?);
    separator(scan, at + 1)?;
    let (year, month) = if let Some(year) = long_year(scan, at).filter(|_| b_digits == 2) {
        (year, b)
    } else {
        let year =
            long_year(scan, at + 1).filter(|_| a_digits <= 2 && !scan.gap(at + 1).contains(' '))?;
        (year, a)
    };
    let behind = scan.gap(at + 2).trim();
    let is_chain = scan.number(at + 2).is_some() && separator_of(behind);
    let is_code = at > 0 && scan.gap(at).is_empty();
    let parts = Parts {
        year: Some(year),
        month: i8::try_from(month).ok(),
        day: None,
    };
    (!is_chain && !is_code && (1..=12).contains(&month))
        .then(|| (vec![(Order::Plain, parts)], at + 2))
}

/// 3/8 on a line; 3-8 in a name or a cell, or behind a weekday.
pub(super) fn pair(scan: Scan<'_>, at: usize, after_weekday: bool) -> Option<Reading> {
    let ((a, a_digits), (b, b_digits)) = (scan.number(at)?, scan.number(at + 1)?);
    let separator = separator(scan, at + 1)?;
    let is_slash = separator == "/" && scan.gap(at + 1) == "/";
    let is_short = a_digits <= 2 && b_digits <= 2;
    let may_be = match scan.place {
        Place::Line => is_slash || (after_weekday && matches!(separator, "-" | ".")),
        Place::Name | Place::Cell => separator != " " && separator != "_",
    };
    if !is_short || !may_be || hangs_on(scan, at, separator) {
        return None;
    }
    let continues = scan.number(at + 2).is_some() && scan.gap(at + 2).trim() == separator;
    let has_unit =
        scan.gap(at + 2) == " " && scan.word(at + 2).is_some_and(|w| scan.calendar.is_unit(w));
    let before = at.checked_sub(1).and_then(|b| scan.number(b));
    let is_tail = before.is_some() && matches!(scan.gap(at), "/" | "-" | "." | ":");
    if continues || has_unit || is_tail {
        return None;
    }
    let day = |month: i32, day: i32| Parts {
        year: None,
        month: i8::try_from(month).ok(),
        day: i8::try_from(day).ok(),
    };
    let readings = vec![(Order::MonthFirst, day(a, b)), (Order::DayFirst, day(b, a))];
    let possible = readings.iter().any(|(_, p)| p.is_possible());
    possible.then_some((readings, at + 2))
}

/// A year alone, in a name or a cell.
pub(super) fn year(scan: Scan<'_>, at: usize) -> Option<Reading> {
    let year = long_year(scan, at).filter(|_| scan.place != Place::Line)?;
    let is_likely = COMPACT_YEARS.contains(&i32::from(year));
    let is_free = !scan.gap(at).is_empty() || at == 0;
    let parts = Parts {
        year: Some(year),
        month: None,
        day: None,
    };
    (is_likely && is_free).then(|| (vec![(Order::Plain, parts)], at + 1))
}

/// What separates a number from the one before it, if it can separate the parts of a date.
fn separator(scan: Scan<'_>, at: usize) -> Option<&str> {
    let gap = scan.gap(at);
    if gap == " " && scan.place != Place::Line {
        return Some(gap);
    }
    let trimmed = gap.trim_matches(' ');
    // "14. 3. 2024" has its blanks behind the points.
    let is_spaced = gap.len() <= trimmed.len() + 2 && trimmed == "/"
        || (gap == ". "
            && scan
                .number(at)
                .is_some_and(|(n, digits)| digits == 4 || n <= 12));
    let is_tight = gap == trimmed;
    let known = matches!(
        trimmed,
        "-" | "/" | "." | "_" | "\u{2013}" | "\u{2011}" | "--"
    );
    (known && (is_tight || is_spaced)).then_some(trimmed)
}

fn separator_of(gap: &str) -> bool {
    matches!(gap, "-" | "/" | "." | "_" | "\u{2013}" | "\u{2011}" | "--")
}

fn parts(year: i32, month: i32, day: i32) -> Parts {
    let part = |value: i32| i8::try_from(value).ok().or(Some(-1));
    Parts {
        year: i16::try_from(year).ok(),
        month: part(month),
        day: part(day),
    }
}
