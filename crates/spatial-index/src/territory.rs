//! A territory named by a user, resolved against an atlas.

use std::collections::BTreeSet;

use domain::{Atlas, CodeCommune, NiveauRegroupe, Territoire};

/// A resolved territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Name for readers.
    pub nom: String,
    /// Canonical form: an EPT by SIREN rather than by alias, a list sorted; the same place always has the same.
    pub territoire: Territoire,
    /// Its communes, in code order.
    pub communes: BTreeSet<CodeCommune>,
}

/// The atlas does not hold that place, or not whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownTerritory {
    /// Nothing of it.
    #[error("« {asked} » n’est pas dans cet atlas ; il contient : {known}")]
    Absent {
        /// What was asked.
        asked: String,
        /// What the atlas holds.
        known: String,
    },
    /// Only a part of its communes, the others being outside or in the ring.
    #[error(
        "« {asked} » n’est dans cet atlas qu’en partie ({held} communes sur {official}) : ses chiffres seraient faux ; préparer un atlas qui le couvre"
    )]
    Partial {
        /// What was asked.
        asked: String,
        /// Communes held in the territory.
        held: usize,
        /// Communes of the official table.
        official: u32,
    },
}

/// Resolves a territory; the ring around the atlas's territory cannot be asked for figures.
pub fn resolve(atlas: &Atlas, territoire: &Territoire) -> Result<Selection, UnknownTerritory> {
    match territoire {
        Territoire::Zone(niveau, key) => resolve_zone(atlas, *niveau, key),
        Territoire::Communes(codes) => resolve_communes(atlas, codes),
    }
}

fn published(atlas: &Atlas) -> impl Iterator<Item = &domain::Commune> {
    atlas.communes.iter().filter(|commune| !commune.couronne)
}

fn resolve_zone(atlas: &Atlas, niveau: NiveauRegroupe, key: &str) -> Result<Selection, UnknownTerritory> {
    let asked = Territoire::Zone(niveau, key.to_owned());
    let zone = atlas.regroupements.niveau(niveau).iter().find(|zone| zone.se_nomme(key));
    let zone = zone.ok_or_else(|| absent(atlas, &asked))?;
    if let (Some(false), Some(official)) = (zone.est_entier(), zone.communes_officielles) {
        return Err(UnknownTerritory::Partial { asked: asked.to_string(), held: zone.communes.len(), official });
    }
    let nom = match zone.est_entier() {
        Some(_) => zone.nom.clone(),
        None => format!("{} (communes de l’atlas)", zone.nom),
    };
    let communes = zone.communes.iter().cloned().collect();
    Ok(Selection { nom, territoire: Territoire::Zone(niveau, zone.code.clone()), communes })
}

/// Communes of a list that are all in its name.
const NAMED: usize = 6;

/// A list that is exactly a known whole zone is that zone: the same place must give the same figures and bytes.
fn resolve_communes(atlas: &Atlas, codes: &[CodeCommune]) -> Result<Selection, UnknownTerritory> {
    let asked = Territoire::Communes(codes.to_vec());
    let known = |code: &CodeCommune| {
        let rank = atlas.communes.binary_search_by(|commune| commune.code.cmp(code)).ok()?;
        atlas.communes.get(rank).filter(|commune| !commune.couronne)
    };
    let Some(communes) = codes.iter().map(known).collect::<Option<Vec<_>>>() else {
        return Err(absent(atlas, &asked));
    };
    let is_whole = |zone: &domain::Regroupement| zone.est_entier() == Some(true) && zone.communes == codes;
    // A commune alone stays a commune, be it a department as well.
    let whole = atlas.regroupements.iter().find(|(_, zone)| codes.len() > 1 && is_whole(zone));
    if let Some((niveau, zone)) = whole {
        return resolve_zone(atlas, niveau, &zone.code);
    }
    let nom = match communes.as_slice() {
        [one] => one.nom.clone(),
        several if several.len() <= NAMED => {
            several.iter().map(|commune| commune.nom.as_str()).collect::<Vec<_>>().join(", ")
        }
        [first, second, others @ ..] => format!("{}, {} et {} autres communes", first.nom, second.nom, others.len()),
        [] => String::new(),
    };
    Ok(Selection { nom, territoire: asked, communes: codes.iter().cloned().collect() })
}

fn absent(atlas: &Atlas, asked: &Territoire) -> UnknownTerritory {
    let whole = atlas.regroupements.iter().filter(|(_, zone)| zone.est_entier() != Some(false));
    let name = |(niveau, zone): (NiveauRegroupe, &domain::Regroupement)| {
        format!("{}:{}", niveau.code(), zone.alias.as_deref().unwrap_or(&zone.code))
    };
    let mut known: Vec<String> = whole.map(name).collect();
    known.extend(published(atlas).map(|commune| format!("commune:{}", commune.code)));
    let more = known.len().saturating_sub(20);
    known.truncate(20);
    let mut known = known.join(", ");
    if more > 0 {
        known = format!("{known} et {more} autres");
    }
    UnknownTerritory::Absent { asked: asked.to_string(), known }
}
