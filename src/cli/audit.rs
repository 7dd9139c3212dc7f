//! `verbatim audit`: what was done to a study, by whom and when; and the writing of that log.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use crate::error::Result;
use crate::exchange::read_run_facts;
use crate::export::{
    AuditEvent, AuditLog, audit_path, codebooks_not_in_the_log, keep_codebook, log_event,
    not_in_the_log, nothing_left, read_audit,
};
use crate::model::ledger::Ledger;
use crate::model::provenance::RuleFile;
use crate::pipeline::Finished;
use crate::study::{Rules, Study};
use crate::text::{hex_sha256, hex_sha256_of, short_hash};

use super::{Ending, pretty, print};

/// Arguments of `verbatim audit`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, or its study.toml.
    path: PathBuf,
    /// Check that no line was changed or removed; status 1 where one was.
    #[arg(long)]
    verify: bool,
    /// The last hash as it was noted when the log was last looked at (its first eight characters or
    /// more): where no line has it, lines were cut off the end.
    #[arg(long, value_name = "SHA256", requires = "verify")]
    last: Option<String>,
    /// Print JSON on standard output.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// Where the study or its log cannot be read.
pub fn run(args: &Args) -> Result<Ending> {
    let study = Study::open(&args.path)?;
    let mut log = read_audit(&study.folder)?;
    if let Some(noted) = &args.last {
        log.expect_line(noted, &study.folder);
    }
    let beside = not_in_the_log(&study.folder, &study.default_out(), &log);
    log.findings.extend(beside);
    for finding in &log.findings {
        eprintln!("{finding}");
    }
    let text = if args.json {
        let value = json!({
            "events": log.events,
            "last_sha256": log.last,
            "holds": log.findings.is_empty(),
            "broken_lines": log.findings.iter().filter_map(|f| f.place.line).collect::<Vec<_>>(),
        });
        pretty(&value)
    } else {
        let mut text = String::new();
        if !args.verify {
            for event in &log.events {
                let _written = writeln!(
                    text,
                    "{}  {}  {}: {}",
                    event.when,
                    if event.who.is_empty() {
                        "-"
                    } else {
                        &event.who
                    },
                    event.what,
                    in_words(&event.details)
                );
            }
        }
        let state = match (log.events.len(), log.findings.len()) {
            (0, 0) => "nothing is logged yet".to_owned(),
            (_, 0) => format!("every line holds; last hash {}", log.last),
            (_, n) => format!("{n} findings: the log does not hold"),
        };
        let path = audit_path(&study.folder);
        let _written = writeln!(
            text,
            "{}: {} events; {state}",
            path.display(),
            log.events.len()
        );
        text
    };
    print(&text)?;
    Ok(if args.verify && !log.findings.is_empty() {
        Ending::Failed
    } else {
        Ending::Done
    })
}

/// The plain values of an event's details.
fn in_words(details: &Value) -> String {
    let Value::Object(fields) = details else {
        return details.to_string();
    };
    let plain = fields.iter().filter_map(|(name, value)| match value {
        Value::String(text) if name.ends_with("sha256") => {
            Some(format!("{name} {}", short_hash(text)))
        }
        Value::String(text) => Some(format!("{name} {text}")),
        Value::Number(number) => Some(format!("{name} {number}")),
        // What became of people's decisions; what is 0 says nothing.
        Value::Object(_) => {
            let outcomes = value.get("outcomes")?.as_object()?.iter();
            let any = outcomes.filter(|(_, count)| count.as_u64() != Some(0));
            let any: Vec<_> = any.map(|(what, count)| format!("{count} {what}")).collect();
            (!any.is_empty()).then(|| format!("{name} {}", any.join(" and ")))
        }
        Value::Bool(_) | Value::Null | Value::Array(_) => None,
    });
    plain.collect::<Vec<_>>().join(", ")
}

/// Adds an event to a study's log. A study that cannot be written is worked on all the same, with a
/// warning; one file without a folder of its own has no log.
pub(super) fn record(study: &Study, who: &str, what: &str, details: Value) {
    if study.input.is_dir() {
        record_in(&study.folder, who, what, details);
    }
}

