//! The portrait of a territory, in each of its forms: the service and the command line give the same bytes.

use domain::Territoire;
use serde_json::{Value, json};
use spatial_index::Selection;
use statistics::Portrait;
use statistics::mesures::mesures;

use crate::error::ApiError;
use crate::params::invalid;
use crate::provenance::provenance;
use crate::state::Served;

/// `/portrait/{zone}`.
#[derive(Debug, Clone, PartialEq)]
pub struct PortraitQuestion {
    selection: Selection,
}

impl PortraitQuestion {
    /// Reads a territory; one that the atlas does not hold is not found, with those that it holds.
    pub fn parse(zone: &str, served: &Served) -> Result<Self, ApiError> {
        let territoire: Territoire = zone
            .parse()
            .map_err(|error: domain::territoire::TerritoireError| invalid("zone", zone, &error.to_string()))?;
        let selection = served.snapshot.resolve(&territoire);
        let absent = |error: spatial_index::UnknownTerritory| ApiError::NotFound {
            what: format!("territoire « {zone} »"),
            mend: error.to_string(),
        };
        Ok(Self { selection: selection.map_err(absent)? })
    }

    /// The territory resolved.
    pub(super) fn into_selection(self) -> Selection {
        self.selection
    }

    /// The territory, in its canonical form.
    pub fn territoire(&self) -> String {
        self.selection.territoire.to_string()
    }

    fn portrait(&self, served: &Served) -> Portrait {
        statistics::portrait(&served.snapshot, &self.selection, &served.referentiel)
    }

    /// As JSON.
    pub fn json(&self, served: &Served) -> Result<String, ApiError> {
        let mut body = serde_json::to_value(self.portrait(served)).map_err(ApiError::internal)?;
        if let Some(body) = body.as_object_mut() {
            let manifest = &served.snapshot.atlas().manifest;
            body.insert("metadata".to_owned(), provenance(manifest));
            body.insert("cascade".to_owned(), json!(manifest.waterfall.etapes()));
        }
        Ok(Value::to_string(&body))
    }

    /// As a page whose links begin with `base`.
    pub fn html(&self, served: &Served, base: &str) -> Result<String, ApiError> {
        crate::pages::portrait_html(&self.portrait(served), served, base)
    }

    /// As a long table, for a spreadsheet: UTF-8 with its mark, semicolons, decimal points, one figure a line.
    /// Each line says its territory, perimeter, employer rule and dataset version.
    pub fn csv(&self, served: &Served) -> Result<String, ApiError> {
        let portrait = self.portrait(served);
        let manifest = &portrait.manifest;
        let perimetre = format!("{} {}", manifest.perimetre.nom, manifest.perimetre.version);
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{feff}".as_bytes().to_vec());
        writer.write_record(COLUMNS).map_err(ApiError::internal)?;
        for mesure in mesures(&portrait) {
            let valeur = mesure.valeur.map_or_else(String::new, |valeur| valeur.to_string());
            let own = [mesure.section, &mesure.code, &mesure.libelle, &mesure.indicateur, &valeur, mesure.unite];
            let carried = [
                portrait.territoire.as_str(),
                perimetre.as_str(),
                manifest.regle_employeur.code(),
                manifest.version.0.as_str(),
                if manifest.fictif { "oui" } else { "non" },
            ];
            writer.write_record(own.iter().chain(&carried)).map_err(ApiError::internal)?;
        }
        let bytes = writer.into_inner().map_err(|error| ApiError::internal(error.into_error()))?;
        String::from_utf8(bytes).map_err(ApiError::internal)
    }
}

/// Columns of the long table: stable names.
const COLUMNS: [&str; 11] = [
    "section",
    "code",
    "libelle",
    "indicateur",
    "valeur",
    "unite",
    "territoire",
    "perimetre",
    "regle_employeur",
    "version_jeu",
    "fictif",
];
