//! Counts as a table, by zone, by kind, or by several of them at once.

use serde_json::{Map, Value, json};
use spatial_index::{Bbox, Filter, Place};
use statistics::croisement::{Axes, Cellule, cross};
use statistics::{Dimension, aggregate};

use super::Question;
use crate::error::ApiError;
use crate::params::{FILTERS, Params, invalid};
use crate::provenance::provenance;
use crate::state::Served;

/// Most cells of a crossing: what a spreadsheet opens. A whole country crossed by everything goes by regions.
pub const CELLS_MAX: usize = 100_000;

/// `/aggregates?par=`: one row per value of a dimension, or of several.
#[derive(Debug, Clone, PartialEq)]
pub struct AggregatesQuery {
    /// What the rows are, as asked.
    pub par: String,
    /// Structures looked at.
    pub filter: Filter,
    /// Box that they must be in.
    pub bbox: Option<Bbox>,
    rows: Rows,
}

/// What the rows are, read.
#[derive(Debug, Clone, PartialEq)]
enum Rows {
    /// Values of one dimension, those without a structure included.
    Of(Dimension),
    /// Cells of a crossing that hold a structure.
    Crossed(Axes),
}

impl Question for AggregatesQuery {
    const SUMMARY: &'static str = "Effectifs par zone, famille, secteur, tranche ou qualité";
    const PATH: &'static str = "/aggregates";
    const PARAMETERS: &'static [&'static [&'static str]] = &[&["par", "zone", "bbox"], &FILTERS];
    const HAS_GEOMETRY: bool = false;

    fn parse(params: &Params, served: &Served) -> Result<Self, ApiError> {
        let name = if params.text("par").is_some() { "par" } else { "zone" };
        let asked = params.text(name).unwrap_or("commune");
        let read = |code: &str| {
            Dimension::from_code(code).ok_or_else(|| {
                let names: Vec<&str> = Dimension::ALL.iter().map(|(name, _)| *name).collect();
                let admitted = names.join(", ");
                invalid(name, asked, &format!("admis : {admitted} ; plusieurs, séparés par des virgules, se croisent"))
            })
        };
        let dimensions = asked.split(',').map(read).collect::<Result<Vec<_>, _>>()?;
        let rows = match dimensions.as_slice() {
            [one] => Rows::Of(*one),
            _ => Rows::Crossed(Axes::new(dimensions).map_err(|error| invalid(name, asked, &error.to_string()))?),
        };
        let filter = params.filter(&served.snapshot)?;
        Ok(Self { par: asked.to_owned(), rows, filter, bbox: params.bbox()? })
    }

    fn answer(&self, served: &Served) -> Result<Value, ApiError> {
        let mut body = self.counts(self.bbox.as_ref().into(), served)?;
        if let Some(body) = body.as_object_mut() {
            body.insert("par".to_owned(), json!(self.par));
            body.insert("metadata".to_owned(), provenance(&served.snapshot.atlas().manifest));
        }
        Ok(body)
    }
}

impl AggregatesQuery {
    /// Rows, total, and what is in no row, wherever they are counted.
    pub(super) fn counts(&self, place: Place<'_>, served: &Served) -> Result<Value, ApiError> {
        let (snapshot, estimateur) = (&served.snapshot, &served.referentiel.estimateur);
        let axes = match &self.rows {
            Rows::Of(dimension) => {
                let table = aggregate(snapshot, (&self.filter, place), *dimension, estimateur);
                return serde_json::to_value(&table).map_err(ApiError::internal);
            }
            Rows::Crossed(axes) => axes,
        };
        let crossed = cross(snapshot, (&self.filter, place), axes, estimateur);
        if crossed.cellules.len() > CELLS_MAX {
            let mend = format!(
                "{} cases pour {CELLS_MAX} au plus ; demander un territoire (territoire=region:11) ou moins de dimensions",
                crossed.cellules.len()
            );
            return Err(invalid("par", &self.par, &mend));
        }
        let lignes = crossed.cellules.iter().map(|cell| row(cell, axes, served)).collect::<Result<Vec<_>, _>>()?;
        Ok(json!({
            "lignes": lignes,
            "total": crossed.total,
            "laissees_de_cote": crossed.laissees_de_cote,
            "lecture": "une ligne par case qui compte au moins une structure ; les autres sont vides, donc à zéro",
        }))
    }
}

/// Codes and labels of the axes, then the counts.
fn row(cell: &Cellule, axes: &Axes, served: &Served) -> Result<Value, ApiError> {
    let mut row = Map::new();
    for axis in axes.dimensions() {
        let code = cell.cle.code(*axis);
        let name = Dimension::ALL.iter().find(|(_, known)| known == axis).map_or("", |(name, _)| *name);
        let label = axis.label(&served.snapshot, &code);
        row.insert(name.to_owned(), json!(code));
        if label != code {
            row.insert(format!("{name}_libelle"), json!(label));
        }
    }
    let counts = serde_json::to_value(cell.comptage).map_err(ApiError::internal)?;
    row.extend(counts.as_object().cloned().unwrap_or_default());
    Ok(Value::Object(row))
}
