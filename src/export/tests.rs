//! What a user would miss of this stage.

use std::fs;
use std::path::Path;

use super::*;
use crate::model::codebook::Codebook;
use crate::model::coding::CueUse;
use crate::model::fixture::{OwnedNote, codebook, note};
use crate::model::ledger::{Ledger, LedgerRow, Outcome};
use crate::model::provenance::Provenance;
use crate::quote::{Picker, Rule};
use crate::tally::{About, Crosstab, SessionTotals, Tally};
use crate::text::Span;

fn write_all(dir: &Path, book: &Codebook, notes: &[OwnedNote]) {
    let mut tables = Tables::create(dir, book).expect("a folder");
    let (mut tally, mut picker) = (Tally::new(book), Picker::new());
    let mut by = Crosstab::new(book, vec!["set/ting".to_owned()]);
    for note in notes {
        let coded = note.coded();
        tables.note(&coded).expect("written");
        tally.add(&coded);
        picker.take(Rule::default().quotable(&coded)).expect("kept");
        by.add(&coded, About::default());
    }
    let ledger = Ledger {
        rows: vec![LedgerRow {
            source: "=evil.txt".to_owned(),
            locator: String::new(),
            sha256: "ab".to_owned(),
            bytes: 12,
            encoding: "utf-8".to_owned(),
            format: "text".to_owned(),
            outcome: Outcome::Read,
            reason: String::new(),
            notes: notes.len(),
        }],
    };
    picker
        .finish(&mut |row| tables.quote(&row))
        .expect("written");
    let totals = Totals {
        ledger: &ledger,
        tally: &tally,
        crosstabs: &[by],
        sessions: &SessionTotals::default(),
        compared: &[],
        session_types: &[],
    };
    let finished = tables.finish(&totals).expect("written");
    finished
        .run_json(&Provenance::default(), &ledger)
        .expect("written");
}

fn read(dir: &Path, name: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(dir.join(name))
        .expect("a table");
    let rows = reader.records().map(|r| r.expect("an even table"));
    rows.map(|r| r.iter().map(str::to_owned).collect())
        .collect()
}

fn sample() -> (Codebook, Vec<OwnedNote>) {
    let book = codebook(&["agency", "nausea"]);
    let mut first = note(
        0,
        "P1",
        "ketamine",
        "Voilà: {agency:affirmed:quote|=chose \"it\",\nalone}. Ñ no {nausea:negated|nausea}.",
        &book,
    );
    let at = first.text.find("no ").expect("a cue");
    first.codings[1].evidence.cue = Some(CueUse {
        span: Span::new(at, at + 2),
        rule: "no".into(),
        decides: "negated",
        ended_by: "".into(),
    });
    let second = note(1, "", "", "", &book);
    (book, vec![first, second])
}

#[test]
fn offsets_are_code_points_of_the_text_beside_them() {
    let dir = tempfile::tempdir().expect("a folder");
    let (book, notes) = sample();
    write_all(dir.path(), &book, &notes);
    let json = fs::read_to_string(dir.path().join("notes.jsonl")).expect("a file");
    let line: serde_json::Value =
        serde_json::from_str(json.lines().next().expect("a note")).expect("JSON");
    let text: Vec<char> = line["text"].as_str().expect("text").chars().collect();
    let rows = read(dir.path(), "codings.csv");
    assert_eq!(rows[0], CODING_COLUMNS);
    for row in &rows[1..] {
        let (start, end): (usize, usize) = (row[6].parse().expect("n"), row[7].parse().expect("n"));
        let slice: String = text[start..end].iter().collect();
        assert_eq!(row[8].trim_start_matches('\''), slice);
    }
    assert_eq!(rows[1][8], "'=chose \"it\",\nalone");
    assert_eq!(rows[2][13..15], ["nausea*", "no"]);
    assert_eq!(rows[2][11..13], ["false", "assertion"]);
}

#[test]
fn every_table_is_there_with_its_columns() {
    let dir = tempfile::tempdir().expect("a folder");
    let (book, notes) = sample();
    write_all(dir.path(), &book, &notes);
    assert_eq!(read(dir.path(), "notes.csv")[0], NOTE_COLUMNS);
    assert_eq!(read(dir.path(), "notes.csv").len(), 3);
    assert_eq!(read(dir.path(), "frequencies.csv")[0], FREQUENCY_COLUMNS);
    assert_eq!(read(dir.path(), "cooccurrence.csv").len(), 3);
    assert_eq!(read(dir.path(), "quotes.csv").len(), 2);
    assert_eq!(read(dir.path(), "identifiers.csv"), [IDENTIFIER_COLUMNS]);
    assert_eq!(read(dir.path(), "ledger.csv")[1][0], "'=evil.txt");
    let by = read(dir.path(), "frequencies_by_set_ting.csv");
    assert_eq!(by[0].last().map(String::as_str), Some("set/ting"));
    let run = fs::read(dir.path().join("run.json")).expect("a file");
    let run: serde_json::Value = serde_json::from_slice(&run).expect("JSON");
    assert_eq!(run["counts"]["codings"], 2);
    let there = fs::read_dir(dir.path()).expect("a folder").count();
    assert_eq!(run["files"].as_array().map(Vec::len), Some(there));
    assert_eq!(read(dir.path(), "comparisons.csv"), [COMPARISON_COLUMNS]);
    assert!(is_output(dir.path()));
}

#[test]
fn the_same_notes_give_the_same_bytes() {
    let (book, notes) = sample();
    let dirs = [(), ()].map(|()| tempfile::tempdir().expect("a folder"));
    for dir in &dirs {
        write_all(dir.path(), &book, &notes);
    }
    for entry in fs::read_dir(dirs[0].path()).expect("a folder") {
        let name = entry.expect("a file").file_name();
        let bytes = |i: usize| fs::read(dirs[i].path().join(&name)).expect("a file");
        assert_eq!(bytes(0), bytes(1), "{name:?}");
    }
}
