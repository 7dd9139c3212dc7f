//! Reads what one note says of itself, source by source, the strongest first.

mod types;

use std::sync::Arc;

use crate::model::corpus::{Basis, Sourced};
use crate::model::reading::{DateOrder, Role};
use crate::text::Span;

use super::clues::Clues;
use super::dates::{FoundDate, Place};
use super::head::{Head, head, header};
use super::line::{Readers, reading_of};
use super::people::PersonClue;
use super::words::{opening, words};
use super::{Attributed, Recogniser};

/// How far into the text a participant of the table is looked for, in bytes.
const BODY_LOOKED_AT: usize = 1500;
/// How many lines of a text, and how much of each, may prove an order of day and month.
const PROVING_LINES: usize = 60;
const PROVING_BYTES: usize = 2000;
/// Longest line that may be a signature with a date.
const SIGNED_LINE_MAX: usize = 70;

/// Everything around and at the ends of one note's text.
pub(super) struct Sources<'n> {
    clues: &'n Clues,
    text: &'n str,
    fields: Vec<(Basis, Role, &'n str)>,
    titles: Vec<&'n str>,
    block_titles: usize,
    own: Head<'n>,
    preamble: Head<'n>,
}

impl Recogniser {
    /// Gathers a note's sources.
    pub(super) fn sources<'n>(&self, clues: &'n Clues, text: &'n str) -> Sources<'n> {
        let readers = self.readers();
        let block = header(&clues.header, &self.columns);
        let own = head(text, &self.columns, &self.body_headings, &readers);
        let preamble = head(
            &clues.preamble,
            &self.columns,
            &self.body_headings,
            &readers,
        );
        let mut fields: Vec<(Basis, Role, &str)> = Vec::new();
        let columns = clues.columns.iter();
        fields.extend(columns.map(|(role, cell)| (Basis::Column, *role, cell.as_str())));
        let parts = clues.header_parts.iter();
        fields.extend(parts.map(|(role, part)| (Basis::Header, *role, part.as_str())));
        for (key, value) in &clues.front_matter {
            if let Some(role) = self.columns.role(key) {
                fields.push((Basis::FrontMatter, role, value));
            }
        }
        let headed = block.fields.iter().chain(&own.fields);
        fields.extend(headed.map(|(role, value)| (Basis::Header, *role, *value)));
        let block_titles = block.titles.len();
        let mut titles = block.titles;
        titles.extend(own.titles.iter().copied());
        Sources {
            clues,
            text,
            fields,
            titles,
            block_titles,
            own,
            preamble,
        }
    }

    /// Everything that a note says, in the order of trust.
    pub(super) fn attribute_sources(&self, sources: &Sources<'_>) -> Attributed {
        let mut out = Attributed::default();
        self.people_of(sources, &mut out);
        self.dates_of(sources, &mut out);
        let pieces = self.pieces(sources);
        self.session_type_of(sources, &pieces, &mut out);
        out.setting = self.setting_of(sources, &pieces);
        out.author = self.author_of(sources);
        // One of these waits for every note of the study until all are settled.
        out.people.shrink_to_fit();
        out.dates.shrink_to_fit();
        out
    }

    fn people_of(&self, sources: &Sources<'_>, out: &mut Attributed) {
        let mut add = |basis: Basis, clue: Option<PersonClue>| {
            out.people.extend(clue.map(|clue| (basis, clue)));
        };
        for (basis, cell) in sources.values(Role::Participant) {
            if self.is_empty_value(cell) {
                continue;
            }
            match self.people.value(cell) {
                Ok(clue) => add(basis, clue),
                // A line of a note may have a colon without being a field.
                Err(_) if basis == Basis::Header => {}
                Err(why) => out.warnings.push(why),
            }
        }
        for line in sources.titles.iter().chain(&sources.own.letterhead) {
            add(Basis::Header, self.people.in_line(line, reading_of(line)));
        }
        let clues = sources.clues;
        add(Basis::Sheet, self.people.in_name(&clues.sheet));
        add(Basis::FileName, self.people.in_name(&clues.file_name));
        let preamble = &sources.preamble;
        for (_, cell) in preamble
            .fields
            .iter()
            .filter(|(role, _)| *role == Role::Participant)
        {
            add(Basis::Header, self.people.value(cell).ok().flatten());
        }
        for line in preamble.titles.iter().chain(&preamble.opening) {
            add(Basis::Header, self.people.in_line(line, reading_of(line)));
        }
        for folder in clues.folders.iter().rev() {
            add(Basis::Folder, self.people.in_name(folder));
        }
        let sentences = sources.own.opening.iter().take(2);
        for sentence in sentences.filter(|s| !self.people.lists_several(s)) {
            add(
                Basis::Text,
                self.people.in_line(sentence, reading_of(sentence)),
            );
        }
        if out.people.is_empty() {
            let body = opening(sources.text, BODY_LOOKED_AT);
            let found = self.people.only_listed(body);
            out.people.extend(found.map(|clue| (Basis::Text, clue)));
        }
        for (role, value) in &clues.study {
            if *role == Role::Participant
                && let Ok(Some(clue)) = self.people.value(value)
            {
                out.people.push((Basis::StudyFile, clue));
            }
        }
    }

