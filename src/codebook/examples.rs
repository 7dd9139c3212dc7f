//! Runs a codebook's examples and counter-examples.
//!
//! Comes in: a codebook, and a function that codes one text (this module knows no engine). Goes
//! out: findings about examples that do not hold, and about patterns that none of them exercises.

use std::collections::BTreeSet;

use crate::error::Diagnostic;
use crate::model::codebook::{Code, CodeIndex, Codebook, Example};
use crate::model::coding::{Assertion, Coding, PatternId, PatternRole, TakenAway, Taker};
use crate::model::pattern::Pattern;

use super::findings::{Findings, place_of_pattern};
use super::load::Loaded;

/// What the engine makes of one text.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// The codings that stand.
    pub codings: Vec<Coding>,
    /// The matches that were taken away.
    pub taken: Vec<TakenAway>,
    /// Every pattern that matched, whatever became of it.
    pub matched: Vec<PatternId>,
}

/// How the examples went.
#[derive(Debug, Clone, Default)]
pub struct ExampleReport {
    /// What did not hold.
    pub findings: Vec<Diagnostic>,
    /// Examples that hold.
    pub examples_passed: usize,
    /// All examples.
    pub examples: usize,
    /// Counter-examples that hold.
    pub counterexamples_passed: usize,
    /// All counter-examples.
    pub counterexamples: usize,
    /// Patterns that some example or counter-example exercises.
    pub patterns_exercised: usize,
    /// All patterns.
    pub patterns: usize,
}

/// Whether patterns that no example exercises are told one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unexercised {
    /// One note for each code.
    Counted,
    /// One note for each pattern.
    Listed,
}

/// Runs all examples through `code_text`.
pub fn run_examples(
    loaded: &Loaded,
    unexercised: Unexercised,
    code_text: &mut dyn FnMut(&str) -> Trial,
) -> ExampleReport {
    let mut report = ExampleReport::default();
    let mut findings = Findings::new(&loaded.path, &loaded.source);
    let mut seen: BTreeSet<PatternId> = BTreeSet::new();
    let codebook = &loaded.codebook;
    for index in codebook.indices() {
        let code = codebook.code(index);
        for example in &code.examples {
            let trial = code_text(&example.text);
            let holds = check_example(codebook, index, example, &trial, &mut findings);
            report.examples += 1;
            report.examples_passed += usize::from(holds);
            seen.extend(trial.matched);
        }
        for example in &code.counterexamples {
            let trial = code_text(&example.text);
            let holds = check_counterexample(codebook, index, example, &trial, &mut findings);
            report.counterexamples += 1;
            report.counterexamples_passed += usize::from(holds);
            seen.extend(trial.matched);
        }
    }
    for index in codebook.indices() {
        let all = ids(codebook.code(index), index);
        report.patterns += all.len();
        report.patterns_exercised += all.iter().filter(|id| seen.contains(id)).count();
        note_unexercised(codebook, index, &seen, unexercised, &mut findings);
    }
    report.findings = findings.into_list();
    report
}

/// All patterns of a code.
fn ids(code: &Code, index: CodeIndex) -> Vec<PatternId> {
    let mut out = Vec::new();
    for role in [
        PatternRole::Finds,
        PatternRole::Opposes,
        PatternRole::TakesAway,
    ] {
        let count = list(code, role).len() as u32;
        out.extend((0..count).map(|i| PatternId {
            code: index,
            role,
            index: i,
        }));
    }
    out
}

/// A code's list of patterns.
fn list(code: &Code, role: PatternRole) -> &[Pattern] {
    match role {
        PatternRole::Finds => &code.patterns,
        PatternRole::Opposes => &code.opposites,
        PatternRole::TakesAway => &code.unless,
    }
}

fn pattern(codebook: &Codebook, id: PatternId) -> Option<&Pattern> {
    list(codebook.code(id.code), id.role).get(id.index as usize)
}

/// A pattern with its line, for messages.
fn named(codebook: &Codebook, id: PatternId) -> String {
    match pattern(codebook, id) {
        Some(pattern) => format!("`{}` (line {})", pattern.source, pattern.line),
        None => "a pattern".to_owned(),
    }
}

fn check_example(
    codebook: &Codebook,
    code: CodeIndex,
    example: &Example,
    trial: &Trial,
    findings: &mut Findings<'_>,
) -> bool {
    let wanted = example.assertion.unwrap_or(Assertion::Affirmed);
    let own: Vec<&Coding> = trial.codings.iter().filter(|c| c.code == code).collect();
    if own.iter().any(|c| c.assertion() == wanted) {
        return true;
    }
    let at = findings.place_of(example.line, &example.text);
    let path = &codebook.code(code).path;
    if let Some(coding) = own.first() {
        let got = coding.assertion();
        let message = format!("This example of {path} is coded {got}, not {wanted}.");
        let hint = match &coding.evidence.cue {
            Some(cue) => format!(
                "The words {:?} decided (rule {}).",
                cue.span.slice(&example.text),
                cue.rule
            ),
            None => format!(
                "No cue decided; {} found it.",
                named(codebook, coding.evidence.pattern)
            ),
        };
        findings.error("V131", at, message, hint);
    } else {
        let message = format!("No pattern of {path} codes this example.");
        let taken = trial.taken.iter().find(|t| t.pattern.code == code);
        let hint = taken.map_or_else(
            || "Add a pattern, or move the sentence to another code.".to_owned(),
            |taken| took(codebook, example, taken),
        );
        findings.error("V130", at, message, hint);
    }
    false
}

