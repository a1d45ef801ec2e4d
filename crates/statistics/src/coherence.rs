//! Is an atlas coherent with itself? Each check lists what contradicts it.

use std::collections::BTreeSet;
use std::fmt::Display;

use crs::Projection;
use domain::{Atlas, CodeCommune, NiveauRegroupe, Regroupement, Structure};
use geo::{Coord, CoordsIter, MultiPolygon, Validation};
use spatial_index::Snapshot;

/// Defects told of each check; the others are counted.
const DEFAUTS_DITS: usize = 20;
/// Marker that Sirene writes in place of what a partially diffusible unit hides.
const NON_DIFFUSIBLE: &str = "[ND]";
/// Largest distance between the two coordinates of a point, metres: degrees are kept to 1e-7.
const ECART_MAX_M: f64 = 0.05;

/// A check and what contradicts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Controle {
    /// What must hold, in French.
    pub nom: &'static str,
    /// The first defects, in the order of the rows.
    pub defauts: Vec<String>,
    /// How many there are.
    pub total: usize,
}

impl Controle {
    /// A check whose defects are known.
    pub fn new(nom: &'static str, mut defauts: Vec<String>) -> Self {
        let total = defauts.len();
        defauts.truncate(DEFAUTS_DITS);
        Self { nom, defauts, total }
    }

    /// Nothing contradicts it.
    pub fn est_juste(&self) -> bool {
        self.total == 0
    }
}

/// All the checks, in an order that goes from the whole to the rows.
pub fn controler(atlas: Atlas) -> Vec<Controle> {
    let mut controles = vec![
        Controle::new("cascade qui tombe juste", atlas.manifest.waterfall.verifie().err().iter().map(text).collect()),
        Controle::new("tables conformes à la cascade", comptes(&atlas)),
        Controle::new("identifiants uniques et triés", ordre(&atlas)),
        Controle::new("communes et IRIS connus", rattachements(&atlas)),
        Controle::new("territoires composés de communes connues", compositions(&atlas)),
        Controle::new("contours valides", contours(&atlas)),
        Controle::new("points conformes à leur qualité", points(&atlas)),
        Controle::new("coordonnées qui se répondent", coordonnees(&atlas)),
        Controle::new("aucune unité à diffusion partielle parmi les lignes", masquees(&atlas)),
    ];
    controles.push(Controle::new("index qui se construit", Snapshot::build(atlas).err().iter().map(text).collect()));
    controles
}

fn text(error: &impl Display) -> String {
    error.to_string()
}

/// Rows counted in the tables against the counts that the ingest wrote.
fn comptes(atlas: &Atlas) -> Vec<String> {
    let flow = &atlas.manifest.waterfall;
    let count = |keep: &dyn Fn(&Structure) -> bool| atlas.structures.iter().filter(|row| keep(row)).count() as u64;
    let masked = |ring: bool| {
        atlas.masques.iter().filter(|cell| cell.couronne == ring).map(|cell| u64::from(cell.effectif)).sum::<u64>()
    };
    let economie = atlas.economie.iter().filter(|cell| cell.ess).map(|cell| u64::from(cell.etablissements)).sum();
    let all = [
        ("localisées", flow.localises, count(&|row| !row.couronne && row.position.is_some())),
        ("non localisées", flow.non_localises, count(&|row| !row.couronne && row.position.is_none())),
        ("masquées", flow.masques, masked(false)),
        ("de l’ESS dans l’économie entière", flow.retenus() + flow.couronne, economie),
        ("couronne", flow.couronne, count(&|row| row.couronne) + masked(true)),
    ];
    let wrong = all.into_iter().filter(|(_, told, counted)| told != counted);
    wrong.map(|(name, told, counted)| format!("{name} : {told} annoncées, {counted} dans les tables")).collect()
}

fn ordre(atlas: &Atlas) -> Vec<String> {
    let mut defauts = desordre("structures", atlas.structures.iter().map(|row| row.siret.as_str()));
    defauts.extend(desordre("communes", atlas.communes.iter().map(|row| row.code.as_str())));
    defauts.extend(desordre("iris", atlas.iris.iter().map(|row| row.code.as_str())));
    for niveau in NiveauRegroupe::ALL {
        let codes = atlas.regroupements.niveau(niveau).iter().map(|row| row.code.as_str());
        defauts.extend(desordre(niveau.libelle(), codes));
    }
    defauts
}

/// Codes that do not follow the one before.
fn desordre<'a>(table: &str, codes: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut before = "";
    let mut defauts = Vec::new();
    for code in codes {
        if code <= before {
            defauts.push(format!("{table} : {code} après {before}"));
        }
        before = code;
    }
    defauts
}

