//! A common odds ratio over participants: Mantel-Haenszel's, and the exact conditional one.
//!
//! Comes in: a 2×2 table a stratum (a participant): notes of each group with and without a code.
//! Goes out: estimates, intervals and tests that compare a participant's notes with the same
//! participant's only. A stratum with one group, or without variation, says nothing.

use super::super::distribution::gamma_p;
use super::super::interval::{Interval, Z};
use super::rate::Exposed;

/// One participant's notes: with and without the code, in the first and the second group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stratum {
    /// First group, present.
    pub a: u64,
    /// First group, not present.
    pub b: u64,
    /// Second group, present.
    pub c: u64,
    /// Second group, not present.
    pub d: u64,
}

impl Stratum {
    fn n(self) -> f64 {
        (self.a + self.b + self.c + self.d) as f64
    }

    /// Whether both groups and both outcomes occur, so that the stratum says something.
    pub fn is_informative(self) -> bool {
        self.a + self.b > 0 && self.c + self.d > 0 && self.a + self.c > 0 && self.b + self.d > 0
    }

    fn support(self) -> (u64, u64) {
        let (row, column) = (self.a + self.b, self.a + self.c);
        let low = column.saturating_sub(self.c + self.d);
        (low, row.min(column))
    }
}

/// Common odds ratio Σ(ad/n) / Σ(bc/n) (Mantel & Haenszel 1959); none where it is 0/0 or infinite.
pub fn mantel_haenszel(strata: &[Stratum]) -> Option<f64> {
    let (up, down) = cross_products(strata);
    (up > 0.0 && down > 0.0).then(|| up / down)
}

fn cross_products(strata: &[Stratum]) -> (f64, f64) {
    let filled = strata.iter().filter(|s| s.n() > 0.0);
    filled.fold((0.0, 0.0), |(up, down), s| {
        let n = s.n();
        (up + (s.a * s.d) as f64 / n, down + (s.b * s.c) as f64 / n)
    })
}

/// 95% interval of [`mantel_haenszel`]: its logarithm ± z times the error of Robins, Breslow &
/// Greenland 1986, Var = ΣPR/2R₊² + Σ(PS+QR)/2R₊S₊ + ΣQS/2S₊².
pub fn mantel_haenszel_interval(strata: &[Stratum]) -> Option<Interval> {
    let ratio = mantel_haenszel(strata)?;
    let (up, down) = cross_products(strata);
    let mut variance = 0.0;
    for s in strata.iter().filter(|s| s.n() > 0.0) {
        let n = s.n();
        let (same, other) = ((s.a + s.d) as f64 / n, (s.b + s.c) as f64 / n);
        let (own_up, own_down) = ((s.a * s.d) as f64 / n, (s.b * s.c) as f64 / n);
        variance += same * own_up / (2.0 * up * up)
            + (same * own_down + other * own_up) / (2.0 * up * down)
            + other * own_down / (2.0 * down * down);
    }
    let half = Z * variance.sqrt();
    Some(Interval {
        low: (ratio.ln() - half).exp(),
        high: (ratio.ln() + half).exp(),
    })
}

/// The p-value of the Cochran-Mantel-Haenszel χ² without continuity correction,
/// (Σ(a - E(a)))² / Σ Var(a) on one degree of freedom; none where nothing varies.
pub fn cochran_mantel_haenszel(strata: &[Stratum]) -> Option<f64> {
    let (mut excess, mut variance) = (0.0, 0.0);
    for s in strata.iter().filter(|s| s.is_informative()) {
        let n = s.n();
        let rows = ((s.a + s.b) as f64, (s.c + s.d) as f64);
        let columns = ((s.a + s.c) as f64, (s.b + s.d) as f64);
        excess += s.a as f64 - rows.0 * columns.0 / n;
        variance += rows.0 * rows.1 * columns.0 * columns.1 / (n * n * (n - 1.0));
    }
    (variance > 0.0).then(|| 1.0 - gamma_p(0.5, excess * excess / variance / 2.0))
}

/// The most notes with the code, over all strata, for which the exact distribution is worked out.
const SUPPORT_MAX: u64 = 500;

/// Distribution of the first group's notes with the code, all margins of each stratum given
/// (Birch 1964): under the odds ratio ψ, P(t) ∝ w(t) ψᵗ. With two groups per participant, it is the
/// permutation of the notes' groups within participants.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditional {
    /// w(t), with sum 1, from the lowest possible t.
    weights: Vec<f64>,
    /// Their logarithms, asked for at every step of a search.
    logs: Vec<f64>,
    /// The observed t, from the lowest.
    observed: usize,
}

impl Conditional {
    /// None where no stratum says anything, or there are too many notes to work it out.
    pub fn new(strata: &[Stratum]) -> Option<Self> {
        let informative: Vec<&Stratum> = strata.iter().filter(|s| s.is_informative()).collect();
        let support = informative.iter().map(|s| s.support().1 - s.support().0);
        if informative.is_empty() || support.sum::<u64>() > SUPPORT_MAX {
            return None;
        }
        let own = informative.iter().map(|s| {
            let observed = (s.a - s.support().0) as usize;
            (hypergeometric(**s), observed)
        });
        Some(Self::summed(own))
    }

