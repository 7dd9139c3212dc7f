//! Which of the files found are read as notes.
//!
//! Comes in: what the study says. Goes out: for each file, why it is not read; and what is true
//! of all notes of a file.

use std::collections::BTreeMap;
use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error::{Error, Result};
use crate::model::reading::Role;

use super::kind::extension;
use super::options::Options;
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
    defaults: Vec<(GlobSet, Vec<(Role, String)>)>,
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
        let defaults = options.sources.iter().map(|source| {
            let files = globs(std::slice::from_ref(&source.files), "files")?;
            Ok((files, source.values.clone()))
        });
        Ok(Self {
            told: !options.notes.is_empty(),
            skipped,
            notes,
            ignore,
            defaults: defaults.collect::<Result<_>>()?,
        })
    }

    /// Whether the study names its notes' files, so that a file's name alone excludes nothing.
    pub(crate) fn is_told(&self) -> bool {
        self.told
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

    /// What is true of all notes of a file; the study's later entries win.
    pub(crate) fn defaults(&self, name: &str) -> Vec<(Role, String)> {
        let mut values: Vec<(Role, String)> = Vec::new();
        for (files, defaults) in &self.defaults {
            if files.is_match(name) {
                values.retain(|(role, _)| defaults.iter().all(|(other, _)| other != role));
                values.extend(defaults.iter().cloned());
            }
        }
        values
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
