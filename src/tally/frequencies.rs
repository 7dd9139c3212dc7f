//! Counts of notes and passages per participant, session type and code, and the rows that tables
//! print of them.
//!
//! The finest counts are kept per participant: a participant's notes as a whole, and per session
//! type. Everything pooled is their sum. Counts are integers, so partial tallies merge exactly.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Arc;

use crate::model::codebook::CodeIndex;
use crate::model::coded::CodedNote;
use crate::model::corpus::{ParticipantId, UNKNOWN_SESSION_TYPE};
use crate::model::measure::Measure;

use super::group::{Group, GroupKind};
use super::names::{Names, entry, find};
use super::session_unit::{CountBy, OpenDay};
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

/// [`Counts`] of one code in a cell, in half the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kept {
    code: CodeIndex,
    present: u32,
    absent: u32,
    mentioned_only: u32,
    codings: u32,
}

impl Kept {
    fn none(code: CodeIndex) -> Self {
        Self {
            code,
            present: 0,
            absent: 0,
            mentioned_only: 0,
            codings: 0,
        }
    }

    fn add(&mut self, state: State) {
        match state {
            State::Present { passages } => {
                self.present += 1;
                self.codings += passages as u32;
            }
            State::Absent => self.absent += 1,
            State::Mentioned => self.mentioned_only += 1,
        }
    }

    fn counts(self) -> Counts {
        Counts {
            present: self.present.into(),
            absent: self.absent.into(),
            mentioned_only: self.mentioned_only.into(),
            codings: self.codings.into(),
        }
    }
}

impl AddAssign<&Self> for Kept {
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
    /// The codes that are not silent, in order: a study has a cell for each participant and session
    /// type, and most codes are silent in most of them.
    codes: Vec<Kept>,
}

impl Cell {
    /// What the notes say of a code; all zero where they are silent.
    pub fn counts(&self, code: CodeIndex) -> Counts {
        let found = self.codes.binary_search_by_key(&code, |k| k.code);
        found.map_or_else(|_| Counts::default(), |at| self.codes[at].counts())
    }

    fn kept(&mut self, code: CodeIndex) -> &mut Kept {
        let at = match self.codes.binary_search_by_key(&code, |k| k.code) {
            Ok(at) => at,
            Err(at) => {
                self.codes.insert(at, Kept::none(code));
                at
            }
        };
        &mut self.codes[at]
    }

    fn add(&mut self, text: Measure, states: &[(CodeIndex, State)]) {
        self.notes += 1;
        self.words += text.words;
        self.direct_quotes += text.direct_quotes;
        for &(code, state) in states {
            self.kept(code).add(state);
        }
    }
}

impl AddAssign<&Self> for Cell {
    fn add_assign(&mut self, other: &Self) {
        self.notes += other.notes;
        self.words += other.words;
        self.direct_quotes += other.direct_quotes;
        for theirs in &other.codes {
            *self.kept(theirs.code) += theirs;
        }
    }
}

/// The notes of one participant, or those of whom the participant is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Person {
    whole: Cell,
    /// By name; a person's few session types stand in a list, since there may be many people.
    types: Vec<(Arc<str>, Cell)>,
}

impl Person {
    fn of_type(&self, name: &str) -> Option<&Cell> {
        find(&self.types, name)
    }

    fn of_type_mut(&mut self, name: &str, names: &mut Names) -> &mut Cell {
        entry(&mut self.types, name, names)
    }

    /// Gives back room that was kept for more notes.
    fn shrink(&mut self) {
        self.whole.codes.shrink_to_fit();
        self.types.shrink_to_fit();
        for (_, cell) in &mut self.types {
            cell.codes.shrink_to_fit();
        }
    }
}

/// A participant's counts, begun where there are none.
fn person_of<'p>(
    people: &'p mut BTreeMap<Option<ParticipantId>, Person>,
    id: Option<&ParticipantId>,
) -> &'p mut Person {
    people.entry(id.cloned()).or_insert_with(|| Person {
        whole: Cell::default(),
        types: Vec::new(),
    })
}

/// Counts per participant, session type and code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frequencies {
    people: BTreeMap<Option<ParticipantId>, Person>,
    /// The session types that any of them has.
    names: Names,
    /// Whose notes came last: the next are theirs most often.
    last: Option<ParticipantId>,
    codes: usize,
    by: CountBy,
    /// Sessions whose notes may still come.
    open: Option<OpenDay>,
}

