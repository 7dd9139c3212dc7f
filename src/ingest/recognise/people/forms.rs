//! The forms that names of people come in: joined, dotted, as they stand.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::reading::ReadingRules;
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

/// The ways in which a name of two words or more is shortened or turned, joined: "Ada Berg" is also
/// "Ada", "Berg", "Ada B.", "A. Berg", "A.B." and "Berg, Ada".
pub(super) fn forms_of_name(all: &[Word]) -> Vec<String> {
    let is_name = |w: &Word| !w.is_number && w.text.chars().count() > 1;
    let ([first, .., last], true) = (all, all.iter().all(is_name)) else {
        return Vec::new();
    };
    let initial = |w: &Word| w.text.chars().take(1).collect::<String>();
    let (f, l) = (&first.text, &last.text);
    let initials: String = all.iter().map(initial).collect();
    vec![
        f.clone(),
        l.clone(),
        format!("{f}{l}"),
        format!("{l}{f}"),
        format!("{f}{}", initial(last)),
        format!("{}{l}", initial(first)),
        format!("{l}{}", initial(first)),
        initials,
    ]
}

/// Letters before a number that count something else, or are of a date.
pub(super) fn not_ids(rules: &ReadingRules) -> BTreeSet<String> {
    let names = rules.months.iter().chain(&rules.weekdays).flatten();
    let all = rules.not_participants.iter().chain(names);
    all.map(|w| w.to_lowercase()).collect()
}

/// A cell without a date in brackets behind the name: "SB-2219 (03/14/1992)".
pub(super) fn without_birth_date(cell: &str) -> &str {
    let Some((name, bracket)) = cell.split_once('(').filter(|(_, b)| b.ends_with(')')) else {
        return cell;
    };
    let digits = bracket.bytes().filter(u8::is_ascii_digit).count();
    let is_date = digits >= 4 && bracket.contains(['/', '-', '.']) && !bracket.contains('(');
    if is_date && !name.trim().is_empty() {
        name.trim()
    } else {
        cell
    }
}
