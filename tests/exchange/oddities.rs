//! What other programs write that the standard does not: each is read for what it means, and what is
//! wrong is told.

use std::fs;
use std::path::PathBuf;

use crate::refi::qdpx;
use crate::theirs::{CODE, TEXT, TEXT_ID, USER, project, selection, selection_at, source};
use crate::{columns, counts, done, table, verbatim, words_stand};

fn plain() -> String {
    let both = selection(1, "felt calm") + &selection(2, "safe at home");
    project(&source("n1", &format!("internal://{TEXT_ID}.txt"), &both))
}

/// An import, with what `--lint` says of the file.
struct Read {
    dir: tempfile::TempDir,
    lint: String,
}

impl Read {
    fn new(xml: &str, name: &str, text: &[u8]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = qdpx(dir.path(), xml, &[(name, text)]);
        let lint = verbatim(&["import", &file, "--lint"]);
        let lint = String::from_utf8_lossy(&lint.stdout).into_owned()
            + &String::from_utf8_lossy(&lint.stderr);
        let read = Self { dir, lint };
        done(&["import", &file, "--out", &read.back().to_string_lossy()]);
        words_stand(&read.back());
        read
    }

    fn of(xml: &str) -> Self {
        Self::new(xml, &format!("{TEXT_ID}.txt"), TEXT.as_bytes())
    }

    fn back(&self) -> PathBuf {
        self.dir.path().join("back")
    }

    fn codings(&self) -> Vec<String> {
        columns(&self.back().join("codings.csv"), &["code", "text", "coder"])
    }
}

const BOTH: [&str; 2] = ["calm|felt calm|Ann", "calm|safe at home|Ann"];

#[test]
fn namespaces_found_in_the_wild_are_read_by_local_name() {
    let standard = "urn:QDA-XML:project:1.0";
    for other in [
        "urn:QDA-XML:project:1.5",
        "urn:QDA-XML:project:0:4",
        "http://x/y",
        "",
    ] {
        assert_eq!(
            Read::of(&plain().replace(standard, other)).codings(),
            BOTH,
            "{other}"
        );
    }
    let unknown = Read::of(&plain().replace(standard, "http://x/y"));
    assert!(unknown.lint.contains("V717"), "{}", unknown.lint);
    let none = plain().replace(" xmlns='urn:QDA-XML:project:1.0'", "");
    assert_eq!(Read::of(&none).codings(), BOTH);
    let prefixed = plain()
        .replace("xmlns=", "xmlns:q=")
        .replace("</", "\u{1}")
        .replace('<', "<q:")
        .replace("<q:?", "<?")
        .replace('\u{1}', "</q:");
    assert_eq!(Read::of(&prefixed).codings(), BOTH);
}

#[test]
fn byte_order_marks_and_wide_texts_shift_nothing() {
    let name = format!("{TEXT_ID}.txt");
    let marked = format!("\u{FEFF}{TEXT}");
    assert_eq!(
        Read::new(&plain(), &name, marked.as_bytes()).codings(),
        BOTH
    );
    // Some count the mark as a character.
    let counted =
        selection_at(1, (5, 14), "felt calm") + &selection_at(2, (25, 37), "safe at home");
    let counted = project(&source("n1", &format!("internal://{name}"), &counted));
    assert_eq!(
        Read::new(&counted, &name, marked.as_bytes()).codings(),
        BOTH
    );
    let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(Read::new(&plain(), &name, &wide).codings(), BOTH);
    assert_eq!(Read::of(&format!("\u{FEFF}{}", plain())).codings(), BOTH);
}

#[test]
fn nvivo_counts_utf16_units_and_crlf_as_two() {
    let text = "Ann 👩 said:\r\nShe felt calm 🎉 today\r\nand safe at home.\r\n";
    let units = |t: &str| t.encode_utf16().count() as i64;
    for named in [true, false] {
        let inside: String = ["felt calm", "today", "safe at home"]
            .iter()
            .enumerate()
            .map(|(n, words)| {
                let (before, _) = text.split_once(words).unwrap();
                let start = units(before);
                let name = if named { words } else { "" };
                selection_at(n, (start, start + units(words)), name)
            })
            .collect();
        let xml = project(&source("n1", &format!("internal://{TEXT_ID}.txt"), &inside))
            .replace("Theirs 1", "NVivo 20");
        let marked = format!("\u{FEFF}{text}");
        let read = Read::new(&xml, &format!("{TEXT_ID}.txt"), marked.as_bytes());
        let found = columns(&read.back().join("codings.csv"), &["text"]);
        assert_eq!(found, ["felt calm", "safe at home", "today"], "{named}");
    }
}

