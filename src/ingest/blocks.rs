//! Where the notes of a text file part, if it holds several.
//!
//! Comes in: a text. Goes out: blocks, each a header and a body, told by lines of one shape that
//! hold a date, a participant or a session word, or by the study's own pattern. Cautious: a note
//! that lists dates stays one note.

use std::cmp::Reverse;

use regex::Regex;

use crate::model::reading::Role;
use crate::text::Span;

use super::boxes::boxes;
use super::dated_entries::split_entries;
use super::header_lines::{Shape, groups, is_bare, rows_alike, says_all, says_enough};
use super::more_heads::{under_headings, with_others};
use super::recognise::{HeaderLine, Recogniser};
use super::scopes;
use super::whole::{Whole, is_bare_day};

/// Longest header line, in bytes.
pub(super) const HEADER_BYTES_MAX: usize = 200;

/// Words before the first header beyond which the headers are taken for a part of one note.
const PREAMBLE_WORDS_MAX: usize = 150;

/// Most words of a field's name.
const FIELD_WORDS_MAX: usize = 3;

/// Most lines of a letterhead that stands above every note.
const LETTERHEAD_LINES_MAX: usize = 8;

/// Within how many lines of text the first of header lines without empty lines above stands.
const OPENING_LINES: usize = 4;

/// A note of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// Its header lines.
    pub(crate) header: Span,
    /// Its text, less outer blank lines.
    pub(crate) body: Span,
    /// What the study's pattern says its header holds.
    pub(crate) parts: Vec<(Role, String)>,
    /// The line its header starts in, from 1.
    pub(crate) line: usize,
    /// Lines right above it that hold for it and the notes behind it.
    pub(crate) scope: Option<Span>,
}

/// A file's blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// What stands before the first.
    pub(crate) preamble: Span,
    /// The blocks themselves, at least one.
    pub(crate) list: Vec<Block>,
    /// What the headers look like.
    pub(crate) told_by: String,
}

/// Parts a text by the study's pattern; none where no line matches.
pub(crate) fn split_by(text: &str, pattern: &Regex) -> Option<Blocks> {
    let lines = lines_of(text);
    let mut heads = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if let Some(found) = pattern.captures(line.slice(text)) {
            let named = pattern.capture_names().flatten();
            let parts = named.filter_map(|name| {
                let value = found.name(name)?.as_str().trim().to_owned();
                Some((Role::from_name(name)?, value))
            });
            heads.push(Head {
                begins: i,
                first: i,
                last: i,
                parts: parts.collect(),
                scope: None,
            });
        }
    }
    (!heads.is_empty()).then(|| {
        cut(
            text,
            &lines,
            heads,
            "header lines by the study file".to_owned(),
        )
    })
}

/// Parts a text by header lines that it repeats itself; none where it is one note.
pub(crate) fn split(text: &str, recogniser: &Recogniser) -> Option<Blocks> {
    let lines = lines_of(text);
    let (mut groups, all) = groups(text, &lines, recogniser);
    let whole = Whole {
        text,
        lines: &lines,
        found: &all,
        recogniser,
    };
    for (shape, group) in &mut groups {
        if matches!(shape, Shape::Keyed(_)) {
            group.extend(rows_alike(whole, group));
            group.sort_by_key(|(at, _)| *at);
        }
    }
    let fitting = groups.iter().filter(|(_, group)| group.len() > 1);
    let candidates =
        fitting.filter_map(|(shape, group)| Some((shape, parts(whole, shape, group)?)));
    let headed = candidates
        .max_by_key(|(shape, blocks)| {
            let first = blocks.list.first().map(|b| b.header.start);
            (blocks.list.len(), shape.is_ruled(), Reverse(first))
        })
        .map(|(_, blocks)| blocks);
    let headed = finer(headed, boxes(whole));
    finer(headed, split_entries(text, &lines, recogniser))
}

/// The second way to part a text where it finds more notes than the first.
fn finer(first: Option<Blocks>, second: Option<Blocks>) -> Option<Blocks> {
    match (first, second) {
        (Some(first), Some(second)) if second.list.len() <= first.list.len() => Some(first),
        (first, second) => second.or(first),
    }
}

