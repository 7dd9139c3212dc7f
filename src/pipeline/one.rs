//! One note by itself, coded as a run would code it.

use crate::coding::matcher::Matcher;
use crate::error::{Error, Result};
use crate::ingest::Reading;
use crate::model::corpus::Note;
use crate::segment;
use crate::study::{Rules, Study};

use super::decisions::ByNote;
use super::pass::{Settling, Worked, layout_to_code};
use super::templates::templates;
use super::workers::Workers;

/// Codes one note as `run` would, with everything that led to each decision, for `explain`.
///
/// # Errors
/// Where the note does not exist or its text cannot be read back.
pub fn work_one(study: &Study, reading: &Reading, rules: &Rules, id: &str) -> Result<Worked> {
    let notes = &reading.corpus.notes;
    let index = notes
        .iter()
        .position(|n| n.id.as_str() == id)
        .ok_or_else(|| {
            Error::not_found(format!(
                "there is no note {id:?} in this study. {}",
                nearest_ids(notes, id)
            ))
        })?;
    let matcher = Matcher::new(&rules.codebook.codebook, &rules.cues)?;
    let boilerplate = templates(reading, rules)?;
    let mut settling = Settling::new(rules);
    let participant = &notes[index].participant.value;
    // Copied text is known only from the participant's earlier notes.
    let first = notes
        .iter()
        .position(|n| &n.participant.value == participant)
        .unwrap_or(index);
    for (earlier, note) in notes.iter().enumerate().take(index) {
        let text = reading.texts.text(earlier)?;
        settling.pass_templates(note, &boilerplate.rows_of(note, &text));
        if earlier >= first {
            let mut layout = segment::layout(&text, &rules.sections, &note.turns);
            settling.pass_by(note, &text, &mut layout);
        }
    }
    let text = reading.texts.text(index)?;
    let layout = layout_to_code(&text, &notes[index], rules);
    let workers = Workers::new(&matcher);
    let mut worker = workers.lend();
    let coded = worker.code(&text, &layout);
    let decisions = ByNote::read(&study.decisions(), reading);
    let mut worked = Worked::new(index, text, layout, coded);
    worked = worked.decided(&notes[index].id, (&decisions, rules), &mut worker);
    worked.recurring = boilerplate.find(&notes[index], &worked.text, &worked.layout);
    settling.settle(&mut worked, &notes[index]);
    Ok(worked)
}

fn nearest_ids(notes: &[Note], wanted: &str) -> String {
    let wanted = wanted.to_lowercase();
    let like: Vec<&str> = notes
        .iter()
        .map(|n| n.id.as_str())
        .filter(|id| id.to_lowercase().contains(&wanted) || wanted.contains(&id.to_lowercase()))
        .take(5)
        .collect();
    if like.is_empty() {
        return "notes.csv of a run lists all of them.".to_owned();
    }
    format!("Did you mean {}?", like.join(", "))
}
