//! What the context says of passages that a person marked and no pattern finds.

use crate::coding::context::Target;
use crate::model::coding::{Facts, Voice};
use crate::model::layout::Layout;
use crate::text::Span;

use super::cue_finder::CueFinder;
use super::{NoteCoding, Worker};

impl Worker<'_> {
    /// Judges passages by the cues around them, as if a pattern had found each.
    pub fn hear(&mut self, text: &str, layout: &Layout, spans: &[Span]) -> Vec<(Facts, Voice)> {
        let matcher = self.matcher;
        let patterns = &matcher.patterns;
        let classes = patterns.classify(&mut self.vocabulary, &layout.words);
        let cues = CueFinder::new(&matcher.cues, &mut self.cue_vocabulary);
        let rules = (matcher, &self.context, cues);
        let mut note = NoteCoding::begin(rules, (text, layout), &classes);
        let heard = spans.iter().map(|&span| {
            let Some(sentence) = layout.sentence_at(span.start) else {
                return (Facts::default(), Voice::Reported);
            };
            let context = note.read_context(sentence);
            let target = Target {
                span,
                opposite: false,
                own_negations: None,
            };
            let decision = note.context.decide(&note.whole, &context, &target);
            (decision.facts, decision.voice)
        });
        heard.collect()
    }
}
