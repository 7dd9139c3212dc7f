//! A passage on which coders do not agree, with what each of them says of it.

use crate::model::coding::{Assertion, Voice};

/// Passages of one code that overlap, and that not every coder marked alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The note's id.
    pub note_id: String,
    /// The code's path.
    pub code: String,
    /// First code point of all that is marked.
    pub start: u64,
    /// Code point after the last.
    pub end: u64,
    /// What stands before it.
    pub before: String,
    /// What is marked by anybody.
    pub text: String,
    /// What stands behind it.
    pub after: String,
    /// Whether all marked it, so that they disagree on its assertion alone.
    pub is_marked_by_all: bool,
    /// What each coder says, in the coders' order.
    pub said: Vec<CoderSaid>,
}

/// What one coder says of a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoderSaid {
    /// The coder's name.
    pub coder: String,
    /// The passages that the coder marked; none where the coder says nothing.
    pub marks: Vec<SaidMark>,
}

/// A passage as one coder marked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidMark {
    /// First code point.
    pub start: u64,
    /// Code point after the last.
    pub end: u64,
    /// Its words.
    pub text: String,
    /// What the coder says of the theme.
    pub assertion: Assertion,
    /// Whose words the coder says it is.
    pub voice: Option<Voice>,
    /// The pattern and the cue that a rule set went by; empty for a person.
    pub evidence: String,
}
