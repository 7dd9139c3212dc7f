//! Applies people's decisions to a note's codings.
//!
//! Comes in: the rules' codings, and decisions whose passages are found. Goes out: the codings as
//! people left them, and what became of each decision. Nothing is dropped: a rejected coding stays,
//! uncounted. Where coders disagree the rules' coding stands, every recoding and addition is made
//! under its coder's name, and both are told of the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coding::{Assertion, Coding, Evidence, Facts, Voice, WhyNot};
use crate::model::decision::{Action, Decision, Outcome};
use crate::model::layout::{Layout, Speaker};
use crate::text::Span;

/// A decision and where its passage stands now; none where it is lost.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'d> {
    /// What was decided.
    pub decision: &'d Decision,
    /// The passage.
    pub span: Option<Span>,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Became {
    /// In a word.
    pub outcome: Outcome,
    /// Why, where that is not plain.
    pub reason: String,
    /// Other coders who say otherwise of the same passage.
    pub disagrees_with: Vec<String>,
}

/// Applies a note's decisions to its codings; gives what became of each, in their order.
pub fn decide(
    codings: &mut Vec<Coding>,
    placed: &[Placed<'_>],
    codebook: &Codebook,
    layout: &Layout,
) -> Vec<Became> {
    let mut became: Vec<Became> = placed.iter().map(|_| Became::applied()).collect();
    let live = live(placed, codebook, &mut became);
    for one in &live {
        became[one.index].disagrees_with = opponents(one, &live);
    }
    let rules = codings.len();
    reject(codings, &live, &mut became);
    for one in &live {
        let done = match one.decision.action {
            Action::Reject => continue,
            Action::Keep => keep(codings, one, rules, codebook, layout),
            Action::Recode | Action::Add => add(codings, one, rules, codebook, layout),
        };
        let now = &mut became[one.index];
        (now.outcome, now.reason) = done;
    }
    codings.sort_by_key(|c| (c.span.start, c.code, c.span.end));
    became
}

impl Became {
    fn applied() -> Self {
        Self {
            outcome: Outcome::Applied,
            reason: String::new(),
            disagrees_with: Vec::new(),
        }
    }
}

/// A decision that is to be applied.
struct Live<'d> {
    index: usize,
    decision: &'d Decision,
    span: Span,
    /// The code that it speaks of; none where the codebook lost it and a new code stands in.
    code: Option<CodeIndex>,
    /// The code that the passage shall have; none for a rejection.
    wanted: Option<CodeIndex>,
}

impl Live<'_> {
    fn coder(&self) -> &str {
        &self.decision.coder
    }

    /// The code that it says the passage does not have.
    fn denied(&self) -> Option<CodeIndex> {
        match self.decision.action {
            Action::Reject | Action::Recode => self.code,
            Action::Keep | Action::Add => None,
        }
    }

    fn denies(&self, coding: &Coding) -> bool {
        self.denied() == Some(coding.code) && self.span.overlaps(coding.span)
    }

    fn claims(&self, coding: &Coding) -> bool {
        self.wanted == Some(coding.code) && self.span.overlaps(coding.span)
    }
}

/// The decisions that can be applied; what becomes of the others is written down.
fn live<'d>(placed: &[Placed<'d>], codebook: &Codebook, became: &mut [Became]) -> Vec<Live<'d>> {
    let mut live: Vec<Live<'d>> = Vec::new();
    for (index, one) in placed.iter().enumerate() {
        let not_applied = |reason: String| Became {
            outcome: Outcome::NotApplied,
            reason,
            disagrees_with: Vec::new(),
        };
        let decision = one.decision;
        let Some(span) = one.span else {
            became[index] = not_applied(String::new());
            continue;
        };
        let code = codebook.find(&decision.code);
        let wanted = match decision.action {
            Action::Reject => None,
            Action::Keep | Action::Add => code,
            Action::Recode => codebook.find(&decision.new_code),
        };
        let missing = match decision.action {
            Action::Recode if wanted.is_none() => Some(&decision.new_code),
            Action::Keep | Action::Add | Action::Reject if code.is_none() => Some(&decision.code),
            Action::Keep | Action::Add | Action::Reject | Action::Recode => None,
        };
        if let Some(missing) = missing {
            became[index] = not_applied(format!("the codebook has no code {missing}"));
            continue;
        }
        live.push(Live {
            index,
            decision,
            span,
            code,
            wanted,
        });
    }
    without_superseded(live, became)
}

