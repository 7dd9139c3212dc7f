//! The folded copy that matching sees: compatibility forms, quotation marks and case made one.
//!
//! Comes in: a text. Goes out: a folded text and a map from its bytes back to the source's. The
//! source is never changed, and a span of the folded text always maps to whole characters of it.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::span::Span;
use super::token::Token;

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
        let mut normal = Self {
            text: String::with_capacity(source.len()),
            shifts: Vec::new(),
        };
        let mut at = 0;
        while at < source.len() {
            let run = Span::new(at, ascii_until(source, at));
            normal.push_ascii(run.slice(source));
            let clusters = Clusters {
                text: source,
                at: run.end,
            };
            at = run.end;
            for cluster in clusters.take_while(|c| !c.slice(source).is_ascii()) {
                normal.push_cluster(cluster, source);
                at = cluster.end;
            }
        }
        normal
    }

    fn push_ascii(&mut self, run: &str) {
        let start = self.text.len();
        self.text.push_str(run);
        if let Some(copy) = self.text.get_mut(start..) {
            copy.make_ascii_lowercase();
        }
    }

    fn push_cluster(&mut self, cluster: Span, source: &str) {
        let start = self.text.len();
        fold_into(cluster.slice(source), &mut self.text);
        let folded = self.text.get(start..).unwrap_or_default();
        if folded.len() != cluster.len() || !one_char(folded) || !one_char(cluster.slice(source)) {
            self.shifts.push(Shift {
                folded: Span::new(start, self.text.len()),
                source: cluster,
            });
        }
    }

    /// Whether every byte of the copy stands where it stands in the source.
    #[inline]
    pub fn is_in_step(&self) -> bool {
        self.shifts.is_empty()
    }

    /// The folded text.
    #[inline]
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

    /// The spans of the source that spans in ascending order came from.
    pub(super) fn to_sources(&self, tokens: &[Token]) -> Vec<Token> {
        let mut passed = 0;
        let mut out = Vec::with_capacity(tokens.len());
        for token in tokens {
            let folded = token.span();
            while self
                .shifts
                .get(passed)
                .is_some_and(|s| s.folded.end <= folded.start)
            {
                passed += 1;
            }
            let plain = self
                .shifts
                .get(passed)
                .is_none_or(|s| s.folded.start >= folded.end);
            let last = passed.checked_sub(1).map(|i| self.shifts[i]);
            let span = match (plain, last) {
                (true, None) => folded,
                (true, Some(last)) => Span::new(
                    folded.start - last.folded.end + last.source.end,
                    folded.end - last.folded.end + last.source.end,
                ),
                (false, _) => self.to_source(folded),
            };
            out.push(Token {
                start: span.start as u32,
                end: span.end as u32,
            });
        }
        out
    }

    /// The byte of the folded text that came from a byte of the source, as far as that lies in no character which
    /// changed its length.
    pub(crate) fn beside_source(&self, byte: usize) -> usize {
        let passed = self.shifts.partition_point(|s| s.source.end <= byte);
        match passed.checked_sub(1).map(|i| self.shifts[i]) {
            Some(last) => byte - last.source.end + last.folded.end,
            None => byte,
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

/// Where the plain ASCII that starts at a byte ends; a letter with a mark on it is not plain.
fn ascii_until(text: &str, start: usize) -> usize {
    const STEP: usize = 32;
    let bytes = &text.as_bytes()[start..];
    let steps = bytes
        .chunks_exact(STEP)
        .take_while(|c| c.is_ascii())
        .count()
        * STEP;
    let rest = bytes[steps..].iter().take_while(|b| b.is_ascii()).count();
    let end = start + steps + rest;
    let next = text.get(end..).and_then(|rest| rest.chars().next());
    match next {
        Some(c) if end > start && is_combining_mark(c) => end - 1,
        _ => end,
    }
}

fn fold_into(cluster: &str, out: &mut String) {
    // The quotation marks and dashes of word processors need no table look-up.
    let common = match cluster {
        "\u{2018}" | "\u{2019}" => "'",
        "\u{201C}" | "\u{201D}" => "\"",
        "\u{2013}" | "\u{2014}" => "-",
        _ => "",
    };
    if !common.is_empty() {
        out.push_str(common);
        return;
    }
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

    /// Every character with its marks, one after the other.
    fn fold_by_character(source: &str) -> (String, Vec<(Span, Span)>) {
        let (mut text, mut shifts) = (String::new(), Vec::new());
        for cluster in (Clusters {
            text: source,
            at: 0,
        }) {
            let start = text.len();
            for c in cluster.slice(source).nfkc() {
                match plain(c) {
                    Some(other) => text.push_str(other),
                    None => text.extend(c.to_lowercase()),
                }
            }
            let folded = text.get(start..).unwrap();
            if folded.len() != cluster.len()
                || !one_char(folded)
                || !one_char(cluster.slice(source))
            {
                shifts.push((Span::new(start, text.len()), cluster));
            }
        }
        (text, shifts)
    }

    proptest! {
        #[test]
        fn stretches_of_ascii_fold_as_characters_do(
            source in "([A-Ca .]{0,40}|[‘’“”–—…ﬁÉe\u{301}\u{200B}\u{AD}]{0,3}|\\PC{0,2}){0,6}"
        ) {
            let normal = NormalText::new(&source);
            let shifts: Vec<_> = normal.shifts.iter().map(|s| (s.folded, s.source)).collect();
            prop_assert_eq!((normal.text.clone(), shifts), fold_by_character(&source));
        }

        #[test]
        fn words_map_back_as_their_spans_do(source in "([a-c .]{0,4}|[’“ﬁé\u{301}\u{200B}]{0,3}){0,9}") {
            let normal = NormalText::new(&source);
            let tokens = super::super::token::tokenize(normal.text());
            let expected: Vec<Span> = tokens.iter().map(|t| normal.to_source(t.span())).collect();
            let found = normal.to_sources(&tokens);
            prop_assert_eq!(found.iter().map(|t| t.span()).collect::<Vec<_>>(), expected);
        }

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
