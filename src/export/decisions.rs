//! `decisions_applied.csv`: what became of each decision of a person.

use std::io;

use rayon::prelude::*;

use crate::exchange::Decisions;
use crate::model::decision::{Action, Decision, Ruling, UnreadableRow};

use super::line::Lines;
use super::note::coding_id;

/// Columns of `decisions_applied.csv`.
pub const APPLIED_COLUMNS: [&str; 23] = [
    "row",
    "note_id",
    "code",
    "start",
    "end",
    "text",
    "action",
    "assertion",
    "voice",
    "new_code",
    "coder",
    "date",
    "anchor",
    "now_start",
    "now_end",
    "outcome",
    "reason",
    "disagrees_with",
    "codebook_sha256",
    "stale",
    "coding_id",
    "memo",
    "now_note_id",
];

/// Rows that one thread writes at a time.
const ROWS: usize = 512;

/// Writes a row a decision, in the file's order, the unreadable ones among them.
pub(super) fn decisions(
    file: &mut impl io::Write,
    decisions: &Decisions,
    rulings: &[Ruling],
) -> io::Result<()> {
    file.write_all(&Lines::header(&APPLIED_COLUMNS).into_bytes())?;
    let mut unreadable = decisions.unreadable.iter().peekable();
    let mut rows = Vec::with_capacity(rulings.len() + decisions.unreadable.len());
    for ruling in rulings {
        let Some(decision) = decisions.rows.get(ruling.decision) else {
            continue;
        };
        while let Some(row) = unreadable.next_if(|u| u.row < decision.row) {
            rows.push(Row::Unreadable(row));
        }
        rows.push(Row::Of(decision, ruling));
    }
    rows.extend(unreadable.map(Row::Unreadable));
    let written: Vec<Vec<u8>> = rows
        .par_chunks(ROWS)
        .map(|some| {
            let mut lines = Lines::default();
            for row in some {
                match row {
                    Row::Of(decision, ruling) => line(decision, ruling, &mut lines),
                    Row::Unreadable(row) => unreadable_line(row, &mut lines),
                }
            }
            lines.into_bytes()
        })
        .collect();
    written.iter().try_for_each(|some| file.write_all(some))
}

/// What a row of the table says.
enum Row<'d> {
    /// What became of a decision.
    Of(&'d Decision, &'d Ruling),
    /// That a row says nothing that can be done.
    Unreadable(&'d UnreadableRow),
}

fn line(decision: &Decision, ruling: &Ruling, lines: &mut Lines) {
    let place = decision.place;
    lines
        .plain(decision.row)
        .text(&decision.note_id)
        .text(&decision.code)
        .plain_or_empty(place.map(|p| p.0))
        .plain_or_empty(place.map(|p| p.1))
        .text(&decision.text)
        .text(decision.action.as_str())
        .text(decision.assertion.map_or("", |a| a.as_str()))
        .text(decision.voice.map_or("", |v| v.as_str()))
        .text(&decision.new_code)
        .text(&decision.coder)
        .text(&decision.date)
        .text(ruling.anchor.map_or("", |a| a.as_str()))
        .plain_or_empty(ruling.place.map(|p| p.0))
        .plain_or_empty(ruling.place.map(|p| p.1))
        .text(ruling.outcome.as_str())
        .text(&ruling.reason)
        .text(&ruling.disagrees_with.join("; "))
        .text(&ruling.made_with)
        .text(&ruling.stale)
        .text(&coding_of(decision, ruling).unwrap_or_default())
        .text(&decision.memo)
        .text(ruling.now_note.as_deref().unwrap_or_default())
        .end();
}

/// The coding that a decision speaks of, as `codings.csv` names it: the one that a recoding makes.
pub fn coding_of(decision: &Decision, ruling: &Ruling) -> Option<String> {
    let code = match decision.action {
        Action::Recode => &decision.new_code,
        Action::Keep | Action::Reject | Action::Add => &decision.code,
    };
    let (start, end) = ruling.place?;
    Some(coding_id(ruling.note(decision), code, start, end))
}

fn unreadable_line(row: &UnreadableRow, line: &mut Lines) {
    line.plain(row.row).text(&row.note_id);
    for _ in ["code", "start", "end", "text"] {
        line.text("");
    }
    line.text(&row.action);
    for _ in ["assertion", "voice", "new_code"] {
        line.text("");
    }
    line.text(&row.coder);
    for _ in ["date", "anchor", "now_start", "now_end"] {
        line.text("");
    }
    line.text("unreadable").text(&row.reason);
    for _ in [
        "disagrees_with",
        "codebook_sha256",
        "stale",
        "coding_id",
        "memo",
        "now_note_id",
    ] {
        line.text("");
    }
    line.end();
}
