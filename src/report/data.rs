//! Everything that the page's script reads: one block of JSON that no note can end.
//!
//! People, session types, codes, patterns and files are lists, and everything else names their
//! entries by place, so that the block stays small.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coding::{Assertion, PatternId, PatternRole, Voice, WhyNot};
use crate::quote::QuoteRow;
use crate::tally::Event;

use super::charts::{JsonCurve, JsonPair, curve, pairs};
use super::gather::{Material, NoteFacts, Passage};
use super::groups::{JsonGroup, groups};
use super::mask::{shown_path, shown_person, shown_text, shown_value};
use super::order::Order;
use super::text::{session_type, shown, spaced};
use super::{ReportData, comparisons};

/// Quotes in the page at most.
const QUOTES_MAX: usize = 3_000;

#[derive(Serialize)]
struct Data<'a> {
    /// What is counted: `note` or `session`.
    unit: &'static str,
    codes: Vec<JsonCode<'a>>,
    people: Vec<Cow<'a, str>>,
    types: Vec<String>,
    by: Vec<JsonBy>,
    patterns: Vec<String>,
    sections: Vec<Cow<'a, str>>,
    sources: Vec<String>,
    assertions: Vec<&'static str>,
    voices: Vec<&'static str>,
    reasons: Vec<&'static str>,
    notes: Vec<JsonNote>,
    /// How many notes there are, in the page or not.
    #[serde(rename = "notesTotal")]
    notes_total: u64,
    /// Of how many notes the page tells all.
    #[serde(rename = "notesListed")]
    notes_listed: usize,
    groups: Vec<JsonGroup>,
    #[serde(rename = "groupsLeft")]
    groups_left: u64,
    /// Code, session type, and how many passages are left out because the page is full.
    beyond: Vec<(u16, usize, u64)>,
    #[serde(rename = "perCell")]
    per_cell: usize,
    pairs: Vec<JsonPair>,
    #[serde(rename = "pairsLeft")]
    pairs_left: usize,
    saturation: Vec<JsonCurve>,
    comparisons: Vec<comparisons::JsonComparison>,
    quotes: Vec<JsonQuote<'a>>,
    #[serde(rename = "quotesLeft")]
    quotes_left: u64,
}

/// Path, name, depth in the tree, the code with all below it, definition.
#[derive(Serialize)]
struct JsonCode<'a>(&'a str, &'a str, usize, Vec<u16>, &'a str);

/// A crosstab's columns and their values.
#[derive(Serialize)]
struct JsonBy {
    name: String,
    values: Vec<String>,
}

/// Row of `notes.csv`, person, day, session types, words, detail, whether it is a duplicate, codes
/// that count, file, place in it, id where the page is not masked, values in the crosstabs.
#[derive(Serialize)]
struct JsonNote(
    usize,
    usize,
    Option<i64>,
    Vec<usize>,
    u64,
    u8,
    u8,
    Vec<u16>,
    usize,
    String,
    String,
    Vec<usize>,
);

/// Code, person, session type, how many there are, those shown.
#[derive(Serialize)]
struct JsonCell<'a>(u16, usize, usize, u64, Vec<JsonPassage<'a>>);

/// Note, start, end, line, before, text, after, pattern, cue, assertion, voice, reason not to count
/// (-1: it counts), section (-1: none).
#[derive(Serialize)]
struct JsonPassage<'a>(
    usize,
    usize,
    usize,
    usize,
    Cow<'a, str>,
    Cow<'a, str>,
    Cow<'a, str>,
    i64,
    Cow<'a, str>,
    usize,
    usize,
    i64,
    i64,
);

/// Code, person, session type, rank, row of the note, day, before, quote, after, voice, why.
#[derive(Serialize)]
struct JsonQuote<'a>(
    u16,
    usize,
    usize,
    u32,
    usize,
    Option<i64>,
    Cow<'a, str>,
    Cow<'a, str>,
    Cow<'a, str>,
    usize,
    &'a str,
);

/// The lists that passages name by place.
struct Lists<'a> {
    patterns: BTreeMap<PatternId, i64>,
    sections: BTreeMap<&'a str, i64>,
}

