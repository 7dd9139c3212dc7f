//! The first pass over a project's XML: elements in, what they say out, references not yet followed.
//!
//! Of texts and memos only the place in the file is kept: their passages and words are read again
//! when they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::error::Severity;
use crate::exchange::calibration::{Evidence, Selected};
use crate::exchange::losses::{Item, LossReport, Named};
use crate::exchange::positions::{Convention, STANDARD};

use super::archive::Archive;
use super::guids::{Key, Kind, key};
use super::lint::Lint;
use super::passages::{RawPassages, code_of, memo_refs, passages, selections};
use super::xml::Element;

/// A text without its passages, as the file has it.
#[derive(Debug, Clone, Default)]
pub(super) struct RawNote {
    pub(super) guid: String,
    pub(super) name: String,
    pub(super) memo: String,
    /// Where its element begins in the file.
    pub(super) at: usize,
    /// Codes on the whole text.
    pub(super) whole: Vec<Key>,
    pub(super) memos: Vec<Key>,
    pub(super) values: Vec<RawValue>,
}

/// A variable's value, as the file has it.
#[derive(Debug, Clone, Default)]
pub(super) struct RawValue {
    pub(super) variable: String,
    pub(super) value: String,
    pub(super) at: usize,
}

/// A case, as the file has it.
#[derive(Debug, Clone, Default)]
pub(super) struct RawCase {
    pub(super) guid: String,
    pub(super) name: String,
    pub(super) memo: String,
    pub(super) values: Vec<RawValue>,
    pub(super) sources: Vec<(String, usize)>,
}

/// Most texts of a film or PDF that references to it are taken to mean; else many references to one
/// with many texts would grow without end.
const MEDIA_TEXTS_MAX: usize = 100;

/// A picture, recording, film or PDF.
#[derive(Debug, Clone, Default)]
pub(super) struct RawMedia {
    /// What it is, for people: `a picture`, `a PDF`.
    pub(super) kind: &'static str,
    /// The notes that its texts became.
    pub(super) texts: Range<usize>,
}

/// All that a file says.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) root: Element,
    pub(super) users: BTreeMap<String, String>,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) codes: Vec<Element>,
    pub(super) cases: Vec<RawCase>,
    pub(super) notes: Vec<RawNote>,
    /// What is not text, by its GUID.
    pub(super) media: BTreeMap<String, RawMedia>,
    /// Where each memo begins in the file.
    pub(super) memos: Vec<usize>,
    pub(super) sets: Vec<Element>,
    /// Memos linked to items: (item, memo).
    pub(super) links: Vec<Element>,
    pub(super) project_memos: Vec<String>,
    pub(super) description: String,
    /// GUIDs of codes that codings refer to.
    pub(super) coded: BTreeSet<String>,
    /// What the texts show of how positions are counted.
    pub(super) evidence: Evidence,
}

/// Where findings, losses and texts are as a file is read.
pub(super) struct Reading<'r> {
    pub(super) report: &'r mut LossReport,
    pub(super) lint: &'r mut Lint,
    /// The project's texts; a codebook has none.
    pub(super) archive: Option<&'r mut Archive>,
}

impl Gathered {
    pub(super) fn new() -> Self {
        Self {
            root: Element::default(),
            users: BTreeMap::new(),
            variables: BTreeMap::new(),
            codes: Vec::new(),
            cases: Vec::new(),
            notes: Vec::new(),
            media: BTreeMap::new(),
            memos: Vec::new(),
            sets: Vec::new(),
            links: Vec::new(),
            project_memos: Vec::new(),
            description: String::new(),
            coded: BTreeSet::new(),
            evidence: Evidence::new(STANDARD),
        }
    }

    /// Hands over what the texts show of how positions are counted.
    pub(super) fn take_evidence(&mut self) -> Evidence {
        std::mem::replace(&mut self.evidence, Evidence::new(STANDARD))
    }

    /// The notes that a GUID means: one of its own, or those that a film's or PDF's texts became.
    pub(super) fn notes_of(&self, guid: &str, by_guid: &BTreeMap<&str, usize>) -> Range<usize> {
        match (by_guid.get(guid), self.media.get(guid)) {
            (Some(&note), _) => note..note + 1,
            (None, Some(media)) => media.texts.clone(),
            (None, None) => 0..0,
        }
    }

    /// The notes' places by GUID; the first of several that claim one.
    pub(super) fn notes_by_guid(&self) -> BTreeMap<&str, usize> {
        let notes = self.notes.iter().enumerate().rev();
        notes.map(|(i, n)| (n.guid.as_str(), i)).collect()
    }

