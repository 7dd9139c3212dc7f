//! Text documents of `LibreOffice` and its kin (ODT), packed or as one flat XML file.
//!
//! Comes in: a packed file, or XML. Goes out: the body's text. Deleted passages and comments are
//! not part of it; headers and footers stand apart; footnotes stand behind the body.

use std::collections::{BTreeMap, BTreeSet};

use super::Bounds;
use super::flow::Flow;
use super::marks::tick_box;
use super::package::Package;
use super::xml::{Attributes, Handler, walk};
use super::{Converted, counted};

/// Blanks that one element may stand for.
const BLANKS_MAX: usize = 1000;

/// Reads a packed file.
pub(super) fn convert(bytes: Vec<u8>, bounds: Bounds) -> Result<Converted, String> {
    let mut package = Package::open(bytes, bounds)?;
    if let Some(manifest) = package.text("META-INF/manifest.xml")?
        && manifest.contains("encryption-data")
    {
        return Err("locked with a password: open it and save it without".to_owned());
    }
    let content = package.text("content.xml")?;
    let content = content.ok_or("it has no content.xml: damaged, or no text document")?;
    let styles = package.text("styles.xml")?.unwrap_or_default();
    read(&[&styles, &content], bounds)
}

/// Reads a flat file.
pub(super) fn convert_flat(xml: &str, bounds: Bounds) -> Result<Converted, String> {
    read(&[xml], bounds)
}

fn read(parts: &[&str], bounds: Bounds) -> Result<Converted, String> {
    let flow = || Flow::new(bounds.bytes as usize);
    let mut reader = Body {
        flows: [flow(), flow(), flow()],
        places: vec![Place::Body],
        skipped: None,
        paragraphs: 0,
        spaces: true,
        boxes: BTreeMap::new(),
        style: String::new(),
        hidden_styles: BTreeSet::new(),
        deletions: 0,
        comments: 0,
        hidden: 0,
    };
    let mut damage = Vec::new();
    for xml in parts.iter().filter(|xml| !xml.is_empty()) {
        damage.extend(walk(xml, bounds.nesting, &mut reader).err());
        reader.places = vec![Place::Body];
        reader.skipped = None;
    }
    let (deletions, comments, hidden) = (reader.deletions, reader.comments, reader.hidden);
    let [mut body, notes, apart] = reader.flows;
    let tables = body.take_tables();
    let (mut text, notes) = (body.finish()?, notes.finish()?);
    let mut remarks = Vec::new();
    if !notes.is_empty() {
        text = format!("{text}\n\n{}", notes.trim());
        remarks.push("footnotes stand behind the text".to_owned());
    }
    if text.is_empty() && !damage.is_empty() {
        return Err(damage.join("; "));
    }
    for (n, one, many) in [
        (
            deletions,
            "deleted passage (tracked)",
            "deleted passages (tracked)",
        ),
        (comments, "comment", "comments"),
        (hidden, "hidden passage", "hidden passages"),
    ] {
        if n > 0 {
            remarks.push(format!("{} not read", counted(n, one, many)));
        }
    }
    Ok(Converted {
        text,
        apart: apart.finish()?,
        tables,
        remarks,
        damage,
        ..Converted::default()
    })
}

/// Where text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Body = 0,
    Notes = 1,
    Apart = 2,
}

struct Body {
    /// One a [`Place`].
    flows: [Flow; 3],
    places: Vec<Place>,
    /// The element that is left out, and how many of its name are open inside it.
    skipped: Option<(String, usize)>,
    /// Paragraphs that are open.
    paragraphs: usize,
    /// Whether white space is layout of the XML, and not the text's.
    spaces: bool,
    /// The boxes of forms by their ids: whether they are ticked, and what stands beside them.
    boxes: BTreeMap<String, (bool, String)>,
    /// The style that is being defined, and the styles whose text is hidden.
    style: String,
    hidden_styles: BTreeSet<String>,
    deletions: usize,
    comments: usize,
    hidden: usize,
}

impl Body {
    fn flow(&mut self) -> &mut Flow {
        let place = self.places.last().copied().unwrap_or(Place::Body);
        let [body, notes, apart] = &mut self.flows;
        match place {
            Place::Body => body,
            Place::Notes => notes,
            Place::Apart => apart,
        }
    }

