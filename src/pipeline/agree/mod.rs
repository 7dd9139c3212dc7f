//! Coders compared: files of codings in, agreement code by code out.
//!
//! Passages are placed in the notes that every coder read ([`Coders`]), cut into units, and given to
//! the coefficients. The same for the command line and for a run whose study names its coders.

mod coders;
mod disagreements;
mod notes;
mod placing;
mod stale;
mod with_run;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::agreement::{
    ALPHA, CodeAgreement, CodedUnit, Compared, Estimate, GroupAgreement, Intervals, Level,
    NoteWeights, Rated, Ratings, Resample, Retrieval, Threshold, Unitizing, bootstrap,
    bootstrap_each, coefficient_of, coefficients, confusion, is_few, nominal_alpha, passages,
    per_code,
};
use crate::error::Result;

pub use coders::{Asking, CodebookIs, Coders};
pub use disagreements::{CodedPassages, coded_passages, disagreements, open_passages, slice};
pub use notes::{Reader, read_coders};
pub use stale::KnownCodebooks;
pub(super) use stale::{Redefined, Since};
pub(super) use with_run::Others;
pub use with_run::WithOthers;

/// What the bootstrap draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cluster {
    /// Single units.
    Unit,
    /// Whole notes.
    Note,
    /// All notes of a participant.
    Participant,
}

/// What notes of one group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// The round in which they were coded: the column `batch` of a coder's file.
    Batch,
    /// Their participant.
    Participant,
    /// Their session type.
    SessionType,
    /// The month of their date.
    Month,
}

impl GroupBy {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Participant => "participant",
            Self::SessionType => "session_type",
            Self::Month => "month",
        }
    }
}

/// How coders are compared.
#[derive(Debug, Clone)]
pub struct How {
    /// The units.
    pub unit: CodedUnit,
    /// What the bootstrap draws; by default participants where there are ten or more, else notes.
    pub cluster: Option<Cluster>,
    /// Resamples of the bootstrap.
    pub replicates: u64,
    /// The least share of either text that passages share, so that they meet.
    pub overlap: f64,
    /// The threshold that was set beforehand.
    pub threshold: Option<Threshold>,
    /// Groups of notes to look at one by one.
    pub by: Option<GroupBy>,
}

impl Default for How {
    fn default() -> Self {
        Self {
            unit: CodedUnit::Note,
            cluster: None,
            replicates: 1000,
            overlap: 0.0,
            threshold: None,
            by: None,
        }
    }
}

/// Compares the coders, code by code.
///
/// # Errors
/// Where the unit needs rules that the language does not have, or groups are asked for that nobody
/// names.
pub fn compare(coders: &Coders, how: &How) -> Result<Compared> {
    let resample = coders.resample(how.cluster);
    let whole = coders.unitizing(&resample, how.replicates);
    let codes = each_code(coders, how, &resample, &whole)?;
    let confusion = if coders.names.len() == 2 {
        let of = |coder: usize| -> Vec<_> {
            (0..coders.codes.len())
                .map(|code| coders.all_marks(coder, code))
                .collect()
        };
        confusion(&of(0), &of(1))
    } else {
        Vec::new()
    };
    Ok(Compared {
        coders: coders.names.clone(),
        unit: how.unit.as_str(),
        notes: coders.notes.len(),
        intervals: Intervals {
            is_few: codes.first().is_some_and(|code| is_few(code.n)),
            ..intervals(coders, how, &resample)
        },
        is_weighted: matches!(coders.weights, NoteWeights::Design(_)),
        threshold: how.threshold,
        codes,
        whole: Some(whole),
        confusion,
        groups: groups(coders, how)?,
    })
}

/// What the intervals rest on.
fn intervals(coders: &Coders, how: &How, resample: &Resample) -> Intervals {
    let (drawn, clusters, is_shared) = match resample {
        Resample::Units => ("unit", coders.notes.len(), false),
        Resample::Clusters(of) => {
            let clusters = of.iter().max().map_or(0, |most| most + 1);
            let drawn = if is_shared(of) { "participant" } else { "note" };
            (drawn, clusters, is_shared(of))
        }
    };
    Intervals {
        is_clustered: is_shared || is_within_notes(how),
        is_few: false,
        drawn,
        clusters,
        replicates: how.replicates,
    }
}

/// Whether units lie within notes, and the user did not say that they are independent all the same.
fn is_within_notes(how: &How) -> bool {
    let whole = matches!(how.unit, CodedUnit::Note | CodedUnit::Session);
    !whole && how.cluster != Some(Cluster::Unit)
}

/// Whether a cluster holds more than one note.
fn is_shared(cluster_of: &[usize]) -> bool {
    let count = cluster_of.iter().max().map_or(0, |most| most + 1);
    count < cluster_of.len()
}

