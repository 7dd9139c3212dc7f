//! `verbatim run` as a user sees it: files that balance, slices that hold, the same bytes twice.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use support::verbatim;

fn corpus(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("corpora")
        .join(name);
    path.to_string_lossy().into_owned()
}

fn run(input: &str, out: &Path, more: &[&str]) -> Output {
    let out = out.to_string_lossy();
    let mut args = vec!["run", input, "--out", &out, "--quiet"];
    args.extend(more);
    verbatim(&args)
}

fn table(dir: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(dir.join(name)).unwrap();
    let headers = reader.headers().unwrap().clone();
    let row = |r: csv::StringRecord| {
        headers
            .iter()
            .map(str::to_owned)
            .zip(r.iter().map(str::to_owned))
            .collect()
    };
    reader.records().map(|r| row(r.unwrap())).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> u64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

/// A text cell less the mark that keeps spreadsheets from running it.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

#[test]
fn every_coding_slices_to_its_words() {
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("out");
    assert!(run(&corpus("kap-pmad"), &dir, &[]).status.success());
    let mut texts: BTreeMap<String, Vec<char>> = BTreeMap::new();
    for line in fs::read_to_string(dir.join("notes.jsonl")).unwrap().lines() {
        let note: Value = serde_json::from_str(line).unwrap();
        let text = note["text"].as_str().unwrap().chars().collect();
        texts.insert(note["note_id"].as_str().unwrap().to_owned(), text);
    }
    let codings = table(&dir, "codings.csv");
    assert!(codings.len() > 100, "{} codings", codings.len());
    for row in &codings {
        let text = &texts[plain(&row["note_id"])];
        let (start, end) = (number(row, "start") as usize, number(row, "end") as usize);
        let slice: String = text[start..end].iter().collect();
        assert_eq!(slice, plain(&row["text"]), "{row:?}");
        assert_eq!(
            row["counted"] == "true",
            row["why_not"].is_empty(),
            "{row:?}"
        );
    }
    for quote in table(&dir, "quotes.csv") {
        let text: String = texts[plain(&quote["note_id"])].iter().collect();
        assert!(text.contains(plain(&quote["quote"])), "{quote:?}");
    }
}

#[test]
fn the_states_of_every_cell_add_up_to_its_notes() {
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("out");
    assert!(run(&corpus("kap-pmad"), &dir, &[]).status.success());
    let rows = table(&dir, "frequencies.csv");
    for row in &rows {
        let states = ["present", "absent", "silent", "mentioned_only"];
        let sum: u64 = states.iter().map(|state| number(row, state)).sum();
        assert_eq!(sum, number(row, "notes"), "{row:?}");
    }
    let notes = table(&dir, "notes.csv");
    let counted = notes
        .iter()
        .filter(|n| n["duplicate_of"].is_empty())
        .count() as u64;
    let all = rows.iter().find(|r| r["group"] == "all").unwrap();
    assert_eq!(number(all, "notes"), counted);
}

#[test]
fn the_ledger_balances_with_the_notes() {
    for name in ["kap-pmad", "broken"] {
        let out = tempfile::tempdir().unwrap();
        let dir = out.path().join("out");
        assert!(run(&corpus(name), &dir, &[]).status.success(), "{name}");
        let ledger = table(&dir, "ledger.csv");
        let notes = table(&dir, "notes.csv");
        let files: Vec<_> = ledger.iter().filter(|r| r["locator"].is_empty()).collect();
        let promised: u64 = files.iter().map(|r| number(r, "notes")).sum();
        assert_eq!(promised, notes.len() as u64, "{name}");
        for file in files {
            let own = notes
                .iter()
                .filter(|n| n["source"] == file["source"])
                .count() as u64;
            assert_eq!(own, number(file, "notes"), "{name}: {file:?}");
            let outcome = file["outcome"].as_str();
            assert!(["read", "partly_read", "skipped", "failed"].contains(&outcome));
            assert!(outcome == "read" || !file["reason"].is_empty(), "{file:?}");
        }
    }
}

#[test]
fn threads_and_repetition_change_no_byte() {
    let out = tempfile::tempdir().unwrap();
    let (one, two) = (out.path().join("one"), out.path().join("two"));
    assert!(
        run(&corpus("kap-pmad"), &one, &["--threads", "1"])
            .status
            .success()
    );
    assert!(
        run(&corpus("kap-pmad"), &two, &["--threads", "3"])
            .status
            .success()
    );
    let mut compared = 0;
    for name in files_below(&one, Path::new("")) {
        if name == Path::new("run.json") || name.starts_with("index") {
            continue;
        }
        assert!(
            fs::read(one.join(&name)).unwrap() == fs::read(two.join(&name)).unwrap(),
            "{name:?}"
        );
        compared += 1;
    }
    assert!(compared >= 16, "only {compared} files");
}

/// The files of a folder and of those inside it, relative to it.
fn files_below(root: &Path, inside: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(inside)).unwrap() {
        let entry = entry.unwrap();
        let name = inside.join(entry.file_name());
        if entry.path().is_dir() {
            files.extend(files_below(root, &name));
        } else {
            files.push(name);
        }
    }
    files
}

