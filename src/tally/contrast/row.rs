//! One code in two groups: counts, estimates and tests.

use crate::model::codebook::CodeIndex;
use crate::model::corpus::Detail;

use super::super::interval::{Interval, PARTICIPANTS_MIN};
use super::super::names::find;
use super::multiplicity::benjamini_hochberg;
use super::odds::{
    Conditional, Stratum, cochran_mantel_haenszel, mantel_haenszel, mantel_haenszel_interval,
};
use super::rate::{Exposed, RateRatio, rate_ratio, rate_ratio_within};
use super::within::{P, Participant, label_permutation, sign_flip};
use super::{Asked, Contrast, Own, PValues};

/// Where notes of one group are longer by more than this factor, a difference between the groups
/// could be one of documentation alone.
pub const DOCUMENTATION_FACTOR: f64 = 1.5;

/// A code's numbers in one group.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Side {
    /// Notes.
    pub notes: u64,
    /// Their words.
    pub words: u64,
    /// Notes in which the code is present.
    pub present: u64,
    /// Counted passages.
    pub codings: u64,
    /// Participants who have notes.
    pub participants: u64,
    /// Those of them in whose notes it is present.
    pub participants_present: u64,
}

impl Side {
    fn add(&mut self, own: &Own, code: CodeIndex) {
        let counts = own.code(code);
        self.notes += own.notes;
        self.words += own.words;
        self.present += counts.present;
        self.codings += counts.codings;
        self.participants += 1;
        self.participants_present += u64::from(counts.present > 0);
    }

    /// Share of notes in which the code is present.
    pub fn share(&self) -> Option<f64> {
        (self.notes > 0).then(|| self.present as f64 / self.notes as f64)
    }

    /// Passages per 1,000 words.
    pub fn rate(&self) -> Option<f64> {
        (self.words > 0).then(|| 1000.0 * self.codings as f64 / self.words as f64)
    }

    fn words_per_note(&self) -> f64 {
        self.words as f64 / self.notes as f64
    }
}

/// How an odds ratio was worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddsMethod {
    /// Exact conditional distribution.
    Exact,
    /// Mantel-Haenszel, with the interval of Robins, Breslow & Greenland.
    MantelHaenszel,
}

impl OddsMethod {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::MantelHaenszel => "mantel_haenszel",
        }
    }
}

/// An odds ratio over strata.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// Its estimate; may be 0 or infinite.
    pub ratio: f64,
    /// Its 95% interval.
    pub interval: Interval,
    /// How both were worked out.
    pub method: OddsMethod,
    /// Two-sided p of no difference.
    pub p: f64,
}

impl Odds {
    /// Exact where the notes are few enough, else Mantel-Haenszel.
    pub fn new(strata: &[Stratum]) -> Option<Self> {
        if let Some(exact) = Conditional::new(strata) {
            return Some(Self {
                ratio: exact.odds_ratio(),
                interval: exact.interval(),
                method: OddsMethod::Exact,
                p: exact.p(),
            });
        }
        Some(Self {
            ratio: mantel_haenszel(strata)?,
            interval: mantel_haenszel_interval(strata)?,
            method: OddsMethod::MantelHaenszel,
            p: cochran_mantel_haenszel(strata)?,
        })
    }
}

/// The tests of one row, each with its p adjusted for all tests of the table.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tests {
    /// Label permutation within participants, words taken into account.
    pub permutation: Option<(P, f64)>,
    /// Sign flips of the participants' differences of rates.
    pub sign_flip: Option<(P, f64)>,
    /// Presence in notes, stratified by participant.
    pub odds: Option<(f64, f64)>,
}

/// A row of `comparisons.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct ContrastRow<'t> {
    /// The first group.
    pub group_a: &'t str,
    /// The second.
    pub group_b: &'t str,
    /// The code.
    pub code: CodeIndex,
    /// The code in the first group.
    pub a: Side,
    /// The code in the second.
    pub b: Side,
    /// Participants who have notes of both groups.
    pub participants_both: u64,
    /// Those of them whose notes of both groups together both have and lack the code.
    pub informative: u64,
    /// Words per note of the first group over those of the second.
    pub length_ratio: Option<f64>,
    /// Mean over participants of the difference of rates per 1,000 words.
    pub mean_difference: Option<f64>,
    /// Ratio of rates within participants.
    pub rate_ratio_within: Option<f64>,
    /// Its exact interval, were passages independent of each other.
    pub rate_within: Option<Interval>,
    /// Odds of presence, stratified by participant.
    pub odds: Option<Odds>,
    /// The same, stratified by how much a note says.
    pub odds_by_detail: Option<Odds>,
    /// Ratio of pooled rates, participants as a sample.
    pub rate_ratio: Option<RateRatio>,
    /// Tests; none for few participants.
    pub tests: Tests,
    /// Whether p-values may be read at all.
    pub is_comparison: bool,
}

impl ContrastRow<'_> {
    /// Whether notes of one group are so much longer that documentation alone could differ.
    pub fn documentation_differs(&self) -> bool {
        self.length_ratio
            .is_some_and(|r| r.max(1.0 / r) > DOCUMENTATION_FACTOR)
    }

    /// `comparison`, or `description` for few participants.
    pub fn kind(&self) -> &'static str {
        if self.is_comparison {
            "comparison"
        } else {
            "description"
        }
    }
}

/// Two groups of a contrast.
pub(super) struct Pair<'t> {
    contrast: &'t Contrast,
    a: &'t str,
    b: &'t str,
    /// Each participant's notes of the first group and of the second.
    people: Vec<(Option<&'t Own>, Option<&'t Own>)>,
}

