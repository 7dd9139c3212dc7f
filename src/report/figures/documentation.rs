//! How much is documented: notes by how much they say, words a note, quotations a note.

use crate::tally::{DocumentationRow, Written};

use super::super::ReportData;
use super::super::mask::shown_person;
use super::super::text::{rounded, session_type, thousands};
use super::WIDTH;
use super::png::Letters;
use super::sheet::{Anchor, Colour, MARGIN, PLAIN, Paint, SMALL, Sheet};

const ROW: f32 = 17.0;
const NAMES: f32 = 118.0;
const PANEL: f32 = 104.0;
const GAP: f32 = 22.0;

/// Participants in the figure at most.
const PEOPLE_MAX: usize = 40;

/// The figure; none where there is no note.
pub(super) fn figure(data: &ReportData<'_>, letters: &Letters) -> Option<Sheet> {
    let of = |group: &'static str| {
        let rows = data.documentation.iter();
        rows.filter(move |r| r.group == group && r.written.notes() > 0)
    };
    let people = of("participant").count();
    let rows: Vec<&DocumentationRow<'_>> = of("session_type")
        .chain(of("participant").take(PEOPLE_MAX))
        .chain(of("all"))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mut sheet = Sheet::new(
        WIDTH,
        "How much is documented",
        "Notes without duplicates, by session type, by participant, and all",
    );
    let top = Sheet::top() + 30.0;
    let lefts = [0.0, 1.0, 2.0].map(|n| MARGIN + NAMES + n * (PANEL + GAP));
    heads(&mut sheet, &lefts, top, letters);
    let most = Most::of(&rows);
    let mut y = top;
    for (i, row) in rows.iter().enumerate() {
        if i > 0 && rows[i - 1].group != row.group {
            y += 8.0;
        }
        let name = match (row.participant, row.session_type) {
            (Some(id), _) => shown_person(id, data.mask).to_owned(),
            (None, Some(name)) => session_type(name),
            (None, None) if row.group == "all" => "all".to_owned(),
            (None, None) => "participant unknown".to_owned(),
        };
        let name = letters.fitted(&name, PLAIN, NAMES - 6.0);
        sheet.say((MARGIN, y + 11.0), Anchor::Start, &name);
        details(&mut sheet, (lefts[0], y + 3.0), &row.written);
        words(&mut sheet, (lefts[1], y + 3.0), &row.written, most.words);
        quotations(
            &mut sheet,
            (lefts[2], y + 3.0),
            &row.written,
            most.quotations,
        );
        y += ROW;
    }
    if people > PEOPLE_MAX {
        let text = format!("{} more participants are left out.", people - PEOPLE_MAX);
        sheet.remark((MARGIN, y + 12.0), Anchor::Start, &text);
        y += 12.0;
    }
    sheet.height = y + MARGIN + 6.0;
    Some(sheet)
}

/// The largest values, which fill a panel.
struct Most {
    words: f32,
    quotations: f32,
}

impl Most {
    fn of(rows: &[&DocumentationRow<'_>]) -> Self {
        let words = rows.iter().filter_map(|r| r.written.words());
        let quotations = rows.iter().map(|r| a_note(&r.written));
        Self {
            words: words.map(|w| w.2 as f32).fold(1.0, f32::max),
            quotations: quotations.fold(0.1, f32::max),
        }
    }
}

fn a_note(written: &Written) -> f32 {
    written.text.direct_quotes as f32 / written.notes().max(1) as f32
}

const DETAILS: [(&str, Colour); 3] = [
    ("terse", Colour::PALE),
    ("summary", Colour::MIDDLE),
    ("detailed", Colour::DARK),
];

fn heads(sheet: &mut Sheet, lefts: &[f32; 3], top: f32, letters: &Letters) {
    let heads = [
        "notes, by detail",
        "words a note",
        "direct quotations a note",
    ];
    for (left, text) in lefts.iter().zip(heads) {
        sheet.say((*left, top - 18.0), Anchor::Start, text);
    }
    let mut x = lefts[0];
    for (name, colour) in DETAILS {
        let paint = Paint {
            fill: Some(colour),
            stroke: Some((Colour::INK, 0.5)),
        };
        sheet.rect((x, top - 10.0), (6.0, 6.0), paint);
        sheet.remark((x + 8.0, top - 4.5), Anchor::Start, name);
        x += 8.0 + letters.width(name, SMALL) + 6.0;
    }
    let range = "median; line: fewest to most";
    sheet.remark((lefts[1], top - 4.5), Anchor::Start, range);
}

fn details(sheet: &mut Sheet, (x, y): (f32, f32), written: &Written) {
    let notes = written.notes() as f32;
    let room = PANEL - 26.0;
    let mut at = x;
    for (n, (_, colour)) in written.details.iter().zip(DETAILS) {
        let width = *n as f32 / notes * room;
        let paint = Paint {
            fill: Some(colour),
            stroke: Some((Colour::INK, 0.5)),
        };
        if *n > 0 {
            sheet.rect((at, y), (width, 10.0), paint);
        }
        at += width;
    }
    let text = thousands(written.notes());
    sheet.remark((x + room + 4.0, y + 8.0), Anchor::Start, &text);
}

fn words(sheet: &mut Sheet, (x, y): (f32, f32), written: &Written, most: f32) {
    let Some((low, median, high)) = written.words() else {
        return;
    };
    let room = PANEL - 26.0;
    let place = |words: f32| x + words / most * room;
    let middle = y + 5.0;
    sheet.line(
        (place(low as f32), middle),
        (place(high as f32), middle),
        Colour::INK,
        0.8,
    );
    for end in [low, high] {
        let at = place(end as f32);
        sheet.line((at, middle - 2.0), (at, middle + 2.0), Colour::INK, 0.8);
    }
    sheet.circle(
        (place(median as f32), middle),
        3.0,
        Paint::fill(Colour::DARK),
    );
    let text = rounded(median);
    sheet.remark((x + room + 6.0, y + 8.0), Anchor::Start, &text);
}

fn quotations(sheet: &mut Sheet, (x, y): (f32, f32), written: &Written, most: f32) {
    let value = a_note(written);
    let room = PANEL - 26.0;
    let paint = Paint {
        fill: Some(Colour::MIDDLE),
        stroke: Some((Colour::INK, 0.5)),
    };
    if value > 0.0 {
        sheet.rect((x, y), (value / most * room, 10.0), paint);
    }
    let text = format!("{value:.1}");
    sheet.remark(
        (x + value / most * room + 4.0, y + 8.0),
        Anchor::Start,
        &text,
    );
}
