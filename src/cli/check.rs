//! `verbatim check`: everything `run` would read, without coding.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::ingest::{Reading, SourceReport};
use crate::model::corpus::Note;
use crate::model::ledger::{LedgerRow, Outcome};
use crate::pipeline;
use crate::study::{Rules, Study};

use super::progress::Progress;
use super::write_study::{Target, study_toml};
use super::{Common, Ending, pretty, print};

/// Arguments of `verbatim check`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// A study folder, a study.toml, a folder of notes, or one file of notes.
    path: PathBuf,
    #[command(flatten)]
    common: Common,
    /// End with status 3 where the ledger holds problems.
    #[arg(long)]
    strict: bool,
    /// Write a study.toml that says what was recognised: in the study folder, to FILE, or with `-` on
    /// the screen.
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    write_study: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Where the study or its rules cannot be read.
pub fn run(args: &Args) -> Result<Ending> {
    let study = Study::open(&args.path)?;
    let target = args
        .write_study
        .as_deref()
        .map(|name| Target::named(name, &study));
    if let Some(target) = target.as_ref().filter(|_| !args.common.force) {
        target.check()?;
    }
    let rules = Rules::load(&study, args.common.codebook.as_deref())?;
    for finding in &rules.findings {
        eprintln!("{finding}");
    }
    let progress = Progress::new(args.common.quiet || args.common.json);
    let out = args.common.out(&study);
    let reading = args
        .common
        .with_threads(|| pipeline::read(&study, &rules, Some(super::today()), &out, &progress))??;
    progress.end();
    let codebook = &rules.codebook.codebook;
    for finding in super::memos(&study, codebook, &reading).findings {
        eprintln!("{finding}");
    }
    if let Some(target) = &target {
        return write(target, &study, &reading);
    }
    let text = if args.common.json {
        pretty(&as_json(&reading))
    } else {
        as_text(&reading)
    };
    print(&text)?;
    let problems = args.strict && reading.ledger.has_problems();
    Ok(if problems {
        Ending::Problems
    } else {
        Ending::Done
    })
}

/// Writes, or prints, the study file.
fn write(target: &Target, study: &Study, reading: &Reading) -> Result<Ending> {
    let text = study_toml(study, reading)?;
    match target {
        Target::Output => print(&text)?,
        Target::File(path) => {
            fs::write(path, &text).map_err(|e| Error::io("write the file", path, e))?;
            print(&format!(
                "{} is written. Next: verbatim check {}\n",
                path.display(),
                path.display()
            ))?;
        }
    }
    Ok(Ending::Done)
}

fn files(reading: &Reading) -> impl Iterator<Item = &LedgerRow> {
    reading
        .ledger
        .rows
        .iter()
        .filter(|row| row.locator.is_empty())
}

fn as_text(reading: &Reading) -> String {
    let mut out = String::new();
    for row in files(reading) {
        file_as_text(row, reading, &mut out);
    }
    out.push('\n');
    out.push_str(&sums(reading));
    out
}

fn file_as_text(row: &LedgerRow, reading: &Reading, out: &mut String) {
    let outcome = row.outcome.as_str().replace('_', " ");
    let _written = write!(out, "{}: {outcome}", row.source);
    if row.outcome == Outcome::Read || row.outcome == Outcome::PartlyRead {
        let _written = write!(
            out,
            ", {} {}",
            row.notes,
            if row.notes == 1 { "note" } else { "notes" }
        );
    }
    if !row.format.is_empty() {
        let _written = write!(out, " ({}", row.format);
        if !row.encoding.is_empty() {
            let _written = write!(out, ", {}", row.encoding);
        }
        out.push(')');
    }
    out.push('\n');
    if !row.reason.is_empty() {
        let _written = writeln!(out, "    {}", row.reason);
    }
    if let Some(report) = reading.sources.iter().find(|s| s.source == row.source) {
        recognised(report, out);
    }
    let notes = reading
        .corpus
        .notes
        .iter()
        .filter(|n| *n.source == *row.source);
    for note in notes {
        note_as_text(note, out);
    }
}

fn recognised(report: &SourceReport, out: &mut String) {
    if report.notes > 1 || !report.columns.is_empty() {
        let _written = write!(out, "    {}", report.layout.as_str());
        if !report.told_by.is_empty() {
            let _written = write!(out, ", {}", report.told_by);
        }
        out.push('\n');
    }
    for column in &report.columns {
        if let (Some(role), Some(basis)) = (column.role, column.basis) {
            let role = role.as_str().replace('_', " ");
            let _written = writeln!(
                out,
                "    column {:?}: {role} (known from its {})",
                column.header,
                basis.as_str()
            );
        }
    }
    for remark in &report.remarks {
        let _written = writeln!(out, "    {remark}");
    }
}

fn note_as_text(note: &Note, out: &mut String) {
    let unknown = || "unknown".to_owned();
    let participant = note
        .participant
        .value
        .as_ref()
        .map_or_else(unknown, ToString::to_string);
    let date = note.date.value.map_or_else(unknown, |d| d.to_string());
    let kind = note.session_type.value.as_deref().unwrap_or("unknown");
    let _written = writeln!(
        out,
        "    {}: {participant} ({}), {date} ({}), {kind} ({})",
        note.id,
        note.participant.basis_text().replace('_', " "),
        note.date.basis_text().replace('_', " "),
        note.session_type.basis_text().replace('_', " "),
    );
    if let Some(original) = &note.duplicate_of {
        let _written = writeln!(out, "        repeats note {original}");
    }
    for warning in &note.warnings {
        let _written = writeln!(out, "        warning: {warning}");
    }
}

fn sums(reading: &Reading) -> String {
    let notes = &reading.corpus.notes;
    let count = |outcome: Outcome| files(reading).filter(|r| r.outcome == outcome).count();
    let unknown = |f: &dyn Fn(&Note) -> bool| notes.iter().filter(|n| f(n)).count();
    format!(
        "files: {} read, {} partly read, {} skipped, {} failed\n\
         notes: {} of {} participants; unknown: {} participants, {} dates, {} session types; \
         duplicates: {}\n",
        count(Outcome::Read),
        count(Outcome::PartlyRead),
        count(Outcome::Skipped),
        count(Outcome::Failed),
        notes.len(),
        reading.corpus.participants.len(),
        unknown(&|n| n.participant.value.is_none()),
        unknown(&|n| n.date.value.is_none()),
        unknown(&|n| n.session_type.value.is_none()),
        unknown(&|n| n.duplicate_of.is_some()),
    )
}

fn as_json(reading: &Reading) -> Value {
    let files: Vec<Value> = files(reading)
        .map(|row| {
            json!({
                "source": row.source, "outcome": row.outcome.as_str(), "reason": row.reason,
                "format": row.format, "encoding": row.encoding, "notes": row.notes,
            })
        })
        .collect();
    let notes: Vec<Value> = reading
        .corpus
        .notes
        .iter()
        .map(|note| {
            json!({
                "note_id": note.id.as_str(),
                "source": &*note.source,
                "participant_id": note.participant.value.as_ref().map(ToString::to_string),
                "participant_from": note.participant.basis_text(),
                "date": note.date.value.map(|d| d.to_string()),
                "date_from": note.date.basis_text(),
                "session_type": note.session_type.value.as_deref(),
                "session_type_from": note.session_type.basis_text(),
                "setting": &*note.setting,
                "author": &*note.author,
                "duplicate_of": note.duplicate_of.as_ref().map(ToString::to_string),
                "warnings": &note.warnings[..],
            })
        })
        .collect();
    json!({"files": files, "notes": notes})
}
