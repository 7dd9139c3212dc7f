//! Regular expressions on the folded text of lines.
//!
//! Comes in: the expressions of all groups. Goes out: their matches in a region. One pass over a
//! note with all of them at once, less their look-around (`\b`, `^`), says where a match may end;
//! only the lines around such places are read by the expression itself. Without look-around the
//! pass is a plain automaton, which stays fast on text that is not ASCII.

use regex::{Regex, RegexBuilder};
use regex_automata::hybrid::dfa::{Cache, DFA, OverlappingState};
use regex_automata::nfa::thompson::{self, Compiler, WhichCaptures};
use regex_automata::{Input, MatchKind};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

use super::Match;
use super::lines::lines_in;
use crate::model::pattern::{Pattern, PatternBody};
use crate::text::{Span, Words};

/// Places remembered of one note; a note with more is read everywhere.
const SIGHTINGS_MAX: usize = 1 << 14;

/// The regular expressions of all groups.
#[derive(Debug, Default)]
pub(crate) struct Regexes {
    all: Vec<Regex>,
    /// For each group: pattern in the group, and its expression.
    by_group: Vec<Vec<(usize, usize)>>,
    /// All expressions at once, each without look-around; none: every line is read.
    filter: Option<DFA>,
}

/// A thread's working memory.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    cache: Option<Cache>,
}

/// Where expressions may match in one note.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sightings {
    /// Bytes of the folded text where a match of an expression may end, ascending.
    ends: Vec<(usize, usize)>,
    everywhere: bool,
}

impl Sightings {
    fn may_match(&self, regex: usize, line: Span) -> bool {
        let first = self.ends.partition_point(|&(end, _)| end <= line.start);
        let mut inside = self.ends[first..]
            .iter()
            .take_while(|&&(end, _)| end <= line.end);
        self.everywhere || inside.any(|&(_, of)| of == regex)
    }
}

impl Regexes {
    /// Compiles all expressions; those that are not valid find nothing.
    pub(crate) fn new(groups: &[Vec<&Pattern>]) -> Self {
        let mut out = Self::default();
        let mut plain = Vec::new();
        for group in groups {
            let mut of_group = Vec::new();
            for (index, pattern) in group.iter().enumerate() {
                let PatternBody::Regex(source) = &pattern.body else {
                    continue;
                };
                let (Ok(regex), Some(hir)) = (compiled(source), parsed(source)) else {
                    continue;
                };
                of_group.push((index, out.all.len()));
                out.all.push(regex);
                plain.push(without_look(hir));
            }
            out.by_group.push(of_group);
        }
        out.filter = filter(&plain);
        out
    }

    /// Working memory for one thread.
    pub(crate) fn scratch(&self) -> Scratch {
        let cache = self.filter.as_ref().map(DFA::create_cache);
        Scratch { cache }
    }

    /// Looks once for the places where any expression may match.
    pub(crate) fn sightings(&self, scratch: &mut Scratch, folded: &str) -> Sightings {
        let everywhere = Sightings {
            ends: Vec::new(),
            everywhere: true,
        };
        if self.all.is_empty() {
            return Sightings::default();
        }
        let (Some(filter), Some(cache)) = (&self.filter, &mut scratch.cache) else {
            return everywhere;
        };
        let mut ends = Vec::new();
        let input = Input::new(folded);
        let mut state = OverlappingState::start();
        loop {
            if filter
                .try_search_overlapping_fwd(cache, &input, &mut state)
                .is_err()
            {
                return everywhere;
            }
            let Some(found) = state.get_match() else {
                break;
            };
            ends.push((found.offset(), found.pattern().as_usize()));
            if ends.len() > SIGHTINGS_MAX {
                return everywhere;
            }
        }
        Sightings {
            ends,
            everywhere: false,
        }
    }

    /// All matches of a group's expressions in a span of the source, by pattern, then by place.
    pub(crate) fn find(
        &self,
        group: usize,
        words: &Words,
        sightings: &Sightings,
        source: Span,
    ) -> Vec<Match> {
        let mut out = Vec::new();
        let expressions = &self.by_group[group];
        if expressions.is_empty() || (sightings.ends.is_empty() && !sightings.everywhere) {
            return out;
        }
        let lines = lines_in(words, source);
        for &(pattern, regex) in expressions {
            for &line in &lines {
                if sightings.may_match(regex, line) {
                    let found = matches_of_line(&self.all[regex], words, line);
                    out.extend(found.map(|(covered, span)| Match {
                        pattern,
                        words: covered,
                        span,
                    }));
                }
            }
        }
        out
    }
}

/// The expression as it is run: case does not matter.
pub(crate) fn compiled(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source).case_insensitive(true).build()
}

/// The matches of an expression on one line of the folded text: words touched, and source.
pub(crate) fn matches_of_line(
    regex: &Regex,
    words: &Words,
    line: Span,
) -> impl Iterator<Item = (std::ops::Range<usize>, Span)> {
    let found = regex.find_iter(line.slice(words.normal().text()));
    found.filter(|m| !m.is_empty()).map(move |m| {
        let folded = Span::new(line.start + m.start(), line.start + m.end());
        let span = words.normal().to_source(folded);
        (words.touching(span), span)
    })
}

fn parsed(source: &str) -> Option<Hir> {
    ParserBuilder::new()
        .case_insensitive(true)
        .build()
        .parse(source)
        .ok()
}

/// An expression that matches wherever the given one does, and asks nothing of what is around.
fn without_look(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Look(_) | HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Repetition(Repetition {
            min,
            max,
            greedy,
            sub,
        }) => Hir::repetition(Repetition {
            min,
            max,
            greedy,
            sub: Box::new(without_look(*sub)),
        }),
        HirKind::Capture(Capture { sub, .. }) => without_look(*sub),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(without_look).collect()),
        HirKind::Alternation(parts) => {
            Hir::alternation(parts.into_iter().map(without_look).collect())
        }
    }
}

fn filter(plain: &[Hir]) -> Option<DFA> {
    // An expression that is all look-around could match anywhere.
    let empty = |hir: &Hir| hir.properties().minimum_len().is_none_or(|n| n == 0);
    if plain.is_empty() || plain.iter().any(empty) {
        return None;
    }
    let config = thompson::Config::new().which_captures(WhichCaptures::None);
    let nfa = Compiler::new()
        .configure(config)
        .build_many_from_hir(plain)
        .ok()?;
    let config = DFA::config()
        .match_kind(MatchKind::All)
        .minimum_cache_clear_count(Some(100));
    DFA::builder().configure(config).build_from_nfa(nfa).ok()
}