/// Adds an event to the log of a study folder.
///
/// What is added to a log that does not hold any more says so: the chain goes on from its last line, and
/// would look whole from there.
pub(super) fn record_in(folder: &Path, who: &str, what: &str, mut details: Value) {
    if let Ok(log) = read_audit(folder) {
        note_broken(folder, &log, &mut details);
    }
    let event = AuditEvent {
        when: jiff::Timestamp::now().to_string(),
        who: who.to_owned(),
        what: what.to_owned(),
        details,
    };
    if let Err(error) = log_event(folder, event) {
        eprintln!("warning: this is not in the audit log: {error}");
    }
}

/// Warns of a log that does not hold, and writes into an event what was wrong when it was added.
fn note_broken(folder: &Path, log: &AuditLog, details: &mut Value) {
    let lines: Vec<u32> = log.findings.iter().filter_map(|f| f.place.line).collect();
    if !lines.is_empty() {
        for finding in &log.findings {
            eprintln!("{finding}");
        }
        eprintln!(
            "warning: {} does not hold; what is added now stands behind that, and says so.",
            audit_path(folder).display()
        );
        details["broken_lines"] = json!(lines);
    }
    if let Some(finding) = nothing_left(folder, log) {
        eprintln!("{finding}");
        details["log_was_empty"] = json!(true);
    }
    let kept = codebooks_not_in_the_log(folder, log);
    if !kept.is_empty() {
        let short: Vec<_> = kept.iter().map(|sha256| short_hash(sha256)).collect();
        eprintln!(
            "warning: {} has no line of codebooks that are kept beside it ({}): lines were removed, or the \
             log was emptied. What is added now says so; look for a copy of the log.",
            audit_path(folder).display(),
            short.join(", ")
        );
        details["codebooks_not_in_log"] = json!(kept);
    }
}

/// Who sits at the machine, as it says.
pub(super) fn user() -> String {
    let names = ["USER", "USERNAME", "LOGNAME"].into_iter();
    let found = names.filter_map(|name| std::env::var(name).ok());
    found
        .into_iter()
        .find(|n| !n.is_empty())
        .unwrap_or_default()
}

/// Logs a codebook where the log has not seen it yet, and keeps it.
pub(super) fn record_codebook(study: &Study, rules: &Rules) {
    if !study.input.is_dir() {
        return;
    }
    let codebook = &rules.codebook_file;
    let known = read_audit(&study.folder).is_ok_and(|log| {
        let same = |e: &AuditEvent| e.what == "codebook" && e.details["sha256"] == codebook.sha256;
        log.events.iter().any(same)
    });
    if !known {
        record(study, &user(), "codebook", rule(codebook));
    }
    let kept = keep_codebook(&study.folder, &codebook.sha256, &rules.codebook.source);
    if let Err(error) = kept {
        eprintln!("warning: the codebook is not kept: {error}");
    }
}

/// Logs a run, and its codebook where the log has not seen it yet.
pub(super) fn record_run(study: &Study, rules: &Rules, finished: &Finished) {
    record_codebook(study, rules);
    let user = user();
    let codebook = &rules.codebook_file;
    let counts = &finished.counts;
    let table = |name: &str| {
        let file = std::fs::File::open(finished.out.join(name)).ok()?;
        hex_sha256_of(file).ok()
    };
    let decisions = finished.decided.as_ref().map(|decided| {
        json!({"sha256": decided.file.sha256, "outcomes": super::decided::summary(decided)})
    });
    let details = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "started": read_run_facts(&finished.out).ok().map(|facts| facts.started),
        "codebook": codebook.name,
        "codebook_version": codebook.version,
        "codebook_sha256": codebook.sha256,
        "study_file_sha256": study.sha256,
        "rules": rules.files.iter().map(rule).collect::<Vec<_>>(),
        "inputs_sha256": inputs(&finished.reading.ledger),
        "decisions": decisions,
        "notes": counts.notes,
        "codings": counts.codings,
        "counted": counts.counted,
        "out": finished.out.to_string_lossy(),
        "codings_sha256": table("codings.csv"),
        "frequencies_sha256": table("frequencies.csv"),
    });
    record(study, &user, "run", details);
}

fn rule(file: &RuleFile) -> Value {
    json!({"name": file.name, "version": file.version, "path": file.path, "sha256": file.sha256})
}

/// One hash of all input files, by name and hash.
fn inputs(ledger: &Ledger) -> String {
    let mut all = String::new();
    for row in ledger.rows.iter().filter(|r| r.locator.is_empty()) {
        let _written = writeln!(all, "{}\t{}", row.source, row.sha256);
    }
    hex_sha256(all.as_bytes())
}
