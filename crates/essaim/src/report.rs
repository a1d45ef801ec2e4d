//! What is told to a person, on standard error, and data, on standard output.

use std::fmt::Write as _;
use std::io::Write as _;

use domain::{Atlas, Motif};
use statistics::Verite;

/// A line on standard error; a closed pipe is not our failure.
pub fn message(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Data on standard output; a closed pipe is not our failure.
pub fn data(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// The waterfall as a table that adds up.
pub fn waterfall(atlas: &Atlas) -> String {
    let flow = &atlas.manifest.waterfall;
    let mut out = String::new();
    let mut line = |label: &str, count: u64| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {label:<58} {count:>10}");
    };
    line("Établissements lus", flow.lus);
    for motif in Motif::ALL {
        if let Some(count) = flow.exclus.get(&motif) {
            line(&format!("− {}", motif.libelle()), *count);
        }
    }
    line("− couronne autour du territoire (hors des chiffres)", flow.couronne);
    line(&format!("= structures de l’ESS, {}", atlas.manifest.nom_territoire), flow.retenus());
    line("    localisées (au numéro ou à la voie)", flow.localises);
    line("    non localisées (comptées dans leur commune)", flow.non_localises);
    line("    à diffusion partielle (comptées, jamais montrées)", flow.masques);
    out
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
