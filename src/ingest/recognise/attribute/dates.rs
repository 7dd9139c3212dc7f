//! The dates that a note gives as its own, source by source.

use crate::model::corpus::Basis;
use crate::model::reading::{DateOrder, Role};
use crate::text::Span;

use super::super::dates::{FoundDate, Place};
use super::super::phrases::Reading;
use super::super::relative_days::{day_number, days_after, first_day};
use super::super::words::{opening, words};
use super::super::{Attributed, Recogniser};
use super::{MESSAGE_LINES, PROVING_BYTES, PROVING_LINES, SIGNED_LINE_MAX, Sources, without_date};

/// Within how many words of "yesterday" the session stands.
const YESTERDAY_WORDS: usize = 8;
/// How many lines above a file's first note, and how long ones, may say its month or year.
const PREAMBLE_LINES_MAX: usize = 8;
const PREAMBLE_LINE_MAX: usize = 120;

impl Recogniser {
    pub(super) fn dates_of(&self, sources: &Sources<'_>, out: &mut Attributed) {
        let mut is_unread = false;
        let find = |text: &str, place| self.lines.note_dates(&self.calendar, text, place);
        let is_letter = sources.own.is_letter;
        if is_letter {
            self.text_dates(sources, out);
            self.complete_by_letter(sources, out);
        }
        let was_yesterday = self.was_yesterday(sources);
        for (basis, cell) in sources.values(Role::Date) {
            match best(find(cell, Place::Cell)).filter(|d| d.is_full() || !is_torn(cell, d)) {
                Some(date) => out.dates.push((basis, date)),
                None if (basis == Basis::Column || is_garbled(cell))
                    && cell.chars().any(char::is_alphanumeric)
                    && !self.is_empty_value(cell) =>
                {
                    is_unread = true;
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
            found.retain(|d| !self.lines.is_day_of_writing(line, d.span));
            found.retain(|d| is_block || !d.lacks_year() || stands_free(line, d));
            out.dates
                .extend(best(found).map(|date| (Basis::Header, date)));
        }
        let is_counted = self.counted_day(sources, out);
        for (basis, answer) in sources.values(Role::SessionType) {
            let found = find(answer, Place::Line)
                .into_iter()
                .filter(FoundDate::is_full);
            out.dates
                .extend(best(found.collect()).map(|date| (basis, date)));
        }
        for (basis, name) in sources.clues.names() {
            out.dates
                .extend(best(find(name, Place::Name)).map(|date| (basis, date)));
        }
        // What a note tells is not the day that its own field leaves open.
        let is_left_open = sources.own.unfilled.contains(&Role::Date);
        if !is_letter && !is_left_open {
            self.text_dates(sources, out);
        }
        if !is_unread {
            self.signature_dates(sources, out);
        }
        if !is_counted {
            self.preamble_dates(sources, out);
        }
        for line in &sources.titles {
            let mut found = find(line, Place::Line);
            found.retain(|d| self.lines.is_day_of_writing(line, d.span));
            out.dates
                .extend(best(found).map(|date| (Basis::Header, date)));
        }
        if was_yesterday && let Some((_, written)) = out.dates.first().filter(|(_, d)| d.is_full())
        {
            let before = days_after(written, -1);
            out.dates.insert(0, (Basis::Text, before));
        }
        if out.dates.iter().any(|(_, date)| date.readings.len() > 1) {
            out.body_proves = self.proofs(sources.text);
            // Other days of the row were written by the same hand.
            let fields = sources.clues.fields.values();
            out.body_proves.extend(fields.flat_map(|f| self.proofs(f)));
        }
    }

    /// The day that a block's header counts from the one that its file names; whether it counts one.
    fn counted_day(&self, sources: &Sources<'_>, out: &mut Attributed) -> bool {
        let words = &self.lines.counted_days;
        let mut titles = sources.titles.iter().take(sources.block_titles);
        let Some(number) = titles.find_map(|title| day_number(title, words)) else {
            return false;
        };
        let find = |line: &str| self.calendar.find(line, Place::Line);
        if let Some((from, date)) = first_day(&sources.clues.preamble, words, find) {
            out.dates
                .push((Basis::Header, days_after(&date, number - from)));
        }
        true
    }

    /// Whether a letter's sentence tells that a session was had: "received her first treatment".
    fn tells_of_session(&self, before: &str) -> bool {
        let all = words(before);
        let verb = (0..all.len()).find_map(|at| {
            let found = self
                .lines
                .letter_tells
                .longest_at(&all, at, Reading::Name)?;
            all.get(found.words.end).map(|w| w.span.start)
        });
        verb.is_some_and(|start| {
            let behind = Span::new(start, before.len()).slice(before);
            let all = words(behind);
            !self.types.spans(&all, Reading::Text).is_empty()
        })
    }

    /// Whether a message or letter tells in its first sentences of a session of the day before: "I saw
    /// her yesterday for integration", "Yesterday was her first dose".
    fn was_yesterday(&self, sources: &Sources<'_>) -> bool {
        let head = sources.clues.header.lines().chain(sources.text.lines());
        let is_message = { head }.take(MESSAGE_LINES).any(|l| self.is_addressee(l));
        if !is_message && !sources.own.is_letter {
            return false;
        }
        let tells = |sentence: &&&str| {
            let all = words(sentence);
            let at = all
                .iter()
                .position(|w| self.lines.yesterdays.contains(&w.text));
            let Some(word) = at.and_then(|at| all.get(at)) else {
                return false;
            };
            let before = Span::new(0, word.span.start).slice(sentence);
            let near = all.iter().skip(at.unwrap_or(0) + 1).take(YESTERDAY_WORDS);
            let end = near.map(|w| w.span.end).max().unwrap_or(word.span.end);
            let behind = Span::new(word.span.end, end).slice(sentence);
            let names_own = |text: &str| {
                let spans = self.types.spans(&words(text), Reading::Text);
                spans.iter().any(|(_, is_own)| *is_own)
            };
            let is_seen =
                self.types.speaks_of_now(before) && words(before).len() <= YESTERDAY_WORDS;
            let opens = at == Some(0) && names_own(behind);
            let had = sources.own.is_letter && self.tells_of_session(before);
            (is_seen && (names_own(behind) || names_own(before))) || opens || had
        };
        let opening = sources.own.opening.iter().take(2);
        opening.chain(&sources.own.titles).any(|s| tells(&s))
    }

    /// Dates that the text's first sentences give as the note's.
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
                let is_told = sources.own.is_letter && self.tells_of_session(before);
                let is_now = number == 0 && (is_told || self.types.speaks_of_now(before));
                let is_free = d.is_named || stands_free(sentence, d);
                let is_first = number == 0 && (starts_with_day(d) || (is_bare && is_free));
                (d.is_full() && (is_fragment || is_now || (number == 0 && d.span.start <= 6)))
                    || (d.lacks_year() && (is_first || (is_now && sources.own.is_letter)))
            });
            out.dates
                .extend(best(found).map(|date| (Basis::Text, date)));
        }
    }

    /// Gives a day that a letter tells without its year the last one before the letter's own day.
    fn complete_by_letter(&self, sources: &Sources<'_>, out: &mut Attributed) {
        let days = |line: &&str| {
            let found = self.lines.note_dates(&self.calendar, line, Place::Line);
            best(found)
                .and_then(|d| d.only())
                .filter(|p| p.count() == 3)
        };
        let Some(own) = sources.titles.iter().find_map(days) else {
            return;
        };
        for (_, date) in out.dates.iter_mut().filter(|(_, d)| d.lacks_year()) {
            for (_, told) in &mut date.readings {
                let is_before = (told.month, told.day) <= (own.month, own.day);
                told.year = own.year.map(|y| if is_before { y } else { y - 1 });
            }
        }
    }

    /// The day a note was signed, where nothing better says its own: not where its own stands there
    /// and cannot be read.
    fn signature_dates(&self, sources: &Sources<'_>, out: &mut Attributed) {
        let find = |text: &str| self.lines.note_dates(&self.calendar, text, Place::Line);
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
    }

    /// The month or year that a file's preamble is of: "March 2022", "week of 7 Nov 2022", "2021".
    fn preamble_dates(&self, sources: &Sources<'_>, out: &mut Attributed) {
        let lines = sources.clues.preamble.lines().map(str::trim);
        let lines = lines.filter(|l| l.len() <= PREAMBLE_LINE_MAX);
        for line in lines.take(PREAMBLE_LINES_MAX) {
            let mut found = self.calendar.find(line, Place::Name).into_iter();
            let month = found.find_map(FoundDate::month_only);
            let of = month.or_else(|| FoundDate::year_only(line));
            let of = of.filter(|date| !self.lines.tells_birth(line, date.span.start));
            out.dates.extend(of.map(|date| (Basis::Header, date)));
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

/// Whether letters or digits stand right around a day without year: "1[O/11/2]O22".
fn is_torn(value: &str, date: &FoundDate) -> bool {
    let before = Span::new(0, date.span.start)
        .slice(value)
        .chars()
        .next_back();
    let after = Span::new(date.span.end, value.len())
        .slice(value)
        .chars()
        .next();
    [before, after]
        .into_iter()
        .flatten()
        .any(char::is_alphanumeric)
}

/// Whether a value has digits enough for a date: "1O/11/2O22" was one before it was scanned.
fn is_garbled(value: &str) -> bool {
    value.len() <= 30 && value.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Whether digits, a separator and digits stand in a line.
fn has_numeric_date(line: &str) -> bool {
    let is_between = |w: &[u8]| {
        w[0].is_ascii_digit() && matches!(w[1], b'/' | b'-' | b'.') && w[2].is_ascii_digit()
    };
    line.as_bytes().windows(3).any(is_between)
}
