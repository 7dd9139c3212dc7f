//! Frequencies once more for each value of one column of the notes or participants (`--by`).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::model::corpus::{Corpus, Detail, Note, Participant};

use super::frequencies::Frequencies;
use super::states::Lineage;

/// The columns that every note has.
const OWN: [&str; 6] = [
    "setting",
    "author",
    "source",
    "session_type",
    "participant_id",
    "detail",
];

/// Frequencies by the values of a column; notes without a value stand under the empty one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosstab {
    /// The column's name, as asked for.
    pub column: String,
    /// Counts by value.
    pub values: BTreeMap<String, Frequencies>,
    lineage: Lineage,
}

impl Crosstab {
    /// Nothing counted yet.
    pub fn new(codebook: &Codebook, column: &str) -> Self {
        Self {
            column: column.to_owned(),
            values: BTreeMap::new(),
            lineage: Lineage::new(codebook),
        }
    }

    /// Counts a note, unless it is a duplicate.
    pub fn add(&mut self, coded: &CodedNote<'_>, participant: Option<&Participant>) {
        if coded.note.duplicate_of.is_some() {
            return;
        }
        let value = column_value(coded, participant, &self.column);
        let value = value.unwrap_or_default().trim();
        if !self.values.contains_key(value) {
            let none = Frequencies::new(self.lineage.len());
            self.values.insert(value.to_owned(), none);
        }
        if let Some(frequencies) = self.values.get_mut(value) {
            frequencies.add(&self.lineage, coded);
        }
    }

    /// Adds what another counted.
    pub fn merge(&mut self, other: Self) {
        for (value, theirs) in other.values {
            match self.values.get_mut(&value) {
                Some(mine) => mine.merge(theirs),
                None => {
                    self.values.insert(value, theirs);
                }
            }
        }
    }
}

/// Every column that `--by` may name: what each note has, the columns of the notes' tables, those
/// of the participants' table.
pub fn columns(corpus: &Corpus) -> BTreeSet<&str> {
    let notes = corpus.notes.iter().flat_map(|n| n.fields.keys());
    let people = corpus.participants.iter().flat_map(|p| p.fields.keys());
    let further = notes.chain(people).map(String::as_str);
    OWN.into_iter().chain(further).collect()
}

/// A note's value in a column: its own, else its participant's.
fn column_value<'a>(
    coded: &CodedNote<'a>,
    participant: Option<&'a Participant>,
    column: &str,
) -> Option<&'a str> {
    let note: &'a Note = coded.note;
    match column {
        "setting" => Some(&note.setting),
        "author" => Some(&note.author),
        "source" => Some(&note.source),
        "session_type" => Some(coded.own_session_type()),
        "participant_id" => note
            .participant
            .value
            .as_ref()
            .map(super::super::model::corpus::ParticipantId::as_str),
        "detail" => Some(Detail::as_str(coded.detail)),
        _ => {
            let of_participant = || participant.and_then(|p| p.fields.get(column));
            let value = note.fields.get(column).or_else(of_participant);
            value.map(String::as_str)
        }
    }
}
