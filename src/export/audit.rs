//! The log of what was done to a study: `.verbatim/audit.jsonl`, a line an event.
//!
//! Lines are only ever added. Each holds its own SHA-256 and that of the line before, so that a line
//! that was edited, removed or put in between is noticed. That the last lines were cut off is noticed
//! only by who wrote the last hash down; [`AuditLog::last`] gives it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Diagnostic, Error, Place, Result, Severity};
use crate::text::hex_sha256;

/// The folder of a study that this program keeps for itself.
const FOLDER: &str = ".verbatim";

/// What stands before a line's own hash, at its end.
const OWN_HASH: &str = ",\"sha256\":\"";

/// More than the longest line that is looked back at, in bytes.
const TAIL_BYTES: u64 = 1 << 16;

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// When, RFC 3339.
    pub when: String,
    /// Who, as given.
    pub who: String,
    /// What: `run`, `codebook`, `decide`, `sample`, `adjudicate` ...
    pub what: String,
    /// What there is to know of it.
    pub details: Value,
}

/// A line less its own hash.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    event: AuditEvent,
    /// The hash of the line before; empty in the first.
    previous: String,
}

/// A log as read back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AuditLog {
    /// The events of the lines that can be read, in order.
    pub events: Vec<AuditEvent>,
    /// Lines that are not as they were written, or do not follow on the one before.
    pub findings: Vec<Diagnostic>,
    /// The last line's hash; empty without lines.
    pub last: String,
    /// The hash of every line, in order.
    pub hashes: Vec<String>,
}

impl AuditLog {
    /// Adds a finding where no line has a hash that somebody noted: lines were cut off the end.
    pub fn expect_line(&mut self, noted: &str, study: &Path) {
        const NOTED_MIN: usize = 8;
        let is_it = |hash: &String| noted.len() >= NOTED_MIN && hash.starts_with(noted);
        if self.hashes.iter().any(is_it) {
            return;
        }
        self.findings.push(Diagnostic {
            rule: "V761",
            severity: Severity::Error,
            place: Place::file(audit_path(study)),
            message: format!(
                "No line has the hash {noted:?}, which was noted as that of the last: it was removed \
                 with all behind it, or changed."
            ),
            hint: String::new(),
            excerpt: None,
        });
    }
}

/// Where a study's log stands, or would.
pub fn audit_path(study: &Path) -> PathBuf {
    study.join(FOLDER).join("audit.jsonl")
}

/// Where a codebook that the log names by its hash is kept.
pub fn kept_codebook(study: &Path, sha256: &str) -> PathBuf {
    let name = format!("{sha256}.yaml");
    study.join(FOLDER).join("codebooks").join(name)
}

/// Keeps a codebook as it was used, so that what was coded with it can be told from what came later.
///
/// # Errors
/// Where the folder cannot be written.
pub fn keep_codebook(study: &Path, sha256: &str, source: &str) -> Result<()> {
    let path = kept_codebook(study, sha256);
    let write = || {
        if let Some(folder) = path.parent() {
            create_own(folder)?;
        }
        fs::write(&path, source)
    };
    if path.is_file() {
        return Ok(());
    }
    write().map_err(|e| Error::io("keep the codebook", &path, e))
}

/// Adds an event to a study's log.
///
/// # Errors
/// Where the folder cannot be written.
pub fn log_event(study: &Path, event: AuditEvent) -> Result<()> {
    let path = audit_path(study);
    append(&path, event).map_err(|e| Error::io("write the audit log", &path, e))
}

fn append(path: &Path, event: AuditEvent) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_own(folder)?;
    }
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .read(true)
        .open(path)?;
    // Two runs at once write one after the other.
    file.lock()?;
    let (previous, ends_whole) = last_line(&mut file)?;
    let body = serde_json::to_string(&Line { event, previous })?;
    let hash = hex_sha256(body.as_bytes());
    let body = body.strip_suffix('}').unwrap_or(&body);
    let begin = if ends_whole { "" } else { "\n" };
    file.write_all(format!("{begin}{body}{OWN_HASH}{hash}\"}}\n").as_bytes())?;
    file.sync_data()
}

/// The hash of the last line, and whether it ends in a line end.
fn last_line(file: &mut File) -> io::Result<(String, bool)> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let tail = String::from_utf8_lossy(&tail);
    let last = tail.lines().rfind(|line| !line.trim().is_empty());
    let ends_whole = tail.is_empty() || tail.ends_with('\n');
    Ok((last.map(hash_of).unwrap_or_default(), ends_whole))
}

/// The hash by which the next line names a line: its own, or that of its bytes where it has none.
fn hash_of(line: &str) -> String {
    match split(line) {
        Some((_, own)) => own.to_owned(),
        None => hex_sha256(line.as_bytes()),
    }
}

