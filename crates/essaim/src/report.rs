//! What is told to a person, on standard error, and data, on standard output.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use domain::employeur::ComptesEmployeur;
use domain::manifest::{BilanCorrections, Constats};
use domain::waterfall::Nature;
use domain::{Atlas, Etape, Membre, RegleEmployeur, SortCorrection};
use statistics::Verite;

/// A line on standard error; a closed pipe is not our failure.
pub fn message(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Data on standard output; a closed pipe is not our failure.
pub fn data(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Bytes of a file on standard output; a closed pipe is not our failure.
pub fn bytes(data: &[u8]) {
    let _ = std::io::stdout().write_all(data);
}

/// The waterfall as a table that adds up, stage by stage, then what it does not say.
pub fn waterfall(atlas: &Atlas) -> String {
    let flow = &atlas.manifest.waterfall;
    let mut out = String::new();
    let mut line = |label: &str, count: u64| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {label:<62} {count:>10}");
    };
    for stage in flow.etapes() {
        if stage.etape == Etape::Lecture {
            line("Établissements lus", stage.entrees);
            continue;
        }
        for ligne in stage.lignes.iter().filter(|ligne| ligne.lignes > 0) {
            let sign = if ligne.nature == Nature::Sortie { "−" } else { "    dont" };
            line(&format!("{sign} {}", ligne.libelle), ligne.lignes);
        }
        line(&format!("{} : restent", stage.libelle), stage.gardees);
    }
    line(&format!("= structures de l’ESS, {}", atlas.manifest.nom_territoire), flow.retenus());
    out.push_str(&constats(atlas));
    out
}

/// Employer sub-counts, what is not classed, what is to confirm, lists, corrections.
fn constats(atlas: &Atlas) -> String {
    let constats = &atlas.manifest.constats;
    let by_rule = |comptes: &ComptesEmployeur| {
        let of = |regle: RegleEmployeur| format!("{} {}", regle.code(), comptes.selon(regle));
        RegleEmployeur::ALL.map(of).join(" ; ")
    };
    let regle = atlas.manifest.regle_employeur.code();
    let mut out = format!(
        "  Règle d’employeur « {regle} » ; structures retenues selon chaque règle : {}\n",
        by_rule(&constats.employeurs)
    );
    let mut line = |text: String| {
        let _ = writeln!(out, "  {text}");
    };
    line(format!("Écartées par cette règle, selon chaque règle : {}", by_rule(&constats.ecartes_employeur)));
    if !constats.non_classes.is_empty() {
        line(format!("Catégories juridiques non classées : {}", listed(&constats.non_classes)));
    }
    if !constats.categories_a_verifier.is_empty() {
        line(format!("Gardées, catégorie à confirmer : {}", listed(&constats.categories_a_verifier)));
    }
    let accords = constats.accords.iter().map(|(accord, count)| (accord.code().to_owned(), *count)).collect();
    line(format!("Sources qui disent de l’ESS les structures gardées : {}", listed(&accords)));
    for liste in &constats.listes {
        line(match (liste.fournie, liste.nommee) {
            (false, _) => {
                format!("Liste « {} » nommée par le périmètre, non fournie : elle ne garde personne", liste.nom.code())
            }
            (true, true) => format!(
                "Liste « {} » : {} lignes ({} illisibles), {} établissements gardés par elle",
                liste.nom.code(),
                liste.lignes,
                liste.illisibles,
                liste.decisives
            ),
            (true, false) => format!(
                "Liste « {} » : {} lignes ({} illisibles) ; ce périmètre ne la nomme pas : elle n’entre que dans l’accord des sources",
                liste.nom.code(),
                liste.lignes,
                liste.illisibles
            ),
        });
    }
    if !constats.communes_changees.is_empty() || constats.etablissements_recodes > 0 {
        let changes = constats.communes_changees.iter().map(|(before, after)| format!("{before} → {after}"));
        let changes: Vec<String> = changes.take(10).collect();
        line(format!(
            "Mouvements de communes : {} contours ramenés au code actuel ou réunis ({}), {} établissements recodés",
            constats.communes_changees.len(),
            changes.join(", "),
            constats.etablissements_recodes
        ));
    }
    out.push_str(&positions(constats));
    if let Some(bilan) = &constats.corrections {
        out.push_str(&corrections(bilan));
    }
    out
}

/// Points to review and IRIS that disagree.
fn positions(constats: &Constats) -> String {
    let mut out = format!(
        "  Points hors de la commune du répertoire : {}, dont {} à plus d’un kilomètre, à vérifier ; {} trop loin pour être montrés\n  IRIS comparés à ceux de l’Insee : {}, dont {} différents\n",
        constats.points_hors_commune,
        constats.points_hors_commune_1km,
        constats.points_aberrants,
        constats.iris_compares,
        constats.iris_contredits
    );
    for desaccord in constats.points_a_verifier.iter().take(3).chain(constats.iris_contredits_exemples.iter().take(3)) {
        let _ = writeln!(out, "    {} : {}", desaccord.siret, desaccord.constat);
    }
    out
}

/// What became of the corrections, and those to review by their line.
fn corrections(bilan: &BilanCorrections) -> String {
    let mut out = format!("  Corrections lues : {}\n", bilan.lues);
    for sort in SortCorrection::ALL {
        if let Some(count) = bilan.sorts.get(&sort) {
            let _ = writeln!(out, "    {count} {}", sort.libelle());
        }
    }
    for revoir in &bilan.a_revoir {
        let motif = revoir.motif.map_or_else(String::new, |motif| format!(" ({})", motif.libelle()));
        let _ = writeln!(out, "    ligne {}, {} : {}{motif}", revoir.ligne, revoir.champ.code(), revoir.sort.code());
    }
    out
}

/// `code × count`, by code.
fn listed(counts: &BTreeMap<String, u64>) -> String {
    counts.iter().map(|(code, count)| format!("{code} × {count}")).collect::<Vec<_>>().join(", ")
}

/// The score against the truth.
pub fn verite(verite: &Verite) -> String {
    let mut out = format!("  {:<28} {:<26} {:>8} {:>8} {:>8}\n", "piège", "attendu", "plantés", "trouvés", "manqués");
    for line in &verite.lignes {
        let piege = if line.piege.is_empty() { "(ordinaires)" } else { &line.piege };
        let _ = writeln!(
            out,
            "  {piege:<28} {:<26} {:>8} {:>8} {:>8}",
            line.attendu, line.plantes, line.trouves, line.manques
        );
    }
    let _ = writeln!(out, "  {:<55} {:>8} {:>8} {:>8}", "total", verite.plantes, verite.trouves, verite.manques);
    for motif in verite.motifs.iter().filter(|motif| motif.attendus != motif.trouves) {
        let _ =
            writeln!(out, "  cascade, « {} » : {} attendus, {} trouvés", motif.motif, motif.attendus, motif.trouves);
    }
    for example in &verite.exemples {
        let _ = writeln!(out, "  manqué : {example}");
    }
    out
}
