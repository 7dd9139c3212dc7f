//! What a plain table of ratings comes to: coefficients, what each coder gave how often, the 2×2 table,
//! and what may be said of it in words.

use super::alpha::krippendorff_alpha;
use super::bootstrap::bootstrap_units;
use super::compared::{ALPHA, Threshold, Verdict, is_few, is_paradox, percent};
use super::estimate::Estimate;
use super::ratings::{Level, Ratings};
use super::retrieval::{Retrieval, units_text};
use super::{coefficient_of, coefficients};

/// What is asked of a table of ratings.
#[derive(Debug, Clone, Copy)]
pub struct RatingsAsked {
    /// The level of measurement.
    pub level: Level,
    /// Resamples of the bootstrap.
    pub replicates: u64,
    /// The threshold that was set beforehand.
    pub threshold: Option<Threshold>,
    /// Of two categories: the one that stands for yes.
    pub positive: Option<usize>,
}

/// What is known of a table of ratings.
#[derive(Debug, Clone)]
pub struct RatingAgreement {
    /// Units with a rating.
    pub n: f64,
    /// Every coefficient by its name.
    pub coefficients: Vec<(&'static str, Estimate)>,
    /// The bootstrap interval of Krippendorff's alpha at the level asked for.
    pub bootstrap: Option<(f64, f64)>,
    /// The bootstrap interval of the threshold's coefficient.
    threshold_bootstrap: Option<(f64, f64)>,
    /// Per coder: units that they rated, and the share of these in each category.
    pub shares: Vec<(f64, Vec<f64>)>,
    /// Of two coders and two categories: the 2×2 table of units that both rated.
    pub table: Option<Retrieval>,
    asked: RatingsAsked,
}

impl RatingAgreement {
    /// Works out all there is.
    pub fn of(ratings: &Ratings, asked: RatingsAsked) -> Self {
        let level = asked.level;
        let alpha = |drawn: &Ratings| krippendorff_alpha(drawn, level);
        let judged = asked.threshold.filter(|t| t.coefficient != ALPHA);
        let drawn = |t: Threshold| {
            bootstrap_units(ratings, coefficient_of(t.coefficient), asked.replicates)
        };
        let mut own = Self {
            n: ratings.n(),
            coefficients: coefficients(ratings, level),
            bootstrap: bootstrap_units(ratings, alpha, asked.replicates),
            threshold_bootstrap: judged.and_then(drawn),
            shares: (0..ratings.coders()).map(|c| shares(ratings, c)).collect(),
            table: asked.positive.and_then(|yes| table(ratings, yes)),
            asked,
        };
        // No variance of alpha is published at these levels.
        if level != Level::Nominal
            && let Some((low, high)) = own.bootstrap
            && let Some((_, alpha)) = own.coefficients.iter_mut().find(|(n, _)| *n == ALPHA)
            && alpha.value.is_some()
        {
            (alpha.ci_low, alpha.ci_high) = (Some(low), Some(high));
        }
        own
    }

    /// A coefficient by its name.
    pub fn estimate(&self, name: &str) -> Estimate {
        let found = self.coefficients.iter().find(|(known, _)| *known == name);
        found.map(|(_, estimate)| *estimate).unwrap_or_default()
    }

