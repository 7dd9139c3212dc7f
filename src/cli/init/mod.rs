//! `verbatim init`: a commented study.toml and a starter codebook beside the notes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use crate::error::{Error, Result};
use crate::ingest::{LayoutKind, Reading, SourceReport};
use crate::pipeline::{self, Unobserved};
use crate::study::{Rules, STUDY_FILE, Study, StudyFile};

use super::counted::flat;
use super::named::toml_text;
use super::{Ending, print};

/// The starter codebook's file name.
const CODEBOOK_FILE: &str = "codebook.yaml";
/// What it holds.
const CODEBOOK: &str = include_str!("../../codebooks/starter/codebook.yaml");
/// The keys of study.toml that are left as comments.
const FURTHER_KEYS: &str = include_str!("../../codebooks/starter/study.toml");
/// Sources that are listed.
const SOURCES_MAX: usize = 20;

/// Arguments of `verbatim init`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// The folder of the notes.
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Overwrite a study.toml and a codebook.yaml that are there.
    #[arg(long)]
    force: bool,
}

/// Runs the command.
///
/// # Errors
/// Where a file is there and not forced, or the folder cannot be read or written.
pub fn run(args: &Args) -> Result<Ending> {
    let dir = &args.dir;
    fs::create_dir_all(dir).map_err(|e| Error::io("create the folder", dir, e))?;
    let (study_path, codebook_path) = (dir.join(STUDY_FILE), dir.join(CODEBOOK_FILE));
    if !args.force {
        for path in [&study_path, &codebook_path] {
            if path.exists() {
                let mut error = Error::other(
                    "this file is there already and is left alone. Overwrite it with --force.",
                );
                error.place = Some(crate::error::Place::file(path));
                return Err(error);
            }
        }
    }
    let reading = look(dir)?;
    write(&codebook_path, CODEBOOK)?;
    write(&study_path, &study_toml(dir, &reading))?;
    print(&format!(
        "{} and {} are written: {} notes of {} participants were found.\nNext: verbatim check {}\n",
        study_path.display(),
        codebook_path.display(),
        reading.corpus.notes.len(),
        reading.corpus.participants.len(),
        dir.display(),
    ))?;
    Ok(Ending::Done)
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|e| Error::io("write the file", path, e))
}

/// Reads what is there, as if there were no study file yet.
fn look(dir: &Path) -> Result<Reading> {
    let study = Study {
        folder: dir.to_path_buf(),
        input: dir.to_path_buf(),
        file: StudyFile::default(),
        sha256: None,
    };
    let rules = Rules::load(&study, None)?;
    let out = study.default_out();
    pipeline::read(&study, &rules, Some(super::today()), &out, &Unobserved)
}

/// The study file: what was found as comments, what is known as keys.
fn study_toml(dir: &Path, reading: &Reading) -> String {
    let whole = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_path_buf());
    let name = whole.file_name().map(|n| n.to_string_lossy().into_owned());
    let title = name.unwrap_or_else(|| "My study".to_owned());
    let mut out = format!(
        "# A study for verbatim. Every key may be left out; a line that begins with # is not read.\n\
         # `verbatim check` shows what is read, and what each fact was recognised from.\n\n\
         title = {}\n\n\
         # A file beside this one, or a codebook that the program carries (kap, brief-cope).\n\
         codebook = {}\n",
        toml_text(&title),
        toml_text(CODEBOOK_FILE)
    );
    // The ledger says of a participants' table what it is; it is no source of notes.
    let what = LayoutKind::ParticipantsTable.as_str();
    let mut rows = reading.ledger.rows.iter();
    let table = rows.find(|row| row.reason.starts_with(what));
    match table {
        Some(table) => {
            let _written = write!(
                out,
                "\n# One row a participant.\nparticipants = {}\n",
                toml_text(&table.source)
            );
        }
        None => out.push_str("\n# One row a participant.\n# participants = \"participants.csv\"\n"),
    }
    out.push_str(&found(reading));
    out.push_str(FURTHER_KEYS);
    out
}

/// What was found, as comments.
fn found(reading: &Reading) -> String {
    let with_notes = reading.sources.iter().filter(|s| s.notes > 0);
    let sources: Vec<&SourceReport> = with_notes.collect();
    let mut out = String::from("\n# Found in this folder:\n");
    if sources.is_empty() {
        out.push_str("#   no notes yet\n");
    }
    for source in sources.iter().take(SOURCES_MAX) {
        let _written = writeln!(
            out,
            "#   {}: {} {} ({})",
            flat(&source.source),
            source.notes,
            if source.notes == 1 { "note" } else { "notes" },
            source.layout.as_str()
        );
    }
    if sources.len() > SOURCES_MAX {
        let _written = writeln!(out, "#   and {} more files", sources.len() - SOURCES_MAX);
    }
    let notes = &reading.corpus.notes;
    for session_type in &reading.corpus.session_types {
        let own = |n: &&crate::model::corpus::Note| {
            n.session_type.value.as_deref() == Some(session_type.as_str())
        };
        let count = notes.iter().filter(own).count();
        if count > 0 {
            let _written = writeln!(
                out,
                "#   session type {}: {count} notes",
                flat(session_type)
            );
        }
    }
    let unknown = notes
        .iter()
        .filter(|n| n.session_type.value.is_none())
        .count();
    if unknown > 0 {
        let _written = writeln!(out, "#   session type not recognised: {unknown} notes");
    }
    out
}
