//! A codebook beside the notes that it is for: words of patterns that no note holds, and spellings of
//! the notes that patterns miss.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Diagnostic;
use crate::model::codebook::{Code, Codebook};
use crate::model::pattern::{Atom, Near, Pattern, PatternBody, WordForm, word_forms};
use crate::text::{Stemmer, Words, edits};

use super::findings::Findings;
use super::identifiers::builtin_identifier_rules;
use super::load::Loaded;

/// Words named in a finding at most.
const NAMED_MAX: usize = 12;

/// The shortest word of which another spelling is looked for.
const LETTERS_MIN: usize = 5;

/// The shortest word of which any edit may be another spelling. One edit from a shorter word there are
/// too many other words: of these only what looks like a slip is told.
const LETTERS_SURE: usize = 6;

/// A slip is rare beside its word: it comes at most so often, or so many times less often.
const SLIPS_MAX: u64 = 2;
const SLIPS_RATIO: u64 = 4;

/// The words of some notes.
#[derive(Debug)]
pub struct NoteWords {
    counts: BTreeMap<String, u64>,
    stems: BTreeSet<String>,
    stemmer: Stemmer,
    /// Words of the language that are no slips, though they look like another's.
    common: BTreeSet<String>,
}

impl NoteWords {
    /// No words yet, of notes in a language.
    pub fn new(language: &str) -> Self {
        Self {
            counts: BTreeMap::new(),
            stems: BTreeSet::new(),
            stemmer: Stemmer::new(language),
            common: common_words(language),
        }
    }

    /// Adds a note's words.
    pub fn add(&mut self, text: &str) {
        let words = Words::new(text);
        for index in 0..words.len() {
            let form = words.form(index);
            if let Some(count) = self.counts.get_mut(form) {
                *count += 1;
            } else {
                self.stems.insert(self.stemmer.stem(form));
                self.counts.insert(form.to_owned(), 1);
            }
        }
    }

    /// Whether a form is rare beside a word, and no word of its own that is known.
    fn is_rare(&self, found: &str, word: &str) -> bool {
        let count = |form: &str| self.counts.get(form).copied().unwrap_or_default();
        let is_few =
            count(found) <= SLIPS_MAX || count(found).saturating_mul(SLIPS_RATIO) <= count(word);
        // Without a list of the language's words nobody can tell a slip from a word.
        is_few && !self.common.is_empty() && !self.common.contains(found)
    }

    /// Whether a word of a pattern stands in some note.
    fn has(&self, word: &str, form: WordForm) -> bool {
        match form {
            WordForm::Exact => self.counts.contains_key(word),
            WordForm::Stem => {
                self.counts.contains_key(word) || self.stems.contains(&self.stemmer.stem(word))
            }
            WordForm::Prefix => {
                let mut from = self.counts.range(word.to_owned()..);
                from.next()
                    .is_some_and(|(found, _)| found.starts_with(word))
            }
            WordForm::Fuzzy => {
                self.counts.contains_key(word) || self.counts.keys().any(|w| is_near(w, word))
            }
        }
    }
}

/// Words that notes write often, names and places among them; none where there is no list of them.
fn common_words(language: &str) -> BTreeSet<String> {
    let rules = builtin_identifier_rules(language).and_then(Result::ok);
    let lists = rules.map(|rules| rules.lists).unwrap_or_default();
    let words = lists.into_values().flatten();
    words.map(|word| word.to_lowercase()).collect()
}

/// Whether two neighbours changed places, which is one edit to who types.
fn is_swapped(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let off: Vec<usize> = (0..a.len().min(b.len()))
        .filter(|&i| a[i] != b[i])
        .collect();
    match off[..] {
        [i, j] => a.len() == b.len() && j == i + 1 && a[i] == b[j] && a[j] == b[i],
        _ => false,
    }
}

/// Whether one word looks like a slip of another: two neighbours changed places, or a letter is doubled or
/// not; never the last letter, which makes another form of a word. One letter for another makes too many
/// words of their own ("quite", "quote").
fn is_slip(found: &str, word: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (found.chars().collect(), word.chars().collect());
    if a.last() != b.last() {
        return false;
    }
    if a.len() == b.len() {
        return is_swapped(found, word);
    }
    let (long, short) = if a.len() > b.len() {
        (&a, &b)
    } else {
        (&b, &a)
    };
    let is_double = |i: usize| {
        let rest = long.iter().enumerate().filter(|(at, _)| *at != i);
        long[i] == long[i - 1] && rest.map(|(_, c)| c).eq(short.iter())
    };
    (1..long.len()).any(is_double)
}

/// Whether two words begin alike and are one edit apart.
fn is_near(a: &str, b: &str) -> bool {
    a.chars().next() == b.chars().next()
        && a.len().abs_diff(b.len()) <= 4
        && (edits(a, b) == 1 || is_swapped(a, b))
}

/// Finds, code by code, words that no note holds and spellings that the patterns miss.
pub fn unused_and_misspelt(loaded: &Loaded, notes: &NoteWords) -> Vec<Diagnostic> {
    let mut findings = Findings::new(&loaded.path, &loaded.source);
    let codebook = &loaded.codebook;
    let known = known_words(codebook, notes);
    for code in &codebook.codes {
        let words = words_of(code, codebook);
        let at = findings.place_of_id(code);
        // A word may be written in two ways, "dizziness" and "=dizziness".
        let distinct: BTreeSet<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        let mut absent: Vec<&str> = words
            .iter()
            .filter(|(word, form)| !notes.has(word, *form))
            .map(|(word, _)| word.as_str())
            .collect();
        absent.dedup();
        if !absent.is_empty() {
            let message = format!(
                "Of the {} words in the patterns of {}, {} stand in no note: {}",
                distinct.len(),
                code.path,
                absent.len(),
                named(&absent)
            );
            findings.note("V136", at, message, "");
        }
        let missed = missed(&words, notes, &known);
        if !missed.is_empty() {
            let missed: Vec<&str> = missed.iter().map(String::as_str).collect();
            let message = format!(
                "The notes hold words that look like those of {} and are not found: {}",
                code.path,
                named(&missed)
            );
            let hint = "Where it is the same word, write word~ (one edit), or add the spelling.";
            findings.note("V137", at, message, hint);
        }
    }
    findings.into_list()
}

