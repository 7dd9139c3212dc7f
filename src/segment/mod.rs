//! A note's text cut into its parts: sentences, sections, quotations, turns, copied spans.
//!
//! Comes in: a text and the section rules. Goes out: a [`Layout`] whose spans point into the text.
//! Refuses nothing: a text without any order is one sentence.

mod accounts;
mod bare;
mod boilerplate;
mod boxes;
mod copied;
mod family;
mod front_matter;
mod hashes;
mod headings;
mod lines;
mod numbering;
mod own_words;
mod parts;
mod quotes;
mod sections;
mod sentences;
mod speakers;
mod spoken;
mod stops;
mod stretches;

pub use boilerplate::{Boilerplate, BoilerplateCount, Recurring, TemplatePlaces};
pub use copied::CopyTracker;
pub use parts::{DIRECT_QUOTE_WORDS_MIN, detail, parts};

use crate::model::headings::SectionRules;
use crate::model::layout::{Layout, Turn};
use crate::text::Words;

/// Cuts a text into its parts; `turns` are the speakers' turns that its source gives.
///
/// ```
/// use verbatim::{codebook, segment};
/// let rules = codebook::builtin_section_rules("en").expect("English")?;
/// let text = "S: Felt \"at home in me.\" Denies nausea.\nP: Rest.";
/// let layout = segment::layout(text, &rules, &[]);
/// assert_eq!(layout.sections[1].name, "plan");
/// assert_eq!(layout.quotes[0].span.slice(text), "at home in me.");
/// # Ok::<(), verbatim::error::Error>(())
/// ```
pub fn layout(text: &str, rules: &SectionRules, turns: &[Turn]) -> Layout {
    let words = Words::new(text);
    let mut lines = lines::read(text);
    let front_matter = front_matter::find(text);
    for line in &mut lines {
        line.goes_on &= line.span.start >= front_matter.end;
    }
    let in_capitals = family::is_in_capitals(text);
    let mut turns = turns.to_vec();
    let mut headings = headings::find(text, &lines, rules, in_capitals);
    headings.retain(|h| h.start >= front_matter.end);
    if turns.is_empty() {
        turns = speakers::find(text, &lines, &rules.transcript);
        // A speaker's label heads no section.
        headings.retain(|h| {
            turns
                .binary_search_by_key(&h.body, |t| t.span.start)
                .is_err()
        });
    }
    let spoken = spoken::find(text, &words, &lines, &rules.spoken, in_capitals);
    let bounds = sentences::Bounds {
        lines: &lines,
        headings: &headings,
        turns: &turns,
        spoken: &spoken.ends,
    };
    let sentences = sentences::find(text, &words, rules, &bounds);
    let (quotes, warnings) = quotes::find(text, &words, &lines, &headings, &spoken);
    if turns.is_empty() {
        turns = own_words::find(&own_words::Ground {
            text,
            words: &words,
            lines: &lines,
            sentences: &sentences,
            headings: &headings,
            quotes: &quotes,
            rules: &rules.transcript,
            body: front_matter.end,
        });
    }
    let found = sections::Found {
        rules,
        lines: &lines,
        headings: &headings,
        front_matter,
    };
    let sections = sections::build(text, &sentences, &words, &found);
    Layout {
        words,
        sentences,
        sections,
        quotes,
        turns,
        copied: Vec::new(),
        session_type: None,
        warnings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;
    use proptest::prelude::*;

    fn rules() -> &'static SectionRules {
        static RULES: std::sync::OnceLock<SectionRules> = std::sync::OnceLock::new();
        RULES.get_or_init(|| {
            crate::codebook::builtin_section_rules("en")
                .expect("English")
                .expect("no findings")
        })
    }

    fn sound(text: &str, layout: &Layout) {
        let whole = |span: Span| text.get(span.start..span.end).is_some();
        let mut word = 0;
        let mut end = 0;
        for s in &layout.sentences {
            assert_eq!(s.words.start, word, "no word is left out: {text:?}");
            assert!(s.words.end > s.words.start);
            assert!(whole(s.span) && s.span.start >= end, "{text:?}");
            assert!(s.span.start <= layout.words.span(s.words.start).start);
            assert!(
                layout.words.span(s.words.end - 1).end <= s.span.end,
                "{text:?}"
            );
            (word, end) = (s.words.end, s.span.end);
        }
        assert_eq!(word, layout.words.len());
        let mut start = 0;
        for s in &layout.sections {
            assert!(whole(s.span) && whole(s.heading) && s.span.start >= start);
            assert!(s.span.contains(s.heading), "{text:?}");
            start = s.span.start;
        }
        assert!(layout.quotes.is_sorted_by_key(|q| q.span.start));
        for q in &layout.quotes {
            assert!(whole(q.span) && q.words > 0);
        }
    }

    #[test]
    fn a_combining_mark_behind_a_blank_stays_in_its_sentence() {
        for text in [" \u{11357}", "a. \u{11357}", "a\n \u{11357} b.\n\u{11357}"] {
            sound(text, &layout(text, rules(), &[]));
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_sound_layout(text in "\\PC{0,120}") {
            sound(&text, &layout(&text, rules(), &[]));
        }

        #[test]
        fn note_like_text_has_a_sound_layout(
            text in "(S: |O: |PLAN:|Plan|\\n\\n?|\\. |[,;:?!.)(]|\"|'|“|”|’|\\[x\\] |\\[ \\]| {1,3}|nausea|She|Dr|K\\.T\\.|1\\)|- |\\*\\*|# |---\\n|PERIOD|QUOTE|UNQUOTE|NEW PARA|Client: |é\u{301}|\u{200b}|I'm| [a-z]{1,4} ){0,60}"
        ) {
            sound(&text, &layout(&text, rules(), &[]));
        }
    }
}
