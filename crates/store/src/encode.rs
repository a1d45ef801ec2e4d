//! From the domain to the rows of the tables.

use std::collections::HashMap;

use domain::waterfall::LigneCascade;
use domain::{
    Agregat, Atlas, CelluleEconomie, CelluleEmplois, CelluleMasquee, CodeCommune, Commune, Iris, Manifest,
    Nomenclature, Regroupement, SourceMillesime, Structure, Tranche,
};
use geo::{Area, MultiPolygon};
use geopackage::Value;

use crate::error::StoreError;

/// What [`structure`] needs besides the structure.
pub(crate) type NomsCommunes<'a> = HashMap<&'a CodeCommune, &'a str>;

pub(crate) fn noms_communes(atlas: &Atlas) -> NomsCommunes<'_> {
    atlas.communes.iter().map(|commune| (&commune.code, commune.nom.as_str())).collect()
}

/// Refuses what would not come back the same from every store.
pub(crate) fn verify(atlas: &Atlas) -> Result<(), StoreError> {
    let refuse = |reason| Err(StoreError::Atlas { reason });
    if geopackage::srs::find(atlas.manifest.epsg).is_none() {
        return refuse(format!("système de coordonnées EPSG:{} non pris en charge", atlas.manifest.epsg));
    }
    if let Some([_, second]) = atlas.structures.array_windows().find(|[first, second]| first.siret >= second.siret) {
        return refuse(format!("structures non triées ou en double au SIRET {}", second.siret));
    }
    for structure in &atlas.structures {
        if let Some(date) = structure.date_creation.as_deref().filter(|date| !is_iso_date(date)) {
            return refuse(format!("SIRET {} : date de création « {date} » qui n’est pas AAAA-MM-JJ", structure.siret));
        }
    }
    Ok(())
}

fn is_iso_date(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(rank, b)| if matches!(rank, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    shape && year > 0 && (1..=12).contains(&month) && (1..=last).contains(&day)
}

pub(crate) const fn nomenclature_code(nomenclature: Nomenclature) -> &'static str {
    match nomenclature {
        Nomenclature::NafRev2 => "NAFRev2",
        Nomenclature::Naf2025 => "NAF2025",
        Nomenclature::Ancienne => "ancienne",
    }
}

fn tranche_code(tranche: Option<Tranche>) -> Value {
    tranche.map(Tranche::code).into()
}

/// Values of `structures`, in order; the last three are those of the position.
pub(crate) fn structure(structure: &Structure, noms: &NomsCommunes<'_>) -> Vec<Value> {
    let ape = structure.ape.as_ref();
    let position = structure.position.as_ref();
    vec![
        structure.siret.as_str().into(),
        structure.siren.as_str().into(),
        structure.nom.as_str().into(),
        structure.enseigne.as_deref().into(),
        structure.famille.code().into(),
        structure.famille.libelle().into(),
        structure.regle.code().into(),
        structure.accord.code().into(),
        structure.categorie_juridique.as_str().into(),
        ape.map(|ape| &*ape.code).into(),
        ape.map(|ape| nomenclature_code(ape.nomenclature)).into(),
        ape.map(domain::CodeApe::division).into(),
        structure.secteur.as_str().into(),
        structure.ape_a_decider.into(),
        tranche_code(structure.tranche),
        structure.tranche.map(Tranche::libelle).into(),
        structure.annee_effectifs.into(),
        structure.caractere_employeur.into(),
        structure.mention_ess.into(),
        structure.siege.into(),
        structure.date_creation.as_deref().into(),
        structure.adresse.as_deref().into(),
        structure.code_postal.as_deref().into(),
        structure.code_commune.as_str().into(),
        noms.get(&structure.code_commune).copied().into(),
        structure.code_iris.as_ref().map(domain::CodeIris::as_str).into(),
        structure.qualite_position.code().into(),
        structure.corrige.codes().into(),
        structure.a_verifier.codes().into(),
        structure.couronne.into(),
        structure.fictif.into(),
        position.map(|position| position.source.code()).into(),
        position.map(|position| position.lon).into(),
        position.map(|position| position.lat).into(),
    ]
}

/// Area in km², from an outline in metres.
fn superficie(contour: &MultiPolygon<f64>) -> Value {
    (contour.unsigned_area() / 1e6).into()
}

fn joined(communes: &[CodeCommune]) -> Value {
    communes.iter().map(CodeCommune::as_str).collect::<Vec<_>>().join(",").into()
}