    fn dates_of(&self, sources: &Sources<'_>, out: &mut Attributed) {
        let find = |text: &str, place| self.lines.note_dates(&self.calendar, text, place);
        for (basis, cell) in sources.values(Role::Date) {
            match best(find(cell, Place::Cell)) {
                Some(date) => out.dates.push((basis, date)),
                None if basis == Basis::Column
                    && cell.chars().any(char::is_alphanumeric)
                    && !self.is_empty_value(cell) =>
                {
                    let shown: String = cell.chars().take(40).collect();
                    out.warnings
                        .push(format!("the date \"{shown}\" could not be read"));
                }
                None => {}
            }
        }
        for (number, line) in sources.titles.iter().enumerate() {
            let mut found = find(line, Place::Line);
            let is_block = number < sources.block_titles;
            found.retain(|d| is_block || !d.lacks_year() || stands_free(line, d));
            out.dates
                .extend(best(found).map(|date| (Basis::Header, date)));
        }
        for (basis, answer) in sources.values(Role::SessionType) {
            let found = find(answer, Place::Line)
                .into_iter()
                .filter(FoundDate::is_full);
            out.dates
                .extend(best(found.collect()).map(|date| (basis, date)));
        }
        let clues = sources.clues;
        let folders = clues.folders.iter().rev().map(|f| (Basis::Folder, f));
        let names = [
            (Basis::Sheet, &clues.sheet),
            (Basis::FileName, &clues.file_name),
        ];
        for (basis, name) in names.into_iter().chain(folders) {
            out.dates
                .extend(best(find(name, Place::Name)).map(|date| (basis, date)));
        }
        self.text_dates(sources, out);
        if out.dates.iter().any(|(_, date)| date.readings.len() > 1) {
            out.body_proves = self.proofs(sources.text);
        }
    }

    /// Dates that the text's first and last lines give as the note's, and months that a file's
    /// preamble names.
    fn text_dates(&self, sources: &Sources<'_>, out: &mut Attributed) {
        let find = |text: &str| self.lines.note_dates(&self.calendar, text, Place::Line);
        for (number, sentence) in sources.own.opening.iter().enumerate() {
            let mut found = find(sentence);
            if found.is_empty() {
                continue;
            }
            let about = self.readers().analyse(sentence);
            let is_fragment = about.other_words <= if number == 0 { 3 } else { 1 };
            let is_bare = number == 0 && about.other_words <= 1;
            found.retain(|d| {
                let before = Span::new(0, d.span.start).slice(sentence);
                let is_now = number == 0 && self.types.speaks_of_now(before);
                let is_free = d.is_named || stands_free(sentence, d);
                let is_first = number == 0 && (starts_with_day(d) || (is_bare && is_free));
                (d.is_full() && (is_fragment || is_now || (number == 0 && d.span.start <= 6)))
                    || (d.lacks_year() && is_first)
            });
            out.dates
                .extend(best(found).map(|date| (Basis::Text, date)));
        }
        for line in sources
            .own
            .tail
            .iter()
            .filter(|l| l.len() <= SIGNED_LINE_MAX)
            .take(2)
        {
            let found: Vec<FoundDate> = find(line).into_iter().filter(FoundDate::is_full).collect();
            if found.is_empty() {
                continue;
            }
            let is_signature = self
                .authors
                .in_signature(&without_date(line, self), &self.people);
            if is_signature.is_some() {
                out.dates
                    .extend(best(found).map(|date| (Basis::Text, date)));
            }
        }
        for line in sources.preamble_lines() {
            let found = self.calendar.find(line, Place::Name).into_iter();
            let partial = found.filter(|d| d.only().is_some_and(|p| p.day.is_none()));
            out.dates
                .extend(partial.take(1).map(|date| (Basis::Header, date)));
        }
    }

    /// The orders that dates with a year prove in the text's opening part.
    fn proofs(&self, text: &str) -> Vec<DateOrder> {
        let lines = text
            .lines()
            .take(PROVING_LINES)
            .map(|l| opening(l, PROVING_BYTES));
        let dated = lines.filter(|l| has_numeric_date(l));
        let found = dated.flat_map(|l| self.calendar.find(l, Place::Line));
        let mut proofs: Vec<DateOrder> = found
            .filter(FoundDate::is_full)
            .filter_map(|d| d.proves)
            .collect();
        proofs.sort_unstable();
        proofs.dedup();
        proofs
    }

