//! Finds known phrases among words, the longest first.
//!
//! Comes in: lists of phrases with what each stands for. Goes out: [`Found`] phrases that do not
//! overlap. A number word or digits fill a `<n>`; a long word may have one slip of the pen.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::words::{Gap, Word, words};

/// Shortest word in which a slip of the pen is forgiven.
const SLIP_LETTERS_MIN: usize = 8;
/// Largest number that counts sessions; larger ones are doses and codes.
const NUMBER_MAX: u32 = 99;

/// A list of phrases, each with a value.
#[derive(Debug)]
pub(super) struct Phrases<T> {
    by_first: HashMap<String, Vec<Phrase<T>>>,
    known_words: HashSet<String>,
    /// Long words by first letter and length in bytes.
    long_words: HashMap<(u8, usize), Vec<String>>,
    numbers: Numbers,
}

#[derive(Debug)]
struct Phrase<T> {
    parts: Vec<Part>,
    value: T,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Word { text: String, is_capital: bool },
    Number,
}

/// Number words of the language.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    names: BTreeMap<String, u32>,
}

impl Numbers {
    /// Takes the words from one and from first.
    pub(super) fn new(lists: &[&[String]]) -> Self {
        let mut names = BTreeMap::new();
        for list in lists {
            for (i, name) in list.iter().enumerate() {
                names.insert(name.to_lowercase(), i as u32 + 1);
            }
        }
        Self { names }
    }

    /// The number that a word stands for.
    pub(super) fn value(&self, word: &Word) -> Option<u32> {
        if word.is_number {
            return word.text.parse().ok();
        }
        self.names.get(&word.text).copied()
    }
}

/// How capitals are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A name of a file, sheet or column, or a cell: capitals mean little.
    Name,
    /// A line of a note: a phrase in capitals must stand in capitals.
    Text,
    /// A line of a note in capitals throughout: phrases in capitals are not believed.
    Shouted,
}

/// A phrase that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found<T> {
    /// Its words.
    pub(super) words: Range<usize>,
    /// The number in it.
    pub(super) number: Option<u32>,
    /// What it stands for.
    pub(super) value: T,
}

impl<T: Clone> Phrases<T> {
    /// Compiles phrases.
    pub(super) fn new<'p>(list: impl IntoIterator<Item = (&'p str, T)>, numbers: &Numbers) -> Self {
        let mut by_first: HashMap<String, Vec<Phrase<T>>> = HashMap::new();
        let mut known_words = HashSet::new();
        let mut long_words: HashMap<(u8, usize), Vec<String>> = HashMap::new();
        for (written, value) in list {
            let parts = parts(written);
            let first = match parts.first() {
                Some(Part::Word { text, .. }) => text.clone(),
                Some(Part::Number) => String::new(),
                None => continue,
            };
            for part in &parts {
                let Part::Word { text, .. } = part else {
                    continue;
                };
                let is_new = known_words.insert(text.clone());
                if is_new && text.len() >= SLIP_LETTERS_MIN {
                    let first = text.bytes().next().unwrap_or_default();
                    let bucket = long_words.entry((first, text.len())).or_default();
                    bucket.push(text.clone());
                }
            }
            by_first
                .entry(first)
                .or_default()
                .push(Phrase { parts, value });
        }
        Self {
            by_first,
            known_words,
            long_words,
            numbers: numbers.clone(),
        }
    }

    /// All phrases among the words, leftmost and longest first, none overlapping another.
    pub(super) fn find(&self, words: &[Word], reading: Reading) -> Vec<Found<T>> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < words.len() {
            match self.longest_at(words, at, reading) {
                Some(found) => {
                    at = found.words.end;
                    out.push(found);
                }
                None => at += 1,
            }
        }
        out
    }

    /// The longest phrase that begins at a word.
    pub(super) fn longest_at(
        &self,
        words: &[Word],
        at: usize,
        reading: Reading,
    ) -> Option<Found<T>> {
        let first = words.get(at)?;
        let named = self.by_first.get(self.spelling(&first.text));
        let counted = self
            .by_first
            .get("")
            .filter(|_| self.numbers.value(first).is_some());
        let candidates = named.into_iter().chain(counted).flatten();
        let found = candidates.filter_map(|p| self.match_at(p, words, at, reading));
        found.reduce(|best, f| {
            if f.words.len() > best.words.len() {
                f
            } else {
                best
            }
        })
    }

    /// The phrase that takes all the words.
    pub(super) fn whole(&self, words: &[Word]) -> Option<Found<T>> {
        let found = self.longest_at(words, 0, Reading::Name)?;
        (found.words.end == words.len()).then_some(found)
    }

    fn match_at(
        &self,
        phrase: &Phrase<T>,
        words: &[Word],
        at: usize,
        reading: Reading,
    ) -> Option<Found<T>> {
        let mut next = at;
        let mut number = None;
        let has_number = phrase.parts.contains(&Part::Number);
        for part in &phrase.parts {
            let word = words.get(next)?;
            if next > at && word.gap > Gap::Dash {
                return None;
            }
            match part {
                Part::Word { text, is_capital } => {
                    if self.spelling(&word.text) != text {
                        return None;
                    }
                    let is_all = at == 0 && phrase.parts.len() == words.len();
                    if *is_capital && !capital_is_met(word, reading, has_number || is_all) {
                        return None;
                    }
                    next += 1;
                }
                Part::Number => {
                    let (value, after) = self.number_at(words, next)?;
                    number = Some(value);
                    next = after;
                }
            }
        }
        Some(Found {
            words: at..next,
            number,
            value: phrase.value.clone(),
        })
    }

    /// A number, with "no." or "number" before it.
    fn number_at(&self, words: &[Word], at: usize) -> Option<(u32, usize)> {
        let word = words.get(at)?;
        if matches!(word.text.as_str(), "no" | "number" | "num" | "nr") {
            let next = words.get(at + 1).filter(|w| w.gap <= Gap::Loose)?;
            return Some((self.numbers.value(next)?, at + 2));
        }
        let value = self.numbers.value(word)?;
        (value <= NUMBER_MAX && word.text.len() <= 12).then_some((value, at + 1))
    }

    /// The word of the phrases that a word means: itself, or the one it slips from.
    fn spelling<'w>(&'w self, word: &'w str) -> &'w str {
        if word.len() + 1 < SLIP_LETTERS_MIN || self.known_words.contains(word) {
            return word;
        }
        let first = word.bytes().next().unwrap_or_default();
        let lengths = word.len().saturating_sub(1)..=word.len() + 1;
        let buckets = lengths.filter_map(|length| self.long_words.get(&(first, length)));
        let near = buckets.flatten().find(|known| is_slip(word, known));
        near.map_or(word, String::as_str)
    }
}

