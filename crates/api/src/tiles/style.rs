//! MapLibre styles over our tiles, for MapLibre and for QGIS.
//!
//! One style layer per class with constant paint and a plain filter: QGIS 3.22 drops the colours of `match` and `step`
//! and the radii of `interpolate`, and draws everything alike.

use std::sync::Arc;

use domain::{Famille, Niveau};
use serde_json::{Value, json};
use spatial_index::Hexagons;
use statistics::Dimension;
use statistics::aggregate::Ligne;
use statistics::classes::{Discretisation, class_of, rounded};
use statistics::nombres::decimal;
use tiles::MAX_ZOOM;

use super::{FigureTable, Layer, Layers, PARAMETERS, TileQuery, VERSION, hexagons, tile_json};
use crate::error::ApiError;
use crate::pages::{family_colour, ramp};
use crate::params::{Params, invalid};
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

/// What a choropleth shows of a layer.
#[derive(Debug, Clone, Copy)]
struct Figure {
    layer: Layer,
    per: Per,
}

/// What the number of structures of a zone is divided by.
#[derive(Debug, Clone, Copy)]
struct Per {
    /// Name in URLs, as `/density` has it.
    code: &'static str,
    property: &'static str,
    unit: &'static str,
    value: fn(&Ligne) -> Option<f64>,
}

const PER_INHABITANTS: Per = Per {
    code: "10000hab",
    property: "pour_10000_habitants",
    unit: "structures pour 10 000 habitants",
    value: |row| row.pour_10000_habitants,
};
const PER_KM2: Per =
    Per { code: "km2", property: "densite_km2", unit: "structures par km²", value: |row| row.densite_km2 };

/// Parameters of a style: those of its tiles, and how its classes are made.
pub(crate) const STYLE_PARAMETERS: &[&[&str]] = &[&CLASSES_OF, PARAMETERS[0], PARAMETERS[1]];
/// Method of the classes, and denominator.
const CLASSES_OF: [&str; 2] = ["classes", "per"];

/// Every style.
pub(crate) const STYLES: [Style; 4] = [
    Style { id: "structures", title: "Structures de l’ESS par famille", figure: None },
    Style {
        id: "communes",
        title: "Structures de l’ESS pour 10 000 habitants, par commune",
        figure: Some(Figure { layer: Layer::Zones(Niveau::Commune), per: PER_INHABITANTS }),
    },
    Style {
        id: "iris",
        title: "Structures de l’ESS pour 10 000 habitants, par IRIS",
        figure: Some(Figure { layer: Layer::Zones(Niveau::Iris), per: PER_INHABITANTS }),
    },
    Style {
        id: "densite",
        title: "Structures de l’ESS par km², par hexagone",
        figure: Some(Figure { layer: Layer::Densite, per: PER_KM2 }),
    },
];

/// Classes of points that stand for several structures: lower bound and radius, pixels.
const CLUSTERS: [(u64, u64); 5] = [(2, 6), (10, 9), (50, 13), (200, 18), (1_000, 24)];
/// Classes of a choropleth: four where so few zones would leave more of them almost empty.
const CLASSES: (usize, usize) = (4, 5);
/// Zones from which there are five.
const MANY: usize = 20;

/// The style of an identifier.
pub(crate) fn find_style(id: &str) -> Option<Style> {
    STYLES.into_iter().find(|style| style.id == id)
}

