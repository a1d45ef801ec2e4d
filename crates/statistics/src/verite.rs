//! The score of an atlas against the truth of the demonstration: planted, found, missed.
//!
//! The truth was written by the generator, which knows no recognition rule; this comparison knows
//! none either. A kept row is found when its family, commune, quality, IRIS and point are right; a
//! refused or masked one when it is nowhere **and** the count of its reason in the waterfall, or of its
//! cell among the masked, is exactly the number planted.

use std::collections::{BTreeMap, BTreeSet};

use domain::table::{Row, TableError, for_each_row};
use domain::{Atlas, CelluleMasquee, Motif, Structure, Tranche};
use serde::Serialize;

/// A point further than this from the planted one is wrong, metres.
const POINT_TOLERANCE_M: f64 = 1.0;
/// Misses listed at most.
const EXAMPLES: usize = 20;

/// Planted, found and missed rows of one trap.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LigneVerite {
    /// Trap; empty for ordinary rows.
    pub piege: String,
    /// Expected outcome.
    pub attendu: String,
    /// Rows planted.
    pub plantes: u64,
    /// Rows found right.
    pub trouves: u64,
    /// The others.
    pub manques: u64,
}

/// A reason of the waterfall, expected and found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MotifVerite {
    /// Reason.
    pub motif: String,
    /// Rows that the truth gives to it.
    pub attendus: u64,
    /// Rows that the waterfall gives to it.
    pub trouves: u64,
}

/// The whole score.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verite {
    /// By trap and expected outcome.
    pub lignes: Vec<LigneVerite>,
    /// By reason of the waterfall.
    pub motifs: Vec<MotifVerite>,
    /// Rows planted.
    pub plantes: u64,
    /// Rows found right.
    pub trouves: u64,
    /// The others.
    pub manques: u64,
    /// Some misses, in French.
    pub exemples: Vec<String>,
}

impl Verite {
    /// Everything planted was found, and every count agrees.
    pub fn est_parfaite(&self) -> bool {
        self.manques == 0 && self.motifs.iter().all(|motif| motif.attendus == motif.trouves)
    }
}

/// A row of the truth.
struct Planted {
    siret: String,
    code_commune: String,
    attendu: String,
    famille: String,
    tranche: Option<Tranche>,
    position: String,
    code_iris: String,
    point: Option<(f64, f64)>,
    piege: String,
    couronne: bool,
}

/// Scores an atlas against the text of `verite.csv`.
pub fn score(atlas: &Atlas, text: &str) -> Result<Verite, TableError> {
    const NEEDED: [&str; 12] = [
        "siret",
        "code_commune",
        "attendu",
        "famille",
        "tranche",
        "attendu_position",
        "code_iris_attendu",
        "x",
        "y",
        "piege",
        "territoire",
        "motifs",
    ];
    let mut planted = Vec::new();
    for_each_row("verite.csv", text, &NEEDED, |row| {
        planted.push(read(row));
        Ok(())
    })?;
    let mut verite = Verite { motifs: reasons(atlas, &planted), ..Verite::default() };
    let wrong_reasons: BTreeSet<&str> = verite
        .motifs
        .iter()
        .filter(|motif| motif.attendus != motif.trouves)
        .map(|motif| motif.motif.as_str())
        .collect();
    let judge = Judge { atlas, wrong_reasons, wrong_cells: wrong_cells(atlas, &planted) };
    let mut lines: BTreeMap<(String, String), LigneVerite> = BTreeMap::new();
    let mut examples = Vec::new();
    for row in &planted {
        let line = lines.entry((row.piege.clone(), row.attendu.clone())).or_default();
        line.plantes += 1;
        match judge.miss(row) {
            None => line.trouves += 1,
            Some(why) => {
                line.manques += 1;
                if examples.len() < EXAMPLES {
                    examples.push(format!("{} ({}) : {why}", row.siret, row.piege));
                }
            }
        }
    }
    let close = |((piege, attendu), line): ((String, String), LigneVerite)| LigneVerite { piege, attendu, ..line };
    verite.lignes = lines.into_iter().map(close).collect();
    verite.plantes = verite.lignes.iter().map(|line| line.plantes).sum();
    verite.trouves = verite.lignes.iter().map(|line| line.trouves).sum();
    verite.manques = verite.lignes.iter().map(|line| line.manques).sum();
    verite.exemples = examples;
    Ok(verite)
}

