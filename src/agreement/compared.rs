//! What a comparison of coders says, code by code, and what may be concluded from it.
//!
//! Comes in: estimates of each code. Goes out: the same with a verdict against a threshold that was
//! set beforehand, and a sentence that keeps number, interval and frequency together. Refuses: a
//! pooled number, and a word ("substantial") without one. What codes have in common is said by their
//! minimum and median.

use serde::Deserialize;

use super::estimate::{Estimate, WhyUndefined};
use super::retrieval::{Retrieval, units_text};
use super::unitizing::Unitizing;
use super::units::{Confused, Passages};
use crate::text::edits;

/// The name of the coefficient that is shown first.
pub const ALPHA: &str = "krippendorff_alpha";

/// Fewest units whose linearised interval is trusted; below, the bootstrap's goes before it.
const UNITS_MIN: f64 = 30.0;

/// Whether so many units are too few for an interval by formula.
pub fn is_few(units: f64) -> bool {
    units < UNITS_MIN
}

/// How notes are cut into units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodedUnit {
    /// Whole notes.
    #[default]
    Note,
    /// A participant's notes of one day and session type.
    Session,
    /// Paragraphs.
    Paragraph,
    /// Sentences.
    Sentence,
    /// Characters.
    Character,
}

impl CodedUnit {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Session => "session",
            Self::Paragraph => "paragraph",
            Self::Sentence => "sentence",
            Self::Character => "character",
        }
    }
}

/// A threshold that was set before the coders were compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The coefficient, by its name in tables.
    pub coefficient: &'static str,
    /// What it has to reach.
    pub value: f64,
}

impl Threshold {
    /// The coefficients that may have a threshold.
    pub const COEFFICIENTS: [&'static str; 8] = [
        "percent_agreement",
        "cohen_kappa",
        "scott_pi",
        "fleiss_kappa",
        "conger_kappa",
        "brennan_prediger",
        "gwet_ac1",
        ALPHA,
    ];

    /// A threshold of a coefficient by its name; `alpha` and `kappa` are Krippendorff's and Cohen's.
    ///
    /// # Errors
    /// What is wrong with the name or the value.
    pub fn new(coefficient: &str, value: f64) -> Result<Self, String> {
        let coefficient = Self::named(coefficient)?;
        if !(value > 0.0 && value <= 1.0) {
            return Err(format!(
                "the threshold {value} is no number above 0 and up to 1"
            ));
        }
        Ok(Self { coefficient, value })
    }

    /// A coefficient that may have a threshold, by its name or a short one.
    ///
    /// # Errors
    /// That there is none of that name, with the nearest names.
    pub fn named(name: &str) -> Result<&'static str, String> {
        const SHORT: [(&str, &str); 9] = [
            ("alpha", ALPHA),
            ("kappa", "cohen_kappa"),
            ("cohen", "cohen_kappa"),
            ("ac1", "gwet_ac1"),
            ("pi", "scott_pi"),
            ("fleiss", "fleiss_kappa"),
            ("conger", "conger_kappa"),
            ("percent", "percent_agreement"),
            ("pabak", "brennan_prediger"),
        ];
        let asked = name.trim().to_lowercase().replace([' ', '-'], "_");
        let own = Self::COEFFICIENTS.into_iter().map(|known| (known, known));
        let all: Vec<(&str, &'static str)> = own.chain(SHORT).collect();
        if let Some((_, known)) = all.iter().find(|(called, _)| *called == asked) {
            return Ok(known);
        }
        let mut near: Vec<(usize, &'static str)> = all
            .iter()
            .map(|(called, known)| (edits(called, &asked), *known))
            .collect();
        near.sort_unstable();
        let mut nearest: Vec<&str> = Vec::new();
        for (_, known) in near {
            if !nearest.contains(&known) {
                nearest.push(known);
            }
        }
        nearest.truncate(2);
        Err(format!(
            "there is no coefficient {name:?}; nearest are {}. It is one of {}",
            nearest.join(" and "),
            Self::COEFFICIENTS.join(", ")
        ))
    }

    /// Where an interval lies against it.
    pub(super) fn verdict(self, interval: Option<(f64, f64)>) -> Verdict {
        match interval {
            None => Verdict::Undefined,
            Some((low, _)) if low >= self.value => Verdict::Above,
            Some((_, high)) if high < self.value => Verdict::Below,
            Some(_) => Verdict::Inconclusive,
        }
    }

    /// The same as the end of a sentence.
    pub(super) fn in_words(self, verdict: Verdict) -> String {
        let set = format!("the threshold {:.2}", self.value);
        match verdict {
            Verdict::Above => format!("; the interval lies above {set}"),
            Verdict::Below => format!("; the interval lies below {set}"),
            Verdict::Inconclusive => format!("; the interval crosses {set}: inconclusive"),
            Verdict::Undefined => format!("; without an interval nothing is said of {set}"),
        }
    }
}

/// Where a coefficient's interval lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All of it at the threshold or above.
    Above,
    /// On both sides: the data cannot tell.
    Inconclusive,
    /// All of it below.
    Below,
    /// There is no value, or no interval.
    Undefined,
}

