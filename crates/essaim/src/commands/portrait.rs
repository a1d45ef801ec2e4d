//! `essaim portrait`: the bytes that the service gives, without a service.

use api::Params;
use api::answers::PortraitQuestion;

use crate::cli::{PortraitArguments, PortraitFormat};
use crate::commands::serve;
use crate::failure::Failure;
use crate::progress::Elsewhere;
use crate::report;

/// Writes the portrait on standard output.
pub async fn run(arguments: &PortraitArguments) -> Result<(), Failure> {
    let mut served = serve::load(&arguments.store.store, Elsewhere::Nothing).await?;
    if let Some(avant) = &arguments.avant {
        served.referentiel.set_former(serve::former(avant).await?);
    }
    let whole = served.snapshot.atlas().manifest.territoire.to_string();
    let zone = arguments.zone.as_deref().unwrap_or(&whole);
    let usage = |error: api::ApiError| Failure::Usage(error.to_string());
    let params = Params::new(pairs(arguments), PortraitQuestion::PARAMETERS).map_err(usage)?;
    let question = PortraitQuestion::parse(zone, &params, &served).map_err(usage)?;
    let base = arguments.base.trim_end_matches('/');
    let bytes = match arguments.format {
        PortraitFormat::Html => question.html(&served, base).map(String::into_bytes),
        PortraitFormat::Json => question.json(&served).map(String::into_bytes),
        PortraitFormat::Csv => question.csv(&served).map(String::into_bytes),
        PortraitFormat::Xlsx => question.xlsx(&served, base),
    };
    report::bytes(&bytes.map_err(|error| Failure::Other(error.to_string()))?);
    Ok(())
}

/// The choices, as the service reads them.
fn pairs(arguments: &PortraitArguments) -> Vec<(String, String)> {
    let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut pairs = vec![own("classes", &arguments.classes), own("lang", &arguments.lang)];
    pairs.extend(arguments.calage.map(|total| own("calage", &total.to_string())));
    pairs
}
