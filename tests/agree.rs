//! Coders of every kind compared: thresholds, rounds of coding, projects, older codebooks, bad files.
#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::format_push_string,
    reason = "a test that cannot go on should say so"
)]

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::verbatim_in;

/// Runs the program, which has to end well; gives both outputs.
#[track_caller]
fn done(dir: &Path, args: &[&str]) -> (String, String) {
    let output = verbatim_in(dir, args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}\n{told}");
    (String::from_utf8(output.stdout).unwrap(), told)
}

#[track_caller]
fn json(dir: &Path, args: &[&str]) -> (Value, String) {
    let (said, told) = done(dir, &[args, &["--json"]].concat());
    (serde_json::from_str(&said).unwrap(), told)
}

/// Twelve notes of two paragraphs each; two coders of whom the second misses the code in some.
fn two_coders(dir: &Path) {
    let (mut notes, mut first, mut second) = (
        String::new(),
        "note_id,code,text,coder,batch\n".to_owned(),
        "note_id,code,start,end,coder\n".to_owned(),
    );
    for i in 0..12 {
        let text = if i % 3 == 0 {
            "Slept badly. Ate.\n\nShe felt calm. Home."
        } else {
            "Slept well. Ate.\n\nNothing else was said."
        };
        let person = i / 2;
        let line = serde_json::json!({
            "note_id": format!("n{i:02}"), "text": text, "participant_id": format!("P{person}"),
            "date": format!("2021-0{}-02", 1 + i / 4), "session_type": "integration",
        });
        notes.push_str(&format!("{line}\n"));
        let batch = 1 + i / 6;
        if i % 3 == 0 {
            first.push_str(&format!("n{i:02},calm,felt calm,EL,{batch}\n"));
        } else {
            first.push_str(&format!("n{i:02},,,EL,{batch}\n"));
        }
        // The second coder drifts: in the second batch they miss every one.
        if i % 3 == 0 && i < 6 {
            let at = text.find("felt").unwrap();
            second.push_str(&format!("n{i:02},calm,{at},{},MK\n", at + 9));
        } else {
            second.push_str(&format!("n{i:02},,,,MK\n"));
        }
    }
    fs::write(dir.join("notes.jsonl"), notes).unwrap();
    fs::write(dir.join("first.csv"), first).unwrap();
    fs::write(dir.join("second.csv"), second).unwrap();
}

