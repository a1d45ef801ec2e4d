//! The packed form of an atlas: its rows as they stand in memory, in a table of blobs beside the others.
//!
//! The tables are the truth; this form only makes the service ready sooner. It is read when the file has not been
//! written to since its publication and the build that packed it has the same rows as ours; otherwise, or when a
//! byte of it is wrong, the tables are read and the log says why.

use std::collections::BTreeSet;
use std::path::Path;

use domain::{
    Atlas, CelluleEconomie, CelluleEmplois, CelluleMasquee, Commune, Iris, Manifest, NiveauRegroupe, Regroupement,
    Regroupements, Structure,
};
use futures_util::TryStreamExt;
use geopackage::open_read_only;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// The table, which no `gpkg_contents` names: nothing for a map.
pub const TABLE: &str = "essaim_instantane";
/// Rows of a part: half a megabyte, which a core decodes within its own cache while the next one is read.
const ROWS_OF_A_PART: usize = 1 << 11;

/// Publications that may take the place of the file while it is read, before its tables are.
const TRIES: u32 = 3;
/// Threads that read: beyond, memory is the limit.
const READERS_MAX: usize = 4;

/// A part of the atlas, packed.
pub(crate) struct Part {
    pub name: &'static str,
    pub bytes: Vec<u8>,
}

/// Why the packed form is not used.
#[derive(Debug, thiserror::Error)]
pub enum Unused {
    /// There is none: the file is older than this form.
    #[error("le fichier n’en a pas")]
    Absent,
    /// Something wrote to the file since it was published: QGIS, SQL.
    #[error("le fichier a été écrit depuis sa publication")]
    Touched,
    /// Another build packed it, whose rows are not ours.
    #[error("une autre version d’Essaim l’a écrit")]
    Foreign,
    /// Another publication took its place while it was read.
    #[error("le fichier a été remplacé pendant sa lecture")]
    Replaced,
    /// Some bytes are not those that were written.
    #[error("partie « {0} » abîmée")]
    Damaged(String),
    /// The file cannot be read at all.
    #[error("lecture impossible : {0}")]
    Read(String),
}

/// Packs an atlas.
pub(crate) fn pack(atlas: &Atlas) -> Result<Vec<Part>, String> {
    let mut packer = Packer(vec![Part { name: "forme", bytes: domain::atlas::FORME.into() }]);
    // Its form is that of the manifest's table: JSON, with defaults for what a former version had not.
    packer.one("manifeste", serde_json::to_vec(&atlas.manifest).map_err(|error| error.to_string())?);
    packer.rows("communes", &atlas.communes)?;
    packer.rows("iris", &atlas.iris)?;
    for niveau in NiveauRegroupe::ALL {
        packer.rows(niveau.code(), atlas.regroupements.niveau(niveau))?;
    }
    packer.rows("structures", &atlas.structures)?;
    packer.rows("masques", &atlas.masques)?;
    packer.rows("economie", &atlas.economie)?;
    packer.rows("emplois", &atlas.emplois)?;
    Ok(packer.0)
}

struct Packer(Vec<Part>);

impl Packer {
    fn one(&mut self, name: &'static str, bytes: Vec<u8>) {
        self.0.push(Part { name, bytes });
    }

    fn rows<T: Serialize>(&mut self, name: &'static str, rows: &[T]) -> Result<(), String> {
        for part in rows.chunks(ROWS_OF_A_PART) {
            let bytes = postcard::to_allocvec(part).map_err(|error| error.to_string())?;
            self.one(name, bytes);
        }
        Ok(())
    }
}

/// The rows of one part, decoded.
enum Rows {
    Manifest(Box<Manifest>),
    Communes(Vec<Commune>),
    Iris(Vec<Iris>),
    Zones(NiveauRegroupe, Vec<Regroupement>),
    Structures(Vec<Structure>),
    Masques(Vec<CelluleMasquee>),
    Economie(Vec<CelluleEconomie>),
    Emplois(Vec<CelluleEmplois>),
}