    /// The same for passages per word: given how many passages each participant has in all, those of
    /// the first group are binomial with their share of the words, and ψ is the ratio of rates within
    /// participants (Przyborowski & Wilenski 1940). None where nobody has words in both groups and a
    /// passage, or there are too many.
    ///
    /// It takes passages for independent of each other, as notes of one participant seldom are.
    pub fn of_rates(people: &[Exposed]) -> Option<Self> {
        let says = |p: &&Exposed| p.words_a > 0 && p.words_b > 0 && p.count_a + p.count_b > 0;
        let informative: Vec<&Exposed> = people.iter().filter(says).collect();
        let support = informative.iter().map(|p| p.count_a + p.count_b);
        if informative.is_empty() || support.sum::<u64>() > SUPPORT_MAX {
            return None;
        }
        let own = informative
            .iter()
            .map(|p| (binomial(p), p.count_a as usize));
        Some(Self::summed(own))
    }

    /// The distribution of the sum of independent counts, each given by its own and what was observed.
    fn summed(counts: impl Iterator<Item = (Vec<f64>, usize)>) -> Self {
        let mut weights = vec![1.0];
        let mut observed = 0;
        for (own, own_observed) in counts {
            let mut sum = vec![0.0; weights.len() + own.len() - 1];
            for (i, x) in weights.iter().enumerate() {
                for (j, y) in own.iter().enumerate() {
                    sum[i + j] += x * y;
                }
            }
            weights = sum;
            observed += own_observed;
        }
        let logs = weights.iter().map(|w| w.ln()).collect();
        Self {
            weights,
            logs,
            observed,
        }
    }

    /// Probability of no more and of no less than observed, under the odds ratio e^`log_ratio`.
    fn tails(&self, log_ratio: f64) -> (f64, f64) {
        let scaled = self.scaled(log_ratio);
        let all: f64 = scaled.iter().sum();
        let below: f64 = scaled.iter().take(self.observed + 1).sum();
        let above: f64 = scaled.iter().skip(self.observed).sum();
        (below / all, above / all)
    }

    /// w(t) ψᵗ, the largest scaled to 1.
    fn scaled(&self, log_ratio: f64) -> Vec<f64> {
        let log = |(t, log): (usize, &f64)| log + t as f64 * log_ratio;
        let logs: Vec<f64> = self.logs.iter().enumerate().map(log).collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        logs.into_iter().map(|l| (l - most).exp()).collect()
    }

    fn mean(&self, log_ratio: f64) -> f64 {
        let (mut sum, mut all) = (0.0, 0.0);
        for (t, w) in self.scaled(log_ratio).into_iter().enumerate() {
            sum += t as f64 * w;
            all += w;
        }
        sum / all
    }

    /// Two-sided p of ψ = 1: all outcomes that are no likelier than the observed one ("minlike",
    /// as R's `fisher.test` and `mantelhaen.test`).
    pub fn p(&self) -> f64 {
        let limit = self.weights[self.observed] * (1.0 + 1e-7);
        let sum: f64 = self.weights.iter().filter(|w| **w <= limit).sum();
        sum.min(1.0)
    }

    /// Two-sided p of ψ = 1 that doubles the smaller tail; it agrees with [`Self::interval`].
    pub fn p_central(&self) -> f64 {
        let (below, above) = self.tails(0.0);
        (2.0 * below.min(above)).min(1.0)
    }

    /// Conditional maximum likelihood of ψ; 0 or infinite at the ends.
    pub fn odds_ratio(&self) -> f64 {
        if self.observed == 0 {
            return 0.0;
        }
        if self.observed + 1 == self.weights.len() {
            return f64::INFINITY;
        }
        let target = self.observed as f64;
        crossing(|log| self.mean(log) < target)
    }

    /// Exact 95% interval of ψ (Cornfield 1956): the odds ratios that leave 2.5% on either side.
    pub fn interval(&self) -> Interval {
        Interval {
            low: if self.observed == 0 {
                0.0
            } else {
                crossing(|log| self.tails(log).1 < 0.025)
            },
            high: if self.observed + 1 == self.weights.len() {
                f64::INFINITY
            } else {
                crossing(|log| self.tails(log).0 > 0.025)
            },
        }
    }
}

/// Probabilities of the first cell of a table with these margins, from the lowest value.
fn hypergeometric(s: Stratum) -> Vec<f64> {
    let (low, high) = s.support();
    let (row, column, other) = (s.a + s.b, s.a + s.c, s.c + s.d);
    from_ratios((low..high).map(|t| {
        let up = (row - t) as f64 * (column - t) as f64;
        let down = (t + 1) as f64 * (other + t + 1 - column) as f64;
        up / down
    }))
}

/// Probabilities of 0, 1, 2 ... passages in the first group where both have the same rate.
fn binomial(p: &Exposed) -> Vec<f64> {
    let (all, words) = (p.count_a + p.count_b, p.words_a as f64 / p.words_b as f64);
    from_ratios((0..all).map(|t| (all - t) as f64 / (t + 1) as f64 * words))
}

/// Probabilities by the ratios of neighbours; the sum is scaled to 1 at the end.
fn from_ratios(ratios: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut weights: Vec<f64> = vec![1.0];
    for ratio in ratios {
        let last = weights.last().copied().unwrap_or(1.0);
        weights.push(last * ratio);
        if last > 1e200 {
            for weight in &mut weights {
                *weight *= 1e-200;
            }
        }
    }
    let all: f64 = weights.iter().sum();
    weights.into_iter().map(|w| w / all).collect()
}

/// The ratio at which a condition that holds for small ones stops holding.
fn crossing(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (-60.0_f64, 60.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high).exp()
}
