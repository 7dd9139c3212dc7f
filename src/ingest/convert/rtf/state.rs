//! What an RTF reader keeps: the state of a group, a field of a form, what was left out.

use super::super::counted;
use super::words::Place;

/// What holds for a group, and is back at its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) place: Place,
    pub(super) font: i32,
    /// Bytes that stand for a `\u` character in programs that do not know it.
    pub(super) replacements: usize,
    pub(super) hidden: bool,
    pub(super) deleted: bool,
    pub(super) in_table: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            place: Place::Text,
            font: -1,
            replacements: 1,
            hidden: false,
            deleted: false,
            in_table: false,
        }
    }
}

/// A field of a form.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Form {
    pub(super) is_box: bool,
    pub(super) result: Option<i32>,
    pub(super) default: i32,
}

/// What is in a file and no part of its text.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) deletions: usize,
    pub(super) hidden: usize,
    pub(super) comments: usize,
}

impl Found {
    /// What the ledger says of it.
    pub(super) fn remarks(&self) -> Vec<String> {
        [
            (
                self.deletions,
                "deleted passage (tracked)",
                "deleted passages (tracked)",
            ),
            (self.comments, "comment", "comments"),
            (self.hidden, "hidden passage", "hidden passages"),
        ]
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| format!("{} not read", counted(n, one, many)))
        .collect()
    }
}
