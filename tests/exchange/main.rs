//! Projects move in and out: nothing shifts, nothing vanishes without a row that says so.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on should say so"
)]
#![allow(
    clippy::string_slice,
    clippy::too_many_lines,
    clippy::type_complexity,
    clippy::format_collect,
    reason = "projects of other programs are written out here as they are"
)]

mod databases;
mod decided;
mod edited;
mod hostile;
mod hostile_databases;
mod leaving;
mod losses;
mod media;
mod memos;
mod oddities;
mod parquet_tables;
mod places;
mod refi;
#[path = "../support/mod.rs"]
mod support;
mod tables;
mod taguette_exports;
mod theirs;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use support::verbatim;

/// Runs the program, which has to end well; gives its standard output.
#[track_caller]
fn done(args: &[&str]) -> String {
    let output = verbatim(args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}\n{told}");
    String::from_utf8(output.stdout).unwrap()
}

fn path(dir: &Path, name: &str) -> String {
    dir.join(name).to_string_lossy().into_owned()
}

/// A table's rows as maps from column to cell.
fn table(file: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let headers = reader.headers().unwrap().clone();
    let row = |r: csv::StringRecord| {
        headers
            .iter()
            .zip(r.iter())
            .map(|(h, c)| (h.to_owned(), c.to_owned()))
            .collect()
    };
    reader.records().map(|r| row(r.unwrap())).collect()
}

/// Some columns of a table, cells joined by `|`, sorted.
fn columns(file: &Path, names: &[&str]) -> Vec<String> {
    let cell = |row: &BTreeMap<String, String>| {
        let cells: Vec<&str> = names
            .iter()
            .map(|n| row.get(*n).map_or("", String::as_str))
            .collect();
        cells.join("|")
    };
    let mut rows: Vec<String> = table(file).iter().map(cell).collect();
    rows.sort();
    rows
}

/// (in, kept, listed) of an item in a loss report; checks that rows and counts balance.
#[track_caller]
fn counts(dir: &Path, item: &str) -> (u64, u64, u64) {
    let rows = table(&dir.join("import-report.csv"));
    let count = |outcome: &str| {
        let row = rows
            .iter()
            .find(|r| r["item"] == item && r["outcome"] == outcome);
        row.map_or(0, |r| r["count"].parse().unwrap())
    };
    let (came, kept, listed) = (count("in"), count("kept"), count("listed"));
    let lost = rows
        .iter()
        .filter(|r| r["item"] == item && r["outcome"] == "lost")
        .count() as u64;
    assert_eq!(came, kept + listed, "{item}");
    assert_eq!(lost, listed, "{item}");
    (came, kept, listed)
}

/// Every coding of an import stands on the words that it says it stands on.
#[track_caller]
fn words_stand(dir: &Path) {
    let notes = fs::read_to_string(dir.join("notes.jsonl")).unwrap();
    let texts: BTreeMap<String, Vec<char>> = notes
        .lines()
        .map(|line| {
            let note: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = note["text"].as_str().unwrap().chars().collect();
            (note["note_id"].as_str().unwrap().to_owned(), text)
        })
        .collect();
    for row in table(&dir.join("codings.csv")) {
        let (start, end): (usize, usize) =
            (row["start"].parse().unwrap(), row["end"].parse().unwrap());
        let words: String = texts[&row["note_id"]][start..end].iter().collect();
        let said = row["text"]
            .strip_prefix('\'')
            .filter(|t| t.starts_with(['=', '+', '-', '@', '\t', '\r']));
        assert_eq!(words, said.unwrap_or(&row["text"]));
    }
}

/// Exports an output folder to a project.
fn export_to(out: &Path, to: &Path) {
    done(&[
        "export",
        &out.to_string_lossy(),
        "--to",
        &to.to_string_lossy(),
    ]);
}

/// Imports a project into a folder.
fn import_to(project: &Path, out: &Path) {
    done(&[
        "import",
        &project.to_string_lossy(),
        "--out",
        &out.to_string_lossy(),
    ]);
}

/// A folder as a run leaves it, with all that is hard about text.
fn run_folder(dir: &Path) -> PathBuf {
    let out = dir.join("out");
    fs::create_dir(&out).unwrap();
    let text = "=👩\u{200d}👧 felt e\u{301}cstatic & <calm>.\n-1 \"safe\"\tat home\nend\n";
    let notes = [
        ("n/1.txt", text, Some("P01"), Some("2021-06-01"), "ketamine"),
        ("n2", "Nothing here.", None, None, "unknown"),
    ];
    let lines: Vec<String> = notes
        .iter()
        .map(|(id, text, who, date, kind)| {
            serde_json::json!({ "note_id": id, "text": text, "participant_id": who, "date": date, "session_type": kind, "author": "A. Writer", "sections": [] }).to_string()
        })
        .collect();
    fs::write(out.join("notes.jsonl"), lines.join("\n")).unwrap();
    let mut table = csv::Writer::from_path(out.join("codings.csv")).unwrap();
    let header = [
        "coding_id",
        "note_id",
        "code",
        "start",
        "end",
        "text",
        "assertion",
        "voice",
        "counted",
        "why_not",
        "pattern",
        "cue",
        "section",
        "coder",
    ];
    table.write_record(header).unwrap();
    let chars: Vec<char> = text.chars().collect();
    let slice = |a: usize, b: usize| chars[a..b].iter().collect::<String>();
    let rows = [
        ("c1", "feeling/joy", 0, 4, "affirmed", "reported", "", ""),
        ("c2", "feeling/joy", 5, 19, "negated", "quote", "not", ""),
        (
            "c3",
            "feeling/calm",
            21,
            28,
            "affirmed",
            "reported",
            "",
            "Reviewer",
        ),
        (
            "c4",
            "safe",
            31,
            46,
            "affirmed",
            "clinician",
            "",
            "Reviewer",
        ),
        ("c5", "safe", 31, 46, "affirmed", "clinician", "", ""),
    ];
    for (id, code, start, end, assertion, voice, cue, coder) in rows {
        let words = slice(start, end);
        let words = if words.starts_with(['=', '-']) {
            format!("'{words}")
        } else {
            words
        };
        let (start, end) = (start.to_string(), end.to_string());
        table
            .write_record([
                id,
                "n/1.txt",
                code,
                &start,
                &end,
                &words,
                assertion,
                voice,
                "true",
                "",
                "a {b} pattern",
                cue,
                "Plan",
                coder,
            ])
            .unwrap();
    }
    table.flush().unwrap();
    out
}

const CODING: &[&str] = &[
    "note_id",
    "code",
    "start",
    "end",
    "text",
    "assertion",
    "voice",
    "pattern",
    "cue",
    "section",
    "counted",
];
