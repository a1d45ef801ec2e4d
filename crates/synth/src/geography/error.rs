use thiserror::Error;

/// Why the schematic geography could not be built.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GeographyError {
    /// A facts file does not have its documented form.
    #[error("{fichier} : {source}")]
    Facts {
        /// File name under `geodata/demonstration`.
        fichier: &'static str,
        /// What the CSV reader said.
        source: csv::Error,
    },
    /// A commune has no area or no IRIS, or too many IRIS for its area.
    #[error("la commune {code_commune} ne peut pas être découpée : superficie ou nombre d'IRIS impossible")]
    ImpossibleCommune {
        /// INSEE code.
        code_commune: String,
    },
    /// A commune has no anchor place, so nothing says where it lies.
    #[error("la commune {code_commune} n'a aucune ancre")]
    NoAnchor {
        /// INSEE code.
        code_commune: String,
    },
    /// Outlines given hold a commune and none of its IRIS.
    #[error("la commune {code_commune} n'a aucun IRIS dans les contours fournis")]
    NoIris {
        /// INSEE code.
        code_commune: String,
    },
    /// A landmark has too few points for its kind.
    #[error("le repère {nom} a trop peu de points")]
    ShortLandmark {
        /// Name of the landmark.
        nom: String,
    },
    /// The weights of the power diagram do not reach the areas.
    #[error("les surfaces ne sont pas atteintes : écart relatif {gap:.2e} après {iterations} pas")]
    NotConverged {
        /// Largest relative area error left.
        gap: f64,
        /// Newton steps done.
        iterations: usize,
    },
    /// An IRIS is not in one piece, so it cannot be one polygon.
    #[error("l'IRIS {code} n'est pas d'un seul tenant")]
    SplitIris {
        /// Code of the IRIS.
        code: String,
    },
}
