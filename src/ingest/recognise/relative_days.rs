//! Days counted from a first one: "Day 12: Dosing 2" where the file says "Day 0 = 7 October 2024".
//!
//! Comes in: a header line and what stands above all notes. Goes out: the day. It refuses to count
//! from a day that the file does not name.

use std::collections::BTreeSet;

use crate::text::Span;

use super::dates::{FoundDate, Parts};
use super::head::bare;
use super::words::words;

/// Most words between "Day 0" and its date.
const BETWEEN_MAX: usize = 3;

/// The number of the day with which a line begins; "Day -10" is before the first.
pub(super) fn day_number(line: &str, day_words: &BTreeSet<String>) -> Option<i64> {
    let line = bare(line);
    let all = words(line);
    let (first, second) = (all.first()?, all.get(1)?);
    let number: i64 = second.text.parse().ok().filter(|n| *n < 10_000)?;
    let gap = Span::new(first.span.end, second.span.start).slice(line);
    let is_day = second.is_number && day_words.contains(&first.text) && gap.trim().len() <= 3;
    let sign = if gap.contains(['-', '\u{2212}', '\u{2013}']) {
        -1
    } else {
        1
    };
    is_day.then_some(sign * number)
}

/// The day that a text says to be the one with a number: the number, and its date.
pub(super) fn first_day(
    text: &str,
    day_words: &BTreeSet<String>,
    dates: impl Fn(&str) -> Vec<FoundDate>,
) -> Option<(i64, FoundDate)> {
    text.lines().find_map(|line| {
        let number = day_number(line, day_words)?;
        let line = bare(line);
        let date = dates(line).into_iter().find(FoundDate::is_full)?;
        let before = words(Span::new(0, date.span.start).slice(line)).len();
        (before <= 2 + BETWEEN_MAX).then_some((number, date))
    })
}

/// The date so many days after another, in each of its readings.
pub(super) fn days_after(date: &FoundDate, days: i64) -> FoundDate {
    let mut later = date.clone();
    for (_, parts) in &mut later.readings {
        let span = jiff::Span::new().try_days(days).ok();
        let day = parts
            .date()
            .zip(span)
            .and_then(|(d, s)| d.checked_add(s).ok());
        if let Some(day) = day {
            *parts = Parts::full(day.year(), day.month(), day.day());
        }
    }
    later
}
