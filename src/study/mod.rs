//! A study as a user names it: a folder, a `study.toml`, a folder without one, or one file.
//!
//! Comes in: a path. Goes out: [`Study`]: what to read, by which rules, and where results go.
//! It reads the study file, and which sheets lie beside it.

mod file;
mod options;

mod rules;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::tally::Phase;
use crate::tally::contrast::{Asked, PValues};

pub use file::{
    AgreementFile, DateOrderName, Limits, PhaseFile, RuleFiles, SaturationSizes, SessionTypes,
    SourceDefaults, StudyFile, Transcript, UnitName, parse,
};
pub use rules::{Rules, in_language};

/// The study file's name in a study folder.
pub const STUDY_FILE: &str = "study.toml";

/// The name of the file with people's decisions in a study folder.
pub const DECISIONS_FILE: &str = "decisions.csv";

/// What the names of sheets of sentences without a code begin with.
pub const ELUSION_SHEET: &str = "elusion_sheet";
/// How the names of coding sheets begin.
const CODING_SHEET: &str = "coding_sheet";

/// The name of the file with people's memos in a study folder.
pub const MEMOS_FILE: &str = "memos.csv";

/// A study, ready to be read.
#[derive(Debug, Clone)]
pub struct Study {
    /// The folder that all paths are relative to.
    pub folder: PathBuf,
    /// What is read: the folder, or one file.
    pub input: PathBuf,
    /// What the study file says; empty without one.
    pub file: StudyFile,
    /// SHA-256 of the study file in hex; none without one.
    pub sha256: Option<String>,
}

impl Study {
    /// Opens a study by a path: a folder, its `study.toml`, or one file of notes.
    ///
    /// # Errors
    /// Where the path cannot be read or the study file has an error.
    pub fn open(path: &Path) -> Result<Self> {
        let about = fs::metadata(path).map_err(|e| Error::io("open the study", path, e))?;
        let is_study_file = path.extension().is_some_and(|e| e == "toml");
        let parent = || match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        if about.is_dir() {
            let file = path.join(STUDY_FILE);
            let file = file.is_file().then_some(file);
            return Self::with_file(path.to_path_buf(), path.to_path_buf(), file.as_deref());
        }
        if is_study_file {
            return Self::with_file(parent(), parent(), Some(path));
        }
        Self::with_file(parent(), path.to_path_buf(), None)
    }

    fn with_file(folder: PathBuf, input: PathBuf, file: Option<&Path>) -> Result<Self> {
        let Some(path) = file else {
            return Ok(Self {
                folder,
                input,
                file: StudyFile::default(),
                sha256: None,
            });
        };
        let source =
            fs::read_to_string(path).map_err(|e| Error::io("read the study file", path, e))?;
        let sha256 = crate::text::hex_sha256(source.as_bytes());
        Ok(Self {
            folder,
            input,
            file: parse(&source, path)?,
            sha256: Some(sha256),
        })
    }

    /// Where people's decisions stand, or would.
    pub fn decisions(&self) -> PathBuf {
        self.folder.join(DECISIONS_FILE)
    }

    /// The stretches of each participant's time that the study names.
    pub fn phases(&self) -> Vec<Phase> {
        self.file.phases.iter().map(|p| p.0.clone()).collect()
    }

    /// Which groups of notes the study compares.
    pub fn asked_comparisons(&self) -> Asked {
        Asked {
            pairs: self.file.compare.clone(),
            p_values: if self.file.p_values {
                PValues::Always
            } else {
                PValues::FromFive
            },
        }
    }

    /// The sheets of sentences without a code (`elusion_sheet*.csv` or workbook) in the study folder,
    /// by name.
    pub fn elusion_sheets(&self) -> Vec<PathBuf> {
        self.sheets(ELUSION_SHEET)
    }

    /// The coding sheets (`coding_sheet*.csv` or workbook) in the study folder, by name.
    pub fn coding_sheets(&self) -> Vec<PathBuf> {
        self.sheets(CODING_SHEET)
    }

    fn sheets(&self, begins: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let is_sheet = |path: &PathBuf| {
            let lower = |part: Option<&std::ffi::OsStr>| {
                part.map(|p| p.to_string_lossy().to_lowercase())
                    .unwrap_or_default()
            };
            lower(path.file_stem()).starts_with(begins)
                && ["csv", "xlsx", "ods"].contains(&lower(path.extension()).as_str())
        };
        let mut sheets: Vec<PathBuf> = entries.map(|e| e.path()).filter(is_sheet).collect();
        sheets.sort();
        sheets
    }

    /// Where people's memos stand, or would.
    pub fn memos(&self) -> PathBuf {
        self.folder.join(MEMOS_FILE)
    }

    /// Where results go when the command line does not say.
    pub fn default_out(&self) -> PathBuf {
        match &self.file.out {
            Some(out) => self.folder.join(out),
            None => self.folder.join("out"),
        }
    }
}
