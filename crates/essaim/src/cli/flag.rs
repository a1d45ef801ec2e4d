//! Switches that may be turned off as well: what a variable or a file turns on, the command line can undo.

use clap::{Arg, ArgAction, Command};

/// Form of the value of a switch, in the help.
const FORM: &str = "true|false";

/// The same command, whose switches take an optional value: `--fictif` or `--fictif=false`.
pub fn with_values(command: Command) -> Command {
    command.mut_args(optional).mut_subcommands(with_values)
}

/// A switch, as [`with_values`] makes them.
pub fn is_flag(arg: &Arg) -> bool {
    arg.get_num_args().is_some_and(|count| count.min_values() == 0 && count.max_values() == 1)
}

fn optional(arg: Arg) -> Arg {
    if !matches!(arg.get_action(), ArgAction::SetTrue) {
        return arg;
    }
    arg.action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .value_name(FORM)
        .default_value("false")
        .default_missing_value("true")
        .value_parser(yes_or_no)
}

/// Truth, in the words of a program or of a person.
pub fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text.to_lowercase().as_str() {
        "true" | "1" | "oui" | "vrai" => Ok(true),
        "false" | "0" | "non" | "faux" => Ok(false),
        _ => Err("true ou false attendu"),
    }
}