impl Verdict {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Inconclusive => "inconclusive",
            Self::Below => "below",
            Self::Undefined => "undefined",
        }
    }
}

/// What is known of one code.
#[derive(Debug, Clone, Default)]
pub struct CodeAgreement {
    /// The code's path.
    pub code: String,
    /// Units.
    pub n: f64,
    /// Every coefficient by its name.
    pub coefficients: Vec<(&'static str, Estimate)>,
    /// The bootstrap interval of Krippendorff's alpha.
    pub bootstrap: Option<(f64, f64)>,
    /// The bootstrap interval of the threshold's coefficient.
    pub threshold_bootstrap: Option<(f64, f64)>,
    /// Units that each coder marked.
    pub marked: Vec<f64>,
    /// Of two coders: the 2×2 table, and how their passages meet.
    pub pair: Option<(Retrieval, Passages)>,
    /// Stretches of this code against all other text.
    pub bar_u_alpha: Estimate,
    /// This code against the others, where stretches meet.
    pub k_u_alpha: Estimate,
    /// Who coded it under a codebook that says something else of it, and what; empty where nobody.
    pub stale: Vec<String>,
}

impl CodeAgreement {
    /// A coefficient by its name; undefined where there is none of that name.
    pub fn estimate(&self, name: &str) -> Estimate {
        let found = self.coefficients.iter().find(|(known, _)| *known == name);
        found.map_or_else(
            || Estimate::undefined(WhyUndefined::NoPairableUnit),
            |(_, estimate)| *estimate,
        )
    }

    /// Whether any coder gave it.
    pub fn is_used(&self) -> bool {
        self.marked.iter().any(|&m| m > 0.0)
    }

    /// Krippendorff's alpha.
    pub fn alpha(&self) -> Estimate {
        self.estimate(ALPHA)
    }

    /// The share of units that each coder marked.
    pub fn prevalence(&self) -> Vec<f64> {
        let share = |&marked: &f64| marked / self.n.max(1.0);
        self.marked.iter().map(share).collect()
    }

    /// Whether the coefficients are held down by how rare (or how common) the code is: coders agree on
    /// most units, and agreement beyond chance is low all the same (Feinstein and Cicchetti 1990, J
    /// Clin Epidemiol 43:543).
    pub fn is_paradox(&self) -> bool {
        let shares = self.prevalence();
        let mean = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
        let percent = self.estimate("percent_agreement").value;
        is_paradox(percent, self.alpha().value, Some(mean.max(1.0 - mean)))
    }
}

/// Whether agreement is high and agreement beyond chance is low, while one category is nearly all;
/// `commonest` is its share.
pub(super) fn is_paradox(percent: Option<f64>, alpha: Option<f64>, commonest: Option<f64>) -> bool {
    let (Some(percent), Some(alpha), Some(commonest)) = (percent, alpha, commonest) else {
        return false;
    };
    percent >= 0.8 && percent - alpha >= 0.25 && commonest > 0.8
}

/// What the intervals of a comparison rest on.
///
/// Formulas take units for independent. Where units lie within notes, or several notes are one
/// participant's, they give intervals that are too narrow: whole clusters are resampled instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intervals {
    /// Whether units are clustered, so that resampling goes before the formula.
    pub is_clustered: bool,
    /// Whether units are too few for the formula.
    pub is_few: bool,
    /// What is drawn: `unit`, `note`, `participant`.
    pub drawn: &'static str,
    /// How many of these there are.
    pub clusters: usize,
    /// Resamples.
    pub replicates: u64,
}

impl Intervals {
    /// The word that tables use: `bootstrap` or `formula`.
    pub fn method(&self) -> &'static str {
        if self.is_clustered || self.is_few {
            "bootstrap"
        } else {
            "formula"
        }
    }

    /// The same as a sentence; `unit` is what is compared.
    pub fn in_words(&self, unit: &str) -> String {
        let Self {
            drawn,
            clusters,
            replicates,
            ..
        } = self;
        if self.is_few && !self.is_clustered {
            return format!(
                "Intervals: {replicates} seeded resamples of {clusters} {drawn}s, too few for the formula."
            );
        }
        if !self.is_clustered {
            return format!("Intervals: by formula, which takes {unit}s for independent.");
        }
        format!(
            "Intervals: {replicates} seeded resamples of {clusters} {drawn}s, since {unit}s of one {drawn} are \
             not independent."
        )
    }
}

