//! Participants' notes in time: a line each, a mark a note, its shape the session type.

use std::collections::BTreeMap;

use crate::model::corpus::{Detail, ParticipantId};

use super::super::ReportData;
use super::super::gather::NoteFacts;
use super::super::mask::shown_person;
use super::super::text::{counted, session_type, thousands};
use super::WIDTH;
use super::png::Letters;
use super::sheet::{Anchor, Colour, MARGIN, PLAIN, Sheet};

const NAMES: f32 = 84.0;
const LEVEL: f32 = 8.5;

/// Marks on top of each other at most.
const LEVELS_MAX: usize = 5;

/// Participants in the figure at most.
const PEOPLE_MAX: usize = 40;

type Own<'a> = Vec<&'a NoteFacts>;

/// The figure; none where no note has a day.
pub(super) fn figure(data: &ReportData<'_>, letters: &Letters) -> Option<Sheet> {
    let notes = data.material.notes.iter().filter(|n| !n.is_duplicate);
    let mut people: BTreeMap<&ParticipantId, Own<'_>> = BTreeMap::new();
    for note in notes {
        if let Some(id) = &note.participant {
            people.entry(id).or_default().push(note);
        }
    }
    people.retain(|_, own| own.iter().any(|n| n.day.is_some()));
    let last = people
        .values()
        .flatten()
        .filter_map(|n| n.day)
        .max()?
        .max(1);
    let types = data.tally.frequencies().session_types(data.session_types);
    let mut sheet = Sheet::new(
        WIDTH,
        "Notes of each participant over time",
        "Days since the participant’s first dated note; a mark is a note, larger where it says more",
    );
    let place = |day: i64| {
        MARGIN + NAMES + (day as f32 / last as f32) * (WIDTH - 2.0 * MARGIN - NAMES - 8.0) + 4.0
    };
    let mut y = Sheet::top() + 6.0;
    y = key(&mut sheet, y, &types);
    let left_out = people.len().saturating_sub(PEOPLE_MAX);
    for (id, own) in people.into_iter().take(PEOPLE_MAX) {
        let (marks, levels) = stacked(&own, &types, place);
        y += levels as f32 * LEVEL + 8.0;
        let name = letters.fitted(shown_person(id, data.mask), PLAIN, NAMES - 6.0);
        sheet.say((MARGIN, y), Anchor::Start, &name);
        let notes = how_many(&own);
        sheet.remark((MARGIN, y + 8.5), Anchor::Start, &notes);
        let end = own.iter().filter_map(|n| n.day).max().unwrap_or(0);
        sheet.line(
            (place(0), y + 4.0),
            (place(end), y + 4.0),
            Colour::SOFT,
            0.6,
        );
        for (x, level, kind, radius) in marks {
            sheet.shape(kind, (x, y - level as f32 * LEVEL - 1.0), radius);
        }
        y += 12.0;
    }
    y += 8.0;
    axis(&mut sheet, y, last, place);
    if left_out > 0 {
        let text = format!(
            "{} more are left out.",
            counted(left_out as u64, "participant")
        );
        sheet.remark((MARGIN, y + 30.0), Anchor::Start, &text);
    }
    sheet.height = y + 38.0;
    Some(sheet)
}

/// `28 notes`, or how many of them have a day and so a mark.
fn how_many(own: &[&NoteFacts]) -> String {
    let dated = own.iter().filter(|n| n.day.is_some()).count();
    if dated == own.len() {
        return counted(dated as u64, "note");
    }
    let dated = counted(dated as u64, "dated note");
    format!("{dated} of {}", thousands(own.len() as u64))
}

/// Place, level, kind and radius of each mark, and how many levels there are.
fn stacked(
    own: &[&NoteFacts],
    types: &[&str],
    place: impl Fn(i64) -> f32,
) -> (Vec<(f32, usize, usize, f32)>, usize) {
    let mut taken: BTreeMap<i64, usize> = BTreeMap::new();
    let mut marks = Vec::new();
    for note in own {
        let Some(day) = note.day else {
            continue;
        };
        let radius = match note.detail {
            Detail::Terse => 2.2,
            Detail::Summary => 2.9,
            Detail::Detailed => 3.6,
        };
        for name in &note.types {
            let x = place(day);
            let level = taken.entry((x / 7.0) as i64).or_default();
            let kind = types.iter().position(|t| t == name).unwrap_or(types.len());
            marks.push((x, (*level).min(LEVELS_MAX - 1), kind, radius));
            *level += 1;
        }
    }
    let levels = taken.values().copied().max().unwrap_or(1).min(LEVELS_MAX);
    (marks, levels)
}

/// The session types' shapes in rows; where the drawing goes on.
fn key(sheet: &mut Sheet, top: f32, types: &[&str]) -> f32 {
    const COLUMN: f32 = 96.0;
    let in_row = ((WIDTH - 2.0 * MARGIN) / COLUMN) as usize;
    for (n, name) in types.iter().enumerate() {
        let x = MARGIN + (n % in_row) as f32 * COLUMN;
        let y = top + (n / in_row) as f32 * 12.0;
        sheet.shape(n, (x + 4.0, y - 2.5), 3.2);
        sheet.remark((x + 12.0, y), Anchor::Start, &session_type(name));
    }
    top + types.len().div_ceil(in_row) as f32 * 12.0
}

fn axis(sheet: &mut Sheet, y: f32, last: i64, place: impl Fn(i64) -> f32) {
    const STEPS: [i64; 10] = [7, 14, 28, 56, 91, 182, 365, 730, 1825, 3650];
    let step = STEPS.into_iter().find(|s| last / s <= 9).unwrap_or(36_500);
    sheet.line((place(0), y), (place(last), y), Colour::INK, 0.6);
    for day in (0..=last).step_by(step as usize) {
        let x = place(day);
        sheet.line((x, y), (x, y + 3.0), Colour::INK, 0.6);
        sheet.remark((x, y + 11.0), Anchor::Middle, &day.to_string());
    }
    let middle = place(last / 2);
    sheet.remark((middle, y + 21.0), Anchor::Middle, "day");
}
