//! What Taguette exports besides its database: tables of highlights, codebooks.

use std::fs;

use crate::{columns, counts, done, path, run_folder, table, words_stand};

#[test]
fn highlights_of_documents_of_one_name_go_where_their_words_stand() {
    let dir = tempfile::tempdir().unwrap();
    let note =
        |id: &str, text: &str| serde_json::json!({ "note_id": id, "text": text }).to_string();
    let notes = [
        note("visit", "She was calm."),
        note("visit~2", "He was calm and at home."),
    ];
    fs::write(dir.path().join("notes.jsonl"), notes.join("\n")).unwrap();
    let rows = "id,document,tag,content\n1,visit,place,at home\n2,visit,place,calm\n";
    fs::write(dir.path().join("all_tags.csv"), rows).unwrap();
    let [file, notes, back] = ["all_tags.csv", "notes.jsonl", "back"].map(|n| path(dir.path(), n));
    done(&["import", &file, "--notes", &notes, "--out", &back]);
    let back = dir.path().join("back");
    assert_eq!(
        columns(&back.join("codings.csv"), &["note_id", "text"]),
        ["visit~2|at home"]
    );
    // Which of the two is meant, nobody can know.
    assert_eq!(counts(&back, "coding"), (2, 1, 1));
}

#[test]
fn a_codebook_of_taguette_is_a_tree_by_its_points_and_has_invalid_sets() {
    let dir = tempfile::tempdir().unwrap();
    // As Taguette 1.5.2 writes it.
    let code = |n: u32, name: &str| {
        format!(
            "<Code guid=\"5C3A7F1E-0000-5000-8000-00000000000{n}\" name=\"{name}\" isCodable=\"true\"/>"
        )
    };
    let codes = [
        code(1, "feeling.joy"),
        code(2, "feeling"),
        code(3, "日本.心"),
    ]
    .concat();
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<CodeBook xmlns=\"urn:QDA-XML:codebook:1.0\" \
         origin=\"Taguette 1.5.2\"><Codes>{codes}</Codes><Sets/></CodeBook>"
    );
    let file = path(dir.path(), "t.qdc");
    fs::write(&file, xml).unwrap();
    done(&["import", &file]);
    let book = path(dir.path(), "t.yaml");
    let shown: serde_json::Value =
        serde_json::from_str(&done(&["codebook", "show", &book, "--json"])).unwrap();
    let codes = shown["codes"].as_array().unwrap().iter();
    let mut paths: Vec<&str> = codes.map(|c| c["code"].as_str().unwrap()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["feeling", "feeling/joy", "日本", "日本/心"]);
}

#[test]
fn codings_go_out_as_a_table_of_highlights_and_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let [file, notes, back] =
        ["all_tags.csv", "out/notes.jsonl", "back"].map(|n| path(dir.path(), n));
    done(&["export", &out.to_string_lossy(), "--to", &file]);
    let rows = table(dir.path().join("all_tags.csv").as_path());
    let of = |row: &std::collections::BTreeMap<String, String>| {
        ["id", "document", "tag", "content"]
            .map(|name| row[name].clone())
            .join("|")
    };
    assert_eq!(of(&rows[1]), "2|n/1.txt|feeling.joy|felt e\u{301}cstatic");
    // Two coders on one passage: one highlight.
    assert_eq!((&rows[3]["id"], rows.len()), (&rows[4]["id"], 5));
    done(&["import", &file, "--notes", &notes, "--out", &back]);
    let place = ["note_id", "code", "start", "end", "text"];
    let back = dir.path().join("back");
    assert_eq!(
        columns(&back.join("codings.csv"), &place),
        columns(&out.join("codings.csv"), &place)
    );
    words_stand(&back);
    let report = table(dir.path().join("all_tags.export-report.csv").as_path());
    let lost = ["note", "participant", "coder", "coding"].map(|item| {
        let own = report.iter().filter(|r| r["item"] == item);
        own.filter(|r| r["outcome"] == "lost").count()
    });
    assert_eq!(lost, [2, 1, 2, 0]);
}

#[test]
fn a_codebook_as_taguettes_workbook_comes_back_as_its_table_does() {
    let dir = tempfile::tempdir().unwrap();
    let shown = ["csv", "xlsx"].map(|ending| {
        let [file, back] = [format!("book.{ending}"), format!("{ending}.yaml")];
        let [file, back] = [path(dir.path(), &file), path(dir.path(), &back)];
        done(&["codebook", "export", "kap", "--to", &file]);
        done(&["import", &file, "--out", &back]);
        let text = fs::read_to_string(&back).unwrap();
        text.split_once("codes:").unwrap().1.to_owned()
    });
    assert_eq!(shown[0], shown[1]);
}
