//! The pass over all notes: each laid out and coded, in parallel, chunk by chunk.
//!
//! Comes in: a study that was read and what every note is worked by. Goes out: worked notes, in
//! corpus order, whatever the number of threads.

use std::ops::Range;

use rayon::prelude::*;

use crate::coding::decided::Ground;
use crate::coding::matcher::{Coded, NOTES_TOGETHER};
use crate::deident::{Finder, Known};
use crate::error::Result;
use crate::ingest::Reading;
use crate::model::coded::Copies;
use crate::model::coding::WhyNot;
use crate::model::corpus::{Note, NoteId};
use crate::model::decision::Ruling;
use crate::model::identifier::Identifier;
use crate::model::layout::{CopyKind, Layout};
use crate::segment::{self, Boilerplate, CopyTracker, Recurring, TemplatePlaces};
use crate::spool::Spool;
use crate::study::Rules;

use super::Observer;
use super::decisions::ByNote;
use super::workers::{Lent, Workers};

/// Notes of a chunk, at most: enough for all threads to share, few enough to hold.
pub(super) const CHUNK: usize = 1024;
/// Bytes of text from which on fewer are: long notes are held by the dozen.
const CHUNK_BYTES: u64 = 8 << 20;

/// One note, laid out and coded; what depends on earlier notes is still to come.
#[derive(Debug)]
pub struct Worked {
    /// Its place in the corpus.
    pub index: usize,
    /// Its text.
    pub text: String,
    /// Its parts.
    pub layout: Layout,
    /// Its codings.
    pub coded: Coded,
    /// What in it names a person.
    pub identifiers: Vec<Identifier>,
    /// What became of people's decisions on it.
    pub rulings: Vec<Ruling>,
    /// What of it is a template's text.
    pub(super) recurring: Recurring,
}

/// What every note is worked by.
pub(super) struct Pass<'p> {
    pub(super) reading: &'p Reading,
    pub(super) rules: &'p Rules,
    pub(super) workers: Workers<'p>,
    pub(super) decisions: &'p ByNote,
    /// Words that recur over participants.
    pub(super) boilerplate: &'p Boilerplate,
    /// What finds names and places, and those that the study knows; none where nobody asks for them.
    pub(super) identifiers: Option<(&'p Finder, &'p Known)>,
}

impl Pass<'_> {
    fn identify(&self, worked: &Worked) -> Vec<Identifier> {
        let Some((finder, known)) = self.identifiers else {
            return Vec::new();
        };
        let participant = self.reading.corpus.notes[worked.index]
            .participant
            .value
            .as_ref();
        finder.find_in((&worked.text, &worked.layout.words), known, participant)
    }

    fn recurring(&self, worked: &Worked) -> Recurring {
        let note = &self.reading.corpus.notes[worked.index];
        self.boilerplate.find(note, &worked.text, &worked.layout)
    }
}

/// Lays out and codes every note, chunk by chunk, and gives the chunks on in corpus order.
pub(super) fn code_all(
    pass: &Pass<'_>,
    give: &mut (dyn FnMut(Vec<Worked>) -> Result<()> + Send),
    observer: &dyn Observer,
) -> Result<()> {
    let notes = &pass.reading.corpus.notes;
    observer.begin("code", Some(notes.len() as u64));
    let mut waiting: Vec<Worked> = Vec::new();
    let mut start = 0;
    while start < notes.len() {
        let range = start..chunk_end(&pass.reading.texts, start);
        let (worked, given) = rayon::join(
            || work(pass, range.clone()),
            || give(std::mem::take(&mut waiting)),
        );
        given?;
        waiting = worked?;
        observer.advance(range.end as u64);
        start = range.end;
    }
    give(waiting)
}

/// The layout of a note that is to be coded: its session type goes with it.
pub(super) fn layout_to_code(text: &str, note: &Note, rules: &Rules) -> Layout {
    let layout = segment::layout(text, &rules.sections, &note.turns);
    layout.of_session(note.session_type.value.clone())
}

/// Where the chunk ends that begins with a note: it holds one at least, whatever its length.
fn chunk_end(texts: &Spool, start: usize) -> usize {
    let last = texts.len().min(start + CHUNK);
    let mut bytes = 0;
    let fits = |&note: &usize| {
        bytes += texts.bytes(note);
        bytes <= CHUNK_BYTES
    };
    start + (start..last).take_while(fits).count().max(1)
}

fn work(pass: &Pass<'_>, range: Range<usize>) -> Result<Vec<Worked>> {
    // Two parts for each thread, so that none waits long for another.
    let parts = 2 * rayon::current_num_threads();
    let notes = range.len().div_ceil(parts).clamp(1, NOTES_TOGETHER);
    let starts: Vec<usize> = range.clone().step_by(notes).collect();
    let parts = starts
        .into_par_iter()
        .map_init(
            || pass.workers.lend(),
            |lent, start| work_part(pass, start..range.end.min(start + notes), lent),
        )
        .collect::<Result<Vec<Vec<Worked>>>>()?;
    Ok(parts.into_iter().flatten().collect())
}

