//! 95% intervals for a share of notes and for a rate per 1,000 words.
//!
//! Each is a pure function with its formula and paper. Where an interval cannot be computed the
//! answer is none, never a made-up bound.

use std::sync::OnceLock;

use super::distribution::{gamma_quantile, student_quantile};

/// The .975 quantile of the standard normal distribution.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// Fewest participants on which a pooled interval rests.
pub const PARTICIPANTS_MIN: u64 = 5;

/// A 95% interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Its lower bound.
    pub low: f64,
    /// Its upper bound.
    pub high: f64,
}

/// How the intervals of a row were computed, or why they were not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IntervalKind {
    /// Wilson and exact Poisson, the notes of one participant taken as independent.
    WithinParticipant,
    /// Ratio estimator over participants.
    Cluster,
    /// None: fewer than five participants, or participants unknown.
    NoneFewParticipants,
    /// None: all participants are alike, so that nothing shows how much they vary.
    NoneNoVariation,
}

impl IntervalKind {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WithinParticipant => "within_participant",
            Self::Cluster => "cluster",
            Self::NoneFewParticipants => "none_few_participants",
            Self::NoneNoVariation => "none_no_variation",
        }
    }
}

/// Score interval of a proportion: centre (p + z²/2n) / (1 + z²/n), half width
/// z √(p(1-p)/n + z²/4n²) / (1 + z²/n) (Wilson 1927). None without trials.
///
/// ```
/// let interval = verbatim::tally::wilson(3, 17).expect("there are trials");
/// assert!((interval.low - 0.0619).abs() < 1e-4 && (interval.high - 0.4103).abs() < 1e-4);
/// ```
pub fn wilson(successes: u64, trials: u64) -> Option<Interval> {
    if trials == 0 {
        return None;
    }
    let n = trials as f64;
    let p = successes as f64 / n;
    let scale = 1.0 + Z * Z / n;
    let centre = (p + Z * Z / (2.0 * n)) / scale;
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / scale;
    // At the ends the bound is exact; rounding must not move it.
    let low = if successes == 0 { 0.0 } else { centre - half };
    let high = if successes == trials {
        1.0
    } else {
        centre + half
    };
    Some(Interval { low, high })
}

/// Exact interval of a Poisson rate: χ²(.025; 2x)/2 and χ²(.975; 2x+2)/2 over the exposure
/// (Garwood 1936). None without exposure.
///
/// ```
/// let interval = verbatim::tally::garwood(3, 2.21).expect("there is exposure");
/// assert!((interval.low - 0.2799).abs() < 1e-4 && (interval.high - 3.9671).abs() < 1e-4);
/// ```
pub fn garwood(count: u64, exposure: f64) -> Option<Interval> {
    if exposure <= 0.0 {
        return None;
    }
    let mean = poisson_mean(count);
    Some(Interval {
        low: mean.low / exposure,
        high: mean.high / exposure,
    })
}

/// Counts whose interval is kept once it was worked out: a table asks for zero a million times.
const COUNTS_KEPT: usize = 1024;

/// The interval of a Poisson mean of which one count is known.
fn poisson_mean(count: u64) -> Interval {
    static KEPT: [OnceLock<Interval>; COUNTS_KEPT] = [const { OnceLock::new() }; COUNTS_KEPT];
    let worked_out = || {
        let x = count as f64;
        Interval {
            low: if count == 0 {
                0.0
            } else {
                gamma_quantile(0.025, x)
            },
            high: gamma_quantile(0.975, x + 1.0),
        }
    };
    match KEPT.get(count as usize) {
        Some(kept) => *kept.get_or_init(worked_out),
        None => worked_out(),
    }
}

/// One participant's count and what it is a share or rate of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cluster {
    /// The count, y.
    pub count: f64,
    /// Its base, n: notes, or thousands of words.
    pub base: f64,
}

