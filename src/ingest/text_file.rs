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
use super::note_tables;
use super::outcome::{Part, Parts};
use super::recognise::Clues;
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
    let front_matter = front_matter(&text);
    let blocks = match pattern {
        Some(pattern) => split_by(&text, pattern),
        None if front_matter.is_empty() => split(&text, gather.shared.recogniser),
        None => None,
    };
    if let Some(blocks) = blocks {
        return read_blocks(&text, &blocks, apart, gather);
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

fn read_blocks(text: &str, blocks: &Blocks, apart: &str, gather: &mut Gather<'_>) -> Result<Part> {
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
        let said = format!("{letterhead:?} stands above every header line and is no note");
        outcome.remarks.push(said);
    }
    let around = format!("{apart}\n{preamble}");
    for (i, block) in blocks.list.iter().enumerate() {
        let locator = format!("block={}", i + 1);
        let body = block.body.slice(text);
        if body.trim().is_empty() {
            let reason = format!("line {}: no text behind this header line", block.line);
            gather.not_a_note(&locator, Outcome::Skipped, reason);
            continue;
        }
        let id = block.parts.iter().find(|(role, _)| *role == Role::NoteId);
        gather.note(Draft {
            locator,
            given_id: id.map(|(_, id)| id.clone()).filter(|id| !id.is_empty()),
            clues: Clues {
                header: block.header.slice(text).to_owned(),
                header_parts: block.parts.clone(),
                preamble: around.trim().to_owned(),
                ..Clues::default()
            },
            text: body.to_owned(),
            ..Draft::default()
        })?;
    }
    Ok(outcome)
}
