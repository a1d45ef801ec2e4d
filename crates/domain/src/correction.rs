//! What a correction may change, and what became of the corrections of an ingest.

use serde::{Deserialize, Serialize};

use crate::ensemble::Membre;

/// A field that `corrections.csv` may correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChampCorrige {
    /// Where it stands: longitude and latitude.
    Position,
    /// IRIS, when the point is on the wrong side of a border.
    Iris,
    /// Family.
    Famille,
    /// Observatory sector.
    Secteur,
    /// Employer or not, whatever the rule says.
    Employeur,
    /// Name.
    Nom,
    /// In the perimeter, whatever its rules say.
    Inclure,
    /// Out of the perimeter, whatever its rules say.
    Exclure,
}

impl Membre for ChampCorrige {
    const ALL: &'static [Self] = &[
        Self::Position,
        Self::Iris,
        Self::Famille,
        Self::Secteur,
        Self::Employeur,
        Self::Nom,
        Self::Inclure,
        Self::Exclure,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Iris => "iris",
            Self::Famille => "famille",
            Self::Secteur => "secteur",
            Self::Employeur => "employeur",
            Self::Nom => "nom",
            Self::Inclure => "inclure",
            Self::Exclure => "exclure",
        }
    }
}

impl ChampCorrige {
    /// The field of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|champ| champ.code() == code)
    }
}

/// What became of one correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortCorrection {
    /// Changed what the sources say.
    Appliquee,
    /// The sources now say the same: it may be taken away.
    Rattrapee,
    /// Changed what the sources say, which is no longer what it was when the correction was written.
    SourceChangee,
    /// Its establishment is in no row of the stock.
    SiretInconnu,
    /// Its establishment is outside the territory and its ring.
    HorsTerritoire,
    /// Its establishment left the atlas for a reason that it does not correct (closed, not of the perimeter…).
    SansEffet,
    /// Not applied: a later row of the file, or the same one again, corrects the same field.
    Remplacee,
    /// Not applied: another row of the same date says otherwise.
    EnConflit,
    /// Not applied: the unit is partially diffusible, and nothing of it is shown.
    DiffusionPartielle,
}

impl SortCorrection {
    /// All of them, in order of publication.
    pub const ALL: [Self; 9] = [
        Self::Appliquee,
        Self::SourceChangee,
        Self::Rattrapee,
        Self::SansEffet,
        Self::EnConflit,
        Self::Remplacee,
        Self::DiffusionPartielle,
        Self::HorsTerritoire,
        Self::SiretInconnu,
    ];

    /// Code used in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Appliquee => "appliquee",
            Self::Rattrapee => "rattrapee",
            Self::SourceChangee => "source_changee",
            Self::SiretInconnu => "siret_inconnu",
            Self::HorsTerritoire => "hors_territoire",
            Self::SansEffet => "sans_effet",
            Self::Remplacee => "remplacee",
            Self::EnConflit => "en_conflit",
            Self::DiffusionPartielle => "diffusion_partielle",
        }
    }

    /// In French, for a table.
    pub const fn libelle(self) -> &'static str {
        match self {
            Self::Appliquee => "appliquées",
            Self::Rattrapee => "sans objet : la source a rattrapé la correction, à retirer du fichier",
            Self::SourceChangee => "appliquées, mais la source a changé depuis : à revoir",
            Self::SiretInconnu => "SIRET absent du stock",
            Self::HorsTerritoire => "établissement hors du territoire",
            Self::SansEffet => "sans effet : l’établissement est écarté pour une autre raison",
            Self::Remplacee => "remplacées par une ligne plus récente du même champ",
            Self::EnConflit => "non appliquées : deux lignes de même date se contredisent",
            Self::DiffusionPartielle => "non appliquées : unité à diffusion partielle",
        }
    }

    /// For a person to look at. A masked unit is not: nothing is told of it.
    pub const fn est_a_revoir(self) -> bool {
        !matches!(self, Self::Appliquee | Self::DiffusionPartielle)
    }
}
