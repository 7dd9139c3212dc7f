//! `run.json`: where the results come from. It also marks a folder as written by this program.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::model::ledger::Ledger;
use crate::model::provenance::{Provenance, RuleFile};

use super::tables::CODEBOOK_FILE;

/// The `program` of a `run.json` of ours.
pub(super) const PROGRAM: &str = "verbatim";

/// Numbers that a run ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Input files in the ledger.
    pub files: u64,
    /// Notes.
    pub notes: u64,
    /// Notes that repeat another as a whole.
    pub duplicate_notes: u64,
    /// Participants who have notes.
    pub participants: u64,
    /// Words in the notes, duplicates and copied text included.
    pub words: u64,
    /// Codings.
    pub codings: u64,
    /// Codings that count.
    pub counted: u64,
    /// Codings that a person made.
    pub by_people: u64,
    /// Codings that a person rejected.
    pub rejected: u64,
    /// Quotes chosen.
    pub quotes: u64,
}

#[derive(Serialize)]
struct RunJson<'a> {
    program: &'static str,
    version: &'a str,
    command: &'a [String],
    started: &'a str,
    /// Whether the study's log has a line of it.
    logged: bool,
    study: &'a str,
    codebook: JsonRule<'a>,
    codebook_kept: &'static str,
    rules: Vec<JsonRule<'a>>,
    study_file: Option<JsonRule<'a>>,
    options: &'a BTreeMap<String, String>,
    participant_columns_left_out: &'a [String],
    counts: Counts,
    seconds: Vec<JsonStage<'a>>,
    files: &'a [String],
    inputs: Vec<JsonInput<'a>>,
}

#[derive(Serialize)]
struct JsonRule<'a> {
    name: &'a str,
    version: &'a str,
    path: &'a str,
    sha256: &'a str,
}

#[derive(Serialize)]
struct JsonStage<'a> {
    stage: &'a str,
    seconds: f64,
}

#[derive(Serialize)]
struct JsonInput<'a> {
    source: &'a str,
    sha256: &'a str,
    outcome: &'static str,
}

impl<'a> From<&'a RuleFile> for JsonRule<'a> {
    fn from(rule: &'a RuleFile) -> Self {
        Self {
            name: &rule.name,
            version: &rule.version,
            path: &rule.path,
            sha256: &rule.sha256,
        }
    }
}

/// Writes the run's facts; `files` are those of the output folder.
pub(super) fn run_json(
    file: &mut impl io::Write,
    provenance: &Provenance,
    ledger: &Ledger,
    counts: Counts,
    files: &[String],
) -> io::Result<()> {
    let sources = ledger.rows.iter().filter(|r| r.locator.is_empty());
    let run = RunJson {
        program: PROGRAM,
        version: &provenance.version,
        command: &provenance.command,
        started: &provenance.started,
        logged: provenance.is_logged,
        study: &provenance.study,
        codebook: (&provenance.codebook).into(),
        codebook_kept: CODEBOOK_FILE,
        rules: provenance.rules.iter().map(JsonRule::from).collect(),
        study_file: provenance.study_file.as_ref().map(JsonRule::from),
        options: &provenance.options,
        participant_columns_left_out: &provenance.participant_columns_left_out,
        counts,
        seconds: provenance
            .stages
            .iter()
            .map(|s| JsonStage {
                stage: &s.name,
                seconds: s.seconds,
            })
            .collect(),
        files,
        inputs: sources
            .map(|r| JsonInput {
                source: &r.source,
                sha256: &r.sha256,
                outcome: r.outcome.as_str(),
            })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *file, &run)?;
    file.write_all(b"\n")
}
