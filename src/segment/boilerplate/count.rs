//! Counts in how many participants' notes rows of words stand.
//!
//! Memory holds two bytes for each row that is looked at, and the rows that a second participant's
//! notes have, too. A row that only seems to have been met before (one in a hundred) is counted once
//! too often.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::corpus::{Note, ParticipantId};
use crate::model::headings::{BoilerplateRules, SectionRules};

use super::super::hashes::{PlainHash, stir};
use super::super::stretches::{Cutter, SPARE, picked};
use super::{Boilerplate, author_key, row_length};

/// Rows of words that recur, as counting keeps them at most (about 30 MB).
const ROWS_MAX: usize = 1 << 20;

/// Counts in how many participants' notes rows of words stand; notes come in the corpus's order.
#[derive(Debug)]
pub struct BoilerplateCount {
    cutter: Cutter,
    rules: BoilerplateRules,
    /// How many participants a row must have: the clinic's, then each author's.
    needed: Vec<u32>,
    /// Each author's place in `needed`.
    authors: HashMap<u64, u32, PlainHash>,
    participant: Option<ParticipantId>,
    /// The rows of the participant's notes, with whose they are.
    own: Vec<(u64, u32)>,
    met: Met,
    /// Participants of each row, from the second on, and whose it is.
    counts: HashMap<u64, (u32, u32), PlainHash>,
}

impl BoilerplateCount {
    /// Begins for notes that hold so many bytes of text; none where too few participants have notes
    /// for any template.
    pub fn new(rules: &SectionRules, notes: &[Note], bytes: u64) -> Option<Self> {
        let own = rules.boilerplate;
        let mut people: BTreeMap<&str, BTreeSet<&ParticipantId>> = BTreeMap::new();
        for note in notes {
            if let Some(participant) = &note.participant.value {
                people.entry("").or_default().insert(participant);
                people.entry(&note.author).or_default().insert(participant);
            }
        }
        let all = people.get("").map_or(0, BTreeSet::len);
        if own.words_min <= SPARE || all < own.participants_min {
            return None;
        }
        let needed = |of: usize| {
            let share = (of * own.participants_percent_min).div_ceil(100);
            share.max(own.participants_min).max(2) as u32
        };
        let written: Vec<(&str, usize)> = people
            .iter()
            .filter(|(author, of)| !author.is_empty() && of.len() >= own.participants_min)
            .map(|(author, of)| (*author, of.len()))
            .collect();
        let places = (1..).zip(&written);
        Some(Self {
            cutter: Cutter::new(&rules.copied),
            rules: own,
            needed: std::iter::once(all)
                .chain(written.iter().map(|w| w.1))
                .map(needed)
                .collect(),
            authors: places.map(|(at, w)| (author_key(w.0), at)).collect(),
            participant: None,
            own: Vec::new(),
            // Six bytes a word, a third of all rows picked, each for clinic and author.
            met: Met::new(bytes / 9),
            counts: HashMap::default(),
        })
    }

    /// The rows of a text that are counted.
    pub fn rows(&self, text: &str) -> Vec<u64> {
        picked(&self.cutter.cut(text).rows(row_length(self.rules)))
    }

    /// Counts a note's rows.
    pub fn add(&mut self, note: &Note, rows: &[u64]) {
        let Some(participant) = &note.participant.value else {
            return;
        };
        if note.duplicate_of.is_some() {
            return;
        }
        if self.participant.as_ref() != Some(participant) {
            self.settle();
            self.participant = Some(participant.clone());
        }
        let author = author_key(&note.author);
        let of_author = self.authors.get(&author).copied();
        self.own.extend(rows.iter().map(|&row| (row, 0)));
        if let Some(place) = of_author {
            let keys = rows.iter().map(|&row| (stir(author, row), place));
            self.own.extend(keys);
        }
    }

    /// Counts a participant once for each row of their notes.
    fn settle(&mut self) {
        self.own.sort_unstable();
        self.own.dedup();
        for &(row, whose) in &self.own {
            let has_room = self.counts.len() < ROWS_MAX;
            match self.counts.get_mut(&row) {
                Some(count) => count.0 += 1,
                None if has_room && self.met.contains(row) => {
                    self.counts.insert(row, (2, whose));
                }
                None => {}
            }
        }
        // After all were looked up, so that none of the participant's own counts as met before.
        for (row, _) in self.own.drain(..) {
            self.met.insert(row);
        }
    }

    /// What recurs often enough.
    pub fn finish(mut self) -> Boilerplate {
        self.settle();
        let needed = self.needed;
        let recurs = |whose: u32, count: u32| {
            needed
                .get(whose as usize)
                .is_some_and(|&least| count >= least)
        };
        let rows = self.counts.into_iter();
        Boilerplate {
            cutter: self.cutter,
            rules: self.rules,
            rows: rows
                .filter(|(_, (count, whose))| recurs(*whose, *count))
                .map(|(row, _)| row)
                .collect(),
        }
    }
}

/// Which rows were met, by two bits each among sixteen times as many.
#[derive(Debug)]
struct Met {
    bits: Vec<u64>,
}

impl Met {
    fn new(rows: u64) -> Self {
        let words = (rows / 4 + 1024).try_into().unwrap_or(usize::MAX / 64);
        Self {
            bits: vec![0; words],
        }
    }

    fn places(&self, row: u64) -> [usize; 2] {
        let all = self.bits.len() as u128 * 64;
        let place = |hash: u64| ((u128::from(hash) * all) >> 64) as usize;
        [place(stir(row, 1)), place(stir(row, 2).rotate_left(32))]
    }

    fn contains(&self, row: u64) -> bool {
        let is_set = |at: usize| self.bits[at / 64] >> (at % 64) & 1 == 1;
        self.places(row).into_iter().all(is_set)
    }

    fn insert(&mut self, row: u64) {
        for at in self.places(row) {
            self.bits[at / 64] |= 1 << (at % 64);
        }
    }
}
