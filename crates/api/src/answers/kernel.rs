//! The kernel density surface, as nested contours or as cells.

use geo::{BoundingRect, Coord, Densify, Euclidean, LineString, MultiPolygon, Polygon, Rect};
use geojson::Feature;
use serde_json::{Value, json};
use spatial_index::kernel::{Kernel, KernelQuery, Surface};
use spatial_index::{Bbox, Filter, Snapshot};

use super::Question;
use super::collection::collection;
use crate::error::ApiError;
use crate::features::{self, multi_polygon, object};
use crate::params::{FILTERS, Params, RAYON_MAX, invalid};
use crate::state::Served;

/// Bandwidth and cell when none is asked for, metres.
const RAYON_M: f64 = 500.0;
const MAILLE_M: f64 = 100.0;
/// Classes of the contours.
const CLASSES: usize = 6;
const CLASSES_MAX: usize = 12;
/// Most cells of an answer; contours have no such weight.
const CELLS_MAX: usize = 20_000;
/// Points along the longest side of a box before it is projected.
const SIDES: f64 = 16.0;

/// `/density/kernel`: structures per km² around each place.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelDensityQuery {
    /// Bandwidth, cell, kernel and box in the legal CRS.
    pub surface: KernelQuery,
    /// Structures that weigh.
    pub filter: Filter,
    /// What is given of the surface.
    pub forme: Forme,
    /// Number of classes of the contours.
    pub classes: usize,
}

/// What is given of a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forme {
    /// Nested polygons, one for each threshold.
    Contours,
    /// Squares above zero.
    Grille,
}

impl Question for KernelDensityQuery {
    const SUMMARY: &'static str = "Densité lissée par un noyau, en contours emboîtés ou en mailles";
    const PATH: &'static str = "/density/kernel";
    const PARAMETERS: &'static [&'static [&'static str]] =
        &[&["rayon", "maille", "noyau", "format", "classes", "bbox"], &FILTERS];

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        let filter = params.filter(&served.snapshot)?;
        let name = params.text("noyau").unwrap_or(Kernel::Quartic.code());
        let kernel =
            Kernel::from_code(name).ok_or_else(|| invalid("noyau", name, "admis : quartique, epanechnikov"))?;
        let forme = match params.text("format").unwrap_or("contours") {
            "contours" => Forme::Contours,
            "grid" => Forme::Grille,
            other => return Err(invalid("format", other, "admis : contours, grid")),
        };
        let bandwidth_m = params.number("rayon", (0.0, RAYON_MAX))?.unwrap_or(RAYON_M);
        let cell_m = params.number("maille", (0.0, RAYON_MAX))?.unwrap_or(MAILLE_M.min(bandwidth_m));
        let bounds = bounds(&served.snapshot, &filter, params.bbox()?, bandwidth_m)?;
        let surface = KernelQuery { kernel, bandwidth_m, cell_m, bounds };
        Ok(Self { surface, filter, forme, classes: params.count("classes", CLASSES, CLASSES_MAX)? })
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let surface = served.snapshot.kernel(&self.surface, &self.filter, |_| 1.0).map_err(|error| {
            let (name, value) = match error {
                spatial_index::kernel::KernelError::Bandwidth(rayon) => ("rayon", rayon),
                _ => ("maille", self.surface.cell_m),
            };
            invalid(name, &value.to_string(), &error.to_string())
        })?;
        let features = match self.forme {
            Forme::Contours => contours(&surface, self.classes, &served.snapshot)?,
            Forme::Grille => cells(&surface, &served.snapshot)?,
        };
        let excluded = surface.excluded;
        let foreign = json!({
            "numberReturned": features.len(),
            "noyau": self.surface.kernel.code(),
            "rayon": self.surface.bandwidth_m,
            "maille": self.surface.cell_m,
            "structures": surface.structures,
            "maximum": rounded(surface.max()),
            "exclus": {
                "a_la_voie": excluded.a_la_voie,
                "sans_point": excluded.sans_point,
                "masquees": excluded.masquees,
                "total": excluded.total(),
            },
            "methode": format!(
                "densité par noyau {} de rayon {} m (rayon du support), somme sur les structures localisées au numéro, celles de la couronne comprises ; système légal EPSG:{}",
                self.surface.kernel.code(),
                self.surface.bandwidth_m,
                served.snapshot.atlas().manifest.epsg
            ),
        });
        let mut answer = collection(features, foreign, served)?;
        if let Some(metadata) = answer.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("unite".to_owned(), json!("structures par km²"));
        }
        Ok(answer)
    }
}

