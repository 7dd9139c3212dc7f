//! What an answer says of its question: "T: Any sickness? P: No, none."
//!
//! Comes in: a passage in a clinician's question, and the turn behind it. Goes out: the word that denies it.

use crate::model::coding::{Assertion, CueUse};
use crate::model::layout::Speaker;
use crate::text::Span;

use super::judge::Judge;

/// The word of the next turn by which the participant says no to the question that holds the passage.
pub(super) fn denial(judge: &Judge<'_>) -> Option<CueUse> {
    let layout = judge.layout;
    let at = layout.turn_at(judge.target.span.start)?;
    let (turn, next) = (layout.turns.get(at)?, layout.turns.get(at + 1)?);
    if turn.speaker != Speaker::Clinician || next.speaker != Speaker::Participant {
        return None;
    }
    let asked = judge.sentence.frame.span;
    let rest = Span::new(asked.end.min(turn.span.end), turn.span.end).slice(judge.text);
    let is_last = rest.trim().is_empty();
    let is_question = asked.slice(judge.text).trim_end().ends_with('?');
    let first = layout.words.inside(next.span).next()?;
    let says_no = judge.rules.begins_negation(layout.words.form(first));
    (is_last && is_question && says_no).then(|| CueUse {
        span: layout.words.span(first),
        rule: "answer".into(),
        decides: Assertion::Negated.as_str(),
        ended_by: "the question".into(),
    })
}
