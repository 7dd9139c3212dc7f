//! Percent agreement.

use super::estimate::Estimate;
use super::ratings::Ratings;

/// The share of pairs of ratings that agree, averaged over units with two ratings or more.
///
/// Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., ch. 5:
/// `p_a = mean_i sum_k r_ik (r_ik - 1) / (r_i (r_i - 1))`; variance over all rated units.
pub fn percent_agreement(ratings: &Ratings) -> Estimate {
    if let Some(why) = ratings.nothing_to_compare() {
        return Estimate::undefined(why);
    }
    let observed = Observed::new(&ratings.counts());
    let n = observed.per_unit.len() as f64;
    let scale = n / observed.pairable;
    let sum: f64 = observed
        .per_unit
        .iter()
        .map(|p| (scale * p.unwrap_or(0.0) - observed.value).powi(2))
        .sum();
    Estimate::with_t(observed.value, sum / (n * (n - 1.0)), n - 1.0, (0.0, 1.0))
}

/// Observed agreement, per unit and in all.
pub(super) struct Observed {
    /// None for units with one rating.
    pub(super) per_unit: Vec<Option<f64>>,
    /// Units with two ratings or more.
    pub(super) pairable: f64,
    /// The mean over those.
    pub(super) value: f64,
}

impl Observed {
    pub(super) fn new(counts: &[Vec<f64>]) -> Self {
        let agreement = |unit: &Vec<f64>| {
            let all: f64 = unit.iter().sum();
            let same: f64 = unit.iter().map(|r| r * (r - 1.0)).sum();
            (all > 1.5).then(|| same / (all * (all - 1.0)))
        };
        let per_unit: Vec<Option<f64>> = counts.iter().map(agreement).collect();
        let pairable = per_unit.iter().flatten().count() as f64;
        let value = per_unit.iter().flatten().sum::<f64>() / pairable;
        Self {
            per_unit,
            pairable,
            value,
        }
    }
}
