//! What a project knows besides codings keeps its place: sets, session types, memos on participants,
//! journals, colours, folders, GUIDs, and that nobody says who coded.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::refi::qdpx;
use crate::theirs::{CODE, TEXT, TEXT_ID, USER, project, selection, source};
use crate::{columns, counts, done, export_to, import_to, path, run_folder, table, verbatim};

const CHILD: &str = "11111111-2222-4111-8111-111111111111";
const CASE: &str = "cccccccc-1111-4111-8111-111111111111";

/// A project with two coded passages, and what other programs have besides.
fn rich(dir: &Path) -> String {
    let nobody = selection(2, "safe at home").replace(&format!(" creatingUser='{USER}'"), "");
    let text = source(
        "n1",
        &format!("internal://{TEXT_ID}.txt"),
        &(selection(1, "felt calm") + &nobody),
    );
    let member = format!("<MemberSource targetGUID='{TEXT_ID}'/>");
    let sets = format!(
        "<Sets><Set guid='dddddddd-1111-4111-8111-111111111111' name='mine'><Description>to read again\
         </Description><MemberCode guid='{CODE}'/>{member}</Set>\
         <Set guid='dddddddd-2222-4111-8111-111111111111' name='session type: integration'>{member}</Set>\
         <Set guid='dddddddd-3333-4111-8111-111111111111' name='session type: ketamine'>{member}</Set></Sets>"
    );
    let diary = "<Notes><Note guid='ffffffff-1111-4111-8111-111111111111' name='diary'>\
                 <PlainTextContent>a long day</PlainTextContent></Note></Notes>";
    let case = format!(
        "<Cases><Case guid='{CASE}' name='P01'><Description>came late</Description>\
         <SourceRef targetGUID='{TEXT_ID}'/></Case></Cases>"
    );
    let child = format!(
        "name='calm' isCodable='true' color='#00AA11'><Code guid='{CHILD}' name='very' isCodable='true'/></Code>"
    );
    let xml = project(&text)
        .replace("name='calm' isCodable='true'/>", &child)
        .replace("<Sources>", &format!("{case}<Sources>"))
        .replace("</Sources>", &format!("</Sources>{diary}{sets}"));
    // Nothing is coded with the parent: that it may be is said in the file alone.
    let xml = xml.replace(
        &format!("<CodeRef targetGUID='{CODE}'/>"),
        &format!("<CodeRef targetGUID='{CHILD}'/>"),
    );
    qdpx(dir, &xml, &[(&format!("{TEXT_ID}.txt"), TEXT.as_bytes())])
}

/// The reasons of an export's report on items of a kind.
fn reasons(report: &Path, item: &str) -> Vec<String> {
    let rows = table(report);
    let own = rows
        .iter()
        .filter(|r| r["item"] == item && !r["reason"].is_empty());
    own.map(|r| format!("{} {}", r["outcome"], r["reason"]))
        .collect()
}

#[test]
fn a_project_comes_back_with_everything_in_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (dir.path().join("first"), dir.path().join("second"));
    done(&[
        "import",
        &rich(dir.path()),
        "--out",
        &first.to_string_lossy(),
    ]);
    let file = path(dir.path(), "again.qdpx");
    done(&["export", &first.to_string_lossy(), "--to", &file]);
    let report = dir.path().join("again.export-report.csv");
    assert!(reasons(&report, "set").is_empty());
    done(&["import", &file, "--out", &second.to_string_lossy()]);
    for (name, wanted) in [
        ("sets.csv", &["set", "kind", "member", "memo"][..]),
        ("memos.csv", &["level", "target", "memo", "title", "on"]),
        ("codes.csv", &["code", "guid", "color", "codable"]),
        ("codings.csv", &["code", "text", "coder", "guid"]),
    ] {
        let came_back = columns(&second.join(name), wanted);
        assert_eq!(came_back, columns(&first.join(name), wanted), "{name}");
        assert!(!came_back.is_empty(), "{name}");
    }
    let codes = columns(
        &second.join("codes.csv"),
        &["code", "guid", "color", "codable"],
    );
    assert!(
        codes.contains(&format!("calm|{CODE}|#00AA11|true")),
        "{codes:?}"
    );
    let sets = columns(&second.join("sets.csv"), &["set", "kind", "member", "memo"]);
    assert!(
        sets.contains(&"mine|code|calm|to read again".to_owned()),
        "{sets:?}"
    );
    let coders = columns(&second.join("codings.csv"), &["text", "coder"]);
    assert_eq!(coders, ["felt calm|Ann", "safe at home|"]);
    assert_eq!(counts(&second, "coder"), (1, 1, 0));
    let memos = columns(&second.join("memos.csv"), &["target", "memo", "on"]);
    assert!(
        memos.contains(&"P01|came late|participant".to_owned()),
        "{memos:?}"
    );
}

