//! Finds words in a text, whatever white space stands between them.

use memchr::memmem;

use crate::text::Span;

/// Whether two passages have the same words; white space may differ.
pub(super) fn same_words(ours: &str, theirs: &str) -> bool {
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
}
