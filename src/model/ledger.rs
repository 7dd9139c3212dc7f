//! The ledger: what became of every input file and every note in it.

/// What became of a file or a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// All of it was read.
    Read,
    /// Some of it was read; the reason says what was not.
    PartlyRead,
    /// It is not a note, and the reason says what it is.
    Skipped,
    /// It could not be read, and the reason says why.
    Failed,
}

impl Outcome {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::PartlyRead => "partly_read",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// One row of the ledger: an input file (no locator), or a note inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Path of the source, relative to the study folder; bytes that are not UTF-8 as `%XX`.
    pub source: String,
    /// Empty for the file itself, else the note's place in it.
    pub locator: String,
    /// SHA-256 of the file in hex; empty for notes inside it and files that could not be opened.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Text encoding, where it has one.
    pub encoding: String,
    /// `text`, `csv`, `jsonl`, `xlsx` ...; empty where not recognised.
    pub format: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, for anything but a plain `read`; remarks too.
    pub reason: String,
    /// Notes that came out of it: of the whole file in its row, 1 or 0 in a note's row.
    pub notes: usize,
}

/// All rows, files in path order, each followed by its notes.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// The rows.
    pub rows: Vec<LedgerRow>,
}

impl Ledger {
    /// Whether any file was not read in full for a reason that a person should look at.
    pub fn has_problems(&self) -> bool {
        self.rows
            .iter()
            .any(|r| matches!(r.outcome, Outcome::PartlyRead | Outcome::Failed))
    }

    /// Notes by the files' rows.
    pub fn notes(&self) -> usize {
        self.rows
            .iter()
            .filter(|r| r.locator.is_empty())
            .map(|r| r.notes)
            .sum()
    }
}
