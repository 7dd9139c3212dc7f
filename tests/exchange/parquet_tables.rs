//! Tables as Parquet: what stands in the CSV stands there, typed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use parquet::basic::{LogicalType, Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use crate::{done, path, run_folder, table, verbatim};

const TABLES: [&str; 4] = [
    "quotes",
    "cases_by_codes",
    "sessions_by_codes",
    "dictionary",
];

/// A table's rows as CSV writes them.
fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let reader = SerializedFileReader::new(File::open(file).unwrap()).unwrap();
    let cell = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Double(number) => number.to_string(),
        Field::Date(days) => {
            let day = jiff::civil::date(1970, 1, 1);
            let days = jiff::Span::new().days(i64::from(*days));
            day.checked_add(days).unwrap().to_string()
        }
        other => other.to_string(),
    };
    let row = |row: parquet::record::Row| {
        let cells = row.get_column_iter();
        cells
            .map(|(name, field)| (name.clone(), cell(field)))
            .collect()
    };
    reader
        .get_row_iter(None)
        .unwrap()
        .map(|r| row(r.unwrap()))
        .collect()
}

/// What each column is.
fn kinds(file: &Path) -> BTreeMap<String, (Type, Option<LogicalType>)> {
    let reader = SerializedFileReader::new(File::open(file).unwrap()).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let columns = schema.columns().iter();
    let kind = |c: &parquet::schema::types::ColumnDescPtr| {
        let logical = c.logical_type_ref().cloned();
        (c.name().to_owned(), (c.physical_type(), logical))
    };
    columns.map(kind).collect()
}

fn export(out: &Path, to: &str, format: &str) {
    done(&[
        "export",
        &out.to_string_lossy(),
        "--to",
        to,
        "--format",
        format,
    ]);
}

#[test]
fn parquet_holds_what_csv_holds_typed_and_the_same_every_time() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    fs::write(
        out.join("participants.csv"),
        "participant_id,age,bmi,enrolled,smoker,code\nP01,31,-2.50,2021-05-30,true,007\nP09,,,,,12\n",
    )
    .unwrap();
    for (name, format) in [("csv", "csv"), ("one", "parquet"), ("two", "parquet")] {
        export(&out, &path(dir.path(), name), format);
    }
    for name in TABLES {
        let file =
            |folder: &str, ending: &str| dir.path().join(folder).join(format!("{name}.{ending}"));
        let mut csv = table(&file("csv", "csv"));
        for cell in csv.iter_mut().flat_map(BTreeMap::values_mut) {
            // The mark that keeps spreadsheets from running a text is none of its words.
            if let Some(text) = cell.strip_prefix('\'') {
                *cell = text.to_owned();
            }
            if cell == "-2.50" {
                "-2.5".clone_into(cell);
            }
        }
        assert_eq!(rows(&file("one", "parquet")), csv, "{name}");
        let bytes = |folder| fs::read(file(folder, "parquet")).unwrap();
        assert!(bytes("one") == bytes("two"), "{name}");
    }
    let quotes = kinds(&dir.path().join("one/quotes.parquet"));
    let text = (Type::BYTE_ARRAY, Some(LogicalType::String));
    let date = (Type::INT32, Some(LogicalType::Date));
    for (column, kind) in [
        ("quote", text.clone()),
        ("start", (Type::INT64, None)),
        ("date", date.clone()),
        ("counted", (Type::BOOLEAN, None)),
        ("age", (Type::INT64, None)),
        ("bmi", (Type::DOUBLE, None)),
        ("enrolled", date),
        ("smoker", (Type::BOOLEAN, None)),
        ("code_2", text),
    ] {
        assert_eq!(quotes[column], kind, "{column}");
    }
    let cases = kinds(&dir.path().join("one/cases_by_codes.parquet"));
    assert_eq!(cases["feeling.joy"], (Type::INT32, None));
}

#[test]
fn dates_that_are_no_days_stay_what_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let notes = fs::read_to_string(out.join("notes.jsonl")).unwrap();
    fs::write(
        out.join("notes.jsonl"),
        notes.replace("2021-06-01", "spring 2021"),
    )
    .unwrap();
    let to = dir.path().join("tables");
    export(&out, &to.to_string_lossy(), "parquet");
    let dates: Vec<String> = rows(&to.join("quotes.parquet"))
        .iter()
        .map(|r| r["date"].clone())
        .collect();
    assert_eq!(dates, ["spring 2021"; 5]);
}

#[test]
fn a_run_without_codings_has_tables_without_rows() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let codings = fs::read_to_string(out.join("codings.csv")).unwrap();
    let header = codings.lines().next().unwrap();
    fs::write(out.join("codings.csv"), format!("{header}\n")).unwrap();
    let to = dir.path().join("tables");
    export(&out, &to.to_string_lossy(), "parquet");
    assert!(rows(&to.join("quotes.parquet")).is_empty());
    assert!(kinds(&to.join("quotes.parquet")).contains_key("quote"));
    assert_eq!(rows(&to.join("cases_by_codes.parquet")).len(), 2);
}

