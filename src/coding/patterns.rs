//! Where patterns match in a note's words.
//!
//! Comes in: patterns in groups and the codebook's word lists, once; then the words of note after
//! note. Goes out: the matches of every pattern of a group in a region, each leftmost, then longest,
//! and never overlapping another of the same pattern.

mod anchors;
mod atoms;
mod classes;
mod ends;
pub(super) mod expression;
mod fuzzy;
mod held;
pub(super) mod lines;
mod lists;
pub(super) mod literals;
pub(super) mod opening;
mod plan;
mod program;
mod rarity;
pub mod reference;
pub(super) mod regexes;
mod run;
mod runs;
pub(super) mod sought;
mod terms;
mod vocabulary;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::error::Diagnostic;
use crate::model::pattern::{Pattern, PatternBody};
use crate::text::{Span, Words};
use anchors::Anchors;
use classes::{ClassTable, Present};
use ends::{Ends, Wide};
use program::{Compiler, NodeId, Program};
use rarity::Rarity;
use regexes::{Compiled, Lines, Regexes};
use run::{Memo, Text};
use sought::{Seen, Sightings, Sought};
use terms::TermId;

pub use vocabulary::Vocabulary;

/// Patterns made ready to run, in groups that are looked up apart.
#[derive(Debug)]
pub struct PatternSet {
    program: Program,
    /// For each group, the roots of its patterns; none for a regular expression.
    roots: Vec<Vec<Option<NodeId>>>,
    /// How rare words are before any text is read, and the anchors chosen by that.
    rarity: Rarity,
    anchors: Arc<Anchors>,
    terms_by_atom: Vec<Vec<TermId>>,
    regexes: Regexes,
}

/// The class of every word of one note.
#[derive(Debug, Clone)]
pub struct Classes {
    ids: Vec<u32>,
    table: Arc<ClassTable>,
    sightings: Sightings,
    expressions: Compiled,
}

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

/// A region of a note in which groups of patterns are looked up, one after the other.
#[derive(Debug)]
pub struct Reading<'r> {
    set: &'r PatternSet,
    words: &'r Words,
    classes: &'r Classes,
    region: Region,
    /// What its words are.
    present: Present,
    /// What its lines hold, worked out for the first group that asks.
    lines: OnceCell<Lines>,
}

/// Where a match of a pattern may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    pattern: u32,
    first: usize,
    last: usize,
}

impl Classes {
    /// Takes back the row of classes.
    pub(crate) fn into_ids(self) -> Vec<u32> {
        self.ids
    }

    /// Where literals of expressions stand in the note.
    pub(crate) fn into_sightings(self) -> Sightings {
        self.sightings
    }
}

impl PatternSet {
    /// Makes groups of patterns ready, with the word lists they use.
    ///
    /// # Errors
    /// One finding, without a path, for each list that does not exist, contains itself, or holds a
    /// regular expression, and for each pattern that is too large to run.
    pub fn new(
        groups: &[Vec<&Pattern>],
        lists: &BTreeMap<String, Vec<Pattern>>,
        language: &str,
    ) -> Result<Self, Vec<Diagnostic>> {
        Self::looking_for(Sought::default(), groups, lists, language)
    }

