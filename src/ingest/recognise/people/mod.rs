//! Whose note it is: ids, numbers, initials and names, and which of them mean the same person.
//!
//! Comes in: cells, names and lines, and the participants' table. Goes out: [`PersonClue`]s. It
//! refuses to take mere capitals for a person: initials count where the table or a word like
//! "Pt" says that they are a participant's.

mod codes;
mod courtesy;
mod forms;
mod keys;
mod letters;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::model::corpus::Participant;
use crate::model::reading::ReadingRules;
use crate::text::{Span, named_code};

use super::dates::Place;
use super::phrases::{Numbers, Phrases, Reading};
use super::words::{Gap, Word, words};

pub(super) use forms::joined;
use forms::{
    ends_letters, forms_of_name, is_dotted, not_ids, span_of, together, without_birth_date,
};

/// What a mention of a participant comes down to; equal keys are one person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PersonKey {
    /// A person of the table, by their place in it.
    Listed(usize),
    /// The n-th participant: "P01", "Pt 1", "#1".
    Number(u64),
    /// Letters and a number: "KAP-07", or a number too long to count people.
    Code(String, u64),
    /// Initials, in small letters.
    Initials(String),
    /// Any other name, folded.
    Name(String),
}

/// A mention of a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PersonClue {
    /// Who is meant.
    pub(super) key: PersonKey,
    /// As written, trimmed.
    pub(super) written: String,
    /// The name that stands beside a code: "Ortega, Dana (DO-11)".
    pub(super) name: Option<String>,
    /// Whether the place or the writing says that a participant is meant.
    pub(super) is_sure: bool,
    /// Whether its letter counts other things, too ("B07", "M4"): it is believed where other notes
    /// surely call people so.
    pub(super) is_doubtful: bool,
}

/// A mention among words.
struct Mention {
    key: PersonKey,
    words: Range<usize>,
}

/// Numbers with more digits are codes, not counts of people.
const COUNT_DIGITS_MAX: usize = 4;
/// On lines of so few words initials of the table need no separators around them.
const SHORT_LINE_WORDS: usize = 12;
/// So many words without a capital or a digit are prose: what a letter is about.
const PROSE_WORDS_MIN: usize = 3;
/// Most words of a participant's name.
const NAME_WORDS_MAX: usize = 6;

/// The participants of the table and the words around their names.
#[derive(Debug)]
pub(super) struct People {
    words: Phrases<()>,
    numbers: Numbers,
    not_ids: BTreeSet<String>,
    study_codes: BTreeSet<String>,
    not_initials: BTreeSet<String>,
    courtesies: BTreeSet<String>,
    units: BTreeSet<String>,
    birth_marks: Phrases<()>,
    /// Joined letters and digits of a name, to its person; none if two people share it.
    aliases: BTreeMap<String, Option<usize>>,
    /// Joined letters and digits of a name as the table writes it.
    exact: BTreeSet<String>,
    /// The number that an id ends with, to its person.
    by_number: BTreeMap<u64, Option<usize>>,
    longest_alias: usize,
    /// Other forms of the table's names ("A. Berg", "Berg, Ada"), in cells and behind keys only.
    forms: BTreeMap<String, Option<usize>>,
}

