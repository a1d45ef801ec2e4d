//! Query parameters, parsed once at the edge into types.

use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::web::Query;
use domain::{CodeCommune, CodeIris, Famille, QualitePosition, Territoire, Tranche};
use geo::Coord;
use spatial_index::{Bbox, Filter, Snapshot};

use crate::error::ApiError;

/// Largest page.
pub const LIMIT_MAX: usize = 10_000;
/// Page without `limit`: QGIS takes it as its own page size.
pub const LIMIT_DEFAULT: usize = 1_000;
/// Largest body, bytes: a polygon of some ten thousand vertices.
pub const BODY_MAX: usize = 1 << 20;
/// Largest radius of a proximity query, metres.
pub const RAYON_MAX: f64 = 20_000.0;
/// Largest number of neighbours.
pub const K_MAX: usize = 1_000;
/// Name of the unknown band in filters.
pub const TRANCHE_INCONNUE: &str = "inconnue";

/// Filters that every resource on structures knows.
pub const FILTERS: [&str; 8] = [
    "territoire",
    "code_commune",
    "code_iris",
    "famille",
    "secteur",
    "tranche_effectifs",
    "qualite_position",
    "couronne",
];

/// The parameters of a request, all known to its resource.
#[derive(Debug)]
pub struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Reads a query string and refuses any parameter outside `known` and `f`.
    pub fn parse(request: &HttpRequest, known: &[&[&str]]) -> Result<Self, ApiError> {
        let query = request.query_string();
        let pairs = Query::<Vec<(String, String)>>::from_query(query).map_err(|_| ApiError::InvalidParameter {
            name: "requête",
            value: query.to_owned(),
            mend: "écrire nom=valeur, séparés par &, en pourcent-encodage".to_owned(),
        })?;
        Self::new(pairs.into_inner(), known)
    }

    /// Names and values already told apart, from a command line for instance. `f`, the format, is known to all.
    pub fn new(pairs: Vec<(String, String)>, known: &[&[&str]]) -> Result<Self, ApiError> {
        let is_known = |name: &str| name == "f" || known.iter().any(|names| names.contains(&name));
        if let Some((name, _)) = pairs.iter().find(|(name, _)| !is_known(name)) {
            let mut allowed: Vec<&str> = known.iter().flat_map(|names| names.iter().copied()).collect();
            allowed.push("f");
            return Err(ApiError::UnknownParameter { name: name.clone(), allowed: allowed.join(", ") });
        }
        Ok(Self { pairs })
    }

    /// The value of a parameter; an empty one is absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter given several times, commas kept.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Values of a parameter given several times or as a comma list.
    fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.pairs.iter().filter(move |(key, _)| key == name);
        values.flat_map(|(_, value)| value.split(',')).map(str::trim).filter(|value| !value.is_empty())
    }

    /// A parsed parameter.
    pub fn parsed<T: FromStr>(&self, name: &'static str, mend: &str) -> Result<Option<T>, ApiError> {
        self.text(name).map(|value| value.parse().map_err(|_| invalid(name, value, mend))).transpose()
    }

    /// A number in a closed interval.
    pub fn number(&self, name: &'static str, (min, max): (f64, f64)) -> Result<Option<f64>, ApiError> {
        let mend = format!("nombre de {min} à {max} attendu");
        let value: Option<f64> = self.parsed(name, &mend)?;
        match value {
            Some(number) if !(min..=max).contains(&number) => {
                Err(invalid(name, self.text(name).unwrap_or_default(), &mend))
            }
            other => Ok(other),
        }
    }

    /// An integer between 1 and `max`; larger ones are brought back to `max`, as OGC asks of `limit`.
    pub fn count(&self, name: &'static str, default: usize, max: usize) -> Result<usize, ApiError> {
        let mend = format!("entier de 1 à {max} attendu");
        match self.parsed::<usize>(name, &mend)? {
            Some(0) => Err(invalid(name, "0", &mend)),
            Some(count) => Ok(count.min(max)),
            None => Ok(default),
        }
    }

    /// `bbox` of 4 numbers, or 6 whose heights are ignored.
    pub fn bbox(&self) -> Result<Option<Bbox>, ApiError> {
        const MEND: &str = "ouest,sud,est,nord en degrés (CRS84) attendus";
        let Some(text) = self.text("bbox") else { return Ok(None) };
        let numbers: Result<Vec<f64>, _> = text.split(',').map(|part| part.trim().parse()).collect();
        let corners = match numbers.as_deref() {
            Ok(&[west, south, east, north] | &[west, south, _, east, north, _]) => [west, south, east, north],
            _ => return Err(invalid("bbox", text, MEND)),
        };
        Bbox::new(corners).map(Some).map_err(|error| invalid("bbox", text, &error.to_string()))
    }

    /// `datetime`: an instant or an interval, open with `..`.
    pub fn datetime(&self) -> Result<Option<DateInterval>, ApiError> {
        const MEND: &str = "date ISO (2020-01-31) ou intervalle (2018-01-01/.., ../2020-12-31) attendu";
        self.text("datetime")
            .map(|text| DateInterval::parse(text).ok_or_else(|| invalid("datetime", text, MEND)))
            .transpose()
    }

    /// A point given by `lon` and `lat`.
    pub fn point(&self) -> Result<Coord<f64>, ApiError> {
        const MEND: &str = "longitude et latitude en degrés (CRS84)";
        let missing = |name| ApiError::MissingParameter { name, mend: MEND };
        let lon = self.number("lon", (-180.0, 180.0))?.ok_or_else(|| missing("lon"))?;
        let lat = self.number("lat", (-90.0, 90.0))?.ok_or_else(|| missing("lat"))?;
        Ok(Coord { x: lon, y: lat })
    }

    /// The shared filters, resolved against the atlas.
    pub fn filter(&self, snapshot: &Snapshot) -> Result<Filter, ApiError> {
        let mut filter = Filter {
            iris: self.codes::<CodeIris>("code_iris")?,
            secteurs: self.all("secteur").map(str::to_owned).collect(),
            couronne: self.parsed("couronne", "true ou false attendu")?.unwrap_or_default(),
            ..Filter::default()
        };
        for code in self.list("famille") {
            let mend = Famille::ALL.map(Famille::code).join(", ");
            filter.familles.push(Famille::from_code(code).ok_or_else(|| invalid("famille", code, &mend))?);
        }
        for code in self.list("qualite_position") {
            let mend = QualitePosition::ALL.map(QualitePosition::code).join(", ");
            let quality = QualitePosition::from_code(code).ok_or_else(|| invalid("qualite_position", code, &mend))?;
            filter.qualites.push(quality);
        }
        for code in self.list("tranche_effectifs") {
            let mend = "code de tranche (NN, 00, 01… 53) ou inconnue attendu";
            let tranche = if code == TRANCHE_INCONNUE {
                None
            } else {
                Some(Tranche::from_code(code).ok_or_else(|| invalid("tranche_effectifs", code, mend))?)
            };
            filter.tranches.push(tranche);
        }
        let communes = self.codes::<CodeCommune>("code_commune")?;
        filter.communes = (!communes.is_empty()).then(|| communes.into_iter().collect());
        if let Some(selection) = self.territoire(snapshot)? {
            let inside = filter.communes.take();
            let keep = |code: &CodeCommune| inside.as_ref().is_none_or(|asked| asked.contains(code));
            filter.communes = Some(selection.communes.into_iter().filter(keep).collect());
        }
        Ok(filter)
    }

    /// `territoire`, resolved against the atlas.
    pub fn territoire(&self, snapshot: &Snapshot) -> Result<Option<spatial_index::Selection>, ApiError> {
        let Some(text) = self.text("territoire") else { return Ok(None) };
        let territoire: Territoire = parse_or_say("territoire", text)?;
        snapshot.resolve(&territoire).map(Some).map_err(|error| invalid("territoire", text, &error.to_string()))
    }

    fn codes<T: FromStr<Err: std::fmt::Display>>(&self, name: &'static str) -> Result<Vec<T>, ApiError> {
        self.list(name).map(|code| parse_or_say(name, code)).collect()
    }

    /// What the query asks, but for how it is cut into pages and written: the same at every page.
    pub fn scope(&self) -> String {
        let paging = ["limit", "offset", crate::token::PARAMETER, "f"];
        let asked = self.pairs.iter().filter(|(key, value)| !paging.contains(&key.as_str()) && !value.is_empty());
        let mut pairs: Vec<String> = asked.map(|(key, value)| format!("{}={}", percent(key), percent(value))).collect();
        pairs.sort();
        pairs.join("&")
    }

    /// The same query without a parameter.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        Self { pairs: self.pairs.iter().filter(|(key, _)| key != name).cloned().collect() }
    }

    /// The same query with one parameter replaced, percent-encoded.
    pub fn with(&self, name: &str, value: &str) -> String {
        let kept = self.pairs.iter().filter(|(key, _)| key != name);
        let pairs: Vec<String> = kept
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .chain(std::iter::once((name, value)))
            .map(|(key, value)| format!("{}={}", percent(key), percent(value)))
            .collect();
        pairs.join("&")
    }
}

