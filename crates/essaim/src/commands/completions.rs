//! `essaim completions`: what a shell needs to complete our commands.

use crate::cli::{self, CompletionsArguments};
use crate::report;

/// Writes the script of a shell.
pub fn run(arguments: &CompletionsArguments) {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut cli::declaration(), "essaim", &mut script);
    report::bytes(&script);
}
