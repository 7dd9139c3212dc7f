//! Walks over the words of a text and reads dates at each.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};

use crate::model::reading::ReadingRules;
use crate::text::Span;

use super::super::words::{Word, words};
use super::{FoundDate, Order, Parts, numeric, written};

/// Where a text stands; it decides which writings are taken for dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Place {
    /// A cell of a date column, or what a header says behind "Date:".
    Cell,
    /// A name of a file, folder or sheet.
    Name,
    /// A line of text.
    Line,
}

/// Names of months and weekdays.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Calendar {
    months: BTreeMap<String, i8>,
    weekdays: BTreeMap<String, Weekday>,
    /// Names that are other words too, and weekdays only right before a date.
    short_weekdays: BTreeMap<String, Weekday>,
    units: BTreeSet<String>,
    day_endings: BTreeSet<String>,
    fillers: BTreeSet<String>,
    doubtful_months: BTreeSet<String>,
}

/// What the readers of one date see.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan<'t> {
    /// The source.
    pub(super) text: &'t str,
    /// Names of months and weekdays.
    pub(super) calendar: &'t Calendar,
    /// Its words.
    pub(super) words: &'t [Word],
    /// Where it stands.
    pub(super) place: Place,
}

impl<'t> Scan<'t> {
    /// A word.
    pub(super) fn word(self, at: usize) -> Option<&'t Word> {
        self.words.get(at)
    }

    /// A number and how many digits it has.
    pub(super) fn number(self, at: usize) -> Option<(i32, usize)> {
        let word = self.words.get(at).filter(|w| w.is_number)?;
        Some((word.text.parse().ok()?, word.text.len()))
    }

    /// What stands before a word, back to the one before it.
    pub(super) fn gap(self, at: usize) -> &'t str {
        let start = match at.checked_sub(1) {
            Some(before) => self.words.get(before).map_or(0, |w| w.span.end),
            None => 0,
        };
        match self.words.get(at) {
            Some(word) => Span::new(start, word.span.start).slice(self.text),
            None => "",
        }
    }

    /// From the first word to the last of a range.
    pub(super) fn span(self, from: usize, to: usize) -> Span {
        match (self.words.get(from), self.words.get(to.saturating_sub(1))) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => Span::new(0, 0),
        }
    }
}

impl Calendar {
    /// Takes the names from the rules.
    pub(in super::super) fn new(rules: &ReadingRules) -> Self {
        let set = |list: &[String]| list.iter().map(|w| w.to_lowercase()).collect();
        let mut calendar = Self {
            units: set(&rules.units),
            day_endings: set(&rules.day_endings),
            fillers: set(&rules.date_fillers),
            doubtful_months: set(&rules.doubtful_months),
            ..Self::default()
        };
        for (i, names) in rules.months.iter().enumerate() {
            for name in names {
                calendar.months.insert(name.to_lowercase(), i as i8 + 1);
            }
        }
        calendar.weekdays = weekdays(&rules.weekdays);
        calendar.short_weekdays = weekdays(&rules.short_weekdays);
        calendar
    }

    /// The month of a name.
    pub(super) fn month(&self, word: &Word) -> Option<i8> {
        self.months.get(&word.text).copied()
    }

    /// Whether a word names a month.
    pub(in super::super) fn is_month(&self, word: &Word) -> bool {
        self.months.contains_key(&word.text)
    }

    /// Whether a word behind a number makes it a dose, a duration or an age.
    pub(in super::super) fn is_unit(&self, word: &Word) -> bool {
        self.units.contains(&word.text)
    }

    /// Whether a word ends a day's number.
    pub(in super::super) fn is_day_ending(&self, word: &Word) -> bool {
        self.day_endings.contains(&word.text)
    }

    /// Whether a word may stand between day and month.
    pub(super) fn is_filler(&self, word: &Word) -> bool {
        self.fillers.contains(&word.text)
    }

    /// Whether a month's name is another word too.
    pub(super) fn is_doubtful(&self, word: &Word) -> bool {
        self.doubtful_months.contains(&word.text)
    }

    /// Whether a word names a weekday.
    pub(in super::super) fn is_weekday_name(&self, word: &Word) -> bool {
        self.weekdays.contains_key(&word.text)
    }

