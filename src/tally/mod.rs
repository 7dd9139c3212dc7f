//! Counts codings: present, explicitly absent, silent; with what each count rests on.
//!
//! Comes in: coded notes, one by one, in any order. Goes out: frequency and co-occurrence rows.
//! Partial tallies merge to the same as one pass. Refuses to make up a number: an interval that
//! cannot be computed is none, with the reason in its row.

pub mod contrast;
mod cooccurrence;
mod crosstab;
mod distribution;
mod documentation;
mod frequencies;
mod group;
mod interval;
mod names;
mod phase;
mod saturation;
mod session_unit;
mod sessions;
mod states;

pub use cooccurrence::{Cooccurrence, CooccurrenceRow, Pair, Unit};
pub use crosstab::{About, Crosstab, PHASE, column_value, columns, crosstab_columns};
pub use documentation::{Documentation, DocumentationRow, Written};
pub use frequencies::{Cell, Counts, Frequencies};
pub use group::{FrequencyRow, Group, GroupKind};
pub use interval::{
    Cluster, Interval, IntervalKind, PARTICIPANTS_MIN, cluster, garwood, ratio_error, wilson,
};
pub(crate) use names::make_room;
pub use phase::{Phase, Phases, Reach};
pub use saturation::{Event, Run, Saturation, SaturationRow, SaturationRule, run_at};
pub use session_unit::CountBy;
pub use sessions::{KnownFrom, SessionCounts, SessionRow, SessionTotals, Sessions};
pub use states::{Lineage, State, states};

use crate::model::codebook::Codebook;
use crate::model::coded::CodedNote;

/// Everything counted over the notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    lineage: Lineage,
    frequencies: Frequencies,
    cooccurrence: Cooccurrence,
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(codebook: &Codebook) -> Self {
        let lineage = Lineage::new(codebook);
        Self {
            frequencies: Frequencies::new(lineage.len()),
            cooccurrence: Cooccurrence::new(lineage.len()),
            lineage,
        }
    }

    /// The same, counting notes or sessions. Sessions call for notes in corpus order.
    pub fn counting(codebook: &Codebook, by: CountBy) -> Self {
        let mut tally = Self::new(codebook);
        tally.frequencies = Frequencies::counting(tally.lineage.len(), by);
        tally
    }

    /// Counts what is still open when all notes have come.
    pub fn finish(&mut self) {
        self.frequencies.finish();
    }

    /// Counts a note, unless it is a duplicate.
    pub fn add(&mut self, coded: &CodedNote<'_>) {
        if coded.note.duplicate_of.is_none() {
            self.frequencies.add(&self.lineage, coded);
            self.cooccurrence.add(&self.lineage, coded);
        }
    }

    /// Adds what another counted by the same codebook.
    ///
    /// # Panics
    /// Where it was another codebook, of different size.
    pub fn merge(&mut self, other: Self) {
        self.frequencies.merge(other.frequencies);
        self.cooccurrence.merge(&other.cooccurrence);
    }

    /// Counts per participant, session type and code.
    pub fn frequencies(&self) -> &Frequencies {
        &self.frequencies
    }

    /// Which codes stand together.
    pub fn cooccurrence(&self) -> &Cooccurrence {
        &self.cooccurrence
    }
}

#[cfg(test)]
mod tests;
