//! Reads what one note says of itself, source by source, the strongest first.

mod dates;
mod types;

use std::sync::Arc;

use crate::model::corpus::{Basis, Sourced};
use crate::model::reading::Role;
use crate::text::Span;

use super::clues::Clues;
use super::dates::Place;
use super::head::{Head, head, header, is_of_another};
use super::legend::is_legend;
use super::line::{Readers, reading_of};
use super::people::PersonClue;
use super::words::{opening, words};
use super::{Attributed, Recogniser};

/// How far into the text a participant of the table is looked for, in bytes.
const BODY_LOOKED_AT: usize = 1500;
/// How many lines of a text, and how much of each, may prove an order of day and month.
const PROVING_LINES: usize = 60;
const PROVING_BYTES: usize = 2000;
/// So many words that name a session are a title, and no participant's name.
const SUBJECT_WORDS_MIN: usize = 4;
/// Within how many lines the head of a message stands.
const MESSAGE_LINES: usize = 8;
/// Longest line that may be a signature with a date.
const SIGNED_LINE_MAX: usize = 70;

/// Everything around and at the ends of one note's text.
pub(super) struct Sources<'n> {
    clues: &'n Clues,
    text: &'n str,
    fields: Vec<(Basis, Role, &'n str)>,
    titles: Vec<&'n str>,
    block_titles: usize,
    /// Subjects of answers: they were written for the first message.
    answered: Vec<&'n str>,
    own: Head<'n>,
    preamble: Head<'n>,
}

impl Recogniser {
    /// Gathers a note's sources.
    pub(super) fn sources<'n>(&self, clues: &'n Clues, text: &'n str) -> Sources<'n> {
        let readers = self.readers();
        let block = header(&clues.header, &self.columns);
        let mut own = head(text, &self.columns, &self.body_headings, &readers);
        let mut preamble = head(
            &clues.preamble,
            &self.columns,
            &self.body_headings,
            &readers,
        );
        for head in [&mut own, &mut preamble] {
            head.titles.retain(|line| !is_legend(line));
            head.opening.retain(|line| !is_legend(line));
        }
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
        let block_titles = block.titles.len();
        let mut titles = block.titles;
        titles.extend(own.titles.iter().copied());
        let mut answered = Vec::new();
        for (role, value) in block.fields.iter().chain(&own.fields) {
            let may_be_subject = matches!(role, Role::Participant | Role::SessionType);
            let subject = self.messages.unmarked(value).filter(|_| may_be_subject);
            if let Some((subject, true)) = subject {
                answered.push(subject);
                continue;
            }
            let value = &subject.map_or(*value, |(subject, _)| subject);
            let (value, rest) = match role {
                Role::Participant if self.is_subject(clues, text, value) => {
                    match self.id_and_rest(value) {
                        (id, "") => ("", id),
                        parts => parts,
                    }
                }
                Role::Participant => self.id_and_rest(value),
                _ => (*value, ""),
            };
            fields.extend((!value.is_empty()).then_some((Basis::Header, *role, value)));
            titles.extend((!rest.is_empty()).then_some(rest));
        }
        Sources {
            clues,
            text,
            fields,
            titles,
            block_titles,
            answered,
            own,
            preamble,
        }
    }

    /// Everything that a note says, in the order of trust.
    pub(super) fn attribute_sources(&self, sources: &Sources<'_>) -> Attributed {
        let mut out = Attributed {
            told_order: sources.clues.date_order,
            ..Attributed::default()
        };
        self.people_of(sources, &mut out);
        self.dates_of(sources, &mut out);
        let pieces = self.pieces(sources);
        self.session_type_of(sources, &pieces, &mut out);
        out.setting = self.setting_of(sources, &pieces);
        out.author = self.author_of(sources);
        let block_titles = sources.titles.iter().take(sources.block_titles);
        out.names_another = { block_titles }.any(|line| self.readers().analyse(line).other_words > 0)
                // A letter is about somebody, though nobody knows the name.
                || sources.own.is_letter;
        // One of these waits for every note of the study until all are settled.
        out.people.shrink_to_fit();
        out.dates.shrink_to_fit();
        out
    }

    /// Whether a value is the subject of a message: a title, whatever it says, and nobody's name.
    fn is_subject(&self, clues: &Clues, text: &str, value: &str) -> bool {
        let lines = || clues.header.lines().chain(text.lines()).take(MESSAGE_LINES);
        let is_message = lines().any(|line| self.is_addressee(line));
        let is_its_line = |line: &str| {
            line.split_once(':').is_some_and(|(key, behind)| {
                let key = key.trim().to_lowercase();
                self.subjects.contains(&key) && behind.trim().ends_with(value.trim())
            })
        };
        is_message && lines().any(is_its_line)
    }

