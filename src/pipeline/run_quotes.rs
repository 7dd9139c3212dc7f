//! Quotes from a run's output folder: what was coded then, with the codebook of then.
//!
//! Comes in: the folder and a rule. Goes out: the chosen quotes, each checked against its note byte
//! for byte. The folder holds no sentences: they are found again, as `stored` does.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::codebook;
use crate::deident::{Finder, Pseudonyms};
use crate::error::Result;
use crate::exchange::{self, RunCoding, RunIdentifier, RunNote};
use crate::export::CODEBOOK_FILE;
use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coded::{CodedNote, Copies};
use crate::model::coding::{Coding, Evidence};
use crate::model::corpus::{Basis, Detail, Fields, Note, NoteId, ParticipantId, Sourced};
use crate::model::headings::SectionRules;
use crate::model::identifier::Identifier;
use crate::model::layout::{Layout, Section, SectionDefault};
use crate::quote::{Picker, Quotable, QuoteRow, Rule};
use crate::segment;
use crate::study::in_language;
use crate::text::{CodePoints, Span};

use super::quotes::chosen;
use super::stored::not_one_run;

/// Chosen quotes, with what is needed to print them.
#[derive(Debug)]
pub struct ChosenQuotes {
    /// The codebook by which their notes are coded.
    pub codebook: Codebook,
    /// The chosen quotes.
    pub rows: Vec<QuoteRow>,
    /// The date of each note.
    pub dates: Vec<Option<Date>>,
    /// What stands for participants' ids in what leaves the house.
    pub pseudonyms: Pseudonyms,
}

/// Chooses quotes from a run's output folder; `rule` is told the run's codebook.
///
/// # Errors
/// Where the folder's files are missing or not of one run, the rule fails, or a quote is not in its
/// note word for word.
pub fn run_quotes(dir: &Path, rule: &dyn Fn(&Codebook) -> Result<Rule>) -> Result<ChosenQuotes> {
    let run = exchange::read_run(dir)?;
    let ids: BTreeSet<&str> = run.notes.iter().map(|n| n.note_id.as_str()).collect();
    let identifiers = exchange::read_identifiers(dir, &|note| ids.contains(note))?;
    let codebook = codebook::load(&dir.join(CODEBOOK_FILE))?.codebook;
    let rule = rule(&codebook)?;
    let sections = in_language(codebook::builtin_section_rules, &codebook.language)?;
    let quotable = |(index, note): (usize, &RunNote)| {
        let codings = run
            .codings
            .get(&note.note_id)
            .map_or(&[][..], Vec::as_slice);
        let found = identifiers
            .get(&note.note_id)
            .map_or(&[][..], Vec::as_slice);
        let stored = StoredNote { index, note };
        let quotable = stored.quotable(codings, (&run.codes, &codebook), found, (&sections, &rule));
        quotable.ok_or_else(|| not_one_run(dir, &note.note_id))
    };
    let all: Vec<Quotable> = run
        .notes
        .par_iter()
        .enumerate()
        .map(quotable)
        .collect::<Result<_>>()?;
    let mut picker = Picker::by(rule.clone());
    all.into_iter().try_for_each(|own| picker.take(own))?;
    let rows = chosen(picker, &|index| {
        let note = run.notes.get(index);
        Ok((note.map(|n| n.text.clone()).unwrap_or_default(), Some(dir)))
    })?;
    Ok(ChosenQuotes {
        pseudonyms: pseudonyms(dir, &run.notes, &codebook)?,
        dates: run.notes.iter().map(date).collect(),
        codebook,
        rows,
    })
}

fn date(note: &RunNote) -> Option<Date> {
    note.date.as_deref()?.parse().ok()
}

