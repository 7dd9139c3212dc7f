//! How the shipped codebook fares against the hand coding of the fictional corpus, per code.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on should say so, and this one reports a table"
)]

mod support;

use std::path::PathBuf;

use serde_json::Value;

fn verbatim(args: &[&str]) -> Vec<u8> {
    let done = support::verbatim(args);
    assert!(
        done.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    done.stdout
}

/// Sums of passages over codes: (first, second, first met, second met, same assertion, same voice).
fn sums(agreement: &Value) -> [f64; 6] {
    let mut sums = [0.0; 6];
    for (code, result) in agreement["codes"].as_object().unwrap() {
        let passages = &result["passages"];
        let names = [
            "first",
            "second",
            "first_met",
            "second_met",
            "same_assertion",
            "same_voice",
        ];
        for (sum, name) in sums.iter_mut().zip(names) {
            *sum += passages[name].as_f64().unwrap();
        }
        let show = |name: &str| {
            passages[name]
                .as_f64()
                .map_or("-".to_owned(), |v| format!("{v:.2}"))
        };
        println!(
            "{code:<28} P {} R {} F1 {}",
            show("precision"),
            show("recall"),
            show("f1")
        );
    }
    sums
}

#[test]
fn the_codebook_finds_most_of_what_was_coded_by_hand() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpora/kap-pmad");
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("out").to_string_lossy().into_owned();
    let corpus_path = corpus.to_string_lossy().into_owned();
    verbatim(&[
        "run",
        &corpus_path,
        "--out",
        &dir,
        "--quiet",
        "--no-index",
        "--no-report",
    ]);
    let gold = corpus.join("gold.jsonl").to_string_lossy().into_owned();
    let printed = verbatim(&["agree", &dir, &gold, "--json", "--replicates", "10"]);
    let agreement: Value = serde_json::from_slice(&printed).unwrap();
    assert_eq!(agreement["notes"], 81, "every note is read by both");
    let [
        first,
        second,
        first_met,
        second_met,
        same_assertion,
        same_voice,
    ] = sums(&agreement);
    let (precision, recall) = (first_met / first, second_met / second);
    println!("all: precision {precision:.2}, recall {recall:.2}");
    println!(
        "assertion {:.2}, voice {:.2}",
        same_assertion / second_met,
        same_voice / second_met
    );
    // Floors well below what is reached, so that only a real loss fails.
    assert!(
        precision > 0.82 && recall > 0.77,
        "precision {precision:.2}, recall {recall:.2}"
    );
    assert!(same_assertion / second_met > 0.85);
    assert!(same_voice / second_met > 0.75);
}
