//! What the index keeps of a note besides its text, and of itself.

use serde::{Deserialize, Serialize};

use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::text::Span;

/// The file beside the index that says how it was written.
pub(super) const ABOUT_FILE: &str = "verbatim.json";
/// The layout of fields; an index of another one has to be built again.
pub(super) const FORMAT: u32 = 1;

/// How an index was written.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AboutIndex {
    pub(super) format: u32,
    pub(super) language: String,
}

/// What is kept of a note.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AboutNote {
    pub(super) note_id: String,
    pub(super) participant: String,
    pub(super) date: String,
    pub(super) session_type: String,
    /// Sections of another session type: first and last byte, type.
    pub(super) sections: Vec<(usize, usize, String)>,
    pub(super) codings: Vec<AboutCoding>,
}

/// What is kept of a coding.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AboutCoding {
    pub(super) code: String,
    pub(super) assertion: String,
    pub(super) voice: String,
    /// Bytes of the sentences that it stands in.
    pub(super) start: usize,
    pub(super) end: usize,
}

impl AboutNote {
    /// Takes from a note what a concordance line shows and is filtered by.
    pub(super) fn new(coded: &CodedNote<'_>, codebook: &Codebook) -> Self {
        let note = coded.note;
        let sections = coded.layout.sections.iter().filter_map(|s| {
            let name = s.session_type.clone()?;
            Some((s.span.start, s.span.end, name))
        });
        let codings = coded.codings.iter().map(|c| {
            let sentences = &coded.layout.sentences;
            let edge = |byte| coded.layout.sentence_at(byte).map(|i| sentences[i].span);
            let first = edge(c.span.start).unwrap_or(c.span);
            let last = edge(c.span.end.saturating_sub(1)).unwrap_or(c.span);
            let span = first.union(last).union(c.span);
            AboutCoding {
                code: codebook.code(c.code).path.to_string(),
                assertion: c.assertion().to_string(),
                voice: c.voice.to_string(),
                start: span.start,
                end: span.end,
            }
        });
        Self {
            note_id: note.id.to_string(),
            participant: note
                .participant
                .value
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            date: note.date.value.map(|d| d.to_string()).unwrap_or_default(),
            session_type: coded.own_session_type().to_owned(),
            sections: sections.collect(),
            codings: codings.collect(),
        }
    }

    /// The session type of a passage: its section's, else the note's own.
    pub(super) fn session_type_at(&self, byte: usize) -> &str {
        let section = self
            .sections
            .iter()
            .find(|(start, end, _)| (*start..*end).contains(&byte));
        section.map_or(&self.session_type, |(.., name)| name)
    }
}

impl AboutCoding {
    pub(super) fn span(&self) -> Span {
        Span::new(self.start, self.end.max(self.start))
    }
}
