//! Names that nobody introduces: whom the participant calls by name in her own words ("Jess got dizzy too").
//!
//! Comes in: a note with the participant's own turns. Goes out: names of people of whom nothing else is known. A
//! name stands in capitals inside of a sentence, or says something, never in small letters, and before a verb
//! somewhere.

use std::collections::BTreeMap;

use crate::model::layout::Speaker;
use crate::text::Span;

use super::rules::Rules;
use super::whole_note::WholeNote;

/// Words that are read, at most.
const WORDS_READ_MAX: usize = 6000;
/// Names taken from one note, at most.
const NAMES_MAX: usize = 24;

/// How a word in capitals stands in a note.
#[derive(Debug, Clone, Copy, Default)]
struct Standing {
    /// Inside of a sentence, led by no word that makes it a thing ("the Wellbutrin"), or as one who speaks.
    inside: bool,
    /// Right before a verb.
    acts: bool,
    /// Also in small letters.
    small: bool,
}

/// Adds the names that only the participant's own words tell.
pub(super) fn add_unintroduced(
    rules: &Rules,
    note: &WholeNote<'_>,
    names: &mut Vec<(String, u32)>,
) {
    let Some(anybody) = rules.anybody() else {
        return;
    };
    let words = &note.layout.words;
    let turns = note.layout.turns.iter();
    let own = turns.filter(|turn| turn.speaker == Speaker::Participant);
    let own = own.flat_map(|turn| words.inside(turn.span));
    let mut found: BTreeMap<&str, (&str, Standing)> = BTreeMap::new();
    for word in own.clone().take(WORDS_READ_MAX) {
        let written = words.span(word).slice(note.text);
        if !is_name_like(written) || rules.is_no_name(words.form(word)) {
            continue;
        }
        let (_, standing) = found
            .entry(words.form(word))
            .or_insert((written, Standing::default()));
        let next = (word + 1 < words.len()).then(|| words.form(word + 1));
        let says = next.is_some_and(|form| rules.is_saying(form));
        standing.inside |= says || is_inside(rules, note, word);
        standing.acts |= says || next.is_some_and(|form| rules.is_verb(form));
    }
    for word in own.take(WORDS_READ_MAX) {
        if let Some((_, standing)) = found.get_mut(words.form(word)) {
            let written = words.span(word).slice(note.text);
            standing.small |= written.starts_with(char::is_lowercase);
        }
    }
    let sure = found.values().filter(|(name, standing)| {
        let known = names.iter().any(|(n, _)| n == name);
        standing.inside && standing.acts && !standing.small && !known
    });
    let sure = sure.filter(|(name, _)| !rules.of_notes().is_no_name(name));
    let sure: Vec<(String, u32)> = sure
        .take(NAMES_MAX)
        .map(|(name, _)| ((*name).to_owned(), anybody))
        .collect();
    names.extend(sure);
}

/// "Jess", "M": a capital, and small letters behind it.
fn is_name_like(written: &str) -> bool {
    let mut letters = written.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase)
}

/// Whether a word stands inside of a sentence, and no word makes it a thing.
fn is_inside(rules: &Rules, note: &WholeNote<'_>, word: usize) -> bool {
    let words = &note.layout.words;
    let Some(before) = word.checked_sub(1) else {
        return false;
    };
    let gap = Span::new(words.span(before).end, words.span(word).start).slice(note.text);
    matches!(gap, " " | ", ") && !rules.is_determiner(words.form(before))
}
