//! Outlines flattened for the exact test: one array of vertices, edges listed by horizontal bands.

use geo::coordinate_position::CoordPos;
use geo::kernels::{Kernel, Orientation};
use geo::{Coord, GeoNum, LineString, MultiPolygon};

/// Edges that a band holds, about.
const EDGES_BY_BAND: usize = 4;

/// A ring: its vertices end where the next ring's begin.
#[derive(Debug, Clone, Copy)]
struct Ring {
    /// One past its last vertex.
    end: u32,
    /// Begins a polygon; the others are its holes.
    exterior: bool,
}

/// An outline: its rings, and bands of equal height over its extent in y.
#[derive(Debug, Clone, Copy)]
struct Outline {
    south: f64,
    north: f64,
    /// Bands per metre.
    scale: f64,
    bands: u32,
    first_band: u32,
    first_vertex: u32,
    first_ring: u32,
    end_ring: u32,
}

/// Many outlines, by rank.
#[derive(Debug, Default)]
pub(crate) struct Outlines {
    vertices: Vec<Coord<f64>>,
    rings: Vec<Ring>,
    shapes: Vec<Outline>,
    /// Where the edges of each band begin in `edges`; one more at the end.
    bands: Vec<u32>,
    /// First vertices of edges.
    edges: Vec<u32>,
}

impl Outline {
    /// Non-decreasing in `y`, rounding included: an edge's bands hold every `y` between its ends.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the bands")]
    fn band(&self, y: f64) -> usize {
        (((y - self.south) * self.scale) as u32).min(self.bands - 1) as usize
    }
}

