//! From passages to ratings: which units does each coder's code mark?
//!
//! A unit is one or more stretches of notes (a note, a session's notes, a sentence) or a single
//! character. Where several coders say the same of many units, those are counted, not listed.

use std::collections::{BTreeMap, BTreeSet};

use super::bootstrap::{bootstrap_units_each, percentiles_of_each};
use super::estimate::Estimate;
use super::ratings::Ratings;
use crate::model::coding::{Assertion, Voice};

/// A passage that a coder gave a code, in code points of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Index of the note.
    pub note: usize,
    /// First code point.
    pub start: u64,
    /// Code point after the last.
    pub end: u64,
    /// What it says of the theme.
    pub assertion: Assertion,
    /// Whose words it is, if the coder said.
    pub voice: Option<Voice>,
}

/// How notes are cut into units.
#[derive(Debug, Clone)]
pub enum UnitMap {
    /// Per note, stretches in order, each with the index of its unit.
    Stretches {
        /// `(start, end, unit)` for each note.
        notes: Vec<Vec<(u64, u64, usize)>>,
        /// How many units there are.
        units: usize,
    },
    /// Each character of each note, whose lengths these are.
    Characters {
        /// Code points of each note.
        lengths: Vec<u64>,
    },
}

/// How much each note weighs: 1, or what a stratified sample makes of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum NoteWeights {
    /// All the same.
    #[default]
    Equal,
    /// By note.
    Design(Vec<f64>),
}

impl NoteWeights {
    /// Weights by the notes' strata, of which some notes were read: a stratum's notes stand for all of
    /// it (size / read), with the mean 1 over notes. Equal where a note has no stratum.
    pub fn of_strata(notes: &[Option<(String, u64)>]) -> Self {
        let mut read: BTreeMap<&str, f64> = BTreeMap::new();
        for (stratum, _) in notes.iter().flatten() {
            *read.entry(stratum).or_default() += 1.0;
        }
        let weight = |note: &Option<(String, u64)>| {
            let (stratum, size) = note.as_ref()?;
            Some(*size as f64 / read[stratum.as_str()])
        };
        let weights: Option<Vec<f64>> = notes.iter().map(weight).collect();
        match weights {
            Some(weights) if !weights.is_empty() => {
                let mean = weights.iter().sum::<f64>() / weights.len() as f64;
                Self::Design(weights.into_iter().map(|w| w / mean).collect())
            }
            _ => Self::Equal,
        }
    }

    /// The weights of some of the notes.
    #[must_use]
    pub fn only(&self, notes: &[usize]) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::Design(_) => Self::Design(notes.iter().map(|&n| self.of(n)).collect()),
        }
    }

    fn of(&self, note: usize) -> f64 {
        match self {
            Self::Equal => 1.0,
            Self::Design(weights) => weights.get(note).copied().unwrap_or(1.0),
        }
    }
}

/// Who marks a unit, and how many units are marked so, by their weights, for one cluster of notes.
type Patterns = BTreeMap<Vec<bool>, f64>;

/// The ratings of one code: each unit marked or not by each coder. A unit weighs as much as the first
/// note that it has a stretch of.
pub fn per_code((map, weights): (&UnitMap, &NoteWeights), marks: &[Vec<Mark>]) -> Ratings {
    let one = by_cluster((map, weights), marks, &vec![0; map.notes()]);
    ratings(marks.len(), one.into_iter().flatten())
}

fn ratings(coders: usize, patterns: impl IntoIterator<Item = (Vec<bool>, f64)>) -> Ratings {
    let units = patterns.into_iter().map(|(yes, times)| {
        (
            yes.into_iter().map(|y| Some(usize::from(y))).collect(),
            times,
        )
    });
    Ratings::weighed(coders, 2, units)
}

impl UnitMap {
    /// How many notes there are.
    fn notes(&self) -> usize {
        match self {
            Self::Stretches { notes, .. } => notes.len(),
            Self::Characters { lengths } => lengths.len(),
        }
    }
}

