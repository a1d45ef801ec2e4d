//! Property: whatever the files, the corrections and the lists say, no text of a partially diffusible unit is in
//! any row of the atlas, the waterfall adds up, and the masked counts are those planted.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod outlines;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use domain::{Atlas, NomListe, Perimetre};
use ingest::{Inputs, LigneIllisible, Options, Silent};
use outlines::write_outlines;
use proptest::prelude::*;

const ETABLISSEMENTS: &str = "siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,trancheEffectifsEtablissement,anneeEffectifsEtablissement,etablissementSiege,numeroVoieEtablissement,typeVoieEtablissement,libelleVoieEtablissement,codePostalEtablissement,codeCommuneEtablissement,coordonneeLambertAbscisseEtablissement,coordonneeLambertOrdonneeEtablissement,etatAdministratifEtablissement,enseigne1Etablissement,denominationUsuelleEtablissement,activitePrincipaleEtablissement,nomenclatureActivitePrincipaleEtablissement,caractereEmployeurEtablissement";
const UNITES: &str = "siren,statutDiffusionUniteLegale,denominationUniteLegale,sigleUniteLegale,categorieJuridiqueUniteLegale,activitePrincipaleUniteLegale,nomenclatureActivitePrincipaleUniteLegale,economieSocialeSolidaireUniteLegale";
const POINTS: &str = "siret;x;y;qualite_xy;epsg;plg_iris;plg_code_commune";
const CORRECTIONS: &str = "siret,champ,valeur,lon,lat,auteur,date,motif";

/// One establishment and its legal unit.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of the files, not a state machine")]
struct Plante {
    etablissement_p: bool,
    unite_p: bool,
    ferme: bool,
    commune: &'static str,
    categorie: &'static str,
    ape: &'static str,
    tranche: &'static str,
    caractere: &'static str,
    mention: &'static str,
    qualite: Option<&'static str>,
    lambert: bool,
    liste: bool,
    corrections: Vec<(&'static str, &'static str)>,
}

impl Plante {
    fn masque(&self) -> bool {
        self.etablissement_p || self.unite_p
    }
}

fn plante() -> impl Strategy<Value = Plante> {
    let facts = (
        any::<[bool; 5]>(),
        prop::sample::select(vec!["94052", "94058", "94069", "75112"]),
        prop::sample::select(vec!["9220", "5710", "5458", "9300", "5498", "1000", "8310"]),
        prop::sample::select(vec!["88.99B", "94.91Z", "94.99Z", "84.24Z"]),
        prop::sample::select(vec!["02", "NN", "", "53"]),
        prop::sample::select(vec!["O", "N", ""]),
        prop::sample::select(vec!["O", "N", ""]),
        prop::option::of(prop::sample::select(vec!["11", "12", "21", "22", "33"])),
    );
    let corrections = prop::collection::vec(
        prop::sample::select(vec![
            ("position", ""),
            ("nom", "SECRET-CORRIGE"),
            ("iris", "940520102"),
            ("famille", "fondations"),
            ("secteur", "Enseignement"),
            ("employeur", "oui"),
            ("inclure", "associations"),
            ("exclure", ""),
        ]),
        0..4,
    );
    (facts, corrections).prop_map(
        |((flags, commune, categorie, ape, tranche, caractere, mention, qualite), corrections)| {
            let [etablissement_p, unite_p, ferme, lambert, liste] = flags;
            let ferme = ferme && tranche == "53";
            Plante {
                etablissement_p,
                unite_p,
                ferme,
                commune,
                categorie,
                ape,
                tranche,
                caractere,
                mention,
                qualite,
                lambert,
                liste,
                corrections,
            }
        },
    )
}

/// The digit that makes Luhn hold.
fn with_key(base: &str) -> String {
    let sum = |digits: &str| -> u32 {
        let doubled = |(rank, digit): (usize, u32)| if rank % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit };
        digits.chars().rev().filter_map(|digit| digit.to_digit(10)).enumerate().map(doubled).sum()
    };
    let keyed = (0..10).map(|key| format!("{base}{key}")).find(|digits| sum(digits).is_multiple_of(10));
    keyed.unwrap()
}

fn identifiers(rank: usize) -> (String, String) {
    let siren = with_key(&format!("0096{rank:04}"));
    let siret = with_key(&format!("{siren}0001"));
    (siren, siret)
}

