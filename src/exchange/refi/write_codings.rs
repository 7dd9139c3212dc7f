//! What a project says of each coding: its id, its name, its memos.

use std::collections::BTreeMap;

use crate::exchange::outgoing::{OutgoingCoding, OutgoingNote};

use super::memos::FACTS_TITLE;
use super::write::guid;

/// Letters of a passage that its selection is named by.
const NAME_MAX: usize = 100;

/// The GUIDs of a note's codings: those that they came with, else made of note, code, place and coder;
/// codings that share all of these are numbered.
pub(super) fn coding_ids(note: &OutgoingNote, codings: &[OutgoingCoding]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let id = |coding: &OutgoingCoding| {
        if coding.keeps_guid {
            return coding.placed.guid.clone();
        }
        let p = &coding.placed;
        let id = format!(
            "{}\0{}\0{}\0{}\0{}\0{}",
            note.note_id, p.code, p.start, p.end, p.coder, p.guid
        );
        let n = seen.entry(id.clone()).or_insert(0);
        *n += 1;
        guid("coding", &format!("{id}\0{n}"))
    };
    codings.iter().map(id).collect()
}

/// What is said of a coding besides its place.
pub(super) struct Said<'c> {
    pub(super) title: &'static str,
    /// What tells it from what else is said of the coding.
    pub(super) kind: String,
    pub(super) text: String,
    pub(super) author: &'c str,
    pub(super) date: &'c str,
}

/// What is said of a coding besides its place: its facts, then each memo.
pub(super) fn remarks(coding: &OutgoingCoding) -> Vec<Said<'_>> {
    let mut out = Vec::new();
    let coder = coding.placed.coder.as_str();
    let facts = &coding.placed.facts;
    if !facts.is_empty() {
        let lines: Vec<String> = facts
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.replace(['\n', '\r'], " ")))
            .collect();
        out.push(Said {
            title: FACTS_TITLE,
            kind: "facts".to_owned(),
            text: lines.join("\n"),
            author: coder,
            date: "",
        });
    }
    for (remark, number) in coding.remarks.iter().zip(1..) {
        out.push(Said {
            title: "memo",
            kind: match number {
                1 => "memo".to_owned(),
                number => format!("memo {number}"),
            },
            text: remark.text.clone(),
            author: match remark.author.as_str() {
                "" => coder,
                author => author,
            },
            date: &remark.date,
        });
    }
    out
}

/// The words that a selection is named by, on one line.
pub(super) fn shortened(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(NAME_MAX) {
        Some((at, _)) => {
            let kept = crate::text::Span::new(0, at).slice(&line);
            format!("{kept}…")
        }
        None => line,
    }
}
