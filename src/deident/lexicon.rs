//! The rule lists as one table: what a word, or a phrase that begins with it, may be.

use regex::Regex;
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::model::identifier::{IdentifierKind, IdentifierPattern, IdentifierRules, WordList};

use super::prose::pieces;

/// A shape, ready to be tried.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) kind: IdentifierKind,
    pub(super) why: String,
    pub(super) sign: String,
    pub(super) regex: Regex,
}

/// A phrase's words behind its first, and the lists that have it.
type Phrase = (Vec<String>, u64);

/// The lists that have a word, and the lists that have a phrase which begins with it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lists {
    pub(super) words: u64,
    pub(super) phrases: u64,
}

/// All lists, by word.
#[derive(Debug)]
pub(super) struct Lexicon {
    words: FxHashMap<String, Lists>,
    /// By the first word, the longest phrase first.
    phrases: FxHashMap<String, Vec<Phrase>>,
    /// Tried where a word with a digit begins.
    pub(super) shapes: Vec<Shape>,
    /// Looked for in the whole text.
    pub(super) web: Vec<Shape>,
}

impl Lexicon {
    /// Turns the lists into tables.
    pub(super) fn new(rules: &IdentifierRules) -> Result<Self> {
        let mut lexicon = Self {
            words: FxHashMap::default(),
            phrases: FxHashMap::default(),
            shapes: shapes(&rules.patterns, Place::Here)?,
            web: shapes(&rules.web, Place::Anywhere)?,
        };
        for (list, entries) in &rules.lists {
            for entry in entries {
                lexicon.insert(entry, *list);
            }
        }
        #[allow(
            clippy::iter_over_hash_type,
            reason = "each list is sorted on its own, so the order of lists does not matter"
        )]
        for phrases in lexicon.phrases.values_mut() {
            phrases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        }
        Ok(lexicon)
    }

    fn insert(&mut self, entry: &str, list: WordList) {
        let mut words = pieces(entry).into_iter();
        let Some(first) = words.next() else {
            return;
        };
        let rest: Vec<String> = words.collect();
        if rest.is_empty() {
            self.words.entry(first).or_default().words |= list.bit();
            return;
        }
        self.words.entry(first.clone()).or_default().phrases |= list.bit();
        let phrases = self.phrases.entry(first).or_default();
        match phrases.iter_mut().find(|(known, _)| *known == rest) {
            Some((_, lists)) => *lists |= list.bit(),
            None => phrases.push((rest, list.bit())),
        }
    }

    /// The lists of a folded word.
    pub(super) fn lists(&self, word: &str) -> Lists {
        self.words.get(word).copied().unwrap_or_default()
    }

    /// The phrases that begin with a folded word.
    pub(super) fn phrases(&self, word: &str) -> &[Phrase] {
        self.phrases.get(word).map_or(&[], Vec::as_slice)
    }
}

/// Where a shape is looked for.
#[derive(Clone, Copy)]
enum Place {
    Here,
    Anywhere,
}

fn shapes(patterns: &[IdentifierPattern], place: Place) -> Result<Vec<Shape>> {
    let shape = |pattern: &IdentifierPattern| {
        let source = match place {
            Place::Here => format!("^(?:{})", pattern.find),
            Place::Anywhere => pattern.find.clone(),
        };
        let regex = Regex::new(&source).map_err(|e| {
            Error::other(format!("{:?} is no regular expression: {e}.", pattern.find))
        })?;
        Ok(Shape {
            kind: pattern.kind,
            why: pattern.why.clone(),
            sign: pattern.sign.clone(),
            regex,
        })
    };
    patterns.iter().map(shape).collect()
}
