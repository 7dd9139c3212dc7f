//! A plain table of ratings: a row a unit, a column a coder, an empty cell where nobody rated.

use std::path::Path;

use crate::error::{Error, ErrorKind, Place, Result};

/// A table of ratings as written.
#[derive(Debug, Clone, Default)]
pub struct RatingTable {
    /// The coders, by the header.
    pub coders: Vec<String>,
    /// A row a unit, a cell a coder.
    pub units: Vec<Vec<Option<String>>>,
}

impl RatingTable {
    /// The values that occur: as numbers in their order where all are numbers, else as words.
    pub fn values(&self) -> Vec<String> {
        let mut values: Vec<String> = self.units.iter().flatten().flatten().cloned().collect();
        values.sort_unstable();
        values.dedup();
        let number = |v: &String| v.parse::<f64>().ok().filter(|n| n.is_finite());
        if values.iter().all(|v| number(v).is_some()) {
            values.sort_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(a.cmp(b)));
        }
        values
    }
}

/// Reads a table of ratings; a first column named `unit` is not a coder.
///
/// # Errors
/// Where the file is no table.
pub fn read_rating_table(path: &Path) -> Result<RatingTable> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(path)
        .map_err(|e| table_error(path, &e))?;
    let header = reader.headers().map_err(|e| table_error(path, &e))?.clone();
    let clean = |cell: &str| cell.trim().trim_start_matches('\u{FEFF}').to_owned();
    let skip = usize::from(
        header
            .get(0)
            .is_some_and(|h| clean(h).eq_ignore_ascii_case("unit")),
    );
    let coders: Vec<String> = header.iter().skip(skip).map(clean).collect();
    let mut units = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| table_error(path, &e))?;
        let cell = |i: usize| row.get(skip + i).map(clean).filter(|c| !c.is_empty());
        units.push((0..coders.len()).map(cell).collect());
    }
    Ok(RatingTable { coders, units })
}

fn table_error(path: &Path, error: &csv::Error) -> Error {
    if let csv::ErrorKind::Io(source) = error.kind() {
        let source = std::io::Error::new(source.kind(), source.to_string());
        return Error::io("read the ratings", path, source);
    }
    let line = error.position().map_or(1, |p| p.line() as u32);
    Error {
        kind: ErrorKind::Other {
            message: format!("this is no table of ratings: {error}."),
        },
        place: Some(Place::at(path, line, 1)),
    }
}
