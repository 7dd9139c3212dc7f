//! Rows that are pieces of one note, as record programs export long texts: a line each, in order.
//!
//! Comes in: drafts of a table's rows. Goes out: one draft a note. It refuses to join rows that say
//! another participant or day, or whose order does not go on.

use crate::model::reading::Role;

use super::columns::Columns;
use super::delimited::Row;
use super::gather::Draft;

/// The last row's note, which the next row may go on with.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    last: Option<(Draft, f64)>,
    /// How many rows went on with the note before them.
    pub(crate) joined: usize,
}

impl Pieces {
    /// Where a row stands in its note, if the table says so.
    pub(crate) fn order_of(columns: &Columns, row: &Row) -> Option<f64> {
        let role = |wanted: Role| columns.roles.iter().position(|r| *r == Some(wanted));
        if role(Role::Speaker).is_some() {
            return None;
        }
        let cell = row.cells.get(role(Role::Order)?)?;
        cell.trim().parse().ok()
    }

    /// Takes a row's note; gives back the one before, if the row does not go on with it.
    pub(crate) fn add(&mut self, draft: Draft, order: f64, bytes_max: usize) -> Option<Draft> {
        if let Some((last, at)) = &mut self.last
            && *at < order
            && last.text.len() + draft.text.len() <= bytes_max
            && is_of_one(last, &draft)
        {
            last.text.push('\n');
            last.text.push_str(&draft.text);
            last.warnings.extend(draft.warnings);
            last.damaged |= draft.damaged;
            *at = order;
            self.joined += 1;
            return None;
        }
        self.last.replace((draft, order)).map(|(draft, _)| draft)
    }

    /// The note that waits for a next piece.
    pub(crate) fn finish(&mut self) -> Option<Draft> {
        self.last.take().map(|(draft, _)| draft)
    }
}

/// Whether two rows have one note's id, and say the same of it.
fn is_of_one(first: &Draft, second: &Draft) -> bool {
    let about = |draft: &Draft| -> Vec<(Role, String)> {
        let columns = draft.clues.columns.iter();
        columns
            .filter(|(role, _)| matches!(role, Role::Participant | Role::Date))
            .cloned()
            .collect()
    };
    first.given_id.is_some() && first.given_id == second.given_id && about(first) == about(second)
}
