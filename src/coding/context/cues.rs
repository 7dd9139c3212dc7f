//! The cues of a sentence: which of the found terms stand, and how far each reaches.
//!
//! Comes in: the matches of all terms in one sentence. Goes out: its cues in order of the text,
//! each with the words that it speaks of and with what ended its reach.

use std::ops::Range;

use crate::coding::patterns::Match;
use crate::model::cue::{CueCategory, CueEffect, CuePlace, CueRule, CueScope, Direction, Opens};
use crate::model::layout::{Layout, Sentence};
use crate::text::{Span, Words};

use super::frame::{Break, Frame, ListEnd};
use super::rules::Rules;

/// Words that any reach spans at most: it bounds the work for one passage.
pub(super) const REACH_WORDS_MAX: usize = 120;
/// Words between a cue and the colon behind which its list begins, at most.
const COLON_WORDS_MAX: usize = 3;

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
}

/// What ended a reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Nothing before the sentence's end.
    Sentence,
    /// The number of words.
    Words,
    /// What stands at a word.
    At(usize),
    /// Another cue.
    Cue(Span),
}

/// All cues of a sentence.
#[derive(Debug, Clone, Default)]
pub(super) struct Cues {
    /// Cues that decide a fact or a voice, in order of the text.
    pub(super) list: Vec<Cue>,
    /// Spans of looks-like cues.
    pub(super) pseudo: Vec<(Span, CueEffect)>,
    /// Person words and pronouns, with their rule, in order.
    pub(super) people: Vec<(usize, u32, Span)>,
}

/// A match with its rule.
#[derive(Debug, Clone)]
struct Found {
    rule: u32,
    words: Range<usize>,
    span: Span,
}

/// Reads the cues of a sentence and its clauses.
pub(super) fn read(
    rules: &Rules,
    text: &str,
    layout: &Layout,
    sentence: &Sentence,
    matches: &[Match],
) -> (Frame, Cues) {
    let mut frame = Frame::new(text, layout, sentence);
    let mut found = gather(rules, text, layout, sentence, matches);
    found.sort_by_key(|f| (f.span.start, std::cmp::Reverse(f.span.end), f.rule));
    absorb(rules, &mut found);
    let mut cues = Cues::default();
    let mut pseudo: Vec<&Found> = Vec::new();
    let mut ends: Vec<(usize, u32, Span)> = Vec::new();
    for f in &found {
        let rule = rules.rule(f.rule);
        match rule.category {
            CueCategory::Pseudo => {
                pseudo.push(f);
                cues.pseudo.push((f.span, rule.effect));
            }
            CueCategory::Terminator => {
                let bits = rule.of.iter().map(|c| c.bit()).fold(0, |a, b| a | b);
                let bits = if bits == 0 { u32::MAX } else { bits };
                ends.push((f.words.start, bits, f.span));
            }
            category if category.is_fact() || category.is_voice() => {}
            category => {
                mark(&mut frame, f, category);
                if matches!(category, CueCategory::Person | CueCategory::Pronoun) {
                    cues.people.push((f.words.start, f.rule, f.span));
                }
            }
        }
    }
    frame.find_breaks();
    let reach = Reach {
        frame: &frame,
        layout,
        ends,
    };
    for f in &found {
        let rule = rules.rule(f.rule);
        if (rule.category.is_fact() || rule.category.is_voice())
            && stands(rule, f, &frame, text, &layout.words)
        {
            let hidden_by = hiders(&pseudo, rules, f);
            cues.list.push(reach.cue(rule, f, hidden_by));
        }
    }
    (frame, cues)
}

fn gather(
    rules: &Rules,
    text: &str,
    layout: &Layout,
    sentence: &Sentence,
    matches: &[Match],
) -> Vec<Found> {
    let first = sentence.words.start;
    let words = matches.iter().filter_map(|m| {
        let inside = first <= m.words.start && m.words.end <= sentence.words.end;
        Some(Found {
            rule: rules.rule_of_term(m.pattern).filter(|_| inside)?,
            words: m.words.start - first..m.words.end - first,
            span: m.span,
        })
    });
    let mut found: Vec<Found> = words.collect();
    for (rule, span) in rules.signs(text, &layout.words, sentence.span) {
        let touched = layout.words.touching(span);
        let start = touched.start.clamp(first, sentence.words.end);
        let end = touched.end.clamp(start, sentence.words.end);
        found.push(Found {
            rule,
            words: start - first..end - first,
            span,
        });
    }
    found
}

