//! What the context says of passages that a person marked and no pattern finds.

use crate::coding::context::{Target, WholeNote};
use crate::coding::context_reader::ContextReader;
use crate::model::coding::{Facts, Voice};
use crate::model::layout::Layout;
use crate::text::Span;

use super::Worker;

impl Worker<'_> {
    /// Judges passages by the cues around them, as if a pattern had found each.
    pub fn hear(&mut self, text: &str, layout: &Layout, spans: &[Span]) -> Vec<(Facts, Voice)> {
        let (context, note) = (&self.context, WholeNote::new(text, layout));
        let vocabulary = &mut self.cue_vocabulary;
        let mut sentences = ContextReader::new(context, &self.matcher.cues, vocabulary);
        let mut sentences = sentences.begin(&note);
        let heard = spans.iter().map(|&span| {
            let Some(sentence) = layout.sentence_at(span.start) else {
                return (Facts::default(), Voice::Reported);
            };
            let target = Target {
                span,
                opposite: false,
                own_negations: None,
            };
            let decision = context.decide(&note, &sentences.of(sentence), &target);
            (decision.facts, decision.voice)
        });
        heard.collect()
    }
}
