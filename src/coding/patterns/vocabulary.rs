//! What one thread has learnt of the words it met: word form → class.
//!
//! Comes in: the words of note after note. Goes out: a class for each word. A word is worked out
//! once per form and then looked up by its bytes, sixteen at a time.

use std::collections::HashMap;
use std::sync::Arc;

use super::anchors::Anchors;
use super::classes::ClassTable;
use super::rarity::Rarity;
use super::regexes::Compiled;
use super::{Classes, PatternSet};
use crate::text::{Span, Words};

/// Words after which a thread chooses anchors by what it has met, and then once more.
const CHOOSE_AFTER: [u64; 2] = [1 << 15, 1 << 19];
/// Forms remembered before a thread starts over; bounds its memory on texts without end.
const FORMS_MAX: usize = 1 << 20;
/// Bytes of a form that is looked up as one number.
const SHORT_BYTES: usize = 16;

/// What one thread has learnt of the words it met.
#[derive(Debug)]
pub struct Vocabulary {
    table: Arc<ClassTable>,
    forms: Forms,
    met: Met,
    expressions: Compiled,
}

impl Vocabulary {
    pub(super) fn new(table: ClassTable, expressions: Compiled) -> Self {
        Self {
            table: Arc::new(table),
            forms: Forms::new(),
            met: Met::default(),
            expressions,
        }
    }

    /// The classes of a note's words.
    pub(super) fn classify(&mut self, set: &PatternSet, words: &Words) -> Classes {
        self.choose(set);
        let text = words.normal().text().as_bytes();
        let mut ids = Vec::with_capacity(words.len());
        for word in 0..words.len() {
            let span = words.folded_span(word);
            let key = key(text, span);
            let known = match key {
                Some(key) => self.forms.short(key),
                None => self.forms.long.get(words.form(word)).copied(),
            };
            let class = match known {
                Some(class) => class,
                None => self.learn(set, key, words.form(word)),
            };
            ids.push(class);
        }
        self.met.count(&ids, self.table.len());
        Classes {
            ids,
            table: Arc::clone(&self.table),
            sightings: set.regexes.sightings(words.normal().text()),
            expressions: self.expressions.clone(),
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
    fn learn(&mut self, set: &PatternSet, key: Option<u128>, form: &str) -> u32 {
        let atoms = set.program.atoms.of_word(form);
        let class = match self.table.get(&atoms) {
            Some(class) => class,
            // The table is shared with the classes of notes only while these are in use.
            None => Arc::make_mut(&mut self.table).add(atoms, &set.terms_by_atom),
        };
        self.forms.insert(key, form, class);
        class
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

/// Forms with their classes.
#[derive(Debug)]
struct Forms {
    /// Open addressing; a key of 0 is free. The length is a power of two.
    slots: Vec<(u128, u32)>,
    used: usize,
    long: HashMap<Box<str>, u32>,
}

impl Forms {
    fn new() -> Self {
        Self {
            slots: vec![(0, 0); 1 << 12],
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
    fn short(&self, key: u128) -> Option<u32> {
        let mut at = self.first_slot(key);
        loop {
            let (known, class) = self.slots[at];
            if known == key {
                return Some(class);
            }
            if known == 0 {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn insert(&mut self, key: Option<u128>, form: &str, class: u32) {
        if self.used + self.long.len() >= FORMS_MAX {
            *self = Self::new();
        }
        let Some(key) = key else {
            self.long.insert(form.into(), class);
            return;
        };
        if (self.used + 1) * 2 > self.slots.len() {
            let doubled = vec![(0, 0); self.slots.len() * 2];
            for (key, class) in std::mem::replace(&mut self.slots, doubled) {
                if key != 0 {
                    self.place(key, class);
                }
            }
        }
        self.place(key, class);
        self.used += 1;
    }

    fn place(&mut self, key: u128, class: u32) {
        let mut at = self.first_slot(key);
        while self.slots[at].0 != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = (key, class);
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
                    forms.insert(key, word, i as u32);
                    expected.insert(word, i as u32);
                }
            }
        }
    }
}
