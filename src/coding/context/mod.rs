//! Context: what a passage says of its theme (assertion), and whose words it is (voice).
//!
//! Comes in: a sentence, the matches of the cue patterns in it, and a passage. Goes out: the
//! passage's four facts and its voice, each with the cue that decided. Decides by structure (clauses,
//! lists, brackets, quotation marks), not by distance. Knows no words: they stand in cue files.

mod answer;
mod breaks;
mod cues;
mod frame;
mod judge;
mod names;
mod negations;
mod note_rules;
mod quotation;
mod reach;
mod rules;
mod sayings;
mod signs;
mod subject;
mod voice;
mod whole_note;

use std::collections::BTreeMap;

use crate::coding::patterns::Match;
use crate::coding::patterns::lines::to_folded;
use crate::coding::patterns::sought::Sought;
use crate::model::coding::{CueUse, Facts, Voice};
use crate::model::cue::CueSet;
use crate::model::layout::Quotation;
use crate::model::pattern::Pattern;
use crate::text::Span;

use cues::Cues;
use frame::Frame;
use judge::Judge;
use negations::Negations;
use rules::Rules;
use subject::Subject;

pub(crate) use signs::Line;
pub use whole_note::WholeNote;

/// Quotations looked back at for one that is still open.
const QUOTES_BACK_MAX: usize = 8;

/// The context rules of one cue set.
#[derive(Debug, Clone)]
pub struct Context {
    rules: Rules,
}

/// A passage to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'p> {
    /// Where it stands in the note's text.
    pub span: Span,
    /// Whether one of the code's `opposites` found it.
    pub opposite: bool,
    /// The first words of negating cues that belong to the passage's own meaning ("no" of "no longer
    /// alone"); another that stands inside ("site *no* redness") negates it. None: all belong.
    pub own_negations: Option<&'p [String]>,
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
    /// A quotation that was opened in an earlier sentence, and who opened it.
    carried: Option<(Span, Option<Span>)>,
}

impl SentenceContext {
    /// Takes over from the sentence in which a quotation was opened who speaks in it.
    pub fn carry(&mut self, note: &WholeNote<'_>, opening: &Self) {
        let quotes = &note.layout.quotes;
        let first = note.layout.words.span(self.frame.first);
        let held = |q: &&Quotation| q.span.contains(first);
        if let Some(quote) = quotes.iter().find(held) {
            let speaker = quotation::person_before(note, opening, quote.span);
            self.carried = Some((quote.span, speaker));
        }
    }
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

    /// What the expressions on whole notes look for, to be looked for together with other expressions'.
    pub(crate) fn sought_in_notes(&self) -> &Sought {
        self.rules.sought()
    }

    /// What the expressions on sentences look for.
    pub(crate) fn sought_in_sentences(&self) -> &Sought {
        self.rules.signs().sought()
    }

    /// The negating words on which a codebook's pattern insists, for [`Target::own_negations`].
    pub fn own_negations(
        &self,
        pattern: &Pattern,
        lists: &BTreeMap<String, Vec<Pattern>>,
    ) -> Option<Vec<String>> {
        let words = self.rules.negations();
        Negations { words, lists }.of(pattern)
    }

    /// Reads the cues of a sentence that holds a passage.
    pub fn read(
        &self,
        note: &WholeNote<'_>,
        sentence: usize,
        cue_matches: &[Match],
    ) -> SentenceContext {
        let Some(at) = note.layout.sentences.get(sentence) else {
            return SentenceContext::default();
        };
        let words = &note.layout.words;
        let part = to_folded(words.normal(), at.span);
        let sought = self.sought_in_sentences();
        let seen = sought.see_afresh(words, at.words.clone(), part);
        let signs = self.find_signs(&[Line::new(words.normal(), at.span, seen)]);
        self.read_found(note, sentence, (cue_matches, &signs.concat()))
    }

    /// The cues that are signs, for each of some sentences.
    pub(crate) fn find_signs(&self, lines: &[Line<'_>]) -> Vec<Vec<(u32, Span)>> {
        self.rules.signs().find(lines)
    }

    /// Reads the cues of a sentence in which terms and signs were found.
    pub(crate) fn read_found(
        &self,
        note: &WholeNote<'_>,
        sentence: usize,
        found: (&[Match], &[(u32, Span)]),
    ) -> SentenceContext {
        let Some(sentence) = note.layout.sentences.get(sentence) else {
            return SentenceContext::default();
        };
        let (frame, cues) = cues::read(&self.rules, note, sentence, found);
        let subjects = subject::subjects(&self.rules, note, &frame, &cues);
        SentenceContext {
            frame,
            cues,
            subjects,
            carried: None,
        }
    }

    /// The sentence in which a quotation was opened that still stands open where a sentence begins,
    /// or the one that announces it with a colon.
    pub fn opened_in(note: &WholeNote<'_>, sentence: usize) -> Option<usize> {
        let layout = note.layout;
        let words = &layout.sentences.get(sentence)?.words;
        let first = layout
            .words
            .span((!words.is_empty()).then_some(words.start)?);
        let next = layout
            .quotes
            .partition_point(|q| q.span.start <= first.start);
        let from = next.saturating_sub(QUOTES_BACK_MAX);
        let quote = layout.quotes[from..next]
            .iter()
            .find(|q| first.start < q.span.end)?;
        let opened = layout.sentence_at(quote.span.start)?;
        let announced = || {
            let before = &layout.sentences[sentence.checked_sub(1)?];
            let text = before.span.slice(note.text).trim_end();
            text.ends_with(':').then_some(sentence - 1)
        };
        if opened < sentence {
            Some(opened)
        } else {
            announced()
        }
    }

    /// Judges one passage of a sentence.
    pub fn decide(
        &self,
        note: &WholeNote<'_>,
        sentence: &SentenceContext,
        target: &Target<'_>,
    ) -> Decision {
        Judge::new(&self.rules, note, sentence, target).decide()
    }
}
