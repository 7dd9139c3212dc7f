//! Sessions that are known to have taken place, whoever wrote of them or not.
//!
//! Comes in: the study's small tables. Goes out: a draft for each session of a sessions' table, which
//! settles together with the notes, and how many sessions the participants' table counts. It
//! refuses to take a table of notes for one of sessions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{Error, Result};
use crate::model::corpus::{Participant, PlannedSessions, Session};
use crate::model::reading::{NOT_HELD, Role};

use super::columns::{Columns, find_header};
use super::delimited::Row;
use super::gather::Shared;
use super::peek::{peek_rows, peek_tables};
use super::people::{TABLE_BYTES_MAX, is_own, is_table};
use super::recognise::{Attributed, RawNote, Recognised};
use super::selection::{NOT_AMONG_NOTES, Selection, same};
use super::walk::{Found, What};

/// Longest cell, on average in bytes, of a column that remarks on a session and holds no notes.
const REMARK_LENGTH_MAX: usize = 60;

/// What the study's tables say of its sessions.
#[derive(Debug, Default)]
pub(crate) struct SessionTables {
    /// A draft a session, in the tables' order.
    pub(crate) drafts: Vec<(RawNote, Attributed)>,
    /// By index of the file: what the ledger says of it.
    pub(crate) tables: BTreeMap<usize, String>,
}

/// Looks at every small table whose name says that it lists sessions, or at the one that the study
/// names.
pub(crate) fn find(
    root: &Path,
    shared: &Shared<'_>,
    found: &[Found],
    selection: &Selection,
    people: &BTreeMap<usize, String>,
) -> Result<SessionTables> {
    let mut out = SessionTables::default();
    if let Some(told) = &shared.options.sessions_table {
        let path = root.join(told);
        let rows = peek_rows(&path, &shared.options.limits);
        let said =
            rows.and_then(|rows| out.add(&told.to_string_lossy(), &rows, shared, Trust::Told));
        let said = said.ok_or_else(|| {
            Error::not_found(format!(
                "{}: the sessions' table has no columns of participants and dates. `sessions` in \
                 study.toml names it.",
                path.display()
            ))
        })?;
        if let Some(at) = found.iter().position(|f| same(root, told, f)) {
            out.tables.insert(at, said);
        }
        return Ok(out);
    }
    for (i, file) in found.iter().enumerate() {
        let small = matches!(file.what, What::File(bytes) if bytes > 0 && bytes <= TABLE_BYTES_MAX);
        let skipped = selection.skip(i, &file.name);
        let left_out = skipped.is_some_and(|why| why != NOT_AMONG_NOTES);
        if !small
            || !is_table(&file.name)
            || left_out
            || people.contains_key(&i)
            || !is_called_so(&file.name, &shared.rules.session_tables)
        {
            continue;
        }
        // A workbook of several sheets may hold notes in any of them.
        let tables = peek_tables(&file.path, &shared.options.limits).unwrap_or_default();
        let [(_, rows)] = tables.as_slice() else {
            continue;
        };
        if is_own(rows, shared.options) {
            continue;
        }
        if let Some(said) = out.add(&file.name, rows, shared, Trust::ByName) {
            out.tables.insert(i, said);
        }
    }
    Ok(out)
}

/// Why a table is thought to list sessions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// The study says so.
    Told,
    /// Its name does; a column of long text speaks against it.
    ByName,
}

