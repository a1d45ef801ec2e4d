//! Liveness and readiness: what is served, and what was refused.

use actix_web::{HttpResponse, web};

use crate::error::ApiError;
use crate::state::Service;

/// The process answers.
pub async fn healthz(service: web::Data<Service>) -> HttpResponse {
    text("ok", &service)
}

/// An atlas is loaded and served: its version.
pub async fn readyz(service: web::Data<Service>) -> Result<HttpResponse, ApiError> {
    let served = service.current()?;
    Ok(text(&served.snapshot.atlas().manifest.version.to_string(), &service))
}

/// One line, and a second when the published atlas is not the served one.
fn text(line: &str, service: &Service) -> HttpResponse {
    let mut body = format!("{line}\n");
    if let (Some(reason), Ok(served)) = (service.refusal(), service.current()) {
        let version = &served.snapshot.atlas().manifest.version;
        body = format!("{line}\natlas publié refusé ({reason}) ; la version {version} reste servie\n");
    }
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(body)
}