    /// Takes the root, or one child of a section.
    pub(super) fn take(&mut self, section: &str, element: Element, reading: &mut Reading<'_>) {
        let Reading { report, lint, .. } = reading;
        match (section, element.name.as_str()) {
            ("", _) => {
                let origin = element.attribute("origin");
                self.evidence = Evidence::new(Convention::of_origin(origin));
                self.root = element;
            }
            (_, "User") => {
                let id = lint.own_guid(&element);
                let name = [element.attribute("name"), element.attribute("id"), &id];
                let name = name.iter().find(|n| !n.trim().is_empty());
                self.users.insert(
                    id.clone(),
                    name.map_or(String::new(), |n| n.trim().to_owned()),
                );
                report.kept(Item::Coder);
            }
            ("Codes", "Code") => self.codes.push(element),
            (_, "Variable") => {
                let id = lint.own_guid(&element);
                let name = element.attribute("name").to_owned();
                report.kept(Item::Variable);
                let kind = element.attribute("typeOfVariable");
                report.type_not_kept(&id, &name, kind, "Text");
                self.variables.insert(id, name);
            }
            (_, "Case") => self.case(&element, report, lint),
            (_, "TextSource") => {
                let note = self.text(&element, reading);
                self.notes.push(note);
            }
            ("Sources", _) => self.media(&element, reading),
            (_, "Note") => self.memo(&element, report, lint),
            (_, "Link") => self.links.push(element),
            (_, "Set") => {
                lint.own_guid(&element);
                self.sets.push(element);
            }
            (_, "Graph") => {
                let named = Named {
                    id: &lint.own_guid(&element),
                    name: element.attribute("name"),
                    place: "",
                };
                report.lost(Item::Graph, named, "drawings are not carried over");
            }
            (_, "NoteRef") => self.project_memos.push(element.target()),
            (_, "Description") => element.text.trim().clone_into(&mut self.description),
            (section, name) => {
                let message = format!("{name} is no part of {section} that is known.");
                lint.add(
                    ("V715", Severity::Warning),
                    element.at,
                    message,
                    "It was passed over.",
                );
            }
        }
    }

    fn case(&mut self, element: &Element, report: &mut LossReport, lint: &mut Lint) {
        let guid = lint.own_guid(element);
        let name = element.attribute("name").trim().to_owned();
        let named = Named {
            id: &guid,
            name: &name,
            place: "",
        };
        for code in element.all("CodeRef") {
            let reason = format!("a code ({}) on a participant as a whole", code.target());
            report.lost(Item::Coding, named, reason);
        }
        for part in element.all("SelectionRef") {
            let reason = format!("only a part of a note ({}) is theirs", part.target());
            report.lost(Item::Link, named, reason);
        }
        self.cases.push(RawCase {
            memo: element.child_text("Description").trim().to_owned(),
            values: values(element),
            sources: element
                .all("SourceRef")
                .map(|r| (r.target(), r.at))
                .collect(),
            name,
            guid,
        });
    }

    fn text(&mut self, element: &Element, reading: &mut Reading<'_>) -> RawNote {
        let passages = passages(element);
        let name = element.attribute("name").trim();
        let has_inline = passages.inline.as_ref().is_some_and(|t| !t.is_empty());
        if !passages.path.is_empty() && has_inline {
            let message = format!("{name} has its text both inline and at {}.", passages.path);
            reading.lint.add(
                ("V716", Severity::Warning),
                element.at,
                message,
                "The file is read.",
            );
        }
        for selection in selections(element) {
            reading.lint.guid_of(selection, Kind::Selection);
            for coding in selection.all("Coding") {
                reading.lint.own_guid(coding);
            }
        }
        for coding in element.all("Coding") {
            reading.lint.own_guid(coding);
        }
        let of_selections = passages.selections.iter().flat_map(|s| &s.codings);
        for coding in of_selections.chain(&passages.codings) {
            if !self.coded.contains(&coding.code) {
                self.coded.insert(coding.code.clone());
            }
        }
        let on_all = self.add_evidence(&passages, reading.archive.as_deref_mut());
        RawNote {
            guid: reading.lint.own_guid(element),
            name: name.to_owned(),
            memo: element.child_text("Description").trim().to_owned(),
            at: element.at,
            whole: passages
                .codings
                .iter()
                .filter_map(|c| key(&c.code))
                .chain(on_all)
                .collect(),
            memos: memo_refs(element).iter().filter_map(|m| key(m)).collect(),
            values: values(element),
        }
    }

