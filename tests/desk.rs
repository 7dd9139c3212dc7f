//! `verbatim init`, memos and `verbatim suggest` as a user sees them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::verbatim;

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A study of sixteen short notes, each of another participant: twelve with a code of the starter
/// codebook, two that share its words, two that do not.
fn study(dir: &Path) {
    let mut table = String::from("participant_id,age,diagnosis\n");
    for i in 1..=16 {
        let folder = dir.join(format!("P{i:02}"));
        fs::create_dir_all(&folder).unwrap();
        let first = match i {
            1..=12 => "She felt close to her daughter in the garden.",
            13 | 14 => "The garden was calm.",
            _ => "Quiet.",
        };
        let note = format!(
            "{first} Dose {i} was given. Vitals stable all day, slept for an hour, ate some soup.\n"
        );
        fs::write(folder.join(format!("2022-03-{i:02} ketamine.txt")), note).unwrap();
        writeln!(table, "P{i:02},3{},PPD", i % 10).unwrap();
    }
    fs::write(dir.join("participants.csv"), table).unwrap();
}

/// `init`, and the starter codebook instead of the one for such notes.
fn init_with_starter(dir: &Path) {
    assert!(verbatim(&["init", &text(dir)]).status.success());
    let path = dir.join("study.toml");
    let file = fs::read_to_string(&path).unwrap();
    fs::write(path, file.replace("\"kap\"", "\"codebook.yaml\"")).unwrap();
}

#[test]
fn what_init_writes_passes_every_check_and_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    study(dir.path());
    let path = text(dir.path());
    let made = verbatim(&["init", &path]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let file = fs::read_to_string(dir.path().join("study.toml")).unwrap();
    assert!(
        file.contains("\nparticipants = \"participants.csv\"\n"),
        "{file}"
    );
    assert!(
        file.contains("#   session type ketamine: 16 notes"),
        "{file}"
    );

    let checked = verbatim(&["check", &path, "--strict", "--json"]);
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    let checked: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(checked["notes"].as_array().unwrap().len(), 16);
    let codebook = text(&dir.path().join("codebook.yaml"));
    let checked = verbatim(&["codebook", "check", &codebook]);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(checked.status.success(), "{said}");
    assert!(said.contains("0 errors, 0 warnings, 0 notes"), "{said}");

    fs::write(dir.path().join("study.toml"), "title = \"mine\"\n").unwrap();
    let again = verbatim(&["init", &path]);
    assert_eq!(again.status.code(), Some(1));
    let file = fs::read_to_string(dir.path().join("study.toml")).unwrap();
    assert_eq!(file, "title = \"mine\"\n");
    assert!(verbatim(&["init", &path, "--force"]).status.success());
}

