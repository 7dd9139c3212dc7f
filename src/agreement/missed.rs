//! What the rules miss of each code, for all notes and cell by cell, from answered samples.
//!
//! Comes in: the sentences of a sample, each with its stratum, what a person said of it and whether it
//! is found by now; how many sentences are found. Goes out: a row for each group of notes. A cell is
//! estimated from the strata that it has sentences of, each answer standing for as many sentences as
//! its stratum has for each that was answered (Särndal, Swensson and Wretman 1992, *Model Assisted
//! Survey Sampling*, 10.3).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::codebook::CodeIndex;

use super::bootstrap::percentiles;
use super::elusion::{ElusionStratum, elusion};

/// Fewest participants with answers for an interval that resamples them.
pub const CLUSTERS_MIN: usize = 10;
/// Resamples of participants.
const REPLICATES: u64 = 2000;

/// The stratum of sentences in which the code stands and does not count. Its name tells a coder nothing
/// of what the rules did there.
pub const APART: &str = "apart";

/// A sentence that was drawn because it did not have the code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sampled {
    /// What its stratum has in common.
    pub stratum: String,
    /// Sentences of the stratum.
    pub stratum_size: u64,
    /// Whose note it stands in; empty where unknown.
    pub participant_id: String,
    /// The note's session type.
    pub session_type: String,
    /// Whether it carries the code; none where nobody answered.
    pub carries: Option<bool>,
    /// Whether it has the code by now, because a person added it.
    pub is_found: bool,
}

/// Which notes a row is about; an empty part means any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct MissedGroup {
    /// The participant.
    pub participant_id: Option<String>,
    /// The session type.
    pub session_type: Option<String>,
}

impl MissedGroup {
    /// The word that tables use.
    pub fn as_str(&self) -> &'static str {
        match (&self.participant_id, &self.session_type) {
            (None, None) => "all",
            (Some(_), None) => "participant",
            (None, Some(_)) => "session_type",
            (Some(_), Some(_)) => "participant_session_type",
        }
    }

    fn holds(&self, participant: &str, session_type: &str) -> bool {
        self.participant_id
            .as_ref()
            .is_none_or(|p| p == participant)
            && self.session_type.as_ref().is_none_or(|s| s == session_type)
    }
}

/// Why there is no estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNotEstimated {
    /// No sample was drawn, or none of its sentences stands in these notes.
    NobodyLooked,
    /// A sample was drawn, and nobody answered.
    NobodyAnswered,
    /// The sample was drawn with another codebook: what that one missed may be found now.
    OtherCodebook,
}

impl WhyNotEstimated {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NobodyLooked => "nobody_looked",
            Self::NobodyAnswered => "nobody_answered",
            Self::OtherCodebook => "other_codebook",
        }
    }
}

/// A number with the ends of its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Between {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Between {
    fn map(self, of: impl Fn(f64) -> f64) -> Self {
        Self {
            value: of(self.value),
            low: of(self.low),
            high: of(self.high),
        }
    }
}

/// How an interval was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissedInterval {
    /// Exact binomial at the effective number of answers.
    ClopperPearson,
    /// Percentiles over resamples of participants.
    ClusterBootstrap,
}

impl MissedInterval {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClopperPearson => "clopper_pearson_effective_n",
            Self::ClusterBootstrap => "cluster_bootstrap",
        }
    }
}

/// What is estimated of one group of notes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimated {
    /// Sentences without the code in the strata that were drawn from.
    pub units: u64,
    /// Of the group's sentences, how many were answered.
    pub answered: u64,
    /// Of those, how many carry the code.
    pub carried: u64,
    /// Sentences of strata in which nobody answered; the others speak for them.
    pub unanswered: u64,
    /// The share of sentences without the code that carry it.
    pub elusion: Between,
    /// Sentences that carry it and are not found.
    pub missed: Between,
    /// Sentences that carry it, found or not.
    pub corrected: Between,
    /// The share of those that are found; none where there are none.
    pub recall: Option<Between>,
    /// How the intervals were made.
    pub interval: MissedInterval,
}

/// One group's row of a code.
#[derive(Debug, Clone, PartialEq)]
pub struct MissedRow {
    /// Which notes.
    pub group: MissedGroup,
    /// Sentences with a counted passage of the code.
    pub found: u64,
    /// Words of the notes that count.
    pub words: u64,
    /// What is estimated, or why nothing is.
    pub estimate: Result<Estimated, WhyNotEstimated>,
}

/// What is missed of one code.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeMissed {
    /// The code.
    pub code: CodeIndex,
    /// All notes first, then each participant, session type, and both.
    pub rows: Vec<MissedRow>,
    /// Whether the sample was drawn with another codebook than the one at hand.
    pub is_other_codebook: bool,
}

impl CodeMissed {
    /// The same, with nothing estimated where the codebook is not the one that was drawn with.
    #[must_use]
    pub fn of_this_codebook(mut self) -> Self {
        if self.is_other_codebook {
            for row in &mut self.rows {
                row.estimate = Err(WhyNotEstimated::OtherCodebook);
            }
        }
        self
    }
}