    fn author_of(&self, sources: &Sources<'_>) -> Sourced<Arc<str>> {
        for (basis, value) in sources.values(Role::Author) {
            let value = value.trim();
            if value.chars().any(char::is_alphabetic) && !self.is_empty_value(value) {
                return Sourced::from(value.into(), basis);
            }
        }
        let people = &self.people;
        for line in &sources.titles {
            if let Some(author) = self.authors.in_title(line, people) {
                return Sourced::from(author.into(), Basis::Header);
            }
        }
        for line in &sources.own.tail {
            let undated = without_date(line, self);
            let signed = self.authors.in_signature(line, people);
            if let Some(author) = signed.or_else(|| self.authors.in_signature(&undated, people)) {
                return Sourced::from(author.into(), Basis::Text);
            }
        }
        for line in &sources.titles {
            if let Some(author) = self.authors.ends_title(line, people) {
                return Sourced::from(author.into(), Basis::Header);
            }
        }
        let preamble = sources.preamble.fields.iter();
        let keyed = preamble
            .filter(|(role, _)| *role == Role::Author)
            .map(|(_, v)| (*v).to_owned());
        let lines = sources
            .preamble
            .titles
            .iter()
            .chain(&sources.preamble.opening);
        let titled = lines.filter_map(|line| self.authors.in_title(line, people));
        if let Some(author) = keyed.chain(titled).next() {
            return Sourced::from(author.into(), Basis::Header);
        }
        let study = sources
            .clues
            .study
            .iter()
            .find(|(role, _)| *role == Role::Author);
        study.map_or_else(Sourced::unknown, |(_, v)| {
            Sourced::from(v.as_str().into(), Basis::StudyFile)
        })
    }

    pub(super) fn readers(&self) -> Readers<'_> {
        Readers {
            lines: &self.lines,
            calendar: &self.calendar,
            people: &self.people,
            types: &self.types,
            settings: &self.settings,
            authors: &self.authors,
        }
    }
}

impl<'n> Sources<'n> {
    /// Lines that stand before the first block of the file.
    fn preamble_lines(&self) -> impl Iterator<Item = &'n str> {
        let preamble = &self.preamble;
        preamble.titles.iter().chain(&preamble.opening).copied()
    }

    /// Values of a role that stand in columns, front matter and headers, in the order of trust.
    fn values(&self, role: Role) -> impl Iterator<Item = (Basis, &'n str)> {
        let of_role = self.fields.iter().filter(move |(_, r, _)| *r == role);
        of_role.map(|(basis, _, value)| (*basis, *value))
    }
}

/// The best date among those of one text: one with all parts before one without.
fn best(found: Vec<FoundDate>) -> Option<FoundDate> {
    let full = found
        .iter()
        .position(|d| d.is_full() && !d.readings.is_empty());
    let day = || found.iter().position(FoundDate::lacks_year);
    let at = full.or_else(day).unwrap_or(0);
    found.into_iter().nth(at)
}

/// Whether a day without year is a piece of its line, and not a fraction in a sentence.
fn stands_free(line: &str, date: &FoundDate) -> bool {
    const SEPARATORS: [char; 10] = ['|', ',', '-', '(', ')', ';', '/', ':', '\u{b7}', '\u{2013}'];
    let before = Span::new(0, date.span.start).slice(line);
    let after = Span::new(date.span.end, line.len()).slice(line);
    let bare = before.trim_end();
    let opens = bare.is_empty() || bare.ends_with(SEPARATORS) || before.len() > bare.len() + 1;
    let bare = after.trim_start();
    let ends = bare.is_empty() || bare.starts_with(SEPARATORS) || after.len() > bare.len() + 1;
    (opens && ends) || starts_with_day(date) || date.is_named || words(line).len() <= 6
}

/// Whether a date without year stands at the start of its sentence.
fn starts_with_day(date: &FoundDate) -> bool {
    date.span.start <= 6 && date.lacks_year()
}

/// Whether digits, a separator and digits stand in a line.
fn has_numeric_date(line: &str) -> bool {
    let is_between = |w: &[u8]| {
        w[0].is_ascii_digit() && matches!(w[1], b'/' | b'-' | b'.') && w[2].is_ascii_digit()
    };
    line.as_bytes().windows(3).any(is_between)
}

/// A short line without its first date: "RC 3/4/21" and "3/4/21 RC" are signatures.
fn without_date(line: &str, recogniser: &Recogniser) -> String {
    const SEPARATORS: [char; 8] = [' ', ',', '-', '|', '\u{2013}', ':', ';', '('];
    if line.len() > SIGNED_LINE_MAX {
        return line.to_owned();
    }
    let found = recogniser
        .calendar
        .find(line, Place::Line)
        .into_iter()
        .next();
    let span = found.map_or(Span::new(line.len(), line.len()), |d| d.span);
    let before = Span::new(0, span.start)
        .slice(line)
        .trim_matches(SEPARATORS);
    let after = Span::new(span.end, line.len())
        .slice(line)
        .trim_matches(SEPARATORS);
    if before.is_empty() {
        after.to_owned()
    } else {
        before.to_owned()
    }
}