fn each_code(
    coders: &Coders,
    how: &How,
    resample: &Resample,
    whole: &Unitizing,
) -> Result<Vec<CodeAgreement>> {
    let map = coders.units(how.unit)?;
    let units = (&map, &coders.weights);
    let all: Vec<usize> = (0..coders.codes.len()).collect();
    let one = |&index: &usize| {
        let marks = coders.marks(index);
        let ratings = per_code(units, &marks);
        let alone = coders.unitizing_of(index, resample, how.replicates);
        let drawn = |coefficient| bootstrap(units, &marks, resample, how.replicates, coefficient);
        let judged = how.threshold.map(|t| coefficient_of(t.coefficient));
        let mut own = coefficients(&ratings, Level::Nominal);
        if is_within_notes(how) {
            let values = |ratings: &Ratings| {
                let all = coefficients(ratings, Level::Nominal).into_iter();
                all.map(|(_, estimate)| estimate.value).collect()
            };
            resampled(
                &mut own,
                &bootstrap_each(units, &marks, resample, how.replicates, values),
            );
        }
        // Within notes all of them were drawn already.
        let known = |name: &str| {
            let found = own.iter().find(|(known, _)| *known == name)?;
            found.1.ci_low.zip(found.1.ci_high)
        };
        let (of_alpha, of_threshold) = if is_within_notes(how) {
            let judged = how.threshold.and_then(|t| known(t.coefficient));
            (known(ALPHA), judged)
        } else {
            (drawn(nominal_alpha), judged.and_then(drawn))
        };
        CodeAgreement {
            code: coders.codes[index].clone(),
            n: ratings.n(),
            bootstrap: of_alpha,
            threshold_bootstrap: of_threshold,
            coefficients: own,
            marked: (0..marks.len()).map(|c| marked_by(&ratings, c)).collect(),
            pair: (marks.len() == 2).then(|| {
                let (a, b) = (coders.all_marks(0, index), coders.all_marks(1, index));
                (table(&ratings), passages(&a, &b, how.overlap))
            }),
            bar_u_alpha: alone.bar_u_alpha,
            k_u_alpha: whole.k_u_alpha.get(index).copied().unwrap_or_default(),
            stale: coders.stale[index].clone(),
        }
    };
    Ok(all.par_iter().map(one).collect())
}

/// Puts intervals of resamples in the place of those by formula, which take units for independent.
fn resampled(coefficients: &mut [(&'static str, Estimate)], intervals: &[Option<(f64, f64)>]) {
    for (place, (_, estimate)) in coefficients.iter_mut().enumerate() {
        let interval = intervals.get(place).copied().flatten();
        let interval = interval.filter(|_| estimate.value.is_some());
        (estimate.ci_low, estimate.ci_high) = interval.unzip();
        estimate.se = None;
    }
}

/// The agreement in each group of notes, in the groups' order.
fn groups(coders: &Coders, how: &How) -> Result<Vec<GroupAgreement>> {
    let Some(by) = how.by else {
        return Ok(Vec::new());
    };
    let mut members: BTreeMap<(u64, String), Vec<usize>> = BTreeMap::new();
    for (note, group) in coders.groups(by)?.into_iter().enumerate() {
        // Numbers in their order, then names.
        let rank = group.parse().unwrap_or(u64::MAX);
        members.entry((rank, group)).or_default().push(note);
    }
    let plain = How {
        replicates: 0,
        by: None,
        ..how.clone()
    };
    let one = |((_, group), notes): ((u64, String), Vec<usize>)| {
        let own = coders.only(&notes);
        let whole = own.unitizing(&Resample::Units, 0);
        Ok(GroupAgreement {
            by: by.as_str(),
            group,
            notes: notes.len(),
            codes: each_code(&own, &plain, &Resample::Units, &whole)?,
        })
    };
    members.into_iter().map(one).collect()
}

fn marked_by(ratings: &Ratings, coder: usize) -> f64 {
    let yes = |unit: &&Rated| unit.by_coder[coder] == Some(1);
    let units = ratings.units().iter().filter(yes);
    total(units.map(|unit| unit.times))
}

/// A sum that is 0 and not -0 where there is nothing.
fn total(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.fold(0.0, |sum, number| sum + number)
}

/// The 2×2 table of the first two coders.
fn table(ratings: &Ratings) -> Retrieval {
    let count = |a: usize, b: usize| {
        let same = |unit: &&Rated| unit.by_coder[..2] == [Some(a), Some(b)];
        let units = ratings.units().iter().filter(same);
        total(units.map(|unit| unit.times))
    };
    Retrieval {
        both: count(1, 1),
        only_coder: count(1, 0),
        only_reference: count(0, 1),
        neither: count(0, 0),
    }
}
