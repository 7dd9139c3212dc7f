//! Looks for what is probably wrong with a codebook that loads.
//!
//! Comes in: a [`Loaded`] codebook. Goes out: findings; those of grade error mean that the codebook
//! does not pass. What needs the engine (do the examples hold?) stands in [`super::examples`].

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Diagnostic;
use crate::model::codebook::{Code, Codebook, Example};
use crate::model::pattern::Pattern;

use super::cover::Cover;
use super::findings::{Findings, place_of_pattern};
use super::load::Loaded;
use super::references::{lists_of, patterns_of, writing};

/// Fewest examples, and fewest counter-examples, of a code with patterns.
const EXAMPLES_MIN: usize = 2;

/// Finds what is probably wrong, in the order of the file.
pub fn lint(loaded: &Loaded) -> Vec<Diagnostic> {
    let mut findings = Findings::new(&loaded.path, &loaded.source);
    let codebook = &loaded.codebook;
    let cover = Cover::new(codebook);
    for (i, code) in codebook.codes.iter().enumerate() {
        let has_children = codebook
            .codes
            .iter()
            .any(|c| c.parent.is_some_and(|parent| parent.0 as usize == i));
        check_code(code, has_children, &mut findings);
        check_sentences(code, &mut findings);
        check_duplicates(code, &mut findings);
        cover.check_code(i, &mut findings);
    }
    cover.check_overlap(&mut findings);
    check_unused_lists(codebook, &loaded.source, &mut findings);
    findings.into_list()
}

fn check_code(code: &Code, has_children: bool, findings: &mut Findings<'_>) {
    let at = findings.place_of_id(code);
    let path = &code.path;
    if code.definition.is_empty() {
        let hint = "Add `definition:`: what must a passage say to be coded?";
        findings.warning("V122", at, format!("{path} has no definition."), hint);
    }
    if code.patterns.is_empty() && code.opposites.is_empty() {
        if !has_children {
            let hint = "Add `patterns: |`, or children.";
            findings.warning("V126", at, format!("{path} finds nothing."), hint);
        }
        return;
    }
    for (rule, what, list, hint) in [
        (
            "V120",
            "examples",
            &code.examples,
            "Add sentences that it must code.",
        ),
        (
            "V121",
            "counter-examples",
            &code.counterexamples,
            "Add sentences that look alike and must not be coded.",
        ),
    ] {
        if list.len() < EXAMPLES_MIN {
            let message = format!("{path} has {} {what}; it needs {EXAMPLES_MIN}.", list.len());
            findings.error(rule, at, message, hint);
        }
    }
}

/// Sentences that stand twice, or as example and counter-example.
fn check_sentences(code: &Code, findings: &mut Findings<'_>) {
    let mut seen: BTreeMap<String, (&Example, bool)> = BTreeMap::new();
    let examples = code.examples.iter().map(|e| (e, true));
    for (example, is_example) in examples.chain(code.counterexamples.iter().map(|e| (e, false))) {
        let key = example.text.to_lowercase();
        let Some((first, was_example)) = seen.get(&key) else {
            seen.insert(key, (example, is_example));
            continue;
        };
        let at = findings.place_of(example.line, &example.text);
        if *was_example == is_example {
            let message = format!("This sentence stands already on line {}.", first.line);
            findings.warning("V127", at, message, "Remove one of them.");
        } else {
            let message = format!("This sentence is an example, too (line {}).", first.line);
            findings.error("V128", at, message, "Decide which of the two it is.");
        }
    }
}

/// Patterns that stand twice in a code's lists.
fn check_duplicates(code: &Code, findings: &mut Findings<'_>) {
    let mut seen: BTreeMap<String, &Pattern> = BTreeMap::new();
    for pattern in patterns_of(code) {
        let key = writing(pattern);
        if let Some(first) = seen.get(&key) {
            let at = place_of_pattern(pattern);
            let message = format!("This pattern stands already on line {}.", first.line);
            findings.warning("V124", at, message, "Remove one of them.");
        } else {
            seen.insert(key, pattern);
        }
    }
}

