//! Asks a question of notes as they come, and keeps what answers.
//!
//! Comes in: coded notes in corpus order. Goes out: the passages that answer, and their number by
//! participant and session type, beside the number of notes that were looked at.

use std::collections::BTreeMap;

use crate::model::coding::{Assertion, Voice};
use crate::text::{CodePoints, Span};

use super::counts::Counts;
use super::evaluate::{Counting, Found, evaluate};
use super::facts::NoteFacts;
use super::question::Question;

/// A passage that answers a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The note.
    pub note_id: String,
    /// Its participant; empty where unknown.
    pub participant: String,
    /// Its date; empty where unknown.
    pub date: String,
    /// The session type of the text where the passage begins.
    pub session_type: String,
    /// First code point in the note's text.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
    /// The passage.
    pub text: String,
    /// What stands before it in its sentence.
    pub before: String,
    /// What stands behind it in its sentence.
    pub after: String,
    /// The codings that it rests on, in order.
    pub codings: Vec<Member>,
}

/// A coding that a passage rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The code's path.
    pub code: String,
    /// First code point in the note's text.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
    /// What is said of it.
    pub assertion: Assertion,
    /// Whose words it is.
    pub voice: Voice,
}

/// Everything that answers a question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The passages, in corpus order.
    pub passages: Vec<Passage>,
    /// How many there are, by participant and session type.
    pub counts: Counts,
}

/// Asks a question of one note after the other.
#[derive(Debug)]
pub struct Asker<'q> {
    question: &'q Question,
    counting: Counting,
    /// Notes of one session, while more of them may come.
    waiting: Vec<NoteFacts>,
    answer: Answer,
}

impl<'q> Asker<'q> {
    /// Begins to ask.
    pub fn new(question: &'q Question, counting: Counting) -> Self {
        Self {
            question,
            counting,
            waiting: Vec::new(),
            answer: Answer::default(),
        }
    }

    /// Asks the question of the next note in corpus order.
    pub fn take(&mut self, note: NoteFacts) {
        let goes_on = self.question.spans_notes()
            && self
                .waiting
                .last()
                .is_some_and(|last| same_day(last, &note));
        if !goes_on {
            self.ask();
        }
        self.waiting.push(note);
    }

    /// Everything that was found.
    pub fn finish(mut self) -> Answer {
        self.ask();
        self.answer
    }

    /// Asks the question of the notes that wait: those of one participant and day, session type by
    /// session type.
    fn ask(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let mut sessions: BTreeMap<&str, Vec<&NoteFacts>> = BTreeMap::new();
        for note in &waiting {
            sessions.entry(&note.session_type).or_default().push(note);
            let mut types = self.question.asks_of(note).peekable();
            if !note.is_duplicate && types.peek().is_some() {
                self.answer.counts.note(&note.participant, types);
            }
        }
        let mut passages = Vec::new();
        for notes in sessions.values() {
            let found = evaluate(&self.question.root, notes, self.counting);
            for of_note in found.chunk_by(|a, b| a.note == b.note) {
                let note = notes[of_note[0].note];
                let points = CodePoints::new(&note.text);
                let shown = of_note.iter().map(|f| self.passage(note, f, &points));
                let shown: Vec<Passage> = shown.collect();
                let types = shown.iter().map(|p| p.session_type.as_str());
                self.answer.counts.passages(&note.participant, types);
                passages.extend(shown);
            }
        }
        let order: BTreeMap<&str, usize> = waiting
            .iter()
            .enumerate()
            .map(|(i, note)| (note.note_id.as_str(), i))
            .collect();
        passages.sort_by_key(|p| order.get(p.note_id.as_str()).copied());
        self.answer.passages.extend(passages);
    }

    fn passage(&self, note: &NoteFacts, found: &Found, points: &CodePoints<'_>) -> Passage {
        let span = found.place.span;
        let (start, end) = points.pair(span);
        let sentence = |i: u32| note.sentences.get(i as usize).map_or(span, |s| s.span);
        let around = sentence(found.place.sentences.start)
            .union(sentence(found.place.sentences.end))
            .union(span);
        let codings = found.codings.iter().filter_map(|&i| note.codings.get(i));
        let codings = codings.map(|c| {
            let (start, end) = points.pair(c.place.span);
            Member {
                code: self.question.codes.get(c.code).cloned().unwrap_or_default(),
                start,
                end,
                assertion: c.assertion,
                voice: c.voice,
            }
        });
        Passage {
            note_id: note.note_id.clone(),
            participant: note.participant.clone(),
            date: note.date.map(|d| d.to_string()).unwrap_or_default(),
            session_type: note.session_type_at(span.start).to_owned(),
            start,
            end,
            text: span.slice(&note.text).to_owned(),
            before: Span::new(around.start, span.start)
                .slice(&note.text)
                .to_owned(),
            after: Span::new(span.end, around.end).slice(&note.text).to_owned(),
            codings: codings.collect(),
        }
    }
}

/// Whether two notes are of one participant and day; what is unknown is nobody's and no day.
fn same_day(a: &NoteFacts, b: &NoteFacts) -> bool {
    !a.participant.is_empty()
        && a.participant == b.participant
        && a.date.is_some()
        && a.date == b.date
}

#[cfg(test)]
mod tests;
