//! Around every answer: a request identifier, a cap, a caught panic, problems for all refusals, one line of log.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError, web};
use futures_util::FutureExt;

use crate::error::ApiError;
use crate::state::Service;

/// Identifies a request in the answer and in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest identifier taken from a client.
const ID_MAX: usize = 128;
/// Probes answer however full the house is: an orchestrator must tell busy from dead.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

/// Numbers, logs, and turns whatever happens into an answer.
pub async fn watch(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let seen = Seen::new(&request);
    let place = match (PROBES.contains(&request.path()), request.app_data::<web::Data<Service>>()) {
        (false, Some(service)) => service.admit().map(Some),
        _ => Ok(None),
    };
    let place = match place {
        Ok(place) => place,
        Err(full) => return Ok(request.into_response(seen.close(full.error_response()))),
    };
    // Everything that a handler touches is immutable or behind a lock whose poisoning is handled.
    let answer = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    drop(place);
    match answer {
        Ok(Ok(answer)) => {
            let (request, response) = answer.into_parts();
            Ok(ServiceResponse::new(request, seen.close(as_problem(response.map_into_boxed_body()))))
        }
        Ok(Err(error)) => Err(seen.lost(as_problem(error.error_response()))),
        Err(_) => Err(seen.lost(ApiError::internal(format!("panique en répondant à {}", seen.path)).error_response())),
    }
}

/// What is known of a request before it is handed on.
struct Seen {
    begun: Instant,
    id: String,
    method: Method,
    path: String,
    query: String,
}

impl Seen {
    fn new(request: &ServiceRequest) -> Self {
        Self {
            begun: Instant::now(),
            id: identifier(request),
            method: request.method().clone(),
            path: request.path().to_owned(),
            query: request.query_string().to_owned(),
        }
    }

    /// Logs the answer and gives it the identifier.
    fn close(&self, mut response: HttpResponse<BoxBody>) -> HttpResponse<BoxBody> {
        tracing::info!(
            target: "api::acces",
            request_id = self.id,
            method = self.method.as_str(),
            path = self.path,
            query = self.query,
            status = response.status().as_u16(),
            duration_us = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        );
        if let Ok(value) = HeaderValue::from_str(&self.id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }

    /// An answer whose request is gone: the framework sends it all the same.
    fn lost(&self, response: HttpResponse<BoxBody>) -> Error {
        InternalError::from_response("réponse sans requête", self.close(response)).into()
    }
}

/// The client's identifier when it is short and plain, else one of ours, different at every request and start.
fn identifier(request: &ServiceRequest) -> String {
    static RANK: AtomicU64 = AtomicU64::new(0);
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let plain = |text: &&str| {
        (1..=ID_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/".contains(&b))
    };
    if let Some(given) = given.filter(plain) {
        return given.to_owned();
    }
    let rank = RANK.fetch_add(1, Ordering::Relaxed);
    let instant = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_micros());
    format!("{instant:x}-{:x}-{rank:x}", std::process::id())
}

/// The framework's own refusals are empty or plain text: all of them leave as problems.
fn as_problem(response: HttpResponse<BoxBody>) -> HttpResponse<BoxBody> {
    let status = response.status();
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    if !(status.is_client_error() || status.is_server_error()) || is_problem {
        return response;
    }
    let problem = match status {
        StatusCode::NOT_FOUND => ApiError::NotFound {
            what: "ressource".to_owned(),
            mend: "les ressources sont décrites à /api".to_owned(),
        },
        StatusCode::METHOD_NOT_ALLOWED => ApiError::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => ApiError::SlowRequest,
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::TooLarge { max: crate::params::BODY_MAX },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiError::UnsupportedType { found: "absent".to_owned() },
        StatusCode::NOT_ACCEPTABLE => ApiError::NotAcceptable { offered: "identity, gzip, br, zstd" },
        refused if refused.is_client_error() => ApiError::BadRequest { mend: "voir la description à /api".to_owned() },
        other => ApiError::internal(format!("réponse {other} sans explication")),
    };
    problem.error_response()
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::dev::Service as _;
    use actix_web::middleware::from_fn;
    use actix_web::{App, test};
    use serde_json::Value;

    use super::*;
    use crate::state::{Limits, Settings};

    /// Panics when asked to, as no route of ours should.
    fn unreachable_on_purpose(reason: u8) -> HttpResponse {
        assert!(reason == 0, "on purpose");
        HttpResponse::Ok().finish()
    }

    async fn asked(path: &str, id: Option<&str>) -> (u16, String, Value) {
        asked_of(Service::new(Settings::default()), path, id).await
    }

    async fn asked_of(service: Service, path: &str, id: Option<&str>) -> (u16, String, Value) {
        let panics = || async { unreachable_on_purpose(1) };
        let app = App::new()
            .app_data(web::Data::new(service))
            .wrap(from_fn(watch))
            .route("/panique", web::get().to(panics))
            .route("/vide", web::get().to(|| async { HttpResponse::ImATeapot().finish() }))
            .route("/bien", web::get().to(|| async { HttpResponse::Ok().body("{}") }));
        let app = test::init_service(app).await;
        let mut request = test::TestRequest::with_uri(path);
        if let Some(id) = id {
            request = request.insert_header((REQUEST_ID, id));
        }
        let response = match app.call(request.to_request()).await {
            Ok(response) => response.into_parts().1.map_into_boxed_body(),
            // As the dispatcher does with what has lost its request.
            Err(error) => error.error_response(),
        };
        let status = response.status().as_u16();
        let id = response.headers().get(REQUEST_ID).unwrap().to_str().unwrap().to_owned();
        let body = to_bytes(response.into_body()).await.unwrap();
        (status, id, serde_json::from_slice(&body).unwrap())
    }

    #[actix_web::test]
    async fn a_panic_reaches_the_user_as_a_problem_that_tells_nothing() {
        let (status, _, body) = asked("/panique", None).await;
        assert_eq!((status, body["type"].as_str()), (500, Some("urn:essaim:probleme:interne")));
        assert!(!body.to_string().contains("purpose"));
    }

    #[actix_web::test]
    async fn refusals_of_the_framework_are_problems() {
        for (path, status, slug) in [("/rien", 404, "introuvable"), ("/vide", 400, "requete-illisible")] {
            let (found, _, body) = asked(path, None).await;
            assert_eq!((found, body["type"].as_str()), (status, Some(&*format!("urn:essaim:probleme:{slug}"))));
        }
    }

    #[actix_web::test]
    async fn identifiers_are_kept_when_plain_and_made_otherwise() {
        assert_eq!(asked("/bien", Some("trace-1.2")).await.1, "trace-1.2");
        let (one, two) = (asked("/bien", Some("a b\"c")).await.1, asked("/bien", None).await.1);
        assert!(!one.contains(' ') && one != two, "{one} {two}");
    }

    #[actix_web::test]
    async fn a_full_house_says_when_to_come_back() {
        let service =
            Service::new(Settings { limits: Limits { requests: 1, ..Limits::default() }, ..Settings::default() });
        let place = service.admit().unwrap();
        let (status, _, body) = asked_of(service, "/bien", None).await;
        assert_eq!((status, body["type"].as_str()), (503, Some("urn:essaim:probleme:surcharge")));
        drop(place);
    }
}
