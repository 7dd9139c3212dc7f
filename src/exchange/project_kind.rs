//! Which program wrote a project, by what the file holds.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::error::{Error, ErrorKind, Place, Result};

use super::project::{OpenProject, UNPACKED_MAX};
use super::qualcoder::{open_qualcoder, qualcoder_database};
use super::refi::open_refi_project;
use super::sqlite::{DatabaseKind, database_kind};
use super::taguette::open_taguette;
use super::taguette_tables::{TaguetteTable, read_taguette_table};

/// What another program's file is.
#[derive(Debug)]
pub enum ProjectFile {
    /// A REFI-QDA codebook.
    RefiCodebook,
    /// A REFI-QDA project, packed or not.
    RefiProject,
    /// Taguette's database.
    Taguette,
    /// `QualCoder`'s folder or database.
    QualCoder,
    /// A table of Taguette's.
    Table(TaguetteTable),
}

/// Says what a file is.
///
/// # Errors
/// Where it cannot be read or is of no kind that is known.
pub fn project_file(path: &Path) -> Result<ProjectFile> {
    if path.is_dir() && qualcoder_database(path).is_file() {
        return Ok(ProjectFile::QualCoder);
    }
    let mut head = Vec::new();
    let failed = |e| Error::io("read the project", path, e);
    let file = File::open(path).map_err(failed)?;
    file.take(4096).read_to_end(&mut head).map_err(failed)?;
    let ending = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    if matches!(ending.as_str(), "csv" | "xlsx") {
        let table = read_taguette_table(path)?;
        return table.map(ProjectFile::Table).ok_or_else(|| unknown(path));
    }
    if head.starts_with(b"PK\x03\x04") {
        return Ok(ProjectFile::RefiProject);
    }
    if head.starts_with(b"SQLite format 3") {
        return match database_kind(path)? {
            DatabaseKind::Taguette => Ok(ProjectFile::Taguette),
            DatabaseKind::QualCoder => Ok(ProjectFile::QualCoder),
            DatabaseKind::Unknown => Err(unknown(path)),
        };
    }
    xml_root(&head).ok_or_else(|| unknown(path))
}

/// Which of the two roots of REFI-QDA an XML file begins with.
fn xml_root(head: &[u8]) -> Option<ProjectFile> {
    // UTF-16 has a zero byte beside each letter.
    let text: String = head
        .iter()
        .filter(|b| **b != 0)
        .map(|b| char::from(*b))
        .collect();
    let root = text
        .split('<')
        .map(|t| t.split(':').next_back().unwrap_or(t));
    let begins = |name: &str| {
        let mut tags = text.split('<').chain(root.clone());
        tags.any(|t| {
            t.strip_prefix(name)
                .is_some_and(|r| r.starts_with([' ', '>', '\n', '\r', '\t']))
        })
    };
    if begins("CodeBook") && !begins("Project") {
        return Some(ProjectFile::RefiCodebook);
    }
    begins("Project").then_some(ProjectFile::RefiProject)
}

/// Opens a project that holds notes and codings; none where the file is a codebook or a table.
///
/// # Errors
/// Where it cannot be read or is of no kind that is known.
pub fn open_project(path: &Path) -> Result<Option<OpenProject>> {
    Ok(match project_file(path)? {
        ProjectFile::RefiProject => Some(open_refi_project(path, UNPACKED_MAX)?),
        ProjectFile::Taguette => Some(open_taguette(path, None)?),
        ProjectFile::QualCoder => Some(open_qualcoder(path)?),
        ProjectFile::RefiCodebook | ProjectFile::Table(_) => None,
    })
}

fn unknown(path: &Path) -> Error {
    Error {
        kind: ErrorKind::Other {
            message:
                "this is no project that verbatim can import: it reads REFI-QDA (.qdpx, .qde, \
                      .qdc), Taguette (.sqlite3, tables of highlights and codebooks as CSV or XLSX) and \
                      QualCoder (.qda)."
                    .to_owned(),
        },
        place: Some(Place::file(path)),
    }
}
