//! Finds the participants' tables of a study before its notes are read.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Diagnostic, Error, Result};
use crate::model::corpus::Participant;
use crate::model::reading::ReadingRules;

use super::delimited::Row;
use super::kind::extension;
use super::options::Options;
use super::participants::{attribute_columns, is_participants_table, parse_participants};
use super::peek::{Peeked, peek_rows, peek_tables};
use super::recognise::Recogniser;
use super::selection::{NOT_AMONG_NOTES, Selection, same};
use super::walk::{Found, What};
use super::wide::Wide;

/// A participants' table is smaller than this; larger tables are not looked at for being one.
pub(crate) const TABLE_BYTES_MAX: u64 = 4 << 20;

/// Rows under which its header may stand.
const TITLE_ROWS_MAX: usize = 10;

/// What the study's tables say of its participants.
#[derive(Debug, Default)]
pub(crate) struct People {
    /// Participants of all tables, in the tables' order.
    pub(crate) participants: Vec<Participant>,
    /// The tables' columns that say what is true of a person, in the tables' order.
    pub(crate) columns: Vec<String>,
    /// By index of the file: what the ledger says of it.
    pub(crate) tables: BTreeMap<usize, String>,
    /// By index of a workbook that holds more: its sheets that list people.
    pub(crate) sheets: BTreeMap<usize, BTreeMap<String, String>>,
}

/// Looks at every small table, or at the one that the study names.
pub(crate) fn find(
    root: &Path,
    options: &Options,
    rules: &ReadingRules,
    found: &[Found],
    selection: &Selection,
) -> Result<People> {
    let mut people = People::default();
    if let Some(told) = &options.participants_table {
        let at = found.iter().position(|f| same(root, told, f));
        let path = root.join(told);
        let rows = peek_rows(&path, &options.limits);
        let rows = rows.filter(|rows| !rows.is_empty()).ok_or_else(|| {
            Error::not_found(format!(
                "{}: the participants' table cannot be read as a table. `participants` in study.toml names it.",
                path.display()
            ))
        })?;
        let header = header_of(&rows, rules).unwrap_or(0);
        let said = people.add(&rows, header, rules, &path);
        if let Some(at) = at {
            people.tables.insert(at, said);
        }
        return Ok(people);
    }
    for (i, file) in found.iter().enumerate() {
        let small = matches!(file.what, What::File(bytes) if bytes > 0 && bytes <= TABLE_BYTES_MAX);
        if !small
            || !is_table(&file.name)
            || selection
                .skip(i, &file.name)
                .is_some_and(|why| why != NOT_AMONG_NOTES)
        {
            continue;
        }
        let Some(tables) = peek_tables(&file.path, &options.limits) else {
            continue;
        };
        if tables.iter().any(|(_, rows)| is_own(rows, options)) {
            continue;
        }
        people.look_at(i, &tables, rules, &file.path);
    }
    Ok(people)
}

/// Whether a file is a table by its name.
pub(crate) fn is_table(name: &str) -> bool {
    ["csv", "tsv", "tab", "xlsx", "xls", "ods"].contains(&extension(name).as_str())
}

/// Whether this program wrote a table for another purpose than to list people or sessions.
pub(crate) fn is_own(rows: &[Row], options: &Options) -> bool {
    let named = |row: &Row| {
        let mut surely = options.own_tables.iter().filter(|own| own.counts.is_none());
        surely.any(|own| own.is(&row.cells, &|_| Vec::new()))
    };
    rows.first().is_some_and(named)
}

fn cells(row: &Row) -> Vec<String> {
    row.cells.iter().map(|c| c.trim().to_owned()).collect()
}

/// Whether a table that lists people holds the notes of their sessions, too, a column each.
fn holds_sessions(rows: &[Row], header: usize, rules: &ReadingRules) -> bool {
    let names = rows.get(header).map(cells).unwrap_or_default();
    let body: Vec<_> = rows.iter().skip(header + 1).map(cells).collect();
    let recogniser = Recogniser::new(rules, &[]);
    let roles = recogniser.table_roles(&names, &body);
    Wide::find(&names, &roles, &body, &recogniser).is_some()
}

fn header_of(rows: &[Row], rules: &ReadingRules) -> Option<usize> {
    (0..rows.len().min(TITLE_ROWS_MAX)).find(|&at| {
        let body: Vec<_> = rows.iter().skip(at + 1).map(cells).collect();
        rows.get(at)
            .is_some_and(|row| is_participants_table(&cells(row), &body, rules))
    })
}

impl People {
    /// Takes the tables of a file that list people.
    fn look_at(&mut self, file: usize, tables: &[Peeked], rules: &ReadingRules, path: &Path) {
        for (sheet, rows) in tables {
            let Some(header) = header_of(rows, rules) else {
                continue;
            };
            if holds_sessions(rows, header, rules) {
                continue;
            }
            let said = self.add(rows, header, rules, path);
            match sheet {
                None => {
                    self.tables.insert(file, said);
                }
                Some(sheet) => {
                    let sheets = self.sheets.entry(file).or_default();
                    sheets.insert(sheet.clone(), said);
                }
            }
        }
    }

    /// Takes a table's participants; says what the ledger says of it.
    fn add(&mut self, rows: &[Row], header: usize, rules: &ReadingRules, path: &Path) -> String {
        let names = rows.get(header).map(cells).unwrap_or_default();
        let body: Vec<_> = rows.iter().skip(header + 1).map(cells).collect();
        let (participants, findings) = parse_participants(&names, &body, rules, path);
        for column in attribute_columns(&names, rules) {
            if !self.columns.contains(&column) {
                self.columns.push(column);
            }
        }
        let mut said = vec![format!(
            "participants' table: {} participants",
            participants.len()
        )];
        for participant in participants {
            if self.participants.iter().any(|p| p.id == participant.id) {
                said.push(format!(
                    "{} stands in an earlier table, too",
                    participant.id
                ));
            } else {
                self.participants.push(participant);
            }
        }
        said.extend(findings.iter().map(in_one_line));
        said.join("; ")
    }
}

fn in_one_line(finding: &Diagnostic) -> String {
    let line = finding
        .place
        .line
        .map(|l| format!("line {l}: "))
        .unwrap_or_default();
    format!("{line}{}", finding.message.trim_end_matches('.'))
}