/// Sentences found and words read, by participant and session type.
pub type FoundCells = BTreeMap<(String, String), FoundCell>;

/// What is found in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FoundCell {
    /// Sentences with a counted passage.
    pub sentences: u64,
    /// Words of the notes that count.
    pub words: u64,
}

/// The rows of one code: all notes, each participant, each session type, each of both.
pub fn missed(found: &FoundCells, sampled: &[Sampled]) -> Vec<MissedRow> {
    let mut groups = BTreeSet::from([(0, MissedGroup::default())]);
    for (participant, session_type) in found.keys() {
        let (who, what) = (Some(participant.clone()), Some(session_type.clone()));
        let group = |participant_id, session_type| MissedGroup {
            participant_id,
            session_type,
        };
        groups.insert((1, group(who.clone(), None)));
        groups.insert((2, group(None, what.clone())));
        groups.insert((3, group(who, what)));
    }
    let row = |(_, group): (u8, MissedGroup)| {
        let own = found.iter().filter(|((p, s), _)| group.holds(p, s));
        let (mut sentences, mut words) = (0, 0);
        for (_, cell) in own {
            sentences += cell.sentences;
            words += cell.words;
        }
        MissedRow {
            found: sentences,
            words,
            estimate: estimate(&group, sentences, sampled),
            group,
        }
    };
    groups.into_iter().map(row).collect()
}

fn estimate(
    group: &MissedGroup,
    found: u64,
    sampled: &[Sampled],
) -> Result<Estimated, WhyNotEstimated> {
    let is_own = |s: &Sampled| group.holds(&s.participant_id, &s.session_type);
    let touched: BTreeSet<&str> = sampled
        .iter()
        .filter(|s| is_own(s))
        .map(|s| s.stratum.as_str())
        .collect();
    if touched.is_empty() {
        return Err(WhyNotEstimated::NobodyLooked);
    }
    let mut strata: BTreeMap<&str, ElusionStratum> = BTreeMap::new();
    let (mut answered, mut carried, mut known) = (0, 0, 0);
    for one in sampled
        .iter()
        .filter(|s| touched.contains(s.stratum.as_str()))
    {
        let stratum = strata.entry(&one.stratum).or_default();
        stratum.size = one.stratum_size;
        let Some(carries) = one.carries else {
            continue;
        };
        stratum.answered += 1;
        if is_own(one) {
            answered += 1;
            carried += u64::from(carries);
            stratum.missed += u64::from(carries);
            known += u64::from(carries && one.is_found);
        }
    }
    let all: Vec<ElusionStratum> = strata.values().copied().collect();
    let whole = elusion(&all).filter(|_| answered > 0);
    let whole = whole.ok_or(WhyNotEstimated::NobodyAnswered)?;
    let mut share = Between {
        value: whole.share,
        low: whole.low,
        high: whole.high,
    };
    let mut interval = MissedInterval::ClopperPearson;
    if let Some((low, high)) = by_participants(sampled, &strata, &is_own) {
        share = Between { low, high, ..share };
        interval = MissedInterval::ClusterBootstrap;
    }
    // What was read is known and not estimated: a census leaves nothing open.
    let units = whole.units as f64;
    let told: u64 = strata.values().map(|s| s.answered).sum();
    share.low = share.low.max(carried as f64 / units);
    share.high = share
        .high
        .min((units - told.saturating_sub(carried) as f64) / units);
    // What the sample itself brought to light is found by now.
    let missed = share.map(|s| (s * whole.units as f64 - known as f64).max(0.0));
    let corrected = missed.map(|m| m + found as f64);
    let found = found as f64;
    let recall = (corrected.value > 0.0).then(|| Between {
        value: found / corrected.value,
        low: found / corrected.high,
        high: if corrected.low > 0.0 {
            found / corrected.low
        } else {
            1.0
        },
    });
    Ok(Estimated {
        units: whole.units,
        answered,
        carried,
        unanswered: whole.unanswered,
        elusion: share,
        missed,
        corrected,
        recall,
        interval,
    })
}

