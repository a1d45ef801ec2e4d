//! What leads to the tiles: TileJSON 3.0.0, OGC API Tiles tilesets, the tile matrix set.

use std::collections::BTreeSet;

use domain::CodeCommune;
use geo::Rect;
use serde_json::{Map, Value, json};
use spatial_index::Filter;
use tiles::MAX_ZOOM;

use super::{Layer, Layers, MVT, VERSION};
use crate::params::Params;
use crate::provenance::{LICENCE, attribution, provenance};
use crate::respond::JSON;
use crate::routes::link;
use crate::state::Served;

/// Identifier of the only tile matrix set.
pub(crate) const TILE_MATRIX_SET: &str = "WebMercatorQuad";
const TILE_MATRIX_SET_URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
const TILE_MATRIX_SETS_REL: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes";
const TILE_MATRIX_SET_REL: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
const TILESETS_VECTOR_REL: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
const CRS_WEB_MERCATOR: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// Half the side of the square of Web Mercator, metres: π times the equatorial radius of WGS 84.
const HALF: f64 = 20_037_508.342_789_244;
/// A pixel of the standardised rendering, metres (OGC 17-083r4).
const PIXEL: f64 = 0.000_28;
/// Pixels along the side of a tile of the set.
const SIDE: u32 = 256;

/// The query of the tiles: the filters asked for, and the version that makes their address unchanging.
fn query(served: &Served, params: &Params) -> String {
    params.without("f").with(VERSION, &super::edition(served))
}

/// Box of what the atlas holds, or of some of its communes: west, south, east, north.
pub(crate) fn bounds(served: &Served, communes: Option<&BTreeSet<CodeCommune>>) -> [f64; 4] {
    let rows = served.snapshot.atlas().communes.iter().zip(&served.snapshot.shapes().communes);
    let asked = rows.filter(|(row, _)| communes.is_none_or(|asked| asked.contains(&row.code)));
    // Some structures stand outside their commune: they are in the whole.
    let beside = served.points.filter(|_| communes.is_none());
    let boxes = asked.filter_map(|(_, shape)| shape.bbox).chain(beside);
    let whole = boxes.reduce(|a, b| {
        Rect::new(
            geo::Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
            geo::Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
        )
    });
    whole.map_or([-180.0, -85.0, 180.0, 85.0], |whole| [whole.min().x, whole.min().y, whole.max().x, whole.max().y])
}

/// Box of the communes of a filter and of their structures, some of which stand outside: a client asks for no tile
/// beyond it.
fn reached(served: &Served, filter: &Filter) -> [f64; 4] {
    let outlines = bounds(served, filter.communes.as_ref());
    if filter.communes.is_none() {
        return outlines;
    }
    let rows = served.snapshot.structures(filter, None);
    rows.filter_map(|row| row.position).fold(outlines, |[west, south, east, north], at| {
        [west.min(at.lon), south.min(at.lat), east.max(at.lon), north.max(at.lat)]
    })
}

/// TileJSON 3.0.0 of some layers.
pub(crate) fn tile_json(served: &Served, (layers, params, filter): (&Layers, &Params, &Filter), base: &str) -> Value {
    let manifest = &served.snapshot.atlas().manifest;
    let fields = |layer: &Layer| {
        layer
            .properties()
            .iter()
            .map(|property| (property.name.to_owned(), json!(property.title)))
            .collect::<Map<_, _>>()
    };
    let described = layers.iter().map(|layer| {
        json!({
            "id": layer.code(), "description": layer.title(), "fields": fields(layer),
            "minzoom": layer.min_zoom(), "maxzoom": MAX_ZOOM,
        })
    });
    let [west, south, east, north] = if layers.iter().any(|layer| *layer == Layer::Structures) {
        reached(served, filter)
    } else {
        bounds(served, filter.communes.as_ref())
    };
    json!({
        "tilejson": "3.0.0",
        "name": format!("{} : {}", manifest.nom_territoire, titles(layers)),
        "description": manifest.perimetre.description,
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [format!("{base}/tiles/{layers}/{{z}}/{{x}}/{{y}}.mvt?{}", query(served, params))],
        "minzoom": layers.min_zoom(),
        "maxzoom": MAX_ZOOM,
        "bounds": [west, south, east, north],
        "center": [f64::midpoint(west, east), f64::midpoint(south, north), 11],
        "attribution": attribution(manifest),
        "vector_layers": described.collect::<Vec<_>>(),
        // Where structures are told apart, so that a client knows when a click is on one of them.
        "structures_une_a_une": served.tiles.structures(&served.snapshot).single_from(),
        "metadata": provenance(manifest),
    })
}

fn titles(layers: &Layers) -> String {
    layers.iter().map(|layer| layer.title()).collect::<Vec<_>>().join(", ")
}

/// The tilesets of a resource, which is the dataset or one of its collections.
pub(crate) fn tilesets(served: &Served, layers: &Layers, (root, base): (&str, &str)) -> Value {
    let title = titles(layers);
    let manifest = &served.snapshot.atlas().manifest;
    json!({
        "links": [link(root, "self", JSON, "Ce document")],
        "tilesets": [{
            "title": title,
            "dataType": "vector",
            "crs": CRS_WEB_MERCATOR,
            "tileMatrixSetURI": TILE_MATRIX_SET_URI,
            "links": [
                link(format!("{root}/{TILE_MATRIX_SET}"), "self", JSON, &title),
                link(format!("{base}/tileMatrixSets/{TILE_MATRIX_SET}"), TILE_MATRIX_SET_REL, JSON, TILE_MATRIX_SET),
            ],
        }],
        "metadata": provenance(manifest),
    })
}

