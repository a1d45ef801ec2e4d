//! Lambert-93 to longitude and latitude, for the two informative columns of the geolocation file.
//! Written here from the IGN formula, so that the generator shares no projection code with the reader.

use geo::Coord;

const EXPONENT: f64 = 0.725_607_765_053_267;
const CONSTANT: f64 = 11_754_255.426_096;
const POLE: Coord<f64> = Coord { x: 700_000.0, y: 12_655_612.049_876 };
const ECCENTRICITY: f64 = 0.081_819_191_042_815_8;

/// Longitude and latitude in degrees (RGF93).
pub fn to_degrees(point: Coord<f64>) -> Coord<f64> {
    let east = point.x - POLE.x;
    let south = POLE.y - point.y;
    let isometric = -(east.hypot(south) / CONSTANT).ln() / EXPONENT;
    let mut latitude = 2.0 * isometric.exp().atan() - std::f64::consts::FRAC_PI_2;
    for _ in 0..8 {
        let flattening = ECCENTRICITY * (ECCENTRICITY * latitude.sin()).atanh();
        latitude = 2.0 * (isometric + flattening).exp().atan() - std::f64::consts::FRAC_PI_2;
    }
    Coord { x: 3.0 + ((east / south).atan() / EXPONENT).to_degrees(), y: latitude.to_degrees() }
}
