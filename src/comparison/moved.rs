//! Where the first run's passages stand in the second run's texts.
//!
//! Comes in: two runs, read back. Goes out: for each coding of a note that reads otherwise in the
//! second, its place there by alignment, so that a line put before it makes no coding a new one.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::exchange::{CodedPassage, Reanchorer, RecordedCoding, RunRecord};
use crate::text::CodePoints;

/// First code point of a passage and the one behind its last.
pub type Stretch = (usize, usize);

/// Places of the first run's codings in the notes whose text changed.
#[derive(Debug, Clone, Default)]
pub struct Moved {
    notes: BTreeMap<String, BTreeMap<Stretch, Option<Stretch>>>,
}

impl Moved {
    /// Aligns the texts of the notes that both runs have and that differ.
    ///
    /// # Errors
    /// Where the notes of a run cannot be read again.
    pub fn between(before: &RunRecord, after: &RunRecord) -> Result<Self> {
        let differs = |id: &&String| {
            let hashes = (before.texts.get(*id), after.texts.get(*id));
            matches!(hashes, (Some(old), Some(new)) if old != new)
        };
        let wanted: BTreeSet<String> = before.codings.keys().filter(differs).cloned().collect();
        let (old, new) = (before.texts_of(&wanted)?, after.texts_of(&wanted)?);
        let mut notes = BTreeMap::new();
        for id in wanted {
            if let (Some(old), Some(new)) = (old.get(&id), new.get(&id)) {
                let places = places(&before.codings[&id], old, new);
                notes.insert(id, places);
            }
        }
        Ok(Self { notes })
    }

    /// Where a coding of the first run stands in the second; none where its words are gone.
    pub(super) fn place(&self, note: &str, coding: &RecordedCoding) -> Option<Stretch> {
        let own = (coding.start, coding.end);
        match self.notes.get(note) {
            Some(places) => places.get(&own).copied().flatten(),
            None => Some(own),
        }
    }

    /// How many notes read otherwise, and how many passages stand at another place in them.
    pub fn count(&self) -> (usize, usize) {
        let all = self.notes.values().flatten();
        let moved = all.filter(|(own, there)| there.is_some_and(|there| there != **own));
        (self.notes.len(), moved.count())
    }
}

fn places(codings: &[RecordedCoding], old: &str, new: &str) -> BTreeMap<Stretch, Option<Stretch>> {
    let reanchorer = Reanchorer::new(new, Some(old));
    let points = CodePoints::new(new);
    let place = |coding: &RecordedCoding| {
        let found = reanchorer.find(&CodedPassage {
            words: &coding.text,
            start: coding.start,
            end: coding.end,
        });
        let there = found.span.map(|span| points.pair(span));
        ((coding.start, coding.end), there)
    };
    codings.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_put_before_a_passage_moves_it_and_loses_nothing() {
        let old = "Nausea [x] no. Felt calm at home. Slept.";
        let new = "Seen by phone.\nNausea [x] no. Felt calm at home. Slept.";
        let coding = |words: &str| {
            let start = old.find(words).expect("it stands there");
            RecordedCoding {
                start,
                end: start + words.len(),
                text: words.to_owned(),
                ..RecordedCoding::default()
            }
        };
        let codings = [coding("Nausea"), coding("calm at home")];
        let moved = places(&codings, old, new);
        for coding in &codings {
            let there = moved[&(coding.start, coding.end)];
            assert_eq!(there, Some((coding.start + 15, coding.end + 15)));
        }
        let gone = places(&codings, old, "Seen by phone. Nausea [x] no.");
        assert_eq!(gone[&(codings[1].start, codings[1].end)], None);
    }
}
