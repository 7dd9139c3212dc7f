//! Notes in the formats of office, layout and record programs: what is read of each, in which
//! order, and what the ledger says. tests/documents/README.md says what wrote the files.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use verbatim::codebook::reading::english;
use verbatim::ingest::{Limits, Options, Reading, read};
use verbatim::model::reading::ReadingRules;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents")
}

fn reading(folder: &Path, options: &Options) -> Reading {
    static RULES: LazyLock<ReadingRules> = LazyLock::new(|| english().unwrap());
    read(folder, options, &RULES, &|_, _| {}).unwrap()
}

/// Reads files that are written for it.
fn reading_of(files: &[(&str, &[u8])], options: &Options) -> Reading {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    reading(dir.path(), options)
}

fn without_expected() -> Options {
    Options {
        ignore: vec!["expected.txt".to_owned()],
        ..Options::default()
    }
}

/// Every note with what was recognised, and its text.
fn shown(reading: &Reading) -> String {
    let mut out = String::new();
    let mut notes: Vec<_> = reading.corpus.notes.iter().enumerate().collect();
    notes.sort_by_key(|(_, note)| (note.source.to_string(), note.locator.to_string()));
    for (i, note) in notes {
        let participant = note.participant.value.as_ref().map(ToString::to_string);
        let date = note.date.value.map(|d| d.to_string());
        let kind = note.session_type.value.as_ref().map(ToString::to_string);
        let facts = [participant, date, kind, Some(note.author.to_string())];
        let facts = facts.map(|f| f.unwrap_or_else(|| "unknown".to_owned()));
        let text = reading.texts.text(i).unwrap();
        writeln!(out, "===== {} | {}\n{text}", note.id, facts.join(" | ")).unwrap();
    }
    out
}

