//! Options of `essaim ingest`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use domain::{Membre, NomListe, RegleEmployeur, Territoire};

use super::StoreArgument;

/// Arguments of `ingest`.
#[derive(Debug, Args)]
pub struct IngestArguments {
    /// Where to publish.
    #[command(flatten)]
    pub store: StoreArgument,
    /// Territoire : ept:T10, epci:200054781, commune:94052, departement:94, region:11 ou une liste de codes
    #[arg(long, value_name = "TERRITOIRE")]
    pub territoire: Territoire,
    /// Stock des établissements (Sirene) : CSV, ZIP ou Parquet
    #[arg(long, value_name = "FICHIER")]
    pub etablissements: PathBuf,
    /// Stock des unités légales (Sirene) : CSV, ZIP ou Parquet
    #[arg(long, value_name = "FICHIER")]
    pub unites_legales: PathBuf,
    /// Géolocalisation des établissements (Insee) ; sans elle, seules les coordonnées du stock servent ; CSV, ZIP ou Parquet
    #[arg(long, value_name = "FICHIER")]
    pub geolocalisation: Option<PathBuf>,
    /// Contours des IRIS (IGN) : GeoPackage, GeoJSON, Shapefile (.shp ou .zip), FlatGeobuf ou GeoParquet
    #[arg(long, value_name = "FICHIER")]
    pub iris: PathBuf,
    /// Contours des communes (IGN), dans les mêmes formes ; à défaut, l’union de leurs IRIS
    #[arg(long, value_name = "FICHIER")]
    pub communes: Option<PathBuf>,
    /// Table commune → EPT : le classeur de l’Insee (XLSX ou ZIP) ou un CSV ; à défaut, celle livrée avec Essaim
    #[arg(long, value_name = "FICHIER")]
    pub epts: Option<PathBuf>,
    /// Table commune → EPCI à fiscalité propre : le classeur de la DGCL ou de l’Insee (XLSX ou ZIP) ou un CSV
    #[arg(long, value_name = "FICHIER")]
    pub epcis: Option<PathBuf>,
    /// Communes du code officiel géographique (v_commune_AAAA.csv) : combien de communes un département ou une région compte
    #[arg(long, value_name = "CSV")]
    pub cog: Option<PathBuf>,
    /// Mouvements de communes du code officiel géographique (v_mvt_commune_AAAA.csv) : ramène aux mêmes codes des fichiers de plusieurs millésimes
    #[arg(long, value_name = "CSV")]
    pub mouvements: Option<PathBuf>,
    /// Populations de référence des communes (donnees_communes.csv)
    #[arg(long, value_name = "CSV")]
    pub population_communes: Option<PathBuf>,
    /// Population par IRIS (base-ic-evol-struct-pop-AAAA.CSV)
    #[arg(long, value_name = "CSV")]
    pub population_iris: Option<PathBuf>,
    /// Emplois par commune : la base du recensement (CODGEO, PAA_EMPLT), ou les emplois de l’ESS d’un partenaire, que le secret statistique protège (code_commune;champ;famille;etablissements;emplois;maximum)
    #[arg(long, value_name = "CSV")]
    pub emplois: Option<PathBuf>,
    /// Établissements et emplois par classe de taille (Flores) : les moyennes de classe remplacent la loi ajustée (departement;effectif_min;effectif_max;etablissements;emplois)
    #[arg(long, value_name = "CSV")]
    pub tailles: Option<PathBuf>,
    /// Périmètre : cress-employeurs, insee-elargi, loi-2014, ou un fichier TOML ; à défaut, cress-employeurs
    #[arg(long, value_name = "NOM|TOML")]
    pub perimetre: Option<PathBuf>,
    /// Liste de SIREN nommée par le périmètre, par exemple scop=scop.csv (répétable) : ess-france, esus, scop, cress
    #[arg(long = "liste", value_name = "NOM=CSV", value_parser = liste, value_hint = ValueHint::AnyPath)]
    pub listes: Vec<(NomListe, PathBuf)>,
    /// Liste nationale d’ESS France ; la même chose que --liste ess-france=CSV
    #[arg(long, value_name = "CSV")]
    pub liste_ess: Option<PathBuf>,
    /// Corrections de l’observatoire (siret, champ, valeur, lon, lat, auteur, date, motif), appliquées à chaque ingestion
    #[arg(long, value_name = "CSV")]
    pub corrections: Option<PathBuf>,
    /// Écrit aussi la cascade (lignes lues, écartées par raison, gardées) dans ce fichier CSV
    #[arg(long, value_name = "CSV")]
    pub cascade: Option<PathBuf>,
    /// Écrit les lignes illisibles, rejetées, dans ce fichier CSV ; à défaut, à côté de l’atlas quand il y en a
    #[arg(long, value_name = "CSV")]
    pub rejets: Option<PathBuf>,
    /// S’arrête à la première ligne illisible au lieu de la rejeter
    #[arg(long)]
    pub strict: bool,
    /// Règle d’employeur : bande-ou-caractere, bande ou caractere ; à défaut, celle du périmètre
    #[arg(long, value_name = "RÈGLE", value_parser = regle)]
    pub employeur: Option<RegleEmployeur>,
    /// Largeur de la couronne autour du territoire, en mètres
    #[arg(long, value_name = "MÈTRES", default_value_t = 1000.0)]
    pub couronne: f64,
    /// Millésime d’une source, par exemple stock_etablissement=2026-10 (répétable)
    #[arg(long = "millesime", value_name = "RÔLE=MILLÉSIME", value_parser = millesime)]
    pub millesimes: Vec<(String, String)>,
    /// Les données sont fictives : toutes les pages et tous les fichiers le diront
    #[arg(long)]
    pub fictif: bool,
}

fn regle(text: &str) -> Result<RegleEmployeur, String> {
    RegleEmployeur::from_code(text)
        .ok_or_else(|| format!("admises : {}", RegleEmployeur::ALL.map(RegleEmployeur::code).join(", ")))
}

fn liste(text: &str) -> Result<(NomListe, PathBuf), String> {
    let (nom, path) = text.split_once('=').ok_or("forme attendue : nom=fichier")?;
    let known = || NomListe::ALL.iter().map(|liste| liste.code()).collect::<Vec<_>>().join(", ");
    let nom = NomListe::from_code(nom).ok_or_else(|| format!("liste « {nom} » inconnue ; admises : {}", known()))?;
    Ok((nom, path.into()))
}

fn millesime(text: &str) -> Result<(String, String), String> {
    let (role, vintage) = text.split_once('=').ok_or("forme attendue : rôle=millésime")?;
    Ok((role.to_owned(), vintage.to_owned()))
}