#[test]
fn drift_shows_batch_by_batch_and_the_threshold_is_judged() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    two_coders(dir);
    let both = ["agree", "first.csv", "second.csv"];
    let more = [
        "--by",
        "batch",
        "--threshold",
        "0.8",
        "--csv",
        "agreement.csv",
    ];
    let (all, told) = json(dir, &[&both[..], &more].concat());
    assert_eq!(told, "");
    assert_eq!(all["threshold"]["coefficient"], "krippendorff_alpha");
    assert_eq!(all["notes"], 12);
    let calm = &all["codes"]["calm"];
    assert_eq!(calm["marked"], serde_json::json!([4, 2]));
    assert_eq!(calm["table"]["only_first"], 2);
    assert_eq!(calm["verdict"], "inconclusive");
    let groups = all["groups"].as_array().unwrap();
    let alpha = |g: &Value| {
        let found = &g["codes"]["calm"]["coefficients"]["krippendorff_alpha"]["value"];
        found.as_f64().unwrap()
    };
    assert_eq!(groups[0]["group"], "1");
    assert!((alpha(&groups[0]) - 1.0).abs() < 1e-12);
    assert!(alpha(&groups[1]) < 0.0);
    assert_eq!(
        all["over_codes"]["krippendorff_alpha"]["minimum_code"],
        "calm"
    );
    let table = fs::read_to_string(dir.join("agreement.csv")).unwrap();
    let row = |begin: &str| table.lines().filter(|l| l.starts_with(begin)).count();
    assert_eq!(row(",calm,krippendorff_alpha,"), 1);
    assert_eq!(row("batch=2,calm,krippendorff_alpha,"), 1);
    assert!(table.contains("inconclusive"), "{table}");

    let (said, _) = done(dir, &[&both[..], &["--threshold", "0.8"]].concat());
    assert!(
        said.contains("0 codes above, 1 inconclusive (the interval crosses it), 0 below"),
        "{said}"
    );
    let refused = verbatim_in(dir, &["agree", "second.csv", "second.csv", "--by", "batch"]);
    assert_eq!(refused.status.code(), Some(1));
    let refused = verbatim_in(dir, &[&both[..], &["--threshold", "80"]].concat());
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn a_paragraph_is_a_unit_and_a_coder_may_stand_against_themselves() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    two_coders(dir);
    fs::copy(dir.join("first.csv"), dir.join("again.csv")).unwrap();
    let (all, _) = json(
        dir,
        &["agree", "first.csv", "again.csv", "--unit", "paragraph"],
    );
    assert_eq!(
        all["coders"],
        serde_json::json!(["EL (first.csv)", "EL (again.csv)"])
    );
    assert_eq!(all["codes"]["calm"]["n"], 24);
    assert_eq!(all["codes"]["calm"]["marked"], serde_json::json!([4, 4]));
    let words = all["codes"]["calm"]["words"].as_str().unwrap();
    assert!(
        words.contains("no disagreement was seen in 24 paragraphs"),
        "{words}"
    );
    let (all, _) = json(
        dir,
        &["agree", "first.csv", "second.csv", "--unit", "character"],
    );
    assert_eq!(all["codes"]["calm"]["marked"], serde_json::json!([36, 18]));
}

#[test]
fn passages_meet_by_as_much_as_is_asked_and_confusion_is_listed() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(
        dir.join("notes.jsonl"),
        "{\"note_id\":\"n\",\"text\":\"She felt calm and safe at home.\"}\n",
    )
    .unwrap();
    fs::write(
        dir.join("a.csv"),
        "note_id,code,start,end\nn,calm,4,13\nn,home,23,30\n",
    )
    .unwrap();
    fs::write(
        dir.join("b.csv"),
        "note_id,code,start,end\nn,calm,9,22\nn,safety,23,30\n",
    )
    .unwrap();
    let (all, _) = json(dir, &["agree", "a.csv", "b.csv"]);
    assert_eq!(all["codes"]["calm"]["passages"]["f1"], 1.0);
    let confusion = &all["confusion"];
    assert_eq!(
        *confusion,
        serde_json::json!([{"first": "home", "second": "safety", "passages": 1}])
    );
    let (all, _) = json(dir, &["agree", "a.csv", "b.csv", "--overlap", "0.5"]);
    assert_eq!(all["codes"]["calm"]["passages"]["f1"], 0.0);
}