fn read(row: &Row<'_>) -> Planted {
    let number = |column: &str| row.get(column).parse::<f64>().ok();
    let text = |column: &str| row.get(column).to_owned();
    Planted {
        siret: text("siret"),
        code_commune: text("code_commune"),
        attendu: text("attendu"),
        famille: text("famille"),
        tranche: Tranche::from_code(row.get("tranche")),
        position: text("attendu_position"),
        code_iris: text("code_iris_attendu"),
        point: number("x").zip(number("y")),
        piege: text("piege"),
        couronne: row.get("territoire") == "couronne",
    }
}

/// The generator's word for a reason, where it differs from ours.
fn reason_of(attendu: &str) -> &str {
    if attendu == "commerciale_mention" { Motif::FamilleHorsPerimetre.code() } else { attendu }
}

fn reasons(atlas: &Atlas, planted: &[Planted]) -> Vec<MotifVerite> {
    let count = |motif: Motif| {
        let expected = planted.iter().filter(|row| reason_of(&row.attendu) == motif.code()).count();
        MotifVerite {
            motif: motif.code().to_owned(),
            attendus: expected as u64,
            trouves: atlas.manifest.waterfall.exclus.get(&motif).copied().unwrap_or_default(),
        }
    };
    Motif::ALL.into_iter().map(count).collect()
}

/// Commune, family and band of masked units.
type Cell = (String, String, Option<Tranche>, bool);

/// Cells whose masked count is not the number planted.
fn wrong_cells(atlas: &Atlas, planted: &[Planted]) -> BTreeSet<Cell> {
    let mut balance: BTreeMap<Cell, i64> = BTreeMap::new();
    for row in planted.iter().filter(|row| row.attendu == "masque") {
        *balance.entry(cell_of(row)).or_default() += 1;
    }
    for CelluleMasquee { code_commune, famille, tranche, couronne, effectif, .. } in &atlas.masques {
        let key = (code_commune.to_string(), famille.code().to_owned(), *tranche, *couronne);
        *balance.entry(key).or_default() -= i64::from(*effectif);
    }
    balance.into_iter().filter(|(_, difference)| *difference != 0).map(|(cell, _)| cell).collect()
}

fn cell_of(row: &Planted) -> Cell {
    (row.code_commune.clone(), row.famille.clone(), row.tranche, row.couronne)
}

/// Decides whether a planted row was found.
struct Judge<'a> {
    atlas: &'a Atlas,
    wrong_reasons: BTreeSet<&'a str>,
    wrong_cells: BTreeSet<Cell>,
}

impl Judge<'_> {
    /// Why a row was missed; `None` when it was found.
    fn miss(&self, row: &Planted) -> Option<String> {
        let found = self.atlas.structures.binary_search_by(|structure| structure.siret.as_str().cmp(&row.siret));
        let structure = found.ok().and_then(|rank| self.atlas.structures.get(rank));
        match (row.attendu.as_str(), structure) {
            ("retenu", None) => Some("absente de l’atlas".to_owned()),
            ("retenu", Some(structure)) => difference(row, structure),
            (_, Some(_)) => Some(format!("présente, « {} » attendu", row.attendu)),
            ("masque", None) => {
                let wrong = self.wrong_cells.contains(&cell_of(row));
                wrong.then(|| "le nombre d’unités masquées de sa case n’est pas celui qui fut planté".to_owned())
            }
            (attendu, None) => {
                let wrong = self.wrong_reasons.contains(reason_of(attendu));
                wrong.then(|| format!("la cascade ne compte pas le nombre planté de « {attendu} »"))
            }
        }
    }
}

fn difference(row: &Planted, structure: &Structure) -> Option<String> {
    let located = structure.position;
    let quality = if located.is_some() { structure.qualite_position.code() } else { "commune" };
    let iris = structure.code_iris.as_ref().map_or("", |code| code.as_str());
    let checks = [
        ("famille", row.famille.as_str(), structure.famille.code()),
        ("commune", row.code_commune.as_str(), structure.code_commune.as_str()),
        ("position", row.position.as_str(), quality),
        ("IRIS", row.code_iris.as_str(), iris),
    ];
    if let Some((what, expected, found)) = checks.into_iter().find(|(_, expected, found)| expected != found) {
        return Some(format!("{what} : « {found} » au lieu de « {expected} »"));
    }
    let exact = structure.qualite_position.est_precise();
    let distance = located.zip(row.point).map(|(at, (x, y))| (at.x - x).hypot(at.y - y));
    distance
        .filter(|distance| exact && *distance > POINT_TOLERANCE_M)
        .map(|distance| format!("point à {distance:.1} m du vrai"))
}
