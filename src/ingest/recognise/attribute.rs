//! Reads what one note says of itself, source by source, the strongest first.

use std::borrow::Cow;

use crate::model::corpus::{Basis, Sourced};
use crate::model::reading::{DateOrder, Role};
use crate::text::Span;

use super::clues::Clues;
use super::dates::{FoundDate, Place};
use super::head::{Head, head, header};
use super::kinds::{Kinds, Verdict};
use super::line::{Readers, reading_of};
use super::people::PersonClue;
use super::phrases::Reading;
use super::words::words;
use super::{Attributed, Recogniser};

/// Most words of an opening sentence that is read like a title.
const SHORT_SENTENCE_WORDS: usize = 10;
/// Most words of an opening sentence whose date is the note's.
const DATED_SENTENCE_WORDS: usize = 16;
/// How far into the text a participant of the table is looked for, in bytes.
const BODY_LOOKED_AT: usize = 1500;
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

/// A piece of text that may name a session type or a setting.
struct Piece<'n> {
    basis: Basis,
    text: Cow<'n, str>,
    reading: Reading,
    /// Whether it is meant to say the type: a cell, a value behind a key.
    is_answer: bool,
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
        self.session_type_of(sources, &mut out);
        out.setting = self.setting_of(sources);
        out.author = self.author_of(sources);
        out
    }

    fn people_of(&self, sources: &Sources<'_>, out: &mut Attributed) {
        let mut add = |basis: Basis, clue: Option<PersonClue>| {
            out.people.extend(clue.map(|clue| (basis, clue)));
        };
        for (basis, cell) in sources.values(Role::Participant) {
            match self.people.value(cell) {
                Ok(clue) => add(basis, clue),
                Err(why) => out.warnings.push(why),
            }
        }
        for line in &sources.titles {
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
        for sentence in sources.own.opening.iter().take(2) {
            add(
                Basis::Text,
                self.people.in_line(sentence, reading_of(sentence)),
            );
        }
        if out.people.is_empty() {
            let end = sources
                .text
                .char_indices()
                .map(|(i, _)| i)
                .find(|i| *i >= BODY_LOOKED_AT);
            let body = Span::new(0, end.unwrap_or(sources.text.len())).slice(sources.text);
            let found = body
                .lines()
                .find_map(|l| self.people.in_line(l, reading_of(l)));
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
                None if basis == Basis::Column && cell.chars().any(char::is_alphanumeric) => {
                    let shown: String = cell.chars().take(40).collect();
                    out.warnings
                        .push(format!("the date \"{shown}\" could not be read"));
                }
                None => {}
            }
        }
        let answers = sources.values(Role::SessionType).map(|(_, value)| value);
        for line in sources.titles.iter().copied().chain(answers) {
            if let Some(date) = best(find(line, Place::Line)) {
                out.dates.push((Basis::Header, date));
            }
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
        for (number, sentence) in sources.own.opening.iter().enumerate() {
            let count = words(sentence).len();
            let mut found = find(sentence, Place::Line);
            found.retain(|d| d.is_full() || (number == 0 && starts_with_day(d)));
            if number == 0 || count <= DATED_SENTENCE_WORDS {
                out.dates
                    .extend(best(found).map(|date| (Basis::Text, date)));
            }
        }
        for line in sources
            .own
            .tail
            .iter()
            .filter(|l| l.len() <= SIGNED_LINE_MAX)
            .take(2)
        {
            let found = find(line, Place::Line)
                .into_iter()
                .filter(FoundDate::is_full);
            let is_signature = self
                .authors
                .in_signature(before_date(line, self), &self.people);
            if is_signature.is_some() {
                out.dates
                    .extend(best(found.collect()).map(|date| (Basis::Text, date)));
            }
        }
        let preamble = sources
            .preamble
            .titles
            .iter()
            .chain(&sources.preamble.opening);
        for line in preamble {
            let found = self.calendar.find(line, Place::Name).into_iter();
            let partial = found.filter(|d| d.only().is_some_and(|p| p.day.is_none()));
            out.dates
                .extend(partial.take(1).map(|date| (Basis::Header, date)));
        }
        out.body_proves = self.proofs(sources.text);
    }

    /// The orders that dates with a year prove in the text's opening part.
    fn proofs(&self, text: &str) -> Vec<DateOrder> {
        let found = text
            .lines()
            .take(60)
            .flat_map(|l| self.calendar.find(l, Place::Line));
        let mut proofs: Vec<DateOrder> = found
            .filter(FoundDate::is_full)
            .filter_map(|d| d.proves)
            .collect();
        proofs.sort_unstable();
        proofs.dedup();
        proofs
    }

    fn session_type_of(&self, sources: &Sources<'_>, out: &mut Attributed) {
        let pieces = self.pieces(sources, Role::SessionType);
        let mut said: Vec<(Basis, Verdict)> = Vec::new();
        for piece in &pieces {
            let mut verdict = self.types.read(&piece.text, piece.reading);
            verdict.is_sure |= piece.is_answer && verdict.is_whole && !verdict.kinds.is_empty();
            said.push((piece.basis, verdict));
        }
        said.extend(self.opening_type(sources));
        for line in sources
            .preamble
            .titles
            .iter()
            .chain(&sources.preamble.opening)
        {
            let mut verdict = self.types.read(line, reading_of(line));
            verdict.is_sure = false;
            said.push((Basis::Header, verdict));
        }
        for (role, value) in &sources.clues.study {
            if *role == Role::SessionType {
                said.push((Basis::StudyFile, self.types.read(value, Reading::Name)));
            }
        }
        out.session_number = said.iter().find_map(|(_, verdict)| verdict.number);
        choose_type(&self.types, &said, out);
    }

    /// What the opening sentences say of the type.
    fn opening_type(&self, sources: &Sources<'_>) -> Option<(Basis, Verdict)> {
        let opening = &sources.own.opening;
        for (number, sentence) in opening.iter().enumerate() {
            let reading = reading_of(sentence);
            let is_short = words(sentence).len() <= SHORT_SENTENCE_WORDS;
            let verdict = if is_short && number < 3 {
                self.types
                    .read(&self.blanked(sentence, Place::Line), reading)
            } else if number < 2 {
                self.types.read_prose(sentence, reading)
            } else {
                continue;
            };
            if verdict.is_sure && (!verdict.kinds.is_empty() || !verdict.open.is_empty()) {
                return Some((Basis::Text, verdict));
            }
        }
        let mut first = sources.own.titles.iter().chain(opening.iter().take(2));
        let kind = first.find_map(|s| self.types.read_cues(s))?;
        Some((
            Basis::Text,
            Verdict {
                kinds: vec![kind],
                is_sure: true,
                ..Verdict::default()
            },
        ))
    }

    fn setting_of(&self, sources: &Sources<'_>) -> Sourced<String> {
        for (basis, value) in sources.values(Role::Setting) {
            let value = value.trim();
            if !value.chars().any(char::is_alphanumeric) {
                continue;
            }
            let ticked = super::kinds::ticked(value);
            let known = self.settings.first(value, Reading::Name);
            let name = known.map(|kind| self.settings.name(kind).to_owned());
            let plain = || ticked.trim_matches([';', ' ']).to_owned();
            return Sourced::from(name.unwrap_or_else(plain), basis);
        }
        let mut pieces = self.pieces(sources, Role::SessionType);
        for sentence in sources.own.opening.iter().take(2) {
            pieces.push(Piece {
                basis: Basis::Text,
                text: Cow::Borrowed(sentence),
                reading: reading_of(sentence),
                is_answer: false,
            });
        }
        for line in sources
            .preamble
            .titles
            .iter()
            .chain(&sources.preamble.opening)
        {
            pieces.push(Piece {
                basis: Basis::Header,
                text: Cow::Borrowed(line),
                reading: reading_of(line),
                is_answer: false,
            });
        }
        for piece in &pieces {
            let found = if piece.basis == Basis::Text {
                self.settings.first_sure(&piece.text, piece.reading)
            } else {
                self.settings.first(&piece.text, piece.reading)
            };
            if let Some(kind) = found {
                return Sourced::from(self.settings.name(kind).to_owned(), piece.basis);
            }
        }
        let study = sources
            .clues
            .study
            .iter()
            .find(|(role, _)| *role == Role::Setting);
        study.map_or_else(Sourced::unknown, |(_, v)| {
            Sourced::from(v.clone(), Basis::StudyFile)
        })
    }

    fn author_of(&self, sources: &Sources<'_>) -> Sourced<String> {
        for (basis, value) in sources.values(Role::Author) {
            let value = value.trim();
            if value.chars().any(char::is_alphabetic) {
                return Sourced::from(value.to_owned(), basis);
            }
        }
        let people = &self.people;
        for line in &sources.titles {
            if let Some(author) = self.authors.in_title(line, people) {
                return Sourced::from(author, Basis::Header);
            }
        }
        for line in &sources.own.tail {
            if let Some(author) = self.authors.in_signature(line, people) {
                return Sourced::from(author, Basis::Text);
            }
        }
        for line in &sources.titles {
            if let Some(author) = self.authors.ends_title(line, people) {
                return Sourced::from(author, Basis::Header);
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
            return Sourced::from(author, Basis::Header);
        }
        let study = sources
            .clues
            .study
            .iter()
            .find(|(role, _)| *role == Role::Author);
        study.map_or_else(Sourced::unknown, |(_, v)| {
            Sourced::from(v.clone(), Basis::StudyFile)
        })
    }

    /// What may name a type, in the order of trust, dates and people blanked out.
    fn pieces<'n>(&self, sources: &'n Sources<'_>, role: Role) -> Vec<Piece<'n>> {
        let piece = |basis, text: &'n str, place, reading, is_answer| Piece {
            basis,
            text: self.blanked(text, place),
            reading,
            is_answer,
        };
        let mut out = Vec::new();
        for (basis, value) in sources.values(role) {
            out.push(piece(basis, value, Place::Line, Reading::Name, true));
        }
        for line in &sources.titles {
            out.push(piece(
                Basis::Header,
                line,
                Place::Line,
                reading_of(line),
                false,
            ));
        }
        let clues = sources.clues;
        let folders = clues.folders.iter().rev().map(|f| (Basis::Folder, f));
        let names = [
            (Basis::Sheet, &clues.sheet),
            (Basis::FileName, &clues.file_name),
        ];
        for (basis, name) in names.into_iter().chain(folders) {
            out.push(piece(basis, name, Place::Name, Reading::Name, false));
        }
        out
    }

    /// A text with bars where its dates stand, so that "KS 3-2-23" is not session three.
    fn blanked<'n>(&self, text: &'n str, place: Place) -> Cow<'n, str> {
        let dates = self.calendar.find(text, place);
        if dates.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut start = 0;
        for date in dates {
            out.push_str(Span::new(start, date.span.start).slice(text));
            out.push('|');
            start = date.span.end;
        }
        out.push_str(Span::new(start, text.len()).slice(text));
        Cow::Owned(out)
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
    /// Values of a role that stand in columns, front matter and headers, in the order of trust.
    fn values(&self, role: Role) -> impl Iterator<Item = (Basis, &'n str)> {
        let of_role = self.fields.iter().filter(move |(_, r, _)| *r == role);
        of_role.map(|(basis, _, value)| (*basis, *value))
    }
}

