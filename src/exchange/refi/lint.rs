//! What is wrong with an exchange file that its schema cannot see.
//!
//! Comes in: elements as they are read. Goes out: findings with their line: GUIDs that are none or
//! stand twice, references that lead nowhere, positions outside the text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Diagnostic, Place, Severity};

use super::xml::Element;

/// Findings that are drawn; a file with more has one cause for most of them.
const FINDINGS_MAX: usize = 1_000;

/// Collects findings about one file.
#[derive(Debug)]
pub(super) struct Lint<'s> {
    path: PathBuf,
    source: &'s str,
    /// Where each GUID was first given, and what to.
    given: BTreeMap<String, (String, usize)>,
    findings: Vec<Diagnostic>,
}

impl<'s> Lint<'s> {
    pub(super) fn new(path: &Path, source: &'s str) -> Self {
        Self {
            path: path.to_owned(),
            source,
            given: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    /// The GUID of an element, which has to be its own.
    pub(super) fn own_guid(&mut self, element: &Element) -> String {
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
            return guid;
        }
        match self.given.get(&guid) {
            // To find a line costs a look through all of the file before it.
            Some(_) if self.is_full() => {}
            Some((name, at)) => {
                let message = format!(
                    "{} and {name} (line {}) have the same GUID {guid}.",
                    element.name,
                    self.line(*at)
                );
                let hint = "Both were read; what refers to it is taken to mean the first.";
                self.add(("V712", Severity::Warning), element.at, message, hint);
            }
            None => {
                self.given
                    .insert(guid.clone(), (element.name.clone(), element.at));
            }
        }
        guid
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
        let line = self.line(at);
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

    fn line(&self, at: usize) -> usize {
        let before = self.source.as_bytes().get(..at).unwrap_or_default();
        memchr::memchr_iter(b'\n', before).count() + 1
    }

    /// All findings by place.
    pub(super) fn into_findings(mut self) -> Vec<Diagnostic> {
        self.findings.sort_by(|a, b| a.place.cmp(&b.place));
        self.findings
    }
}
