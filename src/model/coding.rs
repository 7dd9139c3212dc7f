//! A coding: a code applied to a passage by a coder, with the evidence for it.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::text::Span;

use super::codebook::CodeIndex;

/// What a passage says of its theme. Defined in the README ("Assertion").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assertion {
    /// It is said of the participant, now.
    Affirmed,
    /// Explicitly absent.
    Negated,
    /// Hedged.
    Uncertain,
    /// Before this treatment.
    Historical,
    /// Hoped, planned, dreaded, conditional.
    Hypothetical,
    /// Somebody else's.
    Other,
}

impl Assertion {
    /// All six, weakest precedence first.
    pub const ALL: [Self; 6] = [
        Self::Affirmed,
        Self::Negated,
        Self::Uncertain,
        Self::Historical,
        Self::Hypothetical,
        Self::Other,
    ];

    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Affirmed => "affirmed",
            Self::Negated => "negated",
            Self::Uncertain => "uncertain",
            Self::Historical => "historical",
            Self::Hypothetical => "hypothetical",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Assertion {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|a| a.as_str() == word)
            .ok_or_else(|| format!("{word:?} is no assertion; use one of affirmed, negated, uncertain, historical, hypothetical, other"))
    }
}

/// Whether a theme is said or denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Polarity {
    /// Said.
    #[default]
    Affirmed,
    /// Denied.
    Negated,
}

/// How sure the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Certainty {
    /// Stated.
    #[default]
    Certain,
    /// Hedged.
    Uncertain,
    /// Hoped, planned, dreaded, conditional.
    Hypothetical,
}

/// When it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Time {
    /// In this course of treatment.
    #[default]
    Current,
    /// Before it.
    Historical,
}

/// Who has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Experiencer {
    /// The participant.
    #[default]
    Participant,
    /// Somebody else.
    Other,
}

/// The four facts that an assertion follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Facts {
    /// Said or denied.
    pub polarity: Polarity,
    /// How sure.
    pub certainty: Certainty,
    /// When.
    pub time: Time,
    /// Whose.
    pub experiencer: Experiencer,
}

impl Facts {
    /// The one assertion: other > hypothetical > historical > uncertain > negated > affirmed.
    pub fn assertion(self) -> Assertion {
        match self {
            Self {
                experiencer: Experiencer::Other,
                ..
            } => Assertion::Other,
            Self {
                certainty: Certainty::Hypothetical,
                ..
            } => Assertion::Hypothetical,
            Self {
                time: Time::Historical,
                ..
            } => Assertion::Historical,
            Self {
                certainty: Certainty::Uncertain,
                ..
            } => Assertion::Uncertain,
            Self {
                polarity: Polarity::Negated,
                ..
            } => Assertion::Negated,
            Self { .. } => Assertion::Affirmed,
        }
    }
}

impl From<Assertion> for Facts {
    /// The plainest facts that an assertion follows from.
    fn from(assertion: Assertion) -> Self {
        let mut facts = Self::default();
        match assertion {
            Assertion::Affirmed => {}
            Assertion::Negated => facts.polarity = Polarity::Negated,
            Assertion::Uncertain => facts.certainty = Certainty::Uncertain,
            Assertion::Historical => facts.time = Time::Historical,
            Assertion::Hypothetical => facts.certainty = Certainty::Hypothetical,
            Assertion::Other => facts.experiencer = Experiencer::Other,
        }
        facts
    }
}

/// Whose words a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Voice {
    /// The participant's own words.
    Quote,
    /// The clinician reports what the participant said, felt or did.
    Reported,
    /// Observation, measurement or assessment.
    Clinician,
    /// A family member says it.
    Other,
}

impl Voice {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Quote, Self::Reported, Self::Clinician, Self::Other];

    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::Reported => "reported",
            Self::Clinician => "clinician",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Voice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|v| v.as_str() == word)
            .ok_or_else(|| {
                format!("{word:?} is no voice; use one of quote, reported, clinician, other")
            })
    }
}

/// Which list of a code a pattern stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatternRole {
    /// `patterns`.
    Finds,
    /// `opposites`.
    Opposes,
    /// `unless`.
    TakesAway,
}

/// Names a pattern of a codebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternId {
    /// Its code.
    pub code: CodeIndex,
    /// Its list.
    pub role: PatternRole,
    /// Its place in that list, from 0.
    pub index: u32,
}