/// Parses, or refuses with what the type itself says.
fn parse_or_say<T: FromStr<Err: std::fmt::Display>>(name: &'static str, text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|error: T::Err| invalid(name, text, &error.to_string()))
}

/// A refused value.
pub fn invalid(name: &'static str, value: &str, mend: &str) -> ApiError {
    ApiError::InvalidParameter { name, value: value.to_owned(), mend: mend.to_owned() }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986 and the comma and colon of our lists.
fn percent(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~,:/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Closed interval of ISO dates; an absent bound is open. ISO dates sort as texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateInterval {
    from: Option<String>,
    to: Option<String>,
}

impl DateInterval {
    fn parse(text: &str) -> Option<Self> {
        let Some((from, to)) = text.split_once('/') else {
            let day = day(text)?;
            return Some(Self { from: Some(day.clone()), to: Some(day) });
        };
        let bound = |text: &str| if matches!(text, "" | "..") { Some(None) } else { day(text).map(Some) };
        let interval = Self { from: bound(from)?, to: bound(to)? };
        let ordered = interval.from.as_ref().zip(interval.to.as_ref()).is_none_or(|(from, to)| from <= to);
        ordered.then_some(interval)
    }

    /// Holds a date; an unknown date is in no interval.
    pub fn contains(&self, date: Option<&str>) -> bool {
        date.is_some_and(|date| {
            self.from.as_deref().is_none_or(|from| from <= date) && self.to.as_deref().is_none_or(|to| date <= to)
        })
    }
}

/// The day of an RFC 3339 date or date-time.
fn day(text: &str) -> Option<String> {
    let (date, time) = text.split_at_checked(10)?;
    let digits = date.bytes().enumerate().all(|(rank, byte)| match rank {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let number = |range: std::ops::Range<usize>| date.get(range).and_then(|part| part.parse::<u32>().ok());
    let valid =
        number(5..7).is_some_and(|m| (1..=12).contains(&m)) && number(8..10).is_some_and(|d| (1..=31).contains(&d));
    (digits && valid && (time.is_empty() || time.starts_with(['T', 't']))).then(|| date.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn params(query: &str) -> Result<Params, ApiError> {
        let request = TestRequest::with_uri(&format!("/x?{query}")).to_http_request();
        Params::parse(&request, &[&["bbox", "limit", "datetime", "lon", "lat"], &FILTERS])
    }

    #[test]
    fn unknown_parameters_are_refused_by_name() {
        let message = params("foo=1").unwrap_err().to_string();
        assert!(message.contains("foo") && message.contains("bbox"), "{message}");
    }

    #[test]
    fn bbox_as_qgis_sends_it() {
        assert!(params("bbox=2.45000000000000018%2C48.79%2C2.6%2C48.9").unwrap().bbox().unwrap().is_some());
        assert!(params("bbox=177,65,-177,70").unwrap().bbox().unwrap().is_some());
        assert!(params("bbox=2,48,0,3,49,0").unwrap().bbox().unwrap().is_some());
        for bad in ["2,48,3", "2,48,3,x", "2,49,3,48", "nan,48,3,49"] {
            assert!(params(&format!("bbox={bad}")).unwrap().bbox().is_err(), "{bad}");
        }
    }

    #[test]
    fn limits() {
        let count = |query| params(query).unwrap().count("limit", LIMIT_DEFAULT, LIMIT_MAX);
        assert_eq!(count("").unwrap(), LIMIT_DEFAULT);
        assert_eq!(count("limit=99999").unwrap(), LIMIT_MAX);
        assert!(count("limit=0").is_err() && count("limit=unlimited").is_err() && count("limit=-1").is_err());
    }

    #[test]
    fn intervals() {
        let inside = |text: &str, date| DateInterval::parse(text).map(|interval| interval.contains(Some(date)));
        assert_eq!(inside("2018-01-01/..", "2018-01-01"), Some(true));
        assert_eq!(inside("../2018-01-01", "2018-01-02"), Some(false));
        assert_eq!(inside("2018-02-12T23:20:50Z", "2018-02-12"), Some(true));
        for bad in ["2018", "2018-13-01", "2019-01-01/2018-01-01", "hier", "2018-01-01/x"] {
            assert_eq!(DateInterval::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn next_links_keep_every_filter() {
        let query = params("famille=associations&secteur=Arts%20et%20spectacles").unwrap().with("offset", "10");
        assert_eq!(query, "famille=associations&secteur=Arts%20et%20spectacles&offset=10");
    }
}
