//! Tables that lie on their side: fields in the first column, a session in each further one.
//!
//! Comes in: a table's rows. Goes out: the same turned, where its first column names what the cells
//! beside it hold, a note among them, and its first row does not.

use crate::model::reading::Role;

use super::delimited::Row;
use super::recognise::Recogniser;

/// Fewest columns: with two it is a form.
const COLUMNS_MIN: usize = 3;
/// Most rows of a table that may lie on its side.
const ROWS_MAX: usize = 60;
/// Fewest rows whose first cell is a known field.
const FIELDS_MIN: usize = 2;

/// The rows turned; none where the table stands upright.
pub(crate) fn turned(rows: &[Row], recogniser: &Recogniser) -> Option<Vec<Row>> {
    let width = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    if rows.len() > ROWS_MAX || width < COLUMNS_MIN {
        return None;
    }
    let cell = |row: &Row, column: usize| {
        let cell = row.cells.get(column).map_or("", |c| c.trim());
        cell.to_owned()
    };
    let role = |name: &str| recogniser.column_role(name).filter(|_| !name.is_empty());
    let fields: Vec<Role> = rows.iter().filter_map(|r| role(&cell(r, 0))).collect();
    let first = rows.first()?;
    let is_upright = (1..width).any(|c| role(&cell(first, c)).is_some());
    let has = |wanted: Role| fields.iter().filter(|r| **r == wanted).count() == 1;
    let says = has(Role::Note) && (has(Role::Date) || has(Role::SessionType));
    if is_upright || !says || fields.len() < FIELDS_MIN || fields.len() * 2 < rows.len() {
        return None;
    }
    let columns = (0..width).map(|column| Row {
        line: column as u64 + 1,
        cells: rows.iter().map(|r| cell(r, column)).collect(),
        ..Row::default()
    });
    let filled = columns.filter(|r| r.cells.iter().any(|c| !c.is_empty()));
    Some(filled.collect())
}
