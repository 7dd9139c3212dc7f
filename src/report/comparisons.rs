//! Two groups of notes side by side, as the page's script reads them.

use serde::Serialize;

use crate::tally::contrast::{ContrastRow, Odds};

use super::ReportData;
use super::mask::shown_text;
use super::order::Order;
use super::text::{session_type, shown, spaced};

/// A pair of groups.
#[derive(Debug, Serialize)]
pub(super) struct JsonComparison {
    /// The column, in words.
    by: String,
    /// The two groups' names.
    names: [String; 2],
    /// Where the groups' passages are: session types by place; else the crosstab and its value.
    types: Option<[usize; 2]>,
    values: Option<[(usize, usize); 2]>,
    /// Whether it may be read as a comparison, with its p-values.
    comparison: bool,
    notes: [u64; 2],
    words: [u64; 2],
    participants: [u64; 2],
    /// Words per note of the first over those of the second, and whether they differ much.
    length: Option<f64>,
    unequal: bool,
    rows: Vec<JsonRow>,
}

/// Code; notes present in each; passages in each; ratio of rates within participants; odds ratio
/// with its interval; adjusted p of the permutation.
#[derive(Debug, Serialize)]
struct JsonRow(
    u16,
    [u64; 2],
    [u64; 2],
    Option<f64>,
    Option<[f64; 3]>,
    Option<f64>,
);

/// Every pair.
pub(super) fn json(data: &ReportData<'_>, order: &Order<'_>) -> Vec<JsonComparison> {
    let mut out = Vec::new();
    for compared in data.compared {
        let pairs = compared
            .rows
            .chunk_by(|x, y| (x.group_a, x.group_b) == (y.group_a, y.group_b));
        for rows in pairs {
            out.push(comparison(compared.by, rows, data, order));
        }
    }
    out
}

fn comparison(
    by: &str,
    rows: &[ContrastRow<'_>],
    data: &ReportData<'_>,
    order: &Order<'_>,
) -> JsonComparison {
    let first = &rows[0];
    let groups = [first.group_a, first.group_b];
    let crosstab = data.crosstabs.iter().position(|c| c.columns == [by]);
    let place = |at: usize, group: &str| (at, order.value(at, &[group.to_owned()]));
    let of_types = by == "session_type";
    JsonComparison {
        by: spaced(by),
        names: groups.map(|name| match name {
            "" => "not said".to_owned(),
            name if of_types => session_type(name),
            name => shown(&shown_text(name, data.mask)).into_owned(),
        }),
        types: of_types.then(|| groups.map(|g| order.session_type(g))),
        values: crosstab.map(|at| groups.map(|g| place(at, g))),
        comparison: first.is_comparison,
        notes: [first.a.notes, first.b.notes],
        words: [first.a.words, first.b.words],
        participants: [first.a.participants, first.b.participants],
        length: first.length_ratio.map(hundredths),
        unequal: first.documentation_differs(),
        rows: rows
            .iter()
            .filter(|r| r.a.codings + r.b.codings > 0)
            .map(row)
            .collect(),
    }
}

fn row(row: &ContrastRow<'_>) -> JsonRow {
    let odds = |o: Odds| [o.ratio, o.interval.low, o.interval.high].map(hundredths);
    JsonRow(
        row.code.0,
        [row.a.present, row.b.present],
        [row.a.codings, row.b.codings],
        row.rate_ratio_within.map(hundredths),
        row.odds.map(odds),
        row.tests
            .permutation
            .map(|(_, q)| (q * 1000.0).round() / 1000.0),
    )
}

/// Two places; what is infinite becomes null in JSON.
fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
