//! Counts and rates by zone, with the outlines of the zones.

use geo::MultiPolygon;
use geojson::Feature;
use serde_json::{Value, json};
use spatial_index::grid::{GridCell, grid_projection};
use spatial_index::{Bbox, Filter, Hexagon, Snapshot};
use statistics::aggregate::Ligne;
use statistics::{Dimension, aggregate};

use super::Question;
use super::collection::collection;
use crate::error::ApiError;
use crate::features::{self, multi_polygon, object};
use crate::params::{FILTERS, Params, invalid};
use crate::state::Served;

/// `/density?zone=`: one feature per zone.
#[derive(Debug, Clone, PartialEq)]
pub struct DensityQuery {
    /// Level of the zones, as asked.
    pub zone: String,
    /// The same, read.
    pub dimension: Dimension,
    /// Structures looked at.
    pub filter: Filter,
    /// Box that they must be in.
    pub bbox: Option<Bbox>,
    /// What `valeur` is.
    pub per: Per,
}

/// What the number of structures of a zone is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// The area of its outline.
    Km2,
    /// Its inhabitants, in tens of thousands.
    Habitants,
    /// Nothing.
    None,
}

impl Per {
    /// All of them, with their names in URLs.
    pub const ALL: [(&'static str, Self); 3] =
        [("none", Self::None), ("km2", Self::Km2), ("10000hab", Self::Habitants)];

    fn unit(self) -> &'static str {
        match self {
            Self::Km2 => "structures par km²",
            Self::Habitants => "structures pour 10 000 habitants",
            Self::None => "structures",
        }
    }

    fn value(self, row: &Ligne) -> Option<f64> {
        match self {
            Self::Km2 => row.densite_km2,
            Self::Habitants => row.pour_10000_habitants,
            Self::None => Some(row.comptage.structures as f64),
        }
    }
}

impl Question for DensityQuery {
    const SUMMARY: &'static str = "Effectifs et taux par zone, avec leurs contours";
    const PATH: &'static str = "/density";
    const PARAMETERS: &'static [&'static [&'static str]] = &[&["zone", "per", "bbox"], &FILTERS];

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        let zone = params.text("zone").unwrap_or("commune");
        let dimension = zone_dimension(zone)?;
        let filter = params.filter(&served.snapshot)?;
        let asked = params.text("per").unwrap_or("none");
        let per = Per::ALL.into_iter().find(|(name, _)| *name == asked).map(|(_, per)| per);
        let per = per.ok_or_else(|| invalid("per", asked, "admis : none, km2, 10000hab"))?;
        Ok(Self { zone: zone.to_owned(), dimension, filter, bbox: params.bbox()?, per })
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let selected = (&self.filter, self.bbox.as_ref());
        let table = aggregate(&served.snapshot, selected, self.dimension, &served.referentiel.estimateur);
        let shapes = ShapeOf::new(&served.snapshot, self.dimension)?;
        let features: Vec<Feature> =
            table.lignes.iter().filter_map(|row| zone_feature((row, self.per), &shapes)).collect();
        let foreign = json!({
            "zone": self.zone,
            "numberReturned": features.len(),
            "total": table.total,
            "laissees_de_cote": table.laissees_de_cote,
        });
        let mut answer = collection(features, foreign, served)?;
        if let Some(metadata) = answer.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.insert("unite".to_owned(), json!(self.per.unit()));
        }
        Ok(answer)
    }
}

fn zone_dimension(zone: &str) -> Result<Dimension, ApiError> {
    let dimension = Dimension::from_code(zone);
    dimension
        .filter(|dimension| matches!(dimension, Dimension::Zone(_) | Dimension::Grille(_) | Dimension::Hexagones(_)))
        .ok_or_else(|| {
            let zones = Dimension::ALL
                .iter()
                .filter(|(_, d)| matches!(d, Dimension::Zone(_) | Dimension::Grille(_) | Dimension::Hexagones(_)));
            let names: Vec<&str> = zones.map(|(name, _)| *name).collect();
            invalid("zone", zone, &format!("admis : {}", names.join(", ")))
        })
}

fn zone_feature((row, per): (&Ligne, Per), shapes: &ShapeOf<'_>) -> Option<Feature> {
    let outline = shapes.outline(&row.code)?;
    let counts = &row.comptage;
    let properties = object(json!({
        "code": row.code,
        "libelle": row.libelle,
        "valeur": per.value(row),
        "structures": counts.structures,
        "au_numero": counts.au_numero,
        "a_la_voie": counts.a_la_voie,
        "non_localisees": counts.non_localisees,
        "masquees": counts.masquees,
        "emplois_bas": counts.emplois.bas,
        "emplois_central": counts.emplois.central,
        "emplois_haut": counts.emplois.haut,
        "emplois_sans_tranche": counts.emplois.sans_tranche,
        "population": row.population,
        "superficie_km2": row.superficie_km2,
        "densite_km2": row.densite_km2,
        "pour_10000_habitants": row.pour_10000_habitants,
    }));
    Some(features::feature(&row.code, Some(multi_polygon(&outline)), properties))
}

/// Finds the outline of a row, in degrees.
struct ShapeOf<'s> {
    snapshot: &'s Snapshot,
    dimension: Dimension,
    laea: crs::Projection,
}

impl<'s> ShapeOf<'s> {
    fn new(snapshot: &'s Snapshot, dimension: Dimension) -> Result<Self, ApiError> {
        Ok(Self { snapshot, dimension, laea: grid_projection().map_err(ApiError::internal)? })
    }

    fn outline(&self, code: &str) -> Option<MultiPolygon<f64>> {
        use domain::Niveau;
        let (atlas, shapes) = (self.snapshot.atlas(), self.snapshot.shapes());
        match self.dimension {
            Dimension::Zone(Niveau::Commune) => {
                let rank = atlas.communes.binary_search_by(|row| row.code.as_str().cmp(code)).ok()?;
                shapes.communes.get(rank).map(|shape| shape.lon_lat.clone())
            }
            Dimension::Zone(Niveau::Iris) => {
                let rank = atlas.iris.binary_search_by(|row| row.code.as_str().cmp(code)).ok()?;
                shapes.iris.get(rank).map(|shape| shape.lon_lat.clone())
            }
            Dimension::Zone(Niveau::Regroupe(niveau)) => {
                let rank = atlas.regroupements.rang(niveau, code)?;
                shapes.regroupements(niveau).get(rank).map(|shape| shape.lon_lat.clone())
            }
            Dimension::Hexagones(_) => Hexagon::from_id(code).map(Hexagon::outline_lon_lat),
            Dimension::Grille(_) => GridCell::from_id(code)?.outline_lon_lat(&self.laea).ok(),
            _ => None,
        }
    }
}
