//! Patterns that do nothing: covered by another of their code, always taken away, or another code's too.
//!
//! Patterns are compared by all ways to write them out ([`super::forms`]): choices, optional words, word
//! lists and gaps. What is found is so; regular expressions, and what has more ways than are listed, is
//! left to the examples.

use std::collections::BTreeMap;

use crate::model::codebook::{Code, Codebook};
use crate::model::pattern::Pattern;

use super::findings::{Findings, place_of_pattern};
use super::forms::{Forms, Rows, Writer};
use super::references::writing;

/// Patterns named in a finding at most.
const NAMED_MAX: usize = 5;

/// Characters of a pattern that are shown.
const SHOWN_MAX: usize = 60;

/// A pattern that is compared.
struct Compared<'c> {
    /// Its code's place.
    code: usize,
    pattern: &'c Pattern,
    /// Whether it takes matches away.
    takes: bool,
    writing: String,
    forms: Forms<'c>,
}

/// All patterns of a codebook that can be compared, and which hold which.
pub(super) struct Cover<'c> {
    codebook: &'c Codebook,
    all: Vec<Compared<'c>>,
    /// For each, those of which every match of it holds a match.
    held: Vec<Vec<usize>>,
}

impl<'c> Cover<'c> {
    pub(super) fn new(codebook: &'c Codebook) -> Self {
        let mut writer = Writer::new(codebook);
        let mut all = Vec::new();
        for (code, of_code) in codebook.codes.iter().enumerate() {
            let found = of_code.patterns.iter().map(|pattern| (pattern, false));
            let taking = of_code.unless.iter().map(|pattern| (pattern, true));
            for (pattern, takes) in found.chain(taking) {
                if let Some(forms) = writer.forms(pattern) {
                    let writing = writing(pattern);
                    all.push(Compared {
                        code,
                        pattern,
                        takes,
                        writing,
                        forms,
                    });
                }
            }
        }
        let rows = Rows::new(&writer, all.iter().enumerate().map(|(i, c)| (i, &c.forms)));
        let held = all.iter().map(|own| rows.held_by(&own.forms)).collect();
        Self {
            codebook,
            all,
            held,
        }
    }

    /// The patterns that make one superfluous: those that it holds, but itself, one written alike (which
    /// is found as such), and, of two that find the same, the later.
    fn before(&self, index: usize) -> impl Iterator<Item = &Compared<'c>> {
        let own = &self.all[index];
        let counts = move |&other: &usize| {
            let is_same = self.held[other].binary_search(&index).is_ok();
            other != index && self.all[other].writing != own.writing && (!is_same || other < index)
        };
        let held = self.held[index].iter().copied().filter(counts);
        held.map(|other| &self.all[other])
    }

    /// Finds, in one code, patterns that another covers and those that are always taken away.
    pub(super) fn check_code(&self, code: usize, findings: &mut Findings<'_>) {
        let mut covered = Vec::new();
        let own = self.all.iter().enumerate();
        for (index, one) in own.filter(|(_, one)| one.code == code && !one.takes) {
            let taker = self.held[index]
                .iter()
                .map(|&other| &self.all[other])
                .find(|o| o.takes && o.code == code && o.writing != one.writing);
            if let Some(taker) = taker {
                let at = place_of_pattern(one.pattern);
                let message = format!(
                    "Whatever this pattern finds, {:?} in unless takes away.",
                    taker.pattern.source
                );
                findings.warning("V134", at, message, "Remove one of the two.");
                continue;
            }
            let mut covers = self.before(index).filter(|o| !o.takes && o.code == code);
            if let Some(by) = covers.next() {
                covered.push(said(one.pattern, by.pattern));
            }
        }
        if covered.is_empty() {
            return;
        }
        let of = &self.codebook.codes[code];
        let message = format!(
            "Of the patterns of {}, {} find nothing that another does not; at most they widen the passage: {}",
            of.path,
            covered.len(),
            named(&covered)
        );
        findings.note("V125", findings.place_of_id(of), message, "");
    }

    /// Finds patterns that stand in two codes, of which neither lies below the other, and those whose
    /// passages another code finds, too.
    pub(super) fn check_overlap(&self, findings: &mut Findings<'_>) {
        check_same(self.codebook, findings);
        let codes = &self.codebook.codes;
        for (place, code) in codes.iter().enumerate() {
            let mut held: BTreeMap<usize, BTreeMap<(u32, u32), String>> = BTreeMap::new();
            let own = self.all.iter().enumerate();
            for (index, one) in own.filter(|(_, one)| one.code == place && !one.takes) {
                let others = self
                    .before(index)
                    .filter(|o| !o.takes && !are_related(code, &codes[o.code]));
                for by in others {
                    let said = said(one.pattern, by.pattern);
                    let at = (one.pattern.line, one.pattern.column);
                    held.entry(by.code).or_default().entry(at).or_insert(said);
                }
            }
            for (other, patterns) in held {
                let said: Vec<String> = patterns.into_values().collect();
                let message = format!(
                    "Whatever {} of the patterns of {} find, {} finds, too: {}",
                    said.len(),
                    code.path,
                    codes[other].path,
                    named(&said)
                );
                let hint =
                    "Both codes get the passage. If that is not meant, make one of them narrower.";
                findings.note("V138", findings.place_of_id(code), message, hint);
            }
        }
    }
}

/// Whether one of two codes lies below the other, or they are the same.
pub(super) fn are_related(a: &Code, b: &Code) -> bool {
    a.path == b.path || a.path.is_ancestor_of(&b.path) || b.path.is_ancestor_of(&a.path)
}

/// A pattern and the one that finds the same, each by its beginning: choices may be many.
fn said(own: &Pattern, by: &Pattern) -> String {
    let short = |pattern: &Pattern| {
        let letters = pattern.source.chars();
        if letters.clone().count() <= SHOWN_MAX {
            return format!("{:?}", pattern.source);
        }
        let begin: String = letters.take(SHOWN_MAX).collect();
        format!("{:?} (line {})", begin + "...", pattern.line)
    };
    format!("{} (by {})", short(own), short(by))
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
