//! Takes in a new version of the served atlas: loaded and indexed aside, then swapped whole, or refused whole.

use std::time::Duration;

use actix_web::web::Data;
use api::{Served, Service};
use domain::VersionJeu;
use spatial_index::Snapshot;
use store::{Location, StoreError};

use crate::failure::Failure;

/// How often the store is asked for its version.
const PERIOD: Duration = Duration::from_secs(1);

/// Polls the store for as long as the service runs.
pub async fn watch((location, avant): (Location, Option<Location>), service: Data<Service>) {
    let mut clock = tokio::time::interval(PERIOD);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut watcher = Watcher { location, avant, looks: 0, refused: None };
    loop {
        clock.tick().await;
        watcher.look(&service).await;
    }
}

/// Looks between two trials of a version that was refused: it may have been mended in place.
const PATIENCE: u32 = 30;

struct Watcher {
    location: Location,
    /// The former edition.
    avant: Option<Location>,
    /// Looks since the refused version was last tried.
    looks: u32,
    /// Version refused and why: it is not logged again.
    refused: Option<(Option<VersionJeu>, String)>,
}

impl Watcher {
    async fn look(&mut self, service: &Service) {
        let version = match self.version().await {
            Ok(version) => version,
            Err(error) => return self.refuse(service, (None, error.to_string())),
        };
        let served = service.current().map(|served| served.snapshot.atlas().manifest.version.clone());
        if served.is_ok_and(|served| served == version) {
            if self.refused.take().is_some() {
                tracing::warn!(%version, "l’atlas publié est de nouveau celui qui est servi");
                service.accept();
            }
            return;
        }
        self.looks = self.looks.saturating_add(1);
        let known = self.refused.as_ref().is_some_and(|(refused, _)| refused.as_ref() == Some(&version));
        if known && self.looks < PATIENCE {
            return;
        }
        self.looks = 0;
        match self.load().await {
            Ok(served) => {
                service.publish(served);
                self.refused = None;
                tracing::warn!(%version, "nouvelle version de l’atlas servie");
            }
            Err(failure) => self.refuse(service, (Some(version), failure.to_string())),
        }
    }

    async fn version(&self) -> Result<VersionJeu, StoreError> {
        store::open(&self.location).await?.version().await
    }

    async fn load(&self) -> Result<Served, Failure> {
        let atlas = store::open(&self.location).await?.load().await?;
        // Indexing is computation: away from the thread on which the server waits.
        let avant = match &self.avant {
            Some(avant) => Some(store::open(avant).await?.load().await?),
            None => None,
        };
        let build = move || {
            let snapshot = Snapshot::build(atlas).map_err(Failure::data)?;
            let mut served = Served::new(snapshot).map_err(Failure::data)?;
            if let Some(avant) = avant {
                served.referentiel.set_former(Snapshot::build(avant).map_err(Failure::data)?);
            }
            Ok(served)
        };
        actix_web::web::block(build).await.map_err(Failure::other)?
    }

    fn refuse(&mut self, service: &Service, refusal: (Option<VersionJeu>, String)) {
        if self.refused.as_ref() == Some(&refusal) {
            return;
        }
        // The detail names files of the server: it is for its log, not for its users.
        tracing::error!(detail = refusal.1, "atlas publié refusé, le précédent reste servi");
        let reason = match &refusal.0 {
            Some(version) => format!("version {version} : contenu inutilisable, voir le journal"),
            None => "illisible ou absent, voir le journal".to_owned(),
        };
        service.refuse(reason);
        self.refused = Some(refusal);
    }
}
