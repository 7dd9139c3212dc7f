//! Where clauses, further verbs and items of lists begin in a sentence.
//!
//! Comes in: a frame with its signs and building words. Goes out: the break before each word.

use crate::model::cue::CueCategory;

use super::frame::{Break, Frame, ListEnd, gap};

/// Words from a comma to the verb of a new subject, at most.
const SUBJECT_WORDS_MAX: usize = 4;
/// Words of the subjects that one verb has, at most.
const SUBJECTS_WORDS_MAX: usize = 12;
/// Words of a field's name, at most.
const FIELD_NAME_WORDS_MAX: usize = 3;
/// Cues that say something of what follows.
const SAYS_OF_WHAT_FOLLOWS: u32 = 1 << CueCategory::Negation as u32
    | 1 << CueCategory::Uncertain as u32
    | 1 << CueCategory::Hypothetical as u32
    | 1 << CueCategory::Historical as u32
    | 1 << CueCategory::Other as u32
    | 1 << CueCategory::Reported as u32
    | 1 << CueCategory::Relative as u32;
/// Words of one item of a list, at most.
const ITEM_WORDS_MAX: usize = 9;

impl Frame {
    /// Finds the breaks, once the building words are known.
    pub(super) fn find_breaks(&mut self) {
        for w in 0..self.len() {
            self.breaks[w] = self.break_before(w);
        }
        self.break_before_field_names();
        self.pass_over_sayings();
        self.find_list_ends();
    }

    fn break_before(&self, w: usize) -> Break {
        let flags = self.gaps[w];
        if flags & gap::STOP != 0 && !(w > 0 && self.has(w - 1, CueCategory::Abbreviation)) {
            return Break::Stop;
        }
        if flags & gap::CLAUSE != 0 {
            return Break::Clause;
        }
        if flags & gap::COLON != 0 && !(w > 0 && self.is_short_link(w - 1)) {
            return Break::Colon;
        }
        let or = self.has(w, CueCategory::Or);
        let joined = or || self.has(w, CueCategory::And);
        let listed = joined || flags & (gap::COMMA | gap::OPEN | gap::STOP) != 0;
        let head = self.skip_fillers(if joined { w + 1 } else { w });
        if self.has(w, CueCategory::Opener) {
            let opens = self.starts_subject(self.skip_fillers(w + 1), true);
            if opens {
                return Break::Clause;
            }
        }
        if self.begins_clause(w, head, listed) {
            return Break::Clause;
        }
        if listed && !or && self.has(head, CueCategory::Verb)
            || self.has(w, CueCategory::Speech) && w > 0 && !self.is_led(w)
        {
            return Break::Verb;
        }
        if or {
            return Break::Or;
        }
        if listed && self.has(head, CueCategory::Own) {
            return Break::Own;
        }
        if joined {
            return Break::And;
        }
        if flags & (gap::COMMA | gap::OPEN) != 0 {
            return Break::Comma;
        }
        if flags & gap::SLASH != 0 {
            return Break::Slash;
        }
        Break::None
    }

    /// "Anxious re: tomorrow": a shortened word that joins, with a colon in place of a full stop.
    fn is_short_link(&self, w: usize) -> bool {
        self.has(w, CueCategory::Abbreviation) && self.has(w, CueCategory::Filler)
    }

    /// Whether a verb of saying has its subject before it, or is itself led by another verb.
    fn is_led(&self, w: usize) -> bool {
        let led = CueCategory::Participant.bit()
            | CueCategory::Person.bit()
            | CueCategory::Pronoun.bit()
            | CueCategory::Filler.bit()
            | CueCategory::Verb.bit()
            | CueCategory::Copula.bit()
            | CueCategory::Determiner.bit()
            | CueCategory::And.bit()
            | CueCategory::Negation.bit();
        w > 0 && self.roles[w - 1] & led != 0
    }

    fn begins_clause(&self, w: usize, head: usize, listed: bool) -> bool {
        if w == 0 {
            return false;
        }
        let subject =
            CueCategory::Participant.bit() | CueCategory::Person.bit() | CueCategory::Pronoun.bit();
        if head > w && self.roles[w - 1] & subject != 0 && self.gaps[w] & gap::ANY == 0 {
            // "she and her mother have reconciled"
            return false;
        }
        if listed {
            return self.starts_subject(head, false)
                || !self.has(w, CueCategory::Or)
                    && self.copula_follows(head)
                    && !self.joins_subjects(w);
        }
        // Behind a verb it is turned round ("nor was she") or what is thought ("thinks she is").
        let leading = CueCategory::Opener.bit()
            | CueCategory::And.bit()
            | CueCategory::Verb.bit()
            | CueCategory::Copula.bit();
        let led = self.roles[w - 1] & leading != 0;
        let surely = self.has(w, CueCategory::Participant);
        !led && self.has(w, CueCategory::Pronoun) && (surely || self.verb_within(w + 1, 2))
    }

    /// "Nausea and vomiting were absent": what is joined is the verb's subject, since no verb and no cue
    /// stands before it in the clause.
    fn joins_subjects(&self, w: usize) -> bool {
        if !self.has(w, CueCategory::And) {
            return false;
        }
        let says = CueCategory::Verb.bit()
            | CueCategory::Copula.bit()
            | CueCategory::Speech.bit()
            | SAYS_OF_WHAT_FOLLOWS;
        let begins = |at: &usize| *at == 0 || self.breaks[*at] >= Break::Colon;
        let before = w.saturating_sub(SUBJECTS_WORDS_MAX)..w;
        let Some(start) = before.rev().find(begins) else {
            return false;
        };
        self.roles[start..w].iter().all(|role| role & says == 0)
    }

