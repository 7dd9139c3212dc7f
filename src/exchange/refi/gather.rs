//! The first pass over a project's XML: elements in, what they say out, references not yet followed.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Severity;
use crate::exchange::losses::{Item, LossReport, Named};

use super::lint::Lint;
use super::xml::{Element, guid};

/// A code on a stretch, as the file has it.
#[derive(Debug, Clone, Default)]
pub(super) struct RawCoding {
    pub(super) guid: String,
    pub(super) code: String,
    pub(super) coder: String,
    pub(super) memos: Vec<String>,
    pub(super) at: usize,
}

/// A stretch, as the file has it.
#[derive(Debug, Clone, Default)]
pub(super) struct RawSelection {
    pub(super) guid: String,
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) name: String,
    pub(super) memo: String,
    pub(super) coder: String,
    pub(super) codings: Vec<RawCoding>,
    pub(super) memos: Vec<String>,
}

/// A text, as the file has it.
#[derive(Debug, Clone, Default)]
pub(super) struct RawNote {
    pub(super) guid: String,
    pub(super) name: String,
    pub(super) memo: String,
    pub(super) inline: Option<String>,
    pub(super) path: String,
    pub(super) rich: bool,
    pub(super) selections: Vec<RawSelection>,
    /// Codes on the whole text.
    pub(super) codings: Vec<RawCoding>,
    pub(super) memos: Vec<String>,
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

/// A memo, as the file has it.
#[derive(Debug, Clone, Default)]
pub(super) struct RawMemo {
    pub(super) name: String,
    pub(super) coder: String,
    pub(super) date: String,
    pub(super) inline: String,
    pub(super) path: String,
}

/// All that a file says.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) users: BTreeMap<String, String>,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) codes: Vec<Element>,
    pub(super) cases: Vec<RawCase>,
    pub(super) notes: Vec<RawNote>,
    pub(super) memos: BTreeMap<String, RawMemo>,
    pub(super) memo_order: Vec<String>,
    pub(super) sets: Vec<Element>,
    /// Memos linked to items: (item, memo).
    pub(super) links: Vec<Element>,
    pub(super) project_memos: Vec<String>,
    pub(super) description: String,
    /// GUIDs of codes that codings refer to.
    pub(super) coded: BTreeSet<String>,
}

impl Gathered {
    /// The notes' places by GUID; the first of several that claim one.
    pub(super) fn notes_by_guid(&self) -> BTreeMap<&str, usize> {
        let notes = self.notes.iter().enumerate().rev();
        notes.map(|(i, n)| (n.guid.as_str(), i)).collect()
    }

