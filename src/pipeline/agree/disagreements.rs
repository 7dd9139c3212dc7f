//! Passages of one code by all who coded them, and the list of those that are not agreed.
//!
//! Passages of one code that overlap are one, whoever marked them. One is agreed where every coder
//! marked it with the same assertion; every other is a row that a person decides.

use std::collections::BTreeSet;

use crate::agreement::Mark;
use crate::export::Lines;
use crate::model::coding::{Assertion, Voice};
use crate::text::CodePoints;

use super::coders::Coders;

/// Columns of the list.
const DISAGREEMENT_COLUMNS: [&str; 13] = [
    "note_id",
    "code",
    "start",
    "end",
    "text",
    "context",
    "kind",
    "said",
    "evidence",
    "decision",
    "assertion",
    "adjudicator",
    "memo",
];

/// Code points of context on each side of a passage.
const CONTEXT: u64 = 120;

/// Passages of one code that overlap, with the coder of each.
#[derive(Debug, Clone)]
pub struct CodedPassages {
    /// The note, by its place.
    pub note: usize,
    /// The code, by its place.
    pub code: usize,
    /// First code point.
    pub start: u64,
    /// Code point after the last.
    pub end: u64,
    /// Who marked what.
    pub marks: Vec<(usize, Mark)>,
}

impl CodedPassages {
    /// Who marked it.
    pub fn coders(&self) -> BTreeSet<usize> {
        self.marks.iter().map(|m| m.0).collect()
    }

    /// What they say of it.
    pub fn assertions(&self) -> BTreeSet<Assertion> {
        self.marks.iter().map(|m| m.1.assertion).collect()
    }

    /// Whether all of so many coders say the same.
    pub fn is_agreed(&self, coders: usize) -> bool {
        self.coders().len() == coders && self.assertions().len() == 1
    }

    /// The voice that all who say one say.
    pub fn voice(&self) -> Option<Voice> {
        let voices: BTreeSet<Voice> = self.marks.iter().filter_map(|m| m.1.voice).collect();
        voices.first().copied().filter(|_| voices.len() == 1)
    }
}

/// All passages, in the order of the notes.
pub fn coded_passages(coders: &Coders) -> Vec<CodedPassages> {
    let mut groups: Vec<CodedPassages> = Vec::new();
    for code in 0..coders.codes.len() {
        let mut marks: Vec<(usize, Mark)> = Vec::new();
        for coder in 0..coders.names.len() {
            marks.extend(
                coders
                    .all_marks(coder, code)
                    .into_iter()
                    .map(|m| (coder, m)),
            );
        }
        marks.sort_by_key(|(coder, m)| (m.note, m.start, m.end, *coder));
        for (coder, mark) in marks {
            match groups.last_mut() {
                Some(open)
                    if open.code == code && open.note == mark.note && mark.start < open.end =>
                {
                    open.end = open.end.max(mark.end);
                    open.marks.push((coder, mark));
                }
                _ => groups.push(CodedPassages {
                    note: mark.note,
                    code,
                    start: mark.start,
                    end: mark.end,
                    marks: vec![(coder, mark)],
                }),
            }
        }
    }
    groups.sort_by_key(|g| (g.note, g.start, g.code));
    groups
}

/// The list as CSV, in the order of the notes, and how long it is.
pub fn disagreements(coders: &Coders, groups: &[CodedPassages]) -> (Vec<u8>, usize) {
    let mut lines = Lines::header(&DISAGREEMENT_COLUMNS);
    let mut count = 0;
    for of_note in groups.chunk_by(|a, b| a.note == b.note) {
        let note = of_note.first().map_or(0, |group| group.note);
        let points = CodePoints::new(&coders.notes[note].text);
        for group in of_note {
            if !group.is_agreed(coders.names.len()) {
                count += 1;
                disagreement(&mut lines, coders, group, &points);
            }
        }
    }
    (lines.into_bytes(), count)
}

fn disagreement(
    lines: &mut Lines,
    coders: &Coders,
    group: &CodedPassages,
    points: &CodePoints<'_>,
) {
    let note = &coders.notes[group.note];
    let length = points.at(note.text.len()) as u64;
    let slice = |start: u64, end: u64| {
        let span = points.span(start as usize, end as usize);
        span.map(|s| s.slice(&note.text)).unwrap_or_default()
    };
    let context = format!(
        "{}[{}]{}",
        slice(group.start.saturating_sub(CONTEXT), group.start),
        slice(group.start, group.end),
        slice(group.end, (group.end + CONTEXT).min(length)),
    );
    let kind = if group.coders().len() == coders.names.len() {
        "assertion"
    } else {
        "not_marked_by_all"
    };
    lines
        .text(&note.note_id)
        .text(&coders.codes[group.code])
        .plain(group.start)
        .plain(group.end)
        .text(slice(group.start, group.end))
        .text(&context)
        .text(kind)
        .text(&who_said_what(coders, group))
        .text(&coders.evidence(group.note, group.code, &group.marks))
        .text("")
        .text("")
        .text("")
        .text("")
        .end();
}

/// The words between two code points; empty where they lie outside.
pub fn slice(text: &str, start: u64, end: u64) -> String {
    let span = CodePoints::new(text).span(start as usize, end as usize);
    span.map(|s| s.slice(text)).unwrap_or_default().to_owned()
}

fn who_said_what(coders: &Coders, group: &CodedPassages) -> String {
    let names = coders.names.iter().enumerate();
    let said = names.map(|(coder, name)| {
        let own = group.marks.iter().filter(|m| m.0 == coder);
        let own: Vec<String> = own
            .map(|(_, m)| format!("{} {}-{}", m.assertion, m.start, m.end))
            .collect();
        if own.is_empty() {
            format!("{name}: nothing")
        } else {
            format!("{name}: {}", own.join(", "))
        }
    });
    said.collect::<Vec<_>>().join("; ")
}
