//! What a pattern may find, word by word, as far as that can be listed: choices, optional words, entries of
//! word lists and gaps are written out, up to a bound.

use rustc_hash::FxHashMap;

use crate::model::codebook::Codebook;
use crate::model::pattern::{
    Atom, Item, Near, Op, Pattern, PatternBody, Seq, WordForm, word_forms,
};
use crate::text::Stemmer;

/// Ways to write one pattern out; one that has more is not compared.
const FORMS_MAX: usize = 64;

/// How deep word lists may name each other.
const DEPTH_MAX: usize = 4;

/// The shortest prefix that is trusted to begin every form of a stem.
const PREFIX_MIN: usize = 4;

/// A word of a pattern as it is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'p> {
    /// The word; empty for any word.
    text: &'p str,
    form: WordForm,
    /// Its stem, by number.
    stem: usize,
}

impl Piece<'_> {
    fn is_any(&self) -> bool {
        self.text.is_empty()
    }
}

/// One way to write a pattern out: rows of words, all of which every match of it holds.
pub(super) type Form<'p> = Vec<Vec<Piece<'p>>>;

/// All ways to write a pattern out.
#[derive(Debug, Clone)]
pub(super) struct Forms<'p> {
    pub(super) all: Vec<Form<'p>>,
    /// Whether it is nothing but words in a row, so that whatever holds them is a match.
    pub(super) is_row: bool,
}

/// Writes patterns out; keeps the stems of their words.
pub(super) struct Writer<'c> {
    codebook: &'c Codebook,
    stemmer: Stemmer,
    known: FxHashMap<String, usize>,
    stems: Vec<String>,
}

impl<'c> Writer<'c> {
    pub(super) fn new(codebook: &'c Codebook) -> Self {
        Self {
            codebook,
            stemmer: Stemmer::new(&codebook.language),
            known: FxHashMap::default(),
            stems: Vec::new(),
        }
    }

