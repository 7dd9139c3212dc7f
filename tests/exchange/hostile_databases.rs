//! Databases that were made to give more than they hold.

use std::path::Path;
use std::process::Output;

use crate::{path, verbatim};

/// Imports a database of Taguette's whose documents are what `documents` says.
fn import(dir: &Path, documents: &str) -> Output {
    let file = dir.join("t.sqlite3");
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch(
        "CREATE TABLE projects (id integer primary key, name text, description text);
         CREATE TABLE tags (id integer primary key, project_id integer, path text, description text);
         CREATE TABLE highlights (id integer primary key, document_id integer, start_offset integer,
           end_offset integer, snippet text);
         CREATE TABLE highlight_tags (highlight_id integer, tag_id integer);
         CREATE TABLE commands (id integer primary key, user_login text, payload text);",
    )
    .unwrap();
    db.execute_batch(documents).unwrap();
    drop(db);
    let output = verbatim(&[
        "import",
        &file.to_string_lossy(),
        "--out",
        &path(dir, "out"),
    ]);
    std::fs::remove_file(file).unwrap();
    output
}

#[test]
fn a_view_in_place_of_a_table_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    // Its rows have no end.
    let output = import(
        dir.path(),
        "CREATE VIEW documents AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) \
         SELECT id, 'n' AS name, '' AS description, '' AS filename, 'x' AS contents FROM n;",
    );
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("is a view"), "{said}");
    assert!(!dir.path().join("out").exists());
}

#[test]
fn a_cell_that_is_computed_cannot_be_larger_than_a_text_may_be() {
    let dir = tempfile::tempdir().unwrap();
    let output = import(
        dir.path(),
        "CREATE TABLE documents (id integer primary key, name text, description text, filename text, \
         contents text GENERATED ALWAYS AS (hex(zeroblob(60000000))) VIRTUAL); \
         INSERT INTO documents (id, name, description, filename) VALUES (1, 'n', '', '');",
    );
    let report = dir.path().join("out").join("import-report.csv");
    let report = std::fs::read_to_string(report).unwrap_or_default();
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &report;
    assert!(said.contains("too big"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}
