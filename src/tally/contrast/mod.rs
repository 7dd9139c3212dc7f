//! Two groups of notes side by side, with the text that each rests on.
//!
//! Comes in: coded notes, each with its group (a session type, a setting ...). Goes out: a row for
//! each pair of groups and code: counts first, then tests within participants, then what treats
//! participants as a sample. Notes of unknown participants are left out. Few participants get a
//! description and no p-value.

pub mod multiplicity;
pub mod odds;
pub mod rate;
mod row;
pub mod within;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coded::CodedNote;
use crate::model::corpus::{Detail, ParticipantId, UNKNOWN_SESSION_TYPE};

use super::names::{Names, entry};
use super::states::{Lineage, State, states};
use within::{Counted, Sums};

pub use row::{ContrastRow, DOCUMENTATION_FACTOR, Odds, OddsMethod, Side, Tests};

/// More groups than this are not compared pair by pair, unless the study names the pairs.
const GROUPS_MAX: usize = 6;

/// Notes that are kept one by one for exact tests. With more of them there are too many ways to
/// deal them anyway.
const NOTES_KEPT_MAX: usize = 4_096;

/// Which pairs are compared, and whether p-values are wanted whatever the number of participants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Pairs by name; empty: every pair, where there are few groups.
    pub pairs: Vec<(String, String)>,
    /// Whether p-values are computed for fewer than five participants, too.
    pub p_values: PValues,
}

/// When p-values are computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PValues {
    /// From five participants with notes of both groups on.
    #[default]
    FromFive,
    /// Always.
    Always,
}

/// The rows of one column's groups: what `comparisons.csv` and the page show.
#[derive(Debug, Clone, PartialEq)]
pub struct SideBySide<'t> {
    /// The column.
    pub by: &'t str,
    /// Its rows, pair by pair.
    pub rows: Vec<ContrastRow<'t>>,
}

/// One participant's notes of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Own {
    notes: u64,
    words: u64,
    words_squared: u64,
    /// In order, only those that are present.
    codes: Vec<(CodeIndex, OwnCode)>,
    /// Words of each note, as long as notes are kept.
    each: Vec<u64>,
    /// Index in `each`, code, passages.
    counts: Vec<(u32, CodeIndex, u32)>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct OwnCode {
    present: u64,
    codings: u64,
    squares: u64,
    products: u64,
}

impl Own {
    fn add(&mut self, words: u64, states: &[(CodeIndex, State)], keep: bool) {
        let place = self.each.len() as u32;
        self.notes += 1;
        self.words += words;
        self.words_squared += words * words;
        if keep {
            self.each.push(words);
        }
        for &(code, state) in states {
            if let State::Present { passages } = state {
                let own = self.code_mut(code);
                own.present += 1;
                own.codings += passages;
                own.squares += passages * passages;
                own.products += passages * words;
                if keep {
                    self.counts.push((place, code, passages as u32));
                }
            }
        }
    }

    fn code(&self, code: CodeIndex) -> OwnCode {
        let found = self.codes.binary_search_by_key(&code, |(c, _)| *c);
        found.map_or_else(|_| OwnCode::default(), |at| self.codes[at].1)
    }

    fn code_mut(&mut self, code: CodeIndex) -> &mut OwnCode {
        let found = self.codes.binary_search_by_key(&code, |(c, _)| *c);
        let at = found.unwrap_or_else(|at| {
            self.codes.insert(at, (code, OwnCode::default()));
            at
        });
        &mut self.codes[at].1
    }

    fn sums(&self, code: CodeIndex) -> Sums {
        let own = self.code(code);
        Sums {
            notes: self.notes,
            count: own.codings,
            words: self.words,
            counts_squared: own.squares,
            products: own.products,
            words_squared: self.words_squared,
        }
    }

    fn notes(&self, code: CodeIndex) -> Vec<Counted> {
        let note = |&words: &u64| Counted { count: 0, words };
        let mut notes: Vec<Counted> = self.each.iter().map(note).collect();
        for &(place, of, passages) in &self.counts {
            if of == code {
                notes[place as usize].count = u64::from(passages);
            }
        }
        notes
    }

    fn forget_notes(&mut self) {
        self.each = Vec::new();
        self.counts = Vec::new();
    }
}

/// Notes of one group and detail, whoever's they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct OfDetail {
    notes: u64,
    present: BTreeMap<CodeIndex, u64>,
}

