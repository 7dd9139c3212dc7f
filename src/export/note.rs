//! A coded note as rows of `notes.csv`, `notes.jsonl` and `codings.csv`.
//!
//! Rendering is pure, so that threads can render notes while one writes them in order.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::model::coding::{Coding, PatternId, WhyNot};
use crate::text::CodePoints;

use super::line::Lines;
use super::quotes::identifier_lines;

/// Columns of `notes.csv`.
pub const NOTE_COLUMNS: [&str; 20] = [
    "note_id",
    "source",
    "locator",
    "participant_id",
    "participant_from",
    "date",
    "date_from",
    "day",
    "session_type",
    "session_type_from",
    "setting",
    "author",
    "words",
    "sentences",
    "direct_quotes",
    "detail",
    "copied_share",
    "duplicate_of",
    "warnings",
    "boilerplate_share",
];

/// Columns of `codings.csv`.
pub const CODING_COLUMNS: [&str; 18] = [
    "coding_id",
    "note_id",
    "participant_id",
    "date",
    "session_type",
    "code",
    "start",
    "end",
    "text",
    "assertion",
    "voice",
    "counted",
    "why_not",
    "pattern",
    "cue",
    "section",
    "copied_from",
    "coder",
];

/// A note's rows, ready to be appended to their tables.
#[derive(Debug)]
pub struct RenderedNote {
    /// Its line of `notes.csv`.
    pub(super) note: Vec<u8>,
    /// Its line of `notes.jsonl`.
    pub(super) json: Vec<u8>,
    /// Its lines of `codings.csv`.
    pub(super) codings: Vec<u8>,
    /// Its lines of `identifiers.csv`.
    pub(super) identifiers: Vec<u8>,
    /// How many codings.
    pub(super) coding_count: u64,
    /// How many of them count.
    pub(super) counted: u64,
    /// How many a person made.
    pub(super) by_people: u64,
    /// How many a person rejected.
    pub(super) rejected: u64,
    /// Whether it repeats another note as a whole.
    pub(super) duplicate: bool,
    /// Its words.
    pub(super) words: u64,
}

/// Renders a note's rows.
pub fn render(coded: &CodedNote<'_>, codebook: &Codebook) -> RenderedNote {
    let points = CodePoints::new(coded.text);
    let fields = Fields::new(coded);
    let count =
        |which: &dyn Fn(&Coding) -> bool| coded.codings.iter().filter(|c| which(c)).count() as u64;
    RenderedNote {
        note: fields.line(),
        json: json(coded, &points, &fields),
        codings: coding_lines(coded, codebook, &points),
        identifiers: identifier_lines(coded.note.id.as_str(), coded.text, coded.identifiers),
        coding_count: coded.codings.len() as u64,
        counted: count(&Coding::counted),
        by_people: count(&|c| c.coder.is_some()),
        rejected: count(&|c| c.why_not == Some(WhyNot::Rejected)),
        duplicate: coded.note.duplicate_of.is_some(),
        words: fields.words,
    }
}

/// The fields of `notes.csv`, in their order.
#[derive(Debug, Serialize)]
struct Fields<'a> {
    #[serde(skip)]
    note_id: &'a str,
    source: &'a str,
    locator: &'a str,
    participant_id: Option<&'a str>,
    participant_from: String,
    date: Option<String>,
    date_from: String,
    day: Option<i64>,
    session_type: &'a str,
    session_type_from: String,
    setting: &'a str,
    author: &'a str,
    words: u64,
    sentences: u64,
    direct_quotes: u64,
    detail: &'static str,
    copied_share: Option<f64>,
    duplicate_of: Option<&'a str>,
    warnings: Vec<&'a str>,
    boilerplate_share: Option<f64>,
}

impl<'a> Fields<'a> {
    fn new(coded: &CodedNote<'a>) -> Self {
        let note = coded.note;
        let whole = coded.whole();
        let share = |words: u64| {
            let share = words as f64 / whole.words as f64;
            (whole.words > 0).then_some((share * 1e9).round() / 1e9)
        };
        let warnings = note.warnings.iter().chain(&coded.layout.warnings);
        Self {
            note_id: note.id.as_str(),
            source: &note.source,
            locator: &note.locator,
            participant_id: note
                .participant
                .value
                .as_ref()
                .map(super::super::model::corpus::ParticipantId::as_str),
            participant_from: note.participant.basis_text(),
            date: note.date.value.map(|d| d.to_string()),
            date_from: note.date.basis_text(),
            day: note.day,
            session_type: coded.own_session_type(),
            session_type_from: coded.session_type_from(),
            setting: &note.setting,
            author: &note.author,
            words: whole.words,
            sentences: whole.sentences,
            direct_quotes: whole.direct_quotes,
            detail: coded.detail.as_str(),
            copied_share: share(coded.copied().words),
            duplicate_of: note
                .duplicate_of
                .as_ref()
                .map(super::super::model::corpus::NoteId::as_str),
            warnings: warnings.map(String::as_str).collect(),
            boilerplate_share: share(coded.boilerplate().words),
        }
    }

