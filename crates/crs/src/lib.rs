//! Projections: legal French systems, LAEA Europe, Web Mercator; a thin layer over proj4rs.
