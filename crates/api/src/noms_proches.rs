//! Territories whose name or code looks like what was asked: for those who mistype, or type a name.

use std::collections::BTreeSet;

use domain::{Atlas, CodeCommune};

/// Names told to somebody who asked for nothing known.
const TOLD: usize = 5;

/// A territory of the atlas, by its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nomme {
    /// Canonical form.
    pub territoire: String,
    /// Name.
    pub nom: String,
    /// Level.
    pub niveau: &'static str,
    /// Communes of the atlas in it.
    pub communes: usize,
    /// Its codes and alias.
    codes: Vec<String>,
}

/// Territories that an answer can be about: whole zones made of communes, and communes outside the ring.
fn nommes(atlas: &Atlas) -> impl Iterator<Item = Nomme> + '_ {
    let whole = atlas.regroupements.iter().filter(|(_, zone)| zone.est_entier() != Some(false));
    let zones = whole.map(|(niveau, zone)| Nomme {
        territoire: format!("{}:{}", niveau.code(), zone.code),
        nom: zone.nom.clone(),
        niveau: niveau.code(),
        communes: zone.communes.len(),
        codes: std::iter::once(zone.code.clone()).chain(zone.alias.clone()).collect(),
    });
    let communes = atlas.communes.iter().filter(|commune| !commune.couronne).map(|commune| Nomme {
        territoire: format!("commune:{}", commune.code),
        nom: commune.nom.clone(),
        niveau: "commune",
        communes: 1,
        codes: vec![commune.code.to_string()],
    });
    zones.chain(communes)
}

/// The territories whose name holds every word, or whose code begins with it, and the communes also given; larger ones
/// first, then the shortest name.
pub fn territoires(atlas: &Atlas, words: &[String], also: &BTreeSet<&CodeCommune>) -> Vec<Nomme> {
    let whole = words.join(" ");
    let matches = |zone: &Nomme| {
        let name = folded(&zone.nom);
        let named = words.iter().all(|word| name.contains(word.as_str()));
        let given = || zone.niveau == "commune" && also.iter().any(|code| zone.codes == [code.as_str()]);
        named || zone.codes.iter().any(|code| folded(code).starts_with(&whole)) || given()
    };
    let mut found: Vec<Nomme> = nommes(atlas).filter(matches).collect();
    let begins = |zone: &Nomme| folded(&zone.nom).starts_with(&whole);
    found.sort_by_cached_key(|zone| (!begins(zone), zone.communes == 1, zone.nom.len(), zone.territoire.clone()));
    found
}

/// The territories of an atlas nearest to a text, nearest first: name and canonical form.
pub fn noms_proches(atlas: &Atlas, asked: &str) -> Vec<(String, String)> {
    let wanted = folded(asked.rsplit(':').next().unwrap_or(asked));
    let score = |zone: &Nomme| {
        let names = std::iter::once(folded(&zone.nom)).chain(zone.codes.iter().map(|code| folded(code)));
        names.filter(|name| !name.is_empty()).map(|name| likeness(&wanted, &name)).fold(0.0, f64::max)
    };
    let mut found: Vec<(f64, Nomme)> = nommes(atlas).map(|zone| (score(&zone), zone)).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.territoire.cmp(&b.1.territoire)));
    found.into_iter().take(TOLD).map(|(_, zone)| (zone.nom, zone.territoire)).collect()
}

/// 0 to 1; what begins or stands whole in the name is nearer than what only looks like it.
fn likeness(wanted: &str, name: &str) -> f64 {
    let held = !wanted.is_empty() && name.contains(wanted);
    strsim::jaro_winkler(wanted, name) + if held { 1.0 } else { 0.0 }
}

/// Small letters without accents, hyphens or apostrophes: what two spellings of a name have in common.
pub fn folded(text: &str) -> String {
    let plain = |c: char| match c {
        'à' | 'â' | 'ä' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ÿ' => 'y',
        '-' | '’' | '\'' | '_' | '&' => ' ',
        other => other,
    };
    text.to_lowercase().chars().map(plain).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::sample_atlas;

    #[test]
    fn a_name_a_typing_error_or_a_code_finds_its_zone() {
        let mut atlas = sample_atlas(1);
        for (commune, nom) in atlas.communes.iter_mut().zip([
            "Ambérieu-en-Bugey",
            "Bry-sur-Marne",
            "Nogent-sur-Marne",
            "Le Perreux-sur-Marne",
        ]) {
            nom.clone_into(&mut commune.nom);
            commune.couronne = false;
        }
        let first = |asked: &str| noms_proches(&atlas, asked).into_iter().next().unwrap().0;
        assert_eq!(first("nogent"), "Nogent-sur-Marne");
        assert_eq!(first("commune:Nojent sur marne"), "Nogent-sur-Marne");
        assert_eq!(first("amberieu"), "Ambérieu-en-Bugey");
        let code = atlas.communes[1].code.to_string();
        assert_eq!(noms_proches(&atlas, &format!("commune:{code}"))[0].1, format!("commune:{code}"));
    }
}
