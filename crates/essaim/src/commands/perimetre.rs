//! Which perimeter an ingest applies, and the lists that go with it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use domain::perimetre::{CRESS_EMPLOYEURS, EntetePerimetre, LIVRES, TextesPerimetre};
use domain::{Membre, NomListe, Perimetre};

use crate::cli::IngestArguments;
use crate::failure::Failure;

/// A perimeter shipped, by its name, or one from its TOML file, whose tables stand beside it or are the
/// shipped ones of that name.
pub fn choose(choice: Option<&Path>) -> Result<Perimetre, Failure> {
    let Some(choice) = choice else { return Perimetre::cress_employeurs().map_err(Failure::data) };
    if let Some(shipped) = choice.to_str().and_then(Perimetre::livre) {
        return shipped.map_err(Failure::data);
    }
    if choice.extension().is_none() && !choice.exists() {
        let known = LIVRES.map(|(nom, _)| nom).join(", ");
        let shown = choice.display();
        return Err(Failure::data(format!(
            "périmètre « {shown} » inconnu ; livrés : {known} ; sinon, donner un fichier TOML"
        )));
    }
    from_file(choice)
}

fn from_file(path: &Path) -> Result<Perimetre, Failure> {
    let in_file = |error: &dyn std::fmt::Display| Failure::data(format!("{} : {error}", path.display()));
    let entete = read(path)?;
    let names: EntetePerimetre = toml::from_str(&entete).map_err(|error| in_file(&error))?;
    let beside = |name: &str, shipped: &str| {
        let table = path.with_file_name(name);
        if table.exists() { read(&table) } else { Ok(shipped.to_owned()) }
    };
    let categories = beside(&names.categories, CRESS_EMPLOYEURS.categories)?;
    let ape_exclues = beside(&names.ape_exclues, CRESS_EMPLOYEURS.ape_exclues)?;
    Perimetre::parse(&TextesPerimetre { entete: &entete, categories: &categories, ape_exclues: &ape_exclues })
        .map_err(|error| in_file(&error))
}

/// The lists given, by name; one given twice is a mistake.
pub fn lists(arguments: &IngestArguments) -> Result<HashMap<NomListe, PathBuf>, Failure> {
    let mut lists = HashMap::new();
    let of_ess = arguments.liste_ess.iter().map(|path| (NomListe::EssFrance, path.clone()));
    for (nom, path) in arguments.listes.iter().cloned().chain(of_ess) {
        if lists.insert(nom, path).is_some() {
            return Err(Failure::data(format!("liste « {} » donnée deux fois ; n’en garder qu’une", nom.code())));
        }
    }
    Ok(lists)
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::MissingInput(path.to_owned()),
        _ => Failure::data(format!("{} : {error}", path.display())),
    })
}
