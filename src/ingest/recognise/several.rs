//! Notices that what is read as one note speaks of several people, or of several days.
//!
//! Comes in: a file's text that nothing parted. Goes out: what its short lines and fields say more
//! than once, and differently. The first of several values would be a wrong one for the rest, so
//! none of them is taken.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::corpus::{Basis, Sourced};
use crate::model::reading::Role;
use crate::text::Span;

use super::dates::{FoundDate, Place};
use super::head::{bare, header, is_keyed};
use super::line::reading_of;
use super::people::PersonKey;
use super::words::{opening, words};
use super::{Attributed, Recogniser};

/// How much of a line is looked at for what opens it, in bytes.
const OPENING_BYTES: usize = 90;
/// Longest line that can head an entry, in bytes.
const HEAD_BYTES_MAX: usize = 200;
/// Fewest words behind a line that heads an entry; a list of what is to come has none.
const BODY_WORDS_MIN: usize = 6;
/// Most values that a warning names.
const NAMED_MAX: usize = 5;

/// A way in which lines say something; what one way says twice, and differently, is of two notes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// A field, by its role and its key.
    Field(Role, String),
    /// A line that opens with a participant.
    Person,
    /// A line that says a day and what was held on it.
    Headed,
    /// A line that says nothing but a day.
    Bare,
    /// A line that opens with a day and goes on.
    Logged,
}

/// What a line says in one way.
struct Said {
    way: Way,
    /// As written.
    written: String,
    person: Option<PersonKey>,
    date: Option<FoundDate>,
    /// How many words stand before it in the text.
    words_before: usize,
    /// Whether its own line holds the entry's text.
    holds_text: bool,
}

impl Recogniser {
    /// Takes back what the first of several notes in one text says of itself, and warns.
    pub(super) fn take_back_if_several(&self, text: &str, out: &mut Attributed) {
        let said = self.said(text);
        let total = text.split_whitespace().count();
        let people = different(&said, total, |s| s.person.clone());
        let days = different(&said, total, |s| s.date.as_ref().map(day_of));
        let people = people.map(|(_, names)| names);
        let days = days.and_then(|(way, names)| {
            // A day that stands elsewhere is the note's: the others are of what it tells of.
            let mut chosen = out.dates.iter().filter(|(_, date)| has_day(date));
            let is_from_it = chosen.next().is_none_or(|(basis, chosen)| {
                let same =
                    |s: &&Said| s.way == way && s.date.as_ref().map(day_of) == Some(day_of(chosen));
                let stands_above = *basis == Basis::FrontMatter && way == Way::Headed;
                stands_above || (is_own(*basis) && said.iter().any(|s| same(&s)))
            });
            is_from_it.then_some(names)
        });
        if people.is_none() && days.is_none() {
            return;
        }
        let named: Vec<String> = people.iter().chain(&days).flatten().cloned().collect();
        out.warnings.push(format!(
            "this file speaks of {}: it may hold several notes; `split` in study.toml parts them",
            named.join(", ")
        ));
        if people.is_some() {
            out.people.retain(|(basis, _)| !is_own(*basis));
        }
        if days.is_some() {
            out.dates.clear();
        }
        for value in [&mut out.session_type, &mut out.author] {
            if value.basis.contains(Basis::Header) || value.basis.contains(Basis::Text) {
                *value = Sourced::unknown();
            }
        }
        out.session_number = None;
    }

    /// Takes back whose a note below a header is that names nobody, where several people open its
    /// lines.
    pub(super) fn take_back_people(&self, header_lines: &str, text: &str, out: &mut Attributed) {
        let above = header(header_lines, &self.columns);
        let is_told = above
            .fields
            .iter()
            .any(|(role, _)| *role == Role::Participant)
            || (above.titles.iter()).any(|l| self.people.in_line(l, reading_of(l)).is_some());
        let has_several = || {
            let said: Vec<Said> = self
                .said(text)
                .into_iter()
                .filter(|s| s.way == Way::Person)
                .collect();
            let total = text.split_whitespace().count();
            different(&said, total, |s| s.person.clone())
        };
        let Some((_, names)) = (!is_told).then(has_several).flatten() else {
            return;
        };
        out.warnings.push(format!(
            "this note speaks of {}: it may hold several; `split` in study.toml parts them",
            names.join(", ")
        ));
        out.people.clear();
        out.names_another = true;
        let about = |line: &&str| self.readers().analyse(line);
        if !above.titles.iter().any(|l| about(l).session) {
            out.session_type = Sourced::unknown();
            out.session_number = None;
        }
        if !above.titles.iter().any(|l| about(l).author) {
            out.author = Sourced::unknown();
        }
    }

