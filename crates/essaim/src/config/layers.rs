//! The layers, one above the other: what each setting is worth and where that comes from.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::setting::{self, Kind, Setting};
use super::{ConfigError, ConfigFile};
use crate::cli;

/// Reads a variable; a function, so that tests need not touch the environment of the process.
pub type Environment<'e> = &'e dyn Fn(&str) -> Option<OsString>;

/// Where a value comes from, the strongest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Typed.
    Flag,
    /// A variable of the environment.
    Variable(String),
    /// A line of the file.
    File {
        /// File.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
    /// Nobody gave one.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("ligne de commande"),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Default => f.write_str("défaut"),
        }
    }
}

/// A setting as a command sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// Which.
    pub setting: Setting,
    /// Its values; none when it has no default either.
    pub values: Vec<OsString>,
    /// Where they come from.
    pub origin: Origin,
}

/// Everything below the command line.
pub struct Layers<'e> {
    /// Variables.
    pub environment: Environment<'e>,
    /// File, if any.
    pub file: Option<ConfigFile>,
}

impl<'e> Layers<'e> {
    /// Finds and reads the file that a command line, the environment or the folders name.
    pub fn load(
        root: &Command,
        arguments: &[OsString],
        (environment, folder): (Environment<'e>, &Path),
    ) -> Result<Self, ConfigError> {
        let asked = lenient(root, arguments).and_then(|matches| config_of(&matches));
        let found = ConfigFile::find(asked, environment, folder);
        let file = found.map(|path| ConfigFile::read(&path, &setting::settings(root))).transpose()?;
        Ok(Self { environment, file })
    }

    /// Settings of the command that a command line names, with their values; none when it names no command
    /// that has any.
    pub fn effective(&self, root: &Command, arguments: &[OsString]) -> Result<Vec<Effective>, ConfigError> {
        let Some(matches) = lenient(root, arguments) else { return Ok(Vec::new()) };
        let (mut command, mut found, mut section) = (root, &matches, None);
        while let Some((name, below)) = found.subcommand() {
            let Some(next) = command.find_subcommand(name) else { return Ok(Vec::new()) };
            section = section.or(Some(name));
            (command, found) = (next, below);
        }
        let Some(section) = section.filter(|section| setting::has_settings(section)) else { return Ok(Vec::new()) };
        if command.has_subcommands() {
            return Ok(Vec::new());
        }
        let own = setting::of_command(section, command);
        let shared = setting::of_command(section, root);
        let missing = shared.into_iter().filter(|shared| own.iter().all(|own| own.id != shared.id)).collect::<Vec<_>>();
        own.into_iter().chain(missing).map(|setting| self.value(setting, found)).collect()
    }

    fn value(&self, setting: Setting, typed: &ArgMatches) -> Result<Effective, ConfigError> {
        let mut found = self.first(setting, typed)?;
        if found.setting.kind == Kind::Flag {
            found.values.iter_mut().for_each(spell_out);
        }
        Ok(found)
    }

    /// The value of the first layer that has one, as it was written there.
    fn first(&self, setting: Setting, typed: &ArgMatches) -> Result<Effective, ConfigError> {
        if typed.value_source(&setting.id) == Some(ValueSource::CommandLine) {
            let values = typed.get_raw(&setting.id).into_iter().flatten().map(OsStr::to_owned).collect();
            return Ok(Effective { setting, values, origin: Origin::Flag });
        }
        let name = setting.variable();
        if let Some(value) = (self.environment)(&name).filter(|value| !value.is_empty()) {
            let values = variable_values(&setting, value)?;
            return Ok(Effective { setting, values, origin: Origin::Variable(name) });
        }
        if let Some(file) = &self.file
            && let Some((values, line)) = file.get(&setting)
        {
            let values = values.iter().map(OsString::from).collect();
            return Ok(Effective { setting, values, origin: Origin::File { path: file.path.clone(), line } });
        }
        let values = setting.default.iter().map(OsString::from).collect();
        Ok(Effective { setting, values, origin: Origin::Default })
    }
}

/// The same command line, with what the lower layers give typed after its options.
pub fn typed(arguments: &[OsString], effective: &[Effective]) -> Vec<OsString> {
    let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let (options, rest) = arguments.split_at(end);
    let mut all = options.to_vec();
    for each in effective {
        if matches!(each.origin, Origin::Flag | Origin::Default) {
            continue;
        }
        let option = format!("--{}", each.setting.name);
        for value in &each.values {
            let mut argument = OsString::from(format!("{option}="));
            argument.push(value);
            all.push(argument);
        }
    }
    all.extend_from_slice(rest);
    all
}

fn variable_values(setting: &Setting, value: OsString) -> Result<Vec<OsString>, ConfigError> {
    let wrong = |mend: &str| ConfigError::Value {
        origin: format!("variable {}", setting.variable()),
        key: setting.key(),
        mend: mend.to_owned(),
    };
    match setting.kind {
        Kind::Text | Kind::Path | Kind::NameOrPath | Kind::Flag => Ok(vec![value]),
        Kind::List | Kind::PathList => {
            let text = value.to_str().ok_or_else(|| wrong("texte UTF-8 attendu"))?;
            Ok(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(OsString::from).collect())
        }
    }
}

/// Names a command that has settings, so that the layers below are worth reading.
pub fn has_settings(root: &Command, arguments: &[OsString]) -> bool {
    let matches = lenient(root, arguments);
    matches.as_ref().and_then(ArgMatches::subcommand_name).is_some_and(setting::has_settings)
}

/// One spelling of a truth, whatever its origin; what is none stays, for the strict reading to refuse.
fn spell_out(value: &mut OsString) {
    if let Some(Ok(flag)) = value.to_str().map(cli::yes_or_no) {
        *value = flag.to_string().into();
    }
}

/// What was typed, whatever is missing or wrong: the strict reading comes after.
fn lenient(root: &Command, arguments: &[OsString]) -> Option<ArgMatches> {
    root.clone().ignore_errors(true).try_get_matches_from(arguments).ok()
}

/// `--config`, wherever it stands.
fn config_of(matches: &ArgMatches) -> Option<PathBuf> {
    let below = || matches.subcommand().and_then(|(_, below)| config_of(below));
    matches.try_get_one::<PathBuf>("config").ok().flatten().cloned().or_else(below)
}

#[cfg(test)]
mod tests;