fn named(words: &[&str]) -> String {
    let some = &words[..words.len().min(NAMED_MAX)];
    let more = if words.len() > NAMED_MAX {
        ", ..."
    } else {
        "."
    };
    format!("{}{more}", some.join(", "))
}

/// The words of a code's patterns, with how they are compared.
fn words_of(code: &Code, codebook: &Codebook) -> BTreeSet<(String, WordForm)> {
    let mut out = BTreeSet::new();
    for pattern in code.patterns.iter().chain(&code.opposites) {
        words_of_pattern(pattern, codebook, 0, &mut out);
    }
    out
}

/// How deep word lists may name each other.
const DEPTH_MAX: usize = 8;

fn words_of_pattern(
    pattern: &Pattern,
    codebook: &Codebook,
    depth: usize,
    out: &mut BTreeSet<(String, WordForm)>,
) {
    if let PatternBody::Words(near) = &pattern.body {
        words_of_near(near, codebook, depth, out);
    }
}

fn words_of_near(
    near: &Near,
    codebook: &Codebook,
    depth: usize,
    out: &mut BTreeSet<(String, WordForm)>,
) {
    let sequences = std::iter::once(&near.first).chain(near.rest.iter().map(|(_, seq)| seq));
    for item in sequences.flat_map(|seq| &seq.items) {
        match &item.atom {
            Atom::Word { words, form } => {
                out.extend(word_forms(words, *form).map(|(word, form)| (word.to_owned(), form)));
            }
            Atom::Group(choices) => {
                for choice in choices {
                    words_of_near(choice, codebook, depth, out);
                }
            }
            Atom::List(name) if depth < DEPTH_MAX => {
                for entry in codebook.word_lists.get(name).into_iter().flatten() {
                    words_of_pattern(entry, codebook, depth + 1, out);
                }
            }
            Atom::List(_) | Atom::Gap { .. } => {}
        }
    }
}

/// Every form of the notes that some pattern of the codebook finds.
fn known_words(codebook: &Codebook, notes: &NoteWords) -> BTreeSet<String> {
    let mut stems = BTreeSet::new();
    for code in &codebook.codes {
        for (word, _) in words_of(code, codebook) {
            stems.insert(notes.stemmer.stem(&word));
        }
    }
    let is_known = |form: &&String| stems.contains(&notes.stemmer.stem(form));
    notes.counts.keys().filter(is_known).cloned().collect()
}

/// Words of the notes one edit away from a word of the patterns, with how often they stand there.
fn missed(
    words: &BTreeSet<(String, WordForm)>,
    notes: &NoteWords,
    known: &BTreeSet<String>,
) -> Vec<String> {
    let mut out = Vec::new();
    for (word, form) in words {
        let long = word.chars().count() >= LETTERS_MIN;
        if !long || matches!(form, WordForm::Fuzzy | WordForm::Prefix) {
            continue;
        }
        let Some(initial) = word.chars().next() else {
            continue;
        };
        let alike = notes.counts.range(initial.to_string()..);
        for (found, times) in alike.take_while(|(found, _)| found.starts_with(initial)) {
            let is_sure = word.chars().count() >= LETTERS_SURE
                || (is_slip(found, word) && notes.is_rare(found, word));
            if is_sure && is_near(found, word) && !known.contains(found) {
                let said = format!("{found} ({times}; {word})");
                if !out.contains(&said) {
                    out.push(said);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::load_text;
    use std::path::Path;

    /// What is told of spellings beside a note.
    fn told(patterns: &str, note: &str) -> String {
        let source = format!(
            "codebook: a\nversion: 1\nlanguage: en\ncodes:\n  - id: x\n    patterns: [{patterns}]\n"
        );
        let loaded = load_text(&source, Path::new("a.yaml")).unwrap_or_else(|e| panic!("{e}"));
        let mut words = NoteWords::new("en");
        words.add(note);
        let found = unused_and_misspelt(&loaded, &words);
        let of = found.iter().filter(|f| f.rule == "V137");
        of.map(|f| f.message.clone()).collect()
    }

    #[test]
    fn slips_of_short_words_are_told_and_other_words_are_not() {
        let said = told(
            "peace, grief, happy",
            "Some paece, no greif, quite hapy. Peace. Grief.",
        );
        for slip in ["paece (1; peace)", "greif (1; grief)", "hapy (1; happy)"] {
            assert!(said.contains(slip), "{slip}: {said}");
        }
        for (word, other) in [
            ("quiet", "It was quite late, and she quit."),
            ("quite", "A quote, another quote."),
            ("trial", "A trail of leaves."),
            ("peace", "A peach and a piece."),
            ("shame", "The same shape."),
            ("alone", "Went along."),
            ("sleep", "Sleet fell on the sheep."),
            ("tears", "Years of terms and teams."),
            ("heart", "She heard of it."),
            ("angel", "An angle."),
            ("grief", "Griefs."),
        ] {
            assert_eq!(told(word, other), "", "{word}: {other}");
        }
        // What stands often is a word that the notes have.
        assert_eq!(told("peace", &"paece ".repeat(9)), "");
    }
}
