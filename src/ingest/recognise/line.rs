//! Tells header and title lines from sentences, by how many of their words a title would have.

use std::collections::BTreeSet;

use crate::model::reading::ReadingRules;
use crate::text::Span;

use super::authors::Authors;
use super::dates::{Calendar, FoundDate, Place};
use super::head::Titles;
use super::kinds::Kinds;
use super::people::People;
use super::phrases::{Numbers, Phrases, Reading};
use super::relative_days::day_number;
use super::words::{Gap, Word, is_shouted, words};

/// What a line that may part two notes of a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says of one role whether the line names it"
)]
pub struct HeaderLine {
    /// It begins or ends with a rule (`===`, `---`, `###`).
    pub ruled: bool,
    /// It holds a date that can be a note's.
    pub date: bool,
    /// It names a participant.
    pub participant: bool,
    /// It names a session type or a numbered session.
    pub session: bool,
    /// It names an author.
    pub author: bool,
    /// It names a setting.
    pub setting: bool,
    /// It begins with a known key and a colon.
    pub keyed: bool,
    /// It begins with a date, a weekday or a month.
    pub opens_dated: bool,
    /// How many words it has.
    pub words: usize,
    /// Words that none of these explains.
    pub other_words: usize,
}

/// Longest header line in bytes.
const LENGTH_MAX: usize = 200;
/// A line of more words that holds two sentences is prose.
const TITLE_WORDS_MAX: usize = 25;

/// What reads lines.
#[derive(Debug)]
pub(super) struct Lines {
    title_words: BTreeSet<String>,
    not_note_date: Phrases<()>,
    birth_year_marks: Phrases<()>,
    written_dates: Phrases<()>,
    pub(super) yesterdays: BTreeSet<String>,
    pub(super) letter_tells: Phrases<()>,
    undated: Phrases<()>,
    numbers: Numbers,
    credentials: BTreeSet<String>,
    salutations: Phrases<()>,
    joiners: BTreeSet<String>,
    pub(super) counted_days: BTreeSet<String>,
}

/// Longest salutation in words: "Dear Dr. van der Berg and colleagues,".
const SALUTATION_WORDS_MAX: usize = 8;
/// Most words of a line that is little else than a date.
const DATE_LINE_WORDS_MAX: usize = 8;

/// The readers that a line is shown to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Readers<'r> {
    pub(super) lines: &'r Lines,
    pub(super) calendar: &'r Calendar,
    pub(super) people: &'r People,
    pub(super) types: &'r Kinds,
    pub(super) settings: &'r Kinds,
    pub(super) authors: &'r Authors,
}

impl Lines {
    /// Compiles the words.
    pub(super) fn new(rules: &ReadingRules, numbers: &Numbers) -> Self {
        let set = |list: &[String]| list.iter().map(|w| w.to_lowercase()).collect();
        let plain = |list: &[String]| Phrases::new(list.iter().map(|p| (p.as_str(), ())), numbers);
        let dates = rules.not_note_date.iter().map(|p| (p.as_str(), ()));
        Self {
            title_words: set(&rules.title_words),
            not_note_date: Phrases::new(dates, numbers),
            birth_year_marks: plain(&rules.birth_year_marks),
            written_dates: plain(&rules.written_dates),
            yesterdays: set(&rules.yesterdays),
            letter_tells: plain(&rules.letter_tells),
            undated: plain(&rules.undated),
            numbers: numbers.clone(),
            credentials: set(&rules.credentials),
            joiners: set(&rules.joiners),
            counted_days: set(&rules.counted_days),
            salutations: Phrases::new(rules.salutations.iter().map(|p| (p.as_str(), ())), numbers),
        }
    }

    /// Whether right before a date a word says that it is the day of writing ("Dictated 3/4/24").
    pub(super) fn is_day_of_writing(&self, line: &str, date: Span) -> bool {
        let before = words(Span::new(0, date.start).slice(line));
        (0..before.len()).any(|at| {
            let found = self.written_dates.longest_at(&before, at, Reading::Name);
            found.is_some_and(|found| found.words.end == before.len())
        })
    }

    /// Whether a line says that there is no day.
    pub(super) fn is_undated(&self, all: &[Word]) -> bool {
        (0..all.len()).any(|at| self.undated.longest_at(all, at, Reading::Name).is_some())
    }

    /// The dates of a text that no word before them makes another day's.
    pub(super) fn note_dates(
        &self,
        calendar: &Calendar,
        text: &str,
        place: Place,
    ) -> Vec<FoundDate> {
        let mut found = calendar.find(text, place);
        if found.is_empty() {
            return found;
        }
        let all = words(text);
        found.retain(|date| {
            let end = all
                .iter()
                .take_while(|w| w.span.end <= date.span.start)
                .count();
            let from = end.saturating_sub(4);
            !(from..end).any(|at| {
                let cue = self.not_note_date.longest_at(&all, at, Reading::Name);
                cue.is_some_and(|cue| {
                    let between = all.get(cue.words.end..=end).unwrap_or_default();
                    cue.words.end <= end
                        && end - cue.words.end <= 1
                        && between
                            .iter()
                            .all(|w| w.gap < Gap::Piece || w.span.start >= date.span.start)
                })
            })
        });
        found
    }
}

impl Lines {
    /// Whether a word of birth stands right before a place of a line ("Ada B., b. 1988").
    pub(super) fn tells_birth(&self, line: &str, at: usize) -> bool {
        let all = words(line);
        let end = all.iter().take_while(|w| w.span.end <= at).count();
        (end.saturating_sub(3)..end).any(|from| {
            let mark = self.birth_year_marks.longest_at(&all, from, Reading::Name);
            mark.is_some_and(|mark| mark.words.end == end)
        })
    }
}

