//! The cues of a sentence: which of the found terms stand, and how far each reaches.
//!
//! Comes in: the matches of all terms in one sentence. Goes out: its cues in order of the text,
//! each with the words that it speaks of and with what ended its reach.

use std::ops::Range;

use crate::coding::patterns::Match;
use crate::model::cue::{CueCategory, CueEffect, CuePlace, CueRule, Direction};
use crate::model::layout::{Layout, Sentence};
use crate::text::{Span, Words};

use super::frame::{Break, Frame, gap};
use super::reach::{End, Ended, Reach};
use super::rules::Rules;
use super::sayings;
use super::whole_note::WholeNote;

/// Words of a heading's remark in brackets, and its bytes, at most.
const REMARK_WORDS_MAX: usize = 8;
const REMARK_BYTES_MAX: usize = 40;

/// Cues of a sentence, and people in it, for which room is made.
const CUES_EXPECTED: usize = 8;
/// Names of a sentence for which room is made besides its terms and signs.
const NAMES_EXPECTED: usize = 4;

/// A term found in the sentence that stands as a cue.
#[derive(Debug, Clone)]
pub(super) struct Cue {
    pub(super) rule: u32,
    /// Its words, counted from the sentence's first; empty, at the next word, for a sign.
    pub(super) words: Range<usize>,
    pub(super) span: Span,
    /// Words that it speaks of behind it.
    pub(super) after: Range<usize>,
    /// Words that it speaks of before it.
    pub(super) before: Range<usize>,
    /// The word where its reach ended.
    pub(super) ended: Ended,
    /// Looks-like cues that hide it, as indices into [`Cues::pseudo`].
    pub(super) hidden_by: Vec<u32>,
    /// A longer cue that holds it, and decides in its place where it does not overlap the passage.
    pub(super) absorbed_by: Option<Span>,
}

/// All cues of a sentence.
#[derive(Debug, Clone, Default)]
pub(super) struct Cues {
    /// Cues that decide a fact or a voice, in order of the text.
    pub(super) list: Vec<Cue>,
    /// Spans of looks-like cues.
    pub(super) pseudo: Vec<(Span, CueEffect)>,
    /// Whether a word of the present stands in the sentence.
    pub(super) now: bool,
    /// Person words and pronouns, with their rule, in order.
    pub(super) people: Vec<(usize, u32, Span)>,
}

/// A match with its rule.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) rule: u32,
    pub(super) words: Range<usize>,
    pub(super) span: Span,
    pub(super) absorbed_by: Option<Span>,
}

/// Reads a sentence's clauses and its cues, from the terms and signs that were found in it.
pub(super) fn read(
    rules: &Rules,
    note: &WholeNote<'_>,
    sentence: &Sentence,
    found: (&[Match], &[(u32, Span)]),
) -> (Frame, Cues) {
    let (text, layout) = (note.text, note.layout);
    let mut frame = Frame::new(text, layout, sentence);
    let mut found = gather(rules, layout, sentence, found);
    call_by_name(rules, note, sentence, &mut found);
    sayings::add_by_pronoun(rules, note, sentence, &mut found);
    found.sort_by_key(|f| (f.span.start, std::cmp::Reverse(f.span.end), f.rule));
    absorb(rules, &mut found);
    let mut cues = Cues {
        list: Vec::with_capacity(CUES_EXPECTED),
        people: Vec::with_capacity(CUES_EXPECTED),
        ..Cues::default()
    };
    let mut pseudo: Vec<&Found> = Vec::new();
    let mut ends: Vec<End> = Vec::new();
    for f in &found {
        match rules.category(f.rule) {
            CueCategory::Pseudo => {
                pseudo.push(f);
                cues.pseudo.push((f.span, rules.rule(f.rule).effect));
            }
            CueCategory::Terminator => {
                let rule = rules.rule(f.rule);
                // A word of the present, and no reason ("because last year").
                cues.now |=
                    rule.of[..] == [CueCategory::Historical] && rule.direction != Direction::Before;
                let bits = rule.of.iter().map(|c| c.bit()).fold(0, |a, b| a | b);
                let bits = if bits == 0 { u32::MAX } else { bits };
                ends.push(End {
                    word: f.words.start,
                    bits,
                    span: f.span,
                    forward: rule.direction != Direction::Before,
                    backward: rule.direction != Direction::After,
                });
            }
            category if category.is_fact() || category.is_voice() => {
                // A verb of saying behind a negation is led by it: "no complaints of".
                if let Some(role) = frame.roles.get_mut(f.words.end.saturating_sub(1)) {
                    *role |= category.bit();
                }
            }
            // "minds the baby, says the patient": the verb is not the baby's.
            CueCategory::Object if is_parted(&frame, f) => {}
            _ if !rules.is_meant(f.rule, || note.own_pronoun(rules)) => {}
            category => {
                mark(&mut frame, f, category);
                if matches!(category, CueCategory::Person | CueCategory::Pronoun) {
                    cues.people.push((f.words.start, f.rule, f.span));
                }
            }
        }
    }
    frame.find_breaks();
    let reach = Reach::new(text, layout, &frame, ends);
    for f in &found {
        let category = rules.category(f.rule);
        if !category.is_fact() && !category.is_voice() {
            continue;
        }
        let rule = rules.rule(f.rule);
        if stands(rule, f, &frame, text, &layout.words) {
            let hidden_by = hiders(&pseudo, rules, f);
            cues.list.push(reach.cue(rule, f, hidden_by));
        }
    }
    leave_unticked(rules, &mut cues.list);
    (frame, cues)
}

