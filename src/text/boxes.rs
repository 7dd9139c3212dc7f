//! Boxes to tick: `[ ]`, `[x]`, `( )`, `☐`, `☒`.
//!
//! Comes in: a piece of text. Goes out: where its boxes stand, and whether they are ticked.

use super::span::Span;

/// The first box of a piece at or behind a byte: `[ ]`, `[x]`, `( )`, `(x)`, `☐`, `☒` ...
pub fn next_box(piece: &str, from: usize) -> Option<Span> {
    let bytes = piece.as_bytes();
    for at in from..bytes.len() {
        let len = match bytes[at] {
            b'[' => box_length(bytes, at, b']'),
            b'(' => box_length(bytes, at, b')'),
            0xE2 => match piece.get(at..).and_then(|rest| rest.chars().next()) {
                Some('☐' | '☑' | '☒' | '□' | '■' | '✓' | '✔' | '✗' | '✘') => {
                    Some(3)
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(len) = len {
            return Some(Span::new(at, at + len));
        }
    }
    None
}

/// The length of a bracketed box that starts at a byte; round ones must be blank or ticked alone.
fn box_length(bytes: &[u8], at: usize, close: u8) -> Option<usize> {
    let inside = bytes[at + 1..].iter().take(5).position(|&b| b == close)?;
    let content = &bytes[at + 1..at + 1 + inside];
    let ticked = match content.trim_ascii() {
        b"" => {
            close == b']'
                || (!content.is_empty()
                    && bytes.get(at + 3).is_none_or(|&b| b == b' ' || b == b'\n'))
        }
        b"x" | b"X" => true,
        b"*" | b"v" | b"V" => close == b']',
        mark => close == b']' && matches!(mark, b"\xE2\x9C\x93" | b"\xE2\x9C\x94"),
    };
    // `[x]` directly behind a letter is no box but a footnote mark.
    let free = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
    (ticked && free).then_some(inside + 2)
}

/// Whether a box that [`next_box`] found is ticked.
///
/// ```
/// use verbatim::text::{is_ticked, next_box};
/// let row = "Nausea [ ] yes [x] no";
/// let first = next_box(row, 0).unwrap();
/// assert!(!is_ticked(row, first));
/// assert!(is_ticked(row, next_box(row, first.end).unwrap()));
/// ```
pub fn is_ticked(piece: &str, tick: Span) -> bool {
    let inside = tick.slice(piece).trim_matches(['[', ']', '(', ')', ' ']);
    !inside.is_empty() && !inside.starts_with(['☐', '□'])
}