impl<'a> Lists<'a> {
    fn new(material: &'a Material) -> Self {
        let passages = || {
            material
                .cells
                .values()
                .flat_map(|c| c.kept.iter().map(|(_, p)| p))
        };
        let patterns: BTreeSet<PatternId> = passages().map(|p| p.pattern).collect();
        let sections = passages()
            .map(|p| p.section.as_str())
            .filter(|s| !s.is_empty());
        let sections: BTreeSet<&str> = sections.collect();
        Self {
            patterns: patterns.into_iter().zip(0..).collect(),
            sections: sections.into_iter().zip(0..).collect(),
        }
    }
}

/// Writes the block's content; passages go out cell by cell, since together they are most of the
/// page.
pub(super) fn json(html: &mut String, data: &ReportData<'_>, order: &Order<'_>) {
    let material = data.material;
    let lists = Lists::new(material);
    html.push_str("{\"cells\":[");
    for (at, ((code, person, name), cell)) in material.cells.iter().enumerate() {
        if at > 0 {
            html.push(',');
        }
        let kept = cell.kept.iter().map(|(n, p)| passage(*n, p, &lists));
        let (person, name) = (order.person(person.as_ref()), order.session_type(name));
        push_json(
            html,
            &JsonCell(code.0, person, name, cell.total, kept.collect()),
        );
    }
    html.push_str("],\"about\":");
    push_json(html, &about(data, order, &lists));
    html.push('}');
}

fn about<'a>(data: &'a ReportData<'_>, order: &Order<'a>, lists: &Lists<'a>) -> Data<'a> {
    let (material, codebook) = (data.material, data.codebook);
    let sources: BTreeSet<&str> = material.notes.iter().map(|n| &*n.source).collect();
    let places: BTreeMap<&str, usize> = sources.iter().copied().zip(0..).collect();
    let (groups, groups_left) = groups(data, order);
    let (pairs, pairs_left) = pairs(data);
    let (quotes, quotes_left) = quotes(data, order);
    Data {
        unit: data.tally.frequencies().counted_by().as_str(),
        codes: codebook.indices().map(|c| code(codebook, c)).collect(),
        people: order
            .people
            .iter()
            .map(|p| shown(p.map_or("", |id| shown_person(id, data.mask))))
            .collect(),
        types: order.types.iter().map(|t| session_type(t)).collect(),
        by: by(data, order),
        patterns: lists
            .patterns
            .keys()
            .map(|&p| pattern(codebook, p))
            .collect(),
        sections: lists.sections.keys().map(|s| shown(s)).collect(),
        sources: sources
            .iter()
            .map(|s| shown(&shown_path(s, data.mask)).into_owned())
            .collect(),
        assertions: Assertion::ALL.map(Assertion::as_str).to_vec(),
        voices: Voice::ALL.map(Voice::as_str).to_vec(),
        reasons: WhyNot::ALL.map(WhyNot::as_str).to_vec(),
        notes: material
            .notes
            .iter()
            .map(|n| note(n, data, order, &places))
            .collect(),
        notes_total: material.census.notes,
        notes_listed: material.notes.len().min(material.notes_max),
        groups,
        groups_left,
        beyond: material
            .beyond
            .iter()
            .map(|((code, name), n)| (code.0, order.session_type(name), *n))
            .collect(),
        per_cell: material.per_cell,
        pairs,
        pairs_left,
        saturation: [Event::Note, Event::Participant]
            .map(|unit| curve(data, unit))
            .into(),
        comparisons: comparisons::json(data, order),
        quotes,
        quotes_left,
    }
}

/// Appends a value as JSON that cannot end its script element.
fn push_json(html: &mut String, value: &impl Serialize) {
    let text = serde_json::to_string(value).expect("the data have no maps with odd keys");
    // Only `<` could end the script element, or begin a comment in it.
    for piece in text.split_inclusive(['<', '\u{2028}', '\u{2029}']) {
        let mut chars = piece.chars();
        let escaped = match chars.next_back() {
            Some('<') => "\\u003c",
            Some('\u{2028}') => "\\u2028",
            Some('\u{2029}') => "\\u2029",
            _ => {
                html.push_str(piece);
                continue;
            }
        };
        html.push_str(chars.as_str());
        html.push_str(escaped);
    }
}

