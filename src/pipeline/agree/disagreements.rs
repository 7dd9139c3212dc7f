//! Passages of one code by all who coded them, and the list of those that are not agreed.
//!
//! Passages of one code that overlap are one, whoever marked them. One is agreed where every coder
//! marked it with the same assertion; every other is a row that a person decides.

use std::collections::BTreeSet;

use crate::agreement::{CoderSaid, Disagreement, Mark, SaidMark};
use crate::model::coding::{Assertion, Voice};
use crate::text::{CodePoints, Span};

use super::coders::Coders;

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

/// The passages that are not agreed, in the order of the notes.
pub fn open_passages<'p>(coders: &Coders, passages: &'p [CodedPassages]) -> Vec<&'p CodedPassages> {
    let count = coders.names.len();
    passages.iter().filter(|p| !p.is_agreed(count)).collect()
}

/// What is to be shown of a note's words between two places.
type Words<'w> = &'w dyn Fn(usize, Span) -> String;

/// Each of some passages with its words and what every coder says of it. `words` gives those of a note,
/// by its place.
pub fn disagreements(
    coders: &Coders,
    passages: &[&CodedPassages],
    words: Words<'_>,
) -> Vec<Disagreement> {
    let mut list = Vec::with_capacity(passages.len());
    for of_note in passages.chunk_by(|a, b| a.note == b.note) {
        let note = of_note.first().map_or(0, |passage| passage.note);
        let points = CodePoints::new(&coders.notes[note].text);
        let length = points.at(coders.notes[note].text.len()) as u64;
        let slice = |start: u64, end: u64| {
            let span = points.span(start as usize, end.min(length) as usize);
            span.map(|span| words(note, span)).unwrap_or_default()
        };
        list.extend(of_note.iter().map(|p| disagreement(coders, p, &slice)));
    }
    list
}

fn disagreement(
    coders: &Coders,
    passage: &CodedPassages,
    slice: &dyn Fn(u64, u64) -> String,
) -> Disagreement {
    let said = |(coder, name): (usize, &String)| {
        let own = passage.marks.iter().filter(|(by, _)| *by == coder);
        let mark = |(_, mark): &(usize, Mark)| SaidMark {
            start: mark.start,
            end: mark.end,
            text: slice(mark.start, mark.end),
            assertion: mark.assertion,
            voice: mark.voice,
            evidence: coders.evidence(coder, passage.code, mark).to_owned(),
        };
        CoderSaid {
            coder: name.clone(),
            marks: own.map(mark).collect(),
        }
    };
    Disagreement {
        note_id: coders.notes[passage.note].note_id.clone(),
        code: coders.codes[passage.code].clone(),
        start: passage.start,
        end: passage.end,
        before: slice(passage.start.saturating_sub(CONTEXT), passage.start),
        text: slice(passage.start, passage.end),
        after: slice(passage.end, passage.end + CONTEXT),
        is_marked_by_all: passage.coders().len() == coders.names.len(),
        said: coders.names.iter().enumerate().map(said).collect(),
    }
}

/// The words between two code points; empty where they lie outside.
pub fn slice(text: &str, start: u64, end: u64) -> String {
    let span = CodePoints::new(text).span(start as usize, end as usize);
    span.map(|s| s.slice(text)).unwrap_or_default().to_owned()
}
