//! FHIR R4 (and R5) in JSON: a bundle, one resource, or a resource a line.
//!
//! Comes in: resources. Goes out: a note for every `DocumentReference`, `DiagnosticReport` with a
//! form and `Composition`, with what the resource says of participant, date, kind, author and
//! setting. Every other resource is a skipped row. A reference to what the file does not hold is
//! a failed one: nothing is fetched.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use serde_json::Value;

use crate::error::Result;
use crate::model::ledger::Outcome;
use crate::model::reading::Role;

use super::convert::{Converted, Enclosed};
use super::gather::{Draft, Gather};
use super::json::json_reason;
use super::outcome::Part;
use super::recognise::Clues;
use super::report::LayoutKind;
use super::walk::io_reason;

/// Sections of a composition inside each other.
const SECTIONS_MAX: usize = 16;

/// Resources of one file that others may point to.
const KNOWN_MAX: usize = 100_000;

/// Whether a JSON text holds resources, by its first bytes.
pub(crate) fn is_fhir(head: &[u8]) -> bool {
    let start = head.get(..4096.min(head.len())).unwrap_or_default();
    memchr::memmem::find(start, b"\"resourceType\"").is_some()
}

/// Reads one JSON value: a bundle, a list of resources, or one.
pub(crate) fn read_fhir(text: &str, gather: &mut Gather<'_>) -> Result<Part> {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(e) => return Ok(Part::damaged(json_reason(&e))),
    };
    let entries = match value {
        Value::Array(list) => list,
        Value::Object(mut map) => match map.remove("entry") {
            Some(Value::Array(entries)) => entries,
            Some(other) => {
                map.insert("entry".to_owned(), other);
                vec![Value::Object(map)]
            }
            None => vec![Value::Object(map)],
        },
        _ => return Ok(Part::damaged("no FHIR resource in it".to_owned())),
    };
    let mut known = Known::default();
    for entry in &entries {
        known.add(entry);
    }
    let single = entries.len() == 1;
    for (i, entry) in entries.iter().enumerate() {
        let locator = if single {
            String::new()
        } else {
            format!("row={}", i + 1)
        };
        if let Some(part) = read_resource(resource_of(entry), &locator, &known, gather)? {
            return Ok(part);
        }
    }
    Ok(laid_out())
}

/// Reads a resource a line.
pub(crate) fn read_fhir_lines(
    input: impl Read,
    line_bytes_max: usize,
    gather: &mut Gather<'_>,
) -> Result<Part> {
    let mut input = BufReader::new(input);
    let mut known = Known::default();
    let mut part = laid_out();
    let mut number = 0;
    loop {
        let mut line = Vec::new();
        let limit = line_bytes_max as u64 + 2;
        match input.by_ref().take(limit).read_until(b'\n', &mut line) {
            Ok(0) => return Ok(part),
            Ok(_) => {}
            Err(e) => {
                part.damage.push(io_reason(&e));
                return Ok(part);
            }
        }
        number += 1;
        let locator = format!("row={number}");
        if line.len() as u64 == limit && line.last() != Some(&b'\n') {
            if let Err(e) = input.skip_until(b'\n') {
                part.damage.push(io_reason(&e));
                return Ok(part);
            }
            let why = format!("line {number}: longer than the limit of a note");
            gather.not_a_note(&locator, Outcome::Failed, why);
        } else if !line.trim_ascii().is_empty() {
            match serde_json::from_slice::<Value>(&line) {
                Ok(value) => {
                    known.add(&value);
                    read_resource(&value, &locator, &known, gather)?;
                }
                Err(e) => {
                    let why = format!("line {number}: {}", json_reason(&e));
                    gather.not_a_note(&locator, Outcome::Failed, why);
                }
            }
        }
    }
}

fn laid_out() -> Part {
    Part {
        layout: Some(LayoutKind::Table),
        told_by: "FHIR resources".to_owned(),
        ..Part::default()
    }
}

/// What other resources of the file point to.
#[derive(Debug, Default)]
struct Known {
    /// The ids of participants, by reference.
    people: BTreeMap<String, String>,
    /// The names of authors, by reference.
    authors: BTreeMap<String, String>,
    /// Files, by reference.
    files: BTreeMap<String, Enclosed>,
    /// Encounters, by reference: the day they began, and what they are called.
    encounters: BTreeMap<String, (String, Vec<String>)>,
}