/// How a line's capitals are to be read.
pub(super) fn reading_of(line: &str) -> Reading {
    if is_shouted(line) {
        Reading::Shouted
    } else {
        Reading::Text
    }
}

impl Readers<'_> {
    /// Reads a line as a header; none where it is a sentence, or says nothing of a note.
    pub(super) fn header_line(&self, line: &str) -> Option<HeaderLine> {
        let trimmed = line.trim();
        let bare = super::head::bare(trimmed);
        if bare.is_empty() || bare.len() > LENGTH_MAX {
            return None;
        }
        let ruled = ["==", "--", "##", "**", "__", "~~", ">>", "# "]
            .iter()
            .any(|mark| trimmed.starts_with(mark) || (trimmed.ends_with(mark) && *mark != "# "));
        let mut about = self.analyse(bare);
        let limit_of = |about: &HeaderLine| (about.words / 3).max(if ruled { 4 } else { 3 });
        if about.other_words > limit_of(&about)
            && let Some(plain) = without_brackets(bare)
        {
            let without = self.analyse(&plain);
            about.other_words = without.other_words;
            about.words = without.words;
        }
        about.ruled = ruled;
        about.participant |= about.session && self.people.opened_by_initials(bare).is_some();
        // "Day 12: Dosing 2" says its day, though not by a date.
        if about.session && day_number(bare, &self.lines.counted_days).is_some() {
            about.date = true;
            about.opens_dated = true;
        }
        let says = about.date || about.participant || about.session;
        let is_prose = is_prose(bare, about.words);
        (says && about.other_words <= limit_of(&about) && !is_prose).then_some(about)
    }

    /// What a line names, and how many of its words are left.
    pub(super) fn analyse(&self, line: &str) -> HeaderLine {
        let reading = reading_of(line);
        let dates = self.lines.note_dates(self.calendar, line, Place::Line);
        let all = words(line);
        let people = self.people.spans_among(&all, line, reading);
        let types = self.types.spans(&all, reading);
        let settings = self.settings.spans(&all, reading);
        let authors = self.authors.spans(line);
        let spans: Vec<Span> = dates
            .iter()
            .map(|d| d.span)
            .chain(people.iter().copied())
            .chain(types.iter().chain(&settings).map(|(span, _)| *span))
            .chain(authors.iter().copied())
            .collect();
        let is_said = |word: &super::words::Word| {
            spans.iter().any(|s| s.contains(word.span))
                || word.is_number
                || word.text.chars().count() == 1
                || self.lines.title_words.contains(&word.text)
                || self.lines.credentials.contains(&word.text)
                || self.lines.numbers.value(word).is_some()
                || self.calendar.names(word)
                || self.calendar.is_unit(word)
        };
        HeaderLine {
            ruled: false,
            date: !dates.is_empty(),
            participant: !people.is_empty(),
            session: types.iter().any(|(_, is_own)| *is_own),
            author: !authors.is_empty(),
            setting: settings.iter().any(|(_, is_own)| *is_own),
            keyed: false,
            opens_dated: all.first().is_some_and(|w| {
                self.calendar.names(w) || dates.iter().any(|d| d.span.start == w.span.start)
            }),
            words: all.len(),
            other_words: all.iter().filter(|w| !is_said(w)).count(),
        }
    }
}

impl Titles for Readers<'_> {
    fn is_title(&self, line: &str, is_first: bool) -> bool {
        let about = self.analyse(line);
        let says =
            about.date || about.participant || about.session || about.author || about.setting;
        let has_sentences = words(line).iter().any(|w| w.gap == Gap::Sentence);
        let limit = if line.trim_end().ends_with('.') {
            2
        } else if has_sentences {
            3
        } else if is_first {
            (about.words / 3).max(3)
        } else {
            (about.words / 4).max(2)
        };
        says && about.other_words <= limit && !is_prose(line, about.words)
    }

    fn is_session(&self, line: &str) -> bool {
        let about = self.analyse(line);
        about.session && !about.author && self.is_title(line, false)
    }

    fn is_date(&self, line: &str) -> bool {
        let about = self.analyse(line);
        about.date && about.other_words <= 1 && about.words <= DATE_LINE_WORDS_MAX && !about.author
    }

    fn is_salutation(&self, line: &str) -> bool {
        let all = words(line);
        if all.len() > SALUTATION_WORDS_MAX {
            return false;
        }
        let Some(opens) = self.lines.salutations.longest_at(&all, 0, Reading::Name) else {
            return false;
        };
        // "Dear Dr Shaw" needs no comma where nothing but a name follows.
        let behind = all.get(opens.words.end..).unwrap_or_default();
        let is_name = |w: &Word| w.is_capitalised && w.gap < Gap::Sentence;
        line.ends_with([',', ':', '!'])
            || (!behind.is_empty()
                && !line.ends_with(['.', '?'])
                && behind
                    .iter()
                    .all(|w| is_name(w) || self.lines.joiners.contains(&w.text)))
    }
}

/// A line without what stands in round brackets; none where nothing does.
pub(super) fn without_brackets(line: &str) -> Option<String> {
    let mut out = String::with_capacity(line.len());
    let mut depth = 0_usize;
    for c in line.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    (depth == 0 && out.len() < line.len()).then_some(out)
}

/// Whether a line is long and holds more than one sentence.
fn is_prose(line: &str, count: usize) -> bool {
    if count <= TITLE_WORDS_MAX {
        return false;
    }
    let sentences = words(line)
        .iter()
        .filter(|w| w.gap == Gap::Sentence)
        .count();
    sentences >= 2
}
