//! `verbatim check --write-study`: what was recognised, said in so many words, gives the same notes.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn check(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_verbatim"))
        .arg("check")
        .args(args)
        .output()
        .unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn notes(study: &Path) -> Vec<Value> {
    let out = check(&[study.to_str().unwrap(), "--json"]);
    let said: Value = serde_json::from_slice(&out.stdout).unwrap();
    said["notes"].as_array().unwrap().clone()
}

#[test]
fn the_written_study_gives_the_same_notes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let studies = [
        "corpora/other-clinic",
        "tests/clinics/tidewater",
        "tests/clinics/northgate",
        "tests/clinics/summit",
    ];
    for name in studies {
        let dir = tempfile::tempdir().unwrap();
        let study = dir.path().join("study");
        copy(&root.join(name), &study);
        let before = notes(&study);
        let out = check(&[study.to_str().unwrap(), "--write-study", "--force"]);
        assert!(
            out.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&out.stderr)
        );
        assert_eq!(notes(&study), before, "{name}");
    }
}

#[test]
fn to_list_a_type_that_is_built_in_changes_nothing_that_is_read() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("a.txt"),
        "P11 2022-05-11\nKetamine today. She lay still and wept.\n",
    )
    .unwrap();
    let before = notes(dir.path());
    fs::write(
        dir.path().join("study.toml"),
        "[session_types]\nketamine = []\nintegration = []\n",
    )
    .unwrap();
    assert_eq!(notes(dir.path()), before);
}

#[test]
fn columns_pattern_and_order_are_said_and_a_file_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.csv"), "Acct#;Svc Dt;Narr\nP01;13/03/2022;Slept well all week, walked.\nP02;04/03/2022;Two bad dreams, then calm.\n").unwrap();
    fs::write(
        dir.path().join("b.txt"),
        "=== KS1 | P01 | 14/03/2022 ===\nWept.\n\n=== IS1 | P01 | 15/03/2022 ===\nSlept.\n",
    )
    .unwrap();
    let path = dir.path().to_str().unwrap();
    let said = String::from_utf8(check(&[path, "--write-study=-"]).stdout).unwrap();
    for line in [
        "files = \"a.csv\"",
        "date_order = \"day_first\"",
        "columns = { participant = \"Acct#\", date = \"Svc Dt\", note = \"Narr\" }",
        "ketamine = [] # 1 notes",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    assert!(said.contains("split = '^\\s*=== .* ===\\s*$'"), "{said}");
    fs::write(dir.path().join("study.toml"), "title = \"mine\"\n").unwrap();
    let refused = check(&[path, "--write-study"]);
    assert_eq!(refused.status.code(), Some(1));
    let kept = fs::read_to_string(dir.path().join("study.toml")).unwrap();
    assert_eq!(kept, "title = \"mine\"\n");
}
