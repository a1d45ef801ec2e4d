//! The figures that zones and cells of a tile carry: counted once for a version and a filter, then read by every tile.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Atlas, Niveau};
use geo::MultiPolygon;
use moka::sync::Cache;
use spatial_index::{Filter, Hexagon, Hexagons};
use statistics::aggregate::Ligne;
use statistics::{Dimension, aggregate};
use tiles::{MvtError, MvtTileBuilder, MvtValueRef, Tile, ZoneTiles};

use crate::state::Served;

/// Tables kept: levels and resolutions, each with a few filters.
const KEPT: u64 = 64;

/// Tables by dimension and filter.
#[derive(Debug)]
pub(crate) struct Figures(Cache<String, Arc<FigureTable>>);

impl Default for Figures {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl Figures {
    /// The table of a dimension and a filter; one computation for all who ask at once.
    pub(crate) fn of(
        &self,
        served: &Served,
        (dimension, filter, scope): (Dimension, &Filter, &str),
    ) -> Arc<FigureTable> {
        let key = format!("{dimension:?}?{scope}");
        self.0.get_with(key, || Arc::new(FigureTable::count(served, (dimension, filter))))
    }
}

/// What is drawn of a zone.
#[derive(Debug)]
struct Zone {
    code: String,
    nom: String,
    couronne: bool,
    /// None for a zone of the ring, which is in no figure.
    figures: Option<Ligne>,
}

/// Zones that a filter leaves, by rank of their outline.
#[derive(Debug)]
pub(crate) struct FigureTable {
    zones: Vec<Option<Zone>>,
    /// Grid of the cells, when they are cells.
    maille: Option<&'static str>,
    /// Outlines of cells; those of zones are the same for every filter, and kept apart.
    cells: ZoneTiles,
}

impl FigureTable {
    /// The dimension of a level of zones.
    pub(crate) fn zones(niveau: Niveau) -> Dimension {
        Dimension::Zone(niveau)
    }

    /// The dimension of a resolution of H3.
    pub(crate) fn cells(resolution: Hexagons) -> Dimension {
        Dimension::Hexagones(resolution)
    }

    fn count(served: &Served, (dimension, filter): (Dimension, &Filter)) -> Self {
        let table = aggregate(&served.snapshot, (filter, None), dimension, &served.referentiel.estimateur);
        let niveau = match dimension {
            Dimension::Zone(niveau) => niveau,
            Dimension::Hexagones(resolution) => return Self::of_cells(table.lignes, resolution.code()),
            // No tile is made of anything else.
            _ => return Self::of_cells(Vec::new(), ""),
        };
        let mut rows: HashMap<String, Ligne> = table.lignes.into_iter().map(|row| (row.code.clone(), row)).collect();
        let zones = named(served.snapshot.atlas(), niveau).map(|(code, nom, couronne)| {
            let figures = rows.remove(code);
            (figures.is_some() || (couronne && filter.couronne)).then(|| Zone {
                code: code.to_owned(),
                nom: nom.to_owned(),
                couronne,
                figures,
            })
        });
        Self { zones: zones.collect(), maille: None, cells: ZoneTiles::new(std::iter::empty()) }
    }

    fn of_cells(rows: Vec<Ligne>, maille: &'static str) -> Self {
        let shown: Vec<(Ligne, MultiPolygon<f64>)> = rows
            .into_iter()
            .filter(|row| row.comptage.structures > 0)
            .filter_map(|row| Hexagon::from_id(&row.code).map(|cell| (row, cell.outline_lon_lat())))
            .collect();
        let cells = ZoneTiles::new(shown.iter().map(|(_, outline)| outline));
        let zone =
            |row: Ligne| Zone { code: row.code.clone(), nom: String::new(), couronne: false, figures: Some(row) };
        Self { zones: shown.into_iter().map(|(row, _)| Some(zone(row))).collect(), maille: Some(maille), cells }
    }

    /// What a feature carries; none for a zone that the filter leaves out. An unknown figure is absent, never zero.
    pub(crate) fn tags(&self, rank: usize) -> Option<Vec<(&'static str, MvtValueRef<'_>)>> {
        let zone = self.zones.get(rank)?.as_ref()?;
        let mut tags = vec![("code", MvtValueRef::String(&zone.code)), ("couronne", MvtValueRef::Bool(zone.couronne))];
        tags.extend(self.maille.map(|maille| ("maille", MvtValueRef::String(maille))));
        if !zone.nom.is_empty() {
            tags.push(("nom", MvtValueRef::String(&zone.nom)));
        }
        if let Some(row) = &zone.figures {
            tags.push(("structures", MvtValueRef::UInt(row.comptage.structures)));
            let reals = [
                ("population", row.population),
                ("superficie_km2", row.superficie_km2),
                ("densite_km2", row.densite_km2),
                ("pour_10000_habitants", row.pour_10000_habitants),
            ];
            tags.extend(reals.into_iter().filter_map(|(name, value)| Some((name, MvtValueRef::Double(value?)))));
        }
        Some(tags)
    }

    /// Adds to a tile the layer of its cells.
    pub(crate) fn cells_in(&self, at: (&str, Tile), builder: MvtTileBuilder) -> Result<MvtTileBuilder, MvtError> {
        self.cells.encode(at, |rank| self.tags(rank), builder)
    }

    /// Figures of the zones that have some.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Ligne> {
        self.zones.iter().flatten().filter_map(|zone| zone.figures.as_ref())
    }
}

/// Code, name and ring of the zones of a level, in the order of their rows.
fn named(atlas: &Atlas, niveau: Niveau) -> Box<dyn Iterator<Item = (&str, &str, bool)> + '_> {
    match niveau {
        Niveau::Commune => {
            Box::new(atlas.communes.iter().map(|zone| (zone.code.as_str(), zone.nom.as_str(), zone.couronne)))
        }
        Niveau::Iris => Box::new(atlas.iris.iter().map(|zone| (zone.code.as_str(), zone.nom.as_str(), zone.couronne))),
        Niveau::Regroupe(niveau) => {
            let zones = atlas.regroupements.niveau(niveau).iter();
            Box::new(zones.map(|zone| (zone.code.as_str(), zone.nom.as_str(), false)))
        }
    }
}
