//! What a run says of people's decisions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use crate::error::{Diagnostic, Place, Severity};
use crate::model::decision::{Anchor, Decision, Outcome, Ruling};
use crate::pipeline::Decided;

/// Findings that are shown; the table has all.
const SHOWN: usize = 10;

/// Says what became of the decisions on standard error. A file that could not be used is told of
/// even to those who want quiet: the results would pass for decided ones.
pub(super) fn report(decided: &Decided, path: &Path, quiet: bool) {
    let file = &decided.file;
    for finding in file
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
    {
        eprintln!("{finding}");
    }
    let warnings = file
        .findings
        .iter()
        .filter(|f| f.severity != Severity::Error);
    let mut findings: Vec<Diagnostic> = warnings.cloned().collect();
    findings.extend(decided.rulings.iter().filter_map(|ruling| {
        let decision = file.rows.get(ruling.decision)?;
        of_ruling(ruling, decision, path)
    }));
    if quiet {
        // Who wants quiet still has to know that the results rest on fewer decisions than were made.
        if !findings.is_empty() {
            let count = match findings.len() {
                1 => "1 finding".to_owned(),
                n => format!("{n} findings"),
            };
            eprintln!(
                "warning: {}: {count} on decisions; see decisions_applied.csv",
                path.display()
            );
        }
        return;
    }
    // What is not applied comes before what is.
    findings.sort_by_key(|finding| !matches!(finding.rule, "V741" | "V743" | "V744"));
    for finding in findings.iter().take(SHOWN) {
        eprintln!("{finding}");
    }
    if findings.len() > SHOWN {
        let more = findings.len() - SHOWN;
        eprintln!("and {more} more findings on decisions; see decisions_applied.csv");
    }
    let parts: Vec<String> = counts(decided)
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(what, n)| format!("{n} {}", what.replace('_', " ")))
        .collect();
    if !parts.is_empty() {
        eprintln!("decisions: {}; see decisions_applied.csv", parts.join(", "));
    }
}

/// The same as numbers.
pub(super) fn summary(decided: &Decided) -> Value {
    let counts: BTreeMap<&str, usize> = counts(decided).into_iter().collect();
    json!(counts)
}

fn counts(decided: &Decided) -> Vec<(&'static str, usize)> {
    let rulings = || decided.rulings.iter();
    let mut counts: Vec<(&'static str, usize)> = Outcome::ALL
        .iter()
        .map(|o| (o.as_str(), rulings().filter(|r| r.outcome == *o).count()))
        .collect();
    counts.push(("unreadable", decided.file.unreadable.len()));
    for anchor in [Anchor::Moved, Anchor::Changed, Anchor::Lost] {
        let count = rulings().filter(|r| r.anchor == Some(anchor)).count();
        counts.push((anchor.as_str(), count));
    }
    let disagreeing: BTreeSet<usize> = rulings()
        .filter(|r| !r.disagrees_with.is_empty())
        .map(|r| r.decision)
        .collect();
    let stale = rulings().filter(|r| !r.stale.is_empty()).count();
    counts.push(("stale", stale));
    counts.push(("contradicted_by_another_coder", disagreeing.len()));
    counts
}

/// A finding where something has to be looked at.
fn of_ruling(ruling: &Ruling, decision: &Decision, path: &Path) -> Option<Diagnostic> {
    let is_plain = matches!(
        ruling.outcome,
        Outcome::Applied | Outcome::Restored | Outcome::Idle | Outcome::Disputed
    );
    if is_plain && ruling.disagrees_with.is_empty() && ruling.stale.is_empty() {
        return None;
    }
    let what = format!(
        "{} of {} in note {}",
        decision.action, decision.code, decision.note_id
    );
    let (rule, message) = match (ruling.outcome, ruling.anchor) {
        (Outcome::NotApplied, Some(Anchor::Lost)) => (
            "V744",
            format!("The passage is lost: {what}: {}.", ruling.reason),
        ),
        (Outcome::NotApplied, _) => ("V743", format!("Not applied: {what}: {}.", ruling.reason)),
        (Outcome::Superseded, _) => (
            "V746",
            format!(
                "Two decisions of {} on one passage: {what}: {}.",
                decision.coder, ruling.reason
            ),
        ),
        _ if !ruling.disagrees_with.is_empty() => (
            "V745",
            format!(
                "Coders disagree: {} decides {what}; {} otherwise.",
                decision.coder,
                ruling.disagrees_with.join(", ")
            ),
        ),
        _ if !ruling.stale.is_empty() => (
            "V747",
            format!(
                "{} decided {what} with {}: read it again.",
                decision.coder, ruling.stale
            ),
        ),
        _ => return None,
    };
    Some(Diagnostic::warning(
        rule,
        Place::at(path, decision.line, 1),
        message,
        "",
    ))
}
