//! Word files (DOCX).
//!
//! Comes in: a packed file. Goes out: the body's text. Tracked insertions are part of it, tracked
//! deletions, comments, hidden text and placeholders that nobody filled in are not; headers and
//! footers stand apart; notes at the foot of a page or at the end stand behind the body.

use std::collections::BTreeMap;

use super::Bounds;
use super::flow::{Flow, Table};
use super::marks::{symbol, tick_box};
use super::package::Package;
use super::xml::{Attributes, Handler, walk};
use super::{Converted, counted};

/// What styles say of paragraphs.
type Styles = BTreeMap<String, Style>;

#[derive(Debug, Clone, Copy, Default)]
struct Style {
    heading: bool,
    item: bool,
}

/// Reads a file.
pub(super) fn convert(bytes: Vec<u8>, bounds: Bounds) -> Result<Converted, String> {
    let mut package = Package::open(bytes, bounds)?;
    let names = package.names();
    let is_body = |name: &&String| {
        name.strip_prefix("word/document")
            .and_then(|rest| rest.strip_suffix(".xml"))
            .is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()))
    };
    let body = names.iter().find(is_body);
    let body = body.ok_or("it has no word/document.xml: damaged, or no Word file")?;
    let styles = match package.text("word/styles.xml")? {
        Some(xml) => styles(&xml, bounds.nesting),
        None => Styles::new(),
    };
    let xml = package.text(body)?.unwrap_or_default();
    let mut out = Converted::default();
    let main = read_part(&xml, &styles, bounds, &mut out)?;
    out.text = main.text;
    out.tables = main.tables;
    let mut found = main.found;
    for (stem, what) in [
        ("word/footnotes", "footnotes"),
        ("word/endnotes", "endnotes"),
    ] {
        let Some(xml) = package.text(&format!("{stem}.xml"))? else {
            continue;
        };
        let notes = read_part(&xml, &styles, bounds, &mut out)?;
        if !notes.text.is_empty() {
            out.text = format!("{}\n\n{}", out.text, notes.text.trim());
            out.remarks.push(format!("{what} stand behind the text"));
        }
        found.add(&notes.found);
    }
    out.remarks.extend(found.remarks());
    let named = |stem: &'static str| {
        names
            .iter()
            .filter(move |n| n.strip_suffix(".xml").is_some_and(|n| n.starts_with(stem)))
    };
    let around = named("word/header").chain(named("word/footer"));
    let mut apart: Vec<String> = Vec::new();
    for name in around {
        let xml = package.text(name)?.unwrap_or_default();
        let text = read_part(&xml, &styles, bounds, &mut out)?.text;
        if !text.is_empty() && !apart.contains(&text) {
            apart.push(text);
        }
    }
    out.apart = apart.join("\n");
    Ok(out)
}

struct Part {
    text: String,
    tables: Vec<Table>,
    found: Found,
}

/// Reads a part; what is cut off is kept as far as it goes.
fn read_part(
    xml: &str,
    styles: &Styles,
    bounds: Bounds,
    out: &mut Converted,
) -> Result<Part, String> {
    let mut reader = Body {
        flow: Flow::new(bounds.bytes as usize),
        styles,
        skipped: None,
        paragraphs: Vec::new(),
        in_run: false,
        is_hidden: false,
        in_text: false,
        placeholders: Vec::new(),
        tick: None,
        choices: None,
        found: Found::default(),
    };
    let walked = walk(xml, bounds.nesting, &mut reader);
    let found = reader.found;
    let tables = reader.flow.take_tables();
    let text = reader.flow.finish()?;
    match walked {
        Err(why) if text.is_empty() => return Err(why),
        Err(why) => out.damage.push(why),
        Ok(()) => {}
    }
    Ok(Part {
        text,
        tables,
        found,
    })
}

/// What is in a file and no part of its text.
#[derive(Debug, Default)]
struct Found {
    deletions: usize,
    comments: usize,
    hidden: usize,
    embedded: usize,
}

impl Found {
    fn add(&mut self, other: &Self) {
        self.deletions += other.deletions;
        self.comments += other.comments;
        self.hidden += other.hidden;
        self.embedded += other.embedded;
    }

    fn remarks(&self) -> Vec<String> {
        [
            (
                self.deletions,
                "deleted passage (tracked)",
                "deleted passages (tracked)",
            ),
            (self.comments, "comment", "comments"),
            (self.hidden, "hidden passage", "hidden passages"),
            (self.embedded, "embedded file", "embedded files"),
        ]
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| format!("{} not read", counted(n, one, many)))
        .collect()
    }
}

/// A paragraph that is open.
#[derive(Debug, Default)]
struct Paragraph {
    heading: bool,
    item: bool,
}

struct Body<'s> {
    flow: Flow,
    styles: &'s Styles,
    /// The element that is left out, and how many of its name are open inside it.
    skipped: Option<(String, usize, Skip)>,
    paragraphs: Vec<Paragraph>,
    in_run: bool,
    is_hidden: bool,
    in_text: bool,
    /// For each content control that is open, whether it shows a placeholder.
    placeholders: Vec<bool>,
    /// A box of a form that is open: whether it is ticked.
    tick: Option<bool>,
    /// A list to choose from: what is chosen, and all there is.
    choices: Option<(usize, Vec<String>)>,
    found: Found,
}

/// Why an element is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skip {
    /// It was deleted; whether text was.
    Deleted(bool),
    /// It says the same as another.
    Twin,
}

