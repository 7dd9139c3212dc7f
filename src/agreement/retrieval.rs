//! Precision, recall and F1 of a coder against a reference, and the agreement on yes and on no.

/// Units by what a coder and the reference say of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retrieval {
    /// Both say yes.
    pub both: u64,
    /// Only the coder says yes.
    pub only_coder: u64,
    /// Only the reference says yes.
    pub only_reference: u64,
    /// Both say no.
    pub neither: u64,
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
            2 * self.both,
            2 * self.both + self.only_coder + self.only_reference,
        )
    }

    /// The negative agreement of Cicchetti and Feinstein: `2 d / (2 d + b + c)`.
    pub fn negative_agreement(&self) -> Option<f64> {
        ratio(
            2 * self.neither,
            2 * self.neither + self.only_coder + self.only_reference,
        )
    }

    /// Jaccard's coefficient: `tp / (tp + fp + fn)`.
    pub fn jaccard(&self) -> Option<f64> {
        ratio(self.both, self.both + self.only_coder + self.only_reference)
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
