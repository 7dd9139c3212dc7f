//! The words of names and header lines: letters and digits apart, case folded, gaps kept.
//!
//! Comes in: a file name, a column's name, a cell, a line. Goes out: [`Word`]s with their spans.
//! "IS4", "IS #4" and `is_4` have the same words.

use crate::text::{Span, fold};

/// A run of letters or a run of digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// The folded letters, or the digits.
    pub(super) text: String,
    /// Where it stands.
    pub(super) span: Span,
    /// Whether it is made of digits.
    pub(super) is_number: bool,
    /// Whether all its letters are capitals.
    pub(super) is_upper: bool,
    /// Whether its first letter is a capital.
    pub(super) is_capitalised: bool,
    /// What stands before it.
    pub(super) gap: Gap,
}

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// White space, `_`, `-`, `/`, `.`, `#`, an apostrophe: the words may be of one phrase.
    Loose,
    /// `&` or `+`: the words are joined, and so are the phrases they are of.
    Joined,
    /// A dash between blanks: another piece of the same line, or of the same phrase.
    Dash,
    /// A comma, colon, bracket or bar: another piece of the same line.
    Piece,
    /// A full stop, semicolon, question or exclamation mark and white space: another sentence.
    Sentence,
    /// A line end.
    Line,
}

/// Most bytes of a name or line that are looked at.
const LENGTH_MAX: usize = 4096;

/// Cuts a text into words.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut gap_start = 0;
    while let Some((start, first)) = chars.next() {
        if start > LENGTH_MAX {
            break;
        }
        if !first.is_alphanumeric() {
            continue;
        }
        let is_number = first.is_ascii_digit();
        let (mut end, mut before) = (start + first.len_utf8(), first);
        while let Some(&(i, c)) = chars.peek() {
            if !continues(before, c, is_number) {
                break;
            }
            (end, before) = (i + c.len_utf8(), c);
            chars.next();
        }
        let span = Span::new(start, end);
        let written = span.slice(text);
        out.push(Word {
            text: folded(written),
            span,
            is_number,
            is_upper: !is_number && written.chars().all(|c| !c.is_lowercase()),
            is_capitalised: first.is_uppercase(),
            gap: gap(Span::new(gap_start, start).slice(text)),
        });
        gap_start = end;
    }
    out
}

/// The first bytes of a text, cut between characters.
pub(super) fn opening(text: &str, bytes_max: usize) -> &str {
    let end = (0..=bytes_max.min(text.len()))
        .rev()
        .find(|&i| text.is_char_boundary(i));
    Span::new(0, end.unwrap_or(0)).slice(text)
}

/// The last bytes of a text, cut between characters.
pub(super) fn ending(text: &str, bytes_max: usize) -> &str {
    let from = text.len().saturating_sub(bytes_max);
    let start = (from..=text.len()).find(|&i| text.is_char_boundary(i));
    Span::new(start.unwrap_or(text.len()), text.len()).slice(text)
}

/// Whether a character belongs to the word that the one before it is of. Digits and letters part,
/// and so do a small and a capital letter ("medFollowUp"); an apostrophe before a letter stays.
fn continues(before: char, next: char, is_number: bool) -> bool {
    if is_number {
        return next.is_ascii_digit();
    }
    if matches!(next, '\'' | '\u{2019}') {
        return before.is_alphabetic();
    }
    let is_mark = matches!(before, '\'' | '\u{2019}');
    (next.is_alphanumeric() && !next.is_ascii_digit())
        && (is_mark || !(before.is_lowercase() && next.is_uppercase()))
}

/// Folds case and compatibility forms, and drops a possessive ending.
fn folded(written: &str) -> String {
    let folded = fold(written);
    let plain = folded.trim_end_matches(['\'', '\u{2019}']);
    let plain = plain.strip_suffix("'s").unwrap_or(plain);
    plain.to_owned()
}

fn gap(between: &str) -> Gap {
    if between.is_empty() {
        return Gap::None;
    }
    let mut widest = Gap::Loose;
    let mut before = 'x';
    for (i, c) in between.char_indices() {
        let next = between.char_indices().find(|(j, _)| *j > i).map(|(_, c)| c);
        let is_before_blank = next.is_some_and(char::is_whitespace);
        let kind = match c {
            '\n' | '\r' => Gap::Line,
            ';' | '!' | '?' => Gap::Sentence,
            '.' if is_before_blank => Gap::Sentence,
            '-' | '\u{2013}' | '\u{2014}' if before.is_whitespace() && is_before_blank => Gap::Dash,
            '&' | '+' => Gap::Joined,
            '-' | '.' | '/' | '#' | '\'' | '\u{2019}' | '_' | '*' | '`' | '"' => Gap::Loose,
            c if c.is_whitespace() => Gap::Loose,
            _ => Gap::Piece,
        };
        widest = widest.max(kind);
        before = c;
    }
    let wide_space = between.contains("   ") || between.contains('\t');
    if wide_space {
        widest.max(Gap::Piece)
    } else {
        widest
    }
}

/// Whether most letters of a text are capitals, as in dictation.
pub(super) fn is_shouted(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).take(200);
    let (mut upper, mut all) = (0, 0);
    for c in letters {
        upper += usize::from(c.is_uppercase());
        all += 1;
    }
    all >= 20 && upper * 10 >= all * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let joined: Vec<String> = words(text).into_iter().map(|w| w.text).collect();
        assert_eq!(joined.join(" "), expected, "{text}");
    }

    #[test]
    fn names_fall_into_words() {
        check("KS1_012522", "ks 1 012522");
        check("P01-medFollowUp", "p 01 med follow up");
        check("Pt's f/u \u{2013} caf\u{e9}", "pt f u caf\u{e9}");
        check("PHQ9", "phq 9");
        check("", "");
    }

    #[test]
    fn gaps_tell_pieces_and_sentences_apart() {
        let gaps: Vec<Gap> = words("K.T. - IS #4, ok. Next\nx")
            .iter()
            .map(|w| w.gap)
            .collect();
        assert_eq!(
            gaps,
            [
                Gap::None,
                Gap::Loose,
                Gap::Sentence,
                Gap::Loose,
                Gap::Piece,
                Gap::Sentence,
                Gap::Line
            ]
        );
    }
}