fn capital_is_met(word: &Word, reading: Reading, is_sure: bool) -> bool {
    match reading {
        Reading::Name => word.is_upper || is_sure,
        Reading::Text => word.is_upper,
        Reading::Shouted => is_sure && word.is_upper && word.span.start == 0,
    }
}

fn parts(written: &str) -> Vec<Part> {
    let mut out = Vec::new();
    for piece in written.split_whitespace() {
        if piece == "<n>" {
            out.push(Part::Number);
            continue;
        }
        for word in words(piece) {
            out.push(Part::Word {
                is_capital: word.is_upper && !word.is_number,
                text: word.text,
            });
        }
    }
    out
}

/// Whether one insertion, deletion, substitution or swap of neighbours, not in the first letter,
/// makes one word the other. Letters of two bytes count as two.
fn is_slip(word: &str, known: &str) -> bool {
    let (a, b) = (word.as_bytes(), known.as_bytes());
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    if same == 0 {
        return false;
    }
    match a.len().cmp(&b.len()) {
        Ordering::Less => b.len() - a.len() == 1 && a.get(same..) == b.get(same + 1..),
        Ordering::Greater => a.len() - b.len() == 1 && a.get(same + 1..) == b.get(same..),
        Ordering::Equal => {
            let is_swap = a.get(same) == b.get(same + 1) && a.get(same + 1) == b.get(same);
            a.get(same + 1..) == b.get(same + 1..)
                || (is_swap && a.get(same + 2..) == b.get(same + 2..))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reading: Reading, text: &str, expected: &[&str]) {
        let numbers = Numbers::new(&[&["one".to_owned(), "two".to_owned()]]);
        let list = [
            "IS <n>",
            "IS",
            "follow up",
            "f/u",
            "integration",
            "session <n>",
        ];
        let phrases = Phrases::new(list.map(|p| (p, p)), &numbers);
        let found: Vec<String> = phrases
            .find(&words(text), reading)
            .into_iter()
            .map(|f| format!("{} {}", f.value, f.number.unwrap_or(0)))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn phrases_are_found_in_any_writing() {
        check(Reading::Name, "is_4 med-f/u", &["IS <n> 4", "f/u 0"]);
        check(Reading::Name, "what is new", &[]);
        check(Reading::Text, "IS4, she is 37", &["IS <n> 4"]);
        check(
            Reading::Text,
            "Session number two, Follow-up",
            &["session <n> 2", "follow up 0"],
        );
        check(Reading::Shouted, "PATIENT IS 37", &[]);
        check(
            Reading::Text,
            "intergration / integraton",
            &["integration 0", "integration 0"],
        );
    }

    #[test]
    fn a_phrase_does_not_cross_a_comma() {
        check(Reading::Text, "follow, up", &[]);
        check(Reading::Text, "IS, 37 years", &["IS 0"]);
    }
}
