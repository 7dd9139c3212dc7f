//! Context: what a passage says of its theme (assertion), and whose words it is (voice).
//!
//! A stand-in: every passage is affirmed and reported.

use crate::coding::patterns::Match;
use crate::model::coding::{CueUse, Facts, Voice};
use crate::model::cue::CueSet;
use crate::model::layout::Layout;
use crate::model::pattern::Pattern;
use crate::text::Span;

/// The context rules of one cue set.
#[derive(Debug, Clone)]
pub struct Context {
    cues: CueSet,
}

/// A passage to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Where it stands in the note's text.
    pub span: Span,
    /// Whether one of the code's `opposites` found it.
    pub opposite: bool,
}

/// What the context says of a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What the passage says of its theme.
    pub facts: Facts,
    /// Whose words it is.
    pub voice: Voice,
    /// The cue that decided the assertion; none for the default.
    pub cue: Option<CueUse>,
    /// All cues that took part, in order of the text.
    pub cues: Vec<CueUse>,
    /// The cue that takes the passage away altogether.
    pub drop: Option<CueUse>,
}

/// What the cues of one sentence say, read once for all of its passages.
#[derive(Debug, Clone, Default)]
pub struct SentenceContext {}

impl Context {
    /// Makes the rules ready.
    pub fn new(cues: &CueSet) -> Self {
        Self { cues: cues.clone() }
    }

    /// The patterns of all cues; [`Match::pattern`] is an index into this list.
    pub fn patterns(&self) -> Vec<&Pattern> {
        self.cues.rules.iter().flat_map(|r| &r.terms).collect()
    }

    /// Reads the cues of a sentence that holds a passage.
    pub fn read(
        &self,
        _text: &str,
        _layout: &Layout,
        _sentence: usize,
        _cue_matches: &[Match],
    ) -> SentenceContext {
        SentenceContext::default()
    }

    /// Judges one passage of a sentence.
    pub fn decide(
        &self,
        _text: &str,
        _layout: &Layout,
        _sentence: &SentenceContext,
        _target: &Target,
    ) -> Decision {
        Decision {
            facts: Facts::default(),
            voice: Voice::Reported,
            cue: None,
            cues: Vec::new(),
            drop: None,
        }
    }
}
