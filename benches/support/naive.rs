//! The same work as one would write it first: every word a `String` and stemmed, patterns as trees
//! over hash sets, looked up by their first word in hash maps of `String`s.
//!
//! It codes with the same codebook, word lists and context rules, and must find the same codings;
//! the benchmark checks that it does.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use regex::{Regex, RegexBuilder};
use unicode_segmentation::UnicodeSegmentation;
use verbatim::coding::context::{Context, SentenceContext, Target, WholeNote};
use verbatim::coding::patterns::Match;
use verbatim::model::codebook::Codebook;
use verbatim::model::coding::Assertion;
use verbatim::model::cue::CueSet;
use verbatim::model::layout::{Layout, SectionDefault};
use verbatim::model::pattern::{Pattern, PatternBody};
use verbatim::text::{NormalText, Span, Stemmer};

use super::pieces::{Piece, Pieces, Word};

/// A codebook as plain trees.
pub(crate) struct Naive<'b> {
    book: &'b Codebook,
    stemmer: Stemmer,
    context: Context,
    finders: Group,
    /// Code and whether it is an opposite, for each pattern of `finders`.
    codes: Vec<(usize, bool)>,
    /// The negating words that each pattern of `finders` insists on.
    negations: Vec<Option<Vec<String>>>,
    unless: Vec<Group>,
    cues: Group,
}

/// Patterns by the word they start with.
#[derive(Default)]
struct Group {
    patterns: Vec<Piece>,
    by_form: HashMap<String, Vec<usize>>,
    by_stem: HashMap<String, Vec<usize>>,
    /// Those that start with a prefix or a fuzzy word, by its first letter.
    by_letter: HashMap<char, Vec<usize>>,
    anywhere: Vec<usize>,
    regexes: Vec<(usize, Regex)>,
}

/// A coding: code, start, end, assertion.
pub(crate) type Coding = (usize, usize, usize, Assertion);

impl<'b> Naive<'b> {
    pub(crate) fn new(book: &'b Codebook, cues: &CueSet) -> Self {
        let stemmer = Stemmer::new(&book.language);
        let context = Context::new(cues);
        let pieces = Pieces::new(&book.word_lists, &stemmer);
        let (mut codes, mut negations) = (Vec::new(), Vec::new());
        let mut patterns = Vec::new();
        for (code, rules) in book.codes.iter().enumerate() {
            for (list, opposite) in [(&rules.patterns, false), (&rules.opposites, true)] {
                codes.extend(list.iter().map(|_| (code, opposite)));
                negations.extend(list.iter().map(|pattern| {
                    let insists = || context.own_negations(pattern, &book.word_lists);
                    (!opposite).then(insists).flatten()
                }));
                patterns.extend(list);
            }
        }
        let unless = book
            .codes
            .iter()
            .map(|c| Group::new(&pieces, c.unless.iter()));
        let unless = unless.collect();
        let finders = Group::new(&pieces, patterns.into_iter());
        let cues = Group::new(&pieces, context.patterns().into_iter());
        Self {
            book,
            stemmer,
            context,
            finders,
            codes,
            negations,
            unless,
            cues,
        }
    }

    /// The words of a sentence, each a `String` with its stem.
    fn words(&self, normal: &NormalText) -> Vec<Word> {
        let words = normal.text().unicode_word_indices();
        words
            .map(|(start, form)| Word {
                form: form.to_owned(),
                stem: self.stemmer.stem(form),
                span: Span::new(start, start + form.len()),
            })
            .collect()
    }

    /// The context of the sentence in which a quotation was opened that a sentence goes on with.
    fn opening(
        &self,
        whole: &WholeNote<'_>,
        text: &str,
        layout: &Layout,
        index: usize,
    ) -> Option<SentenceContext> {
        let opened = Context::opened_in(whole, index)?;
        let sentence = &layout.sentences[opened];
        let normal = NormalText::new(sentence.span.slice(text));
        let words = self.words(&normal);
        let read = Sentence {
            normal: &normal,
            words: &words,
            offset: sentence.span.start,
            first: sentence.words.start,
        };
        Some(self.context.read(whole, opened, &self.cues.find(&read)))
    }

    /// Codes one note, sentence by sentence.
    pub(crate) fn code(&self, text: &str, layout: &Layout) -> Vec<Coding> {
        let mut judged = Vec::new();
        let whole = WholeNote::new(text, layout);
        for (index, sentence) in layout.sentences.iter().enumerate() {
            let offset = sentence.span.start;
            let normal = NormalText::new(sentence.span.slice(text));
            let words = self.words(&normal);
            let read = Sentence {
                normal: &normal,
                words: &words,
                offset,
                first: sentence.words.start,
            };
            let found = self.finders.find(&read);
            if found.is_empty() {
                continue;
            }
            let mut unless: BTreeMap<usize, Vec<Match>> = BTreeMap::new();
            let mut context = None;
            for m in found {
                let (code, opposite) = self.codes[m.pattern];
                let taking = unless
                    .entry(code)
                    .or_insert_with(|| self.unless[code].find(&read));
                let section = layout.section_at(m.span.start).map(|s| &layout.sections[s]);
                if taking.iter().any(|t| t.span.overlaps(m.span))
                    || section.is_some_and(|s| s.default == SectionDefault::NotCoded)
                {
                    continue;
                }
                let context = context.get_or_insert_with(|| {
                    let mut context = self.context.read(&whole, index, &self.cues.find(&read));
                    if let Some(opening) = self.opening(&whole, text, layout, index) {
                        context.carry(&whole, &opening);
                    }
                    context
                });
                let target = Target {
                    span: m.span,
                    opposite,
                    own_negations: self.negations[m.pattern].as_deref(),
                };
                let decision = self.context.decide(&whole, context, &target);
                if decision.drop.is_none() {
                    let assertion = decision.facts.assertion();
                    judged.push((code, m.span.start, m.span.end, assertion));
                }
            }
        }
        join(judged)
    }

