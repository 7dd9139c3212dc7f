//! Which of the files found are read as notes.
//!
//! Comes in: what the study says. Goes out: for each file, why it is not read; and what is true
//! of all notes of a file.

use std::collections::BTreeMap;
use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use regex::Regex;

use crate::error::{Error, Result};
use crate::model::reading::{DateOrder, Role};

use super::kind::extension;
use super::options::{Options, SourceDefaults};
use super::walk::Found;

/// Why a file is not read where the study names others.
pub(crate) const NOT_AMONG_NOTES: &str = "not among `notes` in study.toml";

/// The study's choice of files.
pub(crate) struct Selection {
    told: bool,
    /// By index of the file, why it is not read.
    skipped: BTreeMap<usize, String>,
    notes: GlobSet,
    ignore: GlobSet,
    own: Vec<(GlobSet, Own)>,
}

/// What the study says of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Own {
    /// What is true of its notes.
    pub(crate) values: Vec<(Role, String)>,
    /// Which column holds what.
    pub(crate) columns: BTreeMap<Role, String>,
    /// What parts its notes.
    pub(crate) split: Option<Regex>,
    /// Its order of day and month.
    pub(crate) date_order: Option<DateOrder>,
}

impl Own {
    fn new(source: &SourceDefaults) -> Result<Self> {
        Ok(Self {
            values: source.values.clone(),
            columns: source.columns.clone(),
            split: split_pattern(source.split.as_deref())?,
            date_order: source.date_order,
        })
    }

    /// Takes what a later entry says in its own place.
    fn add(&mut self, later: &Self) {
        let again = |role: &Role| later.values.iter().any(|(other, _)| other == role);
        self.values.retain(|(role, _)| !again(role));
        self.values.extend(later.values.iter().cloned());
        self.columns.extend(later.columns.clone());
        self.split = later.split.clone().or(self.split.take());
        self.date_order = later.date_order.or(self.date_order);
    }
}

/// Compiles what parts notes.
pub(crate) fn split_pattern(split: Option<&str>) -> Result<Option<Regex>> {
    let Some(split) = split else {
        return Ok(None);
    };
    let pattern = Regex::new(split).map_err(|error| {
        let text = error.to_string();
        let why = text.lines().last().unwrap_or_default().trim();
        Error::other(format!(
            "The pattern {split:?} under `split` is wrong: {why}."
        ))
    });
    pattern.map(Some)
}

impl Selection {
    /// Applies the globs of the options.
    pub(crate) fn new(root: &Path, options: &Options, found: &[Found]) -> Result<Self> {
        let notes = globs(&options.notes, "notes")?;
        let ignore = globs(&options.ignore, "ignore")?;
        let mut skipped = BTreeMap::new();
        for (i, file) in found.iter().enumerate() {
            let own = options
                .not_notes
                .iter()
                .find(|(path, _)| same(root, path, file));
            if let Some((_, what)) = own {
                skipped.insert(i, what.clone());
            }
        }
        let own = options.sources.iter().map(|source| {
            let files = globs(std::slice::from_ref(&source.files), "files")?;
            Ok((files, Own::new(source)?))
        });
        Ok(Self {
            told: !options.notes.is_empty(),
            skipped,
            notes,
            ignore,
            own: own.collect::<Result<_>>()?,
        })
    }

    /// Whether the study names its notes' files, so that a file's name alone excludes nothing.
    pub(crate) fn is_told(&self) -> bool {
        self.told
    }

    /// Whether the study names this file as something else than notes.
    pub(crate) fn is_no_note(&self, file: usize) -> bool {
        self.skipped.contains_key(&file)
    }

    /// Why a file is not read.
    pub(crate) fn skip(&self, file: usize, name: &str) -> Option<String> {
        self.skipped
            .get(&file)
            .cloned()
            .or_else(|| self.skip_name(name))
    }

    /// Why a file of this name is not read. An archive is opened where one of its members may be
    /// meant.
    pub(crate) fn skip_name(&self, name: &str) -> Option<String> {
        if self.ignore.is_match(name) {
            Some("left out by `ignore` in study.toml".to_owned())
        } else if self.told && !self.notes.is_match(name) && extension(name) != "zip" {
            Some(NOT_AMONG_NOTES.to_owned())
        } else {
            None
        }
    }

    /// What the study says of a file; its later entries win.
    pub(crate) fn own(&self, name: &str) -> Own {
        let mut said = Own::default();
        let fitting = self.own.iter().filter(|(files, _)| files.is_match(name));
        fitting.for_each(|(_, own)| said.add(own));
        said
    }
}

/// Whether a path that the study names is this file.
pub(crate) fn same(root: &Path, path: &Path, file: &Found) -> bool {
    file.path == *path || file.path == root.join(path)
}

fn globs(patterns: &[String], key: &str) -> Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob: Glob = GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .map_err(|error| {
                Error::other(format!(
                    "The pattern {pattern:?} under `{key}` is wrong: {}.",
                    error.kind()
                ))
            })?;
        set.add(glob);
    }
    set.build().map_err(|error| {
        Error::other(format!(
            "The patterns under `{key}` are too large: {error}."
        ))
    })
}
