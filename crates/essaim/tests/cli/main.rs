//! The built program as a user meets it: exit codes, what goes where, nothing half-written, same bytes out.
//!
//! `ESSAIM_BIN` names the program to try (the release one in `make test`); else the one that cargo just built.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod check;
mod completions;
mod configuration;
mod corrections;
mod country;
mod perimetres;
mod portrait;
mod query;
mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{GEOLOCALISATION, atlas, code, contents, errors, essaim, ingest, names, new_sources, run, sources};

const PATIENCE: Duration = Duration::from_mins(1);

/// What changes from one run or machine to the next.
fn normalised(text: &str, folder: &Path) -> String {
    let mut text = text.replace(&folder.display().to_string(), "DOSSIER");
    for (before, after) in [("Atlas ", " publié"), (" en ", " s.\n")] {
        if let Some(start) = text.find(before).map(|at| at + before.len())
            && let Some(length) = text[start..].find(after)
        {
            text.replace_range(start..start + length, "…");
        }
    }
    text
}

/// The lines « label   number » of a waterfall.
fn waterfall(text: &str) -> Vec<(String, u64)> {
    let line = |line: &str| {
        let (label, number) = line.trim().rsplit_once("  ")?;
        Some((label.trim().to_owned(), number.trim().parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

#[test]
fn help_is_in_french_and_goes_to_stdout() {
    let output = essaim().arg("--help").env("COLUMNS", "100").output().unwrap();
    assert_eq!(code(&output), 0);
    assert!(output.stderr.is_empty());
    insta::assert_snapshot!("aide", String::from_utf8(output.stdout).unwrap());
    for command in ["ingest", "serve", "demo", "query", "synth", "check", "config", "completions"] {
        let output = essaim().args([command, "--help"]).env("COLUMNS", "100").output().unwrap();
        assert_eq!(code(&output), 0, "{command}");
        insta::assert_snapshot!(format!("aide_{command}"), String::from_utf8(output.stdout).unwrap());
    }
}

#[test]
fn a_wrong_usage_exits_with_2_and_says_nothing_on_stdout() {
    let cases: [&[&str]; 9] = [
        &[],
        &["importe"],
        &["ingest"],
        &["serve", "--listen", "partout", "--atlas", "x.gpkg"],
        &["ingest", "--territoire", "region:11"],
        &["check", "--atlas", "x.gpkg", "--format", "xml"],
        &["query"],
        &["query", "nearest", "--atlas", "x.gpkg", "--lon", "2.5"],
        &["completions", "tcsh"],
    ];
    for arguments in cases {
        let output = run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn each_missing_file_exits_with_4_and_is_named() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    for option in
        ["--etablissements", "--unites-legales", "--geolocalisation", "--iris", "--communes", "--population-communes"]
    {
        let absent = folder.path().join("absent.xyz");
        let output = run(&ingest(sources, &folder.path().join("a.gpkg"), &[(option, absent.clone())]));
        assert_eq!(code(&output), 4, "{option}: {}", errors(&output));
        assert!(errors(&output).contains(&absent.display().to_string()), "{option}: {}", errors(&output));
        assert!(output.stdout.is_empty(), "{option}");
        assert!(names(folder.path()).is_empty(), "{option}: {:?}", names(folder.path()));
    }
}

#[test]
fn each_bad_file_exits_with_3_and_tells_file_line_column_and_value() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/specimens/erreurs");
    let mut tried = 0;
    for case in names(&cases).into_iter().filter(|name| cases.join(name).is_dir()) {
        let bad = cases.join(&case);
        let instead = [
            ("--etablissements", bad.join("StockEtablissement_utf8.csv")),
            ("--unites-legales", bad.join("StockUniteLegale_utf8.csv")),
            ("--geolocalisation", bad.join(GEOLOCALISATION)),
        ];
        let mut arguments = ingest(sources, &folder.path().join("a.gpkg"), &instead);
        arguments.push("--strict".into());
        let output = run(&arguments);
        let told = errors(&output);
        assert_eq!(code(&output), 3, "{case}: {told}");
        for row in csv::Reader::from_path(bad.join("attendu.csv")).unwrap().records() {
            let row = row.unwrap();
            let line = format!("ligne {}", &row[1]);
            for expected in [&row[0], line.as_str(), &row[2], &row[3]] {
                assert!(told.contains(expected), "{case}: « {expected} » is not in: {told}");
            }
        }
        assert!(output.stdout.is_empty(), "{case}");
        assert!(names(folder.path()).is_empty(), "{case}: {:?}", names(folder.path()));
        tried += 1;
    }
    assert!(tried >= 10, "{tried} bad files");
}

#[test]
fn a_failed_ingest_leaves_the_previous_atlas_and_nothing_else() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    let atlas = folder.path().join("atlas.gpkg");
    let output = run(&ingest(sources, &atlas, &[]));
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert!(output.stdout.is_empty(), "messages belong to stderr");
    let before = contents(folder.path());
    assert_eq!(before.len(), 1, "{:?}", names(folder.path()));
    let bad = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/specimens/erreurs/etat_inconnu/StockEtablissement_utf8.csv");
    let mut arguments = ingest(sources, &atlas, &[("--etablissements", bad)]);
    arguments.push("--strict".into());
    assert_eq!(code(&run(&arguments)), 3);
    assert!(contents(folder.path()) == before, "{:?}", names(folder.path()));
}

#[test]
fn an_unreadable_row_is_listed_beside_the_atlas_and_the_others_are_read() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    let atlas = folder.path().join("atlas.gpkg");
    let stock = sources.join("StockEtablissement_utf8.csv");
    let bytes = std::fs::read(&stock).unwrap();
    let bad = folder.path().join("stock.csv");
    std::fs::write(&bad, broken_state(&bytes)).unwrap();
    let output = run(&ingest(sources, &atlas, &[("--etablissements", bad)]));
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert!(errors(&output).contains("1 lignes illisibles rejetées"), "{}", errors(&output));
    let listed = std::fs::read_to_string(folder.path().join("atlas.rejets.csv")).unwrap();
    assert!(listed.contains("etatAdministratifEtablissement") && listed.contains("stock.csv"), "{listed}");
    // A clean ingest leaves no list that would pass for its own.
    assert_eq!(code(&run(&ingest(sources, &atlas, &[]))), 0);
    assert!(!folder.path().join("atlas.rejets.csv").exists());
}

/// The stock with the state of its first establishment of the territory made unknown.
fn broken_state(stock: &[u8]) -> String {
    let text = String::from_utf8_lossy(stock);
    let mut done = false;
    let broken = |line: &str| {
        if done || !line.contains(",94052,") || !line.contains(",A,") {
            return line.to_owned();
        }
        done = true;
        line.replacen(",A,", ",?,", 1)
    };
    text.lines().map(broken).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn an_ingest_that_cannot_write_fails_and_leaves_nothing() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    let output = run(&ingest(sources, &folder.path().join("absent/atlas.gpkg"), &[]));
    assert!(![0, 2].contains(&code(&output)), "{}", errors(&output));
    assert!(errors(&output).contains("absent"), "{}", errors(&output));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn the_same_seed_writes_the_same_bytes_and_another_does_not() {
    let (first, second) = (new_sources(), new_sources());
    assert!(contents(first.path()) == contents(second.path()));
    let other = tempfile::tempdir().unwrap();
    let folder = other.path().display().to_string();
    assert_eq!(code(&run(&["synth", "--seed", "7", "--dir", &folder])), 0);
    let stock = "StockEtablissement_utf8.csv";
    assert!(contents(first.path())[stock] != contents(other.path())[stock]);
}

#[test]
fn the_same_files_give_the_same_atlas_byte_for_byte() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.gpkg", "b.gpkg"] {
        assert_eq!(code(&run(&ingest(sources, &folder.path().join(name), &[]))), 0);
    }
    let atlases = contents(folder.path());
    assert!(atlases["a.gpkg"] == atlases["b.gpkg"]);
}

#[test]
fn an_ingest_killed_while_it_writes_leaves_the_previous_atlas() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    let atlas = folder.path().join("atlas.gpkg");
    assert_eq!(code(&run(&ingest(sources, &atlas, &[]))), 0);
    let before = std::fs::read(&atlas).unwrap();
    // Another rule, so that the new atlas would be another file, and as long to write.
    let mut arguments = ingest(sources, &atlas, &[]);
    arguments.extend(["--employeur".into(), "bande".into()]);
    let caught = (0..60).find(|_| {
        let mut child = essaim().args(&arguments).stderr(Stdio::null()).spawn().unwrap();
        while child.try_wait().unwrap().is_none() {
            if names(folder.path()).len() > 1 {
                child.kill().unwrap();
                return !child.wait().unwrap().success();
            }
        }
        false
    });
    assert!(caught.is_some(), "the ingest was never caught writing");
    assert!(std::fs::read(&atlas).unwrap() == before, "the atlas changed");
    let output = run(&arguments);
    assert_eq!(code(&output), 0, "{}", errors(&output));
    assert!(std::fs::read(&atlas).unwrap() != before);
}

