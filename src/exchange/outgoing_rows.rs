//! Tables that go out, row by row.
//!
//! Comes in: a table of a run or an import. Goes out: its rows, cells by the names of their columns.
//! Refuses: what is no table.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use crate::error::{Error, Place, Result};

pub(super) fn csv_reader(path: &Path) -> Result<csv::Reader<File>> {
    let file = File::open(path).map_err(|e| Error::io("read the table", path, e))?;
    Ok(csv::ReaderBuilder::new().flexible(true).from_reader(file))
}

pub(super) fn unreadable(path: &Path, error: &csv::Error) -> Error {
    Error {
        kind: crate::error::ErrorKind::Other {
            message: format!("this is no table that can be read: {error}."),
        },
        place: Some(Place::file(path)),
    }
}

/// The places of a table's columns by their names.
#[derive(Debug, Default)]
pub(super) struct Columns(BTreeMap<String, usize>);

impl Columns {
    pub(super) fn of(header: &csv::StringRecord) -> Self {
        let named = header.iter().enumerate();
        Self(named.map(|(i, h)| (h.trim().to_owned(), i)).collect())
    }
}

/// A row of a table, its cells by the names of their columns.
pub(super) struct Row<'r> {
    pub(super) columns: &'r Columns,
    pub(super) cells: &'r csv::StringRecord,
}

impl<'r> Row<'r> {
    pub(super) fn cell(&self, name: &str) -> &'r str {
        let column = self.columns.0.get(name);
        plain(column.and_then(|&i| self.cells.get(i)).unwrap_or_default())
    }
}

pub(super) fn each_row(path: &Path, mut take: impl FnMut(&Row<'_>)) -> Result<()> {
    let mut reader = csv_reader(path)?;
    let headers = reader.headers().map_err(|e| unreadable(path, &e))?;
    let columns = Columns::of(headers);
    for cells in reader.records() {
        let cells = cells.map_err(|e| unreadable(path, &e))?;
        take(&Row {
            columns: &columns,
            cells: &cells,
        });
    }
    Ok(())
}

/// A cell less the mark that keeps spreadsheets from running it.
pub(super) fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}
