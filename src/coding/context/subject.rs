//! Who acts in a clause: the participant, somebody else, or nobody named.
//!
//! Comes in: a sentence's frame and its people. Goes out: for each word, the subject that governs
//! it. A telegraphic clause without a subject is the participant's.

use std::ops::Range;

use crate::model::cue::CueCategory;
use crate::model::layout::Speaker;
use crate::text::Span;

use super::cues::{Cue, Cues};
use super::frame::{Break, Frame, gap};
use super::rules::Rules;
use super::whole_note::WholeNote;

/// Words before a person word that may belong to it ("her 6 month old").
const DETERMINERS_MAX: usize = 5;
/// Words from a person to a passage without a verb between ("husband dizzy").
const VERBLESS_WORDS_MAX: usize = 3;

/// Words from a person word to the "who" behind the person's name.
const NAME_WORDS_MAX: usize = 2;
/// Words from "and" to the person whom it joins to the participant ("and her mother").
const JOINT_WORDS_MAX: usize = 2;
/// Relatives' sayings looked back at.
const RELATIVES_BACK_MAX: usize = 8;

/// The subject that governs a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Nobody named: the participant.
    Unnamed,
    /// The participant.
    Participant,
    /// Somebody else, named by that word of the sentence.
    Person {
        /// The person word.
        span: Span,
        /// Its rule.
        rule: u32,
        /// The word it stands at.
        word: usize,
        /// Whether a verb of its own has followed.
        acts: bool,
        /// Whether its clause depends on another ("after her mother left").
        depends: bool,
    },
}

impl Subject {
    /// Whether a passage at `word` is this other person's.
    pub(super) fn is_other_at(self, word: usize) -> bool {
        match self {
            Self::Person { acts, word: at, .. } => acts || word - at <= VERBLESS_WORDS_MAX,
            Self::Unnamed | Self::Participant => false,
        }
    }
}

/// The subject of every word of a sentence.
pub(super) fn subjects(
    rules: &Rules,
    note: &WholeNote<'_>,
    frame: &Frame,
    cues: &Cues,
) -> Vec<Subject> {
    let says = |c: &&Cue| rules.category(c.rule) == CueCategory::Relative;
    let relatives = cues
        .list
        .iter()
        .filter(says)
        .map(|c| c.after.clone())
        .collect();
    let informant = note.informant(rules, frame.span.start);
    let mut pass = Pass {
        rules,
        note,
        frame,
        set_aside: None,
        now: Subject::Unnamed,
        last: None,
        participant_named: false,
        relatives,
        resumed: false,
        in_own_words: in_own_words(note, frame.span.start),
        informant,
    };
    let mut out = Vec::with_capacity(frame.len());
    let mut outside: Vec<(u32, Subject)> = vec![(0, Subject::Unnamed)];
    let mut people = cues.people.iter().peekable();
    for w in 0..frame.len() {
        let group = frame.group(w);
        if let Some(known) = outside.iter().rposition(|(g, _)| *g == group) {
            if known + 1 < outside.len() {
                pass.now = outside[known].1;
                outside.truncate(known + 1);
            }
        } else {
            outside.push((group, pass.now));
        }
        pass.cross(frame.breaks[w], w);
        while let Some((_, rule, span)) = people.next_if(|(at, _, _)| *at <= w) {
            pass.person(w, *rule, *span);
        }
        pass.word(w);
        if let Some(top) = outside.last_mut() {
            top.1 = pass.now;
        }
        out.push(pass.now);
        if pass.resumed && frame.has(w, CueCategory::Reported) && tells(frame, w) {
            // "Her sister, Bea, said the shaking was less": what is told is the participant's.
            (pass.now, pass.resumed) = (Subject::Participant, false);
        }
    }
    out
}

/// Whether a verb of report leads to what is told, and not to how its subject feels ("felt dizzy too").
fn tells(frame: &Frame, verb: usize) -> bool {
    let leads = [
        CueCategory::Determiner,
        CueCategory::Owner,
        CueCategory::Participant,
        CueCategory::Person,
        CueCategory::Pronoun,
        CueCategory::Opener,
    ];
    let next = frame.roles.get(verb + 1).copied().unwrap_or_default();
    next & leads.iter().fold(0, |bits, category| bits | category.bit()) != 0
}

