//! Lines that say one thing of several notes: a participant, a kind, a clinician, a month or a year.

use crate::model::reading::Role;

use super::HeaderLine;
use super::Recogniser;
use super::dates::{FoundDate, Place};
use super::head::{bare, header, is_keyed};
use super::legend::is_legend;
use super::line::reading_of;
use super::words::words;

/// Longest such line in bytes, and in words where it has no key.
const LENGTH_MAX: usize = 80;
const WORDS_MAX: usize = 5;
/// Most words of a line that names a person of a day's list, her initials and a time among them.
const PERSON_WORDS_MAX: usize = 9;
/// Most words of a month, or a year.
const TIME_WORDS_MAX: usize = 2;

/// What such a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says of one role whether the line names it"
)]
pub(crate) struct Scope {
    pub(crate) participant: bool,
    pub(crate) session: bool,
    pub(crate) author: bool,
    pub(crate) time: bool,
}

impl Scope {
    /// What either says.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            participant: self.participant || other.participant,
            session: self.session || other.session,
            author: self.author || other.author,
            time: self.time || other.time,
        }
    }

    /// Whether both say something of one kind.
    pub(crate) fn shares(self, other: Self) -> bool {
        (self.participant && other.participant)
            || (self.session && other.session)
            || (self.author && other.author)
            || (self.time && other.time)
    }
}

impl Recogniser {
    /// What a line says of the notes below it; none where it is a note's own header, or text.
    pub(crate) fn scope(&self, line: &str) -> Option<Scope> {
        let plain = bare(line);
        if plain.is_empty() || plain.len() > LENGTH_MAX || is_legend(plain) {
            return None;
        }
        if is_keyed(line, &self.columns) {
            return self.scope_of_fields(plain);
        }
        let all = words(plain);
        let mut found = self.calendar.find(plain, Place::Name).into_iter();
        let is_month = found.find_map(FoundDate::month_only).is_some();
        let is_time = is_month || FoundDate::year_only(plain).is_some();
        if all.len() <= TIME_WORDS_MAX && is_time {
            return Some(Scope {
                time: true,
                ..Scope::default()
            });
        }
        let about = self.readers().analyse(plain);
        let clue = self.people.in_line(plain, reading_of(plain));
        let is_code = clue.is_some_and(|clue| clue.written == plain);
        let is_person = about.participant || is_code;
        let is_one = is_person != about.session && !about.date && !about.author;
        let is_plain = is_code || about.other_words == 0;
        (is_one && is_plain && all.len() <= WORDS_MAX).then_some(Scope {
            participant: is_person,
            session: about.session,
            ..Scope::default()
        })
    }

    /// Whose session a line names that opens with initials and says nothing but a session: "M.K. -
    /// ketamine", "09:00 MK integration".
    pub(crate) fn opens_with_person(&self, line: &str, found: HeaderLine) -> Option<String> {
        let says = found.session && !found.keyed && !found.date && !found.ruled;
        let is_plain = says && found.other_words <= 1 && found.words <= PERSON_WORDS_MAX;
        let initials = self.people.opening_initials(line.trim())?;
        is_plain.then_some(initials)
    }

    fn scope_of_fields(&self, line: &str) -> Option<Scope> {
        let found = header(line, &self.columns);
        let mut out = Scope::default();
        for (role, value) in &found.fields {
            match role {
                Role::Participant => out.participant = true,
                Role::SessionType | Role::Setting => out.session = true,
                Role::Author => out.author = true,
                Role::Date if !self.holds_date(value) => out.time = true,
                _ => return None,
            }
        }
        (found.titles.is_empty() && out != Scope::default()).then_some(out)
    }
}
