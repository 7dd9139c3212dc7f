//! Hostile files: each ends in the ledger as corpora/broken/README.md says, and costs no other its
//! notes.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::fs;
use std::path::Path;

use verbatim::codebook::reading::english;
use verbatim::ingest::{Options, Reading, read};
use verbatim::model::corpus::Note;

fn reading(folder: &Path) -> Reading {
    read(folder, &Options::default(), &english().unwrap(), &|_, _| {}).unwrap()
}

/// File, outcome, notes, and words that its reason holds.
const EXPECTED: &[(&str, &str, usize, &[&str])] = &[
    ("README.md", "skipped", 0, &["README"]),
    ("bidi-and-zero-width.txt", "read", 1, &[]),
    ("blank-lines-only.txt", "skipped", 0, &["no text"]),
    ("cr-only-line-ends.txt", "read", 1, &[]),
    ("deeply-nested-line.jsonl", "partly_read", 2, &["line 2"]),
    ("duplicate-column-names.csv", "read", 2, &["\"note\""]),
    (
        "duplicate-participant-id/P01 2021-03-02 ketamine.txt",
        "read",
        1,
        &[],
    ),
    (
        "duplicate-participant-id/P02 2021-03-04 integration.txt",
        "read",
        1,
        &[],
    ),
    (
        "duplicate-participant-id/participants.csv",
        "skipped",
        0,
        &["participants' table", "P01"],
    ),
    ("empty.txt", "skipped", 0, &["empty"]),
    ("formula-cells.csv", "read", 9, &[]),
    ("header-only.csv", "read", 0, &["no rows"]),
    ("header-then-random-bytes.pdf", "failed", 0, &["PDF"]),
    ("html-and-script-in-note.txt", "read", 1, &[]),
    ("html-called-xlsx.xlsx", "failed", 0, &["HTML", "save it"]),
    ("impossible-date-in-text.txt", "read", 1, &[]),
    ("impossible-dates.csv", "read", 5, &[]),
    (
        "lines-not-objects.jsonl",
        "failed",
        0,
        &["line 1", "line 5", "not an object"],
    ),
    ("long-line-100kB.txt", "read", 1, &[]),
    ("make.sh", "skipped", 0, &["program"]),
    ("mixed-day-and-month-order.csv", "read", 4, &[]),
    (
        "no-note-column.csv",
        "failed",
        0,
        &["no column of notes", "bp_before"],
    ),
    ("nul-bytes.txt", "read", 1, &["5 NUL"]),
    ("one-broken-line.jsonl", "partly_read", 2, &["line 2"]),
    ("only-quotation-marks.txt", "read", 1, &["no words"]),
    (
        "ragged-row-and-unclosed-quote.csv",
        "partly_read",
        5,
        &["line 3", "line 4", "line 5", "line 6", "never closes"],
    ),
    ("random-bytes.pdf", "failed", 0, &["not a PDF"]),
    ("random-bytes.txt", "failed", 0, &["binary"]),
    ("same-note-id-a.md", "read", 1, &[]),
    ("same-note-id-b.md", "read", 1, &[]),
    ("skipped/LICENSE", "skipped", 0, &["licence"]),
    ("skipped/P01 2022-02-08 ketamine.txt", "read", 1, &[]),
    ("skipped/README.md", "skipped", 0, &["README"]),
    ("tabs-called-csv.csv", "read", 2, &["separated by tabs"]),
    ("text-called-docx.docx", "read", 1, &["plain text"]),
    ("truncated.xlsx", "failed", 0, &["cut off"]),
    ("truncated.zip", "failed", 0, &["cut off"]),
    ("unbalanced-quotation-marks.txt", "read", 1, &[]),
    ("utf16-with-bom.txt", "read", 1, &[]),
    ("utf16be-with-bom.txt", "read", 1, &[]),
    ("utf16le-without-bom.txt", "read", 1, &[]),
    (
        "utf8-invalid-bytes-in-the-middle.txt",
        "read",
        1,
        &["4 bytes", "line 5"],
    ),
];

#[test]
fn every_hostile_file_ends_in_the_ledger_as_its_readme_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/broken");
    // What make.sh makes lies in a folder of its own, and is not committed.
    let reading = reading(&folder);
    let files = reading.ledger.rows.iter().filter(|r| r.locator.is_empty());
    let files: Vec<_> = files
        .filter(|r| !r.source.starts_with("generated/"))
        .collect();
    let names: Vec<_> = files.iter().map(|r| r.source.as_str()).collect();
    let expected: Vec<_> = EXPECTED.iter().map(|e| e.0).collect();
    assert_eq!(names, expected);
    for (row, (source, outcome, notes, words)) in files.iter().zip(EXPECTED) {
        assert_eq!(row.outcome.as_str(), *outcome, "{source}: {}", row.reason);
        assert_eq!(row.notes, *notes, "{source}: {}", row.reason);
        for word in *words {
            assert!(row.reason.contains(word), "{source}: {}", row.reason);
        }
    }
    texts_are_whole(&reading);
}

