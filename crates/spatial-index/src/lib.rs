//! The immutable snapshot and its queries: point in polygon, nearest, within, density.
