//! `essaim check`: is this atlas whole and coherent? With `--truth`: planted, found, missed.

use std::fmt::Write as _;
use std::path::Path;

use domain::Atlas;
use ingest::Progress;
use serde_json::{Value, json};
use statistics::coherence::{self, Controle};
use statistics::{Verite, verite};
use store::Location;
use store::file::FileStore;
use store::packed::Unused;

use crate::cli::{CheckArguments, FindingsFormat};
use crate::commands::query::{Rows, table};
use crate::failure::Failure;
use crate::interruption::interruptible;
use crate::progress::{Elsewhere, Shown};
use crate::report;

/// Prints the findings; exit code 3 when anything is wrong.
pub async fn run(arguments: &CheckArguments) -> Result<(), Failure> {
    let (version, atlas, packed) = interruptible(async {
        let progress = Shown::new(Elsewhere::Nothing);
        progress.step("Chargement de l’atlas", None);
        let store = store::open(&arguments.store.store).await?;
        let version = store.version().await?;
        // The tables are the truth: what is served from a packed form is compared with them.
        let Location::GeoPackage(path) = &arguments.store.store else {
            return Ok((version, store.load().await?, None));
        };
        let file = FileStore::new(path.clone());
        let atlas = file.load_tables().await?;
        let packed = against_tables(file.load_packed().await, &atlas);
        Ok((version, atlas, Some(packed)))
    })
    .await?;
    if let Some(truth) = &arguments.truth {
        return against(&atlas, truth);
    }
    let mut controles = vec![Controle::new(
        "version annoncée",
        (version != atlas.manifest.version)
            .then(|| format!("le dépôt annonce {version}, ses tables sont de {}", atlas.manifest.version))
            .into_iter()
            .collect(),
    )];
    controles.extend(packed);
    controles.extend(coherence::controler(atlas));
    report::data(&match arguments.format {
        FindingsFormat::Table => written(&controles),
        FindingsFormat::Json => format!("{:#}", controles.iter().map(object).collect::<Value>()),
    });
    let defects = controles.iter().map(|controle| controle.total).sum::<usize>();
    if defects == 0 {
        return Ok(());
    }
    Err(Failure::Data(format!("{defects} défauts ; republier l’atlas avec essaim ingest")))
}

/// A packed form that is not used is no defect: the tables are read instead.
fn against_tables(packed: Result<Atlas, Unused>, tables: &Atlas) -> Controle {
    let defaut = match packed {
        Ok(packed) if packed == *tables => None,
        Ok(_) => Some("elle ne dit pas ce que disent les tables".to_owned()),
        Err(why @ (Unused::Damaged(_) | Unused::Read(_))) => Some(why.to_string()),
        Err(_) => None,
    };
    Controle::new("forme compacte conforme aux tables", defaut.into_iter().collect())
}

fn against(atlas: &Atlas, truth: &Path) -> Result<(), Failure> {
    let score = score(atlas, truth)?;
    report::data(report::verite(&score).trim_end());
    if score.est_parfaite() {
        return Ok(());
    }
    Err(Failure::Data(format!("{} lignes plantées n’ont pas été retrouvées", score.manques)))
}

/// Scores an atlas against a file of truth.
pub fn score(atlas: &Atlas, truth: &Path) -> Result<Verite, Failure> {
    let text = std::fs::read_to_string(truth).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::MissingInput(truth.to_owned()),
        _ => Failure::other(format!("{} : {error}", truth.display())),
    })?;
    verite::score(atlas, &text).map_err(Failure::data)
}

/// One line per check, then each defect under its check.
fn written(controles: &[Controle]) -> String {
    let verdict = |controle: &Controle| if controle.est_juste() { "juste" } else { "FAUX" };
    let row = |controle: &Controle| vec![json!(controle.nom), json!(verdict(controle)), json!(controle.total)];
    let columns = ["contrôle", "verdict", "défauts"].map(str::to_owned).to_vec();
    let rows = Rows { columns, cells: controles.iter().map(row).collect(), total: None };
    let mut out = table::write(&rows);
    for controle in controles {
        for defaut in &controle.defauts {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{} : {defaut}", controle.nom);
        }
        if controle.total > controle.defauts.len() {
            let _ = writeln!(out, "{} : et {} autres", controle.nom, controle.total - controle.defauts.len());
        }
    }
    out.trim_end().to_owned()
}

fn object(controle: &Controle) -> Value {
    json!({ "controle": controle.nom, "juste": controle.est_juste(), "total": controle.total, "defauts": controle.defauts })
}
