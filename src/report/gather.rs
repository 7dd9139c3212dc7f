//! What the report shows of single notes, gathered as the notes come, within bounds.
//!
//! [`gather`] is pure, so that threads can call it; [`Material::take`] takes the notes in corpus
//! order. A cell keeps its first passages; where all of them together grow too large, every cell
//! keeps half as many, down to one, and then no further cell is begun: what comes after is only
//! counted. So the choice depends on the notes alone, and memory has a bound.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::codebook::CodeIndex;
use crate::model::coded::CodedNote;
use crate::model::coding::{Assertion, Coding, PatternId, Voice, WhyNot};
use crate::model::corpus::{Detail, NoteId, ParticipantId, UNKNOWN_SESSION_TYPE};
use crate::model::identifier::mask_inside;
use crate::tally::make_room;
use crate::text::{CodePoints, Span};

use super::Shown;

/// Passages kept of a cell at most.
pub const PASSAGES_PER_CELL_MAX: usize = 200;

/// Bytes of passages in the page at most.
pub const PASSAGES_BYTES_MAX: usize = 14 << 20;

/// Warnings shown at most.
const WARNINGS_MAX: usize = 200;

/// Bytes of a passage shown at most; the middle of a longer one is left out.
const TEXT_BYTES_MAX: usize = 700;

/// Bytes of context shown on each side at most.
const CONTEXT_BYTES_MAX: usize = 240;

/// What a passage weighs in the page besides its text.
const OVERHEAD_BYTES: usize = 60;

/// Notes whose place in time the page shows at most.
pub(super) const NOTES_SHOWN_MAX: usize = 20_000;

/// A coding as the page shows it.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    pub(super) code: CodeIndex,
    /// Code points.
    pub(super) start: usize,
    pub(super) end: usize,
    /// The line of the note's text that it begins in, from 1.
    pub(super) line: usize,
    pub(super) before: String,
    pub(super) text: String,
    pub(super) after: String,
    pub(super) pattern: PatternId,
    pub(super) cue: String,
    pub(super) assertion: Assertion,
    pub(super) voice: Voice,
    pub(super) why_not: Option<WhyNot>,
    pub(super) section: String,
}

impl Passage {
    fn bytes(&self) -> usize {
        let text = self.before.len() + self.text.len() + self.after.len();
        text + self.cue.len() + self.section.len() + OVERHEAD_BYTES
    }
}

/// A note as the page names it and sets it in time.
#[derive(Debug, Clone)]
pub(super) struct NoteFacts {
    /// Its place in the corpus, from 0: its row of `notes.csv` less one.
    pub(super) index: usize,
    pub(super) id: NoteId,
    pub(super) participant: Option<ParticipantId>,
    pub(super) day: Option<i64>,
    pub(super) source: Arc<str>,
    pub(super) locator: Box<str>,
    /// The session types that it is a note of.
    pub(super) types: Vec<String>,
    pub(super) words: u64,
    pub(super) detail: Detail,
    pub(super) is_duplicate: bool,
    /// The codes of its passages that count.
    pub(super) codes: Vec<CodeIndex>,
    /// Its values in each crosstab's columns.
    pub(super) by: Vec<Vec<String>>,
}

impl NoteFacts {
    fn of(coded: &CodedNote<'_>) -> Self {
        let note = coded.note;
        let counted = coded.codings.iter().filter(|c| c.counted());
        let codes: BTreeSet<CodeIndex> = counted.map(|c| c.code).collect();
        Self {
            index: coded.index,
            id: note.id.clone(),
            participant: note.participant.value.clone(),
            day: note.day,
            source: note.source.clone(),
            locator: note.locator.clone(),
            types: coded
                .session_types()
                .keys()
                .map(ToString::to_string)
                .collect(),
            words: coded.whole().words,
            detail: coded.detail,
            is_duplicate: note.duplicate_of.is_some(),
            codes: codes.into_iter().collect(),
            by: Vec::new(),
        }
    }
}

/// One note as the page needs it.
#[derive(Debug)]
pub struct GatheredNote {
    facts: NoteFacts,
    /// Each with its session type.
    passages: Vec<(String, Passage)>,
    warnings: Vec<String>,
    census: Census,
}

/// How many notes are of which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Census {
    /// All notes.
    pub notes: u64,
    /// Repeat another as a whole.
    pub duplicates: u64,
    /// Participant unknown.
    pub without_participant: u64,
    /// Session type unknown.
    pub without_session_type: u64,
    /// Date unknown.
    pub without_date: u64,
    /// Hold copied text.
    pub with_copied_text: u64,
    /// Words of all notes.
    pub words: u64,
    /// Words that are copied.
    pub words_copied: u64,
    /// Words that are a template's.
    pub words_boilerplate: u64,
    /// Codings.
    pub codings: u64,
    /// Codings that count.
    pub counted: u64,
    /// Codings that people made.
    pub by_people: u64,
    /// Codings that people rejected.
    pub rejected: u64,
    /// Notes by detail: terse, summary, detailed.
    pub details: [u64; 3],
}

