//! Filters of a question: of which notes, and which of their passages, it speaks.

use jiff::civil::Date;

use crate::model::coding::{Assertion, Voice};
use crate::text::{Span, fold};

use super::facts::{CodingFacts, NoteFacts};
use super::names::{Vocabulary, listed, nearest};
use super::parse::Problem;
use super::pieces::Sign;

/// One filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filter {
    pub(super) test: Test,
    /// Whether what passes the test is kept or left out.
    pub(super) keeps: bool,
}

/// What a filter asks; one of several values.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Participant(Vec<Name>),
    Note(Vec<Name>),
    Author(Vec<Name>),
    Setting(Vec<Name>),
    SessionType(Vec<Name>),
    Section(Vec<Name>),
    Coder(Vec<Name>),
    /// Days from the first to the last, either of them open.
    Date(Vec<(Option<Date>, Option<Date>)>),
    Assertion(Vec<Assertion>),
    Voice(Vec<Voice>),
    Code(Vec<bool>),
}

/// A folded name, or what names begin with (`T.*`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    Whole(String),
    Beginning(String),
}

impl Name {
    fn new(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(beginning) => Self::Beginning(fold(beginning).into_owned()),
            None => Self::Whole(fold(text).into_owned()),
        }
    }

    fn is(&self, text: &str) -> bool {
        let text = fold(text);
        match self {
            Self::Whole(name) => *text == **name,
            Self::Beginning(name) => text.starts_with(name),
        }
    }
}

/// The fields of filters, each with what it says.
pub(super) const FIELDS: [&str; 11] = [
    "participant",
    "session_type",
    "assertion",
    "voice",
    "author",
    "date",
    "code",
    "section",
    "setting",
    "note",
    "coder",
];

/// A value of a filter with its place.
pub(super) type Value = (String, Span);

/// Makes a filter of its field, sign and values.
pub(super) fn filter(
    (field, place): (&str, Span),
    (sign, sign_place): (Sign, Span),
    values: &[Value],
    known: &Vocabulary,
) -> Result<Filter, Problem> {
    let test = match field {
        "participant" => Test::Participant(among(values, &known.participants, field)?),
        "session_type" => Test::SessionType(among(values, &known.session_types, field)?),
        "note" => Test::Note(among(values, &known.notes, field)?),
        "author" => Test::Author(among(values, &known.authors, field)?),
        "setting" => Test::Setting(among(values, &known.settings, field)?),
        "section" => Test::Section(among(values, &known.sections, field)?),
        "coder" => Test::Coder(among(values, &known.coders, field)?),
        "assertion" => Test::Assertion(parsed(values)?),
        "voice" => Test::Voice(parsed(values)?),
        "date" => return dates(sign, values),
        "code" => Test::Code(codes(values, known)?),
        other => {
            let hint = match nearest(other, &FIELDS) {
                Some(near) => format!("Did you mean {near}?"),
                None => format!("The fields are {}.", FIELDS.join(", ")),
            };
            return Err(Problem::new(
                place,
                format!("There is no field {other:?}."),
                hint,
            ));
        }
    };
    let keeps = match sign {
        Sign::Is => true,
        Sign::IsNot => false,
        Sign::Below | Sign::AtMost | Sign::Above | Sign::AtLeast => {
            return Err(Problem::new(
                sign_place,
                format!("{field} has no order."),
                "Only dates are compared with < and >; use = or !=.",
            ));
        }
    };
    Ok(Filter { test, keeps })
}

fn codes(values: &[Value], known: &Vocabulary) -> Result<Vec<bool>, Problem> {
    let mut all = vec![false; known.codes.len()];
    for (text, place) in values {
        for (i, is) in known.subtree(text, *place)?.into_iter().enumerate() {
            all[i] |= is;
        }
    }
    Ok(all)
}

fn parsed<T: std::str::FromStr<Err = String>>(values: &[Value]) -> Result<Vec<T>, Problem> {
    let one = |(text, place): &Value| {
        let value = text.to_lowercase().parse::<T>();
        value.map_err(|why| Problem::new(*place, format!("{why}."), ""))
    };
    values.iter().map(one).collect()
}

/// The names; one that nothing has is refused, where the names are known.
fn among(values: &[Value], known: &[String], field: &str) -> Result<Vec<Name>, Problem> {
    let mut names = Vec::new();
    for (text, place) in values {
        let name = Name::new(text);
        if !known.is_empty() && !known.iter().any(|k| name.is(k)) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let hint = match nearest(text, &known) {
                Some(near) => format!("Did you mean {near}?"),
                None => listed(&known),
            };
            let what = field.replace('_', " ");
            let message = match field {
                "note" => format!("There is no note {text:?}."),
                "coder" => format!("No coding is of the coder {text:?}."),
                _ => format!("No note has the {what} {text:?}."),
            };
            return Err(Problem::new(*place, message, hint));
        }
        names.push(name);
    }
    Ok(names)
}

