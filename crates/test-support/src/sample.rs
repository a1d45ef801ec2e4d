//! A small atlas that holds every trap of the tables: leading zeros, accents, quotes, tabs, unknowns
//! beside zeros, structures without point, at the street, in the ring, masked cells.

use std::collections::BTreeSet;

use domain::effectifs::Bande;
use domain::manifest::Constats;
use domain::perimetre::Motif;
use domain::zone::Population;
use domain::{
    AccordSources, Atlas, CelluleEconomie, CelluleEmplois, CelluleMasquee, ChampEmplois, ClasseTaille, CodeApe,
    CodeCommune, Commune, Ensemble, Famille, Iris, Manifest, Membre, NiveauRegroupe, Nomenclature, Perimetre, Position,
    QualitePosition, RegleRetenue, Regroupement, Regroupements, SecteurInstitutionnel, Siret, SourceMillesime,
    SourcePosition, Structure, Territoire, Tranche, VersionJeu, Waterfall,
};
use geo::{LineString, MultiPolygon, Polygon, Rect};

use crate::random::Random;

/// Structures of a sample.
const STRUCTURES: usize = 200;
/// Side of a commune in metres.
const SIDE: f64 = 2_000.0;
/// South-western corner of the four communes, Lambert-93.
const ORIGIN: (f64, f64) = (660_000.0, 6_850_000.0);
/// Communes: code, name, SIREN of the EPT, in the ring.
const COMMUNES: [(&str, &str, Option<&str>, bool); 4] = [
    ("01004", "L’Haÿ-d'en-Bas", Some("200057941"), false),
    ("94015", "Bry \"sur\" Marne", Some("200057941"), false),
    ("94052", "Nogent\\N", Some("200058006"), false),
    ("94058", "Le Perreux\tÉtoile", None, true),
];

/// An atlas of 2 EPTs, 4 square communes, 8 IRIS and 200 structures, drawn from a seed.
pub fn sample_atlas(seed: u64) -> Atlas {
    let mut random = Random::new(seed);
    let communes: Vec<Commune> = (0..COMMUNES.len()).map(|rank| commune(rank, &mut random)).collect();
    let iris: Vec<Iris> = (0..2 * COMMUNES.len()).map(|rank| iris(rank, &mut random)).collect();
    let mut structures: Vec<Structure> = (0..STRUCTURES).map(|rank| structure(rank, &iris, &mut random)).collect();
    structures.sort_by(|first, second| first.siret.cmp(&second.siret));
    Atlas {
        manifest: manifest(seed, &structures),
        regroupements: regroupements(&communes),
        masques: masques(&mut random),
        economie: economie(&mut random),
        emplois: emplois(&mut random),
        communes,
        iris,
        structures,
    }
}

fn corner(rank: usize) -> (f64, f64) {
    (ORIGIN.0 + (rank % 2) as f64 * SIDE, ORIGIN.1 + (rank / 2) as f64 * SIDE)
}

fn rectangle((x, y): (f64, f64), (width, height): (f64, f64)) -> Polygon<f64> {
    Rect::new((x, y), (x + width, y + height)).to_polygon()
}

fn population(random: &mut Random) -> Option<Population> {
    let habitants = random.pick(&[0.0, 17_345.0, 1_234.567_890_123_4]);
    random.maybe(Population { habitants, annee: 2022 })
}

fn code(text: &str) -> CodeCommune {
    text.parse().expect("a commune code of the sample")
}

fn commune(rank: usize, random: &mut Random) -> Commune {
    let (code_commune, nom, siren_ept, couronne) = COMMUNES[rank];
    let (x, y) = corner(rank);
    let mut parts = vec![rectangle((x, y), (SIDE, SIDE))];
    if rank == 0 {
        // A hole, and an exclave: a commune is not always in one piece.
        let hole = LineString::from(vec![(x + 10.0, y + 10.0), (x + 10.0, y + 60.0), (x + 60.0, y + 60.0)]);
        parts[0] = Polygon::new(parts[0].exterior().clone(), vec![hole]);
        parts.push(rectangle((x - 300.0, y - 300.1), (100.3, 0.1 + 0.2)));
    }
    Commune {
        code: code(code_commune),
        nom: nom.to_owned(),
        population: population(random),
        siren_ept: siren_ept.map(str::to_owned),
        siren_epci: siren_ept.map(|_| "200054781".to_owned()),
        couronne,
        contour: MultiPolygon(parts),
    }
}

fn iris(rank: usize, random: &mut Random) -> Iris {
    let (code_commune, _, _, couronne) = COMMUNES[rank / 2];
    let (x, y) = corner(rank / 2);
    let half = SIDE / 2.0;
    let local = rank % 2;
    Iris {
        code: format!("{code_commune}010{}", local + 1).parse().expect("an IRIS code of the sample"),
        nom: format!("Quartier de l'Été {}", local + 1),
        type_iris: random.pick(&["H", "A", "D", "Z"]).to_owned(),
        code_commune: code(code_commune),
        population: population(random),
        couronne,
        contour: MultiPolygon(vec![rectangle((x + local as f64 * half, y), (half, SIDE))]),
    }
}