/// Notes gathered for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contrast {
    column: String,
    people: BTreeMap<ParticipantId, Vec<(Arc<str>, Own)>>,
    names: Names,
    details: BTreeMap<(String, &'static str), OfDetail>,
    kept: usize,
    lineage: Lineage,
}

impl Contrast {
    /// Nothing gathered yet; `column` is what the groups are groups of.
    pub fn new(codebook: &Codebook, column: &str) -> Self {
        Self {
            column: column.to_owned(),
            people: BTreeMap::new(),
            names: Names::default(),
            details: BTreeMap::new(),
            kept: 0,
            lineage: Lineage::new(codebook),
        }
    }

    /// What the groups are groups of.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// Adds a note to the group of each of its session types, unless it is a duplicate.
    pub fn add_by_session_type(&mut self, coded: &CodedNote<'_>) {
        for (&name, text) in &coded.session_types() {
            if name != UNKNOWN_SESSION_TYPE {
                let own = coded.codings.iter();
                let own = own.filter(|c| coded.session_type_of(c) == name);
                let states = states(&self.lineage, own);
                self.add(coded, name, text.words, &states);
            }
        }
    }

    /// Adds a note to a group; the empty one is none.
    pub fn add_to(&mut self, coded: &CodedNote<'_>, group: &str) {
        if !group.is_empty() {
            let states = states(&self.lineage, coded.codings.iter());
            let words = coded.counted_text().words;
            self.add(coded, group, words, &states);
        }
    }

    fn add(
        &mut self,
        coded: &CodedNote<'_>,
        group: &str,
        words: u64,
        states: &[(CodeIndex, State)],
    ) {
        let Some(id) = &coded.note.participant.value else {
            return;
        };
        if coded.note.duplicate_of.is_some() {
            return;
        }
        self.kept += 1;
        if self.kept == NOTES_KEPT_MAX + 1 {
            let groups = self.people.values_mut().flatten();
            groups.for_each(|(_, own)| own.forget_notes());
        }
        let keep = self.kept <= NOTES_KEPT_MAX;
        if !self.people.contains_key(id) {
            self.people.insert(id.clone(), Vec::new());
        }
        if let Some(groups) = self.people.get_mut(id) {
            entry(groups, group, &mut self.names).add(words, states, keep);
        }
        let key = (group.to_owned(), Detail::as_str(coded.detail));
        let of_detail = self.details.entry(key).or_default();
        of_detail.notes += 1;
        for &(code, state) in states {
            if matches!(state, State::Present { .. }) {
                *of_detail.present.entry(code).or_default() += 1;
            }
        }
    }

    /// The groups' names: those of `order` first, in its order, then by name.
    fn groups(&self, order: &[String]) -> Vec<&str> {
        let mut names: Vec<&str> = self.names.iter().collect();
        let place = |name: &str| order.iter().position(|o| o == name).unwrap_or(order.len());
        names.sort_by_key(|name| place(name));
        names
    }

    /// The pairs that are compared.
    fn pairs<'t>(&'t self, order: &[String], asked: &Asked) -> Vec<(&'t str, &'t str)> {
        let groups = self.groups(order);
        let find = |name: &String| groups.iter().copied().find(|g| g == name);
        if !asked.pairs.is_empty() {
            let pairs = asked.pairs.iter();
            return pairs
                .filter_map(|(a, b)| Some((find(a)?, find(b)?)))
                .collect();
        }
        if groups.len() > GROUPS_MAX {
            return Vec::new();
        }
        let mut pairs = Vec::new();
        for (i, a) in groups.iter().enumerate() {
            pairs.extend(groups[i + 1..].iter().map(|b| (*a, *b)));
        }
        pairs
    }

    /// A row for each pair of groups and each code, with every test of the list adjusted for all
    /// others of it.
    pub fn rows<'t>(
        &'t self,
        codebook: &Codebook,
        order: &[String],
        asked: &Asked,
    ) -> Vec<ContrastRow<'t>> {
        let mut rows = Vec::new();
        for (a, b) in self.pairs(order, asked) {
            let pair = row::Pair::new(self, a, b);
            // Exact tests take their time, and no row needs another.
            let codes: Vec<CodeIndex> = codebook.indices().collect();
            let own: Vec<_> = codes.par_iter().map(|&c| pair.row(c, asked)).collect();
            rows.extend(own);
        }
        row::adjust(&mut rows);
        rows
    }
}

#[cfg(test)]
mod tests;
