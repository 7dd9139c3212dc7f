//! Dates as people write them, with what they leave open.
//!
//! Comes in: a name, a cell or a line. Goes out: [`FoundDate`]s; 3/8/22 has two readings, "20 Aug"
//! has no year, 2021-02-30 has no reading at all. It refuses to choose between readings.

mod numeric;
mod scan;
mod written;

use jiff::civil::{Date, Weekday};

use crate::model::reading::DateOrder;
use crate::text::Span;

pub(super) use scan::{Calendar, Place};

use super::words::words;

/// Years that a list's head may mean.
const LISTED_YEARS: std::ops::RangeInclusive<i16> = 1990..=2060;

/// A date of which parts may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Parts {
    /// The year.
    pub(super) year: Option<i16>,
    /// The month, from 1.
    pub(super) month: Option<i8>,
    /// The day of the month.
    pub(super) day: Option<i8>,
}

impl Parts {
    /// Year, month and day.
    pub(super) fn full(year: i16, month: i8, day: i8) -> Self {
        Self {
            year: Some(year),
            month: Some(month),
            day: Some(day),
        }
    }

    /// The date, if no part is missing and there is such a day.
    pub(super) fn date(self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day?).ok()
    }

    /// Whether there can be such a day.
    pub(super) fn is_possible(self) -> bool {
        // 2000 has a 29 February, so a date without year gets the benefit of the doubt.
        Date::new(
            self.year.unwrap_or(2000),
            self.month.unwrap_or(1),
            self.day.unwrap_or(1),
        )
        .is_ok()
    }

    /// Whether no part that both have differs.
    pub(super) fn agrees(self, other: Self) -> bool {
        fn same<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
            a.is_none() || b.is_none() || a == b
        }
        same(self.year.as_ref(), other.year.as_ref())
            && same(self.month.as_ref(), other.month.as_ref())
            && same(self.day.as_ref(), other.day.as_ref())
    }

    /// Its own parts, and the other's where it has none.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            year: self.year.or(other.year),
            month: self.month.or(other.month),
            day: self.day.or(other.day),
        }
    }

    /// How many parts it has.
    pub(super) fn count(self) -> usize {
        usize::from(self.year.is_some())
            + usize::from(self.month.is_some())
            + usize::from(self.day.is_some())
    }
}

/// In which order the numbers of a date were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// The writing leaves no choice: a month by name, a year of four digits first.
    Plain,
    /// Month, day, year.
    MonthFirst,
    /// Day, month, year.
    DayFirst,
    /// A year of two digits, month, day.
    YearFirst,
}

impl Order {
    /// Whether a study's order of day and month allows this one.
    pub(super) fn fits(self, order: DateOrder) -> bool {
        match self {
            Self::Plain | Self::YearFirst => true,
            Self::MonthFirst => order == DateOrder::MonthFirst,
            Self::DayFirst => order == DateOrder::DayFirst,
        }
    }
}

/// A date in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundDate {
    /// Where it stands.
    pub(super) span: Span,
    /// Its possible readings, no two of the same day; none where there is no such day.
    pub(super) readings: Vec<(Order, Parts)>,
    /// The order that it proves: a number over 12, or a weekday that fits only one reading.
    pub(super) proves: Option<DateOrder>,
    /// Whether a weekday or a month's name shows that it is a date.
    pub(super) is_named: bool,
    /// The weekday that stands beside it.
    pub(super) weekday: Option<Weekday>,
    /// As written.
    pub(super) written: String,
}

