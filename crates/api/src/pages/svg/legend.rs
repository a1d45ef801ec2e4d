//! The legend of a map, in HTML: it wraps on a phone, where a drawn one would shrink.

use std::fmt::Write;

use domain::Manifest;
use statistics::Tableau;
use statistics::classes::class_of;
use statistics::nombres::{decimal, entier};

use super::map::{Overlay, ramp};
use super::{entry, escape};

/// Classes with their number of communes, symbols, vintages.
pub(super) fn legend(
    (communes, breaks, method): (&Tableau, &[f64], &str),
    overlay: Overlay,
    (manifest, year): (&Manifest, Option<i32>),
) -> String {
    let rates: Vec<f64> = communes.lignes.iter().filter_map(|row| row.pour_10000_habitants).collect();
    let mut out = format!(
        "<div class=\"legende-carte\"><p>Structures employeuses pour 10\u{202f}000 habitants (nombre de communes par classe, {method})</p><ul>"
    );
    classes(&mut out, &rates, breaks);
    let unknown = communes.lignes.len() - rates.len();
    if unknown > 0 {
        let text = format!("n.d. : population inconnue ({unknown})");
        entry(&mut out, "<rect width=\"22\" height=\"14\" fill=\"url(#hachures)\" stroke=\"#34495e\"/>", &text);
    }
    entry(&mut out, "<rect width=\"22\" height=\"14\" fill=\"#e4e2dd\" stroke=\"#b9b5ac\"/>", "hors du territoire");
    let symbols: &[(&str, &str)] = match overlay {
        Overlay::Circles => &[("#D55E00", "cercle : nombre de structures, aire en proportion")],
        Overlay::Points => &[("#0072B2", "au numéro"), ("none", "à la voie")],
    };
    for (fill, text) in symbols {
        let stroke = if *fill == "none" { "#0072B2" } else { "#1f2328" };
        let symbol = format!("<circle cx=\"11\" cy=\"7\" r=\"6\" fill=\"{fill}\" stroke=\"{stroke}\"/>");
        entry(&mut out, &symbol, text);
    }
    let _ = write!(out, "</ul><p>{}</p></div>", escape(&source_line(manifest, communes, year)));
    out
}

fn classes(out: &mut String, rates: &[f64], breaks: &[f64]) {
    let (low, high) =
        rates.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), rate| (l.min(*rate), h.max(*rate)));
    if rates.is_empty() {
        return;
    }
    for (rank, colour) in ramp(breaks).iter().enumerate().take(breaks.len() + 1) {
        let count = rates.iter().filter(|rate| class_of(**rate, breaks) == rank).count();
        let from = rank.checked_sub(1).and_then(|rank| breaks.get(rank)).copied().unwrap_or(low);
        let to = breaks.get(rank).copied().unwrap_or(high);
        let text = format!("{} à {} ({count})", decimal(from, 1), decimal(to, 1));
        let symbol = format!("<rect width=\"22\" height=\"14\" fill=\"{colour}\" stroke=\"#34495e\"/>");
        entry(out, &symbol, &text);
    }
}

/// « Sources : … » with vintages, and what has no place on the map.
fn source_line(manifest: &Manifest, communes: &Tableau, year: Option<i32>) -> String {
    let vintage = |role: &str| {
        let found = manifest.sources.iter().find(|source| source.role == role);
        found.map(|source| format!("{} ({})", source.titre, source.millesime))
    };
    let mut parts: Vec<String> = ["stock_etablissement", "communes"].iter().filter_map(|role| vintage(role)).collect();
    parts.extend(year.map(|year| format!("populations {year}")));
    let aside = communes.total.non_localisees + communes.total.masquees;
    format!(
        "Sources : {}. {} structures sans point ou à diffusion partielle : comptées dans leur commune.",
        parts.join(" ; "),
        entier(aside)
    )
}
