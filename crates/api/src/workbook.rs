//! The portrait as a workbook: numbers are numbers, codes are texts, unknown is « n.d. », each sheet says its perimeter.
//!
//! The same portrait gives the same bytes: no clock, no random name.

use std::collections::BTreeMap;

use domain::Tranche;
use domain::waterfall::Nature;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use statistics::Portrait;
use statistics::mesures::{Mesure, mesures};
use statistics::nombres::INCONNU;

use crate::provenance::{LICENCE, attribution};

/// Sheets, in order: section of the long table, name.
const SHEETS: [(&str, &str); 17] = [
    ("familles", "Familles"),
    ("secteurs", "Secteurs"),
    ("secteurs_par_famille", "Secteurs × familles"),
    ("tranches", "Tailles"),
    ("communes", "Communes"),
    ("iris", "IRIS"),
    ("qualites", "Positions"),
    ("economie", "Économie"),
    ("emplois_fournis", "Emplois fournis"),
    ("calage_familles", "Calage, familles"),
    ("calage_secteurs", "Calage, secteurs"),
    ("specificite", "Spécificité"),
    ("desserte", "Proximité"),
    ("evolution", "Évolution"),
    ("evolution_familles", "Évolution, familles"),
    ("evolution_communes", "Évolution, communes"),
    ("reperes", "Chiffres publiés"),
];

/// Formats of cells.
struct Formats {
    title: Format,
    header: Format,
    whole: Format,
    real: Format,
    share: Format,
    unknown: Format,
}

/// The bytes of the workbook.
pub fn write(portrait: &Portrait, adresse: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let properties = DocProperties::new()
        .set_title(format!("L’économie sociale et solidaire employeuse de {}", portrait.nom))
        .set_author("Essaim")
        // A date is asked for: the same for all, so that the bytes are those of the figures alone.
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    book.set_properties(&properties);
    let formats = Formats {
        title: Format::new().set_bold().set_font_size(14),
        header: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top),
        whole: Format::new().set_num_format("#,##0"),
        real: Format::new().set_num_format("#,##0.0"),
        share: Format::new().set_num_format("0.0%"),
        unknown: Format::new().set_align(FormatAlign::Right).set_font_color("#555555"),
    };
    let all = mesures(portrait);
    let of = |section: &str| all.iter().filter(|row| row.section == section).collect::<Vec<_>>();
    readme(book.add_worksheet(), (portrait, adresse), &formats)?;
    summary(book.add_worksheet(), &of("territoire"), &formats)?;
    for (section, name) in SHEETS {
        let rows = of(section);
        if !rows.is_empty() {
            pivot(book.add_worksheet().set_name(name)?, &rows, &formats)?;
        }
    }
    largest(book.add_worksheet(), portrait, &formats)?;
    waterfall(book.add_worksheet(), portrait, &formats)?;
    sources(book.add_worksheet(), portrait, &formats)?;
    book.save_to_buffer()
}

fn readme(sheet: &mut Worksheet, (portrait, adresse): (&Portrait, &str), formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("Lisez-moi")?;
    let manifest = &portrait.manifest;
    sheet.write_string_with_format(
        0,
        0,
        format!("L’économie sociale et solidaire employeuse de {}", portrait.nom),
        &formats.title,
    )?;
    let lines = [
        ("Territoire", portrait.territoire.clone()),
        ("Périmètre", format!("{} {}", manifest.perimetre.nom, manifest.perimetre.version)),
        ("Définition", manifest.perimetre.description.clone()),
        ("Règle d’employeur", manifest.regle_employeur.libelle().to_owned()),
        ("Version du jeu", manifest.version.to_string()),
        ("Estimation des emplois", portrait.estimateur.nom.to_owned()),
        ("Inconnu", format!("« {INCONNU} », jamais zéro ni vide ; zéro est 0")),
        ("Attribution", attribution(manifest)),
        ("Licence des données", format!("{} ({})", LICENCE.0, LICENCE.1)),
        ("Page", adresse.to_owned()),
        ("Données fictives", if manifest.fictif { "oui : démonstration" } else { "non" }.to_owned()),
    ];
    for (row, (head, text)) in (2_u32..).zip(lines) {
        sheet.write_string_with_format(row, 0, head, &formats.header)?;
        sheet.write_string(row, 1, text)?;
    }
    sheet.set_column_width(0, 26)?.set_column_width(1, 100)?;
    Ok(())
}

/// The whole territory: one figure a line.
fn summary(sheet: &mut Worksheet, rows: &[&Mesure], formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("Synthèse")?;
    headers(sheet, &["Indicateur", "Valeur", "Unité"], formats)?;
    for (line, row) in (1_u32..).zip(rows) {
        sheet.write_string(line, 0, crate::rows::label(&row.indicateur))?;
        number(sheet, (line, 1), row, formats)?;
        sheet.write_string(line, 2, row.unite)?;
    }
    sheet.set_column_width(0, 34)?.set_column_width(1, 14)?.set_column_width(2, 48)?;
    Ok(())
}