/// The box asked for, else that of the communes looked at and of what one bandwidth adds around them.
fn bounds(snapshot: &Snapshot, filter: &Filter, bbox: Option<Bbox>, bandwidth_m: f64) -> Result<Rect<f64>, ApiError> {
    if let Some(bbox) = bbox {
        let parts = bbox.parts();
        let [part] = parts.as_slice() else {
            return Err(invalid("bbox", "", "une surface ne traverse pas l’antiméridien ; la demander en deux boîtes"));
        };
        if part.width() <= 0.0 || part.height() <= 0.0 {
            return Err(invalid("bbox", "", "une surface demande une boîte de largeur et de hauteur non nulles"));
        }
        // Parallels bend in the legal CRS: the sides count, not the corners alone.
        let outline = part.to_polygon();
        let outline = Euclidean.densify(&outline, part.width().max(part.height()) / SIDES);
        let projected = snapshot.project_outline(&MultiPolygon(vec![outline]));
        let projected = projected.map_err(|error| invalid("bbox", "", &error.to_string()))?;
        return projected.bounding_rect().ok_or_else(|| invalid("bbox", "", "boîte vide"));
    }
    let inside = |commune: &&domain::Commune| {
        filter.communes.as_ref().map_or(!commune.couronne, |communes| communes.contains(&commune.code))
    };
    let boxes = snapshot.atlas().communes.iter().filter(inside).filter_map(|commune| commune.contour.bounding_rect());
    let whole = boxes.reduce(|a, b| {
        let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
        Rect::new(low, Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) })
    });
    let whole = whole.ok_or_else(|| invalid("territoire", "", "aucune commune à couvrir"))?;
    let margin = Coord { x: bandwidth_m, y: bandwidth_m };
    Ok(Rect::new(whole.min() - margin, whole.max() + margin))
}

/// One feature a threshold: where the density reaches it.
fn contours(surface: &Surface, classes: usize, snapshot: &Snapshot) -> Result<Vec<Feature>, ApiError> {
    // One threshold less than classes: the lowest class is what lies outside every contour.
    let thresholds = surface.equal_thresholds(u32::try_from(classes + 1).unwrap_or(u32::MAX));
    let bands = surface.contours(&thresholds);
    let tops = bands.iter().skip(1).map(|band| band.at_least_km2).chain(std::iter::once(surface.max()));
    let feature = |(rank, (band, top)): (usize, (&spatial_index::kernel::Isoband, f64))| {
        let outline = snapshot.projection().unproject_polygons(&band.outline).map_err(ApiError::internal)?;
        let properties = object(json!({
            "classe": rank + 1,
            "densite_min": rounded(band.at_least_km2),
            "densite_max": rounded(top),
        }));
        Ok(features::feature(&format!("contour-{}", rank + 1), Some(multi_polygon(&outline)), properties))
    };
    bands.iter().zip(tops).enumerate().map(feature).collect()
}

/// One feature a cell where the density is above zero.
fn cells(surface: &Surface, snapshot: &Snapshot) -> Result<Vec<Feature>, ApiError> {
    let above = surface.values.iter().filter(|value| **value > 0.0).count();
    if above > CELLS_MAX {
        let mend = format!(
            "{above} mailles non vides pour {CELLS_MAX} au plus ; prendre une maille plus grande, une bbox, ou format=contours"
        );
        return Err(invalid("maille", &surface.cell_m.to_string(), &mend));
    }
    let half = surface.cell_m / 2.0;
    let mut features = Vec::with_capacity(above);
    for (rank, value) in surface.values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
        let (column, row) = (rank % surface.columns, rank / surface.columns);
        let centre = surface.centre(column, row);
        let ring: LineString<f64> = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
            .map(|(dx, dy)| Coord { x: centre.x + dx, y: centre.y + dy })
            .to_vec()
            .into();
        let square = MultiPolygon(vec![Polygon::new(ring, Vec::new())]);
        let outline = snapshot.projection().unproject_polygons(&square).map_err(ApiError::internal)?;
        let properties = object(json!({ "densite_km2": rounded(*value) }));
        features.push(features::feature(&format!("{column}-{row}"), Some(multi_polygon(&outline)), properties));
    }
    Ok(features)
}

/// Four significant decimals: far below what a bandwidth decides.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
