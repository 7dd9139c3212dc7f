//! The concordance of a pattern: every place that it finds, with what stands around it.

use std::cmp::Reverse;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::coded::CodedNote;
use crate::model::coding::{Coding, WhyNot};
use crate::model::corpus::{Note, ParticipantId};
use crate::pipeline::Standing;
use crate::query::Counts;
use crate::text::{CodePoints, Span, fold};

use super::super::counted::{self, flat};
use super::Sort;

/// A place that the pattern finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    note_id: String,
    participant: String,
    date: String,
    session_type: String,
    /// Code points in the note's text.
    start: usize,
    end: usize,
    left: String,
    word: String,
    right: String,
    assertion: &'static str,
    voice: &'static str,
    why_not: Option<WhyNot>,
    /// Whether a coding of the code that it is compared with overlaps it.
    is_known: bool,
}

/// What one note gives.
#[derive(Debug)]
pub(super) struct GatheredNote {
    participant: String,
    /// The session types that it is a note of; empty for a note that repeats another.
    session_types: Vec<String>,
    lines: Vec<Line>,
}

impl GatheredNote {
    /// Takes the places that the first code found.
    pub(super) fn new(coded: &CodedNote<'_>, context: usize) -> Self {
        let points = CodePoints::new(coded.text);
        let participant = coded.note.participant.value.as_ref();
        let participant = participant.map(ParticipantId::as_str).unwrap_or_default();
        let (mine, others): (Vec<&Coding>, Vec<&Coding>) =
            coded.codings.iter().partition(|c| c.code.0 == 0);
        let line = |coding: &&Coding| {
            let span = coding.span;
            let (start, end) = points.pair(span);
            let left = points.byte(start.saturating_sub(context)).unwrap_or(0);
            let right = points.byte(end.saturating_add(context));
            let right = right.unwrap_or(coded.text.len());
            Line {
                note_id: coded.note.id.as_str().to_owned(),
                participant: participant.to_owned(),
                date: coded
                    .note
                    .date
                    .value
                    .map(|d| d.to_string())
                    .unwrap_or_default(),
                session_type: coded.session_type_of(coding).to_owned(),
                start,
                end,
                left: Span::new(left, span.start).slice(coded.text).to_owned(),
                word: span.slice(coded.text).to_owned(),
                right: Span::new(span.end, right).slice(coded.text).to_owned(),
                assertion: coding.assertion().as_str(),
                voice: coding.voice.as_str(),
                why_not: coding.why_not,
                is_known: others.iter().any(|c| c.span.overlaps(span)),
            }
        };
        let types = coded.session_types().into_keys().map(str::to_owned);
        Self {
            participant: participant.to_owned(),
            session_types: match coded.note.duplicate_of {
                Some(_) => Vec::new(),
                None => types.collect(),
            },
            lines: mine.iter().map(line).collect(),
        }
    }

    /// A note in which nothing is found.
    pub(super) fn without_lines(note: &Note, session_types: Vec<String>) -> Self {
        let participant = note.participant.value.as_ref().map(ParticipantId::as_str);
        Self {
            participant: participant.unwrap_or_default().to_owned(),
            session_types: match note.duplicate_of {
                Some(_) => Vec::new(),
                None => session_types,
            },
            lines: Vec::new(),
        }
    }
}

/// Everything that a pattern finds.
#[derive(Debug)]
pub(super) struct Concordance {
    pub(super) lines: Vec<Line>,
    /// Of the places that are neither copied forward nor of a note that repeats another.
    pub(super) counts: Counts,
    /// Counter-examples of the code in which the pattern finds something.
    pub(super) broken: Vec<String>,
    /// Whether there is a code to compare with.
    pub(super) compared: bool,
    pub(super) session_types: Vec<String>,
    /// What it rests on.
    pub(super) standing: Standing,
}

impl Concordance {
    /// Adds a note's lines.
    pub(super) fn take(&mut self, note: GatheredNote) {
        if !note.session_types.is_empty() {
            let types = note.session_types.iter().map(String::as_str);
            self.counts.note(&note.participant, types);
        }
        let fresh = note.lines.iter().filter(|l| l.why_not.is_none());
        let types = fresh.map(|l| l.session_type.as_str());
        self.counts.passages(&note.participant, types);
        self.lines.extend(note.lines);
    }

