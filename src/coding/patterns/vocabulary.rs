//! What one thread has learnt of the words it met: word form → class.
//!
//! Comes in: the words of note after note. Goes out: a class for each word. A word is worked out
//! once per form and then looked up by its bytes, sixteen at a time.

use std::collections::HashMap;
use std::sync::Arc;

use super::anchors::Anchors;
use super::classes::ClassTable;
use super::held::{Held, HeldId};
use super::lines::to_folded;
use super::rarity::Rarity;
use super::regexes::Compiled;
use super::sought::{Seen, Sightings};
use super::{Classes, PatternSet, Region};
use crate::text::{Span, Words};

/// Words after which a thread chooses anchors by what it has met, and then once more.
const CHOOSE_AFTER: [u64; 2] = [1 << 13, 1 << 16];
/// Forms remembered before a thread starts over; bounds its memory on texts without end.
const FORMS_MAX: usize = 1 << 20;
/// Bytes of a form that is looked up as one number.
const SHORT_BYTES: usize = 16;

/// What one thread has learnt of the words it met.
#[derive(Debug)]
pub struct Vocabulary {
    table: Arc<ClassTable>,
    forms: Forms,
    /// What the forms hold of the literals of expressions.
    held: Held,
    met: Met,
    expressions: Compiled,
}

impl Vocabulary {
    pub(super) fn new(table: ClassTable, expressions: Compiled) -> Self {
        Self {
            table: Arc::new(table),
            forms: Forms::new(),
            held: Held::default(),
            met: Met::default(),
            expressions,
        }
    }

    /// The classes of a note's words.
    pub(super) fn classify(&mut self, set: &PatternSet, words: &Words) -> Classes {
        let mut ids = Vec::with_capacity(words.len());
        let mut holding = Vec::with_capacity(words.len());
        self.begin(set);
        for word in 0..words.len() {
            let known = self.look_up(set, words, word);
            ids.push(known.class);
            if !known.held.is_none() {
                holding.push((words.folded_span(word).start, known.held));
            }
        }
        self.met.count(&ids, self.table.len());
        let text = words.normal().text();
        self.classes(ids, set.regexes.sightings(text, &self.held, &holding))
    }

    /// The classes of a region's words only, in a row of all, and what it holds of literals.
    pub(super) fn classify_part(
        &mut self,
        set: &PatternSet,
        words: &Words,
        region: &Region,
        mut ids: Vec<u32>,
    ) -> (Classes, Seen) {
        let part = region.words.clone();
        let mut holding = Vec::with_capacity(part.len());
        ids.resize(words.len(), 0);
        self.begin(set);
        for (word, id) in part.clone().zip(&mut ids[part.clone()]) {
            let known = self.look_up(set, words, word);
            *id = known.class;
            if !known.held.is_none() {
                holding.push((words.folded_span(word).start, known.held));
            }
        }
        self.met.count(&ids[part], self.table.len());
        let line = to_folded(words.normal(), region.span);
        let line = (words.normal().text(), line);
        let seen = set.regexes.see(line, &self.held, &holding);
        (self.classes(ids, Sightings::default()), seen)
    }

    fn classes(&self, ids: Vec<u32>, sightings: Sightings) -> Classes {
        Classes {
            ids,
            table: Arc::clone(&self.table),
            sightings,
            expressions: self.expressions.clone(),
        }
    }

    fn begin(&mut self, set: &PatternSet) {
        self.choose(set);
        if self.forms.is_full() {
            (self.forms, self.held) = (Forms::new(), Held::default());
        }
    }

    #[inline]
    fn look_up(&mut self, set: &PatternSet, words: &Words, word: usize) -> Known {
        let text = words.normal().text().as_bytes();
        let key = key(text, words.folded_span(word));
        let known = match key {
            Some(key) => self.forms.short(key),
            None => self.forms.long.get(words.form(word)).copied(),
        };
        match known {
            Some(known) => known,
            None => self.learn(set, key, words.form(word)),
        }
    }

    /// Chooses anchors anew where enough words were met since.
    fn choose(&mut self, set: &PatternSet) {
        if !self.met.is_due() {
            return;
        }
        self.met.choices += 1;
        let rarity = Rarity::counted(&set.rarity, &self.table, &self.met.times);
        let anchors = Anchors::new(&set.program, &set.roots, &rarity);
        Arc::make_mut(&mut self.table).anchor_by(Arc::new(anchors));
    }