/// Reads the packed form: each thread reads and decodes its share of the parts.
pub async fn read(path: &Path) -> Result<Atlas, Unused> {
    for _ in 0..TRIES {
        match read_once(path).await {
            Err(Unused::Replaced) => {}
            outcome => return outcome,
        }
    }
    Err(Unused::Replaced)
}

async fn read_once(path: &Path) -> Result<Atlas, Unused> {
    if is_touched(path).await? {
        return Err(Unused::Touched);
    }
    let mut connection = open_read_only(path).await.map_err(|error| Unused::Read(error.to_string()))?;
    let present: bool = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = ?")
        .bind(TABLE)
        .fetch_one(&mut connection)
        .await
        .map_err(|error| broken(&error))?;
    if !present {
        return Err(Unused::Absent);
    }
    let form: Option<Vec<u8>> = sqlx::query_scalar(include_str!("packed_form.sql"))
        .fetch_optional(&mut connection)
        .await
        .map_err(|error| broken(&error))?;
    if form.as_deref() != Some(domain::atlas::FORME.as_bytes()) {
        return Err(Unused::Foreign);
    }
    let readers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(READERS_MAX);
    let shares = (0..readers).map(|share| {
        let (path, runtime) = (path.to_owned(), tokio::runtime::Handle::current());
        tokio::task::spawn_blocking(move || runtime.block_on(read_share(&path, (share, readers))))
    });
    let (mut parts, mut versions) = (Vec::new(), BTreeSet::new());
    for share in shares.collect::<Vec<_>>() {
        let (version, mut share) = share.await.map_err(|error| Unused::Read(error.to_string()))??;
        versions.insert(version);
        parts.append(&mut share);
    }
    if versions.len() > 1 {
        return Err(Unused::Replaced);
    }
    parts.sort_unstable_by_key(|(rang, _)| *rang);
    assemble(parts.into_iter().map(|(_, rows)| rows))
}

/// The version of the file, and one part in `readers` with its rank: a file that is renamed over this one between
/// two openings would give parts of another atlas.
async fn read_share(path: &Path, (share, readers): (usize, usize)) -> Result<(String, Vec<(i64, Rows)>), Unused> {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut connection = open_read_only(path).await.map_err(|error| Unused::Read(error.to_string()))?;
    let version = sqlx::query_scalar("SELECT version FROM essaim_manifest").fetch_one(&mut connection).await;
    let version: String = version.map_err(|error| broken(&error))?;
    let query = sqlx::query(include_str!("packed_parts.sql")).bind(number(readers)).bind(number(share));
    let mut parts = query.fetch(&mut connection);
    let mut read = Vec::new();
    while let Some(row) = parts.try_next().await.map_err(|error| broken(&error))? {
        let (rang, rows) = part(&row)?;
        read.push((rang, rows));
    }
    Ok((version, read))
}

fn broken(error: &sqlx::Error) -> Unused {
    Unused::Read(error.to_string())
}

/// Every transaction that writes a SQLite file raises the counter of its header; a journal of another kind would
/// not, and says so there too (SQLite, « Database File Format », 1.3.7 and 1.3.4).
async fn is_touched(path: &Path) -> Result<bool, Unused> {
    let mut header = [0; 28];
    let read = async {
        use tokio::io::AsyncReadExt;
        tokio::fs::File::open(path).await?.read_exact(&mut header).await
    };
    read.await.map_err(|error| Unused::Read(error.to_string()))?;
    let [.., a, b, c, d] = header;
    let journal = header.get(18..20);
    Ok(u32::from_be_bytes([a, b, c, d]) != geopackage::writer::TRANSACTIONS || journal != Some(&[1, 1]))
}

