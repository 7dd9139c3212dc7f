//! What columns, and the keys of header lines, hold by their names.
//!
//! Comes in: a name, and for a whole table its cells. Goes out: [`Role`]s. "Date of birth" is no
//! date of a note, "Note date" is no note.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::reading::{ReadingRules, Role};
use crate::text::Span;

use super::phrases::{Numbers, Phrases, Reading};
use super::words::{Gap, Word, words};

/// Fewest characters that cells of an unnamed column have on average to be notes.
const NOTE_LENGTH_MIN: usize = 40;
/// Percent of its cells that name a session type where a column of long cells is one of types.
const NAMED_MIN: usize = 50;
/// Longest code of a participant in bytes.
const CODE_BYTES_MAX: usize = 24;
/// Most words of a column's name that say nothing.
const OTHER_WORDS_MAX: usize = 2;

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// A role; the greater number is the surer.
    Role(Role, u8),
    /// Something that is none of a note's roles.
    Other,
}

/// A name that fits as a whole.
const SURE: u8 = 4;
/// A name with one further word.
const LIKELY: u8 = 3;
/// A name that may mean the role.
const POSSIBLE: u8 = 1;

/// The names of columns and keys.
#[derive(Debug)]
pub(super) struct Columns {
    names: Phrases<Name>,
    abbreviations: BTreeMap<String, String>,
    head_first: BTreeSet<&'static str>,
    /// Names that are no keys of a line.
    heads_only: BTreeSet<String>,
    /// Marks before the subject of a message ("re").
    marks: BTreeSet<String>,
}

impl Columns {
    /// Compiles the names.
    pub(super) fn new(rules: &ReadingRules, numbers: &Numbers) -> Self {
        let mut list: Vec<(&str, Name)> = Vec::new();
        for names in &rules.columns {
            let decides = names.decides.iter();
            list.extend(decides.map(|n| (n.as_str(), Name::Role(names.role, SURE))));
        }
        list.extend(
            rules
                .other_columns
                .iter()
                .map(|n| (n.as_str(), Name::Other)),
        );
        // "Referring provider": somebody else's.
        let others = rules.not_author_marks.iter();
        let others = others.filter(|mark| mark.contains(' '));
        list.extend(others.map(|mark| (mark.as_str(), Name::Other)));
        for names in &rules.columns {
            let suggests = names.suggests.iter();
            list.extend(suggests.map(|n| (n.as_str(), Name::Role(names.role, POSSIBLE))));
        }
        Self {
            names: Phrases::new(list, numbers),
            abbreviations: rules.column_abbreviations.iter().cloned().collect(),
            heads_only: rules
                .columns_only
                .iter()
                .map(|n| n.to_lowercase())
                .collect(),
            marks: rules
                .answers
                .iter()
                .chain(&rules.forwards)
                .map(|m| m.to_lowercase())
                .collect(),
            head_first: ["of", "for", "when", "in", "on"].into_iter().collect(),
        }
    }

    /// What a name says, and how surely.
    pub(super) fn name(&self, header: &str) -> Option<Name> {
        // "Session #" counts sessions.
        let counted;
        let header = if header.trim_end().ends_with('#') {
            counted = header.replace('#', " number");
            counted.as_str()
        } else {
            header
        };
        let all = words(header);
        if let Some(found) = self.names.whole(&all) {
            return Some(found.value);
        }
        let all = match self.expanded(&all) {
            Some(expanded) => {
                if let Some(found) = self.names.whole(&expanded) {
                    return Some(found.value);
                }
                expanded
            }
            None => all,
        };
        // "Date (mm/dd/yyyy)", "Client [initials]".
        let bare = header
            .find(['(', '['])
            .map(|end| Span::new(0, end).slice(header));
        if let Some(found) = bare.and_then(|name| self.names.whole(&words(name))) {
            return Some(found.value);
        }
        // "client.pseudonym": under a person the inner key decides.
        let inner = header.rsplit_once('.').map(|(_, inner)| words(inner));
        let inner = inner.and_then(|inner| Some(self.names.whole(&inner)?.value));
        if let Some(Name::Role(Role::Participant, SURE)) = inner {
            return inner;
        }
        let found = self.names.find(&all, Reading::Name);
        let named: usize = found.iter().map(|f| f.words.len()).sum();
        if all.len() > named + OTHER_WORDS_MAX || found.iter().any(|f| f.value == Name::Other) {
            return None;
        }
        let first = found.first()?;
        let follows = all.get(first.words.end);
        let is_head = follows.is_some_and(|w| self.head_first.contains(w.text.as_str()));
        let mut decided = found
            .iter()
            .filter(|f| matches!(f.value, Name::Role(_, SURE)));
        let chosen = if is_head {
            Some(first)
        } else {
            decided.next_back().or(found.last())
        };
        // "Therapist comments" are text, and nobody's name.
        let last = found
            .last()
            .filter(|f| f.words.end == all.len() && !is_head);
        let is_text = last.is_some_and(|f| matches!(f.value, Name::Role(Role::Note, _)));
        match chosen?.value {
            Name::Role(Role::Author | Role::Participant, _) if is_text => {
                Some(Name::Role(Role::Note, POSSIBLE))
            }
            Name::Role(role, SURE) => Some(Name::Role(role, LIKELY)),
            Name::Role(..) | Name::Other => None,
        }
    }

