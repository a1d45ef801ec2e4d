//! Why a structure waits for a person's eye.

use serde::{Deserialize, Serialize};

use crate::ensemble::Membre;

/// Why a structure is to be reviewed; it stays in the atlas meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MotifVerification {
    /// Its point is more than a kilometre outside the commune of the register.
    PointHorsCommune,
    /// The only point given is so far from the commune of the register that it is not drawn.
    PointAberrant,
    /// `plg_iris` of the geolocation file is not the IRIS of the point.
    IrisContredit,
    /// A source says of the ESS and another says not, or two of them name two families.
    SourcesContradictoires,
    /// A correction that the sources have caught up with, or whose source has changed since.
    CorrectionARevoir,
}

impl Membre for MotifVerification {
    const ALL: &'static [Self] = &[
        Self::PointHorsCommune,
        Self::PointAberrant,
        Self::IrisContredit,
        Self::SourcesContradictoires,
        Self::CorrectionARevoir,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::PointHorsCommune => "point_hors_commune",
            Self::PointAberrant => "point_aberrant",
            Self::IrisContredit => "iris_contredit",
            Self::SourcesContradictoires => "sources_contradictoires",
            Self::CorrectionARevoir => "correction_a_revoir",
        }
    }
}

impl MotifVerification {
    /// In French, for a table.
    pub const fn libelle(self) -> &'static str {
        match self {
            Self::PointHorsCommune => "point à plus d’un kilomètre de la commune du répertoire",
            Self::PointAberrant => "seul point connu trop loin de la commune du répertoire pour être montré",
            Self::IrisContredit => "IRIS du point différent de celui du fichier de géolocalisation",
            Self::SourcesContradictoires => "sources qui se contredisent sur l’appartenance à l’ESS ou la famille",
            Self::CorrectionARevoir => "correction à revoir : la source a changé ou l’a rattrapée",
        }
    }
}