/// Leaves the last decision of each coder on one passage and code.
fn without_superseded<'d>(live: Vec<Live<'d>>, became: &mut [Became]) -> Vec<Live<'d>> {
    let mut by_passage: Vec<usize> = (0..live.len()).collect();
    let key = |at: &usize| {
        let one = &live[*at];
        (one.coder(), one.decision.code.as_str(), one.span)
    };
    // Days are looked at of what is decided twice only: reading them takes longest.
    let order = |at: &usize| live[*at].decision.order();
    by_passage.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| order(a).cmp(&order(b))));
    let mut standing = vec![true; live.len()];
    for pair in by_passage.windows(2) {
        if key(&pair[0]) == key(&pair[1]) {
            standing[pair[0]] = false;
            became[live[pair[0]].index].outcome = Outcome::Superseded;
            became[live[pair[0]].index].reason =
                format!("row {} decides again", live[pair[1]].decision.row);
        }
    }
    let mut standing = standing.into_iter();
    live.into_iter()
        .filter(|_| standing.next().unwrap_or(true))
        .collect()
}

/// Other coders who say otherwise of a decision's passage.
fn opponents(one: &Live<'_>, all: &[Live<'_>]) -> Vec<String> {
    let names: BTreeSet<&str> = all
        .iter()
        .filter(|other| other.coder() != one.coder() && other.span.overlaps(one.span))
        .filter(|other| disagree(one, other))
        .map(Live::coder)
        .collect();
    names.into_iter().map(str::to_owned).collect()
}

fn disagree(a: &Live<'_>, b: &Live<'_>) -> bool {
    let against = |a: &Live<'_>, b: &Live<'_>| a.denied().is_some() && a.denied() == b.wanted;
    let both_recode = a.decision.action == Action::Recode && b.decision.action == Action::Recode;
    let other_code = both_recode && a.code == b.code && a.wanted != b.wanted;
    let said = a.decision.assertion.zip(b.decision.assertion);
    let other_assertion =
        a.wanted.is_some() && a.wanted == b.wanted && said.is_some_and(|(a, b)| a != b);
    against(a, b) || against(b, a) || other_code || other_assertion
}

