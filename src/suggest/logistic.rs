//! Logistic regression with an L2 penalty, on sparse rows.
//!
//! Comes in: rows, each with an answer and a cost. Goes out: weights. The minimum of
//! `½ wᵀw + Σ cᵢ ln(1 + exp(-yᵢ wᵀxᵢ))`, `yᵢ` being 1 or -1, is found by a truncated Newton method:
//! each step's direction by conjugate gradients, its length halved until the objective falls enough
//! (Lin, C.-J., Weng, R. C., Keerthi, S. S. (2008). Trust region Newton method for large-scale
//! logistic regression. *Journal of Machine Learning Research* 9, 627-650, with a line search
//! instead of a trust region: Nocedal and Wright 2006, *Numerical Optimization*, 3.1 and 7.1).
//! Nothing is random: the same rows give the same weights.

/// A sparse row: columns in rising order, each with its value.
pub(super) type Row = Vec<(u32, f32)>;

/// A row with what it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labelled<'r> {
    /// What is known of it.
    pub(super) row: &'r Row,
    /// Whether it belongs to the class.
    pub(super) is_yes: bool,
    /// What an error costs.
    pub(super) cost: f64,
}

/// Weights of columns and a constant.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Linear {
    /// Columns in rising order.
    columns: Vec<u32>,
    weights: Vec<f64>,
    constant: f64,
}

impl Linear {
    /// The log odds of a row.
    pub(super) fn score(&self, row: &Row) -> f64 {
        let known = row.iter().map(|&(c, v)| self.weight(c) * f64::from(v));
        self.constant + known.sum::<f64>()
    }

    /// A column's weight; 0 where it was never seen.
    pub(super) fn weight(&self, column: u32) -> f64 {
        let at = self.columns.binary_search(&column);
        at.map_or(0.0, |at| self.weights[at])
    }
}

/// Newton steps at most.
const STEPS: usize = 50;
/// Steps of conjugate gradients within one at most.
const INNER_STEPS: usize = 60;
/// The gradient's length, of that at the start, at which the minimum is found.
const ENOUGH: f64 = 1e-3;
/// Halvings of a step at most.
const HALVINGS: usize = 40;