impl<'t> Pair<'t> {
    pub(super) fn new(contrast: &'t Contrast, a: &'t str, b: &'t str) -> Self {
        let both = |groups: &'t Vec<_>| (find(groups, a), find(groups, b));
        Self {
            contrast,
            a,
            b,
            people: contrast.people.values().map(both).collect(),
        }
    }

    pub(super) fn row(&self, code: CodeIndex, asked: &Asked) -> ContrastRow<'t> {
        let (mut a, mut b) = (Side::default(), Side::default());
        for (first, second) in &self.people {
            if let Some(own) = first {
                a.add(own, code);
            }
            if let Some(own) = second {
                b.add(own, code);
            }
        }
        let with_both = self.people.iter().filter_map(|(x, y)| Some(((*x)?, (*y)?)));
        let with_both: Vec<(&Own, &Own)> = with_both.collect();
        let strata: Vec<Stratum> = with_both.iter().map(|p| stratum(*p, code)).collect();
        let differences: Vec<f64> = with_both
            .iter()
            .filter_map(|p| difference(*p, code))
            .collect();
        let is_comparison = with_both.len() as u64 >= PARTICIPANTS_MIN
            || asked.p_values == PValues::Always && !with_both.is_empty();
        let is_tested = is_comparison && a.codings + b.codings > 0;
        let odds = Odds::new(&strata);
        let people: Vec<Exposed> = self.people.iter().map(|p| exposed(*p, code)).collect();
        ContrastRow {
            group_a: self.a,
            group_b: self.b,
            code,
            a,
            b,
            participants_both: with_both.len() as u64,
            informative: strata.iter().filter(|s| s.is_informative()).count() as u64,
            length_ratio: (a.words > 0 && b.words > 0)
                .then(|| a.words_per_note() / b.words_per_note()),
            mean_difference: (!differences.is_empty())
                .then(|| differences.iter().sum::<f64>() / differences.len() as f64),
            rate_ratio_within: rate_ratio_within(&people),
            rate_within: is_tested
                .then(|| Conditional::of_rates(&people).map(|c| c.interval()))
                .flatten(),
            odds: odds.filter(|_| is_comparison),
            odds_by_detail: Odds::new(&self.by_detail(code)).filter(|_| is_comparison),
            rate_ratio: rate_ratio(&people).filter(|_| is_comparison),
            tests: if is_tested {
                tests(&with_both, &differences, odds, code)
            } else {
                Tests::default()
            },
            is_comparison,
        }
    }

    fn by_detail(&self, code: CodeIndex) -> Vec<Stratum> {
        let side = |group: &str, detail: Detail| {
            let of = self
                .contrast
                .details
                .get(&(group.to_owned(), detail.as_str()));
            of.map_or((0, 0), |of| {
                let present = of.present.get(&code).copied().unwrap_or(0);
                (present, of.notes - present)
            })
        };
        let strata = [Detail::Terse, Detail::Summary, Detail::Detailed].map(|detail| {
            let ((a, b), (c, d)) = (side(self.a, detail), side(self.b, detail));
            Stratum { a, b, c, d }
        });
        strata.to_vec()
    }
}

fn tests(
    with_both: &[(&Own, &Own)],
    differences: &[f64],
    odds: Option<Odds>,
    code: CodeIndex,
) -> Tests {
    let people: Vec<Participant> = with_both
        .iter()
        .map(|(first, second)| {
            let mut notes = first.notes(code);
            notes.extend(second.notes(code));
            Participant {
                first: first.sums(code),
                second: second.sums(code),
                notes,
            }
        })
        .collect();
    // The adjusted value follows when every test of the table is known.
    Tests {
        permutation: label_permutation(&people).map(|p| (p, 1.0)),
        sign_flip: sign_flip(differences).map(|p| (p, 1.0)),
        odds: odds.map(|o| (o.p, 1.0)),
    }
}

/// Adjusts every test of a table for all others of it.
pub(super) fn adjust(rows: &mut [ContrastRow<'_>]) {
    let mut all = Vec::new();
    for row in rows.iter() {
        let Tests {
            permutation,
            sign_flip,
            odds,
        } = row.tests;
        all.extend(permutation.map(|p| p.0.value));
        all.extend(sign_flip.map(|p| p.0.value));
        all.extend(odds.map(|p| p.0));
    }
    let mut adjusted = benjamini_hochberg(&all).into_iter();
    for row in rows {
        let tests = &mut row.tests;
        let places = [
            tests.permutation.as_mut().map(|p| &mut p.1),
            tests.sign_flip.as_mut().map(|p| &mut p.1),
            tests.odds.as_mut().map(|p| &mut p.1),
        ];
        for (place, value) in places.into_iter().flatten().zip(adjusted.by_ref()) {
            *place = value;
        }
    }
}

fn stratum((first, second): (&Own, &Own), code: CodeIndex) -> Stratum {
    let (a, c) = (first.code(code).present, second.code(code).present);
    Stratum {
        a,
        b: first.notes - a,
        c,
        d: second.notes - c,
    }
}

/// Difference of a participant's rates per 1,000 words.
fn difference((first, second): (&Own, &Own), code: CodeIndex) -> Option<f64> {
    let rate = |own: &Own| {
        (own.words > 0).then(|| 1000.0 * own.code(code).codings as f64 / own.words as f64)
    };
    Some(rate(first)? - rate(second)?)
}

fn exposed((first, second): (Option<&Own>, Option<&Own>), code: CodeIndex) -> Exposed {
    let of = |own: Option<&Own>| own.map_or((0, 0), |o| (o.code(code).codings, o.words));
    let ((count_a, words_a), (count_b, words_b)) = (of(first), of(second));
    Exposed {
        count_a,
        words_a,
        count_b,
        words_b,
    }
}
