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
    fn undefined(why: WhyUndefined, codes: usize) -> Self {
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
    let m = continuum.coders.len();
    if m < 2 {
        return Unitizing::undefined(WhyUndefined::SingleCoder, continuum.codes);
    }
    let mut coders = continuum.coders.clone();
    for stretches in &mut coders {
        stretches.retain(|s| s.start < s.end);
        stretches.sort_unstable();
        if stretches.windows(2).any(|pair| pair[1].start < pair[0].end) {
            return Unitizing::undefined(WhyUndefined::OverlappingCodes, continuum.codes);
        }
    }
    if coders.iter().all(Vec::is_empty) {
        let none = Unitizing::undefined(WhyUndefined::NoUnits, continuum.codes);
        return Unitizing {
            cu_coverage: Estimate::plain(0.0),
            ..none
        };
    }
    let meetings = Meetings::new(&coders, continuum);
    let (u_alpha, bar_u_alpha) = meetings.u_alphas(&coders, continuum);
    let (cu_alpha, cu_coverage, k_u_alpha) = meetings.cu_alphas();
    Unitizing {
        u_alpha,
        bar_u_alpha,
        cu_alpha,
        cu_coverage,
        k_u_alpha,
    }
}

/// Lengths over which pairs of coders meet, by their codes; the last index is the gap.
struct Meetings {
    /// (1) `l_ck`.
    table: Vec<Vec<f64>>,
    /// (10) `q_c`: squared lengths of meetings of stretches.
    squares: Vec<f64>,
}

impl Meetings {
    fn new(coders: &[Vec<Stretch>], continuum: &Continuum) -> Self {
        let gap = continuum.codes;
        let others = (coders.len() - 1) as f64;
        let mut table = vec![vec![0.0; gap + 1]; gap + 1];
        let mut squares = vec![0.0; gap];
        // How far each stretch (coder, index) lies inside stretches of each other coder.
        let mut inside: BTreeMap<(usize, usize, usize), f64> = BTreeMap::new();
        let mut at = vec![0; coders.len()];
        for piece in pieces(coders, continuum.length).windows(2) {
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
                table[c][k] += length / others;
                if a.is_some() && b.is_some() {
                    *inside.entry((i, at[i], j)).or_default() += length;
                }
            }
        }
        for ((coder, index, _), length) in inside {
            squares[coders[coder][index].code] += length * length / others;
        }
        Self { table, squares }
    }

    /// (5) and (6).
    fn u_alphas(&self, coders: &[Vec<Stretch>], continuum: &Continuum) -> (Estimate, Estimate) {
        let gap = self.table.len() - 1;
        let rows: Vec<f64> = self.table.iter().map(|row| row.iter().sum()).collect();
        let all: f64 = rows.iter().sum();
        // Q: squared lengths of stretches, and plain lengths of gaps, which have no structure.
        let mut own = vec![0.0; gap + 1];
        for stretches in coders {
            let mut covered = 0;
            for stretch in stretches {
                let length = stretch.end - stretch.start;
                own[stretch.code] += (length * length) as f64;
                covered += length;
            }
            own[gap] += continuum.length.saturating_sub(covered) as f64;
        }
        let room = all * all - own.iter().sum::<f64>();
        if room <= 0.0 {
            let none = Estimate::undefined(WhyUndefined::NoVariation);
            return (none, none);
        }
        let expected_same = |c: usize| all * (rows[c] * rows[c] - own[c]) / room;
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
