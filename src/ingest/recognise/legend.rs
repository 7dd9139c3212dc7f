//! Lines that explain a house's letters: "K = ketamine, T = talk after treatment (integration)".
//!
//! Comes in: lines. Goes out: what each letter stands for. Such a line says nothing of a note.

use crate::text::Span;

use super::Recogniser;
use super::phrases::Reading;
use super::words::words;

/// Longest sign that a legend explains, in code points.
const SIGN_CHARS_MAX: usize = 6;
/// Fewest pairs of a legend.
const PAIRS_MIN: usize = 2;

/// The pairs of a legend, "K" and "ketamine"; none where a line is no legend.
pub(super) fn pairs(line: &str) -> Vec<(&str, &str)> {
    let line = match line.split_once(':') {
        Some((before, rest)) if !before.contains('=') => rest,
        _ => line,
    };
    let pieces = line.split([',', ';', '|']).filter(|p| !p.trim().is_empty());
    let pairs: Option<Vec<(&str, &str)>> = pieces.map(pair).collect();
    pairs.filter(|p| p.len() >= PAIRS_MIN).unwrap_or_default()
}

fn pair(piece: &str) -> Option<(&str, &str)> {
    let (sign, meaning) = piece.split_once('=')?;
    let (sign, meaning) = (sign.trim(), meaning.trim());
    let is_sign = !sign.is_empty()
        && sign.chars().count() <= SIGN_CHARS_MAX
        && !sign.contains(char::is_whitespace);
    (is_sign && meaning.contains(char::is_alphabetic)).then_some((sign, meaning))
}

/// Whether a line is a legend.
pub(super) fn is_legend(line: &str) -> bool {
    line.contains('=') && !pairs(line).is_empty()
}

/// The type that a legend's sign stands for in a line: "T" of "T2" is integration.
pub(super) fn by_legend(legend: &[(&str, usize)], line: &str) -> Option<usize> {
    let all = words(line);
    let mut found = all.iter().enumerate().filter_map(|(at, word)| {
        let mut end = word.span.end;
        if let Some(next) = all
            .get(at + 1)
            .filter(|w| w.is_number && w.span.start == end)
        {
            end = next.span.end;
        }
        let before = Span::new(0, word.span.start).slice(line);
        let behind = Span::new(end, line.len()).slice(line);
        // The letters of "K.T." are a name's.
        let is_free = !before.ends_with(|c: char| c == '.' || c.is_alphanumeric())
            && !behind.starts_with(|c: char| c == '.' || c.is_alphanumeric());
        let own = word.span.slice(line);
        let whole = Span::new(word.span.start, end).slice(line);
        let sign = legend
            .iter()
            .find(|(sign, _)| *sign == whole || *sign == own);
        sign.filter(|_| is_free).map(|(_, kind)| *kind)
    });
    let kind = found.next()?;
    found.all(|other| other == kind).then_some(kind)
}

impl Recogniser {
    /// What the legends among some lines say of session types.
    pub(super) fn legend<'l>(&self, lines: impl Iterator<Item = &'l str>) -> Vec<(&'l str, usize)> {
        let all = lines.flat_map(pairs);
        let kinds = all.filter_map(|(sign, meaning)| {
            let verdict = self.types.read(meaning, Reading::Name);
            match verdict.kinds.as_slice() {
                [kind] => Some((sign, *kind)),
                _ => None,
            }
        });
        kinds.collect()
    }
}
