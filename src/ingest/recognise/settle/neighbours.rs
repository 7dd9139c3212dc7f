//! Whose a note is that names nobody: what the others of its file or folder agree on.

use std::collections::BTreeMap;

use crate::model::corpus::{Basis, ParticipantId, Sourced};

use super::super::Attributed;
use super::super::clues::{RawNote, Recognised};
use super::folder_of;

/// Fewest notes of a file or folder whose agreement speaks for one that names nobody.
const NEIGHBOURS_MIN: usize = 2;

/// Completes notes that name nobody from the others of their file, then of their folder, where
/// all that name somebody name the same.
pub(super) fn by_neighbours(raws: &[RawNote], said: &[Attributed], out: &mut [Recognised]) {
    fn file(source: &str) -> &str {
        source
    }
    for place in [file as fn(&str) -> &str, folder_of] {
        let mut named: BTreeMap<&str, BTreeMap<ParticipantId, usize>> = BTreeMap::new();
        for (raw, note) in raws.iter().zip(out.iter()) {
            if let Some(id) = &note.participant.value
                && !note.participant.basis.contains(Basis::Neighbour)
            {
                let ids = named.entry(place(&raw.source)).or_default();
                *ids.entry(id.clone()).or_default() += 1;
            }
        }
        for ((raw, said), note) in raws.iter().zip(said).zip(out.iter_mut()) {
            let at = place(&raw.source);
            let is_open = note.participant.value.is_none() && !said.names_another;
            if !is_open || at.is_empty() {
                continue;
            }
            let Some(ids) = named.get(at).filter(|ids| ids.len() == 1) else {
                continue;
            };
            if let Some((id, count)) = ids.first_key_value()
                && *count >= NEIGHBOURS_MIN
            {
                note.participant = Sourced::from(id.clone(), Basis::Neighbour);
            }
        }
    }
}
