//! Text and Markdown files: one note each, or several behind header lines.

use regex::Regex;

use crate::error::Result;
use crate::model::ledger::Outcome;
use crate::model::reading::Role;

use super::blocks::{Blocks, split, split_by};
use super::front_matter::front_matter;
use super::gather::{Draft, Gather, over_limit};
use super::outcome::Part;
use super::recognise::Clues;
use super::report::LayoutKind;

/// Reads a text file's notes into `gather`.
pub(crate) fn read_text(
    text: String,
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
        return read_blocks(&text, &blocks, gather);
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
            ..Clues::default()
        },
        text,
        ..Draft::default()
    })?;
    Ok(outcome)
}

fn read_blocks(text: &str, blocks: &Blocks, gather: &mut Gather<'_>) -> Result<Part> {
    let mut outcome = Part {
        layout: Some(LayoutKind::Blocks),
        told_by: blocks.told_by.clone(),
        ..Part::default()
    };
    let preamble = blocks.preamble.slice(text);
    if !preamble.is_empty() {
        let words = preamble.split_whitespace().count();
        outcome.remarks.push(format!(
            "{words} words before the first header line are no note"
        ));
    }
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
                preamble: preamble.to_owned(),
                ..Clues::default()
            },
            text: body.to_owned(),
            ..Draft::default()
        })?;
    }
    Ok(outcome)
}
