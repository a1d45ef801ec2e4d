//! Makes an atlas of so many structures out of a smaller one, for measures at national size.
//!
//!     cargo run --release -p store --example multiply -- small.gpkg large.gpkg 1300000
//!
//! Each structure is copied under other SIRETs, in communes drawn in proportion of their inhabitants, near the middle
//! of one of their IRIS. The counts of the manifest follow.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use domain::{Atlas, CodeCommune, Position, Siren, Siret, Structure};
use geo::{Coord, InteriorPoint};
use store::Store;
use store::file::FileStore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &str| arguments.next().ok_or_else(|| format!("argument manquant : {what}"));
    let (small, large) = (PathBuf::from(next("atlas à lire")?), PathBuf::from(next("atlas à écrire")?));
    let structures: usize = next("nombre de structures")?.parse()?;
    let mut atlas = FileStore::new(small).load().await?;
    multiply(&mut atlas, structures).ok_or("un atlas sans structure, ou plus de SIREN que de nombres")?;
    FileStore::new(large).publish(&atlas, &[]).await?;
    Ok(())
}

/// Fresh SIRENs in growing order: the rows stay sorted.
fn multiply(atlas: &mut Atlas, wanted: usize) -> Option<()> {
    let rows: Vec<Structure> = atlas.structures.iter().filter(|row| !row.couronne).cloned().collect();
    let places = Places::of(atlas)?;
    let mut all = Vec::with_capacity(wanted);
    for rank in 0..wanted {
        // The golden ratio and its like spread what they count.
        let drawn = |ratio: f64| (rank as f64 * ratio).fract();
        let mut copy = rows.get(rank % rows.len())?.clone();
        copy.siren = with_key(&format!("{:08}", 10_000_000 + rank))?;
        copy.siret = with_siret_key(&format!("{}0001", copy.siren))?;
        let (iris, at) = places.at(drawn(0.618_033_988_749_895), drawn(0.414_213_562_373_095));
        copy.code_commune = atlas.iris.get(iris)?.code_commune.clone();
        copy.code_iris = copy.position.is_some().then(|| atlas.iris[iris].code.clone());
        if let Some(position) = &mut copy.position {
            let metric = Coord { x: at.x + (drawn(0.732) - 0.5) * 200.0, y: at.y + (drawn(0.645) - 0.5) * 200.0 };
            let lon_lat = places.projection.unproject(metric).ok()?;
            *position = Position { x: metric.x, y: metric.y, lon: lon_lat.x, lat: lon_lat.y, ..*position };
        }
        all.push(copy);
    }
    let flow = &mut atlas.manifest.waterfall;
    flow.couronne = 0;
    flow.localises = all.iter().filter(|row| row.position.is_some()).count() as u64;
    flow.non_localises = all.len() as u64 - flow.localises;
    flow.lus = flow.retenus() + flow.exclus.values().sum::<u64>();
    atlas.structures = all;
    (atlas.structures.len() == wanted).then_some(())
}

/// Where copies go: the IRIS of each commune, the weight of its inhabitants, the middle of its outline.
struct Places {
    projection: crs::Projection,
    /// Inhabitants of the communes up to each one, and the ranks of its IRIS.
    communes: Vec<(f64, Vec<usize>)>,
    middles: Vec<Coord<f64>>,
}

impl Places {
    fn of(atlas: &Atlas) -> Option<Self> {
        let mut of_commune: BTreeMap<&CodeCommune, Vec<usize>> = BTreeMap::new();
        for (rank, iris) in atlas.iris.iter().enumerate().filter(|(_, iris)| !iris.couronne) {
            of_commune.entry(&iris.code_commune).or_default().push(rank);
        }
        let (mut sum, mut communes) = (0.0, Vec::new());
        for commune in &atlas.communes {
            let Some(iris) = of_commune.remove(&commune.code) else { continue };
            sum += commune.population.map_or(1_000.0, |population| population.habitants);
            communes.push((sum, iris));
        }
        let middle = |iris: &domain::Iris| iris.contour.interior_point().map(|point| point.0);
        let middles = atlas.iris.iter().map(middle).collect::<Option<_>>()?;
        Some(Self { projection: crs::Projection::new(atlas.manifest.epsg).ok()?, communes, middles })
    }

    /// From two numbers of 0 to 1.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank below the length of a list")]
    fn at(&self, among_people: f64, among_iris: f64) -> (usize, Coord<f64>) {
        let all = self.communes.last().map_or(0.0, |(sum, _)| *sum);
        let place = self.communes.partition_point(|(sum, _)| *sum <= among_people * all);
        let iris = &self.communes[place.min(self.communes.len() - 1)].1;
        let rank = iris[(among_iris * iris.len() as f64) as usize % iris.len()];
        (rank, self.middles[rank])
    }
}

fn with_key(start: &str) -> Option<Siren> {
    (0..10).find_map(|key| format!("{start}{key}").parse().ok())
}

fn with_siret_key(start: &str) -> Option<Siret> {
    (0..10).find_map(|key| format!("{start}{key}").parse().ok())
}
