//! What was recognised in each source and from what, for `verbatim check`.

use crate::model::corpus::NoteId;
use crate::model::reading::{DateOrder, Role};

/// A source's layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LayoutKind {
    /// The file is one note.
    OneNote,
    /// Notes stand behind header lines.
    Blocks,
    /// A row is a note.
    Table,
    /// Rows are utterances, joined into notes.
    Transcript,
    /// It lists participants.
    ParticipantsTable,
    /// No notes were read from it.
    None,
}

impl LayoutKind {
    /// The words for a user.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneNote => "one note",
            Self::Blocks => "notes behind header lines",
            Self::Table => "a row is a note",
            Self::Transcript => "rows are utterances",
            Self::ParticipantsTable => "participants' table",
            Self::None => "no notes",
        }
    }
}

/// What a column was recognised from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnBasis {
    /// The study file says it.
    StudyFile,
    /// Its name.
    Name,
    /// Its cells.
    Content,
}

impl ColumnBasis {
    /// The word for a user.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StudyFile => "study file",
            Self::Name => "name",
            Self::Content => "content",
        }
    }
}

/// A table's column and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnReport {
    /// Its header.
    pub header: String,
    /// Its sheet, in a workbook.
    pub sheet: String,
    /// What it holds; none: a further field.
    pub role: Option<Role>,
    /// What that was known from.
    pub basis: Option<ColumnBasis>,
}

/// A source and what was recognised in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceReport {
    /// Its path, as in the ledger.
    pub source: String,
    /// How its notes are laid out.
    pub layout: LayoutKind,
    /// What cells or notes are told apart by (`separated by ;`, `header lines like "=== ... ==="`).
    pub told_by: String,
    /// Its columns, in a table.
    pub columns: Vec<ColumnReport>,
    /// A pattern for `split` in study.toml that parts its notes in the same way, if one does.
    pub split: Option<String>,
    /// The order of day and month that settled dates of its notes.
    pub date_order: Option<DateOrder>,
    /// How many notes it gave.
    pub notes: usize,
    /// Its first note.
    pub sample: Option<NoteId>,
    /// What a person should know.
    pub remarks: Vec<String>,
}
