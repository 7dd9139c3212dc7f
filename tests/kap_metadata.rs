//! What the corpus kap-pmad says of its notes is recognised, and nothing is that it does not say.

use std::collections::BTreeMap;
use std::path::Path;

use verbatim::codebook::reading;
use verbatim::ingest::{self, Options};
use verbatim::model::corpus::Note;

fn truths(folder: &Path) -> BTreeMap<String, serde_json::Value> {
    let hidden = folder.join(".truth");
    let mut files: Vec<_> = match std::fs::read_dir(&hidden) {
        Ok(found) => found.filter_map(|e| Some(e.ok()?.path())).collect(),
        Err(_) => vec![folder.join("gold.jsonl")],
    };
    files.sort();
    let mut out = BTreeMap::new();
    for file in files {
        for line in std::fs::read_to_string(&file).unwrap_or_default().lines() {
            let value: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
            let id = value["note_id"].as_str().expect("an id").to_owned();
            out.insert(id, value);
        }
    }
    out
}

fn says(note: &Note, key: &str) -> String {
    match key {
        "participant_id" => note.participant.value.as_ref().map(ToString::to_string),
        "date" => note.date.value.map(|d| d.to_string()),
        "session_type" => note.session_type.value.as_ref().map(ToString::to_string),
        "setting" => Some(note.setting.to_string()),
        _ => Some(note.author.to_string()),
    }
    .unwrap_or_default()
}

#[test]
fn every_note_is_recognised() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/kap-pmad");
    let truths = truths(&folder);
    let rules = reading::english().unwrap();
    let read = ingest::read(&folder, &Options::default(), &rules, &|_, _| {}).unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for note in &read.corpus.notes {
        let Some(truth) = truths.get(note.id.as_str()) else {
            wrong.push(format!("{}: no truth", note.id));
            continue;
        };
        seen += 1;
        for key in [
            "participant_id",
            "date",
            "session_type",
            "setting",
            "author",
        ] {
            let Some(expected) = truth[key].as_str() else {
                continue;
            };
            let expected = if expected == "unknown" { "" } else { expected };
            let found = says(note, key);
            if found != expected {
                wrong.push(format!("{} {key}: {found:?}, not {expected:?}", note.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen, truths.len());
}