/// Who marks which units, by the clusters of notes; a unit of several notes is of the first one's.
fn by_cluster(
    (map, weights): (&UnitMap, &NoteWeights),
    marks: &[Vec<Mark>],
    cluster_of: &[usize],
) -> Vec<Patterns> {
    let count = cluster_of.iter().max().map_or(0, |most| most + 1);
    let mut clusters = vec![Patterns::new(); count];
    match map {
        UnitMap::Characters { lengths } => {
            let by_note: Vec<Vec<(usize, u64, u64)>> =
                marks.iter().map(|own| joined(own)).collect();
            for (note, &length) in lengths.iter().enumerate() {
                let here: Vec<&[(usize, u64, u64)]> = by_note
                    .iter()
                    .map(|own| {
                        let first = own.partition_point(|m| m.0 < note);
                        let end = own.partition_point(|m| m.0 <= note);
                        &own[first..end]
                    })
                    .collect();
                by_character(
                    (length, weights.of(note)),
                    &here,
                    &mut clusters[cluster_of[note]],
                );
            }
        }
        UnitMap::Stretches { notes, units } => {
            let mut cluster_of_unit = vec![None; *units];
            for (note, stretches) in notes.iter().enumerate() {
                for stretch in stretches {
                    cluster_of_unit[stretch.2].get_or_insert((cluster_of[note], weights.of(note)));
                }
            }
            for (unit, row) in by_stretch(notes, marks) {
                // What is left are the units that nobody marks.
                if let Some((cluster, weight)) = cluster_of_unit[unit].take() {
                    *clusters[cluster].entry(row).or_default() += weight;
                }
            }
            for (cluster, weight) in cluster_of_unit.into_iter().flatten() {
                let nobody = vec![false; marks.len()];
                *clusters[cluster].entry(nobody).or_default() += weight;
            }
        }
    }
    clusters
}

/// Who marks each unit that somebody marks.
fn by_stretch(notes: &[Vec<(u64, u64, usize)>], marks: &[Vec<Mark>]) -> BTreeMap<usize, Vec<bool>> {
    let mut marked: BTreeMap<usize, Vec<bool>> = BTreeMap::new();
    for (coder, own) in marks.iter().enumerate() {
        for mark in own {
            for unit in units_of(&notes[mark.note], *mark) {
                marked
                    .entry(unit)
                    .or_insert_with(|| vec![false; marks.len()])[coder] = true;
            }
        }
    }
    marked
}

/// The units that a passage touches.
fn units_of(stretches: &[(u64, u64, usize)], mark: Mark) -> impl Iterator<Item = usize> {
    let first = stretches.partition_point(|s| s.1 <= mark.start);
    stretches[first..]
        .iter()
        .take_while(move |s| s.0 < mark.end)
        .map(|s| s.2)
}

/// A coder's passages as `(note, start, end)`, in order, those that touch joined.
fn joined(marks: &[Mark]) -> Vec<(usize, u64, u64)> {
    let mut all: Vec<(usize, u64, u64)> = marks
        .iter()
        .filter(|m| m.start < m.end)
        .map(|m| (m.note, m.start, m.end))
        .collect();
    all.sort_unstable();
    let mut out: Vec<(usize, u64, u64)> = Vec::with_capacity(all.len());
    for (note, start, end) in all {
        match out.last_mut() {
            Some(open) if open.0 == note && start <= open.2 => open.2 = open.2.max(end),
            _ => out.push((note, start, end)),
        }
    }
    out
}

/// Counts the characters of one note by who marks them: from bound to bound, never one by one.
fn by_character(
    (length, weight): (u64, f64),
    coders: &[&[(usize, u64, u64)]],
    patterns: &mut Patterns,
) {
    let ends = coders.iter().flat_map(|own| own.iter());
    let mut bounds: Vec<u64> = ends
        .flat_map(|m| [m.1.min(length), m.2.min(length)])
        .chain([0, length])
        .collect();
    bounds.sort_unstable();
    bounds.dedup();
    let mut at = vec![0; coders.len()];
    for piece in bounds.windows(2) {
        let row = coders.iter().zip(&mut at).map(|(own, at)| {
            while own.get(*at).is_some_and(|m| m.2 <= piece[0]) {
                *at += 1;
            }
            own.get(*at).is_some_and(|m| m.1 <= piece[0])
        });
        *patterns.entry(row.collect()).or_default() += weight * (piece[1] - piece[0]) as f64;
    }
}

/// What a bootstrap draws with replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resample {
    /// Single units, as if those of one note were independent.
    Units,
    /// Whole clusters (notes, or participants), since passages of one note are not independent;
    /// the cluster of each note.
    Clusters(Vec<usize>),
}

