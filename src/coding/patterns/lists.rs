//! Finds what cannot be run: word lists that are missing or loops, patterns that are too large.

use std::collections::BTreeMap;

use super::ends::WORDS_MAX;
use super::program::Shape;
use crate::error::{Diagnostic, Place, Severity};
use crate::model::pattern::{Atom, Near, Pattern, PatternBody, Seq};

/// Finds lists that are missing, contain themselves or hold a regular expression.
pub(crate) fn check(
    groups: &[Vec<&Pattern>],
    lists: &BTreeMap<String, Vec<Pattern>>,
) -> Result<(), Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let written = groups.iter().flatten().copied();
    for pattern in written.chain(lists.values().flatten()) {
        for name in names_in(pattern) {
            if !lists.contains_key(name) {
                findings.push(finding(
                    "V180",
                    pattern,
                    format!("There is no word list {name:?}."),
                    "Add it under `word_lists`, or correct the name.",
                ));
            }
        }
    }
    for (name, entries) in lists {
        for entry in entries {
            if matches!(entry.body, PatternBody::Regex(_)) {
                findings.push(finding(
                    "V182",
                    entry,
                    format!("The word list {name:?} holds a regular expression."),
                    "Make it a pattern of its own: lists hold words.",
                ));
            }
            if reaches(entry, name, lists, &mut Vec::new()) {
                findings.push(finding(
                    "V181",
                    entry,
                    format!("The word list {name:?} contains itself through this entry."),
                    "Remove the entry, or name another list.",
                ));
            }
        }
    }
    if findings.is_empty() {
        Ok(())
    } else {
        Err(findings)
    }
}

/// Most pieces of a pattern, with all that its word lists hold.
const PIECES_MAX: u64 = 50_000;

/// The finding about a pattern that covers too many words or holds too much.
pub(crate) fn too_large(pattern: &Pattern, shape: &Shape) -> Option<Diagnostic> {
    if shape.widest > WORDS_MAX {
        return Some(finding(
            "V183",
            pattern,
            format!("The pattern can cover more than {WORDS_MAX} words."),
            "Use smaller windows and gaps.",
        ));
    }
    (shape.pieces > PIECES_MAX).then(|| {
        finding(
            "V184",
            pattern,
            format!("The pattern holds more than {PIECES_MAX} pieces, with its word lists."),
            "Use smaller word lists, or several patterns.",
        )
    })
}

/// Whether an entry leads to a list of that name.
fn reaches<'p>(
    entry: &'p Pattern,
    name: &str,
    lists: &'p BTreeMap<String, Vec<Pattern>>,
    seen: &mut Vec<&'p str>,
) -> bool {
    names_in(entry).into_iter().any(|next| {
        if next == name {
            return true;
        }
        if seen.contains(&next) {
            return false;
        }
        seen.push(next);
        let entries = lists.get(next).into_iter().flatten();
        entries.into_iter().any(|e| reaches(e, name, lists, seen))
    })
}

/// The word lists that a pattern names.
fn names_in(pattern: &Pattern) -> Vec<&str> {
    let mut names = Vec::new();
    if let PatternBody::Words(near) = &pattern.body {
        names_in_near(near, &mut names);
    }
    names
}

fn names_in_near<'p>(near: &'p Near, names: &mut Vec<&'p str>) {
    let seqs = std::iter::once(&near.first).chain(near.rest.iter().map(|(_, seq)| seq));
    for Seq { items } in seqs {
        for item in items {
            match &item.atom {
                Atom::List(name) => names.push(name),
                Atom::Group(alternatives) => {
                    for near in alternatives {
                        names_in_near(near, names);
                    }
                }
                Atom::Word { .. } | Atom::Gap { .. } => {}
            }
        }
    }
}

fn finding(rule: &'static str, pattern: &Pattern, message: String, hint: &str) -> Diagnostic {
    let known = |n: u32| (n > 0).then_some(n);
    Diagnostic {
        rule,
        severity: Severity::Error,
        place: Place {
            line: known(pattern.line),
            column: known(pattern.column),
            ..Place::default()
        },
        message,
        hint: hint.to_owned(),
        excerpt: None,
    }
}