fn work_part(pass: &Pass<'_>, range: Range<usize>, lent: &mut Lent<'_, '_>) -> Result<Vec<Worked>> {
    let Pass { reading, rules, .. } = pass;
    let lay_out = |index: usize| {
        let text = reading.texts.text(index)?;
        let layout = layout_to_code(&text, &reading.corpus.notes[index], rules);
        Ok((text, layout))
    };
    let read = range.clone().map(lay_out).collect::<Result<Vec<_>>>()?;
    let coded = lent.code_all(read.iter().map(|(text, layout)| (text.as_str(), layout)));
    let notes = range.zip(read).zip(coded);
    let worked = notes.map(|((index, (text, layout)), coded)| {
        let mut worked = Worked::new(index, text, layout, coded);
        worked.recurring = pass.recurring(&worked);
        worked.identifiers = pass.identify(&worked);
        let id = &reading.corpus.notes[index].id;
        worked.decided(id, (pass.decisions, rules), lent)
    });
    Ok(worked.collect())
}

impl Worked {
    pub(super) fn new(index: usize, text: String, layout: Layout, coded: Coded) -> Self {
        Self {
            index,
            text,
            layout,
            coded,
            identifiers: Vec::new(),
            rulings: Vec::new(),
            recurring: Recurring::default(),
        }
    }

    pub(super) fn decided(
        mut self,
        id: &NoteId,
        (decisions, rules): (&ByNote, &Rules),
        worker: &mut Lent<'_, '_>,
    ) -> Self {
        let (text, layout) = (self.text.as_str(), &self.layout);
        let mut ground = Ground {
            codebook: &rules.codebook.codebook,
            layout,
            hear: &mut |spans| worker.hear(text, layout, spans),
        };
        self.rulings = decisions.apply((id, text), &mut ground, &mut self.coded.codings);
        self
    }
}

/// Settles what depends on the notes before: they come in the corpus's order.
pub(super) struct Settling {
    copies: CopyTracker,
    templates: TemplatePlaces,
    counting: Copies,
}

impl Settling {
    /// Before the first note.
    pub(super) fn new(rules: &Rules) -> Self {
        Self {
            copies: CopyTracker::new(&rules.sections),
            templates: TemplatePlaces::default(),
            counting: rules.copies,
        }
    }

    /// Remembers an earlier note, of which nothing else is wanted.
    pub(super) fn pass_by(&mut self, note: &Note, text: &str, layout: &mut Layout) {
        self.copies.mark(note, text, layout);
    }

    /// Remembers where the templates of an earlier note stand.
    pub(super) fn pass_templates(&mut self, note: &Note, found: &Recurring) {
        self.templates.meet(note, found);
    }

    /// Marks what is copied, and uncounts what stands in copied text or in a duplicate note.
    pub(super) fn settle(&mut self, worked: &mut Worked, note: &Note) {
        self.copies.mark(note, &worked.text, &mut worked.layout);
        self.templates
            .link(note, &worked.recurring, &mut worked.layout);
        uncount(worked, note, self.counting);
    }
}

/// Uncounts what stands in copied text, which the layout marks, or in a duplicate note.
pub(super) fn uncount(worked: &mut Worked, note: &Note, counting: Copies) {
    let spans = &worked.layout.copied;
    for coding in &mut worked.coded.codings {
        if counting == Copies::LeftOut {
            coding.copied = spans.iter().position(|c| c.span.overlaps(coding.span));
        }
        let why = if note.duplicate_of.is_some() {
            Some(WhyNot::DuplicateNote)
        } else {
            coding
                .copied
                .and_then(|at| spans.get(at))
                .map(|c| why(c.kind))
        };
        coding.why_not = coding.why_not.or(why);
    }
}

fn why(kind: CopyKind) -> WhyNot {
    match kind {
        CopyKind::Forward => WhyNot::Copied,
        CopyKind::Boilerplate => WhyNot::Boilerplate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_holds_one_long_note_or_many_short_ones() {
        let ends = |lengths: &[usize]| {
            let mut texts = Spool::create().expect("a temporary file");
            let written: Vec<String> = lengths.iter().map(|&n| "a".repeat(n)).collect();
            let places = texts.write(written.iter().map(String::as_str));
            texts.set_order(places.expect("the disk has room"));
            let mut ends = vec![0];
            while ends[ends.len() - 1] < texts.len() {
                ends.push(chunk_end(&texts, ends[ends.len() - 1]));
            }
            ends
        };
        let most = CHUNK_BYTES as usize;
        assert_eq!(ends(&[most + 1, 5, most, 1, 1]), [0, 1, 2, 3, 5]);
        assert_eq!(
            ends(&vec![0; 2 * CHUNK + 1]),
            [0, CHUNK, 2 * CHUNK, 2 * CHUNK + 1]
        );
        assert_eq!(ends(&[]), [0]);
    }
}
