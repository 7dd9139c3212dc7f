//! `verbatim init`: a commented study.toml and a starter codebook beside the notes.

mod codes;
mod found;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use crate::error::{Error, Result};
use crate::ingest::Reading;
use crate::pipeline::{self, Unobserved};
use crate::study::{Rules, STUDY_FILE, Study, StudyFile};

use super::{Ending, print};

/// The starter codebook's file name.
const CODEBOOK_FILE: &str = "codebook.yaml";

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
    let (reading, rules) = look(dir)?;
    write(&codebook_path, &codes::codebook(&reading, &rules)?)?;
    write(&study_path, &found::study_toml(dir, &reading))?;
    let written = format!(
        "{} and {} are written",
        study_path.display(),
        codebook_path.display()
    );
    let dir = dir.display();
    let notes = reading.corpus.notes.len();
    print(&if notes == 0 {
        format!(
            "{written}, from a template: there is no note in {dir} yet. Put your notes there (text, Word, PDF, tables ...), \
             and let `verbatim init {dir} --force` look again.\n"
        )
    } else {
        let people = found::several(reading.corpus.participants.len(), "participant");
        let notes = found::notes(notes);
        let open = reading.other_types.len();
        let open = match open {
            0 => String::new(),
            1 => "\nOne session type was not known: see [session_types] in study.toml.".to_owned(),
            n => format!("\n{n} session types were not known: see [session_types] in study.toml."),
        };
        format!("{written}: {notes} of {people} found.{open}\nNext: verbatim check {dir}\n")
    })?;
    Ok(Ending::Done)
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|e| Error::io("write the file", path, e))
}

/// Reads what is there, as if there were no study file yet.
fn look(dir: &Path) -> Result<(Reading, Rules)> {
    let study = Study {
        folder: dir.to_path_buf(),
        input: dir.to_path_buf(),
        file: StudyFile::default(),
        sha256: None,
    };
    let rules = Rules::load(&study, None)?;
    let out = study.default_out();
    let reading = pipeline::read(&study, &rules, Some(super::today()), &out, &Unobserved)?;
    Ok((reading, rules))
}