/// A cue that decided something, with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CueUse {
    /// The cue's words in the text.
    pub span: Span,
    /// The cue rule's id in the cue file.
    pub rule: Cow<'static, str>,
    /// What it decided: `negated`, `historical`, `quote` ...
    pub decides: &'static str,
    /// Why its reach ended where it did (`but`, `end of sentence`), for people.
    pub ended_by: Cow<'static, str>,
}

/// Enough to explain a coding in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The pattern of the longest match; the first in the file on a tie.
    pub pattern: PatternId,
    /// Its match.
    pub matched: Span,
    /// The cue that decided the assertion; none for the default.
    pub cue: Option<CueUse>,
    /// All cues that took part, in order of the text.
    pub cues: Vec<CueUse>,
}

impl Evidence {
    /// A person's word: the code has no pattern of that number.
    pub fn of_person(code: CodeIndex, span: Span) -> Self {
        Self {
            pattern: PatternId {
                code,
                role: PatternRole::Finds,
                index: u32::MAX,
            },
            matched: span,
            cue: None,
            cues: Vec::new(),
        }
    }
}

/// Why a coding does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhyNot {
    /// Its assertion is not among those that the code counts.
    Assertion,
    /// Its passage is copied forward from an earlier note.
    Copied,
    /// Its note is a duplicate of another.
    DuplicateNote,
    /// A person rejected it.
    Rejected,
    /// Its passage is a template's, which stands in notes of several participants.
    Boilerplate,
}

impl WhyNot {
    /// All five.
    pub const ALL: [Self; 5] = [
        Self::Assertion,
        Self::Copied,
        Self::DuplicateNote,
        Self::Rejected,
        Self::Boilerplate,
    ];

    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assertion => "assertion",
            Self::Copied => "copied",
            Self::DuplicateNote => "duplicate_note",
            Self::Rejected => "rejected",
            Self::Boilerplate => "boilerplate",
        }
    }
}

/// A code applied to a passage of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coding {
    /// The code.
    pub code: CodeIndex,
    /// The passage.
    pub span: Span,
    /// What the passage says of the theme.
    pub facts: Facts,
    /// Whose words it is.
    pub voice: Voice,
    /// Why it was coded.
    pub evidence: Evidence,
    /// Index of its section in the note's layout.
    pub section: Option<usize>,
    /// Index of the copied span that it stands in, in the note's layout.
    pub copied: Option<usize>,
    /// None where it counts.
    pub why_not: Option<WhyNot>,
    /// The person who coded it, several joined with `; `; none for the rules.
    pub coder: Option<Arc<str>>,
}

impl Coding {
    /// Whether it counts towards "present".
    pub fn counted(&self) -> bool {
        self.why_not.is_none()
    }

    /// The assertion that follows from its facts.
    pub fn assertion(&self) -> Assertion {
        self.facts.assertion()
    }
}

/// A match that gave no coding, and what took it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenAway {
    /// The pattern that matched.
    pub pattern: PatternId,
    /// Its match.
    pub span: Span,
    /// What took it away.
    pub by: Taker,
}

/// What takes a match away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taker {
    /// A pattern of the code's `unless`, with its match.
    Unless {
        /// The pattern.
        pattern: PatternId,
        /// Its match.
        span: Span,
    },
    /// A section that is not coded.
    Section {
        /// Its name.
        name: String,
    },
    /// A context rule with the effect `drop`.
    Context {
        /// The cue.
        cue: CueUse,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assertion_follows_the_precedence() {
        let mut facts = Facts::default();
        assert_eq!(facts.assertion(), Assertion::Affirmed);
        facts.polarity = Polarity::Negated;
        assert_eq!(facts.assertion(), Assertion::Negated);
        facts.certainty = Certainty::Uncertain;
        assert_eq!(facts.assertion(), Assertion::Uncertain);
        facts.time = Time::Historical;
        assert_eq!(facts.assertion(), Assertion::Historical);
        facts.certainty = Certainty::Hypothetical;
        assert_eq!(facts.assertion(), Assertion::Hypothetical);
        facts.experiencer = Experiencer::Other;
        assert_eq!(facts.assertion(), Assertion::Other);
        for assertion in Assertion::ALL {
            assert_eq!(Facts::from(assertion).assertion(), assertion);
        }
    }
}