    /// The same, which looks besides for what others have sought, so that a text is looked through once
    /// ([`Classes::into_sightings`], [`PatternSet::classify_part`]).
    pub(crate) fn looking_for(
        sought: Sought,
        groups: &[Vec<&Pattern>],
        lists: &BTreeMap<String, Vec<Pattern>>,
        language: &str,
    ) -> Result<Self, Vec<Diagnostic>> {
        lists::check(groups, lists)?;
        let mut compiler = Compiler::new(lists, language);
        let mut findings = Vec::new();
        let mut roots = Vec::with_capacity(groups.len());
        for group in groups {
            let mut of_group = Vec::with_capacity(group.len());
            for &pattern in group {
                let root = match &pattern.body {
                    PatternBody::Words(near) => Some(compiler.near(near)),
                    PatternBody::Regex(_) => None,
                };
                findings.extend(root.and_then(|r| lists::too_large(pattern, compiler.shape(r))));
                of_group.push(root);
            }
            roots.push(of_group);
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        let program = compiler.finish();
        let rarity = Rarity::estimated(&program, roots.iter().flatten().flatten().copied());
        let anchors = Arc::new(Anchors::new(&program, &roots, &rarity));
        Ok(Self {
            terms_by_atom: program.terms.by_atom(program.atoms.len()),
            program,
            roots,
            rarity,
            anchors,
            regexes: Regexes::new(groups, sought),
        })
    }

    /// An empty vocabulary for one thread.
    pub fn vocabulary(&self) -> Vocabulary {
        let anchors = Arc::clone(&self.anchors);
        let table = ClassTable::new(self.program.terms.len(), self.roots.len(), anchors);
        Vocabulary::new(table, self.regexes.compiled())
    }

    /// Looks every word of a note up in a vocabulary, which learns those it meets first.
    pub fn classify(&self, vocabulary: &mut Vocabulary, words: &Words) -> Classes {
        vocabulary.classify(self, words)
    }

    /// Looks a region of a note up, in a set without expressions of its own; `ids` is what was known of other words.
    /// With the classes of its words comes what it holds of what others have sought.
    pub(crate) fn classify_part(
        &self,
        vocabulary: &mut Vocabulary,
        words: &Words,
        region: &Region,
        ids: Vec<u32>,
    ) -> (Classes, Seen) {
        vocabulary.classify_part(self, words, region, ids)
    }

    /// Whether a note holds a word, or letters, that any match of a group's patterns has to hold.
    pub fn may_match(&self, group: usize, classes: &Classes) -> bool {
        let table = &classes.table;
        !table.everywhere(group).is_empty()
            || classes
                .ids
                .iter()
                .any(|&id| !table.anchors(group, id).is_empty())
            || self.regexes.may_match(&classes.sightings)
    }

    /// All matches of one group's patterns in a region.
    pub fn find(
        &self,
        group: usize,
        words: &Words,
        classes: &Classes,
        region: &Region,
    ) -> Vec<Match> {
        self.reading(words, classes, region.clone()).find(group)
    }

    /// A region, to be read.
    pub fn reading<'r>(
        &'r self,
        words: &'r Words,
        classes: &'r Classes,
        region: Region,
    ) -> Reading<'r> {
        let present = classes.table.present(&classes.ids[region.words.clone()]);
        Reading {
            set: self,
            words,
            classes,
            region,
            present,
            lines: OnceCell::new(),
        }
    }
}

impl Reading<'_> {
    /// All matches of a group's patterns, ordered by pattern, then by place.
    pub fn find(&self, group: usize) -> Vec<Match> {
        let mut out = self.find_in_any_order(group, 0);
        let place = |m: &Match| (m.pattern, m.span.start);
        if !out.is_sorted_by_key(place) {
            out.sort_by_key(place);
        }
        out
    }

    /// The same in no certain order, with room for so many from the start.
    pub(crate) fn find_in_any_order(&self, group: usize, expected: usize) -> Vec<Match> {
        let Self {
            set,
            words,
            classes,
            region,
            present,
            lines,
        } = self;
        let text = Text {
            program: &set.program,
            table: &classes.table,
            ids: &classes.ids,
            start: region.words.start,
            end: region.words.end,
        };
        let mut out = Vec::with_capacity(expected);
        if set.regexes.has(group) && set.regexes.may_match(&classes.sightings) {
            let seen = || Lines::new(words, &classes.sightings, region.span);
            let lines = lines.get_or_init(seen);
            out.extend(set.regexes.find(group, words, &classes.expressions, lines));
        }
        let candidates = candidates(group, (&text, words), present, &mut out);
        let single = out.len();
        let mut again = Vec::new();
        for of_pattern in candidates.chunk_by(|a, b| a.pattern == b.pattern) {
            let pattern = of_pattern[0].pattern as usize;
            let Some(root) = set.roots[group][pattern] else {
                continue;
            };
            let may_repeat = single > 0 && classes.table.has_single_words(group, pattern as u32);
            let mut found = |covered: Range<usize>| {
                if may_repeat {
                    again.push((pattern, covered.clone()));
                }
                out.push(Match {
                    pattern,
                    span: words.span_of(&covered),
                    words: covered,
                });
            };
            if set.program.shape(root).widest < u64::BITS as usize {
                find_pattern::<u64>(&text, root, of_pattern, &mut found);
            } else {
                find_pattern::<Wide>(&text, root, of_pattern, &mut found);
            }
        }
        drop_inside(&mut out, single, &again);
        out
    }
}