/// A comparison of coders.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The coders.
    pub coders: Vec<String>,
    /// What was compared: `note`, `session`, `paragraph`, `sentence`, `character`.
    pub unit: &'static str,
    /// Notes that every coder read.
    pub notes: usize,
    /// What the intervals rest on.
    pub intervals: Intervals,
    /// Whether notes weigh by the strata of a sample.
    pub is_weighted: bool,
    /// The threshold that was set beforehand.
    pub threshold: Option<Threshold>,
    /// What is known of each code, by path.
    pub codes: Vec<CodeAgreement>,
    /// The unitizing alphas over all codes.
    pub whole: Option<Unitizing>,
    /// Of two coders: codes given in each other's place, by their places in `codes`.
    pub confusion: Vec<Confused>,
    /// The same by groups of notes (batches, participants ...), without intervals by bootstrap.
    pub groups: Vec<GroupAgreement>,
}

/// The agreement on some of the notes.
#[derive(Debug, Clone)]
pub struct GroupAgreement {
    /// What the notes have in common (`batch`, `participant` ...).
    pub by: &'static str,
    /// Its value.
    pub group: String,
    /// How many notes.
    pub notes: usize,
    /// Each code.
    pub codes: Vec<CodeAgreement>,
}

/// What codes have in common in one coefficient.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// The lowest value, and its code.
    pub minimum: (f64, String),
    /// The middle one.
    pub median: f64,
    /// How many codes have a value.
    pub defined: usize,
}

/// The lowest value of a coefficient and its median over codes; none where no code has a value.
pub fn spread(codes: &[CodeAgreement], name: &str) -> Option<Spread> {
    let mut values: Vec<(f64, &str)> = codes
        .iter()
        .filter_map(|c| Some((c.estimate(name).value?, c.code.as_str())))
        .collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    let (lowest, code) = *values.first()?;
    let middle = values.len() / 2;
    let median = if values.len() % 2 == 1 {
        values[middle].0
    } else {
        f64::midpoint(values[middle - 1].0, values[middle].0)
    };
    Some(Spread {
        minimum: (lowest, code.to_owned()),
        median,
        defined: values.len(),
    })
}

impl Compared {
    /// The interval that a conclusion on a code rests on, of alpha or the threshold's coefficient:
    /// the bootstrap's where units are not independent or are few, else that of the formula.
    pub fn interval(&self, code: &CodeAgreement, name: &str) -> Option<(f64, f64)> {
        let resampled = if name == ALPHA {
            code.bootstrap
        } else {
            code.threshold_bootstrap
        };
        let formula_holds = !(self.intervals.is_clustered || is_few(code.n));
        code.estimate(name).interval_or(formula_holds, resampled)
    }

    /// Where a code's interval lies against the threshold; none without a threshold.
    pub fn verdict(&self, code: &CodeAgreement) -> Option<Verdict> {
        let threshold = self.threshold?;
        Some(threshold.verdict(self.interval(code, threshold.coefficient)))
    }

    /// What may be said of a code, as a sentence or two.
    pub fn in_words(&self, code: &CodeAgreement) -> String {
        let name = self.threshold.map_or(ALPHA, |t| t.coefficient);
        let short = if name == ALPHA { "alpha" } else { name };
        let estimate = code.estimate(name);
        let shares: Vec<String> = code.prevalence().iter().map(|s| percent(*s)).collect();
        let units = format!("{} {}s", units_text(code.n), self.unit);
        let Some(value) = estimate.value else {
            return undefined(estimate.why_undefined, code, &units);
        };
        let interval = match self.interval(code, name) {
            Some((low, high)) => format!("95% CI {low:.2} to {high:.2}"),
            None => "no interval".to_owned(),
        };
        let shares = shares.join(" / ");
        let mut said = vec![format!(
            "{short} {value:.2} ({interval}), {units}, marked in {shares}"
        )];
        if (value - 1.0).abs() < 1e-12 {
            said.push(format!(": no disagreement was seen in {units}"));
        }
        said.extend(self.against_threshold(code));
        said.push(".".to_owned());
        if code.is_paradox() {
            let agreed = percent(code.estimate("percent_agreement").value.unwrap_or_default());
            let ac1 = code.estimate("gwet_ac1").value.unwrap_or_default();
            let unit = self.unit;
            said.push(format!(
                " The coders agree on {agreed} of {unit}s, but nearly all of them are alike, so these data \
                 cannot tell good agreement on this code from chance; AC1 {ac1:.2}."
            ));
        }
        said.extend(code.stale.iter().map(|who| format!(" Stale: {who}.")));
        said.concat()
    }

