//! Essaim: the social and solidarity economy of a French territory, from the official open files to a
//! served and explained atlas.
//!
//! Standard output is data, standard error is messages. Exit codes: 0 success; 1 failure; 2 usage;
//! 3 invalid or inconsistent data; 4 missing input; 130 interrupted.

mod cli;
mod commands;
mod config;
mod failure;
mod interruption;
mod progress;
mod questions;
mod report;
mod usage;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::FromArgMatches;
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command, LogFormat};
use crate::config::{Effective, Layers};
use crate::failure::Failure;

/// Half the time of the system's on the ten million small texts of a national atlas.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let outcome = match read(&arguments) {
        Ok(Some(cli)) => start(cli),
        Ok(None) => Ok(()),
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report::message(&format!("essaim : {failure}"));
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Reads the command line, completed by the environment and the configuration file; nothing when it only asked
/// for help or for the version.
fn read(arguments: &[OsString]) -> Result<Option<Cli>, Failure> {
    let root = cli::command();
    let environment = |name: &str| std::env::var_os(name);
    let mut effective: Vec<Effective> = Vec::new();
    if config::has_settings(&root, arguments) {
        let layers = Layers::load(&root, arguments, (&environment, Path::new("")))?;
        effective = layers.effective(&root, arguments)?;
    }
    let complete = config::typed(arguments, &effective);
    let matches = match root.try_get_matches_from(complete) {
        Ok(matches) => matches,
        // Help and version are data; help that answers an empty command is a message.
        Err(error) if !error.use_stderr() => {
            report::data(error.render().to_string().trim_end());
            return Ok(None);
        }
        Err(error) => return Err(Failure::Usage(usage::french(&error, &effective))),
    };
    let cli = Cli::from_arg_matches(&matches).map_err(|error| Failure::Usage(usage::french(&error, &effective)))?;
    Ok(Some(cli))
}

fn start(cli: Cli) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&cli.log).map_err(|_| {
        Failure::Usage(format!("--log, valeur « {} » : filtre attendu, par exemple warn ou api=debug", cli.log))
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match cli.log_format {
        LogFormat::Texte => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    actix_web::rt::System::new().block_on(run(cli))
}

async fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Ingest(arguments) => commands::ingest::run(&arguments).await,
        Command::Serve(arguments) => Box::pin(commands::serve::run(&arguments)).await,
        Command::Demo(arguments) => Box::pin(commands::demo::run(&arguments)).await,
        Command::Query(arguments) => commands::query::run(&arguments).await,
        Command::Portrait(arguments) => Box::pin(commands::portrait::run(&arguments)).await,
        Command::Synth(arguments) => commands::synth::run(&arguments).await,
        Command::Check(arguments) => commands::check::run(&arguments).await,
        Command::Perimetres(arguments) => commands::perimetre::run(&arguments),
        Command::Config(command) => commands::config::run(&command, cli.config.as_ref()),
        Command::Completions(arguments) => {
            commands::completions::run(&arguments);
            Ok(())
        }
        Command::Openapi => commands::openapi::run(),
    }
}
