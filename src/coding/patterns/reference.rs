//! The reference engine: the pattern language word for word, without any haste.
//!
//! Comes in: one pattern, a note's words and a region of them. Goes out: the spans that the
//! contract's table promises. It compares strings and recurses over the pattern as parsed, so that
//! it can be read beside the README; the engine that codes notes is tested against it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::rc::Rc;

use super::expression::{Case, Expression};
use super::fuzzy::within_one_edit;
use super::lines::lines_in;
use super::regexes::matches_of_line;
use super::{Match, Region};
use crate::model::pattern::{Atom, Near, Op, Pattern, PatternBody, Seq, WordForm};
use crate::text::{Stemmer, Words};

/// Runs patterns as they are written.
#[derive(Debug)]
pub struct Reference<'l> {
    lists: &'l BTreeMap<String, Vec<Pattern>>,
    stemmer: Stemmer,
    /// Stems of words met so far: a codebook asks for the same ones thousands of times.
    stems: RefCell<HashMap<String, Rc<str>>>,
}

/// A region's words with the reference that reads them.
struct Reading<'r> {
    reference: &'r Reference<'r>,
    words: &'r Words,
    range: Range<usize>,
    /// Stems of all words of the text.
    stems: Vec<Rc<str>>,
}

impl<'l> Reference<'l> {
    /// Makes an engine for patterns that use these lists.
    pub fn new(lists: &'l BTreeMap<String, Vec<Pattern>>, language: &str) -> Self {
        Self {
            lists,
            stemmer: Stemmer::new(language),
            stems: RefCell::default(),
        }
    }

    fn stem(&self, word: &str) -> Rc<str> {
        if let Some(known) = self.stems.borrow().get(word) {
            return Rc::clone(known);
        }
        let stem: Rc<str> = self.stemmer.stem(word).into();
        let mut stems = self.stems.borrow_mut();
        stems.insert(word.to_owned(), Rc::clone(&stem));
        stem
    }

    /// All matches of one pattern in a region: leftmost, then longest, never overlapping.
    ///
    /// Lists that do not exist or contain themselves match nothing.
    pub fn find(&self, pattern: &Pattern, words: &Words, region: &Region) -> Vec<Match> {
        match &pattern.body {
            PatternBody::Regex(source) => find_regex(source, words, region),
            PatternBody::Words(near) => self.find_words(near, words, region),
        }
    }

    fn find_words(&self, near: &Near, words: &Words, region: &Region) -> Vec<Match> {
        let reading = Reading {
            reference: self,
            words,
            range: region.words.clone(),
            stems: (0..words.len()).map(|w| self.stem(words.form(w))).collect(),
        };
        let mut out = Vec::new();
        let mut at = region.words.start;
        while at < region.words.end {
            let end = reading.near(near, at, &mut Vec::new()).last().copied();
            match end.filter(|&end| end > at) {
                Some(end) => {
                    out.push(Match {
                        pattern: 0,
                        words: at..end,
                        span: words.span_of(&(at..end)),
                    });
                    at = end;
                }
                None => at += 1,
            }
        }
        out
    }
}

/// All matches of a regular expression, line by line.
fn find_regex(source: &str, words: &Words, region: &Region) -> Vec<Match> {
    let expression = Expression::new(source, Case::Folded);
    let Some(regex) = expression.on_any() else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for line in lines_in(words, region.span) {
        let found = matches_of_line(regex, words, line);
        out.extend(found.map(|(covered, span)| Match {
            pattern: 0,
            words: covered,
            span,
        }));
    }
    out
}

/// Where a piece of a pattern can end.
type Ends = BTreeSet<usize>;

/// Names of the lists that are being read, outermost first.
type Open<'p> = Vec<&'p str>;