/// The style document, over tiles that carry the same filters.
pub(crate) fn style(served: &Served, (style, params): (Style, &Params), base: &str) -> Result<Value, ApiError> {
    let figure = style.figure.map(|figure| divided(figure, params)).transpose()?;
    let asked = params.text("classes").unwrap_or_default();
    let method = if asked.is_empty() { Some(Discretisation::default()) } else { Discretisation::from_code(asked) };
    let methods = || Discretisation::ALL.map(|(name, _)| name).join(", ");
    let method = method.ok_or_else(|| invalid("classes", asked, &format!("admis : {}", methods())))?;
    let background = figure.map_or(Layer::Zones(Niveau::Commune), |figure| figure.layer);
    let layers = if figure.is_some() {
        Layers::one(background)
    } else {
        Layers::parse(&format!("{},{}", Layer::Structures.code(), background.code()))?
    };
    let filters = CLASSES_OF.iter().fold(params.without(VERSION), |kept, name| kept.without(name));
    let query = TileQuery::parse(layers.clone(), &filters, served)?;
    let mut drawn = vec![json!({ "id": "fond", "type": "background", "paint": { "background-color": "#f7f6f3" } })];
    if let Some(figure) = figure {
        drawn.extend(choropleth(served, (figure, method), &query));
    }
    drawn.push(outline(background));
    if figure.is_none() {
        drawn.extend(clusters());
        drawn.extend(points());
    }
    let described = tile_json(served, (&layers, &filters, &query.filter), base);
    let [west, south, east, north] = super::describe::bounds(served, None);
    Ok(json!({
        "version": 8,
        "name": figure.map_or(style.title.to_owned(), |figure| format!("{} : {}", figure.layer.title(), figure.per.unit)),
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

/// The figure over the denominator asked for; a cell has no inhabitants.
fn divided(figure: Figure, params: &Params) -> Result<Figure, ApiError> {
    let Some(asked) = params.text("per") else { return Ok(figure) };
    let offered: &[Per] = if figure.layer == Layer::Densite { &[PER_KM2] } else { &[PER_INHABITANTS, PER_KM2] };
    let per = offered.iter().find(|per| per.code == asked).ok_or_else(|| {
        let names: Vec<&str> = offered.iter().map(|per| per.code).collect();
        invalid("per", asked, &format!("admis ici : {}", names.join(", ")))
    })?;
    Ok(Figure { per: *per, ..figure })
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
fn choropleth(served: &Served, (figure, method): (Figure, Discretisation), query: &TileQuery) -> Vec<Value> {
    let name = figure.layer.code();
    let Layer::Zones(niveau) = figure.layer else {
        let scales = Hexagons::ALL.into_iter().flat_map(|resolution| {
            let zooms: Vec<u32> = (0..=MAX_ZOOM).filter(|z| hexagons(*z) == resolution).collect();
            let last = zooms.last().map(|last| if *last == MAX_ZOOM { 24 } else { last + 1 });
            let table = query.table(served, FigureTable::cells(resolution));
            let scale = format!("{name}-{}", resolution.code().replace(':', "-"));
            let shown = json!({ "minzoom": zooms.first(), "maxzoom": last });
            classes((figure, &scale), (&table, method, Some(resolution.code())), &shown)
        });
        return scales.collect();
    };
    classes((figure, name), (&query.table(served, FigureTable::zones(niveau)), method, None), &json!({}))
}

/// One layer per class, then the zones without any structure and those without a rate: zero is not unknown.
fn classes(
    (figure, name): (Figure, &str),
    (table, method, maille): (&FigureTable, Discretisation, Option<&str>),
    shown: &Value,
) -> Vec<Value> {
    let Per { property, unit, value, .. } = figure.per;
    let has_some = |row: &&Ligne| row.comptage.structures > 0;
    let values: Vec<f64> = table.rows().filter(has_some).filter_map(value).collect();
    let wanted = if values.len() < MANY { CLASSES.0 } else { CLASSES.1 };
    let breaks = match figure.layer {
        Layer::Densite => cell_breaks(table, (method, wanted)),
        _ => rounded(&method.breaks(&values, wanted), &values),
    };
    let class = |(rank, colour): (usize, &&'static str)| {
        let from = rank.checked_sub(1).and_then(|rank| breaks.get(rank)).copied();
        let to = breaks.get(rank).copied();
        let read = json!(["get", property]);
        let mut filter = vec![json!("all"), json!(["has", property]), json!([">", ["get", "structures"], 0])];
        // MapLibre leaves a layer at its last zoom, QGIS after it: the cells themselves say whose they are.
        filter.extend(maille.map(|maille| json!(["==", ["get", "maille"], maille])));
        filter.extend(from.map(|from| json!([">", read, from])));
        filter.extend(to.map(|to| json!(["<=", read, to])));
        let label = match (from, to) {
            (None, None) => "toutes".to_owned(),
            (None, Some(to)) => format!("{} et moins", decimal(to, 1)),
            (Some(from), None) => format!("plus de {}", decimal(from, 1)),
            (Some(from), Some(to)) => format!("plus de {} à {}", decimal(from, 1), decimal(to, 1)),
        };
        let count = values.iter().filter(|value| class_of(**value, &breaks) == rank).count();
        Class { end: format!("classe-{}", rank + 1), filter: json!(filter), colour, label, count }
    };
    let known = ramp(&breaks).iter().enumerate().take(breaks.len() + 1).map(class);
    let none = table.rows().filter(|row| row.comptage.structures == 0).count();
    let unknown = table.rows().filter(has_some).filter(|row| value(row).is_none()).count();
    let zero = Class {
        end: "aucune".to_owned(),
        filter: json!(["==", ["get", "structures"], 0]),
        colour: "#ffffff",
        label: "aucune structure".to_owned(),
        count: none,
    };
    let without = Class {
        end: "sans-valeur".to_owned(),
        filter: json!(["all", [">", ["get", "structures"], 0], ["!", ["has", property]]]),
        colour: "#cfcfcf",
        label: "sans valeur".to_owned(),
        count: unknown,
    };
    let all = known.chain([zero, without]).filter(|class| class.count > 0);
    all.map(|Class { end, filter, colour, label, count }| {
        let paint = json!({ "fill-color": colour, "fill-opacity": 0.85, "fill-outline-color": "#8a97a6" });
        let told = json!({
            "essaim:libelle": label, "essaim:effectif": count, "essaim:unite": unit, "essaim:methode": method.code(),
        });
        let parts = json!({ "filter": filter, "paint": paint, "metadata": told });
        with(with(layer(&format!("{name}-{end}"), "fill", figure.layer), parts), shown.clone())
    })
    .collect()
}

/// Breaks between cells, per km²: those of the numbers of structures, each halfway to the next number.
///
/// The cells of a resolution differ in area by a few hundredths. Breaks of their densities would part cells that hold
/// as many structures, by an accident of their shape.
fn cell_breaks(table: &FigureTable, (method, wanted): (Discretisation, usize)) -> Vec<f64> {
    let cells = || table.rows().filter(|row| row.comptage.structures > 0);
    let counts: Vec<f64> = cells().map(|row| row.comptage.structures as f64).collect();
    let areas: Vec<f64> = cells().filter_map(|row| Some(row.comptage.structures as f64 / row.densite_km2?)).collect();
    let mean_km2 = areas.iter().sum::<f64>() / areas.len() as f64;
    let most = counts.iter().copied().fold(0.0, f64::max);
    let mut uppers: Vec<f64> = method.breaks(&counts, wanted).into_iter().map(f64::floor).collect();
    uppers.dedup();
    uppers.into_iter().filter(|upper| (1.0..most).contains(upper)).map(|upper| (upper + 0.5) / mean_km2).collect()
}

/// A class of a choropleth.
struct Class {
    /// End of the name of its layer.
    end: String,
    filter: Value,
    colour: &'static str,
    /// Its bounds, for a legend.
    label: String,
    /// Zones in it.
    count: usize,
}

impl TileQuery {
    /// Figures of a dimension, after the filters.
    fn table(&self, served: &Served, dimension: Dimension) -> Arc<FigureTable> {
        served.tiles.figures.of(served, (dimension, &self.filter, &self.scope))
    }
}
