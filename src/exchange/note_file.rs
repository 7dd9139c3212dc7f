//! `notes.jsonl` of a run, read back.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Place, Result};

use super::run_folder::NOTES;

/// A note as `notes.jsonl` holds it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ReadNote {
    /// Its id.
    pub note_id: String,
    /// Its text, which offsets refer to.
    pub text: String,
    /// Whose note it is; empty where unknown.
    #[serde(deserialize_with = "text_or_null")]
    pub participant_id: String,
    /// Its date; empty where unknown.
    #[serde(deserialize_with = "text_or_null")]
    pub date: String,
    /// Its session type.
    #[serde(deserialize_with = "text_or_null")]
    pub session_type: String,
}

fn text_or_null<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> std::result::Result<String, D::Error> {
    Ok(Option::<String>::deserialize(from)?.unwrap_or_default())
}

/// Reads the notes that codings point into, from a file or a run's output folder.
///
/// # Errors
/// Where the file cannot be read, a line is no note, or one note stands there with two texts.
pub fn read_notes(path: &Path) -> Result<Vec<ReadNote>> {
    let of_run = path.join(NOTES);
    let path = if of_run.is_file() { &of_run } else { path };
    if path.is_dir() {
        let message = format!(
            "{}: holds no notes.jsonl: give the output folder of a run, or its notes.jsonl.",
            path.display()
        );
        return Err(Error::other(message));
    }
    let file = File::open(path).map_err(|e| Error::io("read the notes", path, e))?;
    let mut notes: Vec<ReadNote> = Vec::new();
    let mut known: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (i, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|e| Error::io("read the notes", path, e))?;
        if line.trim().is_empty() {
            continue;
        }
        let note: ReadNote = serde_json::from_str(&line).map_err(|e| Error {
            kind: crate::error::ErrorKind::Other {
                message: format!("this line is no note: {e}. Give the notes.jsonl of a run."),
            },
            place: Some(Place::at(path, i as u32 + 1, 1)),
        })?;
        if let Some(&(first, at)) = known.get(&note.note_id) {
            if notes.get(at).is_some_and(|n| n.text == note.text) {
                continue;
            }
            return Err(Error {
                kind: crate::error::ErrorKind::Other {
                    message: format!(
                        "note {} stands on line {first} with another text. Codings point into one of them: \
                         leave that one alone, or give the other an id of its own.",
                        note.note_id
                    ),
                },
                place: Some(Place::at(path, i as u32 + 1, 1)),
            });
        }
        known.insert(note.note_id.clone(), (i + 1, notes.len()));
        notes.push(note);
    }
    Ok(notes)
}
