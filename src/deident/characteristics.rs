//! What a study's participants' tables say of its participants, without what tells who they are.
//!
//! Comes in: the tables' columns, but ids and other names. Goes out: those that a manuscript may
//! print, whether the study has its report masked or not. Left out are columns that are called a
//! name, and columns of which most entries are identifiers: dates, record numbers, addresses,
//! codes. What else is an identifier is masked where it stands, as in a note.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::corpus::{Corpus, Participant, ParticipantId};
use crate::model::identifier::{IdentifierKind, mask_inside};
use crate::text::Span;

use super::prose::pieces;
use super::{Finder, Known, is_name_column};

/// Ages that Safe Harbor lets stand end here.
const AGE_MAX: u32 = 89;

/// Characters of the shortest code that may be a record's number.
const CODE_MIN: usize = 5;

/// Participants with what the study's tables say of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Characteristics {
    /// The columns' names as the table writes them, in its order.
    pub columns: Vec<String>,
    /// Columns that were left out since they tell who somebody is.
    pub left_out: Vec<String>,
    /// Each participant's entries, empty where the table says nothing.
    pub people: BTreeMap<ParticipantId, Vec<String>>,
}

/// An entry as it may be printed.
struct Entry {
    text: String,
    tells_who: bool,
}

impl Characteristics {
    /// Reads them off the participants that the study's tables list.
    pub fn of(corpus: &Corpus, finder: &Finder, known: &Known) -> Self {
        let listed = corpus.participants.iter();
        let listed: Vec<&Participant> = listed.filter(|p| p.in_table && !p.is_doubtful).collect();
        let mut out = Self::default();
        for column in &corpus.participant_columns {
            if is_name_column(column) {
                out.left_out.push(column.clone());
                continue;
            }
            let of = |p: &&Participant| p.fields.get(column).map_or("", |v| v.trim()).to_owned();
            let written: Vec<String> = listed.iter().map(of).collect();
            let entries = written
                .iter()
                .map(|value| entry(column, value, finder, known));
            let entries: Vec<Entry> = entries.collect();
            let said = written.iter().filter(|v| !v.is_empty()).count();
            let telling = entries.iter().filter(|e| e.tells_who).count();
            if said == 0 {
                continue;
            }
            if telling * 2 > said || are_codes(&written) {
                out.left_out.push(column.clone());
                continue;
            }
            out.columns.push(column.clone());
            for (person, entry) in listed.iter().zip(entries) {
                let row = out.people.entry(person.id.clone()).or_default();
                row.push(entry.text);
            }
        }
        out
    }
}

/// An entry under its column's name, which may tell what a number is.
fn entry(column: &str, value: &str, finder: &Finder, known: &Known) -> Entry {
    let is_old = |n: u32| n > AGE_MAX;
    let of_age = pieces(column).iter().any(|word| word == "age");
    if of_age && value.parse().is_ok_and(is_old) {
        return Entry {
            text: IdentifierKind::Age90.mask().to_owned(),
            tells_who: false,
        };
    }
    let label = column.replace('_', " ");
    let text = format!("{label}: {value}");
    let inside = Span::new(text.len() - value.len(), text.len());
    let found = finder.find(&text, known);
    Entry {
        text: mask_inside(&text, inside, &found),
        tells_who: found.iter().any(|i| i.span.overlaps(inside)),
    }
}

/// Whether a column's entries are all different codes of letters and digits, or long numbers:
/// whatever it is called, they may be those of records.
fn are_codes(written: &[String]) -> bool {
    let said: Vec<&String> = written.iter().filter(|v| !v.is_empty()).collect();
    let different: BTreeSet<&String> = said.iter().copied().collect();
    let is_code = |value: &&&String| {
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let measured = value.parse::<f64>().is_ok() && digits < CODE_MIN;
        digits > 1 && value.chars().count() >= CODE_MIN && !value.contains(' ') && !measured
    };
    said.len() > 1 && different.len() == said.len() && said.iter().all(|v| is_code(&v))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::builtin_identifier_rules;

    const COLUMNS: [&str; 9] = [
        "age_at_start",
        "sex",
        "diagnoses",
        "partner_name",
        "start",
        "Phone",
        "site key",
        "occupation",
        "remarks",
    ];

    fn person(id: &str, values: [&str; 9]) -> Participant {
        let values = values.map(str::to_owned);
        Participant {
            id: ParticipantId::new(id),
            aliases: Vec::new(),
            fields: COLUMNS.map(str::to_owned).into_iter().zip(values).collect(),
            in_table: true,
            is_doubtful: false,
        }
    }

    #[test]
    fn what_is_true_of_a_person_stays_and_what_tells_who_it_is_goes() {
        let rules = builtin_identifier_rules("en").expect("rules");
        let finder = Finder::new(&rules.expect("English")).expect("patterns");
        let corpus = Corpus {
            participants: vec![
                person(
                    "P1",
                    [
                        "37",
                        "F",
                        "MDD; PTSD",
                        "Ana Ruiz",
                        "2022-01-11",
                        "206-555-0142",
                        "QX-77310",
                        "cook",
                        "came with Dr. Trask",
                    ],
                ),
                person(
                    "P2",
                    [
                        "91",
                        "",
                        "GAD",
                        "Mark",
                        "2021-05-04",
                        "",
                        "QX-90218",
                        "florist",
                        "none",
                    ],
                ),
            ],
            participant_columns: COLUMNS.map(str::to_owned).to_vec(),
            ..Corpus::default()
        };
        let own = Characteristics::of(&corpus, &finder, &Known::default());
        assert_eq!(
            own.columns,
            ["age_at_start", "sex", "diagnoses", "occupation", "remarks"]
        );
        let rows: Vec<&Vec<String>> = own.people.values().collect();
        assert_eq!(
            rows,
            [
                &["37", "F", "MDD; PTSD", "cook", "came with Dr. [name]"],
                &["[age over 89]", "", "GAD", "florist", "none"]
            ]
            .map(|row| row.map(str::to_owned).to_vec())
            .iter()
            .collect::<Vec<_>>()
        );
    }
}
