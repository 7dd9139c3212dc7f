//! Whose words a passage is.
//!
//! In this order: quotation marks and speakers' turns; a relative who says it; the nearest cue of
//! report or observation; a form field or box; the section; else the clinician reports.

use std::borrow::Cow;

use crate::model::coding::{CueUse, Experiencer, Facts, Time, Voice};
use crate::model::cue::{CueCategory, CuePlace};
use crate::model::layout::Speaker;
use crate::text::Span;

use super::cues::Cue;
use super::frame::{Break, gap};
use super::judge::Judge;
use super::quotation::quoted;
use super::subject::Subject;

/// Words of a reported clause before its verb ("that she").
const CLAUSE_HEAD_WORDS_MAX: usize = 2;
/// Words from the participant to the verb by which something is said ("patient called in and said").
const NAMED_WORDS_MAX: usize = 5;
/// Words of a form field's name and value, at most.
const FIELD_WORDS_MAX: usize = 5;

/// The voice, and what decided it.
pub(super) fn decide(judge: &Judge<'_>, facts: Facts) -> (Voice, Option<CueUse>) {
    if let Some(heading) = informant(judge) {
        return (Voice::Other, Some(sign(heading, "section", Voice::Other)));
    }
    if let Some((voice, span, why)) = quoted(judge).or_else(|| spoken(judge)) {
        return (voice, Some(sign(span, why, voice)));
    }
    let relative = judge.nearest(CueCategory::Relative);
    if let Some(cue) = relative {
        return (Voice::Other, Some(judge.cue_use(cue)));
    }
    if let Some(cue) = judge.field_cue() {
        let voice = Voice::Clinician;
        return (voice, Some(sign(cue.span, "field", voice)));
    }
    let section = section_voice(judge);
    let told = section.is_some_and(|(voice, _)| voice == Voice::Reported);
    let seen =
        facts.time == Time::Current && facts.experiencer == Experiencer::Participant && !told;
    if let Some(cue) = nearest_report(judge, seen) {
        let voice = match judge.rules.category(cue.rule) {
            CueCategory::Clinician => Voice::Clinician,
            _ if by_another(judge, cue) => Voice::Other,
            _ => Voice::Reported,
        };
        return (voice, Some(judge.cue_use(cue)));
    }
    if let Some(cue) = told_inside(judge) {
        return (Voice::Reported, Some(judge.cue_use(cue)));
    }
    if let Some(span) = field(judge).filter(|_| facts.time == Time::Current) {
        return (
            Voice::Clinician,
            Some(sign(span, "field", Voice::Clinician)),
        );
    }
    if let Some((voice, span)) = section {
        return (voice, Some(sign(span, "section", voice)));
    }
    if let Some((rule, span)) = recorded(judge, seen) {
        let rule = judge.rules.rule(rule).id.clone();
        return (Voice::Clinician, Some(sign(span, rule, Voice::Clinician)));
    }
    (Voice::Reported, None)
}

/// "Her mother called and said that": the verb of saying has another subject.
pub(super) fn by_another(judge: &Judge<'_>, cue: &Cue) -> bool {
    let subject = judge.sentence.subjects.get(cue.words.start);
    let frame = &judge.sentence.frame;
    // "She made the call, he said okay": no saying of what stands before it.
    let behind = cue.words.start >= judge.words.end;
    let ends = |w: usize| frame.breaks.get(w).is_none_or(|b| *b >= Break::Comma);
    if behind && !ends(cue.words.end) {
        return false;
    }
    let mut between = cue.words.end..=judge.words.start.min(frame.len().saturating_sub(1));
    // "He told me in the hall that he is": the clause that is told follows without a comma.
    between.all(|w| frame.breaks[w] < Break::Clause || frame.gaps[w] & gap::ANY == 0)
        && matches!(subject, Some(Subject::Person { word, depends: false, .. }) if *word <= cue.words.start)
        && !cue.span.overlaps(judge.target.span)
}

