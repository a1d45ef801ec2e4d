//! Routes, middleware and the listening socket.

use std::net::TcpListener;

use actix_cors::Cors;
use actix_web::middleware::{Compress, NormalizePath};
use actix_web::{App, HttpServer, guard, web};

use crate::answers::{AggregatesQuery, DensityQuery, NearestQuery, Question, WithinQuery};
use crate::error::ApiError;
use crate::routes::{analysis, common, features, pages, service};
use crate::state::Service;

/// Declares every route.
pub fn configure(config: &mut web::ServiceConfig) {
    // actix answers HEAD as a GET whose body stays here.
    let read = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    let refuse = || web::route().to(|| async { Err::<String, _>(ApiError::MethodNotAllowed) });
    let routes = [
        ("/", read().to(common::landing)),
        ("/conformance", read().to(common::conformance)),
        ("/api", read().to(common::openapi)),
        ("/collections", read().to(features::collections)),
        ("/collections/{id}", read().to(features::collection)),
        ("/collections/{id}/items", read().to(features::items)),
        ("/collections/{id}/items/{fid}", read().to(features::one_item)),
        (DensityQuery::PATH, read().to(analysis::answer::<DensityQuery>)),
        (AggregatesQuery::PATH, read().to(analysis::answer::<AggregatesQuery>)),
        (NearestQuery::PATH, read().to(analysis::answer::<NearestQuery>)),
        (WithinQuery::PATH, read().to(analysis::answer::<WithinQuery>)),
        ("/portrait/{zone}", read().to(pages::portrait)),
        ("/demo/verite", read().to(pages::verite)),
        ("/landmarks", read().to(pages::landmarks)),
        ("/assets/{path:.*}", read().to(pages::asset)),
        ("/healthz", read().to(service::healthz)),
        ("/readyz", read().to(service::readyz)),
    ];
    for (path, route) in routes {
        config.service(web::resource(path).route(route).default_service(refuse()));
    }
    config.default_service(web::route().to(common::not_found));
}

/// Serves until a termination signal; requests under way finish.
pub async fn run(service: web::Data<Service>, listener: TcpListener) -> std::io::Result<()> {
    let server = HttpServer::new(move || {
        // Open data, read only: any viewer may read it.
        let cors = Cors::default()
            .allow_any_origin()
            .send_wildcard()
            .allowed_methods(["GET", "HEAD", "OPTIONS"])
            .expose_headers(["ETag", "Link", "Content-Crs"]);
        App::new()
            .app_data(service.clone())
            .wrap(cors)
            .wrap(Compress::default())
            .wrap(NormalizePath::trim())
            .configure(configure)
    });
    server.shutdown_timeout(10).listen(listener)?.run().await
}
