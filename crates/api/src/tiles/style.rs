//! MapLibre styles over our tiles, for MapLibre and for QGIS.
//!
//! One style layer per class with constant paint and a plain filter: QGIS 3.22 drops the colours of `match` and `step`
//! and the radii of `interpolate`, and draws everything alike.

use domain::{Famille, Niveau};
use serde_json::{Value, json};
use spatial_index::Hexagons;
use statistics::Dimension;
use statistics::aggregate::Ligne;
use statistics::classes::{Discretisation, rounded};
use statistics::nombres::decimal;
use tiles::MAX_ZOOM;

use super::{FigureTable, Layer, Layers, TileQuery, hexagons, tile_json};
use crate::error::ApiError;
use crate::pages::{family_colour, ramp};
use crate::params::Params;
use crate::provenance::provenance;
use crate::state::Served;

/// A style offered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Identifier.
    pub(crate) id: &'static str,
    /// Title.
    pub(crate) title: &'static str,
    figure: Option<Figure>,
}

/// What a choropleth shows.
#[derive(Debug, Clone, Copy)]
struct Figure {
    layer: Layer,
    property: &'static str,
    unit: &'static str,
    value: fn(&Ligne) -> Option<f64>,
}

/// Structures for inhabitants, by zone.
const fn rate(layer: Layer) -> Figure {
    Figure {
        layer,
        property: "pour_10000_habitants",
        unit: "pour 10 000 habitants",
        value: |row| row.pour_10000_habitants,
    }
}

/// Structures for area, by cell.
const DENSITY: Figure =
    Figure { layer: Layer::Densite, property: "densite_km2", unit: "par km²", value: |row| row.densite_km2 };

/// Every style.
pub(crate) const STYLES: [Style; 4] = [
    Style { id: "structures", title: "Structures de l’ESS par famille", figure: None },
    Style {
        id: "communes",
        title: "Structures de l’ESS pour 10 000 habitants, par commune",
        figure: Some(rate(Layer::Zones(Niveau::Commune))),
    },
    Style {
        id: "iris",
        title: "Structures de l’ESS pour 10 000 habitants, par IRIS",
        figure: Some(rate(Layer::Zones(Niveau::Iris))),
    },
    Style { id: "densite", title: "Structures de l’ESS par km², par hexagone", figure: Some(DENSITY) },
];

/// Classes of points that stand for several structures: lower bound and radius, pixels.
const CLUSTERS: [(u64, u64); 5] = [(2, 6), (10, 9), (50, 13), (200, 18), (1_000, 24)];
/// Classes of a choropleth.
const CLASSES: usize = 5;

/// The style of an identifier.
pub(crate) fn find_style(id: &str) -> Option<Style> {
    STYLES.into_iter().find(|style| style.id == id)
}

/// The style document, over tiles that carry the same filters.
pub(crate) fn style(served: &Served, (style, params): (Style, &Params), base: &str) -> Result<Value, ApiError> {
    let background = style.figure.map_or(Layer::Zones(Niveau::Commune), |figure| figure.layer);
    let layers = if style.figure.is_some() {
        Layers::one(background)
    } else {
        Layers::parse(&format!("{},{}", Layer::Structures.code(), background.code()))?
    };
    let query = TileQuery::parse(layers.clone(), params, served)?;
    let mut drawn = vec![json!({ "id": "fond", "type": "background", "paint": { "background-color": "#f7f6f3" } })];
    if let Some(figure) = style.figure {
        drawn.extend(choropleth(served, figure, &query));
    }
    drawn.push(outline(background));
    if style.figure.is_none() {
        drawn.extend(clusters());
        drawn.extend(points());
    }
    let described = tile_json(served, (&layers, params), base);
    let [west, south, east, north] = super::describe::bounds(served);
    Ok(json!({
        "version": 8,
        "name": style.title,
        "center": [f64::midpoint(west, east), f64::midpoint(south, north)],
        "zoom": 11,
        "sources": {
            "essaim": {
                "type": "vector",
                "tiles": described["tiles"],
                "minzoom": described["minzoom"],
                "maxzoom": MAX_ZOOM,
                "bounds": described["bounds"],
                "attribution": described["attribution"],
            },
        },
        "layers": drawn,
        "metadata": provenance(&served.snapshot.atlas().manifest),
    }))
}

fn layer(id: &str, kind: &str, source: Layer) -> Value {
    json!({ "id": id, "type": kind, "source": "essaim", "source-layer": source.code() })
}

fn with(mut layer: Value, parts: Value) -> Value {
    if let (Some(layer), Value::Object(parts)) = (layer.as_object_mut(), parts) {
        layer.extend(parts);
    }
    layer
}

