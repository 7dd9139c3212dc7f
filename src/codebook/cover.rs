//! Patterns that do nothing: covered by another of their code, always taken away, or another code's too.
//!
//! Only plain words in a row are compared, so that what is found is so; what is written with gaps,
//! choices and distances is left to the examples.

use std::collections::BTreeMap;

use crate::model::codebook::{Code, Codebook};
use crate::model::pattern::{Atom, Pattern, PatternBody, WordForm, word_forms};

use super::findings::{Findings, place_of_pattern};
use super::references::writing;

/// Patterns named in a finding at most.
const NAMED_MAX: usize = 5;

/// A word of a pattern as it is compared.
type Piece<'p> = (&'p str, WordForm);

/// A code's place, one of its patterns and the words of it.
type PlainPattern<'p> = (usize, &'p Pattern, Vec<Piece<'p>>);

/// The words of a pattern that is nothing but words in a row.
fn words(pattern: &Pattern) -> Option<Vec<Piece<'_>>> {
    let PatternBody::Words(near) = &pattern.body else {
        return None;
    };
    if !near.rest.is_empty() {
        return None;
    }
    let mut out = Vec::new();
    for item in &near.first.items {
        let Atom::Word { words, form } = &item.atom else {
            return None;
        };
        if item.optional {
            return None;
        }
        out.extend(word_forms(words, *form));
    }
    Some(out)
}

/// Whether every match of the longer words holds a match of the shorter ones.
fn holds(longer: &[Piece<'_>], shorter: &[Piece<'_>]) -> bool {
    let same = |a: &Piece<'_>, b: &Piece<'_>| {
        a.0 == b.0 && (a.1 == b.1 || (a.1 == WordForm::Exact && b.1 == WordForm::Stem))
    };
    let fits = |window: &[Piece<'_>]| window.iter().zip(shorter).all(|(a, b)| same(a, b));
    !shorter.is_empty() && longer.windows(shorter.len()).any(fits)
}

/// Finds them in one code.
pub(super) fn check_code(code: &Code, findings: &mut Findings<'_>) {
    let plain: Vec<(&Pattern, Vec<Piece<'_>>)> = plain(&code.patterns);
    let taking = self::plain(&code.unless);
    let mut covered = Vec::new();
    for (index, (pattern, own)) in plain.iter().enumerate() {
        // One that stands in both lists is found as a pattern that stands twice.
        let takes = |(_, theirs): &&(&Pattern, Vec<Piece<'_>>)| theirs != own && holds(own, theirs);
        if let Some((taker, _)) = taking.iter().find(takes) {
            let at = place_of_pattern(pattern);
            let message = format!(
                "Whatever this pattern finds, {:?} in unless takes away.",
                taker.source
            );
            findings.warning("V134", at, message, "Remove one of the two.");
            continue;
        }
        let covers = |(other, theirs): &(usize, &(&Pattern, Vec<Piece<'_>>))| {
            let theirs = &theirs.1;
            *other != index && theirs.len() < own.len() && holds(own, theirs)
        };
        if let Some((_, (by, _))) = plain.iter().enumerate().find(covers) {
            covered.push(format!("{:?} (by {:?})", pattern.source, by.source));
        }
    }
    if covered.is_empty() {
        return;
    }
    let message = format!(
        "Of the patterns of {}, {} find nothing that a shorter one does not; they only widen the passage: {}",
        code.path,
        covered.len(),
        named(&covered)
    );
    findings.note("V125", findings.place_of_id(code), message, "");
}

fn plain(patterns: &[Pattern]) -> Vec<(&Pattern, Vec<Piece<'_>>)> {
    let own = patterns.iter().filter_map(|p| Some((p, words(p)?)));
    own.collect()
}

/// Finds patterns that stand in two codes, of which neither lies below the other, and those whose
/// passages another code finds, too.
pub(super) fn check_overlap(codebook: &Codebook, findings: &mut Findings<'_>) {
    check_same(codebook, findings);
    check_held(codebook, findings);
}

/// Whether one of two codes lies below the other, or they are the same.
fn are_related(a: &Code, b: &Code) -> bool {
    a.path == b.path || a.path.is_ancestor_of(&b.path) || b.path.is_ancestor_of(&a.path)
}

/// Pairs of codes, of which one finds whatever some patterns of the other find.
fn check_held(codebook: &Codebook, findings: &mut Findings<'_>) {
    // The shorter pattern by its first word, so that few are compared.
    let mut by_word: BTreeMap<&str, Vec<PlainPattern<'_>>> = BTreeMap::new();
    for (index, code) in codebook.codes.iter().enumerate() {
        for (pattern, own) in plain(&code.patterns) {
            if let Some((word, _)) = own.first() {
                by_word.entry(word).or_default().push((index, pattern, own));
            }
        }
    }
    for code in &codebook.codes {
        let mut held: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (pattern, own) in plain(&code.patterns) {
            let holders = holders(&own, &by_word);
            for (other, by) in holders.filter(|(o, _)| !are_related(code, &codebook.codes[*o])) {
                let said = format!("{:?} (by {:?})", pattern.source, by.source);
                let of_code = held.entry(other).or_default();
                if !of_code.contains(&said) {
                    of_code.push(said);
                }
            }
        }
        for (other, patterns) in held {
            let message = format!(
                "Whatever {} of the patterns of {} find, {} finds, too: {}",
                patterns.len(),
                code.path,
                codebook.codes[other].path,
                named(&patterns)
            );
            let hint =
                "Both codes get the passage. If that is not meant, make one of them narrower.";
            findings.note("V138", findings.place_of_id(code), message, hint);
        }
    }
}

/// The shorter patterns that find whatever a pattern finds, each with its code's place.
fn holders<'h, 'p>(
    own: &'h [Piece<'p>],
    by_word: &'h BTreeMap<&str, Vec<PlainPattern<'p>>>,
) -> impl Iterator<Item = (usize, &'p Pattern)> + use<'h, 'p> {
    own.iter()
        .flat_map(|(word, _)| by_word.get(word).into_iter().flatten())
        .filter(|(_, _, theirs)| theirs.len() < own.len() && holds(own, theirs))
        .map(|(code, by, _)| (*code, *by))
}

/// The first of some patterns, as a list.
fn named(patterns: &[String]) -> String {
    let some: Vec<&str> = patterns
        .iter()
        .take(NAMED_MAX)
        .map(String::as_str)
        .collect();
    let end = if patterns.len() > NAMED_MAX {
        ", ..."
    } else {
        "."
    };
    format!("{}{end}", some.join(", "))
}

/// Patterns that stand in two codes.
fn check_same(codebook: &Codebook, findings: &mut Findings<'_>) {
    let mut first: BTreeMap<String, &Code> = BTreeMap::new();
    for code in &codebook.codes {
        for pattern in &code.patterns {
            let key = writing(pattern);
            let Some(other) = first.get(&key) else {
                first.insert(key, code);
                continue;
            };
            if are_related(other, code) {
                continue;
            }
            let at = place_of_pattern(pattern);
            let message = format!("This pattern stands in {}, too.", other.path);
            let hint =
                "Both codes get the passage. If that is not meant, make one of them narrower.";
            findings.note("V135", at, message, hint);
        }
    }
}