/// Whether a sign stands between the words of a term.
fn is_parted(frame: &Frame, found: &Found) -> bool {
    let mut inner = found.words.start + 1..found.words.end.min(frame.len());
    inner.any(|w| frame.gaps[w] & gap::ANY != 0)
}

/// An unticked box says nothing: "[ ] none" negates nothing.
fn leave_unticked(rules: &Rules, list: &mut Vec<Cue>) {
    let unticked = |c: &&Cue| {
        let rule = rules.rule(c.rule);
        rule.effect == CueEffect::Drop && rule.place == CuePlace::Prefix
    };
    let boxes: Vec<Range<usize>> = list
        .iter()
        .filter(unticked)
        .map(|c| c.after.clone())
        .collect();
    if boxes.is_empty() {
        return;
    }
    list.retain(|c| {
        let next = boxes.partition_point(|b| b.start <= c.words.start);
        let held = next
            .checked_sub(1)
            .is_some_and(|i| boxes[i].contains(&c.words.start));
        !held || c.words.is_empty() || !rules.category(c.rule).is_fact()
    });
}

fn gather(
    rules: &Rules,
    layout: &Layout,
    sentence: &Sentence,
    (matches, signs): (&[Match], &[(u32, Span)]),
) -> Vec<Found> {
    let first = sentence.words.start;
    let mut found = Vec::with_capacity(matches.len() + signs.len() + NAMES_EXPECTED);
    found.extend(matches.iter().filter_map(|m| {
        let inside = first <= m.words.start && m.words.end <= sentence.words.end;
        Some(Found {
            rule: rules.rule_of_term(m.pattern).filter(|_| inside)?,
            words: m.words.start - first..m.words.end - first,
            span: m.span,
            absorbed_by: None,
        })
    }));
    for &(rule, span) in signs {
        let touched = layout.words.touching(span);
        let start = touched.start.clamp(first, sentence.words.end);
        let end = touched.end.clamp(start, sentence.words.end);
        found.push(Found {
            rule,
            words: start - first..end - first,
            span,
            absorbed_by: None,
        });
    }
    if found.iter().any(|f| rules.asks_for_session(f.rule)) {
        let session_type = layout.session_type_at(sentence.span.start);
        found.retain(|f| rules.holds_in(f.rule, session_type));
    }
    found
}

