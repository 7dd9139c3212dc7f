//! Sheets for people: drawn by a seed, filled in, read back.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use verbatim::exchange::{SavedTable, read_sheet};

fn verbatim(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_verbatim"))
        .args(args)
        .output()
        .unwrap()
}

fn said(done: &Output) -> String {
    let wrong = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{wrong}");
    String::from_utf8(done.stdout.clone()).unwrap()
}

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpora/kap-pmad")
}

/// By note, the passages of the corpus' gold codings: code, start, end, assertion.
fn gold() -> BTreeMap<String, Vec<(String, u64, u64, String)>> {
    let text = fs::read_to_string(corpus().join("gold.jsonl")).unwrap();
    let note = |line: &str| {
        let note: Value = serde_json::from_str(line).unwrap();
        let codings = note["codings"].as_array().unwrap().iter().map(|c| {
            let word = |name: &str| c[name].as_str().unwrap().to_owned();
            let number = |name: &str| c[name].as_u64().unwrap();
            (
                word("code"),
                number("start"),
                number("end"),
                word("assertion"),
            )
        });
        (
            note["note_id"].as_str().unwrap().to_owned(),
            codings.collect(),
        )
    };
    text.lines().map(note).collect()
}

fn sample(sheet: &Path, more: &[&str]) -> String {
    let (corpus, sheet) = (corpus(), sheet.to_string_lossy().into_owned());
    let mut args = vec![
        "sample",
        corpus.to_str().unwrap(),
        "--sheet",
        &sheet,
        "--quiet",
    ];
    args.extend(more);
    said(&verbatim(&args))
}

fn column(table: &SavedTable, name: &str) -> Vec<String> {
    let at = table.column(name);
    table.rows.iter().map(|r| r.text(at).to_owned()).collect()
}

#[test]
fn a_sheet_shows_sentences_and_hides_the_machines_codings() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = dir.path().join("a");
    let said = sample(&sheet, &["--share", "0.2", "--seed", "7"]);
    let csv = read_sheet(&sheet.with_extension("csv")).unwrap();
    let xlsx = read_sheet(&sheet.with_extension("xlsx")).unwrap();
    let notes: BTreeSet<String> = column(&csv, "note_id").into_iter().collect();
    assert!(said.starts_with(&format!("{} of ", notes.len())), "{said}");
    for name in ["note_id", "start", "end", "sentence", "code"] {
        assert_eq!(column(&csv, name), column(&xlsx, name), "{name}");
    }
    for name in ["read", "code", "text", "assertion", "voice"] {
        assert!(column(&csv, name).iter().all(String::is_empty), "{name}");
    }
    assert!(
        column(&csv, "sentence")
            .iter()
            .filter(|s| !s.is_empty())
            .count()
            > notes.len()
    );
    // The same seed draws the same bytes, another one other notes; a filled sheet is not touched.
    let again = dir.path().join("b");
    sample(&again, &["--share", "0.2", "--seed", "7", "--threads", "1"]);
    for ending in ["csv", "xlsx"] {
        let read = |p: &Path| fs::read(p.with_extension(ending)).unwrap();
        assert!(read(&sheet) == read(&again), "{ending}");
    }
    let corpus = corpus();
    let refused = verbatim(&[
        "sample",
        corpus.to_str().unwrap(),
        "--sheet",
        sheet.to_str().unwrap(),
        "--seed",
        "8",
    ]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--force"));
    sample(&sheet, &["--share", "0.2", "--seed", "8", "--force"]);
    let other = column(
        &read_sheet(&sheet.with_extension("csv")).unwrap(),
        "note_id",
    );
    assert_ne!(other.into_iter().collect::<BTreeSet<_>>(), notes);
}

/// Fills a sheet as a coder would who codes as the corpus' gold does and leaves one note unread; gives
/// the number of passages.
fn filled_from_gold(mut table: SavedTable, unread: &str) -> (SavedTable, usize) {
    let gold = gold();
    let at = |name: &str| table.column(name).unwrap();
    let (note, start, end, sentence) = (at("note_id"), at("start"), at("end"), at("sentence"));
    let (code, text, read, coder) = (at("code"), at("text"), at("read"), at("coder"));
    let assertion = at("assertion");
    let mut filled = Vec::new();
    let mut passages = 0;
    for row in &table.rows {
        let mut row = row.clone();
        let id = row.text(Some(note)).to_owned();
        if id != unread {
            row.set(read, "yes");
            let place = |c| row.text(Some(c)).parse::<u64>().unwrap();
            let (first, last) = (place(start), place(end));
            let words: Vec<char> = row.text(Some(sentence)).chars().collect();
            let inside = gold[&id]
                .iter()
                .filter(|(_, s, e, _)| first <= *s && *e <= last);
            for (path, s, e, said) in inside {
                let mut coded = row.clone();
                let cut = &words[(s - first) as usize..(e - first) as usize];
                coded.set(code, path);
                coded.set(text, &cut.iter().collect::<String>());
                coded.set(assertion, said);
                if passages == 0 {
                    coded.set(coder, "MK");
                }
                filled.push(coded);
                passages += 1;
            }
        }
        filled.push(row);
    }
    table.rows = filled;
    (table, passages)
}