    /// Whether a subject stands at a word; `surely`: even without a verb in sight.
    fn starts_subject(&self, w: usize, surely: bool) -> bool {
        if self.has(w, CueCategory::Pronoun) {
            return true;
        }
        let mut at = w;
        while at < w + SUBJECT_WORDS_MAX && self.has(at, CueCategory::Determiner) {
            at += 1;
        }
        let named = self.has(at, CueCategory::Participant) || self.has(at, CueCategory::Person);
        named && (surely || self.verb_within(at + 1, SUBJECT_WORDS_MAX))
    }

    fn verb_within(&self, from: usize, most: usize) -> bool {
        let verb = CueCategory::Verb.bit() | CueCategory::Copula.bit();
        for w in from..(from + most).min(self.len()) {
            if self.gaps[w] & (gap::STOP | gap::CLAUSE | gap::COLON) != 0 {
                return false;
            }
            if self.roles[w] & verb != 0 {
                return true;
            }
        }
        false
    }

    /// Whether one to three plain words and a form of "be" or "have" follow: a new subject.
    fn copula_follows(&self, head: usize) -> bool {
        // The last word of "told me" carries the mark.
        let told = (head..=head + 1).any(|w| self.has(w, CueCategory::Reported));
        if told || self.has(head, CueCategory::Speech) {
            // "The grandmother, who keeps the baby, says the patient gets up"
            return false;
        }
        for w in head + 1..(head + SUBJECT_WORDS_MAX).min(self.len()) {
            let joins = CueCategory::And.bit() | CueCategory::Or.bit() | CueCategory::Opener.bit();
            if self.gaps[w] & gap::ANY != 0 || self.roles[w] & joins != 0 {
                return false;
            }
            if self.has(w, CueCategory::Copula) {
                return true;
            }
        }
        false
    }

    fn skip_fillers(&self, mut w: usize) -> usize {
        let start = w;
        while w < start + 3 && self.has(w, CueCategory::Filler) {
            w += 1;
        }
        w
    }

    /// "Nausea: no Vomiting: yes", "[x] dizziness  Itching: none": the name of a field begins a field, and so
    /// does a box behind a field's value ("Itching: none [x] dizziness").
    fn break_before_field_names(&mut self) {
        let mut value = None;
        let mut boxes = false;
        for w in 1..self.len() {
            let is_box = |w: usize| self.gaps[w] & gap::BOX != 0;
            let begins = if self.breaks[w] == Break::Colon {
                let behind_another = value.is_some() || boxes;
                value = Some(w);
                let first = w.saturating_sub(FIELD_NAME_WORDS_MAX).max(1);
                let column = (first..w).rev().find(|&at| self.gaps[at] & gap::WIDE != 0);
                column.or(behind_another.then_some(w - 1))
            } else {
                let behind_value = value.is_some_and(|at| !is_box(at));
                (is_box(w) && behind_value).then_some(w)
            };
            boxes |= is_box(w) || is_box(w - 1);
            if let Some(at) = begins.filter(|&at| self.breaks[at] <= Break::Comma) {
                self.breaks[at] = Break::Clause;
            }
        }
    }

    /// "In college, he told us, he avoided crowds": what stands between the commas parts no cue from what it
    /// speaks of, where nothing with a verb stands before.
    fn pass_over_sayings(&mut self) {
        let verbs = CueCategory::Verb.bit() | CueCategory::Copula.bit() | CueCategory::Speech.bit();
        let comma = |at: usize| self.gaps[at] & gap::COMMA != 0;
        let is_subject = |at: usize| {
            self.has(at, CueCategory::Pronoun) || self.has(at, CueCategory::Participant)
        };
        let told = |at: usize| self.has(at, CueCategory::Reported);
        let says = |at: &usize| {
            let end = (*at + 2..self.len().min(*at + 4)).find(|&end| comma(end))?;
            let put_in = comma(*at) && is_subject(*at) && (*at + 1..end).any(told);
            let before = &self.roles[..*at];
            let begins = before.iter().all(|role| role & verbs == 0);
            let leads = before.iter().any(|role| role & SAYS_OF_WHAT_FOLLOWS != 0);
            // "Would like, he said, to visit her."
            let hangs = self.roles[*at - 1] & SAYS_OF_WHAT_FOLLOWS != 0;
            (put_in && (begins && leads || hangs)).then_some(*at..end + 1)
        };
        let most = self.len().min(SUBJECTS_WORDS_MAX);
        let found = (1..most).find_map(|at| says(&at));
        for at in found.unwrap_or_default() {
            self.breaks[at] = Break::None;
        }
    }

    fn find_list_ends(&mut self) {
        let mut end = ListEnd::Bare;
        let mut distance = 0;
        for w in (0..self.len()).rev() {
            distance += 1;
            match self.breaks[w] {
                Break::Or => (end, distance) = (ListEnd::Or, 0),
                Break::And => (end, distance) = (ListEnd::And, 0),
                Break::Comma | Break::Own if distance <= ITEM_WORDS_MAX => distance = 0,
                Break::Comma
                | Break::Own
                | Break::Colon
                | Break::Verb
                | Break::Clause
                | Break::Stop => (end, distance) = (ListEnd::Bare, 0),
                Break::None | Break::Slash => {}
            }
            self.list_ends[w] = end;
        }
    }
}