impl FoundDate {
    /// Keeps the readings that are possible and notes what they prove.
    pub(super) fn new(
        span: Span,
        text: &str,
        readings: Vec<(Order, Parts)>,
        weekday: Option<Weekday>,
    ) -> Self {
        let asked_both = has(&readings, Order::MonthFirst) && has(&readings, Order::DayFirst);
        let mut kept: Vec<_> = readings
            .into_iter()
            .filter(|(_, p)| p.is_possible())
            .collect();
        if let Some(weekday) = weekday {
            let on_it = |p: &Parts| p.date().is_some_and(|d| d.weekday() == weekday);
            if kept.iter().any(|(_, p)| on_it(p)) {
                kept.retain(|(_, p)| on_it(p));
            }
        }
        let month_first = has(&kept, Order::MonthFirst);
        let day_first = has(&kept, Order::DayFirst);
        let proves = match (month_first, day_first) {
            (true, false) if asked_both => Some(DateOrder::MonthFirst),
            (false, true) if asked_both && !has(&kept, Order::YearFirst) => {
                Some(DateOrder::DayFirst)
            }
            _ => None,
        };
        let mut distinct: Vec<(Order, Parts)> = Vec::new();
        for (order, parts) in kept {
            if distinct.iter().any(|(_, p)| *p == parts) {
                // 5/5/22 is one day in either order.
                for (known, _) in distinct.iter_mut().filter(|(_, p)| *p == parts) {
                    *known = Order::Plain;
                }
            } else {
                distinct.push((order, parts));
            }
        }
        Self {
            span,
            readings: distinct,
            proves,
            is_named: weekday.is_some() || span.slice(text).contains(char::is_alphabetic),
            weekday,
            written: span.slice(text).to_owned(),
        }
    }

    /// The only reading, if there is one.
    pub(super) fn only(&self) -> Option<Parts> {
        match self.readings.as_slice() {
            [(_, parts)] => Some(*parts),
            _ => None,
        }
    }

    /// Its month and year, where they leave no doubt: what a list's head says of its days.
    pub(super) fn month_only(self) -> Option<Self> {
        let parts = self
            .only()
            .filter(|p| p.year.is_some() && p.month.is_some())?;
        Some(Self {
            readings: vec![(Order::Plain, Parts { day: None, ..parts })],
            proves: None,
            ..self
        })
    }

    /// The one year that a list's head names, and nothing more: "all of 2021".
    pub(super) fn year_only(line: &str) -> Option<Self> {
        let all = words(line);
        let numbers = all.iter().filter(|w| w.is_number && w.text.len() == 4);
        let mut years = numbers.filter_map(|w| Some((w, w.text.parse::<i16>().ok()?)));
        let (word, year) = years.find(|(_, y)| LISTED_YEARS.contains(y))?;
        (!years.any(|(_, other)| other != year)).then(|| Self {
            written: word.text.clone(),
            span: word.span,
            readings: vec![(
                Order::Plain,
                Parts {
                    year: Some(year),
                    ..Parts::default()
                },
            )],
            proves: None,
            is_named: false,
            weekday: None,
        })
    }

    /// Whether every reading has year, month and day.
    pub(super) fn is_full(&self) -> bool {
        self.readings.iter().all(|(_, p)| p.count() == 3)
    }

    /// Whether it says of which day it is, but not of which year.
    pub(super) fn lacks_year(&self) -> bool {
        !self.readings.is_empty() && self.readings.iter().all(|(_, p)| p.year.is_none())
    }
}

