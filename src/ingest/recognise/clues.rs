//! What a reader of files hands to recognition, and what it gets back.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::corpus::{Basis, ParticipantId, Sourced};
use crate::model::reading::{DateOrder, Role};

/// Where a note stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawNote {
    /// Path of its source, relative to the study folder, `/` between.
    pub source: Arc<str>,
    /// Its place inside the source (`row=3`, `block=2`); empty for a whole file.
    pub locator: Box<str>,
    /// The id that the source gives it.
    pub given_id: Option<Box<str>>,
}

/// What stands around a note's text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clues {
    /// Cells of recognised columns, in the table's order; a role may stand twice.
    pub columns: Vec<(Role, String)>,
    /// Cells of all other columns, by header.
    pub fields: BTreeMap<String, String>,
    /// Keys and values of front matter.
    pub front_matter: Vec<(String, String)>,
    /// Header line or lines of the note's block.
    pub header: String,
    /// What a header line says where the study file names its parts.
    pub header_parts: Vec<(Role, String)>,
    /// Name of its sheet.
    pub sheet: String,
    /// Name of its file without extension.
    pub file_name: String,
    /// Folders from the study folder down to the file.
    pub folders: Vec<String>,
    /// What stands before the first block of its file.
    pub preamble: String,
    /// The header of the message that quotes it.
    pub quoted_in: String,
    /// What the study file says of all notes of its source.
    pub study: Vec<(Role, String)>,
    /// The order of day and month that it says its source has.
    pub date_order: Option<DateOrder>,
}

impl Clues {
    /// Whether the note is all that its file holds: no table, no header line says where it begins.
    pub(super) fn is_whole_text(&self) -> bool {
        self.columns.is_empty() && self.header.is_empty() && self.header_parts.is_empty()
    }

    /// The names that it stands under, the nearest first: sheet, file, folders.
    pub(super) fn names(&self) -> impl Iterator<Item = (Basis, &str)> {
        let folders = self.folders.iter().rev();
        [
            (Basis::Sheet, self.sheet.as_str()),
            (Basis::FileName, self.file_name.as_str()),
        ]
        .into_iter()
        .chain(folders.map(|folder| (Basis::Folder, folder.as_str())))
    }
}

/// A note with what was recognised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recognised {
    /// Whose note it is.
    pub participant: Sourced<ParticipantId>,
    /// The session's date.
    pub date: Sourced<Date>,
    /// Days since the participant's first dated note.
    pub day: Option<i64>,
    /// The session type, a name from the study's list.
    pub session_type: Sourced<Arc<str>>,
    /// What the note says of its type, in its own words, where that is none that is known.
    pub other_type: Option<Arc<str>>,
    /// Whether it says that its session did not take place.
    pub not_held: bool,
    /// The session's number, where the note counts its sessions.
    pub session_number: Option<u32>,
    /// Where the session was.
    pub setting: Sourced<Arc<str>>,
    /// Who wrote it.
    pub author: Sourced<Arc<str>>,
    /// What was odd, a sentence each.
    pub warnings: Vec<String>,
    /// The order of day and month that settled its date, where its writing left a choice.
    pub date_order: Option<DateOrder>,
}
