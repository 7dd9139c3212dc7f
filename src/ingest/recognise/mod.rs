//! Recognises participant, date, session type, setting and author of a note, each with its basis.
//!
//! Comes in: [`Clues`] and a note's text. Goes out: [`Attributed`], and after [`settle`] over all
//! notes of a study [`Recognised`]. It refuses to guess: what nothing says is unknown, what two
//! sources say differently is the stronger one's, with a warning.

mod attribute;
mod authors;
mod clues;
mod columns;
mod dates;
mod entry;
mod head;
mod head_lines;
mod kinds;
mod legend;
mod line;
mod messages;
mod not_held;
mod own_writing;
mod people;
mod phrases;
mod relative_days;
mod scope;
mod settle;
mod several;
mod tick_boxes;
mod type_names;
mod wide_columns;
mod words;
mod wrapped;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::corpus::{Basis, Participant, Sourced};
use crate::model::reading::{DateOrder, ReadingRules, Role};
use crate::text::Span;

use authors::Authors;
use columns::Columns;
use dates::{Calendar, FoundDate, Place};
use kinds::Kinds;
use line::Lines;
use messages::Messages;
use own_writing::OwnWriting;
use people::{People, PersonClue};
use phrases::Numbers;

pub use clues::{Clues, RawNote, Recognised};
pub use entry::DatedOpening;
pub use line::HeaderLine;
pub(crate) use messages::Quoted;
pub(crate) use scope::Scope;
pub use settle::{SettleOptions, Settled, settle};

/// Most words of a participant behind a key.
const NAME_WORDS_MAX: usize = 4;

/// Most words of a field's name.
const FIELD_WORDS_MAX: usize = 3;

/// Fewest signs of a value that was masked.
const MASKED_MIN: usize = 3;

/// Compiled reading rules and the participants that the study's table lists.
#[derive(Debug)]
pub struct Recogniser {
    columns: Columns,
    calendar: Calendar,
    people: People,
    types: Kinds,
    settings: Kinds,
    authors: Authors,
    lines: Lines,
    messages: Messages,
    body_headings: BTreeSet<String>,
    empty_values: BTreeSet<String>,
    addressees: BTreeSet<String>,
    subjects: BTreeSet<String>,
    status_columns: BTreeSet<String>,
    own_writing: OwnWriting,
}

/// What one note says of itself, before it is compared with the others of its study.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attributed {
    /// Mentions of the participant, the most trusted first.
    people: Vec<(Basis, PersonClue)>,
    /// Dates that may be the note's, the most trusted first.
    dates: Vec<(Basis, FoundDate)>,
    /// The order of day and month that the study file says its source has.
    told_order: Option<DateOrder>,
    /// Orders of day and month that other dates of its text prove.
    body_proves: Vec<DateOrder>,
    /// The session type.
    pub session_type: Sourced<Arc<str>>,
    /// What it says of its type, in its own words, where that is none that is known.
    pub other_type: Option<Arc<str>>,
    /// Whether it says that its session did not take place.
    not_held: bool,
    /// The session's number.
    pub session_number: Option<u32>,
    /// Where the session was.
    pub setting: Sourced<Arc<str>>,
    /// Who wrote it.
    pub author: Sourced<Arc<str>>,
    /// Whether its header names more than days and sessions: perhaps somebody whom nothing else knows,
    /// so that its neighbours do not say whose it is.
    names_another: bool,
    /// Whether its type is what the file's name or head says of all its notes.
    type_is_shared: bool,
    /// What was odd, a sentence each.
    pub warnings: Vec<String>,
}

impl Recogniser {
    /// Compiles the rules.
    pub fn new(rules: &ReadingRules, participants: &[Participant]) -> Self {
        let numbers = Numbers::new(&[&rules.numbers, &rules.ordinals]);
        let types = &rules.session_types;
        let settings = &rules.settings;
        Self {
            columns: Columns::new(rules, &numbers),
            calendar: Calendar::new(rules),
            people: People::new(rules, &numbers, participants),
            types: Kinds::new(types, &rules.not_session_types, rules, &numbers),
            settings: Kinds::new(settings, &rules.not_settings, rules, &numbers),
            authors: Authors::new(rules),
            lines: Lines::new(rules, &numbers),
            own_writing: OwnWriting::new(rules, &numbers),
            messages: Messages::new(rules, &numbers),
            addressees: rules
                .not_author_marks
                .iter()
                .chain(&rules.senders)
                .map(|m| m.to_lowercase())
                .collect(),
            status_columns: rules
                .status_columns
                .iter()
                .map(|c| c.to_lowercase())
                .collect(),
            subjects: rules.subjects.iter().map(|s| s.to_lowercase()).collect(),
            empty_values: rules
                .empty_values
                .iter()
                .map(|v| v.to_lowercase())
                .collect(),
            body_headings: rules
                .body_headings
                .iter()
                .map(|h| h.to_lowercase())
                .collect(),
        }
    }

