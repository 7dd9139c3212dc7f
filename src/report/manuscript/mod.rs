//! What goes into a manuscript as it is: tables for Word and spreadsheets, and the methods with the
//! items of COREQ and SRQR.
//!
//! Comes in: what the page shows. Goes out: `tables.docx`, `tables.xlsx`, `methods.md`. Words are
//! "documented in", and what cannot be filled from a run is listed as the author's.

mod abbreviations;
mod book;
mod crosstab;
mod methods;
mod people;
mod tables;
mod word;

use std::fs;
use std::path::Path;

use crate::codebook::builtin_abbreviations;
use crate::error::{Error, Result};

use super::ReportData;

/// Writes tables and methods into an output folder.
///
/// # Errors
/// Where a file cannot be made or written.
pub(super) fn write(dir: &Path, data: &ReportData<'_>) -> Result<()> {
    let mut tables = tables::tables(data);
    abbreviations::spell_out(&mut tables, &builtin_abbreviations()?);
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.join(name);
        fs::write(&path, bytes).map_err(|e| Error::io("write for the manuscript", &path, e))
    };
    write("tables.docx", &word::docx(&tables)?)?;
    write("tables.xlsx", &book::xlsx(&tables)?)?;
    write("methods.md", methods::methods(data, &tables).as_bytes())
}

#[cfg(test)]
mod tests;
