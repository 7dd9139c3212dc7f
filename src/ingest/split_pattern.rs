//! A pattern for `split` in study.toml that parts a file as its own header lines did.
//!
//! Comes in: a text and its blocks. Goes out: a regular expression under which
//! [`split_by`](super::blocks::split_by) gives the same blocks, or none: it is tried on the text before it is
//! handed out.

use regex::Regex;

use super::blocks::{Blocks, split_by};

/// Header lines that a pattern may name one by one.
const NAMED_MAX: usize = 30;

/// The pattern, if there is one.
pub(crate) fn pattern_of(text: &str, blocks: &Blocks) -> Option<String> {
    let headers: Vec<&str> = blocks.list.iter().map(|b| b.header.slice(text)).collect();
    if headers.iter().any(|h| h.is_empty() || h.contains('\n')) {
        return None;
    }
    let candidates = [
        Some(between(&headers)),
        opening_of(&headers),
        (headers.len() <= NAMED_MAX).then(|| one_of(&headers)),
    ];
    let parts_alike = |pattern: &String| {
        let found = Regex::new(pattern)
            .ok()
            .and_then(|regex| split_by(text, &regex));
        found.is_some_and(|found| {
            let spans =
                |b: &Blocks| -> Vec<_> { b.list.iter().map(|b| (b.header, b.body)).collect() };
            spans(&found) == spans(blocks) && found.preamble == blocks.preamble
        })
    };
    candidates.into_iter().flatten().find(parts_alike)
}

/// What all lines begin and end with, anything between.
fn between(lines: &[&str]) -> String {
    let shared = |other: &str, line: &str, backwards: bool| -> usize {
        let pairs = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
        let turned = |s: &str| s.chars().rev().collect::<String>();
        if backwards {
            pairs(&turned(other), &turned(line))
        } else {
            pairs(other, line)
        }
    };
    let first = lines.first().copied().unwrap_or_default();
    let shortest = lines.iter().map(|l| l.chars().count()).min().unwrap_or(0);
    let start = lines
        .iter()
        .map(|l| shared(first, l, false))
        .min()
        .unwrap_or(0);
    let end = lines
        .iter()
        .map(|l| shared(first, l, true))
        .min()
        .unwrap_or(0)
        .min(shortest - start);
    let head: String = first.chars().take(start).collect();
    let tail: String = first.chars().skip(first.chars().count() - end).collect();
    // Digits that happen to be the same in all dates tell nothing, nor do parts of words.
    let is_digit = |c: char| c.is_ascii_digit();
    let head = head.split(is_digit).next().unwrap_or_default();
    let head = head.trim_end_matches(char::is_alphanumeric);
    let tail = tail.rsplit(is_digit).next().unwrap_or_default();
    let tail = tail.trim_start_matches(|c: char| c.is_alphanumeric() || c == '/');
    format!("^\\s*{}.*{}\\s*$", regex::escape(head), regex::escape(tail))
}

/// The first word of all lines as a shape: digits as any digits, letters as any letters.
fn opening_of(lines: &[&str]) -> Option<String> {
    let shapes: Vec<String> = lines
        .iter()
        .map(|l| shape(l.split_whitespace().next().unwrap_or_default()))
        .collect();
    let first = shapes.first()?;
    let same = !first.is_empty() && shapes.iter().all(|s| s == first);
    same.then(|| format!("^{first}(?:\\s|$)"))
}

fn shape(word: &str) -> String {
    let mut out = String::new();
    let mut last = "";
    for c in word.chars() {
        let class = if c.is_ascii_digit() {
            "\\d+"
        } else if c.is_alphabetic() {
            "\\p{L}+"
        } else {
            ""
        };
        if class.is_empty() {
            out.push_str(&regex::escape(&c.to_string()));
        } else if class != last {
            out.push_str(class);
        }
        last = class;
    }
    out
}

/// Each line as it is.
fn one_of(lines: &[&str]) -> String {
    let all: Vec<String> = lines.iter().map(|l| regex::escape(l)).collect();
    format!("^\\s*(?:{})\\s*$", all.join("|"))
}

#[cfg(test)]
mod tests {
    use super::super::blocks::split;
    use super::super::recognise::Recogniser;
    use super::*;
    use crate::codebook::reading::english;

    fn check(text: &str, expected: Option<&str>) {
        let recogniser = Recogniser::new(&english().unwrap(), &[]);
        let blocks = split(text, &recogniser).unwrap();
        assert_eq!(pattern_of(text, &blocks).as_deref(), expected, "{text}");
    }

    #[test]
    fn the_pattern_is_the_plainest_that_parts_alike() {
        check(
            "=== KS1 | P01 | 3/8/22 ===\nSlept.\n\n=== IS1 | P01 | 3/9/22 ===\nWept.\n",
            Some(r"^\s*=== .* ===\s*$"),
        );
        check(
            "3/8/22 KS1 P01\nSlept.\n\n3/15/22 IS1 P01\nWept, then ate.\n",
            Some(r"^\d+/\d+/\d+(?:\s|$)"),
        );
        check(
            "Patient: P01\nDate: 3/8/22\nSlept.\n\nPatient: P01\nDate: 3/9/22\nWept.\n",
            None,
        );
    }
}