impl Frequencies {
    /// Nothing counted yet.
    pub fn new(codes: usize) -> Self {
        Self {
            people: BTreeMap::new(),
            names: Names::default(),
            last: None,
            codes,
            by: CountBy::Note,
            open: None,
        }
    }

    /// The same, counting notes or sessions. Sessions call for notes in corpus order, and for
    /// [`Self::finish`].
    pub fn counting(codes: usize, by: CountBy) -> Self {
        Self {
            by,
            ..Self::new(codes)
        }
    }

    /// What is counted.
    pub fn counted_by(&self) -> CountBy {
        self.by
    }

    /// Counts what is still open when all notes have come.
    pub fn finish(&mut self) {
        let Some(day) = self.open.take() else {
            return;
        };
        let person = person_of(&mut self.people, day.participant.as_ref());
        for (name, (text, said)) in day.sessions {
            let said: Vec<_> = said.into_iter().collect();
            person.whole.add(text, &said);
            person.of_type_mut(&name, &mut self.names).add(text, &said);
        }
    }

    /// Counts a note that is not a duplicate.
    pub fn add(&mut self, lineage: &Lineage, coded: &CodedNote<'_>) {
        if self.by == CountBy::Session {
            if !self.open.as_ref().is_some_and(|day| day.holds(coded)) {
                self.finish();
            }
            let day = self.open.get_or_insert_with(|| OpenDay::new(coded));
            day.add(lineage, coded);
            return;
        }
        let who = &coded.note.participant.value;
        if *who != self.last {
            if let Some(last) = self.people.get_mut(&self.last) {
                last.shrink();
            }
            self.last.clone_from(who);
        }
        let person = person_of(&mut self.people, who.as_ref());
        let whole = states(lineage, coded.codings.iter());
        person.whole.add(coded.counted_text(), &whole);
        let types = coded.session_types();
        for (&name, &text) in &types {
            let cell = person.of_type_mut(name, &mut self.names);
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
        self.finish();
        let mut other = other;
        other.finish();
        self.names.extend(other.names);
        for (id, theirs) in other.people {
            match self.people.get_mut(&id) {
                None => {
                    self.people.insert(id, theirs);
                }
                Some(mine) => {
                    mine.whole += &theirs.whole;
                    for (name, cell) in theirs.types {
                        *mine.of_type_mut(&name, &mut self.names) += &cell;
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
        let mut names: Vec<&str> = self.names.iter().collect();
        names.sort_unstable_by_key(|name| (place(name), *name));
        names
    }

    /// Every group that has notes: all, by participant, by session type, by both. They come one at
    /// a time, since many participants make many groups.
    pub fn groups<'t>(&'t self, order: &[String]) -> impl Iterator<Item = Group<'t>> {
        let types = self.session_types(order);
        let participants = self.participants();
        let everyone = self.people.iter().map(|(id, p)| (id.as_ref(), &p.whole));
        let all = Group::new(GroupKind::All, everyone.collect());
        let of_participant = participants
            .clone()
            .into_iter()
            .filter_map(|id| Group::new(GroupKind::Participant(id), self.whole_of(id)));
        let of_type: Vec<_> = types
            .iter()
            .filter_map(|&name| {
                let members = self.people.iter();
                let members = members.filter_map(|(id, p)| Some((id.as_ref(), p.of_type(name)?)));
                Group::new(GroupKind::SessionType(name), members.collect())
            })
            .collect();
        let of_both = participants.into_iter().flat_map(move |id| {
            let groups = types.clone().into_iter();
            groups.filter_map(move |name| {
                Group::new(GroupKind::Both(id, name), self.cell_of(id, name))
            })
        });
        all.into_iter()
            .chain(of_participant)
            .chain(of_type)
            .chain(of_both)
    }

    fn whole_of<'t>(&'t self, id: Option<&'t ParticipantId>) -> Vec<Member<'t>> {
        let person = self.people.get(&id.cloned());
        person.map(|p| (id, &p.whole)).into_iter().collect()
    }

    fn cell_of<'t>(&'t self, id: Option<&'t ParticipantId>, name: &str) -> Vec<Member<'t>> {
        let person = self.people.get(&id.cloned());
        let cell = person.and_then(|p| p.of_type(name));
        cell.map(|c| (id, c)).into_iter().collect()
    }
}

/// A participant's share of a group.
pub(super) type Member<'t> = (Option<&'t ParticipantId>, &'t Cell);
