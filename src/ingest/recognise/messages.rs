//! What programs for mail write around messages: "On Monday, 10 March 2025 at 14:05, Ida Berg
//! wrote:" above what is answered, and "RE:" before a subject.

use std::collections::BTreeSet;

use crate::model::reading::ReadingRules;
use crate::text::Span;

use super::Recogniser;
use super::dates::{FoundDate, Place};
use super::phrases::{Numbers, Phrases, Reading};
use super::words::{Word, words};

/// Longest line above a quoted message, in bytes.
const LINE_MAX: usize = 300;
/// Most words of a name in it.
const NAME_WORDS_MAX: usize = 5;

/// Compiled words around messages.
#[derive(Debug)]
pub(super) struct Messages {
    wrote: Phrases<()>,
    answers: BTreeSet<String>,
    forwards: BTreeSet<String>,
}

/// What a line above a quoted message says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quoted {
    /// Its day, as written.
    pub(crate) date: String,
    /// Who wrote it.
    pub(crate) author: Option<String>,
}

impl Messages {
    /// Compiles the words.
    pub(super) fn new(rules: &ReadingRules, numbers: &Numbers) -> Self {
        let set = |list: &[String]| list.iter().map(|w| w.to_lowercase()).collect();
        Self {
            wrote: Phrases::new(rules.wrote.iter().map(|p| (p.as_str(), ())), numbers),
            answers: set(&rules.answers),
            forwards: set(&rules.forwards),
        }
    }

    /// Whether a word before a colon marks a subject as that of an answer, or of what was sent on.
    pub(super) fn is_mark(&self, word: &str) -> bool {
        self.answers.contains(word) || self.forwards.contains(word)
    }

    /// A subject without the marks before it, and whether it is an answer's, which was written for
    /// the first message; none where it has no mark.
    pub(super) fn unmarked<'v>(&self, subject: &'v str) -> Option<(&'v str, bool)> {
        let mut rest = subject.trim();
        let mut is_answer = None;
        while let Some((mark, behind)) = rest.split_once(':') {
            // "RE[2]: ...".
            let mark = mark.split('[').next().unwrap_or_default();
            let mark = mark.trim().to_lowercase();
            if !self.is_mark(&mark) {
                break;
            }
            is_answer = Some(is_answer == Some(true) || self.answers.contains(&mark));
            rest = behind.trim_start();
        }
        is_answer.map(|is_answer| (rest, is_answer))
    }
}

impl Recogniser {
    /// Reads a line as the one above a quoted message; none where it is another. A sentence says a
    /// day and that somebody wrote, too, but neither an hour nor an address.
    pub(crate) fn quoted_message(&self, line: &str) -> Option<Quoted> {
        let line = line.trim();
        let is_short = line.len() <= LINE_MAX;
        let line = line.strip_suffix(':').filter(|_| is_short)?;
        let plain = without_addresses(line);
        let mut found = self.calendar.find(&plain, Place::Line).into_iter();
        let date = found.find(FoundDate::is_full)?;
        let all = words(&plain);
        let wrote = (0..all.len())
            .find_map(|at| self.messages.wrote.longest_at(&all, at, Reading::Name))?
            .words;
        let behind_date = Span::new(date.span.end, plain.len()).slice(&plain);
        let has_address = plain.len() < line.len() || line.contains('@');
        if !(has_address || holds_hour(behind_date)) {
            return None;
        }
        let is_name = |word: &&Word| {
            word.is_capitalised
                && !word.is_number
                && !self.calendar.names(word)
                && !self.calendar.is_unit(word)
        };
        let author = self.name_behind(&all, wrote.end, &plain, is_name);
        let author = author.or_else(|| name_before(&all, wrote.start, &plain, is_name));
        (author.is_some() || has_address).then_some(Quoted {
            date: date.written,
            author,
        })
    }

    /// "schrieb Ida Berg".
    fn name_behind(
        &self,
        all: &[Word],
        from: usize,
        text: &str,
        is_name: impl Fn(&&Word) -> bool,
    ) -> Option<String> {
        let name = all.get(from..)?.iter();
        let name: Vec<&Word> = name.take_while(is_name).take(NAME_WORDS_MAX).collect();
        let (first, last) = (name.first()?, name.last()?);
        let is_weekday = self.calendar.names(first);
        let span = Span::new(first.span.start, last.span.end);
        (!is_weekday).then(|| span.slice(text).to_owned())
    }
}

