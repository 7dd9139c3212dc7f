//! The look at all notes before they are coded: which words are a template's.

use rayon::prelude::*;

use crate::error::Result;
use crate::ingest::Reading;
use crate::segment::{Boilerplate, BoilerplateCount};
use crate::study::Rules;

use super::pass::CHUNK;

/// Finds the words that recur over participants. Texts are read chunk by chunk, and neither laid out
/// nor kept.
pub(super) fn templates(reading: &Reading, rules: &Rules) -> Result<Boilerplate> {
    let notes = &reading.corpus.notes;
    let bytes = (0..notes.len()).map(|at| reading.texts.bytes(at)).sum();
    let Some(mut count) = BoilerplateCount::new(&rules.sections, notes, bytes) else {
        return Ok(Boilerplate::default());
    };
    for start in (0..notes.len()).step_by(CHUNK) {
        let range = start..(start + CHUNK).min(notes.len());
        let rows = range.clone().into_par_iter().map(|at| {
            let text = reading.texts.text(at)?;
            Ok(count.rows(&text))
        });
        let rows: Vec<Vec<u64>> = rows.collect::<Result<_>>()?;
        for (note, rows) in notes[range].iter().zip(&rows) {
            count.add(note, rows);
        }
    }
    Ok(count.finish())
}
