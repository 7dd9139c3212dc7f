//! What stands about a heading's words: its number or letter, remarks, dates.
//!
//! Comes in: a heading as written. Goes out: the words that name it.

use crate::text::Span;

/// Longest Roman numeral.
const ROMAN_MAX: usize = 4;

/// "A. Goals", "II) Family history": what stands behind the letter or the Roman numeral.
pub(super) fn past_ordinal(text: &str, span: Span) -> Span {
    let piece = span.slice(text);
    let letters = piece.bytes().take_while(u8::is_ascii_uppercase).count();
    let numeral = Span::new(0, letters).slice(piece);
    let is_roman = numeral.len() <= ROMAN_MAX && numeral.bytes().all(|b| b"IVX".contains(&b));
    let behind = Span::new(letters, piece.len()).slice(piece);
    let rest = behind.strip_prefix(['.', ')']).unwrap_or_default();
    let closes = rest.starts_with([' ', '\t']) && !rest.trim().is_empty();
    if (letters == 1 || letters > 0 && is_roman) && closes {
        Span::new(span.end - rest.len(), span.end).trim(text)
    } else {
        span
    }
}

/// A heading less its numbering, bracketed remarks, dates and doubled blanks.
pub(super) fn bare_words(folded: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        depth += word.matches('(').count() as u32;
        let inside = depth > 0;
        depth = depth.saturating_sub(word.matches(')').count() as u32);
        let numeral = word.starts_with(|c: char| c.is_ascii_digit() || c == '#');
        if inside || numeral {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.truncate(out.trim_end_matches([',', ';', '.', '-', '–', '*']).len());
    out
}
