//! Essaim: the social and solidarity economy of a French territory, from the official open files to a
//! served and explained atlas.
//!
//! Standard output is data, standard error is messages. Exit codes: 0 success; 1 failure; 2 usage;
//! 3 invalid or inconsistent data; 4 missing input; 130 interrupted.

mod cli;
mod commands;
mod failure;
mod progress;
mod report;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("ESSAIM_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let outcome = actix_web::rt::System::new().block_on(run(cli));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report::message(&format!("essaim : {failure}"));
            ExitCode::from(failure.exit_code())
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Ingest(arguments) => commands::ingest::run(&arguments).await,
        Command::Serve(arguments) => commands::serve::run(&arguments).await,
        Command::Demo(arguments) => commands::demo::run(&arguments).await,
        Command::Synth(arguments) => commands::synth::run(&arguments).await,
        Command::Check(arguments) => commands::check::run(&arguments).await,
        Command::Openapi => commands::openapi::run(),
    }
}