/// The run's own pseudonyms, or those that it would have given.
fn pseudonyms(dir: &Path, notes: &[RunNote], codebook: &Codebook) -> Result<Pseudonyms> {
    if let Some(kept) = exchange::read_pseudonyms(dir)? {
        return Ok(Pseudonyms::kept(kept));
    }
    let rules = in_language(codebook::builtin_identifier_rules, &codebook.language)?;
    let ids = notes.iter().filter_map(|n| n.participant_id.as_deref());
    let ids: Vec<ParticipantId> = ids.map(ParticipantId::new).collect();
    Ok(Pseudonyms::new(ids.iter(), &Finder::new(&rules)?))
}

/// A note as the run wrote it, and its place.
struct StoredNote<'r> {
    index: usize,
    note: &'r RunNote,
}

impl StoredNote<'_> {
    /// What it has to quote from; none where a place does not lie in it.
    fn quotable(
        &self,
        codings: &[RunCoding],
        (codes, codebook): (&[String], &Codebook),
        identifiers: &[RunIdentifier],
        (sections, rule): (&SectionRules, &Rule),
    ) -> Option<Quotable> {
        let text = &self.note.text;
        let points = CodePoints::new(text);
        let mut layout = segment::layout(text, sections, &[]);
        layout.sections = self.sections(&points)?;
        let coding = |own: &RunCoding| {
            let span = points.span(own.start, own.end)?;
            let code = codes.get(own.code).and_then(|path| codebook.find(path));
            // A person's code that the codebook does not have is quoted for nothing.
            Some(code.map(|code| coding(own, (code, span), &layout)))
        };
        let codings: Vec<Option<Coding>> = codings.iter().map(coding).collect::<Option<_>>()?;
        let codings: Vec<Coding> = codings.into_iter().flatten().collect();
        let identifier = |own: &RunIdentifier| {
            Some(Identifier {
                span: points.span(own.start, own.end)?,
                kind: own.kind,
                why: own.why.clone(),
            })
        };
        let identifiers: Vec<Identifier> =
            identifiers.iter().map(identifier).collect::<Option<_>>()?;
        let coded = CodedNote {
            index: self.index,
            note: &self.facts(),
            text,
            layout: &layout,
            parts: &[],
            detail: Detail::Terse,
            identifiers: &identifiers,
            copies: Copies::LeftOut,
            codings: &codings,
        };
        Some(rule.quotable(&coded))
    }

    fn sections(&self, points: &CodePoints<'_>) -> Option<Vec<Section>> {
        let sections = self.note.sections.iter().map(|own| {
            let span = points.span(own.start, own.end)?;
            Some(Section {
                name: own.name.clone(),
                heading: Span::new(span.start, span.start),
                span,
                session_type: own.session_type.clone(),
                default: SectionDefault::None,
                voice: None,
            })
        });
        sections.collect()
    }

    fn facts(&self) -> Note {
        let own = self.note;
        let column = Basis::Column;
        let sourced = |id: &String| Sourced::from(ParticipantId::new(id.as_str()), column);
        Note {
            id: NoteId::new(own.note_id.as_str()),
            source: "".into(),
            locator: "".into(),
            participant: own
                .participant_id
                .as_ref()
                .map_or_else(Sourced::unknown, sourced),
            date: date(own).map_or_else(Sourced::unknown, |d| Sourced::from(d, column)),
            day: own.day,
            session_type: own
                .session_type
                .as_ref()
                .map_or_else(Sourced::unknown, |t| {
                    Sourced::from(t.as_str().into(), column)
                }),
            setting: own.setting.as_str().into(),
            author: own.author.as_str().into(),
            fields: Fields::default(),
            turns: Box::default(),
            duplicate_of: own.duplicate_of.as_deref().map(NoteId::new),
            not_held: false,
            warnings: Box::default(),
        }
    }
}

fn coding(own: &RunCoding, (code, span): (CodeIndex, Span), layout: &Layout) -> Coding {
    Coding {
        code,
        span,
        facts: own.assertion.into(),
        voice: own.voice,
        evidence: Evidence::of_person(code, span),
        section: layout.section_at(span.start),
        copied: own.is_copied.then_some(0),
        why_not: own.why_not,
        coder: None,
    }
}