    /// All ways to write a pattern out; none for regular expressions, and where they are too many.
    pub(super) fn forms(&mut self, pattern: &'c Pattern) -> Option<Forms<'c>> {
        let PatternBody::Words(near) = &pattern.body else {
            return None;
        };
        let mut all: Vec<Form<'c>> = self
            .seq(&near.first, 0)?
            .into_iter()
            .map(|row| vec![row])
            .collect();
        for (op, seq) in &near.rest {
            // What may not stand near says nothing of what is found.
            if matches!(op, Op::NotWithin(_)) {
                continue;
            }
            let rows = self.seq(seq, 0)?;
            all = product(&all, &rows, |form, row| {
                let mut both = form.clone();
                both.push(row.clone());
                both
            })?;
        }
        Some(Forms {
            all,
            is_row: near.rest.is_empty(),
        })
    }

    fn seq(&mut self, seq: &'c Seq, depth: usize) -> Option<Vec<Vec<Piece<'c>>>> {
        let mut all = vec![Vec::new()];
        for item in &seq.items {
            let ways = self.item(item, depth)?;
            all = product(&all, &ways, |row, way| [&row[..], &way[..]].concat())?;
        }
        Some(all)
    }

    fn item(&mut self, item: &'c Item, depth: usize) -> Option<Vec<Vec<Piece<'c>>>> {
        let mut ways = match &item.atom {
            Atom::Word { words, form } => {
                let pieces = word_forms(words, *form).map(|(word, form)| self.piece(word, form));
                vec![pieces.collect()]
            }
            Atom::Gap { min, max } => {
                if *max as usize > FORMS_MAX {
                    return None;
                }
                let any = Piece {
                    text: "",
                    form: WordForm::Exact,
                    stem: usize::MAX,
                };
                (*min..=*max).map(|n| vec![any; n as usize]).collect()
            }
            Atom::Group(choices) => self.choices(choices, depth)?,
            Atom::List(name) => self.list(name, depth)?,
        };
        if item.optional {
            ways.push(Vec::new());
        }
        Some(ways)
    }

    fn choices(&mut self, choices: &'c [Near], depth: usize) -> Option<Vec<Vec<Piece<'c>>>> {
        let mut ways = Vec::new();
        for choice in choices {
            if !choice.rest.is_empty() {
                return None;
            }
            ways.extend(self.seq(&choice.first, depth)?);
        }
        (ways.len() <= FORMS_MAX).then_some(ways)
    }

    fn list(&mut self, name: &str, depth: usize) -> Option<Vec<Vec<Piece<'c>>>> {
        if depth >= DEPTH_MAX {
            return None;
        }
        let mut ways = Vec::new();
        for entry in self.codebook.word_lists.get(name)? {
            let PatternBody::Words(near) = &entry.body else {
                return None;
            };
            if !near.rest.is_empty() || ways.len() > FORMS_MAX {
                return None;
            }
            ways.extend(self.seq(&near.first, depth + 1)?);
        }
        (ways.len() <= FORMS_MAX).then_some(ways)
    }

    fn piece(&mut self, text: &'c str, form: WordForm) -> Piece<'c> {
        let stem = self.stemmer.stem(text);
        let next = self.stems.len();
        let number = *self.known.entry(stem.clone()).or_insert(next);
        if number == next {
            self.stems.push(stem);
        }
        Piece {
            text,
            form,
            stem: number,
        }
    }

    /// Whether whatever one word of a pattern finds, another finds, too.
    fn covers(&self, by: &Piece<'_>, own: &Piece<'_>) -> bool {
        if by.is_any() || own.is_any() {
            return by.is_any();
        }
        match (by.form, own.form) {
            (WordForm::Stem, WordForm::Stem | WordForm::Exact) => by.stem == own.stem,
            (WordForm::Prefix, WordForm::Exact | WordForm::Prefix) => own.text.starts_with(by.text),
            (WordForm::Prefix, WordForm::Stem) => {
                let stem = self.stems[own.stem].as_str();
                // Of a y a stem makes an i ("happy", "happi"): forms have either.
                let sure = stem.strip_suffix(['i', 'y']).unwrap_or(stem);
                by.text.chars().count() >= PREFIX_MIN && sure.starts_with(by.text)
            }
            (WordForm::Exact, WordForm::Exact)
            | (WordForm::Fuzzy, WordForm::Exact | WordForm::Fuzzy) => by.text == own.text,
            _ => false,
        }
    }
}

/// Every pair of two lists put together; none where they are too many.
fn product<A, B, C>(first: &[A], second: &[B], join: impl Fn(&A, &B) -> C) -> Option<Vec<C>> {
    if first.len() * second.len() > FORMS_MAX {
        return None;
    }
    let pairs = first
        .iter()
        .flat_map(|a| second.iter().map(move |b| (a, b)));
    Some(pairs.map(|(a, b)| join(a, b)).collect())
}

/// Patterns that are words in a row, by the first word of each way to write them out.
pub(super) struct Rows<'f, 'p> {
    writer: &'f Writer<'p>,
    by_stem: FxHashMap<usize, Vec<(usize, &'f [Piece<'p>])>>,
    by_prefix: FxHashMap<&'p str, Vec<(usize, &'f [Piece<'p>])>>,
}

impl<'f, 'p> Rows<'f, 'p> {
    /// Patterns with their numbers.
    pub(super) fn new(
        writer: &'f Writer<'p>,
        patterns: impl Iterator<Item = (usize, &'f Forms<'p>)>,
    ) -> Self {
        let mut own = Self {
            writer,
            by_stem: FxHashMap::default(),
            by_prefix: FxHashMap::default(),
        };
        for (number, forms) in patterns.filter(|(_, forms)| forms.is_row) {
            for row in forms.all.iter().filter_map(|form| form.first()) {
                let Some(first) = row.first() else {
                    continue;
                };
                let place = match first.form {
                    WordForm::Prefix => own.by_prefix.entry(first.text).or_default(),
                    _ => own.by_stem.entry(first.stem).or_default(),
                };
                place.push((number, row.as_slice()));
            }
        }
        own
    }

    /// The numbers of the patterns of which every match of another pattern holds a match.
    pub(super) fn held_by(&self, forms: &Forms<'_>) -> Vec<usize> {
        let mut all = forms.all.iter().map(|form| self.held_by_form(form));
        let Some(mut held) = all.next() else {
            return Vec::new();
        };
        for other in all {
            held.retain(|number| other.binary_search(number).is_ok());
            if held.is_empty() {
                break;
            }
        }
        held
    }

    fn held_by_form(&self, form: &Form<'_>) -> Vec<usize> {
        let mut held = Vec::new();
        for row in form {
            for (at, piece) in row.iter().enumerate().filter(|(_, piece)| !piece.is_any()) {
                let rest = &row[at..];
                let by_stem = self.by_stem.get(&piece.stem).into_iter().flatten();
                let ends = piece.text.char_indices().map(|(i, c)| i + c.len_utf8());
                let by_prefix = ends
                    .filter_map(|end| self.by_prefix.get(piece.text.get(..end)?))
                    .flatten();
                for (number, theirs) in by_stem.chain(by_prefix) {
                    let fits = theirs.len() <= rest.len()
                        && theirs
                            .iter()
                            .zip(rest)
                            .all(|(by, own)| self.writer.covers(by, own));
                    if fits {
                        held.push(*number);
                    }
                }
            }
        }
        held.sort_unstable();
        held.dedup();
        held
    }
}
