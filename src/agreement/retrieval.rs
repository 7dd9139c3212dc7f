//! Precision, recall and F1 of a coder against a reference, and the agreement on yes and on no.

/// Units by what a coder and the reference say of them.
///
/// Numbers may be broken: units of a stratified sample stand for more or fewer than one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Retrieval {
    /// Both say yes.
    pub both: f64,
    /// Only the coder says yes.
    pub only_coder: f64,
    /// Only the reference says yes.
    pub only_reference: f64,
    /// Both say no.
    pub neither: f64,
}

impl Retrieval {
    /// `tp / (tp + fp)`; none where the coder says yes to nothing.
    pub fn precision(&self) -> Option<f64> {
        ratio(self.both, self.both + self.only_coder)
    }

    /// `tp / (tp + fn)`; none where the reference says yes to nothing.
    pub fn recall(&self) -> Option<f64> {
        ratio(self.both, self.both + self.only_reference)
    }

    /// `2 tp / (2 tp + fp + fn)`, which is also the positive agreement of Cicchetti and Feinstein
    /// (1990, J Clin Epidemiol 43:551) and Dice's coefficient.
    pub fn f1(&self) -> Option<f64> {
        ratio(
            2.0 * self.both,
            2.0 * self.both + self.only_coder + self.only_reference,
        )
    }

    /// The negative agreement of Cicchetti and Feinstein: `2 d / (2 d + b + c)`.
    pub fn negative_agreement(&self) -> Option<f64> {
        ratio(
            2.0 * self.neither,
            2.0 * self.neither + self.only_coder + self.only_reference,
        )
    }

    /// Jaccard's coefficient: `tp / (tp + fp + fn)`.
    pub fn jaccard(&self) -> Option<f64> {
        ratio(self.both, self.both + self.only_coder + self.only_reference)
    }
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// A number of units: whole as such, and not a hair less for having been summed; broken with a digit.
///
/// ```
/// use verbatim::agreement::units_text;
/// assert_eq!(units_text(15.999_999_999), "16");
/// assert_eq!(units_text(15.96), "16.0");
/// ```
pub fn units_text(n: f64) -> String {
    match whole_units(n) {
        Some(whole) => whole.to_string(),
        None => format!("{n:.1}"),
    }
}

/// A number of units as a whole one, where it is.
pub fn whole_units(n: f64) -> Option<u64> {
    /// What summing weights may lose.
    const ROUNDING: f64 = 1e-6;
    ((n - n.round()).abs() < ROUNDING).then(|| n.round() as u64)
}
