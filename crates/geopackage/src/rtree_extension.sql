INSERT INTO gpkg_extensions VALUES
  (?, ?, 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')
