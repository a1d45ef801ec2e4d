//! Class breaks of choropleths: quantiles, Jenks/Fisher, equal intervals, Q6 and q6 as mapsf defines them.
//!
//! Breaks are the upper bounds of the classes without the last one's, which is the maximum; intervals are `]a, b]`, the
//! lowest closed.

use serde::Serialize;

/// How values are cut in classes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Discretisation {
    /// As many values in each class (type 7).
    #[default]
    Quantiles,
    /// Least sum of squares inside the classes (Fisher's exact form of Jenks's natural breaks).
    Jenks,
    /// Classes of the same width.
    Egales,
    /// Quantiles 0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.
    Q6Majuscule,
    /// Quantiles 0, 0.05, 0.275, 0.5, 0.725, 0.95, 1: another thing, in mapsf.
    Q6Minuscule,
}

impl Discretisation {
    /// All, with their names in URLs.
    pub const ALL: [(&'static str, Self); 5] = [
        ("quantiles", Self::Quantiles),
        ("jenks", Self::Jenks),
        ("egales", Self::Egales),
        ("Q6", Self::Q6Majuscule),
        ("q6", Self::Q6Minuscule),
    ];

    /// The method of a name; `Q6` and `q6` differ.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == code).map(|(_, method)| method)
    }

    /// Name in URLs.
    pub fn code(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, method)| *method == self).map_or("", |(name, _)| name)
    }

    /// Breaks of some values in at most `classes` classes (six for Q6 and q6, whatever is asked), fewer when values
    /// repeat.
    pub fn breaks(self, values: &[f64], classes: usize) -> Vec<f64> {
        let sorted = sorted(values);
        let probabilities = |inner: &[f64]| inner.iter().filter_map(|at| quantile(&sorted, *at)).collect();
        let mut breaks: Vec<f64> = match self {
            Self::Quantiles => return quantile_breaks(values, classes),
            Self::Jenks => return fisher_breaks(&sorted, classes),
            Self::Egales => match (sorted.first(), sorted.last()) {
                (Some(low), Some(high)) if high > low => {
                    (1..classes).map(|rank| low + (high - low) * rank as f64 / classes as f64).collect()
                }
                _ => Vec::new(),
            },
            Self::Q6Majuscule => probabilities(&[0.05, 0.25, 0.5, 0.75, 0.95]),
            Self::Q6Minuscule => probabilities(&[0.05, 0.275, 0.5, 0.725, 0.95]),
        };
        breaks.dedup();
        breaks
    }
}

/// Farthest that a break may move to be short, relative to itself.
const MOVED_MAX: f64 = 0.1;

/// Breaks that make the same classes of the same values and are shorter to read: each moves to a round number near it,
/// between the values around it. Several breaks between the same two values stay where they are.
pub fn rounded(breaks: &[f64], values: &[f64]) -> Vec<f64> {
    let sorted = sorted(values);
    let gap = |at: &f64| sorted.partition_point(|value| value <= at);
    let round = |(rank, at): (usize, &f64)| {
        let next = gap(at);
        let shared = [rank.checked_sub(1), Some(rank + 1)].into_iter().flatten();
        if shared.filter_map(|other| breaks.get(other)).any(|other| gap(other) == next) {
            return *at;
        }
        let below = next.checked_sub(1).and_then(|rank| sorted.get(rank)).copied();
        let around = below.zip(sorted.get(next).copied());
        around.and_then(|(low, high)| roundest(*at, (low, high))).unwrap_or(*at)
    };
    breaks.iter().enumerate().map(round).collect()
}

/// The roundest number of `[low, high[` near another.
fn roundest(at: f64, (low, high): (f64, f64)) -> Option<f64> {
    (-9..=9).rev().flat_map(|power| [5, 2, 1].map(|digit| (digit, power))).find_map(|(digit, power)| {
        // A division by a whole power is exact where a product by 0.1 is not.
        let (up, down) = (10_f64.powi(power.max(0)), 10_f64.powi((-power).max(0)));
        let multiple = |steps: f64| steps * f64::from(digit) * up / down;
        let steps = at * down / (f64::from(digit) * up);
        [steps.round(), steps.floor(), steps.ceil()]
            .into_iter()
            .map(multiple)
            .find(|candidate| *candidate >= low && *candidate < high && (candidate - at).abs() <= MOVED_MAX * at.abs())
    })
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Sums over the distinct values, so that equal values are never parted: weights, values, squares.
struct Sums {
    distinct: Vec<f64>,
    /// Of the values before each rank.
    upto: Vec<[f64; 3]>,
}

impl Sums {
    fn of(sorted: &[f64]) -> Self {
        let (mut distinct, mut upto) = (Vec::new(), vec![[0.0; 3]]);
        // From the mean, so that squares keep their digits.
        let middle = sorted.iter().sum::<f64>() / sorted.len().max(1) as f64;
        let mut running = [0.0; 3];
        for same in sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
            let (value, weight) = (same.first().copied().unwrap_or_default(), same.len() as f64);
            let from_middle = value - middle;
            running = [
                running[0] + weight,
                running[1] + weight * from_middle,
                running[2] + weight * from_middle * from_middle,
            ];
            distinct.push(value);
            upto.push(running);
        }
        Self { distinct, upto }
    }

    /// Squares of the deviations from their mean of the distinct values of ranks `from..to`.
    fn cost(&self, from: usize, to: usize) -> f64 {
        let [weight, sum, squares] = [0, 1, 2].map(|rank| self.upto[to][rank] - self.upto[from][rank]);
        squares - sum * sum / weight
    }
}

