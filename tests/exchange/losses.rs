//! What a format cannot hold is counted and listed: in = kept + listed, on the way out and in.

use std::fs;
use std::path::Path;

use crate::refi::qdpx;
use crate::theirs::{CODE, TEXT, TEXT_ID, project, selection, source};
use crate::{columns, counts, done, path, run_folder, table};

/// (in, kept, listed) of an item in an export's report.
fn went_out(report: &Path, item: &str) -> [String; 3] {
    let rows = table(report);
    ["in", "kept", "listed"].map(|outcome| {
        let row = rows
            .iter()
            .find(|r| r["item"] == item && r["outcome"] == outcome);
        row.map_or(String::new(), |r| r["count"].clone())
    })
}

/// Adds rows to the codings of a run's folder.
fn add_codings(out: &Path, rows: &[&str]) {
    let file = out.join("codings.csv");
    let old = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{old}{}\n", rows.join("\n"))).unwrap();
}

/// Twice the same code on the same passage by the same coder, and a place that is none.
const HARD: [&str; 2] = [
    "c6,n/1.txt,safe,31,46,,affirmed,clinician,true,,,,,Reviewer",
    "c7,n/1.txt,safe,900,946,,affirmed,clinician,true,,,,,Reviewer",
];

#[test]
fn codings_that_qualcoder_holds_once_are_listed() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    add_codings(&out, &HARD);
    let (file, back) = (path(dir.path(), "p.qda"), dir.path().join("back"));
    done(&["export", &out.to_string_lossy(), "--to", &file]);
    let report = dir.path().join("p.export-report.csv");
    assert_eq!(went_out(&report, "coding"), ["7", "5", "2"]);
    let told = fs::read_to_string(&report).unwrap();
    assert!(told.contains("the format holds it once"), "{told}");
    assert!(told.contains("outside the note"), "{told}");
    done(&["import", &file, "--out", &back.to_string_lossy()]);
    assert_eq!(counts(&back, "coding"), (5, 5, 0));
}

#[test]
fn a_passage_coded_twice_alike_goes_through_taguette_and_refi() {
    for ending in ["sqlite3", "qdpx"] {
        let dir = tempfile::tempdir().unwrap();
        let out = run_folder(dir.path());
        add_codings(&out, &HARD);
        let file = path(dir.path(), &format!("p.{ending}"));
        let back = dir.path().join("back");
        done(&["export", &out.to_string_lossy(), "--to", &file]);
        done(&["import", &file, "--out", &back.to_string_lossy()]);
        let report = dir.path().join("p.export-report.csv");
        assert_eq!(went_out(&report, "coding"), ["7", "6", "1"], "{ending}");
        assert_eq!(counts(&back, "coding"), (6, 6, 0), "{ending}");
        let safe = columns(&back.join("codings.csv"), &["code", "start", "end"]);
        let safe = safe.iter().filter(|c| *c == "safe|31|46").count();
        assert_eq!(safe, 3, "{ending}");
    }
}

#[test]
fn a_memo_whose_coding_is_lost_stands_alone_and_its_facts_are_listed() {
    let memo = |n: u8, name: &str, text: &str| {
        format!(
            "<Note guid='ffffffff-1111-4111-8111-11111111111{n}' name='{name}'>\
             <PlainTextContent>{text}</PlainTextContent></Note>"
        )
    };
    let memos = memo(1, "memo", "why so?")
        + &memo(2, "verbatim", "assertion: negated")
        + &memo(3, "memo", "calm indeed")
        + &memo(4, "diary", "a long day");
    let reference =
        |n: u8| format!("<NoteRef targetGUID='ffffffff-1111-4111-8111-11111111111{n}'/>");
    let lost = selection(1, "felt calm")
        .replace(CODE, "dddddddd-1111-4111-8111-111111111111")
        .replace(
            "</Coding>",
            &format!("{}{}</Coding>", reference(1), reference(2)),
        );
    let kept =
        selection(2, "safe at home").replace("</Coding>", &format!("{}</Coding>", reference(3)));
    let text = source("n1", &format!("internal://{TEXT_ID}.txt"), &(lost + &kept));
    let xml = project(&text);
    let after = xml.replace("</Sources>", &format!("</Sources><Notes>{memos}</Notes>"));
    // The schema has memos behind texts; a program that writes them before is read as well.
    let before = xml.replace("<Sources>", &format!("<Notes>{memos}</Notes><Sources>"));
    for xml in [after, before] {
        let dir = tempfile::tempdir().unwrap();
        let name = format!("{TEXT_ID}.txt");
        let file = qdpx(dir.path(), &xml, &[(&name, TEXT.as_bytes())]);
        let back = dir.path().join("back");
        done(&["import", &file, "--out", &back.to_string_lossy()]);
        assert_eq!(counts(&back, "memo"), (4, 3, 1));
        let alone = columns(&back.join("memos.csv"), &["memo"]);
        assert_eq!(alone, ["a long day", "why so?"]);
        let codings = columns(&back.join("codings.csv"), &["text", "memo"]);
        assert_eq!(codings, ["safe at home|calm indeed"]);
    }
}
