//! How many times as often per word: ratios of rates over participants.

use super::super::distribution::student_quantile;
use super::super::interval::Interval;

/// One participant's passages and words in two groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exposed {
    /// Passages of the first group.
    pub count_a: u64,
    /// Its words.
    pub words_a: u64,
    /// Passages of the second group.
    pub count_b: u64,
    /// Its words.
    pub words_b: u64,
}

/// A ratio of two rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateRatio {
    /// The first group's rate per word over the second's.
    pub ratio: f64,
    /// Standard error of its logarithm by participants.
    pub log_error: f64,
    /// 95% interval by participants.
    pub interval: Interval,
}

/// Ratio of pooled rates with an interval that lets participants differ: Poisson regression with
/// log(words) as offset, whose sandwich variance over participants (Liang & Zeger 1986) is here
/// Σ(r/C - r'/C')², r a participant's passages less those expected by their words and C all passages, times
/// G/(G-1); t with G-1 degrees. None for fewer than two participants or a group without passages.
///
/// With fewer than 30 to 40 participants the interval is too narrow: a sensitivity analysis.
pub fn rate_ratio(people: &[Exposed]) -> Option<RateRatio> {
    let sum = |of: fn(&Exposed) -> u64| people.iter().map(of).sum::<u64>() as f64;
    let (count_a, words_a) = (sum(|p| p.count_a), sum(|p| p.words_a));
    let (count_b, words_b) = (sum(|p| p.count_b), sum(|p| p.words_b));
    let g = people.iter().filter(|p| p.words_a + p.words_b > 0).count() as f64;
    if g < 2.0 || count_a == 0.0 || count_b == 0.0 || words_a == 0.0 || words_b == 0.0 {
        return None;
    }
    let (rate_a, rate_b) = (count_a / words_a, count_b / words_b);
    let variance: f64 = people
        .iter()
        .map(|p| {
            let a = (p.count_a as f64 - rate_a * p.words_a as f64) / count_a;
            let b = (p.count_b as f64 - rate_b * p.words_b as f64) / count_b;
            (a - b).powi(2)
        })
        .sum();
    let log_error = (variance * g / (g - 1.0)).sqrt();
    let ratio = rate_a / rate_b;
    let half = student_quantile(0.975, g - 1.0) * log_error;
    Some(RateRatio {
        ratio,
        log_error,
        interval: Interval {
            low: ratio * (-half).exp(),
            high: ratio * half.exp(),
        },
    })
}

/// Ratio of rates within participants: conditional Poisson, the same as Poisson regression with an
/// effect for each participant; the solution of Σ c = Σ (c + c') wψ/(wψ + w'). None where it would be
/// 0 or infinite, or nobody has words in both groups.
pub fn rate_ratio_within(people: &[Exposed]) -> Option<f64> {
    let both = people.iter().filter(|p| p.words_a > 0 && p.words_b > 0);
    let both: Vec<&Exposed> = both.collect();
    let observed: u64 = both.iter().map(|p| p.count_a).sum();
    let all: u64 = both.iter().map(|p| p.count_a + p.count_b).sum();
    if observed == 0 || observed == all {
        return None;
    }
    let expected = |log: f64| -> f64 {
        let ratio = log.exp();
        let of = |p: &&Exposed| {
            let a = p.words_a as f64 * ratio;
            (p.count_a + p.count_b) as f64 * a / (a + p.words_b as f64)
        };
        both.iter().map(of).sum()
    };
    let (mut low, mut high) = (-40.0_f64, 40.0_f64);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if expected(middle) < observed as f64 {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(f64::midpoint(low, high).exp())
}
