//! Help in French throughout: what clap writes of its own accord is in English.

use clap::{Arg, Command};

use super::is_flag;

/// Told under every command that has settings.
const SETTINGS: &str = "Chaque option peut aussi venir d’une variable ESSAIM_… ou du fichier essaim.toml : « essaim config show » les liste.";

/// The same command, whose help is in French at every level.
pub fn french(command: Command) -> Command {
    let has_settings = !command.has_subcommands() && command.get_arguments().any(|arg| arg.get_long() == Some("store"));
    let template = template(&command);
    let command = command.help_template(template).subcommand_value_name("COMMANDE");
    let command = command.disable_help_subcommand(true).mut_args(argument).mut_subcommands(french);
    let after = command.get_after_help().map(ToString::to_string);
    match after {
        None if has_settings => command.after_help(SETTINGS),
        Some(after) if has_settings => command.after_help(format!("{after}\n\n{SETTINGS}")),
        _ => command,
    }
}

/// clap's own headings are in English: its template is not.
fn template(command: &Command) -> String {
    let mut template = "{about-with-newline}\nUsage : {usage}\n\n".to_owned();
    if command.has_subcommands() {
        template.push_str("Commandes :\n{subcommands}\n\n");
    }
    if command.get_positionals().next().is_some() {
        template.push_str("Arguments :\n{positionals}\n\n");
    }
    template + "Options :\n{options}{after-help}"
}

/// Default, admitted values and other names, told in the French text of the option.
fn argument(arg: Arg) -> Arg {
    let aliases: Vec<String> =
        arg.get_visible_aliases().unwrap_or_default().iter().map(|alias| (*alias).to_owned()).collect();
    let mut told = Vec::new();
    if arg.get_action().takes_values() && !is_flag(&arg) {
        let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        told.extend((!defaults.is_empty()).then(|| format!("défaut : {}", defaults.join(","))));
        let admitted: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        told.extend((!admitted.is_empty()).then(|| format!("admis : {}", admitted.join(", "))));
    }
    told.extend(aliases.iter().map(|alias| format!("alias : --{alias}")));
    let arg = if is_flag(&arg) { arg.hide_default_value(true) } else { arg };
    if told.is_empty() {
        return arg;
    }
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let arg = arg.help(format!("{help} [{}]", told.join(" ; ")));
    let arg = aliases.into_iter().fold(arg.visible_alias(None), Arg::alias);
    if arg.get_action().takes_values() { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
}
