//! Weights that give each group of sites a wanted area: semi-discrete optimal transport by the
//! damped Newton method of J. Kitagawa, Q. Mérigot and B. Thibert, "Convergence of a Newton
//! algorithm for semi-discrete optimal transport", J. Eur. Math. Soc. 21 (2019). The areas are the
//! gradient of a concave function of the weights, and their derivative is
//! ∂Aᵢ/∂wⱼ = −|edge ij| / (2 |pᵢpⱼ|), so each step solves a sparse symmetric system.

use super::GeographyError;
use super::power::{Cell, Sites, norm};

const MAX_STEPS: usize = 80;
/// Relative area error reached; the cell outlines are then exact to well under a millimetre.
const TOLERANCE: f64 = 1e-7;
const SMALLEST_DAMPING: f64 = 1e-6;

/// Groups of sites that share one weight. A site without group keeps the weight zero and takes
/// whatever area is left.
pub(super) struct Transport<'a> {
    pub(super) sites: &'a Sites,
    /// Group of each site.
    pub(super) groups: &'a [Option<usize>],
    /// Wanted area of each group, in square units of the sites.
    pub(super) targets: &'a [f64],
}

/// State of the iteration: weights, their cells and the area missing in each group.
struct Step {
    weights: Vec<f64>,
    cells: Vec<Cell>,
    areas: Vec<f64>,
    missing: Vec<f64>,
}

impl Transport<'_> {
    /// Cells whose areas, summed by group, are the targets.
    pub(super) fn solve(&self) -> Result<Vec<Cell>, GeographyError> {
        let mut step = self.at(vec![0.0; self.targets.len()]);
        let floor = step.areas.iter().chain(self.targets).copied().fold(f64::INFINITY, f64::min) / 2.0;
        let mut iterations = 0;
        while self.gap(&step) >= TOLERANCE {
            let direction = self.newton_direction(&step);
            let next = self.damped(&step, &direction, floor).filter(|_| iterations < MAX_STEPS);
            let Some(next) = next else {
                return Err(GeographyError::NotConverged { gap: self.gap(&step), iterations });
            };
            step = next;
            iterations += 1;
        }
        Ok(step.cells)
    }

    fn at(&self, weights: Vec<f64>) -> Step {
        let site_weights: Vec<f64> = self.groups.iter().map(|group| group.map_or(0.0, |g| weights[g])).collect();
        let cells = self.sites.cells(&site_weights);
        let mut areas = vec![0.0; self.targets.len()];
        for (cell, group) in cells.iter().zip(self.groups) {
            if let Some(g) = group {
                areas[*g] += cell.area();
            }
        }
        let missing = self.targets.iter().zip(&areas).map(|(t, a)| t - a).collect();
        Step { weights, cells, areas, missing }
    }

    fn gap(&self, step: &Step) -> f64 {
        step.missing.iter().zip(self.targets).map(|(m, t)| (m / t).abs()).fold(0.0, f64::max)
    }

    /// Halves the step until no group vanishes and the error decreases enough.
    fn damped(&self, step: &Step, direction: &[f64], floor: f64) -> Option<Step> {
        let error = length(&step.missing);
        let mut damping = 1.0;
        while damping > SMALLEST_DAMPING {
            let weights = step.weights.iter().zip(direction).map(|(w, d)| w + damping * d).collect();
            let next = self.at(weights);
            let alive = next.areas.iter().all(|a| *a > floor);
            if alive && length(&next.missing) <= (1.0 - damping / 2.0) * error {
                return Some(next);
            }
            damping /= 2.0;
        }
        None
    }

    fn newton_direction(&self, step: &Step) -> Vec<f64> {
        let mut matrix = Laplacian::new(self.targets.len());
        for (i, cell) in step.cells.iter().enumerate() {
            let Some(group) = self.groups[i] else {
                continue;
            };
            for (from, to, across) in cell.edges() {
                let Some(j) = across else { continue };
                let conductance = norm(to - from) / (2.0 * self.sites.distance(i, j));
                matrix.add(group, self.groups[j], conductance);
            }
        }
        matrix.solve(&step.missing)
    }
}

/// Symmetric positive matrix: a weighted graph Laplacian with part of its mass tied to the ground
/// (the sites without group), which makes it definite.
struct Laplacian {
    diagonal: Vec<f64>,
    links: Vec<(usize, usize, f64)>,
}

impl Laplacian {
    fn new(size: usize) -> Self {
        Self { diagonal: vec![0.0; size], links: Vec::new() }
    }

    fn add(&mut self, group: usize, other: Option<usize>, conductance: f64) {
        if other == Some(group) {
            return;
        }
        self.diagonal[group] += conductance;
        if let Some(other) = other {
            self.links.push((group, other, conductance));
        }
    }

    fn times(&self, x: &[f64]) -> Vec<f64> {
        let mut product: Vec<f64> = self.diagonal.iter().zip(x).map(|(d, v)| d * v).collect();
        for (row, column, conductance) in &self.links {
            product[*row] -= conductance * x[*column];
        }
        product
    }

    /// Conjugate gradient with the diagonal as preconditioner.
    fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut solution = vec![0.0; right.len()];
        let mut residual = right.to_vec();
        let mut scaled = self.precondition(&residual);
        let mut direction = scaled.clone();
        let mut energy = inner(&residual, &scaled);
        let goal = length(right) * 1e-10;
        for _ in 0..4 * right.len() {
            if length(&residual) <= goal {
                break;
            }
            let image = self.times(&direction);
            let rate = energy / inner(&direction, &image);
            advance(&mut solution, rate, &direction);
            advance(&mut residual, -rate, &image);
            scaled = self.precondition(&residual);
            let next_energy = inner(&residual, &scaled);
            let carry = next_energy / energy;
            energy = next_energy;
            for (d, s) in direction.iter_mut().zip(&scaled) {
                *d = s + carry * *d;
            }
        }
        solution
    }

    fn precondition(&self, x: &[f64]) -> Vec<f64> {
        x.iter().zip(&self.diagonal).map(|(v, d)| v / d).collect()
    }
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn length(v: &[f64]) -> f64 {
    inner(v, v).sqrt()
}

fn advance(target: &mut [f64], rate: f64, step: &[f64]) {
    for (t, s) in target.iter_mut().zip(step) {
        *t += rate * s;
    }
}
