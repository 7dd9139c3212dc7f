//! Text and Markdown files: one note each, or several behind header lines.

use regex::Regex;

use crate::error::Result;
use crate::model::ledger::Outcome;
use crate::model::reading::Role;
use crate::text::Span;

use super::blocks::{Blocks, split, split_by};
use super::convert::Converted;
use super::front_matter::front_matter;
use super::gather::{Draft, Gather, over_limit};
use super::headings_above::{headings_above, with_month};
use super::note_tables;
use super::outcome::{Part, Parts};
use super::recognise::{Clues, Recogniser};
use super::report::LayoutKind;
use super::split_pattern::pattern_of;

/// Characters of what stands around a text that its remark shows.
const APART_SHOWN: usize = 120;

/// Reads what a file was turned into.
pub(crate) fn read_converted(
    mut converted: Converted,
    pattern: Option<&Regex>,
    gather: &mut Gather<'_>,
) -> Result<Parts> {
    let tables = note_tables::find(&mut converted, gather);
    let mut part = if !tables.is_empty() {
        return note_tables::read(tables, converted, gather);
    } else if converted.about.is_empty() {
        read_text(converted.text, &converted.apart, pattern, gather)?
    } else {
        read_record(converted.text, converted.about, gather)?
    };
    if !converted.apart.is_empty() {
        part.remarks.push(format!(
            "set apart (head or foot of pages, or title), not coded: {:?}",
            shortened(&converted.apart)
        ));
    }
    part.remarks.extend(converted.remarks);
    part.damage.extend(converted.damage);
    Ok(Parts::from(part))
}

/// Reads the one note of a file that says itself whose note it is, and of which day.
fn read_record(text: String, about: Vec<(Role, String)>, gather: &mut Gather<'_>) -> Result<Part> {
    if text.trim().is_empty() {
        return Ok(Part {
            no_notes: Some((Outcome::Skipped, "no narrative text in it".to_owned())),
            ..Part::default()
        });
    }
    let limit = gather.shared.options.limits.note_bytes;
    if text.len() > limit {
        return Ok(Part::damaged(over_limit(text.len(), limit)));
    }
    gather.note(Draft {
        clues: Clues {
            columns: about,
            ..Clues::default()
        },
        text,
        ..Draft::default()
    })?;
    Ok(Part {
        layout: Some(LayoutKind::OneNote),
        ..Part::default()
    })
}

/// The start of a text in one line, for a remark.
fn shortened(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut start: String = words.chars().take(APART_SHOWN).collect();
    if start.len() < words.len() {
        start.push('…');
    }
    start
}

/// Reads a text file's notes into `gather`; `apart` is what stands around its text and is none of
/// it.
pub(crate) fn read_text(
    text: String,
    apart: &str,
    pattern: Option<&Regex>,
    gather: &mut Gather<'_>,
) -> Result<Part> {
    if text.trim().is_empty() {
        return Ok(Part {
            no_notes: Some((Outcome::Skipped, "no text in it".to_owned())),
            ..Part::default()
        });
    }
    let (front_matter, begins) = front_matter(&text);
    let recogniser = gather.shared.recogniser;
    let says = |role: Role| {
        let mut pairs = front_matter.iter();
        pairs.any(|(key, value)| !value.is_empty() && recogniser.column_role(key) == Some(role))
    };
    let body = Span::new(begins, text.len()).slice(&text);
    let blocks = match pattern {
        Some(pattern) => split_by(body, pattern),
        // What says its day above its text is one note, whatever days it tells of.
        None if says(Role::Date) => None,
        None => split(body, recogniser),
    };
    if let Some(blocks) = blocks {
        let around = Around {
            apart,
            front_matter: &front_matter,
            lines_before: Span::new(0, begins).slice(&text).lines().count(),
        };
        return read_blocks(body, &blocks, around, gather);
    }
    let limit = gather.shared.options.limits.note_bytes;
    if text.len() > limit {
        return Ok(Part::damaged(over_limit(text.len(), limit)));
    }
    let mut outcome = Part {
        layout: Some(LayoutKind::OneNote),
        ..Part::default()
    };
    if !text.contains(char::is_alphanumeric) {
        outcome.remarks.push("no words in it".to_owned());
    }
    let is_id = |key: &str| gather.shared.recogniser.column_role(key) == Some(Role::NoteId);
    let given = front_matter
        .iter()
        .find(|(key, value)| is_id(key) && !value.is_empty());
    gather.note(Draft {
        given_id: given.map(|(_, id)| id.clone()),
        clues: Clues {
            front_matter,
            preamble: apart.to_owned(),
            ..Clues::default()
        },
        text,
        ..Draft::default()
    })?;
    Ok(outcome)
}