/// The share's interval by resampling participants, since sentences of one are not independent; none
/// where fewer than [`CLUSTERS_MIN`] were answered for or nothing was missed.
fn by_participants(
    sampled: &[Sampled],
    strata: &BTreeMap<&str, ElusionStratum>,
    is_own: &dyn Fn(&Sampled) -> bool,
) -> Option<(f64, f64)> {
    // Each participant's sentences with the code and in all, as the answers stand for them.
    let mut people: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for one in sampled {
        let (Some(stratum), Some(carries)) = (strata.get(one.stratum.as_str()), one.carries) else {
            continue;
        };
        let weight = stratum.size as f64 / stratum.answered as f64;
        let sums = people.entry(&one.participant_id).or_default();
        sums.0 += if carries && is_own(one) { weight } else { 0.0 };
        sums.1 += weight;
    }
    let people: Vec<(f64, f64)> = people.into_values().collect();
    if people.len() < CLUSTERS_MIN || people.iter().all(|(yes, _)| *yes == 0.0) {
        return None;
    }
    percentiles(REPLICATES, |random| {
        let (mut yes, mut all) = (0.0, 0.0);
        for _ in 0..people.len() {
            let drawn = people[random.below(people.len())];
            yes += drawn.0;
            all += drawn.1;
        }
        Some(yes / all)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many answers of a cell, of which so many are yes.
    fn answers(who: &str, what: &str, size: u64, answered: u64, yes: u64) -> Vec<Sampled> {
        (0..answered)
            .map(|i| Sampled {
                stratum: format!("{who} / {what}"),
                stratum_size: size,
                participant_id: who.to_owned(),
                session_type: what.to_owned(),
                carries: Some(i < yes),
                is_found: false,
            })
            .collect()
    }

    fn found(cells: &[(&str, &str, u64)]) -> FoundCells {
        let cell = |&(who, what, sentences): &(&str, &str, u64)| {
            let cell = FoundCell {
                sentences,
                words: 100,
            };
            ((who.to_owned(), what.to_owned()), cell)
        };
        cells.iter().map(cell).collect()
    }

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a}, wanted {b}");
    }

    #[test]
    fn cells_are_corrected_by_their_own_weights() {
        let found = found(&[
            ("P01", "home", 30),
            ("P01", "clinic", 10),
            ("P02", "home", 0),
        ]);
        let mut sampled = answers("P01", "home", 900, 30, 3);
        sampled.extend(answers("P01", "clinic", 100, 20, 2));
        let rows = missed(&found, &sampled);
        let names: Vec<&str> = rows.iter().map(|r| r.group.as_str()).collect();
        assert_eq!(names[..2], ["all", "participant"]);
        assert_eq!(names.len(), 1 + 2 + 2 + 3);
        let all = rows[0].estimate.expect("answers");
        // 900 · 3/30 + 100 · 2/20 of 1000, beside 40 that are found.
        near(all.missed.value, 100.0);
        near(all.corrected.value, 140.0);
        near(all.recall.expect("some").value, 40.0 / 140.0);
        assert!(all.missed.low < 100.0 && all.missed.high > 100.0);
        let home = rows.iter().find(|r| {
            r.group.session_type.as_deref() == Some("home") && r.group.participant_id.is_none()
        });
        let home = home.expect("a row").estimate.expect("answers");
        near(home.missed.value, 90.0);
        let other = rows
            .iter()
            .find(|r| r.group.participant_id.as_deref() == Some("P02"));
        assert_eq!(
            other.expect("a row").estimate,
            Err(WhyNotEstimated::NobodyLooked)
        );
        // The cells of a partition add up to the whole.
        let cells = rows
            .iter()
            .filter(|r| r.group.as_str() == "participant_session_type");
        let sum: f64 = cells
            .filter_map(|r| r.estimate.ok())
            .map(|e| e.missed.value)
            .sum();
        near(sum, 100.0);
    }

    #[test]
    fn what_the_sample_brought_to_light_is_not_missed_any_more() {
        let found = found(&[("P01", "home", 32)]);
        let mut sampled = answers("P01", "home", 300, 30, 3);
        sampled[0].is_found = true;
        sampled[1].is_found = true;
        let all = missed(&found, &sampled)[0].estimate.expect("answers");
        near(all.missed.value, 28.0);
        near(all.corrected.value, 60.0);
        assert!(all.missed.low >= 0.0);
        let nobody: Vec<Sampled> = sampled
            .iter()
            .map(|s| Sampled {
                carries: None,
                ..s.clone()
            })
            .collect();
        assert_eq!(
            missed(&found, &nobody)[0].estimate,
            Err(WhyNotEstimated::NobodyAnswered)
        );
    }

    #[test]
    fn ten_participants_are_resampled_whole() {
        let mut sampled = Vec::new();
        for i in 0..10 {
            // All that is missed is one person's.
            let yes = if i == 0 { 10 } else { 0 };
            sampled.extend(answers(&format!("P{i:02}"), "home", 100, 10, yes));
        }
        let found = found(&[("P00", "home", 5)]);
        let all = missed(&found, &sampled)[0].estimate.expect("answers");
        assert_eq!(all.interval, MissedInterval::ClusterBootstrap);
        near(all.elusion.value, 0.1);
        // Ten independent answers of a hundred would give 0.05 to 0.18.
        assert!(all.elusion.low < 0.02 && all.elusion.high >= 0.2, "{all:?}");
    }

    #[test]
    fn a_census_leaves_nothing_open() {
        let one = |carries: bool| Sampled {
            stratum: "P01".to_owned(),
            stratum_size: 40,
            participant_id: "P01".to_owned(),
            session_type: "ketamine".to_owned(),
            carries: Some(carries),
            is_found: false,
        };
        let sampled: Vec<Sampled> = (0..40).map(|i| one(i < 3)).collect();
        let found = FoundCells::default();
        let all = missed(&found, &sampled)[0].estimate.unwrap();
        near(all.missed.low, 3.0);
        near(all.missed.high, 3.0);
        // What was read is there at least, and what was read as missing is not.
        let some = missed(&found, &sampled[..30])[0].estimate.unwrap();
        assert!(
            some.missed.low >= 3.0 && some.missed.high <= 13.0,
            "{some:?}"
        );
    }
}