#[test]
fn json_on_stdout_is_nothing_but_json() {
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("out").to_string_lossy().into_owned();
    let done = verbatim(&[
        "run",
        &corpus("kap-pmad"),
        "--out",
        &dir,
        "--json",
        "--no-index",
    ]);
    assert!(done.status.success());
    let summary: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert!(
        summary["counts"]["notes"].as_u64().unwrap() > 0,
        "{summary}"
    );
}

#[test]
fn exit_status_says_how_it_ended() {
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("out");
    assert_eq!(verbatim(&["run"]).status.code(), Some(2));
    assert_eq!(run("no/such/folder", &dir, &[]).status.code(), Some(1));
    assert_eq!(
        run(&corpus("broken"), &dir, &["--strict"]).status.code(),
        Some(3)
    );
    let broken = out.path().join("broken.yaml");
    fs::write(
        &broken,
        "codebook: x\ncodes:\n  - id: a\n    patterns: |\n      (open\n",
    )
    .unwrap();
    let done = run(
        &corpus("kap-pmad"),
        &dir,
        &["--codebook", &broken.to_string_lossy()],
    );
    assert_eq!(done.status.code(), Some(1));
    let message = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        message.contains("broken.yaml:5:7") && message.contains("(open"),
        "{message}"
    );
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("thesis");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("chapter.txt"), "years of work").unwrap();
    let refused = run(&corpus("kap-pmad"), &dir, &["--no-index"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
    assert!(
        run(&corpus("kap-pmad"), &dir, &["--no-index", "--force"])
            .status
            .success()
    );
    assert_eq!(
        fs::read_to_string(dir.join("chapter.txt")).unwrap(),
        "years of work"
    );
}

#[test]
fn a_misspelt_study_file_is_an_error_with_its_place() {
    let study = tempfile::tempdir().unwrap();
    fs::write(
        study.path().join("study.toml"),
        "title = \"x\"\ncodebok = \"kap\"\n",
    )
    .unwrap();
    let done = run(
        &study.path().to_string_lossy(),
        &study.path().join("out"),
        &[],
    );
    assert_eq!(done.status.code(), Some(1));
    let message = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        message.contains("study.toml:2:1") && message.contains("codebok"),
        "{message}"
    );
}

#[test]
fn results_inside_the_study_are_not_read_as_notes() {
    let study = tempfile::tempdir().unwrap();
    fs::write(
        study.path().join("P01 2021-03-02 ketamine.txt"),
        "Feels safe. Mild nausea.",
    )
    .unwrap();
    let path = study.path().to_string_lossy().into_owned();
    for _ in 0..2 {
        assert!(verbatim(&["run", &path, "--quiet"]).status.success());
        assert_eq!(table(&study.path().join("out"), "notes.csv").len(), 1);
    }
}