fn has(readings: &[(Order, Parts)], order: Order) -> bool {
    readings.iter().any(|(o, _)| *o == order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(found: &FoundDate) -> String {
        let readings: Vec<String> = found
            .readings
            .iter()
            .map(|(_, p)| {
                let part = |v: Option<i32>| v.map_or("?".to_owned(), |v| format!("{v:02}"));
                format!(
                    "{}-{}-{}",
                    part(p.year.map(i32::from)),
                    part(p.month.map(i32::from)),
                    part(p.day.map(i32::from))
                )
            })
            .collect();
        readings.join("/")
    }

    #[test]
    #[allow(clippy::too_many_lines, reason = "one table")]
    fn dates_are_read_in_every_writing() {
        let rules = crate::codebook::reading::english().unwrap_or_else(|e| panic!("{e}"));
        let calendar = Calendar::new(&rules);
        let cases: &[(Place, &str, &str)] = &[
            (Place::Cell, "2022-03-08", "2022-03-08"),
            (Place::Cell, "2022-03-08 00:00:00", "2022-03-08"),
            (Place::Cell, "2021-10-20T21:15:00-05:00", "2021-10-20"),
            (Place::Cell, "3/8/22", "2022-03-08/2022-08-03"),
            (Place::Cell, "03-08-2022", "2022-03-08/2022-08-03"),
            (Place::Cell, "25.03.2022", "2022-03-25"),
            (Place::Cell, "5/5/2022", "2022-05-05"),
            (Place::Cell, "2021-02-30", ""),
            (Place::Cell, "13/13/2021", ""),
            (Place::Cell, "44327", "2021-05-11"),
            (Place::Cell, "44327.4375", "2021-05-11"),
            (Place::Cell, "1646697600", "2022-03-08"),
            (Place::Cell, "20220308", "2022-03-08"),
            (Place::Cell, "June 2021", "2021-06-?"),
            (Place::Cell, "20 Aug", "?-08-20"),
            (Place::Cell, "2021", "2021-?-?"),
            (Place::Cell, "3/2022", "2022-03-?"),
            (Place::Cell, "Wed Oct 27 2021", "2021-10-27"),
            (
                Place::Cell,
                "Tuesday, March 8, 2022 at 10:15 AM",
                "2022-03-08",
            ),
            (Place::Cell, "8th of March 2022", "2022-03-08"),
            (Place::Cell, "01-Dec-2021", "2021-12-01"),
            (Place::Cell, "8-Mar-22", "2022-03-08"),
            (Place::Cell, "2022 Mar 8", "2022-03-08"),
            (Place::Cell, "3 / 15 / 2022", "2022-03-15"),
            (Place::Line, "FEBRUARY 8TH 2022.", "2022-02-08"),
            (Place::Line, "Tues 3/8", "?-03-08/?-08-03"),
            (Place::Line, "Tues 3/8/22", "2022-03-08"),
            (Place::Line, "Sept. 3rd, 2021", "2021-09-03"),
            (Place::Line, "Mar '22", "2022-03-?"),
            (Place::Line, "8 Mar 22", "2022-03-08"),
            (Place::Line, "March 8, 53 min", "?-03-08"),
            (Place::Line, "may 5 people came", ""),
            (
                Place::Line,
                "BP 118/74 HR 71 at 10:31, 2.4 mg/kg, 2-3 days",
                "",
            ),
            (Place::Line, "call 206-555-0142 or 555-12-3456", ""),
            (Place::Line, "PHQ-9 14, GAD-7 12", ""),
            (Place::Name, "KS1_012522", "2022-01-25"),
            (Place::Name, "IS8_060822", "2022-06-08/2022-08-06"),
            (Place::Name, "3-1-22", "2022-03-01/2022-01-03"),
            (
                Place::Name,
                "KS 3-2-23 RN monitoring",
                "2023-03-02/2023-02-03",
            ),
            (Place::Name, "2022_03_08_P01_IS", "2022-03-08"),
            (Place::Name, "P01_03_18_2022", "2022-03-18"),
            (Place::Name, "P01 03 18 22", "2022-03-18"),
            (Place::Name, "P01-2022.3.8-is2", "2022-03-08"),
            (Place::Name, "20220308_P01", "2022-03-08"),
            (Place::Name, "03182022 dosing", "2022-03-18"),
            (Place::Name, "220331 kap", "2022-03-31"),
            (Place::Name, "08Mar2022", "2022-03-08"),
            (Place::Name, "lactation fu Apr 19 2022", "2022-04-19"),
            (
                Place::Name,
                "Nov 12 2021 - integration (video)",
                "2021-11-12",
            ),
            (Place::Name, "note18", ""),
            (Place::Name, "P02 session 3 of 12", ""),
            (Place::Name, "HS-0611", ""),
            (Place::Name, "2022", "2022-?-?"),
            (Place::Name, "2022-03", "2022-03-?"),
            (Place::Name, "emr_export_2021-22", "2021-?-?"),
        ];
        for (place, text, expected) in cases {
            let found: Vec<String> = calendar.find(text, *place).iter().map(show).collect();
            assert_eq!(found.join(" "), *expected, "{text}");
        }
    }
}
