//! The lines of a region, as regular expressions see them.

use crate::text::{NormalText, Span, Words};

/// Spans in the folded text of the lines (without their line ends) of a span of the source.
pub(crate) fn lines_in(words: &Words, source: Span) -> Vec<Span> {
    let folded = to_folded(words.normal(), source);
    let mut lines = Vec::new();
    let mut start = folded.start;
    for line in folded.slice(words.normal().text()).split('\n') {
        let end = start + line.len();
        if start < end {
            lines.push(Span::new(start, end));
        }
        start = end + 1;
    }
    lines
}

/// The span of the folded text that came from a span of the source.
pub(crate) fn to_folded(normal: &NormalText, source: Span) -> Span {
    if normal.is_in_step() {
        return source;
    }
    let back = |at: usize| normal.to_source(Span::new(at, at));
    let bytes = normal.text().len();
    let near = |at: usize| normal.beside_source(at).min(bytes);
    let start = first_byte((near(source.start), bytes), |at| {
        back(at).start >= source.start
    });
    let behind = (near(source.end) + 1).min(bytes);
    let end = first_byte((behind, bytes), |at| back(at).end > source.end).saturating_sub(1);
    let end = if back(bytes).end <= source.end {
        bytes
    } else {
        end
    };
    Span::new(start.min(end), end)
}

/// The first of `0..bytes` for which a condition holds that never ceases to; else `bytes`. Where it is found
/// depends on nothing but the condition; a good guess spares the search.
fn first_byte((guess, bytes): (usize, usize), holds: impl Fn(usize) -> bool) -> usize {
    let before = guess.checked_sub(1);
    if guess < bytes && holds(guess) && before.is_none_or(|at| !holds(at)) {
        return guess;
    }
    let (mut low, mut high) = (0, bytes);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_region_of_the_source_is_found_in_the_folded_text() {
        let source = "ﬁne “home”.\nNau\u{200B}sea ﬁt";
        let words = Words::new(source);
        let lines = |from: &str, to: &str| -> Vec<String> {
            let span = Span::new(
                source.find(from).unwrap(),
                source.find(to).unwrap() + to.len(),
            );
            let lines = lines_in(&words, span).into_iter();
            lines
                .map(|l| l.slice(words.normal().text()).to_owned())
                .collect()
        };
        assert_eq!(lines("“home", "”."), ["\"home\"."]);
        assert_eq!(lines("ﬁne", "sea"), ["fine \"home\".", "nausea"]);
        assert_eq!(lines("Nau", "ﬁt"), ["nausea fit"]);
    }

    proptest! {
        #[test]
        fn lines_lie_on_characters(source in "[a “’ﬁé\u{301}\u{200B}\n]{0,20}", a in 0..20usize, b in 0..20usize) {
            let words = Words::new(&source);
            let bounds: Vec<usize> = source.char_indices().map(|(i, _)| i).chain([source.len()]).collect();
            let (a, b) = (bounds[a % bounds.len()], bounds[b % bounds.len()]);
            for line in lines_in(&words, Span::new(a.min(b), a.max(b))) {
                let text = words.normal().text();
                prop_assert!(text.is_char_boundary(line.start) && text.is_char_boundary(line.end));
                prop_assert!(!line.slice(text).is_empty() && !line.slice(text).contains('\n'));
            }
        }
    }
}