/// A verb of report in the passage itself, with the participant as its subject ("denies HA").
fn told_inside<'a>(judge: &Judge<'a>) -> Option<&'a Cue> {
    let list = &judge.sentence.cues.list;
    let from = list.partition_point(|c| c.words.start < judge.words.start);
    let mut inside = list[from..]
        .iter()
        .take_while(|c| c.words.start < judge.words.end);
    inside.find(|c| {
        let subject = judge.sentence.subjects.get(c.words.start);
        judge.rules.category(c.rule) == CueCategory::Reported
            && !matches!(subject, Some(Subject::Person { .. }))
    })
}

/// In a record of measurements what nobody is said to have said was seen or asked by its writer.
fn recorded(judge: &Judge<'_>, seen: bool) -> Option<(u32, Span)> {
    let unnamed = matches!(judge.subject(), Subject::Unnamed);
    (seen && unnamed)
        .then(|| judge.note.record(judge.rules))
        .flatten()
}

fn sign(span: Span, rule: impl Into<Cow<'static, str>>, voice: Voice) -> CueUse {
    CueUse {
        span,
        rule: rule.into(),
        decides: voice.as_str(),
        ended_by: Cow::Borrowed(""),
    }
}

pub(super) fn is_report(judge: &Judge<'_>, cue: &Cue) -> bool {
    judge.rules.category(cue.rule) == CueCategory::Reported
}

/// A speaker's turn that holds the passage; what a relative says in it is the relative's.
fn spoken(judge: &Judge<'_>) -> Option<(Voice, Span, &'static str)> {
    let turn = judge.layout.turn_at(judge.target.span.start)?;
    let turn = judge.layout.turns.get(turn)?;
    // "She says I'm easier to find", in the participant's own words.
    let says = |c: &Cue| {
        is_report(judge, c)
            && by_another(judge, c)
            && leads_to(judge, c, judge.words.start)
            && !judge.sentence.frame.has(c.words.end, CueCategory::And)
    };
    let told = || {
        judge.nearest(CueCategory::Relative).is_some()
            || nearest_report(judge, true).is_some_and(says)
    };
    if turn.speaker == Speaker::Participant && told() {
        return None;
    }
    let voice = match turn.speaker {
        Speaker::Participant => Voice::Quote,
        Speaker::Clinician => Voice::Clinician,
        Speaker::Other => Voice::Other,
    };
    let start = Span::new(turn.span.start, turn.span.start);
    Some((voice, start, "turn"))
}

/// The nearest cue of report or observation; one beside the passage before one inside of it.
/// A sign inside of it tells only what was `seen`: of the participant, now.
pub(super) fn nearest_report<'a>(judge: &Judge<'a>, seen: bool) -> Option<&'a Cue> {
    let cues = judge.covering().filter(|c| {
        let rule = judge.rules.rule(c.rule);
        matches!(
            rule.category,
            CueCategory::Reported | CueCategory::Clinician
        ) && (seen || rule.place != CuePlace::Inside)
    });
    let cues: Vec<&Cue> = cues.collect();
    let nearest = cues.iter().copied().min_by_key(|c| {
        // A box is ticked by its writer, whoever "reported" what stands behind it.
        let place = judge.rules.rule(c.rule).place;
        let unticked = place != CuePlace::Prefix;
        let inside = place == CuePlace::Inside;
        (inside, unticked, is_parted(judge, c), judge.distance(c))
    })?;
    if is_report(judge, nearest) {
        return Some(nearest);
    }
    let reports = |c: &&&Cue| is_report(judge, c) && holds_cue(judge, c, nearest);
    Some(cues.iter().find(reports).copied().unwrap_or(nearest))
}

/// "Denies headache; dizziness at 40 min": a sign begins another statement between a cue and the passage.
fn is_parted(judge: &Judge<'_>, cue: &Cue) -> bool {
    let frame = &judge.sentence.frame;
    let between = if cue.words.start >= judge.words.end {
        judge.words.end..=cue.words.start
    } else {
        cue.words.end..=judge.words.start
    };
    let last = frame.len().saturating_sub(1);
    let mut between = between.filter(|&w| w <= last);
    between.any(|w| frame.gaps[w] & (gap::CLAUSE | gap::STOP) != 0)
}