    /// Takes back whose a message is whose head names people ("Notes for Yvonne and Pilar") that
    /// open one paragraph each ("Yvonne: ...").
    pub(super) fn take_back_message(&self, header_lines: &str, text: &str, out: &mut Attributed) {
        let head: Vec<&str> = header_lines
            .lines()
            .chain(text.lines())
            .take_while(|l| self.is_addressee(l) || self.is_field(l))
            .collect();
        if !head.iter().any(|l| self.is_addressee(l)) {
            return;
        }
        let above: Vec<&str> = head
            .iter()
            .flat_map(|l| l.split(|c: char| !c.is_alphanumeric()))
            .filter(|w| w.starts_with(char::is_uppercase))
            .collect();
        let body = text
            .lines()
            .filter(|l| !(self.is_addressee(l) || self.is_field(l)));
        let opens = body.filter_map(|l| bare(l).split_once(':'));
        let names: Vec<&str> = opens
            .filter(|(name, behind)| above.contains(name) && !behind.trim().is_empty())
            .map(|(name, _)| name)
            .filter(|name| self.columns.role(name).is_none())
            .collect();
        let are_once = names.iter().collect::<BTreeSet<_>>().len() == names.len();
        if names.len() < 2 || !are_once {
            return;
        }
        out.warnings.push(format!(
            "this message speaks of {}: it may hold several notes; `split` in study.toml parts them",
            names.join(", ")
        ));
        out.people.clear();
        out.names_another = true;
    }

