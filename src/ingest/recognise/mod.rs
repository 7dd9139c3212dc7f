//! Recognises participant, date, session type, setting and author of a note, each with its basis.
//!
//! Comes in: [`Clues`] and a note's text. Goes out: [`Attributed`], and after [`settle`] over all
//! notes of a study [`Recognised`]. It refuses to guess: what nothing says is unknown, what two
//! sources say differently is the stronger one's, with a warning.

mod clues;
mod settle;

use crate::model::corpus::Participant;
use crate::model::reading::{ReadingRules, Role};

pub use clues::{Clues, RawNote, Recognised};
pub use settle::{SettleOptions, Settled, settle};

/// Compiled reading rules and the participants that the study's table lists.
#[derive(Debug)]
pub struct Recogniser {}

/// What one note says of itself, before it is compared with the others of its study.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attributed {
    /// What was odd, a sentence each.
    pub warnings: Vec<String>,
}

/// What a line that may part two notes of a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HeaderLine {
    /// It begins or ends with a rule (`===`, `---`, `###`).
    pub ruled: bool,
    /// It holds a date that can be a note's.
    pub date: bool,
    /// It names a participant.
    pub participant: bool,
    /// It names a session type or a numbered session.
    pub session: bool,
    /// It names an author.
    pub author: bool,
    /// It is made of `key: value` pairs with known keys.
    pub keyed: bool,
    /// Words that none of these explains.
    pub other_words: usize,
}

impl Recogniser {
    /// Compiles the rules.
    pub fn new(rules: &ReadingRules, participants: &[Participant]) -> Self {
        let _ = (rules, participants);
        Self {}
    }

    /// Reads what a note says of itself.
    pub fn attribute(&self, clues: &Clues, text: &str) -> Attributed {
        let _ = (clues, text);
        Attributed::default()
    }

    /// What a column of this name holds, if its name says it.
    pub fn column_role(&self, header: &str) -> Option<Role> {
        let _ = header;
        None
    }

    /// The roles of a table's columns, from their names and, for the note, from the cells of some
    /// rows. No role stands twice but [`Role::Participant`] (id and initials) and [`Role::Note`]
    /// (columns of the same name).
    pub fn table_roles(&self, headers: &[String], rows: &[Vec<String>]) -> Vec<Option<Role>> {
        let _ = rows;
        headers.iter().map(|h| self.column_role(h)).collect()
    }

    /// Reads a line as the header of a block; none where it is a sentence, or says nothing of a
    /// note.
    pub fn is_header_line(&self, line: &str) -> Option<HeaderLine> {
        let _ = line;
        None
    }
}
