//! What lies beside a study's log and should stand in it: runs' output folders, kept codebooks.
//!
//! A chain shows that a line was changed, removed or put in between. That the last lines were cut off, or
//! the log was emptied, removed or begun anew, shows only in what it should name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Diagnostic, Place, Severity};
use crate::text::{hex_sha256_of, short_hash};

use super::audit::{AuditEvent, AuditLog, audit_path, kept_codebook};
use super::provenance::PROGRAM;

/// The texts of notes that decisions were made on, in the log's folder.
const DECIDED_TEXTS: &str = "decided_notes.jsonl";

/// What stands in a `run.json` of ours and matters here.
#[derive(Deserialize)]
struct Run {
    program: String,
    #[serde(default)]
    started: String,
    /// Whether the run is one that is logged.
    #[serde(default)]
    logged: bool,
}

/// What the study folder holds that its log does not name. `out` is where runs write by default.
pub fn not_in_the_log(study: &Path, out: &Path, log: &AuditLog) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = codebooks_not_in_the_log(study, log)
        .iter()
        .map(|sha256| {
            let kept = kept_codebook(study, sha256);
            let message = format!(
                "The codebook {} is kept here, and no line of the audit log names it.",
                short_hash(sha256)
            );
            missing(study, &kept, message)
        })
        .collect();
    findings.extend(nothing_left(study, log));
    for folder in run_folders(study, out) {
        findings.extend(run_not_in_the_log(study, &folder, log));
    }
    findings
}

/// A log without a line where its file is there, or its folder, and nothing else that makes that folder: the
/// texts that decisions were made on are kept in it before the first line is written.
pub fn nothing_left(study: &Path, log: &AuditLog) -> Option<Diagnostic> {
    let path = audit_path(study);
    let folder = path.parent().filter(|folder| folder.is_dir());
    let was_begun = path.is_file() || folder.is_some_and(|f| !f.join(DECIDED_TEXTS).exists());
    (log.hashes.is_empty() && was_begun).then(|| {
        let message = "The audit log was begun, and no line of it is left.".to_owned();
        missing(study, &path, message)
    })
}

/// SHA-256 of the codebooks that a study keeps and its log does not name.
pub fn codebooks_not_in_the_log(study: &Path, log: &AuditLog) -> Vec<String> {
    let named: BTreeSet<&str> = of(log, "codebook", "sha256").collect();
    let kept = kept_codebook(study, "any");
    let entries = kept.parent().and_then(|folder| fs::read_dir(folder).ok());
    let mut found: Vec<String> = entries
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let sha256 = name.strip_suffix(".yaml")?;
            let is_hash = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
            (is_hash && !named.contains(sha256)).then(|| sha256.to_owned())
        })
        .collect();
    found.sort_unstable();
    found
}

/// A detail of all events of a kind.
fn of<'l>(log: &'l AuditLog, what: &'l str, detail: &'l str) -> impl Iterator<Item = &'l str> {
    let events = log.events.iter().filter(move |event| event.what == what);
    events.filter_map(move |event| event.details[detail].as_str())
}

/// The default output folder, and the study's other folders that a run wrote.
fn run_folders(study: &Path, out: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(study).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    if !folders.iter().any(|folder| folder == out) {
        folders.push(out.to_owned());
    }
    folders.retain(|folder| folder.join("run.json").is_file());
    folders.sort_unstable();
    folders
}

fn run_not_in_the_log(study: &Path, folder: &Path, log: &AuditLog) -> Option<Diagnostic> {
    let facts = folder.join("run.json");
    let run: Run = serde_json::from_slice(&fs::read(&facts).ok()?).ok()?;
    if run.program != PROGRAM || !run.logged {
        return None;
    }
    let is_it = |event: &&AuditEvent| {
        event.what == "run" && event.details["started"].as_str() == Some(&run.started)
    };
    let Some(event) = log.events.iter().find(is_it) else {
        let message = format!(
            "A run that began at {} is here, and no line of the audit log names it.",
            run.started
        );
        return Some(missing(study, &facts, message));
    };
    let codings = folder.join("codings.csv");
    let now = hex_sha256_of(fs::File::open(&codings).ok()?).ok()?;
    let logged = event.details["codings_sha256"].as_str()?;
    (now != logged).then(|| Diagnostic {
        hint: "Run the study again, or find out who changed it.".to_owned(),
        ..missing(
            study,
            &codings,
            format!(
                "The table is not as its run wrote it: the log has {}, the file is {}.",
                short_hash(logged),
                short_hash(&now)
            ),
        )
    })
}

fn missing(study: &Path, path: &Path, message: String) -> Diagnostic {
    Diagnostic {
        rule: "V762",
        severity: Severity::Error,
        place: Place::file(path),
        message,
        hint: format!(
            "Lines were removed from {}, or it was emptied or begun anew: look for a copy of it.",
            audit_path(study).display()
        ),
        excerpt: None,
    }
}