impl People {
    /// Takes the table's participants and the rules' words.
    pub(super) fn new(rules: &ReadingRules, numbers: &Numbers, table: &[Participant]) -> Self {
        let set = |list: &[String]| list.iter().map(|w| w.to_lowercase()).collect();
        let named = rules.participant_words.iter().map(|w| (w.as_str(), ()));
        let mut people = Self {
            words: Phrases::new(named, numbers),
            numbers: numbers.clone(),
            not_ids: not_ids(rules),
            study_codes: rules.study_codes.iter().map(|c| c.to_lowercase()).collect(),
            not_initials: set(&rules.not_initials),
            courtesies: set(&rules.courtesies),
            units: set(&rules.units),
            birth_marks: Phrases::new(rules.birth_marks.iter().map(|w| (w.as_str(), ())), numbers),
            aliases: BTreeMap::new(),
            exact: BTreeSet::new(),
            by_number: BTreeMap::new(),
            longest_alias: 1,
            forms: BTreeMap::new(),
        };
        for (index, person) in table.iter().enumerate() {
            let names = std::iter::once(person.id.as_str());
            for name in names.chain(person.aliases.iter().map(String::as_str)) {
                let all = words(name);
                people.longest_alias = people.longest_alias.max(all.len());
                add(&mut people.aliases, joined(&all), index);
                people.exact.insert(together(&all));
                for form in forms_of_name(&all) {
                    add(&mut people.forms, form, index);
                }
            }
            let id = words(person.id.as_str());
            if let Some(number) = id.last().and_then(|w| w.text.parse().ok()) {
                add(&mut people.by_number, number, index);
            }
        }
        people
    }

    /// Reads a cell, or what stands behind "Patient:". An error says why it names nobody.
    pub(super) fn value(&self, cell: &str) -> Result<Option<PersonClue>, String> {
        let written = cell.trim().trim_matches(['"', '\'', '*', '`', '|', ' ']);
        let linked = written
            .strip_prefix("[[")
            .and_then(|w| w.strip_suffix("]]"));
        let written = without_birth_date(linked.unwrap_or(written));
        if written.is_empty() {
            return Ok(None);
        }
        let shown: String = written.chars().take(40).collect();
        let all = words(written);
        if all.is_empty() || written.starts_with(['=', '+', '-', '@']) {
            return Err(format!("\"{shown}\" does not look like a participant."));
        }
        if let Some((name, code)) = self.named_code(written) {
            let name = Some(name.to_owned());
            return Ok(self.value(code)?.map(|clue| PersonClue { name, ..clue }));
        }
        let clue = |key: PersonKey| {
            Ok(Some(PersonClue {
                key,
                written: self.without_word(written).to_owned(),
                name: None,
                is_sure: true,
                is_doubtful: false,
            }))
        };
        if let Some(index) = self.aliases.get(&joined(&all)).copied().flatten() {
            return clue(PersonKey::Listed(index));
        }
        match self.forms.get(&joined(&all)) {
            Some(Some(index)) => return clue(PersonKey::Listed(*index)),
            Some(None) => {
                let several = "may be several people of the participants' table";
                return Err(format!("\"{shown}\" {several}."));
            }
            None => {}
        }
        if let Some(key) = self.number_alone(&all) {
            return clue(key);
        }
        let mut at_each = (0..all.len()).filter_map(|at| {
            self.listed_at(&all, written, at, Place::Name)
                .or_else(|| self.grouped_at(&all, written, at))
                .or_else(|| self.numbered_at(&all, written, at, Place::Name))
        });
        if let Some(mention) = at_each.next() {
            return Ok(Some(self.clue(&all, written, mention, true)));
        }
        if all.len() > NAME_WORDS_MAX {
            return Err(format!("\"{shown}\" is too long for a participant."));
        }
        if all.len() >= PROSE_WORDS_MIN
            && !written.contains(|c: char| c.is_uppercase() || c.is_ascii_digit())
        {
            return Err(format!("\"{shown}\" is prose, and names no participant."));
        }
        clue(Self::name_key(&all, written))
    }

