//! REFI-QDA both ways.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::{CODING, columns, counts, done, path, run_folder, table, verbatim, words_stand};

#[test]
fn a_run_goes_out_and_comes_back_whole() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let (first, second) = (path(dir.path(), "a.qdpx"), path(dir.path(), "b.qdpx"));
    done(&["export", &path(dir.path(), "out"), "--to", &first]);
    done(&["export", &path(dir.path(), ""), "--to", &second]);
    assert!(
        fs::read(&first).unwrap() == fs::read(&second).unwrap(),
        "byte-identical twice"
    );

    let back = dir.path().join("back");
    done(&["import", &first, "--out", &back.to_string_lossy()]);
    assert_eq!(
        columns(&back.join("codings.csv"), CODING),
        columns(&out.join("codings.csv"), CODING)
    );
    words_stand(&back);
    assert_eq!(counts(&back, "coding"), (5, 5, 0));
    assert_eq!(counts(&back, "note"), (2, 2, 0));
    let coders = columns(&back.join("codings.csv"), &["coder"]);
    assert_eq!(coders.iter().filter(|c| *c == "Reviewer").count(), 2);
    let note: serde_json::Value = {
        let notes = fs::read_to_string(back.join("notes.jsonl")).unwrap();
        serde_json::from_str(notes.lines().next().unwrap()).unwrap()
    };
    let had: serde_json::Value = {
        let notes = fs::read_to_string(out.join("notes.jsonl")).unwrap();
        serde_json::from_str(notes.lines().next().unwrap()).unwrap()
    };
    for field in [
        "note_id",
        "text",
        "participant_id",
        "date",
        "session_type",
        "author",
    ] {
        assert_eq!(note[field], had[field]);
    }

    // An import goes out again, and comes back the same.
    let third = path(dir.path(), "c.qdpx");
    let again = dir.path().join("again");
    done(&["export", &back.to_string_lossy(), "--to", &third]);
    done(&["import", &third, "--out", &again.to_string_lossy()]);
    assert_eq!(
        columns(&again.join("codings.csv"), CODING),
        columns(&back.join("codings.csv"), CODING)
    );
}

#[test]
fn an_import_can_be_compared_with_a_run() {
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let project = path(dir.path(), "a.qdpx");
    let back = dir.path().join("back");
    done(&["export", &out.to_string_lossy(), "--to", &project]);
    done(&["import", &project, "--out", &back.to_string_lossy()]);
    // agree reads the notes of a run from notes.csv, too.
    fs::write(out.join("notes.csv"), "note_id\nn/1.txt\nn2\n").unwrap();
    let codings = back.join("codings.csv");
    let told = done(&[
        "agree",
        &out.to_string_lossy(),
        &codings.to_string_lossy(),
        "--json",
    ]);
    assert!(told.contains("feeling/joy"), "{told}");
}

#[test]
fn what_is_written_is_valid_by_the_schemas() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/refi");
    let schemas = if schemas.is_dir() {
        schemas
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/refi")
    };
    if !schemas.is_dir() {
        eprintln!("skipped: the schemas of REFI-QDA are not here");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let out = run_folder(dir.path());
    let project = path(dir.path(), "a.qdpx");
    let book = path(dir.path(), "kap.qdc");
    done(&[
        "export",
        &out.to_string_lossy(),
        "--codebook",
        "kap",
        "--to",
        &project,
    ]);
    done(&["codebook", "export", "kap", "--to", &book]);
    let mut zip = zip::ZipArchive::new(File::open(&project).unwrap()).unwrap();
    let mut xml = Vec::new();
    std::io::copy(&mut zip.by_name("project.qde").unwrap(), &mut xml).unwrap();
    let qde = dir.path().join("project.qde");
    fs::write(&qde, xml).unwrap();
    for (schema, file) in [
        ("Project-requal-refi.xsd", qde.as_path()),
        ("Codebook.xsd", Path::new(&book)),
    ] {
        let schema = schemas.join(schema);
        let Some(told) = validated(&schema, file) else {
            eprintln!("skipped: neither xmllint nor lxml is here");
            return;
        };
        assert_eq!(told, "", "{}", file.display());
    }
}