fn union_of<'c>(communes: impl Iterator<Item = &'c Commune>) -> (Vec<CodeCommune>, MultiPolygon<f64>) {
    let mut codes = Vec::new();
    let mut parts = Vec::new();
    for commune in communes {
        codes.push(commune.code.clone());
        parts.extend(commune.contour.0.iter().cloned());
    }
    (codes, MultiPolygon(parts))
}

fn regroupements(communes: &[Commune]) -> Regroupements {
    let zone = |niveau: NiveauRegroupe, code: &str, nom: &str| {
        let inside = communes.iter().filter(|commune| !commune.couronne);
        let (communes, contour) = union_of(inside.filter(|commune| commune.regroupement(niveau) == Some(code)));
        let alias = (code == "200057941").then(|| "T10".to_owned());
        // A known number, an unknown one, and more than are held.
        let communes_officielles = (niveau != NiveauRegroupe::Departement).then_some(2);
        Regroupement { code: code.to_owned(), nom: nom.to_owned(), alias, communes, communes_officielles, contour }
    };
    let mut all = Regroupements::default();
    for niveau in NiveauRegroupe::ALL {
        let codes = communes.iter().filter(|commune| !commune.couronne).filter_map(|row| row.regroupement(niveau));
        let codes: BTreeSet<&str> = codes.collect();
        let zones = codes.into_iter().map(|code| zone(niveau, code, &format!("L’autre « {code} »")));
        all.set(niveau, zones.collect());
    }
    all
}

fn tranche(random: &mut Random) -> Option<Tranche> {
    let bandes: Vec<Bande> = Bande::all().collect();
    let bande = Tranche::Bande(random.pick(&bandes));
    let tranche = random.pick(&[Tranche::NonEmployeuse, Tranche::Zero, bande]);
    random.maybe(tranche)
}

/// The `rank`-th SIRET of the sample whose two keys hold; the first ones begin with zeros.
fn siret(rank: usize) -> Siret {
    let holds = |text: &String| text.parse::<Siret>().is_ok_and(|siret| siret.siren().is_ok());
    let base = [0, 57_201, 77_567_123, 91_000_000][rank % 4] + rank;
    let siren = (0..10).map(|key| format!("{base:08}{key}")).find(|siren| siren.parse::<domain::Siren>().is_ok());
    let siren = siren.expect("one key in ten holds");
    let siret = (0..10).map(|key| format!("{siren}{:04}{key}", rank % 7)).find(holds);
    siret.expect("one key in ten holds").parse().expect("just checked")
}

fn position(iris: &Iris, random: &mut Random) -> Position {
    let (x, y) = iris.contour.0[0].exterior().0[0].x_y();
    let (x, y) = (x - random.unit() * SIDE / 2.0, y + random.unit() * SIDE);
    // Near enough to the true ones: no test of a store projects them.
    let (lon, lat) = (3.0 + (x - 700_000.0) / 73_000.0, 46.5 + (y - 6_600_000.0) / 111_000.0);
    Position { x, y, lon, lat, source: random.pick(&SourcePosition::ALL) }
}

fn ape(random: &mut Random) -> Option<CodeApe> {
    let nomenclature = random.pick(&[Nomenclature::NafRev2, Nomenclature::Naf2025, Nomenclature::Ancienne]);
    let code: &str = random.pick(&["94.99Z", "01.11Z", "88.10A", "74.1J"]);
    random.maybe(CodeApe { code: code.into(), nomenclature })
}

/// Each value of a list, or not.
fn some_of<T: Membre>(random: &mut Random) -> Ensemble<T> {
    T::ALL.iter().copied().filter(|_| random.below(3) == 0).collect()
}

fn structure(rank: usize, iris: &[Iris], random: &mut Random) -> Structure {
    let iris = &iris[rank % iris.len()];
    let qualite_position = random.pick(&QualitePosition::ALL);
    let located = !matches!(qualite_position, QualitePosition::Commune | QualitePosition::Inconnue);
    let siret = siret(rank);
    let noms = ["Régie « L'Œuvre »", "O'Neil & Fils; \"SCOP\"", "Ligne\nsuivante\\N\t", "", "NULL", "Étoile 🐝"];
    let text = |random: &mut Random, choices: &[&str]| {
        let chosen = random.pick(choices);
        random.maybe(chosen.to_owned())
    };
    Structure {
        siren: siret.siren().expect("its key was checked"),
        nom: random.pick(&noms).to_owned(),
        enseigne: text(random, &noms),
        famille: Famille::ALL[rank % Famille::ALL.len()],
        regle: random.pick(&RegleRetenue::ALL),
        accord: random.pick(&AccordSources::ALL),
        categorie_juridique: random.pick(&["9220", "0000", "5458"]).to_owned(),
        ape: ape(random),
        secteur: random.pick(&["Action sociale", "Activité non classée"]).to_owned(),
        ape_a_decider: random.below(2) == 0,
        tranche: tranche(random),
        annee_effectifs: random.maybe(2023),
        caractere_employeur: {
            let flag = random.below(2) == 0;
            random.maybe(flag)
        },
        mention_ess: {
            let flag = random.below(2) == 0;
            random.maybe(flag)
        },
        siege: random.below(2) == 0,
        date_creation: text(random, &["1901-07-01", "2024-02-29", "0987-12-31"]),
        adresse: text(random, &["1 BIS RUE DE L'ÉGLISE", ""]),
        code_postal: text(random, &["01400", "94130"]),
        code_commune: iris.code_commune.clone(),
        code_iris: located.then(|| iris.code.clone()),
        position: located.then(|| position(iris, random)),
        qualite_position,
        corrige: some_of(random),
        a_verifier: some_of(random),
        couronne: iris.couronne,
        fictif: random.below(2) == 0,
        siret,
    }
}

