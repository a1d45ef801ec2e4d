//! The coordinate systems that a file of ours may hold, with the definitions that clients read.

/// A coordinate system.
#[derive(Debug, Clone, Copy)]
pub struct Srs {
    /// EPSG code.
    pub epsg: u32,
    /// Official name.
    pub name: &'static str,
    /// Where it is the legal system.
    pub description: &'static str,
    /// Definition, WKT 1.
    pub definition: &'static str,
}

macro_rules! srs {
    ($epsg:literal, $name:literal, $description:literal) => {
        Srs {
            epsg: $epsg,
            name: $name,
            description: $description,
            definition: include_str!(concat!("../srs/", $epsg, ".wkt")),
        }
    };
}

/// Every system written: the legal systems of France, LAEA Europe, Web Mercator and WGS 84.
pub const SUPPORTED: [Srs; 8] = [
    srs!(2154, "RGF93 v1 / Lambert-93", "Système légal de la France métropolitaine, mètres"),
    srs!(5490, "RGAF09 / UTM zone 20N", "Système légal de la Guadeloupe et de la Martinique, mètres"),
    srs!(2972, "RGFG95 / UTM zone 22N", "Système légal de la Guyane, mètres"),
    srs!(2975, "RGR92 / UTM zone 40S", "Système légal de La Réunion, mètres"),
    srs!(4471, "RGM04 / UTM zone 38S", "Système légal de Mayotte, mètres"),
    srs!(3035, "ETRS89-extended / LAEA Europe", "Grilles européennes à surfaces égales, mètres"),
    srs!(3857, "WGS 84 / Pseudo-Mercator", "Tuiles du web, mètres au sens de Mercator"),
    srs!(4326, "WGS 84", "Longitude et latitude en degrés"),
];

/// The system of an EPSG code, if it may be written.
pub fn find(epsg: u32) -> Option<&'static Srs> {
    SUPPORTED.iter().find(|srs| srs.epsg == epsg)
}
