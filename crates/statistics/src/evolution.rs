//! What changed between two atlases of the same territory: stock, entries and exits, followed by SIRET.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Famille, Manifest, Membre, Structure};
use serde::Serialize;
use spatial_index::{Filter, Selection, Snapshot};

/// An atlas, as a comparison names it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Edition {
    /// Dataset version.
    pub version: String,
    /// Perimeter and its version.
    pub perimetre: String,
    /// Employer rule.
    pub regle_employeur: &'static str,
    /// Vintage of the stock of establishments.
    pub millesime: String,
}

/// A line: the whole, a family or a commune.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Mouvement {
    /// Code; empty for the whole.
    pub code: String,
    /// Label.
    pub libelle: String,
    /// Structures before, masked ones included.
    pub avant: u64,
    /// Structures now, masked ones included.
    pub maintenant: u64,
    /// SIRETs of now that were not there before.
    pub entrees: u64,
    /// SIRETs of before that are no more there.
    pub sorties: u64,
    /// Masked structures more (or fewer) than before: counted, never followed.
    pub solde_masquees: i64,
}

impl Mouvement {
    /// Growth, as a fraction of the stock before.
    pub fn variation(&self) -> Option<f64> {
        (self.avant > 0).then(|| self.maintenant as f64 / self.avant as f64 - 1.0)
    }
}

/// The comparison of two atlases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evolution {
    /// The former atlas.
    pub avant: Edition,
    /// This one.
    pub maintenant: Edition,
    /// What forbids to read the difference as a change of the territory.
    pub avertissements: Vec<String>,
    /// The whole.
    pub total: Mouvement,
    /// Entries created after the most recent creation that the former atlas knew: openings, for sure.
    pub creees_depuis: u64,
    /// The most recent creation that the former atlas knew.
    pub derniere_creation_connue: Option<String>,
    /// By family.
    pub familles: Vec<Mouvement>,
    /// By commune.
    pub communes: Vec<Mouvement>,
}

/// Compares a territory in two atlases; `None` when the former one does not hold all its communes.
pub fn evolution(before: &Snapshot, now: &Snapshot, selection: &Selection) -> Option<Evolution> {
    let held = &before.atlas().communes;
    let whole = selection.communes.iter().all(|code| {
        let rank = held.binary_search_by(|commune| commune.code.cmp(code));
        rank.is_ok_and(|rank| held.get(rank).is_some_and(|commune| !commune.couronne))
    });
    if !whole {
        return None;
    }
    let filter = Filter { communes: Some(selection.communes.clone()), ..Filter::default() };
    let (old, new): (Vec<&Structure>, Vec<&Structure>) =
        (before.structures(&filter, None).collect(), now.structures(&filter, None).collect());
    let sirets = |rows: &[&Structure]| -> BTreeSet<String> { rows.iter().map(|row| row.siret.to_string()).collect() };
    let (known, kept) = (sirets(&old), sirets(&new));
    let latest = old.iter().filter_map(|row| row.date_creation.as_deref()).max();
    let created = |row: &&&Structure| {
        !known.contains(row.siret.as_str())
            && row.date_creation.as_deref().zip(latest).is_some_and(|(date, last)| date > last)
    };
    let by = |key: fn(&Structure) -> String, masked: fn(&domain::CelluleMasquee) -> String| {
        let mut rows: BTreeMap<String, Mouvement> = BTreeMap::new();
        // A structure that changes family leaves one line and enters another.
        let keyed = |rows: &[&Structure]| -> BTreeSet<(String, String)> {
            rows.iter().map(|row| (key(row), row.siret.to_string())).collect()
        };
        let (was, is) = (keyed(&old), keyed(&new));
        for pair in &was {
            let line = rows.entry(pair.0.clone()).or_default();
            line.avant += 1;
            line.sorties += u64::from(!is.contains(pair));
        }
        for pair in &is {
            let line = rows.entry(pair.0.clone()).or_default();
            line.maintenant += 1;
            line.entrees += u64::from(!was.contains(pair));
        }
        for (snapshot, is_now) in [(before, false), (now, true)] {
            for cell in snapshot.atlas().masques.iter().filter(|cell| filter.admits_masked(cell)) {
                let line = rows.entry(masked(cell)).or_default();
                let count = u64::from(cell.effectif);
                if is_now {
                    line.maintenant += count;
                    line.solde_masquees += i64::from(cell.effectif);
                } else {
                    line.avant += count;
                    line.solde_masquees -= i64::from(cell.effectif);
                }
            }
        }
        rows
    };
    let families = by(|row| row.famille.code().to_owned(), |cell| cell.famille.code().to_owned());
    let towns = by(|row| row.code_commune.to_string(), |cell| cell.code_commune.to_string());
    let label = |rows: BTreeMap<String, Mouvement>, name: &dyn Fn(&str) -> String| -> Vec<Mouvement> {
        rows.into_iter().map(|(code, row)| Mouvement { libelle: name(&code), code, ..row }).collect()
    };
    let family_name =
        |code: &str| Famille::from_code(code).map_or_else(|| code.to_owned(), |one| one.libelle().to_owned());
    let town_name = |code: &str| {
        let found = code.parse().ok().and_then(|code| now.nom_commune(&code).map(str::to_owned));
        found.unwrap_or_else(|| code.to_owned())
    };
    let total =
        towns.values().fold(Mouvement { libelle: "Ensemble".to_owned(), ..Mouvement::default() }, |mut sum, row| {
            sum.avant += row.avant;
            sum.maintenant += row.maintenant;
            sum.entrees += row.entrees;
            sum.sorties += row.sorties;
            sum.solde_masquees += row.solde_masquees;
            sum
        });
    let (old_manifest, new_manifest) = (&before.atlas().manifest, &now.atlas().manifest);
    // A move inside the territory changes commune without entering or leaving it.
    let (arrived, left) = (
        new.iter().filter(|row| !known.contains(row.siret.as_str())),
        old.iter().filter(|row| !kept.contains(row.siret.as_str())),
    );
    Some(Evolution {
        avant: edition(old_manifest),
        maintenant: edition(new_manifest),
        avertissements: warnings(old_manifest, new_manifest),
        creees_depuis: new.iter().filter(created).count() as u64,
        derniere_creation_connue: latest.map(str::to_owned),
        total: Mouvement { entrees: arrived.count() as u64, sorties: left.count() as u64, ..total },
        familles: label(families, &family_name),
        communes: label(towns, &town_name),
    })
}

