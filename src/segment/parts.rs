//! How much text a note holds, by session type, and how detailed that makes it.

use crate::model::corpus::Detail;
use crate::model::headings::SectionRules;
use crate::model::layout::{CopyKind, Layout};
use crate::model::measure::{Measure, Part};
use crate::text::{Span, tokenize};

/// A quotation is a direct one from so many words on.
pub const DIRECT_QUOTE_WORDS_MIN: usize = 3;

/// The parts of a note by session type: first its own, then one for each other type that its
/// sections name, in their order. What stands where decides by its first byte; a nested quotation
/// counts with the one that holds it.
pub fn parts(text: &str, layout: &Layout) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    let mut owners = Owners::new(layout, &mut parts);
    let one_word = Measure {
        words: 1,
        ..Measure::default()
    };
    if text.is_ascii() {
        // Folding moves nothing: the words are those of the text.
        for word in 0..layout.words.len() {
            owners.add(&mut parts, layout.words.span(word).start, one_word);
        }
    } else {
        for token in tokenize(text) {
            owners.add(&mut parts, token.span().start, one_word);
        }
    }
    owners.rewind();
    let one_sentence = Measure {
        sentences: 1,
        ..Measure::default()
    };
    for sentence in &layout.sentences {
        owners.add(&mut parts, sentence.span.start, one_sentence);
    }
    owners.rewind();
    let one_quote = Measure {
        direct_quotes: 1,
        ..Measure::default()
    };
    for quote in &layout.quotes {
        if quote.depth == 0 && tokenize(quote.span.slice(text)).len() >= DIRECT_QUOTE_WORDS_MIN {
            owners.add(&mut parts, quote.span.start, one_quote);
        }
    }
    parts
}

/// Tells which part a byte belongs to and whether it is copied, or a template's; bytes come in order.
struct Owners {
    /// Sections of another session type: span and part.
    typed: Vec<(Span, usize)>,
    copied: Vec<(Span, CopyKind)>,
    next_typed: usize,
    next_copied: usize,
}

impl Owners {
    fn new(layout: &Layout, parts: &mut Vec<Part>) -> Self {
        let mut typed = Vec::new();
        for section in &layout.sections {
            let Some(name) = &section.session_type else {
                continue;
            };
            let known = parts
                .iter()
                .position(|p| p.session_type.as_ref() == Some(name));
            let part = known.unwrap_or_else(|| {
                parts.push(Part {
                    session_type: Some(name.clone()),
                    ..Part::default()
                });
                parts.len() - 1
            });
            typed.push((section.span, part));
        }
        Self {
            typed,
            copied: layout.copied.iter().map(|c| (c.span, c.kind)).collect(),
            next_typed: 0,
            next_copied: 0,
        }
    }

    fn rewind(&mut self) {
        (self.next_typed, self.next_copied) = (0, 0);
    }

    fn add(&mut self, parts: &mut [Part], byte: usize, amount: Measure) {
        while self
            .typed
            .get(self.next_typed)
            .is_some_and(|(span, _)| span.end <= byte)
        {
            self.next_typed += 1;
        }
        while self
            .copied
            .get(self.next_copied)
            .is_some_and(|(span, _)| span.end <= byte)
        {
            self.next_copied += 1;
        }
        let part = match self.typed.get(self.next_typed) {
            Some((span, part)) if span.start <= byte => *part,
            _ => 0,
        };
        parts[part].all += amount;
        match self.copied.get(self.next_copied) {
            Some((span, CopyKind::Forward)) if span.start <= byte => parts[part].copied += amount,
            Some((span, CopyKind::Boilerplate)) if span.start <= byte => {
                parts[part].boilerplate += amount;
            }
            _ => {}
        }
    }
}

/// How detailed a note is, by its words and direct quotes.
pub fn detail(whole: &Measure, rules: &SectionRules) -> Detail {
    let rules = &rules.detail;
    let quoted = whole.direct_quotes >= rules.detailed_quotes_min
        && whole.words >= rules.detailed_quotes_words_min;
    if whole.words >= rules.detailed_words_min || quoted {
        Detail::Detailed
    } else if whole.words <= rules.terse_words_max {
        Detail::Terse
    } else {
        Detail::Summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::corpus::NoteId;
    use crate::model::layout::{CopiedSpan, Section, SectionDefault};
    use crate::text::Words;

    #[test]
    fn words_count_for_their_part_and_copied_ones_apart() {
        let text = "Dosed well. Integration: felt quite home.";
        let layout = Layout {
            words: Words::new(text),
            sections: vec![Section {
                name: "integration".to_owned(),
                heading: Span::new(12, 23),
                span: Span::new(12, text.len()),
                session_type: Some("integration".to_owned()),
                default: SectionDefault::None,
                voice: None,
            }],
            copied: vec![CopiedSpan {
                span: Span::new(25, 36),
                from: NoteId::new("a"),
                kind: CopyKind::Forward,
            }],
            ..Layout::default()
        };
        let parts = parts(text, &layout);
        let amounts: Vec<_> = parts
            .iter()
            .map(|p| (p.all.words, p.copied.words))
            .collect();
        assert_eq!(amounts, [(2, 0), (4, 2)]);
    }
}
