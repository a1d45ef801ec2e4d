//! `essaim serve`: loads an atlas and answers.

use std::net::TcpListener;

use actix_web::web::Data;
use api::{Served, Service, Settings};
use ingest::Progress;
use spatial_index::Snapshot;
use store::Location;

use crate::cli::{ListenArguments, ServeArguments};
use crate::failure::Failure;
use crate::interruption::interruptible;
use crate::progress::{Elsewhere, Shown};
use crate::report;

/// Serves until interrupted.
pub async fn run(arguments: &ServeArguments) -> Result<(), Failure> {
    let served = load(&arguments.store.store, Elsewhere::Lines).await?;
    serve(served, &arguments.listen).await
}

/// Loads the published version of a store.
pub async fn load(location: &Location, elsewhere: Elsewhere) -> Result<Served, Failure> {
    interruptible(async {
        let progress = Shown::new(elsewhere);
        progress.step("Chargement de l’atlas", None);
        let atlas = store::open(location).await?.load().await?;
        let snapshot = Snapshot::build(atlas).map_err(Failure::data)?;
        Served::new(snapshot).map_err(Failure::data)
    })
    .await
}

/// Listens and answers.
pub async fn serve(served: Served, arguments: &ListenArguments) -> Result<(), Failure> {
    // Bound once here, so that a busy port is told as such before anything is announced.
    let address = arguments.listen;
    let busy = |error| {
        Failure::other(format!("adresse {address} : {error} ; choisir un autre port avec --listen 127.0.0.1:8081"))
    };
    let listener = TcpListener::bind(address).map_err(busy)?;
    let address = listener.local_addr().map_err(busy)?;
    let service = Service::new(Settings { public_url: arguments.public_url.clone() });
    let manifest = &served.snapshot.atlas().manifest;
    let territoire = manifest.territoire.to_string();
    let base = arguments.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    announce(&base, &territoire);
    service.publish(served);
    api::run(Data::new(service), listener).await.map_err(Failure::other)
}

fn announce(base: &str, territoire: &str) {
    for (label, path) in [
        ("Carte", "/".to_owned()),
        ("Portrait", format!("/portrait/{territoire}")),
        ("Autour d’un point", "/proximity/within?lon=2.4836&lat=48.8369&rayon=500".to_owned()),
        ("QGIS (OGC API Features)", "/".to_owned()),
        ("API", "/api".to_owned()),
    ] {
        report::message(&format!("  {label:<26} {base}{path}"));
    }
}
