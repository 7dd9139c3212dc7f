//! The notes of a run's output folder, coded anew: their files are not read again.
//!
//! Comes in: an output folder, and rules of which one code is asked for. Goes out: each note, coded as
//! `each_note` would code it wherever that code may find anything. Texts, metadata and copied text are
//! the run's.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::coding::glance::Glance;
use crate::coding::matcher::Matcher;
use crate::error::{Error, Place, Result};
use crate::exchange::{RunNote, RunNoteLine, RunNoteLines, RunTurn};
use crate::model::coded::CodedNote;
use crate::model::corpus::{
    Basis, Fields, Note, NoteId, ParticipantId, Sourced, UNKNOWN_SESSION_TYPE,
};
use crate::model::layout::{CopiedSpan, CopyKind, Layout, Speaker, Turn};
use crate::study::Rules;
use crate::text::CodePoints;

use super::Counted;
use super::decisions::ByNote;
use super::pass::{Worked, layout_to_code, uncount};
use super::workers::Workers;

/// Notes that are looked at together.
const CHUNK: usize = 1024;

/// A run and the rules by which its notes are coded anew.
#[derive(Debug, Clone, Copy)]
pub struct RunAnew<'r> {
    /// The output folder.
    pub dir: &'r Path,
    /// The rules; their first code is asked for.
    pub rules: &'r Rules,
    /// Where people's decisions stand, or would.
    pub decisions: &'r Path,
}

/// A note of a run.
#[derive(Debug)]
pub enum SeenNote<'n> {
    /// The code may find something in it: it was coded.
    Coded(&'n CodedNote<'n>),
    /// The code finds nothing in it.
    Passed {
        /// What is known of it.
        note: &'n Note,
        /// The session types that it is a note of.
        session_types: &'n [String],
    },
}

/// Takes from each note of a run what `gather` wants of it (in several threads), and gives that to
/// `take` in the run's order.
///
/// # Errors
/// Where the folder's notes cannot be read, the rules are faulty, or `take` fails.
pub fn each_note_of_run<T: Send>(
    of: RunAnew<'_>,
    gather: &(dyn Fn(&SeenNote<'_>) -> T + Sync),
    take: &mut dyn FnMut(T) -> Result<()>,
) -> Result<()> {
    let codebook = &of.rules.codebook.codebook;
    let Some(asked) = codebook.codes.first() else {
        return Ok(());
    };
    let glance = Glance::new(asked, codebook)?;
    let matcher = Matcher::new(codebook, &of.rules.cues)?;
    let pass = Pass {
        of,
        workers: Workers::new(&matcher),
        decisions: ByNote::of_any_note(of.decisions),
    };
    let mut lines = RunNoteLines::open(of.dir)?;
    loop {
        let some = lines.next(CHUNK)?;
        if some.is_empty() {
            return Ok(());
        }
        let gathered = some.par_iter().map_init(
            || glance.worker(),
            |glancer, line| {
                let note = line.note(of.dir)?;
                let may_find = glancer.may_find(&note.text);
                pass.see(note, line, may_find, gather)
            },
        );
        let gathered: Vec<T> = gathered.collect::<Result<_>>()?;
        gathered.into_iter().try_for_each(&mut *take)?;
    }
}

struct Pass<'p> {
    of: RunAnew<'p>,
    workers: Workers<'p>,
    decisions: ByNote,
}

impl Pass<'_> {
    fn see<T>(
        &self,
        mut run: RunNote,
        line: &RunNoteLine,
        may_find: bool,
        gather: &(dyn Fn(&SeenNote<'_>) -> T + Sync),
    ) -> Result<T> {
        let text = std::mem::take(&mut run.text);
        let points = CodePoints::new(&text);
        let torn = || torn(self.of.dir, line);
        let note = note_of(&run, &points).ok_or_else(torn)?;
        if !may_find {
            let own = [note
                .session_type
                .value
                .as_deref()
                .unwrap_or(UNKNOWN_SESSION_TYPE)
                .to_owned()];
            let types = run.session_types.filter(|types| !types.is_empty());
            return Ok(gather(&SeenNote::Passed {
                note: &note,
                session_types: types.as_deref().unwrap_or(&own),
            }));
        }
        let copied = copied_of(&run, &points).ok_or_else(torn)?;
        let rules = self.of.rules;
        let layout = layout_to_code(&text, &note, rules);
        let mut worker = self.workers.lend();
        let coded = worker.code(&text, &layout);
        let layout = Layout { copied, ..layout };
        let worked = Worked::new(0, text, layout, coded);
        let mut worked = worked.decided(&note.id, (&self.decisions, rules), &mut worker);
        uncount(&mut worked, &note, rules.copies);
        let counted = Counted::new(&worked, &rules.sections);
        let notes = [note];
        let coded = counted.note(&worked, &notes, rules.copies);
        Ok(gather(&SeenNote::Coded(&coded)))
    }
}

fn torn(dir: &Path, line: &RunNoteLine) -> Error {
    let message = "what this line says of its text lies outside of it. Run it again.";
    let mut error = Error::other(message);
    error.place = Some(Place::at(dir.join("notes.jsonl"), line.number(), 1));
    error
}

/// What a run says of a note; none where its turns lie outside of its text.
fn note_of(run: &RunNote, points: &CodePoints<'_>) -> Option<Note> {
    let participant = run.participant_id.as_deref().filter(|id| !id.is_empty());
    let session_type = run.session_type.as_deref();
    let session_type = session_type.filter(|name| *name != UNKNOWN_SESSION_TYPE);
    Some(Note {
        id: NoteId::new(run.note_id.as_str()),
        source: Arc::default(),
        locator: Box::default(),
        participant: known(participant.map(ParticipantId::new)),
        date: known(run.date.as_deref().and_then(|date| date.parse().ok())),
        day: None,
        session_type: known(session_type.map(Arc::from)),
        setting: run.setting.as_str().into(),
        author: run.author.as_str().into(),
        fields: Fields::default(),
        turns: turns_of(run, points)?.into(),
        duplicate_of: run.duplicate_of.as_deref().map(NoteId::new),
        not_held: false,
        warnings: Box::default(),
    })
}

/// The turns of a run's note; none where one lies outside of its text.
pub(super) fn turns_of(run: &RunNote, points: &CodePoints<'_>) -> Option<Vec<Turn>> {
    let turn = |turn: &RunTurn| {
        let mut all = Speaker::ALL.into_iter();
        let speaker = all.find(|s| s.as_str() == turn.speaker)?;
        let span = points.span(turn.start, turn.end)?;
        Some(Turn { span, speaker })
    };
    run.turns.iter().map(turn).collect()
}

fn known<T>(value: Option<T>) -> Sourced<T> {
    value.map_or_else(Sourced::unknown, |value| {
        Sourced::from(value, Basis::Default)
    })
}

fn copied_of(run: &RunNote, points: &CodePoints<'_>) -> Option<Vec<CopiedSpan>> {
    let copied = run.copied.iter().map(|copied| {
        Some(CopiedSpan {
            span: points.span(copied.start, copied.end)?,
            from: NoteId::new(copied.from.as_str()),
            kind: CopyKind::ALL
                .into_iter()
                .find(|k| k.as_str() == copied.kind)?,
        })
    });
    copied.collect()
}
