//! REFI-QDA: `.qdpx` and `.qde` projects and `.qdc` codebooks.
//!
//! Comes in: files of `NVivo`, ATLAS.ti, MAXQDA, `QualCoder`, Taguette and others. Goes out: a project as
//! plain data, its texts one at a time, and a loss report. Refuses: to guess what positions count;
//! where they fit no way to count, all codings are listed instead of shifted.

mod archive;
mod codes;
mod description;
mod gather;
mod guids;
mod lint;
mod lose;
mod memos;
mod notes;
mod passages;
mod resolve;
mod write;
mod write_codings;
mod write_memos;
mod write_sets;
mod xml;
mod xml_file;

use std::path::Path;
use std::rc::Rc;

pub use write::{write_refi_codebook, write_refi_project};
pub use write_memos::list_control_characters;

use crate::error::{Diagnostic, Error, ErrorKind, Place, Result, Severity};

use super::calibration::Evidence;
use super::losses::LossReport;
use super::project::{OpenProject, Project};

pub(super) use description::{read as read_description, written as description_of};
pub(super) use resolve::SESSION_TYPE_SET;
pub(super) use write::guid_of_code;

use archive::Archive;
use codes::Codes;
use gather::{Gathered, Reading};
use lint::Lint;
use notes::RefiNotes;
use resolve::resolve;
use xml_file::XmlFile;

/// The namespaces of the standard.
const NAMESPACES: &[&str] = &["urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"];

/// Opens a `.qdpx` archive or a `.qde` file, whose texts may come to `most` bytes in all.
///
/// # Errors
/// Where it cannot be read, is no project or holds too much.
pub fn open_refi_project(path: &Path, most: u64) -> Result<OpenProject> {
    let (xml, mut archive) = archive::open(path, most)?;
    archive.refuse_too_much(&xml)?;
    let mut lint = Lint::new(path, Rc::new(xml));
    let mut report = LossReport::default();
    let mut gathered = gather(path, &mut report, &mut lint, Some(&mut archive))?;
    if gathered.root.name != "Project" {
        return Err(not_the_kind(path, &gathered.root.name, "project (Project)"));
    }
    if let Some(refusal) = archive.refusal() {
        return Err(refusal);
    }
    archive.begin_again();
    let mut project = Project {
        name: gathered.root.attribute("name").to_owned(),
        origin: gathered.root.attribute("origin").to_owned(),
        coders: gathered.users.values().cloned().collect(),
        ..Project::default()
    };
    let evidence = gathered.take_evidence();
    let resolved = resolve(gathered, &mut project, &mut report, &mut lint);
    let reader = RefiNotes::new(archive, lint, resolved, &project, &evidence);
    Ok(OpenProject {
        project,
        report,
        findings: Vec::new(),
        positions: told(&evidence),
        refused: evidence.refusal().unwrap_or_default(),
        reader: Box::new(reader),
    })
}

/// Reads a `.qdc` codebook; the project holds codes and sets only.
///
/// # Errors
/// Where it cannot be read or is no codebook.
pub fn read_refi_codebook(path: &Path) -> Result<(Project, LossReport, Vec<Diagnostic>)> {
    let mut lint = Lint::new(path, Rc::new(archive::bare(path)?));
    let mut report = LossReport::default();
    let gathered = gather(path, &mut report, &mut lint, None)?;
    if gathered.root.name != "CodeBook" {
        return Err(not_the_kind(
            path,
            &gathered.root.name,
            "codebook (CodeBook)",
        ));
    }
    let mut project = Project {
        name: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        origin: gathered.root.attribute("origin").to_owned(),
        ..Project::default()
    };
    resolve(gathered, &mut project, &mut report, &mut lint);
    Ok((project, report, lint.take_findings()))
}

/// Reads all of a file once.
fn gather(
    path: &Path,
    report: &mut LossReport,
    lint: &mut Lint,
    archive: Option<&mut Archive>,
) -> Result<Gathered> {
    let xml = Rc::clone(&lint.xml);
    let mut gathered = Gathered::new();
    let mut reading = Reading {
        report,
        lint,
        archive,
    };
    xml::read(xml.reader(), |section, element| {
        gathered.take(section, element, &mut reading);
    })
    .map_err(|e| unreadable(path, &xml, &e))?;
    check_namespace(&gathered.root, lint);
    Ok(gathered)
}

/// What positions count, as a sentence; empty where there are none.
fn told(evidence: &Evidence) -> String {
    if evidence.selections == 0 {
        return String::new();
    }
    let (way, fit) = evidence.best();
    format!(
        "Positions are taken to count {}: {} of {} selections stand in their text, {} of {} named by \
         their words stand on them, {} of {} bounds lie between words.",
        way.told(),
        fit.inside,
        evidence.selections,
        fit.on_words,
        evidence.named,
        fit.on_bounds,
        2 * evidence.selections
    )
}

fn check_namespace(root: &xml::Element, lint: &mut Lint) {
    let namespace = root.attribute("xmlns");
    if !namespace.is_empty() && !NAMESPACES.contains(&namespace) {
        let message = format!("The namespace {namespace:?} is not the standard's.");
        let hint = "It was read by the names of its elements.";
        lint.add(("V717", Severity::Note), root.at, message, hint);
    }
}

fn unreadable(path: &Path, xml: &XmlFile, error: &xml::XmlError) -> Error {
    let line = xml.line(error.at);
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
