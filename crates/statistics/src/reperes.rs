//! Published figures, put beside ours with the reason of each difference.

use domain::table::{TableError, for_each_row};
use domain::{Famille, Manifest};
use serde::Serialize;

use crate::aggregate::Tableau;
use crate::economie::ComparaisonEconomie;

const EMBEDDED: &str = include_str!("../../../geodata/reperes/chiffres_publies.csv");

/// A published figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repere {
    /// Territory, canonical form.
    pub territoire: String,
    /// Indicator.
    pub indicateur: Indicateur,
    /// Value.
    pub valeur: f64,
    /// Unit.
    pub unite: String,
    /// Perimeter, as the source words it.
    pub perimetre: String,
    /// Year of the data.
    pub annee: String,
    /// Source.
    pub source: String,
}

/// Indicators that can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Indicateur {
    /// Number of employer structures.
    StructuresEmployeuses,
    /// Jobs.
    Emplois,
    /// Share of all jobs, %.
    PartEmploiTotal,
    /// Share of associations in the structures, %.
    PartAssociations,
    /// Share of cooperatives, %.
    PartCooperatives,
    /// Share of mutuals, %.
    PartMutuelles,
    /// Share of foundations, %.
    PartFondations,
    /// Jobs per structure.
    TailleMoyenne,
    /// Jobs per establishment of the rest of the private sector.
    TailleMoyennePriveHorsEss,
}

impl Indicateur {
    const ALL: [(&'static str, &'static str, Self); 9] = [
        ("structures_employeuses", "Structures employeuses", Self::StructuresEmployeuses),
        ("emplois", "Emplois", Self::Emplois),
        ("part_emploi_total", "Part de l’emploi total", Self::PartEmploiTotal),
        ("part_associations", "Part des associations", Self::PartAssociations),
        ("part_cooperatives", "Part des coopératives", Self::PartCooperatives),
        ("part_mutuelles", "Part des mutuelles", Self::PartMutuelles),
        ("part_fondations", "Part des fondations", Self::PartFondations),
        ("taille_moyenne", "Emplois par structure", Self::TailleMoyenne),
        ("taille_moyenne_prive_hors_ess", "Emplois par établissement, privé hors ESS", Self::TailleMoyennePriveHorsEss),
    ];

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _, _)| *name == code).map(|(_, _, indicateur)| indicateur)
    }

    /// French label.
    pub fn libelle(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, _, other)| *other == self).map_or("", |(_, label, _)| label)
    }

    /// Rests on the band estimator, so on an interval.
    fn est_estime(self) -> bool {
        matches!(self, Self::Emplois | Self::PartEmploiTotal | Self::TailleMoyenne | Self::TailleMoyennePriveHorsEss)
    }
}

/// Published, ours, and why they differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RepereCompare {
    /// The published figure.
    pub publie: Repere,
    /// Label of the indicator.
    pub libelle: &'static str,
    /// Ours, in the same unit; unknown when it cannot be computed.
    pub calcule: Option<f64>,
    /// Why they differ, in French.
    pub pourquoi: String,
}

/// The figures shipped with this version.
pub fn embedded() -> Result<Vec<Repere>, TableError> {
    parse(EMBEDDED)
}

/// Reads a table of published figures.
pub fn parse(text: &str) -> Result<Vec<Repere>, TableError> {
    let mut reperes = Vec::new();
    let needed = ["territoire", "indicateur", "valeur", "unite", "perimetre", "annee", "source"];
    for_each_row("chiffres_publies.csv", text, &needed, |row| {
        let indicateur = Indicateur::from_code(row.get("indicateur"))
            .ok_or_else(|| row.refuse("indicateur", "mettre un indicateur connu"))?;
        let valeur = row.get("valeur").parse().map_err(|_| row.refuse("valeur", "mettre un nombre avec un point"))?;
        reperes.push(Repere {
            territoire: row.get("territoire").to_owned(),
            indicateur,
            valeur,
            unite: row.get("unite").to_owned(),
            perimetre: row.get("perimetre").to_owned(),
            annee: row.get("annee").to_owned(),
            source: row.get("source").to_owned(),
        });
        Ok(())
    })?;
    Ok(reperes)
}

/// Puts the published figures of a territory beside ours.
pub fn compare(
    reperes: &[Repere],
    territoire: &str,
    (familles, economie): (&Tableau, &ComparaisonEconomie),
    manifest: &Manifest,
) -> Vec<RepereCompare> {
    let mine = |repere: &&Repere| repere.territoire == territoire;
    let beside = |repere: &Repere| RepereCompare {
        libelle: repere.indicateur.libelle(),
        calcule: ours(repere.indicateur, familles, economie),
        pourquoi: why(repere, manifest),
        publie: repere.clone(),
    };
    reperes.iter().filter(mine).map(beside).collect()
}

fn ours(indicateur: Indicateur, familles: &Tableau, economie: &ComparaisonEconomie) -> Option<f64> {
    let share = |famille: Famille| {
        let total = familles.total.structures as f64;
        let row = familles.lignes.iter().find(|row| row.code == famille.code());
        (total > 0.0).then(|| row.map_or(0.0, |row| row.comptage.structures as f64) / total * 100.0)
    };
    match indicateur {
        Indicateur::StructuresEmployeuses => Some(familles.total.structures as f64),
        Indicateur::Emplois => familles.total.emplois.central,
        Indicateur::PartEmploiTotal => economie.part_emploi_total.map(|part| part * 100.0),
        Indicateur::PartAssociations => share(Famille::Associations),
        Indicateur::PartCooperatives => share(Famille::Cooperatives),
        Indicateur::PartMutuelles => share(Famille::Mutuelles),
        Indicateur::PartFondations => share(Famille::Fondations),
        Indicateur::TailleMoyenne => familles.total.emplois.taille_moyenne(),
        Indicateur::TailleMoyennePriveHorsEss => economie.prive_hors_ess.taille_moyenne,
    }
}

fn why(repere: &Repere, manifest: &Manifest) -> String {
    if manifest.fictif {
        let built = matches!(
            repere.indicateur,
            Indicateur::StructuresEmployeuses
                | Indicateur::PartAssociations
                | Indicateur::PartCooperatives
                | Indicateur::PartMutuelles
                | Indicateur::PartFondations
        );
        return if built {
            "Démonstration : égal ou proche par construction, les structures sont fictives.".to_owned()
        } else {
            "Démonstration : structures fictives ; emplois estimés par tranches, calés par construction à l’ordre de grandeur publié.".to_owned()
        };
    }
    let mut reasons = vec![format!(
        "publié pour {} sur « {} » ; ici, périmètre {} version {}, dont la liste est reconstituée",
        repere.annee, repere.perimetre, manifest.perimetre.nom, manifest.perimetre.version
    )];
    let vintage = manifest.sources.iter().find(|source| source.role == "stock_etablissement");
    if let Some(source) = vintage {
        reasons.push(format!("stock Sirene {}", source.millesime));
    }
    if repere.indicateur.est_estime() {
        reasons.push(
            "emplois publiés comptés (Flores ou Urssaf), les nôtres estimés par tranches au 31 décembre".to_owned(),
        );
    }
    format!("{}.", reasons.join(" ; "))
}
