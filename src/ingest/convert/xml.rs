//! A walk through XML: elements by their local names, text with its entities resolved.
//!
//! Comes in: an XML text. Goes out: calls of a [`Handler`], in order. No entity of the file's own
//! is expanded, nesting is bounded, nothing recurses.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// What is told of the elements and texts of a file.
pub(super) trait Handler {
    /// An element begins.
    fn open(&mut self, name: &str, attributes: &Attributes<'_>);
    /// An element ends.
    fn close(&mut self, name: &str);
    /// Text stands in the innermost element.
    fn text(&mut self, text: &str);
}

/// An element's attributes.
#[derive(Debug)]
pub(super) struct Attributes<'e>(&'e BytesStart<'e>);

impl Attributes<'_> {
    /// The value of an attribute by its local name.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let mut all = self.0.attributes();
        let found = all
            .with_checks(false)
            .flatten()
            .find(|a| a.key.local_name().as_ref() == name)?;
        let value = found.value;
        let plain = quick_xml::escape::unescape(&value).map(std::borrow::Cow::into_owned);
        Some(plain.unwrap_or_else(|_| value.into_owned()))
    }

    /// Whether a switch is on: present and not set to off.
    pub(super) fn is_on(&self) -> bool {
        let value = self.value("val");
        !matches!(value.as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

/// Walks through a text; an error is what is wrong, behind all that came before it.
pub(super) fn walk(xml: &str, depth_max: usize, handler: &mut impl Handler) -> Result<(), String> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{FEFF}'));
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event();
        match event.map_err(|e| {
            format!(
                "damaged or cut off: no XML from byte {} on ({e})",
                reader.error_position()
            )
        })? {
            Event::Start(start) => {
                depth += 1;
                if depth > depth_max {
                    return Err(format!("more than {depth_max} elements inside each other"));
                }
                handler.open(start.local_name().as_ref(), &Attributes(&start));
            }
            Event::Empty(start) => {
                handler.open(start.local_name().as_ref(), &Attributes(&start));
                handler.close(start.local_name().as_ref());
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                handler.close(end.local_name().as_ref());
            }
            Event::Text(text) => handler.text(&text.xml10_content()),
            Event::CData(text) => handler.text(&text.xml10_content()),
            Event::GeneralRef(reference) => handler.text(&resolved(&reference)),
            Event::Eof if depth > 0 => return Err("cut off: it ends inside an element".to_owned()),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// The text of a reference; one that the file defines itself stays as it is written.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    let blank = (&**reference == "nbsp").then_some("\u{a0}");
    resolve_predefined_entity(reference)
        .or(blank)
        .map_or_else(|| format!("&{};", &**reference), str::to_owned)
}
