//! Routes, middleware and the listening socket.

use std::net::TcpListener;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::Server;
use actix_web::middleware::{Compress, NormalizePath, from_fn};
use actix_web::{App, HttpServer, guard, web};

use crate::answers::{
    AggregatesQuery, DensityQuery, KernelDensityQuery, NearestQuery, PerimetreQuery, Question, RechercheQuery,
    ReconciliationQuery, WithinQuery,
};
use crate::error::ApiError;
use crate::guard::watch;
use crate::params::BODY_MAX;
use crate::routes::{analysis, common, features, pages, service, tiles};
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
        ("/collections/{id}/tiles", read().to(tiles::collection_tilesets)),
        ("/collections/{id}/tiles/{set}", read().to(tiles::collection_tileset)),
        ("/collections/{id}/tiles/{set}/{matrix}/{row}/{column}", read().to(tiles::collection_tile)),
        ("/tileMatrixSets", read().to(tiles::tile_matrix_sets)),
        ("/tileMatrixSets/{set}", read().to(tiles::tile_matrix_set)),
        ("/tiles", read().to(tiles::tilesets)),
        ("/tiles/{layers}", read().to(tiles::described)),
        ("/tiles/{layers}/{z}/{x}/{y}.mvt", read().to(tiles::mvt)),
        ("/tiles/{set}/{matrix}/{row}/{column}", read().to(tiles::dataset_tile)),
        ("/styles", read().to(tiles::styles)),
        ("/styles/{id}", read().to(tiles::style)),
        (DensityQuery::PATH, read().to(analysis::answer::<DensityQuery>)),
        (KernelDensityQuery::PATH, read().to(analysis::answer::<KernelDensityQuery>)),
        (AggregatesQuery::PATH, read().to(analysis::answer::<AggregatesQuery>)),
        (PerimetreQuery::PATH, read().to(analysis::answer::<PerimetreQuery>)),
        (ReconciliationQuery::PATH, read().to(analysis::answer::<ReconciliationQuery>)),
        (RechercheQuery::PATH, read().to(analysis::answer::<RechercheQuery>)),
        ("/accessibilite", read().to(pages::accessibilite)),
        (NearestQuery::PATH, read().to(analysis::answer::<NearestQuery>)),
        (WithinQuery::PATH, read().to(analysis::answer::<WithinQuery>)),
        ("/portrait/{zone}", read().to(pages::portrait)),
        ("/portrait/{zone}/compare", read().to(pages::compare)),
        ("/demo/verite", read().to(pages::verite)),
        ("/landmarks", read().to(pages::landmarks)),
        ("/assets/{path:.*}", read().to(pages::asset)),
        ("/healthz", read().to(service::healthz)),
        ("/readyz", read().to(service::readyz)),
    ];
    config.app_data(web::PayloadConfig::new(BODY_MAX));
    for (path, route) in routes {
        let resource = web::resource(path).route(route);
        let resource = if path == AggregatesQuery::PATH {
            resource.route(web::post().to(analysis::within_polygon))
        } else {
            resource
        };
        config.service(resource.default_service(refuse()));
    }
    config.default_service(web::route().to(common::not_found));
}

/// A client that does not finish its request line and headers in this time is let go (408).
const SLOW_CLIENT: Duration = Duration::from_secs(10);
/// Requests under way have this long to end once the service is asked to stop.
const DRAIN_S: u64 = 10;
/// Connections held by each worker; beyond, they wait in the kernel's queue.
const CONNECTIONS: usize = 2_048;

/// Starts answering on a bound socket: "not ready" until an atlas is published to the service.
///
/// The future ends on a termination signal (SIGTERM, SIGINT), once the requests under way are answered.
pub fn start(service: web::Data<Service>, listener: TcpListener) -> std::io::Result<Server> {
    let server = HttpServer::new(move || {
        // Open data, read only: any viewer may read it.
        let cors = Cors::default()
            .allow_any_origin()
            .send_wildcard()
            .allow_any_header()
            .allowed_methods(["GET", "HEAD", "POST", "OPTIONS"])
            .expose_headers(["ETag", "Link", "Content-Crs", "X-Request-Id", "Retry-After"]);
        App::new()
            .app_data(service.clone())
            .wrap(Compress::default())
            .wrap(cors)
            .wrap(from_fn(watch))
            .wrap(NormalizePath::trim())
            .configure(configure)
    });
    let server = server
        .shutdown_timeout(DRAIN_S)
        .client_request_timeout(SLOW_CLIENT)
        .client_disconnect_timeout(Duration::from_secs(2))
        .max_connections(CONNECTIONS)
        .listen(listener)?;
    Ok(server.run())
}
