//! Boxes of fields between two rules, as a transcription service sends them: each opens a recording.
//!
//! Comes in: a text by lines. Goes out: blocks, if most boxes say a day or a person. It refuses
//! scores between rules inside a note.

use super::blocks::{Blocks, HEADER_BYTES_MAX, Head, are_notes, cut, field_or_line, is_drawn};
use super::whole::Whole;

/// Most lines of a box.
const BOX_LINES_MAX: usize = 10;

/// The blocks behind boxes of fields, whatever the fields are called.
pub(super) fn boxes(whole: Whole<'_>) -> Option<Blocks> {
    let Whole {
        text,
        lines,
        recogniser,
        ..
    } = whole;
    let mut heads: Vec<Head> = Vec::new();
    let mut at = 0;
    let mut telling = 0;
    while at < lines.len() {
        let Some(last) = box_end(whole, at) else {
            at += 1;
            continue;
        };
        telling += usize::from((at + 1..last).any(|l| {
            let found = recogniser.is_header_line(whole.line(l));
            found.is_some_and(|f| f.date || f.participant)
        }));
        heads.push(Head {
            begins: at,
            first: at,
            last,
            parts: Vec::new(),
            scope: None,
        });
        at = last + 1;
    }
    if heads.len() < 2 || telling * 2 < heads.len() {
        return None;
    }
    let first = heads.first()?;
    let example = whole.line(first.first + 1).trim().to_owned();
    let blocks = cut(
        text,
        lines,
        heads,
        format!("boxes of fields like {example:?}"),
    );
    are_notes(&blocks, text).then_some(blocks)
}

/// The rule that closes a box of fields which opens with the rule at a line.
fn box_end(whole: Whole<'_>, at: usize) -> Option<usize> {
    if !is_drawn(whole.line(at)) {
        return None;
    }
    let inside = at + 1..(at + 2 + BOX_LINES_MAX).min(whole.lines.len());
    let last = inside.clone().find(|&l| is_drawn(whole.line(l)))?;
    let lines = || (at + 1..last).map(|l| whole.line(l).trim());
    let fields = lines().filter(|l| field_or_line(l) != *l).count();
    let is_box = lines().all(|l| !l.is_empty() && l.len() <= HEADER_BYTES_MAX) && fields >= 2;
    (is_box && fields * 2 >= lines().count()).then_some(last)
}
