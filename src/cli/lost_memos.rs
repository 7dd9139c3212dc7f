//! Memos on codings that a run does not have any more.
//!
//! Comes in: `memos.csv`, the tables of the run before and of this one. Goes out: a warning for each memo
//! whose coding has another id now, with the coding that stands there. Ids follow from place and code, so that
//! an edit of a note or a pattern changes them. What is known of a coding is kept beside the decisions.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::error::{Diagnostic, Place};
use crate::exchange::{MemoPlace, MemoPlaces, SavedTable, read_memos};
use crate::model::memo::MemoOn;
use crate::study::Study;

/// Findings that are shown.
const SHOWN: usize = 10;

/// What is known of the codings that memos are on; `out` is the folder of the run before.
pub(super) fn places(study: &Study, out: &Path) -> MemoPlaces {
    let memos = read_memos(&study.memos()).rows;
    let wanted: BTreeSet<String> = memos
        .into_iter()
        .filter_map(|memo| coding(memo.on))
        .collect();
    let mut places = MemoPlaces::beside(&study.memos());
    if wanted.iter().any(|id| places.of(id).is_none()) {
        let table = codings(out);
        for place in table
            .into_iter()
            .filter(|place| wanted.contains(&place.coding_id))
        {
            places.keep(place);
        }
    }
    places
}

/// Says which memos are on codings that a run does not have.
pub(super) fn say(study: &Study, places: &MemoPlaces, out: &Path) {
    let path = study.memos();
    let memos = read_memos(&path).rows;
    let on_codings = memos
        .into_iter()
        .filter_map(|memo| Some((memo.row, coding(memo.on)?)));
    let on_codings: Vec<(u32, String)> = on_codings.collect();
    if on_codings.is_empty() {
        return;
    }
    let now = codings(out);
    let ids: BTreeSet<&str> = now.iter().map(|place| place.coding_id.as_str()).collect();
    let lost = on_codings
        .iter()
        .filter(|(_, id)| !ids.contains(id.as_str()));
    let findings = lost.map(|(row, id)| finding(&path, *row, (id, places.of(id)), &now));
    let findings: Vec<Diagnostic> = findings.collect();
    for finding in findings.iter().take(SHOWN) {
        eprintln!("{finding}");
    }
    if findings.len() > SHOWN {
        eprintln!(
            "and {} more memos on codings that are not there",
            findings.len() - SHOWN
        );
    }
}

fn coding(on: MemoOn) -> Option<String> {
    match on {
        MemoOn::Coding(id) => Some(id),
        MemoOn::Study | MemoOn::Code(_) | MemoOn::Note(_) => None,
    }
}

fn finding(
    path: &Path,
    row: u32,
    (id, was): (&str, Option<&MemoPlace>),
    now: &[MemoPlace],
) -> Diagnostic {
    let place = Place::file(path);
    let hint = "It is kept in the file and shown nowhere.";
    let Some(was) = was else {
        let message =
            format!("Row {row} is a memo on the coding {id}, which this run does not have.");
        return Diagnostic::warning("V753", place, message, hint);
    };
    let message = format!(
        "Row {row} is a memo on {:?} ({}, note {}), whose coding {id} is not there any more: the note or a pattern \
         was changed.",
        was.text, was.code, was.note_id
    );
    let hint = match was.nearest(now) {
        Some(stands) => format!(
            "Give it the coding that stands there now: {} ({:?}, {} to {}).",
            stands.coding_id, stands.text, stands.start, stands.end
        ),
        None => format!("{} is not coded there now. {hint}", was.code),
    };
    Diagnostic::warning("V753", place, message, hint)
}

/// The codings of a run, as its table has them.
fn codings(out: &Path) -> Vec<MemoPlace> {
    let names = ["coding_id", "note_id", "code", "start", "end", "text"];
    let Ok(bytes) = fs::read(out.join("codings.csv")) else {
        return Vec::new();
    };
    let table = SavedTable::parse_columns(&bytes, &names);
    let columns = names.map(|name| table.column(name));
    let rows = table.rows.iter().filter_map(|row| {
        let [coding_id, note_id, code, start, end, text] = columns.map(|c| row.text(c).to_owned());
        Some(MemoPlace {
            coding_id,
            note_id,
            code,
            start: start.parse().ok()?,
            end: end.parse().ok()?,
            text,
        })
    });
    rows.collect()
}
