//! What a run keeps in the house, read back: the identifiers of its notes, and whose pseudonym is
//! whose.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, Result};
use crate::model::corpus::ParticipantId;
use crate::model::identifier::IdentifierKind;

use super::saved_table::SavedTable;

/// An identifier as a run wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunIdentifier {
    /// First code point.
    pub start: usize,
    /// Code point after the last.
    pub end: usize,
    /// What it is.
    pub kind: IdentifierKind,
    /// What told it.
    pub why: String,
}

/// The identifiers of each note of a run, in order.
///
/// # Errors
/// Where `identifiers.csv` cannot be read.
pub fn read_identifiers(dir: &Path) -> Result<BTreeMap<String, Vec<RunIdentifier>>> {
    let table = table(&dir.join("identifiers.csv"))?;
    let columns = ["note_id", "start", "end", "kind", "why"].map(|name| table.column(name));
    let [note, start, end, kind, why] = columns;
    let mut found: BTreeMap<String, Vec<RunIdentifier>> = BTreeMap::new();
    for row in &table.rows {
        let number = |column| row.text(column).parse::<usize>().ok();
        let word = row.text(kind);
        let kind = IdentifierKind::ALL.into_iter().find(|k| k.as_str() == word);
        // A row that a person spoilt still masks: its kind becomes the vaguest.
        if let (Some(start), Some(end)) = (number(start), number(end)) {
            found
                .entry(row.text(note).to_owned())
                .or_default()
                .push(RunIdentifier {
                    start,
                    end,
                    kind: kind.unwrap_or(IdentifierKind::Other),
                    why: row.text(why).to_owned(),
                });
        }
    }
    Ok(found)
}

/// The pseudonym of each participant of a run; none where an earlier version wrote it, which kept
/// none.
///
/// # Errors
/// Where `pseudonyms.csv` is there and cannot be read.
pub fn read_pseudonyms(dir: &Path) -> Result<Option<BTreeMap<ParticipantId, String>>> {
    let path = dir.join("pseudonyms.csv");
    if !path.exists() {
        return Ok(None);
    }
    let table = table(&path)?;
    let (own, id) = (table.column("pseudonym"), table.column("participant_id"));
    let rows = table.rows.iter();
    let pairs = rows.map(|row| (ParticipantId::new(row.text(id)), row.text(own).to_owned()));
    Ok(Some(pairs.collect()))
}

fn table(path: &Path) -> Result<SavedTable> {
    let bytes = std::fs::read(path).map_err(|e| Error::io("read a table of the run", path, e))?;
    Ok(SavedTable::parse(&bytes))
}
