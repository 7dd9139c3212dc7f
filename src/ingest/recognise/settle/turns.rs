//! Days whose year a title, a heading or a file's name says for all: where the year turns.
//!
//! Comes in: notes with their dates. Goes out: the same, those behind a new year a year later. It
//! refuses to believe a year that the weekday beside the day denies.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

use crate::model::corpus::{Basis, ParticipantId};

use super::super::Attributed;
use super::super::clues::{RawNote, Recognised};

/// A day so many days before the one above it is of the next year: notes run on in time.
const TURN_DAYS: i32 = 150;

/// Gives days whose year something else says, and not for them alone, the year that they can have.
pub(super) fn turn(raws: &[RawNote], said: &[Attributed], out: &mut [Recognised]) {
    let mut runs: BTreeMap<(&str, Option<ParticipantId>, i16), Vec<usize>> = BTreeMap::new();
    for (index, ((raw, said), note)) in raws.iter().zip(said).zip(out.iter()).enumerate() {
        if let Some(date) = leaned(said, note) {
            let person = note.participant.value.clone();
            let run = runs.entry((&raw.source, person, date.year())).or_default();
            run.push(index);
        }
    }
    for run in runs.into_values() {
        let days: Vec<Date> = run.iter().filter_map(|&i| out.get(i)?.date.value).collect();
        let turned = by_order(&days);
        for ((&index, own), turned) in run.iter().zip(&days).zip(turned) {
            let weekday = said.get(index).and_then(weekday);
            if let Some(note) = out.get_mut(index) {
                settle_year(note, *own, turned, weekday);
            }
        }
    }
}

/// The date of a note that says its day and month itself, and its year only by what holds for
/// several.
fn leaned(said: &Attributed, note: &Recognised) -> Option<Date> {
    let date = note.date.value?;
    let own = said.dates.first().filter(|(_, d)| d.lacks_year())?;
    let is_it = |parts: &super::super::dates::Parts| {
        parts.year == Some(date.year()) && parts.month.is_none_or(|m| m == date.month())
    };
    let saying = said.dates.iter().skip(1).flat_map(|(_, d)| &d.readings);
    let mut saying = saying.map(|(_, parts)| parts).filter(|p| is_it(p));
    let is_shared = saying.all(|parts| parts.month.is_none());
    (is_shared
        && own
            .1
            .readings
            .iter()
            .any(|(_, p)| p.day == Some(date.day())))
    .then_some(date)
}

fn weekday(said: &Attributed) -> Option<Weekday> {
    said.dates.first()?.1.weekday
}

/// Each day in the year that it has if the days run on, a year later behind each new year; none where
/// they run backwards, and a year turns among them.
fn by_order(days: &[Date]) -> Vec<Option<Date>> {
    let steps: Vec<i32> = days
        .windows(2)
        .map(|pair| i32::from(pair[1].day_of_year()) - i32::from(pair[0].day_of_year()))
        .collect();
    let on = steps.iter().filter(|s| (1..TURN_DAYS).contains(*s)).count();
    let back = steps
        .iter()
        .filter(|s| (1 - TURN_DAYS..0).contains(*s))
        .count();
    if back > on {
        let turns = steps.iter().any(|s| *s >= TURN_DAYS);
        return days.iter().map(|d| Some(*d).filter(|_| !turns)).collect();
    }
    let mut years = 0;
    let mut out: Vec<Option<Date>> = days.iter().take(1).map(|d| Some(*d)).collect();
    for (day, step) in days.iter().skip(1).zip(steps) {
        years += i16::from(step <= -TURN_DAYS);
        out.push(in_year(*day, years));
    }
    out
}

fn in_year(day: Date, later: i16) -> Option<Date> {
    Date::new(day.year() + later, day.month(), day.day()).ok()
}

/// Takes the year that the order of the days says, if the weekday allows it; else the one year next to
/// it that the weekday says; else none.
fn settle_year(note: &mut Recognised, own: Date, turned: Option<Date>, weekday: Option<Weekday>) {
    let fits = |day: &Date| weekday.is_none_or(|w| day.weekday() == w);
    let near = || {
        [own, own]
            .into_iter()
            .zip([1, -1])
            .filter_map(|(day, by)| in_year(day, by))
    };
    let found = match turned {
        Some(day) if fits(&day) => Some(day),
        _ if weekday.is_none() => None,
        _ => Some(own).filter(fits).or_else(|| near().find(fits)),
    };
    match found {
        Some(day) if day == own => {}
        Some(day) => {
            note.date.value = Some(day);
            note.date.basis.completed_by(Basis::Neighbour);
        }
        None => {
            note.date = crate::model::corpus::Sourced::unknown();
            note.warnings.push(format!(
                "of the date only ????-{:02}-{:02} is known: the order of the days, or the weekday, denies the year {}",
                own.month(),
                own.day(),
                own.year()
            ));
        }
    }
}