impl Reading<'_> {
    fn near<'p>(&self, near: &'p Near, start: usize, open: &mut Open<'p>) -> Ends
    where
        Self: 'p,
    {
        self.near_part(near, near.rest.len(), start, open)
    }

    /// Ends of the first `parts` operators of a near that start at a word.
    fn near_part<'p>(&self, near: &'p Near, parts: usize, start: usize, open: &mut Open<'p>) -> Ends
    where
        Self: 'p,
    {
        let Some(left_parts) = parts.checked_sub(1) else {
            return self.seq(&near.first, start, open);
        };
        let (op, right) = &near.rest[left_parts];
        let left_ends = self.near_part(near, left_parts, start, open);
        match *op {
            Op::Before(n) | Op::Within(n) => {
                let mut ends = Ends::new();
                for &end in &left_ends {
                    for next in end..=self.reach(end, n) {
                        ends.extend(self.seq(right, next, open));
                    }
                }
                if matches!(op, Op::Within(_)) {
                    for &end in &self.seq(right, start, open) {
                        for next in end..=self.reach(end, n) {
                            ends.extend(self.near_part(near, left_parts, next, open));
                        }
                    }
                }
                ends
            }
            Op::NotWithin(n) => left_ends
                .into_iter()
                .filter(|&end| !self.is_near(&(start..end), right, n, open))
                .collect(),
        }
    }

    fn reach(&self, end: usize, n: u32) -> usize {
        end.saturating_add(n as usize).min(self.range.end)
    }

    /// Whether a sequence stands near a span: it has a word outside, and no more than `n` between.
    fn is_near<'p>(&self, span: &Range<usize>, seq: &'p Seq, n: u32, open: &mut Open<'p>) -> bool
    where
        Self: 'p,
    {
        let n = n as usize;
        self.range.clone().any(|start| {
            self.seq(seq, start, open).into_iter().any(|end| {
                let outside = start < span.start || end > span.end;
                outside && end + n >= span.start && start <= span.end + n
            })
        })
    }

    fn seq<'p>(&self, seq: &'p Seq, start: usize, open: &mut Open<'p>) -> Ends
    where
        Self: 'p,
    {
        let mut ends = Ends::from([start]);
        for item in &seq.items {
            let mut next = Ends::new();
            for &end in &ends {
                next.extend(self.atom(&item.atom, end, open));
            }
            if item.optional {
                next.extend(&ends);
            }
            ends = next;
        }
        ends
    }

    fn atom<'p>(&self, atom: &'p Atom, start: usize, open: &mut Open<'p>) -> Ends
    where
        Self: 'p,
    {
        match atom {
            Atom::Word { words, form } => self.written(words, *form, start).into_iter().collect(),
            Atom::Gap { min, max } => {
                let (min, max) = (*min as usize, *max as usize);
                (start + min..=start + max)
                    .take_while(|&end| end <= self.range.end)
                    .collect()
            }
            Atom::Group(alternatives) => alternatives
                .iter()
                .flat_map(|near| self.near(near, start, open))
                .collect(),
            Atom::List(name) => self.list(name, start, open),
        }
    }

    fn list<'p>(&self, name: &'p str, start: usize, open: &mut Open<'p>) -> Ends
    where
        Self: 'p,
    {
        let Some(entries) = self.reference.lists.get(name) else {
            return Ends::new();
        };
        if open.contains(&name) {
            return Ends::new();
        }
        open.push(name);
        let mut ends = Ends::new();
        for entry in entries {
            if let PatternBody::Words(near) = &entry.body {
                ends.extend(self.near(near, start, open));
            }
        }
        open.pop();
        ends
    }

    /// The end of a written atom that starts at a word.
    fn written(&self, written: &[String], form: WordForm, start: usize) -> Option<usize> {
        let end = start + written.len();
        if end > self.range.end {
            return None;
        }
        let last = written.len() - 1;
        let all = written.iter().enumerate().all(|(i, word)| {
            let text = self.words.form(start + i);
            match form {
                WordForm::Exact => text == word,
                WordForm::Prefix if i == last => text.starts_with(word.as_str()),
                WordForm::Fuzzy if i == last => within_one_edit(word, text),
                WordForm::Stem | WordForm::Prefix | WordForm::Fuzzy => {
                    text == word || self.stems[start + i] == self.reference.stem(word)
                }
            }
        });
        all.then_some(end)
    }
}