impl Outlines {
    /// Adds an outline; its rank is the number of those before.
    pub(crate) fn push(&mut self, outline: &MultiPolygon<f64>) {
        let (first_vertex, first_ring) = (self.vertices.len(), self.rings.len());
        for polygon in outline.0.iter().filter(|polygon| !polygon.exterior().0.is_empty()) {
            self.push_ring(polygon.exterior(), true);
            polygon.interiors().iter().filter(|hole| !hole.0.is_empty()).for_each(|hole| self.push_ring(hole, false));
        }
        let held = self.vertices.get(first_vertex..).unwrap_or_default();
        let (south, north) = held.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(south, north), vertex| {
            (south.min(vertex.y), north.max(vertex.y))
        });
        let bands = (held.len() / EDGES_BY_BAND).max(1);
        let height = north - south;
        self.shapes.push(Outline {
            south,
            north,
            scale: if height > 0.0 { bands as f64 / height } else { 0.0 },
            bands: index(bands),
            first_band: index(self.bands.len()),
            first_vertex: index(first_vertex),
            first_ring: index(first_ring),
            end_ring: index(self.rings.len()),
        });
        self.push_bands(self.shapes.len() - 1);
    }

    fn push_ring(&mut self, ring: &LineString<f64>, exterior: bool) {
        self.vertices.extend_from_slice(&ring.0);
        if let [alone] = ring.0.as_slice() {
            // One vertex is one edge of no length, so that the point itself is on the boundary.
            self.vertices.push(*alone);
        }
        self.rings.push(Ring { end: index(self.vertices.len()), exterior });
    }

    /// Counting sort of the edges by band; within a band they stay in the order of the rings.
    fn push_bands(&mut self, rank: usize) {
        let Some(outline) = self.shapes.get(rank).copied() else { return };
        let mut counts = vec![0_u32; outline.bands as usize + 1];
        let spans: Vec<(u32, usize, usize)> = self
            .edges_of(rank)
            .map(|(first, a, b)| (first, outline.band(a.y.min(b.y)), outline.band(a.y.max(b.y))))
            .collect();
        for (_, low, high) in &spans {
            counts.iter_mut().take(*high + 1).skip(*low).for_each(|count| *count += 1);
        }
        let mut next = index(self.edges.len());
        for count in &mut counts {
            let held = *count;
            *count = next;
            self.bands.push(next);
            next += held;
        }
        // The last start is the end of the last band, and stands for nothing else.
        self.edges.resize(next as usize, 0);
        for (first, low, high) in spans {
            for start in counts.iter_mut().take(high + 1).skip(low) {
                if let Some(slot) = self.edges.get_mut(*start as usize) {
                    *slot = first;
                }
                *start += 1;
            }
        }
    }

    /// Joins the outlines of another set after these.
    pub(crate) fn append(&mut self, other: Self) {
        let (vertices, rings) = (index(self.vertices.len()), index(self.rings.len()));
        let (bands, edges) = (index(self.bands.len()), index(self.edges.len()));
        self.vertices.extend(other.vertices);
        self.rings.extend(other.rings.into_iter().map(|ring| Ring { end: ring.end + vertices, ..ring }));
        self.shapes.extend(other.shapes.into_iter().map(|outline| Outline {
            first_band: outline.first_band + bands,
            first_vertex: outline.first_vertex + vertices,
            first_ring: outline.first_ring + rings,
            end_ring: outline.end_ring + rings,
            ..outline
        }));
        self.bands.extend(other.bands.into_iter().map(|start| start + edges));
        self.edges.extend(other.edges.into_iter().map(|first| first + vertices));
    }

    /// Number of outlines.
    pub(crate) fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Edges of an outline: first vertex's rank and both ends.
    pub(crate) fn edges_of(&self, rank: usize) -> impl Iterator<Item = (u32, Coord<f64>, Coord<f64>)> + '_ {
        let outline = self.shapes.get(rank).copied();
        let rings = outline.and_then(|it| self.rings.get(it.first_ring as usize..it.end_ring as usize));
        let mut start = outline.map_or(0, |outline| outline.first_vertex);
        rings.unwrap_or_default().iter().flat_map(move |ring| {
            let first = std::mem::replace(&mut start, ring.end);
            let vertices = self.vertices.get(first as usize..ring.end as usize).unwrap_or_default();
            (first..).zip(vertices.windows(2)).filter_map(|(first, pair)| match pair {
                [a, b] => Some((first, *a, *b)),
                _ => None,
            })
        })
    }

    /// Where a point stands, exactly as `geo::CoordinatePosition` says it of the multipolygon.
    pub(crate) fn position(&self, rank: usize, point: Coord<f64>) -> CoordPos {
        let Some(outline) = self.shapes.get(rank) else { return CoordPos::Outside };
        if !(outline.south..=outline.north).contains(&point.y) {
            return CoordPos::Outside;
        }
        let band = outline.first_band as usize + outline.band(point.y);
        let (Some(start), Some(end)) = (self.bands.get(band), self.bands.get(band + 1)) else {
            return CoordPos::Outside;
        };
        let edges = self.edges.get(*start as usize..*end as usize).unwrap_or_default();
        let rings = self.rings.get(outline.first_ring as usize..outline.end_ring as usize).unwrap_or_default();
        if let [_alone] = rings {
            return ring_position(&self.vertices, edges, point);
        }
        self.position_by_rings(rings, edges, point)
    }

    /// Several rings: polygons in turn, each an exterior and its holes; boundaries add up modulo 2.
    fn position_by_rings(&self, rings: &[Ring], mut edges: &[u32], point: Coord<f64>) -> CoordPos {
        let (mut inside, mut boundaries) = (false, 0_usize);
        // Inside the exterior of the polygon at hand, and in none of its holes so far.
        let mut pending = false;
        for ring in rings {
            let (own, others) = edges.split_at(edges.partition_point(|first| *first < ring.end));
            edges = others;
            if ring.exterior {
                inside |= std::mem::take(&mut pending);
            } else if !pending {
                continue;
            }
            match (ring_position(&self.vertices, own, point), ring.exterior) {
                (CoordPos::Inside, exterior) => pending = exterior,
                (CoordPos::OnBoundary, _) => {
                    boundaries += 1;
                    pending = false;
                }
                (CoordPos::Outside, _) => {}
            }
        }
        inside |= pending;
        match (boundaries % 2 == 1, inside) {
            (true, _) => CoordPos::OnBoundary,
            (false, true) => CoordPos::Inside,
            (false, false) => CoordPos::Outside,
        }
    }
}

/// Winding number over the edges of one ring that the band holds (Sunday, 2001), with exact predicates.
fn ring_position(vertices: &[Coord<f64>], edges: &[u32], point: Coord<f64>) -> CoordPos {
    let mut winding = 0_i32;
    for &first in edges {
        let Some([a, b]) = vertices.get(first as usize..first as usize + 2) else { continue };
        let upward = a.y <= point.y;
        let spans = if upward { b.y >= point.y } else { b.y <= point.y };
        if !spans || (a.x < point.x && b.x < point.x) {
            continue;
        }
        let turn = if upward { i32::from(b.y > point.y) } else { -1 };
        if a.x > point.x && b.x > point.x {
            winding += turn;
            continue;
        }
        match (<f64 as GeoNum>::Ker::orient2d(*a, *b, point), upward) {
            (Orientation::Collinear, _) => return CoordPos::OnBoundary,
            (Orientation::CounterClockwise, true) | (Orientation::Clockwise, false) => winding += turn,
            _ => {}
        }
    }
    if winding == 0 { CoordPos::Outside } else { CoordPos::Inside }
}

/// Ranks are 32 bits wide: 4 billion vertices are far beyond what memory holds.
#[expect(clippy::cast_possible_truncation, reason = "bounded by memory: see above")]
pub(crate) fn index(value: usize) -> u32 {
    value as u32
}
