//! Taguette's and `QualCoder`'s databases.

use std::path::Path;
use std::process::Command;

use rusqlite::{Connection, params};

use crate::{
    CODING, columns, counts, done, export_to, import_to, path, run_folder, table, verbatim,
    words_stand,
};

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
    import_to(&file, &back);
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

/// Runs one of the scripts beside this file with the Python that has Taguette; none where there is no
/// such Python, unless `VERBATIM_PYTHON` names one, which then has to have it.
#[track_caller]
fn python(script: &str, args: &[&str]) -> Option<String> {
    let named = std::env::var("VERBATIM_PYTHON").ok();
    let script = format!("{}/tests/exchange/{script}", env!("CARGO_MANIFEST_DIR"));
    let python = named.clone().unwrap_or_else(|| "python3".to_owned());
    let output = Command::new(python).arg(script).args(args).output();
    let output = match output {
        Ok(output) => output,
        Err(e) if named.is_some() => panic!("VERBATIM_PYTHON cannot be run: {e}"),
        Err(_) => return None,
    };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if named.is_none() && told.contains("No module named") {
        eprintln!("skipped: Taguette is not installed for the Python of VERBATIM_PYTHON");
        return None;
    }
    assert!(output.status.success(), "{told}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn taguette_opens_what_is_written_and_codings_stand_on_their_words() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let (file, other) = (path(dir.path(), "p.sqlite3"), path(dir.path(), "o.sqlite3"));
    done(&["export", &out.to_string_lossy(), "--to", &file]);
    let again = verbatim(&["export", &out.to_string_lossy(), "--to", &file]);
    assert_eq!(
        again.status.code(),
        Some(1),
        "nobody's project is written over"
    );

    // verbatim reads it back: notes, participants, codes, coders.
    let back = dir.path().join("back");
    done(&["import", &file, "--out", &back.to_string_lossy()]);
    words_stand(&back);
    let spans = &CODING[..5];
    assert_eq!(
        columns(&back.join("codings.csv"), spans),
        columns(&out.join("codings.csv"), spans)
    );
    let notes: Vec<serde_json::Value> = std::fs::read_to_string(back.join("notes.jsonl"))
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(notes[0]["participant_id"], "P01");
    assert_eq!(notes[0]["session_type"], "ketamine");
    let coders = columns(&back.join("codings.csv"), &["coder"]);
    assert!(coders.contains(&"Reviewer".to_owned()), "{coders:?}");

    // Taguette's own code reads it, and imports it.
    let Some(said) = python("read_taguette.py", &[&file, &other]) else {
        return;
    };
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 5, "{said}");
    assert!(
        lines.contains(&"n/1.txt|feeling.joy|felt e\u{301}cstatic|rules"),
        "{said}"
    );
    assert!(
        lines.contains(&"n/1.txt|feeling.calm| <calm>|reviewer"),
        "{said}"
    );
}

#[test]
fn a_project_that_taguette_made_comes_in() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("t.sqlite3");
    if python("make_taguette.py", &[&file.to_string_lossy()]).is_none() {
        return;
    }
    let back = dir.path().join("back");
    import_to(&file, &back);
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
    // And back into Taguette, highlight by highlight.
    let (file, other) = (path(dir.path(), "b.sqlite3"), path(dir.path(), "o.sqlite3"));
    done(&["export", &third.to_string_lossy(), "--to", &file]);
    let said = python("read_taguette.py", &[&file, &other]).unwrap();
    let expected: Vec<String> = columns(
        &third.join("codings.csv"),
        &["note_id", "code", "text", "coder"],
    )
    .iter()
    .map(|line| line.replace("feeling/joy", "feeling.joy"))
    .collect();
    let mut found: Vec<&str> = said.lines().collect();
    found.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn text_and_names_that_are_hard_go_through_every_program() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let folder = dir.join("in");
    std::fs::create_dir(&folder).unwrap();
    let long = format!("{}/visit.txt", "a very long folder name ".repeat(5));
    let texts = [
        (
            long.as_str(),
            "\n\n  \u{1F469}\u{200D}\u{1F467} led by blank lines\n\n\u{FEFF}x\u{301}\u{302} &amp; </p> \u{1F1E9}\u{1F1EA}\n",
        ),
        ("empty", ""),
        (
            "a:b|c\"d.txt",
            "tabs\tand\u{A0}blanks\u{2028}and \u{5E9}\u{5DC}\u{5D5}\u{5DD} \u{0627}\u{0644} right to left",
        ),
        ("control", "a \u{1}control\u{C} and \u{85} here"),
    ];
    let lines: Vec<String> = texts
        .iter()
        .map(|(id, text)| serde_json::json!({ "note_id": id, "text": text }).to_string())
        .collect();
    std::fs::write(folder.join("notes.jsonl"), lines.join("\n")).unwrap();
    let mut table = csv::Writer::from_path(folder.join("codings.csv")).unwrap();
    table
        .write_record(["note_id", "code", "start", "end", "text", "coder"])
        .unwrap();
    let coders = [
        "Dr. \u{C9}va L\u{F6}w, the first of that name",
        "dr. \u{e9}va l\u{f6}w, the first of that",
        "x",
    ];
    for (n, (id, text)) in texts.iter().enumerate() {
        let chars: Vec<char> = text.chars().collect();
        for start in 0..chars.len() {
            let end = (start + 1 + (start * 7) % 5).min(chars.len());
            let words: String = chars[start..end].iter().collect();
            let words = if words.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                format!("'{words}")
            } else {
                words
            };
            let code = ["joy", "joy/deep_joy", "a_code"][start % 3];
            let row = [
                id,
                code,
                &start.to_string(),
                &end.to_string(),
                &words,
                coders[n % 3],
            ];
            table.write_record(row).unwrap();
        }
    }
    table.flush().unwrap();
    let spans = ["note_id", "code", "start", "end", "coder"];
    let wanted = columns(&folder.join("codings.csv"), &spans);
    let mut from = folder;
    for (step, ending) in ["qdpx", "qda", "sqlite3", "qdpx"].iter().enumerate() {
        let file = path(dir, &format!("step{step}.{ending}"));
        let to = dir.join(format!("back{step}"));
        done(&["export", &from.to_string_lossy(), "--to", &file, "--quiet"]);
        done(&["import", &file, "--out", &to.to_string_lossy(), "--quiet"]);
        words_stand(&to);
        assert_eq!(columns(&to.join("codings.csv"), &spans), wanted, "{ending}");
        from = to;
    }
    let file = path(dir, "step2.sqlite3");
    if let Some(said) = python("read_taguette.py", &[&file, &path(dir, "o.sqlite3")]) {
        assert_eq!(said.lines().count(), wanted.len());
    }
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
    assert_eq!(
        columns(&back.join("codings.csv"), CODING),
        columns(&out.join("codings.csv"), CODING)
    );
    let memos = columns(&back.join("codings.csv"), &["memo"]);
    assert!(memos.iter().all(String::is_empty), "{memos:?}");
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
    export_to(&out, &project);
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
    import_to(&project, &back);
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
