//! What a run is asked for.

use std::path::PathBuf;

use crate::export::Foreign;
use crate::model::provenance::Provenance;

/// What a run is asked for.
#[derive(Debug, Clone)]
pub struct Job {
    /// The output folder.
    pub out: PathBuf,
    /// What to do with a folder there that this program did not write.
    pub foreign: Foreign,
    /// Whether an index for `search` is built.
    pub index: Wanted,
    /// Whether the page is written.
    pub report: Wanted,
    /// Whether the tables are written as Parquet besides.
    pub parquet: Wanted,
    /// Columns of notes or participants for further crosstabs; `+` between those counted together.
    pub by: Vec<String>,
    /// Today, for dates that lie in the future.
    pub today: Option<jiff::civil::Date>,
    /// What only the caller knows of where the run comes from.
    pub provenance: Provenance,
}

/// Whether a part of the output is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// It is written.
    Yes,
    /// It is left out.
    No,
}
