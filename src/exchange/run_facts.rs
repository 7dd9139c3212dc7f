//! What a run says of itself (`run.json`): which rules it followed, which files it read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Place, Result};

/// The facts of a run that say whether its results still hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "RunJson")]
pub struct RunFacts {
    /// The program that wrote it.
    pub program: String,
    /// The program's version.
    pub version: String,
    /// When it began, RFC 3339.
    pub started: String,
    /// SHA-256 of its codebook.
    pub codebook_sha256: String,
    /// The file in the output folder that holds its codebook; none where it kept none.
    pub codebook_kept: Option<String>,
    /// Further files that it followed (rules, decisions, sheets): name and SHA-256.
    pub rules: BTreeMap<String, String>,
    /// The study file's path and SHA-256; none where the study has none.
    pub study_file: Option<(String, String)>,
    /// The files that it read or passed over: name and SHA-256.
    pub inputs: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct RunJson {
    program: String,
    version: String,
    started: String,
    codebook: Rule,
    codebook_kept: Option<String>,
    rules: Vec<Rule>,
    study_file: Option<Rule>,
    inputs: Vec<Input>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Rule {
    name: String,
    path: String,
    sha256: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Input {
    source: String,
    sha256: String,
}

impl From<RunJson> for RunFacts {
    fn from(run: RunJson) -> Self {
        Self {
            program: run.program,
            version: run.version,
            started: run.started,
            codebook_sha256: run.codebook.sha256,
            codebook_kept: run.codebook_kept,
            rules: run.rules.into_iter().map(|r| (r.name, r.sha256)).collect(),
            study_file: run.study_file.map(|r| (r.path, r.sha256)),
            inputs: run
                .inputs
                .into_iter()
                .map(|i| (i.source, i.sha256))
                .collect(),
        }
    }
}

/// Reads the facts of an output folder.
///
/// # Errors
/// Where it has none, or they are not as a run writes them.
pub fn read_run_facts(dir: &Path) -> Result<RunFacts> {
    let path = dir.join("run.json");
    let bytes = fs::read(&path).map_err(|e| Error::io("read the output folder", &path, e))?;
    serde_json::from_slice(&bytes).map_err(|e| Error {
        kind: ErrorKind::Other {
            message: format!("this is no run.json of this program: {e}."),
        },
        place: Some(Place::file(&path)),
    })
}
