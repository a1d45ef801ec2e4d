//! The files of a row per commune or per IRIS: populations, truth, list of the communes.

use std::path::Path;

use super::CountryError;
use super::ground::Ground;
use super::sheet::{Packing, Sheet};
use crate::economy::headers::{DONNEES_COMMUNES, POPULATION_IRIS};

/// Header of the truth; ours, unlike the others.
const VERITE: [&str; 4] = ["code_commune", "retenus_situes", "retenus_non_situes", "masques"];

/// Establishments of `cress-employeurs` under `bande-ou-caractere` planted in a commune.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Truth {
    /// With a point.
    placed: u64,
    /// Without.
    unplaced: u64,
    /// Under partial diffusion.
    masked: u64,
}

impl Truth {
    /// Counts one.
    pub(super) fn count(&mut self, masked: bool, placed: bool) {
        let counter = match (masked, placed) {
            (true, _) => &mut self.masked,
            (false, true) => &mut self.placed,
            (false, false) => &mut self.unplaced,
        };
        *counter += 1;
    }
}

/// Writes them all.
pub(super) fn write(ground: &Ground, truths: &[Truth], dir: &Path) -> Result<(), CountryError> {
    communes(ground, dir)?;
    iris(ground, dir)?;
    truth(ground, truths, dir)?;
    let codes: Vec<&str> = ground.communes.iter().map(|commune| commune.code.as_str()).collect();
    let path = dir.join("territoire.txt");
    std::fs::write(&path, codes.join(",") + "\n").map_err(|source| CountryError::Write { path, source })
}

fn communes(ground: &Ground, dir: &Path) -> Result<(), CountryError> {
    let mut sheet = Sheet::create((dir, "donnees_communes.csv"), Packing::Plain, (";", &DONNEES_COMMUNES))?;
    for commune in &ground.communes {
        let (dep, people) = (&commune.departement, commune.population);
        let rank = commune.code.get(dep.len()..).unwrap_or_default();
        let row = format!(
            "11;Région fictive;{dep};2;99;{rank};{};{};{people};{};{}",
            commune.code,
            commune.nom,
            people / 100,
            people + people / 100
        );
        sheet.row().extend_from_slice(row.as_bytes());
        sheet.end()?;
    }
    sheet.finish()
}

/// The shares of a commune sum exactly.
fn iris(ground: &Ground, dir: &Path) -> Result<(), CountryError> {
    let name = "base-ic-evol-struct-pop-2022.CSV";
    let mut sheet = Sheet::create((dir, name), Packing::Plain, (";", &POPULATION_IRIS))?;
    for commune in &ground.communes {
        let (code, count) = (&commune.code, commune.iris as u64);
        let kind = if commune.iris == 1 { 'Z' } else { 'H' };
        for rank in 0..commune.iris {
            let people = commune.population / count + u64::from((rank as u64) < commune.population % count);
            let local = commune.iris_code(rank);
            let row = format!("\"{code}{local:04}\";\"{code}\";\"{kind}\";\"1\";{people}.000000");
            sheet.row().extend_from_slice(row.as_bytes());
            sheet.end()?;
        }
    }
    sheet.finish()
}

fn truth(ground: &Ground, truths: &[Truth], dir: &Path) -> Result<(), CountryError> {
    let mut sheet = Sheet::create((dir, "verite.csv"), Packing::Plain, (",", &VERITE))?;
    for (commune, Truth { placed, unplaced, masked }) in ground.communes.iter().zip(truths) {
        let row = format!("{},{placed},{unplaced},{masked}", commune.code);
        sheet.row().extend_from_slice(row.as_bytes());
        sheet.end()?;
    }
    sheet.finish()
}