#[test]
fn what_is_wrong_with_a_file_is_said_and_the_rest_is_compared() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let text = "She felt calm. She felt calm again.";
    let line = serde_json::json!({ "note_id": "n", "text": text });
    fs::write(dir.join("notes.jsonl"), format!("{line}\n")).unwrap();
    let sha = "0".repeat(64);
    let rows = [
        "note_id;code;start;end;text;note_sha256".to_owned(),
        "n;calm;19;28;;".to_owned(),
        "n;calm;19;28;felt calm;".to_owned(),
        "n;calm;400;410;;".to_owned(),
        "n;calm;9;4;;".to_owned(),
        "n;calm;5;5;;".to_owned(),
        "n;calm;-3;4;;".to_owned(),
        "n;calm;6;15;felt calm;".to_owned(),
        "n;calm;0;3;never said;".to_owned(),
        format!("n;calm;0;3;;{sha}"),
        "nowhere;calm;0;3;;".to_owned(),
    ];
    // Windows-1252, semicolons, CRLF.
    let mut bytes = rows.join("\r\n").into_bytes();
    bytes.extend(b"\r\nn;caf\xE9;0;3;She;\r\n");
    fs::write(dir.join("a.csv"), bytes).unwrap();
    let mut jsonl = b"\xEF\xBB\xBF{\"note_id\":\"n\",\"codings\":[{\"code\":\"calm\",\"start\":4,\"end\":13},{\"code\":\"calm\"}]}\n".to_vec();
    jsonl.extend(b"not json\n");
    fs::write(dir.join("b.jsonl"), jsonl).unwrap();
    let (all, told) = json(dir, &["agree", "a.csv", "b.jsonl", "--unit", "character"]);
    // 19-28 once, and 6-15 whose words stand at 4-13.
    assert_eq!(all["codes"]["calm"]["marked"], serde_json::json!([18, 9]));
    assert!(all["codes"]["caf\u{e9}"].is_object());
    for said in [
        "counted once",
        "has 35 characters",
        "runs from 9 to 4",
        "runs from 5 to 5",
        "stands at 4, not at 6",
        "\"never said\"",
        "read otherwise when it was coded",
        "nowhere",
        "a.csv:7:1",
        "b.jsonl:2:1",
        "no place in its note",
    ] {
        assert!(told.contains(said), "{said}:\n{told}");
    }
    fs::write(dir.join("none.jsonl"), "what\nis this\n").unwrap();
    let refused = verbatim_in(dir, &["agree", "none.jsonl", "b.jsonl"]);
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn a_rating_table_is_read_as_programs_write_it() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    // R: row names without a heading, NA; Excel: semicolons and a byte order mark.
    let r = "\"\",\"a\",\"b\"\n\"1\",1,1.0\n\"2\",2,NA\n\"3\",2,2\n\"4\",1,2\n";
    let excel = "\u{FEFF}unit;a;b\r\n1;1;1\r\n2;2;\r\n3;2;2\r\n4;1;2\r\n";
    fs::write(dir.join("r.csv"), r).unwrap();
    fs::write(dir.join("excel.csv"), excel).unwrap();
    let of = |file: &str| json(dir, &["agree", "--ratings", file, "--level", "ordinal"]);
    let ((one, told), (two, _)) = (of("r.csv"), of("excel.csv"));
    assert_eq!(one["coefficients"], two["coefficients"]);
    assert_eq!(
        (&one["coders"], &one["units"]),
        (&Value::from(2), &Value::from(4))
    );
    assert!(one["coefficients"]["gwet_ac2_ordinal"]["value"].is_number());
    assert!(told.contains("taken as missing"), "{told}");
    // Among words NA is a category where it is listed as one.
    fs::write(dir.join("w.csv"), "a,b\nyes,NA\nNA,NA\nyes,yes\n").unwrap();
    let (words, told) = json(dir, &["agree", "--ratings", "w.csv"]);
    assert_eq!(words["categories"], serde_json::json!(["yes"]));
    assert_eq!(words["units_without_ratings"], 1);
    assert!(
        told.contains("w.csv:2:1") && told.contains("3 cells say NA"),
        "{told}"
    );
    let listed = ["agree", "--ratings", "w.csv", "--categories", "NA,yes"];
    let (words, told) = json(dir, &listed);
    assert_eq!((&words["units"], told.as_str()), (&Value::from(3), ""));
}

const BOOK: &str = "codebook: small\nversion: 1\ncodes:\n  - id: calm\n    definition: Calm.\n    \
    examples: [She felt calm., So calm.]\n    counterexamples: [No., Never.]\n    patterns: [calm]\n  \
    - id: rest\n    definition: Rest.\n    examples: [She rested., Rest.]\n    counterexamples: [No., \
    Never.]\n    patterns: [rest]\n";

