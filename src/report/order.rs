//! The lists that the page's data name their entries by: people, session types, crosstabs' values.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::corpus::ParticipantId;
use crate::tally::Crosstab;

use super::ReportData;

/// Everything that the data name by its place.
#[derive(Debug)]
pub(super) struct Order<'a> {
    pub(super) people: Vec<Option<&'a ParticipantId>>,
    pub(super) types: Vec<&'a str>,
    /// The values of each crosstab.
    pub(super) values: Vec<Vec<&'a [String]>>,
    of_values: Vec<BTreeMap<&'a [String], usize>>,
    places: BTreeMap<Option<&'a ParticipantId>, usize>,
}

impl<'a> Order<'a> {
    /// The study's order, then whoever and whatever only duplicates or sessions without notes name.
    pub(super) fn new(data: &ReportData<'a>) -> Self {
        let frequencies = data.tally.frequencies();
        let mut people = frequencies.participants();
        let mut types = frequencies.session_types(data.session_types);
        let material = data.material;
        let of_cells = material
            .cells
            .keys()
            .map(|(_, who, name)| (who.as_ref(), name));
        let of_notes = material.notes.iter();
        let of_notes = of_notes.flat_map(|n| n.types.iter().map(|t| (n.participant.as_ref(), t)));
        let of_sessions = data.sessions.cells().keys();
        let of_sessions = of_sessions.map(|(who, name)| (who.as_ref(), name));
        let named: BTreeSet<_> = of_cells.chain(of_notes).chain(of_sessions).collect();
        let known: BTreeSet<_> = people.iter().copied().collect();
        let further: BTreeSet<_> = named.iter().map(|n| n.0).collect();
        people.extend(further.difference(&known));
        let known: BTreeSet<_> = types.iter().copied().collect();
        let further: BTreeSet<&str> = named.iter().map(|n| n.1.as_str()).collect();
        types.extend(further.difference(&known));
        let of = |crosstab: &'a Crosstab| crosstab.groups().into_iter().map(|g| g.0).collect();
        let values: Vec<Vec<&'a [String]>> = data.crosstabs.iter().map(of).collect();
        let places = |values: &Vec<&'a [String]>| values.iter().copied().zip(0..).collect();
        Self {
            of_values: values.iter().map(places).collect(),
            values,
            places: people.iter().copied().zip(0..).collect(),
            people,
            types,
        }
    }

    pub(super) fn person(&self, id: Option<&ParticipantId>) -> usize {
        self.places.get(&id).copied().unwrap_or(0)
    }

    pub(super) fn session_type(&self, name: &str) -> usize {
        self.types.iter().position(|&t| t == name).unwrap_or(0)
    }

    /// The place of a value of a crosstab.
    pub(super) fn value(&self, crosstab: usize, value: &[String]) -> usize {
        let places = self.of_values.get(crosstab);
        places.and_then(|p| p.get(value)).copied().unwrap_or(0)
    }
}
