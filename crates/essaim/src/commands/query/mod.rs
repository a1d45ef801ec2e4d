//! `essaim query`: the answers of the service without a service.

pub mod table;

use api::rows::label;
use api::{ApiError, Served, spreadsheet};
use serde_json::Value;

use crate::cli::{AnswerFormat, QueryArguments};
use crate::commands::serve;
use crate::failure::Failure;
use crate::progress::Elsewhere;
use crate::report;

pub use api::rows::Rows;

/// Asks, and writes the answer on standard output.
pub async fn run(arguments: &QueryArguments) -> Result<(), Failure> {
    let (asked, format) = (arguments.asked, arguments.output.format);
    if format == AnswerFormat::Geojson && !asked.has_geometry {
        let mend = "cette réponse est une table sans géométrie ; demander json, csv ou table";
        return Err(Failure::Usage(format!("--format geojson : {mend}")));
    }
    let served = serve::load(&arguments.store.store, Elsewhere::Nothing).await?;
    let answer = (asked.answer)(arguments.pairs.clone(), &served).map_err(refused)?;
    match format {
        AnswerFormat::Json | AnswerFormat::Geojson => report::data(&answer.to_string()),
        AnswerFormat::Csv => {
            let bytes = spreadsheet::write(&Rows::complete(&answer), arguments.output.decimale.into());
            report::bytes(&bytes.map_err(Failure::other)?);
            report::message(&provenance(&answer, &served));
        }
        AnswerFormat::Table => {
            report::data(table::write(&Rows::readable(&answer)).trim_end());
            report::message(&provenance(&answer, &served));
        }
    }
    Ok(())
}

/// A parameter of the service is an option here.
fn refused(error: ApiError) -> Failure {
    match error {
        ApiError::InvalidParameter { name, value, mend } => {
            Failure::Usage(format!("--{}, valeur « {value} » : {mend}", name.replace('_', "-")))
        }
        ApiError::MissingParameter { name, mend } => Failure::Usage(format!("--{name} attendu : {mend}")),
        ApiError::Internal { detail } => Failure::Other(detail),
        other => Failure::Usage(other.to_string()),
    }
}

/// What each figure owes its readers, for the forms that have no room for it.
fn provenance(answer: &Value, served: &Served) -> String {
    let manifest = &served.snapshot.atlas().manifest;
    let mut lines = vec![
        format!("Territoire : {} ({})", manifest.nom_territoire, manifest.territoire),
        format!("Périmètre : {} (version {})", manifest.perimetre.titre, manifest.perimetre.version),
        format!("Employeur : {}", manifest.regle_employeur.libelle()),
        format!("Atlas : version {}", manifest.version),
        sources(answer).to_owned(),
    ];
    let count = |name: &str| answer.get(name).and_then(Value::as_u64);
    if let (Some(matched), Some(returned)) = (count("numberMatched"), count("numberReturned"))
        && returned < matched
    {
        lines.push(format!("Lignes : {returned} sur {matched} ; voir les options de page dans l’aide"));
    }
    if let Some(left) = left_out(answer) {
        lines.push(left);
    }
    if let Some(method) = answer.get("methode").and_then(Value::as_str) {
        lines.push(format!("Méthode : {method}"));
    }
    if let Some(warning) = answer.pointer("/metadata/avertissement").and_then(Value::as_str) {
        lines.push(warning.to_owned());
    }
    lines.join("\n")
}

fn sources(answer: &Value) -> &str {
    answer.pointer("/metadata/attribution").and_then(Value::as_str).unwrap_or_default()
}

/// Counts of what the answer does not hold.
fn left_out(answer: &Value) -> Option<String> {
    let counts = answer.get("exclus").or_else(|| answer.get("laissees_de_cote"))?.as_object()?;
    let told: Vec<String> = counts
        .iter()
        .filter(|(name, _)| *name != "total")
        .filter_map(|(name, count)| Some(format!("{} {}", label(name).to_lowercase(), count.as_u64()?)))
        .collect();
    (!told.is_empty()).then(|| format!("Laissées de côté : {}", told.join(", ")))
}
