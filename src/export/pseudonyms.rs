//! `pseudonyms.csv`: the private key from pseudonyms to participants; `participants.csv`: what the
//! study's tables say of them, without what tells who they are.

use std::collections::BTreeMap;

use crate::deident::{Characteristics, Pseudonyms};
use crate::model::corpus::{Participant, ParticipantId};

use super::line::Lines;

/// Columns of `pseudonyms.csv`.
pub const PSEUDONYM_COLUMNS: [&str; 3] = ["pseudonym", "participant_id", "also_named"];

/// Every participant with the pseudonym that stands for them in what leaves the house, and with their
/// other names.
pub(super) fn pseudonym_lines(pseudonyms: &Pseudonyms, participants: &[Participant]) -> Vec<u8> {
    let known = participants.iter().map(|p| (&p.id, p.aliases.join("; ")));
    let known: BTreeMap<&ParticipantId, String> = known.collect();
    let mut lines = Lines::header(&PSEUDONYM_COLUMNS);
    for (id, own) in pseudonyms.iter() {
        let others = known.get(id).map_or("", String::as_str);
        lines.text(own).text(id.as_str()).text(others).end();
    }
    lines.into_bytes()
}

/// Every participant that the study's tables list, with what may be told of them.
pub(super) fn participant_lines(said: &Characteristics) -> Vec<u8> {
    let own = said.columns.iter().map(String::as_str);
    let columns: Vec<&str> = std::iter::once("participant_id").chain(own).collect();
    let mut lines = Lines::header(&columns);
    for (id, entries) in &said.people {
        lines.text(id.as_str());
        for entry in entries {
            lines.text(entry);
        }
        lines.end();
    }
    lines.into_bytes()
}