/// What stands between the notes of a file, and is none's.
fn letterhead<'t>(text: &'t str, blocks: &Blocks) -> Option<&'t str> {
    let ends = blocks.list.iter().zip(blocks.list.iter().skip(1));
    let mut between = ends.map(|(note, next)| {
        let gap = Span::new(note.body.end.min(next.header.start), next.header.start);
        gap.slice(text).trim()
    });
    between.find(|gap| gap.contains(char::is_alphanumeric))
}

/// What stands around all notes of a file.
#[derive(Clone, Copy)]
struct Around<'t> {
    /// Heads and feet of its pages.
    apart: &'t str,
    /// Keys and values above its text.
    front_matter: &'t [(String, String)],
    /// How many lines those take.
    lines_before: usize,
}

impl Around<'_> {
    /// What the front matter says of every note: all but the day and the kind of one session.
    fn of_each(self, recogniser: &Recogniser) -> Vec<(String, String)> {
        let of_all = |key: &str| {
            let role = recogniser.column_role(key);
            !matches!(role, Some(Role::Date | Role::SessionType | Role::NoteId))
        };
        let pairs = self.front_matter.iter();
        pairs.filter(|(key, _)| of_all(key)).cloned().collect()
    }
}

fn read_blocks(
    text: &str,
    blocks: &Blocks,
    around: Around<'_>,
    gather: &mut Gather<'_>,
) -> Result<Part> {
    let mut outcome = Part {
        layout: Some(LayoutKind::Blocks),
        told_by: blocks.told_by.clone(),
        split: pattern_of(text, blocks),
        ..Part::default()
    };
    let preamble = blocks.preamble.slice(text);
    if !preamble.is_empty() {
        let words = preamble.split_whitespace().count();
        outcome.remarks.push(format!(
            "{words} words before the first header line are no note"
        ));
    }
    if let Some(letterhead) = letterhead(text, blocks) {
        let said = format!("{letterhead:?} stands between the notes and is part of none");
        outcome.remarks.push(said);
    }
    let recogniser = gather.shared.recogniser;
    let front_matter = around.of_each(recogniser);
    let above = headings_above(text, blocks);
    for (i, (block, above)) in blocks.list.iter().zip(above).enumerate() {
        let locator = format!("block={}", i + 1);
        let body = block.body.slice(text);
        if body.trim().is_empty() {
            let line = around.lines_before + block.line;
            let reason = format!("line {line}: no text behind this header line");
            gather.not_a_note(&locator, Outcome::Skipped, reason);
            continue;
        }
        let id = block.parts.iter().find(|(role, _)| *role == Role::NoteId);
        gather.note(Draft {
            locator,
            given_id: id.map(|(_, id)| id.clone()).filter(|id| !id.is_empty()),
            clues: Clues {
                header: with_month(block.header.slice(text), &above, recogniser),
                header_parts: block.parts.clone(),
                front_matter: front_matter.clone(),
                preamble: format!("{}\n{preamble}\n{above}", around.apart)
                    .trim()
                    .to_owned(),
                ..Clues::default()
            },
            text: body.to_owned(),
            ..Draft::default()
        })?;
    }
    Ok(outcome)
}