    /// Whether a word names a month or a weekday.
    pub(in super::super) fn names(&self, word: &Word) -> bool {
        self.months.contains_key(&word.text) || self.weekdays.contains_key(&word.text)
    }

    /// All dates of a text, in its order.
    pub(in super::super) fn find(&self, text: &str, place: Place) -> Vec<FoundDate> {
        if place == Place::Cell
            && let Some(found) = serial(text)
        {
            return vec![found];
        }
        if !text.bytes().any(|b| b.is_ascii_digit()) {
            return Vec::new();
        }
        let words = words(text);
        let scan = Scan {
            text,
            calendar: self,
            words: &words,
            place,
        };
        let mut out = Vec::new();
        let mut at = 0;
        while at < words.len() {
            match self.read_at(scan, at) {
                Some((readings, next)) => {
                    let short = self.short_weekday_before(scan, at);
                    let weekday = self.weekday_near(scan, at, next).or(short);
                    let from = at - usize::from(short.is_some());
                    out.push(FoundDate::new(
                        scan.span(from, next),
                        text,
                        readings,
                        weekday,
                    ));
                    at = next.max(at + 1);
                }
                None => at += 1,
            }
        }
        out
    }

    fn read_at(&self, scan: Scan<'_>, at: usize) -> Option<(Vec<(Order, Parts)>, usize)> {
        written::read(self, scan, at)
            .or_else(|| numeric::triple(scan, at))
            .or_else(|| numeric::compact(scan, at))
            .or_else(|| numeric::month_and_year(scan, at))
            .or_else(|| numeric::pair(scan, at, self.is_weekday(scan, at.wrapping_sub(1))))
            .or_else(|| numeric::year(scan, at))
    }

    fn is_weekday(&self, scan: Scan<'_>, at: usize) -> bool {
        scan.word(at)
            .is_some_and(|w| self.weekdays.contains_key(&w.text))
    }

    /// The weekday in short that stands right before a date: "Di., 14.02.2023".
    fn short_weekday_before(&self, scan: Scan<'_>, at: usize) -> Option<Weekday> {
        let before = at.checked_sub(1).filter(|_| scan.gap(at).len() <= 3)?;
        let opens = before == 0 || scan.gap(before).contains(['\n', '|', '(', '[', ',', ':']);
        let word = scan.word(before).filter(|_| opens)?;
        self.short_weekdays.get(&word.text).copied()
    }

    /// The weekday that stands right before or after a date.
    fn weekday_near(&self, scan: Scan<'_>, from: usize, to: usize) -> Option<Weekday> {
        let before = from.checked_sub(1).filter(|_| scan.gap(from).len() <= 3);
        let after = Some(to).filter(|_| scan.gap(to).len() <= 3);
        let mut near = before.into_iter().chain(after);
        near.find_map(|at| self.weekdays.get(&scan.word(at)?.text).copied())
    }
}

/// Names by weekday, from lists that begin with Monday's.
fn weekdays(lists: &[Vec<String>]) -> BTreeMap<String, Weekday> {
    let mut out = BTreeMap::new();
    for (i, names) in lists.iter().enumerate() {
        if let Ok(day) = Weekday::from_monday_zero_offset(i as i8) {
            out.extend(names.iter().map(|name| (name.to_lowercase(), day)));
        }
    }
    out
}

/// Reads a cell that is a spreadsheet's day number, or seconds or milliseconds since 1970.
fn serial(text: &str) -> Option<FoundDate> {
    let trimmed = text.trim();
    let whole = trimmed.split('.').next()?;
    let is_number = trimmed.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !is_number || whole.len() < 5 {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    // Day 25569 is 1970-01-01, counted from the end of 1899.
    let days = match (whole.len(), value) {
        (5, 20_000..=60_000) => value - 25_569,
        (10, 946_684_800..=2_500_000_000) => value / 86_400,
        (13, 946_684_800_000..=2_500_000_000_000) => value / 86_400_000,
        _ => return None,
    };
    let epoch = Date::new(1970, 1, 1).ok()?;
    let date = epoch.checked_add(jiff::Span::new().days(days)).ok()?;
    let parts = Parts::full(date.year(), date.month(), date.day());
    let span = Span::new(0, text.len());
    Some(FoundDate::new(
        span,
        text,
        vec![(Order::Plain, parts)],
        None,
    ))
}
