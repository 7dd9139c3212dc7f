//! Taguette's and `QualCoder`'s databases.

use std::path::Path;
use std::process::Command;

use rusqlite::{Connection, params};

use crate::{CODING, columns, counts, done, path, run_folder, table, verbatim, words_stand};

const HTML: &str = "<h1>Visit 1</h1>\n<p>She felt <b>e\u{301}cstatic</b> 🎉 &amp; calm.</p><p>Next: <i>at home</i>🏠 again.</p>";

/// What Taguette counts: the bytes of text nodes.
const COUNTED: &str = "Visit 1\nShe felt e\u{301}cstatic 🎉 & calm.Next: at home🏠 again.";

fn taguette(file: &Path) {
    let db = Connection::open(file).unwrap();
    db.execute_batch(
        "CREATE TABLE projects (id integer primary key, name text, description text);
         CREATE TABLE documents (id integer primary key, name text, description text, filename text, project_id integer, contents text);
         CREATE TABLE tags (id integer primary key, project_id integer, path text, description text);
         CREATE TABLE highlights (id integer primary key, document_id integer, start_offset integer, end_offset integer, snippet text);
         CREATE TABLE highlight_tags (highlight_id integer, tag_id integer);
         CREATE TABLE commands (id integer primary key, user_login text, project_id integer, document_id integer, payload text);
         INSERT INTO projects VALUES (1, 'Home', 'A study');
         INSERT INTO tags VALUES (1, 1, 'feeling.joy', 'Joy, as said'), (2, 1, 'place', ''), (3, 1, 'old', '');",
    )
    .unwrap();
    db.execute(
        "INSERT INTO documents VALUES (1, 'visit 1', '', 'v.docx', 1, ?1)",
        params![HTML],
    )
    .unwrap();
    let highlights = [
        (
            1,
            "felt e\u{301}cstatic 🎉",
            "felt <b>e\u{301}cstatic</b> 🎉",
            "ann",
            vec![1],
        ),
        (2, "at home🏠", "<p><i>at home</i>🏠</p>", "bob", vec![1, 2]),
        (3, "& calm", "&amp; calm", "bob", vec![]),
    ];
    for (id, words, snippet, user, tags) in highlights {
        let at = COUNTED.find(words).unwrap();
        db.execute(
            "INSERT INTO highlights VALUES (?1, 1, ?2, ?3, ?4)",
            params![id, at as i64, (at + words.len()) as i64, snippet],
        )
        .unwrap();
        for tag in &tags {
            db.execute(
                "INSERT INTO highlight_tags VALUES (?1, ?2)",
                params![id, tag],
            )
            .unwrap();
        }
        let payload = serde_json::json!({ "type": "highlight_add", "highlight_id": id, "start_offset": at, "end_offset": 0, "tags": tags });
        db.execute(
            "INSERT INTO commands (user_login, payload) VALUES (?1, ?2)",
            params![user, payload.to_string()],
        )
        .unwrap();
    }
    db.execute(
        "INSERT INTO highlights VALUES (9, 1, 5000, 6000, 'nowhere')",
        [],
    )
    .unwrap();
    db.execute("INSERT INTO highlight_tags VALUES (9, 2)", [])
        .unwrap();
}

#[test]
fn taguette_comes_in_with_its_coders() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("t.sqlite3");
    taguette(&file);
    let back = dir.path().join("back");
    done(&[
        "import",
        &file.to_string_lossy(),
        "--out",
        &back.to_string_lossy(),
    ]);
    words_stand(&back);
    assert_eq!(
        columns(
            &back.join("codings.csv"),
            &["note_id", "code", "text", "coder"]
        ),
        [
            "visit 1|feeling/joy|at home🏠|bob",
            "visit 1|feeling/joy|felt e\u{301}cstatic 🎉|ann",
            "visit 1|place|at home🏠|bob",
        ]
    );
    assert_eq!(counts(&back, "coding"), (4, 3, 1));
    assert_eq!(counts(&back, "selection"), (4, 2, 2));
    assert_eq!(counts(&back, "code"), (3, 3, 0));
    assert_eq!(counts(&back, "coder"), (2, 2, 0));
}

