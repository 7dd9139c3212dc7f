//! Themes by session type: share of notes, or passages per 1,000 words, with its interval or, for few
//! participants, with what each of them has.
//!
//! The share says in how many notes a theme is met, which long notes make more likely. The rate sets
//! passages against the text, so that types whose notes differ in length can be read side by side.

use std::collections::BTreeMap;

use crate::model::codebook::CodeIndex;
use crate::tally::{FrequencyRow, Group, GroupKind, Interval};

use super::super::ReportData;
use super::super::lengths::medians;
use super::super::text::{counted, rounded, session_type, thousands};
use super::png::Letters;
use super::sheet::{Anchor, Colour, MARGIN, PLAIN, Paint, SMALL, Sheet};
use super::{THEMES_MAX, WIDTH};

const ROW: f32 = 15.0;
const NAMES: f32 = 130.0;
const HEAD: f32 = 59.0;
const FOOT: f32 = 62.0;
const GAP: f32 = 14.0;

/// Session types side by side at most.
const TYPES_MAX: usize = 6;

/// What is drawn of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// The share of notes that document it.
    Share,
    /// Passages per 1,000 words.
    Rate,
}

impl Measure {
    fn of(self, row: &FrequencyRow<'_>) -> Option<f64> {
        match self {
            Self::Share => row.share,
            Self::Rate => row.rate,
        }
    }

    fn interval(self, row: &FrequencyRow<'_>) -> Option<Interval> {
        match self {
            Self::Share => row.share_interval,
            Self::Rate => row.rate_interval,
        }
    }

    /// Title and the line below it.
    fn titles(self, unit: &str) -> [String; 2] {
        match self {
            Self::Share => [
                format!("Themes documented in {unit}s, by session type"),
                format!("Share of {unit}s in which each theme is documented, per cent"),
            ],
            Self::Rate => [
                "Themes per 1,000 words, by session type".to_owned(),
                "Passages that count for each theme, per 1,000 words of the type’s notes"
                    .to_owned(),
            ],
        }
    }

    /// The end of the axis: all notes; or a round number above every type's rate. What single
    /// participants have may lie beyond, since few words make high rates.
    fn end(self, types: &[&Group<'_>], codes: &[CodeIndex]) -> f64 {
        let rates = types
            .iter()
            .flat_map(|group| codes.iter().filter_map(|&code| group.row(code).rate));
        match self {
            Self::Share => 1.0,
            Self::Rate => round_above(rates.fold(0.0, f64::max)),
        }
    }

    fn tick(self, value: f64) -> String {
        match self {
            Self::Share => format!("{:.0}", value * 100.0),
            Self::Rate => format!("{value}"),
        }
    }
}

/// The first of 1, 2, 4, 6, 10, 20, 40, … that a value does not exceed.
fn round_above(value: f64) -> f64 {
    let mut ten = 1.0;
    loop {
        let found = [1.0, 2.0, 4.0, 6.0].into_iter().map(|step| step * ten);
        if let Some(end) = found.into_iter().find(|&end| value <= end) {
            return end;
        }
        ten *= 10.0;
    }
}

/// The figure; none where there is no note.
pub(super) fn figure(data: &ReportData<'_>, letters: &Letters, measure: Measure) -> Option<Sheet> {
    let groups: Vec<Group<'_>> = data
        .tally
        .frequencies()
        .groups(data.session_types)
        .collect();
    let all = groups.iter().find(|g| g.kind == GroupKind::All)?;
    let of_type = |g: &&Group<'_>| matches!(g.kind, GroupKind::SessionType(_));
    let types: Vec<&Group<'_>> = groups.iter().filter(of_type).take(TYPES_MAX).collect();
    let codes = themes(data, all);
    let unit = data.tally.frequencies().counted_by().as_str();
    let [title, below] = measure.titles(unit);
    let mut sheet = Sheet::new(WIDTH, &title, &below);
    let end = measure.end(&types, &codes);
    let lengths: BTreeMap<&str, f64> = medians(data).into_iter().collect();
    let top = Sheet::top() + HEAD;
    let bottom = top + codes.len() as f32 * ROW;
    let panel = (WIDTH - 2.0 * MARGIN - NAMES) / types.len().max(1) as f32 - GAP;
    for (i, &code) in codes.iter().enumerate() {
        let y = top + (i as f32 + 0.5) * ROW;
        let own = data.codebook.code(code);
        let indent = 8.0 * own.path.depth() as f32;
        let name = letters.fitted(&own.name, PLAIN, NAMES - indent - 6.0);
        sheet.say((MARGIN + indent, y + 3.0), Anchor::Start, &name);
    }
    let people = people(&groups);
    for (n, group) in types.iter().enumerate() {
        let left = MARGIN + NAMES + n as f32 * (panel + GAP) + GAP;
        let frame = Frame {
            left,
            width: panel,
            top,
            bottom,
            measure,
            end,
        };
        let name = group.kind.session_type().unwrap_or_default();
        let length = lengths.get(name).copied();
        frame.draw(&mut sheet, group, length, letters);
        for (i, &code) in codes.iter().enumerate() {
            let y = top + (i as f32 + 0.5) * ROW;
            let own = people.get(name).into_iter().flatten();
            let own = own.filter_map(|g| measure.of(&g.row(code)));
            frame.value(&mut sheet, y, &group.row(code), own);
        }
    }
    let left_out = data.codebook.codes.len() - codes.len();
    key(&mut sheet, bottom + 26.0, (measure, left_out), letters);
    sheet.height = bottom + FOOT;
    Some(sheet)
}

/// The codes that most notes document, in the codebook's order.
pub(super) fn themes(data: &ReportData<'_>, all: &Group<'_>) -> Vec<CodeIndex> {
    let mut codes: Vec<CodeIndex> = data.codebook.indices().collect();
    if codes.len() > THEMES_MAX {
        codes.sort_by_key(|&c| std::cmp::Reverse(all.total.counts(c).present));
        codes.truncate(THEMES_MAX);
        codes.sort_unstable();
    }
    codes
}

/// The groups of single known participants by session type.
fn people<'g, 't>(groups: &'g [Group<'t>]) -> BTreeMap<&'t str, Vec<&'g Group<'t>>> {
    let mut people: BTreeMap<&str, Vec<&Group<'_>>> = BTreeMap::new();
    for group in groups {
        if let GroupKind::Both(Some(_), name) = group.kind {
            people.entry(name).or_default().push(group);
        }
    }
    people
}

