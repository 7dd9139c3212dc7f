//! The tables of a manuscript, before they become a Word document or a workbook.

use std::collections::BTreeMap;

use crate::model::codebook::CodeIndex;
use crate::model::coding::Voice;
use crate::model::corpus::ParticipantId;
use crate::quote::QuoteRow;
use crate::tally::{CountBy, FrequencyRow, Group, GroupKind};

use super::super::ReportData;
use super::super::mask::shown_person;
use super::super::text::{percent, session_type, thousands};
use super::crosstab::crosstabs;
use super::people::{characteristics, participants};

/// Participants with columns of their own at most.
pub(super) const PEOPLE_MAX: usize = 6;

/// Columns of a table at most.
pub(super) const COLUMNS_MAX: usize = 14;

/// Notes below which a cell is flagged.
pub(super) const FEW_NOTES: u64 = 5;

/// Words of a quote at most; a longer one ends in an ellipsis.
const QUOTE_WORDS_MAX: usize = 45;

/// A table as journals print it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PaperTable {
    /// Short, for the sheet of a workbook, and no other table's.
    pub(super) name: String,
    /// Its title; [`tables`] numbers it.
    pub(super) title: String,
    /// Names over so many columns, the first column left out; empty for none.
    pub(super) over: Vec<(String, usize)>,
    pub(super) head: Vec<String>,
    /// Steps of indent of the first cell, and the cells.
    pub(super) rows: Vec<(usize, Vec<String>)>,
    /// Width of each column, in characters.
    pub(super) widths: Vec<u16>,
    pub(super) footnotes: Vec<String>,
}

/// Every table.
pub(super) fn tables(data: &ReportData<'_>) -> Vec<PaperTable> {
    let groups: Vec<Group<'_>> = data
        .tally
        .frequencies()
        .groups(data.session_types)
        .collect();
    let mut tables: Vec<PaperTable> = characteristics(data).into_iter().collect();
    tables.extend([
        participants(data),
        sessions(data, &groups),
        themes(data, &groups),
        quotes(data, &groups),
    ]);
    tables.extend(crosstabs(data, &tables));
    for (table, number) in tables.iter_mut().zip(1..) {
        table.title = format!("Table {number}. {}", table.title);
    }
    tables
}

/// The number of a table in the manuscript, by its name.
pub(super) fn number_of(name: &str, tables: &[PaperTable]) -> usize {
    tables
        .iter()
        .position(|t| t.name == name)
        .map_or(0, |at| at + 1)
}

pub(super) fn name_of(id: Option<&ParticipantId>, data: &ReportData<'_>) -> String {
    id.map_or("unknown", |id| shown_person(id, data.mask))
        .to_owned()
}