fn outline(of: Layer) -> Value {
    let paint = json!({ "line-color": "#7d8894", "line-width": 1 });
    with(layer(&format!("{}-contour", of.code()), "line", of), json!({ "paint": paint }))
}

fn clusters() -> impl Iterator<Item = Value> {
    CLUSTERS.into_iter().enumerate().map(|(rank, (from, radius))| {
        let mut filter = vec![json!("all"), json!([">=", ["get", "structures"], from])];
        if let Some((next, _)) = CLUSTERS.get(rank + 1) {
            filter.push(json!(["<", ["get", "structures"], next]));
        }
        let paint = json!({
            "circle-color": "#3b6e91", "circle-opacity": 0.8, "circle-radius": radius,
            "circle-stroke-color": "#ffffff", "circle-stroke-width": 1,
        });
        with(layer(&format!("groupe-{from}"), "circle", Layer::Structures), json!({ "filter": filter, "paint": paint }))
    })
}

/// Full where the position is sure, hollow where it is that of the street.
fn points() -> impl Iterator<Item = Value> {
    Famille::ALL.into_iter().flat_map(|famille| {
        let colour = family_colour(famille.code());
        [(true, colour, "#ffffff", 1), (false, "#ffffff", colour, 2)].map(|(precise, fill, stroke, width)| {
            let end = if precise { "numero" } else { "voie" };
            let filter =
                json!(["all", ["==", ["get", "famille"], famille.code()], ["==", ["get", "precise"], precise]]);
            let paint = json!({
                "circle-color": fill, "circle-radius": if precise { 5 } else { 4 },
                "circle-stroke-color": stroke, "circle-stroke-width": width,
            });
            let id = format!("{}-{end}", famille.code());
            with(layer(&id, "circle", Layer::Structures), json!({ "filter": filter, "paint": paint }))
        })
    })
}

/// A choropleth: one for all zooms, or one for each resolution of the cells, whose densities are of other sizes.
fn choropleth(served: &Served, figure: Figure, query: &TileQuery) -> Vec<Value> {
    let Layer::Zones(niveau) = figure.layer else {
        let scales = Hexagons::ALL.into_iter().flat_map(|resolution| {
            let zooms: Vec<u32> = (0..=MAX_ZOOM).filter(|z| hexagons(*z) == resolution).collect();
            let shown = json!({ "minzoom": zooms.first(), "maxzoom": zooms.last().map(|last| if *last == MAX_ZOOM { 24 } else { last + 1 }) });
            let values = query.values(served, (FigureTable::cells(resolution), figure.value));
            classes((figure, &format!("{}-{}", figure.layer.code(), resolution.code().replace("h3:", "h3-"))), &values, &shown)
        });
        return scales.collect();
    };
    let values = query.values(served, (FigureTable::zones(niveau), figure.value));
    classes((figure, figure.layer.code()), &values, &json!({}))
}

/// One layer per class; what is unknown is in none, and stays the colour of the paper.
fn classes((figure, name): (Figure, &str), values: &[f64], shown: &Value) -> Vec<Value> {
    let breaks = rounded(&Discretisation::default().breaks(values, CLASSES), values);
    let class = |(rank, colour): (usize, &&str)| {
        let from = rank.checked_sub(1).and_then(|rank| breaks.get(rank)).copied();
        let to = breaks.get(rank).copied();
        let value = json!(["get", figure.property]);
        let mut filter = vec![json!("all"), json!(["has", figure.property])];
        filter.extend(from.map(|from| json!([">", value, from])));
        filter.extend(to.map(|to| json!(["<=", value, to])));
        let text = match (from, to) {
            (None, None) => format!("toutes {}", figure.unit),
            (None, Some(to)) => format!("{} et moins {}", decimal(to, 1), figure.unit),
            (Some(from), None) => format!("plus de {} {}", decimal(from, 1), figure.unit),
            (Some(from), Some(to)) => format!("de {} à {} {}", decimal(from, 1), decimal(to, 1), figure.unit),
        };
        let paint = json!({ "fill-color": colour, "fill-opacity": 0.85, "fill-outline-color": "#8a97a6" });
        let parts = json!({ "filter": filter, "paint": paint, "metadata": { "essaim:libelle": text } });
        with(with(layer(&format!("{name}-classe-{}", rank + 1), "fill", figure.layer), parts), shown.clone())
    };
    ramp(&breaks).iter().enumerate().take(breaks.len() + 1).map(class).collect()
}

impl TileQuery {
    /// Known values of a figure, after the filters.
    fn values(&self, served: &Served, (dimension, value): (Dimension, fn(&Ligne) -> Option<f64>)) -> Vec<f64> {
        served.tiles.figures.of(served, (dimension, &self.filter, &self.scope)).values(value)
    }
}
