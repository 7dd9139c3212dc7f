//! The notes and codings of an output folder, as questions see them.
//!
//! The folder holds no sentences: they are found again, by the headings of its study where that is
//! known, else by the built-in ones of the codebook's language.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::codebook;
use crate::error::{Error, Place, Result};
use crate::exchange::{self, RunCoding, RunFolder, RunNote};
use crate::model::corpus::UNKNOWN_SESSION_TYPE;
use crate::model::headings::SectionRules;
use crate::model::layout::Layout;
use crate::query::{CodingFacts, NoteFacts, Places, Question, SectionFacts, Vocabulary};
use crate::segment;
use crate::study::in_language;
use crate::text::{CodePoints, Span};

use super::on_run::turns_of;

/// What a run found, ready to be asked.
#[derive(Debug)]
pub struct Stored {
    dir: PathBuf,
    run: RunFolder,
    rules: SectionRules,
}

impl Stored {
    /// Reads an output folder.
    ///
    /// # Errors
    /// Where its files are missing or say what no run writes.
    pub fn open(dir: &Path) -> Result<Self> {
        let run = exchange::read_run(dir)?;
        // Where the codebook is gone, most headings are English still.
        let codebook = codebook::open(&run.codebook).ok();
        let language = codebook.map_or_else(|| "en".to_owned(), |c| c.codebook.language);
        let rules = in_language(codebook::builtin_section_rules, &language)?;
        let dir = dir.to_owned();
        Ok(Self { dir, run, rules })
    }

    /// Reads an output folder whose study follows these rules of headings.
    ///
    /// # Errors
    /// Where its files are missing or say what no run writes.
    pub fn open_by(dir: &Path, rules: SectionRules) -> Result<Self> {
        let (run, dir) = (exchange::read_run(dir)?, dir.to_owned());
        Ok(Self { dir, run, rules })
    }

    /// The codes' paths; codings name them by place.
    pub fn codes(&self) -> &[String] {
        &self.run.codes
    }

    /// The names that filters may ask for; the codes are the codebook's to name.
    pub fn names(&self) -> Vocabulary {
        let notes = || self.run.notes.iter();
        let sections = || notes().flat_map(|n| &n.sections);
        let codings = || self.run.codings.values().flatten();
        let of_notes = notes().map(|n| n.session_type.as_deref().unwrap_or(UNKNOWN_SESSION_TYPE));
        let of_sections = sections().filter_map(|s| s.session_type.as_deref());
        let of_codings = codings().map(|c| c.session_type.as_str());
        Vocabulary {
            codes: Vec::new(),
            participants: distinct(notes().filter_map(|n| n.participant_id.as_deref())),
            session_types: distinct(of_notes.chain(of_sections).chain(of_codings)),
            notes: distinct(notes().map(|n| n.note_id.as_str())),
            authors: distinct(notes().map(|n| n.author.as_str())),
            settings: distinct(notes().map(|n| n.setting.as_str())),
            sections: distinct(sections().map(|s| s.name.as_str())),
            coders: distinct(codings().map(|c| c.coder.as_str())),
        }
    }

    /// The notes in corpus order. Only those are laid out that may answer the question: of the
    /// others it needs no sentence.
    ///
    /// # Errors
    /// Where codings do not lie in their notes.
    pub fn notes(&self, question: &Question) -> Result<Vec<NoteFacts>> {
        let of_note = |note: &RunNote| {
            let codings = self.run.codings.get(&note.note_id);
            let codings = codings.map(Vec::as_slice).unwrap_or_default();
            let torn = || not_one_run(&self.dir, &note.note_id);
            let points = CodePoints::new(&note.text);
            let turns = turns_of(note, &points).ok_or_else(torn)?;
            let layout = if question.may_answer_with(codings.iter().map(|c| c.code)) {
                segment::layout(&note.text, &self.rules, &turns)
            } else {
                Layout::default()
            };
            let places = Places::new(&note.text, &layout);
            facts((note, &points), codings, &places).ok_or_else(torn)
        };
        self.run.notes.par_iter().map(of_note).collect()
    }
}

/// The names that are told, each once, in order.
fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let told: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
    told.into_iter().map(str::to_owned).collect()
}

/// That an output folder's files do not fit each other.
pub(super) fn not_one_run(dir: &Path, note: &str) -> Error {
    let mut error = Error::other(format!(
        "a coding of {note} does not lie in its note: notes.jsonl and codings.csv are not of one \
         run. Run it again."
    ));
    error.place = Some(Place::file(dir));
    error
}

fn facts(
    (note, points): (&RunNote, &CodePoints<'_>),
    codings: &[RunCoding],
    places: &Places<'_>,
) -> Option<NoteFacts> {
    let mut own = NoteFacts {
        note_id: note.note_id.clone(),
        participant: note.participant_id.clone().unwrap_or_default(),
        date: note.date.as_deref().and_then(|d| d.parse().ok()),
        session_type: note
            .session_type
            .clone()
            .unwrap_or_else(|| UNKNOWN_SESSION_TYPE.to_owned()),
        session_types: Vec::new(),
        setting: note.setting.clone(),
        author: note.author.clone(),
        is_duplicate: note.duplicate_of.is_some(),
        whole: places.whole(),
        sentences: places.sentences(),
        paragraphs: places.paragraphs(),
        quotations: places.quotations(),
        text: note.text.clone(),
        sections: Vec::new(),
        codings: Vec::new(),
    };
    for section in &note.sections {
        own.sections.push(SectionFacts {
            name: section.name.clone(),
            span: points.span(section.start, section.end)?,
            session_type: section.session_type.clone(),
        });
    }
    for coding in codings {
        own.codings.push(CodingFacts {
            code: coding.code,
            place: places.of(points.span(coding.start, coding.end)?),
            assertion: coding.assertion,
            voice: coding.voice,
            why_not: coding.why_not,
            session_type: coding.session_type.clone(),
            section: coding.section.clone(),
            coder: coding.coder.clone(),
        });
    }
    own.session_types = session_types(&own);
    Some(own)
}

/// The session types that a note counts as a note of: those of its sections and codings, and its own
/// where some text is of no section with another.
fn session_types(note: &NoteFacts) -> Vec<String> {
    let is_word = |c: char| c.is_alphanumeric();
    let mut rest: Vec<Span> = vec![note.whole.span];
    let mut types = BTreeSet::new();
    for section in &note.sections {
        let Some(session_type) = &section.session_type else {
            continue;
        };
        types.insert(session_type.clone());
        rest = rest
            .into_iter()
            .flat_map(|r| {
                let before = Span::new(r.start, section.span.start.clamp(r.start, r.end));
                let after = Span::new(section.span.end.clamp(r.start, r.end), r.end);
                [before, after]
            })
            .collect();
    }
    types.extend(note.codings.iter().map(|c| c.session_type.clone()));
    if types.is_empty() || rest.iter().any(|r| r.slice(&note.text).contains(is_word)) {
        types.insert(note.session_type.clone());
    }
    types.into_iter().collect()
}
