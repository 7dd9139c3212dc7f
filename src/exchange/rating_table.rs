//! A plain table of ratings: a row a unit, a column a coder, an empty cell where nobody rated.
//!
//! Comes in: CSV as any program saves it, or a workbook. Goes out: coders, and each unit's cells. What
//! a table leaves open (is the first column a coder? is its first line a header?) is decided by stated
//! rules and said, or refused with the line and what to do.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Diagnostic, Error, ErrorKind, Place, Result};

use super::filled_sheet::read_sheet;
use super::rating_cells;
use super::saved_table::{SavedRow, SavedTable};

/// A table of ratings as written.
#[derive(Debug, Clone, Default)]
pub struct RatingTable {
    /// The coders, by the header.
    pub coders: Vec<String>,
    /// A row a unit, a cell a coder.
    pub units: Vec<Vec<Option<String>>>,
    /// What was taken to mean something that it does not say.
    pub findings: Vec<Diagnostic>,
    /// The line of each unit.
    pub(super) lines: Vec<u32>,
}

/// Names of a first column that says which unit a row is.
const UNIT_NAMES: [&str; 22] = [
    "unit",
    "units",
    "unit_id",
    "id",
    "item",
    "items",
    "item_id",
    "subject",
    "subject_id",
    "case",
    "case_id",
    "note",
    "note_id",
    "segment",
    "document",
    "participant",
    "participant_id",
    "patient",
    "row",
    "no",
    "nr",
    "#",
];

/// Units from which a column can be told to name them by its values alone.
const UNITS_MIN: usize = 3;

/// A number as a cell writes it.
pub(super) fn number(cell: &str) -> Option<f64> {
    cell.parse::<f64>().ok().filter(|n| n.is_finite())
}