#[test]
fn crosstabs_take_two_columns_and_phases_and_refuse_what_is_not_there() {
    let study = tempfile::tempdir().unwrap();
    let file = "by = [\"setting+phase\"]\n[[phases]]\nname = \"early\"\nsessions = [1]\n";
    fs::write(study.path().join("study.toml"), file).unwrap();
    fs::write(
        study.path().join("notes.csv"),
        "patient,date,session type,location,note\n\
         P01,2021-03-02,ketamine,clinic,Feels safe. Mild nausea.\n\
         P01,2021-03-09,integration,home,Mild nausea.\n",
    )
    .unwrap();
    let path = study.path().to_string_lossy().into_owned();
    let out = study.path().join("out");
    assert!(
        run(&path, &out, &["--no-index", "--by", "author"])
            .status
            .success()
    );
    let rows = table(&out, "frequencies_by_setting_phase.csv");
    let all = |setting: &str| {
        let is_it = |r: &&BTreeMap<String, String>| {
            r["group"] == "all" && r["code"] == "side_effects" && r["setting"] == setting
        };
        rows.iter()
            .find(is_it)
            .map(|r| (r["phase"].clone(), number(r, "present")))
    };
    assert_eq!(all("home"), Some(("early".to_owned(), 1)));
    assert_eq!(all("clinic"), Some(("early".to_owned(), 1)));
    assert!(out.join("frequencies_by_author.csv").is_file());
    let compared = table(&out, "comparisons.csv");
    let effects = compared
        .iter()
        .find(|r| r["code"] == "side_effects")
        .unwrap();
    assert_eq!(
        (&*effects["group_a"], &*effects["group_b"]),
        ("ketamine", "integration")
    );
    assert_eq!(
        (&*effects["kind"], &*effects["p_sign_flip"]),
        ("description", "")
    );
    assert_eq!(effects["documentation_differs"], "true");
    let refused = run(&path, &out, &["--no-index", "--by", "locaton"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("locaton"));
}

#[test]
fn the_codebook_is_kept_with_the_hash_that_run_json_names() {
    use sha2::Digest as _;
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("out");
    assert!(
        run(&corpus("kap-pmad"), &dir, &["--no-index", "--no-report"])
            .status
            .success()
    );
    let run: Value = serde_json::from_slice(&fs::read(dir.join("run.json")).unwrap()).unwrap();
    let kept = fs::read(dir.join(run["codebook_kept"].as_str().unwrap())).unwrap();
    let hash = sha2::Sha256::digest(&kept);
    let hex = hash
        .iter()
        .fold(String::new(), |hex, b| hex + &format!("{b:02x}"));
    assert_eq!(run["codebook"]["sha256"], hex);
    assert!(
        run["files"]
            .as_array()
            .unwrap()
            .contains(&"codebook.yaml".into())
    );
}

/// A study whose sessions are known, with one that nobody wrote of.
fn study_with_sessions() -> tempfile::TempDir {
    let study = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(study.path().join(name), text).unwrap();
    write(
        "notes.csv",
        "patient,date,session type,author,note\n\
         P01,2021-03-02,ketamine,AB,Feels safe. Mild nausea.\n\
         P01,2021-03-09,ketamine,CD,Quiet hour.\n\
         P02,2021-03-04,integration,AB,Mild nausea.\n",
    );
    write(
        "appointments.csv",
        "Pt,Date,Kind,Status\n\
         P01,2021-03-02,KAP,attended\n\
         P01,2021-03-09,KAP,attended\n\
         p1,03/16/2021,KAP,attended\n\
         P01,2021-03-23,KAP,no show\n\
         P02,2021-03-04,integration,attended\n",
    );
    study
}

#[test]
fn a_session_that_nobody_wrote_of_is_missing_and_bounds_the_share() {
    let study = study_with_sessions();
    let path = study.path().to_string_lossy().into_owned();
    let out = study.path().join("out");
    assert!(
        run(&path, &out, &["--no-index", "--no-report"])
            .status
            .success()
    );
    let sessions = table(&out, "sessions.csv");
    let missing: Vec<_> = sessions
        .iter()
        .filter(|r| r["documented"] == "false")
        .collect();
    assert_eq!(missing.len(), 1, "{sessions:?}");
    assert_eq!(
        (&*missing[0]["participant_id"], &*missing[0]["date"]),
        ("P01", "2021-03-16")
    );
    assert_eq!(missing[0]["place"], "appointments.csv#row=3");
    let ledger = table(&out, "ledger.csv");
    let row = ledger
        .iter()
        .find(|r| r["source"] == "appointments.csv")
        .unwrap();
    assert_eq!(row["outcome"], "skipped");
    assert!(
        row["reason"].contains("4 sessions") && row["reason"].contains("1 rows"),
        "{row:?}"
    );
    let frequencies = table(&out, "frequencies.csv");
    let is_it = |r: &&BTreeMap<String, String>| {
        r["group"] == "participant_session_type"
            && r["participant_id"] == "P01"
            && r["code"] == "side_effects"
    };
    let row = frequencies.iter().find(is_it).unwrap();
    // Present in one of two notes; silent in the other; one session has no note.
    assert_eq!(
        (&*row["present"], &*row["silent"], &*row["missing_sessions"]),
        ("1", "1", "1")
    );
    assert_eq!(
        (&*row["bound_low"], &*row["bound_high"]),
        ("0.333333333", "1")
    );
    let day = &table(&out, "notes.csv")[0]["day"];
    assert_eq!(day, "0", "days count from the first note");
}

#[test]
fn documentation_timeline_and_saturation_say_what_counts_rest_on() {
    let study = study_with_sessions();
    let path = study.path().to_string_lossy().into_owned();
    let out = study.path().join("out");
    assert!(
        run(&path, &out, &["--no-index", "--no-report"])
            .status
            .success()
    );
    let documentation = table(&out, "documentation.csv");
    let of = |group: &str, column: &str, value: &str| {
        let is_it = |r: &&BTreeMap<String, String>| r["group"] == group && r[column] == value;
        documentation.iter().find(is_it).unwrap().clone()
    };
    let all = of("all", "author", "");
    assert_eq!(
        (&*all["notes"], &*all["words"], &*all["words_median"]),
        ("3", "8", "2")
    );
    assert_eq!((&*all["sessions"], &*all["missing_sessions"]), ("3", "1"));
    assert_eq!(of("author", "author", "AB")["notes"], "2");
    assert_eq!(
        of("session_type", "session_type", "ketamine")["missing_sessions"],
        "1"
    );
    let timeline = table(&out, "timeline.csv");
    let silent = timeline.iter().find(|r| r["date"] == "2021-03-09").unwrap();
    assert_eq!((&*silent["day"], &*silent["code"]), ("7", ""));
    let saturation = table(&out, "saturation.csv");
    let events: Vec<_> = saturation
        .iter()
        .map(|r| (r["unit"].as_str(), number(r, "codes")))
        .collect();
    assert_eq!(events.len(), 5, "{saturation:?}");
    assert_eq!(events[0].1, events[2].1, "no new code after the first note");
}

#[test]
fn two_runs_are_compared_through_the_edit_between_them() {
    let study = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(study.path().join(name), text).unwrap();
    write(
        "P01 2021-03-02 ketamine.txt",
        "Her dream job waits. A bad dream came. She rested.",
    );
    let book = |patterns: &str, unless: &str| {
        format!(
            "codebook: t\nversion: \"1\"\nlanguage: en\ncodes:\n  - id: dreams\n    name: Dreams\n    \
             definition: d\n    patterns: [{patterns}]\n{unless}"
        )
    };
    let path = study.path().to_string_lossy().into_owned();
    let out = |name: &str| study.path().join(name);
    for (name, patterns, unless) in [
        ("one", "dream, bad dream", ""),
        ("two", "dream, rested", "    unless: [dream job]\n"),
    ] {
        write("book.yaml", &book(patterns, unless));
        let codebook = study
            .path()
            .join("book.yaml")
            .to_string_lossy()
            .into_owned();
        let more = ["--no-index", "--no-report", "--codebook", &codebook];
        assert!(run(&path, &out(name), &more).status.success());
    }
    let csv = study.path().join("compare.csv");
    let (one, two) = (out("one"), out("two"));
    let args = [
        "compare",
        &one.to_string_lossy(),
        &two.to_string_lossy(),
        "--json",
        "--csv",
        &csv.to_string_lossy(),
    ]
    .map(str::to_owned);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = verbatim(&args);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let told: Value = serde_json::from_slice(&done.stdout).unwrap();
    let found: Vec<String> = told["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| {
            format!(
                "{} {} {}",
                d["change"].as_str().unwrap(),
                d["text"],
                d["edit"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], "lost \"dream\" + dreams unless: dream job");
    assert!(
        found[1].starts_with("changed \"dream\"") && found[1].contains("bad dream"),
        "{found:?}"
    );
    assert_eq!(found[2], "gained \"rested\" + dreams patterns: rested");
    assert_eq!(table(study.path(), "compare.csv").len(), 3);
    let same = verbatim(&["compare", &one.to_string_lossy(), &one.to_string_lossy()]);
    assert!(String::from_utf8_lossy(&same.stdout).contains("No coding differs"));
}

#[test]
fn the_study_file_says_what_is_counted() {
    let study = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(study.path().join(name), text).unwrap();
    let again =
        "She was asked about her sleep at length and said that mild nausea kept her up all night.";
    write(
        "notes.csv",
        &format!(
            "patient,date,session type,author,note\n\
             P01,2021-03-02,ketamine,nurse,Quiet hour. {again}\n\
             P01,2021-03-02,ketamine,therapist,No nausea seen.\n\
             P01,2021-03-09,ketamine,nurse,Another quiet hour. {again}\n"
        ),
    );
    let path = study.path().to_string_lossy().into_owned();
    let out = study.path().join("out");
    let counts = |settings: &str| {
        write("study.toml", settings);
        assert!(
            run(&path, &out, &["--no-index", "--no-report"])
                .status
                .success()
        );
        let rows = table(&out, "frequencies.csv");
        let row = rows
            .iter()
            .find(|r| r["group"] == "all" && r["code"] == "side_effects")
            .unwrap();
        let copied = table(&out, "codings.csv")
            .iter()
            .filter(|c| c["code"] == "side_effects" && !c["copied_from"].is_empty())
            .count();
        assert_eq!(copied, 1, "copied text is shown, counted or not");
        ["notes", "present", "absent", "codings"].map(|c| number(row, c))
    };
    assert_eq!(counts(""), [3, 1, 1, 1]);
    assert_eq!(counts("count_copied = true"), [3, 2, 1, 2]);
    assert_eq!(counts("unit = \"session\""), [2, 1, 0, 1]);
    assert_eq!(
        counts("unit = \"session\"\ncount_copied = true"),
        [2, 2, 0, 2]
    );
    assert_eq!(table(&out, "frequencies.csv")[0]["unit"], "session");
}
