//! Joins the lines of a note's opening that were broken to fit a page's width.
//!
//! Comes in: a note's text. Goes out: the same with blanks for such line ends near its start, for
//! recognition only. It refuses to join lines that may be fields or titles.

use std::borrow::Cow;

use crate::text::Span;

use super::words::opening;

/// How far into a text lines are joined, in bytes.
const LOOKED_AT: usize = 3000;
/// A shorter line was not broken for its width, in bytes.
const WIDTH_MIN: usize = 60;
/// From so many words on a line is of a sentence, whatever begins the next.
const SENTENCE_WORDS: usize = 10;

/// The text with its first paragraphs in one line each.
pub(super) fn unwrapped(text: &str) -> Cow<'_, str> {
    let start = opening(text, LOOKED_AT);
    let mut breaks: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in start.split('\n') {
        let end = at + line.len();
        let next = Span::new((end + 1).min(start.len()), start.len()).slice(start);
        if end < start.len() && goes_on(line, next) {
            breaks.push(end);
        }
        at = end + 1;
    }
    if breaks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for end in breaks {
        out.push_str(Span::new(from, end).slice(text));
        out.push(' ');
        from = end + 1;
    }
    out.push_str(Span::new(from, text.len()).slice(text));
    Cow::Owned(out)
}

/// Whether a sentence goes on in the line below.
fn goes_on(line: &str, next: &str) -> bool {
    let ends_open = line.ends_with(|c: char| c.is_alphanumeric() || c == ',');
    if line.len() < WIDTH_MIN || !ends_open || line.contains(['|', '\t']) {
        return false;
    }
    let Some(first) = next.chars().next() else {
        return false;
    };
    let is_sentence = || !line.contains(':') && line.split_whitespace().count() >= SENTENCE_WORDS;
    first.is_lowercase() || (first.is_alphanumeric() && is_sentence())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_broken_sentences_are_joined() {
        let prose = "Thank you for referring this mother of twins, whom I met for an initial\nassessment today.\n\nShe sleeps.";
        assert_eq!(unwrapped(prose), prose.replacen('\n', " ", 1));
        for kept in [
            "Patient: Marisol Rivera-Quintana of the north house, room seventeen\nDate: 3 May",
            "Short line\nand another",
            "A long line of more than sixty bytes that ends with its own full stop.\nNext.",
        ] {
            assert_eq!(unwrapped(kept), kept);
        }
    }
}
