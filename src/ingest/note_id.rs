//! Ids of notes that stay the same from run to run.
//!
//! Comes in: where each note stands and the id that its source gives it. Goes out: an id for each,
//! all different: the given id where it is unique in the study, else `path#id`; without one `path`
//! or `path#locator`; what still collides gets `~2`.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::recognise::RawNote;

/// An id, and a warning where it is not the plain one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assigned {
    pub(crate) id: Arc<str>,
    pub(crate) warning: Option<String>,
}

/// Gives every note its id; notes come in the order of their files.
pub(crate) fn assign<'n>(notes: impl Iterator<Item = &'n RawNote> + Clone) -> Vec<Assigned> {
    let mut given: BTreeMap<&str, usize> = BTreeMap::new();
    for note in notes.clone() {
        if let Some(id) = &note.given_id {
            *given.entry(id).or_default() += 1;
        }
    }
    let mut taken: HashSet<Arc<str>> = HashSet::new();
    notes
        .map(|note| {
            let mut assigned = plain(note, &given);
            if !taken.insert(assigned.id.clone()) {
                let wanted = assigned.id.clone();
                let mut n = 2;
                while !taken.insert(format!("{wanted}~{n}").into()) {
                    n += 1;
                }
                assigned.id = format!("{wanted}~{n}").into();
                let warning = format!(
                    "another note has the id {wanted}: this one is {}",
                    assigned.id
                );
                assigned.warning = Some(warning);
            }
            assigned
        })
        .collect()
}

fn plain(note: &RawNote, given: &BTreeMap<&str, usize>) -> Assigned {
    match &note.given_id {
        Some(id) if given.get(id.as_ref()) == Some(&1) => Assigned {
            id: id.as_ref().into(),
            warning: None,
        },
        Some(id) => Assigned {
            id: format!("{}#{id}", note.source).into(),
            warning: Some(format!("the id {id} is given to more than one note")),
        },
        None if note.locator.is_empty() => Assigned {
            id: Arc::clone(&note.source),
            warning: None,
        },
        None => Assigned {
            id: format!("{}#{}", note.source, note.locator).into(),
            warning: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_contract() {
        let note = |source: &str, locator: &str, given: Option<&str>| RawNote {
            source: source.into(),
            locator: locator.into(),
            given_id: given.map(Into::into),
        };
        let notes = [
            note("a.csv", "row=1", Some("E-1")),
            note("a.csv", "row=2", Some("E-2")),
            note("b.csv", "row=1", Some("E-2")),
            note("b.csv", "row=2", Some("E-2")),
            note("b.csv", "row=3", None),
            note("c.txt", "", None),
            note("d.txt", "", Some("c.txt")),
        ];
        let assigned = assign(notes.iter());
        let ids: Vec<&str> = assigned.iter().map(|a| a.id.as_ref()).collect();
        assert_eq!(
            ids,
            [
                "E-1",
                "a.csv#E-2",
                "b.csv#E-2",
                "b.csv#E-2~2",
                "b.csv#row=3",
                "c.txt",
                "c.txt~2"
            ]
        );
    }
}
