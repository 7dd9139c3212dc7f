//! Who speaks in a quotation, and of whom.
//!
//! Comes in: a passage and the quotations that hold it. Goes out: whose words it is: of whoever introduces the
//! quotation, says it behind it, or says inside of it what follows; and whether its speaker speaks of himself.

use crate::model::coding::Voice;
use crate::model::cue::{CueCategory, CuePlace};
use crate::model::layout::{Quotation, Speaker};
use crate::text::Span;

use super::cues::Cue;
use super::frame::{Break, Frame, gap};
use super::judge::Judge;
use super::subject::Subject;
use super::voice::{by_another, is_report, leads_to, nearest_report};
use super::{SentenceContext, WholeNote};

/// Words of a quotation that are a quotation without being introduced.
const QUOTE_WORDS_MIN: usize = 2;
/// Quotations looked back at for one that holds the passage.
const QUOTES_BACK_MAX: usize = 64;
/// Words from a quotation to the person who speaks it ("...", her older sister said).
const TAG_WORDS_MAX: usize = 4;
/// Words looked back at for the beginning of a clause or a quotation: a sentence without end is read in
/// linear time.
const WORDS_BACK_MAX: usize = 400;

/// A passage without the quotation marks at its ends, which some patterns ask for.
fn within_marks(text: &str, passage: Span) -> Span {
    const MARKS: [char; 5] = ['"', '\u{201C}', '\u{201D}', '\u{AB}', '\u{BB}'];
    let written = passage.slice(text);
    let end = passage.start + written.trim_end_matches(MARKS).len();
    let start = passage.end - written.trim_start_matches(MARKS).len();
    if start < end {
        Span::new(start, end)
    } else {
        passage
    }
}

/// A quotation that carries the passage.
pub(super) fn quoted(judge: &Judge<'_>) -> Option<(Voice, Span, &'static str)> {
    let quotes = &judge.layout.quotes;
    let target = within_marks(judge.text, judge.target.span);
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
    // "Baby: "he is my little guy"": a child of whom a field tells says nothing.
    let is_childs = judge.covering().any(|c| {
        let rule = judge.rules.rule(c.rule);
        rule.category == CueCategory::Other && rule.place == CuePlace::Heading
    });
    let introduced = by_person(inner).filter(|_| !is_childs);
    // "My wife says I'm softer": what another one says inside of it, but for what follows on that.
    let told = judge.nearest(CueCategory::Relative);
    let told =
        told.filter(|c| !inner.span.overlaps(c.span) || leads_to(judge, c, judge.words.start));
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

/// "'I'm so tired,' her mother said": the passage's subject is the speaker of its quotation.
pub(super) fn speaks_of_self(judge: &Judge<'_>) -> bool {
    let frame = &judge.sentence.frame;
    // "My wife says I'm softer", in the participant's quotation.
    let retold = |c: &Cue| c.words.start < frame.len() && frame.is_quoted(c.words.start);
    if judge.nearest(CueCategory::Relative).is_some_and(retold) {
        return false;
    }
    let people = &judge.sentence.cues.people;
    let told = in_account(judge);
    let quoted = |w: &usize| told || frame.is_quoted(*w);
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
        .find(|&w| frame.breaks.get(w) >= Some(&Break::Verb));
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

/// Whether the passage stands in what somebody else wrote or told: a section of that voice, or a turn.
fn in_account(judge: &Judge<'_>) -> bool {
    let (layout, at) = (judge.layout, judge.target.span.start);
    let turn = layout.turn_at(at).and_then(|i| layout.turns.get(i));
    let section = layout.section_at(at).and_then(|i| layout.sections.get(i));
    turn.is_some_and(|turn| turn.speaker == Speaker::Other)
        || section.is_some_and(|section| section.voice == Some(Voice::Other))
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
        // "Her daughter, who "lights me up"": somebody of whom it is said.
        Subject::Person { word, acts, .. }
            if (*acts || frame.has(before, CueCategory::Opener))
                && !introduces(frame, *word + 1..inside.start) =>
        {
            None
        }
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

/// Whether words lead to a quotation by a verb of saying, or by the sign before it.
fn introduces(frame: &Frame, words: std::ops::Range<usize>) -> bool {
    let says =
        CueCategory::Reported.bit() | CueCategory::Relative.bit() | CueCategory::Speech.bit();
    let sign = frame.gaps.get(words.end).copied().unwrap_or_default();
    sign & (gap::COMMA | gap::COLON) != 0 || words.into_iter().any(|w| frame.roles[w] & says != 0)
}
