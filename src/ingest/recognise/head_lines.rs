//! The lines of a note's head: bare of marks, whether something stands above them, where the body
//! begins and what its first sentences are.

use std::collections::BTreeSet;

use crate::text::Span;

use super::head::LETTERHEAD_LENGTH_MAX;
use super::words::{Gap, opening, words};

/// Most sentences of the opening that are looked at.
const SENTENCES_MAX: usize = 4;
/// Most bytes of the opening that are looked at.
const OPENING_MAX: usize = 400;
/// Most lines of a first paragraph that is a head.
const PARAGRAPH_LINES_MAX: usize = 8;

/// Lines that hold anything, and whether nothing stands right above each.
pub(super) fn filled_lines(text: &str) -> impl Iterator<Item = (bool, &str)> + Clone {
    let with_gaps = text.lines().map(bare).scan(true, |is_free, line| {
        let was_free = std::mem::replace(is_free, line.is_empty());
        Some((was_free, line))
    });
    with_gaps.filter(|(_, line)| !line.is_empty())
}

/// The lines up to the first empty one, if they are few and short; else none.
pub(super) fn short_paragraph(text: &str) -> Vec<&str> {
    let lines = text.lines().map(bare).skip_while(|l| l.is_empty());
    let lines = lines
        .take_while(|l| !l.is_empty())
        .take(PARAGRAPH_LINES_MAX + 1);
    let lines: Vec<&str> = lines.collect();
    let is_head = lines.len() <= PARAGRAPH_LINES_MAX
        && lines.iter().all(|l| l.len() <= LETTERHEAD_LENGTH_MAX);
    if is_head { lines } else { Vec::new() }
}

/// Whether a line begins with a heading of the body: "S:", "HPI", "**Subjective**".
pub(super) fn begins_body(line: &str, headings: &BTreeSet<String>) -> bool {
    let end = line
        .find(|c: char| !(c.is_alphanumeric() || c == ' '))
        .unwrap_or(line.len());
    let start = Span::new(0, end).slice(line).trim();
    if !headings.contains(&start.to_lowercase()) {
        return false;
    }
    let rest = Span::new(end, line.len()).slice(line);
    let mark = rest.trim_start_matches(['*', '_', ' ', ')']);
    let is_letter = start.chars().count() == 1;
    // "R. M. came" is no heading "R".
    rest.is_empty()
        || mark.starts_with(':')
        || (is_letter && rest.starts_with("**"))
        || (!is_letter && (rest.starts_with('*') || mark.starts_with(['.', '-', '\u{2013}'])))
}

/// A line without Markdown's marks and rules around it.
pub(super) fn bare(line: &str) -> &str {
    let line = line.trim().trim_start_matches('\u{feff}');
    let inner = line.trim_matches([
        '#', '*', '=', '-', '_', '~', '>', '`', '|', ' ', '\t', '+', '\u{2500}', '\u{2550}',
        '\u{2014}', '\u{2022}',
    ]);
    // "<Ana>" keeps its end as its beginning.
    if inner.matches('<').count() > inner.matches('>').count() {
        let from = line.find(inner).unwrap_or_default();
        let end = from + inner.len();
        if Span::new(end, line.len()).slice(line).starts_with('>') {
            return Span::new(from, end + 1).slice(line);
        }
    }
    // A signature's dash and a form's box stay.
    if line.starts_with('-') && !line.starts_with("--") {
        line
    } else {
        inner
    }
}

/// The first sentences of a line.
pub(super) fn sentences(line: &str) -> Vec<&str> {
    let line = opening(line, OPENING_MAX);
    let all = words(line);
    let mut out = Vec::new();
    let mut start = 0;
    for (at, word) in all.iter().enumerate().skip(1) {
        let before = all.get(at - 1);
        let is_initial = before.is_some_and(|w| w.is_upper && w.text.chars().count() == 1);
        if word.gap == Gap::Sentence && !is_initial {
            let end = before.map_or(0, |w| w.span.end);
            out.push(Span::new(start, end).slice(line).trim());
            start = word.span.start;
        }
        if out.len() == SENTENCES_MAX {
            return out;
        }
    }
    let rest = Span::new(start, line.len()).slice(line).trim();
    if !rest.is_empty() {
        out.push(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn marks_around_a_line_go_and_an_angle_bracket_keeps_its_pair() {
        for (line, expected) in [
            ("**Client:** Ana", "Client:** Ana"),
            ("> Client: Ana >", "Client: Ana"),
            ("Participant: <Ana>", "Participant: <Ana>"),
            ("| Participant: <b>P2</b> |", "Participant: <b>P2</b>"),
            ("-TKB", "-TKB"),
        ] {
            assert_eq!(bare(line), expected);
        }
    }
}
