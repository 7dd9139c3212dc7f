//! What the differences make of the counts.

use std::collections::{BTreeMap, BTreeSet};

use crate::exchange::RunRecord;

use super::{Difference, Kind};

/// A code's differences and counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeEffect {
    /// Codings gained.
    pub gained: usize,
    /// Codings lost.
    pub lost: usize,
    /// Codings changed.
    pub changed: usize,
    /// Counted codings before and after.
    pub counted: (usize, usize),
    /// Notes in which one counts, before and after.
    pub notes: (usize, usize),
}

/// What a code's own counted codings come to in a cell of the frequencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellEffect {
    /// Whose notes; none over all participants.
    pub participant_id: Option<String>,
    /// The session type.
    pub session_type: String,
    /// The code.
    pub code: String,
    /// Notes in which one counts, before and after.
    pub notes: (usize, usize),
    /// Counted codings before and after.
    pub counted: (usize, usize),
}

/// By code, for codes that differ.
pub fn code_effects(
    before: &RunRecord,
    after: &RunRecord,
    differences: &[Difference<'_>],
) -> BTreeMap<String, CodeEffect> {
    let mut effects: BTreeMap<String, CodeEffect> = BTreeMap::new();
    for difference in differences {
        if let Some(coding) = difference.coding() {
            let effect = effects.entry(coding.code.clone()).or_default();
            match difference.kind {
                Kind::Gained => effect.gained += 1,
                Kind::Lost => effect.lost += 1,
                Kind::Changed => effect.changed += 1,
            }
        }
    }
    for (code, effect) in &mut effects {
        let of = |run: &RunRecord| {
            let notes = run.codings.values();
            let counted = notes.map(|c| c.iter().filter(|c| c.counted && c.code == *code).count());
            counted.fold((0, 0), |(all, notes), n| {
                (all + n, notes + usize::from(n > 0))
            })
        };
        let (was, is) = (of(before), of(after));
        effect.counted = (was.0, is.0);
        effect.notes = (was.1, is.1);
    }
    effects
}

/// By session type and code, over all participants or for each, where notes or counted codings differ.
pub fn cell_effects(before: &RunRecord, after: &RunRecord, by: CellsBy) -> Vec<CellEffect> {
    let (was, is) = (cells(before, by), cells(after, by));
    let keys: BTreeSet<&Cell<'_>> = was.keys().chain(is.keys()).collect();
    let cell = |key: &Cell<'_>| {
        let of = |cells: &BTreeMap<Cell<'_>, (usize, usize)>| cells.get(key).copied();
        let (was, is) = (of(&was).unwrap_or_default(), of(&is).unwrap_or_default());
        CellEffect {
            participant_id: (by == CellsBy::Participant).then(|| key.0.to_owned()),
            session_type: key.1.to_owned(),
            code: key.2.to_owned(),
            notes: (was.0, is.0),
            counted: (was.1, is.1),
        }
    };
    let all = keys.into_iter().map(cell);
    all.filter(|c| c.notes.0 != c.notes.1 || c.counted.0 != c.counted.1)
        .collect()
}

/// Whose notes are put together in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellsBy {
    /// All participants'.
    SessionType,
    /// One participant's.
    Participant,
}

/// Participant (empty over all), session type and code.
type Cell<'r> = (&'r str, &'r str, &'r str);

/// Notes and counted codings of each cell.
fn cells(run: &RunRecord, by: CellsBy) -> BTreeMap<Cell<'_>, (usize, usize)> {
    let mut cells: BTreeMap<Cell<'_>, (usize, usize)> = BTreeMap::new();
    for of_note in run.codings.values() {
        let mut here: BTreeMap<Cell<'_>, usize> = BTreeMap::new();
        for coding in of_note.iter().filter(|c| c.counted) {
            let participant = match by {
                CellsBy::SessionType => "",
                CellsBy::Participant => coding.participant_id.as_str(),
            };
            let key = (
                participant,
                coding.session_type.as_str(),
                coding.code.as_str(),
            );
            *here.entry(key).or_default() += 1;
        }
        for (key, codings) in here {
            let cell = cells.entry(key).or_default();
            cell.0 += 1;
            cell.1 += codings;
        }
    }
    cells
}
