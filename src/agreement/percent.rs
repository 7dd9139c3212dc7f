//! Percent agreement.

use super::cohen::Weights;
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
    let observed = Observed::new(ratings);
    let n = observed.n;
    let scale = n / observed.pairable;
    let off = |p: &Option<f64>| (scale * p.unwrap_or(0.0) - observed.value).powi(2);
    let sum: f64 = observed
        .per_unit
        .iter()
        .map(|(p, times)| times * off(p))
        .sum();
    Estimate::with_t(observed.value, sum / (n * (n - 1.0)), n - 1.0, (0.0, 1.0))
}

/// Observed agreement, per unit and in all.
pub(super) struct Observed {
    /// Agreement (none for units with one rating) and how many units it stands for.
    pub(super) per_unit: Vec<(Option<f64>, f64)>,
    /// Rated units.
    pub(super) n: f64,
    /// Units with two ratings or more.
    pub(super) pairable: f64,
    /// The mean over those.
    pub(super) value: f64,
}

impl Observed {
    pub(super) fn new(ratings: &Ratings) -> Self {
        Self::weighted(ratings, Weights::Identity)
    }

    /// Agreement in which near categories agree in part: `sum_k r_ik (r*_ik - 1) / (r_i (r_i - 1))`
    /// with `r*_ik = sum_l w_kl r_il`.
    pub(super) fn weighted(ratings: &Ratings, weights: Weights) -> Self {
        let weight = |k: usize, l: usize| weights.between(k, l, ratings);
        let per_unit: Vec<(Option<f64>, f64)> = ratings
            .units()
            .iter()
            .map(|unit| {
                let counts = unit.counts(ratings.categories());
                let all: f64 = counts.iter().sum();
                let near = |k: usize| -> f64 {
                    let all = counts.iter().enumerate();
                    all.filter(|(_, r)| **r > 0.0)
                        .map(|(l, r)| weight(k, l) * r)
                        .sum()
                };
                let rated = counts.iter().enumerate().filter(|(_, r)| **r > 0.0);
                let same: f64 = rated.map(|(k, r)| r * (near(k) - 1.0)).sum();
                ((all > 1.5).then(|| same / (all * (all - 1.0))), unit.times)
            })
            .collect();
        let rated = || {
            per_unit
                .iter()
                .filter_map(|(p, times)| Some(((*p)?, *times)))
        };
        let pairable = rated().map(|(_, times)| times).sum();
        let value = rated().map(|(p, times)| p * times).sum::<f64>() / pairable;
        Self {
            n: ratings.n(),
            pairable,
            value,
            per_unit,
        }
    }
}
