//! What a column of a plain table holds, and its cells as that.
//!
//! Comes in: the values that a column is to hold. Goes out: the narrowest kind that takes all of
//! them. Refuses: to make a number of what would not be the same afterwards, such as `007` or a
//! number of twenty digits.

use jiff::civil::Date;

use super::flat::FlatCell;

/// Whole numbers up to here are the same in every program, Excel and SPSS included.
const WHOLE_MAX: u64 = 1 << 53;

/// Digits that a decimal number keeps.
const DIGITS_MAX: usize = 15;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlatKind {
    /// Words.
    Text,
    /// Whole numbers.
    Number,
    /// Numbers.
    Decimal,
    /// Days.
    Date,
    /// `true` or `false`.
    TrueFalse,
    /// 0 or 1.
    ZeroOne,
}

/// A cell as its column's kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Typed<'c> {
    Text(&'c str),
    Number(i64),
    Decimal(f64),
    Date(Date),
    TrueFalse(bool),
    Empty,
}

impl FlatKind {
    /// The narrowest kind that takes all values; empty ones say nothing, and where all are empty it
    /// is text.
    pub(super) fn of<'v>(values: impl Iterator<Item = &'v str>) -> Self {
        let mut narrowest = Narrowest::default();
        values.for_each(|v| narrowest.see(v));
        narrowest.kind()
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Decimal | Self::ZeroOne)
    }

    /// What the data dictionary calls it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "whole number",
            Self::Decimal => "number",
            Self::Date => "date",
            Self::TrueFalse => "true or false",
            Self::ZeroOne => "0 or 1",
        }
    }

    /// A cell as this kind; none where it is of another.
    pub(super) fn typed(self, cell: &FlatCell) -> Option<Typed<'_>> {
        match cell {
            FlatCell::Empty => Some(Typed::Empty),
            FlatCell::Number(number) => Some(Typed::Number(*number)),
            FlatCell::Text(text) => self.read(text),
        }
    }

    fn read(self, text: &str) -> Option<Typed<'_>> {
        match self {
            Self::Text => Some(Typed::Text(text)),
            Self::Number | Self::ZeroOne => whole(text).map(Typed::Number),
            Self::Decimal => decimal(text).map(Typed::Decimal),
            Self::Date => day(text).map(Typed::Date),
            Self::TrueFalse => match text {
                "true" => Some(Typed::TrueFalse(true)),
                "false" => Some(Typed::TrueFalse(false)),
                _ => None,
            },
        }
    }
}

/// Finds what a column holds while its values pass.
#[derive(Debug)]
pub(super) struct Narrowest {
    /// Kinds that take all values so far, the narrowest first.
    takes_all: Vec<FlatKind>,
    is_told: bool,
}

impl Default for Narrowest {
    fn default() -> Self {
        use FlatKind::{Date, Decimal, Number, TrueFalse};
        Self {
            takes_all: vec![Number, Decimal, Date, TrueFalse],
            is_told: false,
        }
    }
}

impl Narrowest {
    /// A value passes.
    pub(super) fn see(&mut self, value: &str) {
        if !value.is_empty() {
            self.is_told = true;
            self.takes_all.retain(|kind| kind.read(value).is_some());
        }
    }

    /// What all values so far are.
    pub(super) fn kind(&self) -> FlatKind {
        let narrowest = self.takes_all.first().filter(|_| self.is_told);
        narrowest.copied().unwrap_or(FlatKind::Text)
    }
}

/// A whole number that is written as numbers are.
fn whole(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number.unsigned_abs() <= WHOLE_MAX && number.to_string() == text).then_some(number)
}

/// A number that is written as numbers are, with a point or without.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (before, behind) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_padded = before.len() > 1 && before.starts_with('0');
    let is_sound = are_digits(before) && are_digits(behind) && !is_padded;
    if !is_sound || before.len() + behind.len() > DIGITS_MAX {
        return None;
    }
    text.parse().ok()
}

/// A day as `YYYY-MM-DD`.
fn day(text: &str) -> Option<Date> {
    let day: Date = text.parse().ok()?;
    (day.to_string() == text).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_what_all_its_values_are() {
        let check = |values: &[&str], kind| {
            assert_eq!(FlatKind::of(values.iter().copied()), kind, "{values:?}");
        };
        check(&["31", "", "-4"], FlatKind::Number);
        check(&["31", "2.50", "-0.5"], FlatKind::Decimal);
        check(&["2021-06-01", "1999-12-31"], FlatKind::Date);
        check(&["true", "false", ""], FlatKind::TrueFalse);
        check(&["", ""], FlatKind::Text);
        // What would not be the same afterwards stays what it is.
        check(&["007", "12"], FlatKind::Text);
        check(&["12345678901234567890"], FlatKind::Text);
        check(&["1.2345678901234567"], FlatKind::Text);
        check(&["1,5"], FlatKind::Text);
        check(&["1e5"], FlatKind::Text);
        check(&["+5"], FlatKind::Text);
        check(&["inf"], FlatKind::Text);
        check(&["2021-06-01", "June 2021"], FlatKind::Text);
        check(&["20210601T00", "2021-06-01T12:00:00"], FlatKind::Text);
        check(&["true", "yes"], FlatKind::Text);
        check(&["31", "none"], FlatKind::Text);
    }
}
