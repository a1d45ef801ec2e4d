//! From the rows of the tables to the domain. What a store holds is checked as any input is.

use std::fmt::Display;
use std::str::FromStr;

use domain::zone::Population;
use domain::{
    AccordSources, CelluleEconomie, CelluleEmplois, CelluleMasquee, ChampEmplois, CodeApe, CodeCommune, Commune,
    Famille, Iris, Nomenclature, Position, QualitePosition, RegleRetenue, Regroupement, SecteurInstitutionnel,
    SourcePosition, Structure, Tranche,
};
use geo::{Coord, MultiPolygon};

use crate::error::StoreError;

/// Cells of one row, whatever the database.
pub(crate) trait Cells {
    fn text(&self, column: &'static str) -> Result<Option<String>, sqlx::Error>;
    fn integer(&self, column: &'static str) -> Result<Option<i64>, sqlx::Error>;
    fn real(&self, column: &'static str) -> Result<Option<f64>, sqlx::Error>;
    fn boolean(&self, column: &'static str) -> Result<Option<bool>, sqlx::Error>;
    /// The point of the row, in the legal system.
    fn point(&self) -> Result<Coord<f64>, CellError>;
    /// The polygons of the row, in the legal system.
    fn polygons(&self) -> Result<MultiPolygon<f64>, CellError>;
}

/// A geometry that cannot be read from its row.
pub(crate) enum CellError {
    Sql(sqlx::Error),
    Geometry(String),
}

impl From<sqlx::Error> for CellError {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

/// A row with its place, so that every refusal names it.
pub(crate) struct Line<'r, C> {
    pub cells: &'r C,
    pub location: &'r str,
    pub table: &'static str,
    /// From 1.
    pub row: u64,
}

impl<C: Cells> Line<'_, C> {
    fn read(&self, source: sqlx::Error) -> StoreError {
        StoreError::Read { location: self.location.to_owned(), table: self.table, source }
    }

    fn refuse(&self, column: &'static str, reason: impl Display) -> StoreError {
        let (location, reason) = (self.location.to_owned(), reason.to_string());
        StoreError::Field { location, table: self.table, row: self.row, column, reason }
    }

    fn needed<T>(&self, column: &'static str, value: Option<T>) -> Result<T, StoreError> {
        value.ok_or_else(|| self.refuse(column, "valeur manquante"))
    }

    fn opt_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.cells.text(column).map_err(|error| self.read(error))
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.needed(column, self.opt_text(column)?)
    }

    fn opt_boolean(&self, column: &'static str) -> Result<Option<bool>, StoreError> {
        self.cells.boolean(column).map_err(|error| self.read(error))
    }

    fn boolean(&self, column: &'static str) -> Result<bool, StoreError> {
        self.needed(column, self.opt_boolean(column)?)
    }

    fn opt_integer<T: TryFrom<i64>>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        let value = self.cells.integer(column).map_err(|error| self.read(error))?;
        let narrow = |value: i64| T::try_from(value).map_err(|_| self.refuse(column, format!("{value} hors bornes")));
        value.map(narrow).transpose()
    }

    fn integer<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        self.needed(column, self.opt_integer(column)?)
    }

    fn opt_real(&self, column: &'static str) -> Result<Option<f64>, StoreError> {
        self.cells.real(column).map_err(|error| self.read(error))
    }

    fn opt_parsed<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        let parse = |text: String| text.parse().map_err(|error| self.refuse(column, error));
        self.opt_text(column)?.map(parse).transpose()
    }

    fn parsed<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<T, StoreError> {
        self.needed(column, self.opt_parsed(column)?)
    }

    /// A value of a closed list, by its code.
    fn opt_code<T>(&self, column: &'static str, from: impl Fn(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        let find = |code: String| from(&code).ok_or_else(|| self.refuse(column, format!("code « {code} » inconnu")));
        self.opt_text(column)?.map(find).transpose()
    }

    fn code<T>(&self, column: &'static str, from: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        self.needed(column, self.opt_code(column, from)?)
    }

    fn geometry<T>(&self, read: Result<T, CellError>) -> Result<T, StoreError> {
        read.map_err(|error| match error {
            CellError::Sql(source) => self.read(source),
            CellError::Geometry(reason) => self.refuse("geom", reason),
        })
    }

    fn population(&self) -> Result<Option<Population>, StoreError> {
        match (self.opt_real("population")?, self.opt_integer("annee_population")?) {
            (Some(habitants), Some(annee)) => Ok(Some(Population { habitants, annee })),
            (None, None) => Ok(None),
            _ => Err(self.refuse("annee_population", "population sans année ou année sans population")),
        }
    }

    fn ape(&self) -> Result<Option<CodeApe>, StoreError> {
        let code = self.opt_text("code_ape")?;
        match (code, self.opt_code("nomenclature_ape", nomenclature)?) {
            (Some(code), Some(nomenclature)) => Ok(Some(CodeApe { code: code.into(), nomenclature })),
            (None, None) => Ok(None),
            _ => Err(self.refuse("nomenclature_ape", "code sans nomenclature ou nomenclature sans code")),
        }
    }

    fn communes(&self) -> Result<Vec<CodeCommune>, StoreError> {
        let list = self.text("communes")?;
        let codes = list.split(',').filter(|code| !code.is_empty());
        codes.map(|code| code.parse().map_err(|error| self.refuse("communes", error))).collect()
    }
}

fn nomenclature(code: &str) -> Option<Nomenclature> {
    let all = [Nomenclature::NafRev2, Nomenclature::Naf2025, Nomenclature::Ancienne];
    all.into_iter().find(|&nomenclature| crate::encode::nomenclature_code(nomenclature) == code)
}

