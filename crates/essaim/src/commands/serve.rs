//! `essaim serve`: answers at once, loads an atlas, takes in each new one without a restart.

use std::net::{SocketAddr, TcpListener};
use std::time::Instant;

use actix_web::web::Data;
use api::{Served, Service, Settings};
use ingest::Progress;
use spatial_index::Snapshot;
use store::Location;

use crate::cli::{ListenArguments, ServeArguments};
use crate::commands::reload;
use crate::failure::Failure;
use crate::interruption::interruptible;
use crate::progress::{Elsewhere, Shown};
use crate::report;

/// Serves until interrupted.
pub async fn run(arguments: &ServeArguments) -> Result<(), Failure> {
    let bound = Bound::new(&arguments.listen)?;
    // "Not ready" is answered while the atlas loads: a probe must tell starting from dead.
    let server = bound.start()?;
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);
    // Yields, so that the workers are up before the load keeps this thread busy.
    tokio::task::yield_now().await;
    let location = &arguments.store.store;
    let loaded = async {
        let mut served = load(location, Elsewhere::Lines).await?;
        if let Some(avant) = &arguments.avant {
            served.referentiel.set_former(former(avant).await?);
        }
        Ok(served)
    };
    let served = match loaded.await {
        Ok(served) => served,
        Err(failure) => {
            handle.stop(false).await;
            return Err(failure);
        }
    };
    bound.publish(served);
    let watching =
        actix_web::rt::spawn(reload::watch((location.clone(), arguments.avant.clone()), bound.service.clone()));
    let ended = running.await.map_err(Failure::other)?;
    watching.abort();
    ended.map_err(Failure::other)
}

/// Loads the published version of a store.
pub async fn load(location: &Location, elsewhere: Elsewhere) -> Result<Served, Failure> {
    interruptible(async {
        let progress = Shown::new(elsewhere);
        progress.step("Chargement de l’atlas", None);
        let started = Instant::now();
        let atlas = store::open(location).await?.load().await?;
        let read = started.elapsed();
        let indexing = Instant::now();
        let snapshot = Snapshot::build(atlas).map_err(Failure::data)?;
        let served = Served::new(snapshot).map_err(Failure::data)?;
        tracing::debug!(?read, indexed = ?indexing.elapsed(), "atlas chargé");
        Ok(served)
    })
    .await
}

/// Loads the atlas of a former edition, for comparison.
pub async fn former(location: &Location) -> Result<Snapshot, Failure> {
    let atlas = store::open(location).await?.load().await?;
    Snapshot::build(atlas).map_err(Failure::data)
}

/// Serves what is already in memory, for ever.
pub async fn serve(served: Served, arguments: &ListenArguments) -> Result<(), Failure> {
    let bound = Bound::new(arguments)?;
    let server = bound.start()?;
    bound.publish(served);
    server.await.map_err(Failure::other)
}

/// A bound socket and the service that answers on it.
struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    service: Data<Service>,
}

impl Bound {
    /// Binds once, here, so that a busy port is told as such before anything is announced.
    fn new(arguments: &ListenArguments) -> Result<Self, Failure> {
        let address = arguments.listen;
        let busy = |error| {
            Failure::other(format!("adresse {address} : {error} ; choisir un autre port avec --listen 127.0.0.1:8081"))
        };
        let listener = TcpListener::bind(address).map_err(busy)?;
        let address = listener.local_addr().map_err(busy)?;
        let settings =
            Settings { public_url: arguments.public_url.clone(), plan_ign: arguments.plan_ign, ..Settings::default() };
        Ok(Self { listener, address, service: Data::new(Service::new(settings)) })
    }

    fn start(&self) -> Result<actix_web::dev::Server, Failure> {
        let listener = self.listener.try_clone().map_err(Failure::other)?;
        api::start(self.service.clone(), listener).map_err(Failure::other)
    }

    fn publish(&self, served: Served) {
        let territoire = served.snapshot.atlas().manifest.territoire.to_string();
        let public = self.service.settings.public_url.clone();
        self.service.publish(served);
        announce(&public.unwrap_or_else(|| format!("http://{}", self.address)), &territoire);
    }
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
