//! Counts of notes and passages per participant, session type and code, and the rows that tables
//! print of them.
//!
//! The finest counts are kept per participant: a participant's notes as a whole, and per session
//! type. Everything pooled is their sum. Counts are integers, so partial tallies merge exactly.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use crate::model::codebook::CodeIndex;
use crate::model::coded::CodedNote;
use crate::model::corpus::{ParticipantId, UNKNOWN_SESSION_TYPE};
use crate::model::measure::Measure;

use super::group::{Group, GroupKind};
use super::states::{Lineage, State, states};

/// What the notes of a cell say of one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Notes in which it is present.
    pub present: u64,
    /// Notes in which it is explicitly absent.
    pub absent: u64,
    /// Notes in which it is only mentioned.
    pub mentioned_only: u64,
    /// Counted passages.
    pub codings: u64,
}

impl Counts {
    fn add(&mut self, state: State) {
        match state {
            State::Present { passages } => {
                self.present += 1;
                self.codings += passages;
            }
            State::Absent => self.absent += 1,
            State::Mentioned => self.mentioned_only += 1,
        }
    }
}

impl AddAssign<&Self> for Counts {
    fn add_assign(&mut self, other: &Self) {
        self.present += other.present;
        self.absent += other.absent;
        self.mentioned_only += other.mentioned_only;
        self.codings += other.codings;
    }
}

/// Notes, their text, and what they say of each code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Notes, without duplicates.
    pub notes: u64,
    /// Their words, without copied text.
    pub words: u64,
    /// Their direct quotations, without copied ones.
    pub direct_quotes: u64,
    /// Per code of the codebook.
    pub codes: Vec<Counts>,
}

impl Cell {
    fn new(codes: usize) -> Self {
        Self {
            codes: vec![Counts::default(); codes],
            ..Self::default()
        }
    }

    fn add(&mut self, text: Measure, states: &[(CodeIndex, State)]) {
        self.notes += 1;
        self.words += text.words;
        self.direct_quotes += text.direct_quotes;
        for &(code, state) in states {
            self.codes[code.0 as usize].add(state);
        }
    }
}

impl AddAssign<&Self> for Cell {
    fn add_assign(&mut self, other: &Self) {
        self.notes += other.notes;
        self.words += other.words;
        self.direct_quotes += other.direct_quotes;
        self.codes.resize(other.codes.len(), Counts::default());
        for (mine, theirs) in self.codes.iter_mut().zip(&other.codes) {
            *mine += theirs;
        }
    }
}

/// The notes of one participant, or those of whom the participant is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Person {
    whole: Cell,
    types: BTreeMap<String, Cell>,
}

/// Counts per participant, session type and code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frequencies {
    people: BTreeMap<Option<ParticipantId>, Person>,
    codes: usize,
}

impl Frequencies {
    /// Nothing counted yet.
    pub fn new(codes: usize) -> Self {
        Self {
            people: BTreeMap::new(),
            codes,
        }
    }

    /// Counts a note that is not a duplicate.
    pub fn add(&mut self, lineage: &Lineage, coded: &CodedNote<'_>) {
        let codes = self.codes;
        let key = &coded.note.participant.value;
        if !self.people.contains_key(key) {
            let person = Person {
                whole: Cell::new(codes),
                types: BTreeMap::new(),
            };
            self.people.insert(key.clone(), person);
        }
        let Some(person) = self.people.get_mut(key) else {
            return;
        };
        let whole = states(lineage, coded.codings.iter());
        person.whole.add(coded.whole().less(coded.copied()), &whole);
        let types = coded.session_types();
        for (&name, &text) in &types {
            let cell = cell_of(&mut person.types, name, codes);
            if types.len() == 1 {
                cell.add(text, &whole);
            } else {
                let own = coded.codings.iter();
                let own = own.filter(|c| coded.session_type_of(c) == name);
                cell.add(text, &states(lineage, own));
            }
        }
    }

    /// Adds what another counted.
    ///
    /// # Panics
    /// Where the two were counted by codebooks of different size.
    pub fn merge(&mut self, other: Self) {
        assert_eq!(
            self.codes, other.codes,
            "one codebook in all partial counts"
        );
        for (id, theirs) in other.people {
            match self.people.get_mut(&id) {
                None => {
                    self.people.insert(id, theirs);
                }
                Some(mine) => {
                    mine.whole += &theirs.whole;
                    for (name, cell) in theirs.types {
                        *cell_of(&mut mine.types, &name, self.codes) += &cell;
                    }
                }
            }
        }
    }

    /// The participants who have notes, ordered by id; none, for unknown, last.
    pub fn participants(&self) -> Vec<Option<&ParticipantId>> {
        let known = self.people.keys().filter(|id| id.is_some());
        let unknown = self.people.keys().filter(|id| id.is_none());
        known.chain(unknown).map(Option::as_ref).collect()
    }

    /// The session types that have notes: the study's order first, then by name, unknown last.
    pub fn session_types<'t>(&'t self, order: &[String]) -> Vec<&'t str> {
        let place = |name: &str| {
            let listed = order.iter().position(|o| o == name).unwrap_or(order.len());
            (name == UNKNOWN_SESSION_TYPE, listed)
        };
        let mut names: Vec<&str> = Vec::new();
        for person in self.people.values() {
            names.extend(person.types.keys().map(String::as_str));
        }
        names.sort_unstable_by_key(|name| (place(name), *name));
        names.dedup();
        names
    }

    /// Every group that has notes: all, by participant, by session type, by both.
    pub fn groups<'t>(&'t self, order: &[String]) -> Vec<Group<'t>> {
        let types = self.session_types(order);
        let participants = self.participants();
        let mut groups = Vec::new();
        let everyone = self.people.iter().map(|(id, p)| (id.as_ref(), &p.whole));
        groups.extend(Group::new(GroupKind::All, everyone.collect()));
        for &id in &participants {
            groups.extend(Group::new(GroupKind::Participant(id), self.whole_of(id)));
        }
        for &name in &types {
            let members = self.people.iter();
            let members = members.filter_map(|(id, p)| Some((id.as_ref(), p.types.get(name)?)));
            groups.extend(Group::new(GroupKind::SessionType(name), members.collect()));
        }
        for &id in &participants {
            for &name in &types {
                let kind = GroupKind::Both(id, name);
                groups.extend(Group::new(kind, self.cell_of(id, name)));
            }
        }
        groups
    }

    fn whole_of<'t>(&'t self, id: Option<&'t ParticipantId>) -> Vec<Member<'t>> {
        let person = self.people.get(&id.cloned());
        person.map(|p| (id, &p.whole)).into_iter().collect()
    }

    fn cell_of<'t>(&'t self, id: Option<&'t ParticipantId>, name: &str) -> Vec<Member<'t>> {
        let person = self.people.get(&id.cloned());
        let cell = person.and_then(|p| p.types.get(name));
        cell.map(|c| (id, c)).into_iter().collect()
    }
}

/// A participant's share of a group.
pub(super) type Member<'t> = (Option<&'t ParticipantId>, &'t Cell);

fn cell_of<'m>(types: &'m mut BTreeMap<String, Cell>, name: &str, codes: usize) -> &'m mut Cell {
    if !types.contains_key(name) {
        types.insert(name.to_owned(), Cell::new(codes));
    }
    types
        .get_mut(name)
        .expect("the session type was just put in")
}
