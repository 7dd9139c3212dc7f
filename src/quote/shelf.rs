//! Where candidates wait until the last note was read: a temporary file, code by code.
//!
//! How typical a passage is of its code is known only at the end, so every cell's candidates must be
//! kept; memory holds where they stand, not what they say.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::model::codebook::CodeIndex;
use crate::model::corpus::ParticipantId;
use crate::spool::{Place, Spool};

use super::CellKey;
use super::candidate::Candidate;

/// A participant's cells of one code, by session type.
pub(super) type Cells = BTreeMap<Option<String>, Vec<Candidate>>;

/// Whose cells stand at a place.
type Kept = (Option<ParticipantId>, Place);

/// The candidates of participants whose notes are over.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// Opened with the first candidate.
    spool: Option<Spool>,
    of_code: BTreeMap<CodeIndex, Vec<Kept>>,
}

impl Shelf {
    /// Puts cells away.
    pub(super) fn put(&mut self, cells: BTreeMap<CellKey, Vec<Candidate>>) -> Result<()> {
        let mut grouped: BTreeMap<(CodeIndex, Option<ParticipantId>), Cells> = BTreeMap::new();
        for ((code, whose, kind), candidates) in cells {
            let own = grouped.entry((code, whose)).or_default();
            own.insert(kind, candidates);
        }
        if grouped.is_empty() {
            return Ok(());
        }
        let mut texts = Vec::with_capacity(grouped.len());
        for cells in grouped.values() {
            let rows: Vec<_> = cells.iter().collect();
            texts.push(serde_json::to_string(&rows).map_err(|e| changed(&e))?);
        }
        let spool = match self.spool.take() {
            Some(spool) => spool,
            None => Spool::create()?,
        };
        let places = spool.write(texts.iter().map(String::as_str))?;
        self.spool = Some(spool);
        for ((code, whose), place) in grouped.into_keys().zip(places) {
            self.of_code.entry(code).or_default().push((whose, place));
        }
        Ok(())
    }

    /// The codes that something was put away for, in order.
    pub(super) fn codes(&self) -> Vec<CodeIndex> {
        self.of_code.keys().copied().collect()
    }

    /// Gives a code's cells, one participant after another, the unknown one last. What was put away
    /// of one participant at several times comes together, and may hold more than a cell keeps.
    pub(super) fn each(
        &self,
        code: CodeIndex,
        give: &mut dyn FnMut(Cells) -> Result<()>,
    ) -> Result<()> {
        let mut kept: Vec<&Kept> = self.of_code.get(&code).into_iter().flatten().collect();
        kept.sort_by_key(|(whose, _)| (whose.is_none(), whose.as_ref()));
        for of_one in kept.chunk_by(|a, b| a.0 == b.0) {
            let mut cells = Cells::new();
            for (_, place) in of_one {
                for (kind, candidates) in self.read(*place)? {
                    cells.entry(kind).or_default().extend(candidates);
                }
            }
            give(cells)?;
        }
        Ok(())
    }

    fn read(&self, place: Place) -> Result<Vec<(Option<String>, Vec<Candidate>)>> {
        let Some(spool) = &self.spool else {
            return Ok(Vec::new());
        };
        serde_json::from_str(&spool.at(place)?).map_err(|e| changed(&e))
    }
}

fn changed(error: &serde_json::Error) -> Error {
    Error::other(format!(
        "The temporary file of quotes does not read back as it was written: {error}. Was it changed \
         by another program?"
    ))
}
