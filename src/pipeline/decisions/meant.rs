//! What a decision may have meant whose note or code is not there.
//!
//! Comes in: a decision, the study's notes and codes. Goes out: a hint, or nothing. It decides nothing.

use std::collections::HashMap;

use crate::ingest::Reading;
use crate::model::codebook::Codebook;
use crate::model::decision::{Action, Decision};
use crate::text::{edits, hex_sha256};

/// Most notes among whose ids one that is written alike is looked for.
const NOTES_MAX: usize = 20_000;

/// What notes and codes there are.
pub(super) struct Meant<'m> {
    reading: &'m Reading,
    codebook: &'m Codebook,
    /// Notes by the hash of their texts, once somebody asks.
    by_hash: Option<HashMap<String, usize>>,
}

impl<'m> Meant<'m> {
    pub(super) fn new(reading: &'m Reading, codebook: &'m Codebook) -> Self {
        Self {
            reading,
            codebook,
            by_hash: None,
        }
    }

    /// The note that a decision may speak of; the study has none of its id.
    pub(super) fn note(&mut self, decision: &Decision) -> Option<String> {
        let id = decision.note_id.as_str();
        if let Some(now) = self.of_hash(&decision.note_sha256) {
            return Some(format!(
                "the text that it was made on is that of note {now}"
            ));
        }
        let ids = || self.reading.corpus.notes.iter().map(|n| n.id.as_str());
        let number = |id: &str| id.trim_start_matches('0').to_owned();
        let cell = id.strip_suffix(".0").unwrap_or(id);
        let is_number = !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
        if let Some(own) = ids().find(|own| is_number && *own != id && number(own) == number(cell))
        {
            return Some(format!("did you mean {own}? {AS_TEXT}"));
        }
        let mut like_days = ids().filter(|own| is_like_a_day(own));
        if is_day(cell)
            && let Some(own) = like_days.next()
        {
            return Some(format!("did you mean one like {own}? {AS_TEXT}"));
        }
        let last = |id: &str| id.rsplit('/').next().unwrap_or_default().to_lowercase();
        if let Some(own) = ids().find(|own| last(own) == last(id)) {
            return Some(format!("did you mean {own}?"));
        }
        let few = self.reading.corpus.notes.len() <= NOTES_MAX;
        let near = nearest(id, ids().filter(|_| few))?;
        Some(format!("did you mean {near}?"))
    }

    /// The code that a decision may speak of; the codebook lacks one of its codes.
    pub(super) fn code(&self, decision: &Decision) -> Option<String> {
        let missing = match decision.action {
            Action::Recode => &decision.new_code,
            Action::Keep | Action::Reject | Action::Add => &decision.code,
        };
        let paths = || self.codebook.codes.iter().map(|c| c.path.as_str());
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_lowercase();
        let wanted = last(missing);
        let moved = paths().find(|path| last(path) == wanted);
        let part =
            || paths().find(|path| last(path).contains(&wanted) || wanted.contains(&last(path)));
        let near = moved.or_else(|| nearest(missing, paths())).or_else(part)?;
        Some(format!("did you mean {near}?"))
    }

    fn of_hash(&mut self, sha256: &str) -> Option<&str> {
        if sha256.is_empty() {
            return None;
        }
        let reading = self.reading;
        let notes = &reading.corpus.notes;
        let by_hash = self.by_hash.get_or_insert_with(|| {
            let hash = |i: usize| Some((hex_sha256(reading.texts.text(i).ok()?.as_bytes()), i));
            (0..notes.len()).rev().filter_map(hash).collect()
        });
        by_hash.get(sha256).map(|&i| notes[i].id.as_str())
    }
}

const AS_TEXT: &str =
    "A spreadsheet takes such an id for a number or a day: make its column one of text there";

/// The name that is nearest in writing, if it is near enough to be a slip.
fn nearest<'n>(word: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let length = word.chars().count();
    let is_near = |k: &&str| k.chars().count().abs_diff(length) <= 1 + length / 4;
    let near = known.filter(is_near).map(|k| (edits(word, k), k)).min();
    near.filter(|(edits, _)| *edits <= 1 + length / 4)
        .map(|(_, k)| k)
}

/// Whether a spreadsheet would take an id for a day: `3-1`, `12/5`.
fn is_like_a_day(id: &str) -> bool {
    let numbers: Vec<Option<u8>> = id.split(['-', '/', '.']).map(|n| n.parse().ok()).collect();
    matches!(numbers[..], [Some(1..=31), Some(1..=31)])
}

/// Whether a cell looks like a day that a spreadsheet made: `2024-03-01`, `01. Mrz`, `3-Jan`, `45352`.
fn is_day(cell: &str) -> bool {
    let serial = cell.parse::<u32>();
    if let Ok(serial) = serial {
        return (30_000..80_000).contains(&serial);
    }
    let parts: Vec<&str> = cell
        .split(|c: char| !c.is_alphanumeric())
        .filter(|p| !p.is_empty())
        .collect();
    let is_number = |p: &&&str| p.bytes().all(|b| b.is_ascii_digit());
    let words = parts.iter().filter(|p| p.chars().all(char::is_alphabetic));
    let numbers = parts.iter().filter(is_number).count();
    match words.count() {
        0 => numbers == 3 && parts.len() == 3,
        1 => (1..=2).contains(&numbers) && numbers + 1 == parts.len(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_makes_of_ids_is_known() {
        for cell in ["2024-03-01", "01. Mrz", "3-Jan", "45352", "Mar-01"] {
            assert!(is_day(cell), "{cell}");
        }
        for cell in ["12", "P01", "note one", "P01 2024-03-01", "note 1 a"] {
            assert!(!is_day(cell), "{cell}");
        }
        assert!(is_like_a_day("3-1") && !is_like_a_day("3-40") && !is_like_a_day("P3-1"));
        assert_eq!(
            nearest("self_wort", ["hope", "self_worth"].into_iter()),
            Some("self_worth")
        );
        assert_eq!(nearest("calm", ["hope"].into_iter()), None);
    }
}
