//! `essaim query`: what the service answers, without a service.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{atlas, code, errors, essaim, run};

/// Serves the atlas until dropped.
struct Service {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl Service {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut child = essaim()
            .args(["serve", "--listen", "127.0.0.1:0", "--atlas"])
            .arg(atlas())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let start = Instant::now();
        loop {
            let told = std::fs::read_to_string(&log).unwrap();
            let address = told.split("http://").nth(1).and_then(|rest| rest.split('/').next());
            if let Some(address) = address.filter(|address| TcpStream::connect(address).is_ok()) {
                return Self { child, address: address.to_owned(), folder };
            }
            let alive = child.try_wait().unwrap().is_none();
            assert!(alive && start.elapsed() < Duration::from_mins(1), "the service did not start: {told}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Body of a GET, as sent.
    fn get(&self, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\nAccept: application/json\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        assert!(answer.starts_with(b"HTTP/1.0 200") || answer.starts_with(b"HTTP/1.1 200"), "{path}");
        answer.split_off(end + 4)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(self.folder.path().join("log"));
    }
}

/// Standard output of a question on the demonstration, without its final newline.
fn asked(arguments: &[&str]) -> Vec<u8> {
    let output = essaim().arg("query").args(arguments).arg("--atlas").arg(atlas()).output().unwrap();
    assert_eq!(code(&output), 0, "{arguments:?}: {}", errors(&output));
    let mut data = output.stdout;
    assert_eq!(data.pop(), Some(b'\n'), "{arguments:?}");
    data
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
}

/// A question, the resource that answers it, and its parameters.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

#[test]
fn the_answers_are_those_of_the_service_byte_for_byte() {
    let service = Service::start();
    let cases: [Case; 10] = [
        ("nearest", "/proximity/nearest", &[("lon", "2.48"), ("lat", "48.83"), ("k", "7")]),
        ("nearest", "/proximity/nearest", &[("lon", "2.48"), ("lat", "48.83"), ("famille", "cooperatives,mutuelles")]),
        ("within", "/proximity/within", &[("lon", "2.4836"), ("lat", "48.8369"), ("rayon", "800")]),
        ("within", "/proximity/within", &[("lon", "2.45"), ("lat", "48.85"), ("rayon", "500"), ("couronne", "false")]),
        ("density", "/density", &[("zone", "iris"), ("territoire", "commune:94052")]),
        ("density", "/density", &[("zone", "grid:1km"), ("secteur", "Action sociale")]),
        ("aggregates", "/aggregates", &[]),
        ("aggregates", "/aggregates", &[("par", "secteur"), ("tranche_effectifs", "01,inconnue")]),
        ("aggregates", "/aggregates", &[("par", "tranche"), ("bbox", "2.44,48.8,2.5,48.86")]),
        ("density", "/density", &[("code_commune", "94080,94067"), ("qualite_position", "numero")]),
    ];
    for (name, path, parameters) in cases {
        let options: Vec<String> =
            parameters.iter().map(|(name, value)| format!("--{}={value}", name.replace('_', "-"))).collect();
        let mut arguments = vec![name];
        arguments.extend(options.iter().map(String::as_str));
        let query: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
        let served = service.get(&format!("{path}?{}", query.join("&")));
        for format in if name == "aggregates" { &["json"][..] } else { &["json", "geojson"][..] } {
            arguments.extend(["--format", format]);
            assert!(asked(&arguments) == served, "{arguments:?}");
            arguments.truncate(arguments.len() - 2);
        }
    }
}

#[test]
fn the_pages_of_structures_are_those_of_the_service_without_links_and_clock() {
    let service = Service::start();
    for (name, collection) in [("structures", "structures"), ("structures-non-localisees", "structures_non_localisees")]
    {
        let mine: Value =
            serde_json::from_slice(&asked(&[name, "--limit", "25", "--famille", "associations", "--format", "json"]))
                .unwrap();
        let path = format!("/collections/{collection}/items?limit=25&famille=associations");
        let mut served: Value = serde_json::from_slice(&service.get(&path)).unwrap();
        for member in ["links", "timeStamp"] {
            served.as_object_mut().unwrap().remove(member);
        }
        assert!(mine["features"].as_array().unwrap().len() == 25, "{name}");
        assert!(mine == served, "{name}");
    }
}

#[test]
fn a_table_is_data_and_its_provenance_a_message() {
    let output = run(&["query", "aggregates", "--atlas", atlas().to_str().unwrap(), "--par", "famille"]);
    let (table, told) = (String::from_utf8(output.stdout.clone()).unwrap(), errors(&output));
    insta::assert_snapshot!("table_familles", table);
    for word in ["Périmètre", "version", "Laissées de côté", "Sources", "structures fictives"] {
        assert!(told.contains(word) && !table.contains(word), "{word}: {told}");
    }
    let total: Vec<&str> = table.lines().last().unwrap().split(' ').filter(|cell| !cell.is_empty()).collect();
    assert_eq!(total[..2], ["Total", "1\u{202f}145"]);
}

#[test]
fn a_page_tells_that_it_is_not_the_whole() {
    let told =
        |limit: &str| errors(&run(&["query", "structures", "--atlas", atlas().to_str().unwrap(), "--limit", limit]));
    let answer: Value = serde_json::from_slice(&asked(&["structures", "--limit", "1", "--format", "json"])).unwrap();
    let all = answer["metadata"]["atlas"]["localisees"].as_u64().unwrap();
    assert!(all > 500 && told("3").contains(&format!("Lignes : 3 sur {all} ")), "{}", told("3"));
    assert!(!told("5000").contains("Lignes :"));
}

#[test]
fn csv_opens_in_a_french_spreadsheet_and_holds_every_row() {
    let arguments = ["within", "--lon", "2.4836", "--lat", "48.8369", "--rayon", "1500"];
    let answer: Value = serde_json::from_slice(&asked(&[&arguments[..], &["--format", "json"]].concat())).unwrap();
    let features = answer["features"].as_array().unwrap();
    assert!(features.len() > 20);
    for (mark, decimal) in [("point", "."), ("virgule", ",")] {
        let bytes = asked(&[&arguments[..], &["--format", "csv", "--decimale", mark]].concat());
        let text = String::from_utf8(bytes).unwrap();
        let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), features.len());
        for (row, feature) in rows.iter().zip(features) {
            assert_eq!(row[column("siret")], *feature["properties"]["siret"].as_str().unwrap());
            let lon = feature["geometry"]["coordinates"][0].to_string().replace('.', decimal);
            assert_eq!(row[column("lon")], lon);
        }
    }
}

#[test]
fn a_refused_parameter_is_a_usage_that_names_it() {
    let atlas = atlas().to_str().unwrap();
    let cases: [(&[&str], &str); 6] = [
        (&["nearest", "--lon", "-181", "--lat", "48"], "--lon"),
        (&["nearest", "--lon", "--lat", "48"], "--lon"),
        (&["nearest", "--lon", "200", "--lat", "48"], "--lon"),
        (&["within", "--lon", "2", "--lat", "48", "--rayon", "loin"], "--rayon"),
        (&["aggregates", "--par", "couleur"], "--par"),
        (&["aggregates", "--format", "geojson"], "--format geojson"),
    ];
    for (arguments, named) in cases {
        let output = essaim().arg("query").args(arguments).args(["--atlas", atlas]).output().unwrap();
        assert_eq!(code(&output), 2, "{arguments:?}: {}", errors(&output));
        assert!(output.stdout.is_empty() && errors(&output).contains(named), "{arguments:?}: {}", errors(&output));
    }
}
