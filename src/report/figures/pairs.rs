//! Which themes stand together: half a matrix, circles by how often, with the numbers.

use std::collections::BTreeMap;

use crate::model::codebook::CodeIndex;
use crate::tally::{CooccurrenceRow, Unit};

use super::super::ReportData;
use super::super::text::{counted, thousands};
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
    let (codes, meeting) = themes(&pairs);
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
    let mut y = top + codes.len() as f32 * size + 12.0;
    key(&mut sheet, y, most, letters);
    for text in left_out(
        data.codebook.codes.len(),
        meeting,
        codes.len(),
        unit.as_str(),
    ) {
        y += 10.0;
        sheet.remark((MARGIN, y + 2.5), Anchor::Start, &text);
    }
    sheet.height = y + MARGIN + 4.0;
    Some(sheet)
}

/// Shares of the highest number from which a circle is darker.
const STEPS: [f32; 2] = [0.25, 0.6];

/// What the shades mean, in numbers.
fn key(sheet: &mut Sheet, y: f32, most: u64, letters: &Letters) {
    let [low, high] = STEPS.map(|step| (step * most as f32).floor() as u64);
    let steps = [
        (Colour::PALE, 1, low),
        (Colour::MIDDLE, low + 1, high),
        (Colour::DARK, high + 1, most),
    ];
    let mut x = MARGIN;
    for (colour, from, to) in steps.into_iter().filter(|(_, from, to)| from <= to) {
        sheet.circle((x + 4.0, y), 4.0, paint(colour));
        let text = if from == to {
            thousands(from)
        } else {
            format!("{} to {}", thousands(from), thousands(to))
        };
        sheet.remark((x + 12.0, y + 2.5), Anchor::Start, &text);
        x += 12.0 + letters.width(&text, SMALL) + 12.0;
    }
    let text = "A theme and the one above it are counted as any other two.";
    sheet.remark((x, y + 2.5), Anchor::Start, text);
}

/// Which themes are not drawn, and why.
fn left_out(all: usize, meeting: usize, drawn: usize, unit: &str) -> Vec<String> {
    let rarer = meeting - drawn;
    let alone = all - meeting;
    let mut texts = Vec::new();
    if rarer > 0 {
        texts.push(format!(
            "Left out: {} that meet others less often than these {drawn}.",
            counted(rarer as u64, "theme")
        ));
    }
    if alone > 0 {
        texts.push(format!(
            "Left out: {} that no {unit} documents together with another.",
            counted(alone as u64, "theme")
        ));
    }
    texts
}

fn paint(colour: Colour) -> Paint {
    Paint {
        fill: Some(colour),
        stroke: Some((Colour::SOFT, 0.4)),
    }
}

fn circle(sheet: &mut Sheet, at: (f32, f32), n: u64, share: f32, size: f32) {
    let radius = (size / 2.0 - 1.0) * share.sqrt().max(0.35);
    let (fill, ink) = if share > STEPS[1] {
        (Colour::DARK, Colour::PAPER)
    } else if share > STEPS[0] {
        (Colour::MIDDLE, Colour::INK)
    } else {
        (Colour::PALE, Colour::INK)
    };
    sheet.circle(at, radius, paint(fill));
    let below = (at.0, at.1 + 2.5);
    sheet.text(below, Anchor::Middle, (SMALL, ink), &n.to_string());
}

/// The codes that meet most, in the codebook's order, and how many codes meet another.
fn themes(pairs: &[&CooccurrenceRow]) -> (Vec<CodeIndex>, usize) {
    let mut weight: BTreeMap<CodeIndex, u64> = BTreeMap::new();
    for row in pairs {
        *weight.entry(row.code_a).or_default() += row.pair.both;
        *weight.entry(row.code_b).or_default() += row.pair.both;
    }
    let mut codes: Vec<(CodeIndex, u64)> = weight.into_iter().collect();
    codes.sort_by_key(|&(code, n)| (std::cmp::Reverse(n), code));
    let meeting = codes.len();
    codes.truncate(THEMES_MAX);
    let mut codes: Vec<CodeIndex> = codes.into_iter().map(|c| c.0).collect();
    codes.sort_unstable();
    (codes, meeting)
}