#[test]
fn init_is_made_from_what_the_folder_holds() {
    let dir = tempfile::tempdir().unwrap();
    let path = text(dir.path());
    let notes = |file: &str, of: &[(&str, &str)]| {
        let mut table = String::from("client,date,type,author,note\n");
        for (i, (kind, note)) in of.iter().enumerate() {
            writeln!(
                table,
                "G{:02},2023-0{}-21,{kind},R. Lindqvist,\"{note}\"",
                i % 4,
                i + 1
            )
            .unwrap();
        }
        fs::write(dir.path().join(file), table).unwrap();
    };
    let empty = verbatim(&["init", &path]);
    let said = String::from_utf8(empty.stdout).unwrap();
    assert!(said.contains("there is no note in"), "{said}");
    notes(
        "garden.csv",
        &[
            ("garden group", "She weeded the raised bed and hummed."),
            ("garden group", "He watered the raised beds, quietly."),
            ("Garden Walk", "A raised bed was dug. Rain."),
            ("intake", "Referred by her sister. Likes plants."),
            ("intake", "Referred by himself."),
            ("intake", "Lives alone since March."),
        ],
    );
    let made = verbatim(&["init", &path, "--force"]);
    let said = String::from_utf8(made.stdout).unwrap();
    assert!(said.contains("2 session types were not known"), "{said}");
    let file = fs::read_to_string(dir.path().join("study.toml")).unwrap();
    for line in [
        "codebook = \"codebook.yaml\"",
        "garden_group = [\"garden group\"] # 2 notes",
        "garden_walk = [\"Garden Walk\"] # 1 note",
        "evaluation = [] # 3 notes",
        "# ketamine = [] # no note yet",
        "#   4 participants, with their notes: G00 (2), G01 (2), G02 (1), G03 (1)",
        "#   1 author, with their notes: R. Lindqvist (6)",
        "#   dates: 2023-01-21 to 2023-06-21",
    ] {
        assert!(file.lines().any(|l| l == line), "{line}\n{file}");
    }
    // What is written is read: every note has its type now.
    let checked = verbatim(&["check", &path, "--json"]);
    let checked: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let notes = checked["notes"].as_array().unwrap();
    let types: Vec<&str> = notes
        .iter()
        .map(|n| n["session_type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types.iter().filter(|t| **t == "garden_group").count(),
        2,
        "{types:?}"
    );
    // What recurs is a remark of the codebook and no code of it.
    let book = fs::read_to_string(dir.path().join("codebook.yaml")).unwrap();
    assert!(
        book.contains("#   raised bed: 3 notes of 3 participants\n"),
        "{book}"
    );
    let book = text(&dir.path().join("codebook.yaml"));
    let checked = verbatim(&["codebook", "check", &book]);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(said.contains("0 errors, 0 warnings, 0 notes"), "{said}");
}

#[test]
fn the_keys_that_init_leaves_as_comments_are_keys() {
    let further = include_str!("../codebooks/starter/study.toml");
    let keys: Vec<&str> = further
        .lines()
        .filter_map(|l| l.strip_prefix("# "))
        .filter(|l| l.contains(" = ") || l.starts_with('['))
        .collect();
    assert!(keys.contains(&"[session_types]"));
    verbatim::study::parse(&keys.join("\n"), Path::new("study.toml")).unwrap();
}

#[test]
fn memos_stand_where_they_belong() {
    let dir = tempfile::tempdir().unwrap();
    study(dir.path());
    let path = text(dir.path());
    init_with_starter(dir.path());
    let note = "P02/2022-03-02 ketamine.txt";
    let explained = verbatim(&["explain", &path, note, "--json"]);
    let explained: Value = serde_json::from_slice(&explained.stdout).unwrap();
    assert_eq!(explained["codings"].as_array().unwrap().len(), 1);

    let out = text(&dir.path().join("out"));
    assert!(
        verbatim(&["run", &path, "--out", &out, "--quiet"])
            .status
            .success()
    );
    let mut codings = csv::Reader::from_path(dir.path().join("out/codings.csv")).unwrap();
    let rows = codings.records().map(|r| r.unwrap());
    let id = rows.into_iter().find(|r| &r[1] == note).unwrap()[0].to_owned();
    let memos = format!(
        "level,target,memo,author,date\nstudy,,Begun in spring,TB,2022-05-01\ncode,closeness,Too \
         wide?,,\nnote,{note},Read twice,TB,\ncoding,{id},Surely,,\ncode,clossness,?,,\nday,x,y,,\n"
    );
    fs::write(dir.path().join("memos.csv"), memos).unwrap();
    let explained = verbatim(&["explain", &path, note]);
    let said = String::from_utf8(explained.stdout).unwrap();
    for line in [
        "  memo (TB): Read twice",
        "    memo on the code: Too wide?",
        "    memo: Surely",
    ] {
        assert!(said.contains(line), "{said}");
    }
    let told = String::from_utf8(explained.stderr).unwrap();
    assert!(
        told.contains("clossness") && told.contains("\"day\""),
        "{told}"
    );

    let page = || fs::read_to_string(dir.path().join("out/report.html")).unwrap();
    assert!(
        verbatim(&["run", &path, "--out", &out, "--quiet"])
            .status
            .success()
    );
    assert!(!page().contains("Begun in spring"));
    let file = fs::read_to_string(dir.path().join("study.toml")).unwrap();
    fs::write(
        dir.path().join("study.toml"),
        format!("memos_in_report = true\n{file}"),
    )
    .unwrap();
    assert!(
        verbatim(&["run", &path, "--out", &out, "--quiet"])
            .status
            .success()
    );
    assert!(page().contains("Begun in spring") && page().contains("Read twice"));
    let ledger = fs::read_to_string(dir.path().join("out/ledger.csv")).unwrap();
    assert!(ledger.contains("memos, not notes"), "{ledger}");
}

#[test]
fn suggestions_open_to_their_sentences_and_code_nothing() {
    let dir = tempfile::tempdir().unwrap();
    study(dir.path());
    let path = text(dir.path());
    init_with_starter(dir.path());
    let before: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    let suggest = |threads: &str| {
        let args = [
            "suggest",
            &path,
            "--code",
            "closeness",
            "--json",
            "--threads",
            threads,
        ];
        let suggested = verbatim(&args);
        assert!(
            suggested.status.success(),
            "{}",
            String::from_utf8_lossy(&suggested.stderr)
        );
        suggested.stdout
    };
    let first = suggest("1");
    assert_eq!(first, suggest("3"));
    let suggested: Value = serde_json::from_slice(&first).unwrap();
    assert_eq!(suggested["coded_sentences"], 12);
    assert_eq!(suggested["sentences"][0]["text"], "The garden was calm.");
    let after: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    assert_eq!(before, after);
    let sum = |suggested: &Value, what: &str| -> u64 {
        let patterns = suggested["patterns"].as_array().unwrap();
        patterns.iter().map(|p| p[what].as_u64().unwrap()).sum()
    };
    assert_eq!(
        (sum(&suggested, "codings"), sum(&suggested, "rejected")),
        (12, 0)
    );
    fs::write(
        dir.path().join("decisions.csv"),
        "note_id,code,text,action,coder\n\
         P01/2022-03-01 ketamine.txt,closeness,felt close to her daughter,reject,EL\n",
    )
    .unwrap();
    let suggested: Value = serde_json::from_slice(&suggest("1")).unwrap();
    assert_eq!(sum(&suggested, "codings"), 12);
    assert_eq!(
        (sum(&suggested, "counted"), sum(&suggested, "rejected")),
        (11, 1)
    );
    let few = verbatim(&["suggest", &path, "--code", "sleep"]);
    assert!(String::from_utf8(few.stdout).unwrap().contains("Too few"));
    assert_eq!(
        verbatim(&["suggest", &path, "--code", "slep"])
            .status
            .code(),
        Some(1)
    );
}

#[test]
fn a_reading_in_the_suggested_order_is_played_through() {
    let dir = tempfile::tempdir().unwrap();
    study(dir.path());
    let path = text(dir.path());
    init_with_starter(dir.path());
    // A careful coder finds the code in the first sentence of P01 to P14.
    let mut gold = String::new();
    for i in 1..=16 {
        let words = match i {
            1..=12 => "felt close to her daughter",
            _ => "The garden was calm",
        };
        let coding =
            format!("{{\"code\":\"closeness\",\"text\":\"{words}\",\"assertion\":\"affirmed\"}}");
        let codings = if i <= 14 { coding } else { String::new() };
        writeln!(
            gold,
            "{{\"note_id\":\"P{i:02}/2022-03-{i:02} ketamine.txt\",\"codings\":[{codings}]}}"
        )
        .unwrap();
    }
    let gold_file = dir.path().join("gold.jsonl");
    fs::write(&gold_file, gold).unwrap();
    let files = ["curve.csv", "curve.svg"].map(|name| dir.path().join(name));
    let play = |threads: &str| {
        let (gold, csv, svg) = (text(&gold_file), text(&files[0]), text(&files[1]));
        let played = verbatim(&[
            "suggest",
            &path,
            "--simulate",
            &gold,
            "--csv",
            &csv,
            "--figure",
            &svg,
            "--json",
            "--threads",
            threads,
        ]);
        let wrong = String::from_utf8_lossy(&played.stderr).into_owned();
        assert!(played.status.success(), "{wrong}");
        (
            played.stdout,
            files.each_ref().map(|f| fs::read(f).unwrap()),
        )
    };
    let played = play("1");
    assert_eq!(played, play("3"));
    let value: Value = serde_json::from_slice(&played.0).unwrap();
    let code = &value["codes"]["closeness"];
    assert_eq!(value["codes"].as_object().unwrap().len(), 1, "{value}");
    assert_eq!(code["sentences_coded_by_rules"], 12);
    assert_eq!(code["found_by_rules"], 12);
    assert_eq!(code["passages"], 14);
    // The two that the rules miss share the garden with the code's sentences: first batch.
    let read = code["read_until_goal"].as_u64().unwrap();
    assert!((14..=22).contains(&read), "{code}");
    let table = String::from_utf8(played.1[0].clone()).unwrap();
    assert!(table.starts_with("code,sentences_read,share_read,passages_found,share_found,stage\n"));
    assert!(
        table.contains(",12,") && table.lines().last().unwrap().contains(",14,1,"),
        "{table}"
    );
    assert!(String::from_utf8_lossy(&played.1[1]).contains("<circle"));
    // Nothing that a coder could have found is an error with what to do.
    fs::write(&gold_file, "{\"note_id\":\"x\",\"codings\":[]}\n").unwrap();
    let none = verbatim(&["suggest", &path, "--simulate", &text(&gold_file)]);
    assert_eq!(none.status.code(), Some(1));
}

#[test]
fn what_a_person_refused_is_not_suggested_again() {
    let dir = tempfile::tempdir().unwrap();
    study(dir.path());
    let path = text(dir.path());
    init_with_starter(dir.path());
    let first = || {
        let said = verbatim(&["suggest", &path, "--code", "closeness", "--json"]).stdout;
        let value: Value = serde_json::from_slice(&said).unwrap();
        assert!(
            value["average_precision"].as_f64().unwrap() > 0.9,
            "{value}"
        );
        assert_eq!(value["held_out"], "participants");
        value["sentences"][0]["note_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let before = first();
    let decision = format!(
        "note_id,note_sha256,code,start,end,text,action,assertion,voice,new_code,coder,date,memo\n\
         {before},,closeness,0,20,The garden was calm.,reject,,,,EL,2026-03-01,\n"
    );
    fs::write(dir.path().join("decisions.csv"), decision).unwrap();
    assert_ne!(first(), before);
}

#[test]
fn filled_sheets_are_learnt_from() {
    let dir = tempfile::tempdir().unwrap();
    study(dir.path());
    let path = text(dir.path());
    init_with_starter(dir.path());
    let suggest = || {
        let suggested = verbatim(&["suggest", &path, "--code", "closeness", "--json"]);
        let value: Value = serde_json::from_slice(&suggested.stdout).unwrap();
        let first = value["sentences"][0]["text"].as_str().unwrap().to_owned();
        (value["people_said"].clone(), first)
    };
    let said = |yes: u64, no: u64| serde_json::json!({"yes": yes, "no": no});
    assert_eq!(suggest(), (said(0, 0), "The garden was calm.".to_owned()));

    // A sample of what the rules left: yes to the garden, no to all else.
    let drawn = verbatim(&[
        "sample",
        &path,
        "--from",
        "uncoded",
        "--code",
        "closeness",
        "--n",
        "30",
        "--seed",
        "5",
    ]);
    assert!(drawn.status.success());
    let sheet = dir.path().join("elusion_sheet_closeness.csv");
    let mut reader = csv::Reader::from_path(&sheet).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let mut filled = csv::Writer::from_path(dir.path().join("filled.csv")).unwrap();
    filled.write_record(&header).unwrap();
    let mut answers = (0, 0);
    for row in reader.records() {
        let mut cells: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        let carries = cells[column("sentence")].contains("garden");
        cells[column("answer")] = if carries { "yes" } else { "no" }.to_owned();
        if carries {
            answers.0 += 1;
        } else {
            answers.1 += 1;
        }
        filled.write_record(&cells).unwrap();
    }
    filled.flush().unwrap();
    fs::rename(dir.path().join("filled.csv"), &sheet).unwrap();
    assert!(answers.0 > 0 && answers.1 > 9, "{answers:?}");
    let (people, first) = suggest();
    assert_eq!(people, said(answers.0, answers.1));
    // What was answered is known, so that it is not asked again.
    assert!(answers.0 < 2 || !first.contains("garden"), "{first}");

    // Who reads whole notes says no to each sentence that they do not code.
    fs::remove_file(&sheet).unwrap();
    fs::remove_file(dir.path().join("elusion_sheet_closeness.xlsx")).unwrap();
    let coded = "note_id,code,text,assertion,read,coder\n\
         P13/2022-03-13 ketamine.txt,closeness,The garden was calm.,,,EL\n\
         P15/2022-03-15 ketamine.txt,,,,yes,EL\n\
         P16/2022-03-16 ketamine.txt,,,,,EL\n";
    fs::write(dir.path().join("coding_sheet.csv"), coded).unwrap();
    let (people, _) = suggest();
    // Two further sentences of P13, and the three of P15.
    assert_eq!(people, said(1, 5));
}