#[test]
fn qualcoder_has_memos_on_cases_and_a_journal() {
    let dir = tempfile::tempdir().unwrap();
    let first = dir.path().join("first");
    done(&[
        "import",
        &rich(dir.path()),
        "--out",
        &first.to_string_lossy(),
    ]);
    let file = dir.path().join("p.qda");
    export_to(&first, &file);
    let db = Connection::open(file.join("data.qda")).unwrap();
    let one = |sql: &str| {
        db.query_row(sql, [], |row| row.get::<_, String>(0))
            .unwrap()
    };
    assert_eq!(
        one("SELECT memo FROM cases WHERE name = 'P01'"),
        "came late"
    );
    assert_eq!(
        one("SELECT jentry FROM journal WHERE name = 'diary'"),
        "a long day"
    );
    assert_eq!(one("SELECT memo FROM project"), "");
    assert_eq!(
        one("SELECT color FROM code_name WHERE name = 'calm'"),
        "#00AA11"
    );
    let sets = reasons(&dir.path().join("p.export-report.csv"), "set");
    assert_eq!(sets, ["lost the format has no sets"]);
}

#[test]
fn a_note_of_two_session_types_is_a_note_of_each() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    fs::create_dir(&out).unwrap();
    let note = serde_json::json!({
        "note_id": "n1", "text": "Felt calm. Cried.", "participant_id": "P01", "date": "2022-02-22",
        "session_type": "integration", "session_types": ["integration", "ketamine"],
    });
    fs::write(out.join("notes.jsonl"), note.to_string()).unwrap();
    fs::write(
        out.join("codings.csv"),
        "coding_id,note_id,session_type,code,start,end,text,assertion,counted\n\
         c1,n1,integration,calm,5,9,calm,affirmed,true\n\
         c2,n1,ketamine,tears,11,16,Cried,affirmed,true\n",
    )
    .unwrap();
    let out = out.to_string_lossy().into_owned();
    let tables = dir.path().join("tables");
    done(&["export", &out, "--to", &tables.to_string_lossy()]);
    assert_eq!(
        columns(&tables.join("quotes.csv"), &["code", "session_type"]),
        ["calm|integration", "tears|ketamine"]
    );
    assert_eq!(
        columns(
            &tables.join("sessions_by_codes.csv"),
            &["session_type", "notes", "calm", "tears"]
        ),
        ["integration|1|1|0", "ketamine|1|0|1"]
    );
    for ending in ["qdpx", "qda", "sqlite3"] {
        let file = path(dir.path(), &format!("p.{ending}"));
        let back = dir.path().join(format!("back-{ending}"));
        done(&["export", &out, "--to", &file]);
        done(&["import", &file, "--out", &back.to_string_lossy()]);
        let types = columns(&back.join("variables.csv"), &["variable", "value"]);
        let both = "session_types|integration; ketamine".to_owned();
        assert!(types.contains(&both), "{ending}: {types:?}");
        if ending == "qdpx" {
            let sets = columns(&back.join("sets.csv"), &["set", "member"]);
            assert_eq!(
                sets,
                ["session type: integration|n1", "session type: ketamine|n1"]
            );
        }
        if ending != "sqlite3" {
            let codings = columns(&back.join("codings.csv"), &["code", "session_type"]);
            assert_eq!(codings, ["calm|", "tears|ketamine"], "{ending}");
        }
    }
}

