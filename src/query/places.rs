//! Places in a note's text, counted in every unit that a window may count.
//!
//! Comes in: a text and its layout. Goes out: for any span, the words, sentences and paragraphs
//! that it covers. A paragraph ends at an empty line or before a heading.

use crate::model::layout::Layout;
use crate::text::Span;

/// The first of some units, and the end of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Extent {
    /// The first.
    pub start: u32,
    /// For words the one behind the last, for sentences and paragraphs the last.
    pub end: u32,
}

impl Extent {
    fn union(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// A place in a note's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its bytes.
    pub span: Span,
    /// Its words.
    pub words: Extent,
    /// Its sentences.
    pub sentences: Extent,
    /// Its paragraphs.
    pub paragraphs: Extent,
}

impl Place {
    /// From the first to the last of two.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            span: self.span.union(other.span),
            words: self.words.union(other.words),
            sentences: self.sentences.union(other.sentences),
            paragraphs: self.paragraphs.union(other.paragraphs),
        }
    }
}

/// Finds places in one text.
#[derive(Debug)]
pub struct Places<'l> {
    text: &'l str,
    layout: &'l Layout,
    paragraphs: Vec<Span>,
}

impl<'l> Places<'l> {
    /// Cuts the text into paragraphs.
    pub fn new(text: &'l str, layout: &'l Layout) -> Self {
        Self {
            text,
            layout,
            paragraphs: paragraphs(text, layout),
        }
    }

    /// The place of a span.
    pub fn of(&self, span: Span) -> Place {
        let words = self.layout.words.touching(span);
        let last = span.end.saturating_sub(1).max(span.start);
        let sentence = |byte| self.layout.sentence_at(byte).unwrap_or(0) as u32;
        let paragraph = |byte| {
            let next = self.paragraphs.partition_point(|p| p.start <= byte);
            next.saturating_sub(1) as u32
        };
        Place {
            span,
            words: Extent {
                start: words.start as u32,
                end: words.end as u32,
            },
            sentences: Extent {
                start: sentence(span.start),
                end: sentence(last),
            },
            paragraphs: Extent {
                start: paragraph(span.start),
                end: paragraph(last),
            },
        }
    }

    /// The whole text, less outer white space.
    pub fn whole(&self) -> Place {
        self.of(Span::new(0, self.text.len()).trim(self.text))
    }

    /// Every sentence.
    pub fn sentences(&self) -> Vec<Place> {
        self.layout
            .sentences
            .iter()
            .map(|s| self.of(s.span))
            .collect()
    }

    /// Every paragraph.
    pub fn paragraphs(&self) -> Vec<Place> {
        self.paragraphs.iter().map(|&p| self.of(p)).collect()
    }

    /// Every direct quotation.
    pub fn quotations(&self) -> Vec<Place> {
        self.layout.quotes.iter().map(|q| self.of(q.span)).collect()
    }
}

fn paragraphs(text: &str, layout: &Layout) -> Vec<Span> {
    let mut cuts: Vec<usize> = layout.sections.iter().map(|s| s.span.start).collect();
    let (mut at, mut blank) = (0, true);
    for line in text.split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        if blank && !is_blank {
            cuts.push(at);
        }
        (blank, at) = (is_blank, at + line.len());
    }
    cuts.sort_unstable();
    cuts.dedup();
    let ends = cuts.iter().skip(1).copied().chain([text.len()]);
    let spans = cuts.iter().zip(ends);
    spans
        .map(|(&start, end)| Span::new(start, end).trim(text))
        .filter(|span| !span.is_empty())
        .collect()
}