impl SessionTables {
    /// Takes a table's sessions; says what the ledger says of it, nothing where it is no such table.
    fn add(
        &mut self,
        name: &str,
        rows: &[Row],
        shared: &Shared<'_>,
        trust: Trust,
    ) -> Option<String> {
        let header = find_header(rows, shared.recogniser);
        let body = rows.get(header.body..)?;
        let columns = Columns::recognise(&header, body, &shared.options.columns, shared);
        let has = |role: Role| columns.roles.contains(&Some(role));
        let long = (0..columns.names.len()).any(|c| mean_length(body, c) > REMARK_LENGTH_MAX);
        // A table that may hold notes is read as one: no note is lost to a guess.
        let may_hold_notes = long || !columns.notes.is_empty();
        if !has(Role::Participant) || !has(Role::Date) {
            return None;
        }
        if trust == Trust::ByName && may_hold_notes {
            return None;
        }
        let not_held = not_held(shared);
        let (mut taken, mut left) = (0, 0);
        for (number, row) in body.iter().enumerate() {
            if row.cells.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            if row.cells.iter().any(|c| not_held.contains(&folded(c))) {
                left += 1;
                continue;
            }
            let clues = columns.draft(row, String::new()).clues;
            let said = shared.recogniser.attribute(&clues, "");
            let raw = RawNote {
                source: name.into(),
                locator: format!("row={}", number + 1).into(),
                given_id: None,
            };
            self.drafts.push((raw, said));
            taken += 1;
        }
        let held = if left > 0 {
            format!("; {left} rows of sessions that were not held are left out")
        } else {
            String::new()
        };
        Some(format!("sessions' table: {taken} sessions{held}"))
    }
}

/// Phrases that say that a session was not held.
fn not_held(shared: &Shared<'_>) -> BTreeSet<String> {
    let types = shared.rules.session_types.iter();
    let not_held = types.filter(|t| t.name == NOT_HELD);
    not_held
        .flat_map(|t| &t.decides)
        .map(|p| folded(p))
        .collect()
}

/// Whether a file's name holds one of the words.
fn is_called_so(name: &str, words: &[String]) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let stem = format!(" {} ", folded(stem));
    words
        .iter()
        .any(|w| stem.contains(&format!(" {} ", folded(w))))
}

/// A name's letters and digits, folded, one blank between words.
fn folded(name: &str) -> String {
    let plain: String = crate::text::fold(name)
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn mean_length(rows: &[Row], column: usize) -> usize {
    let cells = rows.iter().filter_map(|r| r.cells.get(column));
    let filled = cells.map(|c| c.trim().len()).filter(|&n| n > 0);
    let (n, bytes) = filled.fold((0, 0), |(n, sum), len| (n + 1, sum + len));
    bytes / n.max(1)
}

/// Settled drafts as sessions; those of unknown participants are counted in the remark.
pub(crate) fn sessions(settled: Vec<(RawNote, Recognised)>) -> Vec<Session> {
    let session = |(raw, about): (RawNote, Recognised)| {
        Some(Session {
            participant: about.participant.value?,
            date: about.date.value,
            session_type: about.session_type.value.map(|t| t.to_string()),
            source: format!("{}#{}", raw.source, raw.locator),
        })
    };
    let mut sessions: Vec<Session> = settled.into_iter().filter_map(session).collect();
    sessions.sort();
    sessions
}

/// How many sessions of a type the participants' table counts, from columns such as
/// `ketamine_sessions`.
pub(crate) fn planned(participants: &[Participant], shared: &Shared<'_>) -> Vec<PlannedSessions> {
    let mut planned = Vec::new();
    for person in participants {
        for (header, cell) in &person.fields {
            let (Ok(count), Some(session_type)) =
                (cell.trim().parse::<u64>(), counted_type(header, shared))
            else {
                continue;
            };
            planned.push(PlannedSessions {
                participant: person.id.clone(),
                session_type,
                count,
                column: header.clone(),
            });
        }
    }
    planned.sort();
    planned
}

/// The session type whose sessions a column counts.
fn counted_type(header: &str, shared: &Shared<'_>) -> Option<String> {
    let name = format!(" {} ", folded(header));
    let counts = |w: &String| name.contains(&format!(" {} ", folded(w)));
    if !shared.rules.session_counts.iter().any(counts) {
        return None;
    }
    shared.recogniser.only_session_type(name.trim())
}
