//! Where patterns match in a note's words.
//!
//! Comes in: patterns in groups and the codebook's word lists, once; then the words of note after
//! note. Goes out: the matches of every pattern of a group in a region, each leftmost, then longest,
//! and never overlapping another of the same pattern.

mod compile;
mod fuzzy;
mod lines;
pub mod reference;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::error::Diagnostic;
use crate::model::pattern::Pattern;
use crate::text::{Span, Words};
use reference::Reference;

/// Patterns made ready to run, in groups that are looked up apart.
#[derive(Debug)]
pub struct PatternSet {
    groups: Vec<Vec<Pattern>>,
    lists: BTreeMap<String, Vec<Pattern>>,
    language: String,
}

/// What one thread has learnt of the words it met: word form → class.
#[derive(Debug, Default)]
pub struct Vocabulary {}

/// The class of every word of one note.
#[derive(Debug, Clone, Default)]
pub struct Classes {}

/// One match of one pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Index of the pattern in its group.
    pub pattern: usize,
    /// The words it covers; for a regular expression those that it touches, perhaps none.
    pub words: Range<usize>,
    /// Bytes of the note's text.
    pub span: Span,
}

/// The stretch of a note in which matches are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its words.
    pub words: Range<usize>,
    /// Its text, which may reach beyond its words (a full stop, a closing quotation mark).
    pub span: Span,
}

impl Region {
    /// A whole text.
    pub fn whole(text: &str, words: &Words) -> Self {
        Self {
            words: 0..words.len(),
            span: Span::new(0, text.len()),
        }
    }

    /// The region from the first to the last word of a range.
    pub fn of_words(words: &Words, range: Range<usize>) -> Self {
        let span = if range.is_empty() {
            Span::default()
        } else {
            words.span_of(&range)
        };
        Self { words: range, span }
    }
}

impl PatternSet {
    /// Makes groups of patterns ready, with the word lists they use.
    ///
    /// # Errors
    /// One finding, without a path, for each list that does not exist, contains itself, or holds a
    /// regular expression.
    pub fn new(
        groups: &[Vec<&Pattern>],
        lists: &BTreeMap<String, Vec<Pattern>>,
        language: &str,
    ) -> Result<Self, Vec<Diagnostic>> {
        compile::check(groups, lists)?;
        Ok(Self {
            groups: groups
                .iter()
                .map(|g| g.iter().map(|&p| p.clone()).collect())
                .collect(),
            lists: lists.clone(),
            language: language.to_owned(),
        })
    }

    /// An empty vocabulary for one thread.
    pub fn vocabulary(&self) -> Vocabulary {
        Vocabulary::default()
    }

    /// Looks every word of a note up in a vocabulary, which learns those it meets first.
    pub fn classify(&self, _vocabulary: &mut Vocabulary, _words: &Words) -> Classes {
        Classes::default()
    }

    /// All matches of a group's patterns in a region, ordered by pattern, then by place.
    pub fn find(
        &self,
        group: usize,
        words: &Words,
        _classes: &Classes,
        region: &Region,
    ) -> Vec<Match> {
        let reference = Reference::new(&self.lists, &self.language);
        let patterns = self.groups.get(group).into_iter().flatten().enumerate();
        patterns
            .flat_map(|(pattern, body)| {
                let found = reference.find(body, words, region).into_iter();
                found.map(move |m| Match { pattern, ..m })
            })
            .collect()
    }
}
