//! Who the participants are and what is documented of them.
//!
//! The characteristics are those of the study's own tables of participants. Few participants have a
//! column each; of many it is counted how many each entry is said of.

use std::collections::BTreeMap;

use crate::model::corpus::ParticipantId;
use crate::model::identifier::IdentifierKind;

use super::super::ReportData;
use super::super::text::{counted, rounded, shown, spaced, thousands};
use super::tables::{PEOPLE_MAX, PaperTable, name_of, part};

/// Characteristics in the table at most.
const CHARACTERISTICS_MAX: usize = 40;

/// Entries of a characteristic that are counted one by one at most, those of the most people first.
const ENTRIES_MAX: usize = 10;

/// A characteristic: its name and what is said of each participant, in the same order.
type Characteristic<'a> = (String, Vec<&'a str>);

/// The participants' characteristics, where a table of the study tells any.
pub(super) fn characteristics(data: &ReportData<'_>) -> Option<PaperTable> {
    let frequencies = data.tally.frequencies();
    let known = frequencies.participants().into_iter().flatten();
    let people: Vec<&ParticipantId> = known.collect();
    let of = |column: usize, id: &&ParticipantId| -> &str {
        let row = data.characteristics.people.get(*id);
        row.and_then(|row| row.get(column))
            .map_or("", String::as_str)
    };
    let columns = data.characteristics.columns.iter().enumerate();
    let all = columns.map(|(at, name)| {
        let said = people.iter().map(|id| of(at, id)).collect();
        (shown(&spaced(name)).into_owned(), said)
    });
    let said = all.filter(|(_, said): &Characteristic<'_>| said.iter().any(|v| !v.is_empty()));
    let said: Vec<Characteristic<'_>> = said.take(CHARACTERISTICS_MAX).collect();
    if said.is_empty() {
        return None;
    }
    let mut table = if people.len() <= PEOPLE_MAX {
        one_by_one(&said, &people, data)
    } else {
        counted_together(&said, people.len())
    };
    table.footnotes.push(
        "From the study’s table of participants; names, dates and numbers of records are left out \
         or masked. Taken together, characteristics may still tell who somebody is: read before \
         publication."
            .to_owned(),
    );
    Some(table)
}

fn named(head: Vec<String>, rows: Vec<(usize, Vec<String>)>) -> PaperTable {
    PaperTable {
        name: "Characteristics".to_owned(),
        title: "Characteristics of the participants".to_owned(),
        over: Vec::new(),
        widths: std::iter::once(24)
            .chain(head[1..].iter().map(|_| 22))
            .collect(),
        head,
        rows,
        footnotes: Vec::new(),
    }
}

fn one_by_one(
    said: &[Characteristic<'_>],
    people: &[&ParticipantId],
    data: &ReportData<'_>,
) -> PaperTable {
    let mut head = vec!["Characteristic".to_owned()];
    head.extend(people.iter().map(|id| name_of(Some(id), data)));
    let cell = |value: &&str| match *value {
        "" => "–".to_owned(),
        value => shown(value).into_owned(),
    };
    let rows = said.iter().map(|(name, said)| {
        let mut cells = vec![name.clone()];
        cells.extend(said.iter().map(cell));
        (0, cells)
    });
    let mut table = named(head, rows.collect());
    if said.iter().any(|(_, said)| said.contains(&"")) {
        table.footnotes.push("–: not said.".to_owned());
    }
    table
}

/// Numbers by their median, all else by how many people it is said of.
fn counted_together(said: &[Characteristic<'_>], people: usize) -> PaperTable {
    let head = vec![
        "Characteristic".to_owned(),
        format!("N = {}", thousands(people as u64)),
    ];
    let mut rows = Vec::new();
    for (name, said) in said {
        let known: Vec<&str> = said.iter().copied().filter(|v| !v.is_empty()).collect();
        let numbers: Option<Vec<f64>> = known.iter().map(|v| number(v)).collect();
        if let Some(numbers) = numbers {
            let label = format!("{name}, median (range)");
            rows.push((0, vec![label, median_and_range(numbers)]));
        } else {
            rows.push((0, vec![format!("{name}, n (%)"), String::new()]));
            rows.extend(entries(&known, people).map(|cells| (1, cells)));
        }
        let unsaid = people - known.len();
        if unsaid > 0 {
            rows.push((1, vec!["not said".to_owned(), share(unsaid, people)]));
        }
    }
    let mut table = named(head, rows);
    table.footnotes.push(
        "Several entries for one person, between semicolons, count one by one; shares are of all \
         participants and may add up to more than 100%."
            .to_owned(),
    );
    table
}

fn share(n: usize, people: usize) -> String {
    format!(
        "{} ({})",
        thousands(n as u64),
        part(n as u64, people as u64)
    )
}

/// A number; an age that is masked is above all others.
fn number(value: &str) -> Option<f64> {
    if value == IdentifierKind::Age90.mask() {
        return Some(f64::INFINITY);
    }
    value.parse().ok().filter(|n: &f64| n.is_finite())
}

fn median_and_range(mut numbers: Vec<f64>) -> String {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    let (low, high) = (numbers[0], numbers[numbers.len() - 1]);
    let median = if numbers.len().is_multiple_of(2) {
        f64::midpoint(numbers[middle - 1], numbers[middle])
    } else {
        numbers[middle]
    };
    let shown = |number: f64| {
        if number.is_finite() {
            number.to_string()
        } else {
            IdentifierKind::Age90.mask().to_owned()
        }
    };
    format!("{} ({}–{})", shown(median), shown(low), shown(high))
}

/// How many people each entry is said of, those of the most people first; capitals make no
/// difference.
fn entries(known: &[&str], people: usize) -> impl Iterator<Item = Vec<String>> {
    let mut counts: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for value in known {
        let pieces = value.split(';').map(str::trim).filter(|p| !p.is_empty());
        let mut pieces: Vec<(String, &str)> = pieces.map(|p| (p.to_lowercase(), p)).collect();
        pieces.sort_unstable();
        pieces.dedup_by(|a, b| a.0 == b.0);
        for (key, written) in pieces {
            counts.entry(key).or_insert((0, written)).0 += 1;
        }
    }
    let mut counts: Vec<(usize, &str)> = counts.into_values().collect();
    // The sort is stable, so entries of as many people stay in their alphabet's order.
    counts.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    let left = counts.split_off(counts.len().min(ENTRIES_MAX));
    let mut rows: Vec<Vec<String>> = counts
        .into_iter()
        .map(|(n, written)| vec![shown(written).into_owned(), share(n, people)])
        .collect();
    if !left.is_empty() {
        let named = counted(left.len() as u64, "further entry");
        let named = named.replace("entrys", "entries");
        let times: usize = left.iter().map(|(n, _)| n).sum();
        rows.push(vec![named, thousands(times as u64)]);
    }
    rows.into_iter()
}

/// The last day of each participant that a note tells of.
fn last_days<'d>(data: &'d ReportData<'_>) -> BTreeMap<Option<&'d ParticipantId>, i64> {
    let mut last: BTreeMap<_, i64> = BTreeMap::new();
    for note in &data.material.notes {
        if let Some(day) = note.day {
            let end = last.entry(note.participant.as_ref()).or_default();
            *end = day.max(*end);
        }
    }
    last
}

pub(super) fn participants(data: &ReportData<'_>) -> PaperTable {
    let last = last_days(data);
    let known = data.sessions.is_known;
    let rows = data.documentation.iter();
    let rows = rows.filter(|r| matches!(r.group, "participant" | "all") && r.written.notes() > 0);
    let (all, people): (Vec<_>, Vec<_>) = rows.partition(|r| r.group == "all");
    let rows = people.into_iter().chain(all);
    let rows = rows.map(|row| {
        let sessions = row.sessions.unwrap_or_default();
        let written = &row.written;
        let days = last.get(&row.participant).filter(|_| row.group != "all");
        let words = written
            .words()
            .map_or_else(String::new, |(low, median, high)| {
                format!(
                    "{} ({}–{})",
                    rounded(median),
                    thousands(low),
                    thousands(high)
                )
            });
        let share = |n: u64| format!("{} ({})", thousands(n), part(n, written.notes()));
        let name = if row.group == "all" {
            "All".to_owned()
        } else {
            name_of(row.participant, data)
        };
        let cells = vec![
            name,
            thousands(sessions.documented),
            if known {
                thousands(sessions.missing)
            } else {
                "?".to_owned()
            },
            days.map_or_else(String::new, |d| thousands(*d as u64)),
            thousands(written.notes()),
            words,
            share(written.details[2].into()),
            thousands(written.text.direct_quotes),
        ];
        (0, cells)
    });
    let mut footnotes = vec![
        "Sessions: days with notes of one session type. Days: from the first to the last dated note."
            .to_owned(),
        "Detailed: notes with a narrative or with the participant’s own words, by rule.".to_owned(),
    ];
    if !known {
        footnotes.push("?: no table of the study says which sessions took place.".to_owned());
    }
    let head = [
        "Participant",
        "Sessions documented",
        "Sessions without a note",
        "Days",
        "Notes",
        "Words a note, median (range)",
        "Detailed notes, n (%)",
        "Direct quotations",
    ];
    PaperTable {
        name: "Participants".to_owned(),
        title: "Participants and what is documented of them".to_owned(),
        over: Vec::new(),
        head: head.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        widths: vec![16, 12, 12, 8, 8, 18, 14, 12],
        footnotes,
    }
}
