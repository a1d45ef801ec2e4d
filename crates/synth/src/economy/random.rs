//! Our own generator of pseudo-random numbers: a dependency could change its stream from one version
//! to the next, and the bytes written must not move.

/// Splitmix64.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// Starts a stream; two labels give two independent streams of one seed.
    pub fn new(seed: u64, label: &str) -> Self {
        let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
        for byte in label.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self { state }
    }

    /// Next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A real in `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// An integer in `[0, bound)`; 0 when the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.bits()) * (bound as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// An integer in `[low, high]`.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = (high.saturating_sub(low) as usize) + 1;
        low + u32::try_from(self.below(span)).unwrap_or(0)
    }

    /// True `per_cent` times in a hundred.
    pub fn chance(&mut self, per_cent: usize) -> bool {
        self.below(100) < per_cent
    }

    /// About normal, mean 0, standard deviation 1, bounded by about 3.5.
    pub fn bell(&mut self) -> f64 {
        (0..4).map(|_| self.unit() - 0.5).sum::<f64>() * 3.0_f64.sqrt()
    }

    /// Index drawn in proportion of cumulated weights; 0 when they are all null.
    pub fn weighted(&mut self, cumulated: &[u64]) -> usize {
        let total = cumulated.last().copied().unwrap_or(0);
        let wide = u128::from(self.bits()) * u128::from(total);
        let drawn = u64::try_from(wide >> 64).unwrap_or(0);
        cumulated.partition_point(|&upper| upper <= drawn).min(cumulated.len().saturating_sub(1))
    }

    /// Fisher-Yates.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// Running sums, as `weighted` wants them.
pub fn cumulate(weights: impl IntoIterator<Item = u64>) -> Vec<u64> {
    weights
        .into_iter()
        .scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}
