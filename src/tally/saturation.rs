//! When no new codes come any more (Guest, Namey & Chen 2020, doi 10.1371/journal.pone.0232076).
//!
//! Comes in: notes. Goes out: how many codes were met for the first time in each note, and in each
//! participant, in the order of their dates. A few bytes a note are kept.

use std::collections::BTreeSet;

use crate::model::codebook::CodeIndex;
use crate::model::coded::CodedNote;
use crate::model::corpus::Corpus;

/// The sizes that decide: events in the base, events in a run, and the share of new codes in a run
/// of those in the base at which nothing much is new any more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SaturationRule {
    /// Events whose codes are the base.
    pub base: usize,
    /// Events that are looked at together for new codes. Runs overlap.
    pub run: usize,
    /// Largest share of new codes of a run.
    pub threshold: f64,
}

impl Default for SaturationRule {
    fn default() -> Self {
        Self {
            base: 4,
            run: 2,
            threshold: 0.05,
        }
    }
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A note.
    Note,
    /// A participant with all notes.
    Participant,
}

impl Event {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Participant => "participant",
        }
    }
}

/// The run that ends at an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Run {
    /// Codes of the base.
    pub base_codes: usize,
    /// Codes that the run's events hold and no earlier one.
    pub new_codes: usize,
}

impl Run {
    /// New codes of those in the base; none where the base has no code.
    pub fn ratio(self) -> Option<f64> {
        (self.base_codes > 0).then(|| self.new_codes as f64 / self.base_codes as f64)
    }
}

/// The run that ends at an event, counted from 0, given how many codes were met up to each event. None
/// where the event lies in the base, or so near behind it that no whole run does.
pub fn run_at(cumulative: &[usize], event: usize, rule: SaturationRule) -> Option<Run> {
    let start = (event + 1).checked_sub(rule.run)?;
    if rule.base == 0 || start < rule.base {
        return None;
    }
    Some(Run {
        base_codes: *cumulative.get(rule.base - 1)?,
        new_codes: cumulative.get(event)? - cumulative.get(start.checked_sub(1)?)?,
    })
}

/// Where each code was met first.
#[derive(Debug, Clone)]
pub struct Saturation {
    /// Notes by date, then as in the corpus; undated ones last, duplicates not at all.
    notes: Vec<u32>,
    /// By index of the note: its place in that order.
    place_of_note: Vec<u32>,
    /// First notes of the participants, in the order of those notes.
    people: Vec<u32>,
    /// By index of the note: the place of its participant.
    place_of_person: Vec<u32>,
    /// By code: the first place in either order.
    first_note: Vec<Option<u32>>,
    first_person: Vec<Option<u32>>,
}

/// No place.
const NOWHERE: u32 = u32::MAX;

/// A row of `saturation.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct SaturationRow {
    /// What the events are.
    pub unit: Event,
    /// The event's number, from 1.
    pub event: usize,
    /// Index of its note, or of its participant's first.
    pub note: usize,
    /// Codes that no earlier event holds.
    pub new: Vec<CodeIndex>,
    /// Codes met so far.
    pub codes: usize,
    /// The run that ends here.
    pub run: Option<Run>,
}

impl Saturation {
    /// Orders the notes and participants of a corpus by date.
    pub fn new(codes: usize, corpus: &Corpus) -> Self {
        let all = &corpus.notes;
        let mut notes: Vec<u32> = (0..all.len() as u32)
            .filter(|&n| all[n as usize].duplicate_of.is_none())
            .collect();
        notes.sort_by_key(|&n| {
            let date = all[n as usize].date.value;
            (date.is_none(), date, n)
        });
        let mut place_of_note = vec![NOWHERE; all.len()];
        let mut people = Vec::new();
        let mut place_of_person = vec![NOWHERE; all.len()];
        for (place, &n) in notes.iter().enumerate() {
            place_of_note[n as usize] = place as u32;
        }
        // Notes of a participant stand together in the corpus; the earliest one names the place.
        let mut firsts: Vec<(u32, std::ops::Range<usize>)> = Vec::new();
        let mut start = 0;
        for own in all.chunk_by(|a, b| a.participant.value == b.participant.value) {
            let range = start..start + own.len();
            start = range.end;
            let first = place_of_note[range.clone()].iter().min().copied();
            if let (true, Some(first)) = (own[0].participant.value.is_some(), first)
                && first != NOWHERE
            {
                firsts.push((first, range));
            }
        }
        firsts.sort_by_key(|f| f.0);
        for (place, (first, range)) in firsts.into_iter().enumerate() {
            people.push(notes[first as usize]);
            place_of_person[range].fill(place as u32);
        }
        Self {
            notes,
            place_of_note,
            people,
            place_of_person,
            first_note: vec![None; codes],
            first_person: vec![None; codes],
        }
    }

