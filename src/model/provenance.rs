//! Where a run's results come from: what `run.json` holds and the report prints.

use std::collections::BTreeMap;

/// The facts of one run. Times, paths and the command line stand here and in no other file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Provenance {
    /// The program's version.
    pub version: String,
    /// The command line's words.
    pub command: Vec<String>,
    /// When the run began, RFC 3339.
    pub started: String,
    /// Whether the study's log shall have a line of it.
    pub is_logged: bool,
    /// The study's name, or its folder's.
    pub study: String,
    /// The codebook.
    pub codebook: RuleFile,
    /// Further rule files (cues, headings, reading rules).
    pub rules: Vec<RuleFile>,
    /// The study file; none where the folder has none.
    pub study_file: Option<RuleFile>,
    /// Options that were in force, by name.
    pub options: BTreeMap<String, String>,
    /// Columns of the participants' tables that `participants.csv` leaves out since they tell who
    /// somebody is.
    pub participant_columns_left_out: Vec<String>,
    /// Wall time of each stage, in order.
    pub stages: Vec<Stage>,
}

/// A file of rules that a run followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleFile {
    /// Its name.
    pub name: String,
    /// Its version, as written; may be empty.
    pub version: String,
    /// Where it was read from; empty where it is built in.
    pub path: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// One stage and the wall time it took.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Wall time.
    pub seconds: f64,
}
