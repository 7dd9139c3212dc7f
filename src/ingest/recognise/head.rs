//! The head of a note: `key: value` pairs and title lines before its body, and the last lines.
//!
//! Comes in: a note's text, or a block's header. Goes out: [`Head`]. It refuses to look for
//! metadata deep in prose: the body begins with the first line that is a sentence.

use std::collections::BTreeSet;

use crate::model::reading::Role;
use crate::text::Span;

use super::columns::{Columns, Name};
use super::head_lines::{filled_lines, sentences, short_paragraph};
use super::words::{Word, opening, words};

pub(super) use super::head_lines::{bare, begins_body};

/// Most words of an author's name with letters and duties behind it.
const AUTHOR_WORDS_MAX: usize = 10;
/// Most words of a place.
const SETTING_WORDS_MAX: usize = 7;
/// Most lines of a head.
const LINES_MAX: usize = 16;
/// Keys stand in the first part of a line; further on it is prose.
const KEYS_WITHIN: usize = 300;
/// Longest value of a header line that can name a session type or a setting.
const ANSWER_MAX: usize = 80;
/// Within how many lines, and how long ones in bytes, the salutation of a letter stands.
const SALUTATION_WITHIN: usize = 24;
const LETTER_LINE_MAX: usize = 100;
/// How many lines below a letterhead's line the first key stands.
const LETTERHEAD_LINES_MAX: usize = 5;
/// Longest line of a letterhead in bytes.
pub(super) const LETTERHEAD_LENGTH_MAX: usize = 70;
/// Longest title line in bytes.
const TITLE_LENGTH_MAX: usize = 200;
/// Last lines that may hold a signature.
const TAIL_LINES: usize = 3;

/// A note's head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head<'t> {
    /// Values behind known keys.
    pub(super) fields: Vec<(Role, &'t str)>,
    /// Lines, or pieces of lines, that are titles.
    pub(super) titles: Vec<&'t str>,
    /// Short lines above keys that are no titles; they may name the participant.
    pub(super) letterhead: Vec<&'t str>,
    /// The first sentences of the body, if it begins with a sentence.
    pub(super) opening: Vec<&'t str>,
    /// The first sentence of the paragraph behind the opening.
    pub(super) second: Option<&'t str>,
    /// The last lines, the last one first.
    pub(super) tail: Vec<&'t str>,
    /// Roles of keys behind which nothing stands.
    pub(super) unfilled: Vec<Role>,
    /// Whether values stand on the lines below their keys.
    is_below: bool,
    /// Whether a salutation stands in it: what its first sentence says was seen is the session, and
    /// the day above is that of the letter.
    pub(super) is_letter: bool,
}

/// What judges whether a line is a title.
pub(super) trait Titles {
    /// Whether a line says little else than what a title says.
    fn is_title(&self, line: &str, is_first: bool) -> bool;

    /// Whether a line is a title that says what kind of session it is of.
    fn is_session(&self, line: &str) -> bool;

    /// Whether a line is little else than a date.
    fn is_date(&self, line: &str) -> bool;

    /// Whether a line is the salutation of a letter.
    fn is_salutation(&self, line: &str) -> bool;
}

/// Reads the head of a text.
pub(super) fn head<'t>(
    text: &'t str,
    columns: &Columns,
    body_headings: &BTreeSet<String>,
    titles: &impl Titles,
) -> Head<'t> {
    let mut head = Head::default();
    let mut waiting: Option<Role> = None;
    let mut lines = filled_lines(text);
    let above = salutation(text, titles);
    let paragraph = short_paragraph(text);
    head.is_letter = above.is_some();
    for _ in 0..above.unwrap_or(0) {
        let Some((_, line)) = lines.next() else { break };
        above_salutation(&mut head, line, columns, titles);
    }
    let mut number = 0;
    while let Some((stands_free, line)) = lines.next().filter(|_| number < LINES_MAX) {
        number += 1;
        // A form whose other keys have their values beside them has none below this one.
        let may_wait = head.fields.is_empty() || head.is_below || titles.is_date(line);
        if let Some(role) = waiting.take()
            && may_wait
            && !stands_free
            && may_stand_below(role, line)
            && keys(line, columns).is_empty()
        {
            head.fields.push((role, line));
            head.unfilled.pop();
            head.is_below = true;
            continue;
        }
        let found = keys(line, columns);
        let heads_body = begins_body(line, body_headings);
        if heads_body && !found.iter().any(|k| is_metadata(k.name)) {
            break;
        }
        if found.iter().any(|k| is_metadata(k.name)) {
            waiting = take_fields(&mut head, line, &found, columns);
        } else if line.len() <= TITLE_LENGTH_MAX && titles.is_title(line, number == 1) {
            head.titles.push(line);
        } else if let Some(role) = columns.alone(line).filter(|r| is_metadata_role(*r)) {
            head.unfilled.push(role);
            waiting = Some(role);
        } else if is_other_field(line, &found) {
            // Nothing is taken from it.
        } else if is_letterhead(line, lines.clone().map(|(_, l)| l), columns)
            || (above.is_none() && goes_on_as_head(paragraph.get(number..), columns, titles))
            || (number == 1
                && is_name(line)
                && lines.clone().next().is_some_and(|(_, l)| titles.is_date(l)))
        {
            head.letterhead.push(line);
        } else {
            head.opening = sentences(line);
            let second = lines.next().map(|(_, l)| l);
            head.second = second.and_then(|l| sentences(l).into_iter().next());
            break;
        }
    }
    let last = text.lines().rev().map(bare).filter(|l| !l.is_empty());
    head.tail = last.take(TAIL_LINES).collect();
    head
}