#[test]
fn a_coding_made_with_an_older_codebook_is_stale_where_the_code_changed() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for (name, text) in [
        ("a.txt", "She felt calm."),
        ("b.txt", "She rested."),
        ("c.txt", "Left."),
    ] {
        fs::write(dir.join(name), text).unwrap();
    }
    fs::write(dir.join("book.yaml"), BOOK).unwrap();
    fs::write(
        dir.join("study.toml"),
        "codebook = \"book.yaml\"\nnotes = [\"*.txt\"]\n[agreement]\nthreshold = 0.9\ncoefficient = \
         \"ac1\"\n",
    )
    .unwrap();
    done(
        dir,
        &["sample", ".", "--n", "3", "--batches", "2", "--quiet"],
    );
    let sheet = fs::read_to_string(dir.join("coding_sheet.csv")).unwrap();
    let filled: String = sheet
        .lines()
        .map(|line| {
            let line = if line.contains("felt calm") {
                line.replace(",,,,,,", ",calm,,,,,")
            } else {
                line.to_owned()
            };
            line.replacen(".txt,,", ".txt,yes,", 1) + "\n"
        })
        .collect();
    fs::write(dir.join("coding_sheet.csv"), filled).unwrap();
    // The codebook changes after they coded, and only in one code.
    fs::write(
        dir.join("book.yaml"),
        BOOK.replace("definition: Calm.", "definition: Calm, said now."),
    )
    .unwrap();
    done(dir, &["run", ".", "--quiet", "--no-index", "--no-report"]);
    let (all, told) = json(
        dir,
        &[
            "agree",
            "coding_sheet.csv",
            "out",
            "--study",
            ".",
            "--by",
            "batch",
        ],
    );
    assert_eq!(all["notes"], 3, "{told}");
    let stale = &all["codes"]["calm"]["stale"];
    assert!(
        stale[0].as_str().unwrap().contains("definition"),
        "{stale} {told}"
    );
    assert_eq!(all["codes"]["rest"]["stale"], serde_json::json!([]));
    assert_eq!(all["threshold"]["coefficient"], "gwet_ac1");
    assert_eq!(all["groups"].as_array().unwrap().len(), 2);
}

#[test]
fn a_run_is_compared_with_the_coders_that_the_study_names() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for (name, text) in [
        ("a.txt", "She felt calm."),
        ("b.txt", "She rested and was not calm."),
        ("c.txt", "She said <b>nothing</b>."),
    ] {
        fs::write(dir.join(name), text).unwrap();
    }
    fs::write(dir.join("book.yaml"), BOOK).unwrap();
    fs::write(
        dir.join("second.csv"),
        "note_id,code,text,coder\na.txt,calm,felt calm,EL <i>\nb.txt,calm,not calm,EL <i>\nc.txt,rest,\
         said,EL <i>\n",
    )
    .unwrap();
    fs::write(
        dir.join("study.toml"),
        "codebook = \"book.yaml\"\n[agreement]\ncoders = [\"second.csv\"]\nthreshold = 0.8\n",
    )
    .unwrap();
    let (_, told) = done(dir, &["run", ".", "--no-index"]);
    assert!(told.contains("agreement with EL <i> on 3 notes"), "{told}");
    // The coder's file is no note.
    let ledger = fs::read_to_string(dir.join("out/ledger.csv")).unwrap();
    assert!(
        ledger
            .lines()
            .any(|l| l.starts_with("second.csv") && l.contains("skipped")),
        "{ledger}"
    );
    let table = fs::read_to_string(dir.join("out/agreement.csv")).unwrap();
    assert!(table.contains(",rest,krippendorff_alpha,"), "{table}");
    assert!(
        table.contains("inconclusive") || table.contains("below"),
        "{table}"
    );
    let list = fs::read_to_string(dir.join("out/disagreements.csv")).unwrap();
    assert!(list.contains("c.txt,rest,"), "{list}");
    assert!(list.contains("rules small 1: negated"), "{list}");
    let page = fs::read_to_string(dir.join("out/report.html")).unwrap();
    assert!(page.contains("id=\"agreement\"") && page.contains("EL &lt;i&gt;"));
    assert!(!page.contains("EL <i>"));
    // The disagreements stand side by side, masked, with the rule and its cue.
    assert!(page.contains("<mark>not calm</mark>"), "masked page");
    assert!(page.contains("calm, cue &quot;") || page.contains("<code><bdi>calm</bdi></code>"));
    // The same bytes with one thread and elsewhere.
    done(
        dir,
        &[
            "run",
            ".",
            "--no-index",
            "--quiet",
            "--threads",
            "1",
            "--out",
            "again",
        ],
    );
    for name in ["agreement.csv", "disagreements.csv", "report.html"] {
        let of = |folder: &str| fs::read(dir.join(folder).join(name)).unwrap();
        assert!(of("out") == of("again"), "{name}");
    }
}