#[test]
fn every_note_is_read_as_expected_txt_says() {
    let reading = reading(&folder(), &without_expected());
    let path = folder().join("expected.txt");
    let shown = shown(&reading);
    if std::env::var_os("VERBATIM_WRITE_EXPECTED").is_some() {
        fs::write(&path, &shown).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    for (line, (is, should)) in shown.lines().zip(expected.lines()).enumerate() {
        assert_eq!(is, should, "line {} of expected.txt", line + 1);
    }
    assert_eq!(shown.lines().count(), expected.lines().count());
}

/// File, format, outcome, notes, and words that its reason holds.
const LEDGER: &[(&str, &str, &str, usize, &[&str])] = &[
    ("README.md", "", "skipped", 0, &["README"]),
    ("archive", "zip", "read", 0, &["2 files"]),
    (
        "archive/P13 2022-03-08 ketamine.txt",
        "text",
        "read",
        1,
        &[],
    ),
    ("archive/two notes.docx", "docx", "read", 2, &[]),
    ("bomb.pdf", "pdf", "failed", 0, &["no text"]),
    (
        "bundle.json",
        "fhir",
        "partly_read",
        4,
        &["Binary/77", "not fetched"],
    ),
    (
        "emr-export.html",
        "html",
        "read",
        1,
        &["1 hidden part", "1 deleted passage"],
    ),
    ("expected.txt", "", "skipped", 0, &["ignore"]),
    ("form-lo.doc", "doc", "failed", 0, &["save it as .docx"]),
    ("form-lo.html", "html", "read", 1, &["Harbor Street Clinic"]),
    (
        "form-lo.odt",
        "odt",
        "read",
        1,
        &["1 deleted passage", "1 comment", "1 hidden passage"],
    ),
    ("form-lo.pdf", "pdf", "read", 1, &[]),
    (
        "form-lo.rtf",
        "rtf",
        "read",
        1,
        &["1 deleted passage", "1 comment", "1 hidden passage"],
    ),
    (
        "form.docx",
        "docx",
        "read",
        1,
        &[
            "Printed from chart",
            "1 deleted passage",
            "1 comment",
            "1 hidden passage",
        ],
    ),
    ("integration-lo.docx", "docx", "read", 1, &["1 comment"]),
    ("integration-lo.fodt", "odt", "read", 1, &["1 comment"]),
    (
        "integration.odt",
        "odt",
        "read",
        1,
        &["Harbor Street Clinic", "footnotes", "1 comment"],
    ),
    ("locked.docx", "docx", "failed", 0, &["password"]),
    ("locked.pdf", "pdf", "failed", 0, &["password"]),
    ("locked.xlsx", "xlsx", "failed", 0, &["password"]),
    ("loop.pdf", "pdf", "failed", 0, &["hold themselves"]),
    ("make.py", "", "skipped", 0, &["program"]),
    ("message.eml", "eml", "read", 1, &["1 attached"]),
    ("message.eml/dosing note.docx", "docx", "read", 1, &[]),
    ("progress.xml", "ccda", "read", 1, &["1 deleted passage"]),
    ("references.ndjson", "fhir", "read", 2, &[]),
    ("scan.pdf", "pdf", "failed", 0, &["no text layer"]),
    ("table-lo.ods", "ods", "read", 2, &[]),
    ("table.xls", "xls", "read", 2, &[]),
    ("table.xlsx", "xlsx", "read", 2, &[]),
    ("two notes.docx", "docx", "read", 2, &["2 words before"]),
    (
        "two pages.pdf",
        "pdf",
        "read",
        1,
        &["Confidential Page 1 of 2"],
    ),
    (
        "word-like.rtf",
        "rtf",
        "read",
        1,
        &["1 deleted passage", "1 comment", "1 hidden passage"],
    ),
];

#[test]
fn every_file_ends_in_the_ledger_with_what_was_left_out() {
    let reading = reading(&folder(), &without_expected());
    let files = reading.ledger.rows.iter().filter(|r| r.locator.is_empty());
    let files: Vec<_> = files.collect();
    let names: Vec<_> = files.iter().map(|r| r.source.as_str()).collect();
    let expected: Vec<_> = LEDGER.iter().map(|e| e.0).collect();
    assert_eq!(names, expected);
    for (row, (source, format, outcome, notes, words)) in files.iter().zip(LEDGER) {
        assert_eq!(row.outcome.as_str(), *outcome, "{source}: {}", row.reason);
        assert_eq!(row.format, *format, "{source}");
        assert_eq!(row.notes, *notes, "{source}: {}", row.reason);
        for word in *words {
            assert!(row.reason.contains(word), "{source}: {}", row.reason);
        }
    }
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

#[test]
fn content_wins_over_the_name_and_the_ledger_says_so() {
    let cases = [
        ("form.docx", "note.txt", "named .txt, but it is a Word file"),
        ("form.docx", "note.zip", "named .zip, but it is a Word file"),
        (
            "integration.odt",
            "note.docx",
            "named .docx, but it is an OpenDocument text",
        ),
        (
            "word-like.rtf",
            "note.doc",
            "named .doc, but it is rich text",
        ),
        ("two pages.pdf", "note.docx", "named .docx, but it is a PDF"),
        (
            "emr-export.html",
            "note.doc",
            "named .doc, but it is a web page",
        ),
        ("table.xlsx", "note.pdf", "named .pdf, but it is a workbook"),
        ("form.docx", "note", ""),
    ];
    for (source, name, remark) in cases {
        let reading = reading_of(&[(name, &fixture(source))], &Options::default());
        let row = &reading.ledger.rows[0];
        assert_eq!(row.outcome.as_str(), "read", "{name}: {}", row.reason);
        assert!(row.reason.contains(remark), "{name}: {}", row.reason);
    }
}

/// A packed file of parts.
fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn small_limits() -> Options {
    Options {
        limits: Limits {
            unpacked_bytes: 4 << 20,
            ..Limits::default()
        },
        ..Options::default()
    }
}

fn failed_with(name: &str, bytes: &[u8], word: &str) {
    let reading = reading_of(&[(name, bytes)], &small_limits());
    let files: Vec<_> = reading
        .ledger
        .rows
        .iter()
        .filter(|r| r.locator.is_empty())
        .collect();
    assert_eq!(files.len(), 1);
    assert_eq!(
        files[0].outcome.as_str(),
        "failed",
        "{name}: {}",
        files[0].reason
    );
    assert!(
        files[0].reason.contains(word),
        "{name}: {}",
        files[0].reason
    );
}

#[test]
fn what_grows_or_nests_without_end_fails_with_a_reason() {
    let blanks = vec![b' '; 5 << 20];
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let odt: (&str, &[u8]) = ("mimetype", b"application/vnd.oasis.opendocument.text");
    failed_with(
        "a.docx",
        &packed(&[types, ("word/document.xml", &blanks)]),
        "more than 4 MB",
    );
    failed_with(
        "a.odt",
        &packed(&[odt, ("content.xml", &blanks)]),
        "more than 4 MB",
    );
    failed_with("bomb.pdf", &fixture("bomb.pdf"), "more than 4 MB");
    let deep = "<w:p>".repeat(50_000);
    failed_with(
        "a.docx",
        &packed(&[types, ("word/document.xml", deep.as_bytes())]),
        "inside each other",
    );
    failed_with(
        "a.rtf",
        format!("{{\\rtf1{}", "{".repeat(50_000)).as_bytes(),
        "inside each other",
    );
    let tables = "<table><tr><td>".repeat(50_000);
    failed_with("a.html", tables.as_bytes(), "inside each other");
    let ccda = format!("<ClinicalDocument>{}", "<component>".repeat(50_000));
    failed_with("a.xml", ccda.as_bytes(), "inside each other");
    let loud = format!(
        "{{\"resourceType\":\"Bundle\",\"entry\":{}",
        "[".repeat(50_000)
    );
    failed_with("a.json", loud.as_bytes(), "inside each other");
}

#[test]
fn every_limit_is_the_studys_to_set() {
    let limited = |name: &str, bytes: &[u8], limits: Limits, word: &str| {
        let options = Options {
            limits,
            ..Options::default()
        };
        let reading = reading_of(&[(name, bytes)], &options);
        let own = &reading.ledger.rows[0];
        assert!(own.reason.contains(word), "{name}: {}", own.reason);
    };
    let usual = Limits::default();
    let member: (&str, &[u8]) = ("a.txt", b"Slept well.");
    let two = packed(&[member, ("b.txt", b"Wept.")]);
    let one_file = Limits {
        archive_files: 1,
        ..usual
    };
    limited("a.zip", &two, one_file, "over the limit of 1");
    let unopened = Limits {
        archive_depth: 0,
        ..usual
    };
    limited("a.zip", &two, unopened, "more than 0 archives");
    let flat = Limits {
        nesting: 2,
        ..usual
    };
    limited("a.rtf", b"{\\rtf1 {a {b {c}}}}", flat, "more than 2 groups");
    limited(
        "form.docx",
        &fixture("form.docx"),
        flat,
        "more than 2 elements",
    );
    limited(
        "table.xlsx",
        &fixture("table.xlsx"),
        one_file,
        "over the limit of 1",
    );
}

#[test]
fn one_budget_holds_for_an_archive_and_all_inside_it() {
    let half = vec![b'x'; 3 << 20];
    let inner = packed(&[("a.txt", &half)]);
    let outer = packed(&[
        ("1.zip", &inner),
        ("2.zip", &inner),
        ("b.txt", b"Slept well."),
    ]);
    let reading = reading_of(&[("all.zip", &outer)], &small_limits());
    let of = |name: &str| {
        let row = reading.ledger.rows.iter().find(|r| r.source == name);
        row.map(|r| (r.outcome.as_str(), r.reason.clone())).unwrap()
    };
    assert_eq!(of("all.zip/1.zip/a.txt").0, "read");
    let (outcome, why) = of("all.zip/2.zip/a.txt");
    assert_eq!(outcome, "failed");
    assert!(why.contains("more than 4 MB"), "{why}");
}

/// Fixtures that are cut, flipped and renamed.
const CHANGED: &[&str] = &[
    "form.docx",
    "integration.odt",
    "integration-lo.fodt",
    "word-like.rtf",
    "form-lo.rtf",
    "emr-export.html",
    "two pages.pdf",
    "form-lo.pdf",
    "scan.pdf",
    "locked.pdf",
    "loop.pdf",
    "bundle.json",
    "references.ndjson",
    "progress.xml",
    "table.xls",
    "table-lo.ods",
    "locked.docx",
    "archive",
];

/// Whatever became of a file, it has one row, and a reason where it was not read.
fn accounted_for(files: &[(String, Vec<u8>)]) {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    let reading = reading_of(&files, &Options::default());
    for (name, _) in files {
        let rows = reading.ledger.rows.iter();
        let own: Vec<_> = rows
            .filter(|r| r.source == name && r.locator.is_empty())
            .collect();
        assert_eq!(own.len(), 1, "{name}");
        let read = own[0].outcome.as_str() == "read";
        assert!(read || !own[0].reason.is_empty(), "{name}");
    }
    assert_eq!(reading.ledger.notes(), reading.corpus.notes.len());
}

#[test]
fn files_that_are_cut_off_end_in_the_ledger() {
    let mut files = Vec::new();
    for name in CHANGED {
        let bytes = fixture(name);
        for part in [1, 10, 50, 90, 99] {
            let cut = bytes[..bytes.len() * part / 100].to_vec();
            files.push((format!("{part} {name}"), cut));
        }
    }
    accounted_for(&files);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn changed_files_never_panic_and_are_accounted_for(changes in proptest::collection::vec(
        (proptest::collection::vec((0.0_f64..1.0, any::<u8>()), 1..8), 0_usize..200), CHANGED.len())) {
        let changed = changes.into_iter().zip(CHANGED).map(|((flips, moved), name)| {
            let mut bytes = fixture(name);
            for (at, value) in flips {
                let at = (at * bytes.len() as f64) as usize;
                bytes[at] = value;
            }
            // A stretch that stands twice shifts all that comes behind it.
            let from = bytes.len() / 2;
            let again = bytes[from..(from + moved).min(bytes.len())].to_vec();
            bytes.splice(from..from, again);
            ((*name).to_owned(), bytes)
        });
        accounted_for(&changed.collect::<Vec<_>>());
    }
}
