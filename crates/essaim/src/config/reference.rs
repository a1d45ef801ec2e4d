//! What the table of settings becomes: the reference page and the commented file.

use std::fmt::Write as _;

use super::setting::{Kind, Setting};

/// Introduction of the reference page.
const INTRODUCTION: &str = "# Configuration\n\n\
<!-- Page engendrée par la table des réglages : « make reference » l’écrit, un test la compare. -->\n\n\
Chaque option de la ligne de commande est un réglage. Sa valeur vient, dans cet ordre, de :\n\n\
1. l’option tapée (`--listen 127.0.0.1:8081`) ;\n\
2. la variable d’environnement (`ESSAIM_LISTEN`) ; une variable vide ne compte pas ;\n\
3. le fichier de configuration ;\n\
4. la valeur par défaut.\n\n\
Le fichier est celui de `--config`, sinon de `ESSAIM_CONFIG`, sinon `essaim.toml` du dossier courant, sinon \
`$XDG_CONFIG_HOME/essaim/essaim.toml` (`~/.config/essaim/essaim.toml`). Un seul est lu. Ses chemins relatifs \
partent de son dossier. Une clé inconnue est une erreur qui nomme le fichier, la ligne et la clé la plus proche. \
Une liste s’écrit `[\"a\", \"b\"]` dans le fichier (ou une table, pour des paires `nom=valeur`) et avec des virgules dans une variable.\n\n\
`essaim config show --origin` dit ce que vaut chaque réglage et d’où cela vient, mots de passe masqués ; \
`essaim config show --origin serve --listen 127.0.0.1:8081`, ce qu’en ferait cette commande. \
`essaim config init > essaim.toml` écrit un fichier commenté.\n";

/// The reference page, in Markdown.
pub fn page(settings: &[Setting]) -> String {
    let mut out = INTRODUCTION.to_owned();
    for (section, settings) in sections(settings) {
        // Writing to a String cannot fail.
        let _ = match section {
            Some(section) => write!(out, "\n## `[{section}]` : essaim {section}\n\n"),
            None => write!(out, "\n## Pour toutes les commandes\n\n"),
        };
        out.push_str("| option | variable | clé | défaut | sens |\n|---|---|---|---|---|\n");
        for each in settings {
            let default = each.default.as_ref().map(|value| format!("`{value}`")).unwrap_or_default();
            let help = without_default(&each.help).replace('|', "\\|");
            let (name, variable, key) = (&each.name, each.variable(), each.file_name());
            let _ = writeln!(out, "| `--{name}` | `{variable}` | `{key}` | {default} | {help} |");
        }
    }
    out
}

/// A file whose every line is a comment: taking the mark off sets the value.
pub fn template(settings: &[Setting]) -> String {
    let mut out = "# Configuration d’Essaim. Ôter le # d’une ligne pour fixer sa valeur.\n\
                   # Une option tapée, puis une variable ESSAIM_…, l’emportent sur ce fichier.\n\
                   # Les chemins relatifs partent du dossier de ce fichier.\n"
        .to_owned();
    for (section, settings) in sections(settings) {
        out.push('\n');
        if let Some(section) = section {
            let _ = writeln!(out, "[{section}]");
        }
        for each in settings {
            let _ = writeln!(out, "# {}\n#{} = {}", without_default(&each.help), each.file_name(), example(each));
        }
    }
    out
}

/// A TOML value for a text; numbers and booleans are settings like others, and are read from texts as well.
pub fn toml_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn example(setting: &Setting) -> String {
    match (setting.kind, &setting.default) {
        (Kind::Flag, _) => "false".to_owned(),
        (Kind::List | Kind::PathList, _) => "[]".to_owned(),
        (_, Some(default)) => toml_text(default),
        (_, None) => toml_text(&format!("…{}…", setting.value_name)),
    }
}

/// The default has its own column.
fn without_default(help: &str) -> &str {
    help.split(" [défaut").next().unwrap_or(help).trim_end()
}

/// Settings by section, in their order.
fn sections(settings: &[Setting]) -> Vec<(Option<&str>, Vec<&Setting>)> {
    let mut found: Vec<(Option<&str>, Vec<&Setting>)> = Vec::new();
    for setting in settings {
        let section = setting.section.as_deref();
        match found.iter_mut().find(|(known, _)| *known == section) {
            Some((_, settings)) => settings.push(setting),
            None => found.push((section, vec![setting])),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{ConfigFile, settings};
    use super::*;
    use crate::cli;

    #[test]
    fn the_kept_page_is_the_generated_one() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
        let page = page(&settings(&cli::declaration()));
        if std::env::var_os("ESSAIM_WRITE_REFERENCE").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == page,
            "docs/configuration.md is out of date: run « make reference » and look at the difference"
        );
    }

    #[test]
    fn the_commented_file_is_valid_with_and_without_its_marks() {
        let settings = settings(&cli::declaration());
        let template = template(&settings);
        let path = Path::new("essaim.toml");
        assert!(ConfigFile::parse(path, &template, &settings).is_ok());
        let uncommented: String = template
            .lines()
            .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
            .flat_map(|line| [line, "\n"])
            .collect();
        let file = ConfigFile::parse(path, &uncommented, &settings).unwrap();
        for setting in &settings {
            assert!(file.get(setting).is_some(), "{}", setting.key());
        }
    }
}
