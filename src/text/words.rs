//! A note's words: found once, seen folded by matching, pointing into the source.
//!
//! Comes in: a text. Goes out: its words in order, each with its folded form and the span of the
//! source that it came from. Words are found on the folded copy, so that an invisible character
//! inside a word does not cut it.

use std::ops::Range;

use super::normal::NormalText;
use super::span::Span;
use super::token::{Token, tokenize};

/// The words of one text.
#[derive(Debug, Clone)]
pub struct Words {
    normal: NormalText,
    folded: Vec<Token>,
    /// Spans in the source; none where they are those of the folded copy.
    source: Option<Vec<Token>>,
}

impl Default for Words {
    fn default() -> Self {
        Self::new("")
    }
}

impl Words {
    /// Finds the words of a text.
    ///
    /// ```
    /// use verbatim::text::Words;
    /// let text = "“Naïve” Home";
    /// let words = Words::new(text);
    /// assert_eq!(words.form(1), "home");
    /// assert_eq!(words.span(1).slice(text), "Home");
    /// ```
    pub fn new(text: &str) -> Self {
        let normal = NormalText::new(text);
        let folded = tokenize(normal.text());
        let source = (!normal.is_in_step()).then(|| normal.to_sources(&folded));
        Self {
            normal,
            folded,
            source,
        }
    }

    /// How many words there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.folded.len()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// The folded copy of the text.
    #[inline]
    pub fn normal(&self) -> &NormalText {
        &self.normal
    }

    /// The folded form of a word.
    #[inline]
    pub fn form(&self, word: usize) -> &str {
        self.folded[word].span().slice(self.normal.text())
    }

    /// The span of a word in the folded copy.
    #[inline]
    pub fn folded_span(&self, word: usize) -> Span {
        self.folded[word].span()
    }

    /// The span of a word in the source.
    #[inline]
    pub fn span(&self, word: usize) -> Span {
        self.sources()[word].span()
    }

    /// The span in the source from the first to the last word of a range that is not empty.
    pub fn span_of(&self, words: &Range<usize>) -> Span {
        Span::new(self.span(words.start).start, self.span(words.end - 1).end)
    }

    /// The words that lie wholly inside a span of the source.
    pub fn inside(&self, span: Span) -> Range<usize> {
        let sources = self.sources();
        let start = sources.partition_point(|t| (t.start as usize) < span.start);
        let end = sources.partition_point(|t| (t.end as usize) <= span.end);
        start..end.max(start)
    }

    /// The words that share at least one byte with a span of the source.
    pub fn touching(&self, span: Span) -> Range<usize> {
        let sources = self.sources();
        let start = sources.partition_point(|t| (t.end as usize) <= span.start);
        let end = sources.partition_point(|t| (t.start as usize) < span.end);
        start..end.max(start)
    }

    #[inline]
    fn sources(&self) -> &[Token] {
        self.source.as_deref().unwrap_or(&self.folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invisible_character_does_not_cut_a_word() {
        let text = "nau\u{200B}sea, mild";
        let words = Words::new(text);
        assert_eq!(words.len(), 2);
        assert_eq!(words.form(0), "nausea");
        assert_eq!(words.span(0).slice(text), "nau\u{200B}sea");
    }

    #[test]
    fn words_are_found_by_span() {
        let text = "mild nausea, resolved";
        let words = Words::new(text);
        assert_eq!(words.inside(Span::new(1, 11)), 1..2);
        assert_eq!(words.touching(Span::new(1, 11)), 0..2);
        assert_eq!(words.inside(Span::new(11, 12)), 2..2);
    }
}
