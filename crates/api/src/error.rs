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
pub const CATALOGUE: [(&str, u16, &str); 8] = [
    ("parametre-inconnu", 400, "Paramètre inconnu"),
    ("parametre-invalide", 400, "Valeur de paramètre refusée"),
    ("parametre-absent", 400, "Paramètre obligatoire absent"),
    ("introuvable", 404, "Ressource introuvable"),
    ("methode", 405, "Méthode non admise"),
    ("format", 406, "Aucun format accepté"),
    ("indisponible", 503, "Atlas en cours de chargement"),
    ("interne", 500, "Erreur interne"),
];

impl ApiError {
    /// Hides a defect from the client and keeps it for the log.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal { detail: error.to_string() }
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
        };
        CATALOGUE[rank]
    }

    fn parameter(&self) -> Option<&str> {
        match self {
            Self::UnknownParameter { name, .. } => Some(name),
            Self::InvalidParameter { name, .. } | Self::MissingParameter { name, .. } => Some(name),
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