pub(super) fn unit(data: &ReportData<'_>) -> &'static str {
    match data.tally.frequencies().counted_by() {
        CountBy::Note => "notes",
        CountBy::Session => "sessions",
    }
}

pub(super) fn part(n: u64, all: u64) -> String {
    if all == 0 {
        return "–".to_owned();
    }
    percent(n as f64 / all as f64)
}

/// Sessions and notes by participant and session type.
fn sessions(data: &ReportData<'_>, groups: &[Group<'_>]) -> PaperTable {
    let types = data.tally.frequencies().session_types(data.session_types);
    let types = &types[..types.len().min(COLUMNS_MAX)];
    // A study may have many participants, so each group is looked up, not looked for.
    let mut of_person: BTreeMap<(Option<&ParticipantId>, &str), &Group<'_>> = BTreeMap::new();
    let mut of_all: BTreeMap<Option<&str>, &Group<'_>> = BTreeMap::new();
    for group in groups {
        match group.kind {
            GroupKind::Both(id, name) => {
                of_person.insert((id, name), group);
            }
            GroupKind::SessionType(_) | GroupKind::All => {
                of_all.insert(group.kind.session_type(), group);
            }
            GroupKind::Participant(_) => {}
        }
    }
    let cell = |group: Option<&&Group<'_>>| {
        group.map_or_else(
            || "–".to_owned(),
            |group| {
                let sessions = data.sessions.of_group(group.kind);
                format!(
                    "{} ({})",
                    thousands(sessions.documented),
                    thousands(group.total.notes)
                )
            },
        )
    };
    let mut rows = Vec::new();
    for group in groups {
        if let GroupKind::Participant(id) = group.kind {
            let mut cells = vec![name_of(id, data)];
            cells.extend(types.iter().map(|t| cell(of_person.get(&(id, *t)))));
            cells.push(cell(Some(&group)));
            rows.push((0, cells));
        }
    }
    let mut all = vec!["All".to_owned()];
    all.extend(types.iter().map(|t| cell(of_all.get(&Some(*t)))));
    all.push(cell(of_all.get(&None)));
    rows.push((0, all));
    let mut head = vec!["Participant".to_owned()];
    head.extend(types.iter().map(|t| session_type(t)));
    head.push("all".to_owned());
    PaperTable {
        name: "Sessions".to_owned(),
        title: "Documented sessions (notes) by participant and session type".to_owned(),
        over: Vec::new(),
        widths: std::iter::once(16).chain(head[1..].iter().map(|_| 13)).collect(),
        head,
        rows,
        footnotes: vec![
            "Duplicate notes are left out. A note with parts of two session types is a note of each, and one note in all. –: no note."
                .to_owned(),
        ],
    }
}

/// Themes by participant and session type where participants are few, else by session type.
fn themes(data: &ReportData<'_>, groups: &[Group<'_>]) -> PaperTable {
    let both = |g: &&Group<'_>| matches!(g.kind, GroupKind::Both(..));
    let people = groups
        .iter()
        .filter(|g| matches!(g.kind, GroupKind::Participant(_)))
        .count();
    let of_type = |g: &&Group<'_>| matches!(g.kind, GroupKind::SessionType(_));
    let with_people = people <= PEOPLE_MAX && groups.iter().filter(both).count() <= COLUMNS_MAX;
    let columns: Vec<&Group<'_>> = if with_people {
        groups.iter().filter(both).collect()
    } else {
        let types = groups.iter().filter(of_type).take(COLUMNS_MAX);
        types
            .chain(groups.iter().filter(|g| g.kind == GroupKind::All))
            .collect()
    };
    let name = |group: &Group<'_>| {
        let of_type = group.kind.session_type();
        of_type.map_or_else(|| "all".to_owned(), session_type)
    };
    let mut over: Vec<(String, usize)> = Vec::new();
    for group in &columns {
        if let GroupKind::Both(id, _) = group.kind {
            let person = name_of(id, data);
            match over.last_mut() {
                Some((last, span)) if *last == person => *span += 1,
                _ => over.push((person, 1)),
            }
        }
    }
    let unit = unit(data);
    let named = columns.iter().map(|&group| (name(group), group));
    PaperTable {
        name: "Themes".to_owned(),
        title: format!("Themes documented in {unit}, by participant and session type"),
        over,
        ..themes_by(named, data)
    }
}

