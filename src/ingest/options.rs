//! What a study can say about its files instead of leaving it to be recognised.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::model::own_table::OwnTable;
use crate::model::reading::{DateOrder, Role};

/// How a study is read; the default recognises everything from the files.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which files hold notes, as globs on paths below the study folder; empty: all.
    pub notes: Vec<String>,
    /// Which files are not read, as globs.
    pub ignore: Vec<String>,
    /// A regular expression for the lines that part the notes of a text file. Its named groups
    /// (`participant`, `date` ...) say what they hold.
    pub split: Option<String>,
    /// Which column of a table holds what, by its name.
    pub columns: BTreeMap<Role, String>,
    /// How rows of utterances are joined into notes.
    pub transcript: Option<Transcript>,
    /// The participants' table; none: found by its columns.
    pub participants_table: Option<PathBuf>,
    /// The table of sessions that took place; none: found by its name and columns.
    pub sessions_table: Option<PathBuf>,
    /// Paths that are the study's own and no notes (codebook, rule files), with what they are.
    pub not_notes: Vec<(PathBuf, String)>,
    /// Tables that are none of notes, by their columns.
    pub own_tables: Vec<OwnTable>,
    /// What is true of all notes of some files where they do not say otherwise.
    pub sources: Vec<SourceDefaults>,
    /// The order of day and month.
    pub date_order: Option<DateOrder>,
    /// Today, for dates that lie in the future.
    pub today: Option<Date>,
    /// The encoding of all text files without a byte order mark, by its name on the web.
    pub encoding: Option<String>,
    /// What is too large to be read.
    pub limits: Limits,
}

/// What is true of all notes of some files.
#[derive(Debug, Clone, Default)]
pub struct SourceDefaults {
    /// The files, as a glob.
    pub files: String,
    /// What is true of them.
    pub values: Vec<(Role, String)>,
    /// Which of their columns holds what, by its name; goes before the study's.
    pub columns: BTreeMap<Role, String>,
    /// What parts their notes; goes before the study's.
    pub split: Option<String>,
    /// Their order of day and month; goes before the study's.
    pub date_order: Option<DateOrder>,
}

/// Rows that are utterances: those of one group, in order, are one note.
#[derive(Debug, Clone, Default)]
pub struct Transcript {
    /// The column whose value names the note.
    pub group_by: String,
    /// The column that orders the utterances; the file's order without it.
    pub order: Option<String>,
    /// The column of the words.
    pub text: String,
    /// The column that says who speaks.
    pub speaker: Option<String>,
    /// Its values that mean the participant.
    pub participant_speakers: Vec<String>,
    /// Its values that mean the clinician.
    pub clinician_speakers: Vec<String>,
}

/// What is too large to be read; the ledger names what went over it.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a file.
    pub file_bytes: u64,
    /// Bytes of one note.
    pub note_bytes: usize,
    /// Bytes that a compressed file (a workbook) may hold when unpacked.
    pub unpacked_bytes: u64,
    /// Files of an archive, archives inside it included, and parts of a packed file.
    pub archive_files: usize,
    /// Archives inside each other that are opened.
    pub archive_depth: usize,
    /// Elements, groups or objects of a file inside each other.
    pub nesting: usize,
    /// Cells of a workbook's sheet.
    pub sheet_cells: usize,
    /// Seconds that turning one file into text may take.
    pub convert_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 4 << 30,
            note_bytes: 16 << 20,
            unpacked_bytes: 1 << 30,
            archive_files: 10_000,
            archive_depth: 2,
            nesting: 400,
            sheet_cells: 20_000_000,
            convert_seconds: 120,
        }
    }
}