fn part(row: &SqliteRow) -> Result<(i64, Rows), Unused> {
    let cell = |error: sqlx::Error| broken(&error);
    let rang = row.try_get(0).map_err(cell)?;
    let name: &str = row.try_get(1).map_err(cell)?;
    let sum: u32 = row.try_get(2).map_err(cell)?;
    let bytes: &[u8] = row.try_get(3).map_err(cell)?;
    let rows = (crc32fast::hash(bytes) == sum).then(|| decode(name, bytes)).flatten();
    rows.map(|rows| (rang, rows)).ok_or_else(|| Unused::Damaged(name.to_owned()))
}

fn decode(name: &str, bytes: &[u8]) -> Option<Rows> {
    fn rows<T: DeserializeOwned>(bytes: &[u8]) -> Option<Vec<T>> {
        postcard::from_bytes(bytes).ok()
    }
    Some(match name {
        "manifeste" => Rows::Manifest(serde_json::from_slice(bytes).ok()?),
        "communes" => Rows::Communes(rows(bytes)?),
        "iris" => Rows::Iris(rows(bytes)?),
        "structures" => Rows::Structures(rows(bytes)?),
        "masques" => Rows::Masques(rows(bytes)?),
        "economie" => Rows::Economie(rows(bytes)?),
        "emplois" => Rows::Emplois(rows(bytes)?),
        level => {
            let niveau = NiveauRegroupe::ALL.into_iter().find(|niveau| niveau.code() == level)?;
            Rows::Zones(niveau, rows(bytes)?)
        }
    })
}

fn assemble(parts: impl Iterator<Item = Rows>) -> Result<Atlas, Unused> {
    let mut manifest = None;
    let (mut communes, mut iris, mut regroupements) = (Vec::new(), Vec::new(), Regroupements::default());
    let (mut structures, mut masques, mut economie, mut emplois) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        match part {
            Rows::Manifest(found) => {
                let flow = &found.waterfall;
                let rows = flow.localises + flow.non_localises + flow.couronne;
                structures.reserve(usize::try_from(rows).unwrap_or_default());
                manifest = Some(*found);
            }
            Rows::Communes(mut rows) => communes.append(&mut rows),
            Rows::Iris(mut rows) => iris.append(&mut rows),
            Rows::Zones(niveau, rows) => {
                let mut zones = regroupements.niveau(niveau).to_vec();
                zones.extend(rows);
                regroupements.set(niveau, zones);
            }
            Rows::Structures(mut rows) => structures.append(&mut rows),
            Rows::Masques(mut rows) => masques.append(&mut rows),
            Rows::Economie(mut rows) => economie.append(&mut rows),
            Rows::Emplois(mut rows) => emplois.append(&mut rows),
        }
    }
    let manifest = manifest.ok_or_else(|| Unused::Damaged("manifeste".to_owned()))?;
    Ok(Atlas { manifest, communes, iris, regroupements, structures, masques, economie, emplois })
}

#[cfg(test)]
mod tests {
    use test_support::{assert_same, sample_atlas};

    use super::*;

    #[test]
    fn rows_of_many_parts_come_back_in_their_order() {
        let mut atlas = sample_atlas(7);
        let rows = atlas.structures.clone();
        while atlas.structures.len() <= 2 * ROWS_OF_A_PART {
            atlas.structures.extend(rows.iter().cloned());
        }
        let parts = pack(&atlas).expect("packed");
        assert_eq!(parts.iter().filter(|part| part.name == "structures").count(), 3);
        let rows = parts.iter().skip(1).map(|part| decode(part.name, &part.bytes).expect("decoded"));
        assert_same(&assemble(rows).expect("assembled"), &atlas);
    }

    #[test]
    fn bytes_of_anything_are_refused_without_a_panic() {
        for name in ["manifeste", "communes", "iris", "ept", "structures", "masques", "economie", "emplois", "autre"] {
            for bytes in [&[][..], &[0xff; 12], b"[{}]"] {
                assert!(decode(name, bytes).is_none(), "{name} {bytes:?}");
            }
        }
    }
}
