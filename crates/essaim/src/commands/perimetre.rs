//! Which perimeter an ingest applies, and the lists that go with it.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use domain::perimetre::{CRESS_EMPLOYEURS, EntetePerimetre, LIVRES, TextesPerimetre};
use domain::{Membre, NomListe, Nomenclature, Perimetre};

use crate::cli::{IngestArguments, PerimetresArguments};
use crate::failure::Failure;
use crate::report;

/// Lists the perimeters shipped, or spells one out.
pub fn run(arguments: &PerimetresArguments) -> Result<(), Failure> {
    let Some(choice) = &arguments.perimetre else {
        let line = |(_, textes): &(&str, TextesPerimetre<'_>)| {
            let entete = Perimetre::parse(textes).map_err(Failure::data)?.entete;
            Ok(format!("{:<18} {:<9} {}", entete.nom, entete.version, entete.titre))
        };
        report::data(&LIVRES.iter().map(line).collect::<Result<Vec<_>, Failure>>()?.join("\n"));
        return Ok(());
    };
    report::data(&spelled_out(&choose(Some(choice))?));
    Ok(())
}

/// Every rule of a perimeter, as its file and its tables give it.
fn spelled_out(perimetre: &Perimetre) -> String {
    let (entete, composition) = (&perimetre.entete, perimetre.composition());
    let mut lines = vec![
        format!("{} (version {}, valable du {})", entete.nom, entete.version, entete.valable_du),
        entete.description.clone(),
        format!("Sources : {}", entete.sources),
        format!("Réserve : {}", entete.reserve),
    ];
    let mut list = |head: &str, codes: &[String]| {
        let codes = if codes.is_empty() { "aucune".to_owned() } else { codes.join(" ") };
        lines.push(format!("{head} : {codes}"));
    };
    for (famille, codes) in &composition.par_forme {
        list(famille.libelle(), codes);
    }
    list("Sur mention ou liste", &composition.sur_preuve);
    list("À confirmer", &composition.a_confirmer);
    for (nomenclature, name) in [(Nomenclature::NafRev2, "NAF rév. 2"), (Nomenclature::Naf2025, "NAF 2025")] {
        let of = |lists: &BTreeMap<Nomenclature, Vec<String>>| lists.get(&nomenclature).cloned().unwrap_or_default();
        list(&format!("Activités exclues ({name})"), &of(&composition.ape_exclues));
        list(&format!("Activités au sort non tranché ({name})"), &of(&composition.ape_a_decider));
    }
    lines.push(format!("Activité testée : {}", entete.exclusion_teste.libelle()));
    lines.push(format!("Mention ESS de Sirene : {}", entete.mention_ess.libelle()));
    for liste in &entete.listes {
        lines.push(format!("Liste « {} » → {} : {}", liste.nom.code(), liste.famille.libelle(), liste.source));
    }
    for propre in &entete.categories_propres {
        let place = propre.famille.map_or("hors du périmètre", domain::Famille::libelle);
        lines.push(format!("Catégorie {} → {place} : {}", propre.code, propre.raison));
    }
    lines.push(format!("Règle d’employeur : {} ({})", entete.employeur.code(), entete.employeur.libelle()));
    lines.join("\n")
}

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
