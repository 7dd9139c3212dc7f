//! A run's tables once more as Parquet, for those who asked.
//!
//! Comes in: a folder whose tables stand as CSV. Goes out: beside each the same rows with typed columns,
//! read from the CSV, so that both say the same. Refuses nothing that the CSV holds: a column whose cells
//! are not all of one kind is text.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::{Reader, ReaderBuilder, StringRecord};

use crate::error::{Error, Result};
use crate::exchange::unguarded;

use super::flat::{FlatCell, FlatColumn, FlatTable};
use super::flat_kind::{FlatKind, Narrowest};
use super::parquet::write_parquet;

/// Ends of the names of columns that are words even where each cell looks like a number: a participant
/// may be called 7, and the next study's P01 belongs into the same column.
const WORDS: [&str; 8] = [
    "_id", "code", "code_a", "code_b", "text", "quote", "source", "locator",
];

/// Writes each CSV table of a folder as Parquet too.
///
/// # Errors
/// Where a table cannot be read or its twin not be written.
pub(super) fn write_beside(dir: &Path) -> Result<()> {
    for table in csv_tables(dir)? {
        write_twin(&table)?;
    }
    Ok(())
}

fn csv_tables(dir: &Path) -> Result<Vec<PathBuf>> {
    let listing = |e| Error::io("list the output folder", dir, e);
    let mut tables = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(listing)? {
        let path = entry.map_err(listing)?.path();
        if path.extension().is_some_and(|e| e == "csv") {
            tables.push(path);
        }
    }
    tables.sort();
    Ok(tables)
}

fn write_twin(table: &Path) -> Result<()> {
    let columns = columns(table)?;
    let mut reader = open(table)?;
    let rows = reader.records().map(|record| {
        let record = record.map_err(|e| failed(table, &e))?;
        let cells = columns.iter().enumerate();
        Ok(cells.map(|(at, c)| cell(&record, at, c.kind)).collect())
    });
    let twin = table.with_extension("parquet");
    let mut file = File::create(&twin).map_err(|e| Error::io("write the table", &twin, e))?;
    let flat = FlatTable {
        name: "table",
        about: "",
        columns: columns.clone(),
        rows: Box::new(rows),
    };
    write_parquet(flat, &mut file, &twin).map(drop)
}

/// The table's columns, each with the narrowest kind that takes all its cells.
fn columns(table: &Path) -> Result<Vec<FlatColumn>> {
    let mut reader = open(table)?;
    let names = reader.headers().map_err(|e| failed(table, &e))?.clone();
    let mut narrowest: Vec<Narrowest> = names.iter().map(|_| Narrowest::default()).collect();
    for record in reader.records() {
        let record = record.map_err(|e| failed(table, &e))?;
        for (kind, cell) in narrowest.iter_mut().zip(&record) {
            kind.see(unguarded(cell));
        }
    }
    let column = |(name, seen): (&str, &Narrowest)| FlatColumn {
        name: name.to_owned(),
        kind: if WORDS.iter().any(|end| name.ends_with(end)) {
            FlatKind::Text
        } else {
            seen.kind()
        },
        meaning: String::new(),
    };
    Ok(names.iter().zip(&narrowest).map(column).collect())
}

fn cell(record: &StringRecord, at: usize, kind: FlatKind) -> FlatCell {
    match record.get(at).map(unguarded) {
        None | Some("") if kind != FlatKind::Text => FlatCell::Empty,
        text => FlatCell::Text(text.unwrap_or_default().to_owned()),
    }
}

fn open(table: &Path) -> Result<Reader<File>> {
    let reader = ReaderBuilder::new().from_path(table);
    reader.map_err(|e| failed(table, &e))
}

fn failed(table: &Path, error: &csv::Error) -> Error {
    Error::other(format!(
        "{}: the table cannot be read back to be written as Parquet: {error}.",
        table.display()
    ))
}