fn check_unused_lists(codebook: &Codebook, source: &str, findings: &mut Findings<'_>) {
    let of_codes = codebook.codes.iter().flat_map(patterns_of);
    let of_lists = codebook.word_lists.values().flatten();
    let used: BTreeSet<&str> = of_codes.chain(of_lists).flat_map(lists_of).collect();
    for name in codebook
        .word_lists
        .keys()
        .filter(|name| !used.contains(name.as_str()))
    {
        let key = format!("{name}:");
        let line = source
            .lines()
            .position(|line| line.trim_start().starts_with(&key));
        let at = findings.place_of(line.map_or(1, |i| i as u32 + 1), name);
        let hint = format!("Use it as {{{name}}} in a pattern, or remove it.");
        findings.warning(
            "V123",
            at,
            format!("No pattern uses the word list {name}."),
            hint,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::load_text;
    use std::path::Path;

    /// Rule and line of each finding.
    fn check(code: &str) -> Vec<String> {
        let source = format!("codebook: a\nversion: 1\ncodes:\n  - id: calm\n{code}");
        let loaded = load_text(&source, Path::new("a.yaml")).unwrap_or_else(|e| panic!("{e}"));
        let found = lint(&loaded);
        let line = |d: &Diagnostic| d.place.line.unwrap_or_default();
        found
            .iter()
            .map(|d| format!("{}:{}", d.rule, line(d)))
            .collect()
    }

    const GOOD: &str = "    definition: Calm.\n    examples: [Calm., So calm.]\n    \
        counterexamples: [Calms Ltd., Calm Street.]\n";

    #[test]
    fn a_good_code_has_no_findings() {
        assert_eq!(check(&format!("{GOOD}    patterns: [calm]\n")), [""; 0]);
    }

    #[test]
    fn what_is_missing_is_found() {
        assert_eq!(
            check("    patterns: [calm]\n"),
            ["V120:4", "V121:4", "V122:4"]
        );
        assert_eq!(check("    definition: Calm.\n"), ["V126:4"]);
        assert_eq!(
            check("    definition: A.\n    children: [{id: b, definition: B.}]\n"),
            ["V126:6"]
        );
    }

    #[test]
    fn what_stands_twice_is_found() {
        let twice = format!("{GOOD}    patterns: [calm  now, Calm now]\n    unless: [calm now]\n");
        assert_eq!(check(&twice), ["V124:8", "V124:9"]);
        let both = "    definition: A.\n    patterns: [a]\n    examples: [A b., a b., A c.]\n    \
            counterexamples: [d, A c.]\n";
        assert_eq!(check(both), ["V127:7", "V128:8"]);
    }

    #[test]
    fn patterns_that_do_nothing_are_found() {
        let covered = format!("{GOOD}    patterns: [calm, felt calm, calm w/3 day]\n");
        assert_eq!(check(&covered), ["V125:4"]);
        let taken = format!("{GOOD}    patterns: [calm down, calm]\n    unless: [=down, down]\n");
        assert_eq!(check(&taken), ["V134:8"]);
        let exact = format!("{GOOD}    patterns: [=calm now, calm]\n");
        assert_eq!(check(&exact), ["V125:4"]);
        let wider = format!("{GOOD}    patterns: [calm now, =calm]\n");
        assert_eq!(check(&wider), [""; 0]);
        let twin =
            format!("{GOOD}    patterns: [calm]\n  - id: other\n{GOOD}    patterns: [Calm]\n");
        assert_eq!(check(&twin), ["V135:13"]);
        // What the one finds with more words, the other finds with fewer.
        let held = twin.replace("[Calm]", "[so calm, calms]");
        assert_eq!(check(&held), ["V125:9", "V138:9"]);
        let below = format!(
            "{GOOD}    patterns: [calm]\n    children:\n      - {{id: b, definition: B., patterns: [so calm], \
             examples: [So calm., so calm now], counterexamples: [a, b]}}\n"
        );
        assert_eq!(check(&below), [""; 0]);
    }

    /// Choices, optional words, lists, gaps and distances are written out and compared.
    #[test]
    fn patterns_that_are_covered_are_found_however_they_are_written() {
        let is_found = |patterns: &[&str]| {
            let patterns = patterns.join("\n      ");
            let lists = "word_lists:\n  kin: [mother, little sister]\n  x: [\"{kin}\"]\n";
            let found = check(&format!("{GOOD}    patterns: |\n      {patterns}\n{lists}"));
            found.iter().any(|f| f.starts_with("V125"))
        };
        for covered in [
            ["calm", "felt (calm|safe and calm)"],
            ["felt (calm|safe)", "felt calm"],
            ["calm", "really? felt calm"],
            ["felt really? calm", "felt calm"],
            ["calm w/5 (day|night)", "calm"],
            ["my {kin} said", "(mother|sister)"],
            ["close to {x}", "{kin}"],
            ["felt _{0,2} calm", "felt very calm"],
            ["ground*", "grounding"],
            ["happ*", "so happy"],
            ["calming", "calm down"],
            ["calms", "calming"],
        ] {
            assert!(is_found(&covered), "{covered:?}");
        }
        for useful in [
            ["calm", "felt (calm|safe)"],
            ["calm w/5 day", "day w/5 night"],
            ["calm not w/3 down", "felt calm"],
            ["calm", "/calmly/"],
            ["felt calm", "felt very calm"],
            ["=calm", "=calmly"],
            ["felt _ calm", "felt calm"],
            ["happily*", "happy"],
        ] {
            assert!(!is_found(&useful), "{useful:?}");
        }
    }

    #[test]
    fn a_list_that_nobody_uses_is_found() {
        let lists =
            format!("{GOOD}    patterns: [\"{{x}}\"]\nword_lists:\n  x: [calm]\n  y: [a]\n");
        assert_eq!(check(&lists), ["V123:11"]);
    }
}
