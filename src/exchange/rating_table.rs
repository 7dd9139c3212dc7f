//! A plain table of ratings: a row a unit, a column a coder, an empty cell where nobody rated.

use std::path::Path;

use crate::error::{Diagnostic, Error, ErrorKind, Place, Result};

use super::filled_sheet::read_sheet;

/// A table of ratings as written.
#[derive(Debug, Clone, Default)]
pub struct RatingTable {
    /// The coders, by the header.
    pub coders: Vec<String>,
    /// A row a unit, a cell a coder.
    pub units: Vec<Vec<Option<String>>>,
    /// What was taken to mean something that it does not say.
    pub findings: Vec<Diagnostic>,
}

/// A number as a cell writes it.
fn number(cell: &str) -> Option<f64> {
    cell.parse::<f64>().ok().filter(|n| n.is_finite())
}

/// Whether two cells are one category: the same word, or the same number written in two ways.
fn is_same(a: &str, b: &str) -> bool {
    a == b || number(a).is_some_and(|a| number(b) == Some(a))
}

impl RatingTable {
    /// The values that occur: as numbers in their order where all are numbers, else as words.
    fn values(&self) -> Vec<String> {
        let mut values: Vec<String> = self.units.iter().flatten().flatten().cloned().collect();
        values.sort_unstable();
        values.dedup();
        if values.iter().all(|v| number(v).is_some()) {
            values.sort_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(a.cmp(b)));
        }
        values.dedup_by(|a, b| is_same(a, b));
        values
    }

    /// All categories: those that are listed, else the values that occur.
    ///
    /// # Errors
    /// The values that a list lacks.
    pub fn categories(&self, listed: &[String]) -> std::result::Result<Vec<String>, Vec<String>> {
        let values = self.values();
        if listed.is_empty() {
            return Ok(values);
        }
        let mut categories: Vec<String> = Vec::new();
        for category in listed {
            if !categories.iter().any(|known| is_same(known, category)) {
                categories.push(category.clone());
            }
        }
        let lacks = |value: &String| !categories.iter().any(|c| is_same(c, value));
        let stray: Vec<String> = values.into_iter().filter(lacks).collect();
        if stray.is_empty() {
            Ok(categories)
        } else {
            Err(stray)
        }
    }

    /// Each unit's ratings by the places of their categories.
    pub fn indices(&self, categories: &[String]) -> Vec<Vec<Option<usize>>> {
        let place = |cell: &Option<String>| {
            let cell = cell.as_ref()?;
            categories.iter().position(|c| is_same(c, cell))
        };
        let unit = |unit: &Vec<Option<String>>| unit.iter().map(place).collect();
        self.units.iter().map(unit).collect()
    }
}

/// Reads a table of ratings, CSV as any spreadsheet saves it or a workbook; a first column named
/// `unit` is not a coder. `NA`, as R writes a missing value, is one where all other cells are numbers.
///
/// # Errors
/// Where the file cannot be read or names no coder.
pub fn read_rating_table(path: &Path) -> Result<RatingTable> {
    let table = read_sheet(path)?;
    let clean = |cell: &String| cell.trim().to_owned();
    let first = table.header.first().map(clean).unwrap_or_default();
    let skip = usize::from(first.eq_ignore_ascii_case("unit") || first.is_empty());
    let mut coders: Vec<String> = table.header.iter().skip(skip).map(clean).collect();
    while coders.last().is_some_and(String::is_empty) {
        coders.pop();
    }
    if coders.is_empty() {
        return Err(Error {
            kind: ErrorKind::Other {
                message: "this is no table of ratings: its first line names no coder.".to_owned(),
            },
            place: Some(Place::at(path, 1, 1)),
        });
    }
    let mut read = RatingTable {
        coders,
        ..RatingTable::default()
    };
    for row in table.rows.iter().filter(|row| !row.cells.is_empty()) {
        let cell = |i: usize| {
            let cell = row.text(Some(skip + i)).trim();
            (!cell.is_empty()).then(|| cell.to_owned())
        };
        read.units.push((0..read.coders.len()).map(cell).collect());
        let beyond = row.cells.iter().skip(skip + read.coders.len());
        if beyond.clone().any(|cell| !cell.trim().is_empty()) {
            let message = "This row has more cells than there are coders; the rest is left out.";
            read.findings
                .push(warning(path, row.line, message.to_owned()));
        }
    }
    drop_na(path, &mut read);
    Ok(read)
}

fn drop_na(path: &Path, read: &mut RatingTable) {
    let is_na = |cell: &str| matches!(cell, "NA" | "NaN" | "nan" | "n/a" | "N/A");
    let cells = || read.units.iter().flatten().flatten();
    let missing = cells().filter(|cell| is_na(cell)).count();
    let numbers = cells().filter(|cell| !is_na(cell));
    if missing == 0 || !numbers.clone().all(|cell| number(cell).is_some()) {
        return;
    }
    for cell in read.units.iter_mut().flatten() {
        cell.take_if(|text| is_na(text));
    }
    let message = format!("{missing} cells say NA among numbers; they are taken as missing.");
    read.findings.push(warning(path, 1, message));
}

fn warning(path: &Path, line: u32, message: String) -> Diagnostic {
    Diagnostic::warning("V709", Place::at(path, line, 1), message, "")
}
