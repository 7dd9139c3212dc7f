//! Finds words in a text, whatever white space stands between them.

use memchr::memmem;

use crate::text::Span;

/// Whether two passages have the same words; white space may differ.
pub fn same_words(ours: &str, theirs: &str) -> bool {
    ours == theirs || ours.split_whitespace().eq(theirs.split_whitespace())
}

/// Every place where some words stand one behind the other, from left to right.
pub(super) fn occurrences(text: &str, words: &str) -> Vec<Span> {
    let mut rest = words.split_whitespace();
    let Some(first) = rest.next() else {
        return Vec::new();
    };
    let rest: Vec<&str> = rest.collect();
    memmem::find_iter(text.as_bytes(), first)
        .filter_map(|start| {
            let end = following(text, start + first.len(), &rest)?;
            Some(Span::new(start, end))
        })
        .collect()
}

/// Every place where the letters of some words stand, whatever white space is between any of them.
pub(super) fn occurrences_of_letters(text: &str, words: &str) -> Vec<Span> {
    let wanted: String = words.chars().filter(|c| !c.is_whitespace()).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut letters = String::with_capacity(text.len());
    // Where each byte of the letters stands in the text.
    let mut places = Vec::with_capacity(text.len());
    for (at, character) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        letters.push(character);
        places.extend(at..at + character.len_utf8());
    }
    memmem::find_iter(letters.as_bytes(), &wanted)
        .map(|at| Span::new(places[at], places[at + wanted.len() - 1] + 1))
        .collect()
}

/// The end of words that follow a place, each behind white space.
fn following(text: &str, mut at: usize, words: &[&str]) -> Option<usize> {
    for word in words {
        let tail = Span::new(at, text.len()).slice(text);
        let trimmed = tail.trim_start();
        if trimmed.len() == tail.len() || !trimmed.starts_with(word) {
            return None;
        }
        at += tail.len() - trimmed.len() + word.len();
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_between_words_may_differ() {
        let text = "so calm. So\n calm, socalm; so  calm";
        let found: Vec<&str> = occurrences(text, "so calm")
            .iter()
            .map(|s| s.slice(text))
            .collect();
        assert_eq!(found, ["so calm", "so  calm"]);
        assert_eq!(occurrences(text, " \n"), []);
    }

    #[test]
    fn letters_are_found_whatever_stands_between_them() {
        let text = "She was at home🏠, at\nhome 🏠.";
        let found = occurrences_of_letters(text, "at home 🏠");
        let found: Vec<&str> = found.iter().map(|s| s.slice(text)).collect();
        assert_eq!(found, ["at home🏠", "at\nhome 🏠"]);
        assert_eq!(occurrences_of_letters(text, " "), []);
    }
}
