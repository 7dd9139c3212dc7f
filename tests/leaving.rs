//! What leaves the house, and what comes back into the study folder: names as ids, quotes of a run,
//! and the program's own tables among the notes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

mod support;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use support::verbatim;

fn said(args: &[&str]) -> String {
    let output = verbatim(args);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Notes of people whose ids are names, one with a code beside it.
fn clinic(dir: &Path) -> PathBuf {
    let study = dir.join("clinic");
    fs::create_dir_all(&study).unwrap();
    let mut rows = String::from("participant,date,session_type,note\n");
    let said = "\"\"I felt strong enough to choose for myself,\"\" she said.";
    for (who, month) in [("Ortega, Dana (DO-11)", 1), ("Whitlow, Marjorie", 2)] {
        for day in 1..=4 {
            let words = if day == 1 {
                said
            } else {
                "Slept well. Left calm."
            };
            let day = format!("2022-0{month}-0{day}");
            let row = [
                format!("\"{who}\""),
                day,
                "ketamine".to_owned(),
                format!("\"{words}\""),
            ];
            rows += &row.join(",");
            rows.push('\n');
        }
    }
    fs::write(study.join("notes.csv"), rows).unwrap();
    study
}

/// A codebook that is read in a moment, since the theme does not matter.
fn small_codebook(study: &Path) {
    let codebook = "codebook: small\nversion: 1\nlanguage: en\ncodes:\n  - id: agency\n    \
                    name: Agency\n    definition: Chooses.\n    patterns: |\n      choose\n";
    fs::write(study.join("small.yaml"), codebook).unwrap();
    fs::write(study.join("study.toml"), "codebook = \"small.yaml\"\n").unwrap();
}

/// The text of every part of an office file.
fn parts(path: &Path) -> String {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut all = String::new();
    for at in 0..archive.len() {
        let mut bytes = Vec::new();
        archive
            .by_index(at)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        all += &String::from_utf8_lossy(&bytes);
    }
    all
}

#[test]
fn names_as_ids_leave_the_house_nowhere_and_the_key_stays_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let study = clinic(dir.path());
    small_codebook(&study);
    said(&["run", text(&study), "--quiet"]);
    let out = study.join("out");
    let quotes = said(&[
        "quotes",
        text(&study),
        "--deidentify",
        "--format",
        "csv",
        "--quiet",
    ]);
    let mut leaving = vec![("quotes", quotes)];
    for name in ["report.html", "methods.md", "tables.docx", "tables.xlsx"] {
        let path = out.join(name);
        let is_packed = name.starts_with("tables");
        let words = if is_packed {
            parts(&path)
        } else {
            fs::read_to_string(&path).unwrap()
        };
        leaving.push((name, words));
    }
    for entry in fs::read_dir(out.join("figures")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "svg") {
            leaving.push(("a figure", fs::read_to_string(path).unwrap()));
        }
    }
    for (what, words) in &leaving {
        for name in ["Ortega", "Dana", "Whitlow", "Marjorie"] {
            assert!(!words.contains(name), "{name} stands in {what}");
        }
    }
    for (what, words) in leaving.iter().filter(|(what, _)| *what != "methods.md") {
        let named = words.contains("DO-11") || *what == "a figure";
        assert!(named, "{what} does not name the participants");
    }
    let key = fs::read_to_string(out.join("pseudonyms.csv")).unwrap();
    assert_eq!(
        key,
        "pseudonym,participant_id,also_named\nDO-11,DO-11,\"Ortega, Dana\"\nP1,\"Whitlow, Marjorie\",\n"
    );
}

/// The columns that `quotes.csv` and the command's table have in common, row by row.
fn shared(table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().unwrap().clone();
    let wanted = [
        "code",
        "participant_id",
        "session_type",
        "rank",
        "note_id",
        "quote",
        "why",
    ];
    let places = wanted.map(|name| head.iter().position(|h| h == name).unwrap());
    let row = |row: csv::StringRecord| places.map(|at| row[at].to_owned()).to_vec();
    let rows: Vec<_> = reader.records().map(|r| row(r.unwrap())).collect();
    assert!(rows.len() > 100);
    rows
}

