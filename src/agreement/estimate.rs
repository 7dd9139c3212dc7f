//! A coefficient with its interval, or the reason why there is none.

use std::sync::OnceLock;

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Why a coefficient cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyUndefined {
    /// There is only one coder.
    SingleCoder,
    /// No unit was rated by two coders.
    NoPairableUnit,
    /// All ratings are in one category, so chance alone would agree fully.
    NoVariation,
    /// The coefficient is for two coders.
    NotTwoCoders,
    /// The level of measurement needs numbers, and the categories are none.
    NotNumbers,
    /// The level is a ratio's, which begins at 0, and values lie below.
    NegativeValues,
    /// Codes overlap within a coder, so they are not one domain.
    OverlappingCodes,
    /// Nobody marked anything.
    NoUnits,
}

impl WhyUndefined {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SingleCoder => "single_coder",
            Self::NoPairableUnit => "no_pairable_unit",
            Self::NoVariation => "no_variation",
            Self::NotTwoCoders => "not_two_coders",
            Self::NotNumbers => "not_numbers",
            Self::NegativeValues => "negative_values",
            Self::OverlappingCodes => "overlapping_codes",
            Self::NoUnits => "no_units",
        }
    }

    /// The same for a reader.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::SingleCoder => "there is only one coder",
            Self::NoPairableUnit => "no unit was rated by two coders",
            Self::NoVariation => {
                "all ratings are in one category, so chance alone would agree fully"
            }
            Self::NotTwoCoders => "it is for two coders",
            Self::NotNumbers => "this level needs numbers, and not all categories are numbers",
            Self::NegativeValues => {
                "a ratio scale begins at 0, and some values lie below 0; take the interval level"
            }
            Self::OverlappingCodes => "codes overlap within a coder",
            Self::NoUnits => "nobody marked anything",
        }
    }
}

/// A value with its standard error and 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Estimate {
    /// The value; none where it is undefined.
    pub value: Option<f64>,
    /// Its standard error, where a formula is published.
    pub se: Option<f64>,
    /// Lower end of the 95% interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95% interval.
    pub ci_high: Option<f64>,
    /// Why there is no value.
    pub why_undefined: Option<WhyUndefined>,
}

/// The 97.5 % point of the normal distribution.
const Z_975: f64 = 1.959_963_984_540_054;

/// Degrees of freedom from which the expansion is exact to more digits than are printed.
const MANY_DF: f64 = 1000.0;

/// The 97.5 % point of Student's t. Compared by characters, a corpus has millions of units; the
/// inversion of the beta function takes minutes there, the expansion in 1/df (Abramowitz and Stegun
/// 1964, 26.7.5) no time at all.
fn t_quantile(df: f64) -> f64 {
    let exact = || StudentsT::new(0.0, 1.0, df).map_or(f64::NAN, |t| t.inverse_cdf(0.975));
    if df < MANY_DF {
        // A bootstrap asks for the same few thousands of times.
        static KNOWN: [OnceLock<f64>; MANY_DF as usize] =
            [const { OnceLock::new() }; MANY_DF as usize];
        let is_whole = df.fract() == 0.0;
        return match KNOWN.get(df.max(0.0) as usize).filter(|_| is_whole) {
            Some(known) => *known.get_or_init(exact),
            None => exact(),
        };
    }
    let z = Z_975;
    let (z3, z5, z7) = (z.powi(3), z.powi(5), z.powi(7));
    z + (z3 + z) / (4.0 * df)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * df.powi(2))
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * df.powi(3))
}

impl Estimate {
    /// There is no value, and why.
    pub fn undefined(why: WhyUndefined) -> Self {
        Self {
            why_undefined: Some(why),
            ..Self::default()
        }
    }

    /// The interval that a conclusion rests on: the formula's where that holds, else the resampled one.
    /// Where all agree no resample disagrees.
    pub(super) fn interval_or(
        self,
        formula_holds: bool,
        resampled: Option<(f64, f64)>,
    ) -> Option<(f64, f64)> {
        let value = self.value?;
        if (value - 1.0).abs() < 1e-12 || formula_holds {
            self.ci_low.zip(self.ci_high)
        } else {
            resampled
        }
    }

    /// A value without an interval.
    pub fn plain(value: f64) -> Self {
        Self {
            value: Some(value),
            ..Self::default()
        }
    }

    /// A value with an interval of Student's t, kept inside `bounds`.
    pub(super) fn with_t(value: f64, variance: f64, df: f64, bounds: (f64, f64)) -> Self {
        if df < 1.0 {
            return Self::plain(value);
        }
        Self::around(value, variance, t_quantile(df), df + 1.0).kept_inside(bounds)
    }

    /// A value with a normal interval, from `n` units.
    pub(super) fn with_z(value: f64, variance: f64, n: f64, bounds: (f64, f64)) -> Self {
        Self::around(value, variance, Z_975, n).kept_inside(bounds)
    }

    fn around(value: f64, variance: f64, quantile: f64, n: f64) -> Self {
        let se = variance.max(0.0).sqrt();
        // With two units, a standard error of 0 beside disagreement says nothing: no interval.
        let degenerate = n < 2.5 && se < 1e-12 && (value - 1.0).abs() > 1e-12;
        if degenerate || !quantile.is_finite() || !se.is_finite() {
            return Self::plain(value);
        }
        Self {
            value: Some(value),
            se: Some(se),
            ci_low: Some(value - quantile * se),
            ci_high: Some(value + quantile * se),
            why_undefined: None,
        }
    }

    fn kept_inside(self, (low, high): (f64, f64)) -> Self {
        Self {
            ci_low: self.ci_low.map(|end| end.clamp(low, high)),
            ci_high: self.ci_high.map(|end| end.clamp(low, high)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the expansion takes over it agrees with the exact quantile; published: 1.96 at infinity.
    #[test]
    fn the_t_quantile_has_no_step_and_needs_no_time() {
        let exact = StudentsT::new(0.0, 1.0, MANY_DF).map(|t| t.inverse_cdf(0.975));
        assert!((t_quantile(MANY_DF) - exact.expect("a distribution")).abs() < 1e-9);
        assert!((t_quantile(10.0) - 2.228_138_852).abs() < 1e-6);
        assert!((t_quantile(15_000_000.0) - Z_975).abs() < 1e-6);
        assert!(t_quantile(15_000_000.0) > Z_975);
    }
}