    /// Whether a name holds one of something that is none of a note's roles ("profile.birthDate").
    fn mentions_other(&self, header: &str) -> bool {
        let found = self.names.find(&words(header), Reading::Name);
        found.iter().any(|f| f.value == Name::Other)
    }

    /// Words with their short forms written out ("svc dt"); none where there is none.
    pub(super) fn expanded(&self, all: &[Word]) -> Option<Vec<Word>> {
        if !all.iter().any(|w| self.abbreviations.contains_key(&w.text)) {
            return None;
        }
        let written_out = all.iter().map(|word| Word {
            text: self
                .abbreviations
                .get(&word.text)
                .unwrap_or(&word.text)
                .clone(),
            ..word.clone()
        });
        Some(written_out.collect())
    }

    /// The role of a line that is nothing but a sure name of one.
    pub(super) fn alone(&self, line: &str) -> Option<Role> {
        match self.names.whole(&words(line))?.value {
            Name::Role(role, SURE) => Some(role),
            Name::Role(..) | Name::Other => None,
        }
    }

    /// The role that a name says, surely or as a guess.
    pub(super) fn role(&self, header: &str) -> Option<Role> {
        match self.name(header)? {
            Name::Role(role, _) => Some(role),
            Name::Other => None,
        }
    }

    /// The key that ends right before a word, if one does: its first word and what it says.
    pub(super) fn key_at(&self, all: &[Word], at: usize) -> Option<(usize, Name)> {
        let found = self.names.longest_at(all, at, Reading::Name)?;
        let is_only_column = found.words.len() == 1 && self.heads_only.contains(&all[at].text);
        (!is_only_column).then_some((found.words.end, found.value))
    }

    /// Whether a word is a mark before the subject of a message.
    pub(super) fn is_mark(&self, word: &str) -> bool {
        self.marks.contains(word)
    }

    /// Whether a name begins at a word that may start a key.
    pub(super) fn may_start_key(all: &[Word], at: usize) -> bool {
        at == 0 || all.get(at).is_some_and(|w| w.gap >= Gap::Piece)
    }
}

/// How well the cells of a column fit a role.
pub(super) trait Cells {
    /// The share of cells, in hundredths, that can be read as the role; none if the role is not
    /// judged by its cells.
    fn fit(&self, role: Role, cells: &[&str]) -> Option<usize>;
}

/// Gives each role to the column that fits it best by name and cells.
pub(super) fn table_roles(
    columns: &Columns,
    judge: &impl Cells,
    headers: &[String],
    rows: &[Vec<String>],
) -> Vec<Option<Role>> {
    let names: Vec<Option<Name>> = headers.iter().map(|h| columns.name(h)).collect();
    let mut roles: Vec<Option<Role>> = vec![None; headers.len()];
    for role in Role::ALL {
        let mut best: Option<(usize, usize, usize)> = None;
        for (column, name) in names.iter().enumerate() {
            let Some(Name::Role(r, sureness)) = name else {
                continue;
            };
            if *r != role || (roles.get(column).copied().flatten()).is_some() {
                continue;
            }
            let cells = cells_of(rows, column);
            // "What" over long texts is what was said, and no kind of session.
            if role == Role::SessionType && are_texts(judge, &cells) {
                continue;
            }
            let fit = if role == Role::Note {
                average(&cells).min(NOTE_LENGTH_MIN)
            } else {
                let fit = judge.fit(role, &cells).unwrap_or(100);
                // "Chart 40044" is a code that counts nobody.
                let is_code = role == Role::Participant && fit == 0 && are_codes(&cells);
                fit.max(usize::from(is_code))
            };
            // A column without a readable cell is not given away, except by a sure name.
            if fit == 0 && !cells.is_empty() && (*sureness < SURE || role == Role::Date) {
                continue;
            }
            let score = (usize::from(*sureness), fit, headers.len() - column);
            if best.is_none_or(|b| score > b) {
                best = Some(score);
            }
        }
        let Some((.., rank)) = best else { continue };
        let chosen = headers.len() - rank;
        give(&mut roles, chosen, role, &names, headers);
        if role == Role::Participant {
            share_codes(&mut roles, &names, rows);
        }
    }
    told_at_length(&mut roles, rows);
    let others: Vec<bool> = headers.iter().map(|h| columns.mentions_other(h)).collect();
    complete(&mut roles, &names, &others, judge, rows);
    roles
}

/// "What" may name the kind of session or tell of it: where no column is the note, one of a kind
/// whose cells are whole sentences is.
fn told_at_length(roles: &mut [Option<Role>], rows: &[Vec<String>]) {
    if roles.contains(&Some(Role::Note)) {
        return;
    }
    let kind = roles.iter().position(|r| *r == Some(Role::SessionType));
    if let Some(column) = kind.filter(|&c| average(&cells_of(rows, c)) >= NOTE_LENGTH_MIN)
        && let Some(role) = roles.get_mut(column)
    {
        *role = Some(Role::Note);
    }
}

