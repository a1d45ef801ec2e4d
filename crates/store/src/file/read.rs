//! Reading of a whole atlas from a file.

use std::path::Path;

use domain::{Atlas, Commune, Iris, NiveauRegroupe, Regroupements, Structure, VersionJeu};
use futures_util::TryStreamExt;
use geo::{Coord, Geometry, MultiPolygon};
use geopackage::{blob, open_read_only};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::decode::{self, CellError, Cells, Line};
use crate::error::StoreError;
use crate::layers::GEOMETRY;
use crate::tables::{self, Table};

impl Cells for SqliteRow {
    fn text(&self, column: &'static str) -> Result<Option<String>, sqlx::Error> {
        // A date is text of another declared type: its bytes are read all the same.
        self.try_get_unchecked(column)
    }

    fn integer(&self, column: &'static str) -> Result<Option<i64>, sqlx::Error> {
        self.try_get(column)
    }

    fn real(&self, column: &'static str) -> Result<Option<f64>, sqlx::Error> {
        self.try_get(column)
    }

    fn boolean(&self, column: &'static str) -> Result<Option<bool>, sqlx::Error> {
        self.try_get(column)
    }

    fn point(&self) -> Result<Coord<f64>, CellError> {
        match blob::decode(self.try_get(GEOMETRY)?) {
            Ok((Geometry::Point(point), _)) => Ok(point.0),
            Ok(_) => Err(CellError::Geometry("un point est attendu".to_owned())),
            Err(error) => Err(CellError::Geometry(error.to_string())),
        }
    }

    fn polygons(&self) -> Result<MultiPolygon<f64>, CellError> {
        blob::decode_polygons(self.try_get(GEOMETRY)?).map_err(|error| CellError::Geometry(error.to_string()))
    }
}

/// The version alone.
pub(super) async fn version(path: &Path) -> Result<VersionJeu, StoreError> {
    let mut connection = open_read_only(path).await?;
    let version = sqlx::query_scalar("SELECT version FROM essaim_manifest ORDER BY fid LIMIT 1")
        .fetch_one(&mut connection)
        .await
        .map_err(|source| read_error(path, &tables::MANIFEST, source))?;
    Ok(VersionJeu(version))
}

fn read_error(path: &Path, table: &Table, source: sqlx::Error) -> StoreError {
    StoreError::Read { location: path.display().to_string(), table: table.name, source }
}

/// The whole atlas. The open file stays the same one, even when a publication renames another over it.
pub(super) async fn atlas(path: &Path) -> Result<Atlas, StoreError> {
    let location = path.display().to_string();
    let mut reader = Reader { connection: open_read_only(path).await?, location };
    let mut manifests = reader.rows(&tables::MANIFEST, decode::manifest).await?;
    let manifest = manifests.pop().ok_or_else(|| read_error(path, &tables::MANIFEST, sqlx::Error::RowNotFound))?;
    Ok(Atlas {
        manifest,
        communes: reader.communes().await?,
        iris: reader.iris().await?,
        regroupements: reader.regroupements().await?,
        structures: reader.structures().await?,
        masques: reader.rows(&tables::MASQUES, decode::masque).await?,
        economie: reader.rows(&tables::ECONOMIE, decode::economie).await?,
        emplois: reader.rows(&tables::EMPLOIS, decode::emplois).await?,
    })
}

struct Reader {
    connection: SqliteConnection,
    location: String,
}

impl Reader {
    async fn rows<T>(
        &mut self,
        table: &Table,
        decode: fn(&Line<'_, SqliteRow>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let statement = sqlx::AssertSqlSafe(format!("SELECT * FROM \"{}\" ORDER BY fid", table.name));
        let location = &self.location;
        let broken = |source| StoreError::Read { location: location.clone(), table: table.name, source };
        let mut rows = sqlx::query(statement).fetch(&mut self.connection);
        let mut found = Vec::new();
        while let Some(cells) = rows.try_next().await.map_err(broken)? {
            let row = found.len() as u64 + 1;
            found.push(decode(&Line { cells: &cells, location, table: table.name, row })?);
        }
        Ok(found)
    }

    async fn communes(&mut self) -> Result<Vec<Commune>, StoreError> {
        let mut communes = self.rows(&tables::COMMUNES, decode::commune).await?;
        communes.extend(self.rows(&tables::COURONNE_COMMUNES, decode::commune).await?);
        communes.sort_by(|first, second| first.code.cmp(&second.code));
        Ok(communes)
    }

    async fn iris(&mut self) -> Result<Vec<Iris>, StoreError> {
        let mut iris = self.rows(&tables::IRIS, decode::iris).await?;
        iris.extend(self.rows(&tables::COURONNE_IRIS, decode::iris).await?);
        iris.sort_by(|first, second| first.code.cmp(&second.code));
        Ok(iris)
    }

    async fn regroupements(&mut self) -> Result<Regroupements, StoreError> {
        let mut found = Regroupements::default();
        for niveau in NiveauRegroupe::ALL {
            found.set(niveau, self.rows(tables::regroupements(niveau), decode::regroupement).await?);
        }
        Ok(found)
    }

    async fn structures(&mut self) -> Result<Vec<Structure>, StoreError> {
        let located = |line: &Line<'_, SqliteRow>| decode::structure(line, Some(decode::position(line)?));
        let mut structures = self.rows(&tables::STRUCTURES, located).await?;
        structures.extend(self.rows(&tables::COURONNE_STRUCTURES, located).await?);
        let unlocated = |line: &Line<'_, SqliteRow>| decode::structure(line, None);
        structures.extend(self.rows(&tables::STRUCTURES_NON_LOCALISEES, unlocated).await?);
        structures.extend(self.rows(&tables::COURONNE_NON_LOCALISEES, unlocated).await?);
        structures.sort_by(|first, second| first.siret.cmp(&second.siret));
        Ok(structures)
    }
}