fn dates(sign: Sign, values: &[Value]) -> Result<Filter, Problem> {
    let mut ranges = Vec::new();
    for (text, place) in values {
        let Some((first, last)) = period(text) else {
            return Err(Problem::new(
                *place,
                format!("{text:?} is no date."),
                "Write it as 2022-01-31, or a month (2022-01) or a year (2022).",
            ));
        };
        ranges.push(match sign {
            Sign::Is | Sign::IsNot => (Some(first), Some(last)),
            Sign::Below => (None, first.yesterday().ok()),
            Sign::AtMost => (None, Some(last)),
            Sign::Above => (last.tomorrow().ok(), None),
            Sign::AtLeast => (Some(first), None),
        });
    }
    Ok(Filter {
        test: Test::Date(ranges),
        keeps: sign != Sign::IsNot,
    })
}

/// The first and last day of a day, month or year.
fn period(text: &str) -> Option<(Date, Date)> {
    let mut numbers = Vec::new();
    for piece in text.split('-') {
        let is_number = !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_digit());
        numbers.push(piece.parse::<i16>().ok().filter(|_| is_number)?);
    }
    let small = |n: i16| i8::try_from(n).ok();
    match numbers.as_slice() {
        [year] => Some((Date::new(*year, 1, 1).ok()?, Date::new(*year, 12, 31).ok()?)),
        [year, month] => {
            let first = Date::new(*year, small(*month)?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        [year, month, day] => {
            let date = Date::new(*year, small(*month)?, small(*day)?).ok()?;
            Some((date, date))
        }
        _ => None,
    }
}

impl Filter {
    /// Whether a note may answer; filters on passages let every note pass.
    pub(super) fn note(&self, note: &NoteFacts) -> bool {
        let passes = match &self.test {
            Test::Participant(names) => one(names, &note.participant),
            Test::Note(names) => one(names, &note.note_id),
            Test::Author(names) => one(names, &note.author),
            Test::Setting(names) => one(names, &note.setting),
            Test::Date(ranges) => note.date.is_some_and(|date| {
                let inside = |(first, last): &(Option<Date>, Option<Date>)| {
                    first.is_none_or(|f| f <= date) && last.is_none_or(|l| date <= l)
                };
                ranges.iter().any(inside)
            }),
            Test::SessionType(_)
            | Test::Section(_)
            | Test::Coder(_)
            | Test::Assertion(_)
            | Test::Voice(_)
            | Test::Code(_) => return true,
        };
        passes == self.keeps
    }

    /// Whether text of a session type may answer; filters on anything else let every type pass.
    pub(super) fn session_type(&self, name: &str) -> bool {
        match &self.test {
            Test::SessionType(names) => one(names, name) == self.keeps,
            _ => true,
        }
    }

    /// Whether a coding may answer; filters on notes let every coding pass.
    pub(super) fn coding(&self, coding: &CodingFacts) -> bool {
        let passes = match &self.test {
            Test::SessionType(names) => one(names, &coding.session_type),
            Test::Section(names) => one(names, &coding.section),
            Test::Coder(names) => one(names, &coding.coder),
            Test::Assertion(all) => all.contains(&coding.assertion),
            Test::Voice(all) => all.contains(&coding.voice),
            Test::Code(codes) => codes.get(coding.code) == Some(&true),
            Test::Participant(_)
            | Test::Note(_)
            | Test::Author(_)
            | Test::Setting(_)
            | Test::Date(_) => return true,
        };
        passes == self.keeps
    }

    /// Whether a part of the text may answer, by its place.
    pub(super) fn part(&self, note: &NoteFacts, at: usize) -> bool {
        let passes = match &self.test {
            Test::SessionType(names) => one(names, note.session_type_at(at)),
            Test::Section(names) => one(names, note.section_at(at)),
            Test::Coder(_)
            | Test::Assertion(_)
            | Test::Voice(_)
            | Test::Code(_)
            | Test::Participant(_)
            | Test::Note(_)
            | Test::Author(_)
            | Test::Setting(_)
            | Test::Date(_) => return true,
        };
        passes == self.keeps
    }

    /// Whether it speaks of assertions, so that not only counted passages are meant.
    pub(super) fn is_on_assertions(&self) -> bool {
        matches!(self.test, Test::Assertion(_))
    }
}

fn one(names: &[Name], text: &str) -> bool {
    names.iter().any(|n| n.is(text))
}
