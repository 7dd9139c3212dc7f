//! The counts of every group as the page's script reads them; silent codes are left out.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::codebook::CodeIndex;
use crate::model::corpus::ParticipantId;
use crate::tally::{Frequencies, Group, GroupKind, Interval};

use super::ReportData;
use super::order::Order;

/// Cells of all groups in the page at most; participants who come later are left out.
const CELLS_MAX: usize = 120_000;

/// Notes of a group and what they say of each code.
#[derive(Debug, Serialize)]
pub(super) struct JsonGroup {
    /// `all`, `participant`, `session_type`, `participant_session_type`, or `by`.
    kind: &'static str,
    person: Option<usize>,
    #[serde(rename = "type")]
    session_type: Option<usize>,
    /// Which crosstab, and which of its values.
    by: Option<(usize, usize)>,
    notes: u64,
    words: u64,
    quotes: u64,
    participants: u64,
    sessions: u64,
    missing: Option<u64>,
    /// Terse, summary, detailed; none where it was not counted.
    details: Option<[u64; 3]>,
    /// The median of words of a note, as the manuscript's tables round it.
    median: Option<u64>,
    /// Intervals of a code that is present in no note: of the share, in thousandths, and of the rate.
    nothing: [f64; 4],
    cells: Vec<JsonCell>,
}

/// Code; notes present, absent, only mentioned; passages; participants; interval of the share in
/// thousandths and of the rate in tenths per 1,000 words, -1 where there is none.
#[derive(Debug, Serialize)]
struct JsonCell(u16, u64, u64, u64, u64, u64, i64, i64, f64, f64);

/// Every group that the page has room for, and how many it has no room for.
pub(super) fn groups(data: &ReportData<'_>, order: &Order<'_>) -> (Vec<JsonGroup>, u64) {
    let details = details(data);
    let mut out = Vec::new();
    let (mut cells, mut left_out) = (0, 0);
    let mut add = |group: JsonGroup| {
        cells += group.cells.len();
        if cells > CELLS_MAX {
            left_out += 1;
        } else {
            out.push(group);
        }
    };
    let frequencies = data.tally.frequencies();
    for group in frequencies.groups(data.session_types) {
        let sessions = data.sessions.of_group(group.kind);
        let key = (
            matches!(group.kind, GroupKind::Participant(_) | GroupKind::Both(..)),
            group.kind.participant(),
            group.kind.session_type(),
        );
        add(JsonGroup {
            sessions: sessions.documented,
            missing: data.sessions.is_known.then_some(sessions.missing),
            details: details.get(&key).map(|d| d.0),
            median: details.get(&key).and_then(|d| d.1),
            ..json(&group, data, order)
        });
    }
    for (place, crosstab) in data.crosstabs.iter().enumerate() {
        for (value, counted) in crosstab.groups() {
            if let Some(group) = all_of(counted) {
                add(JsonGroup {
                    kind: "by",
                    by: Some((place, order.value(place, value))),
                    ..json(&group, data, order)
                });
            }
        }
    }
    (out, left_out)
}

/// The group of all notes.
fn all_of(counted: &Frequencies) -> Option<Group<'_>> {
    counted.groups(&[]).find(|g| g.kind == GroupKind::All)
}

type DetailKey<'a> = (bool, Option<&'a ParticipantId>, Option<&'a str>);

/// Terse, summary and detailed notes; the median of words of a note.
type Lengths = ([u64; 3], Option<u64>);

/// How long the notes of each group are.
fn details<'a>(data: &ReportData<'a>) -> BTreeMap<DetailKey<'a>, Lengths> {
    let rows = data
        .documentation
        .iter()
        .filter(|r| r.author.is_none() && r.group != "author");
    rows.map(|row| {
        let of_person = row.group.starts_with("participant");
        let median = row.written.words().map(|w| w.1.round_ties_even() as u64);
        (
            (of_person, row.participant, row.session_type),
            (row.written.details.map(u64::from), median),
        )
    })
    .collect()
}

fn json(group: &Group<'_>, data: &ReportData<'_>, order: &Order<'_>) -> JsonGroup {
    let person = match group.kind {
        GroupKind::Participant(id) | GroupKind::Both(id, _) => Some(order.person(id)),
        GroupKind::All | GroupKind::SessionType(_) => None,
    };
    JsonGroup {
        kind: group.kind.as_str(),
        person,
        session_type: group.kind.session_type().map(|t| order.session_type(t)),
        by: None,
        notes: group.total.notes,
        words: group.total.words,
        quotes: group.total.direct_quotes,
        participants: group.participants(),
        sessions: 0,
        missing: None,
        details: None,
        median: None,
        nothing: nothing(group, data),
        cells: data
            .codebook
            .indices()
            .filter_map(|code| cell(group, code))
            .collect(),
    }
}

fn cell(group: &Group<'_>, code: CodeIndex) -> Option<JsonCell> {
    let row = group.row(code);
    if row.silent == row.notes {
        return None;
    }
    let (share, rate) = (ends(row.share_interval), ends(row.rate_interval));
    Some(JsonCell(
        code.0,
        row.counts.present,
        row.counts.absent,
        row.counts.mentioned_only,
        row.counts.codings,
        row.participants_present,
        thousandths(share.0),
        thousandths(share.1),
        tenths(rate.0),
        tenths(rate.1),
    ))
}

/// The intervals of a code of which the group's notes say nothing; any such code gives the same.
fn nothing(group: &Group<'_>, data: &ReportData<'_>) -> [f64; 4] {
    let silent = data.codebook.indices().find(|&code| {
        let counts = group.total.counts(code);
        counts.present == 0 && counts.codings == 0
    });
    let Some(row) = silent.map(|code| group.row(code)) else {
        return [-1.0; 4];
    };
    let (share, rate) = (ends(row.share_interval), ends(row.rate_interval));
    [
        thousandths(share.0) as f64,
        thousandths(share.1) as f64,
        tenths(rate.0),
        tenths(rate.1),
    ]
}

fn ends(interval: Option<Interval>) -> (Option<f64>, Option<f64>) {
    (interval.map(|i| i.low), interval.map(|i| i.high))
}

fn thousandths(value: Option<f64>) -> i64 {
    value.map_or(-1, |v| (v * 1000.0).round() as i64)
}

fn tenths(value: Option<f64>) -> f64 {
    value.map_or(-1.0, |v| (v * 10.0).round() / 10.0)
}