/// Finds the weights.
pub(super) fn train(rows: &[Labelled<'_>]) -> Linear {
    let mut columns: Vec<u32> = rows
        .iter()
        .flat_map(|r| r.row.iter().map(|(c, _)| *c))
        .collect();
    columns.sort_unstable();
    columns.dedup();
    let problem = Problem::new(rows, &columns);
    let mut weights = problem.minimum();
    let constant = weights.pop().unwrap_or_default();
    Linear {
        columns,
        weights,
        constant,
    }
}

/// The rows with columns counted from 0 and a last one of ones.
struct Problem {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    signs: Vec<f64>,
    costs: Vec<f64>,
    width: usize,
}

impl Problem {
    fn new(rows: &[Labelled<'_>], columns: &[u32]) -> Self {
        let width = columns.len() + 1;
        let mut problem = Self {
            starts: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
            signs: Vec::new(),
            costs: Vec::new(),
            width,
        };
        for row in rows {
            for &(column, value) in row.row {
                let at = columns.partition_point(|&c| c < column);
                problem.columns.push(at as u32);
                problem.values.push(value);
            }
            problem.columns.push(width as u32 - 1);
            problem.values.push(1.0);
            problem.starts.push(problem.columns.len());
            problem.signs.push(if row.is_yes { 1.0 } else { -1.0 });
            problem.costs.push(row.cost);
        }
        problem
    }

    fn row(&self, i: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.starts[i]..self.starts[i + 1];
        let columns = self.columns[range.clone()].iter();
        let values = self.values[range].iter();
        columns
            .zip(values)
            .map(|(&c, &v)| (c as usize, f64::from(v)))
    }

    /// `yᵢ wᵀxᵢ` of each row.
    fn margins(&self, w: &[f64]) -> Vec<f64> {
        let signs = self.signs.iter().enumerate();
        signs
            .map(|(i, y)| y * self.row(i).map(|(c, v)| w[c] * v).sum::<f64>())
            .collect()
    }

    /// `Xᵀ` times a number of each row.
    fn transposed(&self, of_row: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut out = vec![0.0; self.width];
        for i in 0..self.signs.len() {
            let factor = of_row(i);
            for (c, v) in self.row(i) {
                out[c] += factor * v;
            }
        }
        out
    }

    fn objective(&self, w: &[f64], margins: &[f64]) -> f64 {
        let losses = margins.iter().zip(&self.costs);
        // ln(1 + exp(-m)) without overflow.
        let loss = |m: f64| (-m.abs()).exp().ln_1p() + (-m).max(0.0);
        0.5 * dot(w, w) + losses.map(|(&m, c)| c * loss(m)).sum::<f64>()
    }

    fn minimum(&self) -> Vec<f64> {
        let mut w = vec![0.0; self.width];
        let mut margins = self.margins(&w);
        let mut value = self.objective(&w, &margins);
        let mut at_start = None;
        for _ in 0..STEPS {
            let sure: Vec<f64> = margins.iter().map(|&m| logistic(m)).collect();
            let pull = |i: usize| -self.costs[i] * (1.0 - sure[i]) * self.signs[i];
            let mut gradient = self.transposed(pull);
            add(&mut gradient, 1.0, &w);
            let length = dot(&gradient, &gradient).sqrt();
            if length <= ENOUGH * *at_start.get_or_insert(length) {
                break;
            }
            let curvature: Vec<f64> = sure
                .iter()
                .zip(&self.costs)
                .map(|(s, c)| c * s * (1.0 - s))
                .collect();
            let direction = self.direction(&gradient, &curvature);
            let slope = dot(&gradient, &direction);
            let mut step = 1.0;
            let mut fell = false;
            for _ in 0..HALVINGS {
                let mut next = w.clone();
                add(&mut next, step, &direction);
                let there = self.margins(&next);
                let new = self.objective(&next, &there);
                if new <= value + 1e-4 * step * slope {
                    (w, margins, value, fell) = (next, there, new, true);
                    break;
                }
                step /= 2.0;
            }
            if !fell {
                break;
            }
        }
        w
    }

    /// The direction `d` with `(I + Xᵀ D X) d = -gradient`, nearly.
    fn direction(&self, gradient: &[f64], curvature: &[f64]) -> Vec<f64> {
        let times = |v: &[f64]| {
            let along = |i: usize| self.row(i).map(|(c, x)| v[c] * x).sum::<f64>();
            let mut out = self.transposed(|i| curvature[i] * along(i));
            add(&mut out, 1.0, v);
            out
        };
        let mut d = vec![0.0; self.width];
        let mut rest: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut search = rest.clone();
        let mut size = dot(&rest, &rest);
        let enough = size * 0.01;
        for _ in 0..INNER_STEPS {
            if size <= enough {
                break;
            }
            let image = times(&search);
            let far = size / dot(&search, &image);
            add(&mut d, far, &search);
            add(&mut rest, -far, &image);
            let new = dot(&rest, &rest);
            let turn = new / size;
            for (s, r) in search.iter_mut().zip(&rest) {
                *s = r + turn * *s;
            }
            size = new;
        }
        d
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `to += factor * more`.
fn add(to: &mut [f64], factor: f64, more: &[f64]) {
    for (to, more) in to.iter_mut().zip(more) {
        *to += factor * more;
    }
}

/// `1 / (1 + exp(-x))`.
pub(super) fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labelled(rows: &[(Row, bool, f64)]) -> Vec<Labelled<'_>> {
        rows.iter()
            .map(|(row, is_yes, cost)| Labelled {
                row,
                is_yes: *is_yes,
                cost: *cost,
            })
            .collect()
    }

    /// Two rows on either side: `w = 2 / (1 + exp(w))` for the column by symmetry, the constant 0.
    #[test]
    fn a_minimum_that_can_be_found_by_hand_is_found() {
        let rows = [(vec![(7, 1.0)], true, 1.0), (vec![(7, -1.0)], false, 1.0)];
        let model = train(&labelled(&rows));
        let (mut low, mut high) = (0.0_f64, 2.0_f64);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if middle < 2.0 * logistic(-middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        assert!((model.weight(7) - low).abs() < 1e-3, "{model:?} {low}");
        assert!(model.constant.abs() < 1e-9);
        assert!(model.weight(8).abs() < f64::EPSILON);
    }

    proptest! {
        /// At the minimum the gradient is nothing.
        #[test]
        fn the_gradient_vanishes(
            rows in prop::collection::vec(
                (prop::collection::btree_map(0u32..6, -2.0f32..2.0, 1..5), any::<bool>(), 0.1f64..3.0),
                2..20,
            ),
        ) {
            let rows: Vec<(Row, bool, f64)> =
                rows.into_iter().map(|(r, y, c)| (r.into_iter().collect(), y, c)).collect();
            let model = train(&labelled(&rows));
            let pull = |value: &dyn Fn(&Row) -> f64| -> f64 {
                rows.iter()
                    .map(|(r, y, c)| {
                        let sign = if *y { 1.0 } else { -1.0 };
                        c * sign * logistic(-sign * model.score(r)) * value(r)
                    })
                    .sum()
            };
            let size: f64 = rows.iter().map(|r| r.2).sum();
            for column in 0..6 {
                let of = |r: &Row| {
                    r.iter().find(|(c, _)| *c == column).map_or(0.0, |(_, v)| f64::from(*v))
                };
                prop_assert!((model.weight(column) - pull(&of)).abs() < 0.01 * size);
            }
            prop_assert!((model.constant - pull(&|_| 1.0)).abs() < 0.01 * size);
        }
    }
}