/// Whether a line says what only heads say, among those that are left of a short first paragraph:
/// one that is not understood does not end the head before it.
fn goes_on_as_head(left: Option<&[&str]>, columns: &Columns, titles: &impl Titles) -> bool {
    let tells =
        |line: &&str| is_keyed(line, columns) || titles.is_date(line) || titles.is_session(line);
    left.is_some_and(|left| left.iter().any(tells))
}

/// Whether a line can be the value of the key above it: no sentence, no head of a table.
fn may_stand_below(role: Role, line: &str) -> bool {
    let words = line.split_whitespace().count();
    let is_sentence = words > 2 && line.ends_with(['.', '!', '?']);
    let is_row = line.contains("  ") || line.contains(['\t', '|']);
    words <= value_words_max(role) && !is_sentence && !is_row
}

/// How many lines stand above the first sentence of a letter, its salutation among them.
fn salutation(text: &str, titles: &impl Titles) -> Option<usize> {
    let lines = text.lines().map(bare).filter(|l| !l.is_empty());
    let head = lines
        .take(SALUTATION_WITHIN)
        .take_while(|l| l.len() <= LETTER_LINE_MAX);
    head.into_iter()
        .position(|l| titles.is_salutation(l))
        .map(|at| at + 1)
}

/// Takes fields, dates and titles above the salutation of a letter; names there are not who wrote
/// it.
fn above_salutation<'t>(
    head: &mut Head<'t>,
    line: &'t str,
    columns: &Columns,
    titles: &impl Titles,
) {
    let found = keys(line, columns);
    if found.iter().any(|k| is_metadata(k.name)) {
        take_fields(head, line, &found, columns);
    } else if titles.is_salutation(line) {
        // It names whom the letter is for.
    } else if titles.is_date(line) || titles.is_session(line) {
        head.titles.push(line);
    } else if !is_other_field(line, &found) {
        head.letterhead.push(line);
    }
}

/// Reads the header of a block: fields and titles only.
pub(super) fn header<'t>(text: &'t str, columns: &Columns) -> Head<'t> {
    let mut head = Head::default();
    for line in text
        .lines()
        .map(bare)
        .filter(|l| !l.is_empty())
        .take(LINES_MAX)
    {
        let found = keys(line, columns);
        if found.iter().any(|k| is_metadata(k.name)) {
            take_fields(&mut head, line, &found, columns);
        } else {
            head.titles.push(line);
        }
    }
    head
}

/// A key of a line and where its value begins.
#[derive(Debug, Clone, Copy)]
struct Key {
    name: Name,
    start: usize,
    value: usize,
}

/// Takes the values of a line's keys; the key whose value may stand on the next line.
fn take_fields<'t>(
    head: &mut Head<'t>,
    line: &'t str,
    found: &[Key],
    columns: &Columns,
) -> Option<Role> {
    let before = found.first().map_or(0, |k| k.start);
    let title = Span::new(0, before)
        .slice(line)
        .trim_matches(SEPARATORS)
        .trim();
    if title.chars().any(char::is_alphanumeric) {
        head.titles.push(title);
    }
    let mut waiting = None;
    for (i, key) in found.iter().enumerate() {
        let end = found.get(i + 1).map_or(line.len(), |next| next.start);
        let value = Span::new(key.value.min(end), end).slice(line);
        let Name::Role(role, _) = key.name else {
            continue;
        };
        let (value, rest) = cut(value, role);
        head.titles.extend(pieces(rest));
        if value.is_empty() {
            head.unfilled.push(role);
            waiting = (i + 1 == found.len()).then_some(role);
        } else if may_be_value(role, value, columns) {
            head.fields.push((role, value));
        }
    }
    waiting
}

