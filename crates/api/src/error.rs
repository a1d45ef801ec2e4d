//! Every failure as a problem body (RFC 9457) that names the parameter and the mend.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

/// What a request can fail on. No variant carries SQL, a path or a stack to the client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// A query parameter that this resource does not know.
    #[error("paramètre « {name} » inconnu ; admis ici : {allowed}")]
    UnknownParameter {
        /// Parameter.
        name: String,
        /// Those that exist.
        allowed: String,
    },
    /// A parameter whose value is not admitted.
    #[error("paramètre « {name} », valeur « {value} » : {mend}")]
    InvalidParameter {
        /// Parameter.
        name: &'static str,
        /// Value.
        value: String,
        /// What to give instead.
        mend: String,
    },
    /// A parameter that must be given.
    #[error("paramètre « {name} » obligatoire : {mend}")]
    MissingParameter {
        /// Parameter.
        name: &'static str,
        /// What to give.
        mend: &'static str,
    },
    /// No such resource.
    #[error("{what} introuvable : {mend}")]
    NotFound {
        /// What was asked.
        what: String,
        /// Where to look.
        mend: String,
    },
    /// The method is not allowed.
    #[error("méthode non admise ici ; seules GET et HEAD le sont")]
    MethodNotAllowed,
    /// No representation that the client accepts.
    #[error("aucune représentation admise ; formes offertes : {offered}")]
    NotAcceptable {
        /// Formats.
        offered: &'static str,
    },
    /// A paging token of another version of the atlas.
    #[error("paramètre « jeton » : l’atlas a été remplacé depuis la première page ; reprendre la lecture sans jeton")]
    StaleToken,
    /// A body larger than the resource takes.
    #[error("corps de la requête trop grand : {max} octets au plus ; simplifier le polygone")]
    TooLarge {
        /// Largest body, bytes.
        max: usize,
    },
    /// A body of a type that the resource does not read.
    #[error("type du corps « {found} » non lu ici ; envoyer application/geo+json ou application/json")]
    UnsupportedType {
        /// Type given.
        found: String,
    },
    /// A body that is not what the resource reads.
    #[error("corps de la requête refusé : {mend}")]
    InvalidBody {
        /// What to send instead.
        mend: String,
    },
    /// The request did not arrive in time.
    #[error("requête trop lente à arriver ; la renvoyer d’un trait")]
    SlowRequest,
    /// A request that is not HTTP as we read it.
    #[error("requête illisible : {mend}")]
    BadRequest {
        /// What is wrong.
        mend: String,
    },
    /// As many requests as the service takes are under way.
    #[error("trop de requêtes en cours ; réessayer dans quelques secondes")]
    Overloaded,
    /// The computation went over the deadline.
    #[error("calcul trop long ; réduire le territoire, le rayon ou la finesse demandés")]
    TooLong,
    /// The atlas is not loaded yet.
    #[error("l’atlas n’est pas encore chargé ; réessayer dans quelques secondes")]
    NotReady,
    /// A defect of ours; the detail goes to the log only.
    #[error("erreur interne ; elle est journalisée")]
    Internal {
        /// For the log.
        detail: String,
    },
}

/// Name, status and title of each problem type: the catalogue that `api-spec/problems.json` publishes.
pub const CATALOGUE: [(&str, u16, &str); 16] = [
    ("parametre-inconnu", 400, "Paramètre inconnu"),
    ("parametre-invalide", 400, "Valeur de paramètre refusée"),
    ("parametre-absent", 400, "Paramètre obligatoire absent"),
    ("introuvable", 404, "Ressource introuvable"),
    ("methode", 405, "Méthode non admise"),
    ("format", 406, "Aucun format accepté"),
    ("indisponible", 503, "Atlas en cours de chargement"),
    ("interne", 500, "Erreur interne"),
    ("jeton-perime", 410, "Jeton d’une version remplacée"),
    ("corps-trop-grand", 413, "Corps de requête trop grand"),
    ("type-de-corps", 415, "Type de corps non lu"),
    ("corps-invalide", 400, "Corps de requête refusé"),
    ("requete-lente", 408, "Requête trop lente"),
    ("requete-illisible", 400, "Requête illisible"),
    ("surcharge", 503, "Service saturé"),
    ("calcul-trop-long", 504, "Calcul trop long"),
];

impl ApiError {
    /// Hides a defect from the client and keeps it for the log.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal { detail: error.to_string() }
    }

    /// The same failure for one of several who waited for the same computation.
    pub(crate) fn shared(&self) -> Self {
        match self {
            Self::TooLong => Self::TooLong,
            Self::Overloaded => Self::Overloaded,
            Self::NotReady => Self::NotReady,
            other => Self::internal(other),
        }
    }

    fn kind(&self) -> (&'static str, u16, &'static str) {
        let rank = match self {
            Self::UnknownParameter { .. } => 0,
            Self::InvalidParameter { .. } => 1,
            Self::MissingParameter { .. } => 2,
            Self::NotFound { .. } => 3,
            Self::MethodNotAllowed => 4,
            Self::NotAcceptable { .. } => 5,
            Self::NotReady => 6,
            Self::Internal { .. } => 7,
            Self::StaleToken => 8,
            Self::TooLarge { .. } => 9,
            Self::UnsupportedType { .. } => 10,
            Self::InvalidBody { .. } => 11,
            Self::SlowRequest => 12,
            Self::BadRequest { .. } => 13,
            Self::Overloaded => 14,
            Self::TooLong => 15,
        };
        CATALOGUE[rank]
    }

    fn parameter(&self) -> Option<&str> {
        match self {
            Self::UnknownParameter { name, .. } => Some(name),
            Self::InvalidParameter { name, .. } | Self::MissingParameter { name, .. } => Some(name),
            Self::StaleToken => Some("jeton"),
            _ => None,
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind().1).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Internal { detail } = self {
            tracing::error!(detail, "erreur interne");
        }
        let (slug, status, title) = self.kind();
        let mut body = json!({
            "type": format!("urn:essaim:probleme:{slug}"),
            "title": title,
            "status": status,
            "detail": self.to_string(),
        });
        if let (Some(name), Some(body)) = (self.parameter(), body.as_object_mut()) {
            body.insert("parameter".to_owned(), json!(name));
        }
        let mut response = HttpResponse::build(self.status_code());
        if status == 405 {
            response.insert_header((header::ALLOW, "GET, HEAD, OPTIONS"));
        }
        if status == 503 {
            response.insert_header((header::RETRY_AFTER, "1"));
        }
        response.content_type("application/problem+json").body(body.to_string())
    }
}