/// What a validating parser says of a file; none where there is no such parser.
fn validated(schema: &Path, file: &Path) -> Option<String> {
    let xmllint = Command::new("xmllint")
        .arg("--noout")
        .arg("--schema")
        .arg(schema)
        .arg(file)
        .output();
    if let Ok(output) = xmllint {
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        return Some(if output.status.success() {
            String::new()
        } else {
            told
        });
    }
    let named = std::env::var("VERBATIM_PYTHON").ok();
    let python = named.clone().unwrap_or_else(|| "python3".to_owned());
    let code = "import sys\nfrom lxml import etree\ns = etree.XMLSchema(etree.parse(sys.argv[1]))\n\
        d = etree.parse(sys.argv[2])\ns.validate(d)\nprint(s.error_log, end='')";
    let output = Command::new(python)
        .arg("-c")
        .arg(code)
        .arg(schema)
        .arg(file)
        .output()
        .ok()?;
    let is_missing = String::from_utf8_lossy(&output.stderr).contains("No module named");
    assert!(
        !is_missing || named.is_none(),
        "VERBATIM_PYTHON has no lxml"
    );
    (!is_missing).then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_codebook_goes_out_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let book = path(dir.path(), "kap.qdc");
    let back = path(dir.path(), "back.yaml");
    done(&["codebook", "export", "kap", "--to", &book]);
    done(&["import", &book, "--out", &back]);
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_str(&done(&["codebook", "show", name, "--json"])).unwrap()
    };
    let (ours, theirs) = (read("kap"), read(&back));
    let keys = [
        "code",
        "name",
        "include",
        "exclude",
        "examples",
        "counterexamples",
    ];
    let codes = |book: &serde_json::Value| -> Vec<Vec<String>> {
        let one = |c: &serde_json::Value| keys.iter().map(|k| words(&c[k])).collect();
        book["codes"].as_array().unwrap().iter().map(one).collect()
    };
    assert_eq!(codes(&theirs), codes(&ours));
    let taguette = dir.path().join("taguette.qdc");
    fs::write(
        &taguette,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<CodeBook xmlns=\"urn:QDA-XML:codebook:1.0\" \
         origin=\"Taguette 1.5.2\"><Codes><Code guid=\"A7F9C5F0-0F36-5C0C-B0C9-DDDDDDDDDDDD\" name=\"a.b\" \
         isCodable=\"true\"/></Codes><Sets/></CodeBook>",
    )
    .unwrap();
    done(&["import", &taguette.to_string_lossy()]);
    let book = fs::read_to_string(dir.path().join("taguette.yaml")).unwrap();
    assert!(
        book.contains("id: \"a\"") && book.contains("id: \"b\""),
        "{book}"
    );
}