pub(crate) fn commune(commune: &Commune) -> Vec<Value> {
    vec![
        commune.code.as_str().into(),
        commune.nom.as_str().into(),
        commune.population.map(|population| population.habitants).into(),
        commune.population.map(|population| population.annee).into(),
        commune.siren_ept.as_deref().into(),
        commune.siren_epci.as_deref().into(),
        commune.couronne.into(),
        superficie(&commune.contour),
    ]
}

pub(crate) fn iris(iris: &Iris) -> Vec<Value> {
    vec![
        iris.code.as_str().into(),
        iris.nom.as_str().into(),
        iris.type_iris.as_str().into(),
        iris.code_commune.as_str().into(),
        iris.population.map(|population| population.habitants).into(),
        iris.population.map(|population| population.annee).into(),
        iris.couronne.into(),
        superficie(&iris.contour),
    ]
}

pub(crate) fn regroupement(zone: &Regroupement) -> Vec<Value> {
    vec![
        zone.code.as_str().into(),
        zone.nom.as_str().into(),
        zone.alias.as_deref().into(),
        joined(&zone.communes),
        zone.communes_officielles.into(),
        superficie(&zone.contour),
    ]
}

pub(crate) fn masque(cell: &CelluleMasquee) -> Vec<Value> {
    vec![
        cell.code_commune.as_str().into(),
        cell.famille.code().into(),
        cell.secteur.as_str().into(),
        tranche_code(cell.tranche),
        cell.couronne.into(),
        cell.effectif.into(),
    ]
}

pub(crate) fn economie(cell: &CelluleEconomie) -> Vec<Value> {
    vec![
        cell.code_commune.as_str().into(),
        cell.division_naf.as_str().into(),
        tranche_code(cell.tranche),
        cell.secteur_institutionnel.code().into(),
        cell.ess.into(),
        cell.etablissements.into(),
    ]
}

pub(crate) fn emplois(cell: &CelluleEmplois) -> Vec<Value> {
    vec![
        cell.code_commune.as_str().into(),
        cell.champ.code().into(),
        cell.famille.map(domain::Famille::code).into(),
        Value::Integer(cell.annee.into()),
        cell.etablissements.map_or(Value::Null, |count| Value::Integer(count.into())),
        cell.emplois.into(),
        cell.secret.into(),
    ]
}

pub(crate) fn agregat(row: &Agregat) -> Vec<Value> {
    // Counts are far below 2^63.
    let count = |value: u64| Value::Integer(i64::try_from(value).unwrap_or(i64::MAX));
    vec![
        row.niveau.as_str().into(),
        row.code.as_str().into(),
        row.libelle.as_str().into(),
        count(row.structures),
        count(row.au_numero),
        count(row.a_la_voie),
        count(row.non_localisees),
        count(row.masquees),
        count(row.emplois_bas),
        row.emplois_central.into(),
        row.emplois_haut.map_or(Value::Null, count),
        count(row.emplois_sans_tranche),
        row.population.into(),
        row.superficie_km2.into(),
        row.densite_km2.into(),
        row.pour_10000_habitants.into(),
    ]
}

pub(crate) fn cascade(row: &LigneCascade) -> Vec<Value> {
    let texts = [row.etape, row.libelle_etape, row.nature, row.code, row.libelle].map(Value::from);
    let lignes = Value::Integer(i64::try_from(row.lignes).unwrap_or(i64::MAX));
    texts.into_iter().chain([lignes]).collect()
}

pub(crate) fn source(source: &SourceMillesime, manifest: &Manifest) -> Vec<Value> {
    vec![
        source.role.as_str().into(),
        source.titre.as_str().into(),
        source.producteur.as_str().into(),
        source.millesime.as_str().into(),
        // Fictive rows are nobody's publication.
        source.licence().filter(|_| !manifest.fictif).into(),
        source.fichier.as_str().into(),
        source.sha256.as_str().into(),
        Value::Integer(i64::try_from(source.lignes).unwrap_or(i64::MAX)),
        manifest.version.0.as_str().into(),
    ]
}

pub(crate) fn manifest(atlas: &Atlas) -> Result<Vec<Value>, StoreError> {
    let json = serde_json::to_string(&atlas.manifest)
        .map_err(|error| StoreError::Atlas { reason: format!("manifeste impossible à écrire : {error}") })?;
    Ok(vec![atlas.manifest.version.0.as_str().into(), json.into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for date in ["2024-02-29", "1900-01-01", "2000-02-29"] {
            assert!(is_iso_date(date), "{date}");
        }
        for date in ["", "2023-02-29", "1900-02-29", "2020-13-01", "2020-00-10", "2020-1-01", "20200101", "2020-01-0é"]
        {
            assert!(!is_iso_date(date), "{date}");
        }
    }
}