#[test]
fn a_runs_folder_gives_the_quotes_that_its_study_gives() {
    let dir = tempfile::tempdir().unwrap();
    let study = format!("{}/corpora/kap-pmad", env!("CARGO_MANIFEST_DIR"));
    let out = dir.path().join("out");
    said(&[
        "run",
        &study,
        "--out",
        text(&out),
        "--quiet",
        "--no-index",
        "--no-report",
    ]);
    let of_run = fs::read_to_string(out.join("quotes.csv")).unwrap();
    let of_command = said(&["quotes", text(&out), "--format", "csv", "--quiet"]);
    assert_eq!(shared(&of_command), shared(&of_run), "a run's own quotes");
    for more in [
        &[
            "--deidentify",
            "--per-cell",
            "1",
            "--format",
            "csv",
            "--quiet",
        ][..],
        &[
            "--code",
            "agency",
            "--deviant",
            "--by",
            "none",
            "--per-cell",
            "9",
            "--format",
            "json",
            "--quiet",
        ],
    ] {
        let of = |path: &str| said(&[&["quotes", path], more].concat());
        let (from_study, from_run) = (of(&study), of(text(&out)));
        assert!(from_study.lines().count() > 3);
        assert_eq!(from_study, from_run, "{more:?}");
    }
}

#[test]
fn deviant_quotes_say_the_trend_that_they_are_against() {
    let study = format!("{}/corpora/kap-pmad", env!("CARGO_MANIFEST_DIR"));
    let found = said(&[
        "quotes",
        &study,
        "--deviant",
        "--by",
        "none",
        "--per-cell",
        "6",
        "--quiet",
    ]);
    let against: Vec<&str> = found
        .lines()
        .filter(|l| l.contains("against the trend: "))
        .collect();
    assert!(!against.is_empty(), "no case against the trend in {found}");
    let plain = said(&["quotes", &study, "--by", "none", "--quiet"]);
    assert!(!plain.contains("against the trend"));
}

#[test]
fn our_own_tables_among_the_notes_are_skipped_and_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let study = clinic(dir.path());
    small_codebook(&study);
    said(&["run", text(&study), "--quiet"]);
    let out = study.join("out");
    let before = fs::read_to_string(out.join("notes.csv")).unwrap();
    let mut written = Vec::new();
    for entry in fs::read_dir(&out).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.extension().is_some_and(|e| e == "csv") {
            fs::copy(&path, study.join(format!("my-{name}"))).unwrap();
            written.push(format!("my-{name}"));
        }
    }
    let path = |name: &str| study.join(name).to_str().unwrap().to_owned();
    said(&[
        "query",
        text(&study),
        "agency",
        "--csv",
        &path("found.csv"),
        "--quiet",
    ]);
    said(&["export", text(&study), "--to", &path("flat"), "--quiet"]);
    let coder = path("coder.csv");
    fs::write(&coder, "note_id,code,text\nnotes.csv#row=1,agency,choose\n").unwrap();
    let agree = [text(&out), &coder, "--csv", &path("agree.csv")];
    said(&[&["agree"], &agree[..]].concat());
    written.extend(["found.csv", "agree.csv"].map(str::to_owned));
    for format in ["csv", "json", "md", "docx"] {
        let name = format!("quotes.{format}");
        let args = ["--format", format, "--file", &path(&name), "--quiet"];
        said(&[&["quotes", text(&study)], &args[..]].concat());
        written.push(name);
    }
    for name in ["report.html", "methods.md", "tables.docx", "tables.xlsx"] {
        fs::copy(out.join(name), path(name)).unwrap();
        written.push(name.to_owned());
    }
    said(&["run", text(&study), "--quiet"]);
    assert_eq!(fs::read_to_string(out.join("notes.csv")).unwrap(), before);
    let ledger = fs::read_to_string(out.join("ledger.csv")).unwrap();
    for name in &written {
        let row = ledger.lines().find(|l| l.starts_with(&format!("{name},")));
        let row = row.unwrap_or_else(|| panic!("{name} is not in the ledger"));
        assert!(row.contains(",skipped,"), "{row}");
    }
    let flat: Vec<&str> = ledger.lines().filter(|l| l.starts_with("flat/")).collect();
    assert!(
        !flat.is_empty() && flat.iter().all(|l| l.contains(",skipped,")),
        "{flat:?}"
    );
}
