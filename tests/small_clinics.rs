//! Twelve small clinics with their own ways of keeping notes: what a note says is recognised, and
//! what it does not say is unknown, never wrong.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use verbatim::codebook::reading::english;
use verbatim::ingest::{Options, Reading, read};
use verbatim::model::corpus::Note;

/// The smallest share of values that notes state which must be recognised.
const RIGHT_MIN: f64 = 0.98;

/// One thing that gold says of a note, beside what was recognised.
enum Verdict {
    Right,
    Missed,
    Wrong,
}

fn verdict(gold: &str, found: &str) -> Verdict {
    let may_be_unknown = gold.is_empty() || gold.ends_with('?');
    let mut alternatives = gold.trim_end_matches('?').split('|');
    if alternatives.any(|a| a == found) || (may_be_unknown && found.is_empty()) {
        Verdict::Right
    } else if found.is_empty() {
        Verdict::Missed
    } else {
        Verdict::Wrong
    }
}

fn values(note: &Note) -> [(&'static str, String); 5] {
    let or_empty = |v: Option<String>| v.unwrap_or_default();
    [
        (
            "participant",
            or_empty(note.participant.value.as_ref().map(ToString::to_string)),
        ),
        ("date", or_empty(note.date.value.map(|d| d.to_string()))),
        (
            "session_type",
            or_empty(note.session_type.value.as_ref().map(ToString::to_string)),
        ),
        ("setting", note.setting.to_string()),
        ("author", note.author.to_string()),
    ]
}

/// The one note that a line of gold means.
fn meant(reading: &Reading, line: &Value) -> usize {
    let fits = |(at, note): &(usize, &Note)| match line["source"].as_str() {
        Some(source) => *note.source == *source,
        None => reading
            .texts
            .text(*at)
            .unwrap()
            .contains(line["key"].as_str().unwrap()),
    };
    let found: Vec<usize> = reading
        .corpus
        .notes
        .iter()
        .enumerate()
        .filter(fits)
        .map(|(at, _)| at)
        .collect();
    assert_eq!(found.len(), 1, "the note of {line} is lost or doubled");
    found[0]
}

#[test]
fn what_a_note_says_is_recognised_and_nothing_is_wrong() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clinics");
    let (mut right, mut all, mut wrong) = (0_usize, 0_usize, Vec::new());
    for clinic in [
        "cedar",
        "tidewater",
        "northgate",
        "willow",
        "lakeside",
        "summit",
        "juniper",
        "bayside",
        "kestrel",
        "moorcroft",
        "lindenhof",
        "driftwell",
    ] {
        let reading = read(
            &root.join(clinic),
            &Options::default(),
            &english().unwrap(),
            &|_, _| {},
        )
        .unwrap();
        let gold = fs::read_to_string(root.join(format!("{clinic}.gold.jsonl"))).unwrap();
        for line in gold
            .lines()
            .map(|l| serde_json::from_str::<Value>(l).unwrap())
        {
            let at = meant(&reading, &line);
            for (name, found) in values(&reading.corpus.notes[at]) {
                if line[name] == "*" {
                    continue;
                }
                all += 1;
                match verdict(line[name].as_str().unwrap_or_default(), &found) {
                    Verdict::Right => right += 1,
                    Verdict::Missed => {}
                    Verdict::Wrong => wrong.push(format!(
                        "{clinic}: {name} {found:?}, not {}: {}",
                        line[name], line["key"]
                    )),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(right as f64 >= all as f64 * RIGHT_MIN, "{right} of {all}");
}
