//! What an element that holds a text says of its passages: elements in, positions and codes out.
//!
//! One text's passages are in memory at a time; they are read when what positions count is asked,
//! and again when the note is written.

use std::collections::BTreeMap;

use super::guids::Key;
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
    /// Memos that links of the project tie to it.
    pub(super) linked: Vec<Key>,
    pub(super) at: usize,
}

impl RawSelection {
    /// Whether it stands on all of a text of so many code points; programs differ about its last end.
    pub(super) fn is_whole(&self, length: usize) -> bool {
        let (start, end) = (self.start.unwrap_or(1), self.end.unwrap_or(-1));
        start <= 0 && length > 0 && end.saturating_add(1) >= length as i64
    }
}

/// A text with its passages, as the file has it.
#[derive(Debug, Clone, Default)]
pub(super) struct RawPassages {
    pub(super) inline: Option<String>,
    pub(super) path: String,
    pub(super) is_rich: bool,
    pub(super) selections: Vec<RawSelection>,
    /// Codes on the whole text.
    pub(super) codings: Vec<RawCoding>,
}

/// The passages of a text, a transcript or a PDF's representation.
pub(super) fn passages(element: &Element) -> RawPassages {
    let plain = element.all("PlainTextSelection").map(|s| {
        let position = |name| s.attribute(name).trim().parse().ok();
        selection(s, (position("startPosition"), position("endPosition")))
    });
    RawPassages {
        inline: element.child("PlainTextContent").map(|c| c.text.clone()),
        path: element.attribute("plainTextPath").trim().to_owned(),
        is_rich: !element.attribute("richTextPath").is_empty(),
        selections: plain.chain(of_transcript(element)).collect(),
        codings: element.all("Coding").map(|c| coding(c, "")).collect(),
    }
}

/// The elements of a text's selections.
pub(super) fn selections(element: &Element) -> impl Iterator<Item = &Element> {
    element
        .all("PlainTextSelection")
        .chain(element.all("TranscriptSelection"))
}

/// Selections of a transcript lie between points of time that have positions in the text.
fn of_transcript(element: &Element) -> Vec<RawSelection> {
    let points: BTreeMap<String, i64> = element
        .all("SyncPoint")
        .filter_map(|p| Some((p.guid("guid"), p.attribute("position").trim().parse().ok()?)))
        .collect();
    let between = |s: &Element| {
        let place = |name| points.get(&s.guid(name)).copied();
        selection(s, (place("fromSyncPoint"), place("toSyncPoint")))
    };
    element.all("TranscriptSelection").map(between).collect()
}

fn selection(element: &Element, place: (Option<i64>, Option<i64>)) -> RawSelection {
    let coder = creator(element);
    RawSelection {
        guid: element.guid("guid"),
        start: place.0,
        end: place.1,
        name: element.attribute("name").to_owned(),
        memo: element.child_text("Description").trim().to_owned(),
        codings: element.all("Coding").map(|c| coding(c, &coder)).collect(),
        memos: memo_refs(element),
        linked: Vec::new(),
        at: element.at,
        coder,
    }
}

fn coding(element: &Element, coder: &str) -> RawCoding {
    let own = creator(element);
    RawCoding {
        guid: element.guid("guid"),
        code: code_of(element),
        coder: if own.is_empty() {
            coder.to_owned()
        } else {
            own
        },
        memos: memo_refs(element),
        at: element.at,
    }
}

/// The GUID of the code that a coding sets.
pub(super) fn code_of(coding: &Element) -> String {
    let reference = coding.child("CodeRef");
    reference.map(Element::target).unwrap_or_default()
}

/// Who made an element, else who changed it last.
pub(super) fn creator(element: &Element) -> String {
    let names = ["creatingUser", "modifyingUser"].map(|n| element.attribute(n));
    let found = names.into_iter().find(|v| !v.is_empty());
    guid(found.unwrap_or_default())
}

/// The GUIDs of the memos that an element refers to.
pub(super) fn memo_refs(element: &Element) -> Vec<String> {
    element.all("NoteRef").map(Element::target).collect()
}