impl Known {
    fn add(&mut self, entry: &Value) {
        let resource = resource_of(entry);
        let (kind, id) = (text_at(resource, "/resourceType"), text_at(resource, "/id"));
        if self.people.len() + self.authors.len() + self.files.len() + self.encounters.len()
            >= KNOWN_MAX
        {
            return;
        }
        let names = [text_at(entry, "/fullUrl"), format!("{kind}/{id}")];
        for name in names.into_iter().filter(|n| !n.is_empty()) {
            match kind.as_str() {
                "Patient" => {
                    let given = text_at(resource, "/identifier/0/value");
                    let person = if given.is_empty() { id.clone() } else { given };
                    self.people.insert(name, person);
                }
                "Practitioner" => {
                    self.authors.insert(name, person_name(resource));
                }
                "Encounter" => {
                    let names = [
                        "/type/0/text",
                        "/type/0/coding/0/display",
                        "/reasonCode/0/text",
                    ];
                    let names = names.map(|p| text_at(resource, p)).into_iter();
                    let day = text_at(resource, "/period/start");
                    let names = names.filter(|n| !n.is_empty()).collect();
                    self.encounters.insert(name, (day, names));
                }
                "Binary" => {
                    let file = Enclosed {
                        media: text_at(resource, "/contentType"),
                        is_base64: true,
                        data: text_at(resource, "/data"),
                    };
                    self.files.insert(name, file);
                }
                _ => {}
            }
        }
    }
}

fn resource_of(entry: &Value) -> &Value {
    entry.get("resource").unwrap_or(entry)
}

/// The text at a place of a resource; empty where there is none.
fn text_at(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default().trim().to_owned()
}

fn person_name(resource: &Value) -> String {
    let whole = text_at(resource, "/name/0/text");
    if !whole.is_empty() {
        return whole;
    }
    let parts = ["/name/0/given/0", "/name/0/family", "/name/0/suffix/0"];
    let parts = parts.map(|p| text_at(resource, p));
    parts
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Reads one resource; gives back why the whole file holds no note where it is the file.
fn read_resource(
    resource: &Value,
    locator: &str,
    known: &Known,
    gather: &mut Gather<'_>,
) -> Result<Option<Part>> {
    let read = match note_of(resource, known, gather) {
        Ok(read) => read,
        Err((outcome, why)) if locator.is_empty() => {
            return Ok(Some(Part {
                no_notes: Some((outcome, why)),
                ..Part::default()
            }));
        }
        Err((outcome, why)) => {
            let at = locator.replace('=', " ");
            gather.not_a_note(locator, outcome, format!("{at}: {why}"));
            return Ok(None);
        }
    };
    let id = text_at(resource, "/id");
    let mut warnings = read.remarks;
    if !read.apart.is_empty() {
        warnings.push(format!("set apart, not coded: {:?}", read.apart));
    }
    let damaged = !read.damage.is_empty();
    warnings.extend(read.damage);
    gather.note(Draft {
        locator: locator.to_owned(),
        given_id: (!id.is_empty()).then_some(id),
        clues: Clues {
            columns: about(resource, known),
            ..Clues::default()
        },
        text: read.text,
        warnings,
        damaged,
        ..Draft::default()
    })?;
    Ok(None)
}

/// Why a resource gave no note.
type NoNote = (Outcome, String);

fn note_of(
    resource: &Value,
    known: &Known,
    gather: &Gather<'_>,
) -> std::result::Result<Converted, NoNote> {
    let kind = text_at(resource, "/resourceType");
    let skipped = |why: &str| Err((Outcome::Skipped, why.to_owned()));
    if [
        text_at(resource, "/status"),
        text_at(resource, "/docStatus"),
    ]
    .contains(&"entered-in-error".to_owned())
    {
        return skipped("entered in error, as its status says");
    }
    if text_at(resource, "/status") == "superseded" {
        return skipped("superseded by a newer one, as its status says");
    }
    let limits = &gather.shared.options.limits;
    let read = match kind.as_str() {
        "Composition" => composition(resource, gather),
        "DocumentReference" => {
            let contents = resource.get("content").and_then(Value::as_array);
            let files = contents
                .into_iter()
                .flatten()
                .filter_map(|c| c.get("attachment"));
            attached(files, known, limits)
        }
        "DiagnosticReport" if resource.get("presentedForm").is_some() => {
            let files = resource.get("presentedForm").and_then(Value::as_array);
            attached(files.into_iter().flatten(), known, limits)
        }
        "" => return Err((Outcome::Failed, "no FHIR resource".to_owned())),
        _ => return skipped(&format!("a resource of the kind {kind}, not a note")),
    };
    let read = read.map_err(|why| (Outcome::Failed, why))?;
    if read.text.trim().is_empty() {
        return skipped("no text in it");
    }
    Ok(read)
}

/// The first attached file that can be read: they are forms of one text.
fn attached<'v>(
    files: impl Iterator<Item = &'v Value>,
    known: &Known,
    limits: &super::options::Limits,
) -> std::result::Result<Converted, String> {
    let mut files: Vec<&Value> = files.collect();
    files.sort_by_key(|f| !text_at(f, "/contentType").starts_with("text/plain"));
    let mut reasons = Vec::new();
    for file in files {
        let url = text_at(file, "/url");
        let enclosed = match file.get("data").and_then(Value::as_str) {
            Some(data) => Enclosed {
                media: text_at(file, "/contentType"),
                is_base64: true,
                data: data.to_owned(),
            },
            None => known.files.get(&url).cloned().unwrap_or_default(),
        };
        if enclosed.data.is_empty() {
            reasons.push(format!(
                "its text is elsewhere ({url:?}) and is not fetched"
            ));
            continue;
        }
        match enclosed.convert(limits) {
            Ok(read) => return Ok(read),
            Err(why) => reasons.push(why),
        }
    }
    if reasons.is_empty() {
        reasons.push("no file is attached to it".to_owned());
    }
    Err(reasons.join("; "))
}

