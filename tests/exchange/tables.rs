//! Tables for statistics: quotes with attributes, cases and sessions by codes, a dictionary.

use std::fs;

use calamine::{Reader, Xlsx, open_workbook};

use crate::{columns, done, path, run_folder, table};

#[test]
fn tables_for_statistics_hold_every_quote_and_zeros_and_ones() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    fs::write(
        out.join("participants.csv"),
        "participant_id,age,Größe (cm)\nP01,31,170\nP09,44,\n",
    )
    .unwrap();
    let to = path(dir.path(), "tables");
    done(&["export", &out.to_string_lossy(), "--to", &to]);
    let to = dir.path().join("tables");
    let quotes = table(&to.join("quotes.csv"));
    assert_eq!(quotes.len(), 5);
    let one = quotes.iter().find(|q| q["coding_id"] == "c2").unwrap();
    for (column, value) in [
        ("participant_id", "P01"),
        ("session_type", "ketamine"),
        ("code", "feeling/joy"),
        ("assertion", "negated"),
        ("quote", "felt e\u{301}cstatic"),
        ("age", "31"),
        ("Größe__cm_", "170"),
        ("author", "A. Writer"),
    ] {
        assert_eq!(one[column], value, "{column}");
    }
    let cases = columns(
        &to.join("cases_by_codes.csv"),
        &[
            "participant_id",
            "notes",
            "age",
            "feeling",
            "feeling.joy",
            "safe",
        ],
    );
    // A participant without notes has a row; so have notes of nobody.
    assert_eq!(cases, ["P01|1|31|1|1|1", "P09|0|44|0|0|0", "|1||0|0|0"]);
    let sessions = columns(
        &to.join("sessions_by_codes.csv"),
        &[
            "participant_id",
            "date",
            "session_type",
            "note_id",
            "feeling.calm",
        ],
    );
    assert_eq!(sessions, ["P01|2021-06-01|ketamine||1", "||unknown|n2|0"]);
    let dictionary = table(&to.join("dictionary.csv"));
    for name in ["quotes", "cases_by_codes", "sessions_by_codes"] {
        let header = table_header(&to.join(format!("{name}.csv")));
        let told: Vec<&str> = dictionary
            .iter()
            .filter(|d| d["table"] == name)
            .map(|d| d["column"].as_str())
            .collect();
        assert_eq!(told, header, "{name}");
    }

    let book = path(dir.path(), "tables.xlsx");
    done(&["export", &out.to_string_lossy(), "--to", &book]);
    let mut book: Xlsx<_> = open_workbook(&book).unwrap();
    assert_eq!(
        book.sheet_names(),
        [
            "quotes",
            "cases_by_codes",
            "sessions_by_codes",
            "dictionary"
        ]
    );
    let sheet = book.worksheet_range("cases_by_codes").unwrap();
    assert_eq!(sheet.height(), 4);
    assert_eq!(sheet.get_value((2, 1)).unwrap().to_string(), "1");
}

fn table_header(file: &std::path::Path) -> Vec<String> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_codebook_goes_to_taguette_as_a_table_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let (file, back) = (path(dir.path(), "kap.csv"), path(dir.path(), "back.yaml"));
    done(&["codebook", "export", "kap", "--to", &file]);
    done(&["import", &file, "--out", &back]);
    let of = |book: &str| -> Vec<(String, String, usize)> {
        let all: serde_json::Value =
            serde_json::from_str(&done(&["codebook", "show", book, "--json"])).unwrap();
        let codes = all["codes"].as_array().unwrap();
        let text = |c: &serde_json::Value, key: &str| {
            c[key].as_str().unwrap_or_default().trim().to_owned()
        };
        let examples = |c: &serde_json::Value| c["examples"].as_array().map_or(0, Vec::len);
        let mut codes: Vec<_> = codes
            .iter()
            .map(|c| (text(c, "path"), text(c, "name"), examples(c)))
            .collect();
        codes.sort();
        codes
    };
    assert_eq!(of(&back), of("kap"));
}
