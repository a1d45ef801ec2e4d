//! Well-known binary of OGC Simple Features: points, lines, polygons, multipolygons.

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};

use crate::blob::BlobError;

/// Flags of EWKB, the dialect of PostGIS, in the geometry type.
const EWKB_Z: u32 = 0x8000_0000;
const EWKB_M: u32 = 0x4000_0000;
const EWKB_SRID: u32 = 0x2000_0000;

const POINT: u32 = 1;
const LINE_STRING: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_POLYGON: u32 = 6;

/// A geometry to write, borrowed from its owner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape<'g> {
    /// A point.
    Point(Coord<f64>),
    /// A line.
    LineString(&'g LineString<f64>),
    /// A polygon.
    Polygon(&'g Polygon<f64>),
    /// Several polygons.
    MultiPolygon(&'g MultiPolygon<f64>),
}

impl<'g> Shape<'g> {
    /// Every coordinate, in order.
    pub(crate) fn coords(self) -> Box<dyn Iterator<Item = Coord<f64>> + 'g> {
        fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = Coord<f64>> + '_ {
            std::iter::once(polygon.exterior()).chain(polygon.interiors()).flat_map(|ring| ring.coords().copied())
        }
        match self {
            Self::Point(coord) => Box::new(std::iter::once(coord)),
            Self::LineString(line) => Box::new(line.coords().copied()),
            Self::Polygon(polygon) => Box::new(rings(polygon)),
            Self::MultiPolygon(polygons) => Box::new(polygons.0.iter().flat_map(rings)),
        }
    }
}

/// Order of the bytes of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ByteOrder {
    /// Network order.
    Big,
    /// The order of the machines of today.
    #[default]
    Little,
}

impl ByteOrder {
    pub(crate) fn u32(self, value: u32) -> [u8; 4] {
        match self {
            Self::Big => value.to_be_bytes(),
            Self::Little => value.to_le_bytes(),
        }
    }

    pub(crate) fn f64(self, value: f64) -> [u8; 8] {
        match self {
            Self::Big => value.to_be_bytes(),
            Self::Little => value.to_le_bytes(),
        }
    }
}

/// Appends the ISO WKB of `shape` to `out`.
pub(crate) fn write(out: &mut Vec<u8>, shape: Shape<'_>, order: ByteOrder) -> Result<(), BlobError> {
    Writer { out, order }.shape(shape, None)
}

/// The little-endian EWKB of `shape`, as PostGIS reads it, with its EPSG code.
pub fn ewkb(shape: Shape<'_>, epsg: u32) -> Result<Vec<u8>, BlobError> {
    let mut out = Vec::new();
    Writer { out: &mut out, order: ByteOrder::Little }.shape(shape, Some(epsg))?;
    Ok(out)
}

struct Writer<'o> {
    out: &'o mut Vec<u8>,
    order: ByteOrder,
}

impl Writer<'_> {
    fn shape(&mut self, shape: Shape<'_>, srid: Option<u32>) -> Result<(), BlobError> {
        match shape {
            Shape::Point(coord) => {
                self.head(POINT, srid);
                self.coord(coord)
            }
            Shape::LineString(line) => {
                self.head(LINE_STRING, srid);
                self.ring(line)
            }
            Shape::Polygon(polygon) => self.polygon(polygon, srid),
            Shape::MultiPolygon(polygons) => {
                self.head(MULTI_POLYGON, srid);
                self.count(polygons.0.len())?;
                polygons.0.iter().try_for_each(|polygon| self.polygon(polygon, None))
            }
        }
    }

    fn head(&mut self, kind: u32, srid: Option<u32>) {
        self.out.push(u8::from(self.order == ByteOrder::Little));
        self.out.extend(self.order.u32(kind | srid.map_or(0, |_| EWKB_SRID)));
        if let Some(srid) = srid {
            self.out.extend(self.order.u32(srid));
        }
    }

    fn count(&mut self, count: usize) -> Result<(), BlobError> {
        let count = u32::try_from(count).map_err(|_| BlobError::TooLarge)?;
        self.out.extend(self.order.u32(count));
        Ok(())
    }

    fn polygon(&mut self, polygon: &Polygon<f64>, srid: Option<u32>) -> Result<(), BlobError> {
        self.head(POLYGON, srid);
        if polygon.exterior().0.is_empty() && polygon.interiors().is_empty() {
            return self.count(0);
        }
        self.count(1 + polygon.interiors().len())?;
        self.ring(polygon.exterior())?;
        polygon.interiors().iter().try_for_each(|ring| self.ring(ring))
    }

    fn ring(&mut self, ring: &LineString<f64>) -> Result<(), BlobError> {
        self.count(ring.0.len())?;
        ring.coords().try_for_each(|&coord| self.coord(coord))
    }

    fn coord(&mut self, coord: Coord<f64>) -> Result<(), BlobError> {
        if !(coord.x.is_finite() && coord.y.is_finite()) {
            return Err(BlobError::NotFinite);
        }
        self.out.extend(self.order.f64(coord.x));
        self.out.extend(self.order.f64(coord.y));
        Ok(())
    }
}