const SEPARATORS: [char; 12] = [
    ' ', '\t', '|', ';', ',', '-', '\u{2013}', '\u{b7}', '*', '=', '#', '~',
];

/// What stands behind a value's bar or dash: pieces of a title ("14 Mar 2024 — Dosing visit 1").
fn pieces(rest: &str) -> impl Iterator<Item = &str> {
    let all = rest
        .split(['|', '\u{2014}'])
        .map(|p| p.trim_matches(SEPARATORS));
    all.filter(|p| p.len() <= ANSWER_MAX && p.contains(char::is_alphanumeric))
}

/// A value up to a bar, dash, tab or wide gap, and what stands behind it. Forms put wide gaps
/// between tick boxes.
fn cut(value: &str, role: Role) -> (&str, &str) {
    let value = value.trim_matches(SEPARATORS_AT_START).trim();
    let is_form = matches!(role, Role::SessionType | Role::Setting);
    let end = if is_form {
        value.find('|')
    } else {
        // Two people who wrote a note together stand with a semicolon between.
        let behind = value.split_once("; ").map_or("", |(_, behind)| behind);
        let are_two = role == Role::Author && is_name(behind);
        let semicolon = if are_two { "|" } else { "; " };
        ["|", "\t", "  ", semicolon, "\u{b7}", " \u{2014}"]
            .iter()
            .filter_map(|s| value.find(s))
            .min()
    };
    let end = end.unwrap_or(value.len());
    let rest = Span::new(end, value.len()).slice(value);
    let value = Span::new(0, end).slice(value);
    let value = value.trim_matches(SEPARATORS_AT_END).trim();
    // A form's answer or a name is short: behind its first sentence the note itself goes on.
    if !(is_form || role == Role::Author) || value.len() <= ANSWER_MAX {
        return (value, rest);
    }
    let first = sentences(value).first().copied().unwrap_or_default();
    (if first.len() <= ANSWER_MAX { first } else { "" }, rest)
}

/// Whether what stands behind a key may be its value. "RN: Arrived 0930 fasting." says what she
/// wrote, "Patient | Date | Type" is the head of a table, and "in the garden room: 1.7 mg/kg, with a
/// nurse in attendance" goes on as prose.
fn may_be_value(role: Role, value: &str, columns: &Columns) -> bool {
    let words = || value.split_whitespace();
    let is_number = |w: &str| w.len() > 1 && w.bytes().all(|b| b.is_ascii_digit());
    let fits = match role {
        Role::Author => words().count() <= AUTHOR_WORDS_MAX && !words().any(is_number),
        Role::Setting => words().count() <= SETTING_WORDS_MAX,
        _ => true,
    };
    fits && columns.alone(value).is_none()
}

/// Whether a few words are all capitalised: a name, and no remark.
fn is_name(words: &str) -> bool {
    let mut each = words.split_whitespace();
    words.split_whitespace().count() <= 4 && each.all(|w| w.starts_with(char::is_uppercase))
}

const SEPARATORS_AT_START: [char; 5] = [' ', '\t', '*', '|', '_'];
const SEPARATORS_AT_END: [char; 7] = [' ', '\t', '*', '|', ',', ';', '_'];

/// All keys of a line: names of columns with a colon, an equals sign, a tab or a bar behind.
fn keys(line: &str, columns: &Columns) -> Vec<Key> {
    // The last key's value begins a little further on.
    let all = words(opening(line, KEYS_WITHIN * 2));
    let expanded = columns.expanded(&all);
    let mut out: Vec<Key> = Vec::new();
    let (mut at, mut value_at) = (0, 0);
    while all.get(at).is_some_and(|w| w.span.start <= KEYS_WITHIN) {
        let found = key_at(line, &all, at, columns, out.is_empty());
        let found = found.or_else(|| {
            let written_out = expanded.as_ref()?;
            key_at(line, written_out, at, columns, out.is_empty())
        });
        // "Subject: RE: ...": a mark of the value, and no key.
        let is_mark = out.last().is_some() && at == value_at && columns.is_mark(&all[at].text);
        if is_mark {
            value_at += 1;
        }
        match found.filter(|_| !is_mark) {
            Some((key, next)) => {
                value_at = next;
                out.push(key);
                at = next;
            }
            None => at += 1,
        }
    }
    out
}