#[test]
fn a_taguette_database_of_several_projects_is_told_which() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let file = dir.path().join("all.sqlite3");
    export_to(&out, &file);
    let db = Connection::open(&file).unwrap();
    db.execute_batch(
        "UPDATE projects SET name = 'Home' WHERE id = 1;
         UPDATE tags SET path = 'Capital Name/odd' WHERE path = 'safe';
         INSERT INTO projects VALUES (2, 'Other', '', '2000-01-01 00:00:00.000000');
         INSERT INTO tags VALUES (901, 2, 'feeling.joy', 'another joy');
         INSERT INTO documents VALUES (901, 'theirs', '', 't.txt', '2000-01-01 00:00:00.000000', 2, 'LEFT_TO_RIGHT', '<p>Theirs.</p>');",
    )
    .unwrap();
    drop(db);
    let file = file.to_string_lossy().into_owned();
    let refused = verbatim(&["import", &file]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("\"Home\" (1), \"Other\" (2)"), "{said}");
    let (home, other) = (dir.path().join("home"), dir.path().join("other"));
    done(&[
        "import",
        &file,
        "--project",
        "Home",
        "--out",
        &home.to_string_lossy(),
    ]);
    done(&[
        "import",
        &file,
        "--project",
        "2",
        "--out",
        &other.to_string_lossy(),
    ]);
    assert_eq!(counts(&home, "note"), (2, 2, 0));
    assert_eq!(counts(&other, "note"), (1, 1, 0));
    let book = fs::read_to_string(home.join("codebook.yaml")).unwrap();
    assert!(!book.contains("another joy"), "{book}");

    // A tag has its own name again in the program that it came from.
    let again = path(dir.path(), "again.sqlite3");
    done(&["export", &home.to_string_lossy(), "--to", &again]);
    let db = Connection::open(&again).unwrap();
    let sql = "SELECT count(*) FROM tags WHERE path = 'Capital Name/odd'";
    let count: i64 = db.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 1);
}

#[test]
fn a_selection_of_a_whole_text_with_a_case_says_whose_note_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let whole = selection(1, TEXT).replace(CODE, CASE);
    let text = source(
        "n1",
        &format!("internal://{TEXT_ID}.txt"),
        &(whole + &selection(2, "felt calm").replace(CODE, CASE)),
    );
    let case = format!("<Cases><Case guid='{CASE}' name='P01'/></Cases><Sources>");
    let xml = project(&text).replace("<Sources>", &case);
    let file = qdpx(
        dir.path(),
        &xml,
        &[(&format!("{TEXT_ID}.txt"), TEXT.as_bytes())],
    );
    let back = dir.path().join("back");
    done(&["import", &file, "--out", &back.to_string_lossy()]);
    let note: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(back.join("notes.jsonl")).unwrap()).unwrap();
    assert_eq!(note["participant_id"], "P01");
    // A part of a note is nobody's alone.
    assert_eq!(counts(&back, "coding"), (2, 1, 1));
}

