//! Options of `essaim config` and `essaim completions`.

use std::ffi::OsString;

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::Shell;

/// What to do with the configuration.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigCommand {
    /// Dit ce que vaut chaque réglage, et d’où cela vient.
    #[command(
        after_help = "Exemples :\n  essaim config show --origin\n  essaim config show --origin serve --listen 127.0.0.1:8081"
    )]
    Show(ShowArguments),
    /// Écrit un fichier essaim.toml commenté sur la sortie standard.
    #[command(after_help = "Exemple :\n  essaim config init > essaim.toml")]
    Init,
    /// Écrit la page de référence des réglages, en Markdown.
    #[command(hide = true)]
    Reference,
}

/// Form of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SettingsFormat {
    /// Columns for a terminal.
    Table,
    /// One object per setting.
    Json,
    /// A file that would set the same.
    Toml,
}

/// Arguments of `config show`.
#[derive(Debug, Clone, Args)]
pub struct ShowArguments {
    /// Ajoute l’origine de chaque valeur : option, variable, fichier et ligne, ou défaut
    #[arg(long)]
    pub origin: bool,
    /// Forme de la réponse
    #[arg(long, value_name = "FORME", value_enum, default_value = "table")]
    pub format: SettingsFormat,
    /// Une commande avec ses options, pour n’en voir que les réglages
    #[arg(value_name = "COMMANDE", trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}

/// Arguments of `completions`.
#[derive(Debug, Clone, Args)]
pub struct CompletionsArguments {
    /// Interpréteur de commandes
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}
