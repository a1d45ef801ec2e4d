//! GeoPackage 1.3 files through sqlx: geometry blobs, layers, R-tree, styles.
