//! The participants' table: one row a person, attributes in columns.
//!
//! Comes in: headers and rows. Goes out: [`Participant`]s, with every other name of theirs, and
//! findings. It refuses to believe two rows of one id.

use std::path::Path;

use crate::error::Diagnostic;
use crate::model::corpus::Participant;
use crate::model::reading::ReadingRules;

/// Whether a table with these columns lists people: an id, what is true of a person, no notes.
pub fn is_participants_table(
    headers: &[String],
    rows: &[Vec<String>],
    rules: &ReadingRules,
) -> bool {
    let _ = (headers, rows, rules);
    false
}

/// Reads a participants' table; `path` is only named in findings.
pub fn parse_participants(
    headers: &[String],
    rows: &[Vec<String>],
    rules: &ReadingRules,
    path: &Path,
) -> (Vec<Participant>, Vec<Diagnostic>) {
    let _ = (headers, rows, rules, path);
    (Vec::new(), Vec::new())
}
