//! Intervals of the unitizing alphas, for which no variance is published.
//!
//! Comes in: a continuum cut at the ends of its notes. Goes out: the alphas of the whole, each with a
//! percentile interval over resamples of notes, or of participants with all their notes. What the
//! alphas are computed from sums over notes, so that a resample costs a few additions a note.

use super::bootstrap::percentiles_of_each;
use super::estimate::Estimate;
use super::unitizing::{Continuum, Sums, Unitizing};

/// The alphas of the notes' continuum, with 95% intervals; none where `replicates` is 0, there are
/// fewer than two clusters, or too few resamples have a value. `cluster_of` is the cluster of each note.
///
/// ```
/// use verbatim::agreement::{Continuum, Stretch, unitizing_of_notes};
/// let note = |start| Continuum {
///     length: 100,
///     codes: 1,
///     coders: vec![
///         vec![Stretch { start: 10, end: 30, code: 0 }],
///         vec![Stretch { start, end: 30, code: 0 }],
///     ],
/// };
/// let notes = [note(10), note(12), note(15), note(28)];
/// let alphas = unitizing_of_notes(&notes, &[0, 1, 2, 3], 1000);
/// let (low, high) = (alphas.u_alpha.ci_low.unwrap(), alphas.u_alpha.ci_high.unwrap());
/// assert!(low < alphas.u_alpha.value.unwrap() && alphas.u_alpha.value.unwrap() < high);
/// ```
pub fn unitizing_of_notes(notes: &[Continuum], cluster_of: &[usize], replicates: u64) -> Unitizing {
    let codes = notes.first().map_or(0, |note| note.codes);
    let clusters = cluster_of.iter().max().map_or(0, |most| most + 1);
    let width = Sums::none(codes).width();
    let mut whole = vec![0.0; width];
    let mut by_cluster: Vec<Vec<(usize, f64)>> = vec![Vec::new(); clusters];
    for (note, &cluster) in notes.iter().zip(cluster_of) {
        let sums = match Sums::of(note) {
            Ok(sums) => sums.sparse(),
            Err(why) => return Unitizing::undefined(why, codes),
        };
        for &(place, sum) in &sums {
            whole[place] += sum;
        }
        by_cluster[cluster].extend(sums);
    }
    let alphas = Sums::from_row(codes, &whole).alphas();
    by_cluster.retain(|cluster| !cluster.is_empty());
    if by_cluster.len() < 2 {
        return alphas;
    }
    let intervals = percentiles_of_each(replicates, |random| {
        let mut drawn = vec![0.0; width];
        for _ in 0..by_cluster.len() {
            for &(place, sum) in &by_cluster[random.below(by_cluster.len())] {
                drawn[place] += sum;
            }
        }
        let alphas = Sums::from_row(codes, &drawn).alphas();
        alphas.each().into_iter().map(|e| e.value).collect()
    });
    alphas.with_intervals(&intervals)
}

impl Unitizing {
    fn each(&self) -> Vec<Estimate> {
        let whole = [
            self.u_alpha,
            self.bar_u_alpha,
            self.cu_alpha,
            self.cu_coverage,
        ];
        whole
            .into_iter()
            .chain(self.k_u_alpha.iter().copied())
            .collect()
    }

    /// The same with intervals, in the order of [`Self::each`].
    fn with_intervals(mut self, intervals: &[Option<(f64, f64)>]) -> Self {
        let whole = [
            &mut self.u_alpha,
            &mut self.bar_u_alpha,
            &mut self.cu_alpha,
            &mut self.cu_coverage,
        ];
        let all = whole.into_iter().chain(&mut self.k_u_alpha);
        for (estimate, interval) in all.zip(intervals) {
            if estimate.value.is_some() {
                estimate.ci_low = interval.map(|i| i.0);
                estimate.ci_high = interval.map(|i| i.1);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{Stretch, WhyUndefined, unitizing};

    fn note(length: u64, first: &[(u64, u64, usize)], second: &[(u64, u64, usize)]) -> Continuum {
        let cut = |own: &[(u64, u64, usize)]| {
            let stretch = |&(start, end, code): &(u64, u64, usize)| Stretch { start, end, code };
            own.iter().map(stretch).collect()
        };
        Continuum {
            length,
            codes: 2,
            coders: vec![cut(first), cut(second)],
        }
    }

    fn notes() -> Vec<Continuum> {
        vec![
            note(50, &[(0, 10, 0), (20, 25, 1)], &[(0, 8, 0)]),
            note(30, &[], &[(3, 9, 1)]),
            note(70, &[(5, 40, 0)], &[(6, 40, 0), (50, 60, 1)]),
            note(20, &[(0, 20, 1)], &[(0, 20, 1)]),
        ]
    }

    #[test]
    fn notes_one_by_one_give_the_alphas_of_the_whole_continuum() {
        let notes = notes();
        let mut whole = note(0, &[], &[]);
        for one in &notes {
            for (all, own) in whole.coders.iter_mut().zip(&one.coders) {
                all.extend(own.iter().map(|s| Stretch {
                    start: s.start + whole.length,
                    end: s.end + whole.length,
                    code: s.code,
                }));
            }
            whole.length += one.length;
        }
        let values = |alphas: &Unitizing| -> Vec<i64> {
            let rounded = alphas.each().into_iter().map(|e| e.value.expect("defined"));
            rounded.map(|v| (v * 1e9).round() as i64).collect()
        };
        let by_note = unitizing_of_notes(&notes, &[0, 1, 2, 3], 0);
        assert_eq!(values(&by_note), values(&unitizing(&whole)));
        assert!(by_note.each().iter().all(|e| e.ci_low.is_none()));
    }

    #[test]
    fn an_interval_holds_the_value_and_is_wider_over_fewer_people() {
        let notes: Vec<Continuum> = (0..10).flat_map(|_| notes()).collect();
        let apart: Vec<usize> = (0..40).collect();
        let people: Vec<usize> = (0..40).map(|n| n % 4).collect();
        let (apart, people) = (
            unitizing_of_notes(&notes, &apart, 500),
            unitizing_of_notes(&notes, &people, 500),
        );
        let width = |e: Estimate| {
            let (low, high) = (e.ci_low.expect("defined"), e.ci_high.expect("defined"));
            let value = e.value.expect("defined");
            assert!(low <= value && value <= high, "{low} {value} {high}");
            high - low
        };
        assert!(width(apart.u_alpha) < width(people.u_alpha));
        assert_eq!(
            apart,
            unitizing_of_notes(&notes, &(0..40).collect::<Vec<_>>(), 500)
        );
    }

    #[test]
    fn codes_that_overlap_have_no_interval_either() {
        let notes = [note(9, &[(0, 5, 0), (2, 4, 1)], &[]), note(9, &[], &[])];
        let found = unitizing_of_notes(&notes, &[0, 1], 100);
        let why = Some(WhyUndefined::OverlappingCodes);
        assert!(
            found
                .each()
                .iter()
                .all(|e| e.why_undefined == why && e.ci_low.is_none())
        );
    }
}
