//! What people remark on a study, a code, a note or a coding.

/// A memo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memo {
    /// What it is on.
    pub on: MemoOn,
    /// What it says.
    pub text: String,
    /// Who wrote it; may be empty.
    pub author: String,
    /// When, as written; may be empty.
    pub date: String,
    /// Its row in the file, the header being 1.
    pub row: u32,
}

/// What a memo is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemoOn {
    /// The study as a whole.
    Study,
    /// A code, by its path.
    Code(String),
    /// A note, by its id.
    Note(String),
    /// A coding, by its id in `codings.csv`.
    Coding(String),
}