/// The blocks behind the lines of one group, if they can be headers of notes.
fn parts(whole: Whole<'_>, shape: &Shape, group: &[(usize, HeaderLine)]) -> Option<Blocks> {
    let Whole {
        text,
        lines,
        recogniser,
        ..
    } = whole;
    let letterhead = letterhead(text, lines, group);
    let mut heads = free_heads(whole, shape, (group, letterhead));
    let events = whole.events(group, &heads);
    if heads.len() < 2 || heads.len() * 4 < group.len().saturating_sub(events) * 3 {
        return None;
    }
    if let Shape::Keyed(key) = shape {
        heads.extend(whole.empty_heads(key));
        heads.sort_by_key(|(at, _)| *at);
    }
    let under_rule =
        |at: usize| at > 0 && lines.get(at - 1).is_some_and(|l| is_rule(l.slice(text)));
    let all_bare = heads
        .iter()
        .all(|(at, f)| is_bare(*f) && !under_rule(*at) && !whole.names_session_above(*at));
    let first = heads.first()?.0;
    let opens = lines
        .iter()
        .take(first)
        .all(|l| is_blank_or_rule(l.slice(text)));
    if all_bare && !opens {
        return None;
    }
    let texts: Vec<String> = heads
        .iter()
        .filter_map(|(at, _)| lines.get(*at))
        .map(|l| without_page(l.slice(text)))
        .collect();
    if texts.iter().all(|t| Some(t) == texts.first()) {
        return None;
    }
    let example = lines.get(first)?.slice(text).trim().to_owned();
    let heads = with_others(whole, shape, heads);
    let heads: Vec<Head> = heads
        .iter()
        .map(|(at, found)| {
            let mut head = extend(text, lines, *at, found.keyed, recogniser);
            if head.first > 0 && letterhead == Some(lines[head.first - 1].slice(text)) {
                head.first -= 1;
            }
            head
        })
        .collect();
    let mut heads = under_letterheads(whole, heads);
    join_lines(whole, &mut heads);
    scopes::find(whole, &mut heads);
    under_headings(whole, shape, &mut heads);
    let blocks = cut(text, lines, heads, format!("header lines like {example:?}"));
    are_notes(&blocks, text).then_some(blocks)
}

/// Whether blocks are notes of a file: little stands before the first, and nearly all hold text.
pub(super) fn are_notes(blocks: &Blocks, text: &str) -> bool {
    let words = blocks.preamble.slice(text).split_whitespace().count();
    let filled = blocks.list.iter().filter(|b| !b.body.is_empty()).count();
    words <= PREAMBLE_WORDS_MAX && filled * 10 >= blocks.list.len() * 9 && filled > 1
}

/// The lines of a group that can head a note: they say enough, and stand free, or need not.
fn free_heads(
    whole: Whole<'_>,
    shape: &Shape,
    (group, letterhead): (&[(usize, HeaderLine)], Option<&str>),
) -> Vec<(usize, HeaderLine)> {
    let Whole { text, lines, .. } = whole;
    let free = |at: usize| {
        at == 0
            || lines
                .get(at - 1)
                .is_some_and(|l| is_blank_or_rule(l.slice(text)))
    };
    let opens_at = lines
        .iter()
        .filter(|l| !is_blank_or_rule(l.slice(text)))
        .take(OPENING_LINES)
        .last();
    let is_early = group
        .first()
        .is_some_and(|(at, _)| opens_at.is_some_and(|l| lines[*at].start <= l.start));
    let stands_free = |at: usize| {
        free(at)
            || (at > 0
                && letterhead.is_some_and(|l| lines[at - 1].slice(text) == l)
                && free(at - 1))
    };
    let first_at = group.first().map(|(at, _)| *at);
    let opens = |found: HeaderLine| found.opens_dated || *shape == Shape::Said;
    let rise = whole.are_rising_days(group);
    let weekdays = is_early && whole.are_rising_weekdays(group);
    group
        .iter()
        .filter(|(at, found)| {
            let is_plain = is_early && opens(*found) && says_all(*found);
            let is_form = found.keyed && whole.opens_form(*at);
            let is_day = is_bare_day(*found) && (rise || whole.names_session_above(*at));
            let is_weekday = weekdays && whole.opens_with_weekday(*at);
            let is_titled = first_at == Some(*at) && whole.stands_under_title(*at);
            says_enough(*found)
                && (found.ruled
                    || stands_free(*at)
                    || is_plain
                    || is_form
                    || is_day
                    || is_titled
                    || is_weekday)
        })
        .copied()
        .collect()
}