    fn line(&self) -> Vec<u8> {
        let mut line = Lines::default();
        line.text(self.note_id)
            .text(self.source)
            .text(self.locator)
            .text_or_empty(self.participant_id)
            .text(&self.participant_from)
            .plain_or_empty(self.date.as_deref())
            .text(&self.date_from)
            .plain_or_empty(self.day)
            .text(self.session_type)
            .text(&self.session_type_from)
            .text(self.setting)
            .text(self.author)
            .plain(self.words)
            .plain(self.sentences)
            .plain(self.direct_quotes)
            .text(self.detail)
            .decimal(self.copied_share)
            .text_or_empty(self.duplicate_of)
            .text(&self.warnings.join("; "))
            .decimal(self.boilerplate_share)
            .end();
        line.into_bytes()
    }
}

#[derive(Serialize)]
struct JsonNote<'a> {
    note_id: &'a str,
    text: &'a str,
    sections: Vec<JsonSection<'a>>,
    #[serde(flatten)]
    fields: &'a Fields<'a>,
    session_types: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    copied: Vec<JsonCopied<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    turns: Vec<JsonTurn>,
}

#[derive(Serialize)]
struct JsonCopied<'a> {
    start: usize,
    end: usize,
    from: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
struct JsonTurn {
    start: usize,
    end: usize,
    speaker: &'static str,
}

#[derive(Serialize)]
struct JsonSection<'a> {
    name: &'a str,
    start: usize,
    end: usize,
    session_type: Option<&'a str>,
}

fn json(coded: &CodedNote<'_>, points: &CodePoints<'_>, fields: &Fields<'_>) -> Vec<u8> {
    let section = |s: &'_ crate::model::layout::Section| (points.pair(s.span), s.name.clone());
    let sections: Vec<_> = coded.layout.sections.iter().map(section).collect();
    let sections = sections.iter().zip(&coded.layout.sections);
    let copied = coded.layout.copied.iter().map(|c| {
        let ((start, end), from, kind) = (points.pair(c.span), c.from.as_str(), c.kind.as_str());
        JsonCopied {
            start,
            end,
            from,
            kind,
        }
    });
    let turns = coded.note.turns.iter().map(|t| {
        let ((start, end), speaker) = (points.pair(t.span), t.speaker.as_str());
        JsonTurn {
            start,
            end,
            speaker,
        }
    });
    let note = JsonNote {
        note_id: fields.note_id,
        text: coded.text,
        sections: sections
            .map(|((pair, name), section)| JsonSection {
                name,
                start: pair.0,
                end: pair.1,
                session_type: section.session_type.as_deref(),
            })
            .collect(),
        fields,
        session_types: coded.text_by_session_type().into_keys().collect(),
        copied: copied.collect(),
        turns: turns.collect(),
    };
    let mut bytes = serde_json::to_vec(&note).expect("a note has string keys and finite numbers");
    bytes.push(b'\n');
    bytes
}

fn coding_lines(coded: &CodedNote<'_>, codebook: &Codebook, points: &CodePoints<'_>) -> Vec<u8> {
    let note = coded.note;
    let mut lines = Lines::default();
    for coding in coded.codings {
        let (start, end) = points.pair(coding.span);
        let code = codebook.code(coding.code).path.as_str();
        let section = coding.section.and_then(|s| coded.layout.sections.get(s));
        let mut copied = coded.layout.copied.iter();
        let copied = copied.find(|c| c.span.overlaps(coding.span));
        let cue = coding.evidence.cue.as_ref();
        lines
            .plain(coding_id(note.id.as_str(), code, start, end))
            .text(note.id.as_str())
            .text_or_empty(
                note.participant
                    .value
                    .as_ref()
                    .map(super::super::model::corpus::ParticipantId::as_str),
            )
            .plain_or_empty(note.date.value)
            .text(coded.session_type_of(coding))
            .text(code)
            .plain(start)
            .plain(end)
            .text(coding.span.slice(coded.text))
            .text(coding.assertion().as_str())
            .text(coding.voice.as_str())
            .plain(coding.counted())
            .text_or_empty(
                coding
                    .why_not
                    .map(super::super::model::coding::WhyNot::as_str),
            )
            .text(pattern_source(codebook, coding.evidence.pattern))
            .text_or_empty(cue.map(|c| c.span.slice(coded.text)))
            .text_or_empty(section.map(|s| s.name.as_str()))
            .text_or_empty(copied.map(|c| c.from.as_str()))
            .text_or_empty(coding.coder.as_deref())
            .end();
    }
    lines.into_bytes()
}

/// The pattern as the codebook writes it; empty where a person coded.
pub fn pattern_source(codebook: &Codebook, id: PatternId) -> &str {
    let pattern = codebook.pattern(id);
    pattern.map(|p| p.source.as_str()).unwrap_or_default()
}

/// A coding's id: the first 16 hex digits of the SHA-256 of note, code, start and end.
pub fn coding_id(note: &str, code: &str, start: usize, end: usize) -> String {
    let hash = Sha256::digest(format!("{note}\0{code}\0{start}\0{end}"));
    let first = hash
        .iter()
        .take(8)
        .fold(0, |n: u64, &b| n << 8 | u64::from(b));
    format!("{first:016x}")
}

/// The ids of a note's codings, in their order.
pub fn coding_ids(coded: &CodedNote<'_>, codebook: &Codebook) -> Vec<String> {
    let points = CodePoints::new(coded.text);
    let id = |coding: &Coding| {
        let (start, end) = points.pair(coding.span);
        let code = codebook.code(coding.code).path.as_str();
        coding_id(coded.note.id.as_str(), code, start, end)
    };
    coded.codings.iter().map(id).collect()
}
