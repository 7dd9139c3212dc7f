//! Themes by session type: share of notes, with its interval or, for few participants, with what
//! each of them has.

use std::collections::BTreeMap;

use crate::model::codebook::CodeIndex;
use crate::tally::{FrequencyRow, Group, GroupKind};

use super::super::ReportData;
use super::super::text::{counted, session_type, thousands};
use super::png::Letters;
use super::sheet::{Anchor, Colour, MARGIN, PLAIN, Paint, SMALL, Sheet};
use super::{THEMES_MAX, WIDTH};

const ROW: f32 = 15.0;
const NAMES: f32 = 130.0;
const HEAD: f32 = 40.0;
const FOOT: f32 = 52.0;
const GAP: f32 = 14.0;

/// Session types side by side at most.
const TYPES_MAX: usize = 6;

/// The figure; none where there is no note.
pub(super) fn figure(data: &ReportData<'_>, letters: &Letters) -> Option<Sheet> {
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
    let mut sheet = Sheet::new(
        WIDTH,
        &format!("Themes documented in {unit}s, by session type"),
        &format!("Share of {unit}s in which each theme is documented, per cent"),
    );
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
        };
        frame.draw(&mut sheet, group, letters);
        for (i, &code) in codes.iter().enumerate() {
            let y = top + (i as f32 + 0.5) * ROW;
            let own = people.get(group.kind.session_type().unwrap_or_default());
            let own = own.into_iter().flatten();
            let own = own.filter_map(|g| g.row(code).share);
            frame.share(&mut sheet, y, &group.row(code), own);
        }
    }
    let left_out = data.codebook.codes.len() - codes.len();
    key(&mut sheet, bottom + 26.0, left_out, letters);
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
}

impl Frame {
    fn x(&self, share: f64) -> f32 {
        self.left + share as f32 * self.width
    }

    fn draw(&self, sheet: &mut Sheet, group: &Group<'_>, letters: &Letters) {
        let name = group
            .kind
            .session_type()
            .map(session_type)
            .unwrap_or_default();
        let name = letters.fitted(&name, PLAIN, self.width + 8.0);
        sheet.say((self.left, self.top - 28.0), Anchor::Start, &name);
        let notes = counted(group.total.notes, "note");
        sheet.remark((self.left, self.top - 18.0), Anchor::Start, &notes);
        let words = format!("{} words", thousands(group.total.words));
        sheet.remark((self.left, self.top - 9.0), Anchor::Start, &words);
        for (share, text) in [(0.0, "0"), (0.5, "50"), (1.0, "100")] {
            let x = self.x(share);
            sheet.line((x, self.top), (x, self.bottom), Colour::LINE, 0.6);
            sheet.remark((x, self.bottom + 9.0), Anchor::Middle, text);
        }
    }

    /// The share as a dot; its interval as a line, or the participants' own shares as small circles.
    /// `own` is asked only where it is drawn: of many participants it takes long.
    fn share(
        &self,
        sheet: &mut Sheet,
        y: f32,
        row: &FrequencyRow<'_>,
        own: impl Iterator<Item = f64>,
    ) {
        let Some(share) = row.share else {
            return;
        };
        if let Some(interval) = row.share_interval {
            let (low, high) = (self.x(interval.low), self.x(interval.high));
            sheet.line((low, y), (high, y), Colour::INK, 1.0);
            for x in [low, high] {
                sheet.line((x, y - 2.0), (x, y + 2.0), Colour::INK, 1.0);
            }
        } else if row.counts.present > 0 {
            let own: Vec<f64> = own.collect();
            let low = own.iter().copied().fold(share, f64::min);
            let high = own.iter().copied().fold(share, f64::max);
            sheet.dashed((self.x(low), y), (self.x(high), y), Colour::SOFT);
            for value in own {
                sheet.circle((self.x(value), y), 2.0, Paint::hollow(Colour::SOFT));
            }
        }
        let paint = if row.counts.present > 0 {
            Paint::fill(Colour::DARK)
        } else {
            Paint::hollow(Colour::LINE)
        };
        sheet.circle((self.x(share), y), 3.0, paint);
    }
}

/// What the marks mean, one beside the other as far as their words reach.
fn key(sheet: &mut Sheet, y: f32, left_out: usize, letters: &Letters) {
    let mut x = MARGIN;
    let mut say = |sheet: &mut Sheet, text: &str| {
        let at = x;
        sheet.remark((at + 20.0, y + 2.5), Anchor::Start, text);
        x += 20.0 + letters.width(text, SMALL) + 12.0;
        at
    };
    let at = say(sheet, "all notes of the type");
    sheet.circle((at + 12.0, y), 3.0, Paint::fill(Colour::DARK));
    let at = say(sheet, "95% interval over participants");
    sheet.line((at, y), (at + 16.0, y), Colour::INK, 1.0);
    let at = say(
        sheet,
        "single participants, where fewer than five give none",
    );
    sheet.dashed((at, y), (at + 16.0, y), Colour::SOFT);
    sheet.circle((at + 8.0, y), 2.0, Paint::hollow(Colour::SOFT));
    if left_out > 0 {
        let text = format!("{left_out} themes that fewer notes document are left out.");
        sheet.remark((MARGIN, y + 14.0), Anchor::Start, &text);
    }
}
