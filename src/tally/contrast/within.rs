//! Exact tests within participants, with the amount of text taken into account.
//!
//! Comes in: each participant's notes of two groups. Goes out: a p-value with how it was worked out.
//! A permutation that ignores how long notes are is not offered: it takes longer notes for more of
//! a theme.

use super::super::distribution::gamma_p;

/// How a p-value was worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Every arrangement was looked at.
    Exact,
    /// The normal distribution with the arrangements' exact variance.
    Normal,
}

impl Method {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Normal => "normal",
        }
    }
}

/// A two-sided p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct P {
    /// Its value.
    pub value: f64,
    /// How it was worked out.
    pub method: Method,
}

/// One note in a test: counted passages and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Counted passages.
    pub count: u64,
    /// Words.
    pub words: u64,
}

/// What the variance of a permutation needs of one participant's notes in one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Notes.
    pub notes: u64,
    /// Σ count.
    pub count: u64,
    /// Σ words.
    pub words: u64,
    /// Σ count².
    pub counts_squared: u64,
    /// Σ count · words.
    pub products: u64,
    /// Σ words².
    pub words_squared: u64,
}

impl Sums {
    /// The sums over single notes.
    pub fn of(notes: &[Counted]) -> Self {
        notes.iter().fold(Self::default(), |sum, n| Self {
            notes: sum.notes + 1,
            count: sum.count + n.count,
            words: sum.words + n.words,
            counts_squared: sum.counts_squared + n.count * n.count,
            products: sum.products + n.count * n.words,
            words_squared: sum.words_squared + n.words * n.words,
        })
    }

    fn with(self, other: Self) -> Self {
        Self {
            notes: self.notes + other.notes,
            count: self.count + other.count,
            words: self.words + other.words,
            counts_squared: self.counts_squared + other.counts_squared,
            products: self.products + other.products,
            words_squared: self.words_squared + other.words_squared,
        }
    }

    /// Σ(count - r words)² for a rate r.
    fn squares(self, rate: f64) -> f64 {
        self.counts_squared as f64 - 2.0 * rate * self.products as f64
            + rate * rate * self.words_squared as f64
    }
}

/// One participant's notes of both groups, one by one where they were kept.
#[derive(Debug, Clone, Default)]
pub struct Participant {
    /// Sums of the first group.
    pub first: Sums,
    /// Sums of the second.
    pub second: Sums,
    /// The notes of both; empty where there are too many of them.
    pub notes: Vec<Counted>,
}

/// T = Σ over the first group's notes of (count - rate · words), with each participant's own overall
/// rate: how many more passages the first group holds than its words let expect.
pub fn excess(people: &[Participant]) -> f64 {
    people
        .iter()
        .filter_map(|p| {
            let both = p.first.with(p.second);
            let rate = ratio(both.count, both.words)?;
            Some(p.first.count as f64 - rate * p.first.words as f64)
        })
        .sum()
}

/// Label permutation within participants that expects passages in proportion to words: the share of
/// all ways to deal the groups to each participant's notes in which |[`excess`]| is as large (Fisher
/// 1935; exposure as offset). None where no participant has notes of both groups and a passage.
pub fn label_permutation(people: &[Participant]) -> Option<P> {
    let informative = |p: &&Participant| {
        p.first.notes > 0 && p.second.notes > 0 && p.first.count + p.second.count > 0
    };
    let people: Vec<&Participant> = people.iter().filter(informative).collect();
    if people.is_empty() {
        return None;
    }
    let observed: f64 = excess(&people.iter().map(|p| (*p).clone()).collect::<Vec<_>>());
    let factors: Option<Vec<Vec<f64>>> = people.iter().map(|p| arrangements(p)).collect();
    if let Some(value) = factors.and_then(|f| share_as_large(&f, observed)) {
        let method = Method::Exact;
        return Some(P { value, method });
    }
    // The deviations sum to nothing in each participant, so T has mean 0 and the variance of a
    // sample without replacement.
    let variance = |p: &&Participant| {
        let both = p.first.with(p.second);
        let (a, b, n) = (
            p.first.notes as f64,
            p.second.notes as f64,
            both.notes as f64,
        );
        let rate = ratio(both.count, both.words).unwrap_or(0.0);
        a * b / (n * (n - 1.0)) * both.squares(rate)
    };
    normal(observed, people.iter().map(variance).sum())
}