/// Writes the files; every text of a row holds `SECRET` and its rank when the row is masked.
fn write(folder: &Path, rows: &[Plante]) {
    let [mut sites, mut units, mut points, mut corrections, mut list] =
        [ETABLISSEMENTS, UNITES, POINTS, CORRECTIONS, "siren"].map(|header| format!("{header}\n"));
    for (rank, row) in rows.iter().enumerate() {
        let (siren, siret) = identifiers(rank);
        let word = if row.masque() { format!("SECRET-{rank}") } else { format!("OUVERT-{rank}") };
        let (x, y) = (661_100.125 + rank as f64 * 3.0, 6_859_100.5 + rank as f64 * 7.0);
        let status = |masked: bool| if masked { "P" } else { "O" };
        let lambert = if row.lambert { format!("{x},{y}") } else { ",".to_owned() };
        writeln!(
            sites,
            "{siren},{},{siret},{},2001-01-01,{},2024,true,{rank},RUE,{word},94130,{},{lambert},{},{word} ENSEIGNE,{word} USUEL,{},NAFRev2,{}",
            &siret[9..], status(row.etablissement_p), row.tranche, row.commune,
            if row.ferme { "F" } else { "A" }, row.ape, row.caractere
        )
        .unwrap();
        writeln!(
            units,
            "{siren},{},{word} NOM,{word} SIGLE,{},{},NAFRev2,{}",
            status(row.unite_p),
            row.categorie,
            row.ape,
            row.mention
        )
        .unwrap();
        if let Some(qualite) = row.qualite {
            writeln!(points, "{siret};{x};{y};{qualite};2154;0101;{}", row.commune).unwrap();
        }
        if row.liste {
            writeln!(list, "{siren}").unwrap();
        }
        for (champ, valeur) in &row.corrections {
            let valeur = if *champ == "nom" && !row.masque() { "NOM CORRIGE" } else { valeur };
            let place = if *champ == "position" { "2.4891315,48.8344621" } else { "," };
            writeln!(corrections, "{siret},{champ},{valeur},{place},SECRET AUTEUR,2026-05-04,SECRET MOTIF").unwrap();
        }
    }
    for (name, text) in [
        ("etablissements.csv", sites),
        ("unites.csv", units),
        ("points.csv", points),
        ("corrections.csv", corrections),
        ("liste.csv", list),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

async fn run(folder: &Path, (iris, communes): (PathBuf, PathBuf), perimetre: &str) -> Atlas {
    let inputs = Inputs {
        etablissements: folder.join("etablissements.csv"),
        unites_legales: folder.join("unites.csv"),
        geolocalisation: Some(folder.join("points.csv")),
        iris,
        communes: Some(communes),
        epts: None,
        epcis: None,
        cog: None,
        mouvements: None,
        population_communes: None,
        population_iris: None,
        listes: HashMap::from([(NomListe::EssFrance, folder.join("liste.csv"))]),
        corrections: Some(folder.join("corrections.csv")),
        emplois: None,
        tailles: None,
    };
    let options = Options {
        territoire: "94052,94058".parse().unwrap(),
        perimetre: Perimetre::livre(perimetre).unwrap().unwrap(),
        regle_employeur: None,
        couronne_m: 100.0,
        millesimes: HashMap::new(),
        fictif: true,
        illisibles: LigneIllisible::Refusee,
    };
    ingest::ingest(&inputs, &options, &Silent).await.unwrap().atlas
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_a_masked_unit_is_in_any_row(
        rows in prop::collection::vec(plante(), 1..40),
        perimetre in prop::sample::select(vec!["cress-employeurs", "insee-elargi", "loi-2014"]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &rows);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let atlas = runtime.block_on(async {
            let iris = write_outlines(folder.path(), "iris", &["code_iris", "nom_iris", "type_iris"]).await;
            let communes = write_outlines(folder.path(), "commune", &["code_insee", "nom_officiel"]).await;
            run(folder.path(), (iris, communes), perimetre).await
        });
        prop_assert!(atlas.manifest.waterfall.verifie().is_ok());
        prop_assert_eq!(atlas.manifest.waterfall.lus, rows.len() as u64);
        let everything = format!("{atlas:?}");
        prop_assert!(!everything.contains("SECRET"), "a text of a masked unit");
        for (rank, row) in rows.iter().enumerate().filter(|(_, row)| row.masque()) {
            let (siren, siret) = identifiers(rank);
            prop_assert!(!everything.contains(&siren) && !everything.contains(&siret), "{:?}", row);
            let x = 661_100.125 + rank as f64 * 3.0;
            prop_assert!(!everything.contains(&format!("{x}")), "the point of a masked unit: {:?}", row);
        }
        let masked: u64 = atlas.masques.iter().map(|cell| u64::from(cell.effectif)).sum();
        let shown = atlas.structures.len() as u64;
        let flow = &atlas.manifest.waterfall;
        prop_assert_eq!(masked + shown, flow.retenus() + flow.couronne);
        let bilan = atlas.manifest.constats.corrections.unwrap();
        prop_assert_eq!(bilan.sorts.values().sum::<u64>(), bilan.lues);
        prop_assert_eq!(bilan.lues, rows.iter().map(|row| row.corrections.len() as u64).sum::<u64>());
    }
}
