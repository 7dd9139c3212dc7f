//! PDF files with a text layer.
//!
//! Comes in: bytes. Goes out: the text of all pages, a line of the page a line; what repeats at
//! the head or foot of the pages stands apart. It refuses to read pictures: a scanned page is
//! said to have no text layer. What a page's parser cannot read costs no other page.

mod check;
mod lines;
mod repeats;

use pdf_extract::{Dictionary, Document, Object, ObjectId, output_doc_page};

use super::Bounds;
use super::Converted;
use super::counted;
use super::guard::part;
use lines::{Collector, Line, as_text};

/// Pages beyond which a file is no note.
const PAGES_MAX: usize = 5000;

/// Share of characters that mean nothing above which a text layer is useless.
const UNREADABLE_SHARE_MAX: f64 = 0.2;

/// The reason for pages that are pictures.
const NO_TEXT_LAYER: &str = "no text layer";

/// Reads a file.
pub(super) fn convert(bytes: &[u8], bounds: Bounds) -> Result<Converted, String> {
    check::unpacked(bytes, bounds.bytes)?;
    let mut file = open(bytes)?;
    empty_pictures(&mut file);
    let pages = file.get_pages();
    if pages.is_empty() {
        return Err("a damaged PDF: it has no pages".to_owned());
    }
    if pages.len() > PAGES_MAX {
        return Err(format!("a PDF of more than {PAGES_MAX} pages"));
    }
    check::nesting(&file, &pages)?;
    let mut damage = Vec::new();
    let mut read = Vec::new();
    for (number, id) in &pages {
        let mut collector = Collector::new(bounds.bytes as usize);
        let drawn =
            part(|| output_doc_page(&file, &mut collector, *number).map_err(|e| e.to_string()));
        if collector.is_full() {
            return Err("holds more text than the limit of a note".to_owned());
        }
        let lines = collector.lines();
        if let Err(why) = drawn {
            damage.push(format!("page {number}: not read to its end ({why})"));
        } else if lines.is_empty() && has_picture(&file, *id) {
            damage.push(format!("page {number}: {NO_TEXT_LAYER}"));
        }
        read.push(lines);
    }
    settle(read, damage, comments(&file, pages.values()))
}

/// Puts the pages together.
fn settle(
    mut pages: Vec<Vec<Line>>,
    mut damage: Vec<String>,
    comments: usize,
) -> Result<Converted, String> {
    let apart = repeats::set_apart(&mut pages);
    let texts: Vec<String> = pages.iter().map(|lines| as_text(lines)).collect();
    let texts: Vec<&str> = texts
        .iter()
        .map(String::as_str)
        .filter(|t| !t.is_empty())
        .collect();
    let text = texts.join("\n\n");
    if !text.contains(char::is_alphanumeric) {
        let whole = damage.iter().all(|d| d.ends_with(NO_TEXT_LAYER));
        return Err(if whole {
            format!(
                "{NO_TEXT_LAYER}: its pages are pictures; have them read by a program for scanned text (OCR)"
            )
        } else {
            damage.join("; ")
        });
    }
    let odd = text.chars().filter(|c| is_unreadable(*c)).count();
    if odd as f64 > text.chars().count() as f64 * UNREADABLE_SHARE_MAX {
        return Err("its text layer means nothing: its fonts do not say which letters they draw; print it to a new PDF or have it read as a scan (OCR)".to_owned());
    }
    if damage.len() > 6 {
        let more = damage.len() - 5;
        damage.truncate(5);
        damage.push(format!("and {more} more pages"));
    }
    let mut remarks = Vec::new();
    if comments > 0 {
        remarks.push(format!(
            "{} not read",
            counted(comments, "comment", "comments")
        ));
    }
    Ok(Converted {
        text,
        apart,
        remarks,
        damage,
        ..Converted::default()
    })
}

fn is_unreadable(c: char) -> bool {
    (c.is_control() && !c.is_whitespace()) || matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}')
}

fn open(bytes: &[u8]) -> Result<Document, String> {
    let start = memchr::memmem::find(bytes, b"%PDF-").unwrap_or(0);
    let bytes = bytes.get(start..).unwrap_or(bytes);
    let locked = "a PDF locked with a password: open it and save it without";
    let mut file = match Document::load_mem(bytes) {
        Ok(file) => file,
        Err(e) => {
            let text = e.to_string();
            if text.to_lowercase().contains("password") {
                return Err(locked.to_owned());
            }
            return Err(format!("a damaged or cut off PDF ({text})"));
        }
    };
    if file.is_encrypted() && file.decrypt("").is_err() {
        return Err(locked.to_owned());
    }
    Ok(file)
}

/// Empties pictures: the parser takes the bytes of one for drawing orders.
fn empty_pictures(file: &mut Document) {
    for object in file.objects.values_mut() {
        if let Object::Stream(stream) = object
            && is_picture(&stream.dict)
        {
            stream.dict.remove(b"Filter");
            stream.set_content(Vec::new());
        }
    }
}

fn is_picture(about: &Dictionary) -> bool {
    about.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Image")
}

/// Whether a page shows a picture.
fn has_picture(file: &Document, page: ObjectId) -> bool {
    let Ok((own, others)) = file.get_page_resources(page) else {
        return false;
    };
    let others = others.iter().filter_map(|id| file.get_dictionary(*id).ok());
    own.into_iter().chain(others).any(|resources| {
        let Ok(shown) = file.get_dict_in_dict(resources, b"XObject") else {
            return false;
        };
        shown.iter().any(|(_, object)| {
            let object = object.as_reference().and_then(|id| file.get_object(id));
            let stream = object.and_then(Object::as_stream);
            stream.is_ok_and(|s| is_picture(&s.dict) || s.dict.has(b"Resources"))
        })
    })
}

/// How many remarks were pinned to the pages.
fn comments<'p>(file: &Document, pages: impl Iterator<Item = &'p ObjectId>) -> usize {
    let mut count = 0;
    for page in pages {
        let pinned = file.get_page_annotations(*page).unwrap_or_default();
        let says = |d: &&&Dictionary| {
            let kind = d
                .get(b"Subtype")
                .and_then(Object::as_name)
                .unwrap_or_default();
            !matches!(kind, b"Link" | b"Widget" | b"Popup") && d.has(b"Contents")
        };
        count += pinned.iter().filter(says).count();
    }
    count
}