/// A line's body, as it was hashed, and its own hash.
fn split(line: &str) -> Option<(String, &str)> {
    let (body, rest) = line.rsplit_once(OWN_HASH)?;
    let own = rest.strip_suffix("\"}")?;
    (own.len() == 64).then(|| (format!("{body}}}"), own))
}

/// Reads a study's log and checks its chain; an empty one where there is none.
///
/// # Errors
/// Where the file is there and cannot be read.
pub fn read_audit(study: &Path) -> Result<AuditLog> {
    let path = audit_path(study);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(AuditLog::default()),
        Err(e) => return Err(Error::io("read the audit log", &path, e)),
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut log = AuditLog::default();
    for (line, number) in text.lines().zip(1..).filter(|(l, _)| !l.trim().is_empty()) {
        let why = match split(line) {
            None => Some("it is not whole"),
            Some((body, own)) => match serde_json::from_str::<Line>(&body) {
                Err(_) => Some("it is no event"),
                Ok(read) => {
                    let follows = read.previous == log.last;
                    log.events.push(read.event);
                    if hex_sha256(body.as_bytes()) != own {
                        Some("it was changed after it was written")
                    } else if !follows {
                        Some("the line before it is not the one that was there")
                    } else {
                        None
                    }
                }
            },
        };
        log.last = hash_of(line);
        log.hashes.push(log.last.clone());
        log.findings.extend(why.map(|why| Diagnostic {
            rule: "V760",
            severity: Severity::Error,
            place: Place::at(&path, number, 1),
            message: format!("The audit log does not hold: line {number}: {why}."),
            hint: String::new(),
            excerpt: None,
        }));
    }
    Ok(log)
}

/// Makes the folder, for its owner only.
fn create_own(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(study: &Path, what: &str) {
        let event = AuditEvent {
            when: "2026-03-01T12:00:00Z".to_owned(),
            who: "E \",\"sha256\":\"".to_owned(),
            what: what.to_owned(),
            details: serde_json::json!({"n": 1}),
        };
        log_event(study, event).expect("a folder that can be written");
    }

    /// The lines that do not hold, after the log's text was changed.
    fn broken(change: impl Fn(&str) -> String) -> Vec<u32> {
        let dir = tempfile::tempdir().expect("a folder");
        for what in ["run", "decide", "run", "sample"] {
            log(dir.path(), what);
        }
        let path = audit_path(dir.path());
        let text = fs::read_to_string(&path).expect("a log");
        fs::write(&path, change(&text)).expect("written");
        log(dir.path(), "run");
        let read = read_audit(dir.path()).expect("a log");
        let lines = read.findings.iter().filter_map(|f| f.place.line);
        lines.collect()
    }

    #[test]
    fn what_is_changed_removed_or_cut_is_noticed() {
        assert_eq!(broken(str::to_owned), [0; 0]);
        assert_eq!(broken(|t| t.replace("decide", "decode")), [2]);
        let without = |n: usize| {
            move |t: &str| {
                let lines = t.lines().enumerate().filter(|(i, _)| *i != n);
                lines.map(|(_, l)| l.to_owned() + "\n").collect()
            }
        };
        assert_eq!(broken(without(1)), [2]);
        assert_eq!(broken(without(0)), [1]);
        assert_eq!(
            broken(|t| t.trim_end().trim_end_matches("\"}").to_owned()),
            [4]
        );
    }

    #[test]
    fn events_come_back_in_order() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(read_audit(dir.path()).expect("no log"), AuditLog::default());
        log(dir.path(), "run");
        log(dir.path(), "codebook");
        let read = read_audit(dir.path()).expect("a log");
        let what: Vec<&str> = read.events.iter().map(|e| e.what.as_str()).collect();
        assert_eq!((what, read.findings.len()), (vec!["run", "codebook"], 0));
        assert_eq!(read.last.len(), 64);
    }

    #[test]
    fn a_noted_hash_shows_that_the_end_was_cut_off() {
        let dir = tempfile::tempdir().expect("a folder");
        log(dir.path(), "run");
        log(dir.path(), "decide");
        let noted = read_audit(dir.path()).expect("a log").last;
        log(dir.path(), "run");
        let found = |cut: bool| {
            let path = audit_path(dir.path());
            let text = fs::read_to_string(&path).expect("a log");
            let kept = text.lines().take(if cut { 1 } else { 9 });
            fs::write(&path, kept.map(|l| l.to_owned() + "\n").collect::<String>()).expect("cut");
            let mut log = read_audit(dir.path()).expect("a log");
            log.expect_line(noted.get(..12).expect("long"), dir.path());
            log.findings.len()
        };
        assert_eq!(found(false), 0);
        assert_eq!(found(true), 1);
    }
}