    /// Whether a value says that there is none: "n/a".
    pub(crate) fn is_empty_value(&self, value: &str) -> bool {
        let plain = value.trim().trim_end_matches('.').to_lowercase();
        // "XXXXX", "****": somebody masked it.
        let is_masked = plain.len() >= MASKED_MIN
            && plain
                .chars()
                .all(|c| matches!(c, 'x' | '*' | '#' | '_' | '-' | ' ' | '\u{2588}'));
        // "[name]": a form that nobody filled in.
        let bare = plain.strip_prefix('[').and_then(|p| p.strip_suffix(']'));
        let is_blank = bare.is_some_and(|p| {
            let is_small = |c: char| c.is_lowercase() || c == ' ' || c == '/' || c == '_';
            !p.is_empty()
                && value
                    .trim()
                    .chars()
                    .all(|c| is_small(c) || "[]".contains(c))
        });
        is_masked || is_blank || self.empty_values.contains(&plain)
    }

    /// Reads what a note says of itself.
    pub fn attribute(&self, clues: &Clues, text: &str) -> Attributed {
        let joined = wrapped::unwrapped(text);
        let sources = self.sources(clues, &joined);
        let mut said = self.attribute_sources(&sources);
        if clues.is_whole_text() {
            self.take_back_if_several(text, &mut said);
        } else if !clues.header.is_empty() {
            self.take_back_people(&clues.header, text, &mut said);
        }
        self.take_back_message(&clues.header, text, &mut said);
        said
    }

    /// The session type that a few words name, if it is one.
    pub(crate) fn only_session_type(&self, words: &str) -> Option<String> {
        let verdict = self.types.read(words, phrases::Reading::Name);
        match verdict.kinds.as_slice() {
            [kind] if verdict.open.is_empty() => Some(self.types.name(*kind).to_owned()),
            _ => None,
        }
    }

    /// What a column of this name holds, if its name says it.
    pub fn column_role(&self, header: &str) -> Option<Role> {
        self.columns.role(header)
    }

    /// The roles of a table's columns, from their names and from the cells of some rows. No role
    /// stands twice but [`Role::Participant`] (id and initials) and [`Role::Note`] (columns of the
    /// same name).
    pub fn table_roles(&self, headers: &[String], rows: &[Vec<String>]) -> Vec<Option<Role>> {
        columns::table_roles(&self.columns, self, headers, rows)
    }

    /// Whether a line begins with a heading of a note's body: "S: ...".
    pub fn begins_body(&self, line: &str) -> bool {
        head::begins_body(head::bare(line), &self.body_headings)
    }

    /// Reads a line as the header of a block; none where it is a sentence, or says nothing of a
    /// note.
    pub fn is_header_line(&self, line: &str) -> Option<HeaderLine> {
        if legend::is_legend(line) {
            return None;
        }
        let keyed = head::is_keyed(line, &self.columns);
        let found = self.readers().header_line(line);
        let mut about = match found {
            // "DATE: 3/20/19   CPT: none   CLIN: hvd": all of it are fields.
            None if keyed && self.opens_fields(line) => HeaderLine {
                date: true,
                words: words::words(line).len(),
                ..HeaderLine::default()
            },
            // "Client: as-7": the key says who it is, however that is written.
            None if keyed && self.names_by_key(line) => HeaderLine {
                participant: true,
                words: words::words(line).len(),
                ..HeaderLine::default()
            },
            found => found?,
        };
        about.keyed = keyed;
        Some(about)
    }

    /// Whether a line is nothing but fields with wide gaps between, of which the first is a day.
    fn opens_fields(&self, line: &str) -> bool {
        let pieces = line.split(['\t', '|']).flat_map(|p| p.split("  "));
        let pieces: Vec<&str> = pieces.map(str::trim).filter(|p| !p.is_empty()).collect();
        let is_field = |piece: &&str| -> bool {
            let key = piece.split_once(':').map(|(key, _)| key);
            key.is_some_and(|k| (1..=FIELD_WORDS_MAX).contains(&k.split_whitespace().count()))
        };
        let first = pieces.first().and_then(|p| p.split_once(':'));
        let is_day = first.is_some_and(|(key, value)| {
            self.columns.alone(head::bare(key)) == Some(Role::Date) && self.holds_date(value)
        });
        is_day && pieces.len() > 1 && pieces.iter().all(is_field)
    }

    /// Whether a line's first key is a sure one of the participant, with a short value behind it.
    fn names_by_key(&self, line: &str) -> bool {
        let key = line.split([':', '=']).next().unwrap_or_default();
        let found = head::header(head::bare(line), &self.columns);
        let value = found
            .fields
            .first()
            .filter(|(role, _)| *role == Role::Participant);
        self.columns.alone(head::bare(key)) == Some(Role::Participant)
            && value.is_some_and(|(_, v)| v.split_whitespace().count() <= NAME_WORDS_MAX)
    }

