//! A wrong usage, told in French, with where the wrong value comes from.

use std::error::Error as _;
use std::num::{ParseFloatError, ParseIntError};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::config::{Effective, Origin, masked};

/// The message of an error of clap; `effective` tells which values were not typed.
pub fn french(error: &clap::Error, effective: &[Effective]) -> String {
    let text = |kind| context(error, kind);
    let option = text(ContextKind::InvalidArg);
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return format!("commande attendue\n\n{}", error.render().to_string().trim_end());
    }
    let what = match error.kind() {
        ErrorKind::MissingRequiredArgument => missing(error, effective),
        ErrorKind::UnknownArgument => {
            format!("option inconnue : {option}{}", nearest(&text(ContextKind::SuggestedArg)))
        }
        ErrorKind::InvalidSubcommand => {
            let nearest = nearest(&text(ContextKind::SuggestedSubcommand));
            format!("commande inconnue : {}{nearest}", text(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand => {
            format!("commande attendue, parmi : {}", text(ContextKind::ValidSubcommand))
        }
        ErrorKind::InvalidValue if text(ContextKind::InvalidValue).is_empty() => {
            format!("{option} : valeur attendue{}", admitted(error))
        }
        ErrorKind::InvalidValue => {
            format!(
                "{}, valeur « {} » refusée{}",
                place(&option, effective),
                text(ContextKind::InvalidValue),
                admitted(error)
            )
        }
        ErrorKind::ValueValidation => {
            format!("{}, valeur « {} » : {}", place(&option, effective), text(ContextKind::InvalidValue), reason(error))
        }
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg);
            if other == option {
                format!("{option} : donnée deux fois")
            } else {
                format!("{option} ne va pas avec {other}")
            }
        }
        ErrorKind::InvalidUtf8 => "argument qui n’est pas de l’UTF-8".to_owned(),
        _ => format!("{option} : nombre de valeurs inattendu"),
    };
    let usage = text(ContextKind::Usage);
    let usage = usage.trim().trim_start_matches("Usage:").trim();
    if usage.is_empty() { what } else { format!("{what}\n\nUsage : {usage}\nAide : --help") }
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::Strings(all)) => all.join(", "),
        None | Some(ContextValue::None) => String::new(),
        // A refused value may be an address with its password.
        Some(value) => masked(&value.to_string()),
    }
}

/// The options that are missing, with the other ways of giving them.
fn missing(error: &clap::Error, effective: &[Effective]) -> String {
    let Some(ContextValue::Strings(names)) = error.get(ContextKind::InvalidArg) else {
        return "argument obligatoire absent".to_owned();
    };
    let line = |name: &String| {
        let ways = setting_of(name, effective).map(|each| {
            let (variable, key) = (each.setting.variable(), each.setting.file_name());
            match &each.setting.section {
                Some(section) => format!(" (ou {variable}, ou {key} sous [{section}] dans essaim.toml)"),
                None => format!(" (ou {variable}, ou {key} dans essaim.toml)"),
            }
        });
        format!("\n  {name}{}", ways.unwrap_or_default())
    };
    format!("il manque :{}", names.iter().map(line).collect::<String>())
}

/// The setting of an option as clap shows it: `--listen <ADRESSE:PORT>`.
fn setting_of<'e>(shown: &str, effective: &'e [Effective]) -> Option<&'e Effective> {
    let name = shown.split([' ', '=', '[', '<']).next().unwrap_or_default().trim_start_matches("--");
    effective.iter().find(|each| each.setting.name == name)
}

/// The option, after the line or the variable that gave its value when it was not typed.
fn place(option: &str, effective: &[Effective]) -> String {
    let Some(each) = setting_of(option, effective) else { return option.to_owned() };
    match &each.origin {
        Origin::File { .. } => format!("{}, {}", each.origin, each.setting.key()),
        Origin::Variable(_) => each.origin.to_string(),
        Origin::Flag | Origin::Default => option.to_owned(),
    }
}

fn nearest(suggestion: &str) -> String {
    if suggestion.is_empty() { String::new() } else { format!(" ; la plus proche est {suggestion}") }
}

fn admitted(error: &clap::Error) -> String {
    let values = context(error, ContextKind::ValidValue);
    if values.is_empty() { String::new() } else { format!(" ; admis : {values}") }
}

/// What the type of the value says; the standard library says it in English.
fn reason(error: &clap::Error) -> String {
    let Some(source) = error.source() else { return "valeur refusée".to_owned() };
    if source.is::<ParseFloatError>() {
        "nombre attendu, avec un point décimal".to_owned()
    } else if source.is::<ParseIntError>() {
        "nombre entier attendu".to_owned()
    } else if source.is::<std::net::AddrParseError>() {
        "adresse:port attendus, par exemple 127.0.0.1:8080".to_owned()
    } else {
        source.to_string()
    }
}

#[cfg(test)]
mod tests;
