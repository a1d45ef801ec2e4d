//! The TOML file: found, read, and held against the table of settings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::setting::{Kind, Setting};
use super::{ConfigError, Environment, FILE_NAME, FILE_VARIABLE};

/// Nearness below which two keys are too far apart to propose one for the other.
const NEAR: f64 = 0.8;

/// Values of a file, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// Where it is.
    pub path: PathBuf,
    /// Values and line of each key, sections included.
    entries: BTreeMap<String, (Vec<String>, usize)>,
}

impl ConfigFile {
    /// The file asked for, that of the environment, that of the working directory, or that of the user; only
    /// the first two need not exist here, and are errors when read.
    pub fn find(asked: Option<PathBuf>, environment: Environment<'_>, folder: &Path) -> Option<PathBuf> {
        let variable = |name: &str| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(path) = asked.or_else(|| variable(FILE_VARIABLE)) {
            return Some(path);
        }
        let here = folder.join(FILE_NAME);
        let user = || variable("XDG_CONFIG_HOME").or_else(|| variable("HOME").map(|home| home.join(".config")));
        if here.exists() {
            return Some(PathBuf::from(FILE_NAME));
        }
        user().map(|folder| folder.join("essaim").join(FILE_NAME)).filter(|path| path.exists())
    }

    /// Reads a file whose keys must all be settings.
    pub fn read(path: &Path, known: &[Setting]) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ConfigError::Missing(path.to_owned()),
            _ => ConfigError::Unreadable { path: path.to_owned(), reason: error.to_string() },
        })?;
        Self::parse(path, &text, known)
    }

    /// Reads the text of a file.
    pub fn parse(path: &Path, text: &str, known: &[Setting]) -> Result<Self, ConfigError> {
        let root = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
            path: path.to_owned(),
            line: line_at(text, error.span().map_or(0, |span| span.start)),
            reason: error.message().to_owned(),
        })?;
        let mut reader = Reader { path, text, known, entries: BTreeMap::new() };
        reader.table(root.get_ref())?;
        Ok(Self { path: path.to_owned(), entries: reader.entries })
    }

    /// Values of a setting, and the line that gives them.
    pub fn get(&self, setting: &Setting) -> Option<(&[String], usize)> {
        self.entries.get(&setting.key()).map(|(values, line)| (values.as_slice(), *line))
    }
}

struct Reader<'f> {
    path: &'f Path,
    text: &'f str,
    known: &'f [Setting],
    entries: BTreeMap<String, (Vec<String>, usize)>,
}

impl Reader<'_> {
    fn table(&mut self, root: &DeTable<'_>) -> Result<(), ConfigError> {
        for (name, value) in root {
            let is_setting = self.known.iter().any(|known| known.key() == name.get_ref().as_ref());
            let is_section = self.known.iter().any(|known| known.section.as_deref() == Some(name.get_ref()));
            match value.get_ref() {
                DeValue::Table(section) if is_section || (!is_setting && !section.is_empty()) => {
                    for (below, value) in section {
                        let key = format!("{}.{}", name.get_ref(), below.get_ref());
                        self.entry(&key, below.span().start, value)?;
                    }
                }
                _ => self.entry(name.get_ref(), name.span().start, value)?,
            }
        }
        Ok(())
    }

    fn entry(&mut self, key: &str, at: usize, value: &Spanned<DeValue<'_>>) -> Result<(), ConfigError> {
        let line = line_at(self.text, at);
        let Some(setting) = self.known.iter().find(|known| known.key() == key) else {
            let mend = nearest(key, self.known);
            return Err(ConfigError::UnknownKey { path: self.path.to_owned(), line, key: key.to_owned(), mend });
        };
        let wrong = |mend: &str| ConfigError::Value {
            origin: format!("{}:{line}", self.path.display()),
            key: key.to_owned(),
            mend: mend.to_owned(),
        };
        let values = values(setting.kind, value.get_ref()).map_err(wrong)?;
        let values = match setting.kind {
            Kind::Path => values.iter().map(|value| beside(self.path, value)).collect(),
            Kind::PathList => values.iter().map(|value| after_name(self.path, value)).collect(),
            Kind::NameOrPath => values.into_iter().map(|value| named_or_beside(self.path, value)).collect(),
            Kind::Text | Kind::Flag | Kind::List => values,
        };
        self.entries.insert(key.to_owned(), (values, line));
        Ok(())
    }
}

/// The texts that a command line would have held.
fn values(kind: Kind, value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    match (kind, value) {
        (Kind::Flag, DeValue::Boolean(flag)) => Ok(vec![flag.to_string()]),
        (Kind::Flag, _) => Err("true ou false attendu"),
        (Kind::List | Kind::PathList, DeValue::Array(items)) => {
            items.iter().map(|item| scalar(item.get_ref()).ok_or("liste de textes attendue")).collect()
        }
        (Kind::List | Kind::PathList, DeValue::Table(pairs)) => pairs
            .iter()
            .map(|(name, value)| {
                let value = scalar(value.get_ref()).ok_or("table de textes attendue")?;
                Ok(format!("{}={value}", name.get_ref()))
            })
            .collect(),
        (Kind::Text, DeValue::Array(items)) => {
            let items: Option<Vec<String>> = items.iter().map(|item| scalar(item.get_ref())).collect();
            items.map(|items| vec![items.join(",")]).ok_or("texte, nombre ou liste de textes attendu")
        }
        (Kind::Text, value) => scalar(value).map(|text| vec![text]).ok_or("texte ou nombre attendu"),
        (Kind::Path | Kind::NameOrPath, DeValue::String(text)) => Ok(vec![text.to_string()]),
        (Kind::Path | Kind::NameOrPath, _) => Err("chemin attendu, entre guillemets"),
        (Kind::List | Kind::PathList, value) => scalar(value).map(|text| vec![text]).ok_or("liste de textes attendue"),
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// The path of `nom=chemin`.
fn after_name(file: &Path, value: &str) -> String {
    match value.split_once('=') {
        Some((name, path)) => format!("{name}={}", beside(file, path)),
        None => beside(file, value),
    }
}

/// A name has neither folder nor extension.
fn named_or_beside(file: &Path, value: String) -> String {
    if value.contains(['/', '\\', '.']) { beside(file, &value) } else { value }
}

/// A path of the file, from the folder of the file; addresses stay as they are.
fn beside(file: &Path, value: &str) -> String {
    if value.contains("://") {
        return value.to_owned();
    }
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    folder.join(value).to_string_lossy().into_owned()
}

/// Line of a place in a text, from 1.
fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// What to write instead of an unknown key: the nearest name, in its section rather than in another.
fn nearest(key: &str, known: &[Setting]) -> String {
    let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
    let name = name.replace('-', "_");
    let nearness = |candidate: &Setting| {
        let place = match candidate.section.as_deref() {
            Some(there) if there == section => 0.02,
            None => 0.01,
            Some(_) => 0.0,
        };
        strsim::jaro_winkler(&name, &candidate.file_name()) + place
    };
    let best = known.iter().map(|candidate| (nearness(candidate), candidate)).max_by(|a, b| a.0.total_cmp(&b.0));
    match best.filter(|(nearness, _)| *nearness >= NEAR) {
        Some((_, Setting { section: Some(section), name, .. })) => {
            format!("la plus proche est « {} », sous [{section}]", name.replace('-', "_"))
        }
        Some((_, candidate)) => format!("la plus proche est « {} », avant toute section", candidate.file_name()),
        None => "essaim config show les liste toutes".to_owned(),
    }
}

#[cfg(test)]
mod tests;