/// Fisher's grouping, exact. The best place of the last break never moves back as values are added, so each class
/// is found by halves: k × n × log n, and a whole country takes milliseconds.
fn fisher_breaks(sorted: &[f64], classes: usize) -> Vec<f64> {
    let sums = Sums::of(sorted);
    let count = sums.distinct.len();
    let classes = classes.min(count);
    if classes < 2 {
        return Vec::new();
    }
    let mut best: Vec<f64> = (0..=count).map(|to| if to == 0 { 0.0 } else { sums.cost(0, to) }).collect();
    let mut starts: Vec<Vec<usize>> = Vec::new();
    for class in 1..classes {
        let (mut next, mut from) = (vec![f64::INFINITY; count + 1], vec![0; count + 1]);
        let mut spans = vec![((class + 1, count), (class, count - 1))];
        while let Some(((low, high), (first, last))) = spans.pop() {
            if low > high {
                continue;
            }
            let middle = usize::midpoint(low, high);
            let mut at = first;
            let starts = best.iter().enumerate().take(last.min(middle - 1) + 1).skip(first.max(class));
            for (start, before) in starts {
                let cost = before + sums.cost(start, middle);
                if cost < next[middle] {
                    (next[middle], at) = (cost, start);
                }
            }
            from[middle] = at;
            spans.push(((low, middle - 1), (first, at)));
            spans.push(((middle + 1, high), (at, last)));
        }
        best = next;
        starts.push(from);
    }
    let (mut to, mut breaks) = (count, Vec::new());
    for from in starts.iter().rev() {
        to = from[to];
        breaks.push(sums.distinct[to - 1]);
    }
    breaks.reverse();
    breaks
}

/// Upper bounds of `classes` quantile classes (type 7, R's default). Fewer breaks when values repeat.
pub fn quantile_breaks(values: &[f64], classes: usize) -> Vec<f64> {
    let sorted = sorted(values);
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

    /// The numbers of the reference values, and what mapclassify and mapsf make of them.
    const GOLDEN: [f64; 20] =
        [0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 5.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 14.0, 18.0, 25.0, 40.0];

    #[test]
    fn the_other_methods_as_mapclassify_and_mapsf_give_them() {
        for (method, classes, expected) in [
            (Discretisation::Quantiles, 5, vec![2.0, 4.6, 7.4, 12.4]),
            (Discretisation::Jenks, 5, vec![4.0, 10.0, 18.0, 25.0]),
            (Discretisation::Egales, 5, vec![8.0, 16.0, 24.0, 32.0]),
            (Discretisation::Q6Majuscule, 6, vec![0.95, 2.75, 5.5, 10.5, 25.75]),
            (Discretisation::Q6Minuscule, 6, vec![0.95, 3.0, 5.5, 9.775, 25.75]),
        ] {
            let found = method.breaks(&GOLDEN, classes);
            assert_eq!(found.len(), expected.len(), "{method:?} {found:?}");
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-9), "{method:?} {found:?}");
        }
    }

    #[test]
    fn rounding_never_moves_a_value_to_another_class() {
        assert_eq!(rounded(&[2.0, 4.6, 7.4, 12.4], &GOLDEN), [2.0, 4.5, 7.0, 12.0]);
        assert_eq!(rounded(&[19.73], &[18.2, 22.6]), [20.0]);
        assert_eq!(rounded(&[0.024], &[0.023, 0.031]), [0.025]);
        assert_eq!(rounded(&[5.0], &[1.0, 5.0]), [5.0], "nothing above: left alone");
    }

    fn within(values: &[f64], breaks: &[f64]) -> f64 {
        let classes = (0..=breaks.len()).map(|class| {
            let of: Vec<f64> = values.iter().copied().filter(|value| class_of(*value, breaks) == class).collect();
            let mean = of.iter().sum::<f64>() / of.len().max(1) as f64;
            of.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
        });
        classes.sum()
    }

    proptest::proptest! {
        #[test]
        fn fisher_is_as_good_as_every_cut(values in proptest::collection::vec(0_i32..60, 3..14), classes in 2_usize..5) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let mut distinct = sorted(&values);
            distinct.dedup();
            let found = within(&values, &Discretisation::Jenks.breaks(&values, classes));
            // Every way to choose the breaks among the distinct values.
            let mut least = f64::INFINITY;
            for chosen in 0_u32..1 << (distinct.len() - 1) {
                if chosen.count_ones() as usize == classes.min(distinct.len()) - 1 {
                    let breaks: Vec<f64> =
                        distinct.iter().enumerate().filter(|(rank, _)| chosen >> rank & 1 == 1).map(|(_, v)| *v).collect();
                    least = least.min(within(&values, &breaks));
                }
            }
            proptest::prop_assert!(found <= least + 1e-6, "{found} {least}");
        }

        #[test]
        fn rounded_breaks_make_the_same_classes(values in proptest::collection::vec(-1e4_f64..1e4, 2..40), rank in 0_usize..5) {
            let breaks = Discretisation::ALL[rank].1.breaks(&values, 4);
            let round = rounded(&breaks, &values);
            proptest::prop_assert_eq!(breaks.len(), round.len());
            for value in &values {
                proptest::prop_assert_eq!(class_of(*value, &breaks), class_of(*value, &round), "{:?} {:?}", breaks, round);
            }
        }
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
