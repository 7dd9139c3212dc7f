//! Counting by session: all notes of one participant, day and session type are one unit.
//!
//! Comes in: notes in corpus order. Goes out: what the notes of a session say together. One day of one
//! participant is held at a time.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::codebook::CodeIndex;
use crate::model::coded::CodedNote;
use crate::model::corpus::ParticipantId;
use crate::model::measure::Measure;

use super::states::{Lineage, State, states};

/// What frequencies count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CountBy {
    /// Notes.
    #[default]
    Note,
    /// Sessions: a participant's notes of one day and type together.
    Session,
}

impl CountBy {
    /// The word that tables and the study file use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Session => "session",
        }
    }
}

/// A session's text, and what it says of each code.
pub(super) type Said = (Measure, BTreeMap<CodeIndex, State>);

/// The sessions of one participant and day, by type, while their notes come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpenDay {
    pub(super) participant: Option<ParticipantId>,
    date: Option<Date>,
    pub(super) sessions: BTreeMap<String, Said>,
}

impl OpenDay {
    /// Begins with a note's participant and day.
    pub(super) fn new(coded: &CodedNote<'_>) -> Self {
        Self {
            participant: coded.note.participant.value.clone(),
            date: coded.note.date.value,
            sessions: BTreeMap::new(),
        }
    }

    /// Whether a note is of the same participant and day. What is of an unknown one is not.
    pub(super) fn holds(&self, coded: &CodedNote<'_>) -> bool {
        self.date.is_some()
            && self.participant.is_some()
            && self.date == coded.note.date.value
            && self.participant == coded.note.participant.value
    }

    /// Adds a note to the sessions that it is a note of.
    pub(super) fn add(&mut self, lineage: &Lineage, coded: &CodedNote<'_>) {
        for (&name, &text) in &coded.session_types() {
            let (sum, said) = self.sessions.entry(name.to_owned()).or_default();
            *sum += text;
            let own = coded.codings.iter();
            let own = own.filter(|c| coded.session_type_of(c) == name);
            for (code, state) in states(lineage, own) {
                let joined = said.get(&code).map_or(state, |before| join(*before, state));
                said.insert(code, joined);
            }
        }
    }
}

/// What two notes of one session say together: present if one says so, else absent if one does.
fn join(a: State, b: State) -> State {
    match (a, b) {
        (State::Present { passages: x }, State::Present { passages: y }) => {
            State::Present { passages: x + y }
        }
        (present @ State::Present { .. }, _) | (_, present @ State::Present { .. }) => present,
        (State::Absent, _) | (_, State::Absent) => State::Absent,
        (State::Mentioned, State::Mentioned) => State::Mentioned,
    }
}