/// Gives a role to its column, and to those that may share it: other names of the participant,
/// and further columns called like the note.
fn give(
    roles: &mut [Option<Role>],
    chosen: usize,
    role: Role,
    names: &[Option<Name>],
    headers: &[String],
) {
    let same = |column: usize| {
        headers.get(column).map(|h| h.trim().to_lowercase())
            == headers.get(chosen).map(|h| h.trim().to_lowercase())
    };
    for (column, slot) in roles.iter_mut().enumerate() {
        let shares = match role {
            Role::Participant => names.get(column) == Some(&Some(Name::Role(role, SURE))),
            Role::Note => same(column),
            _ => false,
        };
        if column == chosen || (shares && slot.is_none()) {
            *slot = Some(role);
        }
    }
}

/// Lets columns of codes that are likely the participant's say who it is, too ("patient.mrn" beside
/// a name that was masked).
fn share_codes(roles: &mut [Option<Role>], names: &[Option<Name>], rows: &[Vec<String>]) {
    for (column, slot) in roles.iter_mut().enumerate() {
        let is_likely = names.get(column) == Some(&Some(Name::Role(Role::Participant, LIKELY)));
        if is_likely && slot.is_none() && are_codes(&cells_of(rows, column)) {
            *slot = Some(Role::Participant);
        }
    }
}

/// Finds by their cells what names did not tell: notes, dates and participants.
fn complete(
    roles: &mut [Option<Role>],
    names: &[Option<Name>],
    others: &[bool],
    judge: &impl Cells,
    rows: &[Vec<String>],
) {
    let is_open = |roles: &[Option<Role>], column: usize| {
        roles.get(column) == Some(&None) && names.get(column) != Some(&Some(Name::Other))
    };
    if !roles.contains(&Some(Role::Note)) {
        let open = (0..roles.len()).filter(|&c| is_open(roles, c));
        let longest = open
            .map(|c| (average(&cells_of(rows, c)), std::cmp::Reverse(c)))
            .max();
        if let Some((length, std::cmp::Reverse(column))) = longest
            && length >= NOTE_LENGTH_MIN
            && let Some(slot) = roles.get_mut(column)
        {
            *slot = Some(Role::Note);
        }
    }
    for role in [Role::Date, Role::Participant] {
        if roles.contains(&Some(role)) {
            continue;
        }
        let weak_id = |c: usize| {
            role == Role::Participant
                && roles.get(c) == Some(&Some(Role::NoteId))
                && names.get(c) == Some(&Some(Name::Role(Role::NoteId, POSSIBLE)))
        };
        let fits = |c: &usize| {
            let cells = cells_of(rows, *c);
            let may_be = match role {
                Role::Date => !cells.iter().any(|c| is_mere_number(c)),
                _ => !cells.iter().all(|c| is_year(c)),
            };
            let is_other = role == Role::Date && others.get(*c) == Some(&true);
            (is_open(roles, *c) || weak_id(*c))
                && may_be
                && !is_other
                && judge.fit(role, &cells).is_some_and(|f| f >= 80)
        };
        if let Some(column) = (0..roles.len()).find(fits)
            && let Some(slot) = roles.get_mut(column)
        {
            *slot = Some(role);
        }
    }
}

/// Whether cells of a column that may name session types are texts that name few.
fn are_texts(judge: &impl Cells, cells: &[&str]) -> bool {
    let fit = judge.fit(Role::SessionType, cells);
    average(cells) >= NOTE_LENGTH_MIN && fit.is_some_and(|fit| fit < NAMED_MIN)
}

/// Whether all cells are short and hold a digit.
fn are_codes(cells: &[&str]) -> bool {
    let is_code = |c: &&&str| c.len() <= CODE_BYTES_MAX && c.bytes().any(|b| b.is_ascii_digit());
    !cells.is_empty() && cells.iter().all(|c| is_code(&c))
}

/// Whether a cell is a year, of birth perhaps, and nobody's number.
fn is_year(cell: &str) -> bool {
    cell.len() == 4 && (cell.starts_with("19") || cell.starts_with("20")) && is_digits(cell)
}

fn is_digits(cell: &str) -> bool {
    cell.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a cell is a number that only a column known to hold dates could mean as one: 40017 is an
/// account before it is a spreadsheet's day.
fn is_mere_number(cell: &str) -> bool {
    cell.len() != 8 && cell.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn cells_of(rows: &[Vec<String>], column: usize) -> Vec<&str> {
    let cells = rows.iter().filter_map(|row| row.get(column));
    cells
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty())
        .collect()
}

fn average(cells: &[&str]) -> usize {
    let total: usize = cells.iter().map(|c| c.chars().count()).sum();
    total.checked_div(cells.len()).unwrap_or(0)
}