    fn against_threshold(&self, code: &CodeAgreement) -> Option<String> {
        Some(self.threshold?.in_words(self.verdict(code)?))
    }
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn undefined(why: Option<WhyUndefined>, code: &CodeAgreement, units: &str) -> String {
    match why {
        Some(WhyUndefined::NoVariation) if !code.is_used() => {
            format!("Undefined: no coder marked any of {units}.")
        }
        Some(WhyUndefined::NoVariation) => {
            format!("Undefined: all coders marked all of {units}.")
        }
        Some(why) => format!("Undefined: {}.", why.in_words()),
        None => "Undefined.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{Level, Ratings, coefficients};

    /// A code of two coders by its table: both, only the first, only the second, neither.
    fn code(name: &str, table: [u64; 4]) -> CodeAgreement {
        let rows = [(1, 1), (1, 0), (0, 1), (0, 0)];
        let units = rows.iter().zip(table);
        let units = units.map(|(&(a, b), times)| (vec![Some(a), Some(b)], times));
        let ratings = Ratings::counted(2, 2, units);
        CodeAgreement {
            code: name.to_owned(),
            n: ratings.n(),
            coefficients: coefficients(&ratings, Level::Nominal),
            marked: vec![(table[0] + table[1]) as f64, (table[0] + table[2]) as f64],
            ..CodeAgreement::default()
        }
    }

    fn compared(codes: Vec<CodeAgreement>) -> Compared {
        Compared {
            coders: vec!["EL".to_owned(), "MK".to_owned()],
            unit: "note",
            notes: 150,
            intervals: Intervals {
                is_clustered: false,
                is_few: false,
                drawn: "note",
                clusters: 150,
                replicates: 1000,
            },
            is_weighted: false,
            threshold: Threshold::new("alpha", 0.8).ok(),
            codes,
            whole: None,
            confusion: Vec::new(),
            groups: Vec::new(),
        }
    }

    #[test]
    fn an_interval_that_crosses_the_threshold_is_inconclusive() {
        let of = |table| {
            let all = compared(vec![code("x", table)]);
            all.verdict(&all.codes[0])
        };
        assert_eq!(of([70, 0, 1, 79]), Some(Verdict::Above));
        assert_eq!(of([60, 8, 8, 74]), Some(Verdict::Inconclusive));
        assert_eq!(of([30, 40, 40, 40]), Some(Verdict::Below));
        assert_eq!(of([0, 0, 0, 150]), Some(Verdict::Undefined));
        assert_eq!(of([75, 0, 0, 75]), Some(Verdict::Above));
    }

    #[test]
    fn the_paradox_of_rare_codes_is_said_and_nothing_is_called_substantial() {
        let all = compared(vec![
            code("rare", [2, 6, 8, 134]),
            code("fine", [60, 5, 5, 80]),
        ]);
        assert!(all.codes[0].is_paradox() && !all.codes[1].is_paradox());
        let said = all.in_words(&all.codes[0]);
        assert!(
            said.starts_with("alpha 0.18 (95% CI -0.09 to 0.44), 150 notes")
                && said.contains("marked in 5% / 7%")
                && said.contains("agree on 91% of notes")
                && said.contains("AC1 0.8"),
            "{said}"
        );
        let none = code("never", [0, 0, 0, 150]);
        assert_eq!(
            all.in_words(&none),
            "Undefined: no coder marked any of 150 notes."
        );
    }

    #[test]
    fn codes_are_summed_up_by_the_lowest_and_the_middle_one() {
        let codes = [
            code("a", [60, 5, 5, 80]),
            code("b", [2, 6, 8, 134]),
            code("c", [0, 0, 0, 150]),
            code("d", [75, 0, 0, 75]),
        ];
        let found = spread(&codes, ALPHA).expect("three have a value");
        assert_eq!((found.minimum.1.as_str(), found.defined), ("b", 3));
        assert!((found.median - codes[0].alpha().value.unwrap_or_default()).abs() < 1e-12);
        assert_eq!(spread(&codes[2..3], ALPHA), None);
    }

    #[test]
    fn a_threshold_names_a_coefficient_that_there_is() {
        assert!(Threshold::new("kappa", 0.7).is_ok());
        assert!(Threshold::new("krippendorff_alpha", 0.8).is_ok());
        assert!(Threshold::new("f1", 0.8).is_err());
        let refused = Threshold::named("gwet-ac").expect_err("no such coefficient");
        assert!(refused.contains("nearest are gwet_ac1"), "{refused}");
        assert!(Threshold::new("alpha", 80.0).is_err());
        assert!(Threshold::new("alpha", f64::NAN).is_err());
    }
}
