//! Which order of day and month, which year: from the same file, folder and study.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::corpus::{Bases, Basis, Sourced};
use crate::model::reading::DateOrder;

use super::super::Attributed;
use super::super::clues::{RawNote, Recognised};
use super::super::dates::{FoundDate, Order, Parts};
use super::{SettleOptions, folder_of, turns, years};

/// A date further from the study's median than this is implausible.
const FAR_DAYS: i32 = 20 * 366;
/// Years outside of this range are implausible in any study.
const YEARS: std::ops::RangeInclusive<i16> = 1950..=2099;

/// What the dates of a place prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Proof {
    month_first: bool,
    day_first: bool,
}

impl Proof {
    fn add(&mut self, order: DateOrder) {
        match order {
            DateOrder::MonthFirst => self.month_first = true,
            DateOrder::DayFirst => self.day_first = true,
        }
    }

    fn is_empty(self) -> bool {
        !self.month_first && !self.day_first
    }

    fn only(self) -> Option<DateOrder> {
        match (self.month_first, self.day_first) {
            (true, false) => Some(DateOrder::MonthFirst),
            (false, true) => Some(DateOrder::DayFirst),
            _ => None,
        }
    }
}

/// What is proved by files, folders and the study.
#[derive(Debug, Default)]
struct Proofs<'s> {
    told: Option<DateOrder>,
    files: BTreeMap<&'s str, Proof>,
    bodies: BTreeMap<&'s str, Proof>,
    folders: BTreeMap<&'s str, Proof>,
    study: Proof,
}

/// The order that holds for a source, or why there is none.
enum Held {
    Order(DateOrder),
    Mixed(&'static str),
    Nothing,
}

impl<'s> Proofs<'s> {
    fn new(raws: &'s [RawNote], said: &[Attributed], told: Option<DateOrder>) -> Self {
        let mut proofs = Self {
            told,
            ..Self::default()
        };
        for (raw, note) in raws.iter().zip(said) {
            let source = raw.source.as_ref();
            for order in note_proofs(note) {
                proofs.files.entry(source).or_default().add(order);
                proofs
                    .folders
                    .entry(folder_of(source))
                    .or_default()
                    .add(order);
                proofs.study.add(order);
            }
            for order in &note.body_proves {
                proofs.bodies.entry(source).or_default().add(*order);
            }
        }
        proofs
    }

