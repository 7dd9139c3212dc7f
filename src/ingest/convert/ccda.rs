//! C-CDA: a record program's note as HL7 clinical document XML.
//!
//! Comes in: XML with the root `ClinicalDocument`. Goes out: the narrative of its sections with
//! their titles as headings, and what the header says of participant, date, author, setting and
//! kind. Coded entries are not read: the narrative says the same in words.

use crate::model::reading::Role;

use super::Bounds;
use super::flow::Flow;
use super::xml::{Attributes, Handler, walk};
use super::{Converted, Enclosed, counted};

/// A file as it was read.
pub(super) struct Read {
    pub(super) converted: Converted,
    /// A body that is a file of another format, packed into the XML.
    pub(super) enclosed: Option<Enclosed>,
}

/// Reads a file.
pub(super) fn convert(xml: &str, bounds: Bounds) -> Result<Read, String> {
    let mut reader = Body {
        flow: Flow::new(bounds.bytes as usize),
        path: Vec::new(),
        value: String::new(),
        facts: Facts::default(),
        enclosed: None,
        item: None,
        deletions: 0,
    };
    let damage = walk(xml, bounds.nesting, &mut reader).err();
    let facts = reader.facts;
    let text = reader.flow.finish()?;
    if text.is_empty()
        && let Some(why) = damage
    {
        return Err(why);
    }
    let mut remarks = Vec::new();
    if reader.deletions > 0 {
        remarks.push(format!(
            "{} not read",
            counted(reader.deletions, "deleted passage", "deleted passages")
        ));
    }
    Ok(Read {
        converted: Converted {
            text,
            apart: String::new(),
            remarks,
            damage: damage.into_iter().collect(),
            about: facts.listed(),
            ..Converted::default()
        },
        enclosed: reader.enclosed,
    })
}

/// What the header says.
#[derive(Debug, Default)]
struct Facts {
    title: String,
    kind: String,
    participant: String,
    written: String,
    held: String,
    author: String,
    place: String,
}

impl Facts {
    fn listed(self) -> Vec<(Role, String)> {
        let date = if self.held.is_empty() {
            self.written
        } else {
            self.held
        };
        [
            (Role::Participant, self.participant),
            (Role::Date, iso_date(&date)),
            (Role::SessionType, self.title),
            (Role::SessionType, self.kind),
            (Role::Author, self.author),
            (Role::Setting, self.place),
        ]
        .into_iter()
        .map(|(role, value)| (role, value.split_whitespace().collect::<Vec<_>>().join(" ")))
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }
}

/// A time as HL7 writes it, `20210304101500-0800`, as a date.
fn iso_date(time: &str) -> String {
    let digits: String = time.chars().take_while(char::is_ascii_digit).collect();
    match (digits.get(0..4), digits.get(4..6), digits.get(6..8)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => time.to_owned(),
    }
}

struct Body {
    flow: Flow,
    /// The elements that are open.
    path: Vec<String>,
    /// The text of the header's element that is open.
    value: String,
    facts: Facts,
    enclosed: Option<Enclosed>,
    /// The mark of the next item: its number in a list of numbers.
    item: Option<usize>,
    deletions: usize,
}

impl Body {
    fn within(&self, name: &str) -> bool {
        self.path.iter().any(|n| n == name)
    }

    /// Whether narrative text is open.
    fn in_narrative(&self) -> bool {
        self.within("structuredBody") && self.within("text") && !self.within("entry")
    }

    fn in_deleted(&self) -> bool {
        self.within("delete")
    }

    fn header(&mut self, name: &str, attributes: &Attributes<'_>) {
        let keep = |slot: &mut String, value: Option<String>| {
            if slot.is_empty() {
                *slot = value.unwrap_or_default();
            }
        };
        let depth = self.path.len();
        match name {
            "id" if self.path.last().is_some_and(|n| n == "patientRole") => {
                let id = attributes.value("extension");
                keep(&mut self.facts.participant, id);
            }
            "effectiveTime" if depth == 1 => {
                keep(&mut self.facts.written, attributes.value("value"));
            }
            "effectiveTime" | "low"
                if self.within("encompassingEncounter") || self.within("serviceEvent") =>
            {
                keep(&mut self.facts.held, attributes.value("value"));
            }
            "code" if depth == 1 => keep(&mut self.facts.kind, attributes.value("displayName")),
            _ => {}
        }
    }

    fn narrative(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "br" => self.flow.end_line(),
            "paragraph" | "caption" => self.flow.new_line(),
            "table" => self.flow.begin_table(),
            "tr" => self.flow.begin_row(),
            "td" | "th" => self.flow.begin_cell(),
            "list" => {
                let ordered = attributes.value("listType").as_deref() == Some("ordered");
                self.item = ordered.then_some(0);
            }
            "item" => {
                let mark = match &mut self.item {
                    Some(number) => {
                        *number += 1;
                        format!("{number}. ")
                    }
                    None => "- ".to_owned(),
                };
                self.flow.item(&mark);
            }
            _ => {}
        }
        if name == "content" && attributes.value("revised").as_deref() == Some("delete") {
            self.deletions += 1;
            self.path.push("delete".to_owned());
        } else {
            self.path.push(name.to_owned());
        }
    }

    fn ends_header(&mut self, name: &str) {
        let value = std::mem::take(&mut self.value);
        let (within_author, within_place) =
            (self.within("author"), self.within("encompassingEncounter"));
        let facts = &mut self.facts;
        match name {
            "title" if self.path.len() == 1 => facts.title = value,
            "name" if within_author && facts.author.is_empty() => facts.author = value,
            "name" if within_place && facts.place.is_empty() => facts.place = value,
            // Parts of a person's name: they are joined when it ends.
            "given" | "family" | "prefix" | "suffix" => self.value = value + " ",
            _ => {}
        }
    }
}

impl Handler for Body {
    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        if self.in_narrative() {
            return self.narrative(name, attributes);
        }
        if self.within("nonXMLBody") && name == "text" {
            self.enclosed = Some(Enclosed {
                media: attributes.value("mediaType").unwrap_or_default(),
                is_base64: attributes.value("representation").as_deref() == Some("B64"),
                data: String::new(),
            });
        } else if self.within("component") && name == "title" && self.within("structuredBody") {
            self.flow.new_paragraph();
        } else if name == "text" {
            self.flow.new_line();
        } else {
            self.header(name, attributes);
        }
        if matches!(name, "name" | "title") {
            self.value.clear();
        }
        self.path.push(name.to_owned());
    }

    fn close(&mut self, name: &str) {
        let Some(own) = self.path.pop() else { return };
        if self.in_narrative() {
            match name {
                "paragraph" | "item" | "list" | "caption" => self.flow.new_line(),
                "table" => self.flow.end_table(),
                "tr" => self.flow.end_row(),
                "td" | "th" => self.flow.end_cell(),
                _ => {}
            }
        } else if own == "title" && self.within("structuredBody") {
            self.flow.new_line();
        } else if own == "text" {
            self.flow.end_table();
            self.flow.new_line();
        } else {
            self.ends_header(name);
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_deleted() {
            return;
        }
        let innermost = self.path.last().map_or("", String::as_str);
        if self.in_narrative() || (innermost == "title" && self.within("structuredBody")) {
            self.flow.push_words(text);
        } else if let Some(enclosed) = &mut self.enclosed
            && innermost == "text"
        {
            enclosed.data.push_str(text);
        } else {
            self.value.push_str(text);
        }
    }
}