/// A percentile bootstrap of a coefficient of one code.
///
/// Gives the 95% interval, or none where too few resamples had any variation. A cluster is held as
/// counts of a few patterns, so that a resample costs one addition a cluster and pattern.
pub fn bootstrap(
    units: (&UnitMap, &NoteWeights),
    marks: &[Vec<Mark>],
    resample: &Resample,
    replicates: u64,
    coefficient: fn(&Ratings) -> Estimate,
) -> Option<(f64, f64)> {
    let values = |drawn: &Ratings| vec![coefficient(drawn).value];
    bootstrap_each(units, marks, resample, replicates, values)
        .first()
        .copied()
        .flatten()
}

/// The same for several coefficients of each resample; empty where nothing can be drawn.
pub fn bootstrap_each(
    units: (&UnitMap, &NoteWeights),
    marks: &[Vec<Mark>],
    resample: &Resample,
    replicates: u64,
    values: impl Fn(&Ratings) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<(f64, f64)>> {
    let cluster_of = match resample {
        Resample::Units => {
            return bootstrap_units_each(&per_code(units, marks), values, replicates);
        }
        Resample::Clusters(cluster_of) => cluster_of,
    };
    let mut clusters = by_cluster(units, marks, cluster_of);
    clusters.retain(|patterns| !patterns.is_empty());
    if clusters.len() < 2 {
        return Vec::new();
    }
    let patterns: BTreeSet<&Vec<bool>> = clusters.iter().flat_map(BTreeMap::keys).collect();
    let patterns: Vec<&Vec<bool>> = patterns.into_iter().collect();
    let counts: Vec<Vec<(usize, f64)>> = clusters
        .iter()
        .map(|own| {
            let place = |pattern| patterns.binary_search(&pattern).unwrap_or_default();
            own.iter().map(|(p, &times)| (place(p), times)).collect()
        })
        .collect();
    percentiles_of_each(replicates, |random| {
        let mut drawn = vec![0.0; patterns.len()];
        for _ in 0..counts.len() {
            for &(pattern, times) in &counts[random.below(counts.len())] {
                drawn[pattern] += times;
            }
        }
        let all = patterns.iter().map(|&p| p.clone()).zip(drawn);
        values(&ratings(marks.len(), all))
    })
}

/// How the passages of one code of two coders meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Passages {
    /// Passages of the first coder.
    pub first: u64,
    /// Passages of the second coder.
    pub second: u64,
    /// Passages of the first that overlap one of the second.
    pub first_met: u64,
    /// Passages of the second that overlap one of the first.
    pub second_met: u64,
    /// Of the second's that are met: those whose best overlapping one has the same assertion.
    pub same_assertion: u64,
    /// Of the second's that are met and have a voice on both sides: how many.
    pub voiced: u64,
    /// Of those: the same voice.
    pub same_voice: u64,
}

impl std::ops::AddAssign for Passages {
    fn add_assign(&mut self, other: Self) {
        self.first += other.first;
        self.second += other.second;
        self.first_met += other.first_met;
        self.second_met += other.second_met;
        self.same_assertion += other.same_assertion;
        self.voiced += other.voiced;
        self.same_voice += other.same_voice;
    }
}

impl Passages {
    /// Precision, recall and F1 of the first coder's passages against the second's.
    pub fn retrieval(&self) -> (Option<f64>, Option<f64>, Option<f64>) {
        let ratio = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let precision = ratio(self.first_met, self.first);
        let recall = ratio(self.second_met, self.second);
        let f1 = match (precision, recall) {
            (Some(p), Some(r)) if p + r > 0.0 => Some(2.0 * p * r / (p + r)),
            (None, None) => None,
            _ => Some(0.0),
        };
        (precision, recall, f1)
    }
}

