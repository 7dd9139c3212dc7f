//! Regular expressions on the folded text of lines.
//!
//! Comes in: the expressions of all groups. Goes out: their matches in a region. One pass over a
//! note with all of them at once says where a match may end; only the lines around such places are
//! read by the expression itself. The pass is a plain automaton: it knows `\b` where the note is
//! ASCII, as folded notes mostly are, and leaves all look-around out where it is not.

use regex::{Regex, RegexBuilder};
use regex_automata::hybrid::dfa::{Cache, DFA, OverlappingState};
use regex_automata::nfa::thompson::{self, Compiler, WhichCaptures};
use regex_automata::{Input, MatchKind};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Capture, Hir, HirKind, Look, Repetition};

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
    /// All expressions at once; none: every line is read.
    ascii: Option<DFA>,
    /// The same for text that is not ASCII.
    beyond: Option<DFA>,
}

/// A thread's working memory.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    ascii: Option<Cache>,
    beyond: Option<Cache>,
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
        let mut parsed_all = Vec::new();
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
                parsed_all.push(hir);
            }
            out.by_group.push(of_group);
        }
        out.ascii = filter(&parsed_all, ascii_look);
        out.beyond = filter(&parsed_all, |_| Hir::empty());
        out
    }

    /// Working memory for one thread.
    pub(crate) fn scratch(&self) -> Scratch {
        Scratch {
            ascii: self.ascii.as_ref().map(DFA::create_cache),
            beyond: self.beyond.as_ref().map(DFA::create_cache),
        }
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
        let (filter, cache) = if folded.is_ascii() {
            (&self.ascii, &mut scratch.ascii)
        } else {
            (&self.beyond, &mut scratch.beyond)
        };
        let (Some(filter), Some(cache)) = (filter, cache) else {
            return everywhere;
        };
        // Most notes hold nothing; to see that is much cheaper than to list all places.
        let input = Input::new(folded).earliest(true);
        match filter.try_search_fwd(cache, &input) {
            Ok(None) => return Sightings::default(),
            Ok(Some(_)) => {}
            Err(_) => {
                cache.reset(filter);
                return everywhere;
            }
        }
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
        let cuts_a_word = cuts_a_word(words.normal().text(), &lines);
        for &(pattern, regex) in expressions {
            for &line in &lines {
                if cuts_a_word || sightings.may_match(regex, line) {
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

/// Whether a region begins or ends inside of a word, where `\b` holds for the region only.
fn cuts_a_word(folded: &str, lines: &[Span]) -> bool {
    let is_word = |at: usize| {
        let byte = folded.as_bytes().get(at);
        byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    let cuts = |at: usize| at > 0 && is_word(at - 1) && is_word(at);
    lines.first().is_some_and(|l| cuts(l.start)) || lines.last().is_some_and(|l| cuts(l.end))
}

/// What an automaton may ask in place of look-around, so that it matches where that does and more.
/// The start and the end of a region are not those of the note.
fn ascii_look(look: Look) -> Hir {
    match look {
        Look::WordAscii | Look::WordUnicode => Hir::look(Look::WordAscii),
        Look::WordAsciiNegate | Look::WordUnicodeNegate => Hir::look(Look::WordAsciiNegate),
        Look::WordStartAscii | Look::WordStartUnicode => Hir::look(Look::WordStartAscii),
        Look::WordEndAscii | Look::WordEndUnicode => Hir::look(Look::WordEndAscii),
        _ => Hir::empty(),
    }
}

/// An expression with another in place of each look-around.
fn replace_look(hir: Hir, by: fn(Look) -> Hir) -> Hir {
    let all = |parts: Vec<Hir>| parts.into_iter().map(|h| replace_look(h, by)).collect();
    match hir.into_kind() {
        HirKind::Look(look) => by(look),
        HirKind::Empty => Hir::empty(),
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
            sub: Box::new(replace_look(*sub, by)),
        }),
        HirKind::Capture(Capture { sub, .. }) => replace_look(*sub, by),
        HirKind::Concat(parts) => Hir::concat(all(parts)),
        HirKind::Alternation(parts) => Hir::alternation(all(parts)),
    }
}

/// One automaton for all expressions; none where one of them could match nothing at all.
fn filter(expressions: &[Hir], look: fn(Look) -> Hir) -> Option<DFA> {
    let plain: Vec<Hir> = expressions
        .iter()
        .map(|h| replace_look(h.clone(), look))
        .collect();
    let empty = |hir: &Hir| hir.properties().minimum_len().is_none_or(|n| n == 0);
    if plain.is_empty() || plain.iter().any(empty) {
        return None;
    }
    let config = thompson::Config::new().which_captures(WhichCaptures::None);
    let nfa = Compiler::new()
        .configure(config)
        .build_many_from_hir(&plain)
        .ok()?;
    let config = DFA::config()
        .match_kind(MatchKind::All)
        .minimum_cache_clear_count(Some(100));
    DFA::builder().configure(config).build_from_nfa(nfa).ok()
}