    /// Takes one child of a section.
    pub(super) fn take(
        &mut self,
        section: &str,
        element: Element,
        report: &mut LossReport,
        lint: &mut Lint<'_>,
    ) {
        match (section, element.name.as_str()) {
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
                self.variables
                    .insert(id, element.attribute("name").to_owned());
                report.kept(Item::Variable);
            }
            (_, "Case") => self.case(&element, report, lint),
            (_, "TextSource") => {
                let note = self.text(&element, lint);
                self.notes.push(note);
            }
            ("Sources", _) => self.media(&element, report, lint),
            (_, "Note") => self.memo(&element, report, lint),
            (_, "Link") => self.links.push(element),
            (_, "Set") => self.sets.push(element),
            (_, "Graph") => {
                let named = Named {
                    id: &element.guid("guid"),
                    name: element.attribute("name"),
                    place: "",
                };
                report.lost(Item::Graph, named, "drawings are not carried over");
            }
            (_, "NoteRef") => self.project_memos.push(element.guid("targetGUID")),
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

    fn case(&mut self, element: &Element, report: &mut LossReport, lint: &mut Lint<'_>) {
        let guid = lint.own_guid(element);
        let name = element.attribute("name").trim().to_owned();
        let named = Named {
            id: &guid,
            name: &name,
            place: "",
        };
        for code in element.all("CodeRef") {
            let reason = format!(
                "a code ({}) on a participant as a whole",
                code.guid("targetGUID")
            );
            report.lost(Item::Coding, named, reason);
        }
        for part in element.all("SelectionRef") {
            let reason = format!(
                "only a part of a note ({}) is theirs",
                part.guid("targetGUID")
            );
            report.lost(Item::Link, named, reason);
        }
        self.cases.push(RawCase {
            memo: element.child_text("Description").trim().to_owned(),
            values: values(element),
            sources: element
                .all("SourceRef")
                .map(|r| (r.guid("targetGUID"), r.at))
                .collect(),
            name,
            guid,
        });
    }

    fn text(&mut self, element: &Element, lint: &mut Lint<'_>) -> RawNote {
        let inline = element.child("PlainTextContent").map(|c| c.text.clone());
        let path = element.attribute("plainTextPath").trim().to_owned();
        if !path.is_empty() && inline.as_ref().is_some_and(|t| !t.is_empty()) {
            let message = format!(
                "{} has its text both inline and at {path}.",
                element.attribute("name")
            );
            lint.add(
                ("V716", Severity::Warning),
                element.at,
                message,
                "The file is read.",
            );
        }
        let selections = element.all("PlainTextSelection").map(|s| {
            let position = |name| s.attribute(name).trim().parse().ok();
            self.selection(
                s,
                (position("startPosition"), position("endPosition")),
                lint,
            )
        });
        let selections = selections.collect();
        RawNote {
            guid: lint.own_guid(element),
            name: element.attribute("name").trim().to_owned(),
            memo: element.child_text("Description").trim().to_owned(),
            inline,
            path,
            rich: !element.attribute("richTextPath").is_empty(),
            selections,
            codings: element.all("Coding").map(|c| self.coding(c, "")).collect(),
            memos: memo_refs(element),
            values: values(element),
        }
    }

    fn selection(
        &mut self,
        element: &Element,
        place: (Option<i64>, Option<i64>),
        lint: &mut Lint<'_>,
    ) -> RawSelection {
        let coder = first_of(element, &["creatingUser", "modifyingUser"]);
        RawSelection {
            guid: lint.own_guid(element),
            start: place.0,
            end: place.1,
            name: element.attribute("name").to_owned(),
            memo: element.child_text("Description").trim().to_owned(),
            codings: element
                .all("Coding")
                .map(|c| self.coding(c, &coder))
                .collect(),
            memos: memo_refs(element),
            coder,
        }
    }

    fn coding(&mut self, element: &Element, coder: &str) -> RawCoding {
        let code = element
            .child("CodeRef")
            .map(|r| r.guid("targetGUID"))
            .unwrap_or_default();
        self.coded.insert(code.clone());
        let own = first_of(element, &["creatingUser", "modifyingUser"]);
        RawCoding {
            guid: element.guid("guid"),
            code,
            coder: if own.is_empty() {
                coder.to_owned()
            } else {
                own
            },
            memos: memo_refs(element),
            at: element.at,
        }
    }

    /// A picture, recording, film or PDF: its texts are notes, all else is listed.
    fn media(&mut self, element: &Element, report: &mut LossReport, lint: &mut Lint<'_>) {
        let guid = lint.own_guid(element);
        let name = element.attribute("name").trim();
        let kind = element.name.trim_end_matches("Source");
        let named = Named {
            id: &guid,
            name,
            place: "",
        };
        let mut texts = 0;
        for child in &element.children {
            match child.name.as_str() {
                "Representation" | "TextDescription" | "Transcript" => {
                    let mut note = self.text(child, lint);
                    self.transcript_selections(child, &mut note, lint);
                    if child.name == "Representation" || note.name.is_empty() {
                        name.clone_into(&mut note.name);
                    }
                    texts += 1;
                    self.notes.push(note);
                }
                "Coding" => lose_coding(child, name, kind, report),
                "VariableValue" => report.lost(Item::Value, named, format!("a value of a {kind}")),
                _ if child.name.ends_with("Selection") => {
                    let own = Named {
                        id: &child.guid("guid"),
                        name: child.attribute("name"),
                        place: name,
                    };
                    report.lost(Item::Selection, own, format!("a stretch of a {kind}"));
                    for coding in child.all("Coding") {
                        lose_coding(coding, name, kind, report);
                    }
                }
                _ => {}
            }
        }
        let reason = match texts {
            0 => format!("a {kind} is not text"),
            _ => format!("a {kind} is not text; the text that goes with it is a note of its own"),
        };
        report.lost(Item::Media, named, reason);
    }

    /// Selections of a transcript lie between points of time that have positions in the text.
    fn transcript_selections(
        &mut self,
        element: &Element,
        note: &mut RawNote,
        lint: &mut Lint<'_>,
    ) {
        let points: BTreeMap<String, i64> = element
            .all("SyncPoint")
            .filter_map(|p| Some((p.guid("guid"), p.attribute("position").trim().parse().ok()?)))
            .collect();
        for selection in element.all("TranscriptSelection") {
            let place = |name| points.get(&selection.guid(name)).copied();
            let place = (place("fromSyncPoint"), place("toSyncPoint"));
            let own = self.selection(selection, place, lint);
            note.selections.push(own);
        }
    }

    fn memo(&mut self, element: &Element, report: &mut LossReport, lint: &mut Lint<'_>) {
        let guid = lint.own_guid(element);
        let name = element.attribute("name");
        for selection in element.all("PlainTextSelection") {
            let own = Named {
                id: &selection.guid("guid"),
                name: selection.attribute("name"),
                place: name,
            };
            report.lost(Item::Selection, own, "a stretch of a memo");
            for coding in selection.all("Coding") {
                lose_coding(coding, name, "memo", report);
            }
        }
        for coding in element.all("Coding") {
            lose_coding(coding, name, "memo", report);
        }
        let description = element.child_text("Description").trim();
        let content = element.child_text("PlainTextContent");
        let inline = match (description.is_empty(), content.is_empty()) {
            (true, _) => content.to_owned(),
            (false, true) => description.to_owned(),
            (false, false) => format!("{description}\n{content}"),
        };
        self.memo_order.push(guid.clone());
        self.memos.insert(
            guid,
            RawMemo {
                name: name.to_owned(),
                coder: first_of(element, &["creatingUser", "modifyingUser"]),
                date: day_of(element.attribute("creationDateTime")),
                inline,
                path: element.attribute("plainTextPath").trim().to_owned(),
            },
        );
    }
}

fn lose_coding(element: &Element, place: &str, kind: &str, report: &mut LossReport) {
    let code = element.child("CodeRef").map(|r| r.guid("targetGUID"));
    let named = Named {
        id: &element.guid("guid"),
        name: &code.unwrap_or_default(),
        place,
    };
    report.lost(Item::Coding, named, format!("a code on a {kind}"));
}

/// A time as a day, where it is the beginning of one.
fn day_of(time: &str) -> String {
    time.strip_suffix("T00:00:00Z").unwrap_or(time).to_owned()
}

fn first_of(element: &Element, names: &[&str]) -> String {
    let found = names
        .iter()
        .map(|n| element.attribute(n))
        .find(|v| !v.is_empty());
    guid(found.unwrap_or_default())
}

fn memo_refs(element: &Element) -> Vec<String> {
    element
        .all("NoteRef")
        .map(|r| r.guid("targetGUID"))
        .collect()
}

fn values(element: &Element) -> Vec<RawValue> {
    let value = |v: &Element| {
        let reference = v.child("VariableRef").map(|r| r.guid("targetGUID"));
        let told = v.children.iter().find(|c| c.name.ends_with("Value"));
        RawValue {
            variable: reference.unwrap_or_default(),
            value: told.map(|t| t.text.trim().to_owned()).unwrap_or_default(),
            at: v.at,
        }
    };
    element.all("VariableValue").map(value).collect()
}
