//! Makes an atlas of so many structures out of a smaller one, for measures at national size.
//!
//!     cargo run --release -p store --example multiply -- small.gpkg large.gpkg 1300000
//!
//! Each structure is copied under other SIRETs, a few metres away. The counts of the manifest follow.

use std::error::Error;
use std::path::PathBuf;

use domain::{Atlas, Siren, Siret, Structure};
use store::Store;
use store::file::FileStore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| arguments.next().ok_or_else(|| format!("argument manquant : {what}"));
    let (small, large) = (PathBuf::from(next("atlas à lire")?), PathBuf::from(next("atlas à écrire")?));
    let structures: usize = next("nombre de structures")?.parse()?;
    let mut atlas = FileStore::new(small).load().await?;
    multiply(&mut atlas, structures).ok_or("un atlas sans structure, ou plus de SIREN que de nombres")?;
    FileStore::new(large).publish(&atlas, &[]).await?;
    Ok(())
}

/// Fresh SIRENs in growing order: the rows stay sorted.
fn multiply(atlas: &mut Atlas, wanted: usize) -> Option<()> {
    let rows: Vec<Structure> = atlas.structures.iter().filter(|row| !row.couronne).cloned().collect();
    let mut all = Vec::with_capacity(wanted);
    for (rank, row) in rows.iter().cycle().take(wanted).enumerate() {
        let mut copy = row.clone();
        copy.siren = with_key(&format!("{:08}", 10_000_000 + rank))?;
        copy.siret = with_siret_key(&format!("{}0001", copy.siren))?;
        let shift = (rank / rows.len()) as f64 * 0.7;
        if let Some(position) = &mut copy.position {
            position.x += shift;
            position.lon += shift / 75_000.0;
        }
        all.push(copy);
    }
    let flow = &mut atlas.manifest.waterfall;
    flow.couronne = 0;
    flow.localises = all.iter().filter(|row| row.position.is_some()).count() as u64;
    flow.non_localises = all.len() as u64 - flow.localises;
    flow.lus = flow.retenus() + flow.exclus.values().sum::<u64>();
    atlas.structures = all;
    (atlas.structures.len() == wanted).then_some(())
}

fn with_key(start: &str) -> Option<Siren> {
    (0..10).find_map(|key| format!("{start}{key}").parse().ok())
}

fn with_siret_key(start: &str) -> Option<Siret> {
    (0..10).find_map(|key| format!("{start}{key}").parse().ok())
}
