//! Which themes stand together: half a matrix, circles by how often, with the numbers.

use std::collections::BTreeMap;

use crate::model::codebook::CodeIndex;
use crate::tally::{CooccurrenceRow, Unit};

use super::super::ReportData;
use super::WIDTH;
use super::png::Letters;
use super::sheet::{Anchor, Colour, MARGIN, PLAIN, Paint, SMALL, Sheet};

const NAMES: f32 = 130.0;

/// Themes in the figure at most: those that meet most.
const THEMES_MAX: usize = 18;

/// The figure; none where no two themes stand together.
pub(super) fn figure(data: &ReportData<'_>, letters: &Letters) -> Option<Sheet> {
    let rows = data.tally.cooccurrence().rows(data.codebook);
    let met = |unit| {
        rows.iter()
            .filter(move |r| r.unit == unit && r.pair.both > 0)
    };
    let unit = [Unit::Sentence, Unit::Note]
        .into_iter()
        .find(|&u| met(u).next().is_some())?;
    let pairs: Vec<&CooccurrenceRow> = met(unit).collect();
    let codes = themes(&pairs);
    let both: BTreeMap<(CodeIndex, CodeIndex), u64> = pairs
        .iter()
        .map(|r| {
            (
                (r.code_a.min(r.code_b), r.code_a.max(r.code_b)),
                r.pair.both,
            )
        })
        .collect();
    let most = both.values().copied().max().unwrap_or(1).max(1);
    let mut sheet = Sheet::new(
        WIDTH,
        &format!("Themes documented in the same {}", unit.as_str()),
        &format!(
            "Number of {}s with passages of both; the area of a circle goes with it",
            unit.as_str()
        ),
    );
    let size = ((WIDTH - 2.0 * MARGIN - NAMES) / codes.len() as f32).min(24.0);
    let top = Sheet::top() + 6.0;
    let left = MARGIN + NAMES;
    for (i, &row) in codes.iter().enumerate() {
        let y = top + (i as f32 + 0.5) * size;
        let name = format!("{}  {}", i + 1, data.codebook.code(row).name);
        let name = letters.fitted(&name, PLAIN, NAMES - 8.0);
        sheet.say((left - 8.0, y + 3.0), Anchor::End, &name);
        sheet.line((left, y), (left + i as f32 * size, y), Colour::LINE, 0.5);
        for (j, &column) in codes[..i].iter().enumerate() {
            let x = left + (j as f32 + 0.5) * size;
            let key = (row.min(column), row.max(column));
            if let Some(&n) = both.get(&key) {
                circle(&mut sheet, (x, y), n, n as f32 / most as f32, size);
            }
        }
        let x = left + (i as f32 + 0.5) * size;
        sheet.remark((x, y + 2.5), Anchor::Middle, &(i + 1).to_string());
    }
    sheet.height = top + codes.len() as f32 * size + MARGIN + 4.0;
    Some(sheet)
}

fn circle(sheet: &mut Sheet, at: (f32, f32), n: u64, share: f32, size: f32) {
    let radius = (size / 2.0 - 1.0) * share.sqrt().max(0.35);
    let (fill, ink) = if share > 0.6 {
        (Colour::DARK, Colour::PAPER)
    } else if share > 0.25 {
        (Colour::MIDDLE, Colour::INK)
    } else {
        (Colour::PALE, Colour::INK)
    };
    let paint = Paint {
        fill: Some(fill),
        stroke: Some((Colour::SOFT, 0.4)),
    };
    sheet.circle(at, radius, paint);
    let below = (at.0, at.1 + 2.5);
    sheet.text(below, Anchor::Middle, (SMALL, ink), &n.to_string());
}

/// The codes that meet most, in the codebook's order.
fn themes(pairs: &[&CooccurrenceRow]) -> Vec<CodeIndex> {
    let mut weight: BTreeMap<CodeIndex, u64> = BTreeMap::new();
    for row in pairs {
        *weight.entry(row.code_a).or_default() += row.pair.both;
        *weight.entry(row.code_b).or_default() += row.pair.both;
    }
    let mut codes: Vec<(CodeIndex, u64)> = weight.into_iter().collect();
    codes.sort_by_key(|&(code, n)| (std::cmp::Reverse(n), code));
    codes.truncate(THEMES_MAX);
    let mut codes: Vec<CodeIndex> = codes.into_iter().map(|c| c.0).collect();
    codes.sort_unstable();
    codes
}
