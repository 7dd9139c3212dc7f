//! A study's corpus: participants, sessions and notes, without the notes' text.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A note's id, stable from run to run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NoteId(Arc<str>);

impl NoteId {
    /// Names a note.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A participant's id as the study writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ParticipantId(Arc<str>);

impl ParticipantId {
    /// Names a participant.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ParticipantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a piece of metadata was taken or inferred from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// A table's column.
    Column,
    /// A header line or header block of the note.
    Header,
    /// YAML front matter.
    FrontMatter,
    /// A sheet's name.
    Sheet,
    /// The file's name.
    FileName,
    /// A folder's name.
    Folder,
    /// A cue in the note's text.
    Text,
    /// The participants' table.
    ParticipantsTable,
    /// A neighbouring note of the same source.
    Neighbour,
    /// The study file.
    StudyFile,
    /// The program's default.
    Default,
    /// Nothing says it.
    Unknown,
}

impl Basis {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Header => "header",
            Self::FrontMatter => "front_matter",
            Self::Sheet => "sheet",
            Self::FileName => "file_name",
            Self::Folder => "folder",
            Self::Text => "text",
            Self::ParticipantsTable => "participants_table",
            Self::Neighbour => "neighbour",
            Self::StudyFile => "study_file",
            Self::Default => "default",
            Self::Unknown => "unknown",
        }
    }
}

/// What a value was taken from: one basis, or two that completed each other. A note has several of
/// these, so they stand in place instead of on the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bases {
    first: Basis,
    second: Option<Basis>,
}

impl Bases {
    /// Another basis completes the value; a third one, or the same again, adds nothing to what is
    /// printed.
    pub fn completed_by(&mut self, other: Basis) {
        if self.second.is_none() && other != self.first {
            self.second = Some(other);
        }
    }

    /// Whether a basis is among them.
    pub fn contains(self, basis: Basis) -> bool {
        self.first == basis || self.second == Some(basis)
    }
}

impl From<Basis> for Bases {
    fn from(first: Basis) -> Self {
        Self {
            first,
            second: None,
        }
    }
}

/// A value with what it was taken from; no value means unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value, if anything says it.
    pub value: Option<T>,
    /// Its basis; two where they completed each other.
    pub basis: Bases,
}

impl<T> Sourced<T> {
    /// A value from one basis.
    pub fn from(value: T, basis: Basis) -> Self {
        Self {
            value: Some(value),
            basis: basis.into(),
        }
    }

    /// Nothing says it.
    pub fn unknown() -> Self {
        Self {
            value: None,
            basis: Basis::Unknown.into(),
        }
    }

    /// The basis as tables print it, joined with `+`.
    pub fn basis_text(&self) -> String {
        let first = self.basis.first.as_str();
        match self.basis.second {
            Some(second) => format!("{first}+{}", second.as_str()),
            None => first.to_owned(),
        }
    }
}

impl<T> Default for Sourced<T> {
    fn default() -> Self {
        Self::unknown()
    }
}

/// How much a note says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detail {
    /// A few words.
    Terse,
    /// A concise summary.
    Summary,
    /// A narrative, or one with the participant's own words.
    Detailed,
}

impl Detail {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terse => "terse",
            Self::Summary => "summary",
            Self::Detailed => "detailed",
        }
    }
}

/// A note without its text: where it stands and what is known of it. A study may have many, so
/// what they have in common is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// Path of its source, relative to the study folder, `/` between.
    pub source: Arc<str>,
    /// Its place inside the source (`row=3`, `block=2`); empty for a whole file.
    pub locator: Box<str>,
    /// Whose note it is.
    pub participant: Sourced<ParticipantId>,
    /// The session's date.
    pub date: Sourced<Date>,
    /// Days since the participant's first dated note.
    pub day: Option<i64>,
    /// The session type, a name from the study's list.
    pub session_type: Sourced<Arc<str>>,
    /// Where the session was (`clinic`, `home`), as the study calls it; empty where unknown.
    pub setting: Arc<str>,
    /// Who wrote it; empty where unknown.
    pub author: Arc<str>,
    /// Further columns of its table, by header, for crosstabs.
    pub fields: Fields,
    /// Who speaks, where the source says so (a transcript's turns): byte ranges of the text.
    pub turns: Box<[super::layout::Turn]>,
    /// The note whose text it repeats as a whole.
    pub duplicate_of: Option<NoteId>,
    /// Whether it says that its session did not take place.
    pub not_held: bool,
    /// What was odd about it.
    pub warnings: Box<[String]>,
}

/// Further columns of a table row, ordered by header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields(Box<[(Arc<str>, Arc<str>)]>);

impl Fields {
    /// The cell under a header.
    pub fn get(&self, header: &str) -> Option<&str> {
        let found = self.0.binary_search_by(|(h, _)| h.as_ref().cmp(header));
        found.ok().map(|at| self.0[at].1.as_ref())
    }

    /// Headers in order, each with its cell.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(h, c)| (h.as_ref(), c.as_ref()))
    }
}

impl FromIterator<(Arc<str>, Arc<str>)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Arc<str>)>>(cells: I) -> Self {
        let sorted: BTreeMap<_, _> = cells.into_iter().collect();
        Self(sorted.into_iter().collect())
    }
}

/// A participant as the study's table knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// The id that tables print.
    pub id: ParticipantId,
    /// Other ways they are named (initials, "Pt 01").
    pub aliases: Vec<String>,
    /// The table's further columns, by header.
    pub fields: BTreeMap<String, String>,
    /// Whether the participants' table lists them.
    pub in_table: bool,
    /// Whether the table lists their id more than once, so that none of its rows is believed.
    pub is_doubtful: bool,
}

/// A session that a table of the study says took place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Session {
    /// Whose session it was.
    pub participant: ParticipantId,
    /// Its date.
    pub date: Option<Date>,
    /// Its type, a name from the study's list.
    pub session_type: Option<String>,
    /// Where the table says it: path, `#`, row.
    pub source: String,
}

/// How many sessions of a type the participants' table counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlannedSessions {
    /// Whose sessions they are.
    pub participant: ParticipantId,
    /// Their type.
    pub session_type: String,
    /// How many.
    pub count: u64,
    /// The column that counts them.
    pub column: String,
}

/// A study's notes and participants.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    /// Participants, ordered by id.
    pub participants: Vec<Participant>,
    /// Columns of the participants' tables that say what is true of a person, in the tables' order.
    pub participant_columns: Vec<String>,
    /// Session types in the study's order, without `unknown`.
    pub session_types: Vec<String>,
    /// Sessions that tables list, by participant, date and type.
    pub sessions: Vec<Session>,
    /// Numbers of sessions that the participants' table gives, by participant and type.
    pub planned: Vec<PlannedSessions>,
    /// Notes ordered by participant, date, id; those without participant or date last.
    pub notes: Vec<Note>,
}

impl Corpus {
    /// What the study's table knows of a participant.
    pub fn participant(&self, id: &ParticipantId) -> Option<&Participant> {
        let found = self.participants.binary_search_by(|p| p.id.cmp(id));
        found.ok().map(|at| &self.participants[at])
    }
}

/// The name of the session type that nothing says.
pub const UNKNOWN_SESSION_TYPE: &str = "unknown";