/// Takes the strongest deciding verdict, else the strongest weak one; warns where others differ.
fn choose_type(types: &Kinds, said: &[(Basis, Verdict)], out: &mut Attributed) {
    let says = |v: &Verdict| !v.kinds.is_empty() || !v.open.is_empty();
    let sure = said.iter().filter(|(_, v)| v.is_sure && says(v));
    let weak = said.iter().filter(|(_, v)| !v.is_sure && says(v));
    let Some((basis, verdict)) = sure.clone().chain(weak).next() else {
        return;
    };
    let mut bases = vec![*basis];
    let mut kind = verdict.kind();
    if kind.is_none() {
        let narrower = sure
            .clone()
            .find(|(_, v)| v.kind().is_some_and(|k| verdict.open.contains(&k)));
        match narrower {
            Some((other, v)) => {
                kind = v.kind();
                bases.push(*other);
            }
            None => {
                let names: Vec<&str> = verdict.open.iter().map(|k| types.name(*k)).collect();
                let names = names.join(" or ");
                out.warnings
                    .push(format!("the session type is left open: {names}"));
                return;
            }
        }
    }
    let Some(kind) = kind else { return };
    let Some(name) = types.listed(kind) else {
        let name = types.name(kind);
        out.warnings.push(format!(
            "it says \"{name}\", which is not in the study's list of session types"
        ));
        return;
    };
    for (other, v) in sure {
        let differs = v
            .kind()
            .is_some_and(|k| !v.kinds.contains(&kind) && !verdict.kinds.contains(&k));
        if differs && *other != Basis::Text && !bases.contains(other) {
            let named = types.name(v.kind().unwrap_or(kind));
            let (strong, weak) = (basis.as_str(), other.as_str());
            out.warnings
                .push(format!("{strong} says {name}, {weak} says {named}"));
            break;
        }
    }
    bases.dedup();
    out.session_type = Sourced {
        value: Some(name.to_owned()),
        basis: bases,
    };
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

/// Whether a date without year stands at the start of its sentence.
fn starts_with_day(date: &FoundDate) -> bool {
    date.span.start <= 6 && date.lacks_year()
}

/// A line up to its first date.
fn before_date<'l>(line: &'l str, recogniser: &Recogniser) -> &'l str {
    let first = recogniser
        .calendar
        .find(line, Place::Line)
        .into_iter()
        .next();
    let end = first.map_or(line.len(), |d| d.span.start);
    Span::new(0, end)
        .slice(line)
        .trim_end_matches([' ', ',', '-', '|', '\u{2013}', ':'])
}