    /// The study file's order, else that of the nearest place that proves any.
    fn held(&self, source: &str) -> Held {
        if let Some(order) = self.told {
            return Held::Order(order);
        }
        let file = self.files.get(source).copied().unwrap_or_default();
        let body = self.bodies.get(source).copied().unwrap_or_default();
        let folder = self
            .folders
            .get(folder_of(source))
            .copied()
            .unwrap_or_default();
        // Dates in a note's text speak only where they speak with one voice.
        let body = if body.only().is_some() {
            body
        } else {
            Proof::default()
        };
        let places = [
            (file, "file"),
            (body, "file"),
            (folder, "folder"),
            (self.study, "study"),
        ];
        match places.into_iter().find(|(proof, _)| !proof.is_empty()) {
            Some((proof, place)) => proof.only().map_or(Held::Mixed(place), Held::Order),
            None => Held::Nothing,
        }
    }
}

/// The orders that a note's own dates prove, also by agreeing with each other.
fn note_proofs(note: &Attributed) -> Vec<DateOrder> {
    let mut out: Vec<DateOrder> = note.dates.iter().filter_map(|(_, d)| d.proves).collect();
    let plain: Vec<Parts> = note
        .dates
        .iter()
        .filter_map(|(_, d)| d.only())
        .filter(|p| p.count() == 3)
        .collect();
    for (_, date) in note.dates.iter().filter(|(_, d)| d.readings.len() > 1) {
        let fitting: Vec<Order> = date
            .readings
            .iter()
            .filter(|(_, p)| p.count() == 3 && plain.contains(p))
            .map(|(order, _)| *order)
            .collect();
        match fitting.as_slice() {
            [Order::MonthFirst] => out.push(DateOrder::MonthFirst),
            [Order::DayFirst] => out.push(DateOrder::DayFirst),
            _ => {}
        }
    }
    out
}

/// What a date comes down to under the order that holds.
enum Reading {
    Parts(Parts),
    Impossible,
    Open(String),
}

/// Gives each note its date.
pub(super) fn settle(
    raws: &[RawNote],
    said: &[Attributed],
    options: SettleOptions,
    out: &mut [Recognised],
) {
    let proofs = Proofs::new(raws, said, options.date_order);
    let years = YearRange::new(said);
    let mut partial: Vec<Option<(Parts, Basis)>> = vec![None; out.len()];
    for (((raw, note), recognised), slot) in
        raws.iter().zip(said).zip(out.iter_mut()).zip(&mut partial)
    {
        let told = note.told_order.map(Held::Order);
        let held = told.unwrap_or_else(|| proofs.held(&raw.source));
        *slot = settle_one(note, &held, &years, recognised);
    }
    turns::turn(raws, said, out);
    years::complete(raws, &partial, out);
}

/// Settles one note's date; returns what is known of one that stays incomplete.
fn settle_one(
    note: &Attributed,
    held: &Held,
    years: &YearRange,
    out: &mut Recognised,
) -> Option<(Parts, Basis)> {
    let mut read: Vec<(Basis, Reading, &str)> = note
        .dates
        .iter()
        .map(|(basis, date)| (*basis, reading(date, held, years), date.written.as_str()))
        .collect();
    drop_strays(&mut read, &note.dates);
    let (basis, first, written) = read.first()?;
    out.date_order = order_used(note, held, first);
    let own = match first {
        Reading::Parts(parts) => *parts,
        Reading::Impossible => {
            out.warnings
                .push(format!("there is no such day: {written}"));
            return None;
        }
        Reading::Open(why) => {
            // Another source may leave no doubt about the same day.
            let ambiguous = &note.dates.first()?.1.readings;
            let agreeing = read.iter().skip(1).find_map(|(b, r, _)| match r {
                Reading::Parts(p)
                    if p.count() == 3 && ambiguous.iter().any(|(_, o)| o.agrees(*p)) =>
                {
                    Some((*b, *p))
                }
                _ => None,
            });
            let Some((other, parts)) = agreeing else {
                out.warnings.push(why.clone());
                return None;
            };
            out.date = Sourced {
                value: parts.date(),
                basis: both(*basis, other),
            };
            return None;
        }
    };
    let mut bases = Bases::from(*basis);
    let mut whole = own;
    for (other, reading, _) in read.iter().skip(1) {
        let Reading::Parts(parts) = reading else {
            continue;
        };
        if whole.count() < 3 && whole.agrees(*parts) && whole.or(*parts).count() > whole.count() {
            whole = whole.or(*parts);
            bases.completed_by(*other);
        } else if !whole.agrees(*parts) && *other != Basis::Text && parts.count() > 1 {
            let (strong, weak) = (basis.as_str(), other.as_str());
            let (a, b) = (show(whole), show(*parts));
            out.warnings
                .push(format!("{strong} says {a}, {weak} says {b}"));
            break;
        }
    }
    match whole.date() {
        Some(date) => {
            out.date = Sourced {
                value: Some(date),
                basis: bases,
            };
            None
        }
        None if whole.count() == 3 => {
            out.warnings
                .push(format!("there is no such day: {}", show(whole)));
            None
        }
        None => Some((whole, *basis)),
    }
}

/// The order that settled a date whose writing left a choice.
fn order_used(note: &Attributed, held: &Held, first: &Reading) -> Option<DateOrder> {
    let (Held::Order(order), Reading::Parts(_)) = (held, first) else {
        return None;
    };
    let had_choice = note.dates.iter().any(|(_, d)| d.readings.len() > 1);
    had_choice.then_some(*order)
}

/// A basis, completed by another.
pub(super) fn both(first: Basis, second: Basis) -> Bases {
    let mut bases = Bases::from(first);
    bases.completed_by(second);
    bases
}

/// Drops a day without year of a title line that disagrees with a full date of another source: it
/// is more likely a score or a fraction.
fn drop_strays(read: &mut Vec<(Basis, Reading, &str)>, dates: &[(Basis, FoundDate)]) {
    let is_stray = |(basis, reading, _): &(Basis, Reading, &str)| {
        let Reading::Parts(parts) = reading else {
            return false;
        };
        let full = || {
            dates
                .iter()
                .filter(|(_, d)| d.is_full() && !d.readings.is_empty())
        };
        let agrees = |d: &FoundDate| d.readings.iter().any(|(_, p)| parts.agrees(*p));
        *basis == Basis::Header
            && parts.year.is_none()
            && full().next().is_some()
            && !full().any(|(_, d)| agrees(d))
    };
    while read.len() > 1 && read.first().is_some_and(is_stray) {
        read.remove(0);
    }
}

fn reading(date: &FoundDate, held: &Held, years: &YearRange) -> Reading {
    let mut open: Vec<(Order, Parts)> = date.readings.clone();
    // 22-03-08 and 120815: a reading whose year is none of the study's is left.
    let differ = open.iter().any(|(_, p)| p.year != open[0].1.year);
    if differ {
        narrow(&mut open, |(_, p)| years.has(*p));
    }
    if let Held::Order(order) = held {
        narrow(&mut open, |(o, _)| o.fits(*order));
        narrow(&mut open, |(o, _)| *o != Order::YearFirst);
    }
    match open.as_slice() {
        [] => Reading::Impossible,
        [(_, parts)] => Reading::Parts(*parts),
        _ => {
            let shown: Vec<String> = open.iter().map(|(_, p)| show(*p)).collect();
            let why = match held {
                Held::Mixed(place) => format!("the {place} has dates of both orders"),
                Held::Order(_) | Held::Nothing => {
                    "nothing tells the order of day and month".to_owned()
                }
            };
            let written = &date.written;
            Reading::Open(format!(
                "{written} may be {}: {why}; date_order in study.toml settles it",
                shown.join(" or ")
            ))
        }
    }
}

/// Keeps the readings that fit, if any does.
fn narrow(open: &mut Vec<(Order, Parts)>, fits: impl Fn(&(Order, Parts)) -> bool) {
    if open.len() > 1 && open.iter().any(&fits) {
        open.retain(fits);
    }
}

pub(super) fn show(parts: Parts) -> String {
    let year = parts.year.map_or("????".to_owned(), |y| format!("{y:04}"));
    let part = |p: Option<i8>| p.map_or("??".to_owned(), |p| format!("{p:02}"));
    format!("{year}-{}-{}", part(parts.month), part(parts.day))
}

/// The years of the study's dates that leave no doubt.
struct YearRange {
    years: Option<(i16, i16)>,
}

impl YearRange {
    fn new(said: &[Attributed]) -> Self {
        let firsts = said
            .iter()
            .filter_map(|note| note.dates.iter().find_map(|(_, d)| d.only()));
        let mut years: Vec<i16> = firsts.filter_map(|p| p.year).collect();
        years.sort_unstable();
        // The outer tenth on each side may be slips.
        let cut = years.len() / 10;
        let low = years.get(cut).copied();
        let high = years
            .len()
            .checked_sub(cut + 1)
            .and_then(|at| years.get(at).copied());
        Self {
            years: low.zip(high),
        }
    }

    fn has(&self, parts: Parts) -> bool {
        let (Some((low, high)), Some(year)) = (self.years, parts.year) else {
            return false;
        };
        (low - 1..=high + 1).contains(&year)
    }
}

/// Warns of dates that cannot be a note's; says which dates can.
pub(super) fn flag(out: &mut [Recognised], today: Option<Date>) -> Vec<bool> {
    let mut dates: Vec<Date> = out.iter().filter_map(|n| n.date.value).collect();
    dates.sort_unstable();
    let median = dates
        .get(dates.len() / 2)
        .copied()
        .filter(|_| dates.len() > 2);
    out.iter_mut()
        .map(|note| {
            let Some(date) = note.date.value else {
                return false;
            };
            let far = median.is_some_and(|m| {
                m.since(date)
                    .is_ok_and(|span| span.get_days().abs() > FAR_DAYS)
            });
            let is_late = today.is_some_and(|today| date > today);
            let why = if is_late {
                "is still to come"
            } else if !YEARS.contains(&date.year()) || far {
                "is implausible, far from the study's other dates"
            } else {
                return true;
            };
            note.warnings
                .push(format!("the date {date} {why}; it has no day number"));
            false
        })
        .collect()
}