/// Compares the passages of one code of two coders by overlap: two meet where they share a
/// character at least, and `least` of the text that either covers (0 to 1).
pub fn passages(first: &[Mark], second: &[Mark], least: f64) -> Passages {
    let overlap = |a: &Mark, b: &Mark| {
        let both = a.end.min(b.end).saturating_sub(a.start.max(b.start));
        let either = a.end.max(b.end) - a.start.min(b.start);
        if both > 0 && both as f64 >= least * either as f64 {
            both
        } else {
            0
        }
    };
    let mut by_note: BTreeMap<usize, Vec<&Mark>> = BTreeMap::new();
    for mark in first {
        by_note.entry(mark.note).or_default().push(mark);
    }
    for marks in by_note.values_mut() {
        marks.sort_by_key(|m| (m.start, m.end));
    }
    let mut result = Passages {
        first: first.len() as u64,
        second: second.len() as u64,
        ..Passages::default()
    };
    let mut met: BTreeSet<(usize, u64, u64, Assertion)> = BTreeSet::new();
    for mark in second {
        let all = by_note.get(&mark.note).map(Vec::as_slice);
        let all = all.unwrap_or_default();
        let near = &all[..all.partition_point(|m| m.start < mark.end)];
        let meeting = || near.iter().filter(|m| overlap(m, mark) > 0);
        met.extend(meeting().map(|m| (m.note, m.start, m.end, m.assertion)));
        // The best partner agrees in assertion, then overlaps most.
        let best = meeting().max_by_key(|m| {
            (
                m.assertion == mark.assertion,
                overlap(m, mark),
                std::cmp::Reverse(m.start),
            )
        });
        if let Some(best) = best {
            result.second_met += 1;
            result.same_assertion += u64::from(best.assertion == mark.assertion);
            if let (Some(a), Some(b)) = (best.voice, mark.voice) {
                result.voiced += 1;
                result.same_voice += u64::from(a == b);
            }
        }
    }
    let is_met = |m: &&Mark| met.contains(&(m.note, m.start, m.end, m.assertion));
    result.first_met = first.iter().filter(is_met).count() as u64;
    result
}

/// Passages that two coders coded differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confused {
    /// The code, by its place, that the one coder gave.
    pub code: usize,
    /// The code that the other gave to text that it shares.
    pub other: usize,
    /// How many passages of the first code.
    pub passages: u64,
}

/// Which codes two coders give to the same text in each other's place, most often first: passages of
/// a code that the other coder did not give there, while giving another that the one did not give.
/// `first` and `second` are the passages by code.
pub fn confusion(first: &[Vec<Mark>], second: &[Vec<Mark>]) -> Vec<Confused> {
    let unmet = |own: &[Vec<Mark>], other: &[Vec<Mark>]| -> Vec<Vec<(usize, u64, u64)>> {
        let pairs = own.iter().zip(other);
        let alone = |(own, other): (&Vec<Mark>, &Vec<Mark>)| {
            let others = joined(other);
            let meets = |m: &&Mark| touching(&others, (m.note, m.start, m.end));
            let left = own.iter().filter(|m| !meets(m)).copied();
            joined(&left.collect::<Vec<_>>())
        };
        pairs.map(alone).collect()
    };
    let (one, two) = (unmet(first, second), unmet(second, first));
    let mut out = Vec::new();
    for (code, passages) in one.iter().enumerate() {
        for (other, others) in two.iter().enumerate().filter(|(o, _)| *o != code) {
            let passages = passages.iter().filter(|p| touching(others, **p)).count() as u64;
            if passages > 0 {
                out.push(Confused {
                    code,
                    other,
                    passages,
                });
            }
        }
    }
    out.sort_by_key(|c| (std::cmp::Reverse(c.passages), c.code, c.other));
    out
}

