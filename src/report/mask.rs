//! What stands beside the notes' text, without what names a person: participants' ids, file names,
//! memos, warnings.

use crate::deident::{Finder, Known, Pseudonyms, mask, mask_path};
use crate::model::corpus::ParticipantId;

use super::text::shown;

/// Finds identifiers in short texts that are not notes.
#[derive(Debug, Clone, Copy)]
pub struct Mask<'a> {
    /// Finds them.
    pub finder: &'a Finder,
    /// The names that the study's tables tell.
    pub known: &'a Known,
    /// What stands for participants' ids.
    pub pseudonyms: &'a Pseudonyms,
}

impl Mask<'_> {
    /// A text with identifiers masked.
    pub(super) fn text(&self, text: &str) -> String {
        mask(text, &self.finder.find(text, self.known))
    }

    /// A path with identifiers masked, part by part.
    pub(super) fn path(&self, path: &str) -> String {
        mask_path(path, self.finder, self.known)
    }
}

/// A participant as the page, tables and figures name them.
pub(super) fn shown_person<'a>(id: &'a ParticipantId, mask: Option<Mask<'a>>) -> &'a str {
    mask.map_or(id.as_str(), |m| m.pseudonyms.of(id))
}

/// A text as the page shows it.
pub(super) fn shown_text(text: &str, mask: Option<Mask<'_>>) -> String {
    mask.map_or_else(|| text.to_owned(), |m| m.text(text))
}

/// A crosstab's value as page and tables name it.
pub(super) fn shown_value(values: &[String], mask: Option<Mask<'_>>) -> String {
    let value = values.join(", ");
    if value.trim_matches([',', ' ']).is_empty() {
        return "not said".to_owned();
    }
    shown(&shown_text(&value, mask)).into_owned()
}

/// A path as the page shows it.
pub(super) fn shown_path(path: &str, mask: Option<Mask<'_>>) -> String {
    mask.map_or_else(|| path.to_owned(), |m| m.path(path))
}
