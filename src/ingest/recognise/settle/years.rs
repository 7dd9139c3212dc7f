//! Completes days without a year from the notes around them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::corpus::{Basis, ParticipantId, Sourced};

use super::super::clues::{RawNote, Recognised};
use super::super::dates::Parts;
use super::dates::{both, show};
use super::folder_of;

/// How far outside of the dated notes around it a day without year may lie.
const NEAR_DAYS: i32 = 62;

/// Completes days without year from the dated notes of the same participant, file or folder.
pub(super) fn complete(
    raws: &[RawNote],
    partial: &[Option<(Parts, Basis)>],
    out: &mut [Recognised],
) {
    let mut near = Near::default();
    for (raw, note) in raws.iter().zip(out.iter()) {
        if let Some(date) = note.date.value {
            near.add(raw, note.participant.value.as_ref(), date);
        }
    }
    for ((raw, note), partial) in raws.iter().zip(out.iter_mut()).zip(partial) {
        let Some((parts, basis)) = partial else {
            continue;
        };
        let known = show(*parts);
        let found = near.year_of(raw, note.participant.value.as_ref(), *parts);
        match found {
            Some(date) => {
                note.date = Sourced {
                    value: Some(date),
                    basis: both(*basis, Basis::Neighbour),
                };
            }
            None if parts.month.is_some() || parts.day.is_some() => {
                note.warnings
                    .push(format!("of the date only {known} is known"));
            }
            None => {}
        }
    }
}

/// First and last dates by file, folder and participant.
#[derive(Default)]
struct Near<'s> {
    files: BTreeMap<&'s str, (Date, Date)>,
    people: BTreeMap<(&'s str, ParticipantId), (Date, Date)>,
    all_of: BTreeMap<ParticipantId, (Date, Date)>,
}

impl<'s> Near<'s> {
    fn add(&mut self, raw: &'s RawNote, person: Option<&ParticipantId>, date: Date) {
        let widen = |range: &mut (Date, Date)| {
            *range = (range.0.min(date), range.1.max(date));
        };
        let fresh = (date, date);
        widen(self.files.entry(&raw.source).or_insert(fresh));
        if let Some(person) = person {
            let folder = folder_of(&raw.source);
            widen(self.people.entry((folder, person.clone())).or_insert(fresh));
            widen(self.all_of.entry(person.clone()).or_insert(fresh));
        }
    }

    /// The one day of a day without year that lies among, or near to, the nearest notes' dates.
    fn year_of(&self, raw: &RawNote, person: Option<&ParticipantId>, parts: Parts) -> Option<Date> {
        parts.month.and(parts.day)?;
        let folder = folder_of(&raw.source);
        let ranges = [
            self.files.get(raw.source.as_ref()),
            person.and_then(|p| self.people.get(&(folder, p.clone()))),
            person.and_then(|p| self.all_of.get(p)),
        ];
        let range = ranges.into_iter().flatten().next()?;
        let slack = jiff::Span::new().days(NEAR_DAYS);
        let from = range.0.checked_sub(slack).ok()?;
        let to = range.1.checked_add(slack).ok()?;
        let mut fitting = (from.year()..=to.year()).filter_map(|year| {
            let whole = Parts {
                year: Some(year),
                ..parts
            };
            whole.date().filter(|date| (from..=to).contains(date))
        });
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }
}
