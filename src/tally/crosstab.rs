//! Frequencies once more for each value of one or two columns of the notes or participants (`--by`).

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result};
use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;
use crate::model::corpus::{Corpus, Detail, Note, Participant, ParticipantId};

use super::contrast::Contrast;
use super::frequencies::Frequencies;
use super::session_unit::CountBy;
use super::states::Lineage;

/// The column of the study's phases, where it has some.
pub const PHASE: &str = "phase";

/// The columns that every note has.
const OWN: [&str; 6] = [
    "setting",
    "author",
    "source",
    "session_type",
    "participant_id",
    "detail",
];

/// Columns whose values are not set side by side: a participant is the unit of comparison, a source
/// is no group of notes, and session types are compared without being asked for.
const ALONE: [&str; 3] = ["participant_id", "source", "session_type"];

/// What stands between the columns that are asked for together.
const TOGETHER: char = '+';

/// Columns that a message lists at most.
const LISTED_MAX: usize = 30;

/// What is known of a note besides itself: its participant, and the phase it falls into.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// The note's participant, where the participants' table knows them.
    pub participant: Option<&'a Participant>,
    /// The name of its phase, where the study has phases; empty where it falls into none.
    pub phase: Option<&'a str>,
}

/// Frequencies by the values of columns; notes without a value stand under the empty one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosstab {
    /// The columns' names: one, or several that are counted together.
    pub columns: Vec<String>,
    /// Counts by the columns' values.
    pub(super) values: BTreeMap<Vec<String>, Frequencies>,
    /// The values side by side, where one column is counted by.
    pub contrast: Option<Contrast>,
    lineage: Lineage,
    by: CountBy,
    /// For each column, values whose order the study tells.
    told: Vec<Vec<String>>,
}

impl Crosstab {
    /// Nothing counted yet.
    pub fn new(codebook: &Codebook, columns: Vec<String>) -> Self {
        let contrast = match columns.as_slice() {
            [one] if !ALONE.contains(&one.as_str()) => Some(Contrast::new(codebook, one)),
            _ => None,
        };
        Self {
            contrast,
            told: vec![Vec::new(); columns.len()],
            columns,
            values: BTreeMap::new(),
            lineage: Lineage::new(codebook),
            by: CountBy::Note,
        }
    }

    /// The same, counting notes or sessions.
    #[must_use]
    pub fn counting(self, by: CountBy) -> Self {
        Self { by, ..self }
    }

    /// The same, its phases and session types in the study's order.
    #[must_use]
    pub fn in_order_of(mut self, phases: &[String], session_types: &[String]) -> Self {
        for (column, told) in self.columns.iter().zip(&mut self.told) {
            match column.as_str() {
                PHASE => phases.clone_into(told),
                "session_type" => session_types.clone_into(told),
                _ => {}
            }
        }
        self
    }

    /// The groups in the order in which tables show them: what the study tells in its order, all
    /// others behind it by name; notes without a value first.
    pub fn groups(&self) -> Vec<(&[String], &Frequencies)> {
        let place = |(value, told): (&'_ String, &Vec<String>)| {
            let known = told.iter().position(|t| t == value);
            let known = known.unwrap_or(told.len());
            (!value.is_empty(), known, value.clone())
        };
        let mut groups: Vec<_> = self.values.iter().map(|(v, f)| (v.as_slice(), f)).collect();
        groups.sort_by_cached_key(|(values, _)| -> Vec<_> {
            values.iter().zip(&self.told).map(place).collect()
        });
        groups
    }

    /// Counts what is still open when all notes have come.
    pub fn finish(&mut self) {
        self.values.values_mut().for_each(Frequencies::finish);
    }

    /// Counts a note, unless it is a duplicate; gives its values in the columns.
    pub fn add(&mut self, coded: &CodedNote<'_>, about: About<'_>) -> Vec<String> {
        let value = |column: &String| {
            let value = column_value(coded, about, column);
            value.unwrap_or_default().trim().to_owned()
        };
        let values: Vec<String> = self.columns.iter().map(value).collect();
        if coded.note.duplicate_of.is_some() {
            return values;
        }
        if let Some(frequencies) = self.values.get_mut(&values) {
            frequencies.add(&self.lineage, coded);
        } else {
            let mut frequencies = Frequencies::counting(self.lineage.len(), self.by);
            frequencies.add(&self.lineage, coded);
            self.values.insert(values.clone(), frequencies);
        }
        if let (Some(contrast), [value]) = (&mut self.contrast, values.as_slice()) {
            contrast.add_to(coded, value);
        }
        values
    }
}

