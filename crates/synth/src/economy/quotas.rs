//! Exact shares: whole numbers that sum to a total in proportion of weights.

/// Largest remainders; ties go to the first. All zero when the weights are.
pub fn largest_remainder(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u64 = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut shares: Vec<u64> = weights.iter().map(|weight| total * weight / sum).collect();
    let missing = total - shares.iter().sum::<u64>();
    let mut ranks: Vec<usize> = (0..weights.len()).collect();
    ranks.sort_by_key(|&rank| std::cmp::Reverse(total * weights[rank] % sum));
    for rank in ranks.into_iter().take(usize::try_from(missing).unwrap_or(usize::MAX)) {
        shares[rank] += 1;
    }
    shares
}

/// A part of a whole, kept in integers so that the whole itself stays exact.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    /// Numerator.
    pub part: u64,
    /// Denominator, never 0.
    pub whole: u64,
}

impl Ratio {
    /// The whole.
    pub const ONE: Self = Self { part: 1, whole: 1 };

    /// Rounded half up.
    pub fn of(self, count: u64) -> u64 {
        (count * self.part + self.whole / 2) / self.whole.max(1)
    }
}

/// Repeats each item as many times as its share and returns the list in order.
pub fn expand<T: Copy>(items: &[T], shares: &[u64]) -> Vec<T> {
    items
        .iter()
        .zip(shares)
        .flat_map(|(item, &share)| std::iter::repeat_n(*item, usize::try_from(share).unwrap_or(0)))
        .collect()
}