    /// The path of a code.
    pub(crate) fn path(&self, code: usize) -> &str {
        self.book.codes[code].path.as_str()
    }
}

struct Sentence<'s> {
    normal: &'s NormalText,
    words: &'s [Word],
    /// Of the sentence in the note: bytes, and words.
    offset: usize,
    first: usize,
}

impl Group {
    fn new<'p>(pieces: &Pieces<'_>, patterns: impl Iterator<Item = &'p Pattern>) -> Self {
        let mut group = Self::default();
        for (index, pattern) in patterns.enumerate() {
            let piece = match &pattern.body {
                PatternBody::Words(near) => pieces.near(near),
                PatternBody::Regex(source) => {
                    let regex = RegexBuilder::new(source).case_insensitive(true).build();
                    group.regexes.extend(regex.ok().map(|r| (index, r)));
                    group.patterns.push(Piece::Any(Vec::new()));
                    continue;
                }
            };
            match piece.starts() {
                Some(starts) => {
                    let open = starts.prefixes.iter().chain(&starts.fuzzy);
                    let letters: BTreeSet<char> = open.filter_map(|w| w.chars().next()).collect();
                    for form in starts.forms.into_iter().collect::<BTreeSet<_>>() {
                        group.by_form.entry(form).or_default().push(index);
                    }
                    for stem in starts.stems.into_iter().collect::<BTreeSet<_>>() {
                        group.by_stem.entry(stem).or_default().push(index);
                    }
                    for letter in letters {
                        group.by_letter.entry(letter).or_default().push(index);
                    }
                }
                None => group.anywhere.push(index),
            }
            group.patterns.push(piece);
        }
        group
    }

    fn find(&self, sentence: &Sentence<'_>) -> Vec<Match> {
        let words = sentence.words;
        let mut next: HashMap<usize, usize> = HashMap::new();
        let mut out = Vec::new();
        for at in 0..words.len() {
            let by_form = self.by_form.get(&words[at].form).into_iter().flatten();
            let by_stem = self.by_stem.get(&words[at].stem).into_iter().flatten();
            let letter = words[at].form.chars().next();
            let by_letter = letter
                .iter()
                .filter_map(|c| self.by_letter.get(c))
                .flatten();
            let mut tried: Vec<usize> = by_form.chain(by_stem).chain(by_letter).copied().collect();
            tried.extend(&self.anywhere);
            tried.sort_unstable();
            tried.dedup();
            for index in tried {
                if next.get(&index).is_some_and(|&next| at < next) {
                    continue;
                }
                let end = self.patterns[index].ends(words, at).into_iter().max();
                if let Some(end) = end.filter(|&end| end > at) {
                    next.insert(index, end);
                    out.push(sentence.matched(index, at, end));
                }
            }
        }
        for (index, regex) in &self.regexes {
            sentence.matches(*index, regex, &mut out);
        }
        out.sort_by_key(|m| (m.pattern, m.span));
        out
    }
}

impl Sentence<'_> {
    fn matched(&self, pattern: usize, start: usize, end: usize) -> Match {
        let folded = self.words[start].span.union(self.words[end - 1].span);
        Match {
            pattern,
            words: self.first + start..self.first + end,
            span: self.source(folded),
        }
    }

    fn source(&self, folded: Span) -> Span {
        let span = self.normal.to_source(folded);
        Span::new(self.offset + span.start, self.offset + span.end)
    }

    fn matches(&self, pattern: usize, regex: &Regex, out: &mut Vec<Match>) {
        let mut start = 0;
        for line in self.normal.text().split('\n') {
            for m in regex.find_iter(line).filter(|m| !m.is_empty()) {
                let folded = Span::new(start + m.start(), start + m.end());
                let touched = |w: &&Word| w.span.overlaps(folded);
                let first = self
                    .words
                    .iter()
                    .take_while(|w| w.span.end <= folded.start)
                    .count();
                let count = self.words.iter().filter(touched).count();
                out.push(Match {
                    pattern,
                    words: self.first + first..self.first + first + count,
                    span: self.source(folded),
                });
            }
            start += line.len() + 1;
        }
    }
}

/// Joins matches of one code that overlap: the strongest assertions first, then equal ones.
fn join(mut judged: Vec<Coding>) -> Vec<Coding> {
    judged.sort_by_key(|&(code, start, end, a)| (code, std::cmp::Reverse(a), start, end));
    let mut out: Vec<Coding> = Vec::new();
    for (code, start, end, assertion) in judged {
        let mut overlapping = out
            .iter_mut()
            .filter(|c| c.0 == code && c.1 < end && start < c.2);
        match overlapping.next() {
            Some(known) if known.3 == assertion => known.2 = known.2.max(end),
            Some(_) => {}
            None => out.push((code, start, end, assertion)),
        }
    }
    out.sort_by_key(|&(code, start, end, _)| (start, code, end));
    out
}
