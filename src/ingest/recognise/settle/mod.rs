//! Settles over the whole study what a single note leaves open.
//!
//! Comes in: what every note says of itself. Goes out: [`Settled`]: who is whom, which order of
//! day and month, which year, which day of the participant's time.

mod dates;
mod neighbours;
mod people;
mod turns;
mod years;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::model::corpus::{Participant, ParticipantId, Sourced};
use crate::model::reading::DateOrder;

use super::Attributed;
use super::clues::{RawNote, Recognised};

/// What the study file and the clock say.
#[derive(Debug, Clone, Copy, Default)]
pub struct SettleOptions {
    /// The order of day and month, if the study file says it.
    pub date_order: Option<DateOrder>,
    /// Today; later dates are warned of. Without it only dates far from all others are.
    pub today: Option<Date>,
}

/// The whole study's notes in the order they came, and its participants.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// One for each note given.
    pub notes: Vec<Recognised>,
    /// Participants ordered by id: those of the table and those that only notes name.
    pub participants: Vec<Participant>,
}

impl Settled {
    /// Counts the days once more from the notes that are left.
    pub(crate) fn count_days(&mut self) {
        let plausible: Vec<bool> = self.notes.iter().map(|n| n.day.is_some()).collect();
        count_days(&mut self.notes, &plausible);
    }
}

/// Settles day and month, years, participants' ids and days over all notes of a study. Notes come
/// in the order of their files and of their places in them, each with what it says of itself.
pub fn settle(
    raws: &[RawNote],
    mut said: Vec<Attributed>,
    options: SettleOptions,
    participants: &[Participant],
) -> Settled {
    let mut out: Vec<Recognised> = said
        .iter_mut()
        .map(|note| Recognised {
            session_type: std::mem::take(&mut note.session_type),
            other_type: note.other_type.take(),
            not_held: note.not_held,
            session_number: note.session_number,
            setting: std::mem::take(&mut note.setting),
            author: std::mem::take(&mut note.author),
            warnings: std::mem::take(&mut note.warnings),
            ..Recognised::default()
        })
        .collect();
    types_of_their_own(raws, &said, &mut out);
    let known = people::settle(raws, &said, participants, &mut out);
    dates::settle(raws, &said, options, &mut out);
    let plausible = dates::flag(&mut out, options.today);
    count_days(&mut out, &plausible);
    for note in &mut out {
        for warning in &mut note.warnings {
            if !warning.ends_with(['.', '!', '?']) {
                warning.push('.');
            }
        }
    }
    Settled {
        notes: out,
        participants: known,
    }
}

/// A file's name or title says what all its notes are only where none of them says it itself.
fn types_of_their_own(raws: &[RawNote], said: &[Attributed], out: &mut [Recognised]) {
    let mut own: BTreeSet<&str> = BTreeSet::new();
    for ((raw, said), note) in raws.iter().zip(said).zip(out.iter()) {
        if !said.type_is_shared && note.session_type.value.is_some() {
            own.insert(&raw.source);
        }
    }
    for ((raw, said), note) in raws.iter().zip(said).zip(out.iter_mut()) {
        let is_one_of_many = !raw.locator.is_empty();
        if is_one_of_many && said.type_is_shared && own.contains(&*raw.source) {
            note.session_type = Sourced::unknown();
            note.session_number = None;
        }
    }
}

/// Counts days from each participant's first plausible date.
fn count_days(notes: &mut [Recognised], plausible: &[bool]) {
    let mut first: BTreeMap<ParticipantId, Date> = BTreeMap::new();
    for (note, _) in notes.iter().zip(plausible).filter(|(_, is)| **is) {
        if let (Some(id), Some(date)) = (&note.participant.value, note.date.value) {
            let known = first.entry(id.clone()).or_insert(date);
            *known = date.min(*known);
        }
    }
    for (note, _) in notes.iter_mut().zip(plausible).filter(|(_, is)| **is) {
        if let (Some(id), Some(date)) = (&note.participant.value, note.date.value)
            && let Some(start) = first.get(id)
        {
            note.day = date
                .since(*start)
                .ok()
                .map(|span| i64::from(span.get_days()));
        }
    }
}

/// The folder of a source; empty for the study folder itself.
fn folder_of(source: &str) -> &str {
    source.rsplit_once('/').map_or("", |(folder, _)| folder)
}
