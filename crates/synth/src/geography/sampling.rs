//! Spreads the sites of the pseudo-IRIS over the rough shape of their commune.

use geo::Coord;

use super::power::{Cell, norm};

const SAMPLES_PER_SITE: f64 = 60.0;
const LLOYD_STEPS: usize = 25;

/// Cuts a rough shape, given by its convex pieces, into `count` compact parts and returns the sites
/// of each part: its centre, or `sites_per_part` points when one convex cell would be too coarse
/// for a long commune with few IRIS. The same `seed` gives the same points.
pub(super) fn spread(pieces: &[Cell], count: Count, seed: u64) -> Vec<Vec<Coord<f64>>> {
    let samples = samples(pieces, count, seed);
    let parts = parts(&samples, count.parts);
    parts.iter().map(|part| parts_centres(part, count.sites_per_part)).collect()
}

/// How finely a shape is cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    pub(super) parts: usize,
    pub(super) sites_per_part: usize,
}

fn parts_centres(samples: &[Coord<f64>], count: usize) -> Vec<Coord<f64>> {
    parts(samples, count).iter().map(|part| centre(part)).collect()
}

/// Lloyd's k-means started from the farthest points. Fewer parts than asked come out when there are
/// not enough samples.
fn parts(samples: &[Coord<f64>], count: usize) -> Vec<Vec<Coord<f64>>> {
    let mut centres = farthest_points(samples, count);
    let mut parts = around(samples, &centres);
    for _ in 0..LLOYD_STEPS {
        centres = parts.iter().map(|part| centre(part)).collect();
        parts = around(samples, &centres);
    }
    parts
}

fn samples(pieces: &[Cell], count: Count, seed: u64) -> Vec<Coord<f64>> {
    let area: f64 = pieces.iter().map(Cell::area).sum();
    let pitch = (area / ((count.parts * count.sites_per_part) as f64 * SAMPLES_PER_SITE)).sqrt();
    let mut random = SplitMix64(seed);
    let mut samples = Vec::new();
    for piece in pieces {
        let xs = piece.corners.iter().map(|c| c.at.x);
        let ys = piece.corners.iter().map(|c| c.at.y);
        let (left, right) = bounds(xs);
        let (bottom, top) = bounds(ys);
        let mut y = bottom + pitch / 2.0;
        while y < top {
            let mut x = left + pitch / 2.0;
            while x < right {
                let point = Coord { x: x + pitch * (random.unit() - 0.5), y: y + pitch * (random.unit() - 0.5) };
                if piece.contains(point) {
                    samples.push(point);
                }
                x += pitch;
            }
            y += pitch;
        }
    }
    samples
}

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
}

fn farthest_points(samples: &[Coord<f64>], count: usize) -> Vec<Coord<f64>> {
    let mut centres: Vec<Coord<f64>> = samples.first().copied().into_iter().collect();
    let mut gaps = vec![f64::INFINITY; samples.len()];
    while centres.len() < count {
        let Some(last) = centres.last().copied() else {
            break;
        };
        for (gap, sample) in gaps.iter_mut().zip(samples) {
            *gap = gap.min(norm(*sample - last));
        }
        let farthest = samples.iter().zip(&gaps).max_by(|a, b| a.1.total_cmp(b.1)).map(|(sample, _)| *sample);
        centres.extend(farthest);
    }
    centres
}

fn around(samples: &[Coord<f64>], centres: &[Coord<f64>]) -> Vec<Vec<Coord<f64>>> {
    let mut parts = vec![Vec::new(); centres.len()];
    for sample in samples {
        let nearest =
            (0..centres.len()).min_by(|a, b| squared(*sample, centres[*a]).total_cmp(&squared(*sample, centres[*b])));
        if let Some(nearest) = nearest {
            parts[nearest].push(*sample);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Mean of some points.
pub(super) fn centre(part: &[Coord<f64>]) -> Coord<f64> {
    let sum = part.iter().fold(Coord { x: 0.0, y: 0.0 }, |sum, p| sum + *p);
    sum / (part.len().max(1) as f64)
}

fn squared(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let gap = a - b;
    gap.x * gap.x + gap.y * gap.y
}

/// Small fixed generator (Steele, Lea and Flood 2014), so that no version of a library can move
/// the demonstration.
struct SplitMix64(u64);

impl SplitMix64 {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // 53 bits are what a double holds.
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
