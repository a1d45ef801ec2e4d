//! The GeoPackage store and the PostGIS store behind one trait.
