//! Sentences that are a form's or a heading's, and so no text that could be copied.

use crate::model::layout::Layout;
use crate::text::next_box;

/// For each sentence whether it is a heading, a box, or a field with a short value: many notes hold
/// the same ones, and each says something of its own with them.
pub(super) fn bare_sentences(text: &str, layout: &Layout) -> Vec<bool> {
    let mut headings = layout.sections.iter().map(|s| s.heading).peekable();
    let mut bare = Vec::with_capacity(layout.sentences.len());
    for sentence in &layout.sentences {
        while headings.next_if(|h| h.end <= sentence.span.start).is_some() {}
        let is_heading = headings
            .peek()
            .is_some_and(|h| sentence.span.contains(*h) && h.len() + 6 >= sentence.span.len());
        bare.push(is_heading || is_form(sentence.span.slice(text)));
    }
    bare
}

/// A box, or a field with a short value.
fn is_form(sentence: &str) -> bool {
    if next_box(sentence, 0).is_some() || sentence.starts_with('|') {
        return true;
    }
    let mut halves = sentence.splitn(2, ':');
    let words = |half: Option<&str>| half.map(|h| h.split_whitespace().count());
    let (name, value) = (words(halves.next()), words(halves.next()));
    name.is_some_and(|n| n <= 3) && value.is_some_and(|n| n <= 3)
}