#[test]
fn parquet_is_written_into_a_folder_only() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let to = path(dir.path(), "tables.xlsx");
    let output = verbatim(&[
        "export",
        &out.to_string_lossy(),
        "--to",
        &to,
        "--format",
        "parquet",
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("name a folder"));
    assert!(!Path::new(&to).exists());
}

#[test]
fn a_run_writes_its_tables_as_parquet_beside_the_csv() {
    let dir = tempfile::tempdir().unwrap();
    let notes = "note_id,participant,date,session,text\n\
        1,7,2021-06-01,ketamine,\"- Felt calm. She felt close to her son, \"\"so close\"\".\"\n\
        2,8,2021-06-02,integration,No nausea.\n";
    fs::write(dir.path().join("notes.csv"), notes).unwrap();
    let study = dir.path().to_string_lossy().into_owned();
    let out = dir.path().join("out");
    let out_name = out.to_string_lossy().into_owned();
    done(&[
        "run",
        &study,
        "--out",
        &out_name,
        "--format",
        "parquet",
        "--no-index",
        "--no-report",
    ]);
    for name in [
        "notes",
        "codings",
        "frequencies",
        "ledger",
        "quotes",
        "identifiers",
    ] {
        let csv = table(&out.join(format!("{name}.csv")));
        let rows = rows(&out.join(format!("{name}.parquet")));
        assert_eq!(rows.len(), csv.len(), "{name}");
        for (row, cells) in rows.iter().zip(&csv) {
            assert_eq!(
                row.keys().collect::<Vec<_>>(),
                cells.keys().collect::<Vec<_>>()
            );
        }
    }
    let codings = rows(&out.join("codings.parquet"));
    let said: Vec<&str> = codings.iter().map(|r| r["text"].as_str()).collect();
    let csv = table(&out.join("codings.csv"));
    assert!(!said.is_empty());
    assert_eq!(
        said,
        csv.iter().map(|r| r["text"].as_str()).collect::<Vec<_>>()
    );
    let kinds = kinds(&out.join("notes.parquet"));
    assert_eq!(kinds["participant_id"].0, Type::BYTE_ARRAY);
    assert_eq!(kinds["words"].0, Type::INT64);
    assert_eq!(kinds["date"].1, Some(LogicalType::Date));
    let run = fs::read_to_string(out.join("run.json")).unwrap();
    assert!(
        run.contains("codings.parquet"),
        "the run lists what it wrote"
    );
    // Without it none is left from the run before.
    done(&[
        "run",
        &study,
        "--out",
        &out_name,
        "--no-index",
        "--no-report",
    ]);
    assert!(!out.join("codings.parquet").exists());
}

#[test]
fn a_workbook_says_which_texts_it_cuts() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let long = "x".repeat(40_000);
    let notes = fs::read_to_string(out.join("notes.jsonl")).unwrap();
    let codings = fs::read_to_string(out.join("codings.csv")).unwrap();
    let first = notes.lines().next().unwrap();
    let mut note: serde_json::Value = serde_json::from_str(first).unwrap();
    let id = note["note_id"].as_str().unwrap().to_owned();
    let text = format!("{}{long}", note["text"].as_str().unwrap());
    let end = text.chars().count();
    note["text"] = text.into();
    fs::write(
        out.join("notes.jsonl"),
        notes.replacen(first, &note.to_string(), 1),
    )
    .unwrap();
    let header: Vec<&str> = codings.lines().next().unwrap().split(',').collect();
    let cell = |column: &&str| match *column {
        "coding_id" => "long".to_owned(),
        "note_id" => id.clone(),
        "code" => "feeling.joy".to_owned(),
        "start" => (end - long.len()).to_string(),
        "end" => end.to_string(),
        "text" => long.clone(),
        "assertion" => "affirmed".to_owned(),
        "voice" => "clinician".to_owned(),
        "counted" => "true".to_owned(),
        _ => String::new(),
    };
    let row: Vec<String> = header.iter().map(cell).collect();
    fs::write(
        out.join("codings.csv"),
        format!("{codings}{}\n", row.join(",")),
    )
    .unwrap();
    let to = path(dir.path(), "tables.xlsx");
    done(&["export", &out.to_string_lossy(), "--to", &to]);
    let report = table(&dir.path().join("tables.export-report.csv"));
    let cut: Vec<_> = report
        .iter()
        .filter(|r| r["reason"].contains("cut there"))
        .collect();
    assert_eq!(cut.len(), 1);
    assert_eq!(cut[0]["id"], "long");
    assert!(cut[0]["place"].starts_with("sheet quotes, row "));
}
