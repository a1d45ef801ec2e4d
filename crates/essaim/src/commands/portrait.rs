//! `essaim portrait`: the bytes that the service gives, without a service.

use api::answers::PortraitQuestion;

use crate::cli::{PortraitArguments, PortraitFormat};
use crate::commands::serve;
use crate::failure::Failure;
use crate::progress::Elsewhere;
use crate::report;

/// Writes the portrait on standard output.
pub async fn run(arguments: &PortraitArguments) -> Result<(), Failure> {
    let served = serve::load(&arguments.store.store, Elsewhere::Nothing).await?;
    let whole = served.snapshot.atlas().manifest.territoire.to_string();
    let zone = arguments.zone.as_deref().unwrap_or(&whole);
    let question = PortraitQuestion::parse(zone, &served).map_err(|error| Failure::Usage(error.to_string()))?;
    let base = arguments.base.trim_end_matches('/');
    let text = match arguments.format {
        PortraitFormat::Html => question.html(&served, base),
        PortraitFormat::Json => question.json(&served),
        PortraitFormat::Csv => question.csv(&served),
    };
    report::bytes(text.map_err(|error| Failure::Other(error.to_string()))?.as_bytes());
    Ok(())
}
