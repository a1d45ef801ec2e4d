//! `essaim completions`.

use crate::support::{code, errors, run};

#[test]
fn every_shell_gets_a_script_that_knows_our_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell]);
        assert_eq!((code(&output), errors(&output).as_str()), (0, ""), "{shell}");
        let script = String::from_utf8(output.stdout).unwrap();
        for word in ["ingest", "query", "nearest", "rayon", "unites-legales"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_reads_its_script_and_completes_a_question() {
    let script = run(&["completions", "bash"]).stdout;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("essaim.bash");
    std::fs::write(&path, script).unwrap();
    let asked = "source \"$1\"; COMP_WORDS=(essaim query near); COMP_CWORD=2; _essaim essaim near query; echo \"${COMPREPLY[*]}\"";
    let Ok(output) = std::process::Command::new("bash").args(["-c", asked, "bash"]).arg(&path).output() else {
        println!("SKIP bash absent");
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "nearest", "{}", errors(&output));
}