    fn say(&mut self, text: &str) {
        self.flow().push(text);
    }

    fn control(&mut self, attributes: &Attributes<'_>) {
        let id = attributes.value("control").unwrap_or_default();
        if let Some((ticked, name)) = self.boxes.get(&id) {
            let text = format!("{} {name}", tick_box(*ticked));
            self.say(text.trim_end());
        }
    }

    fn paragraph(&mut self, name: &str) {
        self.paragraphs += 1;
        self.spaces = true;
        if name == "h" {
            self.flow().new_paragraph();
        }
    }

    fn note_box(&mut self, attributes: &Attributes<'_>) {
        let id = attributes.value("id").unwrap_or_default();
        let state = attributes.value("current-state");
        let state = state.or_else(|| attributes.value("state"));
        let ticked = state.as_deref() == Some("checked");
        let name = attributes.value("label").unwrap_or_default();
        self.boxes.insert(id, (ticked, name));
    }
}

/// Elements that hold what is no text of the file.
const LEFT_OUT: &[&str] = &[
    "tracked-changes",
    "annotation",
    "note-citation",
    "table-of-content",
    "alphabetical-index",
    "placeholder",
    "hidden-text",
    "object",
    "desc",
    "title",
    "event-listeners",
    "ruby-text",
    "meta",
    "binary-data",
    "font-face-decls",
];

impl Handler for Body {
    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        if name == "annotation" {
            self.comments += 1;
        }
        if let Some((skipped, depth)) = &mut self.skipped {
            *depth += usize::from(name == skipped);
            self.deletions += usize::from(skipped == "tracked-changes" && name == "deletion");
            return;
        }
        let of_style = attributes.value("style-name").unwrap_or_default();
        let hidden = matches!(name, "span" | "p" | "h") && self.hidden_styles.contains(&of_style);
        self.hidden += usize::from(hidden);
        let unfilled = name == "content-control"
            && attributes.value("showing-place-holder").as_deref() == Some("true");
        if LEFT_OUT.contains(&name) || unfilled || hidden {
            self.skipped = Some((name.to_owned(), 1));
            return;
        }
        match name {
            "p" | "h" => self.paragraph(name),
            "list-item" => self.flow().item("- "),
            "s" => {
                let n = attributes.value("c").and_then(|c| c.parse().ok());
                self.say(&" ".repeat(n.unwrap_or(1).min(BLANKS_MAX)));
            }
            "tab" => self.say("\t"),
            "line-break" => {
                self.flow().end_line();
                self.spaces = true;
            }
            "table" => self.flow().begin_table(),
            "table-row" => self.flow().begin_row(),
            "table-cell" => self.flow().begin_cell(),
            "text-box" => self.flow().new_line(),
            "note-body" => self.places.push(Place::Notes),
            "header" | "footer" | "header-first" | "footer-first" | "header-left"
            | "footer-left" => self.places.push(Place::Apart),
            "checkbox" | "radio" => self.note_box(attributes),
            "control" => self.control(attributes),
            "style" => self.style = attributes.value("name").unwrap_or_default(),
            "text-properties" if attributes.value("display").as_deref() == Some("none") => {
                self.hidden_styles.insert(self.style.clone());
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((skipped, depth)) = &mut self.skipped {
            if name == skipped {
                *depth -= 1;
                if *depth == 0 {
                    self.skipped = None;
                }
            }
            return;
        }
        match name {
            "p" | "h" => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                self.flow().end_paragraph();
            }
            "table" => self.flow().end_table(),
            "table-row" => self.flow().end_row(),
            "table-cell" => self.flow().end_cell(),
            "note-body" | "header" | "footer" | "header-first" | "footer-first" | "header-left"
            | "footer-left"
                if self.places.len() > 1 =>
            {
                self.places.pop();
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipped.is_some() || self.paragraphs == 0 {
            return;
        }
        // White space of the XML is one blank, and none at a paragraph's start.
        let mut plain = String::with_capacity(text.len());
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r') {
                if !self.spaces {
                    plain.push(' ');
                }
                self.spaces = true;
            } else {
                plain.push(c);
                self.spaces = false;
            }
        }
        if !plain.is_empty() {
            self.say(&plain);
        }
    }
}