/// The columns that each of `wanted` names: one, or several with `+` between, in any case.
///
/// # Errors
/// Where a study has no such column; the message lists those it has.
pub fn crosstab_columns(
    wanted: &[String],
    corpus: &Corpus,
    has_phases: bool,
) -> Result<Vec<Vec<String>>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut known = columns(corpus);
    if has_phases {
        known.insert(PHASE);
    }
    let find = |name: &str| -> Option<String> {
        let name = name.trim();
        let folded = name.to_lowercase();
        let exact = known.get(name);
        let found = exact.or_else(|| known.iter().find(|k| k.to_lowercase() == folded));
        // So the column is called everywhere else.
        let found = found.or_else(|| {
            known
                .get("participant_id")
                .filter(|_| folded == "participant")
        });
        found.map(|k| (*k).to_owned())
    };
    let mut found = Vec::new();
    for wanted in wanted {
        // A column's own name may hold the sign.
        let columns = match find(wanted) {
            Some(whole) => vec![whole],
            None => wanted
                .split(TOGETHER)
                .map(|name| find(name).ok_or_else(|| unknown(name.trim(), &known)))
                .collect::<Result<_>>()?,
        };
        if !found.contains(&columns) {
            found.push(columns);
        }
    }
    Ok(found)
}

fn unknown(name: &str, known: &BTreeSet<&str>) -> Error {
    let listed: Vec<&str> = known.iter().copied().take(LISTED_MAX).collect();
    let more = match known.len() - listed.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let phase = if name == PHASE {
        " Phases are told in study.toml, under [[phases]]."
    } else {
        ""
    };
    Error::not_found(format!(
        "neither notes nor participants have a column {name:?} to count by. There are: {}{more}.{phase}",
        listed.join(", ")
    ))
}

/// Every column that `--by` may name: what each note has, the columns of the notes' tables, those
/// of the participants' table.
pub fn columns(corpus: &Corpus) -> BTreeSet<&str> {
    let notes = corpus.notes.iter();
    let of_notes = notes.flat_map(|n| n.fields.iter().map(|(header, _)| header));
    let people = corpus.participants.iter();
    let of_people = people.flat_map(|p| p.fields.keys().map(String::as_str));
    OWN.into_iter().chain(of_notes).chain(of_people).collect()
}

/// A note's value in a column: its own, else its participant's.
pub fn column_value<'a>(coded: &CodedNote<'a>, about: About<'a>, column: &str) -> Option<&'a str> {
    let note: &'a Note = coded.note;
    match column {
        "setting" => Some(&note.setting),
        "author" => Some(&note.author),
        "source" => Some(&note.source),
        "session_type" => Some(coded.own_session_type()),
        "participant_id" => note.participant.value.as_ref().map(ParticipantId::as_str),
        "detail" => Some(Detail::as_str(coded.detail)),
        PHASE if about.phase.is_some() => about.phase,
        _ => {
            let of_participant = || about.participant?.fields.get(column).map(String::as_str);
            note.fields.get(column).or_else(of_participant)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(wanted: &str, has_phases: bool) -> std::result::Result<Vec<Vec<String>>, String> {
        let corpus = Corpus::default();
        crosstab_columns(&[wanted.to_owned()], &corpus, has_phases).map_err(|e| e.to_string())
    }

    #[test]
    fn columns_are_found_alone_and_together_or_refused_with_a_list() {
        assert_eq!(
            wanted("Setting", false),
            Ok(vec![vec!["setting".to_owned()]])
        );
        let both = vec!["author".to_owned(), "phase".to_owned()];
        assert_eq!(wanted("author + phase", true), Ok(vec![both]));
        let refused = wanted("author+phase", false).unwrap_err();
        assert!(refused.contains("[[phases]]"), "{refused}");
        let refused = wanted("seting", true).unwrap_err();
        assert!(
            refused.contains("\"seting\"") && refused.contains("setting"),
            "{refused}"
        );
    }
}
