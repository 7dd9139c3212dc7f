//! What plain tables are written as.

use clap::ValueEnum;

/// What plain tables are written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum TableFormat {
    /// Text, for every program.
    #[default]
    Csv,
    /// Parquet: columns are numbers, days, yes or no, or text, for R, Python and databases. A run writes
    /// its tables as CSV all the same, since the other commands read those.
    Parquet,
}

impl TableFormat {
    /// How the files' names end.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}
