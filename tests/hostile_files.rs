//! Every format handed what it should not be: cut off, with changed bytes, nested without end, and
//! growing without end. Each file has one row in the ledger, with a reason where it was not read
//! whole, and costs the note beside it nothing.

#![expect(clippy::unwrap_used, reason = "a test ends where its ground gives way")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use verbatim::codebook::reading::english;
use verbatim::ingest::{Limits, Options, read};
use verbatim::model::reading::ReadingRules;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A file of each format, and the name it is read under.
const FORMATS: &[(&str, &str)] = &[
    ("documents/form.docx", "a.docx"),
    ("documents/form-lo.odt", "a.odt"),
    ("documents/integration-lo.fodt", "a.fodt"),
    ("documents/word-like.rtf", "a.rtf"),
    ("documents/emr-export.html", "a.html"),
    ("documents/two pages.pdf", "a.pdf"),
    ("documents/table.xlsx", "a.xlsx"),
    ("documents/table.xls", "a.xls"),
    ("documents/table-lo.ods", "a.ods"),
    ("documents/bundle.json", "a.json"),
    ("documents/references.ndjson", "a.ndjson"),
    ("documents/progress.xml", "a.xml"),
    ("documents/archive", "a.zip"),
    ("documents/message.eml", "a.eml"),
    ("clinics/cedar/rpt_0427_clin_notes.csv", "a.csv"),
    ("clinics/cedar/portal.jsonl", "a.jsonl"),
    ("clinics/juniper/2021-04 sessions.md", "a.md"),
    ("clinics/tidewater/TW-07 running.txt", "a.txt"),
];

fn fixture(path: &str) -> Vec<u8> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    fs::read(tests.join(path)).unwrap()
}

fn small() -> Options {
    Options {
        limits: Limits {
            unpacked_bytes: 4 << 20,
            note_bytes: 4 << 20,
            ..Limits::default()
        },
        ..Options::default()
    }
}

/// Outcome and reason of one file, read beside a good note, which must come through.
fn outcome(name: &str, bytes: &[u8]) -> (String, String) {
    static RULES: LazyLock<ReadingRules> = LazyLock::new(|| english().unwrap());
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(name), bytes).unwrap();
    fs::write(dir.path().join("good.txt"), "P01, 2021-03-04. Slept well.").unwrap();
    let reading = read(dir.path(), &small(), &RULES, &|_, _| {}).unwrap();
    let notes = &reading.corpus.notes;
    assert_eq!(reading.ledger.notes(), notes.len(), "{name}");
    assert!(notes.iter().any(|n| &*n.source == "good.txt"), "{name}");
    let rows = reading.ledger.rows.iter();
    let own: Vec<_> = rows
        .filter(|r| r.source == name && r.locator.is_empty())
        .collect();
    assert_eq!(own.len(), 1, "{name} has one row");
    let outcome = own[0].outcome.as_str();
    let of_members =
        reading.ledger.rows.iter().filter(|r| {
            r.source.starts_with(&format!("{name}/")) && r.outcome.as_str() == "failed"
        });
    let reasons: Vec<&str> = std::iter::once(own[0])
        .chain(of_members)
        .map(|r| r.reason.as_str())
        .collect();
    assert!(outcome == "read" || !own[0].reason.is_empty(), "{name}");
    (outcome.to_owned(), reasons.join("; "))
}

#[test]
fn files_that_are_cut_off_anywhere_have_one_row() {
    for (path, name) in FORMATS {
        let bytes = fixture(path);
        for part in [0, 7, 50, 99] {
            let cut = &bytes[..bytes.len() * part / 100];
            outcome(name, cut);
        }
    }
}

