//! Days as spreadsheet programs write them.
//!
//! Comes in: a cell. Goes out: `YYYY-MM-DD`. Refuses to guess: what can be read in two ways or in none stays
//! as it is.

use jiff::Span;
use jiff::civil::{Date, date};

/// The day read last: rows of one sitting have the same.
#[derive(Debug, Default)]
pub(super) struct Days {
    cell: String,
    day: String,
    /// Whether it is one, or nothing is written.
    pub(super) is_day: bool,
}

impl Days {
    pub(super) fn read(&mut self, cell: &str) -> String {
        if self.cell != cell || cell.is_empty() {
            cell.clone_into(&mut self.cell);
            self.day = day(cell);
            self.is_day = cell.is_empty() || self.day.parse::<Date>().is_ok();
        }
        self.day.clone()
    }
}

/// A day as spreadsheets write it, as `YYYY-MM-DD`; what can be read in two ways or in none stays as it is.
fn day(cell: &str) -> String {
    let numbers: Vec<&str> = cell
        .split(['.', '/', '-', ' ', 'T'])
        .filter(|n| !n.is_empty())
        .collect();
    let number = |at: usize| numbers.get(at).and_then(|n| n.parse::<i32>().ok());
    let found = match (number(0), number(1), number(2)) {
        (Some(y), Some(m), Some(d)) if y >= 1900 => ymd(y, m, d),
        (Some(a), Some(b), Some(y)) => {
            let year = if y < 100 { 2000 + y } else { y };
            match (ymd(year, b, a), ymd(year, a, b)) {
                // A point stands between day, month and year in that order.
                (Some(day), _) if cell.contains('.') => Some(day),
                (Some(one), Some(other)) => (one == other).then_some(one),
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
            assert_eq!(day(cell), read, "{cell}");
        }
    }
}
