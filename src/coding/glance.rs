//! A first glance at a note: whether patterns may find anything in it at all.
//!
//! Comes in: a code, once; then the text of note after note. Goes out: no where no match is possible,
//! so that such a note need not be laid out. A yes may be wrong, a no never is.

use crate::error::{Error, Result};
use crate::model::codebook::{Code, Codebook};
use crate::model::pattern::Pattern;
use crate::text::{Words, next_box};

use super::patterns::{PatternSet, Vocabulary};

/// The patterns of a code, ready for a glance in any number of threads.
#[derive(Debug)]
pub struct Glance {
    patterns: PatternSet,
}

impl Glance {
    /// Makes a code's patterns ready, with the word lists of its codebook.
    ///
    /// # Errors
    /// Where a word list is missing or cannot be read; the findings have no path.
    pub fn new(code: &Code, codebook: &Codebook) -> Result<Self> {
        let patterns: Vec<&Pattern> = code.patterns.iter().chain(&code.opposites).collect();
        let set = PatternSet::new(&[patterns], &codebook.word_lists, &codebook.language);
        Ok(Self {
            patterns: set.map_err(Error::rules)?,
        })
    }

    /// A worker for one thread.
    pub fn worker(&self) -> Glancer<'_> {
        Glancer {
            glance: self,
            vocabulary: self.patterns.vocabulary(),
        }
    }
}

/// Glances at notes, one after the other; learns the words it meets.
#[derive(Debug)]
pub struct Glancer<'g> {
    glance: &'g Glance,
    vocabulary: Vocabulary,
}

impl Glancer<'_> {
    /// Whether the patterns may find anything in a text. A form with boxes is always looked at: its
    /// label and an answer far from it are read as one statement.
    pub fn may_find(&mut self, text: &str) -> bool {
        let patterns = &self.glance.patterns;
        let classes = patterns.classify(&mut self.vocabulary, &Words::new(text));
        patterns.may_match(0, &classes) || next_box(text, 0).is_some()
    }
}
