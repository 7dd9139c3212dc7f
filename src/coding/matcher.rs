//! Codes a note: finds its passages, takes away look-alikes, and has the context judge the rest.
//!
//! Comes in: a note's text and layout. Goes out: its codings and the matches that gave none, each
//! with what took it away. Copied text, duplicates and people's decisions are judged later.

mod finding;
mod judging;
mod passages;

use super::context::Context;
use super::context_reader::cue_patterns;
use super::form_row::{FormRow, Statement};
use super::patterns::{PatternSet, Vocabulary};
use crate::error::{Error, Result};
use crate::model::codebook::{Codebook, Scope};
use crate::model::coding::{Assertion, Coding, PatternId, PatternRole, TakenAway, Taker, Voice};
use crate::model::cue::CueSet;
use crate::model::layout::{Layout, Section, Sentence};
use crate::model::pattern::Pattern;
use crate::text::{Span, Words};
use finding::Passages;

/// So many notes are best coded together ([`Worker::code_all`]): fewer gain less, more have to be held for little.
pub const NOTES_TOGETHER: usize = 256;

/// Group of the codes that match within a sentence.
const SENTENCE: usize = 0;
/// Group of the codes that match anywhere in a note.
const NOTE: usize = 1;
/// Group of the first code's `unless`; each further code has the next.
const UNLESS: usize = 2;

/// A codebook and context rules, ready to code notes in any number of threads.
#[derive(Debug)]
pub struct Matcher {
    patterns: PatternSet,
    context: Context,
    cues: PatternSet,
    /// Names of the patterns of groups [`SENTENCE`] and [`NOTE`].
    finders: [Vec<Finder>; 2],
    /// For each code, the assertions that count.
    count: Vec<Vec<Assertion>>,
}

/// A pattern that finds passages.
#[derive(Debug, Clone)]
struct Finder {
    id: PatternId,
    /// Line and column in the codebook: the first in the file wins a tie.
    place: (u32, u32),
    /// The negating words that it insists on; none: any may be its own.
    negations: Option<Vec<String>>,
}

/// What became of one note.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coded {
    /// Its codings, ordered by start, code, end.
    pub codings: Vec<Coding>,
    /// The matches that gave no coding, in the same order.
    pub taken: Vec<TakenAway>,
}

impl Coded {
    fn sort(&mut self) {
        self.codings
            .sort_by_key(|c| (c.span.start, c.code, c.span.end));
        self.taken
            .sort_by_key(|t| (t.span.start, t.pattern.code, t.span.end, t.pattern));
        self.taken.dedup();
    }
}

impl Matcher {
    /// Makes a codebook and context rules ready.
    ///
    /// # Errors
    /// Where a word list is missing or cannot be read; the findings have no path.
    pub fn new(codebook: &Codebook, cues: &CueSet) -> Result<Self> {
        let context = Context::new(cues);
        let mut finders = [Vec::new(), Vec::new()];
        let mut groups: Vec<Vec<&Pattern>> = vec![Vec::new(), Vec::new()];
        for code in codebook.indices() {
            let rules = codebook.code(code);
            let group = match rules.scope {
                Scope::Sentence => SENTENCE,
                Scope::Note => NOTE,
            };
            let lists = [
                (PatternRole::Finds, &rules.patterns),
                (PatternRole::Opposes, &rules.opposites),
            ];
            for (role, patterns) in lists {
                for (index, pattern) in patterns.iter().enumerate() {
                    groups[group].push(pattern);
                    let negations = match role {
                        PatternRole::Finds => context.own_negations(pattern, &codebook.word_lists),
                        PatternRole::Opposes | PatternRole::TakesAway => None,
                    };
                    let index = index as u32;
                    finders[group].push(Finder {
                        id: PatternId { code, role, index },
                        place: (pattern.line, pattern.column),
                        negations,
                    });
                }
            }
            groups.push(rules.unless.iter().collect());
        }
        let sought = context.sought_in_notes().clone();
        let (lists, language) = (&codebook.word_lists, &codebook.language);
        let patterns = PatternSet::looking_for(sought, &groups, lists, language);
        let patterns = patterns.map_err(Error::rules)?;
        let cues = cue_patterns(&context, &cues.language)?;
        let count = codebook.codes.iter().map(|c| c.count.clone()).collect();
        Ok(Self {
            patterns,
            context,
            cues,
            finders,
            count,
        })
    }

