//! Tables « commune → EPT » and « commune → EPCI », in their official workbooks or in a CSV made of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

use domain::table::for_each_row;
use domain::{CodeCommune, NiveauRegroupe, SourceMillesime};

use super::Passage;
use crate::delimiter;
use crate::error::{IngestError, shown};
use crate::progress::Progress;
use crate::table_file::{Description, TableFile};

/// « Sans objet » of the official tables: a commune in no zone of that level.
const NONE: &str = "ZZZZZZZZZ";
const ALIASES: &str = include_str!("../../../../geodata/territoires/alias_ept.csv");
const EMBEDDED: &[u8] = include_bytes!("../../../../geodata/territoires/ept_grand_paris.csv");

/// Columns of the commune, of the zone's SIREN and of its name, in each edition.
type Editions = [[&'static str; 3]];

/// Ours; INSEE's workbook (sheet `Composition_communale`).
const EPTS: &Editions = &[["code_commune", "siren_ept", "nom_ept"], ["CODGEO", "EPT", "LIBEPT"]];
/// Ours; the DGCL's workbook; INSEE's.
const EPCIS: &Editions =
    &[["code_commune", "siren_epci", "nom_epci"], ["insee", "siren", "raison_sociale"], ["CODGEO", "EPCI", "LIBEPCI"]];

const DESCRIPTION_EPTS: Description<'static> = Description {
    role: "epts",
    titre: "Composition communale des établissements publics territoriaux",
    producteur: "Insee",
    delimiter: b',',
    needed: &[],
    optional: &[],
    mend: "fournir le classeur de l’Insee (CODGEO, EPT, LIBEPT) ou une table code_commune, siren_ept, nom_ept",
};

const DESCRIPTION_EPCIS: Description<'static> = Description {
    role: "epcis",
    titre: "Composition communale des EPCI à fiscalité propre",
    producteur: "DGCL",
    delimiter: b',',
    needed: &[],
    optional: &[],
    mend: "fournir le classeur de la DGCL (insee, siren, raison_sociale), celui de l’Insee (CODGEO, EPCI, LIBEPCI) ou une table code_commune, siren_epci, nom_epci",
};

/// A zone of an official table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneOfficielle {
    /// Name.
    pub nom: String,
    /// Alias such as `T10`.
    pub alias: Option<String>,
    /// All its communes.
    pub communes: BTreeSet<CodeCommune>,
}

/// Zones of a level by SIREN, and the zone of each commune.
#[derive(Debug, Default)]
pub struct Composition {
    zones: BTreeMap<String, ZoneOfficielle>,
    by_commune: HashMap<CodeCommune, String>,
}

/// The table of the EPTs, or the one shipped.
pub fn epts(
    path: Option<&Path>,
    millesime: Option<&str>,
    progress: &dyn Progress,
) -> Result<(Composition, SourceMillesime), IngestError> {
    let mut file = match path {
        Some(path) => open(path, (EPTS, &DESCRIPTION_EPTS), progress)?,
        None => TableFile::from_bytes(Path::new("ept_grand_paris.csv"), EMBEDDED.to_vec(), &DESCRIPTION_EPTS)?,
    };
    let mut table = Composition::read(&mut file, (EPTS, &DESCRIPTION_EPTS), progress)?;
    let mut aliases = HashMap::new();
    for_each_row("alias_ept.csv", ALIASES, &["siren_ept", "alias"], |row| {
        aliases.insert(row.get("siren_ept").to_owned(), row.get("alias").to_owned());
        Ok(())
    })?;
    for (siren, zone) in &mut table.zones {
        zone.alias = aliases.remove(siren);
    }
    let millesime = millesime.or(path.is_none().then_some("2025-01-01"));
    Ok((table, file.into_source(millesime)?))
}

/// The table of the EPCIs.
pub fn epcis(
    path: &Path,
    millesime: Option<&str>,
    progress: &dyn Progress,
) -> Result<(Composition, SourceMillesime), IngestError> {
    let mut file = open(path, (EPCIS, &DESCRIPTION_EPCIS), progress)?;
    let table = Composition::read(&mut file, (EPCIS, &DESCRIPTION_EPCIS), progress)?;
    Ok((table, file.into_source(millesime)?))
}

