//! What a question may ask of a note.

use jiff::civil::Date;

use crate::model::coded::CodedNote;
use crate::model::coding::{Assertion, Voice, WhyNot};
use crate::model::corpus::ParticipantId;
use crate::text::Span;

use super::places::{Place, Places};

/// A note with its codings and parts, each with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteFacts {
    /// Its id.
    pub note_id: String,
    /// Its participant; empty where unknown.
    pub participant: String,
    /// Its date.
    pub date: Option<Date>,
    /// Its own session type.
    pub session_type: String,
    /// The session types that it counts as a note of.
    pub session_types: Vec<String>,
    /// Its setting; empty where unknown.
    pub setting: String,
    /// Its author; empty where unknown.
    pub author: String,
    /// Whether it repeats another note as a whole.
    pub is_duplicate: bool,
    /// Its text.
    pub text: String,
    /// All of its text.
    pub whole: Place,
    /// Its sentences.
    pub sentences: Vec<Place>,
    /// Its paragraphs.
    pub paragraphs: Vec<Place>,
    /// Its direct quotations.
    pub quotations: Vec<Place>,
    /// Its sections.
    pub sections: Vec<SectionFacts>,
    /// Its codings.
    pub codings: Vec<CodingFacts>,
}

/// A section of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionFacts {
    /// Its name.
    pub name: String,
    /// Its text.
    pub span: Span,
    /// Its session type, where it is not the note's own.
    pub session_type: Option<String>,
}

/// A coding of a note.
#[derive(Debug, Clone, PartialEq)]
pub struct CodingFacts {
    /// The code, by its place among the codebook's.
    pub code: usize,
    /// Its passage.
    pub place: Place,
    /// What is said of it.
    pub assertion: Assertion,
    /// Whose words it is.
    pub voice: Voice,
    /// Why it does not count; none where it counts.
    pub why_not: Option<WhyNot>,
    /// Its session type.
    pub session_type: String,
    /// Its section; empty outside of any.
    pub section: String,
    /// The person who coded it; empty for the rules.
    pub coder: String,
}

impl NoteFacts {
    /// Takes from a coded note what questions may ask.
    pub fn new(coded: &CodedNote<'_>) -> Self {
        let (note, layout) = (coded.note, coded.layout);
        let places = Places::new(coded.text, layout);
        let section = |i: Option<usize>| i.and_then(|i| layout.sections.get(i));
        let codings = coded.codings.iter().map(|c| CodingFacts {
            code: c.code.0 as usize,
            place: places.of(c.span),
            assertion: c.assertion(),
            voice: c.voice,
            why_not: c.why_not,
            session_type: coded.session_type_of(c).to_owned(),
            section: section(c.section)
                .map(|s| s.name.clone())
                .unwrap_or_default(),
            coder: c.coder.as_deref().unwrap_or_default().to_owned(),
        });
        let sections = layout.sections.iter().map(|s| SectionFacts {
            name: s.name.clone(),
            span: s.span,
            session_type: s.session_type.clone(),
        });
        let participant = note.participant.value.as_ref();
        Self {
            note_id: note.id.as_str().to_owned(),
            participant: participant
                .map(ParticipantId::as_str)
                .unwrap_or_default()
                .to_owned(),
            date: note.date.value,
            session_type: coded.own_session_type().to_owned(),
            session_types: coded
                .session_types()
                .into_keys()
                .map(str::to_owned)
                .collect(),
            setting: note.setting.to_string(),
            author: note.author.to_string(),
            is_duplicate: note.duplicate_of.is_some(),
            text: coded.text.to_owned(),
            whole: places.whole(),
            sentences: places.sentences(),
            paragraphs: places.paragraphs(),
            quotations: places.quotations(),
            sections: sections.collect(),
            codings: codings.collect(),
        }
    }

    /// The session type of the text at a byte.
    pub fn session_type_at(&self, byte: usize) -> &str {
        let section = self.section(byte);
        let own = section.and_then(|s| s.session_type.as_deref());
        own.unwrap_or(&self.session_type)
    }

    /// The name of the section at a byte; empty outside of any.
    pub fn section_at(&self, byte: usize) -> &str {
        self.section(byte).map_or("", |s| &s.name)
    }

    fn section(&self, byte: usize) -> Option<&SectionFacts> {
        let holds = |s: &&SectionFacts| s.span.start <= byte && byte < s.span.end;
        self.sections.iter().rev().find(holds)
    }
}
