//! Geometry blobs of GeoPackage: a header with the system and the box, then WKB.

use geo_types::{Coord, Geometry, MultiPolygon, Rect};

use crate::wkb::{self, ByteOrder, Cursor, Shape};

/// A geometry blob that cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// It does not begin with `GP`.
    #[error("la géométrie ne commence pas par GP : ce n’est pas une géométrie de GeoPackage")]
    Magic,
    /// Another version, or the extended form.
    #[error("forme de géométrie de GeoPackage inconnue (version {0}) ; réécrire le fichier avec ogr2ogr -f GPKG")]
    Version(u8),
    /// Reserved code of the envelope.
    #[error("code d’enveloppe {0} réservé par la norme")]
    Envelope(u8),
    /// Neither 0 nor 1.
    #[error("ordre des octets {0} inconnu")]
    ByteOrder(u8),
    /// Curves, collections, multipoints…
    #[error("type de géométrie WKB {0} non pris en charge ; convertir (ogr2ogr -nlt MULTIPOLYGON)")]
    Kind(u32),
    /// Fewer bytes than announced.
    #[error("géométrie tronquée ou nombre d’éléments impossible")]
    Truncated,
    /// A coordinate that is no number.
    #[error("coordonnée infinie ou indéfinie")]
    NotFinite,
    /// More than 2³² parts.
    #[error("géométrie trop grande")]
    TooLarge,
    /// A geometry of another kind where polygons are expected.
    #[error("des polygones sont attendus, un autre type de géométrie est trouvé")]
    NotPolygons,
}

const MAGIC: [u8; 2] = *b"GP";
const FLAG_LITTLE: u8 = 1;
const FLAG_EMPTY: u8 = 1 << 4;
const FLAG_EXTENDED: u8 = 1 << 5;
const ENVELOPE_XY: u8 = 1;

/// The box of every coordinate; `None` when there is none.
pub fn envelope(shape: Shape<'_>) -> Option<Rect<f64>> {
    let mut coords = shape.coords();
    let first = coords.next()?;
    let (min, max) = coords.fold((first, first), |(min, max), coord| {
        (Coord { x: min.x.min(coord.x), y: min.y.min(coord.y) }, Coord { x: max.x.max(coord.x), y: max.y.max(coord.y) })
    });
    Some(Rect::new(min, max))
}

/// The blob of a geometry, little-endian, with its box unless it is a point or empty.
pub fn encode(shape: Shape<'_>, srs_id: i32) -> Result<Vec<u8>, BlobError> {
    encode_in(shape, srs_id, ByteOrder::Little)
}

/// The same in a chosen byte order.
pub fn encode_in(shape: Shape<'_>, srs_id: i32, order: ByteOrder) -> Result<Vec<u8>, BlobError> {
    let bounds = envelope(shape);
    let boxed = bounds.filter(|_| !matches!(shape, Shape::Point(_)));
    let mut flags = if order == ByteOrder::Little { FLAG_LITTLE } else { 0 };
    flags |= if bounds.is_none() { FLAG_EMPTY } else { 0 };
    flags |= if boxed.is_some() { ENVELOPE_XY << 1 } else { 0 };
    let mut out = vec![MAGIC[0], MAGIC[1], 0, flags];
    out.extend(order.u32(srs_id.cast_unsigned()));
    if let Some(rect) = boxed {
        for bound in [rect.min().x, rect.max().x, rect.min().y, rect.max().y] {
            out.extend(order.f64(bound));
        }
    }
    wkb::write(&mut out, shape, order)?;
    Ok(out)
}

/// The geometry of a blob and its system (`srs_id`). Heights and measures are dropped.
pub fn decode(blob: &[u8]) -> Result<(Geometry<f64>, i32), BlobError> {
    let mut cursor = Cursor::new(blob);
    let [magic0, magic1, version, flags] = cursor.array()?;
    if [magic0, magic1] != MAGIC {
        return Err(BlobError::Magic);
    }
    if version != 0 || flags & FLAG_EXTENDED != 0 {
        return Err(BlobError::Version(version));
    }
    cursor.set_order(if flags & FLAG_LITTLE == 0 { ByteOrder::Big } else { ByteOrder::Little });
    let srs_id = cursor.u32()?.cast_signed();
    match (flags >> 1) & 7 {
        0 => {}
        1 => drop(cursor.array::<32>()?),
        2 | 3 => drop(cursor.array::<48>()?),
        4 => drop(cursor.array::<64>()?),
        reserved => return Err(BlobError::Envelope(reserved)),
    }
    Ok((cursor.body()?, srs_id))
}

/// The polygons of a blob, a lone polygon being a multipolygon of one.
pub fn decode_polygons(blob: &[u8]) -> Result<MultiPolygon<f64>, BlobError> {
    polygons(decode(blob)?.0)
}

