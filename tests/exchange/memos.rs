//! Memos on the study, its codes, notes, passages and codings go along.

use std::fs;

use crate::{columns, counts, done, path, run_folder};

const MEMOS: &str = "level,target,memo,author,date,title,start,end\n\
    study,,Pilot & to be redone,TB,2022-03-01,,,\n\
    code,feeling/joy,Only where it is said,Reviewer,,,,\n\
    code,feeling/joy,A second one,,,,,\n\
    note,n2,\"Two\nlines\",,,,,\n\
    note,n/1.txt,Here she pauses,TB,,Odd,20,28\n\
    coding,c3,Is this calm?,TB,13.11.2026,,,\n\
    code,no/such,lost,,,,,\n";

#[test]
fn memos_go_out_and_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    // Memos of a study stand above its output.
    fs::write(dir.path().join("memos.csv"), MEMOS).unwrap();
    let file = path(dir.path(), "p.qdpx");
    let said = done(&["export", &out.to_string_lossy(), "--to", &file]);
    assert!(said.contains("memo"), "{said}");
    let report = fs::read_to_string(dir.path().join("p.export-report.csv")).unwrap();
    assert!(report.contains("memo,lost,1,,lost,no/such"), "{report}");
    assert!(
        report.contains("memo,in,7") && report.contains("memo,kept,6"),
        "{report}"
    );
    let second = path(dir.path(), "q.qdpx");
    done(&["export", &out.to_string_lossy(), "--to", &second]);
    assert_eq!(fs::read(&file).unwrap(), fs::read(&second).unwrap());

    let back = dir.path().join("back");
    done(&["import", &file, "--out", &back.to_string_lossy()]);
    let wanted = [
        "code|feeling/joy|A second one||",
        "code|feeling/joy|Only where it is said||",
        "note|n/1.txt|Here she pauses|20|28",
        "note|n2|Two\nlines||",
        "study|out|Pilot & to be redone||",
    ];
    let columns_of = ["level", "target", "memo", "start", "end"];
    let found = columns(&back.join("memos.csv"), &columns_of);
    let found: Vec<String> = found
        .iter()
        .map(|l| l.replace(&study_name(&found), "out"))
        .collect();
    assert_eq!(found, wanted);
    let remarked = columns(&back.join("codings.csv"), &["text", "memo"]);
    assert!(
        remarked.contains(&" <calm>|Is this calm? (TB, 2026-11-13)".to_owned()),
        "{remarked:?}"
    );
    assert_eq!(
        counts(&back, "memo").1,
        5 + 1 + 5,
        "with what the rules say of five codings"
    );
    let authors = columns(&back.join("memos.csv"), &["author", "date"]);
    assert!(authors.contains(&"TB|2022-03-01".to_owned()), "{authors:?}");

    // Programs with one memo on each thing keep the words.
    for ending in ["qda", "sqlite3"] {
        let file = path(dir.path(), &format!("p.{ending}"));
        let back = dir.path().join(format!("back-{ending}"));
        done(&["export", &out.to_string_lossy(), "--to", &file]);
        done(&["import", &file, "--out", &back.to_string_lossy()]);
        let memos = fs::read_to_string(back.join("memos.csv")).unwrap();
        assert!(
            memos.contains("Pilot & to be redone (TB, 2022-03-01)"),
            "{memos}"
        );
        assert!(memos.contains("Two\nlines"), "{memos}");
        let book = fs::read_to_string(back.join("codebook.yaml")).unwrap();
        assert!(book.contains("Only where it is said"), "{book}");
    }
    let report = fs::read_to_string(dir.path().join("p.export-report.csv")).unwrap();
    assert!(report.contains("Here she pauses"), "{report}");
}

/// The project's name, which the memo on the study as a whole names.
fn study_name(rows: &[String]) -> String {
    let of_study = rows.iter().find(|l| l.starts_with("study|")).unwrap();
    of_study.split('|').nth(1).unwrap().to_owned()
}