fn texts_are_whole(reading: &Reading) {
    let text = |id: &str| -> String {
        let at = reading
            .corpus
            .notes
            .iter()
            .position(|n| n.id.as_str() == id);
        reading
            .texts
            .text(at.unwrap_or_else(|| panic!("no note {id}")))
            .unwrap()
    };
    let note = |id: &str| -> &Note {
        let found = reading.corpus.notes.iter().find(|n| n.id.as_str() == id);
        found.unwrap_or_else(|| panic!("no note {id}"))
    };
    assert_eq!(
        text("R-1"),
        "IM 1.9 mg/kg. Mild nausea, resolved by evening."
    );
    assert_eq!(
        text("R-5"),
        "Said that it was \"like being rocked\". Denies dizziness."
    );
    assert_eq!(
        text("R-6"),
        "Laughed about the goat again. Sleeping through."
    );
    assert_eq!(text("R-4"), "Unquoted, with a comma, and more after it.");
    assert!(text("C-1").contains("Mild nausea") && text("C-1").contains("Second column"));
    assert!(text("C-2").starts_with("Only the second column"));
    assert!(!note("C-2").warnings.is_empty());
    assert_eq!(text("F-3"), "-2");
    assert_eq!(text("F-9"), "\tBegins with a tab. Denies headache.");
    assert!(text("utf16-with-bom.txt").contains("café"));
    assert!(text("utf16be-with-bom.txt").contains("Naïve"));
    assert!(!text("utf16le-without-bom.txt").contains(['\0', '\r', '\u{FEFF}']));
    let damaged = text("utf8-invalid-bytes-in-the-middle.txt");
    assert!(damaged.contains("Zoë") && damaged.contains("“Fine,”"));
    assert!(
        !note("utf8-invalid-bytes-in-the-middle.txt")
            .warnings
            .is_empty()
    );
    assert!(text("nul-bytes.txt").contains("Mild nausea"));
    assert!(text("cr-only-line-ends.txt").starts_with("Participant: P01\nDate: 2021-09-01\n"));
    assert!(
        text("long-line-100kB.txt")
            .trim_end()
            .ends_with("Denies dizziness.")
    );
    note("same-note-id-a.md#N-17");
    note("same-note-id-b.md#N-17");
}

#[cfg(unix)]
#[test]
fn odd_names_and_links_are_rows_and_nothing_more() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let note = "Participant: P01\nDate: 2022-03-08\n\nMild nausea, resolved by evening.";
    fs::write(
        dir.path().join(std::ffi::OsStr::from_bytes(b"caf\xE9.txt")),
        note,
    )
    .unwrap();
    fs::write(at("with\nline.txt"), note).unwrap();
    symlink("b.txt", at("a.txt")).unwrap();
    symlink("a.txt", at("b.txt")).unwrap();
    symlink("gone.txt", at("c.txt")).unwrap();
    fs::create_dir(at("d")).unwrap();
    symlink("..", at("d/up")).unwrap();
    let reading = reading(dir.path());
    let rows: Vec<_> = reading
        .ledger
        .rows
        .iter()
        .map(|r| (r.source.as_str(), r.outcome.as_str()))
        .collect();
    let expected = [
        ("a.txt", "failed"),
        ("b.txt", "failed"),
        ("c.txt", "failed"),
        ("caf%E9.txt", "read"),
        ("d/up", "skipped"),
        ("with\nline.txt", "read"),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_note_over_the_limit_fails_with_the_limit_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = Options::default();
    options.limits.note_bytes = 100_000;
    let long = "no change, went on as before, ".repeat(10_000);
    fs::write(dir.path().join("a.txt"), &long).unwrap();
    fs::write(
        dir.path().join("b.csv"),
        format!("id,note\n1,{long}\n2,fine today\n"),
    )
    .unwrap();
    fs::write(
        dir.path().join("c.jsonl"),
        format!("{{\"id\": \"x\", \"note\": \"{long}\"}}\n{{\"id\": \"y\", \"note\": \"fine\"}}\n"),
    )
    .unwrap();
    let reading = read(dir.path(), &options, &english().unwrap(), &|_, _| {}).unwrap();
    let files = reading.ledger.rows.iter().filter(|r| r.locator.is_empty());
    let outcomes: Vec<_> = files.map(|r| (r.outcome.as_str(), r.notes)).collect();
    assert_eq!(
        outcomes,
        [("failed", 0), ("partly_read", 1), ("partly_read", 1)]
    );
    assert!(reading.ledger.rows[0].reason.contains("over the limit"));
}
