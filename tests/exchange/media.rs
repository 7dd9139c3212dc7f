//! Sources that are no text: what refers to one is told so, and is not called a reference that leads
//! nowhere.

use std::path::Path;

use crate::refi::qdpx;
use crate::theirs::{CODE, TEXT, project};
use crate::{columns, counts, done, path, table, verbatim};

const PICTURE: &str = "44444444-4444-4444-8444-444444444441";
const PDF: &str = "44444444-4444-4444-8444-444444444442";
const NOWHERE: &str = "44444444-4444-4444-8444-444444444449";

/// A picture, a PDF with its text, and a case, sets and links that refer to them.
fn with_media(guid: &str) -> String {
    let sources = format!(
        "<PictureSource guid='{PICTURE}' name='a.jpg' path='internal://a.jpg'/>\
         <PDFSource guid='{PDF}' name='b.pdf' path='internal://b.pdf'>\
         <PDFSelection guid='44444444-4444-4444-8444-444444444443' name='calm' page='1' firstX='1' \
         firstY='1' secondX='2' secondY='2'/>\
         <Representation guid='44444444-4444-4444-8444-444444444444' name='b.txt' \
         plainTextPath='internal://t.txt'/></PDFSource>"
    );
    let rest = format!(
        "<Notes/><Links><Link guid='55555555-5555-4555-8555-555555555551' name='l' \
         originGUID='{guid}' targetGUID='44444444-4444-4444-8444-444444444443'/></Links>\
         <Sets><Set guid='55555555-5555-4555-8555-555555555552' name='s'>\
         <MemberCode targetGUID='{CODE}'/><MemberSource targetGUID='{guid}'/></Set></Sets></Project>"
    );
    let case = format!(
        "<Cases><Case guid='55555555-5555-4555-8555-555555555553' name='P1'>\
         <SourceRef targetGUID='{guid}'/></Case></Cases><Sources>"
    );
    project(&sources)
        .replace("<Sources>", &case)
        .replace("</Project>", &rest)
}

/// What `--lint` says of a project, and its folder once it was imported.
fn read(dir: &Path, guid: &str) -> (bool, String) {
    let file = qdpx(dir, &with_media(guid), &[("t.txt", TEXT.as_bytes())]);
    let lint = verbatim(&["import", &file, "--lint"]);
    done(&["import", &file, "--out", &path(dir, "back")]);
    let said = String::from_utf8_lossy(&lint.stdout).into_owned();
    (lint.status.success(), said)
}

#[test]
fn what_refers_to_a_picture_is_listed_and_no_finding() {
    let dir = tempfile::tempdir().unwrap();
    let (is_well, said) = read(dir.path(), PICTURE);
    assert!(is_well && !said.contains("V713"), "{said}");
    let back = dir.path().join("back");
    assert_eq!(columns(&back.join("sets.csv"), &["member"]), ["calm"]);
    assert_eq!(counts(&back, "link"), (2, 0, 2));
    let rows = table(&back.join("import-report.csv"));
    let told = |item: &str| {
        let mut own = rows
            .iter()
            .filter(|r| r["item"] == item && !r["reason"].is_empty());
        own.any(|r| r["reason"].contains("is a picture, which is not carried over"))
    };
    assert!(told("set") && told("link"), "{rows:?}");
}

#[test]
fn what_refers_to_a_pdf_means_the_note_of_its_text() {
    let dir = tempfile::tempdir().unwrap();
    let (is_well, said) = read(dir.path(), PDF);
    assert!(is_well && !said.contains("V713"), "{said}");
    let back = dir.path().join("back");
    let members = columns(&back.join("sets.csv"), &["kind", "member"]);
    assert_eq!(members, ["code|calm", "note|b.pdf"]);
    let note = std::fs::read_to_string(back.join("notes.jsonl")).unwrap();
    assert!(note.contains("\"participant_id\":\"P1\""), "{note}");
    assert_eq!(counts(&back, "link"), (2, 1, 1));
}

#[test]
fn what_refers_to_nothing_is_a_finding() {
    let dir = tempfile::tempdir().unwrap();
    let (is_well, said) = read(dir.path(), NOWHERE);
    assert!(!is_well);
    for what in ["The set \"s\"", "The case \"P1\"", "The link \"l\""] {
        assert!(said.contains(what), "{what}: {said}");
    }
    assert_eq!(said.matches("V713").count(), 3, "{said}");
}
