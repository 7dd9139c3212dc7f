//! Rows of a form: a label that boxes answer (`Nausea  [ ] mild  [x] none`).
//!
//! Comes in: a sentence with boxes behind a label. Goes out: the statements that the ticked boxes
//! make (`Nausea: none`), each with the way back to the source. An unticked box says nothing.

use crate::model::coding::{Coding, CueUse};
use crate::text::{Span, is_ticked, next_box};

/// A label with the boxes that answer it; spans are bytes of the note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FormRow {
    label: Span,
    /// Each box with the text behind it.
    boxes: Vec<TickBox>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct TickBox {
    mark: Span,
    answer: Span,
    ticked: bool,
}

/// What stands between label and answer in a statement.
const JOINT: &str = ": ";

/// A label and an answer as one statement, with the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// `label: answer`.
    pub(super) text: String,
    label: Span,
    answer: Span,
}

impl FormRow {
    /// Reads a sentence as a row of a form; none where no label stands before its first box.
    pub(super) fn read(text: &str, sentence: Span) -> Option<Self> {
        let piece = sentence.slice(text);
        let first = next_box(piece, 0)?;
        let label = Span::new(sentence.start, sentence.start + first.start).trim(text);
        let label = without_colon(text, label);
        if !label.slice(text).contains(char::is_alphabetic) {
            return None;
        }
        let mut boxes = Vec::new();
        let mut here = Some(first);
        while let Some(mark) = here {
            let next = next_box(piece, mark.end);
            let end = next.map_or(piece.len(), |n| n.start);
            let answer = Span::new(sentence.start + mark.end, sentence.start + end).trim(text);
            boxes.push(TickBox {
                mark: Span::new(sentence.start + mark.start, sentence.start + mark.end),
                answer,
                ticked: is_ticked(piece, mark),
            });
            here = next;
        }
        Some(Self { label, boxes })
    }

    /// What the ticked boxes say.
    pub(super) fn statements(&self, text: &str) -> Vec<Statement> {
        let ticked = self.boxes.iter().filter(|b| b.ticked);
        ticked
            .map(|b| Statement::new(text, self.label, b.answer))
            .collect()
    }

    /// The label with the first box's mark, where nothing is ticked.
    pub(super) fn unanswered(&self, text: &str) -> Option<(Statement, CueUse)> {
        if self.boxes.iter().any(|b| b.ticked) {
            return None;
        }
        let mark = self.boxes.first()?.mark;
        let cue = CueUse {
            span: mark,
            rule: "unticked".into(),
            decides: "nothing is said",
            ended_by: "end of the row".into(),
        };
        let nothing = Span::new(self.label.end, self.label.end);
        Some((Statement::new(text, self.label, nothing), cue))
    }
}

fn without_colon(text: &str, label: Span) -> Span {
    let kept = label.slice(text).trim_end_matches([':', '-', ' ']).len();
    Span::new(label.start, label.start + kept)
}

impl Statement {
    fn new(text: &str, label: Span, answer: Span) -> Self {
        let mut statement = label.slice(text).to_owned();
        if !answer.is_empty() {
            statement.push_str(JOINT);
            statement.push_str(answer.slice(text));
        }
        Self {
            text: statement,
            label,
            answer,
        }
    }

    /// The span of the note that a span of the statement came from.
    pub(super) fn to_source(&self, span: Span) -> Span {
        let back = |byte: usize| {
            let behind = self.label.len() + JOINT.len();
            match byte.checked_sub(behind) {
                Some(inside) if !self.answer.is_empty() => self.answer.start + inside,
                _ => self.label.start + byte.min(self.label.len()),
            }
        };
        let end = if span.end > self.label.len() {
            back(span.end)
        } else {
            self.label.start + span.end
        };
        Span::new(back(span.start).min(end), end)
    }

    /// A coding of the statement, moved to the note.
    pub(super) fn moved(&self, mut coding: Coding) -> Coding {
        coding.span = self.to_source(coding.span);
        coding.evidence.matched = self.to_source(coding.evidence.matched);
        let cues = coding
            .evidence
            .cue
            .iter_mut()
            .chain(&mut coding.evidence.cues);
        for cue in cues {
            cue.span = self.to_source(cue.span);
        }
        coding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(row: &str) -> Vec<String> {
        let row_of = FormRow::read(row, Span::new(0, row.len()));
        let all = row_of.map(|r| r.statements(row)).unwrap_or_default();
        all.into_iter().map(|s| s.text).collect()
    }

    #[test]
    fn ticked_boxes_answer_their_label() {
        assert_eq!(statements("Nausea  [ ] yes  [x] no"), ["Nausea: no"]);
        assert_eq!(statements("Mood: [x] better [ ] same"), ["Mood: better"]);
        assert_eq!(
            statements("Seen [x] dizzy [x] pale"),
            ["Seen: dizzy", "Seen: pale"]
        );
        assert!(statements("Headache [ ] mild [ ] severe").is_empty());
        assert!(statements("[x] dizziness").is_empty());
        assert_eq!(statements("Headache (x)"), ["Headache"]);
        assert!(statements("Nausea ( )").is_empty());
    }

    #[test]
    fn spans_find_their_way_back() {
        let row = "Sleep   [ ] better  [x] worse";
        let statement = &FormRow::read(row, Span::new(0, row.len()))
            .unwrap()
            .statements(row)[0];
        assert_eq!(statement.text, "Sleep: worse");
        let whole = Span::new(0, statement.text.len());
        assert_eq!(
            statement.to_source(whole).slice(row),
            "Sleep   [ ] better  [x] worse"
        );
        assert_eq!(statement.to_source(Span::new(0, 5)).slice(row), "Sleep");
        assert_eq!(statement.to_source(Span::new(7, 12)).slice(row), "worse");
    }
}
