//! Text and Markdown files: one note each, or several behind header lines.

use regex::Regex;

use crate::error::Result;
use crate::model::ledger::Outcome;
use crate::model::reading::Role;
use crate::text::Span;

use super::block_notes::{Above, BlockNotes};
use super::blocks::{Block, Blocks, HEADER_BYTES_MAX, split, split_by};
use super::convert::Converted;
use super::front_matter::front_matter;
use super::gather::{Draft, Gather, over_limit};
use super::headings_above::headings_above;
use super::note_tables;
use super::outcome::{Part, Parts};
use super::recognise::{Clues, Recogniser};
use super::replies::{outer_lines_dropped, thread};
use super::report::LayoutKind;
use super::scopes::in_force;
use super::split_pattern::pattern_of;

/// Characters of what stands around a text that its remark shows.
const APART_SHOWN: usize = 120;

/// Within how many lines of a preamble the day of a note stands, and fewest words of a sentence
/// below it.
const DAY_WITHIN_LINES: usize = 4;
const SENTENCE_WORDS_MIN: usize = 4;

/// What parts a text that nothing else does.
const MESSAGES: &str = "messages that quote each other";

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
    part.remarks.extend(said_apart(&converted.apart));
    part.remarks.extend(converted.remarks);
    part.damage.extend(converted.damage);
    Ok(Parts::from(part))
}

/// The remark on what stands around a text; none where nothing does.
pub(crate) fn said_apart(apart: &str) -> Option<String> {
    (!apart.is_empty()).then(|| {
        let shown = shortened(apart);
        format!("set apart (head or foot of pages, or title), not coded: {shown:?}")
    })
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
        return Ok(without_text());
    }
    let (front_matter, begins) = front_matter(&text);
    let recogniser = gather.shared.recogniser;
    let says = |role: Role| {
        let mut pairs = front_matter.iter();
        pairs.any(|(key, value)| !value.is_empty() && recogniser.column_role(key) == Some(role))
    };
    let body = Span::new(begins, text.len()).slice(&text);
    let limit = gather.shared.options.limits.note_bytes;
    let blocks = match pattern {
        Some(pattern) => split_by(body, pattern),
        // What says its day above its text is one note, whatever days it tells of.
        None if says(Role::Date) => None,
        None => split(body, recogniser),
    };
    let blocks = blocks.or_else(|| {
        let is_thread = body.len() <= limit && thread(body, recogniser).is_some();
        is_thread.then(|| whole(body, 0))
    });
    if let Some(blocks) = blocks {
        let around = Around {
            apart,
            front_matter: &front_matter,
            lines_before: Span::new(0, begins).slice(&text).lines().count(),
        };
        return read_blocks(body, &blocks, around, gather);
    }
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

/// What becomes of a file in which nothing is written.
fn without_text() -> Part {
    Part {
        no_notes: Some((Outcome::Skipped, "no text in it".to_owned())),
        ..Part::default()
    }
}

/// Reads a message's text below its head: one note, or more where it quotes or passes on others.
pub(crate) fn read_mail_text(
    head: &str,
    body: &str,
    pattern: Option<&Regex>,
    gather: &mut Gather<'_>,
) -> Result<Part> {
    if body.trim().is_empty() {
        return Ok(without_text());
    }
    let text = format!("{head}\n{}", outer_lines_dropped(body));
    let blocks = match pattern {
        Some(pattern) => split_by(&text, pattern),
        None => split(&text, gather.shared.recogniser),
    };
    let blocks = blocks.unwrap_or_else(|| whole(&text, head.len()));
    read_blocks(&text, &blocks, Around::default(), gather)
}

/// A text as its one block, behind a header of so many bytes.
fn whole(text: &str, header: usize) -> Blocks {
    let block = Block {
        header: Span::new(0, header),
        body: Span::new(header + usize::from(header > 0), text.len()),
        parts: Vec::new(),
        line: 1,
        scope: None,
    };
    Blocks {
        preamble: Span::new(0, 0),
        list: vec![block],
        told_by: String::new(),
    }
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
#[derive(Clone, Copy, Default)]
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
    fn of_each(self, recogniser: &Recogniser, blocks: &Blocks) -> Vec<(String, String)> {
        if blocks.list.iter().all(|block| block.header.is_empty()) {
            return self.front_matter.to_vec();
        }
        let of_all = |key: &str| {
            let role = recogniser.column_role(key);
            !matches!(role, Some(Role::Date | Role::SessionType | Role::NoteId))
        };
        let pairs = self.front_matter.iter();
        pairs.filter(|(key, _)| of_all(key)).cloned().collect()
    }
}

/// Whether a preamble may be a note that no header line was found of: a line of its day, and whole
/// sentences below.
fn reads_as_note(preamble: &str, recogniser: &Recogniser) -> bool {
    let mut lines = preamble.lines().map(str::trim);
    let mut opens = lines.by_ref().take(DAY_WITHIN_LINES);
    let heads = |line: &str| {
        recogniser
            .is_header_line(line)
            .is_some_and(|found| found.date)
    };
    let is_day = |line: &str| {
        line.len() <= HEADER_BYTES_MAX
            && recogniser.holds_date(line)
            && (recogniser.is_field(line) || heads(line))
    };
    let is_sentence = |line: &str| {
        line.ends_with(['.', '!', '?'])
            && line.split_whitespace().count() >= SENTENCE_WORDS_MIN
            && !recogniser.is_field(line)
    };
    opens.any(is_day) && lines.any(is_sentence)
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
        let said = format!("{words} words before the first header line are no note");
        if reads_as_note(preamble, gather.shared.recogniser) {
            outcome.damage.push(format!(
                "{said}, but begin with a day and go on in sentences: `split` in study.toml tells \
                 where notes begin"
            ));
        } else {
            outcome.remarks.push(said);
        }
    }
    if let Some(letterhead) = letterhead(text, blocks) {
        let said = format!("{letterhead:?} stands between the notes and is part of none");
        outcome.remarks.push(said);
    }
    let notes = BlockNotes {
        text,
        apart: around.apart,
        front_matter: &around.of_each(gather.shared.recogniser, blocks),
        recogniser: gather.shared.recogniser,
    };
    let above = headings_above(text, blocks);
    let mut drafts: Vec<(usize, Draft)> = Vec::new();
    let scopes = in_force(text, blocks, gather.shared.recogniser);
    for ((block, above), scope) in blocks.list.iter().zip(above).zip(scopes) {
        let line = around.lines_before + block.line;
        let above = Above {
            headings: &above,
            scope: &scope,
        };
        drafts.extend(notes.drafts(block, above).into_iter().map(|d| (line, d)));
    }
    let quoted = drafts.len() - blocks.list.len();
    if quoted > 0 {
        outcome.remarks.push(format!(
            "{quoted} quoted messages are notes of their own, without the `>` before their lines"
        ));
        if outcome.told_by.is_empty() {
            MESSAGES.clone_into(&mut outcome.told_by);
        }
    }
    let is_one = drafts.len() == 1 && blocks.told_by.is_empty();
    if is_one {
        outcome.layout = Some(LayoutKind::OneNote);
    }
    for (number, (line, draft)) in drafts.into_iter().enumerate() {
        let locator = format!("block={}", number + 1);
        if draft.text.trim().is_empty() {
            let reason = format!("line {line}: no text behind this header line");
            gather.not_a_note(&locator, Outcome::Skipped, reason);
            continue;
        }
        let locator = if is_one { String::new() } else { locator };
        gather.note(Draft { locator, ..draft })?;
    }
    Ok(outcome)
}