/// What took a match away, as a sentence.
fn took(codebook: &Codebook, example: &Example, taken: &TakenAway) -> String {
    let found = named(codebook, taken.pattern);
    match &taken.by {
        Taker::Unless { pattern, .. } => {
            format!("{found} was taken away by {}.", named(codebook, *pattern))
        }
        Taker::Section { name } => format!("The section {name} is not coded."),
        Taker::Context { cue } => format!(
            "{found} was taken away by the words {:?} (rule {}).",
            cue.span.slice(&example.text),
            cue.rule
        ),
    }
}

fn check_counterexample(
    codebook: &Codebook,
    code: CodeIndex,
    example: &Example,
    trial: &Trial,
    findings: &mut Findings<'_>,
) -> bool {
    let wrong = trial.codings.iter().find(|c| c.code == code && c.counted());
    let Some(coding) = wrong else {
        return true;
    };
    let at = findings.place_of(example.line, &example.text);
    let message = format!(
        "This counter-example of {} is coded: {:?}.",
        codebook.code(code).path,
        coding.span.slice(&example.text)
    );
    let by = named(codebook, coding.evidence.pattern);
    findings.error(
        "V132",
        at,
        message,
        format!("{by} found it; add an `unless`, or narrow it."),
    );
    false
}

fn note_unexercised(
    codebook: &Codebook,
    index: CodeIndex,
    seen: &BTreeSet<PatternId>,
    unexercised: Unexercised,
    findings: &mut Findings<'_>,
) {
    let code = codebook.code(index);
    let all = ids(code, index);
    let idle: Vec<&PatternId> = all.iter().filter(|id| !seen.contains(id)).collect();
    if idle.is_empty() {
        return;
    }
    if unexercised == Unexercised::Counted {
        let at = findings.place_of(
            code.line,
            code.path.as_str().rsplit('/').next().unwrap_or_default(),
        );
        let message = format!(
            "No example of {} exercises {} of its {} patterns.",
            code.path,
            idle.len(),
            all.len()
        );
        findings.note("V133", at, message, "List them with --all.");
        return;
    }
    for pattern in idle.into_iter().filter_map(|id| pattern(codebook, *id)) {
        let at = place_of_pattern(pattern);
        findings.note("V133", at, "No example exercises this pattern.", "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::load_text;
    use crate::model::coding::{Evidence, Facts, Polarity, Voice, WhyNot};
    use crate::text::Span;
    use std::path::Path;

    /// Codes `calm` wherever it stands, negated where `not` stands as well.
    fn toy(text: &str) -> Trial {
        let Some(start) = text.to_lowercase().find("calm") else {
            return Trial::default();
        };
        let span = Span::new(start, start + 4);
        let id = PatternId {
            code: CodeIndex(0),
            role: PatternRole::Finds,
            index: 0,
        };
        let mut facts = Facts::default();
        let mut why_not = None;
        if text.contains("not") {
            facts.polarity = Polarity::Negated;
            why_not = Some(WhyNot::Assertion);
        }
        let coding = Coding {
            code: CodeIndex(0),
            span,
            facts,
            voice: Voice::Reported,
            evidence: Evidence {
                pattern: id,
                matched: span,
                cue: None,
                cues: Vec::new(),
            },
            section: None,
            copied: None,
            why_not,
            coder: None,
        };
        Trial {
            codings: vec![coding],
            taken: Vec::new(),
            matched: vec![id],
        }
    }

    #[test]
    fn examples_are_held_to_their_assertion() {
        let source = "codebook: a\nversion: 1\ncodes:\n  - id: calm\n    patterns: [calm, still]\n    \
            examples:\n      - Calm.\n      - not calm\n      - Quiet.\n      \
            - {text: not calm now, assertion: negated}\n    counterexamples:\n      \
            - Calm Street.\n      - not calm\n";
        let loaded = load_text(source, Path::new("a.yaml")).unwrap_or_else(|e| panic!("{e}"));
        let report = run_examples(&loaded, Unexercised::Listed, &mut toy);
        assert_eq!((report.examples_passed, report.examples), (2, 4));
        assert_eq!(
            (report.counterexamples_passed, report.counterexamples),
            (1, 2)
        );
        assert_eq!((report.patterns_exercised, report.patterns), (1, 2));
        let told: Vec<(&str, Option<u32>)> = report
            .findings
            .iter()
            .map(|f| (f.rule, f.place.line))
            .collect();
        let wanted = [
            ("V133", Some(5)),
            ("V131", Some(8)),
            ("V130", Some(9)),
            ("V132", Some(12)),
        ];
        assert_eq!(told, wanted);
    }
}
