//! The table of settings, read from the options declared to clap.

use clap::{Arg, ArgAction, Command, ValueHint};

use crate::cli::is_flag;

/// Options that mean the same for every command: set once, without a section.
const SHARED: [&str; 6] = ["store", "listen", "public_url", "plan_ign", "log", "log_format"];
/// Commands whose options only say what to print about the rest.
const UNSET: [&str; 3] = ["config", "completions", "openapi"];
/// Options that are no settings: they are asked, or name the file itself.
const ASKED: [&str; 3] = ["help", "version", "config"];

/// Form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One value.
    Text,
    /// A path, relative to the folder of the file that holds it.
    Path,
    /// A path, or the name of something that we ship.
    NameOrPath,
    /// True or false.
    Flag,
    /// Several values.
    List,
    /// Several paths, each perhaps after a name: `nom=chemin`.
    PathList,
}

/// An option that may be set without being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Section of the file: the command, or none when all commands share the setting.
    pub section: Option<String>,
    /// Long name of the option, without its dashes.
    pub name: String,
    /// Identifier of the option for clap.
    pub id: String,
    /// Form of its value.
    pub kind: Kind,
    /// What it is, in French.
    pub help: String,
    /// Form of its value as the help shows it.
    pub value_name: String,
    /// Value when nobody gives any.
    pub default: Option<String>,
}

impl Setting {
    fn new(command: &str, arg: &Arg) -> Option<Self> {
        let id = arg.get_id().as_str();
        let name = arg.get_long().filter(|_| !ASKED.contains(&id) && !arg.is_hide_set())?;
        let value_name = arg.get_value_names().and_then(<[_]>::first).map(ToString::to_string).unwrap_or_default();
        let is_path = arg.get_value_hint() == ValueHint::AnyPath;
        let kind = match arg.get_action() {
            _ if is_flag(arg) => Kind::Flag,
            ArgAction::Append if is_path => Kind::PathList,
            ArgAction::Append => Kind::List,
            _ if is_path && value_name.starts_with("NOM|") => Kind::NameOrPath,
            _ if is_path => Kind::Path,
            _ => Kind::Text,
        };
        let default = arg.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
        Some(Self {
            section: (!SHARED.contains(&id)).then(|| command.to_owned()),
            name: name.to_owned(),
            id: id.to_owned(),
            kind,
            help: arg.get_help().map(ToString::to_string).unwrap_or_default(),
            value_name,
            default,
        })
    }

    /// Key in the file, with its section: `ingest.unites_legales`.
    pub fn key(&self) -> String {
        let name = self.file_name();
        self.section.as_ref().map_or_else(|| name.clone(), |section| format!("{section}.{name}"))
    }

    /// Key inside its section: `unites_legales`.
    pub fn file_name(&self) -> String {
        self.name.replace('-', "_")
    }

    /// Variable of the environment: `ESSAIM_INGEST_UNITES_LEGALES`.
    pub fn variable(&self) -> String {
        format!("ESSAIM_{}", self.key().replace('.', "_").to_uppercase())
    }
}

/// A command whose options may be set without being typed.
pub fn has_settings(section: &str) -> bool {
    !UNSET.contains(&section)
}

/// Settings of one command, those that it shares included.
pub fn of_command(section: &str, leaf: &Command) -> Vec<Setting> {
    leaf.get_arguments().filter_map(|arg| Setting::new(section, arg)).collect()
}

/// Every command that can be run and has settings: its path and its declaration.
pub fn leaves(root: &Command) -> Vec<(Vec<String>, &Command)> {
    let mut found = Vec::new();
    let mut waiting: Vec<(Vec<String>, &Command)> = vec![(Vec::new(), root)];
    while let Some((path, command)) = waiting.pop() {
        if command.has_subcommands() {
            let below = command.get_subcommands().filter(|sub| !UNSET.contains(&sub.get_name()));
            let mut below: Vec<_> =
                below.map(|sub| (path.iter().cloned().chain([sub.get_name().to_owned()]).collect(), sub)).collect();
            below.reverse();
            waiting.extend(below);
        } else {
            found.push((path, command));
        }
    }
    found
}

/// All settings, each once: shared ones first, then by section, in the order of the help.
pub fn settings(root: &Command) -> Vec<Setting> {
    let mut found: Vec<Setting> = Vec::new();
    for (path, leaf) in leaves(root) {
        let Some(section) = path.first() else { continue };
        for setting in of_command(section, leaf).into_iter().chain(of_command(section, root)) {
            if !found.iter().any(|known| known.key() == setting.key()) {
                found.push(setting);
            }
        }
    }
    found.sort_by_key(|setting| setting.section.is_some());
    found
}
