//! Who put which unit in which category.

use super::estimate::WhyUndefined;

/// How the categories relate to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Names only.
    Nominal,
    /// An order.
    Ordinal,
    /// Numbers whose differences mean something.
    Interval,
    /// Numbers whose ratios mean something.
    Ratio,
}

/// Units in rows, coders in columns; an empty place is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratings {
    coders: usize,
    /// All categories of the codebook, used or not.
    categories: usize,
    /// The number that each category stands for.
    numbers: Option<Vec<f64>>,
    /// Units that somebody rated.
    units: Vec<Vec<Option<usize>>>,
    dropped: usize,
}

impl Ratings {
    /// Takes ratings as category indices; units that nobody rated are dropped and counted.
    pub fn new(coders: usize, categories: usize, units: Vec<Vec<Option<usize>>>) -> Self {
        let all = units.len();
        let units: Vec<_> = units
            .into_iter()
            .filter(|unit| unit.iter().any(Option::is_some))
            .collect();
        let dropped = all - units.len();
        Self {
            coders,
            categories: categories.max(1),
            numbers: None,
            units,
            dropped,
        }
    }

    /// Says which number each category stands for.
    #[must_use]
    pub fn with_numbers(mut self, numbers: Vec<f64>) -> Self {
        self.numbers = (numbers.len() == self.categories).then_some(numbers);
        self
    }

    /// How many coders there are.
    pub fn coders(&self) -> usize {
        self.coders
    }

    /// How many categories the codebook has.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// The numbers of the categories.
    pub fn numbers(&self) -> Option<&[f64]> {
        self.numbers.as_deref()
    }

    /// Units with at least one rating.
    pub fn units(&self) -> &[Vec<Option<usize>>] {
        &self.units
    }

    /// Units that nobody rated.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Per unit, how many coders chose each category.
    pub fn counts(&self) -> Vec<Vec<f64>> {
        let count = |unit: &Vec<Option<usize>>| {
            let mut counts = vec![0.0; self.categories];
            for &category in unit.iter().flatten() {
                if let Some(place) = counts.get_mut(category) {
                    *place += 1.0;
                }
            }
            counts
        };
        self.units.iter().map(count).collect()
    }

    /// The ratings of two coders on the units that both rated.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        self.units
            .iter()
            .filter_map(|unit| match unit.as_slice() {
                [Some(a), Some(b)] => Some((*a, *b)),
                _ => None,
            })
            .collect()
    }

    /// Why nothing at all can be said, if so.
    pub(super) fn nothing_to_compare(&self) -> Option<WhyUndefined> {
        if self.coders < 2 {
            return Some(WhyUndefined::SingleCoder);
        }
        let pairable = self.units.iter().any(|u| u.iter().flatten().count() > 1);
        (!pairable).then_some(WhyUndefined::NoPairableUnit)
    }
}