    /// A worker for one thread.
    pub fn worker(&self) -> Worker<'_> {
        Worker {
            matcher: self,
            context: self.context.clone(),
            vocabulary: self.patterns.vocabulary(),
            cue_vocabulary: self.cues.vocabulary(),
        }
    }
}

/// Codes notes, one after the other; learns the words it meets.
#[derive(Debug)]
pub struct Worker<'m> {
    matcher: &'m Matcher,
    /// A copy of its own: threads that share a regular expression wait for each other.
    context: Context,
    vocabulary: Vocabulary,
    cue_vocabulary: Vocabulary,
}

impl Worker<'_> {
    /// Codes one note: the same text and layout give the same codings, whatever came before.
    pub fn code(&mut self, text: &str, layout: &Layout) -> Coded {
        self.code_all([(text, layout)]).pop().unwrap_or_default()
    }

    /// Codes some notes, as if one by one. All passages are found before the first is judged: the two need different
    /// things near the processor, and change places once instead of with every note.
    pub fn code_all<'n>(
        &mut self,
        notes: impl IntoIterator<Item = (&'n str, &'n Layout)>,
    ) -> Vec<Coded> {
        let (matcher, vocabulary) = (self.matcher, &mut self.vocabulary);
        let notes = notes.into_iter();
        let mut found: Vec<Passages<'_>> = notes
            .map(|note| finding::find(matcher, vocabulary, note))
            .collect();
        let rules = (&self.context, &mut self.cue_vocabulary);
        let mut coded = judging::judge(matcher, rules, &mut found);
        for (coded, note) in coded.iter_mut().zip(&found) {
            for row in &note.rows {
                self.code_row(note.text, note.layout, row, coded);
            }
            coded.sort();
        }
        coded
    }

    /// Codes what the ticked boxes of a form's row say; the form speaks with the clinician's voice.
    fn code_row(&mut self, text: &str, layout: &Layout, row: &FormRow, coded: &mut Coded) {
        for statement in row.statements(text) {
            let alone = self.code_alone(&statement, layout);
            for coding in alone.codings {
                let mut coding = statement.moved(coding);
                coding.section = layout.section_at(coding.span.start);
                if coding.voice == Voice::Reported {
                    coding.voice = Voice::Clinician;
                }
                coded.codings.push(coding);
            }
        }
        if let Some((label, cue)) = row.unanswered(text) {
            for coding in self.code_alone(&label, layout).codings {
                coded.taken.push(TakenAway {
                    pattern: coding.evidence.pattern,
                    span: label.to_source(coding.span),
                    by: Taker::Context { cue: cue.clone() },
                });
            }
        }
    }

    /// Codes a statement as a note of its own, in the section that it stands in.
    fn code_alone(&mut self, statement: &Statement, layout: &Layout) -> Coded {
        let text = &statement.text;
        let whole = Span::new(0, text.len());
        let words = Words::new(text);
        let start = statement.to_source(Span::new(0, 1)).start;
        let section = layout.section_at(start).map(|at| Section {
            heading: Span::new(0, 0),
            span: whole,
            ..layout.sections[at].clone()
        });
        let sentences = vec![Sentence {
            span: whole,
            words: 0..words.len(),
        }];
        let sections = section.into_iter().collect();
        self.code(
            text,
            &Layout {
                words,
                sentences,
                sections,
                session_type: layout.session_type.clone(),
                ..Layout::default()
            },
        )
    }
}
