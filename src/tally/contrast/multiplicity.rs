//! Many tests at once.

/// p-values adjusted for how many there are: p n / rank, no larger than that of the next larger p
/// (Benjamini & Hochberg 1995). In the order given.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let n = p.len() as f64;
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (rank, &at) in order.iter().enumerate().rev() {
        least = least.min(p[at] * n / (rank + 1) as f64);
        adjusted[at] = least;
    }
    adjusted
}
