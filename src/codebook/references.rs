//! Word lists that patterns name: whether they exist, and whether they go in circles.

use std::collections::BTreeMap;

use crate::model::codebook::{Code, Codebook};
use crate::model::pattern::{Atom, Near, Pattern, PatternBody};

use super::findings::{Findings, nearest};

/// The word lists that a pattern names, in order.
pub(crate) fn lists_of(pattern: &Pattern) -> Vec<&str> {
    let mut out = Vec::new();
    if let PatternBody::Words(near) = &pattern.body {
        lists_of_near(near, &mut out);
    }
    out
}

fn lists_of_near<'p>(near: &'p Near, out: &mut Vec<&'p str>) {
    for seq in std::iter::once(&near.first).chain(near.rest.iter().map(|(_, seq)| seq)) {
        for item in &seq.items {
            match &item.atom {
                Atom::List(name) => out.push(name),
                Atom::Group(alternatives) => {
                    for alternative in alternatives {
                        lists_of_near(alternative, out);
                    }
                }
                Atom::Word { .. } | Atom::Gap { .. } => {}
            }
        }
    }
}

/// All patterns of a code: what finds it, what opposes it, what takes it away.
pub(crate) fn patterns_of(code: &Code) -> impl Iterator<Item = &Pattern> {
    code.patterns
        .iter()
        .chain(&code.opposites)
        .chain(&code.unless)
}

/// What patterns that are written alike have in common.
pub(crate) fn writing(pattern: &Pattern) -> String {
    let words: Vec<&str> = pattern.source.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Reports patterns that name a word list that does not exist.
pub(crate) fn check_references(codebook: &Codebook, findings: &mut Findings<'_>) {
    let lists = codebook.word_lists.values().flatten();
    for pattern in codebook.codes.iter().flat_map(patterns_of).chain(lists) {
        for name in lists_of(pattern) {
            if !codebook.word_lists.contains_key(name) {
                let known: Vec<&str> = codebook.word_lists.keys().map(String::as_str).collect();
                let hint = match nearest(name, &known) {
                    Some(near) => format!("Did you mean {{{near}}}?"),
                    None => format!("Add `{name}: [...]` to `word_lists`."),
                };
                let at = place_of(pattern, name);
                findings.error("V112", at, format!("There is no word list {name:?}."), hint);
            }
        }
    }
}

/// Line, column and width of `{name}` in a pattern.
fn place_of(pattern: &Pattern, name: &str) -> (u32, u32, u32) {
    let written = format!("{{{name}}}");
    let width = written.chars().count() as u32;
    let before = pattern.source.find(&written).unwrap_or(0);
    let before = crate::text::Span::new(0, before).slice(&pattern.source);
    (
        pattern.line,
        pattern.column + before.chars().count() as u32,
        width,
    )
}

/// Reports word lists that hold themselves, directly or through others.
pub(crate) fn check_lists(lists: &BTreeMap<String, Vec<Pattern>>, findings: &mut Findings<'_>) {
    let mut done: BTreeMap<&str, bool> = BTreeMap::new();
    for name in lists.keys() {
        let mut trail = Vec::new();
        visit(name, lists, &mut trail, &mut done, findings);
    }
}

/// Walks from a list; `done` holds false while a list is on the trail, true behind it.
fn visit<'l>(
    name: &'l str,
    lists: &'l BTreeMap<String, Vec<Pattern>>,
    trail: &mut Vec<&'l str>,
    done: &mut BTreeMap<&'l str, bool>,
    findings: &mut Findings<'_>,
) {
    if done.contains_key(name) {
        return;
    }
    done.insert(name, false);
    trail.push(name);
    for pattern in lists.get(name).into_iter().flatten() {
        for next in lists_of(pattern) {
            if done.get(next) == Some(&false) {
                let from = trail.iter().position(|n| *n == next).unwrap_or(0);
                let circle: Vec<&str> = trail.iter().skip(from).copied().chain([next]).collect();
                let message = format!("Word lists go in a circle: {}.", circle.join(" > "));
                let at = place_of(pattern, next);
                findings.error("V113", at, message, "Take one of them out of the other.");
            } else if lists.contains_key(next) {
                visit(next, lists, trail, done, findings);
            }
        }
    }
    trail.pop();
    done.insert(name, true);
}
