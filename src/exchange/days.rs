//! Days as spreadsheet programs write them.
//!
//! Comes in: a cell, and what the column's other cells prove of the order of day and month. Goes out:
//! `YYYY-MM-DD`. Refuses to guess: what can be read in two ways or in none stays as it is.

use jiff::Span;
use jiff::civil::{Date, date};

use crate::model::reading::DateOrder;

/// The day read last: rows of one sitting have the same.
#[derive(Debug, Default)]
pub(super) struct Days {
    cell: String,
    day: String,
    /// The order that every proof in the column speaks for.
    order: Option<DateOrder>,
    /// Whether it is one, or nothing is written.
    pub(super) is_day: bool,
}

impl Days {
    /// For a column: one cell with a number over 12 settles the others, two that contradict each other
    /// settle nothing.
    pub(super) fn of_column<'c>(cells: impl Iterator<Item = &'c str>) -> Self {
        let mut proofs = cells.filter_map(proof);
        let first = proofs.next();
        Self {
            order: first.filter(|first| proofs.all(|other| other == *first)),
            ..Self::default()
        }
    }

    pub(super) fn read(&mut self, cell: &str) -> String {
        if self.cell != cell || cell.is_empty() {
            cell.clone_into(&mut self.cell);
            self.day = day(cell, self.order);
            self.is_day = cell.is_empty() || self.day.parse::<Date>().is_ok();
        }
        self.day.clone()
    }
}

/// A day as spreadsheets write it, as `YYYY-MM-DD`; what can be read in two ways or in none stays as it is.
fn day(cell: &str, order: Option<DateOrder>) -> String {
    let numbers = numbers(cell);
    let number = |at: usize| numbers.get(at).and_then(|n| n.parse::<i32>().ok());
    let found = match (number(0), number(1), number(2)) {
        (Some(y), Some(m), Some(d)) if y >= 1900 => ymd(y, m, d),
        (Some(a), Some(b), Some(y)) => {
            let year = if y < 100 { 2000 + y } else { y };
            match (ymd(year, b, a), ymd(year, a, b)) {
                // A point stands between day, month and year in that order.
                (Some(day), _) if cell.contains('.') => Some(day),
                (Some(one), Some(other)) => match order {
                    _ if one == other => Some(one),
                    Some(DateOrder::DayFirst) => Some(one),
                    Some(DateOrder::MonthFirst) => Some(other),
                    _ => None,
                },
                (one, other) => one.or(other),
            }
        }
        // Days since the end of 1899, as Excel counts them.
        (Some(serial), None, None) if serial > 30_000 && numbers.len() == 1 => date(1899, 12, 30)
            .checked_add(Span::new().days(serial))
            .ok(),
        _ => None,
    };
    found.map_or_else(|| cell.to_owned(), |day| day.to_string())
}

fn numbers(cell: &str) -> Vec<&str> {
    cell.split(['.', '/', '-', ' ', 'T'])
        .filter(|n| !n.is_empty())
        .collect()
}

/// The order of day and month that a cell can only have.
fn proof(cell: &str) -> Option<DateOrder> {
    let numbers = numbers(cell);
    let number = |at: usize| numbers.get(at).and_then(|n| n.parse::<i32>().ok());
    match (number(0)?, number(1)?, number(2)?) {
        _ if cell.contains('.') => None,
        (13..=31, 1..=12, _) => Some(DateOrder::DayFirst),
        (1..=12, 13..=31, _) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

fn ymd(year: i32, month: i32, day: i32) -> Option<Date> {
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_spreadsheets_write_them_and_never_guessed() {
        for (cell, read) in [
            ("2026-11-29", "2026-11-29"),
            ("2026-11-29 14:05:00", "2026-11-29"),
            ("29.11.2026", "2026-11-29"),
            ("3.4.26", "2026-04-03"),
            ("11/29/26", "2026-11-29"),
            ("29/11/2026", "2026-11-29"),
            ("4/4/2026", "2026-04-04"),
            ("46355", "2026-11-29"),
            ("3/4/2026", "3/4/2026"),
            ("soon", "soon"),
            ("", ""),
        ] {
            assert_eq!(day(cell, None), read, "{cell}");
        }
    }

    #[test]
    fn one_day_over_twelve_settles_its_column_and_two_that_differ_settle_nothing() {
        let read = |cells: &[&str]| Days::of_column(cells.iter().copied()).read("3/11/2026");
        assert_eq!(read(&["3/11/2026", "30/11/2026", "5.1.2026"]), "2026-11-03");
        assert_eq!(read(&["3/11/2026", "11/20/2026"]), "2026-03-11");
        assert_eq!(read(&["30/11/2026", "11/20/2026"]), "3/11/2026");
    }
}