fn rattachements(atlas: &Atlas) -> Vec<String> {
    let commune = |code: &CodeCommune| {
        let rank = atlas.communes.binary_search_by(|row| row.code.cmp(code)).ok()?;
        atlas.communes.get(rank)
    };
    let iris: BTreeSet<&str> = atlas.iris.iter().map(|row| row.code.as_str()).collect();
    let mut defauts = Vec::new();
    for row in &atlas.structures {
        match commune(&row.code_commune) {
            None => defauts.push(format!("structure {} : commune {} inconnue", row.siret, row.code_commune)),
            Some(commune) if commune.couronne != row.couronne => {
                defauts.push(format!("structure {} : couronne autrement que sa commune {}", row.siret, commune.code));
            }
            Some(_) => {}
        }
        if let Some(code) = row.code_iris.as_ref().filter(|code| !iris.contains(code.as_str())) {
            defauts.push(format!("structure {} : IRIS {code} inconnu", row.siret));
        }
    }
    let unknown = |code: &CodeCommune| commune(code).is_none();
    let zones = atlas.iris.iter().filter(|row| unknown(&row.code_commune));
    defauts.extend(zones.map(|row| format!("IRIS {} : commune {} inconnue", row.code, row.code_commune)));
    let cells = atlas.masques.iter().filter(|cell| unknown(&cell.code_commune));
    defauts.extend(cells.map(|cell| format!("unités masquées : commune {} inconnue", cell.code_commune)));
    defauts
}

fn compositions(atlas: &Atlas) -> Vec<String> {
    let known: BTreeSet<&CodeCommune> = atlas.communes.iter().map(|row| &row.code).collect();
    let unknown_in = |(niveau, zone): (NiveauRegroupe, &Regroupement)| {
        let unknown = zone.communes.iter().filter(|code| !known.contains(code));
        let name = format!("{} {}", niveau.libelle(), zone.code);
        unknown.map(|code| format!("{name} : commune {code} inconnue")).collect::<Vec<_>>()
    };
    atlas.regroupements.iter().flat_map(unknown_in).collect()
}

fn contours(atlas: &Atlas) -> Vec<String> {
    let communes = atlas.communes.iter().map(|row| (format!("commune {}", row.code), &row.contour));
    let iris = atlas.iris.iter().map(|row| (format!("IRIS {}", row.code), &row.contour));
    let larger =
        atlas.regroupements.iter().map(|(niveau, row)| (format!("{} {}", niveau.libelle(), row.code), &row.contour));
    let all = communes.chain(iris).chain(larger);
    all.filter_map(|(name, contour)| defaut_de_contour(contour).map(|defaut| format!("{name} : {defaut}"))).collect()
}

fn defaut_de_contour(contour: &MultiPolygon<f64>) -> Option<String> {
    if contour.0.is_empty() {
        return Some("contour vide".to_owned());
    }
    if contour.coords_iter().any(|coord| !coord.x.is_finite() || !coord.y.is_finite()) {
        return Some("coordonnée qui n’est pas un nombre".to_owned());
    }
    contour.check_validation().err().map(|error| format!("contour invalide ({error})"))
}

fn points(atlas: &Atlas) -> Vec<String> {
    let wrong = atlas.structures.iter().filter(|row| {
        let drawn = row.qualite_position.est_precise() || row.qualite_position == domain::QualitePosition::Voie;
        drawn != row.position.is_some()
    });
    wrong
        .map(|row| {
            let has = if row.position.is_some() { "un point" } else { "aucun point" };
            format!("structure {} : qualité {}, {has}", row.siret, row.qualite_position.code())
        })
        .collect()
}

/// The metric and the geographic coordinates of each point must be the same place.
fn coordonnees(atlas: &Atlas) -> Vec<String> {
    let projection = match Projection::new(atlas.manifest.epsg) {
        Ok(projection) => projection,
        Err(error) => return vec![error.to_string()],
    };
    let apart = |row: &Structure| {
        let at = row.position?;
        let projected = projection.project(Coord { x: at.lon, y: at.lat });
        let distance = projected.map_or(f64::INFINITY, |coord| (coord.x - at.x).hypot(coord.y - at.y));
        (distance > ECART_MAX_M)
            .then(|| format!("structure {} : {distance:.2} m entre ses deux coordonnées", row.siret))
    };
    atlas.structures.iter().filter_map(apart).collect()
}

/// What Sirene hides must have left no trace in a row.
fn masquees(atlas: &Atlas) -> Vec<String> {
    let hidden = |row: &&Structure| {
        let texts = [Some(&row.nom), row.enseigne.as_ref(), row.adresse.as_ref(), row.code_postal.as_ref()];
        texts.into_iter().flatten().any(|text| text.contains(NON_DIFFUSIBLE))
    };
    atlas.structures.iter().filter(hidden).map(|row| format!("structure {}", row.siret)).collect()
}

#[cfg(test)]
mod tests;