/// "at 14:05, Ida Berg wrote".
fn name_before(
    all: &[Word],
    to: usize,
    text: &str,
    is_name: impl Fn(&&Word) -> bool,
) -> Option<String> {
    let before = all.get(..to)?;
    let count = before.iter().rev().take_while(is_name).count();
    let mut name = before.get(before.len() - count.min(NAME_WORDS_MAX)..)?;
    // "14:05 CET Ida Berg": a clock's zone is no name.
    if count < before.len()
        && let Some((zone, rest)) = name.split_first()
        && zone.is_upper
        && zone.text.chars().count() > 1
        && !rest.is_empty()
    {
        name = rest;
    }
    let span = Span::new(name.first()?.span.start, name.last()?.span.end);
    Some(span.slice(text).to_owned())
}

/// A line without what stands in angle brackets, and without a comma that ends it then.
fn without_addresses(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut is_inside = false;
    for c in line.chars() {
        match c {
            '<' => is_inside = true,
            '>' => is_inside = false,
            _ if !is_inside => out.push(c),
            _ => {}
        }
    }
    out
}

/// Whether an hour stands in a text: "14:05", "14h05", "3.02 pm".
fn holds_hour(text: &str) -> bool {
    let is_hour = |w: &[u8]| {
        w[0].is_ascii_digit() && matches!(w[1], b':' | b'h' | b'.') && w[2].is_ascii_digit()
    };
    text.as_bytes().windows(3).any(is_hour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::reading::english;

    #[test]
    fn lines_above_quoted_messages_say_who_wrote_and_when() {
        let recogniser = Recogniser::new(&english().unwrap(), &[]);
        let read = |line: &str| {
            let found = recogniser.quoted_message(line)?;
            Some((found.date, found.author))
        };
        for (line, date, author) in [
            (
                "On Tuesday, 4 June 2024 at 9:15 am, Ida Berg <ida@example.org> wrote:",
                "4 June 2024",
                Some("Ida Berg"),
            ),
            (
                "On Tue, Jun 4, 2024 at 9:15 AM Ida Berg <ida@example.org> wrote:",
                "Jun 4, 2024",
                Some("Ida Berg"),
            ),
            (
                "On 04/06/2024 09:15 CEST, Ida Berg wrote:",
                "04/06/2024",
                Some("Ida Berg"),
            ),
            (
                "On 4 Jun 2024, at 09:15, ida@example.org wrote:",
                "4 Jun 2024",
                None,
            ),
            (
                "Am 04.06.2024 um 09:15 schrieb Ida Berg:",
                "04.06.2024",
                Some("Ida Berg"),
            ),
            (
                "Le 4 juin 2024 à 09:15, Ida Berg <ida@example.org> a écrit :",
                "4 juin 2024",
                Some("Ida Berg"),
            ),
            (
                "Ida Berg <ida@example.org> schrieb am 4. Juni 2024 um 09:15:",
                "4. Juni 2024",
                Some("Ida Berg"),
            ),
        ] {
            let (found_date, found_author) = read(line).unwrap_or_default();
            assert!(found_date.ends_with(date), "{line}: {found_date}");
            assert_eq!(found_author.as_deref(), author, "{line}");
        }
        // What a note tells is no message.
        for line in [
            "On 4 June 2024 she wrote:",
            "On 4 June 2024, Ida wrote in her journal:",
            "On Tuesday Ida Berg wrote:",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn an_answers_subject_is_known_by_its_mark() {
        let recogniser = Recogniser::new(&english().unwrap(), &[]);
        let unmarked = |subject| recogniser.messages.unmarked(subject);
        assert_eq!(unmarked("RE: FW: P04 dosing"), Some(("P04 dosing", true)));
        assert_eq!(unmarked("Fwd: P04 dosing"), Some(("P04 dosing", false)));
        assert_eq!(unmarked("P04: dosing"), None);
    }
}
