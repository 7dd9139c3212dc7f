//! Patterns as trees over hash sets of `String`s.

use std::collections::{BTreeMap, HashSet};

use verbatim::model::pattern::{Atom, Near, Op, Pattern, PatternBody, Seq, WordForm};
use verbatim::text::{Span, Stemmer};

/// A word of a text.
pub(crate) struct Word {
    pub(crate) form: String,
    pub(crate) stem: String,
    pub(crate) span: Span,
}

/// A set of words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    pub(crate) forms: HashSet<String>,
    pub(crate) stems: HashSet<String>,
    pub(crate) prefixes: Vec<String>,
    pub(crate) fuzzy: Vec<String>,
}

impl Words {
    fn holds(&self, word: &Word) -> bool {
        self.forms.contains(&word.form)
            || self.stems.contains(&word.stem)
            || self
                .prefixes
                .iter()
                .any(|p| word.form.starts_with(p.as_str()))
            || self.fuzzy.iter().any(|f| within_one_edit(f, &word.form))
    }

    fn join(&mut self, other: Self) {
        self.forms.extend(other.forms);
        self.stems.extend(other.stems);
        self.prefixes.extend(other.prefixes);
        self.fuzzy.extend(other.fuzzy);
    }
}

/// A piece of a pattern.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Word(Words),
    Gap(usize, usize),
    Maybe(Box<Piece>),
    Row(Vec<Piece>),
    Any(Vec<Piece>),
    Near(Box<Piece>, Op, Box<Piece>),
}

/// Makes pieces of patterns.
pub(crate) struct Pieces<'l> {
    lists: &'l BTreeMap<String, Vec<Pattern>>,
    stemmer: &'l Stemmer,
}

impl<'l> Pieces<'l> {
    pub(crate) fn new(lists: &'l BTreeMap<String, Vec<Pattern>>, stemmer: &'l Stemmer) -> Self {
        Self { lists, stemmer }
    }

    pub(crate) fn near(&self, near: &Near) -> Piece {
        let mut left = self.seq(&near.first);
        for (op, right) in &near.rest {
            left = Piece::Near(Box::new(left), *op, Box::new(self.seq(right)));
        }
        left
    }

    fn seq(&self, seq: &Seq) -> Piece {
        let items = seq.items.iter().map(|item| {
            let piece = match &item.atom {
                Atom::Word { words, form } => self.written(words, *form),
                Atom::Gap { min, max } => Piece::Gap(*min as usize, *max as usize),
                Atom::Group(inner) => any(inner.iter().map(|near| self.near(near)).collect()),
                Atom::List(name) => {
                    let entries = self.lists.get(name).into_iter().flatten();
                    let entries = entries.filter_map(|e| match &e.body {
                        PatternBody::Words(near) => Some(self.near(near)),
                        PatternBody::Regex(_) => None,
                    });
                    any(entries.collect())
                }
            };
            if item.optional {
                Piece::Maybe(Box::new(piece))
            } else {
                piece
            }
        });
        let mut items: Vec<Piece> = items.collect();
        if items.len() == 1 {
            items.remove(0)
        } else {
            Piece::Row(items)
        }
    }

    fn written(&self, words: &[String], form: WordForm) -> Piece {
        let words = words.iter().enumerate().map(|(i, word)| {
            let mut set = Words::default();
            match form {
                WordForm::Exact => drop(set.forms.insert(word.clone())),
                WordForm::Prefix if i + 1 == words.len() => set.prefixes.push(word.clone()),
                WordForm::Fuzzy if i + 1 == words.len() => set.fuzzy.push(word.clone()),
                WordForm::Stem | WordForm::Prefix | WordForm::Fuzzy => {
                    set.stems.insert(self.stemmer.stem(word));
                }
            }
            Piece::Word(set)
        });
        let mut words: Vec<Piece> = words.collect();
        if words.len() == 1 {
            words.remove(0)
        } else {
            Piece::Row(words)
        }
    }
}

/// One of several pieces, single words in one set.
fn any(pieces: Vec<Piece>) -> Piece {
    let mut set = Words::default();
    let mut out = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Word(words) => set.join(words),
            other => out.push(other),
        }
    }
    out.push(Piece::Word(set));
    Piece::Any(out)
}

