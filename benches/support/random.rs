//! Numbers that look random and are the same on every machine.

/// Splitmix64: small, fast, and its sequence is fixed by its seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// Whether something happens that does so `percent` times in a hundred.
    pub(crate) fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Draws ranks by Zipf's law: rank `k` (from 0) is drawn in proportion to 1 / (k + 1).
pub(crate) struct Zipf {
    /// Sums of the weights, in units of a millionth, so that no rounding differs by machine.
    sums: Vec<u64>,
}

impl Zipf {
    pub(crate) fn new(ranks: usize) -> Self {
        let mut sum = 0;
        let sums = (1..=ranks as u64).map(|k| {
            sum += 1_000_000_000 / k;
            sum
        });
        Self {
            sums: sums.collect(),
        }
    }

    pub(crate) fn draw(&self, random: &mut Random) -> usize {
        let total = self.sums.last().copied().unwrap_or(1);
        let point = random.below(total as usize) as u64;
        self.sums.partition_point(|&sum| sum <= point)
    }
}
