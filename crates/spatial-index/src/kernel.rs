//! Kernel density surfaces: how many structures per km² around each place.
//!
//! f(x) = Σᵢ wᵢ K_h(dᵢ), dᵢ planar distance in metres in the legal CRS, u = dᵢ / h ≤ 1, where K_h
//! integrates to 1 over the plane, so that the surface sums to the number of structures (Silverman,
//! *Density Estimation*, 1986, § 4.2). The bandwidth h is the radius of the support, as in QGIS and
//! ArcGIS; it is √8 times the standard deviation per axis for the quartic kernel and √6 for Epanechnikov's.
//! QGIS up to 3.40.3 gives 7.25 times too much for "scaled" quartic values (its issue 60616).

mod contours;

use std::f64::consts::PI;
use std::thread::scope;

use geo::{Coord, Rect};

use crate::parallel;
use crate::proximity::Excluded;
use crate::{Filter, Snapshot};

pub use contours::Isoband;

/// Most cells of a surface.
pub const CELLS_MAX: u64 = 1_000_000;
/// Most cells under one structure: a bandwidth of 250 cells.
pub const BANDWIDTH_CELLS_MAX: f64 = 250.0;
/// Smallest and largest bandwidth, metres.
pub const BANDWIDTH_M: (f64, f64) = (50.0, 50_000.0);

/// Shape of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// Quartic or biweight: K_h = 3/(πh²)·(1 − u²)².
    Quartic,
    /// Epanechnikov: K_h = 2/(πh²)·(1 − u²).
    Epanechnikov,
}

impl Kernel {
    /// Both kernels.
    pub const ALL: [Self; 2] = [Self::Quartic, Self::Epanechnikov];

    /// Code in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Quartic => "quartique",
            Self::Epanechnikov => "epanechnikov",
        }
    }

    /// The kernel of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kernel| kernel.code() == code)
    }

    /// Density that one structure brings at a distance, per km²; both arguments in metres.
    pub fn density_km2(self, distance_m: f64, bandwidth_m: f64) -> f64 {
        self.of_square(distance_m * distance_m, bandwidth_m)
    }

    fn of_square(self, squared: f64, bandwidth_m: f64) -> f64 {
        let support = bandwidth_m * bandwidth_m;
        if squared > support {
            return 0.0;
        }
        let rest = 1.0 - squared / support;
        let per_m2 = match self {
            Self::Quartic => 3.0 / (PI * support) * rest * rest,
            Self::Epanechnikov => 2.0 / (PI * support) * rest,
        };
        per_m2 * 1e6
    }
}

/// What surface is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KernelQuery {
    /// Kernel.
    pub kernel: Kernel,
    /// Radius of the support, metres.
    pub bandwidth_m: f64,
    /// Side of a cell, metres.
    pub cell_m: f64,
    /// Box to cover, legal CRS, metres; the surface begins and ends on multiples of the cell around it.
    pub bounds: Rect<f64>,
}

/// A surface that is not computed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// Bandwidth outside [`BANDWIDTH_M`].
    #[error("rayon de lissage {0} m hors limites ; choisir entre 50 et 50 000 m, par exemple 300, 500 ou 1 000")]
    Bandwidth(f64),
    /// Cell that is no length, or larger than the bandwidth.
    #[error(
        "maille de {cell_m} m inutilisable ; choisir une maille positive, au plus le rayon de lissage ({bandwidth_m} m)"
    )]
    Cell {
        /// Asked for.
        cell_m: f64,
        /// The bandwidth.
        bandwidth_m: f64,
    },
    /// More than [`CELLS_MAX`] cells, or more than [`BANDWIDTH_CELLS_MAX`] cells a bandwidth.
    #[error(
        "surface trop fine : {cells} mailles pour {CELLS_MAX} au plus ; prendre une maille d’au moins {mend_m} m, ou un territoire plus petit"
    )]
    TooLarge {
        /// Cells asked for.
        cells: u64,
        /// Smallest cell that would do, metres.
        mend_m: u64,
    },
}

/// A computed surface.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// South-western corner, legal CRS, metres: multiples of the cell.
    pub origin: Coord<f64>,
    /// Side of a cell, metres.
    pub cell_m: f64,
    /// Cells from west to east.
    pub columns: usize,
    /// Cells from south to north.
    pub rows: usize,
    /// Density per km² at the centre of each cell, row by row from the south.
    pub values: Vec<f64>,
    /// Structures that gave the surface, those beyond the border included.
    pub structures: u32,
    /// Structures of the territory that could not: on their street only, without a point, masked.
    pub excluded: Excluded,
}

impl Surface {
    /// Centre of a cell.
    pub fn centre(&self, column: usize, row: usize) -> Coord<f64> {
        let at = |rank: usize, origin: f64| origin + (rank as f64 + 0.5) * self.cell_m;
        Coord { x: at(column, self.origin.x), y: at(row, self.origin.y) }
    }

    /// Largest density.
    pub fn max(&self) -> f64 {
        self.values.iter().copied().fold(0.0, f64::max)
    }

    /// Integral over the surface: the weights of the structures whose whole support it covers.
    pub fn integral(&self) -> f64 {
        self.values.iter().sum::<f64>() * self.cell_m * self.cell_m / 1e6
    }
}

/// A structure that enters the surface.
type Source = (Coord<f64>, f64);

