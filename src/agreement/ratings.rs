//! Who put which unit in which category.

use std::collections::BTreeMap;

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

/// What the coders said of a unit (an empty place is missing), and how many units are rated so.
#[derive(Debug, Clone, PartialEq)]
pub struct Rated {
    /// Each coder's category.
    pub by_coder: Vec<Option<usize>>,
    /// How many units these ratings stand for.
    pub times: f64,
}

impl Rated {
    /// How many coders chose each category.
    pub(super) fn counts(&self, categories: usize) -> Vec<f64> {
        let mut counts = vec![0.0; categories];
        for &category in self.by_coder.iter().flatten() {
            if let Some(place) = counts.get_mut(category) {
                *place += 1.0;
            }
        }
        counts
    }
}

/// The ratings of all units. Units rated alike are held once, so a million characters cost little.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratings {
    coders: usize,
    /// All categories of the codebook, used or not.
    categories: usize,
    /// The number that each category stands for.
    numbers: Option<Vec<f64>>,
    /// Units that somebody rated.
    units: Vec<Rated>,
    dropped: u64,
}

impl Ratings {
    /// Takes ratings as category indices; units that nobody rated are dropped and counted.
    pub fn new(coders: usize, categories: usize, units: Vec<Vec<Option<usize>>>) -> Self {
        Self::counted(coders, categories, units.into_iter().map(|unit| (unit, 1)))
    }

    /// Takes ratings with the number of units that are rated so.
    pub fn counted(
        coders: usize,
        categories: usize,
        units: impl IntoIterator<Item = (Vec<Option<usize>>, u64)>,
    ) -> Self {
        let units = units.into_iter();
        let units = units.map(|(unit, times)| (unit, times as f64, times));
        Self::summed(coders, categories, units)
    }

    /// Takes ratings with what each unit weighs; the weights' mean should be 1.
    pub fn weighed(
        coders: usize,
        categories: usize,
        units: impl IntoIterator<Item = (Vec<Option<usize>>, f64)>,
    ) -> Self {
        let units = units.into_iter().map(|(unit, weight)| (unit, weight, 1));
        Self::summed(coders, categories, units)
    }

    fn summed(
        coders: usize,
        categories: usize,
        units: impl Iterator<Item = (Vec<Option<usize>>, f64, u64)>,
    ) -> Self {
        let mut alike: BTreeMap<Vec<Option<usize>>, f64> = BTreeMap::new();
        let mut dropped = 0;
        for (unit, weight, times) in units {
            if unit.iter().any(Option::is_some) {
                *alike.entry(unit).or_default() += weight;
            } else {
                dropped += times;
            }
        }
        let units = alike
            .into_iter()
            .filter(|&(_, times)| times > 0.0)
            .map(|(by_coder, times)| Rated { by_coder, times })
            .collect();
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

    /// Units with at least one rating, those rated alike together.
    pub fn units(&self) -> &[Rated] {
        &self.units
    }

    /// How many units have at least one rating.
    pub fn n(&self) -> f64 {
        self.units.iter().map(|unit| unit.times).sum()
    }

    /// How many units nobody rated.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Only the units that all coders rated.
    #[must_use]
    pub fn complete(&self) -> Self {
        let all = |unit: &&Rated| unit.by_coder.iter().all(Option::is_some);
        Self {
            units: self.units.iter().filter(all).cloned().collect(),
            ..self.clone()
        }
    }

    /// The same units drawn anew: `draw` is given how often each pattern of ratings comes and says
    /// how often it comes now.
    #[must_use]
    pub(super) fn redrawn(&self, draw: impl FnOnce(&[f64]) -> Vec<u64>) -> Self {
        let times: Vec<f64> = self.units.iter().map(|unit| unit.times).collect();
        let drawn = self.units.iter().zip(draw(&times));
        let units = drawn
            .filter(|(_, times)| *times > 0)
            .map(|(unit, times)| Rated {
                by_coder: unit.by_coder.clone(),
                times: times as f64,
            });
        Self {
            units: units.collect(),
            numbers: self.numbers.clone(),
            ..*self
        }
    }

    /// Why nothing at all can be said, if so.
    pub(super) fn nothing_to_compare(&self) -> Option<WhyUndefined> {
        if self.coders < 2 {
            return Some(WhyUndefined::SingleCoder);
        }
        let pairable = self
            .units
            .iter()
            .any(|u| u.by_coder.iter().flatten().count() > 1);
        (!pairable).then_some(WhyUndefined::NoPairableUnit)
    }
}