    #[cold]
    fn learn(&mut self, set: &PatternSet, key: Option<u128>, form: &str) -> Known {
        let atoms = set.program.atoms.of_word(form);
        let class = match self.table.get(&atoms) {
            Some(class) => class,
            // The table is shared with the classes of notes only while these are in use.
            None => Arc::make_mut(&mut self.table).add(atoms, &set.terms_by_atom),
        };
        let held = set.regexes.hold(form, &mut self.held);
        let known = Known { class, held };
        self.forms.insert(key, form, known);
        known
    }
}

/// How often each class was met, as long as anchors are still to be chosen by that.
#[derive(Debug, Default)]
struct Met {
    times: Vec<u32>,
    words: u64,
    choices: usize,
}

impl Met {
    fn is_due(&self) -> bool {
        CHOOSE_AFTER
            .get(self.choices)
            .is_some_and(|&after| self.words >= after)
    }

    fn count(&mut self, ids: &[u32], classes: usize) {
        if self.choices == CHOOSE_AFTER.len() {
            return;
        }
        self.words += ids.len() as u64;
        self.times.resize(classes, 0);
        for &id in ids {
            self.times[id as usize] = self.times[id as usize].saturating_add(1);
        }
    }
}

/// The bytes of a short form as a number that is not 0; none for a longer form.
#[inline]
fn key(text: &[u8], span: Span) -> Option<u128> {
    let length = span.len();
    if length > SHORT_BYTES {
        return None;
    }
    if let Some(bytes) = text[span.start..].first_chunk::<SHORT_BYTES>() {
        return Some(u128::from_le_bytes(*bytes) & (u128::MAX >> (128 - 8 * length)));
    }
    let mut bytes = [0; SHORT_BYTES];
    bytes[..length].copy_from_slice(&text[span.start..span.end]);
    Some(u128::from_le_bytes(bytes))
}

/// What is known of a form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Known {
    class: u32,
    held: HeldId,
}

/// Forms with what is known of them.
#[derive(Debug)]
struct Forms {
    /// Open addressing; a key of 0 is free. The length is a power of two.
    slots: Vec<(u128, Known)>,
    used: usize,
    long: HashMap<Box<str>, Known>,
}

impl Forms {
    fn new() -> Self {
        Self {
            slots: vec![(0, Known::default()); 1 << 12],
            used: 0,
            long: HashMap::new(),
        }
    }

    #[inline]
    fn first_slot(&self, key: u128) -> usize {
        let folded = (key as u64) ^ ((key >> 64) as u64).rotate_left(29);
        let mixed = folded.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 40) as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn short(&self, key: u128) -> Option<Known> {
        let mut at = self.first_slot(key);
        loop {
            let (form, known) = self.slots[at];
            if form == key {
                return Some(known);
            }
            if form == 0 {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn is_full(&self) -> bool {
        self.used + self.long.len() >= FORMS_MAX
    }

    fn insert(&mut self, key: Option<u128>, form: &str, known: Known) {
        let Some(key) = key else {
            self.long.insert(form.into(), known);
            return;
        };
        if (self.used + 1) * 2 > self.slots.len() {
            let doubled = vec![(0, Known::default()); self.slots.len() * 2];
            for (key, known) in std::mem::replace(&mut self.slots, doubled) {
                if key != 0 {
                    self.place(key, known);
                }
            }
        }
        self.place(key, known);
        self.used += 1;
    }

    fn place(&mut self, key: u128, known: Known) {
        let mut at = self.first_slot(key);
        while self.slots[at].0 != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = (key, known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn forms_are_remembered(words in proptest::collection::vec("[a-c]{1,20}", 1..300)) {
            let mut forms = Forms::new();
            let mut expected = HashMap::new();
            for (i, word) in words.iter().enumerate() {
                let key = key(word.as_bytes(), Span::new(0, word.len()));
                let known = match key {
                    Some(key) => forms.short(key),
                    None => forms.long.get(word.as_str()).copied(),
                };
                prop_assert_eq!(known, expected.get(word).copied());
                if known.is_none() {
                    let known = Known { class: i as u32, ..Known::default() };
                    forms.insert(key, word, known);
                    expected.insert(word, known);
                }
            }
        }
    }
}