fn code(codebook: &Codebook, index: CodeIndex) -> JsonCode<'_> {
    let own = codebook.code(index);
    JsonCode(
        own.path.as_str(),
        &own.name,
        own.path.depth(),
        codebook.subtree(index).map(|c| c.0).collect(),
        &own.definition,
    )
}

fn by(data: &ReportData<'_>, order: &Order<'_>) -> Vec<JsonBy> {
    let crosstabs = data.crosstabs.iter().zip(&order.values);
    let value = |value: &&[String]| shown_value(value, data.mask);
    crosstabs
        .map(|(crosstab, values)| JsonBy {
            name: spaced(&crosstab.columns.join(" and ")),
            values: values.iter().map(value).collect(),
        })
        .collect()
}

fn pattern(codebook: &Codebook, id: PatternId) -> String {
    let source = codebook.pattern(id).map(|p| p.source.as_str());
    let list = match id.role {
        PatternRole::Finds => "",
        PatternRole::Opposes => " (opposites)",
        PatternRole::TakesAway => " (unless)",
    };
    format!("{}{list}", source.unwrap_or_default())
}

fn note(
    n: &NoteFacts,
    data: &ReportData<'_>,
    order: &Order<'_>,
    places: &BTreeMap<&str, usize>,
) -> JsonNote {
    let id = if data.mask.is_some() {
        ""
    } else {
        n.id.as_str()
    };
    let values = n.by.iter().enumerate();
    JsonNote(
        n.index + 1,
        order.person(n.participant.as_ref()),
        n.day,
        n.types.iter().map(|t| order.session_type(t)).collect(),
        n.words,
        n.detail as u8,
        u8::from(n.is_duplicate),
        n.codes.iter().map(|c| c.0).collect(),
        places.get(&*n.source).copied().unwrap_or(0),
        shown(&shown_text(&n.locator, data.mask)).into_owned(),
        shown(id).into_owned(),
        values.map(|(at, value)| order.value(at, value)).collect(),
    )
}

fn passage<'a>(note: usize, p: &'a Passage, lists: &Lists<'_>) -> JsonPassage<'a> {
    let place = |at: Option<usize>| at.map_or(-1, |at| at as i64);
    JsonPassage(
        note,
        p.start,
        p.end,
        p.line,
        shown(&p.before),
        shown(&p.text),
        shown(&p.after),
        lists.patterns.get(&p.pattern).copied().unwrap_or(-1),
        shown(&p.cue),
        Assertion::ALL
            .iter()
            .position(|&a| a == p.assertion)
            .unwrap_or(0),
        Voice::ALL.iter().position(|&v| v == p.voice).unwrap_or(0),
        place(WhyNot::ALL.iter().position(|&w| Some(w) == p.why_not)),
        lists
            .sections
            .get(p.section.as_str())
            .copied()
            .unwrap_or(-1),
    )
}

/// The chosen quotes, those of the first rank first where there are too many, and how many are left
/// out.
fn quotes<'a>(data: &ReportData<'a>, order: &Order<'_>) -> (Vec<JsonQuote<'a>>, u64) {
    let mut kept: Vec<(usize, &QuoteRow)> = data.quotes.iter().enumerate().collect();
    if kept.len() > QUOTES_MAX {
        kept.sort_by_key(|(at, quote)| (quote.rank, *at));
        kept.truncate(QUOTES_MAX);
        kept.sort_by_key(|(at, _)| *at);
    }
    let left = data.quotes_left + (data.quotes.len() - kept.len()) as u64;
    let quotes = kept.into_iter().map(|(_, row)| {
        let [before, quote, after] = if data.mask.is_some() {
            row.masked_parts()
        } else {
            row.parts()
        };
        JsonQuote(
            row.code.0,
            order.person(row.participant.as_ref()),
            order.session_type(&row.session_type),
            row.rank,
            row.note_index + 1,
            row.day,
            shown(before),
            shown(quote),
            shown(after),
            Voice::ALL.iter().position(|&v| v == row.voice).unwrap_or(0),
            &row.why,
        )
    });
    (quotes.collect(), left)
}