    /// What a text shows of how positions are counted; one that cannot be read shows nothing. Gives the
    /// codes of selections of the whole text: that of a case says whose note it is.
    fn add_evidence(&mut self, passages: &RawPassages, archive: Option<&mut Archive>) -> Vec<Key> {
        let mut on_all = Vec::new();
        let Some(archive) = archive else {
            return on_all;
        };
        if passages.selections.is_empty() {
            return on_all;
        }
        if let Ok(text) = archive.text(passages) {
            let length = text.text.chars().count();
            let whole = passages.selections.iter().filter(|s| s.is_whole(length));
            on_all = whole
                .flat_map(|s| &s.codings)
                .filter_map(|c| key(&c.code))
                .collect();
            let selected = passages.selections.iter().filter_map(|s| {
                Some(Selected {
                    start: s.start?,
                    end: s.end?,
                    name: &s.name,
                })
            });
            self.evidence.add(&text, &selected.collect::<Vec<_>>());
        }
        on_all
    }

    /// A picture, recording, film or PDF: its texts are notes, all else is listed.
    fn media(&mut self, element: &Element, reading: &mut Reading<'_>) {
        let guid = reading.lint.own_guid(element);
        let name = element.attribute("name").trim();
        let kind = kind_of(&element.name);
        let named = Named {
            id: &guid,
            name,
            place: "",
        };
        let first = self.notes.len();
        for child in &element.children {
            match child.name.as_str() {
                "Representation" | "TextDescription" | "Transcript" => {
                    let mut note = self.text(child, reading);
                    if child.name == "Representation" || note.name.is_empty() {
                        name.clone_into(&mut note.name);
                    }
                    self.notes.push(note);
                }
                "Coding" => lose_coding(child, name, kind, reading.report),
                "VariableValue" => {
                    let reason = format!("a value of {kind}");
                    reading.report.lost(Item::Value, named, reason);
                }
                _ if child.name.ends_with("Selection") => {
                    let own = Named {
                        id: &child.guid("guid"),
                        name: child.attribute("name"),
                        place: name,
                    };
                    let reason = format!("a stretch of {kind}");
                    reading.report.lost(Item::Selection, own, reason);
                    for coding in child.all("Coding") {
                        lose_coding(coding, name, kind, reading.report);
                    }
                }
                _ => {}
            }
        }
        // After the texts: programs give a page's stretch and its text's the same GUID, and what refers
        // to it means the text's.
        for child in &element.children {
            if child.name.ends_with("Selection") {
                reading.lint.known_guid(child);
            }
        }
        let texts = first..self.notes.len().min(first + MEDIA_TEXTS_MAX);
        let reason = match texts.len() {
            0 => format!("{kind} is not text"),
            _ => format!("{kind} is not text; the text that goes with it is a note of its own"),
        };
        reading.report.lost(Item::Media, named, reason);
        self.media.entry(guid).or_insert(RawMedia { kind, texts });
    }

    fn memo(&mut self, element: &Element, report: &mut LossReport, lint: &mut Lint) {
        lint.guid_of(element, Kind::Memo(self.memos.len() as u32));
        let name = element.attribute("name");
        for selection in element.all("PlainTextSelection") {
            let own = Named {
                id: &selection.guid("guid"),
                name: selection.attribute("name"),
                place: name,
            };
            report.lost(Item::Selection, own, "a stretch of a memo");
            for coding in selection.all("Coding") {
                lose_coding(coding, name, "a memo", report);
            }
        }
        for coding in element.all("Coding") {
            lose_coding(coding, name, "a memo", report);
        }
        self.memos.push(element.at);
    }
}

/// What a source of a name is, for people.
fn kind_of(element: &str) -> &'static str {
    match element {
        "PictureSource" => "a picture",
        "PDFSource" => "a PDF",
        "AudioSource" => "a recording",
        "VideoSource" => "a film",
        _ => "a source of an unknown kind",
    }
}

fn lose_coding(element: &Element, place: &str, kind: &str, report: &mut LossReport) {
    let named = Named {
        id: &element.guid("guid"),
        name: &code_of(element),
        place,
    };
    report.lost(Item::Coding, named, format!("a code on {kind}"));
}

fn values(element: &Element) -> Vec<RawValue> {
    let value = |v: &Element| {
        let reference = v.child("VariableRef").map(Element::target);
        let told = v.children.iter().find(|c| c.name.ends_with("Value"));
        RawValue {
            variable: reference.unwrap_or_default(),
            value: told.map(|t| t.text.trim().to_owned()).unwrap_or_default(),
            at: v.at,
        }
    };
    element.all("VariableValue").map(value).collect()
}
