//! HTTP service: OGC API Features, density, proximity, aggregates, pages.