/// Uncounts the rules' codings that somebody denies and nobody else claims.
fn reject(codings: &mut [Coding], live: &[Live<'_>], became: &mut [Became]) {
    for one in live.iter().filter(|l| l.decision.action == Action::Reject) {
        if !codings.iter().any(|c| one.denies(c)) {
            let now = &mut became[one.index];
            let (outcome, reason) = if now.disagrees_with.is_empty() {
                (Outcome::Idle, "no rule codes it now")
            } else {
                (Outcome::Disputed, "another coder codes it")
            };
            now.outcome = outcome;
            reason.clone_into(&mut now.reason);
        }
    }
    for coding in codings {
        let denying: Vec<&Live<'_>> = live.iter().filter(|l| l.denies(coding)).collect();
        if denying.is_empty() {
            continue;
        }
        let has_friend = live
            .iter()
            .any(|l| l.claims(coding) && denying.iter().all(|other| other.coder() != l.coder()));
        if !has_friend {
            coding.why_not = Some(WhyNot::Rejected);
            continue;
        }
        for one in denying
            .iter()
            .filter(|l| l.decision.action == Action::Reject)
        {
            became[one.index].outcome = Outcome::Disputed;
            "another coder keeps it".clone_into(&mut became[one.index].reason);
        }
    }
}

/// Keeps a coding, with the assertion and voice that the person says; codes it where no rule does.
fn keep(
    codings: &mut Vec<Coding>,
    one: &Live<'_>,
    rules: usize,
    codebook: &Codebook,
    layout: &Layout,
) -> (Outcome, String) {
    let found = best(codings, rules, one.wanted, one.span);
    let Some(found) = found else {
        let (_, reason) = add(codings, one, rules, codebook, layout);
        let reason = Some(reason).filter(|r| !r.is_empty());
        let said = "no rule codes it now".to_owned();
        return (Outcome::Restored, reason.unwrap_or(said));
    };
    let coding = &mut codings[found];
    if coding.why_not == Some(WhyNot::Rejected) {
        return (Outcome::Disputed, "the same coder rejects it".to_owned());
    }
    say(coding, one, codebook);
    let elsewhere = coding.span != one.span;
    let reason = if elsewhere {
        "the rules' passage has other bounds now"
    } else {
        ""
    };
    (Outcome::Applied, reason.to_owned())
}

/// The coding of a code, among the first `count`, that shares most with a passage.
fn best(codings: &[Coding], count: usize, code: Option<CodeIndex>, span: Span) -> Option<usize> {
    let shared = |c: &Coding| c.span.end.min(span.end) - c.span.start.max(span.start);
    codings
        .iter()
        .take(count)
        .enumerate()
        .filter(|(_, c)| Some(c.code) == code && c.span.overlaps(span))
        .max_by_key(|(i, c)| (shared(c), c.span == span, std::cmp::Reverse(*i)))
        .map(|(i, _)| i)
}

/// Gives a coding the assertion and voice that a person says, under the person's name.
fn say(coding: &mut Coding, one: &Live<'_>, codebook: &Codebook) {
    let decision = one.decision;
    let other_assertion = decision.assertion.filter(|&a| a != coding.assertion());
    let other_voice = decision.voice.filter(|&v| v != coding.voice);
    if coding.coder.is_some() || (other_assertion.is_none() && other_voice.is_none()) {
        return;
    }
    if let Some(assertion) = other_assertion {
        coding.facts = Facts::from(assertion);
        coding.evidence.cue = None;
        let counts = codebook.code(coding.code).count.contains(&assertion);
        coding.why_not = (!counts).then_some(WhyNot::Assertion);
    }
    coding.voice = other_voice.unwrap_or(coding.voice);
    coding.coder = Some(Arc::from(one.coder()));
}

/// Codes a passage in a person's name.
fn add(
    codings: &mut Vec<Coding>,
    one: &Live<'_>,
    rules: usize,
    codebook: &Codebook,
    layout: &Layout,
) -> (Outcome, String) {
    let Some(code) = one.wanted else {
        return (Outcome::NotApplied, String::new());
    };
    let there = codings
        .iter()
        .position(|c| c.code == code && c.span == one.span);
    if let Some(at) = there {
        return add_to(&mut codings[at], one, at < rules, codebook);
    }
    let from = best(codings, rules, one.code, one.span).map(|i| &codings[i]);
    let from = from.filter(|_| one.decision.action == Action::Recode);
    let default = from.map_or(Assertion::Affirmed, Coding::assertion);
    let assertion = one.decision.assertion.unwrap_or(default);
    let voice = from.map_or_else(|| voice(one.span, layout), |c| c.voice);
    let counts = codebook.code(code).count.contains(&assertion);
    codings.push(Coding {
        code,
        span: one.span,
        facts: Facts::from(assertion),
        voice: one.decision.voice.unwrap_or(voice),
        evidence: Evidence::of_person(code, one.span),
        section: layout.section_at(one.span.start),
        copied: None,
        why_not: (!counts).then_some(WhyNot::Assertion),
        coder: Some(Arc::from(one.coder())),
    });
    (Outcome::Applied, String::new())
}

/// Adds to a passage that is coded so already.
fn add_to(
    coding: &mut Coding,
    one: &Live<'_>,
    by_rules: bool,
    codebook: &Codebook,
) -> (Outcome, String) {
    if by_rules && coding.why_not == Some(WhyNot::Rejected) {
        // The same coder took the rules' coding away and gave it again: it is the coder's now.
        let assertion = one.decision.assertion.unwrap_or(coding.assertion());
        let counts = codebook.code(coding.code).count.contains(&assertion);
        coding.facts = Facts::from(assertion);
        coding.voice = one.decision.voice.unwrap_or(coding.voice);
        coding.evidence = Evidence::of_person(coding.code, coding.span);
        coding.why_not = (!counts).then_some(WhyNot::Assertion);
        coding.coder = Some(Arc::from(one.coder()));
        return (Outcome::Applied, String::new());
    }
    if by_rules && coding.coder.is_none() {
        say(coding, one, codebook);
        return (Outcome::Applied, "the rules code it too".to_owned());
    }
    let names = coding.coder.as_deref().unwrap_or_default();
    if names.split("; ").all(|name| name != one.coder()) {
        coding.coder = Some(Arc::from(format!("{names}; {}", one.coder())));
    }
    (Outcome::Applied, String::new())
}

/// Whose words a passage is where nobody says: those of the quotation, turn or section around it.
fn voice(span: Span, layout: &Layout) -> Voice {
    if layout.quote_around(span).is_some() {
        return Voice::Quote;
    }
    if let Some(turn) = layout.turn_at(span.start) {
        return match layout.turns[turn].speaker {
            Speaker::Participant => Voice::Quote,
            Speaker::Clinician => Voice::Clinician,
            Speaker::Other => Voice::Other,
        };
    }
    let section = layout.section_at(span.start);
    section
        .and_then(|s| layout.sections[s].voice)
        .unwrap_or(Voice::Reported)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    /// A decision as `coder action code [new_code] [assertion] "words"`.
    fn decision(row: u32, said: &str, text: &str) -> (Decision, Option<Span>) {
        let (head, words) = said.split_once('"').expect("words in quotes");
        let words = words.trim_end_matches('"');
        let span = text.find(words).map(|at| Span::new(at, at + words.len()));
        let mut head = head.split_whitespace();
        let mut next = || head.next().unwrap_or_default().to_owned();
        let (coder, action, code) = (next(), next(), next());
        let action: Action = action.parse().expect("an action");
        let new_code = if action == Action::Recode {
            next()
        } else {
            String::new()
        };
        let decision = Decision {
            row,
            line: row,
            note_id: "n000".to_owned(),
            note_sha256: String::new(),
            code,
            place: None,
            text: words.to_owned(),
            action,
            assertion: next().parse().ok(),
            voice: None,
            new_code,
            coder,
            date: String::new(),
            memo: String::new(),
            codebook_sha256: String::new(),
        };
        (decision, span)
    }

    /// The codings and what became of the decisions, a line each.
    fn check(marked: &str, said: &[&str], expected: &[&str]) {
        let book = fixture::codebook(&["agency", "coping", "rest"]);
        let mut note = fixture::note(0, "P01", "", marked, &book);
        let decisions: Vec<_> = said
            .iter()
            .zip(2..)
            .map(|(s, row)| decision(row, s, &note.text))
            .collect();
        let placed: Vec<Placed<'_>> = decisions
            .iter()
            .map(|(decision, span)| Placed {
                decision,
                span: *span,
            })
            .collect();
        let became = decide(&mut note.codings, &placed, &book, &note.layout);
        let mut shown: Vec<String> = note
            .codings
            .iter()
            .map(|c| {
                format!(
                    "{} {:?} {} {} {}",
                    book.code(c.code).path,
                    c.span.slice(&note.text),
                    c.assertion(),
                    c.why_not.map_or("counted", WhyNot::as_str),
                    c.coder.as_deref().unwrap_or("rules"),
                )
            })
            .collect();
        shown.extend(became.iter().map(|b| {
            let others = b.disagrees_with.join("+");
            let line = format!("{} {} {others}", b.outcome.as_str(), b.reason);
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        }));
        assert_eq!(shown, expected, "{marked} {said:?}");
    }

    const NOTE: &str = "She {agency|chose it} and {coping:negated|rested not}. Slept well.";

    #[test]
    fn each_action_does_what_it_says() {
        check(
            NOTE,
            &[
                "E reject agency \"chose it\"",
                "E keep coping affirmed \"rested not\"",
                "E add rest \"Slept well\"",
            ],
            &[
                "agency \"chose it\" affirmed rejected rules",
                "coping \"rested not\" affirmed counted E",
                "rest \"Slept well\" affirmed counted E",
                "applied",
                "applied",
                "applied",
            ],
        );
        check(
            NOTE,
            &["E recode coping rest \"rested not\""],
            &[
                "agency \"chose it\" affirmed counted rules",
                "coping \"rested not\" negated rejected rules",
                "rest \"rested not\" negated assertion E",
                "applied",
            ],
        );
    }

    #[test]
    fn decisions_outlive_an_edit_of_the_codebook() {
        check(
            "She chose it and {agency|rested not at all}.",
            &[
                "E keep agency \"chose it\"",
                "E reject agency \"rested not\"",
                "E reject coping \"chose\"",
                "E keep gone \"chose\"",
                "E recode gone coping \"at all\"",
            ],
            &[
                "agency \"chose it\" affirmed counted E",
                "agency \"rested not at all\" affirmed rejected rules",
                "coping \"at all\" affirmed counted E",
                "restored no rule codes it now",
                "applied",
                "idle no rule codes it now",
                "not_applied the codebook has no code gone",
                "applied",
            ],
        );
    }

    #[test]
    fn coders_who_disagree_are_both_kept() {
        check(
            NOTE,
            &[
                "E reject agency \"chose it\"",
                "F keep agency \"chose it\"",
                "E recode coping rest \"rested not\"",
                "F recode coping agency \"rested not\"",
                "E add rest \"Slept well\"",
                "F reject rest \"Slept\"",
            ],
            &[
                "agency \"chose it\" affirmed counted rules",
                "agency \"rested not\" negated assertion F",
                "coping \"rested not\" negated rejected rules",
                "rest \"rested not\" negated assertion E",
                "rest \"Slept well\" affirmed counted E",
                "disputed another coder keeps it F",
                "applied E",
                "applied F",
                "applied E",
                "applied F",
                "disputed another coder codes it E",
            ],
        );
    }

    #[test]
    fn the_last_decision_of_a_coder_holds() {
        check(
            NOTE,
            &[
                "E reject agency \"chose it\"",
                "E keep agency \"chose it\"",
                "E add rest \"Slept well\"",
                "F add rest \"Slept well\"",
                "F add agency \"chose it\"",
            ],
            &[
                "agency \"chose it\" affirmed counted rules",
                "coping \"rested not\" negated assertion rules",
                "rest \"Slept well\" affirmed counted E; F",
                "superseded row 3 decides again",
                "applied",
                "applied",
                "applied",
                "applied the rules code it too",
            ],
        );
    }

    #[test]
    fn a_coder_may_give_a_passage_other_bounds() {
        check(
            NOTE,
            &[
                "E reject agency \"chose it\"",
                "E add agency \"She chose it\"",
            ],
            &[
                "agency \"She chose it\" affirmed counted E",
                "agency \"chose it\" affirmed rejected rules",
                "coping \"rested not\" negated assertion rules",
                "applied",
                "applied",
            ],
        );
    }
}