/// Standard error of the ratio r = Σy / Σn over G participants:
/// √(G/(G-1) Σ(y - r n)²) / Σn (Cochran 1977, ratio estimator). None for fewer than two
/// participants or no base.
pub fn ratio_error(clusters: &[Cluster]) -> Option<f64> {
    let g = clusters.len() as f64;
    let base: f64 = clusters.iter().map(|c| c.base).sum();
    if clusters.len() < 2 || base <= 0.0 {
        return None;
    }
    let ratio = clusters.iter().map(|c| c.count).sum::<f64>() / base;
    let squares: f64 = clusters
        .iter()
        .map(|c| (c.count - ratio * c.base).powi(2))
        .sum();
    Some((g / (g - 1.0) * squares).sqrt() / base)
}

/// Interval of a ratio over participants: r ± t(.975; G-1) · [`ratio_error`], kept inside 0 and
/// `limit`. None where all participants have the same ratio: their variation is then unknown.
pub fn cluster(clusters: &[Cluster], limit: f64) -> Option<Interval> {
    let error = ratio_error(clusters)?;
    if error < 1e-12 {
        return None;
    }
    let base: f64 = clusters.iter().map(|c| c.base).sum();
    let ratio = clusters.iter().map(|c| c.count).sum::<f64>() / base;
    let half = student_quantile(0.975, clusters.len() as f64 - 1.0) * error;
    Some(Interval {
        low: (ratio - half).max(0.0),
        high: (ratio + half).min(limit),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(got: Option<Interval>, low: f64, high: f64) {
        let got = got.expect("there is an interval");
        assert!(
            (got.low - low).abs() < 1e-8 && (got.high - high).abs() < 1e-8,
            "{got:?} is not {low} to {high}"
        );
    }

    /// R `binom.wilson`, statsmodels.
    #[test]
    fn wilson_of_known_answers() {
        check(wilson(0, 10), 0.0, 0.277_532_799_863);
        check(wilson(10, 10), 0.722_467_200_137, 1.0);
        check(wilson(1, 12), 0.014_865_094_404_9, 0.353_879_911_141);
        check(wilson(3, 17), 0.061_911_266_376_2, 0.410_294_585_688);
        check(wilson(27, 60), 0.330_936_544_068, 0.575_080_641_147);
        check(wilson(140, 300), 0.410_991_105_667, 0.523_185_092_415);
        assert_eq!(wilson(0, 0), None);
    }

    /// R `poisson.test`, scipy.
    #[test]
    fn garwood_of_known_answers() {
        check(garwood(0, 1.5), 0.0, 2.459_252_969_41);
        check(garwood(3, 2.21), 0.279_942_137_057, 3.967_091_886_76);
        check(garwood(17, 8.4), 1.178_943_627_33, 3.240_315_097_13);
        check(garwood(120, 51.234), 1.941_912_121_36, 2.800_690_661_85);
        assert_eq!(garwood(0, 0.0), None);
    }

    /// Eight participants, public numbers: notes with the theme of notes, by session type; R,
    /// statsmodels.
    #[test]
    fn ratio_error_of_known_answers() {
        let clusters = |pairs: &[(u32, u32)]| -> Vec<Cluster> {
            let cluster = |&(y, n): &(u32, u32)| Cluster {
                count: f64::from(y),
                base: f64::from(n),
            };
            pairs.iter().map(cluster).collect()
        };
        let intake = [
            (1, 2),
            (3, 3),
            (1, 1),
            (2, 2),
            (2, 2),
            (2, 2),
            (1, 1),
            (4, 4),
        ];
        let error = ratio_error(&clusters(&intake)).expect("eight participants");
        assert!((error - 0.060_103_545_837_2).abs() < 1e-8, "{error}");
        let follow_up = [
            (2, 3),
            (2, 3),
            (3, 3),
            (3, 3),
            (2, 3),
            (1, 2),
            (3, 3),
            (3, 4),
        ];
        let error = ratio_error(&clusters(&follow_up)).expect("eight participants");
        assert!((error - 0.062_389_673_347_3).abs() < 1e-8, "{error}");
        let interval = cluster(&clusters(&follow_up), 1.0).expect("they vary");
        assert!((interval.low - (0.791_666_666_667 - 2.364_624_252 * error)).abs() < 1e-8);
        assert!((interval.high - (0.791_666_666_667 + 2.364_624_252 * error)).abs() < 1e-8);
        assert_eq!(cluster(&clusters(&[(1, 2), (1, 2)]), 1.0), None);
    }
}