    /// A mention without the word before its number: "Pt 130", "participant #3"; "P03" stays.
    pub(super) fn without_word<'w>(&self, written: &'w str) -> &'w str {
        let all = words(written);
        let (Some(first), Some(found)) =
            (all.first(), self.words.longest_at(&all, 0, Reading::Name))
        else {
            return written;
        };
        let is_number = |w: &&Word| w.is_number || self.numbers.value(w).is_some();
        let Some(number) = all.get(found.words.end).filter(is_number) else {
            return written;
        };
        let is_word = found.words.len() > 1 || first.text.chars().count() > 1;
        let gap = all.get(found.words.end - 1).map_or(0, |w| w.span.end);
        let gap = Span::new(gap, number.span.start).slice(written);
        if is_word && gap.contains([' ', '#', ':']) {
            Span::new(number.span.start, written.len()).slice(written)
        } else {
            written
        }
    }

    /// Finds who is named in the name of a file, sheet or folder.
    pub(super) fn in_name(&self, name: &str) -> Option<PersonClue> {
        let all = words(name);
        let each = 0..all.len();
        let listed = each
            .clone()
            .find_map(|at| self.listed_at(&all, name, at, Place::Name));
        let numbered = || {
            each.clone().find_map(|at| {
                self.numbered_at(&all, name, at, Place::Name)
                    .or_else(|| self.of_study_at(&all, name, at))
            })
        };
        let initialled = || {
            each.clone()
                .find_map(|at| self.initialled_at(&all, name, at, Reading::Text))
        };
        if let Some(mention) = listed.or_else(numbered).or_else(initialled) {
            return Some(self.clue(&all, name, mention, true));
        }
        let mention = each.clone().find_map(|at| self.code_at(&all, at, 2))?;
        let clue = self.clue(&all, name, mention, false);
        // Only "Last, First" is surely a name: "Session Notes (KAP-3)" is none.
        let beside = self.named_code(name).filter(|(name, _)| name.contains(','));
        Some(PersonClue {
            name: beside.map(|(name, _)| name.to_owned()),
            ..clue
        })
    }

    /// A name and a code that is a participant's, not a session's.
    fn named_code<'c>(&self, cell: &'c str) -> Option<(&'c str, &'c str)> {
        let (name, code) = named_code(cell)?;
        let letters = code.split(|c: char| !c.is_alphabetic()).next()?;
        (!self.not_ids.contains(&letters.to_lowercase())).then_some((name, code))
    }

    /// Finds who is named on a line: by the table's names, or behind a word like "Pt".
    pub(super) fn in_line(&self, line: &str, reading: Reading) -> Option<PersonClue> {
        let all = words(line);
        let listed = (0..all.len()).find_map(|at| self.listed_at(&all, line, at, Place::Line));
        let mention = listed.or_else(|| {
            (0..all.len()).find_map(|at| {
                self.grouped_at(&all, line, at)
                    .or_else(|| self.numbered_at(&all, line, at, Place::Line))
                    .or_else(|| self.of_study_at(&all, line, at))
                    .or_else(|| self.coded_at(&all, at))
                    .or_else(|| self.parted_at(&all, line, at))
                    .or_else(|| self.initialled_at(&all, line, at, reading))
            })
        });
        if let Some(mention) = mention {
            return Some(self.clue(&all, line, mention, true));
        }
        // A code is a participant's if other notes of the study say so.
        let each = 0..all.len();
        let mention = each.clone().find_map(|at| self.code_at(&all, at, 1));
        let mention = mention
            .or_else(|| {
                each.clone()
                    .find_map(|at| self.parted_piece_at(&all, line, at))
            })
            .or_else(|| self.initials_first(&all, line))?;
        Some(self.clue(&all, line, mention, false))
    }

    /// The one participant of the table whom a text names; none where it names several.
    pub(super) fn only_listed(&self, text: &str) -> Option<PersonClue> {
        let found = self.listed_in(text);
        let is_one = found.windows(2).all(|pair| pair[0].key == pair[1].key);
        found.into_iter().next().filter(|_| is_one)
    }

    /// Whether a text names several participants of the table: it is about them, not of one.
    pub(super) fn lists_several(&self, text: &str) -> bool {
        let found = self.listed_in(text);
        found.windows(2).any(|pair| pair[0].key != pair[1].key)
    }

    fn listed_in(&self, text: &str) -> Vec<PersonClue> {
        let mut out = Vec::new();
        for line in text.lines() {
            let all = words(line);
            let each = (0..all.len()).filter_map(|at| self.listed_at(&all, line, at, Place::Line));
            out.extend(each.map(|mention| self.clue(&all, line, mention, true)));
        }
        out
    }

    /// Where a name of a file or folder names participants.
    pub(super) fn spans_in_name(&self, name: &str) -> Vec<Span> {
        let all = words(name);
        let mentions = (0..all.len()).filter_map(|at| {
            self.listed_at(&all, name, at, Place::Name)
                .or_else(|| self.numbered_at(&all, name, at, Place::Name))
                .or_else(|| self.of_study_at(&all, name, at))
        });
        mentions.map(|m| span_of(&all, &m.words)).collect()
    }

    /// Where a line names participants, for telling header lines from prose.
    pub(super) fn spans(&self, line: &str, reading: Reading) -> Vec<Span> {
        self.spans_among(&words(line), line, reading)
    }

    /// The same for a line whose words are known.
    pub(super) fn spans_among(&self, all: &[Word], line: &str, reading: Reading) -> Vec<Span> {
        let mentions = (0..all.len()).filter_map(|at| {
            self.listed_at(all, line, at, Place::Line)
                .or_else(|| self.grouped_at(all, line, at))
                .or_else(|| self.numbered_at(all, line, at, Place::Line))
                .or_else(|| self.of_study_at(all, line, at))
                .or_else(|| self.coded_at(all, at))
                .or_else(|| self.initialled_at(all, line, at, reading))
        });
        mentions.map(|m| span_of(all, &m.words)).collect()
    }

    fn clue(&self, all: &[Word], text: &str, mention: Mention, is_sure: bool) -> PersonClue {
        let mut span = span_of(all, &mention.words);
        let is_pointed = Span::new(span.end, text.len()).slice(text).starts_with('.');
        if is_pointed && is_dotted(all, text, &mention.words) {
            span = Span::new(span.start, span.end + 1);
        }
        let written = self.without_word(span.slice(text));
        let has_digit = written.contains(|c: char| c.is_ascii_digit());
        let written = match &mention.key {
            PersonKey::Number(number) if !has_digit => number.to_string(),
            _ => written.to_owned(),
        };
        PersonClue {
            written,
            key: mention.key,
            name: None,
            is_sure,
            is_doubtful: false,
        }
    }

    /// The longest name of the table that begins at a word. Short ones of letters must stand in
    /// capitals, and on a line with points, behind a word like "Pt", or between separators.
    fn listed_at(&self, all: &[Word], text: &str, at: usize, place: Place) -> Option<Mention> {
        let first = all.get(at)?;
        let is_letter =
            first.text.chars().count() == 1 && all.get(at + 1).is_some_and(|w| w.is_number);
        let is_inside = at > 0 && first.gap == Gap::None;
        if is_inside || (is_letter && ends_letters(all, at)) {
            return None;
        }
        let most = self.longest_alias.min(all.len() - at);
        (1..=most).rev().find_map(|length| {
            let range = at..at + length;
            let run = all.get(range.clone())?;
            let index = self.aliases.get(&joined(run)).copied().flatten()?;
            let goes_on = all.get(range.end).is_some_and(|w| w.gap == Gap::None);
            let is_dotted = is_dotted(all, text, &range);
            if goes_on || !(is_dotted || run.iter().skip(1).all(|w| w.gap <= Gap::Loose)) {
                return None;
            }
            let letters: usize = run.iter().map(|w| w.text.chars().count()).sum();
            let has_number = run.iter().any(|w| w.is_number);
            let fits = if has_number {
                // A bare number is a name only in cells; "s2" is S02 only where nothing else is
                // counted by that letter.
                let counts = run.first().is_some_and(|w| self.not_ids.contains(&w.text));
                let exact = || self.exact.contains(&together(run));
                (length > 1 || letters > COUNT_DIGITS_MAX) && (!counts || exact())
            } else if letters <= 3 {
                let is_upper = run.iter().all(|w| w.is_upper);
                // "Taz O.-B.": a short name that opens a cell.
                let opens = place == Place::Name && at == 0 && letters > 2 && first.is_capitalised;
                opens || is_upper && (is_dotted || self.stands_alone(all, &range, place))
            } else {
                place == Place::Name || run.iter().all(|w| w.is_capitalised)
            };
            fits.then_some(Mention {
                key: PersonKey::Listed(index),
                words: range,
            })
        })
    }

    /// Whether initials stand where only a person can: in a name, behind "Pt", or as a piece of a
    /// line of their own.
    fn stands_alone(&self, all: &[Word], range: &Range<usize>, place: Place) -> bool {
        if place != Place::Line || self.follows_word(all, range.start) {
            return true;
        }
        let is_free = |w: &Word| !self.not_initials.contains(&w.text);
        let run = all.get(range.clone()).unwrap_or_default();
        let is_mixed = all.iter().any(|w| !w.is_number && !w.is_upper);
        let before = range.start.checked_sub(1).and_then(|at| all.get(at));
        let follows_date = before.is_some_and(|w| w.is_number);
        let is_short = all.len() <= SHORT_LINE_WORDS && (is_mixed || follows_date);
        if is_short && run.iter().all(is_free) {
            return true;
        }
        let next = all.get(range.end);
        let ends = next.is_none_or(|w| w.gap >= Gap::Dash || w.is_number);
        let begins = all
            .get(range.start)
            .is_some_and(|w| range.start == 0 || w.gap >= Gap::Dash);
        begins && ends && (range.start == 0 || next.is_some())
    }

    fn follows_word(&self, all: &[Word], at: usize) -> bool {
        let before = at.checked_sub(1);
        let found = before.and_then(|b| self.words.longest_at(all, b, Reading::Name));
        found.is_some_and(|f| f.words.end == at)
    }

    /// "P01", "Pt 1", "participant one".
    fn numbered_at(&self, all: &[Word], text: &str, at: usize, place: Place) -> Option<Mention> {
        let found = self.words.longest_at(all, at, Reading::Name)?;
        let first = all.get(at)?;
        let number = all.get(found.words.end)?;
        let value = self.numbers.value(number)?;
        let is_letter = found.words.len() == 1 && first.text.chars().count() == 1;
        let gap = Span::new(all.get(found.words.end - 1)?.span.end, number.span.start).slice(text);
        let is_tied = if is_letter {
            matches!(gap, "" | "-" | "_")
        } else {
            number.gap <= Gap::Loose || gap.trim() == ":"
        };
        let is_inside = (at > 0 && first.gap == Gap::None) || (is_letter && ends_letters(all, at));
        let next = all.get(found.words.end + 1);
        let is_measure = next.filter(|_| place == Place::Line).is_some_and(|w| {
            let between = Span::new(number.span.end, w.span.start).slice(text);
            // "client03@example.org" is an address.
            if between.starts_with('@') {
                return true;
            }
            let is_unit = w.gap <= Gap::Loose && self.units.contains(&w.text);
            let is_fraction = w.is_number && matches!(between, ":" | "." | "/" | "-");
            is_unit || is_fraction || (w.gap == Gap::None && !w.is_number)
        });
        let is_word = !number.is_number && number.text.chars().count() < 3;
        if is_inside || !is_tied || is_word || (is_measure && !(is_letter && gap.is_empty())) {
            return None;
        }
        Some(Mention {
            // "Patient fourteen" is patient 14.
            key: self.number_key(
                u64::from(value),
                if number.is_number { &number.text } else { "" },
            ),
            words: at..found.words.end + 1,
        })
    }
}

/// Adds a name to a person; a name that two people share is nobody's.
fn add<K: Ord>(map: &mut BTreeMap<K, Option<usize>>, key: K, index: usize) {
    map.entry(key)
        .and_modify(|known| {
            if *known != Some(index) {
                *known = None;
            }
        })
        .or_insert(Some(index));
}