/// Drops those of the first so many matches, of one word each, that a later match of the same pattern holds: where a
/// longer match may start, single words are read again.
fn drop_inside(found: &mut Vec<Match>, single: usize, later: &[(usize, Range<usize>)]) {
    if later.is_empty() {
        return;
    }
    let mut at = 0;
    found.retain(|m| {
        at += 1;
        let holds = |(pattern, words): &(usize, Range<usize>)| {
            *pattern == m.pattern && words.start <= m.words.start && m.words.end <= words.end
        };
        at > single || !later.iter().any(holds)
    });
}

/// Where matches of a group's patterns may start, ordered by pattern, then by place. Words that are whole
/// matches are added to `found` at once.
fn candidates(
    group: usize,
    (text, words): (&Text<'_>, &Words),
    present: &Present,
    found: &mut Vec<Match>,
) -> Vec<Candidate> {
    let mut out = Vec::new();
    for at in text.start..text.end {
        for anchor in text.table.anchors(group, text.ids[at]) {
            if anchor.alone {
                found.push(Match {
                    pattern: anchor.pattern as usize,
                    span: words.span(at),
                    words: at..at + 1,
                });
                continue;
            }
            let companion = anchor.companion;
            // Cheapest first: what the region lacks altogether, then what stands too far away.
            if companion.is_some_and(|c| !present.has(c.signal))
                || !holds_needs(group, anchor.pattern, text, present)
                || companion.is_some_and(|c| !text.accompanied(at, c))
            {
                continue;
            }
            let Some(last) = at.checked_sub(anchor.back_min as usize) else {
                continue;
            };
            if last >= text.start {
                out.push(Candidate {
                    pattern: anchor.pattern,
                    first: at.saturating_sub(anchor.back_max as usize).max(text.start),
                    last,
                });
            }
        }
    }
    if text.start < text.end {
        out.extend(
            text.table
                .everywhere(group)
                .iter()
                .map(|&pattern| Candidate {
                    pattern,
                    first: text.start,
                    last: text.end - 1,
                }),
        );
    }
    out.sort_unstable();
    out
}

fn holds_needs(group: usize, pattern: u32, text: &Text<'_>, present: &Present) -> bool {
    let needs = text.table.needs(group, pattern);
    needs.iter().all(|&signal| present.has(signal))
}

/// Finds a pattern's matches from its candidates: leftmost, then longest, never overlapping.
fn find_pattern<E: Ends>(
    text: &Text<'_>,
    root: NodeId,
    candidates: &[Candidate],
    found: &mut impl FnMut(Range<usize>),
) {
    let mut memo = Memo::<E>::for_pattern(text.program, root);
    let mut next = text.start;
    for candidate in candidates {
        next = next.max(candidate.first);
        while next <= candidate.last {
            let longest = text.ends(root, next, &mut memo).longest();
            match longest.filter(|&words| words > 0) {
                Some(words) => {
                    found(next..next + words);
                    next += words;
                }
                None => next += 1,
            }
        }
    }
}