impl Census {
    fn of(coded: &CodedNote<'_>) -> Self {
        let note = coded.note;
        let copied = coded.copied().words;
        let mut details = [0; 3];
        details[coded.detail as usize] = 1;
        Self {
            notes: 1,
            duplicates: u64::from(note.duplicate_of.is_some()),
            without_participant: u64::from(note.participant.value.is_none()),
            without_session_type: u64::from(coded.own_session_type() == UNKNOWN_SESSION_TYPE),
            without_date: u64::from(note.date.value.is_none()),
            with_copied_text: u64::from(copied > 0),
            words: coded.whole().words,
            words_copied: copied,
            words_boilerplate: coded.boilerplate().words,
            codings: coded.codings.len() as u64,
            counted: coded.codings.iter().filter(|c| c.counted()).count() as u64,
            by_people: coded.codings.iter().filter(|c| c.coder.is_some()).count() as u64,
            rejected: coded
                .codings
                .iter()
                .filter(|c| c.why_not == Some(WhyNot::Rejected))
                .count() as u64,
            details,
        }
    }

    fn add(&mut self, other: &Self) {
        self.notes += other.notes;
        self.duplicates += other.duplicates;
        self.without_participant += other.without_participant;
        self.without_session_type += other.without_session_type;
        self.without_date += other.without_date;
        self.with_copied_text += other.with_copied_text;
        self.words += other.words;
        self.words_copied += other.words_copied;
        self.words_boilerplate += other.words_boilerplate;
        self.codings += other.codings;
        self.counted += other.counted;
        self.by_people += other.by_people;
        self.rejected += other.rejected;
        for (mine, theirs) in self.details.iter_mut().zip(other.details) {
            *mine += theirs;
        }
    }
}

/// Reads off a note what the page shows of it.
pub fn gather(coded: &CodedNote<'_>, shown: Shown) -> GatheredNote {
    let identifiers = match shown {
        Shown::Masked => coded.identifiers,
        Shown::Plain => &[],
    };
    let coded = &CodedNote {
        identifiers,
        ..*coded
    };
    let note = coded.note;
    let points = CodePoints::new(coded.text);
    let mut lines = LineCount::default();
    let passages = coded.codings.iter().map(|coding| {
        let line = lines.of(coding.span.start, coded.text);
        let session_type = coded.session_type_of(coding).to_owned();
        (session_type, passage(coded, coding, &points, line))
    });
    let warnings = note.warnings.iter().chain(&coded.layout.warnings);
    GatheredNote {
        facts: NoteFacts::of(coded),
        passages: passages.collect(),
        warnings: warnings.cloned().collect(),
        census: Census::of(coded),
    }
}

/// Counts lines on the way through a text.
#[derive(Debug, Default)]
struct LineCount {
    at: usize,
    ends: usize,
}

impl LineCount {
    /// The line of a byte, from 1. Bytes come in order; one that lies before the last is counted
    /// anew.
    fn of(&mut self, byte: usize, text: &str) -> usize {
        if byte < self.at {
            *self = Self::default();
        }
        let passed = Span::new(self.at, byte).slice(text);
        self.ends += passed.bytes().filter(|&b| b == b'\n').count();
        self.at = byte;
        self.ends + 1
    }
}

fn passage(
    coded: &CodedNote<'_>,
    coding: &Coding,
    points: &CodePoints<'_>,
    line: usize,
) -> Passage {
    let (start, end) = points.pair(coding.span);
    let (before, after) = context(coding.span, coded);
    let section = coding.section.and_then(|s| coded.layout.sections.get(s));
    let cue = coding.evidence.cue.as_ref();
    Passage {
        code: coding.code,
        start,
        end,
        line,
        before,
        text: middle_left_out(&mask_inside(coded.text, coding.span, coded.identifiers)),
        after,
        pattern: coding.evidence.pattern,
        cue: cue.map_or_else(String::new, |c| {
            mask_inside(coded.text, c.span, coded.identifiers)
        }),
        assertion: coding.assertion(),
        voice: coding.voice,
        why_not: coding.why_not,
        section: section.map_or_else(String::new, |s| s.name.clone()),
    }
}

/// The rest of the sentences that a span touches, before and after it, identifiers masked.
fn context(span: Span, coded: &CodedNote<'_>) -> (String, String) {
    let (text, layout) = (coded.text, coded.layout);
    let sentence = |byte| layout.sentence_at(byte).map(|s| layout.sentences[s].span);
    let first = sentence(span.start).map_or(span.start, |s| s.start.min(span.start));
    let last = sentence(span.end.saturating_sub(1)).map_or(span.end, |s| s.end.max(span.end));
    let mut start = first.max(span.start.saturating_sub(CONTEXT_BYTES_MAX));
    let mut end = last.min(span.end + CONTEXT_BYTES_MAX);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut before = mask_inside(text, Span::new(start, span.start), coded.identifiers);
    let mut after = mask_inside(text, Span::new(span.end, end), coded.identifiers);
    if start > first {
        before.insert(0, '…');
    }
    if end < last {
        after.push('…');
    }
    (before, after)
}

