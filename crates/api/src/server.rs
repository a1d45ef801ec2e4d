//! Routes, middleware and the listening socket.

use std::net::TcpListener;

use actix_cors::Cors;
use actix_web::middleware::{Compress, NormalizePath};
use actix_web::{App, HttpServer, web};

use crate::error::ApiError;
use crate::routes::{analysis, common, features, pages, service};
use crate::state::Service;

/// Declares every route.
pub fn configure(config: &mut web::ServiceConfig) {
    let refuse = || web::route().to(|| async { Err::<String, _>(ApiError::MethodNotAllowed) });
    let routes = [
        ("/", web::get().to(common::landing)),
        ("/conformance", web::get().to(common::conformance)),
        ("/api", web::get().to(common::openapi)),
        ("/collections", web::get().to(features::collections)),
        ("/collections/{id}", web::get().to(features::collection)),
        ("/collections/{id}/items", web::get().to(features::items)),
        ("/collections/{id}/items/{fid}", web::get().to(features::one_item)),
        ("/density", web::get().to(analysis::density)),
        ("/aggregates", web::get().to(analysis::aggregates)),
        ("/proximity/nearest", web::get().to(analysis::nearest)),
        ("/proximity/within", web::get().to(analysis::within)),
        ("/portrait/{zone}", web::get().to(pages::portrait)),
        ("/demo/verite", web::get().to(pages::verite)),
        ("/landmarks", web::get().to(pages::landmarks)),
        ("/assets/{path:.*}", web::get().to(pages::asset)),
        ("/healthz", web::get().to(service::healthz)),
        ("/readyz", web::get().to(service::readyz)),
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
