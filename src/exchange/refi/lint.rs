//! What is wrong with an exchange file that its schema cannot see.
//!
//! Comes in: elements as they are read. Goes out: findings with their line: GUIDs that are none or
//! stand twice, references that lead nowhere, positions outside the text.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::error::{Diagnostic, Place, Severity};

use super::guids::{Given, Guids, Kind, key};
use super::xml::Element;
use super::xml_file::XmlFile;

/// Findings that are drawn; a file with more has one cause for most of them.
const FINDINGS_MAX: usize = 1_000;

/// Collects findings about one file.
#[derive(Debug)]
pub(super) struct Lint {
    path: PathBuf,
    pub(super) xml: Rc<XmlFile>,
    pub(super) guids: Guids,
    findings: Vec<Diagnostic>,
}

impl Lint {
    pub(super) fn new(path: &Path, xml: Rc<XmlFile>) -> Self {
        Self {
            path: path.to_owned(),
            xml,
            guids: Guids::default(),
            findings: Vec::new(),
        }
    }

    /// The GUID of an element, which has to be its own.
    pub(super) fn own_guid(&mut self, element: &Element) -> String {
        self.guid_of(element, Kind::Other)
    }

    /// The GUID of an element, which has to be its own; `kind` is what references ask of it.
    pub(super) fn guid_of(&mut self, element: &Element, kind: Kind) -> String {
        let guid = element.guid("guid");
        if uuid::Uuid::try_parse(&guid).is_err() {
            let message = format!(
                "{} {:?} has no valid GUID ({guid:?}).",
                element.name,
                element.attribute("name")
            );
            self.add(
                ("V711", Severity::Warning),
                element.at,
                message,
                "It was read all the same.",
            );
        }
        let given = Given {
            at: element.at,
            kind,
        };
        if let Some(first) = self.guids.give(&guid, given)
            && !self.is_full()
        {
            let first_name = self.xml.element(first.at).map(|e| e.name);
            let message = format!(
                "{} and {} (line {}) have the same GUID {guid}.",
                element.name,
                first_name.unwrap_or_default(),
                self.xml.line(first.at)
            );
            let hint = "Both were read; what refers to it is taken to mean the first.";
            self.add(("V712", Severity::Warning), element.at, message, hint);
        }
        guid
    }

    /// Takes down the GUID of an element that another may share.
    pub(super) fn known_guid(&mut self, element: &Element) {
        let given = Given {
            at: element.at,
            kind: Kind::Other,
        };
        // Whoever has it already keeps it.
        let _first = self.guids.give(&element.guid("guid"), given);
    }

    /// Whether anything in the project has a GUID.
    pub(super) fn exists(&self, guid: &str) -> bool {
        key(guid).is_some_and(|key| self.guids.kind(key).is_some())
    }

    /// A reference that leads nowhere.
    pub(super) fn dangling(&mut self, what: &str, guid: &str, at: usize) {
        let message = format!("{what} refers to {guid:?}, which nothing in the project is.");
        self.add(
            ("V713", Severity::Error),
            at,
            message,
            "What hangs on it is listed in the loss report.",
        );
    }

    pub(super) fn add(
        &mut self,
        (rule, severity): (&'static str, Severity),
        at: usize,
        message: String,
        hint: &str,
    ) {
        if self.is_full() {
            return;
        }
        let line = self.xml.line(at);
        self.findings.push(Diagnostic {
            rule,
            severity,
            place: Place::at(&self.path, line as u32, 1),
            message,
            hint: hint.to_owned(),
            excerpt: None,
        });
    }

    fn is_full(&self) -> bool {
        self.findings.len() >= FINDINGS_MAX
    }

    /// All findings by place; none are left.
    pub(super) fn take_findings(&mut self) -> Vec<Diagnostic> {
        self.findings.sort_by(|a, b| a.place.cmp(&b.place));
        std::mem::take(&mut self.findings)
    }
}
