//! The passages as the page's script reads them: one block of JSON that no note can end.

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
    cells: Vec<JsonCell>,
}

/// Id, person, day, source, locator.
#[derive(Serialize)]
struct JsonNote<'a>(&'a str, usize, Option<i64>, &'a str, &'a str);

/// Code, person, session type, how many there are, those shown.
#[derive(Serialize)]
struct JsonCell(u16, usize, usize, u64, Vec<JsonPassage>);

/// Note, start, end, before, text, after, pattern, cue, assertion, voice, `why_not`, section.
#[derive(Serialize)]
struct JsonPassage(
    usize,
    usize,
    usize,
    String,
    String,
    String,
    usize,
    String,
    &'static str,
    &'static str,
    &'static str,
    String,
);

/// The people and session types of the page, in its order; the script names them by place.
#[derive(Debug)]
pub(super) struct Order<'a> {
    pub(super) people: Vec<Option<&'a ParticipantId>>,
    pub(super) types: Vec<&'a str>,
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
        Self { people, types }
    }

    pub(super) fn person(&self, id: Option<&ParticipantId>) -> Option<usize> {
        self.people.iter().position(|&p| p == id)
    }

    pub(super) fn session_type(&self, name: &str) -> Option<usize> {
        self.types.iter().position(|&t| t == name)
    }
}

/// The block's content.
pub(super) fn json(material: &Material, codebook: &Codebook, order: &Order<'_>) -> String {
    let people: BTreeMap<_, usize> = order.people.iter().copied().zip(0..).collect();
    let types: BTreeMap<_, usize> = order.types.iter().copied().zip(0..).collect();
    let used: BTreeSet<PatternId> = material
        .cells
        .values()
        .flat_map(|c| c.kept.iter().map(|(_, p)| p.pattern))
        .collect();
    let patterns: BTreeMap<PatternId, usize> = used.into_iter().zip(0..).collect();
    let place = |person: Option<&ParticipantId>| people.get(&person).copied().unwrap_or(0);
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
                JsonNote(&n.id, person, n.day, &n.source, &n.locator)
            })
            .collect(),
        cells: material
            .cells
            .iter()
            .map(|((code, person, name), cell)| {
                let kept = cell.kept.iter().map(|(n, p)| passage(*n, p, &patterns));
                let name = types.get(name.as_str()).copied().unwrap_or(0);
                JsonCell(
                    code.0,
                    place(person.as_ref()),
                    name,
                    cell.total,
                    kept.collect(),
                )
            })
            .collect(),
    };
    let text = serde_json::to_string(&data).expect("the data have no maps with odd keys");
    // Only `<` could end the script element, or begin a comment in it.
    text.replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
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

fn passage(note: usize, p: &Passage, patterns: &BTreeMap<PatternId, usize>) -> JsonPassage {
    let shown = |text: &str| text.chars().map(visible).collect();
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