/// Where one session type's shares are drawn.
struct Frame {
    left: f32,
    width: f32,
    top: f32,
    bottom: f32,
    measure: Measure,
    /// The value at the right edge.
    end: f64,
}

impl Frame {
    /// Where a value stands; one beyond the axis stands at its end.
    fn x(&self, value: f64) -> f32 {
        self.left + (value / self.end).min(1.0) as f32 * self.width
    }

    fn draw(&self, sheet: &mut Sheet, group: &Group<'_>, length: Option<f64>, letters: &Letters) {
        let name = group
            .kind
            .session_type()
            .map(session_type)
            .unwrap_or_default();
        let lines = letters.lines(&name, PLAIN, self.width + 8.0);
        let first = self.top - 27.0 - 10.0 * lines.len() as f32;
        for (n, line) in lines.iter().enumerate() {
            let y = first + 10.0 * n as f32;
            sheet.say((self.left, y), Anchor::Start, line);
        }
        let notes = counted(group.total.notes, "note");
        sheet.remark((self.left, self.top - 27.0), Anchor::Start, &notes);
        let words = format!("{} words", thousands(group.total.words));
        sheet.remark((self.left, self.top - 18.0), Anchor::Start, &words);
        if let Some(length) = length {
            let text = format!("median {} a note", rounded(length));
            sheet.remark((self.left, self.top - 9.0), Anchor::Start, &text);
        }
        for part in [0.0, 0.5, 1.0] {
            let x = self.x(part * self.end);
            let text = self.measure.tick(part * self.end);
            sheet.line((x, self.top), (x, self.bottom), Colour::LINE, 0.6);
            sheet.remark((x, self.bottom + 9.0), Anchor::Middle, &text);
        }
    }

    /// The value as a dot; its interval as a line, or the participants' own shares as small circles.
    /// `own` is asked only where it is drawn: of many participants it takes long.
    fn value(
        &self,
        sheet: &mut Sheet,
        y: f32,
        row: &FrequencyRow<'_>,
        own: impl Iterator<Item = f64>,
    ) {
        let Some(value) = self.measure.of(row) else {
            return;
        };
        if let Some(interval) = self.measure.interval(row) {
            let (low, high) = (self.x(interval.low), self.x(interval.high));
            sheet.line((low, y), (high, y), Colour::INK, 1.0);
            for x in [low, high] {
                sheet.line((x, y - 2.0), (x, y + 2.0), Colour::INK, 1.0);
            }
        } else if row.counts.present > 0 {
            let own: Vec<f64> = own.collect();
            let low = own.iter().copied().fold(value, f64::min);
            let high = own.iter().copied().fold(value, f64::max);
            sheet.dashed((self.x(low), y), (self.x(high), y), Colour::SOFT);
            for one in own {
                sheet.circle((self.x(one), y), 2.0, Paint::hollow(Colour::SOFT));
            }
        }
        let paint = if row.counts.present > 0 {
            Paint::fill(Colour::DARK)
        } else {
            Paint::hollow(Colour::LINE)
        };
        sheet.circle((self.x(value), y), 3.0, paint);
    }
}

/// What the marks mean, one beside the other as far as their words reach.
fn key(sheet: &mut Sheet, y: f32, (measure, left_out): (Measure, usize), letters: &Letters) {
    let mut x = MARGIN;
    let mut say = |sheet: &mut Sheet, text: &str| {
        let at = x;
        sheet.remark((at + 20.0, y + 2.5), Anchor::Start, text);
        x += 20.0 + letters.width(text, SMALL) + 12.0;
        at
    };
    let at = say(sheet, "all notes of the type");
    sheet.circle((at + 12.0, y), 3.0, Paint::fill(Colour::DARK));
    let at = say(sheet, "95% interval");
    sheet.line((at, y), (at + 16.0, y), Colour::INK, 1.0);
    let at = say(
        sheet,
        "single participants, where fewer than five give none",
    );
    sheet.dashed((at, y), (at + 16.0, y), Colour::SOFT);
    sheet.circle((at + 8.0, y), 2.0, Paint::hollow(Colour::SOFT));
    let interval = match measure {
        Measure::Share => {
            "Intervals are Wilson’s where all notes are one participant’s, else over participants."
        }
        Measure::Rate => {
            "Intervals are exact Poisson’s where all notes are one participant’s, else over \
             participants. What lies beyond an axis stands at its end."
        }
    };
    sheet.remark((MARGIN, y + 14.0), Anchor::Start, interval);
    if left_out > 0 {
        let text = format!("{left_out} themes that fewer notes document are left out.");
        sheet.remark((MARGIN, y + 24.0), Anchor::Start, &text);
    }
}