    /// Takes a note, in any order. A code counts by its own passages, not by those below it.
    pub fn add(&mut self, coded: &CodedNote<'_>) {
        let present: BTreeSet<CodeIndex> = coded
            .codings
            .iter()
            .filter(|c| c.counted())
            .map(|c| c.code)
            .collect();
        let earlier = |first: &mut Option<u32>, places: &[u32]| {
            let place = places.get(coded.index).copied().unwrap_or(NOWHERE);
            if place != NOWHERE {
                *first = Some(first.map_or(place, |f| f.min(place)));
            }
        };
        for code in present {
            let at = code.0 as usize;
            earlier(&mut self.first_note[at], &self.place_of_note);
            earlier(&mut self.first_person[at], &self.place_of_person);
        }
    }

    /// A row for each event: notes, then participants.
    pub fn rows(&self, rule: SaturationRule) -> impl Iterator<Item = SaturationRow> + '_ {
        self.rows_of(Event::Note, rule)
            .chain(self.rows_of(Event::Participant, rule))
    }

    /// A row for each event of one kind.
    pub fn rows_of(
        &self,
        unit: Event,
        rule: SaturationRule,
    ) -> impl Iterator<Item = SaturationRow> + '_ {
        let (events, first) = match unit {
            Event::Note => (&self.notes, &self.first_note),
            Event::Participant => (&self.people, &self.first_person),
        };
        curve(unit, events, first, rule)
    }
}

fn curve<'s>(
    unit: Event,
    events: &'s [u32],
    first: &'s [Option<u32>],
    rule: SaturationRule,
) -> impl Iterator<Item = SaturationRow> + 's {
    let mut met: Vec<(u32, CodeIndex)> = first
        .iter()
        .enumerate()
        .filter_map(|(code, place)| Some(((*place)?, CodeIndex(code as u16))))
        .collect();
    met.sort_unstable();
    let up_to = |event: usize| met.partition_point(|(place, _)| *place as usize <= event);
    let cumulative: Vec<usize> = (0..events.len()).map(up_to).collect();
    let mut next = 0;
    events.iter().enumerate().map(move |(event, note)| {
        let start = next;
        next = cumulative[event];
        SaturationRow {
            unit,
            event: event + 1,
            note: *note as usize,
            new: met[start..next].iter().map(|(_, code)| *code).collect(),
            codes: next,
            run: run_at(&cumulative, event, rule),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::{codebook, note};
    use jiff::civil::date;

    #[test]
    fn new_codes_follow_the_dates_and_not_the_files() {
        let book = codebook(&["agency", "coping", "nausea"]);
        let drawn = [
            ("P1", 9, "{agency|Chose}. {nausea|Sick}."),
            ("P2", 1, "{coping|Walks}."),
            ("P2", 20, "{agency|Chose}. No {nausea:negated|nausea}."),
        ];
        let owned: Vec<_> = drawn
            .iter()
            .enumerate()
            .map(|(i, (who, day, text))| {
                let mut own = note(i, who, "ketamine", text, &book);
                own.note.date.value = Some(date(2021, 3, *day));
                own
            })
            .collect();
        let corpus = Corpus {
            notes: owned.iter().map(|o| o.note.clone()).collect(),
            ..Corpus::default()
        };
        let mut saturation = Saturation::new(3, &corpus);
        for own in &owned {
            saturation.add(&own.coded());
        }
        let rule = SaturationRule {
            base: 1,
            run: 1,
            threshold: 0.0,
        };
        let rows: Vec<String> = saturation
            .rows(rule)
            .map(|r| {
                let run = r.run.map_or(-1, |run| run.new_codes as i64);
                format!(
                    "{} {} note {}: {} {} run {run}",
                    r.unit.as_str(),
                    r.event,
                    r.note,
                    r.new.len(),
                    r.codes
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                "note 1 note 1: 1 1 run -1",
                "note 2 note 0: 2 3 run 2",
                "note 3 note 2: 0 3 run 0",
                "participant 1 note 1: 2 2 run -1",
                "participant 2 note 0: 1 3 run 1",
            ]
        );
    }
}
