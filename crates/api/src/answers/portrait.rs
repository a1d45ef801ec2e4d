//! The portrait of a territory, in each of its forms: the service and the command line give the same bytes.

use domain::Territoire;
use serde_json::{Value, json};
use spatial_index::{Selection, UnknownTerritory};
use statistics::Portrait;
use statistics::classes::Discretisation;
use statistics::mesures::mesures;
use statistics::portrait::{Choix, chosen};

use crate::error::ApiError;
use crate::langue::Langue;
use crate::noms_proches::noms_proches;
use crate::params::{Params, invalid};
use crate::provenance::provenance;
use crate::state::Served;

/// Largest total of jobs that estimates are brought to: more than the country has.
const TOTAL_MAX: f64 = 1e8;

/// What a reader chose of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Vue {
    /// Classes of the maps.
    pub classes: Discretisation,
    /// Language.
    pub langue: Langue,
}

/// `/portrait/{zone}`.
#[derive(Debug, Clone, PartialEq)]
pub struct PortraitQuestion {
    selection: Selection,
    choix: Choix,
    vue: Vue,
}

impl PortraitQuestion {
    /// Parameters.
    pub const PARAMETERS: &'static [&'static [&'static str]] = &[&["calage"], &VIEW];

    /// Reads a territory and the choices; one that the atlas does not hold is not found, with those nearest to it.
    pub fn parse(zone: &str, params: &Params, served: &Served) -> Result<Self, ApiError> {
        let choix = Choix { calage: params.number("calage", (1.0, TOTAL_MAX))? };
        Ok(Self { selection: resolve(zone, served)?, choix, vue: view(params)? })
    }

    /// The territory, in its canonical form.
    pub fn territoire(&self) -> String {
        self.selection.territoire.to_string()
    }

    fn portrait(&self, served: &Served) -> Portrait {
        chosen(&served.snapshot, &self.selection, (&served.referentiel, self.choix))
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
        crate::pages::portrait_html(&self.portrait(served), served, (base, self.vue))
    }

    /// As a workbook; `base` begins the address that it tells.
    pub fn xlsx(&self, served: &Served, base: &str) -> Result<Vec<u8>, ApiError> {
        let address = format!("{base}/portrait/{}", self.territoire());
        crate::workbook::write(&self.portrait(served), &address).map_err(ApiError::internal)
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

/// Parameters of a view.
pub(super) const VIEW: [&str; 2] = ["classes", "lang"];

/// Reads what a reader chose of a page.
pub(super) fn view(params: &Params) -> Result<Vue, ApiError> {
    let classes = match params.text("classes") {
        None => Discretisation::default(),
        Some(text) => Discretisation::from_code(text).ok_or_else(|| {
            let names: Vec<&str> = Discretisation::ALL.iter().map(|(name, _)| *name).collect();
            invalid("classes", text, &format!("admises : {}", names.join(", ")))
        })?,
    };
    let langue = match params.text("lang") {
        None => Langue::default(),
        Some(text) => Langue::from_code(text).ok_or_else(|| invalid("lang", text, "fr ou en"))?,
    };
    Ok(Vue { classes, langue })
}

/// The territory of a path; when there is none, those whose names are nearest.
pub(super) fn resolve(zone: &str, served: &Served) -> Result<Selection, ApiError> {
    let absent = |reason: String| {
        let near = noms_proches(served.snapshot.atlas(), zone);
        let near: Vec<String> = near.into_iter().map(|(nom, code)| format!("{nom} ({code})")).collect();
        ApiError::NotFound {
            what: format!("territoire « {zone} »"),
            mend: format!("{reason} ; les plus proches : {}", near.join(", ")),
        }
    };
    let territoire: Territoire =
        zone.parse().map_err(|error: domain::territoire::TerritoireError| absent(error.to_string()))?;
    served.snapshot.resolve(&territoire).map_err(|error| match error {
        UnknownTerritory::Absent { .. } => absent("pas dans cet atlas".to_owned()),
        other => ApiError::NotFound { what: format!("territoire « {zone} »"), mend: other.to_string() },
    })
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
