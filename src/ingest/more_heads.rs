//! Header lines of another shape in a file that is parted already.
//!
//! Comes in: the header lines of one shape. Goes out: further lines that end the note before them:
//! a day written in another way, a heading of the same level that names nobody. It refuses lines
//! that tell of earlier days inside a note, and headings that every note has.

use std::collections::BTreeSet;

use super::blocks::{Head, is_blank_or_rule};
use super::header_lines::Shape;
use super::recognise::HeaderLine;
use super::whole::Whole;

/// Most words of a header line in a shape of its own.
const WORDS_MAX: usize = 10;

/// A day as its first reading has it: year (0 where it has none), month, day.
pub(super) type Day = (i16, i8, i8);

/// The header lines with those of other shapes.
pub(super) fn with_others(
    whole: Whole<'_>,
    shape: &Shape,
    heads: Vec<(usize, HeaderLine)>,
) -> Vec<(usize, HeaderLine)> {
    if matches!(shape, Shape::Keyed(_)) {
        return heads;
    }
    let mut out = heads.clone();
    out.extend(days_between(whole, shape, &heads));
    out.extend(loose_lines(whole, &heads));
    out.extend(headings(whole, shape, &out));
    out.sort_by_key(|(at, _)| *at);
    out.dedup_by_key(|(at, _)| *at);
    out
}

/// Lines alone that say another day than the note before them has.
fn days_between(
    whole: Whole<'_>,
    shape: &Shape,
    heads: &[(usize, HeaderLine)],
) -> Vec<(usize, HeaderLine)> {
    let own: Vec<(usize, Option<Day>)> =
        heads.iter().map(|(at, _)| (*at, whole.day(*at))).collect();
    let days: Vec<Day> = own.iter().filter_map(|(_, day)| *day).collect();
    let rise = days.is_sorted();
    let says_day = |at: usize, found: HeaderLine| {
        let is_marked = found.session || found.participant || found.ruled || !shape.is_ruled();
        is_marked
            && found.date
            && !found.keyed
            && found.other_words == 0
            && found.words <= WORDS_MAX
            && whole.stands_free(at)
            && whole.has_text_behind(at)
    };
    let is_another = |at: usize| {
        let before = own.iter().rev().find(|(head, _)| *head < at);
        let after = own.iter().find(|(head, _)| *head > at);
        let (Some(day), Some((_, Some(running)))) = (whole.day(at), before) else {
            return false;
        };
        let next = after.and_then(|(_, next)| *next);
        let differs = (day.1, day.2) != (running.1, running.2);
        differs
            && (!rise || (not_after(*running, day) && next.is_none_or(|next| not_after(day, next))))
    };
    let is_known = |at: usize| own.iter().any(|(head, _)| *head == at);
    let lines = whole.found.iter().copied();
    lines
        .filter(|(at, found)| !is_known(*at) && says_day(*at, *found) && is_another(*at))
        .collect()
}

/// Lines alone among dated ones that say that there is no day, or a weekday's number only, and lines
/// that begin with a day as the others do, whatever stands behind it.
fn loose_lines(whole: Whole<'_>, heads: &[(usize, HeaderLine)]) -> Vec<(usize, HeaderLine)> {
    let dated = heads.iter().filter(|(_, found)| found.date).count();
    let (Some(first), true) = (heads.first(), dated * 2 > heads.len()) else {
        return Vec::new();
    };
    let begins = |at: usize| whole.recogniser.begins_with_day(whole.line(at));
    let are_alike = heads.iter().filter(|(at, _)| begins(*at)).count() * 2 > heads.len();
    let is_known = |at: usize| heads.iter().any(|(head, _)| *head == at);
    let is_header = |at: usize| {
        let line = whole.line(at);
        let is_short = line.split_whitespace().count() <= WORDS_MAX;
        is_short
            && (whole.recogniser.is_dayless(line) || (are_alike && begins(at)))
            && whole.stands_free(at)
            && whole.has_text_behind(at)
    };
    (first.0 + 1..whole.lines.len())
        .filter(|&at| !is_known(at) && is_header(at))
        .map(|at| (at, HeaderLine::default()))
        .collect()
}

/// Whether a day is not after another, as far as both say.
fn not_after(first: Day, second: Day) -> bool {
    first.0 == 0 || second.0 == 0 || first <= second
}

/// Headings of the notes' own level that name neither a day nor a person.
fn headings(
    whole: Whole<'_>,
    shape: &Shape,
    heads: &[(usize, HeaderLine)],
) -> Vec<(usize, HeaderLine)> {
    let Shape::Marked(marks) = shape else {
        return Vec::new();
    };
    let Some(first) = heads.iter().map(|(at, _)| *at).min() else {
        return Vec::new();
    };
    let level = marks.len();
    let is_known = |at: usize| heads.iter().any(|(head, _)| *head == at);
    let others: Vec<usize> = (first..whole.lines.len())
        .filter(|&at| heading_level(whole.line(at)) == Some(level) && !is_known(at))
        .collect();
    let texts: BTreeSet<String> = others
        .iter()
        .map(|&at| whole.line(at).trim().to_lowercase())
        .collect();
    let recur = texts.len() < others.len() || others.len() > heads.len();
    let of_body = others
        .iter()
        .any(|&at| whole.recogniser.begins_body(whole.line(at)));
    if recur || of_body {
        return Vec::new();
    }
    let ruled = HeaderLine {
        ruled: true,
        ..HeaderLine::default()
    };
    others.into_iter().map(|at| (at, ruled)).collect()
}

/// Headings above the level of the notes' own, right above one, are no part of the note before.
pub(super) fn under_headings(whole: Whole<'_>, shape: &Shape, heads: &mut [Head]) {
    let Shape::Marked(marks) = shape else { return };
    for head in heads.iter_mut().skip(1) {
        for at in (0..head.first).rev() {
            let line = whole.line(at);
            if heading_level(line).is_some_and(|level| level < marks.len()) {
                head.begins = head.begins.min(at);
            } else if !is_blank_or_rule(line) {
                break;
            }
        }
    }
}

/// The level of a Markdown heading.
pub(super) fn heading_level(line: &str) -> Option<usize> {
    let line = line.trim_start();
    let marks = line.len() - line.trim_start_matches('#').len();
    let is_heading = (1..=6).contains(&marks) && line.trim_start_matches('#').starts_with(' ');
    is_heading.then_some(marks)
}
