//! Themes that stand together, and the curves of new themes, as the page's script reads them.

use serde::Serialize;

use crate::tally::{CooccurrenceRow, Event, Run, Unit};

use super::ReportData;

/// Pairs of codes in the page at most, of each unit.
const PAIRS_MAX: usize = 1_000;

/// Two codes, `note` or `sentence`, units with the first, the second, both, all units, c and NPMI in
/// thousandths, whether one is much more frequent.
#[derive(Debug, Serialize)]
pub(super) struct JsonPair(
    u16,
    u16,
    &'static str,
    u64,
    u64,
    u64,
    u64,
    Option<i64>,
    Option<i64>,
    bool,
);

/// Events, and the codes met up to each at which a new one came.
#[derive(Debug, Serialize)]
pub(super) struct JsonCurve {
    unit: &'static str,
    events: usize,
    pub(super) steps: Vec<(usize, usize)>,
    /// The event with which a run fell below the threshold first.
    pub(super) reached: Option<usize>,
    base: usize,
    run: usize,
    threshold: f64,
}

/// The pairs that stand together most, and how many further ones there are.
pub(super) fn pairs(data: &ReportData<'_>) -> (Vec<JsonPair>, usize) {
    let rows = data.tally.cooccurrence().rows(data.codebook);
    let (mut kept, mut left) = (Vec::new(), 0);
    for unit in [Unit::Sentence, Unit::Note] {
        let of_unit = rows.iter().filter(|r| r.unit == unit && r.pair.both > 0);
        let mut of_unit: Vec<&CooccurrenceRow> = of_unit.collect();
        // The sort is stable, so ties stay in the order of the codes' paths.
        of_unit.sort_by_key(|r| std::cmp::Reverse(r.pair.both));
        left += of_unit.len().saturating_sub(PAIRS_MAX);
        kept.extend(of_unit.into_iter().take(PAIRS_MAX).map(pair));
    }
    (kept, left)
}

fn pair(row: &CooccurrenceRow) -> JsonPair {
    let thousandths = |value: Option<f64>| value.map(|v| (v * 1000.0).round() as i64);
    JsonPair(
        row.code_a.0,
        row.code_b.0,
        row.unit.as_str(),
        row.pair.a,
        row.pair.b,
        row.pair.both,
        row.pair.units,
        thousandths(row.pair.jaccard()),
        thousandths(row.pair.npmi()),
        row.pair.is_unequal(),
    )
}

/// The curve of new codes by note or by participant.
pub(super) fn curve(data: &ReportData<'_>, unit: Event) -> JsonCurve {
    let rule = data.rule;
    let mut curve = JsonCurve {
        unit: unit.as_str(),
        events: 0,
        steps: Vec::new(),
        reached: None,
        base: rule.base,
        run: rule.run,
        threshold: rule.threshold,
    };
    for row in data.saturation.rows_of(unit, rule) {
        curve.events += 1;
        if !row.new.is_empty() {
            curve.steps.push((row.event, row.codes));
        }
        let ratio = row.run.and_then(Run::ratio);
        if curve.reached.is_none() && ratio.is_some_and(|ratio| ratio <= rule.threshold) {
            curve.reached = Some(row.event);
        }
    }
    curve
}
