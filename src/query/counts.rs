//! How many passages there are of each participant and session type, among how many notes.

use std::collections::{BTreeMap, BTreeSet};

/// What was found of one participant (or all) in one session type (or all).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// Passages.
    pub passages: u64,
    /// Notes with at least one.
    pub notes: u64,
    /// Notes looked at.
    pub of_notes: u64,
}

/// A participant and a session type; none stands for all of them.
type Key = (Option<String>, Option<String>);

/// What was found, by participant and session type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    cells: BTreeMap<Key, Cell>,
}

impl Counts {
    /// Counts a note that was looked at, in each session type that it is a note of.
    pub fn note<'a>(&mut self, participant: &str, session_types: impl Iterator<Item = &'a str>) {
        for session_type in session_types.map(Some).chain([None]) {
            self.change(participant, session_type, |c| c.of_notes += 1);
        }
    }

    /// Counts the passages of one note, by the session type of each.
    pub fn passages<'a>(
        &mut self,
        participant: &str,
        session_types: impl Iterator<Item = &'a str>,
    ) {
        let mut by_type: BTreeMap<Option<&str>, u64> = BTreeMap::new();
        for session_type in session_types {
            *by_type.entry(Some(session_type)).or_default() += 1;
            *by_type.entry(None).or_default() += 1;
        }
        for (session_type, count) in by_type {
            self.change(participant, session_type, |c| {
                c.passages += count;
                c.notes += 1;
            });
        }
    }

    fn change(
        &mut self,
        participant: &str,
        session_type: Option<&str>,
        change: impl Fn(&mut Cell),
    ) {
        for participant in [None, Some(participant.to_owned())] {
            let key = (participant, session_type.map(str::to_owned));
            change(self.cells.entry(key).or_default());
        }
    }

    /// What was found of a participant, or of all, in a session type, or in all.
    pub fn cell(&self, participant: Option<&str>, session_type: Option<&str>) -> Cell {
        let key = (
            participant.map(str::to_owned),
            session_type.map(str::to_owned),
        );
        self.cells.get(&key).copied().unwrap_or_default()
    }

    /// All cells by participant and session type, those of all before the others.
    pub fn cells(&self) -> impl Iterator<Item = (Option<&str>, Option<&str>, Cell)> {
        let cells = self.cells.iter();
        cells.map(|((person, kind), cell)| (person.as_deref(), kind.as_deref(), *cell))
    }

    /// The participants in order, the unknown one (empty) last.
    pub fn participants(&self) -> Vec<&str> {
        let all: BTreeSet<&str> = self
            .cells
            .keys()
            .filter_map(|(p, _)| p.as_deref())
            .collect();
        let mut all: Vec<&str> = all.into_iter().collect();
        all.sort_by_key(|p| p.is_empty());
        all
    }

    /// The session types: those of a list in its order, then others by name.
    pub fn session_types<'c>(&'c self, listed: &'c [String]) -> Vec<&'c str> {
        let known: BTreeSet<&str> = self
            .cells
            .keys()
            .filter_map(|(_, t)| t.as_deref())
            .collect();
        let listed = listed.iter().map(String::as_str);
        let mut types: Vec<&str> = listed.filter(|t| known.contains(t)).collect();
        let rest: Vec<&str> = known.into_iter().filter(|t| !types.contains(t)).collect();
        types.extend(rest);
        types
    }
}
