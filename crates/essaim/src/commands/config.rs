//! `essaim config`: the settings, their values and where these come from.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Command;
use serde_json::{Value, json};

use crate::cli::{self, ConfigCommand, SettingsFormat, ShowArguments};
use crate::commands::query::{Rows, table};
use crate::config::{Effective, FILE_VARIABLE, Kind, Layers, Origin, Setting, leaves, masked, reference, settings};
use crate::failure::Failure;
use crate::report;

/// Shows or writes.
pub fn run(command: &ConfigCommand, config: Option<&PathBuf>) -> Result<(), Failure> {
    match command {
        ConfigCommand::Init => {
            report::bytes(reference::template(&settings(&cli::declaration())).as_bytes());
            Ok(())
        }
        ConfigCommand::Reference => {
            report::bytes(reference::page(&settings(&cli::declaration())).as_bytes());
            Ok(())
        }
        ConfigCommand::Show(arguments) => show(arguments, config),
    }
}

fn show(arguments: &ShowArguments, config: Option<&PathBuf>) -> Result<(), Failure> {
    let root = cli::declaration();
    let environment = |name: &str| std::env::var_os(name);
    let mut line: Vec<OsString> = vec!["essaim".into()];
    line.extend(config.into_iter().flat_map(|path| ["--config".into(), path.clone().into_os_string()]));
    line.extend(arguments.command.iter().cloned());
    let layers = Layers::load(&root, &line, (&environment, Path::new("")))?;
    if let Some(file) = &layers.file {
        report::message(&format!("Fichier de configuration : {}", file.path.display()));
    }
    for name in strangers(&root) {
        report::message(&format!("Variable {name} : ce n’est pas un réglage d’Essaim"));
    }
    let found = if arguments.command.is_empty() {
        every(&root, &layers)?
    } else {
        let found = layers.effective(&root, &line)?;
        if found.is_empty() {
            let named = line.last().map(|last| last.to_string_lossy().into_owned()).unwrap_or_default();
            return Err(Failure::Usage(format!("« {named} » n’est pas une commande qui a des réglages")));
        }
        found
    };
    match arguments.format {
        SettingsFormat::Table => report::data(table::write(&rows(&found, arguments.origin)).trim_end()),
        SettingsFormat::Json => report::data(&format!("{:#}", found.iter().map(object).collect::<Value>())),
        SettingsFormat::Toml => report::data(toml(&found, arguments.origin).trim_end()),
    }
    Ok(())
}

/// Variables that look like settings and are none: most often a mistyped name.
fn strangers(root: &Command) -> Vec<String> {
    let known: BTreeSet<String> =
        settings(root).iter().map(Setting::variable).chain([FILE_VARIABLE.to_owned()]).collect();
    let ours = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let ours: BTreeSet<String> = ours.filter(|name| name.starts_with("ESSAIM_")).collect();
    ours.difference(&known).cloned().collect()
}

/// The settings of all commands, each once.
fn every(root: &Command, layers: &Layers<'_>) -> Result<Vec<Effective>, Failure> {
    let mut seen = BTreeSet::new();
    let mut found: Vec<Effective> = Vec::new();
    for (path, _) in leaves(root) {
        let line: Vec<OsString> = std::iter::once("essaim".into()).chain(path.into_iter().map(Into::into)).collect();
        let new = layers.effective(root, &line)?;
        found.extend(new.into_iter().filter(|each| seen.insert(each.setting.key())));
    }
    found.sort_by_key(|each| each.setting.section.is_some());
    Ok(found)
}

/// The values as a person reads them: several with commas, passwords masked, nothing when there is none.
fn shown(effective: &Effective) -> Option<String> {
    if effective.values.is_empty() {
        return None;
    }
    let values: Vec<String> = effective.values.iter().map(|value| text(value)).collect();
    Some(values.join(","))
}

fn text(value: &OsStr) -> String {
    masked(&value.to_string_lossy())
}

fn rows(found: &[Effective], with_origin: bool) -> Rows {
    let mut columns = vec!["réglage".to_owned(), "valeur".to_owned()];
    columns.extend(with_origin.then(|| "origine".to_owned()));
    let row = |each: &Effective| {
        let mut row = vec![json!(each.setting.key()), json!(shown(each))];
        let has_value = !each.values.is_empty();
        row.extend(with_origin.then(|| json!(if has_value { each.origin.to_string() } else { "—".to_owned() })));
        row
    };
    Rows { columns, cells: found.iter().map(row).collect(), total: None }
}

fn object(each: &Effective) -> Value {
    let origin = match &each.origin {
        Origin::Flag => json!({ "kind": "flag" }),
        Origin::Variable(name) => json!({ "kind": "variable", "name": name }),
        Origin::File { path, line } => json!({ "kind": "file", "path": path, "line": line }),
        Origin::Default => json!({ "kind": "default" }),
    };
    json!({
        "key": each.setting.key(),
        "option": format!("--{}", each.setting.name),
        "variable": each.setting.variable(),
        "value": shown(each),
        "origin": origin,
    })
}

/// A file that would set the same; what has no value is left out.
fn toml(found: &[Effective], with_origin: bool) -> String {
    let mut out = String::new();
    let mut section = None;
    for each in found {
        let Some(value) = shown(each) else { continue };
        if each.setting.section != section {
            section.clone_from(&each.setting.section);
            // Writing to a String cannot fail.
            let _ = writeln!(out, "\n[{}]", section.as_deref().unwrap_or_default());
        }
        let value = match each.setting.kind {
            Kind::Flag => value,
            Kind::List | Kind::PathList => {
                let items: Vec<String> = each.values.iter().map(|value| reference::toml_text(&text(value))).collect();
                format!("[{}]", items.join(", "))
            }
            Kind::Text | Kind::Path | Kind::NameOrPath => reference::toml_text(&value),
        };
        let origin = if with_origin { format!(" # {}", each.origin) } else { String::new() };
        let _ = writeln!(out, "{} = {value}{origin}", each.setting.file_name());
    }
    out.trim_start().to_owned()
}