/// A coder who is not there is told, and the run goes on with the others.
#[test]
fn a_coder_who_is_not_there_stops_no_run() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("a.txt"), "She felt calm.").unwrap();
    fs::write(dir.join("book.yaml"), BOOK).unwrap();
    let second = "note_id,code,text,coder\na.txt,calm,felt calm,EL\n";
    fs::write(dir.join("second.csv"), second).unwrap();
    for (coders, is_compared) in [
        ("\"third.csv\"", false),
        ("\"third.csv\", \"second.csv\"", true),
    ] {
        let study = format!("codebook = \"book.yaml\"\n[agreement]\ncoders = [{coders}]\n");
        fs::write(dir.join("study.toml"), study).unwrap();
        let (_, told) = done(dir, &["run", ".", "--no-index", "--no-report"]);
        assert!(
            told.contains("study.toml") && told.contains("third.csv"),
            "{told}"
        );
        assert_eq!(told.contains("agreement with EL"), is_compared, "{told}");
        assert_eq!(dir.join("out/agreement.csv").is_file(), is_compared);
    }
}

/// Words that stand more than once, a note that stands twice, codes that nobody else uses: each is said.
#[test]
fn what_a_file_leaves_open_is_said_and_not_guessed() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let text = "She felt calm. He felt calm, so calm and calm.";
    let line = serde_json::json!({ "note_id": "n", "text": text });
    fs::write(dir.join("notes.jsonl"), format!("{line}\n")).unwrap();
    let rows = "note_id,code,start,end,text\nn,agency,,,felt calm\nn,agency,40,49,felt calm\nn,agencyy,,,He felt\n\
                n,coping,,,so calm\nn,imagery,,,and calm\n";
    fs::write(dir.join("a.csv"), rows).unwrap();
    let coding = |at: u32| serde_json::json!({"note_id": "n", "codings": [{"code": "agency", "start": at, "end": at + 9}]});
    fs::write(
        dir.join("b.jsonl"),
        format!("{}\n{}\n", coding(4), coding(18)),
    )
    .unwrap();
    let (all, told) = json(dir, &["agree", "a.csv", "b.jsonl", "--unit", "sentence"]);
    assert_eq!(all["codes"]["agency"]["table"]["both"], 2);
    // Nothing is 0, and never -0.
    let coping = all["codes"]["coping"].to_string();
    assert!(coping.contains("\"prevalence\":[0.5,0.0]"), "{coping}");
    assert!(
        !coping.contains("-0,") && !coping.contains("-0%") && !coping.contains("-0.0,"),
        "{coping}"
    );
    for said in [
        "V710",
        "a.csv:2:1",
        "\"felt calm\" (coded agency) stand 2 times in note n",
        "stands at 18, not at 40",
        "the nearest are taken",
        "b.jsonl:2:1",
        "stands on line 1 already",
        // No run, no codebook named: most codes are the built-in one's.
        "the code \"agencyy\" (1 codings) is not in the codebook",
        "Did they mean agency?",
    ] {
        assert!(told.contains(said), "{said}:\n{told}");
    }
    // Codes of a codebook that nobody named: only what is nearly another coder's is told.
    let own = |code: &str| format!("note_id,code,start,end\nn,tears,0,3\nn,{code},4,8\n");
    fs::write(dir.join("c.csv"), own("homesick")).unwrap();
    fs::write(dir.join("d.csv"), own("home-sick")).unwrap();
    let (_, told) = done(dir, &["agree", "c.csv", "d.csv", "--notes", "notes.jsonl"]);
    assert!(told.contains("\"home-sick\" is nearly the same"), "{told}");
    assert!(
        told.contains("not looked up") && !told.contains("tears\":"),
        "{told}"
    );
    // In a sheet words are looked for in their sentence.
    let sheet = "note_id,read,start,end,sentence,code,text\nn,yes,15,46,\"He felt calm, so calm and calm.\",agency,calm\n";
    fs::write(dir.join("sheet.csv"), sheet).unwrap();
    let (_, told) = done(
        dir,
        &["agree", "sheet.csv", "b.jsonl", "--unit", "sentence"],
    );
    assert!(
        told.contains("sheet.csv:2:1") && told.contains("stand 3 times in their sentence"),
        "{told}"
    );
    // Which of two texts of one note is meant, nobody can tell.
    let other = serde_json::json!({ "note_id": "n", "text": "Other." });
    fs::write(
        dir.join("notes.jsonl"),
        format!("{line}\n{line}\n{other}\n"),
    )
    .unwrap();
    let refused = verbatim_in(
        dir,
        &["agree", "a.csv", "b.jsonl", "--notes", "notes.jsonl"],
    );
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(
        told.contains("notes.jsonl:3:1") && told.contains("line 1"),
        "{told}"
    );
}

