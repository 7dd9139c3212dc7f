//! Whose words a passage is.
//!
//! In this order: quotation marks and speakers' turns; a relative who says it; the nearest cue of
//! report or observation; a form field or box; the section; else the clinician reports.

use std::borrow::Cow;

use crate::model::coding::{CueUse, Experiencer, Facts, Time, Voice};
use crate::model::cue::{CueCategory, CuePlace};
use crate::model::layout::{Quotation, Speaker};
use crate::text::Span;

use super::cues::Cue;
use super::frame::{Break, gap};
use super::judge::Judge;
use super::subject::Subject;
use super::{SentenceContext, WholeNote};

/// Words of a quotation that are a quotation without being introduced.
const QUOTE_WORDS_MIN: usize = 2;
/// Words of a reported clause before its verb ("that she").
const CLAUSE_HEAD_WORDS_MAX: usize = 2;
/// Quotations looked back at for one that holds the passage.
const QUOTES_BACK_MAX: usize = 64;
/// Words from a quotation to the person who speaks it ("...", her older sister said).
const TAG_WORDS_MAX: usize = 4;
/// Words looked back at for the beginning of a clause or a quotation: a sentence without end is read in
/// linear time.
const WORDS_BACK_MAX: usize = 400;
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
fn by_another(judge: &Judge<'_>, cue: &Cue) -> bool {
    let subject = judge.sentence.subjects.get(cue.words.start);
    let frame = &judge.sentence.frame;
    let mut between = cue.words.end..=judge.words.start.min(frame.len().saturating_sub(1));
    // "He told me in the hall that he is": the clause that is told follows without a comma.
    between.all(|w| frame.breaks[w] < Break::Clause || frame.gaps[w] & gap::ANY == 0)
        && matches!(subject, Some(Subject::Person { word, depends: false, .. }) if *word < cue.words.start)
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

/// A quotation that carries the passage.
fn quoted(judge: &Judge<'_>) -> Option<(Voice, Span, &'static str)> {
    let quotes = &judge.layout.quotes;
    let target = judge.target.span;
    let next = quotes.partition_point(|q| q.span.start <= target.start);
    let first = next.saturating_sub(QUOTES_BACK_MAX);
    let around: Vec<&Quotation> = quotes
        .get(first..next)
        .unwrap_or_default()
        .iter()
        .filter(|q| q.span.contains(target))
        .collect();
    let Some(inner) = around.last() else {
        return mostly_quoted(judge, next);
    };
    let by_person = |q: &Quotation| speaker_before(judge, q);
    let introduced = by_person(inner);
    let told = judge.nearest(CueCategory::Relative);
    let told = told.filter(|c| !inner.span.overlaps(c.span));
    let outer = around.first().copied().unwrap_or(inner);
    let told = told.or_else(|| told_by_another(judge, inner));
    let told = told.map(|cue| cue.span);
    if let Some(span) = told.or_else(|| person_behind(judge, outer)) {
        return Some((Voice::Other, span, "quotation"));
    }
    if let Some(Speaking::Person(span)) = introduced {
        return Some((Voice::Other, span, "quotation"));
    }
    let nested_in_another = around
        .iter()
        .rev()
        .skip(1)
        .any(|q| matches!(by_person(q), Some(Speaking::Person(_))));
    if nested_in_another {
        return Some((Voice::Other, inner.span, "quotation"));
    }
    let whole = around.iter().any(|q| q.words >= QUOTE_WORDS_MIN);
    let reported = || nearest_report(judge, true).is_some_and(|c| is_report(judge, c));
    if whole || introduced.is_some() || reported() {
        let mark = Span::new(inner.span.start, inner.span.start);
        return Some((Voice::Quote, mark, "quotation"));
    }
    None
}

/// "Her friend, in the hall, worried that she was 'out of it'": a verb of report before the quotation that has
/// another person as its subject.
fn told_by_another<'a>(judge: &Judge<'a>, quote: &Quotation) -> Option<&'a Cue> {
    let cue = nearest_report(judge, true).filter(|c| is_report(judge, c))?;
    let before = cue.span.end <= quote.span.start;
    (before && by_another(judge, cue)).then_some(cue)
}

