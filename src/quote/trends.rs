//! Passages against the trend: a code where it is rare though common elsewhere, or where most notes
//! are silent on it though most others speak of it.
//!
//! The rule, over notes that are no duplicates: of a participant, or of a session type, and of all
//! others there are at least three notes each. *Rare*: at least a quarter of the others document the
//! code, and of the participant's or type's own notes at most a third of that share. *A silence*: at
//! least three quarters of its own notes are silent on the code, and at most half of the others. A
//! note documents a code where it documents one below it. Notes of two types are a note of each.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::codebook::CodeIndex;
use crate::model::coded::CodedNote;
use crate::model::coding::{Coding, WhyNot};
use crate::model::corpus::ParticipantId;

/// Notes on each side at least.
const NOTES_MIN: u64 = 3;

/// Share of the other notes that document a common code, at least.
const COMMON: f64 = 0.25;

/// A code is rare where its share is at most this part of the others'.
const RARE: f64 = 1.0 / 3.0;

/// Share of silent notes where most are silent, at least.
const SILENT: f64 = 0.75;

/// Share of silent notes among the others, at most.
const SILENT_ELSEWHERE: f64 = 0.5;

/// What one note, or its part of one session type, says.
#[derive(Debug, Clone, Default)]
struct Said {
    documented: BTreeSet<CodeIndex>,
    spoken_of: BTreeSet<CodeIndex>,
}

impl Said {
    fn add(&mut self, coding: &Coding, parents: &[Option<CodeIndex>]) {
        let is_fresh = matches!(coding.why_not, None | Some(WhyNot::Assertion));
        let mut next = Some(coding.code).filter(|_| is_fresh);
        while let Some(code) = next {
            self.spoken_of.insert(code);
            if coding.counted() {
                self.documented.insert(code);
            }
            next = parents.get(code.0 as usize).copied().flatten();
        }
    }
}

/// What one note tells of trends.
#[derive(Debug, Clone)]
pub(super) struct NoteSays {
    participant: Option<ParticipantId>,
    whole: Said,
    of_types: BTreeMap<String, Said>,
}

impl NoteSays {
    /// Reads a note; `parents` gives the code above each.
    pub(super) fn of(coded: &CodedNote<'_>, parents: &[Option<CodeIndex>]) -> Self {
        let types = coded.session_types().into_keys();
        let mut says = Self {
            participant: coded.note.participant.value.clone(),
            whole: Said::default(),
            of_types: types.map(|t| (t.to_owned(), Said::default())).collect(),
        };
        for coding in coded.codings {
            says.whole.add(coding, parents);
            let own = says
                .of_types
                .entry(coded.session_type_of(coding).to_owned());
            own.or_default().add(coding, parents);
        }
        says
    }
}

/// Notes, and how many of them say something of each code.
#[derive(Debug, Clone, Default)]
struct Sums {
    notes: u64,
    documented: BTreeMap<CodeIndex, u64>,
    spoken_of: BTreeMap<CodeIndex, u64>,
}

impl Sums {
    fn add(&mut self, said: &Said) {
        self.notes += 1;
        for code in &said.documented {
            *self.documented.entry(*code).or_default() += 1;
        }
        for code in &said.spoken_of {
            *self.spoken_of.entry(*code).or_default() += 1;
        }
    }

    /// Notes, those that document a code, those that are silent on it.
    fn of(&self, code: CodeIndex) -> [u64; 3] {
        let number = |of: &BTreeMap<CodeIndex, u64>| of.get(&code).copied().unwrap_or(0);
        [
            self.notes,
            number(&self.documented),
            self.notes - number(&self.spoken_of),
        ]
    }
}

/// How often each code is documented in whose notes, and in notes of which session type.
#[derive(Debug, Clone, Default)]
pub(super) struct Trends {
    all: Sums,
    people: BTreeMap<ParticipantId, Sums>,
    /// A note of two types stands in both, and twice in their sum.
    typed: Sums,
    types: BTreeMap<String, Sums>,
}

impl Trends {
    /// Takes a note.
    pub(super) fn add(&mut self, says: NoteSays) {
        self.all.add(&says.whole);
        if let Some(who) = says.participant {
            self.people.entry(who).or_default().add(&says.whole);
        }
        for (name, said) in says.of_types {
            self.typed.add(&said);
            self.types.entry(name).or_default().add(&said);
        }
    }

    /// Why a passage of a code is against the trend, in words; none where it is not. No participant
    /// is named, so that the words may leave the house.
    pub(super) fn against(
        &self,
        code: CodeIndex,
        who: Option<&ParticipantId>,
        session_type: &str,
    ) -> Option<String> {
        let of_type = self.types.get(session_type);
        let of_person = who.and_then(|who| self.people.get(who));
        let of_type =
            of_type.and_then(|own| told(own.of(code), self.typed.of(code), "session type"));
        of_type.or_else(|| told(of_person?.of(code), self.all.of(code), "participant"))
    }
}

/// What two shares say; `own` notes are among `all`.
fn told(own: [u64; 3], all: [u64; 3], whose: &str) -> Option<String> {
    let others = [0, 1, 2].map(|at| all[at].saturating_sub(own[at]));
    if own[0] < NOTES_MIN || others[0] < NOTES_MIN {
        return None;
    }
    let share = |of: [u64; 3], at: usize| of[at] as f64 / of[0] as f64;
    let (here, elsewhere) = (share(own, 1), share(others, 1));
    if elsewhere >= COMMON && here <= elsewhere * RARE {
        return Some(format!(
            "against the trend: documented in {} of {} notes of this {whose}, in {} of {} others",
            own[1], own[0], others[1], others[0]
        ));
    }
    if share(own, 2) >= SILENT && share(others, 2) <= SILENT_ELSEWHERE {
        return Some(format!(
            "against the trend: {} of {} notes of this {whose} are silent on it, {} of {} others",
            own[2], own[0], others[2], others[0]
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_here_and_common_elsewhere_or_silent_here_and_spoken_of_elsewhere() {
        let told = |own, all| told(own, all, "participant");
        let rare = told([10, 1, 5], [30, 11, 10]).expect("rare here");
        assert_eq!(
            rare,
            "against the trend: documented in 1 of 10 notes of this participant, in 10 of 20 others"
        );
        let silent = told([10, 2, 8], [30, 5, 17]).expect("silent here");
        assert!(silent.contains("8 of 10 notes of this participant are silent on it, 9 of 20"));
        // Half as often is no trend, two notes are none, and what is rare everywhere is not against it.
        assert_eq!(told([10, 2, 5], [30, 10, 15]), None);
        assert_eq!(told([2, 0, 2], [30, 20, 8]), None);
        assert_eq!(told([10, 0, 10], [30, 2, 28]), None);
    }
}