/// Every sum of deviations that the first group can have by another deal of a participant's notes;
/// none where there are too many, or the notes were not kept.
fn arrangements(p: &Participant) -> Option<Vec<f64>> {
    let both = p.first.with(p.second);
    if p.notes.len() as u64 != both.notes {
        return None;
    }
    let rate = ratio(both.count, both.words)?;
    let deviation = |n: &Counted| n.count as f64 - rate * n.words as f64;
    let deviations: Vec<f64> = p.notes.iter().map(deviation).collect();
    let chosen = p.first.notes as usize;
    if combinations(deviations.len(), chosen)? > HALF_MAX {
        return None;
    }
    // sums[k]: the sums of every choice of k of the notes so far.
    let mut sums: Vec<Vec<f64>> = vec![Vec::new(); chosen + 1];
    sums[0].push(0.0);
    for d in deviations {
        for k in (1..=chosen).rev() {
            let more: Vec<f64> = sums[k - 1].iter().map(|s| s + d).collect();
            sums[k].extend(more);
        }
    }
    sums.pop()
}

/// The number of ways to choose, none where it does not fit.
fn combinations(n: usize, k: usize) -> Option<usize> {
    let k = k.min(n - k);
    (0..k).try_fold(1_usize, |ways, i| Some(ways.checked_mul(n - i)? / (i + 1)))
}

/// Sign-flip test on the participants' differences of rates: the share of all ways to swap the two
/// groups within participants in which |Σ difference| is as large (Fisher 1935). None without a
/// participant who has both groups.
pub fn sign_flip(differences: &[f64]) -> Option<P> {
    if differences.is_empty() {
        return None;
    }
    let observed: f64 = differences.iter().sum();
    let factors: Vec<Vec<f64>> = differences.iter().map(|d| vec![*d, -d]).collect();
    if let Some(value) = share_as_large(&factors, observed) {
        let method = Method::Exact;
        return Some(P { value, method });
    }
    normal(observed, differences.iter().map(|d| d * d).sum())
}

fn normal(observed: f64, variance: f64) -> Option<P> {
    (variance > 0.0).then(|| P {
        value: 1.0 - gamma_p(0.5, observed * observed / variance / 2.0),
        method: Method::Normal,
    })
}

/// Most arrangements of one half of the participants that are listed.
const HALF_MAX: usize = 1 << 15;

/// What counts as equal in sums of fractions.
const EQUAL: f64 = 1e-9;

/// The share of all sums, one term from each factor, that are as far from 0 as `observed`.
///
/// The factors are parted into two halves, whose sums are listed and matched, so that 30 factors of
/// two need 2 × 2¹⁵ sums and not 2³⁰. None where a half is still too large.
fn share_as_large(factors: &[Vec<f64>], observed: f64) -> Option<f64> {
    let mut order: Vec<&Vec<f64>> = factors.iter().collect();
    order.sort_by_key(|f| std::cmp::Reverse(f.len()));
    let (mut first, mut second) = (vec![0.0], vec![0.0]);
    for factor in order {
        let smaller = if first.len() <= second.len() {
            &mut first
        } else {
            &mut second
        };
        if smaller.len() * factor.len() > HALF_MAX {
            return None;
        }
        let sums = smaller
            .iter()
            .flat_map(|s| factor.iter().map(move |t| s + t));
        *smaller = sums.collect();
    }
    let limit = observed.abs() - EQUAL;
    if limit <= 0.0 {
        return Some(1.0);
    }
    second.sort_by(f64::total_cmp);
    let extreme: usize = first
        .iter()
        .map(|x| {
            let low = second.partition_point(|y| x + y <= -limit);
            let high = second.len() - second.partition_point(|y| x + y < limit);
            low + high
        })
        .sum();
    Some(extreme as f64 / (first.len() as f64 * second.len() as f64))
}

fn ratio(count: u64, base: u64) -> Option<f64> {
    (base > 0).then(|| count as f64 / base as f64)
}