/// Finds the people whom the note calls by name. A word that names the participant ("Mum feels
/// well", in a midwife's note) is nobody else's.
fn call_by_name(rules: &Rules, note: &WholeNote<'_>, sentence: &Sentence, found: &mut Vec<Found>) {
    let names = note.names(rules);
    if names.is_empty() {
        return;
    }
    let words = &note.layout.words;
    let first = sentence.words.start;
    for word in sentence.words.clone() {
        let span = words.span(word);
        let written = span.slice(note.text);
        // "Mother worried", and then "reports mother sings".
        let is_called = |(name, rule): &&(String, u32)| {
            let is_own = rules.category(*rule) == CueCategory::Participant;
            name == written || is_own && name.eq_ignore_ascii_case(written)
        };
        let Some((name, rule)) = names.iter().find(is_called) else {
            continue;
        };
        let at = word - first;
        if name.ends_with(char::is_uppercase) && !stands_as_a_name(note.text, span) {
            continue;
        }
        if rules.category(*rule) == CueCategory::Participant {
            if is_owned(rules, found, at) {
                continue;
            }
            found.retain(|f| {
                let category = rules.category(f.rule);
                let person = matches!(
                    category,
                    CueCategory::Person | CueCategory::Relative | CueCategory::Other
                );
                !(person && f.words.start == at)
            });
        } else {
            // "Irene says": as if it were "her sister says".
            found.extend(sayings::by_name(rules, note, sentence, (found, at)));
        }
        found.push(Found {
            rule: *rule,
            words: at..at + 1,
            span,
            absorbed_by: None,
        });
    }
}

/// "Mother feeds well; her own mother came": somebody's mother is another one.
fn is_owned(rules: &Rules, found: &[Found], at: usize) -> bool {
    let ends = |category: CueCategory, end: usize| {
        let at = |f: &Found| f.words.end == end && rules.category(f.rule) == category;
        found.iter().any(at)
    };
    let behind_own = at > 0 && ends(CueCategory::Determiner, at);
    ends(CueCategory::Owner, at) || behind_own && ends(CueCategory::Owner, at - 1)
}

/// "D. says", "D says": a letter that is a name, and no heading ("D: ...") or dose.
fn stands_as_a_name(text: &str, letter: Span) -> bool {
    let behind = Span::new(letter.end, text.len()).slice(text);
    let spoken_of = |rest: &str| rest.starts_with(char::is_lowercase);
    behind.starts_with('.') || behind.strip_prefix(' ').is_some_and(spoken_of)
}

/// Finds what lies inside a longer cue: "no" in "no longer", "not" in "not sure". Building words
/// are dropped there, but for people and a verb that begins the cue; a cue steps back.
fn absorb(rules: &Rules, found: &mut Vec<Found>) {
    let mut reach: Option<Span> = None;
    found.retain_mut(|f| {
        let category = rules.category(f.rule);
        let outer = reach.filter(|span| span.contains(f.span) && *span != f.span);
        if category.is_fact() && outer.is_none() && rules.rule(f.rule).place == CuePlace::Anywhere {
            reach = Some(reach.filter(|span| span.end > f.span.end).unwrap_or(f.span));
        }
        let begins = reach.is_some_and(|span| span.start == f.span.start);
        match category {
            CueCategory::Participant
            | CueCategory::Person
            | CueCategory::Pronoun
            | CueCategory::Determiner
            | CueCategory::Owner
            | CueCategory::Object
            | CueCategory::Pseudo => true,
            CueCategory::Verb | CueCategory::Speech | CueCategory::Copula => {
                outer.is_none() || begins
            }
            category if category.is_fact() => {
                f.absorbed_by = outer;
                true
            }
            category => outer.is_none() || category.is_voice(),
        }
    });
}

fn mark(frame: &mut Frame, found: &Found, category: CueCategory) {
    let all = matches!(
        category,
        CueCategory::Determiner | CueCategory::Filler | CueCategory::Abbreviation
    );
    let end = if all {
        found.words.end
    } else {
        found.words.start + 1
    };
    // What follows "made her" is hers: the last word carries the mark.
    let words = match category {
        CueCategory::Object => found.words.end.saturating_sub(1)..found.words.end,
        _ => found.words.start..end,
    };
    for w in words {
        if let Some(role) = frame.roles.get_mut(w) {
            *role |= category.bit();
        }
    }
}

