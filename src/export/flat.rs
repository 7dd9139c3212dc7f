//! Plain tables for R, Excel and SPSS: as CSV, as one workbook, with a data dictionary.
//!
//! Comes in: columns with their meaning, and cells. Goes out: bytes, the same every time.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use crate::error::{Error, Result};
use crate::exchange::{cell_text, new_workbook};

use super::line::Lines;

/// Most rows of a worksheet below its header.
const SHEET_ROWS_MAX: usize = 1_048_575;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlatKind {
    /// Words.
    Text,
    /// Whole numbers.
    Number,
    /// 0 or 1.
    ZeroOne,
}

impl FlatKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "whole number",
            Self::ZeroOne => "0 or 1",
        }
    }
}

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

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlatTable {
    /// Its name, which is its file's, and its sheet's.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Its columns.
    pub columns: Vec<FlatColumn>,
    /// Its rows, a cell a column.
    pub rows: Vec<Vec<FlatCell>>,
}

impl FlatTable {
    /// The table as CSV.
    pub fn to_csv(&self) -> Vec<u8> {
        let names: Vec<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
        let mut lines = Lines::header(&names);
        for row in &self.rows {
            for cell in row {
                match cell {
                    FlatCell::Text(text) => lines.text(text),
                    FlatCell::Number(number) => lines.plain(number),
                    FlatCell::Empty => lines.text(""),
                };
            }
            lines.end();
        }
        lines.into_bytes()
    }
}

/// What every column of some tables means, a row a column.
pub fn dictionary(tables: &[FlatTable]) -> FlatTable {
    let column = |name: &str, meaning: &str| FlatColumn {
        name: name.to_owned(),
        kind: FlatKind::Text,
        meaning: meaning.to_owned(),
    };
    let text = |text: &str| FlatCell::Text(text.to_owned());
    let mut own = FlatTable {
        name: "dictionary",
        about: "a column of the other tables",
        columns: vec![
            column("table", "the table"),
            column("row", "what a row of it is"),
            column("column", "the column"),
            column("kind", "what it holds"),
            column("meaning", "what it means"),
        ],
        rows: Vec::new(),
    };
    for table in tables {
        for column in &table.columns {
            own.rows.push(vec![
                text(table.name),
                text(table.about),
                text(&column.name),
                text(column.kind.as_str()),
                text(&column.meaning),
            ]);
        }
    }
    own
}

/// All tables as one workbook, a sheet a table.
///
/// # Errors
/// Where a table has more rows than a sheet takes.
pub fn flat_workbook(tables: &[FlatTable]) -> Result<Vec<u8>> {
    let large = tables.iter().find(|t| t.rows.len() > SHEET_ROWS_MAX);
    if let Some(large) = large {
        return Err(Error::other(format!(
            "{} has {} rows, more than a worksheet takes: name a folder instead of a workbook.",
            large.name,
            large.rows.len()
        )));
    }
    let made = workbook(tables);
    made.map_err(|e| Error::other(format!("the workbook cannot be made: {e}.")))
}

fn workbook(tables: &[FlatTable]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = new_workbook()?;
    let head = Format::new().set_bold();
    for table in tables {
        let mut sheet = Worksheet::new();
        sheet.set_name(table.name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (at, column) in table.columns.iter().enumerate() {
            sheet.write_string_with_format(0, at as u16, &column.name, &head)?;
        }
        for (row, cells) in table.rows.iter().enumerate() {
            for (at, cell) in cells.iter().enumerate() {
                let (row, at) = (row as u32 + 1, at as u16);
                match cell {
                    FlatCell::Text(text) => {
                        sheet.write_string(row, at, cell_text(text))?;
                    }
                    FlatCell::Number(number) => {
                        sheet.write_number(row, at, *number as f64)?;
                    }
                    FlatCell::Empty => {}
                }
            }
        }
        book.push_worksheet(sheet);
    }
    book.save_to_buffer()
}
