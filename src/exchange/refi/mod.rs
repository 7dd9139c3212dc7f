//! REFI-QDA: `.qdpx` and `.qde` projects and `.qdc` codebooks.
//!
//! Comes in: files of `NVivo`, ATLAS.ti, MAXQDA, `QualCoder`, Taguette and others. Goes out: a project as
//! plain data, its texts one at a time, and a loss report. Refuses: to guess what positions count;
//! where they fit no way to count, all codings are listed instead of shifted.

mod archive;
mod codes;
mod description;
mod gather;
mod lint;
mod notes;
mod resolve;
mod write;
mod write_memos;
mod xml;

use std::path::Path;

pub use write::{write_refi_codebook, write_refi_project};

use crate::error::{Diagnostic, Error, ErrorKind, Place, Result, Severity};

use super::calibration::{Evidence, Selected};
use super::losses::LossReport;
use super::positions::Convention;
use super::project::{OpenProject, Project};

pub(super) use description::{read as read_description, written as description_of};

use codes::Codes;
use gather::Gathered;
use lint::Lint;
use notes::RefiNotes;
use resolve::resolve;

/// The namespaces of the standard.
const NAMESPACES: &[&str] = &["urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"];

/// Opens a `.qdpx` archive or a `.qde` file.
///
/// # Errors
/// Where it cannot be read or is no project.
pub fn open_refi_project(path: &Path) -> Result<OpenProject> {
    let (source, archive) = archive::open(path)?;
    let mut lint = Lint::new(path, &source);
    let mut report = LossReport::default();
    let mut gathered = Gathered::default();
    let root = xml::read(&source, |section, element| {
        gathered.take(section, element, &mut report, &mut lint);
    });
    let root = root.map_err(|e| unreadable(path, &source, &e))?;
    if root.name != "Project" {
        return Err(not_the_kind(path, &root.name, "project (Project)"));
    }
    check_namespace(&root, &mut lint);
    let mut project = Project {
        name: root.attribute("name").to_owned(),
        origin: root.attribute("origin").to_owned(),
        coders: gathered.users.values().cloned().collect(),
        ..Project::default()
    };
    let resolved = resolve(gathered, &mut project, &mut report, &mut lint);
    let mut reader = RefiNotes::new(archive, resolved, &project);
    reader.memos(&mut project, &mut report);
    let (positions, refused) = calibrate(&mut reader, &project.origin);
    Ok(OpenProject {
        project,
        report,
        findings: lint.into_findings(),
        positions,
        refused: refused.unwrap_or_default(),
        reader: Box::new(reader),
    })
}

/// Reads a `.qdc` codebook; the project holds codes and sets only.
///
/// # Errors
/// Where it cannot be read or is no codebook.
pub fn read_refi_codebook(path: &Path) -> Result<(Project, LossReport, Vec<Diagnostic>)> {
    let bytes = std::fs::read(path).map_err(|e| Error::io("read the codebook", path, e))?;
    let source = archive::decoded(bytes);
    let mut lint = Lint::new(path, &source);
    let mut report = LossReport::default();
    let mut gathered = Gathered::default();
    let root = xml::read(&source, |section, element| {
        gathered.take(section, element, &mut report, &mut lint);
    });
    let root = root.map_err(|e| unreadable(path, &source, &e))?;
    if root.name != "CodeBook" {
        return Err(not_the_kind(path, &root.name, "codebook (CodeBook)"));
    }
    check_namespace(&root, &mut lint);
    let mut project = Project {
        name: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        origin: root.attribute("origin").to_owned(),
        ..Project::default()
    };
    resolve(gathered, &mut project, &mut report, &mut lint);
    Ok((project, report, lint.into_findings()))
}

/// Finds out what positions count, and says so.
fn calibrate(reader: &mut RefiNotes, origin: &str) -> (String, Option<String>) {
    let mut evidence = Evidence::new(Convention::of_origin(origin));
    for index in 0..reader.notes.len() {
        if reader.notes[index].selections.is_empty() {
            continue;
        }
        let Ok(text) = reader.text(index) else {
            continue;
        };
        let selections = &reader.notes[index].selections;
        let selected: Vec<Selected<'_>> = selections
            .iter()
            .filter_map(|s| {
                Some(Selected {
                    start: s.start?,
                    end: s.end?,
                    name: &s.name,
                })
            })
            .collect();
        evidence.add(&text, &selected);
    }
    let (way, fit) = evidence.best();
    let refused = evidence.refusal();
    reader.way = way;
    reader.others = Convention::all(way);
    reader.refused.clone_from(&refused);
    if evidence.selections == 0 {
        return (String::new(), refused);
    }
    let told = format!(
        "Positions are taken to count {}: {} of {} selections stand in their text, {} of {} named by \
         their words stand on them, {} of {} bounds lie between words.",
        way.told(),
        fit.inside,
        evidence.selections,
        fit.on_words,
        evidence.named,
        fit.on_bounds,
        2 * evidence.selections
    );
    (told, refused)
}

fn check_namespace(root: &xml::Element, lint: &mut Lint<'_>) {
    let namespace = root.attribute("xmlns");
    if !namespace.is_empty() && !NAMESPACES.contains(&namespace) {
        let message = format!("The namespace {namespace:?} is not the standard's.");
        let hint = "It was read by the names of its elements.";
        lint.add(("V717", Severity::Note), root.at, message, hint);
    }
}

fn unreadable(path: &Path, source: &str, error: &xml::XmlError) -> Error {
    let before = source
        .as_bytes()
        .get(..error.at)
        .unwrap_or(source.as_bytes());
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    Error {
        kind: ErrorKind::Other {
            message: format!(
                "this is no exchange file that can be read: {}.",
                error.message
            ),
        },
        place: Some(Place::at(path, line as u32, 1)),
    }
}

fn not_the_kind(path: &Path, found: &str, wanted: &str) -> Error {
    Error {
        kind: ErrorKind::Other {
            message: format!("the file begins with {found}; it is no REFI-QDA {wanted}."),
        },
        place: Some(Place::file(path)),
    }
}