    /// Reads a line as the beginning of a log's entry: a date, and more behind it; none where it
    /// begins otherwise.
    pub(crate) fn dated_opening(&self, line: &str) -> Option<DatedOpening> {
        entry::dated_opening(&self.readers(), line)
    }

    /// Whether a text names a day that can be a note's.
    pub(crate) fn holds_date(&self, text: &str) -> bool {
        let found = self.calendar.find(text, Place::Line);
        found.iter().any(|d| d.is_full() || d.lacks_year())
    }

    /// The days that the first date of a line may be: year (0 where it has none), month, day.
    pub(crate) fn days_in(&self, line: &str) -> Vec<(i16, i8, i8)> {
        let found = self.lines.note_dates(&self.calendar, line, Place::Line);
        let day = |p: &dates::Parts| Some((p.year.unwrap_or(0), p.month?, p.day?));
        let readings = found.first().map(|d| d.readings.as_slice());
        let readings = readings.unwrap_or_default().iter();
        readings.filter_map(|(_, p)| day(p)).collect()
    }

    /// Whether a line says that its note has no day, or only a weekday and its number ("Sunday 17th").
    pub(crate) fn is_dayless(&self, line: &str) -> bool {
        let all = words::words(line);
        if self.lines.is_undated(&all) {
            return true;
        }
        let [weekday, day, rest @ ..] = all.as_slice() else {
            return false;
        };
        let number = day.text.parse::<u8>().unwrap_or(0);
        let is_day = self.calendar.is_weekday_name(weekday) && (1..=31).contains(&number);
        is_day && rest.iter().all(|w| self.calendar.is_day_ending(w))
    }

    /// Whether a line begins with a day and goes on behind a dash or a bar: "19.03. - Mrs K. - call".
    pub(crate) fn begins_with_day(&self, line: &str) -> bool {
        let plain = head::bare(line);
        let dash = [" - ", "\u{2013}", "\u{2014}", "|", "\u{b7}"];
        let Some(end) = dash.iter().filter_map(|d| plain.find(d)).min() else {
            return false;
        };
        let day = Span::new(0, end).slice(plain).trim();
        let found = self.calendar.find(day, Place::Cell);
        found.first().is_some_and(|date| {
            let before = Span::new(0, date.span.start).slice(day);
            let behind = Span::new(date.span.end, day.len()).slice(day);
            (date.is_full() || date.lacks_year())
                && words::words(before).iter().all(|w| self.calendar.names(w))
                && !behind.contains(char::is_alphanumeric)
        })
    }

    /// Whether a line begins with a weekday.
    pub(crate) fn opens_with_weekday(&self, line: &str) -> bool {
        let all = words::words(head::bare(line));
        all.first()
            .is_some_and(|w| self.calendar.is_weekday_name(w))
    }

    /// Whether a text names a month.
    pub(crate) fn names_month(&self, text: &str) -> bool {
        words::words(text).iter().any(|w| self.calendar.is_month(w))
    }

    /// Whether a line begins with a known key and a value ("Session: Integration").
    pub fn is_field(&self, line: &str) -> bool {
        head::is_keyed(line, &self.columns)
    }

    /// Whether a line names who sent a message or to whom it goes: "To: Research inbox".
    pub fn is_addressee(&self, line: &str) -> bool {
        let key = line
            .split_once(':')
            .map(|(key, _)| key.trim().to_lowercase());
        key.is_some_and(|key| self.addressees.contains(&key))
    }

    /// Whether a line is a known key and nothing else: a field that was left empty.
    pub fn is_empty_field(&self, line: &str) -> bool {
        let key = line.trim().trim_end_matches(':');
        self.columns.alone(key).is_some()
    }
}

impl columns::Cells for Recogniser {
    fn fit(&self, role: Role, cells: &[&str]) -> Option<usize> {
        let fits = |cell: &&&str| match role {
            Role::Date => {
                let found = self.calendar.find(cell, Place::Cell);
                found.iter().any(|d| d.is_full() || d.lacks_year())
            }
            Role::SessionType => {
                let verdict = self.types.read(cell, phrases::Reading::Name);
                !verdict.kinds.is_empty() || !verdict.open.is_empty()
            }
            Role::Setting => self.settings.first(cell, phrases::Reading::Name).is_some(),
            Role::Participant => matches!(
                self.people.value(cell),
                Ok(Some(PersonClue {
                    key: people::PersonKey::Listed(_) | people::PersonKey::Number(_),
                    ..
                }))
            ),
            _ => true,
        };
        let is_judged = matches!(
            role,
            Role::Date | Role::SessionType | Role::Setting | Role::Participant
        );
        if !is_judged || cells.is_empty() {
            return None;
        }
        Some(cells.iter().filter(fits).count() * 100 / cells.len())
    }
}
