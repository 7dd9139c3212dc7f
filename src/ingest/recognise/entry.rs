//! The beginning of a log's entry: "2/9/24 - KAP #1. Tolerated well ...".
//!
//! Comes in: a line. Goes out: where its head ends (the date, and the words of a session, a person
//! or a place behind it), and the days that the date may be.

use crate::text::Span;

use super::dates::Place;
use super::head::bare;
use super::line::{Readers, reading_of};
use super::words::words;

/// Most bytes of a line that its head takes.
const HEAD_MAX: usize = 90;
/// Signs that may stand before the date.
const MARKS: [char; 10] = ['*', '_', '#', '-', '\u{2022}', '[', '(', '>', ' ', '\t'];
/// Signs that end a head.
const ENDS: [&str; 11] = [
    ")",
    "]",
    "**",
    ":",
    " - ",
    " \u{2013} ",
    " \u{2014} ",
    ". ",
    "; ",
    "|",
    ", ",
];
/// Signs between a head and the text behind it.
const BETWEEN: [char; 14] = [
    ' ', '\t', ')', ']', '*', '_', ':', '-', '\u{2013}', '\u{2014}', '.', ';', '|', ',',
];

/// A line that begins with a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedOpening {
    /// The byte of the line at which the entry's text begins.
    pub head: usize,
    /// The days that the date may be, by order of day and month: year (0 where it has none), month,
    /// day.
    pub days: Vec<(i16, i8, i8)>,
    /// Who is named right behind the date, or the time behind it.
    pub person: Option<String>,
    /// Whether a session type or a numbered session stands in the head.
    pub says_session: bool,
}

/// Reads the beginning of a line; none where no date begins it, or nothing stands behind.
pub(super) fn dated_opening(readers: &Readers<'_>, line: &str) -> Option<DatedOpening> {
    let begin = line.len() - line.trim_start_matches(MARKS).len();
    let mut until = line.len().min(HEAD_MAX);
    while !line.is_char_boundary(until) {
        until -= 1;
    }
    let front = Span::new(0, until).slice(line);
    let dates = readers
        .lines
        .note_dates(readers.calendar, front, Place::Line);
    let date = dates.into_iter().min_by_key(|d| d.span.start)?;
    let between = Span::new(begin.min(date.span.start), date.span.start).slice(front);
    let only_weekdays = words(between).iter().all(|w| readers.calendar.names(w));
    if !only_weekdays || !(date.is_full() || date.lacks_year()) {
        return None;
    }
    let (mut end, mut says_session, mut kinds) = (date.span.end, false, 0);
    for at in ends(front, date.span.end) {
        let about = readers.analyse(bare(Span::new(0, at).slice(front)));
        let says = [
            about.session,
            about.setting,
            about.author,
            about.participant,
        ];
        let said = says.iter().filter(|s| **s).count();
        // What names nothing more ("34 y/o,") is the entry's text.
        if said > kinds && about.other_words == 0 {
            (end, says_session, kinds) = (at, about.session, said);
        }
    }
    let rest = Span::new(end, line.len()).slice(line);
    let text = rest.trim_start_matches(BETWEEN);
    // A line that is all head opens an entry where it says what was held.
    (says_session || text.contains(char::is_alphanumeric)).then(|| DatedOpening {
        head: line.len() - text.len(),
        days: date
            .readings
            .iter()
            .filter_map(|(_, p)| Some((p.year.unwrap_or(0), p.month?, p.day?)))
            .collect(),
        person: person_behind(readers, Span::new(date.span.end, front.len()).slice(front)),
        says_session,
    })
}

/// The participant with whom an entry's text begins: "0915 P04 called".
fn person_behind(readers: &Readers<'_>, behind: &str) -> Option<String> {
    let rest = behind.trim_start_matches(|c: char| !c.is_alphabetic());
    let named = readers.people.in_line(rest, reading_of(rest))?;
    rest.starts_with(&named.written).then_some(named.written)
}

/// Where a head may end behind its date, ascending.
fn ends(front: &str, from: usize) -> Vec<usize> {
    let behind = Span::new(from, front.len()).slice(front);
    let mut out: Vec<usize> = ENDS
        .iter()
        .flat_map(|sign| behind.match_indices(sign).map(|(at, _)| from + at))
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}