/// JSON with white space evened out, as labelled lines carry it.
fn words(value: &serde_json::Value) -> String {
    let text = value.to_string().replace("\\n", " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes a project as another program would.
pub(crate) fn qdpx(dir: &Path, xml: &str, texts: &[(&str, &[u8])]) -> String {
    let file = dir.join("theirs.qdpx");
    let mut zip = zip::ZipWriter::new(File::create(&file).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("Project.qde", options).unwrap();
    zip.write_all(xml.as_bytes()).unwrap();
    for (name, bytes) in texts {
        zip.start_file(format!("Sources/{name}"), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    file.to_string_lossy().into_owned()
}

const CODE: &str = "11111111-1111-4111-8111-111111111111";

/// A project with one text and these selections (start, end, name), each coded.
fn one_text(selections: &[(i64, i64, &str)]) -> String {
    let selections: String = selections
        .iter()
        .enumerate()
        .map(|(i, (start, end, name))| {
            format!(
                "<PlainTextSelection guid='{{00000000-0000-4000-8000-0000000001{i:02}}}' name=\"{name}\" \
                 startPosition='{start}' endPosition='{end}' creatingUser='{{AAAAAAAA-0000-4000-8000-000000000001}}'>\
                 <Coding guid='00000000-0000-4000-8000-0000000002{i:02}'><CodeRef targetGUID='{{{}}}'/></Coding>\
                 </PlainTextSelection>",
                CODE.to_uppercase()
            )
        })
        .collect();
    format!(
        "<?xml version='1.0' encoding='utf-8'?><Project xmlns='urn:QDA-XML:project:0:4' name='p' \
         origin='NVivo 12 for Windows'><Users><User guid='aaaaaaaa-0000-4000-8000-000000000001' name='Ann'/></Users>\
         <CodeBook><Codes><Code guid='22222222-2222-4222-8222-222222222222' name='Nodes' isCodable='false'>\
         <Code guid='{CODE}' name='Feeling safe' isCodable='true'/></Code></Codes></CodeBook>\
         <Sources><TextSource guid='33333333-3333-4333-8333-333333333333' name='Visit 1' \
         plainTextPath='internal://33333333-3333-4333-8333-333333333333.TXT'>{selections}</TextSource></Sources></Project>"
    )
}

const TEXT_NAME: &str = "33333333-3333-4333-8333-333333333333.txt";

#[test]
fn positions_are_understood_as_the_program_meant_them() {
    let text = "🎉 Hello.\r\nShe felt safe.\r\nShe felt at home 🏠 today.\r\nEnd.";
    let ways: [(&str, &dyn Fn(&str) -> i64); 4] = [
        ("utf16, CRLF 2", &|t| t.encode_utf16().count() as i64),
        ("code points, CRLF 2", &|t| t.chars().count() as i64),
        ("code points, CRLF 1", &|t| {
            t.replace("\r\n", "\n").chars().count() as i64
        }),
        ("bytes", &|t| t.len() as i64),
    ];
    for (way, units) in ways {
        for bom in ["", "\u{FEFF}"] {
            let at = |words: &str| {
                let start = text.find(words).unwrap();
                (
                    units(&text[..start]),
                    units(&text[..start + words.len()]),
                    words.to_owned(),
                )
            };
            let found = [at("felt safe"), at("at home 🏠"), at("End"), at("today")];
            let selections: Vec<(i64, i64, &str)> =
                found.iter().map(|(a, b, w)| (*a, *b, w.as_str())).collect();
            let dir = tempfile::tempdir().unwrap();
            let bytes = format!("{bom}{text}");
            let file = qdpx(
                dir.path(),
                &one_text(&selections),
                &[(TEXT_NAME, bytes.as_bytes())],
            );
            let back = dir.path().join("back");
            done(&["import", &file, "--out", &back.to_string_lossy()]);
            words_stand(&back);
            let codings = columns(&back.join("codings.csv"), &["code", "text", "coder"]);
            let expected = ["End", "at home 🏠", "felt safe", "today"]
                .map(|w| format!("Feeling_safe|{w}|Ann"));
            assert_eq!(codings, expected, "{way}");
        }
    }
}

#[test]
fn positions_that_fit_nothing_are_refused_and_listed() {
    let dir = tempfile::tempdir().unwrap();
    let text = "She felt safe. She felt at home today. She slept well and woke early.";
    let wrong = [
        (1, 4, "felt safe"),
        (2, 9, "at home today"),
        (3, 9, "slept well"),
        (4, 6, "woke early"),
    ];
    let file = qdpx(
        dir.path(),
        &one_text(&wrong),
        &[(TEXT_NAME, text.as_bytes())],
    );
    let back = dir.path().join("back");
    let output = verbatim(&["import", &file, "--out", &back.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(counts(&back, "coding"), (4, 0, 4));
    assert_eq!(counts(&back, "note"), (1, 1, 0));
    assert!(table(&back.join("codings.csv")).is_empty());
}

#[test]
fn what_is_broken_in_a_project_is_listed_and_the_rest_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let text = "She felt safe. She felt at home today.";
    let selections = [
        (4, 13, "felt safe"),
        (30, 99, "out of range"),
        (9, 4, "backwards"),
    ];
    let xml = one_text(&selections).replace(
            "</Sources>",
            "<TextSource guid='44444444-4444-4444-8444-444444444444' name='gone' plainTextPath='internal://../../../etc/passwd'>\
             <PlainTextSelection guid='44444444-4444-4444-8444-444444444445' startPosition='0' endPosition='3'>\
             <Coding guid='44444444-4444-4444-8444-444444444446'><CodeRef targetGUID='99999999-9999-4999-8999-999999999999'/></Coding>\
             </PlainTextSelection></TextSource>\
             <TextSource guid='44444444-4444-4444-8444-444444444447' name='elsewhere' plainTextPath='absolute:///etc/passwd'/>\
             <PictureSource guid='55555555-5555-4555-8555-555555555555' name='a.jpg'><PictureSelection guid='55555555-5555-4555-8555-555555555556' \
             firstX='0' firstY='0' secondX='1' secondY='1'><Coding guid='55555555-5555-4555-8555-555555555557'>\
             <CodeRef targetGUID='11111111-1111-4111-8111-111111111111'/></Coding></PictureSelection></PictureSource></Sources>",
        );
    let file = qdpx(dir.path(), &xml, &[(TEXT_NAME, text.as_bytes())]);
    let back = dir.path().join("back");
    done(&["import", &file, "--out", &back.to_string_lossy()]);
    assert_eq!(counts(&back, "coding"), (5, 1, 4));
    assert_eq!(counts(&back, "selection"), (5, 1, 4));
    assert_eq!(counts(&back, "note"), (3, 1, 2));
    assert_eq!(counts(&back, "media"), (1, 0, 1));
    let lint = verbatim(&["import", &file, "--lint"]);
    let told = String::from_utf8_lossy(&lint.stdout).into_owned();
    assert_eq!(lint.status.code(), Some(1));
    for part in [
        "V713",
        "99999999-9999",
        "V717",
        "lie outside the text",
        "before its start",
        "leads out of the project",
    ] {
        assert!(told.contains(part), "{part} is missing in\n{told}");
    }
}

#[test]
fn hostile_files_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let bomb = "<!DOCTYPE Project [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><Project name='&a;'/>";
    let file = qdpx(dir.path(), bomb, &[]);
    let output = verbatim(&["import", &file]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("document type"));
    let whole = fs::read(&file).unwrap();
    let cut = dir.path().join("cut.qdpx");
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(
        verbatim(&["import", &cut.to_string_lossy()]).status.code(),
        Some(1)
    );
    let other = dir.path().join("other.qdpx");
    fs::write(&other, "no project").unwrap();
    assert_eq!(
        verbatim(&["import", &other.to_string_lossy()])
            .status
            .code(),
        Some(1)
    );
}

#[test]
fn the_small_sample_is_read_whole() {
    let dir = tempfile::tempdir().unwrap();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exchange/minimal.qdpx");
    let back = dir.path().join("back");
    done(&["import", sample, "--out", &back.to_string_lossy()]);
    words_stand(&back);
    assert_eq!(
        columns(
            &back.join("codings.csv"),
            &["note_id", "code", "text", "coder", "memo"]
        ),
        ["P01 integration 1|Agency/Taking_initiative|I decided|coder A|segment memo\ncoding memo"]
    );
    assert_eq!(
        columns(&back.join("participants.csv"), &["participant_id", "age"]),
        ["P01|41"]
    );
}

#[test]
fn samples_of_other_programs_balance() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/refi");
    for (name, notes, codings) in [
        ("refi-qda_TestProject.qdpx", 11, 16),
        ("qc_qualitative_coding_refi_qda_nvivo_project.qdpx", 2, 0),
    ] {
        let file = folder.join(name);
        if !file.is_file() {
            eprintln!("skipped: {name} is not here");
            continue;
        }
        let dir = tempfile::tempdir().unwrap();
        let back = dir.path().join("back");
        done(&[
            "import",
            &file.to_string_lossy(),
            "--out",
            &back.to_string_lossy(),
        ]);
        assert_eq!(counts(&back, "note").0, notes);
        assert_eq!(counts(&back, "coding").0, codings);
    }
}