#[test]
fn references_may_be_called_guid_and_places_outside_are_findings() {
    let dir = tempfile::tempdir().unwrap();
    let own = selection(1, "felt calm").replace("CodeRef targetGUID", "CodeRef guid")
        + &crate::theirs::selection_at(2, (500, 600), "nowhere");
    let text = source("n1", &format!("internal://{TEXT_ID}.txt"), &own);
    let file = qdpx(
        dir.path(),
        &project(&text),
        &[(&format!("{TEXT_ID}.txt"), TEXT.as_bytes())],
    );
    let linted = verbatim(&["import", &file, "--lint", "--json"]);
    assert_eq!(linted.status.code(), Some(1));
    let said: serde_json::Value = serde_json::from_slice(&linted.stdout).unwrap();
    let findings = said["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["rule"], "V718");
    let back = dir.path().join("back");
    done(&["import", &file, "--out", &back.to_string_lossy()]);
    assert_eq!(
        columns(&back.join("codings.csv"), &["code", "text"]),
        ["calm|felt calm"]
    );
}

#[test]
fn two_cases_of_a_name_and_typed_variables_are_listed() {
    let dir = tempfile::tempdir().unwrap();
    let variables = "<Variables><Variable guid='eeeeeeee-1111-4111-8111-111111111111' name='age' \
                     typeOfVariable='Integer'/><Variable guid='eeeeeeee-2222-4111-8111-111111111111' \
                     name='participant_id' typeOfVariable='Text'/></Variables>";
    let value = |n: u8, kind: &str, value: &str| {
        format!(
            "<VariableValue><VariableRef targetGUID='eeeeeeee-{n}{n}{n}{n}-4111-8111-111111111111'/>\
             <{kind}Value>{value}</{kind}Value></VariableValue>"
        )
    };
    let case = |n: u8, values: &str| {
        format!(
            "<Case guid='cccccccc-{n}{n}{n}{n}-4111-8111-111111111111' name='P01'>{values}</Case>"
        )
    };
    let cases = format!(
        "<Cases>{}{}</Cases>",
        case(1, &(value(1, "Integer", "37") + &value(2, "Text", "K7"))),
        case(2, &value(1, "Integer", "38"))
    );
    let text = source(
        "n1",
        &format!("internal://{TEXT_ID}.txt"),
        &selection(1, "felt calm"),
    );
    let xml = project(&text).replace("<Sources>", &format!("{variables}{cases}<Sources>"));
    let file = qdpx(
        dir.path(),
        &xml,
        &[(&format!("{TEXT_ID}.txt"), TEXT.as_bytes())],
    );
    let back = dir.path().join("back");
    done(&["import", &file, "--out", &back.to_string_lossy()]);
    assert_eq!(
        columns(
            &back.join("participants.csv"),
            &["participant_id", "age", "participant_id (variable)"]
        ),
        ["P01|37|K7"]
    );
    assert_eq!(counts(&back, "participant"), (2, 1, 1));
    assert_eq!(counts(&back, "value"), (3, 2, 1));
    let rows = table(&back.join("import-report.csv"));
    let told = |item: &str, words: &str| {
        let fits = |r: &&BTreeMap<String, String>| r["item"] == item && r["reason"].contains(words);
        rows.iter().filter(fits).count()
    };
    assert_eq!(told("variable", "Integer"), 1);
    assert_eq!(told("value", "participant_id"), 1);
}

#[test]
fn qualcoder_words_with_windows_line_ends_stand_to_the_letter() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let file = dir.path().join("p.qda");
    export_to(&out, &file);
    let db = Connection::open(file.join("data.qda")).unwrap();
    db.execute_batch("DELETE FROM code_text").unwrap();
    let text = "one\r\n two two \r\nthree\r\n";
    db.execute("UPDATE source SET fulltext = ?1 WHERE id = 2", [text])
        .unwrap();
    // The program counts a line end as one here, and keeps the words as they stand.
    for (words, start, end) in [
        (" two two ", 4, 13),
        ("two \r\n", 9, 14),
        ("three\u{2029}", 14, 20),
    ] {
        let sql = "INSERT INTO code_text (cid, fid, seltext, pos0, pos1, owner, memo, important) \
                   VALUES (1, 2, ?1, ?2, ?3, 'Eva', '', ?4)";
        db.execute(
            sql,
            rusqlite::params![words, start, end, i64::from(start == 14)],
        )
        .unwrap();
    }
    drop(db);
    let back = dir.path().join("back");
    import_to(&file, &back);
    assert_eq!(
        columns(&back.join("codings.csv"), &["start", "text"]),
        ["14|three\n", "4| two two ", "9|two \n"]
    );
    let changed = reasons(&back.join("import-report.csv"), "coding");
    assert_eq!(
        changed,
        ["changed it is marked as important, which has no place here"]
    );
}
