//! The coders of another program's project, each with their codings and the texts they were made in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{Error, Place, Result};
use crate::model::coding::Assertion;
use crate::text::CodePoints;

use super::coder_file::{CoderFile, Located, ReadCoding};
use super::project::PlacedCoding;
use super::project_kind::open_project;
use super::qualcoder::qualcoder_database;

/// Endings of projects.
const ENDINGS: [&str; 5] = ["qdpx", "qde", "qda", "sqlite3", "db"];

/// Whether a path is a project of another program, by its name or its folder's database.
pub(super) fn is_project(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    ending.is_some_and(|e| ENDINGS.contains(&e.as_str()))
        || (path.is_dir() && qualcoder_database(path).is_file())
}

/// Reads a project's coders. A single coder has read all of its notes; of several each has read those
/// that they coded, since nothing says more.
pub(super) fn project_coders(path: &Path) -> Result<Vec<CoderFile>> {
    let Some(mut open) = open_project(path)? else {
        let message = format!("{}: this holds a codebook and no codings.", path.display());
        return Err(Error::other(message));
    };
    if !open.refused.is_empty() {
        let message = format!(
            "{}: no coding can be set in place: {}",
            path.display(),
            open.refused
        );
        return Err(Error::other(message));
    }
    let mut coders: BTreeMap<String, CoderFile> = BTreeMap::new();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut order = Vec::new();
    let codes = open.project.codes.iter().enumerate();
    let guids = codes.map(|(index, code)| (open.project.code_path(index), code.guid.clone()));
    let guids: BTreeMap<String, String> = guids.collect();
    open.each_note(|project, note, placed| {
        let points = CodePoints::new(&placed.text);
        for coding in &placed.codings {
            let own = coders.entry(coding.coder.clone()).or_default();
            if own.notes.last() != Some(&note.note_id) {
                own.notes.push(note.note_id.clone());
            }
            own.codings.push(ReadCoding {
                note_id: note.note_id.clone(),
                code: project.code_path(coding.code),
                place: Place::file(path),
                ..read(coding, &placed.text, &points)
            });
        }
        order.push(note.note_id.clone());
        texts.insert(note.note_id.clone(), placed.text.clone());
        Ok(())
    })?;
    if coders.is_empty() {
        let unnamed = open.project.coders.first().cloned().unwrap_or_default();
        coders.insert(unnamed, CoderFile::default());
    }
    let alone = coders.len() == 1;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let named = coders.into_iter().map(|(name, mut own)| {
        own.code_guids.clone_from(&guids);
        own.name = if name.is_empty() {
            stem.clone().into_owned()
        } else {
            name
        };
        if alone {
            own.notes.clone_from(&order);
        }
        let read: BTreeSet<&String> = own.notes.iter().collect();
        let texts = texts.iter().filter(|(id, _)| read.contains(id));
        own.texts = texts.map(|(id, t)| (id.clone(), t.clone())).collect();
        own
    });
    Ok(named.collect())
}

/// A coding as any coder's file holds it, less its note, code and file.
fn read(coding: &PlacedCoding, text: &str, points: &CodePoints<'_>) -> ReadCoding {
    let fact = |name: &str| coding.fact(name).unwrap_or_default();
    let words = points.span(coding.start, coding.end);
    ReadCoding {
        note_id: String::new(),
        code: String::new(),
        located: Located::At {
            start: coding.start,
            end: coding.end,
            text: words.map(|span| span.slice(text).to_owned()),
        },
        assertion: fact("assertion").parse().unwrap_or(Assertion::Affirmed),
        voice: fact("voice").parse().ok(),
        evidence: fact("pattern").to_owned(),
        note_sha256: String::new(),
        place: Place::file(Path::new("")),
    }
}
