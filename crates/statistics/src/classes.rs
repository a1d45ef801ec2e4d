//! Class breaks of choropleths.

/// Upper bounds of `classes` quantile classes (type 7, R's default), without the last one's, which is
/// the maximum; intervals are `]a, b]`, the lowest closed. Fewer breaks when values repeat.
pub fn quantile_breaks(values: &[f64], classes: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let mut breaks: Vec<f64> =
        (1..classes).filter_map(|rank| quantile(&sorted, rank as f64 / classes as f64)).collect();
    breaks.dedup();
    breaks
}

/// Type 7: linear between order statistics.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank below the length of a slice")]
fn quantile(sorted: &[f64], probability: f64) -> Option<f64> {
    let rank = probability * (sorted.len().checked_sub(1)? as f64);
    let low = sorted.get(rank.floor() as usize)?;
    let high = sorted.get(rank.ceil() as usize)?;
    Some(low + (high - low) * rank.fract())
}

/// Class of a value, from 0.
pub fn class_of(value: f64, breaks: &[f64]) -> usize {
    breaks.iter().take_while(|upper| value > **upper).count()
}

/// Rank of each value, 1 for the highest; equal values share a rank, an unknown one has none.
pub fn ranks(values: &[Option<f64>], among: &[f64]) -> Vec<Option<u64>> {
    let rank = |value: f64| 1 + among.iter().filter(|other| **other > value).count() as u64;
    values.iter().map(|value| value.map(rank)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_as_r_gives_them() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        assert_eq!(quantile_breaks(&values, 4), vec![2.75, 4.5, 6.25]);
        assert_eq!(values.map(|value| class_of(value, &[2.75, 4.5, 6.25])), [0, 0, 1, 1, 2, 2, 3, 3]);
    }

    #[test]
    fn quintiles_as_mapclassify_gives_them() {
        let values =
            [0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 5.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 14.0, 18.0, 25.0, 40.0];
        let found = quantile_breaks(&values, 5);
        let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
        assert!(found.iter().zip(&[2.0, 4.6, 7.4, 12.4]).all(close) && found.len() == 4, "{found:?}");
    }

    #[test]
    fn repeated_values_make_fewer_classes() {
        assert_eq!(quantile_breaks(&[1.0, 1.0, 1.0, 1.0, 9.0], 4), vec![1.0]);
        assert!(quantile_breaks(&[], 4).is_empty());
    }

    #[test]
    fn equal_values_share_a_rank_and_unknown_has_none() {
        let among = [3.0, 5.0, 5.0, 1.0];
        assert_eq!(
            ranks(&[Some(5.0), None, Some(3.0), Some(1.0), Some(5.0)], &among),
            [Some(1), None, Some(3), Some(4), Some(1)]
        );
    }
}
