//! Columns that each hold one session's, or one person's, notes, by their names.
//!
//! Comes in: a column's name. Goes out: what it says, if it says nothing else. Whether a table is so
//! laid out, its cells decide.

use crate::model::reading::Role;
use crate::text::Span;

use super::Recogniser;
use super::dates::Place;
use super::phrases::Reading;
use super::words::{Word, words};

/// What a column's name says of the session whose note, day or writer it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionColumn {
    /// The session as the name has it, without what the column holds of it: `kap1_date` and
    /// `kap1_notes` are of one.
    pub(crate) session: String,
    /// The kind of session, by its place in the list of types.
    pub(crate) kind: usize,
    /// Whether a deciding phrase says it.
    pub(crate) is_sure: bool,
}

impl Recogniser {
    /// The one session that a column's name says, and nothing beside it but what it holds of it.
    pub(crate) fn session_column(&self, name: &str) -> Option<SessionColumn> {
        let plain = name.replace('_', " ");
        let undated = self.blanked(&plain, Place::Line);
        let verdict = self.types.read(&undated, Reading::Name);
        let [kind] = verdict.kinds.as_slice() else {
            return None;
        };
        let all = words(&undated);
        let named = self.types.spans(&all, Reading::Name);
        let is_named = |span: Span| named.iter().any(|(s, is_own)| *is_own && s.contains(span));
        let of_session = all.iter().filter(|w| w.is_number || is_named(w.span));
        let session: Vec<&str> = of_session.map(|w| w.text.as_str()).collect();
        let is_whole = verdict.is_whole || self.readers().analyse(&plain).other_words == 0;
        (is_whole && verdict.open.is_empty()).then(|| SessionColumn {
            session: session.join(" "),
            kind: *kind,
            is_sure: verdict.is_sure,
        })
    }

    /// Whether a column's name is a participant's id or number, and nothing else.
    pub(crate) fn is_person_column(&self, name: &str) -> bool {
        let spans = self.people.spans_in_name(name);
        let is_said = |word: &Word| spans.iter().any(|s| s.contains(word.span));
        !spans.is_empty() && words(name).iter().all(is_said)
    }

    /// Whether a column's name says both a session and that it holds the note: "Dosing notes".
    pub(crate) fn names_note_of_session(&self, name: &str) -> bool {
        self.columns.role(name) == Some(Role::Note) && self.session_column(name).is_some()
    }

    /// Whether a column's name surely is one of the note.
    pub(crate) fn names_note(&self, name: &str) -> bool {
        self.columns.alone(name) == Some(Role::Note)
    }
}