impl Piece {
    fn nullable(&self) -> bool {
        match self {
            Self::Word(_) | Self::Near(..) => false,
            Self::Gap(min, _) => *min == 0,
            Self::Maybe(_) => true,
            Self::Row(pieces) => pieces.iter().all(Self::nullable),
            Self::Any(pieces) => pieces.iter().any(Self::nullable),
        }
    }

    /// Words that a match starts with; none where it may be any.
    pub(crate) fn starts(&self) -> Option<Words> {
        let mut out = Words::default();
        match self {
            Self::Word(words) => out = words.clone(),
            Self::Gap(..) => return None,
            Self::Maybe(inner) => return inner.starts(),
            Self::Row(pieces) => {
                for piece in pieces {
                    out.join(piece.starts()?);
                    if !piece.nullable() {
                        break;
                    }
                }
            }
            Self::Any(pieces) => {
                for piece in pieces {
                    out.join(piece.starts()?);
                }
            }
            Self::Near(left, op, right) => {
                out.join(left.starts()?);
                if matches!(op, Op::Within(_)) {
                    out.join(right.starts()?);
                }
            }
        }
        Some(out)
    }

    /// Where a match that starts at a word can end.
    pub(crate) fn ends(&self, words: &[Word], at: usize) -> Vec<usize> {
        let mut ends = Vec::new();
        self.add_ends(words, at, &mut ends);
        ends
    }

    fn add_ends(&self, words: &[Word], at: usize, out: &mut Vec<usize>) {
        match self {
            Self::Word(set) => {
                if words.get(at).is_some_and(|word| set.holds(word)) {
                    add(out, at + 1);
                }
            }
            Self::Gap(min, max) => {
                for end in at + min..=(at + max).min(words.len()) {
                    add(out, end);
                }
            }
            Self::Maybe(inner) => {
                add(out, at);
                inner.add_ends(words, at, out);
            }
            Self::Any(pieces) => {
                for piece in pieces {
                    piece.add_ends(words, at, out);
                }
            }
            Self::Row(pieces) => {
                let mut ends = vec![at];
                for piece in pieces {
                    let mut next = Vec::new();
                    for end in ends {
                        piece.add_ends(words, end, &mut next);
                    }
                    if next.is_empty() {
                        return;
                    }
                    ends = next;
                }
                for end in ends {
                    add(out, end);
                }
            }
            Self::Near(left, op, right) => near(left, *op, right, (words, at), out),
        }
    }
}

fn add(ends: &mut Vec<usize>, end: usize) {
    if !ends.contains(&end) {
        ends.push(end);
    }
}

fn near(left: &Piece, op: Op, right: &Piece, (words, at): (&[Word], usize), out: &mut Vec<usize>) {
    let mut followed = |first: &Piece, second: &Piece, n: u32| {
        for end in first.ends(words, at) {
            for start in end..=(end + n as usize).min(words.len()) {
                second.add_ends(words, start, out);
            }
        }
    };
    match op {
        Op::Before(n) => followed(left, right, n),
        Op::Within(n) => {
            followed(left, right, n);
            followed(right, left, n);
        }
        Op::NotWithin(n) => {
            let n = n as usize;
            for end in left.ends(words, at) {
                let is_near = (0..words.len()).any(|start| {
                    right.ends(words, start).into_iter().any(|stop| {
                        (start < at || stop > end) && stop + n >= at && start <= end + n
                    })
                });
                if !is_near {
                    add(out, end);
                }
            }
        }
    }
}

/// One insertion, deletion, substitution or swap of neighbours, never in the first letter.
fn within_one_edit(written: &str, word: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (written.chars().collect(), word.chars().collect());
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[start..], &b[start..]);
    if x.is_empty() && y.is_empty() {
        return true;
    }
    start > 0
        && (x.get(1..) == Some(y)
            || Some(x) == y.get(1..)
            || (x.get(1..).is_some() && x.get(1..) == y.get(1..))
            || (x.len() > 1
                && y.len() > 1
                && x[0] == y[1]
                && x[1] == y[0]
                && x.get(2..) == y.get(2..)))
}
