//! A study of another style of documentation, whole, against what was counted by hand.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

type Row = BTreeMap<String, String>;

fn study() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/other-clinic")
}

fn run(out: &Path) {
    let done = Command::new(env!("CARGO_BIN_EXE_verbatim"))
        .args([
            "run",
            "--quiet",
            "--no-index",
            "--no-report",
            "--strict",
            "--out",
        ])
        .args([out, &study()])
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn table(dir: &Path, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(dir.join(name)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn gold() -> Vec<Value> {
    let text = std::fs::read_to_string(study().join("gold.jsonl")).unwrap();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

/// What a note says of a code, by its assertions.
fn state(assertions: &[&str]) -> &'static str {
    if assertions.contains(&"affirmed") {
        "present"
    } else if assertions.contains(&"negated") {
        "absent"
    } else {
        "mentioned_only"
    }
}

/// (note, code) → state.
fn states<'a>(
    passages: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
) -> BTreeMap<(String, String), &'static str> {
    let mut found: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for (note, code, assertion) in passages {
        let key = (note.to_owned(), code.to_owned());
        found.entry(key).or_default().push(assertion);
    }
    found.into_iter().map(|(key, a)| (key, state(&a))).collect()
}

fn gold_states(gold: &[Value]) -> BTreeMap<(String, String), &'static str> {
    states(gold.iter().flat_map(|note| {
        let id = note["note_id"].as_str().unwrap();
        let codings = note["codings"].as_array().unwrap().iter();
        codings.map(move |c| {
            (
                id,
                c["code"].as_str().unwrap(),
                c["assertion"].as_str().unwrap(),
            )
        })
    }))
}

#[test]
fn every_note_and_every_count_is_as_counted_by_hand() {
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("out");
    run(&dir);
    let gold = gold();
    let notes = table(&dir, "notes.csv");
    let ids: BTreeSet<&str> = notes.iter().map(|n| n["note_id"].as_str()).collect();
    let expected: BTreeSet<&str> = gold
        .iter()
        .map(|n| n["note_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, expected);
    for told in &gold {
        let note = notes
            .iter()
            .find(|n| told["note_id"] == n["note_id"])
            .unwrap();
        for key in [
            "participant_id",
            "date",
            "session_type",
            "setting",
            "author",
        ] {
            assert_eq!(told[key], note[key], "{key} of {}", note["note_id"]);
        }
    }
    let codings = table(&dir, "codings.csv");
    let cell = |row: &'static str| move |c: &Row| c[row].clone();
    let read: Vec<[String; 3]> = codings
        .iter()
        .map(|c| [cell("note_id")(c), cell("code")(c), cell("assertion")(c)])
        .collect();
    let read = states(
        read.iter()
            .map(|[n, c, a]| (n.as_str(), c.as_str(), a.as_str())),
    );
    assert_eq!(read, gold_states(&gold));
    counts_add_up(&dir, &gold);
}

/// Every row of a session type, or of all, against sums over the hand count.
fn counts_add_up(dir: &Path, gold: &[Value]) {
    let states = gold_states(gold);
    let rows = table(dir, "frequencies.csv");
    let rows = rows
        .iter()
        .filter(|r| ["all", "session_type"].contains(&r["group"].as_str()));
    let mut seen = 0;
    for row in rows {
        let of_group =
            |n: &&Value| row["group"] == "all" || n["session_type"] == row["session_type"];
        let notes: Vec<&str> = gold
            .iter()
            .filter(of_group)
            .map(|n| n["note_id"].as_str().unwrap())
            .collect();
        assert_eq!(row["notes"], notes.len().to_string(), "{row:?}");
        for state in ["present", "absent", "mentioned_only"] {
            let key = |note: &&&str| ((**note).to_owned(), row["code"].clone());
            let count = notes
                .iter()
                .filter(|n| states.get(&key(n)) == Some(&state))
                .count();
            assert_eq!(row[state], count.to_string(), "{state} in {row:?}");
        }
        seen += 1;
    }
    assert_eq!(seen, 5 * 5, "five codes in all and in four session types");
}

#[test]
fn the_session_without_a_note_is_the_only_one_missing() {
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("out");
    run(&dir);
    let sessions = table(&dir, "sessions.csv");
    let missing: Vec<_> = sessions
        .iter()
        .filter(|s| s["documented"] == "false")
        .map(|s| {
            (
                s["participant_id"].as_str(),
                s["date"].as_str(),
                s["session_type"].as_str(),
            )
        })
        .collect();
    assert_eq!(missing, [("HB-14", "2023-03-16", "ketamine")]);
    // The check-in call is documented, and no appointment.
    assert_eq!(
        sessions
            .iter()
            .filter(|s| s["known_from"] == "both")
            .count(),
        13
    );
    assert_eq!(
        sessions
            .iter()
            .filter(|s| s["known_from"] == "notes")
            .count(),
        1
    );
    let rows = table(&dir, "frequencies.csv");
    let nausea = rows
        .iter()
        .find(|r| {
            r["group"] == "session_type" && r["session_type"] == "ketamine" && r["code"] == "nausea"
        })
        .unwrap();
    // Three of five mornings with nausea, one without, one silent; a sixth morning has no note.
    assert_eq!(
        (nausea["bound_low"].as_str(), nausea["bound_high"].as_str()),
        ("0.5", "0.833333333")
    );
    let phases = table(&dir, "frequencies_by_setting_phase.csv");
    let before = phases
        .iter()
        .filter(|r| r["phase"] == "before medicine" && r["group"] == "all" && r["code"] == "rest");
    let notes: u64 = before.map(|r| r["notes"].parse::<u64>().unwrap()).sum();
    assert_eq!(notes, 4, "the first interviews");
}