/// A quotation that the passage reaches out of ("feels 'at home'"), but which carries most of it.
fn mostly_quoted(judge: &Judge<'_>, next: usize) -> Option<(Voice, Span, &'static str)> {
    let quotes = judge.layout.quotes.get(next..)?;
    let target = judge.target.span;
    let inside = quotes.first().filter(|q| target.overlaps(q.span))?;
    let words = &judge.layout.words;
    let quoted = judge.sentence.frame.touching(words, inside.span);
    let shared = quoted.end.min(judge.words.end).saturating_sub(quoted.start);
    // "Reports that days feel "doable"": what is said of them is quoted.
    let ends_in_it = quoted.end >= judge.words.end
        && nearest_report(judge, true).is_some_and(|c| is_report(judge, c));
    if shared * 2 < judge.words.len() && !ends_in_it {
        return None;
    }
    let told = judge.nearest(CueCategory::Relative);
    let voice = if told.is_some() {
        Voice::Other
    } else {
        Voice::Quote
    };
    Some((
        voice,
        Span::new(inside.span.start, inside.span.start),
        "quotation",
    ))
}

/// The other person to whom the words behind a quotation give it ("...", her mother told us): by a cue, or
/// where the quotation ends in a comma.
fn person_behind(judge: &Judge<'_>, quote: &Quotation) -> Option<Span> {
    let frame = &judge.sentence.frame;
    let behind = frame.touching(&judge.layout.words, quote.span).end;
    let plain = |w: &usize| !frame.has(*w, CueCategory::Determiner);
    let head = (behind..frame.len().min(behind + TAG_WORDS_MAX)).find(plain)?;
    let list = &judge.sentence.cues.list;
    let first = list.partition_point(|c| c.words.start < behind);
    let mut cues = list[first..].iter().take_while(|c| c.words.start <= head);
    let cue = cues.find(|c| {
        let relative = judge.rules.category(c.rule) == CueCategory::Relative;
        relative && !c.words.is_empty()
    });
    let quoted = quote
        .span
        .slice(judge.text)
        .trim_end_matches(is_closing_mark);
    let goes_on = || quoted.ends_with(',') && frame.has(head, CueCategory::Person);
    let person = || Some(at_word(&judge.sentence.cues.people, head).next()?.2);
    cue.map(|cue| cue.span).or_else(|| goes_on().then(person)?)
}

fn is_closing_mark(sign: char) -> bool {
    matches!(sign, '"' | '\'' | '\u{2019}' | '\u{201D}' | ' ')
}

fn is_report(judge: &Judge<'_>, cue: &Cue) -> bool {
    judge.rules.category(cue.rule) == CueCategory::Reported
}

/// "'I'm so tired,' her mother said": the passage's subject is the speaker of its quotation.
pub(super) fn speaks_of_self(judge: &Judge<'_>) -> bool {
    let frame = &judge.sentence.frame;
    let people = &judge.sentence.cues.people;
    let quoted = |w: &usize| frame.is_quoted(*w);
    let names = CueCategory::Participant.bit()
        | CueCategory::Person.bit()
        | CueCategory::Pronoun.bit()
        | CueCategory::Object.bit();
    let last = judge.words.end.min(frame.len());
    let first = judge.words.start.saturating_sub(WORDS_BACK_MAX);
    let head = (first..judge.words.start.min(last)).rev();
    // "Looks softer than I have seen": behind a word that opens a clause stands another one's subject.
    let opens = |w: &usize| *w > judge.words.start && frame.has(*w, CueCategory::Opener);
    let inside = (judge.words.start..last).take_while(|w| !opens(w));
    // "I hold the baby": whom it is done to has not done it.
    let subjects = CueCategory::Participant.bit() | CueCategory::Pronoun.bit();
    let mut inside = inside.take_while(quoted);
    let own = inside.find(|&w| frame.roles[w] & subjects != 0);
    let parted = head
        .clone()
        .map(|w| w + 1)
        .find(|&w| frame.breaks[w] >= Break::Verb);
    // "I watched her set a limit" is of her, "I hugged her and felt whole" of me.
    let told_of = |w: &usize| {
        let is_object = frame.has(*w, CueCategory::Object) && parted.is_some_and(|at| *w < at);
        frame.roles[*w] & names != 0 && !is_object && !frame.has(*w, CueCategory::Opener)
    };
    let Some(named) = own.or_else(|| head.take_while(quoted).find(told_of)) else {
        return false;
    };
    let first_person = |(_, rule, _): &(usize, u32, Span)| {
        let rule = judge.rules.rule(*rule);
        rule.category == CueCategory::Pronoun && rule.stands_for.is_empty()
    };
    frame.has(named, CueCategory::Participant) && at_word(people, named).any(first_person)
}

/// The person words and pronouns at one word.
fn at_word(
    people: &[(usize, u32, Span)],
    word: usize,
) -> impl Iterator<Item = &(usize, u32, Span)> {
    let first = people.partition_point(|(w, ..)| *w < word);
    let rest = people.get(first..).unwrap_or_default().iter();
    rest.take_while(move |(w, ..)| *w == word)
}

