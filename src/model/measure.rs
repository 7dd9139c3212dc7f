//! How much text a count rests on.

use std::ops::AddAssign;

/// An amount of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measure {
    /// Words as in UAX #29.
    pub words: u64,
    /// Sentences.
    pub sentences: u64,
    /// Direct quotations of three words or more.
    pub direct_quotes: u64,
}

impl Measure {
    /// What is left when `other` is taken away; never below nothing.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self {
            words: self.words.saturating_sub(other.words),
            sentences: self.sentences.saturating_sub(other.sentences),
            direct_quotes: self.direct_quotes.saturating_sub(other.direct_quotes),
        }
    }
}

impl AddAssign for Measure {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.sentences += other.sentences;
        self.direct_quotes += other.direct_quotes;
    }
}

/// The text of one note that belongs to one session type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// The session type that a section names; none for the note's own.
    pub session_type: Option<String>,
    /// All of its text.
    pub all: Measure,
    /// What of it is copied forward from an earlier note.
    pub copied: Measure,
    /// What of it is a template's text, and not copied forward.
    pub boilerplate: Measure,
}

impl Part {
    /// Its text that is neither copied forward nor a template's.
    pub fn fresh(&self) -> Measure {
        self.all.less(self.copied).less(self.boilerplate)
    }
}
