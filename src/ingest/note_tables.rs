//! Tables of notes inside documents: the page that a record program prints, a log kept in Word.
//!
//! Comes in: a document's text and tables. Goes out: a note a row, where a table's header names a
//! note beside a day or a person and the table is most of the document. Cautious: a form in a table
//! is no table of notes.

use crate::error::Result;
use crate::model::reading::Role;

use super::columns::{Columns, find_header};
use super::convert::{Converted, Table};
use super::delimited::Row;
use super::gather::Gather;
use super::outcome::{Part, Parts};
use super::table::{TablePlace, read_table};
use super::turned::turned;
use super::workbook::SheetRows;

/// Percent of a document's text that its tables of notes hold at least.
const SHARE_MIN: usize = 60;
/// Lines around the tables that may say whose notes they are.
const AROUND_LINES_MAX: usize = 6;
/// A cell of so many bytes that stands in a line makes the line a row of its table.
const LONG_CELL: usize = 12;
/// Tenths of a table's rows that hold a note: in others text would be lost.
const FILLED_TENTHS: usize = 9;
/// Fewest named columns of a table of notes.
const COLUMNS_MIN: usize = 3;

/// Takes the tables out of a document; gives those whose rows are notes.
pub(crate) fn find(converted: &mut Converted, gather: &Gather<'_>) -> Vec<Vec<Row>> {
    if !converted.about.is_empty() || converted.text.is_empty() {
        return Vec::new();
    }
    let tables = std::mem::take(&mut converted.tables).into_iter();
    let tables = tables.map(rows_of);
    let upright = |rows: Vec<Row>| turned(&rows, gather.shared.recogniser).unwrap_or(rows);
    let tables = tables.map(upright);
    let tables: Vec<Vec<Row>> = tables.filter(|rows| holds_notes(rows, gather)).collect();
    let cells = tables.iter().flatten().flat_map(|row| &row.cells);
    let bytes: usize = cells.map(String::len).sum();
    if bytes * 100 < converted.text.len() * SHARE_MIN {
        return Vec::new();
    }
    tables
}

fn rows_of(table: Table) -> Vec<Row> {
    let numbered = (1..).zip(table);
    let filled = numbered.filter(|(_, cells)| cells.iter().any(|c| !c.trim().is_empty()));
    filled
        .map(|(line, cells)| Row {
            line,
            cells,
            ..Row::default()
        })
        .collect()
}

/// Whether a table's header names a note, and a day or a person, and nearly all rows hold one.
fn holds_notes(rows: &[Row], gather: &Gather<'_>) -> bool {
    let header = find_header(rows, gather.shared.recogniser);
    let Some(body) = rows.get(header.body..).filter(|_| header.body > 0) else {
        return false;
    };
    let columns = Columns::recognise(&header, body, &gather.columns, gather.shared);
    let has = |role: Role| columns.roles.contains(&Some(role));
    let holds = |row: &&Row| {
        let mut cells = columns.notes.iter().filter_map(|&c| row.cells.get(c));
        cells.any(|cell| cell.contains(char::is_alphanumeric))
    };
    columns.roles.iter().flatten().count() >= COLUMNS_MIN
        && (has(Role::Date) || has(Role::Participant))
        && body.len() > 1
        && body.iter().filter(holds).count() * 10 >= body.len() * FILLED_TENTHS
}

/// Reads a note a row; what stands around the tables is no note, and may say whose they are.
pub(crate) fn read(
    tables: Vec<Vec<Row>>,
    converted: Converted,
    gather: &mut Gather<'_>,
) -> Result<Parts> {
    let several = tables.len() > 1;
    let around = around(&converted, &tables);
    let mut parts = Parts::default();
    for (number, mut rows) in (1..).zip(tables) {
        let place = TablePlace {
            prefix: if several {
                format!("table={number}/")
            } else {
                String::new()
            },
            ..TablePlace::default()
        };
        let titles = around.iter().map(|line| Row {
            cells: vec![(*line).to_owned()],
            ..Row::default()
        });
        rows.splice(0..0, titles);
        let part = read_table(&mut SheetRows(rows.into_iter()), &place, gather)?;
        parts.list.push(if several {
            part.named(&format!("table {number}"))
        } else {
            part
        });
    }
    if !around.is_empty() {
        parts.remarks.push(format!(
            "what stands around its tables is no note, and begins {:?}",
            around.join(" / ")
        ));
    }
    parts.list.push(Part {
        remarks: converted.remarks,
        damage: converted.damage,
        ..Part::default()
    });
    Ok(parts)
}

/// The first lines of a document that are no cells of its tables of notes.
fn around<'c>(converted: &'c Converted, tables: &[Vec<Row>]) -> Vec<&'c str> {
    let of_tables = |line: &str| {
        let mut cells = tables.iter().flatten().flat_map(|row| &row.cells);
        let is_row = line.contains(" | ");
        is_row
            || cells.any(|cell| {
                cell.contains(line) || (cell.len() >= LONG_CELL && line.contains(cell.as_str()))
            })
    };
    let apart = converted.apart.lines();
    let lines = apart.chain(converted.text.lines()).map(str::trim);
    let lines = lines.filter(|l| !l.is_empty()).take(AROUND_LINES_MAX * 2);
    lines
        .filter(|l| !of_tables(l))
        .take(AROUND_LINES_MAX)
        .collect()
}