/// Themes by groups of notes, a column each under its name; what the table is called is left open.
pub(super) fn themes_by<'g>(
    named: impl Iterator<Item = (String, &'g Group<'g>)>,
    data: &ReportData<'_>,
) -> PaperTable {
    let (names, groups): (Vec<String>, Vec<&Group<'_>>) = named.unzip();
    let with_count = |(name, group): (String, &&Group<'_>)| {
        let (notes, few) = (group.total.notes, group.total.notes < FEW_NOTES);
        let flag = if few { "†" } else { "" };
        format!("{name}, N = {}{flag}", thousands(notes))
    };
    let mut head = vec!["Theme".to_owned()];
    head.extend(names.into_iter().zip(&groups).map(with_count));
    let rows = data.codebook.indices().map(|code| {
        let own = data.codebook.code(code);
        let mut cells = vec![own.name.clone()];
        cells.extend(groups.iter().map(|g| documented(&g.row(code))));
        (own.path.depth(), cells)
    });
    PaperTable {
        name: String::new(),
        title: String::new(),
        over: Vec::new(),
        rows: rows.collect(),
        widths: std::iter::once(26)
            .chain(groups.iter().map(|_| 14))
            .collect(),
        head,
        footnotes: theme_footnotes(unit(data)),
    }
}

/// What a cell says of a theme in a group.
pub(super) fn documented(row: &FrequencyRow<'_>) -> String {
    match (row.counts.present, row.counts.absent) {
        (0, 0) => "–".to_owned(),
        (n, 0) => format!("{n} ({})", part(n, row.notes)),
        (n, absent) => format!("{n} ({}) / {absent}", part(n, row.notes)),
    }
}

/// What stands below a table of themes.
pub(super) fn theme_footnotes(unit: &str) -> Vec<String> {
    vec![
        format!("Cells: n (%) of N {unit} in which the theme is documented / {unit} that explicitly deny it. –: the {unit} are silent or only mention it."),
        "A theme includes those indented below it. Silence in a note is no evidence that the theme was missing from the session.".to_owned(),
        format!("†: fewer than {FEW_NOTES} {unit}."),
    ]
}

/// A quote for each theme and session type that has one.
fn quotes(data: &ReportData<'_>, groups: &[Group<'_>]) -> PaperTable {
    let mut best: BTreeMap<(CodeIndex, usize), &QuoteRow> = BTreeMap::new();
    let types = data.tally.frequencies().session_types(data.session_types);
    let key = |row: &QuoteRow| (row.voice != Voice::Quote, row.voice, row.rank);
    for row in data.quotes.iter().filter(|row| !row.is_form) {
        let Some(place) = types.iter().position(|t| *t == row.session_type) else {
            continue;
        };
        let kept = best.entry((row.code, place)).or_insert(row);
        if key(row) < key(kept) {
            *kept = row;
        }
    }
    let rows = best.iter().map(|(&(code, place), row)| {
        let group = groups
            .iter()
            .find(|g| g.kind == GroupKind::SessionType(types[place]));
        let counts = group.map_or_else(String::new, |g| {
            let found = g.row(code);
            format!(
                "{} of {}",
                thousands(found.counts.present),
                thousands(found.notes)
            )
        });
        let [_, words, _] = if data.mask.is_some() {
            row.masked_parts()
        } else {
            row.parts()
        };
        let day = row.day.map_or_else(String::new, |d| format!(", day {d}"));
        let voice = if row.voice == Voice::Quote { "" } else { "*" };
        let cells = vec![
            data.codebook.code(code).name.clone(),
            session_type(types[place]),
            counts,
            format!("{}{voice}", shortened(words)),
            format!("{}{day}", name_of(row.participant.as_ref(), data)),
        ];
        (0, cells)
    });
    let unit = unit(data);
    let mut footnotes = vec![
        "*: the clinician’s report or observation; all others are the participant’s own words as written down.".to_owned(),
        "Quotes are chosen by rule (quotes.csv says why each) and are the note’s text, word for word (a line break is shown as a space, “…” where its end is left out). Rows of forms are no examples.".to_owned(),
    ];
    if data.mask.is_some() {
        footnotes.push("Square brackets stand for masked names, places, dates and other identifiers; no machine finds all: read before publication.".to_owned());
    }
    let head = ["Theme", "Session type", "n", "Example", "Participant"];
    let mut head: Vec<String> = head.map(str::to_owned).to_vec();
    head[2] = format!("{unit} with it");
    PaperTable {
        name: "Quotes".to_owned(),
        title: "Themes with examples from the notes".to_owned(),
        over: Vec::new(),
        head,
        rows: rows.collect(),
        widths: vec![24, 14, 12, 60, 16],
        footnotes,
    }
}

/// The first words of a quote, on one line.
fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= QUOTE_WORDS_MAX {
        return words.join(" ");
    }
    format!("{} …", words[..QUOTE_WORDS_MAX].join(" "))
}