/// One line a zone or kind, one column an indicator.
fn pivot(sheet: &mut Worksheet, rows: &[&Mesure], formats: &Formats) -> Result<(), XlsxError> {
    let mut columns: Vec<(&str, &str)> = Vec::new();
    let mut lines: Vec<(&str, &str)> = Vec::new();
    let mut ranks: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for row in rows {
        let column = (row.indicateur.as_str(), row.unite);
        if !columns.contains(&column) {
            columns.push(column);
        }
        let line = (row.code.as_str(), row.libelle.as_str());
        if let std::collections::btree_map::Entry::Vacant(slot) = ranks.entry(line) {
            slot.insert(u32::try_from(lines.len() + 1).unwrap_or(u32::MAX));
            lines.push(line);
        }
    }
    let titles = columns.iter().map(|(name, unit)| format!("{} ({unit})", crate::rows::label(name)));
    let titles: Vec<String> = ["Code".to_owned(), "Libellé".to_owned()].into_iter().chain(titles).collect();
    headers(sheet, &titles.iter().map(String::as_str).collect::<Vec<_>>(), formats)?;
    for (line, (code, libelle)) in (1_u32..).zip(&lines) {
        sheet.write_string(line, 0, *code)?;
        sheet.write_string(line, 1, *libelle)?;
    }
    for row in rows {
        let line = ranks.get(&(row.code.as_str(), row.libelle.as_str())).copied().unwrap_or_default();
        let place = columns.iter().position(|(name, unit)| *name == row.indicateur && *unit == row.unite);
        number(sheet, (line, place.and_then(|place| u16::try_from(place + 2).ok()).unwrap_or_default()), row, formats)?;
    }
    sheet.set_freeze_panes(1, 2)?.set_column_width(0, 14)?.set_column_width(1, 34)?;
    let (last_line, last_column) =
        (u32::try_from(lines.len()).unwrap_or(1), u16::try_from(columns.len() + 1).unwrap_or(1));
    sheet.autofilter(0, 0, last_line, last_column)?;
    Ok(())
}

fn headers(sheet: &mut Worksheet, titles: &[&str], formats: &Formats) -> Result<(), XlsxError> {
    for (column, title) in (0_u16..).zip(titles) {
        sheet.write_string_with_format(0, column, *title, &formats.header)?;
        if column > 1 {
            sheet.set_column_width(column, 17)?;
        }
    }
    Ok(())
}

fn number(sheet: &mut Worksheet, (line, column): (u32, u16), row: &Mesure, formats: &Formats) -> Result<(), XlsxError> {
    let Some(value) = row.valeur else {
        sheet.write_string_with_format(line, column, INCONNU, &formats.unknown)?;
        return Ok(());
    };
    let share = row.unite.starts_with("fraction") || row.unite.contains(" / ");
    let format = match value.fract() == 0.0 && !share {
        true => &formats.whole,
        false if share => &formats.share,
        false => &formats.real,
    };
    sheet.write_number_with_format(line, column, value, format)?;
    Ok(())
}

fn largest(sheet: &mut Worksheet, portrait: &Portrait, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("Plus grandes")?;
    headers(sheet, &["SIRET", "Structure", "Tranche d’effectifs", "Année", "Famille", "Secteur", "Commune"], formats)?;
    for (line, row) in (1_u32..).zip(&portrait.plus_grandes) {
        sheet.write_string(line, 0, &row.siret)?;
        sheet.write_string(line, 1, &row.nom)?;
        sheet.write_string(line, 2, row.tranche.map_or_else(|| INCONNU.to_owned(), Tranche::libelle))?;
        sheet.write_string(line, 3, row.annee_effectifs.map_or_else(|| INCONNU.to_owned(), |year| year.to_string()))?;
        sheet.write_string(line, 4, row.famille.libelle())?;
        sheet.write_string(line, 5, &row.secteur)?;
        sheet.write_string(line, 6, &row.code_commune)?;
    }
    sheet.set_column_width(0, 17)?.set_column_width(1, 44)?;
    Ok(())
}

fn waterfall(sheet: &mut Worksheet, portrait: &Portrait, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("Cascade")?;
    headers(sheet, &["Étape", "Raison", "Nature", "Lignes"], formats)?;
    let mut line = 0;
    for etape in portrait.manifest.waterfall.etapes() {
        let entries = std::iter::once(("entrent", "entrée", etape.entrees));
        let reasons = etape.lignes.iter().map(|row| (row.libelle, nature(row.nature), row.lignes));
        for (reason, nature, count) in entries.chain(reasons).chain([("restent", "gardées", etape.gardees)]) {
            line += 1;
            sheet.write_string(line, 0, etape.libelle)?;
            sheet.write_string(line, 1, reason)?;
            sheet.write_string(line, 2, nature)?;
            sheet.write_number_with_format(line, 3, count as f64, &formats.whole)?;
        }
    }
    sheet.set_column_width(0, 34)?.set_column_width(1, 60)?;
    Ok(())
}

fn sources(sheet: &mut Worksheet, portrait: &Portrait, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("Sources")?;
    headers(sheet, &["Source", "Producteur", "Millésime", "Lignes lues", "SHA-256"], formats)?;
    for (line, source) in (1_u32..).zip(&portrait.manifest.sources) {
        sheet.write_string(line, 0, &source.titre)?;
        sheet.write_string(line, 1, &source.producteur)?;
        sheet.write_string(line, 2, &source.millesime)?;
        sheet.write_number_with_format(line, 3, source.lignes as f64, &formats.whole)?;
        sheet.write_string(line, 4, &source.sha256)?;
    }
    sheet.set_column_width(0, 50)?.set_column_width(1, 26)?;
    Ok(())
}

fn nature(nature: Nature) -> &'static str {
    match nature {
        Nature::Sortie => "sortie",
        Nature::Dont => "dont (dans aucune somme)",
    }
}
