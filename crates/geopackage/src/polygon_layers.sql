SELECT g.table_name, g.column_name, g.srs_id, COALESCE(s.organization, ''), COALESCE(s.organization_coordsys_id, 0)
FROM gpkg_geometry_columns AS g
JOIN gpkg_contents AS c ON lower(c.table_name) = lower(g.table_name) AND c.data_type = 'features'
LEFT JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = g.srs_id
WHERE upper(g.geometry_type_name) IN ('POLYGON', 'MULTIPOLYGON', 'MULTISURFACE', 'SURFACE', 'GEOMETRY')
ORDER BY g.table_name