#[test]
fn guids_are_the_same_whatever_their_braces_and_case() {
    let xml = plain()
        .replace(
            &format!("CodeRef targetGUID='{CODE}'"),
            &format!("CodeRef targetGUID='{{{}}}'", CODE.to_uppercase()),
        )
        .replace(
            &format!("creatingUser='{USER}'"),
            &format!("creatingUser='{{{}}}'", USER.to_uppercase()),
        )
        .replace(
            &format!("internal://{TEXT_ID}"),
            &format!("internal://{{{}}}", TEXT_ID.to_uppercase()),
        );
    assert_eq!(Read::of(&xml).codings(), BOTH);
    let upper = format!("{{{}}}.TXT", TEXT_ID.to_uppercase());
    assert_eq!(Read::new(&xml, &upper, TEXT.as_bytes()).codings(), BOTH);
}

#[test]
fn sets_name_their_members_either_way() {
    let set = |n: u8, name: &str, key: &str| {
        format!(
            "<Set guid='99999999-0000-4000-8000-00000000000{n}' name='{name}'>\
             <MemberCode {key}='{CODE}'/><MemberSource {key}='{TEXT_ID}'/></Set>"
        )
    };
    let sets = set(1, "one", "guid") + &set(2, "two", "targetGUID");
    let xml = plain().replace("</Sources>", &format!("</Sources><Sets>{sets}</Sets>"));
    let read = Read::of(&xml);
    let members = fs::read_to_string(read.back().join("sets.csv")).unwrap();
    for name in ["one", "two"] {
        assert_eq!(
            members.lines().filter(|l| l.contains(name)).count(),
            2,
            "{members}"
        );
    }
    assert_eq!(counts(&read.back(), "set"), (2, 2, 0));
}

#[test]
fn folders_that_a_program_wraps_around_all_codes_are_taken_off() {
    let folder = |n: u8, inside: &str| {
        format!(
            "<Code guid='22222222-1111-4111-8111-11111111111{n}' name='Nodes' isCodable='false'>{inside}</Code>"
        )
    };
    let code = format!("<Code guid='{CODE}' name='calm' isCodable='true'/>");
    let nested = folder(1, &folder(2, &code));
    let read = Read::of(&plain().replace(&code, &nested));
    assert_eq!(read.codings(), BOTH);
    assert_eq!(counts(&read.back(), "code"), (3, 3, 0));
    // A folder of theirs that holds more than one thing stays.
    let theirs = nested.replace("name='Nodes'", "name='Feelings'");
    let read = Read::of(&plain().replace(&code, &theirs));
    assert_eq!(read.codings()[0], "Feelings/Feelings/calm|felt calm|Ann");
}

#[test]
fn references_that_lead_nowhere_and_guids_given_twice_are_findings() {
    let gone = "dddddddd-1111-4111-8111-111111111111";
    let third = selection(3, "today").replace(CODE, gone);
    let again = selection(1, "more").replace(
        "</Coding>",
        &format!("<NoteRef targetGUID='{gone}'/></Coding>"),
    );
    let xml = plain().replace("</TextSource>", &format!("{third}{again}</TextSource>"));
    let read = Read::of(&xml);
    assert_eq!(counts(&read.back(), "coding"), (4, 3, 1));
    assert!(
        read.lint.contains("V713") && read.lint.contains("V712"),
        "{}",
        read.lint
    );
    let report = table(&read.back().join("import-report.csv"));
    assert!(
        report
            .iter()
            .any(|r| r["reason"] == "its code does not exist")
    );
    // Two texts of one GUID are two notes, two codes of one GUID two codes.
    let second = source("n2", &format!("internal://{TEXT_ID}.txt"), "");
    let xml = plain()
        .replace("</Sources>", &format!("{second}</Sources>"))
        .replace(
            "</Codes>",
            &format!("<Code guid='{CODE}' name='other'/></Codes>"),
        );
    let read = Read::of(&xml);
    assert_eq!(read.codings(), BOTH);
    assert_eq!(counts(&read.back(), "note"), (2, 2, 0));
    assert_eq!(counts(&read.back(), "code"), (2, 2, 0));
}

#[test]
fn positions_out_of_range_are_listed_and_the_others_stand() {
    let good: String = [
        "felt calm",
        "today",
        "safe at home",
        "Nothing",
        "more",
        "said",
    ]
    .iter()
    .enumerate()
    .map(|(n, words)| selection(n, words))
    .collect();
    let bad = selection_at(20, (50, 900), "")
        + &selection_at(21, (-3, 2), "")
        + &selection_at(22, (20, 14), "")
        + &selection_at(23, (7, 7), "")
        + &selection_at(24, (1, 2), "").replace("startPosition='1'", "startPosition='one'");
    let internal = format!("internal://{TEXT_ID}.txt");
    let read = Read::of(&project(&source("n1", &internal, &(good + &bad))));
    assert_eq!(counts(&read.back(), "selection"), (11, 6, 5));
    let report = table(&read.back().join("import-report.csv"));
    for reason in [
        "its positions 50 to 900 lie outside the text",
        "its positions -3 to 2 lie outside the text",
        "it ends at 14, before its start 20",
        "it is empty, at 7",
        "it has no positions",
    ] {
        let listed = report.iter().any(|r| r["reason"] == reason);
        assert!(
            listed && read.lint.contains(reason),
            "{reason}\n{}",
            read.lint
        );
    }
}
