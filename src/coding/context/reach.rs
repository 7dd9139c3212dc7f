//! How far a cue reaches, and what ends it.
//!
//! Comes in: a sentence's frame and a term that stands as a cue. Goes out: the words that it speaks
//! of. A reach ends at a terminator, where a bracket or quotation closes, at a break that the rule
//! may not cross, or after the rule's number of words.

use crate::model::cue::{CueCategory, CueEffect, CuePlace, CueRule, CueScope, Direction, Opens};
use crate::model::layout::Layout;
use crate::text::Span;

use super::cues::{Cue, Found};
use super::frame::{Break, Frame, ListEnd};

/// Words that any reach spans at most: it bounds the work for one passage.
pub(super) const REACH_WORDS_MAX: usize = 120;
/// Words between a cue and the colon behind which its list begins, at most.
const COLON_WORDS_MAX: usize = 3;

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

/// A terminator found in the sentence.
pub(super) struct End {
    /// The word at which it begins.
    pub(super) word: usize,
    /// Whose reach it ends: bits of categories.
    pub(super) bits: u32,
    pub(super) span: Span,
    /// Whether it ends a reach to the right.
    pub(super) forward: bool,
    /// Whether it also ends a reach to the left ("but" does, "after" does not).
    pub(super) backward: bool,
}

/// Words that may stand between a cue and the verb of the clause that it opens.
const LEADS_A_CLAUSE: u32 = 1 << CueCategory::Opener as u32
    | 1 << CueCategory::Pronoun as u32
    | 1 << CueCategory::Participant as u32
    | 1 << CueCategory::Person as u32
    | 1 << CueCategory::Determiner as u32
    | 1 << CueCategory::Filler as u32;

/// Works out the reaches of one sentence's cues.
pub(super) struct Reach<'f> {
    pub(super) text: &'f str,
    pub(super) frame: &'f Frame,
    pub(super) layout: &'f Layout,
    /// The sentence's terminators, in order.
    ends: Vec<End>,
    /// Words before which nothing stands that could end a reach which has come to the word before them.
    passed: Vec<bool>,
}

impl<'f> Reach<'f> {
    /// The reaches of a sentence whose breaks and terminators are known.
    pub(super) fn new(text: &'f str, layout: &'f Layout, frame: &'f Frame, ends: Vec<End>) -> Self {
        let mut passed: Vec<bool> = (0..frame.len()).map(|w| frame.goes_on_at(w)).collect();
        for end in &ends {
            if let Some(passed) = passed.get_mut(end.word) {
                *passed = false;
            }
        }
        Self {
            text,
            frame,
            layout,
            ends,
            passed,
        }
    }

