//! Dates: every part of one but the year alone.

use crate::model::identifier::{IdentifierKind, WordList as L};
use crate::text::Span;

use super::Found;
use super::prose::Prose;

/// Finds dates that hold a month's name, a holiday, or two numbers.
pub(super) fn find(prose: &Prose<'_>, out: &mut Vec<Found>) {
    let dates = Dates { prose };
    for i in 0..prose.len() {
        let found = if prose.is(i, L::MONTHS.bit()) {
            dates.month(i)
        } else if prose.word(i).starts_with(|c: char| c.is_ascii_digit()) {
            dates
                .month_inside(i)
                .or_else(|| dates.slashed(i))
                .or_else(|| dates.ordinal(i))
        } else {
            None
        };
        let found = found.or_else(|| dates.holiday(i));
        out.extend(found.map(|(span, why)| Found::new(span, IdentifierKind::Date, why.to_owned())));
    }
}

struct Dates<'p, 'a> {
    prose: &'p Prose<'a>,
}

type Dated = Option<(Span, &'static str)>;

impl Dates<'_, '_> {
    /// A month's name with what belongs to it: `March 3, 2021`, `3rd of March`, `in March`.
    fn month(&self, i: usize) -> Dated {
        let p = self.prose;
        let (first, day_before) = self.day_before(i);
        let (mut last, day_after) = if day_before {
            (i, false)
        } else {
            self.day_behind(i)
        };
        let year = self.year_behind(last);
        last = year.unwrap_or(last);
        let doubtful = p.is(i, L::DOUBTFUL_MONTHS.bit());
        let full = day_before || day_after || year.is_some();
        if !full && !self.stands_alone(i) {
            return None;
        }
        let sure =
            p.is_capital(i) || !doubtful || year.is_some() || day_before || self.is_ordinal(last);
        if !sure && full && p.before(i, L::BEFORE_MONTH).is_none() {
            return None;
        }
        if day_after
            && p.is(last + 1, L::UNITS.bit())
            && p.is_blank(last)
            && doubtful
            && !p.is_capital(i)
        {
            return None;
        }
        let first = self.weekday_before(first);
        let mut span = p.span_of(first, last);
        if matches!(p.char_before(last), Some('\'' | '’')) && year.is_some() {
            span = span.union(p.span(last));
        }
        Some((
            span,
            "a month with its day or year, or behind a word of time",
        ))
    }

    /// Whether a month's name alone is a date.
    fn stands_alone(&self, i: usize) -> bool {
        let p = self.prose;
        let behind = i > 0
            && p.is(i - 1, L::BEFORE_MONTH.bit())
            && (p.is_blank(i - 1) || p.gap(i - 1) == "-");
        let short = p.word(i).chars().count() <= 3 && p.folded(i) != "may";
        let named = p.is(i + 1, L::LAST_NAMES.bit() | L::DOUBTFUL_LAST_NAMES.bit())
            && p.is_capital(i + 1)
            && p.is_blank(i);
        if p.is(i, L::DOUBTFUL_MONTHS.bit()) {
            let modal = p.folded(i) == "may" && !p.is_capital(i);
            let time = ["in", "since", "until", "last", "early", "late", "mid"];
            let sure = i > 0 && time.contains(&p.folded(i - 1).as_str());
            return behind
                && !named
                && if p.is_capital(i) {
                    true
                } else {
                    sure && (!modal || p.folded(i - 1) == "in")
                };
        }
        if !p.is_capital(i) {
            return behind || !short;
        }
        !short || behind
    }

    /// The day, with its `the` and `of`, before a month.
    fn day_before(&self, i: usize) -> (usize, bool) {
        let p = self.prose;
        if i == 0 {
            return (i, false);
        }
        let mut at = i - 1;
        if p.folded(at) == "of" && at > 0 && p.is_blank(at) {
            at -= 1;
        }
        let near = (at..i).all(|n| matches!(p.gap(n), " " | "-" | "/" | ". " | "." | ", " | "  "));
        let decimal = at > 0 && p.gap(at - 1) == ".";
        (at, near && !decimal && is_day(p.word(at))).into_day(i)
    }

    /// The day, or days, behind a month.
    fn day_behind(&self, i: usize) -> (usize, bool) {
        let p = self.prose;
        let mut next = i + 1;
        if p.folded(next) == "the" && p.is_blank(i) {
            next += 1;
        }
        let near = matches!(p.gap(next - 1), " " | "-" | "/" | ". " | "." | "  ");
        if !near || !is_day(p.word(next)) {
            return (i, false);
        }
        let mut last = next;
        let range = matches!(p.gap(next), "-" | "–" | " - " | " – " | "/" | " & ")
            && is_day(p.word(next + 1));
        let counted = p.is(next + 2, L::UNITS.bit()) && p.is_blank(next + 1);
        if range && !counted {
            last = next + 1;
        }
        (last, true)
    }

    fn year_behind(&self, last: usize) -> Option<usize> {
        let p = self.prose;
        let mut next = last + 1;
        if p.folded(next) == "of" && p.is_blank(last) {
            next += 1;
        }
        let word = p.word(next);
        let gap = p.gap(next - 1);
        let four = word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && word.bytes().all(|b| b.is_ascii_digit());
        let two = word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit());
        let apostrophe = matches!(gap, " '" | " ’" | "'" | "’" | ", '");
        let near = matches!(gap, " " | ", " | "-" | "/" | "." | ". " | " (" | "," | "  ");
        ((four && near) || (two && (apostrophe || matches!(gap, "-" | "/")))).then_some(next)
    }

    fn is_ordinal(&self, i: usize) -> bool {
        let word = self.prose.word(i);
        word.starts_with(|c: char| c.is_ascii_digit())
            && word.ends_with(|c: char| c.is_alphabetic())
    }

    /// The weekday that belongs to a date: `Tuesday, March 3`.
    fn weekday_before(&self, first: usize) -> usize {
        let p = self.prose;
        let near = first > 0 && matches!(p.gap(first - 1), " " | ", " | ". " | "., ");
        let day = near && p.is(first - 1, L::WEEKDAYS.bit()) && p.is_capital(first - 1);
        if day { first - 1 } else { first }
    }

    /// `3Mar21`, `03mar2021`: day, month and year in one word.
    fn month_inside(&self, i: usize) -> Dated {
        let p = self.prose;
        let word = p.word(i);
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let letters = word
            .bytes()
            .skip(digits)
            .take_while(u8::is_ascii_alphabetic)
            .count();
        let month = Span::new(digits, digits + letters)
            .slice(word)
            .to_lowercase();
        let year = Span::new((digits + letters).min(word.len()), word.len()).slice(word);
        let named = !month.is_empty() && p.is_listed(&month, L::MONTHS.bit());
        let dated = named && digits > 0 && is_day(Span::new(0, digits).slice(word));
        let year_fits = year.is_empty() && matches!(p.gap(i), "-") && p.word(i + 1).len() >= 2
            || (matches!(year.len(), 2 | 4) && year.bytes().all(|b| b.is_ascii_digit()));
        let last = if year.is_empty() { i + 1 } else { i };
        (dated && year_fits).then(|| (p.span_of(i, last), "day, month and year in one word"))
    }

    /// `2/22` where the words around it say that it is a date and no score.
    fn slashed(&self, i: usize) -> Dated {
        let p = self.prose;
        let (Some(a), Some(b)) = (small_number(p.word(i)), small_number(p.word(i + 1))) else {
            return None;
        };
        let free = !matches!(p.char_before(i), Some('/' | '.' | '-' | '+' | '$'));
        if p.gap(i) != "/"
            || !free
            || p.gap(i + 1).starts_with(['/', '%'])
            || !(is_month_and_day(a, b) || is_month_and_day(b, a))
        {
            return None;
        }
        let glued = p.gap(i + 1).starts_with(|c: char| c.is_alphanumeric());
        let range = p.gap(i + 1) == "-" && p.gap(i + 2) == "/";
        let chained = self.follows_date(i);
        if glued || (p.gap(i + 1) == "-" && !range) {
            return None;
        }
        let dated = (self.says_date(i) && !self.counts(i, a, b)) || range || chained;
        let likely = b > 12 && !self.says_score(i);
        if !likely && (!dated || self.is_score(i, a, b)) {
            return None;
        }
        let first = self.weekday_before(i);
        Some((p.span_of(first, i + 1), "month and day in numbers"))
    }

    /// `Dose 2/2`: the second of two. What is next or last is dated ("next dose 3/8"), and so are
    /// higher numbers.
    fn counts(&self, i: usize, a: u32, b: u32) -> bool {
        const OF_MAX: u32 = 3;
        let p = self.prose;
        let noun = i > 0 && p.is(i - 1, L::ORDINAL_NOUNS.bit()) && p.is_blank(i - 1);
        let dated = i > 1 && p.is(i - 2, L::BEFORE_DATE.bit()) && p.is_tight(i - 2);
        noun && !dated && a <= b && b <= OF_MAX
    }

    /// Whether a list of pairs of numbers (`on 3/8, 3/10 and 3/12`) begins with a date. The list is
    /// followed a few pairs back only, so that a text of nothing else costs no more than another.
    fn follows_date(&self, i: usize) -> bool {
        const PAIRS_MAX: usize = 4;
        let p = self.prose;
        let mut at = i;
        for _ in 0..PAIRS_MAX {
            let listed = at >= 2
                && matches!(p.gap(at - 1), "-" | " - " | ", " | " & " | " ")
                && p.gap(at - 2) == "/"
                && small_number(p.word(at - 2)).is_some();
            if !listed {
                return false;
            }
            at -= 2;
            if self.says_date(at) {
                return true;
            }
        }
        false
    }

    fn says_date(&self, i: usize) -> bool {
        let p = self.prose;
        let before = i > 0
            && p.is(i - 1, L::BEFORE_DATE.bit())
            && matches!(
                p.gap(i - 1),
                " " | ": " | " (" | ", " | ". " | "(" | " - " | "  "
            );
        let behind = p.is(i + 2, L::AFTER_DATE.bit())
            && matches!(p.gap(i + 1), " " | ": " | ") " | ", ")
            && !p.is(i + 2, L::SCORE_AFTER.bit());
        let heads = p.begins_line(i)
            && (p.gap(i + 1).starts_with([':', ',', '-', '\n', '|'])
                || p.gap(i + 1).starts_with(" -")
                || behind);
        let bracketed = p.char_before(i) == Some('(') && p.gap(i + 1).starts_with(')');
        let drug =
            i > 0 && p.is(i - 1, L::DRUGS.bit()) && p.is_blank(i - 1) && p.word(i + 1) != "2";
        before || behind || heads || ((bracketed || drug) && !self.says_score(i))
    }

    fn says_score(&self, i: usize) -> bool {
        let p = self.prose;
        let behind = p.is(i + 2, L::SCORE_AFTER.bit()) && matches!(p.gap(i + 1), " " | ") ");
        let before = (i.saturating_sub(4)..i).any(|n| {
            let near = (n..i).all(|m| p.gap(m).len() <= 4 && !p.gap(m).contains(['.', '\n', ';']));
            near && p.is(n, L::SCORE_BEFORE.bit())
        });
        behind || before
    }

    /// Whether two numbers are a score or a fraction, even behind a word of time.
    fn is_score(&self, i: usize, a: u32, b: u32) -> bool {
        let p = self.prose;
        let before = if i > 0 {
            p.folded(i - 1)
        } else {
            String::new()
        };
        let weak = [
            "from", "by", "of", "and", "between", "is", "before", "after", "start", "end",
        ];
        let weak = weak.contains(&before.as_str());
        let behind = p.is(i + 2, L::SCORE_AFTER.bit()) && p.is_blank(i + 1);
        let round = matches!(b, 4 | 5 | 6 | 7 | 10);
        let halved = p.is_blank(i + 1)
            && ["dose", "tab", "tablet", "of"].contains(&p.folded(i + 2).as_str());
        let fraction = a < b && b <= 4 && (weak || halved);
        let series = |n: usize| p.gap(n) == "/" && small_number(p.word(n + 1)) == Some(b);
        let towards = ["to", "->", "then"].contains(&p.folded(i + 2).as_str()) && series(i + 3);
        let since = i >= 3 && ["to", "then"].contains(&before.as_str()) && series(i - 3);
        fraction
            || towards
            || since
            || (self.says_score(i) && (weak || behind))
            || (behind && round)
    }

    /// `on the 14th`.
    fn ordinal(&self, i: usize) -> Dated {
        let p = self.prose;
        if i < 2 || !self.is_ordinal(i) || !is_day(p.word(i)) || p.folded(i - 1) != "the" {
            return None;
        }
        let led = [
            "on", "by", "since", "until", "till", "before", "after", "for",
        ]
        .contains(&p.folded(i - 2).as_str());
        let counts = p.is(i + 1, L::ORDINAL_NOUNS.bit()) || (p.is_blank(i) && p.is_capital(i + 1));
        let ended = !p.is_blank(i)
            || p.is(i + 1, L::AFTER_DATE.bit() | L::BEFORE_PERSON.bit())
            || [
                "she", "he", "they", "and", "for", "of", "pt", "but", "at", "because", "we", "i",
            ]
            .contains(&p.folded(i + 1).as_str());
        (led && !counts && ended).then(|| (p.span(i), "a day of the month"))
    }

    /// `Christmas Eve`, `on Thanksgiving`.
    fn holiday(&self, i: usize) -> Dated {
        let p = self.prose;
        let after = p.after(i, L::HOLIDAYS)?;
        let capital = p.is_capital(i) || p.word(i).starts_with(|c: char| c.is_ascii_digit());
        let led = p.before(i, L::BEFORE_HOLIDAY).is_some();
        let year = self.year_behind(after - 1);
        let long = after - i > 1;
        if !capital || !(led || year.is_some() || long) {
            return None;
        }
        let span = p.span_of(i, year.unwrap_or(after - 1));
        let last = p.span_of(i, after - 1);
        Some((span.union(last), "a day with a name"))
    }
}

/// Turns a place and whether a day stands there into where the date begins.
trait IntoDay {
    fn into_day(self, month: usize) -> (usize, bool);
}

impl IntoDay for (usize, bool) {
    fn into_day(self, month: usize) -> (usize, bool) {
        if self.1 { self } else { (month, false) }
    }
}

fn small_number(word: &str) -> Option<u32> {
    ((1..=2).contains(&word.len())).then(|| word.parse().ok())?
}

fn is_month_and_day(month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Whether a word is a day of a month: 3, 03, 3rd.
fn is_day(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let ending = Span::new(digits, word.len()).slice(word);
    let number = Span::new(0, digits).slice(word).parse::<u32>();
    digits <= 2
        && number.is_ok_and(|n| (1..=31).contains(&n))
        && ["", "st", "nd", "rd", "th", "ST", "ND", "RD", "TH"].contains(&ending)
}
