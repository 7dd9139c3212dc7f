//! REFI-QDA's XML as elements, a child of a section at a time.
//!
//! Comes in: a stream, since a project's XML may be larger than memory should be. Goes out: elements.
//! Names are taken without their namespace, since programs write wrong ones. Refuses: document
//! types (entities that unfold), nesting without end, and what is no XML.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name without prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
    /// Where it begins in the file, in bytes.
    pub(super) at: usize,
}

impl Element {
    /// An attribute's value, whatever the case of its name; empty where it has none.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value.as_str())
    }

    /// Its children of a name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> + 'e {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// Its first child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The text of its first child of a name; empty where it has none.
    pub(super) fn child_text(&self, name: &str) -> &str {
        self.child(name).map_or("", |c| c.text.as_str())
    }

    /// The GUID that a reference leads to: programs write `guid` for `targetGUID`.
    pub(super) fn target(&self) -> String {
        match self.guid("targetGUID") {
            empty if empty.is_empty() => self.guid("guid"),
            target => target,
        }
    }

    /// An attribute that is a GUID, without braces and in lower case.
    pub(super) fn guid(&self, name: &str) -> String {
        guid(self.attribute(name))
    }
}

/// A GUID without braces and in lower case.
pub(super) fn guid(text: &str) -> String {
    text.trim()
        .trim_start_matches('{')
        .trim_end_matches('}')
        .to_ascii_lowercase()
}

/// Why XML cannot be read, and where in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct XmlError {
    pub(super) message: String,
    pub(super) at: usize,
}

/// Elements inside each other that are read.
const DEPTH_MAX: usize = 200;

/// Elements that only hold others.
const SECTIONS: &[&str] = &[
    "Users",
    "Codes",
    "Variables",
    "Cases",
    "Sources",
    "Notes",
    "Links",
    "Sets",
    "Graphs",
];