    /// What the short lines and the fields of a text say of people and days.
    fn said(&self, text: &str) -> Vec<Said> {
        let mut out = Vec::new();
        let mut words_before = 0;
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let plain = bare(line);
            let found = out.len();
            if is_keyed(line, &self.columns) {
                self.in_fields(plain, &mut out);
            } else if let Some(role) = self.columns.alone(plain)
                && let Some(value) = lines.peek().map(|l| bare(l))
                && self.columns.alone(value).is_none()
            {
                out.extend(self.field(role, plain, value));
            } else {
                self.in_line(line, plain, &mut out);
            }
            for said in out.iter_mut().skip(found) {
                said.words_before = words_before;
            }
            words_before += line.split_whitespace().count();
        }
        out
    }

    fn in_fields(&self, line: &str, out: &mut Vec<Said>) {
        let key = line.split([':', '=', '|', '\t']).next().unwrap_or_default();
        for (nth, (role, value)) in header(line, &self.columns).fields.into_iter().enumerate() {
            let key = if nth == 0 { key } else { "" };
            out.extend(self.field(role, key, value));
        }
    }

    fn field(&self, role: Role, key: &str, value: &str) -> Option<Said> {
        let (person, date) = match role {
            Role::Participant => (Some(self.people.value(value).ok()??.key), None),
            Role::Date => {
                let found = self.lines.note_dates(&self.calendar, value, Place::Cell);
                (None, Some(found.into_iter().find(has_day)?))
            }
            _ => return None,
        };
        Some(Said {
            way: Way::Field(role, key.trim().to_lowercase()),
            written: value.trim().to_owned(),
            person,
            date,
            words_before: 0,
            holds_text: false,
        })
    }

    /// What opens a line: a day, a participant, or both.
    fn in_line(&self, line: &str, plain: &str, out: &mut Vec<Said>) {
        let may_open = plain.starts_with(|c: char| c.is_alphanumeric() || c == '[' || c == '(');
        if !may_open {
            return;
        }
        let front = opening(plain, OPENING_BYTES);
        let date = self.opening_date(front);
        let behind = date.as_ref().map_or(0, |d| d.span.end);
        let rest = Span::new(behind, front.len()).slice(front);
        let rest = rest.trim_start_matches(|c: char| !c.is_alphabetic());
        let spans = self.people.spans(rest, reading_of(rest));
        let initials = self.people.opened_by_initials(plain);
        if let Some(clue) = initials {
            out.push(Said {
                way: Way::Person,
                written: clue.written.clone(),
                person: Some(clue.key),
                date: None,
                words_before: 0,
                holds_text: false,
            });
        } else if spans.first().is_some_and(|span| span.start == 0)
            && let Some(clue) = self.people.in_line(rest, reading_of(rest))
            && matches!(
                clue.key,
                PersonKey::Listed(_) | PersonKey::Number(_) | PersonKey::Code(..)
            )
        {
            let written = clue.written.clone();
            out.push(Said {
                way: Way::Person,
                written,
                person: Some(clue.key),
                date: None,
                words_before: 0,
                holds_text: true,
            });
        }
        let head = Some(line).filter(|l| l.len() <= HEAD_BYTES_MAX);
        let head = head.and_then(|l| self.is_header_line(l)).filter(|h| h.date);
        let dates = |text: &str| self.lines.note_dates(&self.calendar, text, Place::Line);
        let way = match head {
            Some(head) if head.session || head.participant => Way::Headed,
            Some(head) if head.other_words == 0 => Way::Bare,
            _ if date.is_some() => Way::Logged,
            _ => return,
        };
        let date = date.or_else(|| dates(plain).into_iter().find(has_day));
        out.extend(date.map(|date| Said {
            written: date.written.clone(),
            holds_text: way == Way::Logged,
            way,
            person: None,
            date: Some(date),
            words_before: 0,
        }));
    }

    /// The date with which a line begins, a weekday before it or not.
    fn opening_date(&self, front: &str) -> Option<FoundDate> {
        let found = self.lines.note_dates(&self.calendar, front, Place::Line);
        let date = found.into_iter().find(has_day)?;
        let before = Span::new(0, date.span.start).slice(front);
        words(before)
            .iter()
            .all(|w| self.calendar.names(w))
            .then_some(date)
    }
}

/// Whether a value is what the text itself says.
fn is_own(basis: Basis) -> bool {
    matches!(basis, Basis::Header | Basis::Text)
}

fn has_day(date: &FoundDate) -> bool {
    !date.readings.is_empty() && (date.is_full() || date.lacks_year())
}

/// The day that a date is of, in its first reading.
fn day_of(date: &FoundDate) -> Option<(Option<i8>, Option<i8>)> {
    date.readings.first().map(|(_, p)| (p.month, p.day))
}

/// What one way says of two or more, each with text behind it; and as it is written.
fn different<T: PartialEq>(
    said: &[Said],
    total: usize,
    value: impl Fn(&Said) -> Option<T>,
) -> Option<(Way, Vec<String>)> {
    let mut ways: BTreeMap<&Way, Vec<&Said>> = BTreeMap::new();
    for one in said.iter().filter(|s| value(s).is_some()) {
        ways.entry(&one.way).or_default().push(one);
    }
    for (way, each) in ways {
        let mut found: Vec<(T, &str)> = Vec::new();
        let ends = each.iter().skip(1).map(|s| s.words_before).chain([total]);
        for (one, end) in each.iter().zip(ends) {
            let has_text = one.holds_text || end.saturating_sub(one.words_before) >= BODY_WORDS_MIN;
            if let Some(what) = value(one).filter(|_| has_text)
                && !found.iter().any(|(known, _)| *known == what)
            {
                found.push((what, &one.written));
            }
        }
        if found.len() > 1 {
            let mut names: Vec<String> = found.iter().map(|(_, name)| (*name).to_owned()).collect();
            if names.len() > NAMED_MAX {
                names.truncate(NAMED_MAX);
                names.push("…".to_owned());
            }
            return Some((way.clone(), names));
        }
    }
    None
}