    /// Puts the lines in order; what is equal stays in the order of the notes. New places come
    /// before known ones.
    pub(super) fn sort(&mut self, sort: Sort) {
        let words = |text: &str| {
            let folded = fold(text);
            let words = folded.split(|c: char| !c.is_alphanumeric());
            words
                .filter(|w| !w.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        match sort {
            Sort::Note => {}
            Sort::Word => self.lines.sort_by_cached_key(|l| words(&l.word)),
            Sort::Right => self.lines.sort_by_cached_key(|l| words(&l.right)),
            Sort::Left => self.lines.sort_by_cached_key(|l| {
                let mut left = words(&l.left);
                left.reverse();
                left
            }),
        }
        self.lines
            .sort_by_key(|l| Reverse(self.compared && !l.is_known));
    }

    fn shown(&self, limit: usize) -> &[Line] {
        match limit {
            0 => &self.lines,
            limit => &self.lines[..self.lines.len().min(limit)],
        }
    }

    fn new_lines(&self) -> usize {
        self.lines.iter().filter(|l| !l.is_known).count()
    }

    /// One line a place, the words found under each other; then the counts.
    pub(super) fn text(&self, limit: usize, context: usize) -> String {
        let mut out = String::new();
        for line in self.shown(limit) {
            let mark = match (self.compared, line.is_known) {
                (false, _) => "",
                (true, true) => "  ",
                (true, false) => "+ ",
            };
            let left = flat(&line.left);
            let pad = " ".repeat(context.saturating_sub(left.chars().count()));
            let _written = writeln!(
                out,
                "{mark}{pad}{left}»{}«{}   {}",
                flat(&line.word),
                flat(&line.right),
                about(line)
            );
        }
        let left = self.lines.len() - self.shown(limit).len();
        if left > 0 {
            let _written = writeln!(out, "{left} more lines (--limit 0 shows all)");
        }
        if self.compared {
            let (new, all) = (self.new_lines(), self.lines.len());
            let _written = writeln!(
                out,
                "\n+ {new} of {all} places are new; the code finds {} already",
                all - new
            );
        }
        for example in &self.broken {
            let _written = writeln!(out, "breaks the counter-example \"{}\"", flat(example));
        }
        out.push('\n');
        out.push_str(&counted::table(&self.counts, &self.session_types));
        let _written = writeln!(out, "\n{}", self.standing.told());
        out
    }

    /// Everything, for programs.
    pub(super) fn json(&self, pattern: &str, limit: usize) -> Value {
        let line = |l: &Line| {
            let mut line = json!({
                "note_id": l.note_id,
                "participant_id": l.participant,
                "date": l.date,
                "session_type": l.session_type,
                "start": l.start,
                "end": l.end,
                "left": l.left,
                "text": l.word,
                "right": l.right,
                "assertion": l.assertion,
                "voice": l.voice,
                "why_not": l.why_not.map(WhyNot::as_str),
            });
            if self.compared {
                line["new"] = json!(!l.is_known);
            }
            line
        };
        let mut out = json!({
            "pattern": pattern,
            "lines_total": self.lines.len(),
            "lines": self.shown(limit).iter().map(line).collect::<Vec<_>>(),
            "counts": counted::json(&self.counts),
            "rests_on": self.standing.json(),
        });
        if self.compared {
            out["new"] = json!(self.new_lines());
            out["breaks"] = json!(self.broken);
        }
        out
    }
}

/// Where a place stands, and how it is said where that is not the plain way.
fn about(line: &Line) -> String {
    let mut parts = vec![format!("{}:{}-{}", line.note_id, line.start, line.end)];
    let known = [&line.participant, &line.date, &line.session_type];
    parts.extend(known.into_iter().filter(|p| !p.is_empty()).cloned());
    if line.assertion != "affirmed" {
        parts.push(line.assertion.to_owned());
    }
    if line.voice == "quote" {
        parts.push("quote".to_owned());
    }
    parts.extend(line.why_not.map(|why| why.as_str().replace('_', " ")));
    flat(&parts.join(", "))
}