/// A row that has a point.
pub(crate) fn position<C: Cells>(line: &Line<'_, C>) -> Result<Position, StoreError> {
    let point = line.geometry(line.cells.point())?;
    Ok(Position {
        x: point.x,
        y: point.y,
        lon: line.needed("lon", line.opt_real("lon")?)?,
        lat: line.needed("lat", line.opt_real("lat")?)?,
        source: line.code("source_position", SourcePosition::from_code)?,
    })
}

pub(crate) fn structure<C: Cells>(line: &Line<'_, C>, position: Option<Position>) -> Result<Structure, StoreError> {
    Ok(Structure {
        siret: line.parsed("siret")?,
        siren: line.parsed("siren")?,
        nom: line.text("nom")?,
        enseigne: line.opt_text("enseigne")?,
        famille: line.code("famille", Famille::from_code)?,
        regle: line.code("regle", RegleRetenue::from_code)?,
        accord: line.code("accord_sources", AccordSources::from_code)?,
        categorie_juridique: line.text("categorie_juridique")?,
        ape: line.ape()?,
        secteur: line.text("secteur")?,
        ape_a_decider: line.boolean("ape_a_decider")?,
        tranche: line.opt_code("tranche_effectifs", Tranche::from_code)?,
        annee_effectifs: line.opt_integer("annee_effectifs")?,
        caractere_employeur: line.opt_boolean("caractere_employeur")?,
        mention_ess: line.opt_boolean("mention_ess")?,
        siege: line.boolean("siege")?,
        date_creation: line.opt_text("date_creation")?,
        adresse: line.opt_text("adresse")?,
        code_postal: line.opt_text("code_postal")?,
        code_commune: line.parsed("code_commune")?,
        code_iris: line.opt_parsed("code_iris")?,
        position,
        qualite_position: line.code("qualite_position", QualitePosition::from_code)?,
        corrige: line.opt_parsed("corrige")?.unwrap_or_default(),
        a_verifier: line.opt_parsed("a_verifier")?.unwrap_or_default(),
        couronne: line.boolean("couronne")?,
        fictif: line.boolean("fictif")?,
    })
}

pub(crate) fn commune<C: Cells>(line: &Line<'_, C>) -> Result<Commune, StoreError> {
    Ok(Commune {
        code: line.parsed("code")?,
        nom: line.text("nom")?,
        population: line.population()?,
        siren_ept: line.opt_text("siren_ept")?,
        siren_epci: line.opt_text("siren_epci")?,
        couronne: line.boolean("couronne")?,
        contour: line.geometry(line.cells.polygons())?,
    })
}

pub(crate) fn iris<C: Cells>(line: &Line<'_, C>) -> Result<Iris, StoreError> {
    Ok(Iris {
        code: line.parsed("code")?,
        nom: line.text("nom")?,
        type_iris: line.text("type_iris")?,
        code_commune: line.parsed("code_commune")?,
        population: line.population()?,
        couronne: line.boolean("couronne")?,
        contour: line.geometry(line.cells.polygons())?,
    })
}

pub(crate) fn regroupement<C: Cells>(line: &Line<'_, C>) -> Result<Regroupement, StoreError> {
    Ok(Regroupement {
        code: line.text("code")?,
        nom: line.text("nom")?,
        alias: line.opt_text("alias")?,
        communes: line.communes()?,
        communes_officielles: line.opt_integer("communes_officielles")?,
        contour: line.geometry(line.cells.polygons())?,
    })
}

pub(crate) fn masque<C: Cells>(line: &Line<'_, C>) -> Result<CelluleMasquee, StoreError> {
    Ok(CelluleMasquee {
        code_commune: line.parsed("code_commune")?,
        famille: line.code("famille", Famille::from_code)?,
        secteur: line.text("secteur")?,
        tranche: line.opt_code("tranche_effectifs", Tranche::from_code)?,
        couronne: line.boolean("couronne")?,
        effectif: line.integer("effectif")?,
    })
}

pub(crate) fn economie<C: Cells>(line: &Line<'_, C>) -> Result<CelluleEconomie, StoreError> {
    Ok(CelluleEconomie {
        code_commune: line.parsed("code_commune")?,
        division_naf: line.text("division_naf")?,
        tranche: line.opt_code("tranche_effectifs", Tranche::from_code)?,
        secteur_institutionnel: line.code("secteur_institutionnel", SecteurInstitutionnel::from_code)?,
        ess: line.boolean("ess")?,
        etablissements: line.integer("etablissements")?,
    })
}

pub(crate) fn emplois<C: Cells>(line: &Line<'_, C>) -> Result<CelluleEmplois, StoreError> {
    let cell = CelluleEmplois {
        code_commune: line.parsed("code_commune")?,
        champ: line.code("champ", ChampEmplois::from_code)?,
        famille: line.opt_code("famille", Famille::from_code)?,
        annee: line.integer("annee")?,
        etablissements: line.opt_integer("etablissements")?,
        emplois: line.opt_real("emplois")?,
        secret: line.boolean("secret")?,
    };
    if cell.secret == cell.emplois.is_some() {
        return Err(line.refuse("emplois", "une case secrète n’a pas de valeur, une autre en a une"));
    }
    Ok(cell)
}

pub(crate) fn manifest<C: Cells>(line: &Line<'_, C>) -> Result<domain::Manifest, StoreError> {
    let json = line.text("manifeste")?;
    serde_json::from_str(&json).map_err(|error| line.refuse("manifeste", error))
}
