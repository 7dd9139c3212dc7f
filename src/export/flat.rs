//! Plain tables for R, Excel and SPSS: as CSV, as one workbook, with a data dictionary.
//! (`parquet` writes the same tables for Python and databases.)
//!
//! Comes in: columns with their meaning, and rows, one at a time. Goes out: bytes, the same every
//! time, as the rows come.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::error::{Error, Result};
use crate::exchange::{cell_text, is_cut_in_cell, new_workbook};

use super::flat_kind::{FlatKind, Typed};
use super::line::Lines;

/// Most rows of a worksheet below its header.
const SHEET_ROWS_MAX: usize = 1_048_575;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlatColumn {
    /// Its name: a letter first, then letters, digits, `.` and `_`, as SPSS and R take it.
    pub name: String,
    /// What it holds.
    pub kind: FlatKind,
    /// What it means.
    pub meaning: String,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlatCell {
    /// Words.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Nothing is known.
    Empty,
}

/// Rows as they come, a cell a column.
pub type FlatRows<'t> = Box<dyn Iterator<Item = Result<Vec<FlatCell>>> + 't>;

/// A table.
pub struct FlatTable<'t> {
    /// Its name, which is its file's, and its sheet's.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Its columns.
    pub columns: Vec<FlatColumn>,
    /// Its rows.
    pub rows: FlatRows<'t>,
}

impl std::fmt::Debug for FlatTable<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlatTable")
            .field("name", &self.name)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl FlatTable<'_> {
    /// Writes the table as CSV to `file`, which stands at `path`; gives the number of rows.
    ///
    /// # Errors
    /// Where the file cannot be written, or a row cannot be made.
    pub fn write_csv(self, file: &mut File, path: &Path) -> Result<usize> {
        let failed = |e| Error::io("write the table", path, e);
        let mut file = BufWriter::new(file);
        let names: Vec<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
        let mut lines = Lines::header(&names);
        let mut count = 0;
        for row in self.rows {
            for (cell, column) in row?.into_iter().zip(&self.columns) {
                match cell {
                    // A minus is no formula.
                    FlatCell::Text(number) if column.kind.is_number() => lines.plain(number),
                    FlatCell::Text(text) => lines.text(&text),
                    FlatCell::Number(number) => lines.plain(number),
                    FlatCell::Empty => lines.text(""),
                };
            }
            lines.end();
            file.write_all(&lines.take()).map_err(failed)?;
            count += 1;
        }
        file.write_all(&lines.take()).map_err(failed)?;
        file.flush().map_err(failed)?;
        Ok(count)
    }
}

/// What every column of some tables means, a row a column.
pub fn dictionary(tables: &[FlatTable<'_>]) -> FlatTable<'static> {
    let column = |name: &str, meaning: &str| FlatColumn {
        name: name.to_owned(),
        kind: FlatKind::Text,
        meaning: meaning.to_owned(),
    };
    let text = |text: &str| FlatCell::Text(text.to_owned());
    let mut rows = Vec::new();
    for table in tables {
        for column in &table.columns {
            rows.push(Ok(vec![
                text(table.name),
                text(table.about),
                text(&column.name),
                text(column.kind.as_str()),
                text(&column.meaning),
            ]));
        }
    }
    FlatTable {
        name: "dictionary",
        about: "a column of the other tables",
        columns: vec![
            column("table", "the table"),
            column("row", "what a row of it is"),
            column("column", "the column"),
            column("kind", "what it holds"),
            column("meaning", "what it means"),
        ],
        rows: Box::new(rows.into_iter()),
    }
}

/// A text that a worksheet's cell does not hold whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutCell {
    /// The sheet.
    pub table: &'static str,
    /// The row, as the program that opens the workbook counts.
    pub row: usize,
    /// The column.
    pub column: String,
    /// What stands first in the row: whose row it is.
    pub id: String,
    /// How the text begins.
    pub begin: String,
}

/// Writes all tables as one workbook, a sheet a table, to `file`, which stands at `path`; gives the texts
/// that had to be cut. A sheet's rows wait in a temporary file, not in memory.
///
/// # Errors
/// Where a table has more rows than a sheet takes, a row cannot be made, or a file cannot be written.
pub fn write_workbook(
    tables: Vec<FlatTable<'_>>,
    file: &mut File,
    path: &Path,
) -> Result<Vec<CutCell>> {
    let mut book = new_workbook().map_err(|e| failed(path, &e))?;
    let mut cut = Vec::new();
    for table in tables {
        cut.extend(write_sheet(table, &mut book, path)?);
    }
    book.save_to_writer(file).map_err(|e| failed(path, &e))?;
    Ok(cut)
}

fn write_sheet(table: FlatTable<'_>, book: &mut Workbook, path: &Path) -> Result<Vec<CutCell>> {
    let mut cut = Vec::new();
    let broken = |e: XlsxError| failed(path, &e);
    let sheet = book.add_worksheet_with_constant_memory().map_err(broken)?;
    write_head(&table, sheet).map_err(broken)?;
    let FlatTable {
        name,
        columns,
        rows,
        ..
    } = table;
    for (row, cells) in rows.enumerate() {
        if row >= SHEET_ROWS_MAX {
            return Err(Error::other(format!(
                "{name} has more than {SHEET_ROWS_MAX} rows, the most that a worksheet takes: name a folder \
                 instead of a workbook."
            )));
        }
        let cells = cells?;
        cut.extend(cut_cells((name, &columns), row + 2, &cells));
        for (at, cell) in cells.into_iter().enumerate() {
            let (row, at) = (row as u32 + 1, at as u16);
            match (columns[usize::from(at)].kind.typed(&cell), &cell) {
                (Some(Typed::Empty), _) => continue,
                (Some(Typed::Number(number)), _) => sheet.write_number(row, at, number as f64),
                (Some(Typed::Decimal(number)), _) => sheet.write_number(row, at, number),
                (Some(Typed::TrueFalse(value)), _) => sheet.write_boolean(row, at, value),
                (_, FlatCell::Text(text)) => sheet.write_string(row, at, cell_text(text)),
                (_, FlatCell::Number(_) | FlatCell::Empty) => continue,
            }
            .map_err(broken)?;
        }
    }
    Ok(cut)
}

/// The texts of a row that are longer than a cell.
fn cut_cells<'r>(
    (table, columns): (&'static str, &'r [FlatColumn]),
    row: usize,
    cells: &'r [FlatCell],
) -> impl Iterator<Item = CutCell> + 'r {
    let text = |cell: &FlatCell| match cell {
        FlatCell::Text(text) => text.clone(),
        FlatCell::Number(_) | FlatCell::Empty => String::new(),
    };
    let id = move || cells.first().map(text).unwrap_or_default();
    cells
        .iter()
        .zip(columns)
        .filter_map(move |(cell, column)| match cell {
            FlatCell::Text(text) if is_cut_in_cell(text) => Some(CutCell {
                table,
                row,
                column: column.name.clone(),
                id: id(),
                begin: text.chars().take(80).collect(),
            }),
            _ => None,
        })
}

fn write_head(table: &FlatTable<'_>, sheet: &mut Worksheet) -> std::result::Result<(), XlsxError> {
    let head = Format::new().set_bold();
    sheet.set_name(table.name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in table.columns.iter().enumerate() {
        sheet.write_string_with_format(0, at as u16, &column.name, &head)?;
    }
    Ok(())
}

fn failed(path: &Path, error: &XlsxError) -> Error {
    let path = path.display();
    Error::other(format!("{path}: the workbook cannot be written: {error}."))
}
