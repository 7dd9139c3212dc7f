//! Notes that were edited after they were coded: codings follow their words, and each is told.

use std::fs;
use std::path::Path;

use crate::refi::qdpx;
use crate::theirs::{TEXT, TEXT_ID, project, selection, source};
use crate::{columns, done, path, run_folder, table};

/// Reasons of the rows that a report has on codings, with the codings' words.
fn told(report: &Path) -> Vec<String> {
    let rows = table(report);
    let own = rows
        .iter()
        .filter(|r| r["item"] == "coding" && !r["reason"].is_empty());
    let line = |r: &std::collections::BTreeMap<String, String>| {
        let what = r["reason"].split(':').next().unwrap_or_default();
        format!("{} {what} {}", r["outcome"], r["name"])
    };
    own.map(line).collect()
}

/// Changes the text of the first note of a folder.
fn edit(out: &Path, change: impl Fn(&str) -> String) {
    let file = out.join("notes.jsonl");
    let notes = fs::read_to_string(&file).unwrap();
    let lines: Vec<String> = notes
        .lines()
        .enumerate()
        .map(|(number, line)| {
            let mut note: serde_json::Value = serde_json::from_str(line).unwrap();
            if number == 0 {
                note["text"] = change(note["text"].as_str().unwrap()).into();
            }
            note.to_string()
        })
        .collect();
    fs::write(file, lines.join("\n")).unwrap();
}

#[test]
fn codings_follow_their_words_into_every_format() {
    for ending in ["qdpx", "qda", "sqlite3"] {
        let dir = tempfile::tempdir().unwrap();
        let out = run_folder(dir.path());
        edit(&out, |text| {
            format!("LINE INSERTED.\n{}", text.replace("<calm>", "at peace"))
        });
        let (file, back) = (
            path(dir.path(), &format!("p.{ending}")),
            dir.path().join("back"),
        );
        done(&["export", &out.to_string_lossy(), "--to", &file]);
        let report = told(&dir.path().join("p.export-report.csv"));
        assert_eq!(
            report
                .iter()
                .filter(|r| !r.contains(" of "))
                .cloned()
                .collect::<Vec<_>>(),
            [
                "lost lost <calm>",
                "changed moved '=👩\u{200d}👧",
                "changed moved felt e\u{301}cstatic",
                "changed moved 1 \"safe\" at hom",
                "changed moved 1 \"safe\" at hom",
            ],
            "{ending}"
        );
        done(&["import", &file, "--out", &back.to_string_lossy()]);
        crate::words_stand(&back);
        let words = columns(&back.join("codings.csv"), &["text"]);
        assert_eq!(words.len(), 4, "{ending}");
        assert!(
            words.contains(&"felt e\u{301}cstatic".to_owned()),
            "{ending}: {words:?}"
        );
    }
}

#[test]
fn words_that_changed_come_with_their_new_words_into_tables() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    edit(&out, |text| text.replace("at home", "in hom"));
    let to = path(dir.path(), "tables");
    done(&["export", &out.to_string_lossy(), "--to", &to]);
    let quotes = columns(&dir.path().join("tables/quotes.csv"), &["start", "quote"]);
    let changed: Vec<_> = quotes.iter().filter(|q| q.contains("safe")).collect();
    assert_eq!(changed.len(), 2, "{quotes:?}");
    assert!(changed.iter().all(|q| q.contains("in hom")), "{quotes:?}");
}

#[test]
fn a_memo_on_a_passage_of_an_edited_note_stays_with_the_note() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    fs::write(
        out.join("memos.csv"),
        "level,target,memo,author,date,title,start,end\nnote,n/1.txt,look here,TB,,,5,9\n",
    )
    .unwrap();
    edit(&out, |text| format!("New. {text}"));
    let (file, back) = (path(dir.path(), "p.qdpx"), dir.path().join("back"));
    done(&["export", &out.to_string_lossy(), "--to", &file]);
    let report = fs::read_to_string(dir.path().join("p.export-report.csv")).unwrap();
    assert!(
        report.contains("cannot be told since the note's text was changed"),
        "{report}"
    );
    done(&["import", &file, "--out", &back.to_string_lossy()]);
    let memos = columns(
        &back.join("memos.csv"),
        &["level", "target", "memo", "start"],
    );
    assert_eq!(memos, ["note|n/1.txt|look here|"]);
}

#[test]
fn an_import_that_was_run_says_which_codings_to_export() {
    let dir = tempfile::tempdir().unwrap();
    let text = source(
        "n1",
        &format!("internal://{TEXT_ID}.txt"),
        &selection(1, "felt calm"),
    );
    let file = qdpx(
        dir.path(),
        &project(&text),
        &[(&format!("{TEXT_ID}.txt"), TEXT.as_bytes())],
    );
    let back = path(dir.path(), "back");
    done(&["import", &file, "--out", &back]);
    done(&["run", &back, "--no-index", "--no-report", "--quiet"]);
    let to = path(dir.path(), "again.qdpx");
    let refused = crate::verbatim(&["export", &back, "--to", &to]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    let run = format!("{back}/out");
    let own = format!("{back}/codings.csv");
    assert!(said.contains(&run) && said.contains(&own), "{said}");
    assert!(!Path::new(&to).exists());
    done(&["export", &own, "--to", &to]);
    let third = dir.path().join("third");
    done(&["import", &to, "--out", &third.to_string_lossy()]);
    assert_eq!(
        columns(&third.join("codings.csv"), &["text"]),
        ["felt calm"]
    );
    done(&["export", &run, "--to", &to, "--force"]);
    done(&["import", &to, "--out", &third.to_string_lossy(), "--force"]);
    assert_eq!(
        columns(&third.join("codings.csv"), &["text"]),
        ["felt calm"]
    );
}
