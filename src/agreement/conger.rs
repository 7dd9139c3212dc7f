//! Conger's kappa.

use super::chance::corrected;
use super::estimate::Estimate;
use super::percent::Observed;
use super::ratings::Ratings;

/// Conger's kappa for two coders or more, each with their own habits (Conger 1980, Psychological
/// Bulletin 88:322): `p_e` is the mean over ordered pairs of coders of `sum_k p_ak p_bk`.
///
/// Variance by linearisation: `pe_i = 1/(m(m-1)) sum_a (n/n_a) sum_k [d_iak - (rho_ia - n_a/n)
/// p_ak] M_ak` stands in the place of a unit's chance term, with `M_ak = sum_{b != a} p_bk`.
pub fn conger_kappa(ratings: &Ratings) -> Estimate {
    if let Some(why) = ratings.nothing_to_compare() {
        return Estimate::undefined(why);
    }
    let habits = Habits::new(ratings);
    let by_unit: Vec<f64> = ratings
        .units()
        .iter()
        .map(|unit| habits.chance(&unit.by_coder))
        .collect();
    corrected(&Observed::new(ratings), &by_unit)
}

/// How often each coder uses each category.
struct Habits {
    n: f64,
    /// Units that each coder rated.
    rated: Vec<f64>,
    /// `p_ak`.
    shares: Vec<Vec<f64>>,
    /// `M_ak`.
    of_others: Vec<Vec<f64>>,
}

impl Habits {
    fn new(ratings: &Ratings) -> Self {
        let (m, q) = (ratings.coders(), ratings.categories());
        let mut rated = vec![0.0; m];
        let mut shares = vec![vec![0.0; q]; m];
        for unit in ratings.units() {
            for (coder, category) in unit.by_coder.iter().enumerate() {
                if let Some(k) = category {
                    rated[coder] += unit.times;
                    shares[coder][*k] += unit.times;
                }
            }
        }
        for (coder, row) in shares.iter_mut().enumerate() {
            for share in row {
                *share /= f64::max(rated[coder], 1.0);
            }
        }
        let of_others = (0..m)
            .map(|a| {
                (0..q)
                    .map(|k| (0..m).filter(|&b| b != a).map(|b| shares[b][k]).sum())
                    .collect()
            })
            .collect();
        Self {
            n: ratings.n(),
            rated,
            shares,
            of_others,
        }
    }

    fn chance(&self, unit: &[Option<usize>]) -> f64 {
        let m = self.rated.len() as f64;
        let mut sum = 0.0;
        for (coder, category) in unit.iter().enumerate() {
            let n_a = self.rated[coder];
            if n_a < 0.5 {
                continue;
            }
            let rho = if category.is_some() { 1.0 } else { 0.0 };
            let here: f64 = (0..self.shares[coder].len())
                .map(|k| {
                    let d = if *category == Some(k) { 1.0 } else { 0.0 };
                    let share = self.shares[coder][k];
                    (d - (rho - n_a / self.n) * share) * self.of_others[coder][k]
                })
                .sum();
            sum += self.n / n_a * here;
        }
        sum / (m * (m - 1.0))
    }
}
