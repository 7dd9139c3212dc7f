//! `verbatim query` as a user sees it: of a study and of a run's output folder.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

mod support;

use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use support::verbatim;

fn corpus() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/kap-pmad");
    path.to_string_lossy().into_owned()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The output of one run, which all tests read.
fn output() -> &'static Path {
    static OUT: OnceLock<tempfile::TempDir> = OnceLock::new();
    let dir = OUT.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let out = text(&dir.path().join("out"));
        let args = ["--quiet", "--no-index", "--no-report"];
        let run = verbatim(&[&["run", &corpus(), "--out", &out], &args[..]].concat());
        assert!(run.status.success());
        dir
    });
    dir.path()
}

#[test]
fn a_study_and_its_output_answer_the_same() {
    let out = text(&output().join("out"));
    for question in [
        "agency and coping within 2 sentences",
        "coping followed by family_connection or note and not any",
        "agency and coping in the same session where participant = P01",
    ] {
        let of_study = verbatim(&["query", &corpus(), question, "--json", "--limit", "0"]);
        let error = String::from_utf8_lossy(&of_study.stderr);
        assert!(of_study.status.success(), "{question}: {error}");
        let of_output = verbatim(&["query", &out, question, "--json", "--limit", "0"]);
        let mut of_study: Value = serde_json::from_slice(&of_study.stdout).unwrap();
        let rests_on = of_study.as_object_mut().unwrap().remove("rests_on");
        assert!(rests_on.is_some(), "{question}");
        let of_output: Value = serde_json::from_slice(&of_output.stdout).unwrap();
        assert!(of_study["passages_total"].as_u64() > Some(0), "{question}");
        assert_eq!(of_study, of_output, "{question}");
    }
}

#[test]
fn passages_stand_in_their_notes_and_the_table_holds_them_all() {
    let dir = tempfile::tempdir().unwrap();
    let (out, table) = (output().join("out"), text(&dir.path().join("found.csv")));
    let question = "agency and coping within 1 paragraph";
    let shown = verbatim(&[
        "query",
        &text(&out),
        question,
        "--csv",
        &table,
        "--limit",
        "1",
    ]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.contains("»") && shown.contains("more passages"),
        "{shown}"
    );

    let codings = std::fs::read_to_string(out.join("codings.csv")).unwrap();
    let notes = std::fs::read_to_string(out.join("notes.jsonl")).unwrap();
    let texts: std::collections::BTreeMap<String, Vec<char>> = notes
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|n| {
            let text = n["text"].as_str().unwrap().chars().collect();
            (n["note_id"].as_str().unwrap().to_owned(), text)
        })
        .collect();
    let mut reader = csv::Reader::from_path(&table).unwrap();
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let (start, end): (usize, usize) = (row[4].parse().unwrap(), row[5].parse().unwrap());
        let slice: String = texts[&row[0]][start..end].iter().collect();
        assert_eq!(slice, row[6].trim_start_matches('\''));
        assert!(row[8].split("; ").all(|id| codings.contains(id)), "{row:?}");
        assert!(row[8].contains("; "), "two codes rest on two codings");
        rows += 1;
    }
    assert!(rows > 1);
}

#[test]
fn what_a_filter_leaves_out_is_not_counted_as_looked_at() {
    let out = text(&output().join("out"));
    let table = |question: &str| {
        let asked = verbatim(&["query", &out, question]);
        let said = String::from_utf8(asked.stdout).unwrap();
        let (_, table) = said.split_once("Passages, and the notes").unwrap();
        table.to_owned()
    };
    let one = table("agency where participant = P01 and session_type = integration");
    assert!(one.contains("\nP01 ") && !one.contains("\nP02 "), "{one}");
    assert!(
        one.contains("integration") && !one.contains("ketamine"),
        "{one}"
    );
    let all = table("agency");
    assert!(all.contains("\nP02 ") && all.contains("ketamine"), "{all}");
    // Who wants quiet is told nothing; what was asked for as a file is there.
    let dir = tempfile::tempdir().unwrap();
    let csv = text(&dir.path().join("found.csv"));
    let quiet = verbatim(&["query", &out, "agency", "--quiet", "--csv", &csv]);
    assert!(quiet.status.success() && quiet.stdout.is_empty());
    #[cfg(unix)]
    {
        // It holds patients' words.
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&csv).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
    assert!(std::fs::read_to_string(csv).unwrap().lines().count() > 10);
}

#[test]
fn an_error_is_drawn_under_the_word() {
    let refused = verbatim(&["query", &corpus(), "agency and copign"]);
    assert_eq!(refused.status.code(), Some(1));
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(
        error.contains("agency and copign") && error.contains("           ^^^^^^"),
        "{error}"
    );
    assert!(error.contains("Did you mean coping?"), "{error}");
    let unknown = verbatim(&["query", &corpus(), "agency where participant = P77"]);
    assert_eq!(unknown.status.code(), Some(1));
}

#[test]
fn a_tried_pattern_shows_what_is_new() {
    let tried = |more: &[&str]| {
        let shown = verbatim(
            &[
                &["codebook", "try", "(chose|decide) _{0,2} to", &corpus()],
                more,
            ]
            .concat(),
        );
        let error = String::from_utf8_lossy(&shown.stderr).into_owned();
        assert!(shown.status.success(), "{error}");
        String::from_utf8(shown.stdout).unwrap()
    };
    let text = tried(&["--code", "agency", "--sort", "left"]);
    assert!(
        text.contains("places are new") && text.contains("»"),
        "{text}"
    );
    let json: Value =
        serde_json::from_str(&tried(&["--code", "agency", "--json", "--limit", "0"])).unwrap();
    let lines = json["lines"].as_array().unwrap();
    let new = lines.iter().filter(|l| l["new"] == true).count();
    assert_eq!(json["new"].as_u64(), Some(new as u64));
    assert_eq!(json["lines_total"].as_u64(), Some(lines.len() as u64));
    let less: Value = serde_json::from_str(&tried(&["--unless", "decide", "--json"])).unwrap();
    assert!(less["lines_total"].as_u64() < json["lines_total"].as_u64());

    let refused = verbatim(&["codebook", "try", "chose (to", &corpus()]);
    assert_eq!(refused.status.code(), Some(1));
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(
        error.contains("chose (to") && error.contains('^'),
        "{error}"
    );
}