/// One tileset.
pub(crate) fn tileset(served: &Served, (layers, params): (&Layers, &Params), (root, base): (&str, &str)) -> Value {
    let manifest = &served.snapshot.atlas().manifest;
    let [west, south, east, north] = bounds(served, None);
    let schema = |layer: &Layer| {
        let properties = layer.properties().iter().map(|property| {
            let (kind, _) = property.kind.schema();
            (property.name.to_owned(), json!({ "type": kind, "title": property.title }))
        });
        json!({
            "id": layer.code(), "title": layer.title(), "dataType": "vector",
            "geometryDimension": if matches!(layer, Layer::Structures | Layer::Noms) { 0 } else { 2 },
            "minTileMatrix": layer.min_zoom().to_string(), "maxTileMatrix": MAX_ZOOM.to_string(),
            "propertiesSchema": { "type": "object", "properties": properties.collect::<Map<_, _>>() },
        })
    };
    let query = query(served, params);
    let mut item = link(
        format!("{root}/{TILE_MATRIX_SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?{query}"),
        "item",
        MVT,
        "Tuiles vectorielles",
    );
    if let Some(item) = item.as_object_mut() {
        item.insert("templated".to_owned(), json!(true));
    }
    let limits = (layers.min_zoom()..=MAX_ZOOM).filter_map(|z| {
        let low = tiles::Tile::holding(z, geo::Coord { x: west, y: north })?;
        let high = tiles::Tile::holding(z, geo::Coord { x: east, y: south })?;
        Some(json!({
            "tileMatrix": z.to_string(),
            "minTileRow": low.y(), "maxTileRow": high.y(), "minTileCol": low.x(), "maxTileCol": high.x(),
        }))
    });
    json!({
        "title": titles(layers),
        "description": manifest.perimetre.description,
        "dataType": "vector",
        "crs": CRS_WEB_MERCATOR,
        "tileMatrixSetURI": TILE_MATRIX_SET_URI,
        "tileMatrixSetLimits": limits.collect::<Vec<_>>(),
        "boundingBox": { "lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84 },
        "attribution": attribution(manifest),
        "license": LICENCE.1,
        "layers": layers.iter().map(schema).collect::<Vec<_>>(),
        "links": [
            link(format!("{root}/{TILE_MATRIX_SET}"), "self", JSON, "Ce document"),
            link(format!("{base}/tileMatrixSets/{TILE_MATRIX_SET}"), TILE_MATRIX_SET_REL, JSON, TILE_MATRIX_SET),
            link(format!("{base}/tiles/{layers}?{query}"), "describedby", JSON, "TileJSON"),
            item,
        ],
        "metadata": provenance(manifest),
    })
}

/// Links of a resource that has tiles.
pub(crate) fn tiles_link(root: &str) -> Value {
    link(format!("{root}/tiles"), TILESETS_VECTOR_REL, JSON, "Tuiles vectorielles")
}

/// Link to the tile matrix sets.
pub(crate) fn tile_matrix_sets_link(base: &str) -> Value {
    link(format!("{base}/tileMatrixSets"), TILE_MATRIX_SETS_REL, JSON, "Pyramides de tuiles")
}

/// The list of tile matrix sets.
pub(crate) fn tile_matrix_sets(base: &str) -> Value {
    json!({
        "tileMatrixSets": [{
            "id": TILE_MATRIX_SET,
            "title": "Google Maps Compatible for the World",
            "uri": TILE_MATRIX_SET_URI,
            "crs": CRS_WEB_MERCATOR,
            "links": [link(format!("{base}/tileMatrixSets/{TILE_MATRIX_SET}"), "self", JSON, TILE_MATRIX_SET)],
        }],
        "links": [link(format!("{base}/tileMatrixSets"), "self", JSON, "Ce document")],
    })
}

/// WebMercatorQuad, in the encoding of OGC 17-083r4.
pub(crate) fn tile_matrix_set() -> Value {
    let matrix = |z: u32| {
        let side = 1_u32 << z;
        let cell = 2.0 * HALF / f64::from(SIDE) / f64::from(side);
        json!({
            "id": z.to_string(), "scaleDenominator": cell / PIXEL, "cellSize": cell,
            "cornerOfOrigin": "topLeft", "pointOfOrigin": [-HALF, HALF],
            "matrixWidth": side, "matrixHeight": side, "tileWidth": SIDE, "tileHeight": SIDE,
        })
    };
    json!({
        "id": TILE_MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": TILE_MATRIX_SET_URI,
        "crs": CRS_WEB_MERCATOR,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": (0..=MAX_ZOOM).map(matrix).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_those_of_the_standard() {
        let set = tile_matrix_set();
        // OGC 17-083r4, annex D.1.
        for (z, scale, cell) in
            [(0, 559_082_264.028_717_8, 156_543.033_928_041), (16, 8_530.918_335_399_6, 2.388_657_133_911_757_4)]
        {
            let matrix = &set["tileMatrices"][z];
            let near = |name: &str, expected: f64| {
                let found = matrix[name].as_f64().unwrap();
                assert!((found - expected).abs() / expected < 1e-9, "{name} {z}: {found}");
            };
            near("scaleDenominator", scale);
            near("cellSize", cell);
        }
    }
}
