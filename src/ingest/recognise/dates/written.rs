//! Dates with a month by name: "8 Mar 2022", "March 8th, 2022", "8-Mar-22", "June 2021", "20 Aug".

use super::scan::{Calendar, Place, Scan};
use super::{Order, Parts, numeric};

/// Reads a date with a month by name at a word: its readings and the word after it.
pub(super) fn read(
    calendar: &Calendar,
    scan: Scan<'_>,
    at: usize,
) -> Option<(Vec<(Order, Parts)>, usize)> {
    let (parts, next) = east_asian(scan, at)
        .or_else(|| year_first(calendar, scan, at))
        .or_else(|| day_first(calendar, scan, at))
        .or_else(|| month_first(calendar, scan, at))?;
    Some((vec![(Order::Plain, parts)], next))
}

/// "2022年3月8日".
fn east_asian(scan: Scan<'_>, at: usize) -> Option<(Parts, usize)> {
    let is = |at: usize, sign: &str| scan.word(at).is_some_and(|w| w.text == sign);
    let year = numeric::long_year(scan, at).filter(|_| is(at + 1, "年"))?;
    let (month, _) = scan.number(at + 2).filter(|_| is(at + 3, "月"))?;
    let (day, _) = scan.number(at + 4).filter(|_| is(at + 5, "日"))?;
    let parts = Parts::full(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Some((parts, at + 6))
}

/// A month as a Roman number before a year: "14 III 2024".
fn roman_month(scan: Scan<'_>, at: usize) -> Option<i8> {
    let word = scan.word(at).filter(|w| w.is_upper && joins(scan, at))?;
    numeric::long_year(scan, at + 1).filter(|_| joins(scan, at + 1))?;
    let month = ROMAN.iter().position(|r| *r == word.text)?;
    i8::try_from(month + 1).ok()
}

const ROMAN: [&str; 12] = [
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
];

/// "2022 Mar 8", "2022-Mar-08".
fn year_first(calendar: &Calendar, scan: Scan<'_>, at: usize) -> Option<(Parts, usize)> {
    let year = numeric::long_year(scan, at)?;
    let month = month_at(calendar, scan, at + 1)?;
    let (day, next) = day_at(scan, at + 2)?;
    Some((Parts::full(year, month, day), next))
}

/// "8 Mar 2022", "8th of March", "08Mar22".
fn day_first(calendar: &Calendar, scan: Scan<'_>, at: usize) -> Option<(Parts, usize)> {
    let (day, mut next) = day_from(scan, at)?;
    if scan.word(next).is_some_and(|w| calendar.is_filler(w)) {
        next += 1;
    }
    // "VIP-08, June 1st": a comma parts another number from the month.
    if scan.gap(next).contains(',') {
        return None;
    }
    let month = month_at(calendar, scan, next).or_else(|| roman_month(scan, next))?;
    // "3 de marzo de 2023".
    let of = scan.word(next + 1).filter(|w| calendar.is_filler(w));
    let of = of.filter(|_| numeric::long_year(scan, next + 2).is_some());
    next += usize::from(of.is_some());
    let year = year_at(scan, next + 1);
    let parts = Parts {
        year: year.map(|(year, _)| year),
        month: Some(month),
        day: Some(day),
    };
    Some((parts, year.map_or(next + 1, |(_, after)| after)))
}

/// "Mar 8, 2022", "March 8th", "Mar '22", "June 2021".
fn month_first(calendar: &Calendar, scan: Scan<'_>, at: usize) -> Option<(Parts, usize)> {
    let word = scan.word(at)?;
    let month = calendar.month(word)?;
    if calendar.is_doubtful(word) && !word.is_capitalised && scan.place == Place::Line {
        return None;
    }
    if joins(scan, at + 1)
        && let Some(year) = numeric::long_year(scan, at + 1)
    {
        return Some((month_of(year, month), at + 2));
    }
    let is_elided = matches!(scan.gap(at + 1).trim(), "'" | "\u{2019}");
    if is_elided && let Some((year, next)) = year_at(scan, at + 1) {
        return Some((month_of(year, month), next));
    }
    let (day, next) = day_at(scan, at + 1)?;
    let year = year_at(scan, next);
    let parts = Parts {
        year: year.map(|(year, _)| year),
        month: Some(month),
        day: Some(day),
    };
    Some((parts, year.map_or(next, |(_, after)| after)))
}

fn month_of(year: i16, month: i8) -> Parts {
    Parts {
        year: Some(year),
        month: Some(month),
        day: None,
    }
}

fn month_at(calendar: &Calendar, scan: Scan<'_>, at: usize) -> Option<i8> {
    let word = scan.word(at).filter(|_| joins(scan, at))?;
    calendar.month(word)
}

/// A day that follows a month, with its ending.
fn day_at(scan: Scan<'_>, at: usize) -> Option<(i8, usize)> {
    if !joins(scan, at) {
        return None;
    }
    day_from(scan, at)
}

fn day_from(scan: Scan<'_>, at: usize) -> Option<(i8, usize)> {
    let (value, digits) = scan.number(at)?;
    if digits > 2 || !(1..=31).contains(&value) {
        return None;
    }
    let after = scan.word(at + 1);
    let is_ordinal =
        scan.gap(at + 1).is_empty() && after.is_some_and(|w| scan.calendar.is_day_ending(w));
    // 10:15 and 3.5 are no days.
    if !is_ordinal && scan.number(at + 1).is_some() && matches!(scan.gap(at + 1), ":" | ".") {
        return None;
    }
    Some((value as i8, at + 1 + usize::from(is_ordinal)))
}

/// A year behind day and month: four digits, or two that begin no time, dose or duration.
fn year_at(scan: Scan<'_>, at: usize) -> Option<(i16, usize)> {
    if !joins(scan, at) {
        return None;
    }
    if let Some(year) = numeric::long_year(scan, at) {
        return Some((year, at + 1));
    }
    let (value, digits) = scan.number(at)?;
    let is_of_more = scan.number(at + 1).is_some() && scan.gap(at + 1).len() == 1;
    let unit = scan
        .word(at + 1)
        .filter(|_| matches!(scan.gap(at + 1), "" | " " | "-"));
    let has_unit = unit.is_some_and(|w| scan.calendar.is_unit(w));
    let is_blank_gap = scan.gap(at).chars().all(|c| c == ',' || c == ' ');
    if digits != 2 || is_of_more || has_unit || (is_blank_gap && value < 10) {
        return None;
    }
    Some((numeric::short_year(value), at + 1))
}

/// Whether what stands before a word can stand inside of a date.
fn joins(scan: Scan<'_>, at: usize) -> bool {
    let gap = scan.gap(at);
    gap.chars().count() <= 3
        && gap.chars().all(|c| {
            matches!(
                c,
                ' ' | ',' | '.' | '-' | '/' | '_' | '\'' | '\u{2019}' | '\u{2013}'
            )
        })
}