#[test]
fn a_codebook_is_checked_beside_its_notes() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(
        dir.join("book.yaml"),
        BOOK.replace("patterns: [calm]", "patterns: [calm, dizziness]"),
    )
    .unwrap();
    fs::write(
        dir.join("notes.jsonl"),
        "{\"note_id\":\"n\",\"text\":\"She felt calm, then dizzyness, dizzyness.\"}\n",
    )
    .unwrap();
    let (said, _) = done(
        dir,
        &["codebook", "check", "book.yaml", "--notes", "notes.jsonl"],
    );
    assert!(
        said.contains("of calm, 1 stand in no note: dizziness."),
        "{said}"
    );
    assert!(said.contains("dizzyness (2; dizziness)"), "{said}");
    assert!(
        said.contains("of rest, 1 stand in no note: rest."),
        "{said}"
    );
    // Two codes that are found in the same passages.
    let twins = BOOK.replace("patterns: [rest]", "patterns: [felt calm, rest]");
    fs::write(dir.join("book.yaml"), twins).unwrap();
    let text =
        "She felt calm. He felt calm. They felt calm. It felt calm. We felt calm. A rest. Calm.";
    let line = serde_json::json!({"note_id": "n", "text": text});
    fs::write(dir.join("notes.jsonl"), format!("{line}\n")).unwrap();
    let (said, _) = done(
        dir,
        &["codebook", "check", "book.yaml", "--notes", "notes.jsonl"],
    );
    assert!(
        said.contains(
            "Of the 6 passages of rest in these notes 5 (83%) overlap one of calm, which has 6."
        ),
        "{said}"
    );
}