#[test]
#[cfg(unix)]
fn an_interrupted_ingest_exits_with_130_and_leaves_the_previous_atlas_and_nothing_else() {
    let sources = sources();
    let folder = tempfile::tempdir().unwrap();
    let atlas = folder.path().join("atlas.gpkg");
    assert_eq!(code(&run(&ingest(sources, &atlas, &[]))), 0);
    let before = std::fs::read(&atlas).unwrap();
    let mut arguments = ingest(sources, &atlas, &[]);
    arguments.extend(["--employeur".into(), "bande".into()]);
    // Once while it reads, once while it writes; a machine may be too fast to be caught, not sixty times.
    for caught in [0, 1] {
        let interrupted = (0..60).any(|_| {
            let mut child = essaim().args(&arguments).stderr(Stdio::piped()).spawn().unwrap();
            let mut told = [0; 1];
            std::io::Read::read_exact(child.stderr.as_mut().unwrap(), &mut told).unwrap();
            while child.try_wait().unwrap().is_none() && names(folder.path()).len() <= caught {
                std::thread::yield_now();
            }
            Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
            let output = child.wait_with_output().unwrap();
            let ended = code(&output);
            assert!([0, 130].contains(&ended), "{ended}: {}", errors(&output));
            assert_eq!(names(folder.path()), ["atlas.gpkg"]);
            if ended == 0 {
                std::fs::write(&atlas, &before).unwrap();
                return false;
            }
            assert!(errors(&output).contains("interrompu"), "{}", errors(&output));
            std::fs::read(&atlas).unwrap() == before
        });
        assert!(interrupted, "the ingest was never caught");
    }
}

