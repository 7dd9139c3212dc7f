//! `verbatim search` as a user sees it: words in their notes, found again by place, filtered.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::verbatim;

fn search(path: &Path, query: &str, filters: &[&str]) -> Value {
    let path = path.to_string_lossy();
    let found = verbatim(&[&["search", &path, query, "--json", "--limit", "0"], filters].concat());
    let error = String::from_utf8_lossy(&found.stderr);
    assert!(found.status.success(), "{query}: {error}");
    serde_json::from_slice(&found.stdout).unwrap()
}

#[test]
fn words_are_found_where_they_stand_and_filters_take_away() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/kap-pmad");
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let (from, to) = (corpus.to_string_lossy(), out.to_string_lossy());
    let run = verbatim(&["run", &from, "--out", &to, "--quiet", "--no-report"]);
    assert!(run.status.success());
    let mut texts: BTreeMap<String, Vec<char>> = BTreeMap::new();
    for line in fs::read_to_string(out.join("notes.jsonl")).unwrap().lines() {
        let note: Value = serde_json::from_str(line).unwrap();
        let text = note["text"].as_str().unwrap().chars().collect();
        texts.insert(note["note_id"].as_str().unwrap().to_owned(), text);
    }
    let all = search(&out, "feel", &[]);
    let lines = all["lines"].as_array().unwrap();
    assert!(lines.len() > 20, "{}", lines.len());
    for line in lines {
        let at = |name: &str| line[name].as_u64().unwrap() as usize;
        let text = &texts[line["note_id"].as_str().unwrap()];
        let words: String = text[at("start")..at("end")].iter().collect();
        assert_eq!(line["text"], Value::from(words));
    }
    let of_one = search(&out, "feel", &["--participant", "P02"]);
    let of_one = of_one["lines"].as_array().unwrap();
    let wanted = lines.iter().filter(|l| l["participant_id"] == "P02");
    assert_eq!(
        of_one.iter().collect::<Vec<_>>(),
        wanted.collect::<Vec<_>>()
    );
    assert!(!of_one.is_empty() && of_one.len() < lines.len());
}
