//! Coefficients that correct observed agreement by a chance term: Fleiss, Scott,
//! Brennan-Prediger, Gwet's AC1 and AC2. All share `k = (p_a - p_e) / (1 - p_e)`.

use super::cohen::Weights;
use super::estimate::{Estimate, WhyUndefined};
use super::percent::Observed;
use super::ratings::Ratings;

/// Fleiss' kappa (Fleiss 1971, Psychological Bulletin 76:378): `p_e = sum_k pi_k^2`.
pub fn fleiss_kappa(ratings: &Ratings) -> Estimate {
    fleiss_kappa_weighted(ratings, Weights::Identity)
}

/// Fleiss' kappa in which near categories agree in part (Gwet 2014, ch. 3):
/// `p_e = sum_kl w_kl pi_k pi_l`.
pub fn fleiss_kappa_weighted(ratings: &Ratings, weights: Weights) -> Estimate {
    let q = ratings.categories();
    chance_corrected(ratings, weights, |shares, unit| {
        let all: f64 = unit.iter().sum();
        let near = |k: usize| -> f64 {
            (0..q)
                .map(|l| weights.between(k, l, ratings) * shares[l])
                .sum()
        };
        let rated = unit.iter().enumerate().filter(|(_, r)| **r > 0.0);
        rated.map(|(k, r)| near(k) * r / all).sum()
    })
}

/// Scott's pi (Scott 1955, Public Opinion Quarterly 19:321): Fleiss' kappa of two coders, on the
/// units that both rated.
pub fn scott_pi(ratings: &Ratings) -> Estimate {
    if ratings.coders() > 2 {
        return Estimate::undefined(WhyUndefined::NotTwoCoders);
    }
    fleiss_kappa(&ratings.complete())
}

/// Brennan-Prediger (Brennan and Prediger 1981, Educ Psychol Meas 41:687): `p_e = 1 / q`.
pub fn brennan_prediger(ratings: &Ratings) -> Estimate {
    let q = ratings.categories() as f64;
    chance_corrected(ratings, Weights::Identity, |_, _| 1.0 / q)
}

/// Gwet's AC1 (Gwet 2008, Br J Math Stat Psychol 61:29):
/// `p_e = sum_k pi_k (1 - pi_k) / (q - 1)`.
pub fn gwet_ac1(ratings: &Ratings) -> Estimate {
    gwet_ac2(ratings, Weights::Identity)
}

/// Gwet's AC2, in which near categories agree in part (Gwet 2014, ch. 3):
/// `p_e = sum_kl w_kl sum_k pi_k (1 - pi_k) / (q (q - 1))`.
pub fn gwet_ac2(ratings: &Ratings, weights: Weights) -> Estimate {
    let q = ratings.categories();
    if q < 2 {
        return Estimate::undefined(WhyUndefined::NoVariation);
    }
    let cells = (0..q).flat_map(|k| (0..q).map(move |l| (k, l)));
    let all_weights: f64 = cells.map(|(k, l)| weights.between(k, l, ratings)).sum();
    let scale = all_weights / (q * (q - 1)) as f64;
    chance_corrected(ratings, weights, |shares, unit| {
        let all: f64 = unit.iter().sum();
        let apart = shares.iter().zip(unit).map(|(pi, r)| r * (1.0 - pi) / all);
        scale * apart.sum::<f64>()
    })
}

/// The coefficient whose chance term is the mean over units of `chance(shares, unit's counts)`,
/// with the linearised variance of Gwet (2014), ch. 5 and 6.
fn chance_corrected(
    ratings: &Ratings,
    weights: Weights,
    chance: impl Fn(&[f64], &[f64]) -> f64,
) -> Estimate {
    if let Some(why) = ratings.nothing_to_compare() {
        return Estimate::undefined(why);
    }
    let observed = Observed::weighted(ratings, weights);
    let counts: Vec<Vec<f64>> = ratings
        .units()
        .iter()
        .map(|unit| unit.counts(ratings.categories()))
        .collect();
    let shares = shares(ratings, &counts);
    let by_unit: Vec<f64> = counts.iter().map(|unit| chance(&shares, unit)).collect();
    corrected(&observed, &by_unit)
}

/// `pi_k`: the mean over rated units of the share of ratings in each category.
fn shares(ratings: &Ratings, counts: &[Vec<f64>]) -> Vec<f64> {
    let mut shares = vec![0.0; ratings.categories()];
    for (unit, rated) in counts.iter().zip(ratings.units()) {
        let all: f64 = unit.iter().sum();
        for (share, r) in shares.iter_mut().zip(unit) {
            *share += rated.times * r / all;
        }
    }
    shares.iter().map(|s| s / ratings.n()).collect()
}

/// Value and variance from observed agreement and each unit's share in the chance term.
pub(super) fn corrected(observed: &Observed, chance_by_unit: &[f64]) -> Estimate {
    let n = observed.n;
    let times = || observed.per_unit.iter().map(|(_, times)| times);
    let chance = times().zip(chance_by_unit).map(|(t, c)| t * c).sum::<f64>() / n;
    let room = 1.0 - chance;
    if room.abs() < 1e-12 {
        return Estimate::undefined(WhyUndefined::NoVariation);
    }
    let value = (observed.value - chance) / room;
    let scale = n / observed.pairable;
    let squares = observed
        .per_unit
        .iter()
        .zip(chance_by_unit)
        .map(|((agreement, t), c)| {
            let first = agreement.map_or(0.0, |p| scale * (p - chance) / room);
            let second = 2.0 * (1.0 - value) * (c - chance) / room;
            t * (first - second - value).powi(2)
        });
    let variance = squares.sum::<f64>() / (n * (n - 1.0));
    Estimate::with_t(value, variance, n - 1.0, (-1.0, 1.0))
}