#[test]
fn tables_of_taguette_find_their_words_in_the_notes() {
    let dir = tempfile::tempdir().unwrap();
    let notes = dir.path().join("notes.jsonl");
    let note = serde_json::json!({ "note_id": "v/visit 1.txt", "text": "She was at home🏠. Calm, then calm." });
    std::fs::write(&notes, note.to_string()).unwrap();
    let rows = [
        ["1", "visit 1", "place", "at home 🏠"],
        ["1", "visit 1", "feeling.joy", "at home 🏠"],
        ["2", "visit 1", "feeling", "alm"],
        ["3", "visit 2", "feeling", "gone"],
    ];
    let table = dir.path().join("all_tags.csv");
    let mut csv = csv::Writer::from_path(&table).unwrap();
    csv.write_record(["id", "document", "tag", "content"])
        .unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet
        .write_row(0, 0, ["id", "document", "tag", "content"])
        .unwrap();
    for (i, row) in (1..).zip(rows) {
        csv.write_record(row).unwrap();
        sheet.write_row(i, 0, row).unwrap();
    }
    csv.flush().unwrap();
    let workbook = dir.path().join("all_tags.xlsx");
    book.save(&workbook).unwrap();
    for file in [table, workbook] {
        let back = dir.path().join("back");
        let (file, notes) = (
            file.to_string_lossy().into_owned(),
            notes.to_string_lossy().into_owned(),
        );
        assert_eq!(
            verbatim(&["import", &file]).status.code(),
            Some(1),
            "places need the notes"
        );
        done(&[
            "import",
            &file,
            "--notes",
            &notes,
            "--out",
            &back.to_string_lossy(),
            "--force",
        ]);
        words_stand(&back);
        let expected = [
            "v/visit 1.txt|feeling/joy|at home🏠",
            "v/visit 1.txt|place|at home🏠",
        ];
        assert_eq!(
            columns(&back.join("codings.csv"), &["note_id", "code", "text"]),
            expected
        );
        assert_eq!(counts(&back, "coding"), (4, 2, 2));
    }
    let codebook = dir.path().join("codebook.csv");
    std::fs::write(
        &codebook,
        "tag,description,number of highlights,number of documents\na.b,\"B, in a\",1,1\n",
    )
    .unwrap();
    done(&["import", &codebook.to_string_lossy()]);
    let shown = done(&[
        "codebook",
        "show",
        &path(dir.path(), "codebook.yaml"),
        "--code",
        "a/b",
    ]);
    assert!(shown.contains("B, in a"), "{shown}");
}

#[test]
fn an_import_is_a_study_that_runs() {
    let dir = tempfile::tempdir().unwrap();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exchange/minimal.qdpx");
    let back = dir.path().join("back");
    done(&["import", sample, "--out", &back.to_string_lossy()]);
    done(&[
        "run",
        &back.to_string_lossy(),
        "--no-index",
        "--no-report",
        "--quiet",
    ]);
    let ledger = table(&back.join("out").join("ledger.csv"));
    let read = ledger
        .iter()
        .filter(|r| r["locator"].is_empty() && r["outcome"] != "skipped")
        .map(|r| r["source"].as_str());
    assert!(read.eq(["notes.jsonl"]), "{ledger:?}");
    let notes = table(&back.join("out").join("notes.csv"));
    assert_eq!(
        (
            notes[0]["note_id"].as_str(),
            notes[0]["participant_id"].as_str()
        ),
        ("P01 integration 1", "P01")
    );
}

#[test]
fn a_project_that_taguette_made_comes_in() {
    let python = std::env::var("VERBATIM_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("t.sqlite3");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/exchange/make_taguette.py"
    );
    let made = Command::new(python).arg(script).arg(&file).output();
    if !made.is_ok_and(|m| m.status.success()) {
        eprintln!("skipped: Taguette is not installed for the Python of VERBATIM_PYTHON");
        return;
    }
    let back = dir.path().join("back");
    done(&[
        "import",
        &file.to_string_lossy(),
        "--out",
        &back.to_string_lossy(),
    ]);
    words_stand(&back);
    let expected = [
        "visit 1|feeling/joy|felt e\u{301}cstatic 🎉|ann",
        "visit 1|feeling|& calm <3|bob",
        "visit 1|feeling|at home🏠|bob",
        "visit 1|place|at home🏠|bob",
    ];
    assert_eq!(
        columns(
            &back.join("codings.csv"),
            &["note_id", "code", "text", "coder"]
        ),
        expected
    );

    // Through REFI-QDA and QualCoder each span stays where it is.
    let (project, folder) = (path(dir.path(), "p.qdpx"), path(dir.path(), "p.qda"));
    let (second, third) = (dir.path().join("second"), dir.path().join("third"));
    done(&["export", &back.to_string_lossy(), "--to", &project]);
    done(&["import", &project, "--out", &second.to_string_lossy()]);
    done(&["export", &second.to_string_lossy(), "--to", &folder]);
    done(&["import", &folder, "--out", &third.to_string_lossy()]);
    let spans = ["note_id", "code", "start", "end", "text", "coder"];
    let of = |dir: &Path| columns(&dir.join("codings.csv"), &spans);
    assert_eq!(of(&second), of(&back));
    assert_eq!(of(&third), of(&back));
}