impl Body<'_> {
    fn text_of_run(&mut self, text: &str) {
        if self.is_hidden {
            return;
        }
        if let Some(paragraph) = self.paragraphs.last_mut()
            && std::mem::take(&mut paragraph.item)
        {
            self.flow.push("- ");
        }
        self.flow.push(text);
    }

    fn paragraph_style(&mut self, id: &str) {
        let named = style_of_name(id);
        let style = self.styles.get(id).copied().unwrap_or(named);
        if style.heading {
            self.flow.new_paragraph();
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.heading = style.heading;
            paragraph.item = style.item;
        }
    }

    fn in_run(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "t" => self.in_text = true,
            "tab" | "ptab" => self.text_of_run("\t"),
            "br" | "cr" => self.flow.end_line(),
            "noBreakHyphen" => self.text_of_run("-"),
            "vanish" if attributes.is_on() => {
                self.is_hidden = true;
                self.found.hidden += 1;
            }
            "sym" => {
                let font = attributes.value("font").unwrap_or_default();
                let code = attributes.value("char").unwrap_or_default();
                let code = u32::from_str_radix(&code, 16).unwrap_or(0);
                if let Some(text) = symbol(&font, code) {
                    self.text_of_run(text);
                }
            }
            "commentReference" => self.found.comments += 1,
            "checkBox" => self.tick = Some(false),
            "default" | "checked" if self.tick.is_some() => self.tick = Some(attributes.is_on()),
            "ddList" => self.choices = Some((0, Vec::new())),
            "result" => {
                if let Some((chosen, _)) = &mut self.choices {
                    let value = attributes.value("val");
                    *chosen = value.and_then(|v| v.parse().ok()).unwrap_or(0);
                }
            }
            "listEntry" => {
                if let Some((_, all)) = &mut self.choices {
                    all.push(attributes.value("val").unwrap_or_default());
                }
            }
            _ => {}
        }
    }

    fn end_in_run(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "r" => (self.in_run, self.is_hidden) = (false, false),
            "checkBox" => {
                if let Some(ticked) = self.tick.take() {
                    self.text_of_run(tick_box(ticked));
                }
            }
            "ddList" => {
                if let Some((chosen, all)) = self.choices.take()
                    && let Some(text) = all.get(chosen)
                {
                    self.text_of_run(text);
                }
            }
            _ => {}
        }
    }
}

impl Handler for Body<'_> {
    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        if let Some((skipped, depth, why)) = &mut self.skipped {
            if name == skipped {
                *depth += 1;
            }
            if matches!(name, "delText" | "t") && *why == Skip::Deleted(false) {
                *why = Skip::Deleted(true);
            }
            return;
        }
        let skip = match name {
            "del" | "moveFrom" => Some(Skip::Deleted(false)),
            // A second form of what `Choice` holds, for older programs.
            "Fallback" => Some(Skip::Twin),
            "sdtContent" if self.placeholders.last() == Some(&true) => Some(Skip::Twin),
            _ => None,
        };
        if let Some(skip) = skip {
            self.skipped = Some((name.to_owned(), 1, skip));
            return;
        }
        match name {
            "p" => self.paragraphs.push(Paragraph::default()),
            "pStyle" => {
                let id = attributes.value("val").unwrap_or_default();
                self.paragraph_style(&id);
            }
            "numId" => {
                let none = attributes.value("val").as_deref() == Some("0");
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.item = !none && !paragraph.heading;
                }
            }
            "r" => self.in_run = true,
            "tbl" => self.flow.begin_table(),
            "tr" => self.flow.begin_row(),
            "tc" => self.flow.begin_cell(),
            "sdt" => self.placeholders.push(false),
            "showingPlcHdr" => {
                if let Some(shows) = self.placeholders.last_mut() {
                    *shows = attributes.is_on();
                }
            }
            "txbxContent" => {
                self.flow.new_line();
                self.in_run = false;
            }
            "altChunk" => self.found.embedded += 1,
            _ if self.in_run => self.in_run(name, attributes),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((skipped, depth, why)) = &mut self.skipped {
            if name == skipped {
                *depth -= 1;
                if *depth == 0 {
                    self.found.deletions += usize::from(*why == Skip::Deleted(true));
                    self.skipped = None;
                }
            }
            return;
        }
        match name {
            "p" => {
                self.paragraphs.pop();
                self.flow.end_paragraph();
            }
            "tbl" => self.flow.end_table(),
            "tr" => self.flow.end_row(),
            "tc" => self.flow.end_cell(),
            "sdt" => {
                self.placeholders.pop();
            }
            _ => self.end_in_run(name),
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text && self.skipped.is_none() {
            self.text_of_run(text);
        }
    }
}

/// What a style's name says where the file's own list of styles does not.
fn style_of_name(name: &str) -> Style {
    let name = name.to_lowercase();
    Style {
        heading: name.starts_with("heading") || name == "title" || name == "subtitle",
        item: name.starts_with("list bullet") || name.starts_with("list number"),
    }
}

/// The file's styles by id.
fn styles(xml: &str, nesting: usize) -> Styles {
    let mut reader = StyleList::default();
    // Styles say nothing that a text would lack: what is read of them will do.
    let _as_far_as_it_goes = walk(xml, nesting, &mut reader);
    reader.styles
}

#[derive(Default)]
struct StyleList {
    styles: Styles,
    id: String,
}

impl Handler for StyleList {
    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "style" => self.id = attributes.value("styleId").unwrap_or_default(),
            "name" => {
                let style = style_of_name(&attributes.value("val").unwrap_or_default());
                self.styles.insert(self.id.clone(), style);
            }
            "outlineLvl" | "numId" => {
                let style = self.styles.entry(self.id.clone()).or_default();
                // Level 9 is that of the body's text.
                let value = attributes.value("val").unwrap_or_default();
                if name == "numId" {
                    style.item = value != "0" && !style.heading;
                } else {
                    style.heading = value != "9";
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if name == "style" {
            self.id.clear();
        }
    }

    fn text(&mut self, _text: &str) {}
}