    /// A found term as a cue with its reach.
    pub(super) fn cue(&self, rule: &CueRule, found: &Found, hidden_by: Vec<u32>) -> Cue {
        let (start, end) = (found.words.start, found.words.end);
        let mut cue = Cue {
            rule: found.rule,
            words: found.words.clone(),
            span: found.span,
            after: end..end,
            before: start..start,
            ended: Ended::Sentence,
            hidden_by,
            absorbed_by: found.absorbed_by,
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
            let (from, ended) = self.backward(rule, found, most);
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
        let sign = found.words.is_empty() || rule.place == CuePlace::Prefix;
        // A cue that ends in a bracket and began outside ("Lexapro (2020)") speaks outside.
        let begins_outside = !sign && self.frame.is_open(self.layout, found.words.start, end - 1);
        let home = match (sign, begins_outside) {
            (true, _) => end,
            (false, true) => found.words.start,
            (false, false) => end - 1,
        };
        let mut opening = rule.opens == Opens::Clause;
        for w in end..self.frame.len() {
            if w - end >= most {
                return (w, Ended::Words);
            }
            if w > end && self.passed[w] {
                opening &= self.frame.roles[w] & LEADS_A_CLAUSE != 0;
                continue;
            }
            if let Some(end) = self.ended_at(w, rule.category).find(|e| e.forward) {
                return (w, Ended::Cue(end.span));
            }
            if home < self.frame.len() && !self.frame.is_open(self.layout, home, w) {
                return (w, Ended::At(w));
            }
            let at_once = w == end && sign;
            if !at_once && !self.crosses(rule, w, w - end, opening) {
                return (w, Ended::At(w));
            }
            opening &= self.frame.roles[w] & LEADS_A_CLAUSE != 0;
        }
        (self.frame.len(), Ended::Sentence)
    }

    /// The first word of a reach to the left, and why it begins there.
    fn backward(&self, rule: &CueRule, found: &Found, most: usize) -> (usize, Ended) {
        let start = found.words.start;
        let attached = found.words.is_empty() && self.is_attached(found);
        let home = start.min(self.frame.len().saturating_sub(1));
        for w in (1..=start).rev() {
            let before = w - 1;
            if start - w >= most {
                return (w, Ended::Words);
            }
            if self.passed.get(w) == Some(&true) {
                continue;
            }
            if w < self.frame.len() {
                let at_once = w == start && (rule.place == CuePlace::Field || attached);
                if !at_once && !self.crosses(rule, w, start - w, false) {
                    return (w, Ended::At(w));
                }
                if w < start
                    && let Some(end) = self.ended_at(w, rule.category).find(|e| e.backward)
                {
                    return (w, Ended::Cue(end.span));
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

    /// Whether a sign stands right behind a word ("nausea?").
    fn is_attached(&self, found: &Found) -> bool {
        let Some(before) = found.words.start.checked_sub(1) else {
            return false;
        };
        let before = self.layout.words.span(self.frame.first + before).end;
        let between = Span::new(before.min(found.span.start), found.span.start).slice(self.text);
        between.chars().all(|c| c == ' ' || c == '(')
    }

    /// Whether a reach crosses what stands before a word.
    fn crosses(&self, rule: &CueRule, w: usize, distance: usize, opening: bool) -> bool {
        let scope = rule.scope;
        match self.frame.breaks[w] {
            Break::None | Break::Slash => true,
            Break::Or | Break::And => scope >= CueScope::Phrase,
            Break::Comma => match self.frame.list_ends[w] {
                ListEnd::Or => scope >= CueScope::Phrase,
                ListEnd::And => scope >= CueScope::Joined,
                ListEnd::Bare => scope >= CueScope::List,
            },
            Break::Own => match self.frame.list_ends[w] {
                ListEnd::Or => scope >= CueScope::List,
                ListEnd::And | ListEnd::Bare => scope >= CueScope::Clause,
            },
            Break::Colon => {
                let lists = rule.category == CueCategory::Negation
                    || rule.effect == CueEffect::Drop
                    || rule.category.is_voice();
                distance == 0 || lists && distance < COLON_WORDS_MAX || scope == CueScope::Sentence
            }
            Break::Verb => scope >= CueScope::Clause || opening,
            Break::Clause => {
                let says = rule.category.is_voice() && rule.opens == Opens::Clause;
                scope >= CueScope::Sentence || opening || says && self.goes_on_saying(w)
            }
            Break::Stop => false,
        }
    }

    /// "Said that she sleeps and that she eats": a further thing is said.
    fn goes_on_saying(&self, w: usize) -> bool {
        let and = |w: usize| self.frame.has(w, CueCategory::And);
        let opens = |w: usize| {
            self.frame.has(w, CueCategory::Opener) && !self.frame.has(w, CueCategory::Pronoun)
        };
        and(w) && opens(w + 1) || opens(w) && w > 0 && and(w - 1)
    }

    /// The terminators that begin at a word and end the reach of a category.
    fn ended_at(&self, w: usize, category: CueCategory) -> impl Iterator<Item = &End> {
        let first = self.ends.partition_point(|e| e.word < w);
        let here = self.ends[first..].iter().take_while(move |e| e.word == w);
        here.filter(move |e| e.bits & category.bit() != 0)
    }
}
