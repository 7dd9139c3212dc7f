//! What people decided on codings: a row of `decisions.csv`, and what became of it.

use std::fmt;
use std::str::FromStr;

use super::coding::{Assertion, Voice};

/// What a person does with a coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// It is right; a given assertion or voice is the person's.
    Keep,
    /// It is wrong.
    Reject,
    /// It is another code's.
    Recode,
    /// The rules missed it.
    Add,
}

impl Action {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Keep, Self::Reject, Self::Recode, Self::Add];

    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Reject => "reject",
            Self::Recode => "recode",
            Self::Add => "add",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|a| a.as_str() == word)
            .ok_or_else(|| format!("{word:?} is no action; use one of keep, reject, recode, add"))
    }
}

/// One decision, as its row says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The row as a spreadsheet counts: the header is row 1.
    pub row: u32,
    /// The line of the file on which it begins, from 1.
    pub line: u32,
    /// The note.
    pub note_id: String,
    /// SHA-256 of the note's text when it was decided, in hex; empty where the row has none.
    pub note_sha256: String,
    /// The code's path.
    pub code: String,
    /// First code point of the passage and the one after its last, if given.
    pub place: Option<(usize, usize)>,
    /// The passage's words; empty where only a place is given.
    pub text: String,
    /// What is done.
    pub action: Action,
    /// The assertion, if the person says it.
    pub assertion: Option<Assertion>,
    /// The voice, if the person says it.
    pub voice: Option<Voice>,
    /// The code that a recoded passage gets.
    pub new_code: String,
    /// Who decided.
    pub coder: String,
    /// When, as written.
    pub date: String,
    /// A remark.
    pub memo: String,
    /// SHA-256 of the codebook that it was made with, in hex; empty where the row has none.
    pub codebook_sha256: String,
}

impl Decision {
    /// What orders the decisions of one coder in time: an ISO date, then the row.
    pub fn order(&self) -> (Option<jiff::civil::Date>, u32) {
        (self.date.parse().ok(), self.row)
    }
}

/// A row that says nothing that can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableRow {
    /// The row as a spreadsheet counts.
    pub row: u32,
    /// The line of the file on which it begins.
    pub line: u32,
    /// The note that it names; may be empty.
    pub note_id: String,
    /// What it asks for, as written.
    pub action: String,
    /// Who wrote it; may be empty.
    pub coder: String,
    /// What is wrong with it.
    pub reason: String,
}

/// How a decision's passage was found in the note as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anchor {
    /// Where the decision says.
    Same,
    /// The same words elsewhere.
    Moved,
    /// With other white space, quotation marks, case or words.
    Changed,
    /// Nowhere.
    Lost,
}

impl Anchor {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Moved => "moved",
            Self::Changed => "changed",
            Self::Lost => "lost",
        }
    }
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It holds in `codings.csv`.
    Applied,
    /// The rules no longer find what it keeps, so that the coding is the person's now.
    Restored,
    /// The rules no longer find what it rejects: there is nothing to do.
    Idle,
    /// Another coder says the contrary, so that the rules' coding stands.
    Disputed,
    /// The same coder decided again later.
    Superseded,
    /// It could not be applied.
    NotApplied,
}

impl Outcome {
    /// All six.
    pub const ALL: [Self; 6] = [
        Self::Applied,
        Self::Restored,
        Self::Idle,
        Self::Disputed,
        Self::Superseded,
        Self::NotApplied,
    ];

    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Restored => "restored",
            Self::Idle => "idle",
            Self::Disputed => "disputed",
            Self::Superseded => "superseded",
            Self::NotApplied => "not_applied",
        }
    }
}

impl Ruling {
    /// The note that it was applied to: the one that the decision names, or where that one is now.
    pub fn note<'r>(&'r self, decision: &'r Decision) -> &'r str {
        self.now_note.as_deref().unwrap_or(&decision.note_id)
    }
}

/// What a run did with one decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Its place among the decisions.
    pub decision: usize,
    /// The note that its text is now, where that is another than the one it names: rows or blocks were
    /// put in before it or taken out, and ids that count them moved on.
    pub now_note: Option<String>,
    /// How its passage was found; none where its note is not in the study.
    pub anchor: Option<Anchor>,
    /// Where its passage stands now, in code points.
    pub place: Option<(usize, usize)>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, where that is not plain.
    pub reason: String,
    /// Coders who say otherwise of the same passage.
    pub disagrees_with: Vec<String>,
    /// SHA-256 of the codebook that it was made with; empty where nobody knows.
    pub made_with: String,
    /// What changed of its code since it was made; empty where nothing did, or nobody can tell.
    pub stale: String,
}