/// A header of two lines, a day and what was held on it, in this order or the other.
fn join_lines(whole: Whole<'_>, heads: &mut [Head]) {
    let is_day = |head: &Head| head.first == head.last && whole.is_only_a_day(head.first);
    let is_named = |at: usize| whole.names_only_session(at);
    let all = |fits: &dyn Fn(&Head) -> bool| heads.iter().all(|h| is_day(h) && fits(h));
    if all(&|head| head.first > 0 && is_named(head.first - 1)) {
        for head in heads {
            head.first -= 1;
            head.begins = head.begins.min(head.first);
        }
    } else if all(&|head| is_named(head.last + 1) && whole.has_text(head.last + 2)) {
        for head in heads {
            head.last += 1;
        }
    }
}

/// The line that stands right above every keyed line of a group: a clinic's name on every note.
fn letterhead<'t>(text: &'t str, lines: &[Span], group: &[(usize, HeaderLine)]) -> Option<&'t str> {
    let above = |at: usize| Some(lines.get(at.checked_sub(1)?)?.slice(text));
    let (first, about) = group.first()?;
    let line = above(*first).filter(|l| about.keyed && !is_blank_or_rule(l))?;
    group
        .iter()
        .all(|(at, _)| above(*at) == Some(line))
        .then_some(line)
}

/// Lines that stand above every header, clinic and service on each letter of a file, end the note
/// before them, whose text they are not; fields that stand above every header belong to it.
fn under_letterheads(whole: Whole<'_>, mut heads: Vec<Head>) -> Vec<Head> {
    let above = |head: &Head, nth: usize| {
        let filled = (0..head.first).rev();
        let mut filled = filled.filter(|&at| !is_blank_or_rule(whole.line(at)));
        filled.nth(nth)
    };
    let mut tops: Vec<Vec<usize>> = Vec::new();
    for nth in 0..LETTERHEAD_LINES_MAX {
        let lines: Option<Vec<usize>> = heads.iter().map(|h| above(h, nth)).collect();
        let Some(lines) = lines else { break };
        let recurring = |at: &usize| field_or_line(whole.line(*at));
        let mut each = lines.iter().map(recurring);
        let first = each.next();
        if !each.all(|line| Some(line) == first) {
            break;
        }
        tops.push(lines);
    }
    for lines in tops {
        for (head, at) in heads.iter_mut().zip(lines) {
            head.begins = at;
            let line = whole.line(at);
            if whole.recogniser.is_field(line) || whole.recogniser.is_addressee(line) {
                head.first = at;
            }
        }
    }
    for head in &mut heads {
        // "-----Original Message-----".
        let above = head.first.checked_sub(1).map(|at| whole.line(at).trim());
        if above.is_some_and(|l| l.starts_with("---") && l.ends_with("---")) {
            head.begins = head.begins.min(head.first - 1);
        }
    }
    heads
}

/// A field without its value, any other line as it stands.
pub(super) fn field_or_line(line: &str) -> &str {
    match line.split_once(':') {
        Some((key, _)) if key.split_whitespace().count() <= FIELD_WORDS_MAX => key.trim(),
        _ => line.trim(),
    }
}

/// A page header repeated on every page says the same each time but for the page's number.
fn without_page(line: &str) -> String {
    let lower = line.trim().to_lowercase();
    match lower.split_once("page") {
        Some((before, _)) => before.to_owned(),
        None => lower,
    }
}

pub(super) fn is_blank_or_rule(line: &str) -> bool {
    line.chars().all(|c| !c.is_alphanumeric())
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && is_blank_or_rule(line)
}

/// Whether a line is a rule, and no box to tick.
pub(super) fn is_drawn(line: &str) -> bool {
    is_rule(line) && !line.trim().starts_with('[')
}

/// A header: its first and last line.
pub(super) struct Head {
    /// The first line that is no longer the note's before.
    pub(super) begins: usize,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) parts: Vec<(Role, String)>,
    /// The first line above it that holds for it and the notes behind it, and the line behind those.
    pub(super) scope: Option<(usize, usize)>,
}

