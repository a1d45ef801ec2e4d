//! Liveness and readiness.

use actix_web::{HttpResponse, web};

use crate::error::ApiError;
use crate::state::Service;

/// The process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// An atlas is loaded and served.
pub async fn readyz(service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let served = service.current()?;
    let version = &served.snapshot.atlas().manifest.version;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(format!("{version}\n")))
}