/// Drops what lies inside a longer cue: "no" in "no longer", "not" in "not sure". People stay.
fn absorb(rules: &Rules, found: &mut Vec<Found>) {
    let mut reach: Option<(Span, bool)> = None;
    found.retain(|f| {
        let category = rules.category(f.rule);
        let names = matches!(
            category,
            CueCategory::Participant
                | CueCategory::Person
                | CueCategory::Pronoun
                | CueCategory::Determiner
                | CueCategory::Object
        );
        let inside = reach.is_some_and(|(span, _)| span.contains(f.span) && span != f.span);
        let decides = category.is_fact() || category == CueCategory::Terminator;
        if decides && !inside && reach.is_none_or(|(span, _)| span.end <= f.span.end) {
            reach = Some((f.span, true));
        }
        !inside || names || category.is_voice() || category == CueCategory::Pseudo
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
        CuePlace::Anywhere | CuePlace::Inside | CuePlace::Alone | CuePlace::Around => true,
        CuePlace::Final => next >= frame.len() || frame.breaks[next] >= Break::Comma,
        CuePlace::Start => found.words.start == 0,
        CuePlace::Heading => {
            let end = if next < frame.len() {
                words.span(frame.first + next).start
            } else {
                frame.span.end
            };
            let behind = Span::new(found.span.end.min(end), end)
                .slice(text)
                .trim_start();
            behind.starts_with([':', '-', '\u{2013}', '\u{2014}', '='])
                || found.span.slice(text).ends_with(':')
        }
        CuePlace::Field => {
            let led = matches!(frame.breaks.get(found.words.start), Some(Break::Colon))
                || found
                    .span
                    .slice(text)
                    .trim_start()
                    .starts_with([':', '-', '=', '\u{2013}'])
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

/// "Allergies - none": a dash between name and value.
fn field_dash(found: &Found, frame: &Frame, text: &str, words: &Words) -> bool {
    let before = words.span(frame.first + found.words.start - 1).end;
    let between = Span::new(before.min(found.span.start), found.span.start);
    matches!(
        between.slice(text).trim(),
        "-" | "\u{2013}" | "\u{2014}" | "--"
    )
}

struct Reach<'f> {
    frame: &'f Frame,
    layout: &'f Layout,
    /// Words where terminators begin, whose reach they end (bits), and their spans; in order.
    ends: Vec<(usize, u32, Span)>,
}

impl Reach<'_> {
    fn cue(&self, rule: &CueRule, found: &Found, hidden_by: Vec<u32>) -> Cue {
        let (start, end) = (found.words.start, found.words.end);
        let mut cue = Cue {
            rule: found.rule,
            words: found.words.clone(),
            span: found.span,
            after: end..end,
            before: start..start,
            ended: Ended::Sentence,
            hidden_by,
        };
        if matches!(
            rule.place,
            CuePlace::Inside | CuePlace::Alone | CuePlace::Around
        ) {
            return cue;
        }
        let most = rule.reach.map_or(REACH_WORDS_MAX, |r| r as usize + 1);
        let most = most.min(REACH_WORDS_MAX);
        if rule.direction != Direction::After {
            let (from, ended) = self.backward(rule, start, most);
            cue.before = from..start;
            cue.ended = ended;
        }
        if rule.direction != Direction::Before {
            let (to, ended) = self.forward(rule, found, most);
            cue.after = end..to;
            cue.ended = ended;
        }
        cue
    }

    /// The word that a reach to the right ends before, and why.
    fn forward(&self, rule: &CueRule, found: &Found, most: usize) -> (usize, Ended) {
        let end = found.words.end;
        let home = if found.words.is_empty() { end } else { end - 1 };
        let mut opening = rule.opens == Opens::Clause;
        for w in end..self.frame.len() {
            if w - end >= most {
                return (w, Ended::Words);
            }
            if let Some(span) = self.ended_at(w, rule.category) {
                return (w, Ended::Cue(span));
            }
            if home < self.frame.len() && !self.frame.is_open(self.layout, home, w) {
                return (w, Ended::At(w));
            }
            let at_once = w == end && found.words.is_empty();
            if !at_once && !self.crosses(rule, w, w - end, opening) {
                return (w, Ended::At(w));
            }
            opening &= !self.frame.has(w, CueCategory::Verb);
        }
        (self.frame.len(), Ended::Sentence)
    }

    /// The first word of a reach to the left, and why it begins there.
    fn backward(&self, rule: &CueRule, start: usize, most: usize) -> (usize, Ended) {
        let home = start.min(self.frame.len().saturating_sub(1));
        for w in (1..=start).rev() {
            let before = w - 1;
            if start - w >= most {
                return (w, Ended::Words);
            }
            if w < self.frame.len() {
                let field = w == start && rule.place == CuePlace::Field;
                if !field && !self.crosses(rule, w, start - w, false) {
                    return (w, Ended::At(w));
                }
                if w < start
                    && let Some(span) = self.ended_at(w, rule.category)
                {
                    return (w, Ended::Cue(span));
                }
            }
            if !self.frame.is_open(self.layout, home, before)
                && !self.frame.is_open(self.layout, before, home)
            {
                return (w, Ended::At(w));
            }
        }
        (0, Ended::Sentence)
    }

    /// Whether a reach crosses what stands before a word.
    fn crosses(&self, rule: &CueRule, w: usize, distance: usize, opening: bool) -> bool {
        let scope = rule.scope;
        match self.frame.breaks[w] {
            Break::None => true,
            Break::Or | Break::And => scope >= CueScope::Phrase,
            Break::Comma => {
                scope >= CueScope::List
                    || scope == CueScope::Phrase && self.frame.list_ends[w] == ListEnd::Or
            }
            Break::Own => scope >= CueScope::Clause,
            Break::Colon => distance < COLON_WORDS_MAX || scope == CueScope::Sentence,
            Break::Verb => scope >= CueScope::Clause || opening,
            Break::Clause => scope >= CueScope::Sentence || opening,
            Break::Stop => false,
        }
    }

    /// The terminator that begins at a word and ends the reach of a category.
    fn ended_at(&self, w: usize, category: CueCategory) -> Option<Span> {
        let first = self.ends.partition_point(|(at, _, _)| *at < w);
        let here = self.ends[first..].iter().take_while(|(at, _, _)| *at == w);
        let mut meant = here.filter(|(_, bits, _)| bits & category.bit() != 0);
        meant.next().map(|(_, _, span)| *span)
    }
}