fn edition(manifest: &Manifest) -> Edition {
    Edition {
        version: manifest.version.to_string(),
        perimetre: format!("{} {}", manifest.perimetre.nom, manifest.perimetre.version),
        regle_employeur: manifest.regle_employeur.code(),
        millesime: vintage(manifest).to_owned(),
    }
}

fn vintage(manifest: &Manifest) -> &str {
    let stock = manifest.sources.iter().find(|source| source.role == "stock_etablissement");
    stock.map_or("non renseigné", |source| source.millesime.as_str())
}

/// What changed besides the territory.
fn warnings(before: &Manifest, now: &Manifest) -> Vec<String> {
    let mut found = Vec::new();
    let mut differ = |what: &str, before: &str, now: &str| {
        if before != now {
            found.push(format!("{what} : « {before} » puis « {now} » ; l’écart vient aussi de là."));
        }
    };
    let perimetre = |manifest: &Manifest| format!("{} {}", manifest.perimetre.nom, manifest.perimetre.version);
    differ("Périmètre changé", &perimetre(before), &perimetre(now));
    differ("Règle d’employeur changée", before.regle_employeur.code(), now.regle_employeur.code());
    let listes = |manifest: &Manifest| {
        let given = manifest.constats.listes.iter().filter(|liste| liste.fournie).map(|liste| liste.nom.code());
        given.collect::<Vec<_>>().join(", ")
    };
    differ("Listes fournies changées", &listes(before), &listes(now));
    differ("Version d’Essaim changée", &before.essaim, &now.essaim);
    let nomenclature = |manifest: &Manifest| {
        manifest
            .sources
            .iter()
            .map(|source| source.role.as_str())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
            .join(", ")
    };
    differ("Sources changées", &nomenclature(before), &nomenclature(now));
    if before.fictif != now.fictif {
        found.push("Une seule des deux éditions est fictive : elles ne se comparent pas.".to_owned());
    }
    if vintage(before) == vintage(now) {
        found.push(format!("Les deux éditions disent le même millésime du stock (« {} »).", vintage(now)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Territoire;
    use test_support::sample_atlas;

    fn changed(change: impl FnOnce(&mut domain::Atlas)) -> Snapshot {
        let mut atlas = sample_atlas(3);
        change(&mut atlas);
        Snapshot::build(atlas).unwrap()
    }

    fn whole(snapshot: &Snapshot) -> Selection {
        snapshot.resolve(&"ept:T10".parse::<Territoire>().unwrap()).unwrap()
    }

    #[test]
    fn stock_now_is_stock_before_and_its_movements() {
        let before = changed(|atlas| {
            let mut rank = 0;
            atlas.structures.retain(|_| {
                rank += 1;
                rank % 5 != 0
            });
        });
        let now = changed(|atlas| {
            let mut rank = 0;
            atlas.structures.retain(|_| {
                rank += 1;
                rank % 7 != 0
            });
            atlas.masques.iter_mut().for_each(|cell| cell.effectif += 1);
        });
        let found = evolution(&before, &now, &whole(&now)).unwrap();
        let balanced = |row: &Mouvement| {
            let [before, now, entered, left] =
                [row.avant, row.maintenant, row.entrees, row.sorties].map(|count| i64::try_from(count).unwrap());
            now - before == entered - left + row.solde_masquees
        };
        assert!(found.total.entrees > 0 && found.total.sorties > 0 && found.total.solde_masquees > 0);
        assert!(balanced(&found.total) && found.familles.iter().chain(&found.communes).all(balanced));
        let sum: u64 = found.familles.iter().map(|row| row.maintenant).sum();
        assert_eq!(sum, found.total.maintenant);
        assert!(found.avertissements.iter().any(|text| text.contains("même millésime")));
    }

    #[test]
    fn an_atlas_beside_itself_has_not_moved() {
        let one = changed(|_| {});
        let found = evolution(&one, &one, &whole(&one)).unwrap();
        assert_eq!((found.total.entrees, found.total.sorties, found.creees_depuis), (0, 0, 0));
        assert_eq!(found.total.variation(), Some(0.0));
    }

    #[test]
    fn a_change_of_rules_is_said() {
        let before = changed(|atlas| atlas.manifest.perimetre.version = "0".to_owned());
        let now = changed(|atlas| atlas.manifest.fictif = false);
        let found = evolution(&before, &now, &whole(&now)).unwrap();
        assert!(found.avertissements[0].starts_with("Périmètre changé"), "{:?}", found.avertissements);
        assert!(found.avertissements.iter().any(|text| text.contains("fictive")));
    }

    #[test]
    fn a_territory_that_the_former_atlas_does_not_hold_has_no_evolution() {
        let before = changed(|atlas| atlas.communes.iter_mut().for_each(|commune| commune.couronne = true));
        let now = changed(|_| {});
        assert_eq!(evolution(&before, &now, &whole(&now)), None);
    }
}