#[test]
fn agree_reads_a_filled_sheet() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = dir.path().join("sheet");
    sample(&sheet, &["--n", "12", "--by", "participant", "--seed", "3"]);
    let path = sheet.with_extension("csv");
    let table = read_sheet(&path).unwrap();
    let ids: Vec<String> = column(&table, "note_id");
    let unread = ids.last().unwrap().clone();
    let (filled, passages) = filled_from_gold(table, &unread);
    fs::write(&path, filled.to_csv()).unwrap();
    let run = dir.path().join("out");
    let corpus = corpus();
    let done = verbatim(&[
        "run",
        corpus.to_str().unwrap(),
        "--out",
        run.to_str().unwrap(),
        "--quiet",
        "--no-index",
    ]);
    said(&done);
    let gold_path = corpus.join("gold.jsonl");
    let agreed = said(&verbatim(&[
        "agree",
        path.to_str().unwrap(),
        gold_path.to_str().unwrap(),
        "--notes",
        run.join("notes.jsonl").to_str().unwrap(),
        "--json",
    ]));
    let agreed: Value = serde_json::from_str(&agreed).unwrap();
    assert!(passages > 10, "{passages}");
    assert_eq!(agreed["coders"][0], "MK");
    let read: BTreeSet<&String> = ids.iter().filter(|id| **id != unread).collect();
    assert_eq!(agreed["notes"].as_u64().unwrap(), read.len() as u64);
    for (code, result) in agreed["codes"].as_object().unwrap() {
        let passages = &result["passages"];
        assert_eq!(
            passages["first"], passages["first_met"],
            "{code} {passages}"
        );
        assert_eq!(passages["same_assertion"], passages["second_met"], "{code}");
    }
}

#[test]
fn an_elusion_sheet_filled_from_gold_tells_what_the_rules_miss() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = dir.path().join("missed");
    let drawn = sample(
        &sheet,
        &[
            "--from", "uncoded", "--code", "agency", "--n", "80", "--seed", "5",
        ],
    );
    assert!(drawn.starts_with("80 of "), "{drawn}");
    let path = sheet.with_extension("xlsx");
    let corpus = corpus();
    let read = |path: &Path, more: &[&str]| {
        let mut args = vec![
            "sample",
            corpus.to_str().unwrap(),
            "--read",
            path.to_str().unwrap(),
        ];
        args.push("--quiet");
        args.extend(more);
        said(&verbatim(&args))
    };
    assert!(read(&path, &[]).contains("nobody answered"));
    // As a person would: yes where the gold coding of the sentence is affirmed.
    let mut table = read_sheet(&path).unwrap();
    let (gold, answer) = (gold(), table.column("answer").unwrap());
    let places = ["note_id", "start", "end"].map(|name| table.column(name));
    let mut missed = 0;
    for row in &mut table.rows {
        let [id, start, end] = places.map(|c| row.text(c).to_owned());
        let (start, end): (u64, u64) = (start.parse().unwrap(), end.parse().unwrap());
        let carries = gold[&id].iter().any(|(code, s, e, assertion)| {
            code == "agency" && assertion == "affirmed" && *s < end && start < *e
        });
        row.set(answer, if carries { "yes" } else { "no" });
        missed += u64::from(carries);
    }
    let filled = dir.path().join("filled.csv");
    fs::write(&filled, table.to_csv()).unwrap();
    let value: Value = serde_json::from_str(&read(&filled, &["--json"])).unwrap();
    let agency = &value["codes"]["agency"];
    assert_eq!(agency["answered"], 80);
    assert_eq!(agency["missed"], missed);
    let [share, low, high] =
        ["value", "ci_low", "ci_high"].map(|end| agency["elusion"][end].as_f64().unwrap());
    assert!(low <= share && share <= high && high < 0.2, "{agency}");
    assert!(read(&filled, &[]).contains("exact 95% CI"));
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let corpus = corpus();
    let fails = |more: &[&str], piece: &str| {
        let mut args = vec!["sample", corpus.to_str().unwrap()];
        args.extend(more);
        let done = verbatim(&args);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && said.contains(piece), "{said}");
    };
    fails(&["--share", "2"], "up to 1");
    fails(&["--by", "colour"], "colour");
    fails(&["--from", "uncoded", "--code", "none"], "no code \"none\"");
    fails(&["--from", "uncoded"], "--code");
}