struct Pass<'f> {
    rules: &'f Rules,
    note: &'f WholeNote<'f>,
    /// A person behind whom something is put in between commas, and where.
    set_aside: Option<(Subject, usize)>,
    frame: &'f Frame,
    now: Subject,
    /// The person named last: rule and span.
    last: Option<(u32, Span)>,
    /// Whether a word for the participant has stood in the sentence.
    participant_named: bool,
    /// What relatives are said to say.
    relatives: Vec<Range<usize>>,
    /// Whether the subject came back behind what was put in.
    resumed: bool,
    /// Whether the participant writes or speaks: "he" and "she" are somebody else.
    in_own_words: bool,
    /// The rule of the person whose account the section is.
    informant: Option<u32>,
}

/// Whether a place lies in the participant's own turn or text.
pub(super) fn in_own_words(note: &WholeNote<'_>, at: usize) -> bool {
    let turn = note
        .layout
        .turn_at(at)
        .and_then(|i| note.layout.turns.get(i));
    turn.is_some_and(|turn| turn.speaker == Speaker::Participant)
}

impl Pass<'_> {
    /// Crosses what stands before a word.
    fn cross(&mut self, kind: Break, w: usize) {
        let fragment = matches!(
            self.now,
            Subject::Person { acts: false, .. } | Subject::Person { depends: true, .. }
        );
        self.set_aside(kind, w);
        match kind {
            Break::Stop | Break::Colon => self.now = Subject::Unnamed,
            _ if self.goes_back_to_a_report(w) => self.now = Subject::Unnamed,
            Break::Clause => {
                let joined =
                    self.frame.has(w, CueCategory::And) || self.frame.has(w, CueCategory::Opener);
                if !joined {
                    self.now = Subject::Unnamed;
                }
            }
            Break::Verb if !self.frame.has(w, CueCategory::And) => self.now = Subject::Unnamed,
            Break::Comma | Break::Own if fragment => self.now = Subject::Unnamed,
            Break::None
            | Break::Slash
            | Break::Or
            | Break::And
            | Break::Comma
            | Break::Own
            | Break::Verb => {}
        }
        self.resume(kind, w);
    }

    /// "Said that his father left, and that he felt": a further thing is said, of whomever.
    fn goes_back_to_a_report(&self, w: usize) -> bool {
        let opens = |w: usize| self.frame.has(w, CueCategory::Opener) && !self.is_who(w);
        self.frame.has(w, CueCategory::And)
            && w + 1 < self.frame.len()
            && opens(w + 1)
            && self.frame.gaps[w + 1] & gap::ANY == 0
    }

    /// "Her father, she says, has taken up baking": what stands between the commas is put in.
    fn set_aside(&mut self, kind: Break, w: usize) {
        let comma = self.frame.gaps[w] & gap::COMMA != 0;
        match self.now {
            Subject::Person {
                acts: false, span, ..
            } if comma && (w == self.behind(span) || self.is_who(w)) => {
                self.set_aside = Some((self.now, w));
            }
            _ if matches!(kind, Break::Stop | Break::Colon) => self.set_aside = None,
            _ => {}
        }
    }

    /// The word behind a person, who may be named by several ("sister-in-law").
    fn behind(&self, person: Span) -> usize {
        self.frame.touching(&self.note.layout.words, person).end
    }

    /// Gives the verb behind the second comma its subject again.
    fn resume(&mut self, kind: Break, w: usize) {
        let Some((
            Subject::Person {
                span,
                rule,
                word,
                depends,
                ..
            },
            from,
        )) = self.set_aside
        else {
            return;
        };
        if w == from || self.frame.gaps[w] & gap::COMMA == 0 || kind == Break::Clause {
            return;
        }
        if self.frame.has(w, CueCategory::Opener) && self.frame.has(w, CueCategory::Pronoun) {
            // "Her doula, Ana, who sat by her, said": one more thing is put in.
            return;
        }
        let verb = |w: usize| {
            let verbs = CueCategory::Verb.bit()
                | CueCategory::Copula.bit()
                | CueCategory::Speech.bit()
                | CueCategory::Reported.bit();
            self.frame.roles.get(w).is_some_and(|r| r & verbs != 0)
        };
        // The last word of "told me" carries the mark.
        let told = self.frame.has(w + 1, CueCategory::Reported);
        let filled = self.frame.has(w, CueCategory::Filler);
        if verb(w) || told || filled && verb(w + 1) {
            self.now = Subject::Person {
                span,
                rule,
                word,
                acts: true,
                depends,
            };
            self.resumed = true;
        }
        self.set_aside = None;
    }

    /// Meets a person word or a pronoun.
    fn person(&mut self, w: usize, rule: u32, span: Span) {
        if self.rules.category(rule) == CueCategory::Person {
            let joint = self.is_joint(w);
            if self.is_subject(w) && !joint && !self.frame.has(w, CueCategory::Object) {
                self.now = Subject::Person {
                    span,
                    rule,
                    word: w,
                    acts: false,
                    depends: self.depends(w),
                };
            }
            self.last = Some((rule, span));
            if self.set_aside.is_some_and(|(_, from)| from == w) {
                // "Husband, baby and pt present": a list.
                self.set_aside = None;
            }
            return;
        }
        if self.rules.rule(rule).stands_for.is_empty() && self.is_object(w) {
            return;
        }
        // Of whom the participant speaks in her own words is hers to say.
        let foreign = !self.frame.is_quoted(w)
            && if self.in_own_words {
                self.rules.may_be_own(rule) && !self.rules.is_shared(rule)
            } else {
                self.is_foreign(rule)
            };
        if self.last.is_none() && !foreign {
            if matches!(self.now, Subject::Person { .. }) {
                // "She reports that he held the baby", in a note about him.
                self.now = Subject::Participant;
            }
            return;
        }
        if self.frame.has(w, CueCategory::Opener) && !self.is_who(w) {
            return;
        }
        let is_own = !self.in_own_words && self.note.own_pronoun(self.rules) == Some(rule);
        let also_participant = (is_own || self.frame.has(w, CueCategory::Participant)) && !foreign;
        let said = self.is_said(w);
        // "When the baby cries she breathes": behind a clause that depends on it, the main one begins.
        let leads_back = matches!(
            self.now,
            Subject::Person {
                acts: true,
                depends: true,
                ..
            }
        );
        let free = !also_participant
            || !said
                && !self.participant_named
                && !leads_back
                && matches!(self.now, Subject::Person { .. });
        let named = self
            .last
            .filter(|(last, _)| free && self.rules.may_stand_for(rule, *last));
        // Somebody whom an earlier sentence named.
        let named = named.or(foreign.then_some((rule, span)));
        self.now = match named {
            Some((rule, span)) => Subject::Person {
                span,
                rule,
                word: w,
                acts: false,
                depends: self.depends(w),
            },
            None => Subject::Participant,
        };
    }

    /// "He found it hard": a word for nobody behind a verb, with no verb of its own.
    fn is_object(&self, w: usize) -> bool {
        let verbs = CueCategory::Verb.bit() | CueCategory::Copula.bit();
        let is_verb = |w: usize| self.frame.roles.get(w).is_some_and(|r| r & verbs != 0);
        let goes_on = w > 0 && self.frame.breaks[w] == Break::None && is_verb(w - 1);
        goes_on && !self.frame.has(w, CueCategory::Participant) && !is_verb(w + 1)
    }

    /// Whether a pronoun is not the one by which the note names its participant.
    fn is_foreign(&self, rule: u32) -> bool {
        self.rules.may_be_own(rule)
            && !self.rules.is_shared(rule)
            && match self.note.own_pronoun(self.rules) {
                Some(own) => own != rule,
                None => self.is_informants(rule),
            }
    }

    /// "Collateral call with husband: He feels closer to her": the pronoun of whose account it is.
    fn is_informants(&self, rule: u32) -> bool {
        let stands_for = |person| self.rules.alone_stands_for(rule, person);
        self.informant.is_some_and(stands_for) && self.note.is_matched(self.rules, rule)
    }

    /// Whether the participant acts together with a person ("she and her mother have talked").
    fn is_joint(&self, w: usize) -> bool {
        let near = w.saturating_sub(JOINT_WORDS_MAX)..w;
        near.into_iter().any(|and| {
            and > 0
                && self.frame.has(and, CueCategory::And)
                && self.frame.has(and - 1, CueCategory::Participant)
        })
    }

    /// Whether a word stands for the person right before it ("his father, who is").
    fn is_who(&self, w: usize) -> bool {
        let mut near = w.saturating_sub(NAME_WORDS_MAX)..w;
        self.frame.has(w, CueCategory::Opener)
            && self.frame.has(w, CueCategory::Pronoun)
            && near.any(|at| self.frame.has(at, CueCategory::Person))
    }

    /// "Her sister herself was sick": a pronoun right behind the subject, before its verb, is the subject's.
    fn is_self(&self, w: usize) -> bool {
        let verbs =
            CueCategory::Verb.bit() | CueCategory::Speech.bit() | CueCategory::Reported.bit();
        matches!(self.now, Subject::Person { acts: false, word, .. } if word + 1 == w)
            && (self.frame.roles[w] & verbs == 0 && self.frame.gaps[w] & gap::ANY == 0)
    }

    /// Whether a relative is said to say it.
    fn is_said(&self, w: usize) -> bool {
        let next = self.relatives.partition_point(|after| after.start <= w);
        let first = next.saturating_sub(RELATIVES_BACK_MAX);
        self.relatives[first..next]
            .iter()
            .any(|after| after.contains(&w))
    }

    /// Meets any word.
    fn word(&mut self, w: usize) {
        if self.frame.has(w, CueCategory::Object) && !self.is_self(w) {
            self.now = Subject::Participant;
            self.participant_named = true;
            return;
        }
        self.participant_named |= self.frame.has(w, CueCategory::Owner);
        if self.frame.has(w, CueCategory::Participant) {
            let stands_for = matches!(self.now, Subject::Person { word, .. } if word == w);
            if !stands_for {
                self.now = Subject::Participant;
                self.participant_named = true;
            }
        }
        // Behind "had" it begins no new subject.
        let held = w > 0 && self.frame.has(w - 1, CueCategory::Copula);
        let own = self.frame.has(w, CueCategory::Owner)
            || self.frame.has(w, CueCategory::Determiner) && !held;
        if own
            && matches!(
                self.now,
                Subject::Person {
                    acts: true,
                    depends: true,
                    ..
                }
            )
        {
            // "when her husband died her headaches came back"
            self.now = Subject::Unnamed;
        }
        if let Subject::Person { acts, .. } = &mut self.now {
            *acts |= self.frame.has(w, CueCategory::Verb)
                || self.frame.has(w, CueCategory::Copula)
                || self.frame.has(w, CueCategory::Speech);
        }
    }

    /// The first word of the phrase that names a person.
    fn phrase_start(&self, w: usize) -> usize {
        let mut start = w;
        while start > 0
            && w - start < DETERMINERS_MAX
            && self.frame.breaks[start] == Break::None
            && self.frame.has(start - 1, CueCategory::Determiner)
        {
            start -= 1;
        }
        start
    }

    /// Whether the phrase is led by a word that makes its clause depend on another.
    fn depends(&self, w: usize) -> bool {
        let start = self.phrase_start(w);
        start > 0 && self.frame.has(start - 1, CueCategory::Opener)
    }

    /// Whether a person word stands where a subject stands.
    fn is_subject(&self, w: usize) -> bool {
        let start = self.phrase_start(w);
        if start == 0 || self.frame.breaks[start] > Break::And {
            return true;
        }
        let before = start - 1;
        let leads = |c| self.frame.has(before, c);
        let joined = leads(CueCategory::And) || leads(CueCategory::Or);
        if joined || self.frame.breaks[start] == Break::And {
            // "she and her husband" stay the participant's.
            let fresh = self.frame.breaks[before] > Break::And;
            return fresh || !matches!(self.now, Subject::Participant);
        }
        leads(CueCategory::Opener)
            || leads(CueCategory::Speech)
            || leads(CueCategory::Hypothetical)
            || leads(CueCategory::Uncertain)
    }
}
