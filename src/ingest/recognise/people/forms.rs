//! The forms that names of people come in: joined, dotted, as they stand.

use std::ops::Range;

use crate::text::Span;

use super::super::words::{Gap, Word};

/// Letters and digits of words, numbers without leading zeros: "P-01" and "p1" are one.
pub(in super::super) fn joined(all: &[Word]) -> String {
    all.iter()
        .map(|word| match word.text.trim_start_matches('0') {
            number if word.is_number && !number.is_empty() => number,
            _ => word.text.as_str(),
        })
        .collect()
}

/// Whether a letter ends a run of single letters: the P of "H-P-1" and "H&P 2" names nobody.
pub(super) fn ends_letters(all: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|b| all.get(b));
    let is_letter = before.is_some_and(|w| !w.is_number && w.text.chars().count() == 1);
    is_letter && all.get(at).is_some_and(|w| w.gap <= Gap::Joined)
}

/// Letters and digits of words as they stand.
pub(super) fn together(all: &[Word]) -> String {
    all.iter().map(|word| word.text.as_str()).collect()
}

/// Whether words are single letters with points between: "K.T.", "K. T.".
pub(super) fn is_dotted(all: &[Word], text: &str, range: &Range<usize>) -> bool {
    let Some(run) = all.get(range.clone()).filter(|run| run.len() > 1) else {
        return false;
    };
    run.windows(2).all(|pair| {
        let between = Span::new(pair[0].span.end, pair[1].span.start).slice(text);
        pair[0].text.chars().count() == 1 && between.trim() == "."
    })
}

pub(super) fn span_of(all: &[Word], range: &Range<usize>) -> Span {
    match (all.get(range.start), all.get(range.end.saturating_sub(1))) {
        (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
        _ => Span::new(0, 0),
    }
}
