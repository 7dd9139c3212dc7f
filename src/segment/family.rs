//! Signs of a note's style that tell its headings: capitals, letters of a family, colons inside
//! lines.

use crate::model::headings::SectionRules;
use crate::text::Span;

use super::headings::is_upper;
use super::lines::Line;

/// Bytes by which a text is judged to be in capitals or not.
const CAPITALS_BYTES: usize = 4096;

/// Whether a text is written in capitals, as some dictation is.
pub(super) fn is_in_capitals(text: &str) -> bool {
    let (mut upper, mut lower) = (0_usize, 0_usize);
    for b in text.bytes().take(CAPITALS_BYTES) {
        upper += usize::from(b.is_ascii_uppercase());
        lower += usize::from(b.is_ascii_lowercase());
    }
    upper > 4 * lower
}

/// The words between the end of a sentence and a colon, if they may be a heading's.
pub(super) fn words_before(text: &str, from: usize, colon: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    if bytes
        .get(colon + 1)
        .is_some_and(|b| !b.is_ascii_whitespace() && *b != b',')
    {
        return None;
    }
    let floor = from.max(colon.saturating_sub(INSIDE_BYTES_MAX));
    let is_head =
        |b: &&u8| b.is_ascii_alphabetic() || matches!(b, b' ' | b'/' | b'&' | b'-' | b'\'');
    let head = bytes[floor..colon].iter().rev().take_while(is_head).count();
    let span = Span::new(colon - head, colon).trim(text);
    let before = bytes[floor..span.start].trim_ascii_end();
    let spaced = before.len() < span.start - floor;
    let ends = match before.last()? {
        b'.' | b'?' | b'!' | b';' | b')' | b'"' => spaced,
        b',' => true,
        _ => false,
    };
    let starts = bytes.get(span.start).is_some_and(u8::is_ascii_uppercase);
    // Behind a comma only capitals are no part of the sentence.
    let comma = before.last() == Some(&b',') && !is_upper(span.slice(text));
    (!span.is_empty() && ends && starts && !comma).then_some(span)
}

/// Longest heading looked for inside a line.
const INSIDE_BYTES_MAX: usize = 48;

/// Whether a note uses at least two letters of a family (`S:` and `O:`) as headings.
pub(super) fn uses_letters(text: &str, lines: &[Line], rules: &SectionRules) -> bool {
    let mut seen: Vec<char> = Vec::new();
    let mut see = |letter: &str| {
        let small = letter.to_ascii_lowercase().chars().next().unwrap_or(' ');
        if rules.letters.contains_key(&small) && !seen.contains(&small) {
            seen.push(small);
        }
        seen.len() >= 2
    };
    for line in lines {
        let piece = line
            .span
            .slice(text)
            .trim_start_matches(['*', '#', '_', ' ']);
        let mut chars = piece.chars();
        let is_capital = chars.next().is_some_and(|c| c.is_ascii_uppercase());
        let behind = chars.as_str();
        let opens = is_capital
            && (behind.is_empty()
                || behind.starts_with([':', '*', '_', '-', '–'])
                || behind.starts_with(" - "));
        if opens && see(Span::new(0, 1).slice(piece)) {
            return true;
        }
        let bytes = text.as_bytes();
        let mut from = line.span.start;
        while let Some(colon) = Span::new(from, line.span.end).slice(text).find(':') {
            let at = from + colon;
            from = at + 1;
            if at >= line.span.start + 3
                && bytes[at - 1].is_ascii_uppercase()
                && bytes[at - 2] == b' '
                && words_before(text, line.span.start, at).is_some_and(|w| w.len() == 1)
                && see(Span::new(at - 1, at).slice(text))
            {
                return true;
            }
        }
    }
    false
}