#[test]
fn files_with_changed_bits_have_one_row() {
    for (path, name) in FORMATS {
        let whole = fixture(path);
        // The same places in every run: a step of golden sections through the file.
        for round in 1_usize..4 {
            let mut bytes = whole.clone();
            for step in 1..=round * 3 {
                let at = (step * round * 40_503) % bytes.len();
                bytes[at] ^= 1 << (step % 8);
            }
            outcome(name, &bytes);
        }
    }
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
const ODT: (&str, &[u8]) = ("mimetype", b"application/vnd.oasis.opendocument.text");
const ODS: (&str, &[u8]) = (
    "mimetype",
    b"application/vnd.oasis.opendocument.spreadsheet",
);

/// A workbook of one sheet.
fn workbook(sheet: &str) -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let book = format!(
        "<workbook xmlns=\"{space}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let links = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let sheet = format!("<worksheet xmlns=\"{space}\">{sheet}</worksheet>");
    packed(&[
        TYPES,
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn spreadsheet(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"a\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    packed(&[ODS, ("content.xml", content.as_bytes())])
}

/// Fails, or is partly read, with a reason that holds a word.
fn refused(name: &str, bytes: &[u8], word: &str) {
    let (outcome, reason) = outcome(name, bytes);
    assert_ne!(outcome, "read", "{name} ({word}): {reason}");
    assert!(reason.contains(word), "{name}: {outcome}: {reason}");
}

#[test]
fn what_nests_without_end_is_refused_in_every_format_that_nests() {
    let deep = |open: &str| open.repeat(50_000);
    let word = deep("<w:p>");
    refused(
        "a.docx",
        &packed(&[TYPES, ("word/document.xml", word.as_bytes())]),
        "inside each other",
    );
    let text = format!(
        "<office:document-content><office:body><office:text>{}",
        deep("<text:section>")
    );
    refused(
        "a.odt",
        &packed(&[ODT, ("content.xml", text.as_bytes())]),
        "inside each other",
    );
    let flat = format!(
        "<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:body><office:text>{}",
        deep("<text:section>")
    );
    refused("a.fodt", flat.as_bytes(), "inside each other");
    refused(
        "a.rtf",
        format!("{{\\rtf1{}", deep("{")).as_bytes(),
        "inside each other",
    );
    refused(
        "a.html",
        deep("<table><tr><td>").as_bytes(),
        "inside each other",
    );
    let ccda = format!("<ClinicalDocument>{}", deep("<component>"));
    refused("a.xml", ccda.as_bytes(), "inside each other");
    let bundle = format!("{{\"resourceType\":\"Bundle\",\"entry\":{}", deep("["));
    refused("a.json", bundle.as_bytes(), "inside each other");
    refused("b.json", format!("[{}", deep("{\"a\":")).as_bytes(), "");
    refused(
        "a.jsonl",
        format!("{{\"note\":{}", deep("[")).as_bytes(),
        "line 1",
    );
    refused(
        "loop.pdf",
        &fixture("documents/loop.pdf"),
        "hold themselves",
    );
    refused("a.xlsx", &workbook(&deep("<sheetData>")), "");
    refused("a.ods", &spreadsheet(&deep("<table:table-row>")), "");
    let mut archive = packed(&[("a.txt", b"Slept well.")]);
    for _ in 0..40 {
        archive = packed(&[("a.zip", &archive)]);
    }
    // The archive itself is read; what lies too deep in it is a row of its own.
    let (_, reason) = outcome("a.zip", &archive);
    assert!(reason.contains("archives inside each other"), "{reason}");
}

#[test]
fn what_grows_without_end_is_refused_in_every_format_that_grows() {
    let blanks = vec![b' '; 5 << 20];
    let too_large = "more than 4 MB";
    refused(
        "a.docx",
        &packed(&[TYPES, ("word/document.xml", &blanks)]),
        too_large,
    );
    refused(
        "a.odt",
        &packed(&[ODT, ("content.xml", &blanks)]),
        too_large,
    );
    refused(
        "a.ods",
        &packed(&[ODS, ("content.xml", &blanks)]),
        too_large,
    );
    refused("a.xlsx", &workbook(&" ".repeat(5 << 20)), too_large);
    refused("bomb.pdf", &fixture("documents/bomb.pdf"), too_large);
    refused("a.zip", &packed(&[("a.txt", &blanks)]), too_large);
    // A cell, or a row, that says it stands there a million times.
    let cell = "<table:table-row><table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"16000\"><text:p>note</text:p></table:table-cell></table:table-row>";
    let rows = cell.replacen(
        "<table:table-row>",
        "<table:table-row table:number-rows-repeated=\"1000000\">",
        1,
    );
    refused("rows.ods", &spreadsheet(&rows), "");
    let far = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>note</t></is></c></row><row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>Slept.</t></is></c></row></sheetData>";
    refused("far.xlsx", &workbook(far), "");
}

#[test]
fn entities_that_hold_each_other_do_not_grow() {
    // Entities that hold each other.
    let mut laughs = "<!DOCTYPE a [<!ENTITY l0 \"ha\">".to_owned();
    for n in 1..30 {
        let own = format!("&l{};", n - 1).repeat(10);
        write!(laughs, "<!ENTITY l{n} \"{own}\">").unwrap();
    }
    laughs.push_str("]>");
    for (name, around) in [
        (
            "a.xml",
            [
                "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><text>",
                "</text></ClinicalDocument>",
            ],
        ),
        ("a.html", ["<html><body><p>", "</p></body></html>"]),
        (
            "a.fodt",
            [
                "<office:document office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:body><office:text><text:p>",
                "</text:p></office:text></office:body></office:document>",
            ],
        ),
    ] {
        let bytes = format!("{laughs}{}&l29;{}", around[0], around[1]);
        let (_, reason) = outcome(name, bytes.as_bytes());
        assert!(reason.len() < 10_000, "{name}");
    }
}

#[test]
fn a_note_over_the_limit_is_refused_in_every_format() {
    // Text over the length of a note, in a format that does not unpack.
    let long = "Slept well, and ate, and slept. ".repeat(200_000);
    refused("long.txt", long.as_bytes(), "over the limit");
    refused("long.md", long.as_bytes(), "over the limit");
    refused(
        "long.csv",
        format!("id,note\n1,\"{long}\"\n").as_bytes(),
        "over the limit",
    );
    refused(
        "long.jsonl",
        format!("{{\"note\": \"{long}\"}}\n").as_bytes(),
        "over the limit",
    );
    refused("long.rtf", format!("{{\\rtf1 {long}}}").as_bytes(), "limit");
    refused(
        "long.html",
        format!("<html><p>{long}</p></html>").as_bytes(),
        "limit",
    );
    let ccda = format!(
        "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><component><structuredBody><component><section><title>Note</title><text>{long}</text></section></component></structuredBody></component></ClinicalDocument>"
    );
    refused("long.xml", ccda.as_bytes(), "limit");
    let data = STANDARD.encode(&long);
    let document = format!(
        "{{\"resourceType\":\"DocumentReference\",\"content\":[{{\"attachment\":{{\"contentType\":\"text/plain\",\"data\":\"{data}\"}}}}]}}"
    );
    refused("long.fhir.json", document.as_bytes(), "limit");
    let bundle = format!("{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{document}}}]}}");
    refused("long.bundle.json", bundle.as_bytes(), "limit");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "reads /proc")]
fn a_huge_text_in_a_small_archive_takes_no_more_memory_than_a_note_may() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("huge.txt", SimpleFileOptions::default())
        .unwrap();
    let megabyte = "Slept well, and ate.\n".repeat(50_000);
    for _ in 0..160 {
        zip.write_all(megabyte.as_bytes()).unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    fs::write(dir.path().join("a.zip"), bytes).unwrap();
    fs::write(
        dir.path().join("study.toml"),
        "[limits]\nnote_megabytes = 1\n",
    )
    .unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_verbatim"))
        .arg("check")
        .arg(dir.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak_of(child.id()));
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let done = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(said.contains("is over the limit"), "{said}");
    assert!(
        (1..250_000).contains(&most),
        "{most} kB for a text of 168 MB"
    );
}

/// The most memory that a program has taken so far, in kB; none once it has ended.
fn peak_of(id: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|l| l.split_whitespace().next()?.parse().ok());
    peak.unwrap_or(0)
}
