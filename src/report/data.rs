//! The passages as the page's script reads them: one block of JSON that no note can end.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::codebook::{CodeIndex, Codebook};
use crate::model::coding::{PatternId, PatternRole};
use crate::model::corpus::ParticipantId;

use super::gather::{Material, Passage};
use super::html::visible;

#[derive(Serialize)]
struct Data<'a> {
    /// Path, name, and the code with all below it.
    codes: Vec<(&'a str, &'a str, Vec<u16>)>,
    people: Vec<&'a str>,
    types: Vec<&'a str>,
    patterns: Vec<String>,
    notes: Vec<JsonNote<'a>>,
    /// Code, session type, and how many passages are left out because the page is full.
    beyond: Vec<(u16, usize, u64)>,
}

/// Id, person, day, source, locator.
#[derive(Serialize)]
struct JsonNote<'a>(&'a str, usize, Option<i64>, &'a str, &'a str);

/// Code, person, session type, how many there are, those shown.
#[derive(Serialize)]
struct JsonCell<'a>(u16, usize, usize, u64, Vec<JsonPassage<'a>>);

/// Note, start, end, before, text, after, pattern, cue, assertion, voice, `why_not`, section.
#[derive(Serialize)]
struct JsonPassage<'a>(
    usize,
    usize,
    usize,
    Cow<'a, str>,
    Cow<'a, str>,
    Cow<'a, str>,
    usize,
    Cow<'a, str>,
    &'static str,
    &'static str,
    &'static str,
    Cow<'a, str>,
);

/// The people and session types of the page, in its order; the script names them by place.
#[derive(Debug)]
pub(super) struct Order<'a> {
    pub(super) people: Vec<Option<&'a ParticipantId>>,
    pub(super) types: Vec<&'a str>,
    places: BTreeMap<Option<&'a ParticipantId>, usize>,
}

impl<'a> Order<'a> {
    /// The study's order, then whoever and whatever only duplicates name.
    pub(super) fn new(
        mut people: Vec<Option<&'a ParticipantId>>,
        mut types: Vec<&'a str>,
        material: &'a Material,
    ) -> Self {
        let cells = material.cells.keys();
        let named: BTreeSet<_> = cells.map(|(_, who, name)| (who.as_ref(), name)).collect();
        let known: BTreeSet<_> = people.iter().copied().collect();
        let further: BTreeSet<_> = named.iter().map(|n| n.0).collect();
        people.extend(further.difference(&known));
        let known: BTreeSet<_> = types.iter().copied().collect();
        let further: BTreeSet<&str> = named.iter().map(|n| n.1.as_str()).collect();
        types.extend(further.difference(&known));
        let places = people.iter().copied().zip(0..).collect();
        Self {
            people,
            types,
            places,
        }
    }

    pub(super) fn person(&self, id: Option<&ParticipantId>) -> Option<usize> {
        self.places.get(&id).copied()
    }

    pub(super) fn session_type(&self, name: &str) -> Option<usize> {
        self.types.iter().position(|&t| t == name)
    }
}

/// Writes the block's content; passages go out cell by cell, since together they are most of the
/// page.
pub(super) fn json(html: &mut String, material: &Material, codebook: &Codebook, order: &Order<'_>) {
    let types: BTreeMap<_, usize> = order.types.iter().copied().zip(0..).collect();
    let used: BTreeSet<PatternId> = material
        .cells
        .values()
        .flat_map(|c| c.kept.iter().map(|(_, p)| p.pattern))
        .collect();
    let patterns: BTreeMap<PatternId, usize> = used.into_iter().zip(0..).collect();
    let type_place = |name: &String| types.get(name.as_str()).copied().unwrap_or(0);
    let place = |person: Option<&ParticipantId>| order.person(person).unwrap_or(0);
    let data = Data {
        codes: codebook.indices().map(|c| code(codebook, c)).collect(),
        people: order
            .people
            .iter()
            .map(|p| p.map(ParticipantId::as_str).unwrap_or_default())
            .collect(),
        types: order.types.clone(),
        patterns: patterns.keys().map(|&p| pattern(codebook, p)).collect(),
        notes: material
            .notes
            .iter()
            .map(|n| {
                let person = place(n.participant.as_ref());
                JsonNote(n.id.as_str(), person, n.day, &n.source, &n.locator)
            })
            .collect(),
        beyond: material
            .beyond
            .iter()
            .map(|((code, name), n)| (code.0, type_place(name), *n))
            .collect(),
    };
    html.push_str("{\"cells\":[");
    for (at, ((code, person, name), cell)) in material.cells.iter().enumerate() {
        if at > 0 {
            html.push(',');
        }
        let kept = cell.kept.iter().map(|(n, p)| passage(*n, p, &patterns));
        let (person, name) = (place(person.as_ref()), type_place(name));
        let cell = JsonCell(code.0, person, name, cell.total, kept.collect());
        push_json(html, &cell);
    }
    html.push_str("],\"about\":");
    push_json(html, &data);
    html.push('}');
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

fn code(codebook: &Codebook, index: CodeIndex) -> (&str, &str, Vec<u16>) {
    let own = codebook.code(index);
    let below = codebook
        .indices()
        .filter(|&other| other == index || own.path.is_ancestor_of(&codebook.code(other).path));
    (own.path.as_str(), &own.name, below.map(|c| c.0).collect())
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

fn passage<'a>(
    note: usize,
    p: &'a Passage,
    patterns: &BTreeMap<PatternId, usize>,
) -> JsonPassage<'a> {
    JsonPassage(
        note,
        p.start,
        p.end,
        shown(&p.before),
        shown(&p.text),
        shown(&p.after),
        patterns.get(&p.pattern).copied().unwrap_or(0),
        shown(&p.cue),
        p.assertion.as_str(),
        p.voice.as_str(),
        p.why_not.map_or("", |w| w.as_str()),
        shown(&p.section),
    )
}

/// A text with what cannot be seen made visible.
fn shown(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| visible(c) == c) {
        Cow::Borrowed(text)
    } else {
        text.chars().map(visible).collect()
    }
}