/// The looks-like cues that overlap a cue and do not lie inside of it.
fn hiders(pseudo: &[&Found], rules: &Rules, found: &Found) -> Vec<u32> {
    let category = rules.category(found.rule);
    let near = pseudo.partition_point(|p| p.span.start < found.span.end);
    let mut out = Vec::new();
    // Looks-like cues are a few words long, so the ones that overlap are among the last few.
    for index in (near.saturating_sub(8)..near).rev() {
        let p = pseudo[index];
        let of = &rules.rule(p.rule).of;
        let meant = of.is_empty() && category.is_fact() || of.contains(&category);
        let inside = found.span.contains(p.span) && found.span != p.span;
        if meant && !inside && p.span.overlaps(found.span) {
            out.push(index as u32);
        }
    }
    out
}

/// Whether a term stands where its rule wants it.
fn stands(rule: &CueRule, found: &Found, frame: &Frame, text: &str, words: &Words) -> bool {
    let next = found.words.end;
    match rule.place {
        // "The baby, says the mother" is no "baby says".
        CuePlace::Anywhere if rule.category == CueCategory::Relative => !is_parted(frame, found),
        CuePlace::Note => false,
        CuePlace::Anywhere | CuePlace::Inside | CuePlace::Alone | CuePlace::Around => true,
        CuePlace::Final => next >= frame.len() || frame.breaks[next] >= Break::Comma,
        CuePlace::Start => found.words.start == 0,
        // "What is hard is her talk with her mother: no trust": no label, but the end of a sentence.
        CuePlace::Heading
            if rule.category == CueCategory::Relative
                && (0..found.words.start).any(|w| frame.has(w, CueCategory::Copula)) =>
        {
            false
        }
        CuePlace::Heading => {
            // A remark in brackets may follow the heading.
            let colon = (next..frame.len().min(next + REMARK_WORDS_MAX)).find(|&w| {
                frame.gaps[w] & gap::OPEN == 0
                    && frame.group(w) == frame.group(next.saturating_sub(1))
            });
            let next = colon.unwrap_or(next);
            let end = if next < frame.len() {
                words.span(frame.first + next).start
            } else {
                frame.span.end
            };
            let behind = Span::new(found.span.end.min(end), end).slice(text);
            let gap = past_remark(behind).trim_start();
            let dashed = gap.len() < behind.len() && gap.starts_with(['-', '\u{2013}', '\u{2014}']);
            dashed || gap.starts_with([':', '=']) || found.span.slice(text).ends_with(':')
        }
        CuePlace::Field => {
            let led = matches!(frame.breaks.get(found.words.start), Some(Break::Colon))
                || found
                    .span
                    .slice(text)
                    .trim_start()
                    .starts_with([':', '-', '=', '?', '\u{2013}'])
                || found.words.start > 0 && field_dash(found, frame, text, words);
            led && (next >= frame.len() || frame.breaks[next] >= Break::Comma)
        }
        CuePlace::Prefix => {
            let Some(next) = next
                .lt(&frame.len())
                .then(|| words.span(frame.first + next))
            else {
                return false;
            };
            let between = Span::new(found.span.end.min(next.start), next.start);
            between.slice(text).trim().is_empty() && between.len() <= 1
        }
    }
}

/// "Collateral (mother): ...": what stands behind a heading's remark in brackets.
fn past_remark(behind: &str) -> &str {
    let close = behind
        .trim_start()
        .starts_with('(')
        .then(|| behind.find(')'));
    match close.flatten() {
        Some(at) if at <= REMARK_BYTES_MAX => Span::new(at + 1, behind.len()).slice(behind),
        _ => behind,
    }
}

/// "Allergies - none": a dash between name and value.
fn field_dash(found: &Found, frame: &Frame, text: &str, words: &Words) -> bool {
    let before = words.span(frame.first + found.words.start - 1).end;
    let between = Span::new(before.min(found.span.start), found.span.start);
    matches!(
        between.slice(text).trim(),
        "-" | "\u{2013}" | "\u{2014}" | "--"
    )
}
