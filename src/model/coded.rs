//! A note with all that is known of it, as tallies, tables, quotes and the report read it.

use std::collections::BTreeMap;

use super::coding::Coding;
use super::corpus::{Basis, Detail, Note, UNKNOWN_SESSION_TYPE};
use super::identifier::Identifier;
use super::layout::Layout;
use super::measure::{Measure, Part};

/// What becomes of text that is copied forward from an earlier note, or from a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Copies {
    /// Neither its passages nor its words count.
    #[default]
    LeftOut,
    /// It counts as any other text.
    Counted,
}

/// One note, laid out and coded.
#[derive(Debug, Clone, Copy)]
pub struct CodedNote<'a> {
    /// Its place in `Corpus::notes`.
    pub index: usize,
    /// What is known of it.
    pub note: &'a Note,
    /// Its text.
    pub text: &'a str,
    /// Its text's parts.
    pub layout: &'a Layout,
    /// Its text by session type, the note's own part first.
    pub parts: &'a [Part],
    /// How much it says.
    pub detail: Detail,
    /// What in it names a person, in order.
    pub identifiers: &'a [Identifier],
    /// What becomes of its copied text.
    pub copies: Copies,
    /// Its codings by start, code, end, all with their final `why_not`.
    pub codings: &'a [Coding],
}

impl<'a> CodedNote<'a> {
    /// The note's own session type: what its metadata say, else that of its first headed section
    /// that names one, else `unknown`.
    pub fn own_session_type(&self) -> &'a str {
        if let Some(own) = &self.note.session_type.value {
            return own;
        }
        self.first_section_type().unwrap_or(UNKNOWN_SESSION_TYPE)
    }

    /// What the note's own session type was taken from, as tables print it.
    pub fn session_type_from(&self) -> String {
        let own = &self.note.session_type;
        if own.value.is_none() && self.first_section_type().is_some() {
            return Basis::Text.as_str().to_owned();
        }
        own.basis_text()
    }

    fn first_section_type(&self) -> Option<&'a str> {
        let mut sections = self.layout.sections.iter();
        sections.find_map(|s| s.session_type.as_deref())
    }

    /// A coding's session type: its section's, else the note's own.
    pub fn session_type_of(&self, coding: &Coding) -> &'a str {
        coding
            .section
            .and_then(|s| self.layout.sections.get(s)?.session_type.as_deref())
            .unwrap_or_else(|| self.own_session_type())
    }

    /// All of the note's text.
    pub fn whole(&self) -> Measure {
        let mut sum = Measure::default();
        self.parts.iter().for_each(|p| sum += p.all);
        sum
    }

    /// What of the note's text is copied forward.
    pub fn copied(&self) -> Measure {
        let mut sum = Measure::default();
        self.parts.iter().for_each(|p| sum += p.copied);
        sum
    }

    /// What of the note's text is a template's, and not copied forward.
    pub fn boilerplate(&self) -> Measure {
        let mut sum = Measure::default();
        self.parts.iter().for_each(|p| sum += p.boilerplate);
        sum
    }

    /// The text that counts rest on.
    pub fn counted_text(&self) -> Measure {
        match self.copies {
            Copies::LeftOut => self.whole().less(self.copied()).less(self.boilerplate()),
            Copies::Counted => self.whole(),
        }
    }

    /// The session types that the note counts as a note of, each with its text that counts.
    ///
    /// The note's own type is left out where none of the text is of it, but there is always one.
    pub fn session_types(&self) -> BTreeMap<&'a str, Measure> {
        let mut types = self.text_by_session_type();
        for coding in self.codings {
            types.entry(self.session_type_of(coding)).or_default();
        }
        if types.is_empty() {
            types.insert(self.own_session_type(), Measure::default());
        }
        types
    }

    /// The session types that its text is of, each with what of it counts; none where it has no text.
    pub fn text_by_session_type(&self) -> BTreeMap<&'a str, Measure> {
        let own = self.own_session_type();
        let elsewhere = self
            .parts
            .iter()
            .any(|p| p.session_type.is_some() && p.all.words > 0);
        let mut types: BTreeMap<&str, Measure> = BTreeMap::new();
        for part in self.parts {
            if part.all.words > 0 || !elsewhere {
                let name = part.session_type.as_deref().unwrap_or(own);
                *types.entry(name).or_default() += match self.copies {
                    Copies::LeftOut => part.fresh(),
                    Copies::Counted => part.all,
                };
            }
        }
        types
    }
}
