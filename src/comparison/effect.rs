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

/// Notes in which a code's own codings count, of one session type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellEffect {
    /// The session type.
    pub session_type: String,
    /// The code.
    pub code: String,
    /// Notes before.
    pub before: usize,
    /// Notes after.
    pub after: usize,
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

/// By session type and code, where the number of notes differs.
pub fn cell_effects(before: &RunRecord, after: &RunRecord) -> Vec<CellEffect> {
    let (was, is) = (cells(before), cells(after));
    let keys: BTreeSet<&(&str, &str)> = was.keys().chain(is.keys()).collect();
    let cell = |key: &(&str, &str)| CellEffect {
        session_type: key.0.to_owned(),
        code: key.1.to_owned(),
        before: was.get(key).copied().unwrap_or(0),
        after: is.get(key).copied().unwrap_or(0),
    };
    let all = keys.into_iter().map(cell);
    all.filter(|c| c.before != c.after).collect()
}

fn cells(run: &RunRecord) -> BTreeMap<(&str, &str), usize> {
    let mut cells = BTreeMap::new();
    for of_note in run.codings.values() {
        let counted = of_note.iter().filter(|c| c.counted);
        let keys: BTreeSet<(&str, &str)> = counted
            .map(|c| (c.session_type.as_str(), c.code.as_str()))
            .collect();
        for key in keys {
            *cells.entry(key).or_default() += 1;
        }
    }
    cells
}
