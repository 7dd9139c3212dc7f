//! Agreement on where codes stand: the unitizing alphas.
//!
//! Krippendorff, Mathet, Bouvry and Widlöcher 2016, On the reliability of unitizing textual
//! continua, Quality and Quantity 50:2347 (erratum 50:2365). Equation numbers are theirs. A coder
//! cuts the continuum into stretches that carry a code and gaps between.

use std::collections::BTreeMap;

use super::estimate::{Estimate, WhyUndefined};

/// A stretch of the continuum that a coder gave a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// First position.
    pub start: u64,
    /// Position after the last.
    pub end: u64,
    /// The code's index.
    pub code: usize,
}

/// A continuum as several coders cut it.
#[derive(Debug, Clone, Default)]
pub struct Continuum {
    /// Its length.
    pub length: u64,
    /// How many codes there are.
    pub codes: usize,
    /// The stretches of each coder.
    pub coders: Vec<Vec<Stretch>>,
}

/// The alphas of a continuum.
#[derive(Debug, Clone, PartialEq)]
pub struct Unitizing {
    /// (5): stretches, gaps and codes.
    pub u_alpha: Estimate,
    /// (6): stretches against gaps, whatever the code.
    pub bar_u_alpha: Estimate,
    /// (11): codes where stretches meet.
    pub cu_alpha: Estimate,
    /// How much of the continuum `cu_alpha` rests on.
    pub cu_coverage: Estimate,
    /// (13b): each code against the others where stretches meet.
    pub k_u_alpha: Vec<Estimate>,
}

impl Unitizing {
    /// None of them, and why.
    pub(super) fn undefined(why: WhyUndefined, codes: usize) -> Self {
        let none = Estimate::undefined(why);
        Self {
            u_alpha: none,
            bar_u_alpha: none,
            cu_alpha: none,
            cu_coverage: none,
            k_u_alpha: vec![none; codes],
        }
    }
}

/// Computes the alphas of codes that do not overlap within a coder.
pub fn unitizing(continuum: &Continuum) -> Unitizing {
    match Sums::of(continuum) {
        Ok(sums) => sums.alphas(),
        Err(why) => Unitizing::undefined(why, continuum.codes),
    }
}

/// What the alphas are computed from: all of it sums over stretches, so that the sums of parts of a
/// continuum that no stretch crosses are those of the whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sums {
    /// (1) `l_ck`: lengths over which pairs of coders meet, by their codes; the last is the gap.
    table: Vec<Vec<f64>>,
    /// (10) `q_c`: squared lengths of meetings of stretches.
    squares: Vec<f64>,
    /// Q: squared lengths of stretches, and plain lengths of gaps, which have no structure.
    own: Vec<f64>,
    /// Stretches of all coders.
    stretches: f64,
}

impl Sums {
    /// The sums of nothing.
    pub(super) fn none(codes: usize) -> Self {
        Self {
            table: vec![vec![0.0; codes + 1]; codes + 1],
            squares: vec![0.0; codes],
            own: vec![0.0; codes + 1],
            stretches: 0.0,
        }
    }

    /// The sums of a continuum.
    ///
    /// # Errors
    /// Why the alphas of it are undefined: one coder, or codes that overlap within a coder.
    pub(super) fn of(continuum: &Continuum) -> Result<Self, WhyUndefined> {
        if continuum.coders.len() < 2 {
            return Err(WhyUndefined::SingleCoder);
        }
        let mut coders = continuum.coders.clone();
        for stretches in &mut coders {
            stretches.retain(|s| s.start < s.end);
            stretches.sort_unstable();
            if stretches.windows(2).any(|pair| pair[1].start < pair[0].end) {
                return Err(WhyUndefined::OverlappingCodes);
            }
        }
        let mut sums = Self::none(continuum.codes);
        sums.meetings(&coders, continuum.length);
        sums.lengths(&coders, continuum.length);
        Ok(sums)
    }

    fn meetings(&mut self, coders: &[Vec<Stretch>], length: u64) {
        let gap = self.squares.len();
        let others = (coders.len() - 1) as f64;
        // How far each stretch (coder, index) lies inside stretches of each other coder.
        let mut inside: BTreeMap<(usize, usize, usize), f64> = BTreeMap::new();
        let mut at = vec![0; coders.len()];
        for piece in pieces(coders, length).windows(2) {
            let (start, length) = (piece[0], (piece[1] - piece[0]) as f64);
            for (coder, stretches) in coders.iter().enumerate() {
                while stretches.get(at[coder]).is_some_and(|s| s.end <= start) {
                    at[coder] += 1;
                }
            }
            let here = |coder: usize| coders[coder].get(at[coder]).filter(|s| s.start <= start);
            for (i, j) in pairs(coders.len()) {
                let (a, b) = (here(i), here(j));
                let (c, k) = (a.map_or(gap, |s| s.code), b.map_or(gap, |s| s.code));
                self.table[c][k] += length / others;
                if a.is_some() && b.is_some() {
                    *inside.entry((i, at[i], j)).or_default() += length;
                }
            }
        }
        for ((coder, index, _), length) in inside {
            self.squares[coders[coder][index].code] += length * length / others;
        }
    }