fn key_at(
    line: &str,
    all: &[Word],
    at: usize,
    columns: &Columns,
    is_first: bool,
) -> Option<(Key, usize)> {
    let word = all.get(at)?;
    let (end, name) = columns.key_at(all, at)?;
    // "P:" is a plan or a pulse.
    if end == at + 1 && word.text.chars().count() == 1 {
        return None;
    }
    let last = all.get(end.checked_sub(1)?)?;
    let next = all.get(end);
    let until = next.map_or(line.len(), |w| w.span.start);
    let behind = Span::new(last.span.end, until).slice(line);
    let mark = behind.trim_start_matches([' ', '*', '_', ')', ']', '#', '.']);
    let has_mark = mark.starts_with([':', '=']) && !mark.starts_with("==");
    let in_row = mark.starts_with(['\t', '|']) || behind.starts_with('\t');
    // "Client | P07 | Date | 5 July": every other cell of a form's row may be a key.
    let before = at
        .checked_sub(1)
        .and_then(|b| all.get(b))
        .map_or(0, |w| w.span.end);
    let begins_cell = at > 0 && Span::new(before, word.span.start).slice(line).contains('|');
    // "3/8/22 | Dosing | clinic | T. Osei": without a key in front a cell is no key by a guess.
    let is_cell = begins_cell && (!is_first || matches!(name, Name::Role(_, s) if s > 1));
    let is_row = in_row && ((at == 0 && (is_first || line.contains('|'))) || is_cell);
    // "DOS 3/8/22", "Date 8 March": a date key may do without a colon at a line's start.
    let is_date = matches!(name, Name::Role(Role::Date, s) if s > 1);
    let is_bare = is_date
        && at == 0
        && behind.trim().is_empty()
        && next.is_some_and(|w| w.is_number || w.is_capitalised);
    if !(has_mark || is_row || is_bare) {
        return None;
    }
    // "Seen in the room: ..." is prose.
    let before = at.checked_sub(1).and_then(|b| all.get(b));
    let is_thing = !word.is_capitalised && before.is_some_and(|w| ARTICLES.contains(&&*w.text));
    let is_sure = matches!(name, Name::Role(_, s) if s > 1);
    if is_thing || (!is_sure && !Columns::may_start_key(all, at)) {
        return None;
    }
    let skipped = if is_bare {
        0
    } else {
        behind.len() - mark.len() + 1
    };
    let key = Key {
        name,
        start: word.span.start,
        value: last.span.end + skipped,
    };
    Some((key, end))
}

/// Words before a noun of a sentence; before a key none stands.
const ARTICLES: [&str; 4] = ["the", "a", "an", "our"];

/// Most words of a value that stands on the line below its key.
fn value_words_max(role: Role) -> usize {
    if role == Role::Participant { 3 } else { 8 }
}

fn is_metadata(name: Name) -> bool {
    matches!(name, Name::Role(role, _) if is_metadata_role(role))
}

fn is_metadata_role(role: Role) -> bool {
    !matches!(role, Role::Note | Role::Speaker | Role::Order)
}

/// Whether a short line stands above keys: a clinic's name or address, a form's title.
fn is_letterhead<'t>(line: &str, below: impl Iterator<Item = &'t str>, columns: &Columns) -> bool {
    let is_short = line.len() <= LETTERHEAD_LENGTH_MAX && !line.ends_with(['.', '!', '?']);
    is_short
        && below
            .take(LETTERHEAD_LINES_MAX)
            .any(|l| is_keyed(l, columns))
}

/// Whether a line is a field of which nothing is taken: "DOB: ...", "MRN 17".
fn is_other_field(line: &str, found: &[Key]) -> bool {
    if found
        .first()
        .is_some_and(|k| k.name == Name::Other && k.start == 0)
    {
        return line.len() <= TITLE_LENGTH_MAX;
    }
    let Some(colon) = line.find(':') else {
        return false;
    };
    let key = Span::new(0, colon).slice(line);
    let is_key =
        key.split_whitespace().count() <= 4 && !key.ends_with(|c: char| c.is_ascii_digit());
    is_key && line.len() <= TITLE_LENGTH_MAX / 2
}

/// Whether a line begins with a key of what is none of a note's roles: "Referring provider: ...".
pub(super) fn is_of_another(line: &str, columns: &Columns) -> bool {
    let found = keys(line, columns);
    found
        .first()
        .is_some_and(|k| k.start == 0 && k.name == Name::Other)
}

/// Whether a line begins with a known key.
pub(super) fn is_keyed(line: &str, columns: &Columns) -> bool {
    let found = keys(bare(line), columns);
    found
        .first()
        .is_some_and(|k| k.start == 0 && is_metadata(k.name))
}