    /// A participant's id, and what a header says behind it: "A03 - dosing session 1". What names a
    /// session and no id is no participant but a title, as a message's subject is.
    fn id_and_rest<'v>(&self, value: &'v str) -> (&'v str, &'v str) {
        let (first, rest) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
        let rest = rest.trim_matches([' ', '-', '\u{2013}', '\u{2014}', ',', ':', ';', '|']);
        let about = self.readers().analyse(rest);
        if !(about.session || about.date) {
            return (value, "");
        }
        let id = first.trim_end_matches([',', ':', ';']);
        let has_digit = id.contains(|c: char| c.is_ascii_digit());
        let is_id = has_digit && self.people.value(id).is_ok_and(|clue| clue.is_some());
        if is_id {
            (id, rest)
        } else if words(value).len() >= SUBJECT_WORDS_MIN {
            ("", value)
        } else {
            (value, "")
        }
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
        for clue in self.people_of_titles(sources) {
            add(Basis::Header, clue);
        }
        for (basis, clue) in self.people_of_subjects(sources) {
            add(basis, clue);
        }
        let clues = sources.clues;
        add(Basis::Sheet, self.people.in_name(&clues.sheet));
        // "rpt_0427.csv" is a table of many people, and its name nobody's code.
        let is_row = !clues.columns.is_empty();
        let in_name = self.people.in_name(&clues.file_name);
        add(
            Basis::FileName,
            in_name.filter(|clue| clue.is_sure || !is_row),
        );
        for (basis, name) in clues.names() {
            add(basis, self.people.doubtful(name));
        }
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
        self.people_of_thread(&clues.quoted_in, out);
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

    /// Whom a note's titles name: by a code, by a courtesy ("Mrs K."), by a code that needs others to vouch.
    fn people_of_titles(&self, sources: &Sources<'_>) -> Vec<Option<PersonClue>> {
        let titles = || sources.titles.iter().chain(&sources.answered);
        let lines = titles().chain(&sources.own.letterhead);
        let mut out: Vec<_> = lines
            .map(|line| self.people.in_line(line, reading_of(line)))
            .collect();
        let courteous = sources.titles.iter();
        out.extend(courteous.map(|line| self.people.courteous_in_line(line)));
        out.extend(titles().map(|line| self.people.doubtful(line)));
        out
    }

    /// Whom the subject of a letter or a message names ("Re: MRN 2207, your patient"), and lines of a
    /// name and a birth date above a letter.
    fn people_of_subjects(&self, sources: &Sources<'_>) -> Vec<(Basis, Option<PersonClue>)> {
        let own = &sources.own;
        let mut out = Vec::new();
        for (basis, answer) in sources.values(Role::SessionType) {
            let named = self.people.in_line(answer, reading_of(answer));
            let (sure, other) = match named {
                Some(clue) if clue.is_sure => (Some(clue), None),
                other => (None, other),
            };
            let is_letter = own.is_letter && basis == Basis::Header;
            let letter = || self.people.of_letter(answer, sources.text);
            out.push((basis, sure));
            out.push((basis, self.people.courteous_first(answer)));
            out.push((basis, is_letter.then(letter).flatten()));
            out.push((basis, other));
        }
        let lines = own.letterhead.iter().chain(&own.titles).chain(&own.opening);
        let lines = lines.filter(|_| own.is_letter);
        out.extend(lines.map(|line| (Basis::Header, self.people.with_birth(line))));
        out
    }

    /// Whom the message is about that quotes this one.
    fn people_of_thread(&self, header_lines: &str, out: &mut Attributed) {
        let above = header(header_lines, &self.columns);
        let fields = above.fields.iter();
        let subjects =
            fields.filter(|(role, _)| matches!(role, Role::Participant | Role::SessionType));
        for line in above.titles.iter().chain(subjects.map(|(_, value)| value)) {
            let clue = self.people.in_line(line, reading_of(line));
            let clues = clue.into_iter().chain(self.people.doubtful(line));
            out.people
                .extend(clues.map(|clue| (Basis::Neighbour, clue)));
        }
    }

    fn author_of(&self, sources: &Sources<'_>) -> Sourced<Arc<str>> {
        let mut told = sources.values(Role::Author);
        let is_own = |basis: &Basis| matches!(basis, Basis::Header | Basis::Text);
        if !told.any(|(basis, _)| !is_own(&basis))
            && let Some(author) = self.authors.below_closing(sources.text, &self.people)
        {
            return Sourced::from(author.into(), Basis::Text);
        }
        for (basis, value) in sources.values(Role::Author) {
            let value = value.trim();
            if value.chars().any(char::is_alphabetic) && !self.is_empty_value(value) {
                return Sourced::from(value.into(), basis);
            }
        }
        let people = &self.people;
        // "DATE 5 March": what is left of a line may be the name of a field.
        let is_somebody = |author: &String| self.columns.alone(author).is_none();
        let head = sources.clues.header.lines().chain(sources.text.lines());
        if let Some(author) = self.authors.sender(head, people) {
            return Sourced::from(author.into(), Basis::Header);
        }
        let titled = |may_be: fn(&str, &str) -> bool| {
            let named = |line: &&str| {
                let author = self.authors.in_title(line, people)?;
                (may_be(line, &author) && is_somebody(&author)).then_some(author)
            };
            sources.titles.iter().find_map(named)
        };
        if let Some(author) = titled(|line, author| !is_companion(line, author)) {
            return Sourced::from(author.into(), Basis::Header);
        }
        let tail = &sources.own.tail;
        let added = tail.iter().position(|l| self.authors.begins_addendum(l));
        let tail_lines = tail.iter().skip(added.map_or(0, |at| at + 1));
        for line in tail_lines.filter(|l| !is_of_another(l, &self.columns)) {
            let undated = without_date(line, self);
            let signed = self.authors.in_signature(line, people);
            let signed = signed.or_else(|| self.authors.in_signature(&undated, people));
            if let Some(author) = signed.filter(is_somebody) {
                return Sourced::from(author.into(), Basis::Text);
            }
        }
        if let Some(author) = titled(is_companion) {
            return Sourced::from(author.into(), Basis::Header);
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

/// Whether a line names somebody as the one a session was with: a signature goes before.
fn is_companion(line: &str, name: &str) -> bool {
    let before = line
        .find(name)
        .map_or("", |at| Span::new(0, at).slice(line));
    let before = before.trim_end().to_lowercase();
    before.ends_with(" with") || before.ends_with(" w/")
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