/// The polygons of ISO WKB or EWKB.
pub fn polygons_of_wkb(bytes: &[u8]) -> Result<MultiPolygon<f64>, BlobError> {
    polygons(wkb::read(bytes)?)
}

fn polygons(geometry: Geometry<f64>) -> Result<MultiPolygon<f64>, BlobError> {
    match geometry {
        Geometry::MultiPolygon(polygons) => Ok(polygons),
        Geometry::Polygon(polygon) => Ok(MultiPolygon(vec![polygon])),
        _ => Err(BlobError::NotPolygons),
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{LineString, Point, Polygon};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn coord() -> impl Strategy<Value = Coord<f64>> {
        (-1e7_f64..1e7, -1e7_f64..1e7).prop_map(|(x, y)| Coord { x, y })
    }

    fn line() -> impl Strategy<Value = LineString<f64>> {
        vec(coord(), 0..9).prop_map(LineString)
    }

    fn polygon() -> impl Strategy<Value = Polygon<f64>> {
        (line(), vec(line(), 0..3)).prop_map(|(exterior, interiors)| Polygon::new(exterior, interiors))
    }

    fn geometry() -> impl Strategy<Value = Geometry<f64>> {
        prop_oneof![
            coord().prop_map(|coord| Geometry::Point(Point(coord))),
            line().prop_map(Geometry::LineString),
            polygon().prop_map(Geometry::Polygon),
            vec(polygon(), 0..4).prop_map(|polygons| Geometry::MultiPolygon(MultiPolygon(polygons))),
        ]
    }

    fn shape(geometry: &Geometry<f64>) -> Shape<'_> {
        match geometry {
            Geometry::Point(point) => Shape::Point(point.0),
            Geometry::LineString(line) => Shape::LineString(line),
            Geometry::Polygon(polygon) => Shape::Polygon(polygon),
            Geometry::MultiPolygon(polygons) => Shape::MultiPolygon(polygons),
            other => panic!("not made here: {other:?}"),
        }
    }

    proptest! {
        #[test]
        fn round_trip_in_both_orders(geometry in geometry(), srs_id in any::<i32>()) {
            for order in [ByteOrder::Big, ByteOrder::Little] {
                let blob = encode_in(shape(&geometry), srs_id, order).unwrap();
                prop_assert_eq!(decode(&blob).unwrap(), (geometry.clone(), srs_id));
            }
        }

        #[test]
        fn ewkb_reads_back(geometry in geometry()) {
            let bytes = wkb::ewkb(shape(&geometry), 2154).unwrap();
            prop_assert_eq!(wkb::read(&bytes).unwrap(), geometry);
        }

        #[test]
        fn any_cut_is_an_error_and_no_byte_panics(geometry in geometry(), cut in any::<prop::sample::Index>()) {
            let blob = encode(shape(&geometry), 2154).unwrap();
            prop_assert!(decode(&blob[..cut.index(blob.len())]).is_err());
        }

        #[test]
        fn hostile_bytes_never_panic(mut bytes in vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
            bytes.splice(0..0, *b"GP\0\x01\0\0\0\0");
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn huge_counts_are_refused_without_allocation() {
        let mut bytes = vec![1];
        bytes.extend(6_u32.to_le_bytes());
        bytes.extend(u32::MAX.to_le_bytes());
        assert_eq!(wkb::read(&bytes), Err(BlobError::Truncated));
    }

    #[test]
    fn heights_are_dropped_in_both_dialects() {
        for code in [1001_u32, 0x8000_0001] {
            let mut bytes = vec![1];
            bytes.extend(code.to_le_bytes());
            for number in [1.0_f64, 2.0, 3.0] {
                bytes.extend(number.to_le_bytes());
            }
            assert_eq!(wkb::read(&bytes), Ok(Geometry::Point(Point::new(1.0, 2.0))));
        }
    }

    #[test]
    fn collections_and_nested_kinds_are_refused() {
        let mut bytes = vec![1];
        bytes.extend(7_u32.to_le_bytes());
        bytes.extend(0_u32.to_le_bytes());
        assert_eq!(wkb::read(&bytes), Err(BlobError::Kind(7)));
        let nan = Shape::Point(Coord { x: f64::NAN, y: 0.0 });
        assert_eq!(encode(nan, 4326), Err(BlobError::NotFinite));
    }

    #[test]
    fn header_is_the_one_of_the_standard() {
        let blob = encode(Shape::Point(Coord { x: 1.0, y: 2.0 }), 2154).unwrap();
        assert_eq!(blob[..8], [b'G', b'P', 0, 1, 0x6a, 8, 0, 0], "GP, version 0, little-endian, no box, 2154");
        let empty = encode(Shape::MultiPolygon(&MultiPolygon(Vec::new())), 2154).unwrap();
        assert_eq!(empty[3], FLAG_LITTLE | FLAG_EMPTY, "an empty geometry has no box");
    }
}
