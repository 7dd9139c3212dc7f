//! Sections: what stands under a heading, and what the heading says of it.
//!
//! Comes in: headings found. Goes out: sections that follow each other without overlap, each from
//! its heading to the next one, or to where its kind of content ends.

use crate::model::headings::{SectionRules, WordSet};
use crate::model::layout::{Section, SectionDefault, Sentence};
use crate::text::{Span, Words, fold};

use super::headings::{Form, Heading};
use super::lines::Line;

/// What sections are built from.
pub(super) struct Found<'f> {
    pub(super) rules: &'f SectionRules,
    pub(super) lines: &'f [Line],
    pub(super) headings: &'f [Heading],
    pub(super) front_matter: Span,
}

/// Builds the sections of a text.
pub(super) fn build(
    text: &str,
    sentences: &[Sentence],
    words: &Words,
    found: &Found<'_>,
) -> Vec<Section> {
    let mut sections = Vec::new();
    if !found.front_matter.is_empty() {
        sections.push(Section {
            name: "front_matter".to_owned(),
            heading: Span::new(found.front_matter.start, found.front_matter.start + 3),
            span: found.front_matter,
            session_type: None,
            default: SectionDefault::NotCoded,
            voice: None,
        });
    }
    let kept = without_fields(found.headings);
    let ends = paragraph_ends(found.lines, text.len());
    let types = session_types(text, words, &kept, found.rules);
    for (i, heading) in kept.iter().enumerate() {
        let next = kept.get(i + 1).map_or(text.len(), |h| h.start);
        let rule = heading.rule.map(|r| &found.rules.headings[r]);
        let mut end = next;
        if let Some(rule) = rule
            && rule.default != SectionDefault::None
        {
            if heading.form == Form::RunIn {
                end = end.min(ends[heading.line]);
            }
            if rule.is_list {
                let pronouns = &found.rules.transcript.third_person;
                end = end.min(list_end(
                    words,
                    sentences,
                    Span::new(heading.body, end),
                    pronouns,
                ));
            }
        }
        sections.push(Section {
            name: rule.map_or_else(
                || {
                    fold(heading.span.slice(text))
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ")
                },
                |r| r.name.clone(),
            ),
            heading: heading.span,
            span: Span::new(heading.start, end.max(heading.span.end)),
            session_type: types[i].clone(),
            default: rule.map_or(SectionDefault::None, |r| r.default),
            voice: rule.and_then(|r| r.voice),
        });
    }
    sections
}

/// Leaves out fields inside of a section (`Asthma: no` under `PAST HISTORY`): weak headings, unless
/// they stand beside the heading before them as equals.
fn without_fields(headings: &[Heading]) -> Vec<&Heading> {
    let mut kept: Vec<&Heading> = Vec::new();
    for heading in headings {
        let is_equal = kept.last().is_some_and(|h| h.form == Form::RunIn);
        if !heading.is_weak || is_equal {
            kept.push(heading);
        }
    }
    kept
}

/// For each line the start of the next paragraph.
fn paragraph_ends(lines: &[Line], end: usize) -> Vec<usize> {
    let mut ends = vec![end; lines.len()];
    let mut next = end;
    for (i, line) in lines.iter().enumerate().rev() {
        ends[i] = next;
        if line.opens_paragraph {
            next = line.span.start;
        }
    }
    ends
}

/// Where a list of medicines ends and prose about the participant begins: the first sentence that
/// holds a pronoun of the third person.
fn list_end(words: &Words, sentences: &[Sentence], body: Span, pronouns: &WordSet) -> usize {
    let first = sentences.partition_point(|s| s.span.start < body.start);
    sentences[first..]
        .iter()
        .take_while(|s| s.span.start < body.end)
        .find(|s| s.words.clone().any(|w| pronouns.contains(words.form(w))))
        .map_or(body.end, |s| s.span.start)
}

/// The session type of each section: that of a heading which names one, with enough words before
/// it and under it, and of the headings below that one.
fn session_types(
    text: &str,
    words: &Words,
    headings: &[&Heading],
    rules: &SectionRules,
) -> Vec<Option<String>> {
    let mut types = vec![None; headings.len()];
    let mut i = 0;
    while i < headings.len() {
        let named = headings[i]
            .rule
            .and_then(|r| rules.headings[r].session_type.clone());
        let Some(name) = named else {
            i += 1;
            continue;
        };
        let end = (i + 1..headings.len())
            .find(|&next| ends_part(headings[i], headings[next], rules))
            .unwrap_or(headings.len());
        let last = headings.get(end).map_or(text.len(), |h| h.start);
        let before = words.inside(Span::new(0, headings[i].start)).len();
        let under = words
            .inside(Span::new(headings[i].body.min(last), last))
            .len();
        if before >= rules.session_words_min && under >= rules.session_words_min {
            types[i..end].fill(Some(name));
        }
        i = end;
    }
    types
}

/// Whether a heading ends the part that an earlier one opened: it names a session type itself, or
/// is written in the same form or a higher one and is none that stands inside of parts.
fn ends_part(part: &Heading, next: &Heading, rules: &SectionRules) -> bool {
    let rule = next.rule.map(|r| &rules.headings[r]);
    if rule.is_some_and(|r| r.session_type.is_some()) {
        return true;
    }
    next.form <= part.form && !rule.is_some_and(|r| r.keeps_session)
}