enum Speaking {
    Participant,
    Person(Span),
}

/// Who introduces a quotation: the subject of the words before it, in an earlier sentence for one
/// that was opened there.
fn speaker_before(judge: &Judge<'_>, quote: &Quotation) -> Option<Speaking> {
    if let Some((carried, speaker)) = judge.sentence.carried
        && carried == quote.span
    {
        return speaker.map(Speaking::Person);
    }
    if let Some(person) = person_before(judge.note, judge.sentence, quote.span) {
        return Some(Speaking::Person(person));
    }
    let frame = &judge.sentence.frame;
    let inside = frame.touching(&judge.layout.words, quote.span);
    let before = inside.start.checked_sub(1)?;
    if let Some(person) = third_person(judge, before) {
        return Some(Speaking::Person(person));
    }
    let subject = judge.sentence.subjects.get(before)?;
    matches!(subject, Subject::Participant).then_some(Speaking::Participant)
}

/// "And he said 'come here'": of whom the participant tells in her own words, where his words follow.
fn third_person(judge: &Judge<'_>, before: usize) -> Option<Span> {
    let (frame, layout) = (&judge.sentence.frame, judge.layout);
    let turn = layout.turns.get(layout.turn_at(judge.target.span.start)?)?;
    let clause = (before.saturating_sub(TAG_WORDS_MAX)..=before).rev();
    let mut clause = clause.take_while(|&w| w == before || frame.breaks[w + 1] < Break::Verb);
    let named = clause.find(|&w| frame.has(w, CueCategory::Pronoun))?;
    let third = |(_, rule, _): &&(usize, u32, Span)| judge.rules.may_be_own(*rule);
    let person = at_word(&judge.sentence.cues.people, named).find(third)?;
    (turn.speaker == Speaker::Participant).then_some(person.2)
}

/// The other person who introduces a quotation.
pub(super) fn person_before(
    note: &WholeNote<'_>,
    sentence: &SentenceContext,
    quote: Span,
) -> Option<Span> {
    let frame = &sentence.frame;
    let inside = frame.touching(&note.layout.words, quote);
    let before = inside.start.checked_sub(1)?;
    // "Her mother, who told her, '...'": whom it is told to has not said it.
    let told = frame.has(before, CueCategory::Object) && frame.has(before, CueCategory::Reported);
    match sentence
        .subjects
        .get(before.saturating_sub(usize::from(told)))?
    {
        // "When her son will not nap, "I sit on the porch"".
        Subject::Person { depends: true, .. } | Subject::Participant => None,
        Subject::Person { span, .. } => Some(*span),
        Subject::Unnamed => {
            // "Husband, by phone: ..."
            let next = frame.breaks.get(inside.start);
            if next.is_some_and(|b| *b != Break::Colon) {
                return None;
            }
            let clause = (before.saturating_sub(WORDS_BACK_MAX)..=before)
                .rev()
                .find(|&w| w == 0 || frame.breaks[w] >= Break::Clause)?;
            let plain = |w: &usize| !frame.has(*w, CueCategory::Determiner);
            let head = (clause..=before).find(plain)?;
            let person = at_word(&sentence.cues.people, head).next();
            let person = person.filter(|_| frame.has(head, CueCategory::Person))?;
            Some(person.2)
        }
    }
}

/// A speaker's turn that holds the passage; what a relative says in it is the relative's.
fn spoken(judge: &Judge<'_>) -> Option<(Voice, Span, &'static str)> {
    let turn = judge.layout.turn_at(judge.target.span.start)?;
    let turn = judge.layout.turns.get(turn)?;
    if turn.speaker == Speaker::Participant && judge.nearest(CueCategory::Relative).is_some() {
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
fn nearest_report<'a>(judge: &Judge<'a>, seen: bool) -> Option<&'a Cue> {
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
        (place == CuePlace::Inside, unticked, judge.distance(c))
    })?;
    if is_report(judge, nearest) {
        return Some(nearest);
    }
    let reports = |c: &&&Cue| is_report(judge, c) && holds_cue(judge, c, nearest);
    Some(cues.iter().find(reports).copied().unwrap_or(nearest))
}

/// "Says she looks tearful": a report of how somebody looks is a report.
fn holds_cue(judge: &Judge<'_>, report: &Cue, other: &Cue) -> bool {
    let frame = &judge.sentence.frame;
    let from = report.words.end + CLAUSE_HEAD_WORDS_MAX;
    report.after.contains(&other.words.start)
        && (from..=other.words.start).all(|w| frame.breaks[w] < Break::Verb)
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