/// Whether one of some joined passages shares text with another.
fn touching(joined: &[(usize, u64, u64)], (note, start, end): (usize, u64, u64)) -> bool {
    let first = joined.partition_point(|m| (m.0, m.2) <= (note, start));
    joined.get(first).is_some_and(|m| m.0 == note && m.1 < end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::alpha::nominal_alpha;

    fn mark(note: usize, start: u64, end: u64) -> Mark {
        Mark {
            note,
            start,
            end,
            assertion: Assertion::Affirmed,
            voice: None,
        }
    }

    #[test]
    fn characters_are_counted_from_bound_to_bound() {
        let map = UnitMap::Characters {
            lengths: vec![10, 0, 5],
        };
        let first = vec![mark(0, 2, 6), mark(0, 4, 8), mark(2, 0, 9)];
        let second = vec![mark(0, 8, 10), mark(0, 0, 3)];
        let ratings = per_code((&map, &NoteWeights::Equal), &[first, second]);
        let mut found: Vec<(Vec<Option<usize>>, f64)> = ratings
            .units()
            .iter()
            .map(|u| (u.by_coder.clone(), u.times))
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(
            found,
            [
                (vec![Some(0), Some(1)], 4.0),
                (vec![Some(1), Some(0)], 10.0),
                (vec![Some(1), Some(1)], 1.0),
            ]
        );
    }

    #[test]
    fn a_session_of_two_notes_is_one_unit() {
        let map = UnitMap::Stretches {
            notes: vec![
                vec![(0, 5, 0)],
                vec![(0, 5, 0)],
                vec![(0, 5, 1)],
                vec![(0, 5, 2)],
            ],
            units: 3,
        };
        let ratings = per_code(
            (&map, &NoteWeights::Equal),
            &[vec![mark(0, 0, 2)], vec![mark(1, 0, 2)]],
        );
        assert!((ratings.n() - 3.0).abs() < 1e-12);
        let alpha = nominal_alpha(&ratings).value;
        assert_eq!(alpha, Some(1.0));
        let drawn = bootstrap(
            (&map, &NoteWeights::Equal),
            &[vec![mark(0, 0, 2)], vec![mark(1, 0, 2)]],
            &Resample::Clusters(vec![0, 1, 2, 3]),
            200,
            nominal_alpha,
        );
        // The second note has no unit of its own: three clusters, of which one is marked.
        assert_eq!(drawn, Some((1.0, 1.0)));
    }

    #[test]
    fn passages_meet_by_as_much_as_is_asked() {
        let (first, second) = (
            [mark(0, 0, 10), mark(0, 20, 30)],
            [mark(0, 5, 10), mark(0, 29, 60)],
        );
        assert_eq!(passages(&first, &second, 0.0).second_met, 2);
        let half = passages(&first, &second, 0.5);
        assert_eq!((half.first_met, half.second_met), (1, 1));
        // A passage that stands twice is two passages, met or not.
        let twice = passages(&[mark(0, 0, 4), mark(0, 0, 4)], &[mark(0, 0, 4)], 0.0);
        assert_eq!((twice.first, twice.first_met), (2, 2));
    }

    #[test]
    fn codes_given_in_each_others_place_are_confused() {
        let joy = vec![mark(0, 0, 5), mark(0, 10, 15), mark(1, 0, 4)];
        let calm = vec![mark(1, 0, 4)];
        let (first, second) = (
            vec![joy.clone(), calm],
            vec![vec![mark(0, 0, 5)], vec![mark(0, 12, 20), mark(1, 1, 2)]],
        );
        // 10-15 is joy to the one and calm to the other; note 1 is calm to both, so joy there is
        // more, not another.
        assert_eq!(
            confusion(&first, &second),
            [Confused {
                code: 0,
                other: 1,
                passages: 1
            }]
        );
        assert_eq!(confusion(&first, &first), []);
    }

    /// Ninety notes of which two were read, ten of which two were read: what is said of the rare
    /// stratum counts a ninth.
    #[test]
    fn a_stratified_sample_counts_by_its_design() {
        let strata = ["big", "big", "small", "small"].map(|name| {
            let size = if name == "big" { 90 } else { 10 };
            Some((name.to_owned(), size))
        });
        let weights = NoteWeights::of_strata(&strata);
        assert_eq!(weights, NoteWeights::Design(vec![1.8, 1.8, 0.2, 0.2]));
        let map = UnitMap::Stretches {
            notes: (0..4).map(|note| vec![(0, 1, note)]).collect(),
            units: 4,
        };
        // They agree on the big stratum and on nothing in the small one.
        let marks = vec![
            vec![mark(0, 0, 1), mark(2, 0, 1)],
            vec![mark(0, 0, 1), mark(3, 0, 1)],
        ];
        let agree = |weights: &NoteWeights| {
            let ratings = per_code((&map, weights), &marks);
            let value = super::super::percent_agreement(&ratings).value;
            (value.expect("two coders") * 1e6).round() / 1e6
        };
        assert!((agree(&NoteWeights::Equal) - 0.5).abs() < 1e-9);
        assert!((agree(&weights) - 0.9).abs() < 1e-9);
        let mut unknown = strata.to_vec();
        unknown[1] = None;
        assert_eq!(NoteWeights::of_strata(&unknown), NoteWeights::Equal);
    }
}