/// Takes rules around a header line, and further lines of `key: value`, into the header.
fn extend(text: &str, lines: &[Span], at: usize, keyed: bool, recogniser: &Recogniser) -> Head {
    let line = |i: usize| lines.get(i).map(|l| l.slice(text)).unwrap_or_default();
    let mut head = Head {
        begins: at,
        first: at,
        last: at,
        parts: Vec::new(),
        scope: None,
    };
    if at > 0 && is_rule(line(at - 1)) {
        head.first = at - 1;
    }
    let is_pair = |i: usize| {
        let l = line(i);
        let key = l
            .split_once(':')
            .map(|(key, value)| (key.trim(), value.trim()));
        key.is_some_and(|(k, v)| {
            !k.is_empty()
                && k.len() <= 30
                && k.split_whitespace().count() <= 3
                && !v.is_empty()
                && v.len() <= 80
        })
    };
    if keyed {
        while is_pair(head.last + 1) && !recogniser.begins_body(line(head.last + 1)) {
            head.last += 1;
        }
    }
    if is_drawn(line(head.last + 1)) {
        head.last += 1;
    }
    head
}

pub(super) fn cut(text: &str, lines: &[Span], heads: Vec<Head>, told_by: String) -> Blocks {
    let start_of = |i: usize| lines.get(i).map_or(text.len(), |l| l.start);
    let ends: Vec<usize> = heads
        .iter()
        .skip(1)
        .map(|h| start_of(h.begins.min(h.first)))
        .chain([text.len()])
        .collect();
    let preamble = Span::new(0, heads.first().map_or(0, |h| start_of(h.first)));
    let list = heads
        .into_iter()
        .zip(ends)
        .map(|(head, end)| Block {
            header: Span::new(
                start_of(head.first),
                lines.get(head.last).map_or(text.len(), |l| l.end),
            )
            .trim(text),
            body: less_blank_lines(text, Span::new(start_of(head.last + 1).min(end), end)),
            parts: head.parts,
            line: head.first + 1,
            scope: head
                .scope
                .map(|(top, bottom)| Span::new(start_of(top), start_of(bottom)).trim(text)),
        })
        .collect();
    Blocks {
        preamble: preamble.trim(text),
        list,
        told_by,
    }
}

/// A span less blank lines at both ends; blanks that open its first line stay.
fn less_blank_lines(text: &str, span: Span) -> Span {
    let trimmed = span.trim(text);
    if trimmed.is_empty() {
        return Span::new(span.start, span.start);
    }
    let before = Span::new(span.start, trimmed.start).slice(text);
    let start = before
        .rfind('\n')
        .map_or(span.start, |at| span.start + at + 1);
    Span::new(start, trimmed.end)
}

