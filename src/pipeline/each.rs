//! Every note of a study, coded as a run would code it, for questions that write nothing.

use rayon::prelude::*;

use crate::coding::matcher::Matcher;
use crate::deident::{Finder, Known};
use crate::error::Result;
use crate::ingest::Reading;
use crate::model::coded::CodedNote;
use crate::study::{Rules, Study};

use super::decisions::ByNote;
use super::deidentify::finder;
use super::pass::{Pass, Settling, Worked, code_all};
use super::templates::templates;
use super::workers::Workers;
use super::{Counted, Observer};

/// A study that was read, and the rules it is coded by.
#[derive(Debug, Clone, Copy)]
pub struct ReadStudy<'s> {
    /// The study.
    pub study: &'s Study,
    /// Its notes.
    pub reading: &'s Reading,
    /// Its rules.
    pub rules: &'s Rules,
}

/// Codes every note, takes from each what `gather` wants of it (in several threads), and gives that
/// to `take` in corpus order. Names and places are not looked for, which takes longer than coding.
///
/// # Errors
/// Where a text cannot be read back or `take` fails.
pub fn each_note<T: Send>(
    of: ReadStudy<'_>,
    observer: &dyn Observer,
    gather: &(dyn Fn(&CodedNote<'_>) -> T + Sync),
    take: &mut (dyn FnMut(T) -> Result<()> + Send),
) -> Result<()> {
    visit((of, None), observer, gather, take)
}

/// The same, with what names a person in each note.
pub(super) fn each_identified_note<T: Send>(
    of: ReadStudy<'_>,
    observer: &dyn Observer,
    gather: &(dyn Fn(&CodedNote<'_>) -> T + Sync),
    take: &mut (dyn FnMut(T) -> Result<()> + Send),
) -> Result<()> {
    let (finder, known) = finder(of.reading, of.rules)?;
    visit((of, Some((&finder, &known))), observer, gather, take)
}

fn visit<T: Send>(
    (of, identifiers): (ReadStudy<'_>, Option<(&Finder, &Known)>),
    observer: &dyn Observer,
    gather: &(dyn Fn(&CodedNote<'_>) -> T + Sync),
    take: &mut (dyn FnMut(T) -> Result<()> + Send),
) -> Result<()> {
    let ReadStudy {
        study,
        reading,
        rules,
    } = of;
    let matcher = Matcher::new(&rules.codebook.codebook, &rules.cues)?;
    let notes = &reading.corpus.notes;
    let decisions = ByNote::read(&study.decisions(), of.reading);
    let boilerplate = templates(reading, rules)?;
    let pass = Pass {
        reading,
        rules,
        workers: Workers::new(&matcher),
        decisions: &decisions,
        boilerplate: &boilerplate,
        identifiers,
    };
    let mut settling = Settling::new(rules);
    let mut give = |mut chunk: Vec<Worked>| {
        for worked in &mut chunk {
            settling.settle(worked, &notes[worked.index]);
        }
        let gathered: Vec<T> = chunk
            .par_iter()
            .map(|worked| {
                let counted = Counted::new(worked, &rules.sections);
                gather(&counted.note(worked, notes, rules.copies))
            })
            .collect();
        gathered.into_iter().try_for_each(&mut *take)
    };
    code_all(&pass, &mut give, observer)
}
