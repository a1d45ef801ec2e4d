//! Vector tiles: which layers exist, what a tile is asked for, and the bytes that answer it.

mod cache;
mod describe;
mod figures;
mod layer;
mod style;

use std::sync::OnceLock;

use domain::Niveau;
use spatial_index::{Filter, Hexagons, Snapshot};
use tiles::{MvtTileBuilder, StructureTiles, Tile, ZoneTiles};

pub(crate) use cache::{Encoded, TileCache};
pub(crate) use describe::{
    TILE_MATRIX_SET, bounds, tile_json, tile_matrix_set, tile_matrix_sets, tile_matrix_sets_link, tiles_link, tileset,
    tilesets,
};
pub(crate) use figures::{FigureTable, Figures};
pub(crate) use layer::{Layer, Layers};
pub(crate) use style::{STYLE_PARAMETERS, STYLES, Style, find_style, style};

use crate::error::ApiError;
use crate::params::{DateInterval, FILTERS, Params, invalid};
use crate::state::Served;

/// Name of the parameter that makes the address of a tile unchanging.
pub(crate) const VERSION: &str = "version";
/// Value of that parameter: the dataset version and our own, since another build may draw the same rows otherwise.
pub(crate) fn edition(served: &Served) -> String {
    format!("{}-{}", served.snapshot.atlas().manifest.version, crate::BUILD)
}
/// Filters of a tile, besides those of every resource on structures.
pub(crate) const OWN: [&str; 2] = ["datetime", VERSION];
/// Media type (IANA).
pub(crate) const MVT: &str = "application/vnd.mapbox-vector-tile";

/// What is made once for a dataset version, at the first tile that needs it.
#[derive(Debug, Default)]
pub(crate) struct TileLayers {
    structures: OnceLock<StructureTiles>,
    zones: [OnceLock<ZoneTiles>; Niveau::ALL.len()],
    figures: Figures,
}

impl TileLayers {
    /// The located structures.
    pub(crate) fn structures(&self, snapshot: &Snapshot) -> &StructureTiles {
        self.structures.get_or_init(|| StructureTiles::new(snapshot))
    }

    /// The outlines of a level.
    fn zones(&self, snapshot: &Snapshot, niveau: Niveau) -> Option<&ZoneTiles> {
        let rank = Niveau::ALL.iter().position(|other| *other == niveau)?;
        let shapes = match niveau {
            Niveau::Commune => &snapshot.shapes().communes,
            Niveau::Iris => &snapshot.shapes().iris,
            Niveau::Regroupe(niveau) => snapshot.shapes().regroupements(niveau),
        };
        let make = || ZoneTiles::new(shapes.iter().map(|shape| &shape.lon_lat));
        self.zones.get(rank).map(|zones| zones.get_or_init(make))
    }
}

/// What a tile shows.
#[derive(Debug, Clone)]
pub(crate) struct TileQuery {
    layers: Layers,
    /// Structures counted and drawn.
    pub(crate) filter: Filter,
    datetime: Option<DateInterval>,
    /// The filters as written: with the version and the layers, the identity of a tile.
    pub(crate) scope: String,
}

impl TileQuery {
    /// Reads the filters.
    pub(crate) fn parse(layers: Layers, params: &Params, served: &Served) -> Result<Self, ApiError> {
        let datetime = params.datetime()?;
        if let (Some(text), false) = (params.text("datetime"), layers.is_structures_alone()) {
            let mend = "la date ne filtre que la couche structures, demandée seule : les chiffres des zones ne la connaissent pas";
            return Err(invalid("datetime", text, mend));
        }
        Ok(Self { filter: params.filter(&served.snapshot)?, datetime, scope: params.without(VERSION).scope(), layers })
    }

    /// Identity of a tile in the cache.
    pub(crate) fn key(&self, served: &Served, tile: Tile) -> String {
        let version = &served.snapshot.atlas().manifest.version;
        format!("{version}/{}/{}/{}/{}?{}", self.layers, tile.z(), tile.x(), tile.y(), self.scope)
    }

    /// The bytes of a tile; none for a tile without anything.
    pub(crate) fn encode(&self, served: &Served, tile: Tile) -> Result<Vec<u8>, ApiError> {
        let mut builder = MvtTileBuilder::new();
        for layer in self.layers.iter().filter(|layer| tile.z() >= layer.min_zoom()) {
            builder = match layer {
                Layer::Structures => self.structures((served, tile), builder)?,
                Layer::Zones(niveau) => self.zones((served, tile), *niveau, builder)?,
                Layer::Densite => self.cells((served, tile), builder)?,
                Layer::Noms => self.names((served, tile), builder)?,
            };
        }
        Ok(builder.encode())
    }

    fn structures(&self, (served, tile): (&Served, Tile), builder: MvtTileBuilder) -> Result<MvtTileBuilder, ApiError> {
        let snapshot = &served.snapshot;
        let in_time = |rank: u32| {
            self.datetime.as_ref().is_none_or(|interval| {
                let row = snapshot.atlas().structures.get(rank as usize);
                row.is_some_and(|row| interval.contains(row.date_creation.as_deref()))
            })
        };
        let tiles = served.tiles.structures(snapshot);
        tiles.encode((snapshot, tile), (&self.filter, in_time), builder).map_err(ApiError::internal)
    }

    fn zones(
        &self,
        (served, tile): (&Served, Tile),
        niveau: Niveau,
        builder: MvtTileBuilder,
    ) -> Result<MvtTileBuilder, ApiError> {
        let Some(zones) = served.tiles.zones(&served.snapshot, niveau) else { return Ok(builder) };
        let table = served.tiles.figures.of(served, (FigureTable::zones(niveau), &self.filter, &self.scope));
        let name = Layer::Zones(niveau).code();
        zones.encode((name, tile), |rank| table.tags(rank), builder).map_err(ApiError::internal)
    }

    fn names(&self, (served, tile): (&Served, Tile), builder: MvtTileBuilder) -> Result<MvtTileBuilder, ApiError> {
        let Some(zones) = served.tiles.zones(&served.snapshot, Niveau::Commune) else { return Ok(builder) };
        let table = served.tiles.figures.of(served, (FigureTable::zones(Niveau::Commune), &self.filter, &self.scope));
        let at = (Layer::Noms.code(), tile);
        zones.encode_anchors(at, |rank| table.tags(rank), builder).map_err(ApiError::internal)
    }

    fn cells(&self, (served, tile): (&Served, Tile), builder: MvtTileBuilder) -> Result<MvtTileBuilder, ApiError> {
        let dimension = FigureTable::cells(hexagons(tile.z()));
        let table = served.tiles.figures.of(served, (dimension, &self.filter, &self.scope));
        table.cells_in((Layer::Densite.code(), tile), builder).map_err(ApiError::internal)
    }
}

/// Cells of about ten to thirty pixels at each zoom.
fn hexagons(z: u32) -> Hexagons {
    match z {
        0..=9 => Hexagons::Res7,
        10 | 11 => Hexagons::Res8,
        12 | 13 => Hexagons::Res9,
        _ => Hexagons::Res10,
    }
}

/// Parameters of a tile and of what leads to it.
pub(crate) const PARAMETERS: &[&[&str]] = &[&OWN, &FILTERS];