/// Lines without their ends.
fn lines_of(text: &str) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        lines.push(Span::new(start, start + line.len()));
        start += line.len() + 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::reading::english;

    fn recogniser() -> Recogniser {
        Recogniser::new(&english().unwrap(), &[])
    }

    /// Bodies of the blocks; the whole text where it is one note.
    fn bodies(text: &str) -> Vec<&str> {
        match split(text, &recogniser()) {
            Some(blocks) => blocks.list.iter().map(|b| b.body.slice(text)).collect(),
            None => vec![text],
        }
    }

    #[test]
    fn home_grown_headers_part_notes() {
        for headers in [
            [
                "=== home KAP #1 | pt K.T. | 3/27/22 ===",
                "=== Home KAP # 2| K.T. |4/10/2022 ===",
            ],
            ["--- Visit 03/02/2023 ---", "--- Visit 03/09/2023 ---"],
            ["## 2021-03-04 KS2 P01", "## 2021-03-11 IS3 P01"],
            ["[2021-05-03] P02 integration", "[2021-05-10] P02 ketamine"],
            [
                "Encounter #3 - 4 March 2021 - dosing",
                "Encounter #4 - 11 March 2021 - integration",
            ],
            ["Date: 2021-03-04", "Date: 2021-03-11"],
            [
                "Date: 2021-03-04\nPatient: P01",
                "Date: 2021-03-11\nPatient: P01",
            ],
            [
                "==========\nVisit 3 - 03/02/2023\n==========",
                "==========\nVisit 4 - 03/09/2023\n==========",
            ],
            ["3/8/22", "3/15/22"],
            [
                "**Integration session, June 3, 2021**",
                "**Ketamine session, June 10, 2021**",
            ],
        ] {
            let [first, second] = headers;
            let text =
                format!("{first}\n\nSlept well.\n  Ate, too.\n\n{second}\nTwo bad dreams.\n\n");
            assert_eq!(
                bodies(&text),
                ["Slept well.\n  Ate, too.", "Two bad dreams."],
                "{first}"
            );
            let with_log = format!("Session log of the clinic\n\n{text}");
            if first != "3/8/22" {
                assert_eq!(bodies(&with_log).len(), 2, "{first}");
            }
        }
    }

    #[test]
    fn a_note_with_dates_in_it_stays_one_note() {
        for text in [
            "Integration, P01.\n\nHistory:\n\n3/8/22\nstarted sertraline\n\n4/9/22\nincreased it\n",
            "KAP follow-up\nDate: 2022-03-08\n\nSubjective\nSlept.\n\nSigned: JL\nDate: 2022-03-09\n",
            "S: Slept.\n\nPlan:\nIntegration 3/8/22 at ten.\nKetamine 3/15/22 at nine.\n",
            "Patient: P01  DOS: 3/8/22  Page 1\n\nText.\n\nPatient: P01  DOS: 3/8/22  Page 2\n\nMore.\n",
            "Since last visit:\n- 3/8/22 dizzy\n- 3/9/22 fine\n- 3/10/22 no nausea\n",
            "1/25 BP 114/72\n1/26 BP 120/80\n1/27 BP 118/76\n",
            "## Subjective\nSlept.\n\n## Objective\nCalm.\n\n## Plan\nIntegration Thursday.\n",
        ] {
            assert_eq!(bodies(text), [text]);
        }
    }

    #[test]
    fn a_row_of_the_same_keys_heads_a_note_whatever_its_values() {
        let row = |day: &str, code: &str| format!("DATE: {day}    CPT: {code}    CLIN: hvd\n");
        let text = format!(
            "{}Divorced nurse.\n\n{}Warm honey.\n\n{}She phoned.\n\n{}Hives.\n",
            row("3/4/19", "none"),
            row("3/18/19", "90837 ketamine"),
            row("3/20/19", "90792 psych diagnostic eval"),
            row("3/25/19", "90834 integration"),
        );
        let notes = ["Divorced nurse.", "Warm honey.", "She phoned.", "Hives."];
        assert_eq!(bodies(&text), notes);
        // A row of other keys is the text of the note that it stands in.
        let with_scores = text.replace("Hives.", "PHQ: 12    GAD: 9\nHives.");
        assert_eq!(bodies(&with_scores).len(), 4);
    }

    #[test]
    fn boxes_of_fields_part_recordings() {
        let rule = "-".repeat(30);
        let text = format!(
            "{rule}\nSCRIBE job 11\nFile: a.m4a\nRecorded: Mon 15 Mar 2021\n{rule}\n\nSo, tell me.\n\n{rule}\nSCRIBE job 12\nFile: b.m4a\nRecorded: 21 Apr 2021\nUploaded: 23 Apr 2021\n{rule}\n\nCan you hear me?\n"
        );
        assert_eq!(bodies(&text), ["So, tell me.", "Can you hear me?"]);
        // Scores between rules inside a note open nothing.
        let note = format!(
            "Integration, P01.\n{rule}\nPHQ: 12\nGAD: 9\n{rule}\nSlept.\n{rule}\nPHQ: 8\nGAD: 4\n{rule}\nBetter.\n"
        );
        assert_eq!(bodies(&note), [note.as_str()]);
    }

    #[test]
    fn the_studys_own_pattern_parts_and_names() {
        let text = "log\n* P01 / 3.4.21\nSlept.\n* P02 / 4.4.21\nWept.\n";
        let pattern = Regex::new(r"^\* (?<participant>\S+) / (?<date>\S+)$").unwrap();
        let blocks = split_by(text, &pattern).unwrap();
        assert_eq!(blocks.preamble.slice(text), "log");
        assert_eq!(blocks.list[1].body.slice(text), "Wept.");
        let parts = &blocks.list[1].parts;
        assert_eq!(parts[0], (Role::Participant, "P02".to_owned()));
        assert_eq!(parts[1], (Role::Date, "4.4.21".to_owned()));
    }
}