    fn lengths(&mut self, coders: &[Vec<Stretch>], length: u64) {
        let gap = self.squares.len();
        for stretches in coders {
            let mut covered = 0;
            for stretch in stretches {
                let length = stretch.end - stretch.start;
                self.own[stretch.code] += (length * length) as f64;
                covered += length;
            }
            self.own[gap] += length.saturating_sub(covered) as f64;
            self.stretches += stretches.len() as f64;
        }
    }

    /// How many sums there are.
    pub(super) fn width(&self) -> usize {
        self.table.len() * self.table.len() + self.squares.len() + self.own.len() + 1
    }

    /// What is not 0, by its place in a row of all sums.
    pub(super) fn sparse(&self) -> Vec<(usize, f64)> {
        let all = self.table.iter().flatten().chain(&self.squares);
        let all = all.chain(&self.own).chain(std::iter::once(&self.stretches));
        let filled = all.copied().enumerate().filter(|(_, sum)| *sum != 0.0);
        filled.collect()
    }

    /// The sums that stand in a row as [`Self::sparse`] counts their places.
    pub(super) fn from_row(codes: usize, row: &[f64]) -> Self {
        let mut sums = Self::none(codes);
        let places = sums.table.iter_mut().flatten().chain(&mut sums.squares);
        let places = places.chain(&mut sums.own);
        let places = places.chain(std::iter::once(&mut sums.stretches));
        for (place, sum) in places.zip(row) {
            *place = *sum;
        }
        sums
    }

    /// All alphas.
    pub(super) fn alphas(&self) -> Unitizing {
        let codes = self.squares.len();
        if self.stretches == 0.0 {
            let none = Unitizing::undefined(WhyUndefined::NoUnits, codes);
            return Unitizing {
                cu_coverage: Estimate::plain(0.0),
                ..none
            };
        }
        let (u_alpha, bar_u_alpha) = self.u_alphas();
        let (cu_alpha, cu_coverage, k_u_alpha) = self.cu_alphas();
        Unitizing {
            u_alpha,
            bar_u_alpha,
            cu_alpha,
            cu_coverage,
            k_u_alpha,
        }
    }

    /// (5) and (6).
    fn u_alphas(&self) -> (Estimate, Estimate) {
        let gap = self.table.len() - 1;
        let rows: Vec<f64> = self.table.iter().map(|row| row.iter().sum()).collect();
        let all: f64 = rows.iter().sum();
        let room = all * all - self.own.iter().sum::<f64>();
        if room <= 0.0 {
            let none = Estimate::undefined(WhyUndefined::NoVariation);
            return (none, none);
        }
        let expected_same = |c: usize| all * (rows[c] * rows[c] - self.own[c]) / room;
        let same: f64 = (0..=gap).map(|c| self.table[c][c]).sum();
        let same_by_chance: f64 = (0..=gap).map(expected_same).sum();
        let gap_by_chance: f64 = (0..gap).map(|k| all * rows[gap] * rows[k] / room).sum();
        (
            one_minus(all - same, all - same_by_chance),
            one_minus(rows[gap] - self.table[gap][gap], gap_by_chance),
        )
    }

    /// (11) with its coverage, and (13b).
    fn cu_alphas(&self) -> (Estimate, Estimate, Vec<Estimate>) {
        let gap = self.table.len() - 1;
        let all: f64 = self.table.iter().flatten().sum();
        let met: Vec<f64> = (0..gap)
            .map(|c| self.table[c][..gap].iter().sum())
            .collect();
        let all_met: f64 = met.iter().sum();
        let coverage = Estimate::plain(all_met / all);
        let room = all_met - self.squares.iter().sum::<f64>() / all_met;
        if all_met <= 0.0 || room <= 0.0 {
            let none = Estimate::undefined(WhyUndefined::NoVariation);
            return (none, coverage, vec![none; gap]);
        }
        let expected = |c: usize, k: usize| {
            let own = if c == k { self.squares[c] } else { 0.0 };
            (met[c] * met[k] - own) / room
        };
        let same: f64 = (0..gap).map(|c| self.table[c][c]).sum();
        let same_by_chance: f64 = (0..gap).map(|c| expected(c, c)).sum();
        let per_code = (0..gap).map(|k| {
            let row: f64 = (0..gap).map(|c| expected(k, c)).sum();
            one_minus(
                row * (met[k] - self.table[k][k]),
                met[k] * (row - expected(k, k)),
            )
        });
        (
            one_minus(all_met - same, all_met - same_by_chance),
            coverage,
            per_code.collect(),
        )
    }
}

/// `1 - observed / expected` disagreement.
fn one_minus(observed: f64, expected: f64) -> Estimate {
    if expected.abs() < 1e-12 {
        return Estimate::undefined(WhyUndefined::NoVariation);
    }
    Estimate::plain(1.0 - observed / expected)
}

/// All ordered pairs of two different coders.
fn pairs(coders: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..coders).flat_map(move |i| (0..coders).filter(move |&j| j != i).map(move |j| (i, j)))
}

/// All positions where some coder's stretch begins or ends, with both ends of the continuum.
fn pieces(coders: &[Vec<Stretch>], length: u64) -> Vec<u64> {
    let bounds = coders.iter().flatten().flat_map(|s| [s.start, s.end]);
    let mut all: Vec<u64> = bounds.map(|b| b.min(length)).chain([0, length]).collect();
    all.sort_unstable();
    all.dedup();
    all
}