/// Whether two cells are one category: the same word, or the same number written in two ways.
pub(super) fn is_same(a: &str, b: &str) -> bool {
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

    /// The line on which a value stands first.
    pub fn line_of(&self, value: &str) -> Option<u32> {
        let holds = |unit: &Vec<Option<String>>| unit.iter().flatten().any(|c| is_same(c, value));
        let place = self.units.iter().position(holds)?;
        self.lines.get(place).copied()
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

/// Reads a table of ratings, CSV as any spreadsheet saves it or a workbook. `listed` are the
/// categories that the user named, if any: they decide what a cell may mean.
///
/// # Errors
/// Where the file cannot be read, names no coder, or names a coder or a unit twice.
pub fn read_rating_table(path: &Path, listed: &[String]) -> Result<RatingTable> {
    let table = read_sheet(path)?;
    let mut reading = Reading {
        path,
        table,
        findings: Vec::new(),
    };
    let unit = reading.unit_column()?;
    let columns = reading.coders(unit)?;
    reading.refuse_units_twice(unit)?;
    reading.say_odd_rows();
    let rows = &reading.table.rows;
    let rows = rows.iter().filter(|row| !row.cells.is_empty());
    let mut read = RatingTable {
        coders: columns
            .iter()
            .map(|&c| reading.header(c).to_owned())
            .collect(),
        ..RatingTable::default()
    };
    for row in rows {
        let cell = |&column: &usize| {
            let cell = row.text(Some(column)).trim();
            (!cell.is_empty()).then(|| cell.to_owned())
        };
        read.units.push(columns.iter().map(cell).collect());
        read.lines.push(row.line);
    }
    read.findings = reading.findings;
    rating_cells::settle(path, &mut read, listed)?;
    Ok(read)
}

/// A table while it is made out what its columns are.
struct Reading<'p> {
    path: &'p Path,
    table: SavedTable,
    findings: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn header(&self, column: usize) -> &str {
        let cell = self.table.header.get(column);
        cell.map(|cell| cell.trim()).unwrap_or_default()
    }

    fn rows(&self) -> impl Iterator<Item = &SavedRow> {
        self.table.rows.iter().filter(|row| !row.is_empty())
    }

    fn values(&self, column: usize) -> impl Iterator<Item = &str> {
        let cells = self.rows().map(move |row| row.text(Some(column)).trim());
        cells.filter(|cell| !cell.is_empty())
    }

    /// The column that names the units, if one does.
    fn unit_column(&mut self) -> Result<Option<usize>> {
        let width = self.table.header.len();
        // R's write.table gives row names and no heading for them.
        let is_longer = self.rows().count() > 0 && self.rows().all(|r| r.cells.len() == width + 1);
        if width > 0 && is_longer {
            self.table.header.insert(0, String::new());
            self.say(
                1,
                "Every row has a cell more than the header; the first is taken for the unit's \
                name."
                    .to_owned(),
            );
            return Ok(Some(0));
        }
        let named = |name: &&String| name.trim().eq_ignore_ascii_case("unit");
        if let Some(column) = self.table.header.iter().position(|name| named(&name)) {
            return Ok(Some(column));
        }
        let first = self.header(0).to_owned();
        if first.is_empty() {
            return Ok(Some(0));
        }
        let folded = first.to_lowercase().replace([' ', '-'], "_");
        if UNIT_NAMES.contains(&folded.as_str()) {
            self.say(
                1,
                format!(
                    "The first column, {first:?}, is taken for the units' names, not for a coder."
                ),
            );
            return Ok(Some(0));
        }
        self.refuse_no_header()?;
        if self.names_units() {
            self.say(1, format!("The first column, {first:?}, has another value in every row, which no coder \
                gives: it is taken for the units' names. Where {first} is a coder, put a column named unit \
                before it."));
            return Ok(Some(0));
        }
        if self.counts_rows() {
            self.say(1, format!("The first column, {first:?}, counts from row to row, and is taken for a coder: \
                other coders give these numbers, too. Where it names the units, call it unit."));
        }
        Ok(None)
    }

    /// A first line whose names are all ratings of the table is no header.
    fn refuse_no_header(&mut self) -> Result<()> {
        let names: Vec<&str> = (0..self.table.header.len())
            .map(|column| self.header(column))
            .filter(|name| !name.is_empty())
            .collect();
        // The first may be a unit's name; what coders say stands behind it.
        let coders = match names[..] {
            [_, _, ..] => names.get(1..).unwrap_or_default(),
            _ => &names[..],
        };
        let occurs = |name: &&str| {
            let columns = 0..self.table.header.len();
            let mut cells = columns.flat_map(|column| self.values(column));
            cells.any(|cell| is_same(cell, name))
        };
        if coders.is_empty() || !coders.iter().all(occurs) {
            return Ok(());
        }
        let counted = names
            .iter()
            .zip(1..)
            .all(|(name, n)| number(name) == Some(f64::from(n)));
        let said = names.join(", ");
        if counted && names.len() > 1 {
            self.say(
                1,
                format!(
                    "The first line ({said}) is taken for the coders' names, although such ratings \
                occur: where it is a unit, put a line with names before it."
                ),
            );
            return Ok(());
        }
        let what = format!(
            "the first line ({said}) holds ratings, not the names of coders. Put a line before it \
             that names the columns: unit, and a name for each coder"
        );
        Err(self.refused(1, &what))
    }

    /// Whether the first column has another value in every row, none of which a coder gives.
    fn names_units(&self) -> bool {
        let own: Vec<&str> = self.values(0).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let others = 1..self.table.header.len();
        for cell in others.flat_map(|column| self.values(column)) {
            *counts.entry(cell).or_default() += 1;
        }
        let distinct: std::collections::BTreeSet<&str> = own.iter().copied().collect();
        let is_numbers = own.iter().all(|cell| number(cell).is_some());
        let is_whole = own
            .iter()
            .all(|cell| cell.bytes().all(|b| b.is_ascii_digit()));
        let alone = own
            .iter()
            .filter(|cell| !counts.contains_key(*cell))
            .count();
        let enough_alone = if self.counts_rows() {
            2 * alone > own.len()
        } else {
            alone == own.len()
        };
        own.len() >= UNITS_MIN
            && own.len() == self.rows().count()
            && distinct.len() == own.len()
            && enough_alone
            && (!is_numbers || is_whole)
            && 2 * counts.len() <= counts.values().sum::<usize>()
    }

    /// Whether the first column counts 1, 2, 3 ... or 0, 1, 2 ...
    fn counts_rows(&self) -> bool {
        let whole = |cell: &str| cell.parse::<i64>().ok();
        let own: Vec<Option<i64>> = self.values(0).map(whole).collect();
        let start = own.first().copied().flatten();
        own.len() >= UNITS_MIN
            && start.is_some_and(|start| start == 0 || start == 1)
            && own.windows(2).all(|two| match two {
                [Some(a), Some(b)] => b.checked_sub(*a) == Some(1),
                _ => false,
            })
    }

    /// The columns of coders, each of which has a name of its own.
    fn coders(&self, unit: Option<usize>) -> Result<Vec<usize>> {
        let mut columns = Vec::new();
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for column in (0..self.table.header.len()).filter(|c| Some(*c) != unit) {
            let name = self.header(column);
            if name.is_empty() {
                if self.values(column).next().is_some() {
                    let what = format!(
                        "column {} holds ratings and has no heading. Give it its coder's name",
                        column + 1
                    );
                    return Err(self.refused(1, &what));
                }
                continue;
            }
            if let Some(first) = seen.insert(name, column) {
                let what = format!(
                    "the columns {} and {} are both called {name:?}. Give each coder a name of their own",
                    first + 1,
                    column + 1
                );
                return Err(self.refused(1, &what));
            }
            columns.push(column);
        }
        if columns.is_empty() {
            return Err(self.refused(
                1,
                "this is no table of ratings: its first line names no coder",
            ));
        }
        Ok(columns)
    }

    /// Refuses a table in which one unit has two rows: it would count twice.
    fn refuse_units_twice(&self, unit: Option<usize>) -> Result<()> {
        let Some(column) = unit else {
            return Ok(());
        };
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for row in self.rows() {
            let name = row.text(Some(column)).trim();
            if name.is_empty() {
                continue;
            }
            if let Some(first) = seen.insert(name, row.line) {
                let what = format!(
                    "the unit {name:?} stands on line {first} already, and a row is a unit. Keep one of the \
                        two, or give each a name of its own"
                );
                return Err(self.refused(row.line, &what));
            }
        }
        Ok(())
    }

    /// Says which rows are longer, shorter or broken.
    fn say_odd_rows(&mut self) {
        let width = self.table.header.len();
        let (mut short, mut found) = (Vec::new(), Vec::new());
        for row in self.rows() {
            let beyond = row.cells.iter().skip(width);
            if row.is_broken {
                found.push((
                    row.line,
                    "This row ends in the middle of a quoted cell; it is read as far as it goes.",
                ));
            } else if row.cells.len() < width {
                short.push(row.line);
            } else if beyond.clone().any(|cell| !cell.trim().is_empty()) {
                found.push((
                    row.line,
                    "This row has more cells than there are coders; the rest is left out.",
                ));
            }
        }
        for (line, message) in found {
            self.say(line, message.to_owned());
        }
        if let Some(&line) = short.first() {
            let message = format!(
                "{} rows, this one the first, have fewer cells than the header; what lacks is taken as missing.",
                short.len()
            );
            self.say(line, message);
        }
    }

    fn say(&mut self, line: u32, message: String) {
        self.findings.push(warning(self.path, line, message));
    }

    fn refused(&self, line: u32, what: &str) -> Error {
        refused(self.path, line, what)
    }
}

/// An error at a line of a table, with what to do.
pub(super) fn refused(path: &Path, line: u32, what: &str) -> Error {
    Error {
        kind: ErrorKind::Other {
            message: format!("{what}."),
        },
        place: Some(Place::at(path, line, 1)),
    }
}

pub(super) fn warning(path: &Path, line: u32, message: String) -> Diagnostic {
    Diagnostic::warning("V709", Place::at(path, line, 1), message, "")
}