impl Composition {
    fn read(
        file: &mut TableFile,
        (editions, description): (&Editions, &Description<'_>),
        progress: &dyn Progress,
    ) -> Result<Self, IngestError> {
        let has = |columns: &&[&str; 3]| columns.iter().all(|column| file.column_names().any(|name| name == *column));
        let [commune, siren, nom] = *editions.iter().find(has).ok_or_else(|| IngestError::MissingColumn {
            file: file.shown().to_owned(),
            column: editions.iter().map(|columns| columns.join(", ")).collect::<Vec<_>>().join(" | "),
            found: file.column_names().collect::<Vec<_>>().join(", "),
            mend: description.mend.to_owned(),
        })?;
        let mut table = Self::default();
        file.for_each(progress, |row| {
            let key = row.required(siren)?;
            if key == NONE {
                return Ok(());
            }
            if key.len() != 9 || !key.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(row.refuse(siren, "SIREN de 9 chiffres attendu, ou ZZZZZZZZZ (sans objet)"));
            }
            let refuse = |error: domain::IdentifierError| row.refuse(commune, error.to_string());
            let code: CodeCommune = row.required(commune)?.parse().map_err(refuse)?;
            let zone = ZoneOfficielle { nom: row.required(nom)?.to_owned(), alias: None, communes: BTreeSet::new() };
            table.zones.entry(key.to_owned()).or_insert(zone).communes.insert(code.clone());
            if table.by_commune.insert(code, key.to_owned()).is_some_and(|other| other != key) {
                return Err(
                    row.refuse(commune, "commune déjà lue dans une autre zone ; une seule par commune attendue")
                );
            }
            Ok(())
        })?;
        Ok(table)
    }

    /// Writes the communes in the codes that the movements lead to.
    pub fn follow(&mut self, passage: &Passage) {
        if passage.is_empty() {
            return;
        }
        for zone in self.zones.values_mut() {
            zone.communes = zone.communes.iter().map(|code| passage.of(code)).collect();
        }
        self.by_commune = self.by_commune.drain().map(|(code, siren)| (passage.of(&code), siren)).collect();
    }

    /// SIREN of the zone of a commune; an arrondissement is in that of its town.
    pub fn of(&self, commune: &CodeCommune) -> Option<&str> {
        let town = || commune.ville_des_arrondissements().and_then(|town| self.by_commune.get(&town));
        self.by_commune.get(commune).or_else(town).map(String::as_str)
    }

    /// A zone by SIREN.
    pub fn get(&self, siren: &str) -> Option<&ZoneOfficielle> {
        self.zones.get(siren)
    }

    /// A zone by SIREN or alias.
    pub fn find(&self, key: &str) -> Option<&ZoneOfficielle> {
        let named = || self.zones.values().find(|zone| zone.alias.as_deref() == Some(key));
        self.zones.get(key).or_else(named)
    }

    /// What to say of a key that is not there.
    pub fn unknown(&self, niveau: NiveauRegroupe) -> String {
        let label = niveau.libelle();
        if self.zones.is_empty() {
            return format!("{label} inconnu : donner la table des {label} par --{}s", niveau.code());
        }
        let name = |(siren, zone): (&String, &ZoneOfficielle)| {
            format!("{}:{} ({})", niveau.code(), zone.alias.as_ref().unwrap_or(siren), zone.nom)
        };
        let names: Vec<String> = self.zones.iter().take(20).map(name).collect();
        let more = self.zones.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" et {more} autres") } else { String::new() };
        format!("{label} inconnu ; la table contient {}{more}", names.join(", "))
    }
}

/// Opens a table: an XLSX workbook, alone or in a ZIP, or a CSV with any separator, alone or compressed.
fn open(
    path: &Path,
    (editions, description): (&Editions, &Description<'_>),
    progress: &dyn Progress,
) -> Result<TableFile, IngestError> {
    let io = |source| IngestError::Io { file: shown(path), source };
    let mut start = [0; 2];
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut start)).map_err(io)?;
    let delimiter = match start.get(..read) {
        Some(b"PK") => {
            progress.step(description.titre, None);
            let bytes = std::fs::read(path).map_err(io)?;
            if let Some(csv) = of_workbook(path, &bytes, editions)? {
                return TableFile::from_decoded(path, (&bytes, csv), description);
            }
            b';'
        }
        // The separator of INSEE's and the DGCL's own CSV, where the header cannot be seen.
        Some([0x1f, 0x8b]) => b';',
        _ => delimiter::of(path)?,
    };
    TableFile::open(path, &Description { delimiter, ..description.clone() }, progress)
}

#[cfg(feature = "formats")]
fn of_workbook(path: &Path, bytes: &[u8], editions: &Editions) -> Result<Option<Vec<u8>>, IngestError> {
    super::workbook::as_csv(path, bytes, editions)
}

#[cfg(not(feature = "formats"))]
fn of_workbook(path: &Path, bytes: &[u8], _editions: &Editions) -> Result<Option<Vec<u8>>, IngestError> {
    if bytes.starts_with(b"PK") && bytes.windows(3).any(|three| three == b"xl/") {
        return Err(IngestError::FormatNotBuilt { file: shown(path), form: "XLSX" });
    }
    Ok(None)
}
