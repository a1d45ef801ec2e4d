//! `essaim check --truth`: planted, found, missed.

use std::path::Path;

use domain::Atlas;
use statistics::{Verite, verite};

use crate::cli::CheckArguments;
use crate::failure::Failure;
use crate::report;

/// Prints the score; exit code 3 when anything planted was missed.
pub async fn run(arguments: &CheckArguments) -> Result<(), Failure> {
    let atlas = store::open(&arguments.store.store).await?.load().await?;
    let score = score(&atlas, &arguments.truth)?;
    report::data(report::verite(&score).trim_end());
    if score.est_parfaite() {
        return Ok(());
    }
    Err(Failure::Data(format!("{} lignes plantées n’ont pas été retrouvées", score.manques)))
}

/// Scores an atlas against a file of truth.
pub fn score(atlas: &Atlas, truth: &Path) -> Result<Verite, Failure> {
    let text = std::fs::read_to_string(truth).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::MissingInput(truth.to_owned()),
        _ => Failure::other(format!("{} : {error}", truth.display())),
    })?;
    verite::score(atlas, &text).map_err(Failure::data)
}