    /// The category that is given most, over all coders, and its mean share.
    fn commonest(&self) -> Option<(usize, f64)> {
        let categories = self.shares.iter().map(|(_, s)| s.len()).max()?;
        let coders: Vec<&Vec<f64>> = self
            .shares
            .iter()
            .filter(|(n, _)| *n > 0.0)
            .map(|(_, shares)| shares)
            .collect();
        let mean = |k: usize| {
            let all: f64 = coders.iter().filter_map(|s| s.get(k)).sum();
            all / coders.len().max(1) as f64
        };
        let all = (0..categories).map(|k| (k, mean(k)));
        all.max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Whether coders agree on most units and agreement beyond chance is low all the same, because
    /// nearly all ratings are one category.
    pub fn is_paradox(&self) -> bool {
        let percent = self.estimate("percent_agreement").value;
        let commonest = self.commonest().map(|(_, share)| share);
        is_paradox(percent, self.estimate(ALPHA).value, commonest)
    }

    /// The interval that a conclusion rests on.
    fn interval(&self, name: &str) -> Option<(f64, f64)> {
        let resampled = if name == ALPHA {
            self.bootstrap
        } else {
            self.threshold_bootstrap
        };
        self.estimate(name).interval_or(!is_few(self.n), resampled)
    }

    /// Where the interval lies against the threshold; none without a threshold.
    pub fn verdict(&self) -> Option<Verdict> {
        let threshold = self.asked.threshold?;
        Some(threshold.verdict(self.interval(threshold.coefficient)))
    }

    /// What may be said of it; `categories` are their names.
    pub fn in_words(&self, categories: &[String]) -> String {
        let name = self.asked.threshold.map_or(ALPHA, |t| t.coefficient);
        let short = if name == ALPHA { "alpha" } else { name };
        let estimate = self.estimate(name);
        let Some(value) = estimate.value else {
            let why = estimate
                .why_undefined
                .map_or("no value", |why| why.in_words());
            return format!("{short} is undefined: {why}.");
        };
        let interval = match self.interval(name) {
            Some((low, high)) => format!("95% CI {low:.2} to {high:.2}"),
            None => "no interval".to_owned(),
        };
        let mut said = vec![format!(
            "{short} {value:.2} ({interval}), {} units",
            units_text(self.n)
        )];
        if (value - 1.0).abs() < 1e-12 {
            said.push(": no disagreement was seen in them".to_owned());
        }
        if let (Some(threshold), Some(verdict)) = (self.asked.threshold, self.verdict()) {
            said.push(threshold.in_words(verdict));
        }
        said.push(".".to_owned());
        if let (true, Some((most, share))) = (self.is_paradox(), self.commonest()) {
            let most = categories.get(most).map(String::as_str).unwrap_or_default();
            let agreed = self.estimate("percent_agreement").value.unwrap_or_default();
            let ac1 = self.estimate("gwet_ac1").value.unwrap_or_default();
            said.push(format!(
                " The coders agree on {} of units, but {} of ratings are {most:?}, so these data cannot \
                 tell good agreement from chance; AC1 {ac1:.2}.",
                percent(agreed),
                percent(share),
            ));
        }
        said.concat()
    }
}

fn shares(ratings: &Ratings, coder: usize) -> (f64, Vec<f64>) {
    let mut counts = vec![0.0; ratings.categories()];
    for unit in ratings.units() {
        if let Some(count) = unit.by_coder[coder].and_then(|k| counts.get_mut(k)) {
            *count += unit.times;
        }
    }
    let n: f64 = counts.iter().sum();
    (n, counts.into_iter().map(|c| c / n.max(1.0)).collect())
}

/// The 2×2 table of two coders and two categories, over units that both rated.
fn table(ratings: &Ratings, yes: usize) -> Option<Retrieval> {
    if ratings.coders() != 2 || ratings.categories() != 2 {
        return None;
    }
    let count = |a: bool, b: bool| {
        let is = |rating: Option<usize>, wanted: bool| rating.map(|r| r == yes) == Some(wanted);
        let units = ratings.units().iter();
        let same = units.filter(|u| is(u.by_coder[0], a) && is(u.by_coder[1], b));
        same.fold(0.0, |sum, u| sum + u.times)
    };
    Some(Retrieval {
        both: count(true, true),
        only_coder: count(true, false),
        only_reference: count(false, true),
        neither: count(false, false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(level: Level) -> RatingsAsked {
        RatingsAsked {
            level,
            replicates: 1000,
            threshold: Threshold::new("alpha", 0.8).ok(),
            positive: Some(1),
        }
    }

    /// Feinstein and Cicchetti 1990, table b: kappa .32 beside 85% agreement.
    #[test]
    fn the_published_paradox_is_said_with_its_table() {
        let rows = [((1, 1), 80), ((1, 0), 10), ((0, 1), 5), ((0, 0), 5)];
        let units = rows.map(|((a, b), times)| (vec![Some(a), Some(b)], times));
        let ratings = Ratings::counted(2, 2, units);
        let found = RatingAgreement::of(&ratings, asked(Level::Nominal));
        let table = found.table.expect("two coders, two categories");
        assert_eq!(
            [
                table.both,
                table.only_coder,
                table.only_reference,
                table.neither
            ]
            .map(units_text),
            ["80", "10", "5", "5"]
        );
        let near =
            |value: Option<f64>, wanted: f64| (value.unwrap_or_default() - wanted).abs() < 0.005;
        assert!(near(table.f1(), 0.91) && near(table.negative_agreement(), 0.40));
        assert!(found.is_paradox());
        assert_eq!(found.verdict(), Some(Verdict::Below));
        let said = found.in_words(&["no".to_owned(), "yes".to_owned()]);
        assert!(
            said.contains("85% of units") && said.contains("of ratings are \"yes\""),
            "{said}"
        );
    }

    /// Krippendorff 2011: four coders, twelve units. An interval stands around the published value at
    /// every level, and is the same each time.
    #[test]
    fn alpha_has_an_interval_at_every_level() {
        let o = None;
        let rows = [
            [Some(0), Some(0), o, Some(0)],
            [Some(1), Some(1), Some(2), Some(1)],
            [Some(2), Some(2), Some(2), Some(2)],
            [Some(2), Some(2), Some(2), Some(2)],
            [Some(1), Some(1), Some(1), Some(1)],
            [Some(0), Some(1), Some(2), Some(3)],
            [Some(3), Some(3), Some(3), Some(3)],
            [Some(0), Some(0), Some(1), Some(0)],
            [Some(1), Some(1), Some(1), Some(1)],
            [o, Some(4), Some(4), Some(4)],
            [o, o, Some(0), Some(0)],
            [o, Some(2), o, o],
        ];
        let units = rows.iter().map(|row| row.to_vec()).collect();
        let ratings = Ratings::new(4, 5, units).with_numbers((1..=5).map(f64::from).collect());
        for (level, value) in [
            (Level::Ordinal, 0.815),
            (Level::Interval, 0.849),
            (Level::Ratio, 0.797),
        ] {
            let found = RatingAgreement::of(&ratings, asked(level));
            let again = RatingAgreement::of(&ratings, asked(level));
            let alpha = found.estimate(ALPHA);
            assert!(
                (alpha.value.unwrap_or_default() - value).abs() < 0.001,
                "{alpha:?}"
            );
            let (low, high) = found.bootstrap.expect("it varies");
            assert!(
                low < value && value < high && high - low < 0.9,
                "{low} {high}"
            );
            assert_eq!((alpha.ci_low, alpha.ci_high), (Some(low), Some(high)));
            assert_eq!(found.bootstrap, again.bootstrap);
            assert_eq!(found.verdict(), Some(Verdict::Inconclusive));
        }
    }

    /// A ratio to less than nothing means nothing: no number is made of it.
    #[test]
    fn ratios_of_negative_numbers_are_undefined() {
        let units = vec![
            vec![Some(0), Some(1)],
            vec![Some(1), Some(1)],
            vec![Some(2), Some(2)],
        ];
        let ratings = Ratings::new(2, 3, units).with_numbers(vec![-1.0, 1.0, 2.0]);
        let found = RatingAgreement::of(&ratings, asked(Level::Ratio));
        let alpha = found.estimate(ALPHA);
        let why = alpha.why_undefined.map(super::super::WhyUndefined::as_str);
        assert_eq!((alpha.value, why), (None, Some("negative_values")));
        assert_eq!(found.bootstrap, None);
        assert!(found.in_words(&[]).contains("below 0"));
        let interval = RatingAgreement::of(&ratings, asked(Level::Interval));
        assert!(interval.estimate(ALPHA).value.is_some());
    }
}