#[test]
fn the_demonstration_is_built_once_and_its_waterfall_adds_up_to_1145() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    let arguments = ["demo", "--build-only", "--dir", dir.to_str().unwrap()];
    let output = run(&arguments);
    let told = errors(&output);
    assert_eq!(code(&output), 0, "{told}");
    assert!(output.stdout.is_empty());
    let lines = waterfall(&told);
    let sum =
        |prefix: &str| lines.iter().filter(|(label, _)| label.starts_with(prefix)).map(|(_, count)| count).sum::<u64>();
    assert_eq!(sum("= structures de l’ESS"), 1145, "{told}");
    assert_eq!(sum("dont localisées") + sum("dont sans point") + sum("dont à diffusion partielle"), 1145, "{told}");
    assert_eq!(sum("Établissements lus"), sum("−") + sum("Diffusion : restent"), "{told}");
    assert_eq!(sum("Diffusion : restent") + sum("dont à diffusion partielle"), 1145, "{told}");
    insta::assert_snapshot!("demonstration", normalised(&told, folder.path()));

    let built = std::fs::read(dir.join("pemb-demo.gpkg")).unwrap();
    let again = run(&arguments);
    assert_eq!(code(&again), 0);
    assert!(!errors(&again).contains("Construction"), "{}", errors(&again));
    assert!(std::fs::read(dir.join("pemb-demo.gpkg")).unwrap() == built);
}

#[test]
fn the_examples_of_the_documentation_work() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ligne-de-commande.md");
    let text = std::fs::read_to_string(page).unwrap();
    let help = String::from_utf8(run(&["--help"]).stdout).unwrap();
    let (_, commands) = help.split_once("Commandes :\n").unwrap();
    let commands = commands.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("    "));
    for command in commands.filter_map(|line| line.split_whitespace().next()) {
        assert!(text.contains(&format!("| `essaim {command}` |")), "{command} is not on the page");
    }
    let examples: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("$ essaim ")).collect();
    assert!(examples.len() > 10, "{examples:?}");
    for example in examples {
        let arguments =
            example.split(' ').map(|word| if word == "pemb.gpkg" { atlas().to_str().unwrap() } else { word });
        let output = run(&arguments.collect::<Vec<_>>());
        assert_eq!(code(&output), 0, "{example}: {}", errors(&output));
        assert!(output.stdout.len() > 100, "{example}");
    }
}

#[test]
fn openapi_goes_to_stdout_as_it_is_kept() {
    let output = run(&["openapi"]);
    assert_eq!((code(&output), errors(&output).as_str()), (0, ""));
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-spec/openapi.json");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), std::fs::read_to_string(kept).unwrap());
}

#[test]
fn serving_an_absent_atlas_names_it_and_a_busy_port_proposes_another() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent.gpkg");
    let output = run(&["serve", "--listen", "127.0.0.1:0", "--atlas", absent.to_str().unwrap()]);
    assert!(code(&output) > 0 && output.stdout.is_empty());
    assert!(errors(&output).contains("absent.gpkg"), "{}", errors(&output));

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let dir = folder.path().join("demo").display().to_string();
    let output = run(&["demo", "--dir", &dir, "--listen", &address]);
    assert_eq!(code(&output), 1, "{}", errors(&output));
    assert!(errors(&output).contains(&address) && errors(&output).contains("--listen"), "{}", errors(&output));
}

#[test]
fn a_termination_signal_ends_the_service_without_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut child = essaim()
        .args(["demo", "--listen", "127.0.0.1:0", "--dir"])
        .arg(folder.path().join("demo"))
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while !std::fs::read_to_string(&log).unwrap().contains("Carte") {
        assert!(start.elapsed() < PATIENCE && child.try_wait().unwrap().is_none(), "the service did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(200));
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    let asked = Instant::now();
    let status = child.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(asked.elapsed() < Duration::from_secs(12), "{:?}", asked.elapsed());
}