#[test]
fn a_run_goes_to_qualcoder_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let project = path(dir.path(), "p.qda");
    done(&["export", &out.to_string_lossy(), "--to", &project]);
    let back = dir.path().join("back");
    done(&["import", &project, "--out", &back.to_string_lossy()]);
    words_stand(&back);
    let spans = &CODING[..5];
    assert_eq!(
        columns(&back.join("codings.csv"), spans),
        columns(&out.join("codings.csv"), spans)
    );
    assert_eq!(counts(&back, "coding"), (5, 5, 0));
    let note: serde_json::Value = {
        let notes = std::fs::read_to_string(back.join("notes.jsonl")).unwrap();
        serde_json::from_str(notes.lines().next().unwrap()).unwrap()
    };
    assert_eq!(note["participant_id"], "P01");
    assert_eq!(note["session_type"], "ketamine");
    let again = verbatim(&["export", &out.to_string_lossy(), "--to", &project]);
    assert_eq!(
        again.status.code(),
        Some(1),
        "a project that is there is not written over"
    );
}

#[test]
fn qualcoder_positions_of_either_kind_lead_to_the_words() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let project = dir.path().join("p.qda");
    done(&[
        "export",
        &out.to_string_lossy(),
        "--to",
        &project.to_string_lossy(),
    ]);
    let db = Connection::open(project.join("data.qda")).unwrap();
    db.execute_batch("DELETE FROM code_text").unwrap();
    let text = "🎉🎉 felt safe 🎉 at home. Left.";
    db.execute(
        "UPDATE source SET fulltext = ?1 WHERE id = 2",
        params![text],
    )
    .unwrap();
    let add = |words: &str, start: i64, end: i64, fid: i64, cid: i64| {
        let sql = "INSERT INTO code_text (cid, fid, seltext, pos0, pos1, owner, memo) VALUES (?1, ?2, ?3, ?4, ?5, 'Eva', 'm')";
        db.execute(sql, params![cid, fid, words, start, end])
            .unwrap();
    };
    let utf16 = |words: &str| {
        let at = text.find(words).unwrap();
        let units = |t: &str| t.encode_utf16().count() as i64;
        (units(&text[..at]), units(&text[..at + words.len()]))
    };
    let (start, end) = utf16("felt safe");
    add("felt safe", start, end, 2, 1);
    add("at home", 15, 22, 2, 1);
    add("Left", 1, 5, 2, 1);
    add("never said", 3, 9, 2, 1);
    add("Left", 1, 5, 77, 1);
    add("Left", 1, 5, 2, 88);
    drop(db);
    let back = dir.path().join("back");
    done(&[
        "import",
        &project.to_string_lossy(),
        "--out",
        &back.to_string_lossy(),
    ]);
    words_stand(&back);
    assert_eq!(
        columns(&back.join("codings.csv"), &["text", "coder"]),
        ["Left|Eva", "at home|Eva", "felt safe|Eva"]
    );
    assert_eq!(counts(&back, "coding"), (6, 3, 3));
    let moved = table(&back.join("import-report.csv"));
    assert!(
        moved
            .iter()
            .any(|r| r["outcome"] == "changed" && r["name"] == "Left")
    );
}

#[test]
fn a_database_that_is_cut_off_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("t.sqlite3");
    taguette(&file);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 3]).unwrap();
    let output = verbatim(&["import", &file.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!dir.path().join("t-imported").exists());
}
