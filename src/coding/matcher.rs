//! Codes a note: finds its passages, takes away look-alikes, and has the context judge the rest.
//!
//! Comes in: a note's text and layout. Goes out: its codings and the matches that gave none, each
//! with what took it away. Copied text, duplicates and people's decisions are judged later.

mod passages;

use super::context::{Context, SentenceContext, Target, WholeNote};
use super::context_reader::{ContextReader, cue_patterns};
use super::form_row::{FormRow, Statement};
use super::join::{Judged, join};
use super::patterns::{Classes, Match, PatternSet, Reading, Region, Vocabulary};
use crate::error::{Error, Result};
use crate::model::codebook::{CodeIndex, Codebook, Scope};
use crate::model::coding::{
    Assertion, Coding, PatternId, PatternRole, TakenAway, Taker, Voice, WhyNot,
};
use crate::model::cue::CueSet;
use crate::model::layout::{Layout, Section, SectionDefault, Sentence};
use crate::model::pattern::Pattern;
use crate::text::{Span, Words};

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
        let sought = context.sought().clone();
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
        let matcher = self.matcher;
        let patterns = &matcher.patterns;
        let classes = patterns.classify(&mut self.vocabulary, &layout.words);
        let cue_vocabulary = &mut self.cue_vocabulary;
        let sentences = ContextReader::new(&self.context, &matcher.cues, cue_vocabulary);
        let rules = (matcher, &self.context, sentences);
        let mut note = NoteCoding::begin(rules, (text, layout), &classes);
        let mut rows = Vec::new();
        for (index, sentence) in layout.sentences.iter().enumerate() {
            if let Some(row) = FormRow::read(text, sentence.span) {
                rows.push(row);
                continue;
            }
            let region = Region {
                words: sentence.words.clone(),
                span: sentence.span,
            };
            note.find_in(SENTENCE, region, Some(index));
        }
        if !matcher.finders[NOTE].is_empty() {
            note.find_in(NOTE, Region::whole(text, &layout.words), None);
        }
        let mut coded = note.finish();
        for row in rows {
            self.code_row(text, layout, &row, &mut coded);
        }
        coded.sort();
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
                ..Layout::default()
            },
        )
    }
}

/// A note while it is coded.
struct NoteCoding<'n> {
    matcher: &'n Matcher,
    context: &'n Context,
    layout: &'n Layout,
    whole: WholeNote<'n>,
    classes: &'n Classes,
    sentences: ContextReader<'n>,
    /// What was found and stands, each in its sentence.
    standing: Vec<(usize, Found<'n>)>,
    taken: Vec<TakenAway>,
}

/// A match with the pattern that found it.
struct Found<'f> {
    finder: &'f Finder,
    matched: Match,
}

impl<'n> NoteCoding<'n> {
    fn begin(
        (matcher, context, sentences): (&'n Matcher, &'n Context, ContextReader<'n>),
        (text, layout): (&'n str, &'n Layout),
        classes: &'n Classes,
    ) -> Self {
        Self {
            matcher,
            context,
            layout,
            whole: WholeNote::seen_through(text, layout, classes.sightings()),
            classes,
            sentences,
            standing: Vec::new(),
            taken: Vec::new(),
        }
    }

    /// Finds what stands in one sentence, or in the whole note for patterns of that scope.
    fn find_in(&mut self, group: usize, region: Region, sentence: Option<usize>) {
        let finders = &self.matcher.finders[group];
        let reading = self.reading(region);
        let matches = reading.find(group);
        if matches.is_empty() {
            return;
        }
        let found = matches.into_iter().map(|matched| Found {
            finder: &finders[matched.pattern],
            matched,
        });
        let standing = self.stand_unless(found.collect(), &reading).into_iter();
        let layout = self.layout;
        let placed = standing.filter_map(|found| {
            let at = sentence.or_else(|| layout.sentence_at(found.matched.span.start))?;
            Some((at, found))
        });
        self.standing.extend(placed);
    }

    /// Judges all that stands: behind the finding, since the two need different things near the processor.
    fn judge_all(&mut self) -> Vec<Judged> {
        let standing = std::mem::take(&mut self.standing);
        let mut judged = Vec::with_capacity(standing.len());
        for of_sentence in standing.chunk_by(|a, b| a.0 == b.0) {
            let context = self.sentences.read(&self.whole, of_sentence[0].0);
            let all = of_sentence.iter();
            judged.extend(all.filter_map(|(_, found)| self.judge(found, &context)));
        }
        judged
    }

    fn reading(&self, region: Region) -> Reading<'n> {
        let words = &self.layout.words;
        self.matcher.patterns.reading(words, self.classes, region)
    }

    /// Takes away what the code's `unless` overlaps, and what stands in sections not coded.
    fn stand_unless(&mut self, found: Vec<Found<'n>>, reading: &Reading<'_>) -> Vec<Found<'n>> {
        let mut standing = Vec::with_capacity(found.len());
        let mut unless: (Option<CodeIndex>, Vec<Match>) = (None, Vec::new());
        for found in found {
            let code = found.finder.id.code;
            if unless.0 != Some(code) {
                unless = (Some(code), reading.find(UNLESS + code.0 as usize));
            }
            match self.taker(&found, &unless.1) {
                Some(by) => self.taken.push(TakenAway {
                    pattern: found.finder.id,
                    span: found.matched.span,
                    by,
                }),
                None => standing.push(found),
            }
        }
        standing
    }

    fn taker(&self, found: &Found<'_>, unless: &[Match]) -> Option<Taker> {
        let span = found.matched.span;
        if let Some(by) = unless.iter().find(|m| m.span.overlaps(span)) {
            return Some(Taker::Unless {
                pattern: PatternId {
                    code: found.finder.id.code,
                    role: PatternRole::TakesAway,
                    index: by.pattern as u32,
                },
                span: by.span,
            });
        }
        let section = &self.layout.sections[self.layout.section_at(span.start)?];
        (section.default == SectionDefault::NotCoded).then(|| Taker::Section {
            name: section.name.clone(),
        })
    }

    fn judge(&mut self, found: &Found<'_>, context: &SentenceContext) -> Option<Judged> {
        let Finder {
            id,
            place,
            ref negations,
        } = *found.finder;
        let target = Target {
            span: found.matched.span,
            opposite: id.role == PatternRole::Opposes,
            own_negations: negations.as_deref(),
        };
        let decision = self.context.decide(&self.whole, context, &target);
        if let Some(cue) = decision.drop {
            self.taken.push(TakenAway {
                pattern: id,
                span: target.span,
                by: Taker::Context { cue },
            });
            return None;
        }
        Some(Judged {
            pattern: id,
            place,
            span: target.span,
            facts: decision.facts,
            voice: decision.voice,
            cue: decision.cue,
            cues: decision.cues,
        })
    }

    /// Joins what overlaps, and says which codings count.
    fn finish(mut self) -> Coded {
        let mut codings = join(self.judge_all());
        for coding in &mut codings {
            coding.section = self.layout.section_at(coding.span.start);
            let counts = &self.matcher.count[coding.code.0 as usize];
            coding.why_not = (!counts.contains(&coding.assertion())).then_some(WhyNot::Assertion);
        }
        Coded {
            codings,
            taken: self.taken,
        }
    }
}
