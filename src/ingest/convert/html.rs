//! Web pages and what record programs export as such.
//!
//! Comes in: a text with tags, however untidy. Goes out: what a browser would show of it: blocks
//! and rows as lines, white space as one blank, boxes and fields with what is ticked and filled
//! in. Scripts, styles and hidden parts are left out; the page's title stands apart.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::Bounds;
use super::flow::Flow;
use super::marks::tick_box;
use super::{Converted, counted};

/// Elements whose text is not shown.
const NOT_SHOWN: &[&str] = &[
    "script", "style", "head", "noscript", "template", "svg", "math", "object", "iframe", "audio",
    "video", "canvas", "datalist", "xml",
];

/// Elements that begin and end with a line.
const LINES: &[&str] = &[
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "form",
    "legend",
    "figure",
    "figcaption",
    "address",
    "details",
    "summary",
    "center",
    "caption",
    "body",
    "title",
    "option",
];

/// Elements that stand between blank lines.
const PARAGRAPHS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "hr",
    "fieldset",
    "dl",
];

/// Elements that have no end.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Reads a page.
pub(super) fn convert(page: &str, bounds: Bounds) -> Result<Converted, String> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reader = Page {
        flow: Flow::new(bounds.bytes as usize),
        title: String::new(),
        in_title: false,
        left_out: None,
        is_apart: false,
        preformatted: 0,
        lists: Vec::new(),
        choice: None,
        term: None,
        hidden: 0,
        deletions: 0,
    };
    for token in Tokenizer::new_with_emitter(page, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.begins(&tag),
            Token::EndTag(tag) => reader.ends(&name_of(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    let remarks = [
        (reader.hidden, "hidden part", "hidden parts"),
        (reader.deletions, "deleted passage", "deleted passages"),
    ];
    let remarks = remarks.into_iter().filter(|(n, ..)| *n > 0);
    Ok(Converted {
        tables: reader.flow.take_tables(),
        text: reader.flow.finish()?,
        apart: reader
            .title
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        remarks: remarks
            .map(|(n, one, many)| format!("{} not read", counted(n, one, many)))
            .collect(),
        ..Converted::default()
    })
}

struct Page {
    flow: Flow,
    title: String,
    in_title: bool,
    /// The element that is left out, and how many of its name are open inside it.
    left_out: Option<(String, usize)>,
    /// Whether what is left out stands apart: the head or foot of printed pages.
    is_apart: bool,
    preformatted: usize,
    /// For each list that is open, the number of its last item; none where it has no numbers.
    lists: Vec<Option<usize>>,
    /// In a list to choose from, whether the present choice is the chosen one.
    choice: Option<bool>,
    /// A list's term, until what it says begins.
    term: Option<String>,
    hidden: usize,
    deletions: usize,
}

fn name_of(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_lowercase()
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}

impl Page {
    fn begins(&mut self, tag: &StartTag<()>) {
        let name = name_of(&tag.name);
        if name == "title" {
            self.in_title = true;
            return;
        }
        if let Some((left_out, depth)) = &mut self.left_out {
            // The body begins even where the head never ended.
            if name == "body" && left_out == "head" {
                self.left_out = None;
            } else {
                *depth += usize::from(name == *left_out);
            }
            return;
        }
        if !VOID.contains(&name.as_str()) && !tag.self_closing && self.leaves_out(&name, tag) {
            self.left_out = Some((name, 1));
            return;
        }
        if name == "div"
            && matches!(
                attribute(tag, "title").as_deref(),
                Some("header" | "footer")
            )
        {
            // So LibreOffice writes the head and foot of pages.
            self.title.push('\n');
            self.is_apart = true;
            self.left_out = Some((name, 1));
            return;
        }
        match name.as_str() {
            "br" => self.flow.end_line(),
            "table" => self.flow.begin_table(),
            "tr" => self.flow.begin_row(),
            "td" | "th" => {
                let rows = attribute(tag, "rowspan").and_then(|s| s.parse().ok());
                self.flow.begin_cell_over(rows.unwrap_or(1));
            }
            "ul" | "menu" => self.begins_list(None),
            "ol" => {
                let start = attribute(tag, "start").and_then(|s| s.parse().ok());
                self.begins_list(Some(start.unwrap_or(1_usize).saturating_sub(1)));
            }
            "li" => self.item(),
            "dt" => {
                self.flow.new_line();
                self.term = Some(String::new());
            }
            "dd" => self.definition(),
            "pre" => {
                self.flow.new_paragraph();
                self.preformatted += 1;
            }
            "textarea" => self.preformatted += 1,
            "input" => self.input(tag),
            "select" => self.choice = Some(false),
            "option" if self.choice.is_some() => {
                self.choice = Some(attribute(tag, "selected").is_some());
            }
            name if PARAGRAPHS.contains(&name) => self.flow.new_paragraph(),
            name if LINES.contains(&name) => self.flow.new_line(),
            _ => {}
        }
    }

    fn ends(&mut self, name: &str) {
        if name == "title" {
            self.in_title = false;
            return;
        }
        if let Some((left_out, depth)) = &mut self.left_out {
            if name == left_out {
                *depth -= 1;
                if *depth == 0 {
                    self.left_out = None;
                    self.is_apart = false;
                }
            }
            return;
        }
        match name {
            "table" => self.flow.end_table(),
            "tr" => self.flow.end_row(),
            "td" | "th" => self.flow.end_cell(),
            "ul" | "ol" | "menu" => {
                self.lists.pop();
                self.flow.new_line();
            }
            "li" | "dd" => self.flow.new_line(),
            "pre" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.flow.new_paragraph();
            }
            "textarea" => self.preformatted = self.preformatted.saturating_sub(1),
            "select" => self.choice = None,
            name if PARAGRAPHS.contains(&name) => self.flow.new_paragraph(),
            name if LINES.contains(&name) => self.flow.new_line(),
            _ => {}
        }
    }

    /// Whether an element is none of the text.
    fn leaves_out(&mut self, name: &str, tag: &StartTag<()>) -> bool {
        if NOT_SHOWN.contains(&name) {
            return true;
        }
        if name == "del" {
            self.deletions += 1;
            return true;
        }
        let style = attribute(tag, "style").unwrap_or_default().to_lowercase();
        let style: String = style.split_whitespace().collect();
        let hidden = attribute(tag, "hidden").is_some()
            || style.contains("display:none")
            || style.contains("mso-hide:all");
        self.hidden += usize::from(hidden);
        hidden
    }

    /// What a term says goes on in its line, behind a colon, as a field of a form does.
    fn definition(&mut self) {
        match self.term.take().map(|t| t.trim().to_owned()) {
            Some(term) if term.ends_with(':') => self.flow.push_words(" "),
            Some(term) if !term.is_empty() => self.flow.push_words(": "),
            _ => self.flow.new_line(),
        }
    }

    fn begins_list(&mut self, number: Option<usize>) {
        self.flow.new_line();
        self.lists.push(number);
    }

    fn item(&mut self) {
        match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                self.flow.item(&format!("{number}. "));
            }
            _ => self.flow.item("- "),
        }
    }

    fn input(&mut self, tag: &StartTag<()>) {
        let kind = attribute(tag, "type").unwrap_or_default().to_lowercase();
        match kind.as_str() {
            "checkbox" | "radio" => {
                let ticked = attribute(tag, "checked").is_some();
                self.flow.push_words(" ");
                self.flow.push_words(tick_box(ticked));
                self.flow.push_words(" ");
            }
            "hidden" | "submit" | "button" | "reset" | "image" | "file" | "password" => {}
            _ => {
                let value = attribute(tag, "value").unwrap_or_default();
                self.flow.push_words(&format!(" {value} "));
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_title || self.is_apart {
            self.title.push_str(text);
        } else if self.left_out.is_some() || self.choice == Some(false) {
            // Not shown.
        } else if self.preformatted > 0 {
            self.preformatted_text(text);
        } else {
            if let Some(term) = &mut self.term {
                term.push_str(text);
            }
            self.flow.push_words(text);
        }
    }

    fn preformatted_text(&mut self, text: &str) {
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.flow.end_line();
            }
            self.flow.push(line.trim_end_matches('\r'));
        }
    }
}
