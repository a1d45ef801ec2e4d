//! Territories whose name or code looks like what was asked: for those who mistype, or type a name.

use domain::Atlas;

/// Names told to somebody who asked for nothing known.
const TOLD: usize = 5;

/// The territories of an atlas nearest to a text, nearest first: name and canonical form.
pub fn noms_proches(atlas: &Atlas, asked: &str) -> Vec<(String, String)> {
    let wanted = folded(asked.rsplit(':').next().unwrap_or(asked));
    let zones =
        atlas.regroupements.iter().filter(|(_, zone)| zone.est_entier() != Some(false)).map(|(niveau, zone)| {
            let alias = zone.alias.clone().unwrap_or_default();
            (zone.nom.clone(), format!("{}:{}", niveau.code(), zone.code), vec![zone.code.clone(), alias])
        });
    let communes = atlas.communes.iter().filter(|commune| !commune.couronne);
    let communes = communes
        .map(|commune| (commune.nom.clone(), format!("commune:{}", commune.code), vec![commune.code.to_string()]));
    let score = |nom: &str, codes: &[String]| {
        let names = std::iter::once(folded(nom)).chain(codes.iter().map(|code| folded(code)));
        names.filter(|name| !name.is_empty()).map(|name| likeness(&wanted, &name)).fold(0.0, f64::max)
    };
    let mut found: Vec<(f64, String, String)> =
        zones.chain(communes).map(|(nom, code, codes)| (score(&nom, &codes), nom, code)).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
    found.into_iter().take(TOLD).map(|(_, nom, code)| (nom, code)).collect()
}

/// 0 to 1; what begins or stands whole in the name is nearer than what only looks like it.
fn likeness(wanted: &str, name: &str) -> f64 {
    let held = !wanted.is_empty() && name.contains(wanted);
    strsim::jaro_winkler(wanted, name) + if held { 1.0 } else { 0.0 }
}

/// Small letters without accents, hyphens or apostrophes.
fn folded(text: &str) -> String {
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
