//! What a run keeps in the house, read back: the identifiers of its notes, and whose pseudonym is
//! whose.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, ErrorKind, Place, Result};
use crate::model::corpus::ParticipantId;
use crate::model::identifier::IdentifierKind;

use super::saved_table::{SavedRow, SavedTable};

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

/// The identifiers of each note of a run, in order; `is_note` knows the run's notes.
///
/// # Errors
/// Where `identifiers.csv` cannot be read, or a row of it does not say which passage of which note it
/// is: without that row a name would leave the house.
pub fn read_identifiers(
    dir: &Path,
    is_note: &dyn Fn(&str) -> bool,
) -> Result<BTreeMap<String, Vec<RunIdentifier>>> {
    let path = dir.join("identifiers.csv");
    let table = table(&path)?;
    let columns = ["note_id", "start", "end", "kind", "why"].map(|name| table.column(name));
    let [note, start, end, kind, why] = columns;
    let mut found: BTreeMap<String, Vec<RunIdentifier>> = BTreeMap::new();
    for row in table.rows.iter().filter(|row| !row.is_empty()) {
        let number = |column| row.text(column).trim().parse::<usize>().ok();
        let word = row.text(kind);
        let kind = IdentifierKind::ALL.into_iter().find(|k| k.as_str() == word);
        let place = match (number(start), number(end)) {
            (Some(start), Some(end)) if start < end => Ok((start, end)),
            (Some(_), Some(_)) => Err("its end does not lie behind its start"),
            _ => Err("its start and end are no whole numbers"),
        };
        let place = if is_note(row.text(note)) {
            place
        } else {
            Err("its note_id is that of no note of the run")
        };
        let (start, end) = place.map_err(|why| spoilt(&path, row, why))?;
        let own = found.entry(row.text(note).to_owned()).or_default();
        own.push(RunIdentifier {
            start,
            end,
            // A kind that a person spoilt still masks: it becomes the vaguest.
            kind: kind.unwrap_or(IdentifierKind::Other),
            why: row.text(why).to_owned(),
        });
    }
    Ok(found)
}

fn spoilt(path: &Path, row: &SavedRow, why: &str) -> Error {
    Error {
        kind: ErrorKind::Other {
            message: format!(
                "this row does not say what to mask: {why}. Run again, or mend the row; until then \
                 nothing is quoted."
            ),
        },
        place: Some(Place::at(path, row.line, 1)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &str) -> Result<BTreeMap<String, Vec<RunIdentifier>>> {
        let dir = tempfile::tempdir().expect("a folder");
        let table = format!("note_id,start,end,kind,text,why\n{rows}");
        std::fs::write(dir.path().join("identifiers.csv"), table).expect("room");
        read_identifiers(dir.path(), &|note| note == "n1")
    }

    #[test]
    fn a_spoilt_row_is_an_error_that_names_file_and_row() {
        let good = "n1,0,4,NAME,Anna,list\n";
        let found = read(&format!("{good}n1,9,12,NAM,Bob,list\n,,,,,\n")).expect("whole rows");
        let kinds = found["n1"].iter().map(|i| (i.start, i.end, i.kind));
        let kinds: Vec<_> = kinds.collect();
        let named = (0, 4, IdentifierKind::Name);
        assert_eq!(kinds, [named, (9, 12, IdentifierKind::Other)]);
        for (row, why) in [
            ("n1,,4,NAME,Anna,list", "no whole numbers"),
            ("n1,0.5,4,NAME,Anna,list", "no whole numbers"),
            ("n1,4,4,NAME,Anna,list", "behind its start"),
            ("n2,0,4,NAME,Anna,list", "no note of the run"),
        ] {
            let told = read(&format!("{good}{row}\n")).expect_err(row).to_string();
            assert!(told.contains("identifiers.csv:3"), "{told}");
            assert!(told.contains(why), "{told}");
        }
    }
}