/// "Says she looks tearful": a report of how somebody looks is a report.
fn holds_cue(judge: &Judge<'_>, report: &Cue, other: &Cue) -> bool {
    leads_to(judge, report, other.words.start)
}

/// Whether the clause that a report opens holds a word.
pub(super) fn leads_to(judge: &Judge<'_>, report: &Cue, word: usize) -> bool {
    let frame = &judge.sentence.frame;
    let from = report.words.end + CLAUSE_HEAD_WORDS_MAX;
    report.after.contains(&word) && (from..=word).all(|w| frame.breaks[w] < Break::Verb)
}

/// "Mood: anxious", "Nausea: mild": a short field without a verb.
fn field(judge: &Judge<'_>) -> Option<Span> {
    let frame = &judge.sentence.frame;
    let reach = judge.words.start.saturating_sub(FIELD_WORDS_MAX);
    let end = (judge.words.end + FIELD_WORDS_MAX).min(frame.len());
    let is_colon = |w: &usize| frame.breaks.get(*w) == Some(&Break::Colon);
    // "Energy: low" may be the passage itself.
    let begins = frame.breaks.get(judge.words.start) >= Some(&Break::Comma);
    let last = if judge.words.start == 0 || begins {
        judge.words.end.saturating_sub(1)
    } else {
        judge.words.start
    };
    let before = (reach..=last.min(frame.len().saturating_sub(1)))
        .rev()
        .find(is_colon);
    let behind = (judge.words.end..end).find(is_colon);
    let colon = before.or(behind).filter(|&w| w > 0)?;
    if colon > FIELD_WORDS_MAX && before.is_none() {
        return None;
    }
    let value_end = (colon + 1..frame.len().min(colon + FIELD_WORDS_MAX + 2))
        .find(|&w| frame.breaks[w] >= Break::Stop || frame.breaks[w] == Break::Colon)
        .unwrap_or_else(|| frame.len().min(colon + FIELD_WORDS_MAX + 2));
    let verbs = CueCategory::Verb.bit() | CueCategory::Speech.bit();
    let plain = (colon..value_end).all(|w| frame.roles[w] & verbs == 0);
    let short = value_end - colon <= FIELD_WORDS_MAX;
    (plain && short).then(|| judge.layout.words.span(frame.first + colon - 1))
}

/// The heading of somebody else's report ("Collateral call with husband"): whatever stands below it is told by
/// that person, but for what the participant is named to say; where it stands inside of a line, quoted words are.
fn informant(judge: &Judge<'_>) -> Option<Span> {
    let (voice, heading) = section_voice(judge)?;
    let in_turn = judge.layout.turn_at(judge.target.span.start).is_some();
    let by_participant = |c: &Cue| {
        judge.rules.category(c.rule) == CueCategory::Reported && names_participant(judge, c)
    };
    let reported = judge.covering().any(by_participant);
    let start = judge.target.span.start;
    let before = Span::new(0, heading.start.min(start)).slice(judge.text);
    let begins = before
        .trim_end_matches(['#', '*', '_', '-', ' ', '\t'])
        .ends_with('\n')
        || before.trim().is_empty();
    let quoted = judge.words.start < judge.sentence.frame.len()
        && judge.sentence.frame.is_quoted(judge.words.start);
    let holds = begins || quoted;
    (voice == Voice::Other && holds && !in_turn && !reported).then_some(heading)
}

/// Whether a verb of saying has a word for the participant before it or in it that is no pronoun.
fn names_participant(judge: &Judge<'_>, cue: &Cue) -> bool {
    let frame = &judge.sentence.frame;
    let from = cue.words.start.saturating_sub(NAMED_WORDS_MAX);
    (from..cue.words.end)
        .any(|w| frame.has(w, CueCategory::Participant) && !frame.has(w, CueCategory::Pronoun))
}

/// The voice of the section's passages where nothing else tells it.
fn section_voice(judge: &Judge<'_>) -> Option<(Voice, Span)> {
    let index = judge.layout.section_at(judge.target.span.start)?;
    let section = judge.layout.sections.get(index)?;
    section.voice.map(|voice| (voice, section.heading))
}
