//! Plausible names that belong to nobody.

use super::random::Random;
use super::tables::Tables;

/// Every name ends with this mark.
pub const MARK: &str = " (FICTIF)";

/// A name of a theme, in the capitals of the stock.
pub fn name(tables: &Tables, theme: &str, commune: &str, random: &mut Random) -> String {
    let models: Vec<&str> =
        tables.modeles.iter().filter(|model| model.theme == theme).map(|model| model.modele.as_str()).collect();
    let model = models.get(random.below(models.len())).copied().unwrap_or("UNITE {lieu}");
    let place = &tables.lieux[random.below(tables.lieux.len())];
    let town = commune_label(commune);
    let mut text = model.replace("{lieu}", place).replace("{commune}", &town);
    if model.contains("{lieu}") && random.chance(45) {
        text = format!("{text} DE {town}");
    }
    text + MARK
}

/// `libelleCommuneEtablissement` of the stock: capitals without accents, `PARIS 12` for an arrondissement.
pub fn commune_label(nom: &str) -> String {
    if let Some((city, rest)) = nom.split_once(' ')
        && nom.ends_with("Arrondissement")
    {
        let rank: String = rest.chars().take_while(char::is_ascii_digit).collect();
        return format!("{} {rank}", unaccented(city));
    }
    unaccented(nom)
}

fn unaccented(text: &str) -> String {
    text.chars()
        .flat_map(|letter| match letter {
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' => vec!['E'],
            'à' | 'â' | 'ä' | 'À' | 'Â' => vec!['A'],
            'ô' | 'ö' | 'Ô' => vec!['O'],
            'î' | 'ï' | 'Î' => vec!['I'],
            'û' | 'ù' | 'ü' | 'Û' => vec!['U'],
            'ç' | 'Ç' => vec!['C'],
            'Ÿ' | 'ÿ' => vec!['Y'],
            other => other.to_uppercase().collect(),
        })
        .collect()
}

/// An acronym: the first letters of the words before the mark.
pub fn acronym(denomination: &str) -> String {
    let bare = denomination.trim_end_matches(MARK);
    bare.split(' ').filter_map(|word| word.chars().next()).filter(char::is_ascii_uppercase).take(6).collect()
}
