//! A text that is to be parted, by lines, with what its lines say.

use crate::text::Span;

use super::blocks::is_blank_or_rule;
use super::header_lines::is_bare;
use super::more_heads::Day;
use super::recognise::{HeaderLine, Recogniser};

/// Most lines, and bytes of each, of a title above the first header line.
const TITLE_LINES_MAX: usize = 2;
const TITLE_BYTES_MAX: usize = 70;

/// Fewest days of a diary whose entries stand without empty lines between.
const WEEKDAYS_MIN: usize = 3;

/// A text that is parted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whole<'t> {
    pub(super) text: &'t str,
    pub(super) lines: &'t [Span],
    /// All lines that are read as header lines.
    pub(super) found: &'t [(usize, HeaderLine)],
    pub(super) recogniser: &'t Recogniser,
}

impl<'t> Whole<'t> {
    pub(super) fn line(self, at: usize) -> &'t str {
        self.lines.get(at).map_or("", |l| l.slice(self.text))
    }

    /// Whether nothing, or a rule, stands right above a line.
    pub(super) fn stands_free(self, at: usize) -> bool {
        at == 0 || is_blank_or_rule(self.line(at - 1))
    }

    /// Whether text follows a line, and not the next header line.
    pub(super) fn has_text_behind(self, at: usize) -> bool {
        let next = (at + 1..self.lines.len()).find(|&l| !is_blank_or_rule(self.line(l)));
        next.is_some_and(|next| {
            !self
                .found
                .iter()
                .any(|(l, f)| *l == next && f.other_words == 0)
        })
    }

    /// The day that a line says, in its first reading.
    pub(super) fn day(self, at: usize) -> Option<Day> {
        self.recogniser.days_in(self.line(at)).first().copied()
    }

    /// Lines of a group that repeat the day of the header line above them: what happened that day.
    pub(super) fn events(
        self,
        group: &[(usize, HeaderLine)],
        heads: &[(usize, HeaderLine)],
    ) -> usize {
        let is_event = |at: usize| {
            let head = heads.iter().rev().find(|(head, _)| *head <= at);
            head.is_some_and(|(head, _)| {
                let day = self.day(at);
                *head < at && day.is_some() && self.day(*head) == day
            })
        };
        group
            .iter()
            .filter(|(at, f)| f.date && is_event(*at))
            .count()
    }

    /// Whether a group's lines are days and nothing else, open the text, and go on in time.
    pub(super) fn are_rising_days(self, group: &[(usize, HeaderLine)]) -> bool {
        let bare: Vec<usize> = group
            .iter()
            .filter(|(_, f)| is_bare_day(*f))
            .map(|(at, _)| *at)
            .collect();
        let days: Vec<Option<Day>> = bare.iter().map(|&at| self.day(at)).collect();
        let rise = days
            .windows(2)
            .all(|pair| pair[0].is_some() && pair[0] < pair[1]);
        let opens = bare
            .first()
            .is_some_and(|&first| (0..first).all(|at| is_blank_or_rule(self.line(at))));
        rise && opens && bare.iter().all(|&at| self.has_text_behind(at))
    }

    /// Whether lines of a group begin with a weekday and its day, go on in time, and each has text
    /// right below: a diary without empty lines.
    pub(super) fn are_rising_weekdays(self, group: &[(usize, HeaderLine)]) -> bool {
        let lines: Vec<usize> = group
            .iter()
            .map(|(at, _)| *at)
            .filter(|&at| self.opens_with_weekday(at))
            .collect();
        let days: Vec<Option<Day>> = lines.iter().map(|&at| self.day(at)).collect();
        let rise = days
            .windows(2)
            .all(|pair| pair[0].is_some() && pair[0] < pair[1]);
        let is_header = |line: usize| self.found.iter().any(|(at, _)| *at == line);
        let has_text = |at: &usize| self.has_text(at + 1) && !is_header(at + 1);
        lines.len() >= WEEKDAYS_MIN && rise && lines.iter().all(has_text)
    }

    /// Whether a line begins with a weekday and says its day.
    pub(super) fn opens_with_weekday(self, at: usize) -> bool {
        let line = self.line(at);
        self.recogniser.opens_with_weekday(line) && self.day(at).is_some()
    }

    /// Whether a line says what was held and nothing else.
    pub(super) fn names_only_session(self, at: usize) -> bool {
        let scope = self.recogniser.scope(self.line(at));
        scope.is_some_and(|scope| scope.session && !self.recogniser.is_field(self.line(at)))
    }

    /// Whether such a line stands free right above a line.
    pub(super) fn names_session_above(self, at: usize) -> bool {
        at > 0 && self.names_only_session(at - 1) && self.stands_free(at - 1)
    }

    /// Whether a line says a day and nothing else.
    pub(super) fn is_only_a_day(self, at: usize) -> bool {
        let found = self.found.iter().find(|(line, _)| *line == at);
        found.is_some_and(|(_, found)| is_bare_day(*found))
    }

    /// Whether a line holds anything.
    pub(super) fn has_text(self, at: usize) -> bool {
        !is_blank_or_rule(self.line(at))
    }

    /// Whether nothing but a short title of one line or two stands above a line.
    pub(super) fn stands_under_title(self, at: usize) -> bool {
        let above = || (0..at).map(|line| self.line(line).trim());
        let is_title = |l: &str| l.len() <= TITLE_BYTES_MAX && !l.ends_with(['.', '!', '?', ':']);
        (1..=TITLE_LINES_MAX).contains(&at) && above().all(is_title)
    }

    /// Whether a line opens a form's head: a field, and another below it.
    pub(super) fn opens_form(self, at: usize) -> bool {
        let below = self.line(at + 1);
        self.recogniser.is_field(below) || self.recogniser.is_addressee(below)
    }

    /// Lines that are the same key as the fields of a group, left empty at the top of a form.
    pub(super) fn empty_heads(self, key: &str) -> impl Iterator<Item = (usize, HeaderLine)> {
        let is_key = move |line: &str| line.trim().trim_end_matches(':').to_lowercase() == key;
        let about = HeaderLine {
            keyed: true,
            ..HeaderLine::default()
        };
        (0..self.lines.len())
            .filter(move |&at| {
                let line = self.line(at);
                is_key(line) && self.recogniser.is_empty_field(line) && self.opens_form(at)
            })
            .map(move |at| (at, about))
    }
}

/// Whether a line says a day and nothing else.
pub(super) fn is_bare_day(found: HeaderLine) -> bool {
    found.date && is_bare(found) && found.other_words == 0
}
