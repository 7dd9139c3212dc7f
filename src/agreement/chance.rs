//! Coefficients that correct observed agreement by a chance term: Fleiss, Scott,
//! Brennan-Prediger, Gwet's AC1. All share `k = (p_a - p_e) / (1 - p_e)`.

use super::estimate::{Estimate, WhyUndefined};
use super::percent::Observed;
use super::ratings::Ratings;

/// Fleiss' kappa (Fleiss 1971, Psychological Bulletin 76:378): `p_e = sum_k pi_k^2`.
pub fn fleiss_kappa(ratings: &Ratings) -> Estimate {
    chance_corrected(ratings, |shares, unit| {
        let all: f64 = unit.iter().sum();
        shares.iter().zip(unit).map(|(pi, r)| pi * r / all).sum()
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
    chance_corrected(ratings, |_, _| 1.0 / q)
}

/// Gwet's AC1 (Gwet 2008, Br J Math Stat Psychol 61:29):
/// `p_e = sum_k pi_k (1 - pi_k) / (q - 1)`.
pub fn gwet_ac1(ratings: &Ratings) -> Estimate {
    let q = ratings.categories() as f64;
    if q < 1.5 {
        return Estimate::undefined(WhyUndefined::NoVariation);
    }
    chance_corrected(ratings, |shares, unit| {
        let all: f64 = unit.iter().sum();
        shares
            .iter()
            .zip(unit)
            .map(|(pi, r)| r * (1.0 - pi) / all)
            .sum::<f64>()
            / (q - 1.0)
    })
}

/// The coefficient whose chance term is the mean over units of `chance(shares, unit's counts)`,
/// with the linearised variance of Gwet (2014), ch. 5 and 6.
fn chance_corrected(ratings: &Ratings, chance: impl Fn(&[f64], &[f64]) -> f64) -> Estimate {
    if let Some(why) = ratings.nothing_to_compare() {
        return Estimate::undefined(why);
    }
    let observed = Observed::new(ratings);
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