fn masques(random: &mut Random) -> Vec<CelluleMasquee> {
    let cell = |rank: usize, random: &mut Random| CelluleMasquee {
        code_commune: code(COMMUNES[rank % 4].0),
        famille: Famille::ALL[rank % 6],
        secteur: "Action sociale".to_owned(),
        tranche: tranche(random),
        couronne: COMMUNES[rank % 4].3,
        effectif: u32::try_from(random.below(9)).expect("below nine"),
    };
    let mut cells: Vec<_> = (0..12).map(|rank| cell(rank, random)).collect();
    cells.sort();
    cells
}

fn economie(random: &mut Random) -> Vec<CelluleEconomie> {
    let institutions = [SecteurInstitutionnel::Prive, SecteurInstitutionnel::Public, SecteurInstitutionnel::Inconnu];
    let cell = |rank: usize, random: &mut Random| CelluleEconomie {
        code_commune: code(COMMUNES[rank % 4].0),
        division_naf: random.pick(&["01", "94", ""]).to_owned(),
        tranche: tranche(random),
        secteur_institutionnel: random.pick(&institutions),
        ess: random.below(2) == 0,
        etablissements: random.pick(&[0, 1, u32::MAX]),
    };
    let mut cells: Vec<_> = (0..40).map(|rank| cell(rank, random)).collect();
    cells.sort();
    cells
}

fn emplois(random: &mut Random) -> Vec<CelluleEmplois> {
    let cell = |rank: usize, random: &mut Random| {
        let champ = ChampEmplois::ALL[rank % 3];
        let ess = champ == ChampEmplois::Ess;
        let secret = ess && random.below(2) == 0;
        CelluleEmplois {
            code_commune: code(COMMUNES[rank / 3 % 4].0),
            champ,
            famille: ess.then(|| Famille::ALL[rank % 6]),
            annee: 2022,
            etablissements: ess.then_some(7),
            emplois: (!secret).then(|| random.unit() * 1e4),
            secret,
        }
    };
    (0..12).map(|rank| cell(rank, random)).collect()
}

fn manifest(seed: u64, structures: &[Structure]) -> Manifest {
    let shipped = Perimetre::cress_employeurs().expect("the perimeter shipped");
    let (composition, perimetre) = (shipped.composition(), shipped.entete);
    let count = |located: bool| structures.iter().filter(move |row| row.position.is_some() == located && !row.couronne);
    let couronne = structures.iter().filter(|row| row.couronne).count() as u64;
    let mut waterfall = Waterfall {
        localises: count(true).count() as u64,
        non_localises: count(false).count() as u64,
        couronne,
        lus: structures.len() as u64 + 2,
        ..Waterfall::default()
    };
    waterfall.exclut(Motif::Ferme);
    waterfall.exclut(Motif::NonEmployeur);
    Manifest {
        version: VersionJeu(format!("échantillon-{seed:016x}")),
        essaim: "0.1.0".to_owned(),
        territoire: Territoire::Zone(NiveauRegroupe::Ept, "T10".to_owned()),
        nom_territoire: "Paris-Est-Marne&Bois".to_owned(),
        regle_employeur: perimetre.employeur,
        perimetre,
        composition,
        epsg: 2154,
        sources: vec![SourceMillesime {
            role: "stock_etablissement".to_owned(),
            titre: "Stock \"Sirene\"\n".to_owned(),
            producteur: "Insee".to_owned(),
            millesime: "non renseigné".to_owned(),
            fichier: "StockEtablissement_utf8.csv".to_owned(),
            sha256: "00".repeat(32),
            lignes: u64::from(u32::MAX) + 1,
        }],
        waterfall,
        constats: Constats { ape_a_decider: 3, ..Constats::default() },
        tailles: vec![ClasseTaille {
            departement: Some("94".to_owned()),
            minimum: 10,
            maximum: Some(19),
            etablissements: 100,
            emplois: 1_364.0,
        }],
        fictif: true,
    }
}
