//! How well coders agree: coefficients on ratings, and on spans of a continuum.
//!
//! Comes in: who put which unit in which category ([`Ratings`]), or which stretches carry which
//! code ([`Continuum`]). Goes out: an [`Estimate`] each, with its interval, or the reason why it
//! cannot be computed. Refuses: to call a missing number 0 or 1. Nothing is pooled over codes.

mod alpha;
mod bootstrap;
mod chance;
mod cohen;
mod compared;
mod conger;
mod disagreement;
mod draw;
mod elusion;
mod estimate;
mod missed;
mod percent;
mod rated;
mod ratings;
mod retrieval;
mod unitizing;
mod unitizing_interval;
mod units;
mod without;

pub use alpha::{krippendorff_alpha, nominal_alpha};
pub use bootstrap::bootstrap_units;
pub use chance::{
    brennan_prediger, fleiss_kappa, fleiss_kappa_weighted, gwet_ac1, gwet_ac2, scott_pi,
};
pub use cohen::{Weights, cohen_kappa};
pub use compared::{
    ALPHA, CodeAgreement, CodedUnit, Compared, GroupAgreement, Intervals, Spread, Threshold,
    Verdict, is_few, spread,
};
pub use conger::conger_kappa;
pub use disagreement::{CoderSaid, Disagreement, SaidMark};
pub use draw::{Drawn, Frame};
pub use elusion::{Elusion, ElusionStratum, clopper_pearson, elusion};
pub use estimate::{Estimate, WhyUndefined};
pub use missed::{
    APART, Between, CLUSTERS_MIN, CodeMissed, Estimated, FoundCell, FoundCells, MissedGroup,
    MissedInterval, MissedRow, Sampled, WhyNotEstimated, missed,
};
pub use percent::percent_agreement;
pub use rated::{RatingAgreement, RatingsAsked};
pub use ratings::{Level, Rated, Ratings};
pub use retrieval::{Retrieval, units_text, whole_units};
pub use unitizing::{Continuum, Stretch, Unitizing, unitizing};
pub use unitizing_interval::unitizing_of_notes;
pub use units::{
    Confused, Mark, NoteWeights, Passages, Resample, UnitMap, bootstrap, bootstrap_each, confusion,
    passages, per_code,
};
pub use without::{InSentence, sentences_and_code};

/// Every coefficient by the name that tables and JSON use, in their order.
///
/// ```
/// use verbatim::agreement::{Level, Ratings, coefficients};
/// let both = vec![vec![Some(0), Some(0)], vec![Some(1), Some(1)], vec![Some(1), Some(0)]];
/// let ratings = Ratings::new(2, 2, both);
/// let all = coefficients(&ratings, Level::Nominal);
/// assert!((all[0].1.value.unwrap() - 2.0 / 3.0).abs() < 1e-12);
/// ```
pub fn coefficients(ratings: &Ratings, level: Level) -> Vec<(&'static str, Estimate)> {
    vec![
        ("percent_agreement", percent_agreement(ratings)),
        ("cohen_kappa", cohen_kappa(ratings, Weights::Identity)),
        ("cohen_kappa_linear", cohen_kappa(ratings, Weights::Linear)),
        (
            "cohen_kappa_quadratic",
            cohen_kappa(ratings, Weights::Quadratic),
        ),
        ("scott_pi", scott_pi(ratings)),
        ("fleiss_kappa", fleiss_kappa(ratings)),
        ("conger_kappa", conger_kappa(ratings)),
        ("brennan_prediger", brennan_prediger(ratings)),
        ("gwet_ac1", gwet_ac1(ratings)),
        ("krippendorff_alpha", krippendorff_alpha(ratings, level)),
    ]
}

/// A coefficient of the nominal level by its name; Krippendorff's alpha for any other name.
pub fn coefficient_of(name: &str) -> fn(&Ratings) -> Estimate {
    match name {
        "percent_agreement" => percent_agreement,
        "cohen_kappa" => |ratings| cohen_kappa(ratings, Weights::Identity),
        "scott_pi" => scott_pi,
        "fleiss_kappa" => fleiss_kappa,
        "conger_kappa" => conger_kappa,
        "brennan_prediger" => brennan_prediger,
        "gwet_ac1" => gwet_ac1,
        _ => nominal_alpha,
    }
}

/// Coefficients in which near categories agree in part, for categories that have an order.
pub fn weighted_coefficients(ratings: &Ratings) -> Vec<(&'static str, Estimate)> {
    let weighted = [
        ("gwet_ac2_linear", "fleiss_kappa_linear", Weights::Linear),
        (
            "gwet_ac2_quadratic",
            "fleiss_kappa_quadratic",
            Weights::Quadratic,
        ),
        ("gwet_ac2_ordinal", "fleiss_kappa_ordinal", Weights::Ordinal),
    ];
    let both = weighted.iter().flat_map(|&(ac2, fleiss, weights)| {
        [
            (ac2, gwet_ac2(ratings, weights)),
            (fleiss, fleiss_kappa_weighted(ratings, weights)),
        ]
    });
    both.collect()
}
