//! Times the tables of an atlas, and writes the columns that its peers read.
//!
//!     cargo run --release -p essaim --example tables -- atlas.gpkg columns.csv region:11 ept:T10
//!
//! One JSON object on stdout: best of five runs, milliseconds.

#![allow(clippy::print_stdout, reason = "a measuring program tells its figures")]

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use domain::{Niveau, Tranche};
use serde_json::json;
use spatial_index::{Attribut, Filter, Snapshot};
use statistics::croisement::{Axes, cross};
use statistics::desserte::desserte;
use statistics::portrait::Referentiel;
use statistics::{Dimension, aggregate, portrait};
use store::Store;
use store::file::FileStore;

const RUNS: u32 = 5;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| arguments.next().ok_or_else(|| format!("argument manquant : {what}"));
    let (path, columns) = (PathBuf::from(next("atlas")?), PathBuf::from(next("colonnes")?));
    let snapshot = Snapshot::build(FileStore::new(path).load().await?)?;
    write_columns(&snapshot, &columns)?;
    let referentiel = Referentiel::new(&snapshot)?;
    let filter = Filter::default();
    let by = [Attribut::Commune, Attribut::Famille, Attribut::Secteur, Attribut::Tranche];
    let (tally_ms, groups) = best(|| snapshot.tally((&filter, None), &by).groups().count());
    let axes =
        Axes::new(vec![Dimension::Zone(Niveau::Commune), Dimension::Famille, Dimension::Secteur, Dimension::Tranche])?;
    let (cross_ms, cells) = best(|| cross(&snapshot, (&filter, None), &axes, &referentiel.estimateur).cellules.len());
    let mut found = json!({
        "structures": snapshot.atlas().structures.len(),
        "groupes": groups, "comptage_ms": tally_ms,
        "cases": cells, "croisement_ms": cross_ms,
    });
    for (name, dimension) in Dimension::ALL.iter().filter(|(name, _)| !name.contains(':')) {
        let (ms, _) = best(|| aggregate(&snapshot, (&filter, None), *dimension, &referentiel.estimateur).lignes.len());
        found[format!("par_{name}_ms")] = json!(ms);
    }
    for zone in arguments {
        let selection = snapshot.resolve(&zone.parse()?)?;
        let (ms, _) = best(|| portrait(&snapshot, &selection, &referentiel).total.structures);
        found[format!("portrait_{zone}_ms")] = json!(ms);
        let (ms, _) = best(|| desserte(&snapshot, &selection).population);
        found[format!("desserte_{zone}_ms")] = json!(ms);
    }
    println!("{found}");
    Ok(())
}

fn best<T>(work: impl Fn() -> T) -> (f64, T) {
    let mut best = f64::INFINITY;
    let mut last = work();
    for _ in 0..RUNS {
        let start = Instant::now();
        last = work();
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    (best, last)
}

fn write_columns(snapshot: &Snapshot, path: &PathBuf) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "commune;famille;secteur;tranche")?;
    for row in snapshot.atlas().structures.iter().filter(|row| !row.couronne) {
        let tranche = row.tranche.map_or("", Tranche::code);
        writeln!(out, "{};{};{};{tranche}", row.code_commune, row.famille.code(), row.secteur)?;
    }
    out.flush()?;
    Ok(())
}