#[test]
fn two_runs_of_different_versions_of_a_note_are_told_and_set_onto_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("book.yaml"), BOOK).unwrap();
    for (folder, text) in [
        ("old", "She felt calm. She rested. Then left."),
        ("new", "Later that day she felt calm. Then left."),
    ] {
        fs::create_dir(dir.join(folder)).unwrap();
        fs::write(dir.join(folder).join("a.txt"), text).unwrap();
        let out = format!("{folder}-out");
        let run = ["run", folder, "--codebook", "book.yaml", "--out", &out];
        done(
            dir,
            &[&run[..], &["--quiet", "--no-index", "--no-report"]].concat(),
        );
    }
    let (all, told) = json(dir, &["agree", "new-out", "old-out", "--unit", "character"]);
    assert!(
        told.contains("V704") && told.contains("1 codings moved, 0 changed, 1 lost"),
        "{told}"
    );
    assert!(told.contains("rest \"rested\""), "{told}");
    let calm = &all["codes"]["calm"]["coefficients"]["krippendorff_alpha"];
    assert_eq!(calm["value"], 1.0, "{all}");
}

/// Sentences of one note are not independent: their intervals are those of resampled notes, and the
/// table says so.
#[test]
fn intervals_within_notes_are_resampled_by_note() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    two_coders(dir);
    let args = ["agree", "first.csv", "second.csv", "--unit", "sentence"];
    let (all, _) = json(dir, &args);
    assert_eq!(all["intervals"]["method"], "bootstrap");
    assert_eq!(all["intervals"]["drawn"], "note");
    assert_eq!(all["intervals"]["clusters"], 12);
    let code = &all["codes"]["calm"];
    let alpha = &code["coefficients"]["krippendorff_alpha"];
    assert_eq!(alpha["se"], Value::Null);
    for end in ["ci_low", "ci_high"] {
        assert!(alpha[end].is_number(), "{alpha}");
        assert_eq!(alpha[end], code["alpha_bootstrap"][end]);
    }
    assert!(code["coefficients"]["gwet_ac1"]["ci_low"].is_number());
    let (said, _) = done(dir, &args);
    assert!(said.contains("1000 seeded resamples of 12 notes"), "{said}");
    let low = format!("({:.3} to ", alpha["ci_low"].as_f64().unwrap());
    assert!(said.contains(&low), "{low} in {said}");
    // Whoever says that units are independent has the formula.
    let (all, _) = json(dir, &[&args[..], &["--bootstrap", "unit"]].concat());
    assert_eq!(all["intervals"]["method"], "formula");
    assert!(all["codes"]["calm"]["coefficients"]["krippendorff_alpha"]["se"].is_number());
}

/// Four notes stand for two, twelve for ninety-nine: sixteen notes are sixteen, and what is marked is
/// not rounded to whole notes.
#[test]
fn weighted_numbers_are_neither_cut_nor_rounded() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut rows = "note_id,code,stratum,stratum_size\n".to_owned();
    for i in 0..16 {
        let stratum = if i < 4 { "rare,2" } else { "common,99" };
        let code = if [0, 4, 8].contains(&i) { "calm" } else { "" };
        rows.push_str(&format!("n{i},{code},{stratum}\n"));
    }
    let rows = rows
        .replace("code,stratum", "code,text,stratum")
        .replace(",calm,", ",calm,x,");
    let rows = rows
        .replace(",,rare", ",,,rare")
        .replace(",,common", ",,,common");
    fs::write(dir.join("a.csv"), &rows).unwrap();
    fs::write(dir.join("b.csv"), &rows).unwrap();
    let (all, _) = json(dir, &["agree", "a.csv", "b.csv"]);
    assert_eq!(all["weights"], "design");
    let code = &all["codes"]["calm"];
    assert_eq!(code["n"], 16);
    // One note of weight 2/4 and two of 99/12, over a mean of 101/16.
    let marked = (0.5 + 2.0 * 8.25) / (101.0 / 16.0);
    let found = code["marked"][0].as_f64().unwrap();
    assert!((found - marked).abs() < 1e-9, "{found}");
    assert_eq!(code["table"]["both"], code["marked"][0]);
    let (said, _) = done(dir, &["agree", "a.csv", "b.csv"]);
    assert!(said.contains("16     2.7/2.7"), "{said}");
}
