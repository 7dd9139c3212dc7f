//! The folded copy that matching sees: compatibility forms, quotation marks and case made one.
//!
//! Comes in: a text. Goes out: a folded text and a map from its bytes back to the source's. The
//! source is never changed, and a span of the folded text always maps to whole characters of it.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::span::Span;

/// A folded copy of a text with the way back.
#[derive(Debug, Clone)]
pub struct NormalText {
    text: String,
    /// Places where the copy is out of step with the source, in order.
    shifts: Vec<Shift>,
}

/// A character (with its combining marks) whose folded form has other bounds.
#[derive(Debug, Clone, Copy)]
struct Shift {
    folded: Span,
    source: Span,
}

impl NormalText {
    /// Folds a text.
    pub fn new(source: &str) -> Self {
        if source.is_ascii() {
            return Self {
                text: source.to_ascii_lowercase(),
                shifts: Vec::new(),
            };
        }
        let mut text = String::with_capacity(source.len());
        let mut shifts = Vec::new();
        let clusters = Clusters {
            text: source,
            at: 0,
        };
        for cluster in clusters {
            let start = text.len();
            fold_into(cluster.slice(source), &mut text);
            let folded = text.get(start..).unwrap_or_default();
            if folded.len() != cluster.len()
                || !one_char(folded)
                || !one_char(cluster.slice(source))
            {
                shifts.push(Shift {
                    folded: Span::new(start, text.len()),
                    source: cluster,
                });
            }
        }
        Self { text, shifts }
    }

    /// Whether every byte of the copy stands where it stands in the source.
    pub fn is_in_step(&self) -> bool {
        self.shifts.is_empty()
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The span of the source that a span of the folded text came from, in whole characters.
    pub fn to_source(&self, span: Span) -> Span {
        Span {
            start: self.back(span.start, Edge::Start),
            end: self.back(span.end, Edge::End),
        }
    }

    fn back(&self, byte: usize, edge: Edge) -> usize {
        let next = self.shifts.partition_point(|s| s.folded.end <= byte);
        if let Some(shift) = self.shifts.get(next)
            && shift.folded.start < byte
        {
            return match edge {
                Edge::Start => shift.source.start,
                Edge::End => shift.source.end,
            };
        }
        // A character that folds to nothing has an empty folded span: it is passed for a start,
        // and for an end it is left outside.
        let passed = match edge {
            Edge::Start => next,
            Edge::End => self.shifts.partition_point(|s| {
                s.folded.end < byte || (s.folded.end == byte && !s.folded.is_empty())
            }),
        };
        match passed.checked_sub(1).map(|i| self.shifts[i]) {
            Some(last) => byte - last.folded.end + last.source.end,
            None => byte,
        }
    }
}

#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}

/// Folds one word: borrowed where nothing changes.
///
/// ```
/// assert_eq!(verbatim::text::fold("Didn’t"), "didn't");
/// assert_eq!(verbatim::text::fold("ﬁne"), "fine");
/// ```
pub fn fold(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        if word.bytes().any(|b| b.is_ascii_uppercase()) {
            return Cow::Owned(word.to_ascii_lowercase());
        }
        return Cow::Borrowed(word);
    }
    let mut out = String::with_capacity(word.len());
    let clusters = Clusters { text: word, at: 0 };
    for cluster in clusters {
        fold_into(cluster.slice(word), &mut out);
    }
    Cow::Owned(out)
}

fn fold_into(cluster: &str, out: &mut String) {
    for c in cluster.nfkc() {
        match plain(c) {
            Some("") => {}
            Some(other) => out.push_str(other),
            None => out.extend(c.to_lowercase()),
        }
    }
}

fn one_char(text: &str) -> bool {
    text.chars().nth(1).is_none()
}

/// The ASCII character that stands for a typographic one; empty for invisible ones.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2032}' | '\u{00B4}' | '\u{02BC}' => "'",
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{2033}' | '«' | '»' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{00AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FEFF}' => "",
        _ => return None,
    })
}

/// Splits a text into characters with the combining marks that follow them.
struct Clusters<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Clusters<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let mut chars = self.text.get(self.at..)?.chars();
        let first = chars.next()?;
        let start = self.at;
        self.at += first.len_utf8();
        for c in chars.take_while(|&c| !c.is_ascii() && is_combining_mark(c)) {
            self.at += c.len_utf8();
        }
        Some(Span::new(start, self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_folded_span_maps_to_whole_characters() {
        let source = "“ﬁne” cafe\u{301} x";
        let normal = NormalText::new(source);
        assert_eq!(normal.text(), "\"fine\" café x");
        let find = |needle: &str| {
            let at = normal.text().find(needle).unwrap();
            normal
                .to_source(Span::new(at, at + needle.len()))
                .slice(source)
                .to_owned()
        };
        assert_eq!(find("fine"), "ﬁne");
        assert_eq!(find("in"), "ﬁn");
        assert_eq!(find("café"), "cafe\u{301}");
        assert_eq!(find("x"), "x");
    }

    proptest! {
        #[test]
        fn the_whole_maps_to_the_whole(source in "\\PC{0,80}") {
            let normal = NormalText::new(&source);
            let back = normal.to_source(Span::new(0, normal.text().len()));
            prop_assert!(back.end <= source.len());
            prop_assert!(source.is_char_boundary(back.start) && source.is_char_boundary(back.end));
            for (at, c) in normal.text().char_indices() {
                let back = normal.to_source(Span::new(at, at + c.len_utf8()));
                prop_assert!(back.start < back.end && source.get(back.start..back.end).is_some());
            }
        }
    }
}
