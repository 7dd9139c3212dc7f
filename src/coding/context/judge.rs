//! Judges one passage: the four facts, each with the cue that decided it.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::coding::{
    Assertion, Certainty, CueUse, Experiencer, Facts, Polarity, Time, Voice,
};
use crate::model::cue::{CueCategory, CueEffect, CuePlace, CueScope, Opens};
use crate::model::layout::{Layout, SectionDefault};
use crate::text::Span;

use super::cues::Cue;
use super::frame::{Break, ListEnd};
use super::reach::{Ended, REACH_WORDS_MAX};
use super::subject::{Subject, in_own_words};
use super::{Decision, SentenceContext, Target, WholeNote, answer, quotation, rules::Rules, voice};

/// Words before a passage in which a verb tells of it, at most.
const TOLD_WORDS_MAX: usize = 400;
/// Words behind a passage in which "me" gives it back to the participant.
const SELF_WORDS_MAX: usize = 4;

/// A sentence and one passage of it.
pub(super) struct Judge<'a> {
    pub(super) rules: &'a Rules,
    pub(super) note: &'a WholeNote<'a>,
    pub(super) text: &'a str,
    pub(super) layout: &'a Layout,
    pub(super) sentence: &'a SentenceContext,
    pub(super) target: &'a Target<'a>,
    /// The passage's words, counted from the sentence's first.
    pub(super) words: Range<usize>,
    /// The cues that speak of the passage and are not hidden.
    covering: Vec<&'a Cue>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        rules: &'a Rules,
        note: &'a WholeNote<'a>,
        sentence: &'a SentenceContext,
        target: &'a Target<'a>,
    ) -> Self {
        let (text, layout) = (note.text, note.layout);
        let words = sentence.frame.touching(&layout.words, target.span);
        let mut judge = Self {
            rules,
            note,
            text,
            layout,
            sentence,
            target,
            words,
            covering: Vec::new(),
        };
        judge.covering = judge.near().iter().filter(|c| judge.covers(c)).collect();
        judge
    }

    pub(super) fn decide(&self) -> Decision {
        let polarity = self.nearest(CueCategory::Negation);
        let hypothetical = self.nearest(CueCategory::Hypothetical);
        let open = polarity.is_none().then_some(self);
        let denied = open.and_then(answer::denial);
        // What was asked and answered is no longer in question.
        let uncertain = self.nearest(CueCategory::Uncertain);
        let uncertain = uncertain.filter(|_| denied.is_none());
        let historical = self.nearest(CueCategory::Historical);
        // "Baby: fed at noon; mother has set up a basket."
        let heads = |cue: &Cue| self.rule(cue).place == CuePlace::Heading;
        let is_own = || self.is_named_to_act() || self.is_of_quoted_speaker();
        let other = self.nearest(CueCategory::Other);
        let other = other
            .filter(|cue| !(heads(cue) && is_own()))
            .map(|cue| self.cue_use(cue));
        let other = other.or_else(|| self.subject_use());
        let mut facts = Facts::default();
        if (polarity.is_some() || denied.is_some()) != self.target.opposite {
            facts.polarity = Polarity::Negated;
        }
        if hypothetical.is_some() {
            facts.certainty = Certainty::Hypothetical;
        } else if uncertain.is_some() {
            facts.certainty = Certainty::Uncertain;
        }
        if historical.is_some() {
            facts.time = Time::Historical;
        }
        if other.is_some() {
            facts.experiencer = Experiencer::Other;
        }
        // What a quoted relative says of himself is his own.
        let (voice, voice_cue) = voice::decide(self, facts);
        let of_speaker = voice_cue.as_ref().filter(|_| {
            voice == Voice::Other && other.is_none() && quotation::speaks_of_self(self)
        });
        let other = other.or_else(|| {
            of_speaker.map(|cue| CueUse {
                decides: Assertion::Other.as_str(),
                ..cue.clone()
            })
        });
        if other.is_some() {
            facts.experiencer = Experiencer::Other;
        }
        let drop = self
            .covering()
            .find(|cue| self.rule(cue).effect == CueEffect::Drop);
        let drop = drop.map(|cue| self.cue_use(cue));
        let decided = [polarity, hypothetical, uncertain, historical];
        let mut cues: Vec<CueUse> = decided
            .into_iter()
            .flatten()
            .map(|c| self.cue_use(c))
            .collect();
        cues.extend(denied);
        cues.extend(other);
        cues.extend(voice_cue);
        cues.extend(polarity.and_then(|cue| self.open_list(cue)));
        if self.takes_section_default(&cues) {
            self.section_default(voice, &mut facts, &mut cues);
        }
        cues.sort_by_key(|c| (c.span.start, c.span.end));
        Decision {
            facts,
            voice,
            cue: deciding(&cues, facts.assertion()).cloned(),
            cues,
            drop,
        }
    }

    /// "No nausea, dizziness": whether the list shares its "no" is for a person to judge.
    fn open_list(&self, cue: &Cue) -> Option<CueUse> {
        let rule = self.rule(cue);
        let shares = rule.scope == CueScope::List && rule.opens == Opens::Nothing;
        let frame = &self.sentence.frame;
        let bare =
            |w: usize| frame.breaks[w] == Break::Comma && frame.list_ends[w] == ListEnd::Bare;
        let crossed = (cue.words.end..=self.words.start).filter(|&w| w < frame.len());
        let open = shares && cue.after.contains(&self.words.start) && crossed.into_iter().any(bare);
        open.then_some(CueUse {
            span: cue.span,
            rule: Cow::Borrowed("open list"),
            decides: "review",
            ended_by: Cow::Borrowed(""),
        })
    }

    /// Whether the participant is the passage's subject, and acts ("Infant: per mother no rash" tells of another).
    fn is_named_to_act(&self) -> bool {
        let frame = &self.sentence.frame;
        let verbs = CueCategory::Verb.bit() | CueCategory::Copula.bit() | CueCategory::Speech.bit();
        let end = self.words.end.min(frame.len());
        let first = end.saturating_sub(TOLD_WORDS_MAX);
        let named = (first..end)
            .rev()
            .find(|&w| frame.has(w, CueCategory::Participant));
        let acts = named.is_some_and(|w| frame.roles[w..end].iter().any(|r| r & verbs != 0));
        acts && matches!(self.subject(), Subject::Participant)
    }

    /// "Baby: "he is my little guy"": words in quotation marks that hold the speaker's "my".
    fn is_of_quoted_speaker(&self) -> bool {
        let frame = &self.sentence.frame;
        let end = self.words.end.min(frame.len());
        (self.words.start..end).any(|w| {
            let first = frame.has(w, CueCategory::Owner) || frame.has(w, CueCategory::Object);
            frame.is_quoted(w) && first
        })
    }

    fn rule(&self, cue: &Cue) -> &crate::model::cue::CueRule {
        self.rules.rule(cue.rule)
    }

    /// The cues near enough to speak of the passage.
    fn near(&self) -> &'a [Cue] {
        let list = &self.sentence.cues.list;
        let from = self.words.start.saturating_sub(REACH_WORDS_MAX + 20);
        let first = list.partition_point(|c| c.words.start < from);
        let last = list.partition_point(|c| c.words.start <= self.words.end + REACH_WORDS_MAX);
        list.get(first..last).unwrap_or_default()
    }

    /// The cues that speak of the passage and are not hidden.
    pub(super) fn covering(&self) -> impl Iterator<Item = &'a Cue> {
        self.covering.iter().copied()
    }

    fn covers(&self, cue: &Cue) -> bool {
        let rule = self.rule(cue);
        let inside = match rule.place {
            CuePlace::Inside => self.target.span.contains(cue.span),
            CuePlace::Around => cue.span.contains(self.target.span),
            CuePlace::Alone => self.target.span.contains(cue.span) && self.is_alone(),
            _ if self.target.span.contains(cue.span) => self.negates_from_inside(cue),
            _ => {
                !cue.span.overlaps(self.target.span)
                    && (cue.after.contains(&self.words.start)
                        && cue.span.end <= self.target.span.start
                        || cue.before.contains(&self.words.end.saturating_sub(1)))
            }
        };
        let stands = cue
            .absorbed_by
            .is_none_or(|outer| outer.overlaps(self.target.span));
        inside && stands && !cue.hidden_by.iter().any(|&p| self.hides(p))
    }

    /// "*No* side effects": a negation that begins the passage, though its pattern does not insist
    /// on it, and reaches to its end as in a list. Verbs have more to say ("*did not* speak to her").
    fn negates_from_inside(&self, cue: &Cue) -> bool {
        let Some(own) = self.target.own_negations else {
            return false;
        };
        let negates = self.rules.category(cue.rule) == CueCategory::Negation;
        let last = self.words.end.saturating_sub(1);
        let begins = cue.words.start == self.words.start && !cue.words.is_empty();
        let lists = self.rule(cue).scope >= CueScope::List && cue.hidden_by.is_empty();
        negates && begins && lists && cue.after.contains(&last) && {
            let first = self.sentence.frame.first + cue.words.start;
            let form = self.layout.words.form(first);
            !own.iter().any(|word| word == form)
        }
    }

    /// A form field's value that speaks of the passage.
    pub(super) fn field_cue(&self) -> Option<&'a Cue> {
        let mut cues = self.covering();
        cues.find(|c| self.rule(c).place == CuePlace::Field)
    }

    /// Whether a looks-like cue hides for this passage: not where it overlaps it.
    fn hides(&self, pseudo: u32) -> bool {
        let (span, effect) = self.sentence.cues.pseudo[pseudo as usize];
        effect == CueEffect::HidesAnyway || !span.overlaps(self.target.span)
    }

    /// Whether the passage is the whole sentence, but for signs.
    fn is_alone(&self) -> bool {
        self.words.start == 0 && self.words.end == self.sentence.frame.len()
    }

    /// The cue of a category nearest to the passage.
    pub(super) fn nearest(&self, category: CueCategory) -> Option<&'a Cue> {
        let found = self
            .covering()
            .filter(|c| self.rules.category(c.rule) == category);
        found.min_by_key(|c| self.distance(c))
    }

    /// Words between a cue and the passage.
    pub(super) fn distance(&self, cue: &Cue) -> usize {
        let behind = cue.words.start.saturating_sub(self.words.end);
        self.words.start.saturating_sub(cue.words.end).max(behind)
    }

    pub(super) fn subject(&self) -> Subject {
        let subjects = &self.sentence.subjects;
        subjects
            .get(self.words.start)
            .copied()
            .unwrap_or(Subject::Unnamed)
    }

    /// Another person as the passage's subject.
    fn subject_use(&self) -> Option<CueUse> {
        let subject = self.subject();
        let Subject::Person { span, rule, .. } = subject else {
            return None;
        };
        let frame = &self.sentence.frame;
        let end = (self.words.end + SELF_WORDS_MAX).min(frame.len());
        let given_back = (self.words.start..end)
            .take_while(|&w| {
                let goes_on = frame.breaks[w] < Break::Comma && !frame.has(w, CueCategory::Opener);
                w < self.words.end || goes_on
            })
            .any(|w| frame.has(w, CueCategory::Object));
        // "He slept on my chest", in her own words.
        let is_own = in_own_words(self.note, self.target.span.start)
            || self.words.start < frame.len() && frame.is_quoted(self.words.start);
        let given_back = given_back
            || is_own
                && (self.words.start..self.words.end.min(frame.len()))
                    .any(|w| frame.has(w, CueCategory::Owner));
        let of_passage = self.target.span.overlaps(span);
        if !subject.is_other_at(self.words.start) || given_back || of_passage {
            return None;
        }
        Some(CueUse {
            span,
            rule: Cow::Owned(self.rules.rule(rule).id.clone()),
            decides: Assertion::Other.as_str(),
            ended_by: Cow::Borrowed("end of the clause"),
        })
    }

    /// Whether the section has its say: where no cue decides; and of whom it tells ("Family history: no
    /// asthma") but for what the participant is named to do.
    fn takes_section_default(&self, cues: &[CueUse]) -> bool {
        let section = self.layout.section_at(self.target.span.start);
        let section = section.and_then(|i| self.layout.sections.get(i));
        let of_others =
            section.is_some_and(|s| s.default == SectionDefault::Assertion(Assertion::Other));
        let own = matches!(self.subject(), Subject::Participant);
        of_others && !own || cues.iter().all(|c| !is_assertion(c.decides))
    }

    fn section_default(&self, voice: Voice, facts: &mut Facts, cues: &mut Vec<CueUse>) {
        let section = self.layout.section_at(self.target.span.start);
        let Some(section) = section.and_then(|i| self.layout.sections.get(i)) else {
            return;
        };
        let (assertion, also_quoted) = match section.default {
            SectionDefault::Assertion(it) => (it, false),
            SectionDefault::AlsoQuoted(it) => (it, true),
            SectionDefault::None | SectionDefault::NotCoded => return,
        };
        // "Currently calm" under "Past history", "reports using it daily" under "Plan".
        let quoted = matches!(voice, Voice::Quote | Voice::Other);
        let told = self.nearest(CueCategory::Reported).is_some() || self.is_told();
        let reported = quoted && !also_quoted || !quoted && told;
        match assertion {
            Assertion::Affirmed => return,
            Assertion::Historical if self.sentence.cues.now => return,
            Assertion::Hypothetical if reported => return,
            Assertion::Negated => {
                facts.polarity = if self.target.opposite {
                    Polarity::Affirmed
                } else {
                    Polarity::Negated
                };
            }
            Assertion::Uncertain => facts.certainty = Certainty::Uncertain,
            Assertion::Hypothetical => facts.certainty = Certainty::Hypothetical,
            Assertion::Historical => facts.time = Time::Historical,
            Assertion::Other => facts.experiencer = Experiencer::Other,
        }
        cues.push(CueUse {
            span: section.heading,
            rule: Cow::Owned(format!("section {}", section.name)),
            decides: assertion.as_str(),
            ended_by: Cow::Borrowed("end of the section"),
        });
    }

    /// Whether a verb of the participant's leads to the passage or stands in it: what somebody
    /// did is no plan.
    fn is_told(&self) -> bool {
        let frame = &self.sentence.frame;
        let verb =
            CueCategory::Verb.bit() | CueCategory::Speech.bit() | CueCategory::Reported.bit();
        let end = self.words.end.min(frame.len());
        let last = self.words.start.min(end.saturating_sub(1));
        let first = last.saturating_sub(TOLD_WORDS_MAX);
        let start = (first..=last)
            .rev()
            .find(|&w| frame.breaks[w] >= Break::Colon)
            .unwrap_or(first);
        (start..end).any(|w| {
            let subject = self.sentence.subjects.get(w);
            // "Plan: set limits": nobody did it.
            let ordered =
                frame.has(w, CueCategory::Order) && matches!(subject, Some(Subject::Unnamed));
            frame.roles[w] & verb != 0
                && !ordered
                && !matches!(subject, Some(Subject::Person { .. }))
        })
    }

    pub(super) fn cue_use(&self, cue: &Cue) -> CueUse {
        let rule = self.rule(cue);
        CueUse {
            span: cue.span,
            rule: Cow::Owned(rule.id.clone()),
            decides: rule.category.as_str(),
            ended_by: self.ended_by(cue.ended),
        }
    }

    fn ended_by(&self, ended: Ended) -> Cow<'static, str> {
        match ended {
            Ended::Sentence => Cow::Borrowed("end of the sentence"),
            Ended::Words => Cow::Borrowed("number of words"),
            Ended::Cue(span) => Cow::Owned(span.slice(self.text).to_owned()),
            Ended::At(w) => {
                let frame = &self.sentence.frame;
                let words = &self.layout.words;
                let Some(before) = w.checked_sub(1) else {
                    return Cow::Borrowed("beginning of the sentence");
                };
                if w >= frame.len() {
                    return Cow::Borrowed("end of the sentence");
                }
                let start = words.span(frame.first + before).end;
                let end = words.span(frame.first + w).end;
                let stop = Span::new(start.min(end), end).slice(self.text);
                Cow::Owned(stop.trim().to_owned())
            }
        }
    }
}

/// The first cue that says an assertion; a negated opposite is affirmed by its negation.
fn deciding(cues: &[CueUse], assertion: Assertion) -> Option<&CueUse> {
    let said = |it: Assertion| cues.iter().find(move |c| c.decides == it.as_str());
    let affirmed = assertion == Assertion::Affirmed;
    said(assertion).or_else(|| said(Assertion::Negated).filter(|_| affirmed))
}

fn is_assertion(decides: &str) -> bool {
    Assertion::ALL.iter().any(|a| a.as_str() == decides)
}
