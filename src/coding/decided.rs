//! Applies people's decisions to a note's codings.
//!
//! Comes in: the rules' codings, and decisions whose passages are found. Goes out: the codings as
//! people left them, and what became of each decision. Nothing is dropped: a rejected coding stays,
//! uncounted. Where coders disagree the rules' coding stands with the rules' assertion and voice, every
//! addition is made under its coder's name, and both are told of the other.

mod opposed;

use std::sync::Arc;

use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coding::{Assertion, Coding, Evidence, Facts, Voice, WhyNot};
use crate::model::decision::{Action, Decision, Outcome};
use crate::model::layout::{Layout, Speaker};
use crate::text::Span;

use opposed::{Over, opposition};

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

/// Says what passages say, and whose words they are.
pub type Hear<'g> = dyn FnMut(&[Span]) -> Vec<(Facts, Voice)> + 'g;

/// What decisions are applied by.
pub struct Ground<'g> {
    /// The codes.
    pub codebook: &'g Codebook,
    /// The note's parts.
    pub layout: &'g Layout,
    /// What the context says of passages that no rule codes.
    pub hear: &'g mut Hear<'g>,
}

impl std::fmt::Debug for Ground<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground").finish_non_exhaustive()
    }
}

/// Applies a note's decisions to its codings; gives what became of each, in their order.
pub fn decide(
    codings: &mut Vec<Coding>,
    placed: &[Placed<'_>],
    ground: &mut Ground<'_>,
) -> Vec<Became> {
    let mut became: Vec<Became> = placed.iter().map(|_| Became::applied()).collect();
    let mut live = live(placed, ground.codebook, &mut became);
    listen(&mut live, codings, ground);
    for (index, against) in opposition(&live).into_iter().enumerate() {
        let one = &mut live[index];
        (one.contested, became[one.index].disagrees_with) = (against.over, against.by);
    }
    read_contested_additions(&mut live, codings, ground);
    let rules = codings.len();
    reject(codings, &live, &mut became);
    for one in &live {
        let done = match one.decision.action {
            Action::Reject => continue,
            Action::Recode if one.contested.code => (
                Outcome::Disputed,
                "another coder says another code".to_owned(),
            ),
            Action::Keep => keep(codings, one, rules, ground),
            Action::Recode | Action::Add => add(codings, one, rules, ground),
        };
        let now = &mut became[one.index];
        (now.outcome, now.reason) = done;
        if one.is_unheard() {
            now.outcome = Outcome::Disputed;
            "another coder says another assertion or voice".clone_into(&mut now.reason);
        }
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
    /// What its passage says and whose words it is where the person does not say: by the rules'
    /// coding, or by the context where no rule codes it.
    heard: (Facts, Voice),
    /// Where other coders say otherwise.
    contested: Over,
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

    /// The assertion that the person says and nobody contests.
    fn assertion(&self) -> Option<Assertion> {
        self.decision
            .assertion
            .filter(|_| !self.contested.assertion)
    }

    /// The voice that the person says and nobody contests.
    fn voice(&self) -> Option<Voice> {
        self.decision.voice.filter(|_| !self.contested.voice)
    }

    /// What its passage says.
    fn facts(&self) -> Facts {
        let (heard, _) = self.heard;
        let said = self.assertion().filter(|&a| a != heard.assertion());
        said.map_or(heard, Facts::from)
    }

    /// Whether the person says what does not stand, since another coder says otherwise.
    fn is_unheard(&self) -> bool {
        let (facts, voice) = self.heard;
        let said = self.decision;
        self.contested.assertion && said.assertion.is_some_and(|a| a != facts.assertion())
            || self.contested.voice && said.voice.is_some_and(|v| v != voice)
    }
}

/// Finds what each passage says where its coder does not say.
fn listen(live: &mut [Live<'_>], codings: &[Coding], ground: &mut Ground<'_>) {
    let mut unknown = Vec::new();
    for (at, one) in live.iter_mut().enumerate() {
        let coded = match one.decision.action {
            Action::Reject => continue,
            Action::Keep | Action::Recode => {
                best(codings, codings.len(), one.code, one.span).map(|i| &codings[i])
            }
            Action::Add => exactly(codings, one),
        };
        match coded {
            Some(coding) => one.heard = (coding.facts, coding.voice),
            // A person's own coding is affirmed where nothing else is said.
            None if one.decision.action == Action::Add => {
                one.heard = (Facts::default(), voice(one.span, ground.layout));
            }
            None => unknown.push(at),
        }
    }
    hear(live, &unknown, ground);
}

/// What coders add and do not agree on says what its words say.
fn read_contested_additions(live: &mut [Live<'_>], codings: &[Coding], ground: &mut Ground<'_>) {
    let is_contested = |one: &Live<'_>| {
        let is_added = one.decision.action == Action::Add && exactly(codings, one).is_none();
        is_added && (one.contested.assertion || one.contested.voice)
    };
    let contested: Vec<usize> = (0..live.len())
        .filter(|&at| is_contested(&live[at]))
        .collect();
    hear(live, &contested, ground);
}

fn hear(live: &mut [Live<'_>], which: &[usize], ground: &mut Ground<'_>) {
    if which.is_empty() {
        return;
    }
    let spans: Vec<Span> = which.iter().map(|&at| live[at].span).collect();
    for (&at, heard) in which.iter().zip((ground.hear)(&spans)) {
        live[at].heard = heard;
    }
}

fn exactly<'c>(codings: &'c [Coding], one: &Live<'_>) -> Option<&'c Coding> {
    let same = |c: &&Coding| Some(c.code) == one.wanted && c.span == one.span;
    codings.iter().find(same)
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
            heard: (Facts::default(), Voice::Reported),
            contested: Over::default(),
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
        let denies = |l: &&Live<'_>| !l.contested.code || l.decision.action == Action::Reject;
        let denying = live.iter().filter(denies).filter(|l| l.denies(coding));
        let denying: Vec<&Live<'_>> = denying.collect();
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
    ground: &Ground<'_>,
) -> (Outcome, String) {
    let found = best(codings, rules, one.wanted, one.span);
    let Some(found) = found else {
        let (_, reason) = add(codings, one, rules, ground);
        let reason = Some(reason).filter(|r| !r.is_empty());
        let said = "no rule codes it now".to_owned();
        return (Outcome::Restored, reason.unwrap_or(said));
    };
    let coding = &mut codings[found];
    if coding.why_not == Some(WhyNot::Rejected) {
        return (Outcome::Disputed, "the same coder rejects it".to_owned());
    }
    say(coding, one, ground.codebook);
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
    let other_assertion = one.assertion().filter(|&a| a != coding.assertion());
    let other_voice = one.voice().filter(|&v| v != coding.voice);
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
    ground: &Ground<'_>,
) -> (Outcome, String) {
    let Some(code) = one.wanted else {
        return (Outcome::NotApplied, String::new());
    };
    let (codebook, layout) = (ground.codebook, ground.layout);
    let there = codings
        .iter()
        .position(|c| c.code == code && c.span == one.span);
    if let Some(at) = there {
        return add_to(&mut codings[at], one, at < rules, codebook);
    }
    let facts = one.facts();
    let counts = codebook.code(code).count.contains(&facts.assertion());
    codings.push(Coding {
        code,
        span: one.span,
        facts,
        voice: one.voice().unwrap_or(one.heard.1),
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
        let assertion = one.assertion().unwrap_or(coding.assertion());
        let counts = codebook.code(coding.code).count.contains(&assertion);
        coding.facts = Facts::from(assertion);
        coding.voice = one.voice().unwrap_or(coding.voice);
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
        let became = {
            // What stands behind "denies" is denied.
            let text = note.text.as_str();
            let said = |span: &Span| Span::new(0, span.start).slice(text).ends_with("denies ");
            let heard = |span: &Span| {
                let assertion = if said(span) {
                    Assertion::Negated
                } else {
                    Assertion::Affirmed
                };
                (Facts::from(assertion), Voice::Reported)
            };
            let mut ground = Ground {
                codebook: &book,
                layout: &note.layout,
                hear: &mut |spans: &[Span]| spans.iter().map(&heard).collect(),
            };
            decide(&mut note.codings, &placed, &mut ground)
        };
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
                "coping \"rested not\" negated assertion rules",
                "rest \"Slept well\" affirmed counted E",
                "disputed another coder keeps it F",
                "applied E",
                "disputed another coder says another code F",
                "disputed another coder says another code E",
                "applied F",
                "disputed another coder codes it E",
            ],
        );
    }

    #[test]
    fn coders_who_say_another_assertion_leave_it_to_the_rules_whoever_comes_first() {
        for (first, second) in [("E", "F"), ("F", "E")] {
            let negated = format!("{first} keep agency negated \"chose it\"");
            let kept = format!("{second} keep agency \"chose it\"");
            let added = format!("{first} add rest negated \"Slept well\"");
            let plain = format!("{second} add rest \"Slept well\"");
            let why = "disputed another coder says another assertion or voice";
            check(
                NOTE,
                &[&negated, &kept, &added, &plain],
                &[
                    "agency \"chose it\" affirmed counted rules",
                    "coping \"rested not\" negated assertion rules",
                    &format!("rest \"Slept well\" affirmed counted {first}; {second}"),
                    &format!("{why} {second}"),
                    &format!("applied {first}"),
                    &format!("{why} {second}"),
                    &format!("applied {first}"),
                ],
            );
        }
        check(
            NOTE,
            &[
                "E keep agency \"chose it\"",
                "F recode agency rest \"chose it\"",
            ],
            &[
                "agency \"chose it\" affirmed counted rules",
                "coping \"rested not\" negated assertion rules",
                "applied F",
                "disputed another coder says another code E",
            ],
        );
    }

    #[test]
    fn what_no_rule_codes_any_more_says_what_its_words_say() {
        check(
            "She denies resting, and {agency|went}.",
            &[
                "E keep coping \"resting\"",
                "E recode gone rest \"resting\"",
            ],
            &[
                "coping \"resting\" negated assertion E",
                "rest \"resting\" negated assertion E",
                "agency \"went\" affirmed counted rules",
                "restored no rule codes it now",
                "applied",
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
