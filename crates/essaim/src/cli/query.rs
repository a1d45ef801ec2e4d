//! Options of `essaim query`, made from the parameters of the service.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, Subcommand, ValueEnum};

use serde_json::Value;

use super::StoreArgument;
use crate::questions::{Asked, QUESTIONS};

/// Form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// Columns for a terminal.
    Table,
    /// The JSON of the service.
    Json,
    /// The GeoJSON of the service.
    Geojson,
    /// Semicolons, for a spreadsheet.
    Csv,
}

/// Mark between the whole part and the decimals of a CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Decimal {
    /// `1.5`.
    Point,
    /// `1,5`, as a French spreadsheet reads it.
    Virgule,
}

impl From<Decimal> for api::spreadsheet::Decimal {
    fn from(decimal: Decimal) -> Self {
        match decimal {
            Decimal::Point => Self::Point,
            Decimal::Virgule => Self::Virgule,
        }
    }
}

/// How to write an answer.
#[derive(Debug, Clone, Args)]
pub struct OutputArguments {
    /// Forme de la réponse
    #[arg(long, value_name = "FORME", value_enum, default_value = "table")]
    pub format: AnswerFormat,
    /// Séparateur décimal du CSV
    #[arg(long, value_name = "SIGNE", value_enum, default_value = "point")]
    pub decimale: Decimal,
}

/// Arguments of `query`: a question and its parameters.
#[derive(Debug, Clone)]
pub struct QueryArguments {
    /// What to ask.
    pub store: StoreArgument,
    /// How to write the answer.
    pub output: OutputArguments,
    /// The question.
    pub asked: &'static Asked,
    /// Its parameters, named as in URLs.
    pub pairs: Vec<(String, String)>,
}

impl Subcommand for QueryArguments {
    fn augment_subcommands(command: Command) -> Command {
        QUESTIONS.iter().fold(command, |command, asked| command.subcommand(question(asked)))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        QUESTIONS.iter().any(|asked| asked.name == name)
    }
}

impl FromArgMatches for QueryArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let missing = || Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, given) = matches.subcommand().ok_or_else(missing)?;
        let asked = QUESTIONS.iter().find(|asked| asked.name == name).ok_or_else(missing)?;
        let mut pairs = Vec::new();
        for parameter in asked.parameters.iter().copied().flatten() {
            let values = given.get_many::<String>(option_name(parameter)).into_iter().flatten();
            pairs.extend(values.map(|value| ((*parameter).to_owned(), value.clone())));
        }
        Ok(Self {
            store: StoreArgument::from_arg_matches(given)?,
            output: OutputArguments::from_arg_matches(given)?,
            asked,
            pairs,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Name of the option of a parameter: `--format` is the form of the answer on every command.
fn option_name(parameter: &'static str) -> &'static str {
    if parameter == "format" { "surface" } else { parameter }
}

fn question(asked: &'static Asked) -> Command {
    let command = StoreArgument::augment_args(Command::new(asked.name));
    let descriptions = api::openapi::parameters();
    let parameters = asked.parameters.iter().copied().flatten().map(|name| {
        let description = descriptions.iter().find(|(known, _, _)| known == name);
        let (schema, text) = description.map(|(_, schema, text)| (schema, *text)).unzip();
        let kind = schema.and_then(|schema| schema.get("type")).and_then(Value::as_str).unwrap_or_default();
        let default = schema.and_then(|schema| schema.get("default")).map(ToString::to_string);
        let default = if *name == "limit" { Some(asked.limit.to_string()) } else { default };
        let default = default.map(|default| format!(" [défaut : {}]", default.trim_matches('"')));
        let arg = Arg::new(option_name(name))
            .long(option_name(name).replace('_', "-"))
            .help(format!("{}{}", text.unwrap_or_default(), default.unwrap_or_default()))
            .value_name(value_name(kind))
            .required(asked.required.contains(name))
            .allow_negative_numbers(matches!(kind, "integer" | "number"))
            // A box may begin with a western longitude.
            .allow_hyphen_values(kind == "array");
        // The service takes a filter given several times as a list.
        let arg = if api::params::FILTERS.contains(name) { arg.action(ArgAction::Append) } else { arg };
        if *name == "tranche_effectifs" { arg.visible_alias("tranche") } else { arg }
    });
    let command = command.args(parameters.collect::<Vec<_>>());
    OutputArguments::augment_args(command).about(asked.summary)
}

/// How a value of a JSON type looks.
fn value_name(kind: &str) -> &'static str {
    match kind {
        "integer" | "number" => "NOMBRE",
        "boolean" => "true|false",
        "array" => "NOMBRES",
        _ => "TEXTE",
    }
}