/// The sections of a composition as one text, their titles as headings.
fn composition(resource: &Value, gather: &Gather<'_>) -> std::result::Result<Converted, String> {
    let mut html = String::new();
    if let Some(sections) = resource.get("section").and_then(Value::as_array) {
        add_sections(sections, 0, &mut html);
    }
    if html.is_empty() {
        html.push_str(&text_at(resource, "/text/div"));
    }
    let enclosed = Enclosed {
        media: "text/html".to_owned(),
        is_base64: false,
        data: html,
    };
    enclosed.convert(&gather.shared.options.limits)
}

fn add_sections(sections: &[Value], depth: usize, html: &mut String) {
    for section in sections {
        let title = text_at(section, "/title");
        if !title.is_empty() {
            let title = title.replace('&', "&amp;").replace('<', "&lt;");
            for piece in ["<h2>", &title, "</h2>"] {
                html.push_str(piece);
            }
        }
        html.push_str(&text_at(section, "/text/div"));
        if let Some(inner) = section.get("section").and_then(Value::as_array)
            && depth < SECTIONS_MAX
        {
            add_sections(inner, depth + 1, html);
        }
    }
}

/// What a resource says of its note, by role.
fn about(resource: &Value, known: &Known) -> Vec<(Role, String)> {
    let at = |pointer: &str| text_at(resource, pointer);
    let mut about = vec![(Role::Participant, participant(resource, known))];
    let encounter = encounter(resource, known);
    let of_encounter = encounter.map(|(day, _)| day.clone()).unwrap_or_default();
    // When a document was put into the index says least of the day that it tells of.
    let mut days = ["/context/period/start", "/period/start"].map(at).to_vec();
    days.push(of_encounter);
    days.extend(
        [
            "/effectiveDateTime",
            "/effectivePeriod/start",
            "/content/0/attachment/creation",
            "/date",
            "/issued",
        ]
        .map(at),
    );
    let day = days.iter().find(|day| !day.is_empty());
    let day = day.and_then(|day| day.split('T').next());
    about.extend(day.map(|day| (Role::Date, day.to_owned())));
    let names = encounter.map(|(_, names)| names.as_slice());
    let names = names.unwrap_or_default().iter();
    about.extend(names.map(|name| (Role::SessionType, name.clone())));
    for pointer in [
        "/title",
        "/description",
        "/type/text",
        "/content/0/attachment/title",
        "/type/coding/0/display",
        "/code/text",
        "/code/coding/0/display",
        "/context/event/0/text",
        "/category/0/text",
    ] {
        about.push((Role::SessionType, at(pointer)));
    }
    about.push((Role::Author, author(resource, known)));
    about.push((Role::Setting, at("/context/facilityType/text")));
    about.push((Role::Setting, at("/context/practiceSetting/text")));
    about.retain(|(_, value)| !value.is_empty());
    about
}

/// The encounter of the file at which a resource says it was written.
fn encounter<'k>(resource: &Value, known: &'k Known) -> Option<&'k (String, Vec<String>)> {
    let places = [
        "/context/encounter/0/reference",
        "/encounter/reference",
        "/context/0/reference",
        "/context/reference",
    ];
    let mut references = places.iter().map(|p| text_at(resource, p));
    references.find_map(|reference| known.encounters.get(&reference))
}

fn participant(resource: &Value, known: &Known) -> String {
    let given = text_at(resource, "/subject/identifier/value");
    if !given.is_empty() {
        return given;
    }
    let reference = text_at(resource, "/subject/reference");
    if let Some(person) = known.people.get(&reference) {
        return person.clone();
    }
    match reference.rsplit_once("Patient/") {
        // The version of a resource is no part of its id.
        Some((_, id)) => id.split('/').next().unwrap_or_default().to_owned(),
        None => text_at(resource, "/subject/display"),
    }
}

fn author(resource: &Value, known: &Known) -> String {
    let display = text_at(resource, "/author/0/display");
    if !display.is_empty() {
        return display;
    }
    let reference = text_at(resource, "/author/0/reference");
    known.authors.get(&reference).cloned().unwrap_or_default()
}
