//! Geometry blobs of GeoPackage and bare WKB, as outlines of any origin hold them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = geopackage::blob::decode(bytes);
    let _ = geopackage::blob::decode_polygons(bytes);
    let _ = geopackage::blob::polygons_of_wkb(bytes);
});