impl Snapshot {
    /// Kernel surface of the precisely located structures that the filter admits, each with a weight:
    /// 1, or its jobs. What is beyond the territory but within the bandwidth enters too, or the surface
    /// would fade at its border; the territory of the filter bounds only what is told as left out.
    pub fn kernel(
        &self,
        query: &KernelQuery,
        filter: &Filter,
        weight: impl Fn(&domain::Structure) -> f64,
    ) -> Result<Surface, KernelError> {
        let mut surface = query.frame()?;
        let everywhere = Filter { communes: None, iris: Vec::new(), couronne: true, ..filter.clone() };
        let admission = self.compile(&everywhere);
        let (columns, rows) = (surface.columns as f64, surface.rows as f64);
        let reach = query.bandwidth_m;
        let low = Coord { x: surface.origin.x - reach, y: surface.origin.y - reach };
        let size = Coord { x: columns * query.cell_m + 2.0 * reach, y: rows * query.cell_m + 2.0 * reach };
        let mut sources: Vec<Source> = Vec::new();
        self.points().in_box(Rect::new(low, low + size), |place, rank| {
            let structure = self.atlas().structures.get(rank as usize).filter(|_| self.measurable(place, &admission));
            if let (Some(structure), Some(placed)) = (structure, self.points().placed().get(place)) {
                sources.push((placed.at, weight(structure)));
            }
        });
        query.pour(&mut surface, &sources);
        surface.structures = u32::try_from(sources.len()).unwrap_or(u32::MAX);
        surface.excluded = self.unmeasured(filter);
        Ok(surface)
    }

    /// Structures of a filter that cannot enter a distance.
    pub fn unmeasured(&self, filter: &Filter) -> Excluded {
        let mut excluded = Excluded::default();
        for structure in self.structures(filter, None).filter(|structure| !structure.qualite_position.est_precise()) {
            let line = if structure.position.is_some() { &mut excluded.a_la_voie } else { &mut excluded.sans_point };
            *line += 1;
        }
        let masked = self.atlas().masques.iter().filter(|cell| filter.admits_masked(cell));
        excluded.masquees = masked.map(|cell| cell.effectif).sum();
        excluded
    }
}

impl KernelQuery {
    /// The empty surface, once its size is known to be bearable.
    fn frame(&self) -> Result<Surface, KernelError> {
        let Self { bandwidth_m, cell_m, bounds, .. } = *self;
        if !(BANDWIDTH_M.0..=BANDWIDTH_M.1).contains(&bandwidth_m) {
            return Err(KernelError::Bandwidth(bandwidth_m));
        }
        if !(cell_m > 0.0 && cell_m <= bandwidth_m) {
            return Err(KernelError::Cell { cell_m, bandwidth_m });
        }
        let align = |low: f64, high: f64| {
            let first = (low / cell_m).floor();
            (first * cell_m, ((high / cell_m).ceil() - first).max(1.0))
        };
        let (x, columns) = align(bounds.min().x, bounds.max().x);
        let (y, rows) = align(bounds.min().y, bounds.max().y);
        let cells = columns * rows;
        if cells > CELLS_MAX as f64 || bandwidth_m / cell_m > BANDWIDTH_CELLS_MAX {
            let for_cells = cell_m * (cells / CELLS_MAX as f64).sqrt() * 1.01;
            let mend_m = whole(for_cells.max(bandwidth_m / BANDWIDTH_CELLS_MAX).ceil());
            return Err(KernelError::TooLarge { cells: whole(cells), mend_m });
        }
        let (columns, rows) = (cells_of(columns), cells_of(rows));
        Ok(Surface {
            origin: Coord { x, y },
            cell_m,
            columns,
            rows,
            values: vec![0.0; columns * rows],
            structures: 0,
            excluded: Excluded::default(),
        })
    }

    /// Adds every source to the cells of its support. Threads share rows, never a cell: each cell adds
    /// its sources in the same order whatever their number.
    fn pour(&self, surface: &mut Surface, sources: &[Source]) {
        let (columns, rows) = (surface.columns, surface.rows);
        let work = sources.len() * cells_of((self.bandwidth_m / self.cell_m).powi(2) + 1.0);
        let share = rows.div_ceil(parallel::threads(work)).max(1);
        let mut values = std::mem::take(&mut surface.values);
        let frame: &Surface = surface;
        scope(|scope| {
            for (rank, band) in values.chunks_mut(share * columns).enumerate() {
                scope.spawn(move || {
                    for source in sources {
                        self.pour_one(frame, *source, (rank * share, band));
                    }
                });
            }
        });
        surface.values = values;
    }

    fn pour_one(&self, frame: &Surface, (at, weight): Source, (first_row, band): (usize, &mut [f64])) {
        let Self { kernel, bandwidth_m, cell_m, .. } = *self;
        let span = |value: f64, origin: f64| {
            // One cell more on each side, so that rounding loses none; the kernel is 0 there.
            let low = ((value - bandwidth_m - origin) / cell_m).floor() - 1.0;
            (cells_of(low), cells_of(low + 2.0 * bandwidth_m / cell_m + 4.0))
        };
        let (low_row, high_row) = span(at.y, frame.origin.y);
        let (west, east) = span(at.x, frame.origin.x);
        for (rank, cells) in band.chunks_mut(frame.columns).enumerate() {
            let row = first_row + rank;
            if row < low_row || row > high_row {
                continue;
            }
            for (column, cell) in cells.iter_mut().enumerate().take(east + 1).skip(west) {
                let away = frame.centre(column, row) - at;
                *cell += weight * kernel.of_square(away.x * away.x + away.y * away.y, bandwidth_m);
            }
        }
    }
}

/// Whole part, 0 below zero.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating, as wanted")]
fn whole(value: f64) -> u64 {
    value as u64
}

/// A number of cells, 0 below zero.
fn cells_of(value: f64) -> usize {
    usize::try_from(whole(value)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
