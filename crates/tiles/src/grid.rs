//! The WebMercatorQuad tile matrix set (OGC 17-083r4, annex D) and its finest grid.
//!
//! A place is two integers of 32 bits: the square of Web Mercator (EPSG:3857) cut in 2³² columns from the west and
//! 2³² rows from the north. A tile, a cell and a coordinate in a tile are then the leading bits of a place.

use std::f64::consts::PI;

use geo::Coord;

/// Coordinates along the side of a tile.
pub const EXTENT: u32 = 1 << EXTENT_BITS;
/// Bits of a coordinate in a tile.
pub(crate) const EXTENT_BITS: u32 = 12;
/// Deepest zoom served; clients draw its tiles larger beyond. A unit is there about 10 cm wide in France.
pub const MAX_ZOOM: u32 = 16;
/// Latitude at which the square ends, degrees.
const LATITUDE_MAX: f64 = 85.051_128_779_806_6;

/// A tile of WebMercatorQuad: zoom, column from the west, row from the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    z: u32,
    x: u32,
    y: u32,
}

impl Tile {
    /// The tile, when it exists and its zoom is at most [`MAX_ZOOM`].
    pub fn new(z: u32, x: u32, y: u32) -> Option<Self> {
        (z <= MAX_ZOOM && x < 1 << z && y < 1 << z).then_some(Self { z, x, y })
    }

    /// The tile of a zoom that holds a place given in CRS84 degrees.
    pub fn holding(z: u32, lon_lat: Coord<f64>) -> Option<Self> {
        let [x, y] = place(lon_lat);
        let leading = |value: u32| if z == 0 { 0 } else { value >> (32 - z) };
        (z <= MAX_ZOOM).then(|| Self { z, x: leading(x), y: leading(y) })
    }

    /// Zoom.
    pub fn z(self) -> u32 {
        self.z
    }

    /// Column, from the west.
    pub fn x(self) -> u32 {
        self.x
    }

    /// Row, from the north.
    pub fn y(self) -> u32 {
        self.y
    }

    /// Where a place stands in the tile, in units of [`EXTENT`]; outside of 0 to [`EXTENT`] beyond its sides.
    #[expect(clippy::cast_possible_truncation, reason = "2^32 places over 2^4 at least, less the tile's own corner")]
    pub(crate) fn local(self, [x, y]: [u32; 2]) -> Coord<i32> {
        let shift = 32 - EXTENT_BITS - self.z;
        let along = |value: u32, tile: u32| (i64::from(value >> shift) - (i64::from(tile) << EXTENT_BITS)) as i32;
        Coord { x: along(x, self.x), y: along(y, self.y) }
    }
}

/// The place of a point given in CRS84 degrees; what is beyond the square is brought back to its border.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between 0 and 2^32 - 1")]
pub fn place(lon_lat: Coord<f64>) -> [u32; 2] {
    let latitude = lon_lat.y.clamp(-LATITUDE_MAX, LATITUDE_MAX).to_radians();
    // Spherical Mercator, as EPSG:3857 has it.
    let (x, y) = ((lon_lat.x + 180.0) / 360.0, 0.5 - latitude.tan().asinh() / (2.0 * PI));
    let column = |part: f64| (part * 4_294_967_296.0).floor().clamp(0.0, 4_294_967_295.0) as u32;
    [column(x), column(y)]
}

/// The place as one number, bits of the row and of the column in turn: the places of a tile follow one another.
pub(crate) fn key([x, y]: [u32; 2]) -> u64 {
    spread(x) | spread(y) << 1
}

/// The place of a key.
pub(crate) fn unkey(key: u64) -> [u32; 2] {
    [gather(key), gather(key >> 1)]
}

fn spread(value: u32) -> u64 {
    let mut bits = u64::from(value);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

#[expect(clippy::cast_possible_truncation, reason = "the upper half is masked away")]
fn gather(key: u64) -> u32 {
    let mut bits = key & 0x5555_5555_5555_5555;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333_u64),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ] {
        bits = (bits | bits >> shift) & mask;
    }
    bits as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nogent_is_in_the_tiles_of_the_usual_formula() {
        // floor((lon + 180) / 360 · 2^z) and its row, as every tile client computes them.
        let nogent = Coord { x: 2.4836, y: 48.8369 };
        let expected = [(0, 0, 0), (5, 16, 11), (10, 519, 352), (14, 8305, 5637), (16, 33220, 22551)];
        for (z, x, y) in expected {
            assert_eq!(Tile::holding(z, nogent), Tile::new(z, x, y), "{z}");
        }
    }

    #[test]
    fn what_is_no_tile_is_refused() {
        assert_eq!(Tile::new(3, 8, 0), None);
        assert_eq!(Tile::new(3, 0, 8), None);
        assert_eq!(Tile::new(MAX_ZOOM + 1, 0, 0), None);
        assert!(Tile::new(0, 0, 0).is_some());
    }

    proptest! {
        #[test]
        fn a_key_gives_its_place_back(x in any::<u32>(), y in any::<u32>()) {
            prop_assert_eq!(unkey(key([x, y])), [x, y]);
        }

        #[test]
        fn a_place_is_inside_its_tile(lon in -180.0..180.0, lat in -85.0..85.0, z in 0..=MAX_ZOOM) {
            let at = Coord { x: lon, y: lat };
            let tile = Tile::holding(z, at).unwrap();
            let local = tile.local(place(at));
            let inside = 0..i32::try_from(EXTENT).unwrap();
            prop_assert!(inside.contains(&local.x) && inside.contains(&local.y), "{:?}", local);
        }
    }
}
