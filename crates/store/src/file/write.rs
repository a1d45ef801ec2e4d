//! Writing of a whole atlas to a new file.

use std::path::Path;

use domain::{Agregat, Atlas, NiveauRegroupe, Structure};
use geo::{Coord, MultiPolygon};
use geopackage::{GeopackageWriter, Name, Row, Shape, Value};

use crate::encode::{self, NomsCommunes};
use crate::error::StoreError;
use crate::layers::layer;
use crate::packed;
use crate::tables::{self, Table};

/// Writes every layer and table; the file is on the disk when this returns.
pub(super) async fn atlas(path: &Path, (atlas, agregats): (&Atlas, &[Agregat])) -> Result<(), StoreError> {
    let epsg = atlas.manifest.epsg;
    let mut writer = GeopackageWriter::create(path).await?;
    structures(&mut writer, atlas, Part::Territory).await?;
    let mut zones = Zones { writer: &mut writer, epsg };
    zones.communes(atlas, Part::Territory).await?;
    zones.iris(atlas, Part::Territory).await?;
    for niveau in NiveauRegroupe::ALL {
        let held = atlas.regroupements.niveau(niveau).iter().collect();
        zones.write(tables::regroupements(niveau), held, |zone| (encode::regroupement(zone), &zone.contour)).await?;
    }
    zones.communes(atlas, Part::Ring).await?;
    zones.iris(atlas, Part::Ring).await?;
    structures(&mut writer, atlas, Part::Ring).await?;
    plain(&mut writer, &tables::MASQUES, atlas.masques.iter().map(encode::masque)).await?;
    plain(&mut writer, &tables::ECONOMIE, atlas.economie.iter().map(encode::economie)).await?;
    plain(&mut writer, &tables::EMPLOIS, atlas.emplois.iter().map(encode::emplois)).await?;
    plain(&mut writer, &tables::AGREGATS, agregats.iter().map(encode::agregat)).await?;
    let cascade = atlas.manifest.waterfall.lignes_de_table();
    plain(&mut writer, &tables::CASCADE, cascade.iter().map(encode::cascade)).await?;
    let sources = atlas.manifest.sources.iter().map(|source| encode::source(source, &atlas.manifest));
    plain(&mut writer, &tables::SOURCES, sources).await?;
    let parts = packed::pack(atlas).map_err(|reason| StoreError::Atlas { reason })?;
    let parts = parts.into_iter().map(|part| (part.name, crc32fast::hash(&part.bytes), part.bytes));
    writer.blobs(&Name::new(packed::TABLE)?, parts).await?;
    plain(&mut writer, &tables::MANIFEST, [encode::manifest(atlas)?].into_iter()).await?;
    writer.finish().await?;
    Ok(())
}

/// The territory, whose layers are the published ones, or the ring around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Territory,
    Ring,
}

impl Part {
    fn holds(self, couronne: bool) -> bool {
        couronne == (self == Self::Ring)
    }

    fn table(self, territory: &'static Table, ring: &'static Table) -> &'static Table {
        if self == Self::Ring { ring } else { territory }
    }
}

struct Zones<'w> {
    writer: &'w mut GeopackageWriter,
    epsg: u32,
}

impl Zones<'_> {
    async fn communes(&mut self, atlas: &Atlas, part: Part) -> Result<(), StoreError> {
        let zones = atlas.communes.iter().filter(|zone| part.holds(zone.couronne)).collect();
        let table = part.table(&tables::COMMUNES, &tables::COURONNE_COMMUNES);
        self.write(table, zones, |zone| (encode::commune(zone), &zone.contour)).await
    }

    async fn iris(&mut self, atlas: &Atlas, part: Part) -> Result<(), StoreError> {
        let zones = atlas.iris.iter().filter(|zone| part.holds(zone.couronne)).collect();
        let table = part.table(&tables::IRIS, &tables::COURONNE_IRIS);
        self.write(table, zones, |zone| (encode::iris(zone), &zone.contour)).await
    }

    async fn write<Z>(
        &mut self,
        table: &Table,
        zones: Vec<&Z>,
        row: fn(&Z) -> (Vec<Value>, &MultiPolygon<f64>),
    ) -> Result<(), StoreError> {
        let mut layer = self.writer.layer(layer(table, self.epsg)?).await?;
        for zone in zones {
            let (values, contour) = row(zone);
            layer.push(Row { fid: None, geometry: Some(Shape::MultiPolygon(contour)), values }).await?;
        }
        layer.finish().await?;
        Ok(())
    }
}

async fn plain(
    writer: &mut GeopackageWriter,
    table: &Table,
    rows: impl Iterator<Item = Vec<Value>> + Send,
) -> Result<(), StoreError> {
    let mut layer = writer.layer(layer(table, 0)?).await?;
    for values in rows {
        layer.push(Row { fid: None, geometry: None, values }).await?;
    }
    layer.finish().await?;
    Ok(())
}

async fn structures(writer: &mut GeopackageWriter, atlas: &Atlas, part: Part) -> Result<(), StoreError> {
    let noms = encode::noms_communes(atlas);
    let mine = || atlas.structures.iter().filter(|structure| part.holds(structure.couronne));
    let table = part.table(&tables::STRUCTURES, &tables::COURONNE_STRUCTURES);
    let mut located = writer.layer(layer(table, atlas.manifest.epsg)?).await?;
    for structure in mine() {
        if let Some(position) = &structure.position {
            let point = Shape::Point(Coord { x: position.x, y: position.y });
            located.push(row(structure, &noms, (Some(point), table.fields.len()))).await?;
        }
    }
    located.finish().await?;
    let table = part.table(&tables::STRUCTURES_NON_LOCALISEES, &tables::COURONNE_NON_LOCALISEES);
    let mut unlocated = writer.layer(layer(table, 0)?).await?;
    for structure in mine().filter(|structure| structure.position.is_none()) {
        unlocated.push(row(structure, &noms, (None, table.fields.len()))).await?;
    }
    unlocated.finish().await?;
    Ok(())
}

/// The identifier is the SIRET as a number, so that it stays the same from one version to the next.
fn row<'g>(structure: &Structure, noms: &NomsCommunes<'_>, (geometry, width): (Option<Shape<'g>>, usize)) -> Row<'g> {
    let mut values = encode::structure(structure, noms);
    values.truncate(width);
    Row { fid: structure.siret.as_str().parse().ok(), geometry, values }
}