fn middle_left_out(text: &str) -> String {
    if text.len() <= TEXT_BYTES_MAX {
        return text.to_owned();
    }
    let mut head = TEXT_BYTES_MAX / 2;
    let mut tail = text.len() - TEXT_BYTES_MAX / 2;
    while !text.is_char_boundary(head) {
        head -= 1;
    }
    while !text.is_char_boundary(tail) {
        tail += 1;
    }
    let head = Span::new(0, head).slice(text);
    let tail = Span::new(tail, text.len()).slice(text);
    format!("{head} […] {tail}")
}

/// The passages of a code in one participant's notes of one session type.
#[derive(Debug, Clone, Default)]
pub(super) struct CellPassages {
    /// How many there are, kept or not.
    pub(super) total: u64,
    /// The first of them, each with its note in [`Material::notes`].
    pub(super) kept: Vec<(usize, Passage)>,
}

impl CellPassages {
    /// Keeps a passage; most cells of a large study hold one.
    fn keep(&mut self, note: usize, passage: Passage) {
        make_room(&mut self.kept);
        self.kept.push((note, passage));
    }
}

pub(super) type CellKey = (CodeIndex, Option<ParticipantId>, String);

/// Everything that the page shows of single notes.
#[derive(Debug)]
pub struct Material {
    /// How many notes are of which kind.
    pub census: Census,
    /// The first notes, and those further ones that have a passage in the page.
    pub(super) notes: Vec<NoteFacts>,
    /// Notes at most of which the page tells all, whether they have passages in it or not.
    pub(super) notes_max: usize,
    pub(super) cells: BTreeMap<CellKey, CellPassages>,
    /// Passages of cells that came when the page was full: how many of a code and session type.
    pub(super) beyond: BTreeMap<(CodeIndex, String), u64>,
    /// Passages kept of a cell at most, by now.
    pub(super) per_cell: usize,
    /// Warnings with the note's id.
    pub(super) warnings: Vec<(String, String)>,
    /// How many warnings there are, kept or not.
    pub(super) warning_total: u64,
    bytes: usize,
    bytes_max: usize,
}

impl Default for Material {
    fn default() -> Self {
        Self::new()
    }
}

impl Material {
    /// Nothing gathered yet.
    pub fn new() -> Self {
        Self::bounded(PASSAGES_BYTES_MAX)
    }

    /// Nothing gathered yet, with another bound.
    pub(super) fn bounded(bytes_max: usize) -> Self {
        Self {
            census: Census::default(),
            notes: Vec::new(),
            notes_max: NOTES_SHOWN_MAX,
            cells: BTreeMap::new(),
            beyond: BTreeMap::new(),
            per_cell: PASSAGES_PER_CELL_MAX,
            warnings: Vec::new(),
            warning_total: 0,
            bytes: 0,
            bytes_max,
        }
    }

    /// Gathers and takes the next note in corpus order.
    pub fn add(&mut self, coded: &CodedNote<'_>) {
        self.take(gather(coded, Shown::Masked), Vec::new());
    }

    /// Takes the next note in corpus order, with its values in each crosstab.
    pub fn take(&mut self, note: GatheredNote, by: Vec<Vec<String>>) {
        self.census.add(&note.census);
        for warning in note.warnings {
            self.warning_total += 1;
            if self.warnings.len() < WARNINGS_MAX {
                self.warnings.push((note.facts.id.to_string(), warning));
            }
        }
        let at = self.notes.len();
        let mut shown = false;
        for (session_type, passage) in note.passages {
            let key = (passage.code, note.facts.participant.clone(), session_type);
            if self.is_full() && !self.cells.contains_key(&key) {
                let (code, _, session_type) = key;
                *self.beyond.entry((code, session_type)).or_default() += 1;
                continue;
            }
            let cell = self.cells.entry(key).or_default();
            cell.total += 1;
            if cell.kept.len() < self.per_cell {
                self.bytes += passage.bytes();
                cell.keep(at, passage);
                shown = true;
            }
        }
        if shown || at < self.notes_max {
            self.notes.push(NoteFacts { by, ..note.facts });
        }
        while self.bytes > self.bytes_max && self.per_cell > 1 {
            self.halve();
        }
    }

    /// Whether no further cell is begun.
    fn is_full(&self) -> bool {
        self.bytes > self.bytes_max && self.per_cell == 1
    }

    fn halve(&mut self) {
        self.per_cell /= 2;
        self.bytes = 0;
        for cell in self.cells.values_mut() {
            cell.kept.truncate(self.per_cell);
            cell.kept.shrink_to_fit();
            self.bytes += cell.kept.iter().map(|(_, p)| p.bytes()).sum::<usize>();
        }
    }
}