/// Reads WKB (ISO or EWKB, either byte order); heights and measures are dropped.
pub fn read(bytes: &[u8]) -> Result<Geometry<f64>, BlobError> {
    Cursor::new(bytes).geometry()
}

/// Head of a geometry: its kind and the numbers of each of its coordinates.
struct Head {
    kind: u32,
    dimensions: usize,
}

/// A place in hostile bytes: every read is checked, every count is weighed against what is left.
pub(crate) struct Cursor<'b> {
    rest: &'b [u8],
    order: ByteOrder,
}

impl<'b> Cursor<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes, order: ByteOrder::Little }
    }

    pub(crate) fn set_order(&mut self, order: ByteOrder) {
        self.order = order;
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], BlobError> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(BlobError::Truncated)?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, BlobError> {
        let bytes = self.array()?;
        Ok(match self.order {
            ByteOrder::Big => u32::from_be_bytes(bytes),
            ByteOrder::Little => u32::from_le_bytes(bytes),
        })
    }

    fn f64(&mut self) -> Result<f64, BlobError> {
        let bytes = self.array()?;
        Ok(match self.order {
            ByteOrder::Big => f64::from_be_bytes(bytes),
            ByteOrder::Little => f64::from_le_bytes(bytes),
        })
    }

    /// A count of items of at least `size` bytes: never more than the bytes left can hold.
    fn count(&mut self, size: usize) -> Result<usize, BlobError> {
        let count = usize::try_from(self.u32()?).map_err(|_| BlobError::Truncated)?;
        if count > self.rest.len() / size {
            return Err(BlobError::Truncated);
        }
        Ok(count)
    }

    fn head(&mut self) -> Result<Head, BlobError> {
        self.order = match self.array::<1>()? {
            [0] => ByteOrder::Big,
            [1] => ByteOrder::Little,
            [other] => return Err(BlobError::ByteOrder(other)),
        };
        let code = self.u32()?;
        if code & EWKB_SRID != 0 {
            self.u32()?;
        }
        let plain = code & !(EWKB_Z | EWKB_M | EWKB_SRID);
        let (kind, iso) = (plain % 1000, plain / 1000);
        if iso > 3 {
            return Err(BlobError::Kind(code));
        }
        let z = code & EWKB_Z != 0 || iso == 1 || iso == 3;
        let m = code & EWKB_M != 0 || iso >= 2;
        Ok(Head { kind, dimensions: 2 + usize::from(z) + usize::from(m) })
    }

    /// The depth is bounded by the grammar: a multipolygon holds polygons, which hold rings.
    fn geometry(&mut self) -> Result<Geometry<f64>, BlobError> {
        let head = self.head()?;
        Ok(match head.kind {
            POINT => Geometry::Point(self.point(head.dimensions)?),
            LINE_STRING => Geometry::LineString(self.ring(head.dimensions)?),
            POLYGON => Geometry::Polygon(self.polygon(head.dimensions)?),
            MULTI_POLYGON => Geometry::MultiPolygon(self.multi_polygon()?),
            other => return Err(BlobError::Kind(other)),
        })
    }

    fn multi_polygon(&mut self) -> Result<MultiPolygon<f64>, BlobError> {
        // A polygon takes 9 bytes at least: byte order, type, number of rings.
        let count = self.count(9)?;
        let outer = self.order;
        let polygons = (0..count).map(|_| {
            let head = self.head()?;
            if head.kind != POLYGON {
                return Err(BlobError::Kind(head.kind));
            }
            self.polygon(head.dimensions)
        });
        let polygons = polygons.collect::<Result<Vec<_>, _>>()?;
        self.order = outer;
        Ok(MultiPolygon(polygons))
    }

    fn polygon(&mut self, dimensions: usize) -> Result<Polygon<f64>, BlobError> {
        let count = self.count(4)?;
        if count == 0 {
            return Ok(Polygon::new(LineString::new(Vec::new()), Vec::new()));
        }
        let exterior = self.ring(dimensions)?;
        let interiors = (1..count).map(|_| self.ring(dimensions)).collect::<Result<Vec<_>, _>>()?;
        Ok(Polygon::new(exterior, interiors))
    }

    fn ring(&mut self, dimensions: usize) -> Result<LineString<f64>, BlobError> {
        let count = self.count(8 * dimensions)?;
        (0..count).map(|_| self.coord(dimensions)).collect::<Result<Vec<_>, _>>().map(LineString)
    }

    fn point(&mut self, dimensions: usize) -> Result<Point<f64>, BlobError> {
        self.coord(dimensions).map(Point)
    }

    fn coord(&mut self, dimensions: usize) -> Result<Coord<f64>, BlobError> {
        let coord = Coord { x: self.f64()?, y: self.f64()? };
        for _ in 2..dimensions {
            self.f64()?;
        }
        if coord.x.is_finite() && coord.y.is_finite() { Ok(coord) } else { Err(BlobError::NotFinite) }
    }

    pub(crate) fn body(mut self) -> Result<Geometry<f64>, BlobError> {
        self.geometry()
    }
}
