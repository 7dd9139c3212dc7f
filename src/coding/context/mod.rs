//! Context: what a passage says of its theme (assertion), and whose words it is (voice).
//!
//! Comes in: a sentence, the matches of the cue patterns in it, and a passage. Goes out: the
//! passage's four facts and its voice, each with the cue that decided. Decides by structure (clauses,
//! lists, brackets, quotation marks), not by distance. Knows no words: they stand in cue files.

mod breaks;
mod cues;
mod frame;
mod judge;
mod reach;
mod rules;
mod signs;
mod subject;
mod voice;

use crate::coding::patterns::Match;
use crate::model::coding::{CueUse, Facts, Voice};
use crate::model::cue::CueSet;
use crate::model::layout::Layout;
use crate::model::pattern::Pattern;
use crate::text::Span;

use cues::Cues;
use frame::Frame;
use judge::Judge;
use rules::Rules;
use subject::Subject;

/// The context rules of one cue set.
#[derive(Debug, Clone)]
pub struct Context {
    rules: Rules,
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
pub struct SentenceContext {
    frame: Frame,
    cues: Cues,
    subjects: Vec<Subject>,
}

impl Context {
    /// Makes the rules ready.
    pub fn new(cues: &CueSet) -> Self {
        Self {
            rules: Rules::new(cues),
        }
    }

    /// The word patterns of all cues; [`Match::pattern`] is an index into this list. Cues that are
    /// regular expressions are looked up here: they may be signs that hold no word.
    pub fn patterns(&self) -> Vec<&Pattern> {
        self.rules.patterns()
    }

    /// Reads the cues of a sentence that holds a passage.
    pub fn read(
        &self,
        text: &str,
        layout: &Layout,
        sentence: usize,
        cue_matches: &[Match],
    ) -> SentenceContext {
        let Some(sentence) = layout.sentences.get(sentence) else {
            return SentenceContext::default();
        };
        let (frame, cues) = cues::read(&self.rules, text, layout, sentence, cue_matches);
        let subjects = subject::subjects(&self.rules, &frame, &cues);
        SentenceContext {
            frame,
            cues,
            subjects,
        }
    }

    /// Judges one passage of a sentence.
    pub fn decide(
        &self,
        text: &str,
        layout: &Layout,
        sentence: &SentenceContext,
        target: &Target,
    ) -> Decision {
        Judge::new(&self.rules, text, layout, sentence, target).decide()
    }
}