/// Reads a file: gives its root (without children) with no section's name, then every child of a
/// section with the section's name, and the root's own other children with the root's name.
pub(super) fn read(
    source: impl BufRead,
    mut take: impl FnMut(&str, Element),
) -> Result<(), XmlError> {
    let mut events = Events::new(source, 0);
    // The sections that are open inside the root, the root first.
    let mut open: Vec<String> = Vec::new();
    let mut has_root = false;
    loop {
        let at = events.at();
        match events.next()? {
            Event::Start(start) if open.is_empty() => {
                let element = begin(&start, at);
                open.push(element.name.clone());
                has_root = true;
                take("", element);
            }
            Event::Empty(start) if open.is_empty() => {
                has_root = true;
                take("", begin(&start, at));
            }
            Event::Start(start) => {
                let element = begin(&start, at);
                let is_section = SECTIONS.contains(&element.name.as_str())
                    || (element.name == "CodeBook" && open.len() == 1);
                if is_section && open.len() < 4 {
                    open.push(element.name);
                } else {
                    let whole = events.finish(element)?;
                    take(open.last().map_or("", String::as_str), whole);
                }
            }
            Event::Empty(start) => {
                let element = begin(&start, at);
                if !SECTIONS.contains(&element.name.as_str()) {
                    take(open.last().map_or("", String::as_str), element);
                }
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Eof => break,
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
    let message = match (has_root, open.is_empty()) {
        (true, true) => return Ok(()),
        (true, false) => "the file is cut off",
        (false, _) => "the file holds no XML",
    };
    Err(XmlError {
        message: message.to_owned(),
        at: events.at(),
    })
}

/// Reads the element that a stream begins with; the stream is a file from the place `at` on.
pub(super) fn element_at(source: impl BufRead, at: usize) -> Result<Element, XmlError> {
    let mut events = Events::new(source, at);
    match events.next()? {
        Event::Start(start) => {
            let element = begin(&start, at);
            events.finish(element)
        }
        Event::Empty(start) => Ok(begin(&start, at)),
        _ => Err(XmlError {
            message: "no element begins here".to_owned(),
            at,
        }),
    }
}

/// The parts of XML, one at a time.
struct Events<R> {
    reader: Reader<R>,
    part: Vec<u8>,
    /// Where the stream begins in the file.
    first: usize,
}

impl<R: BufRead> Events<R> {
    fn new(source: R, first: usize) -> Self {
        Self {
            reader: Reader::from_reader(source),
            part: Vec::new(),
            first,
        }
    }

    /// Where the next part begins in the file.
    fn at(&self) -> usize {
        self.first + self.reader.buffer_position() as usize
    }

    fn next(&mut self) -> Result<Event<'_>, XmlError> {
        self.part.clear();
        let event = match self.reader.read_event_into(&mut self.part) {
            Ok(event) => event,
            Err(e) => {
                return Err(XmlError {
                    message: e.to_string(),
                    at: self.first + self.reader.error_position() as usize,
                });
            }
        };
        if let Event::DocType(_) = event {
            return Err(XmlError {
                message: "the file declares a document type, which exchange files never do"
                    .to_owned(),
                at: self.first + self.reader.buffer_position() as usize,
            });
        }
        Ok(event)
    }

    /// Reads an element that was begun to its end.
    fn finish(&mut self, element: Element) -> Result<Element, XmlError> {
        let mut open = vec![element];
        loop {
            let at = self.at();
            match self.next()? {
                Event::Start(start) => {
                    if open.len() >= DEPTH_MAX {
                        let message =
                            format!("more than {DEPTH_MAX} elements stand inside each other");
                        return Err(XmlError { message, at });
                    }
                    open.push(begin(&start, at));
                }
                Event::Empty(start) => {
                    let child = begin(&start, at);
                    if let Some(parent) = open.last_mut() {
                        parent.children.push(child);
                    }
                }
                Event::End(_) => {
                    let Some(done) = open.pop() else { continue };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
                Event::Text(text) => add(&mut open, &text.xml10_content()),
                Event::CData(text) => add(&mut open, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let name = reference.xml10_content();
                    match quick_xml::escape::unescape(&format!("&{name};")) {
                        Ok(character) => add(&mut open, &character),
                        Err(_) => add(&mut open, &format!("&{name};")),
                    }
                }
                Event::Eof => {
                    let message = "the file is cut off".to_owned();
                    return Err(XmlError { message, at });
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }
}

fn begin(start: &BytesStart<'_>, at: usize) -> Element {
    let mut attributes = start.attributes();
    let attributes = attributes.with_checks(false).flatten();
    let pair = |a: quick_xml::events::attributes::Attribute<'_>| {
        let value = match quick_xml::escape::unescape(&a.value) {
            Ok(value) => value.into_owned(),
            // An entity nobody knows stays as it is written.
            Err(_) => a.value.to_string(),
        };
        (a.key.local_name().as_ref().to_owned(), value)
    };
    Element {
        name: start.local_name().as_ref().to_owned(),
        attributes: attributes.map(pair).collect(),
        at,
        ..Element::default()
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections(source: &str) -> Result<Vec<String>, XmlError> {
        let mut seen = Vec::new();
        read(source.as_bytes(), |section, e| {
            seen.push(format!("{section}/{}={}{}", e.name, e.guid("guid"), e.text));
        })?;
        Ok(seen)
    }

    #[test]
    fn children_of_sections_are_given_whatever_the_namespace() {
        let source = "\u{FEFF}<?xml version='1.0'?><q:Project xmlns:q='x'><q:CodeBook><q:Codes>\
            <q:Code guid='{AB-1}'>a &amp; b&#33;</q:Code></q:Codes></q:CodeBook><Sets/><Description>d</Description></q:Project>";
        let source = source.trim_start_matches('\u{FEFF}');
        assert_eq!(
            sections(source).expect("well-formed"),
            [
                "/Project=",
                "Codes/Code=ab-1a & b!",
                "Project/Description=d"
            ]
        );
    }

    #[test]
    fn bombs_and_broken_files_are_refused() {
        let bomb =
            "<!DOCTYPE a [<!ENTITY b 'cc'>]><Project><Notes><Note>&b;</Note></Notes></Project>";
        assert!(
            sections(bomb)
                .expect_err("refused")
                .message
                .contains("document type")
        );
        let deep = format!("<Project><Codes>{}", "<Code>".repeat(300));
        assert!(
            sections(&deep)
                .expect_err("refused")
                .message
                .contains("inside each other")
        );
        assert!(sections("<Project><Codes><Code>").is_err());
        assert!(sections("").is_err());
        assert!(sections("<Project><Codes></Project>").is_err());
    }
}
