//! From passages to ratings: which units does each coder's code mark?
//!
//! A unit is one or more stretches of notes (a note, a session's notes, a sentence) or a single
//! character. Where several coders say the same of many units, those are counted, not listed.

use std::collections::{BTreeMap, BTreeSet};

use super::alpha::krippendorff_alpha;
use super::bootstrap::{bootstrap_units, percentiles};
use super::ratings::{Level, Ratings};
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

/// Ratings (0 no, 1 yes) pattern by pattern, for one cluster of notes.
type Patterns = BTreeMap<Vec<bool>, u64>;

/// The ratings of one code: each unit marked or not by each coder.
pub fn per_code(map: &UnitMap, marks: &[Vec<Mark>]) -> Ratings {
    let patterns = match map {
        UnitMap::Stretches { notes, units } => by_stretch(notes, *units, marks),
        UnitMap::Characters { lengths } => {
            let mut all = Patterns::new();
            for (note, length) in lengths.iter().enumerate() {
                add(&mut all, by_character(note, *length, marks));
            }
            all
        }
    };
    ratings(marks.len(), patterns)
}

fn ratings(coders: usize, patterns: Patterns) -> Ratings {
    let units = patterns.into_iter().map(|(yes, times)| {
        (
            yes.into_iter().map(|y| Some(usize::from(y))).collect(),
            times,
        )
    });
    Ratings::counted(coders, 2, units)
}

fn add(all: &mut Patterns, more: Patterns) {
    for (pattern, times) in more {
        *all.entry(pattern).or_default() += times;
    }
}

fn by_stretch(notes: &[Vec<(u64, u64, usize)>], units: usize, marks: &[Vec<Mark>]) -> Patterns {
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
    let mut patterns = Patterns::new();
    let rest = units - marked.len();
    for (_, row) in marked {
        *patterns.entry(row).or_default() += 1;
    }
    *patterns.entry(vec![false; marks.len()]).or_default() += rest as u64;
    patterns
}

/// The units that a passage touches.
fn units_of(stretches: &[(u64, u64, usize)], mark: Mark) -> impl Iterator<Item = usize> {
    let first = stretches.partition_point(|s| s.1 <= mark.start);
    stretches[first..]
        .iter()
        .take_while(move |s| s.0 < mark.end)
        .map(|s| s.2)
}

/// Characters of one note by who marks them.
fn by_character(note: usize, length: u64, marks: &[Vec<Mark>]) -> Patterns {
    let mut bounds: BTreeSet<u64> = [0, length].into();
    let here: Vec<Vec<Mark>> = marks
        .iter()
        .map(|marks| marks.iter().filter(|m| m.note == note).copied().collect())
        .collect();
    for mark in here.iter().flatten() {
        bounds.extend([mark.start.min(length), mark.end.min(length)]);
    }
    let bounds: Vec<u64> = bounds.into_iter().collect();
    let mut patterns = Patterns::new();
    for piece in bounds.windows(2) {
        let covers = |m: &Mark| m.start <= piece[0] && piece[1] <= m.end;
        let row = here.iter().map(|marks| marks.iter().any(covers)).collect();
        *patterns.entry(row).or_default() += piece[1] - piece[0];
    }
    patterns
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

/// A percentile bootstrap of Krippendorff's alpha of one code.
///
/// Gives the 95% interval, or none where too few resamples had any variation.
pub fn bootstrap_alpha(
    map: &UnitMap,
    marks: &[Vec<Mark>],
    resample: &Resample,
    replicates: u64,
) -> Option<(f64, f64)> {
    let cluster_of = match resample {
        Resample::Units => {
            return bootstrap_units(&per_code(map, marks), Level::Nominal, replicates);
        }
        Resample::Clusters(cluster_of) => cluster_of,
    };
    let clusters = clusters(map, marks, cluster_of);
    if clusters.len() < 2 {
        return None;
    }
    percentiles(replicates, |random| {
        let mut all = Patterns::new();
        for _ in 0..clusters.len() {
            add(&mut all, clusters[random.below(clusters.len())].clone());
        }
        krippendorff_alpha(&ratings(marks.len(), all), Level::Nominal).value
    })
}

/// The patterns of each cluster of notes.
fn clusters(map: &UnitMap, marks: &[Vec<Mark>], cluster_of: &[usize]) -> Vec<Patterns> {
    let count = cluster_of.iter().max().map_or(0, |most| most + 1);
    let mut clusters = vec![Patterns::new(); count];
    match map {
        UnitMap::Characters { lengths } => {
            for (note, length) in lengths.iter().enumerate() {
                add(
                    &mut clusters[cluster_of[note]],
                    by_character(note, *length, marks),
                );
            }
        }
        UnitMap::Stretches { notes, .. } => {
            let mut cluster_of_unit: BTreeMap<usize, usize> = BTreeMap::new();
            for (note, stretches) in notes.iter().enumerate() {
                for stretch in stretches {
                    cluster_of_unit.entry(stretch.2).or_insert(cluster_of[note]);
                }
            }
            let mut rows: BTreeMap<usize, Vec<bool>> = cluster_of_unit
                .keys()
                .map(|&u| (u, vec![false; marks.len()]))
                .collect();
            for (coder, marks) in marks.iter().enumerate() {
                for mark in marks {
                    for unit in units_of(&notes[mark.note], *mark) {
                        if let Some(row) = rows.get_mut(&unit) {
                            row[coder] = true;
                        }
                    }
                }
            }
            for (unit, row) in rows {
                *clusters[cluster_of_unit[&unit]].entry(row).or_default() += 1;
            }
        }
    }
    clusters.retain(|patterns| !patterns.is_empty());
    clusters
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

/// Compares the passages of one code of two coders by overlap.
pub fn passages(first: &[Mark], second: &[Mark]) -> Passages {
    let overlap = |a: &Mark, b: &Mark| {
        if a.note == b.note {
            a.end.min(b.end).saturating_sub(a.start.max(b.start))
        } else {
            0
        }
    };
    let mut by_note: BTreeMap<usize, Vec<&Mark>> = BTreeMap::new();
    for mark in first {
        by_note.entry(mark.note).or_default().push(mark);
    }
    let mut result = Passages {
        first: first.len() as u64,
        second: second.len() as u64,
        ..Passages::default()
    };
    let mut met: BTreeSet<(usize, u64, u64)> = BTreeSet::new();
    for mark in second {
        let near = by_note
            .get(&mark.note)
            .map(Vec::as_slice)
            .unwrap_or_default();
        met.extend(
            near.iter()
                .filter(|m| overlap(m, mark) > 0)
                .map(|m| (m.note, m.start, m.end)),
        );
        // The best partner agrees in assertion, then overlaps most.
        let best = near
            .iter()
            .filter(|m| overlap(m, mark) > 0)
            .max_by_key(|m| {
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
    result.first_met = met.len() as u64;
    result
}
