//! Decisions on notes whose ids count rows or blocks, behind rows that were put in or taken out.
//!
//! Comes in: decisions, and the study's notes. Goes out: for each whose text is that of another note of the
//! same file now, that note. Refuses to guess: it is the hash of the text that tells, and where several notes
//! have it, none is meant.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use crate::error::{Diagnostic, Place};
use crate::ingest::Reading;
use crate::model::decision::Decision;
use crate::text::{Words, hex_sha256};

/// Least share of the shorter text's pairs of words that one note has in two versions.
const SHARED_MIN: f64 = 0.4;

/// Whether an id tells where in its file a note stands, and not which one it is.
pub(super) fn counts_rows(id: &str) -> bool {
    id.rsplit_once('#')
        .is_some_and(|(_, locator)| locator.starts_with("row=") || locator.starts_with("block="))
}

/// Whether two texts are so unlike that they are no versions of one note.
pub(super) fn is_another(old: &str, new: &str) -> bool {
    let (old, new) = (pairs(old), pairs(new));
    let shorter = old.len().min(new.len());
    let shared = old.intersection(&new).count();
    shorter > 0 && (shared as f64) < SHARED_MIN * shorter as f64
}

/// The pairs of words that stand beside each other.
fn pairs(text: &str) -> BTreeSet<(String, String)> {
    let words = Words::new(text);
    let form = |at: usize| words.form(at).to_owned();
    (1..words.len())
        .map(|at| (form(at - 1), form(at)))
        .collect()
}

/// Where texts are now.
pub(super) struct Shifted<'r> {
    reading: &'r Reading,
    /// Hashes of texts by the note's place.
    hashes: HashMap<usize, String>,
}

impl<'r> Shifted<'r> {
    pub(super) fn new(reading: &'r Reading) -> Self {
        Self {
            reading,
            hashes: HashMap::new(),
        }
    }

    /// The decisions whose note has another id now, with that id.
    pub(super) fn of(&mut self, decisions: &[Decision]) -> Vec<(usize, String)> {
        let in_question = |d: &&Decision| !d.note_sha256.is_empty() && counts_rows(&d.note_id);
        if !decisions.iter().any(|d| in_question(&d)) {
            return Vec::new();
        }
        let notes = &self.reading.corpus.notes;
        let places: HashMap<&str, usize> = notes
            .iter()
            .enumerate()
            .map(|(at, note)| (note.id.as_str(), at))
            .collect();
        let mut open = Vec::new();
        for (index, decision) in decisions.iter().enumerate() {
            let named = places.get(decision.note_id.as_str()).copied();
            let is_there = |at| self.hash(at) == decision.note_sha256;
            if in_question(&decision) && !named.is_some_and(is_there) {
                open.push(index);
            }
        }
        let file = |id: &'_ str| id.rsplit_once('#').map(|(file, _)| file.to_owned());
        let files: BTreeSet<String> = open
            .iter()
            .filter_map(|&index| file(&decisions[index].note_id))
            .collect();
        let mut now: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, note) in notes.iter().enumerate() {
            let own = file(note.id.as_str()).filter(|_| counts_rows(note.id.as_str()));
            if own.is_some_and(|own| files.contains(&own)) {
                now.entry(self.hash(at).to_owned()).or_default().push(at);
            }
        }
        let followed = open.into_iter().filter_map(|index| {
            let decision = &decisions[index];
            let in_file = |at: &&usize| file(notes[**at].id.as_str()) == file(&decision.note_id);
            let there = now.get(&decision.note_sha256)?.iter().filter(in_file);
            match there.collect::<Vec<_>>()[..] {
                [&only] => Some((index, notes[only].id.as_str().to_owned())),
                _ => None,
            }
        });
        followed.collect()
    }

    /// The hash of a note's text; none that any text has where it cannot be read back.
    fn hash(&mut self, at: usize) -> &str {
        let texts = &self.reading.texts;
        self.hashes.entry(at).or_insert_with(|| {
            let text = texts.text(at);
            text.map(|text| hex_sha256(text.as_bytes()))
                .unwrap_or_default()
        })
    }
}

/// That decisions went on to other notes than they name.
pub(super) fn finding(
    decisions: &[Decision],
    shifted: &BTreeMap<usize, String>,
    path: &Path,
) -> Option<Diagnostic> {
    let (&first, now) = shifted.first_key_value()?;
    let decision = &decisions[first];
    let many = match shifted.len() {
        1 => "A decision was".to_owned(),
        n => format!("{n} decisions were"),
    };
    Some(Diagnostic::warning(
        "V750",
        Place::at(path, decision.line, 1),
        format!(
            "{many} made on notes that have another id now, since rows or blocks were put in or taken out: the \
             text of {} is that of {now}.",
            decision.note_id
        ),
        "Each is applied to the text that it was made on. A column of ids in the notes' table would keep them \
         apart for good.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_note_is_told_from_another() {
        let note = "Pain flared on Monday. She rested, then walked to the shop with her sister.";
        let edited = "Seen at noon. Pain flared on Monday. She rested and walked to the shop.";
        let other = "Pain flared again. He works half days and sleeps badly since the fall.";
        assert!(!is_another(note, edited));
        assert!(is_another(note, other));
        assert!(counts_rows("a.csv#row=2") && counts_rows("b.txt#block=3~2"));
        assert!(!counts_rows("a.csv#E-2") && !counts_rows("note row=2.txt"));
    }
}
