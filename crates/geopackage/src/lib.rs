//! GeoPackage 1.3 files through `sqlx`: geometry blobs, layers in bulk, R-trees, default looks.
//!
//! [`read_polygons`] reads the outlines that others publish; [`GeopackageWriter`] writes a new file,
//! whole, that GDAL and QGIS take as it is. Nothing here knows what the layers mean.

pub mod blob;
pub mod error;
pub mod layer;
pub mod reader;
mod sql;
pub mod srs;
pub mod style;
pub mod wkb;
pub mod writer;

pub use blob::BlobError;
pub use error::GeopackageError;
pub use layer::{Column, ColumnKind, GeometryColumn, GeometryKind, Layer, Name, Row, Value};
pub use reader::{Feature, LayerInfo, open_read_only, read_layer, read_polygons};
pub use wkb::{ByteOrder, Shape, ewkb};
pub use writer::{GeopackageWriter, LayerRows, LayerWriter, write_file};
