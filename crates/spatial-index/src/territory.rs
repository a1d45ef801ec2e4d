//! A territory named by a user, resolved against an atlas.

use std::collections::BTreeSet;

use domain::{Atlas, CodeCommune, Ept, Territoire};

/// A resolved territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Name for readers.
    pub nom: String,
    /// Canonical form: an EPT by SIREN, a list sorted; the same place always has the same.
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
        Territoire::Ept(key) => resolve_ept(atlas, key),
        Territoire::Departement(code) => {
            let communes = published(atlas).filter(|commune| commune.code.departement() == code);
            let communes: BTreeSet<_> = communes.map(|commune| commune.code.clone()).collect();
            if communes.is_empty() {
                return Err(absent(atlas, territoire));
            }
            let nom = format!("Département {code} (communes de l’atlas)");
            Ok(Selection { nom, territoire: territoire.clone(), communes })
        }
        Territoire::Communes(codes) => resolve_communes(atlas, codes),
    }
}

fn published(atlas: &Atlas) -> impl Iterator<Item = &domain::Commune> {
    atlas.communes.iter().filter(|commune| !commune.couronne)
}

fn resolve_ept(atlas: &Atlas, key: &str) -> Result<Selection, UnknownTerritory> {
    let asked = Territoire::Ept(key.to_owned());
    let is_named = |ept: &&Ept| ept.siren == key || ept.alias.as_deref() == Some(key);
    let ept = atlas.epts.iter().find(is_named).ok_or_else(|| absent(atlas, &asked))?;
    let communes: BTreeSet<_> = published(atlas)
        .filter(|commune| commune.siren_ept.as_deref() == Some(&ept.siren))
        .map(|commune| commune.code.clone())
        .collect();
    if u32::try_from(communes.len()) != Ok(ept.communes_officielles) {
        let (held, official) = (communes.len(), ept.communes_officielles);
        return Err(UnknownTerritory::Partial { asked: asked.to_string(), held, official });
    }
    Ok(Selection { nom: ept.nom.clone(), territoire: Territoire::Ept(ept.siren.clone()), communes })
}

/// A list that is exactly an EPT is that EPT: the same place must give the same figures and bytes.
fn resolve_communes(atlas: &Atlas, codes: &[CodeCommune]) -> Result<Selection, UnknownTerritory> {
    let asked = Territoire::Communes(codes.to_vec());
    let known = |code: &CodeCommune| published(atlas).find(|commune| commune.code == *code);
    let Some(communes) = codes.iter().map(known).collect::<Option<Vec<_>>>() else {
        return Err(absent(atlas, &asked));
    };
    let whole = atlas.epts.iter().find(|ept| ept.est_entier() && ept.communes == codes);
    if let Some(ept) = whole {
        return resolve_ept(atlas, &ept.siren);
    }
    let nom = match communes.as_slice() {
        [one] => one.nom.clone(),
        several => several.iter().map(|commune| commune.nom.as_str()).collect::<Vec<_>>().join(", "),
    };
    Ok(Selection { nom, territoire: asked, communes: codes.iter().cloned().collect() })
}

fn absent(atlas: &Atlas, asked: &Territoire) -> UnknownTerritory {
    let epts = atlas.epts.iter().filter(|ept| ept.est_entier());
    let mut known: Vec<String> =
        epts.map(|ept| format!("ept:{}", ept.alias.as_deref().unwrap_or(&ept.siren))).collect();
    known.extend(published(atlas).map(|commune| format!("commune:{}", commune.code)));
    let more = known.len().saturating_sub(20);
    known.truncate(20);
    let mut known = known.join(", ");
    if more > 0 {
        known = format!("{known} et {more} autres");
    }
    UnknownTerritory::Absent { asked: asked.to_string(), known }
}
