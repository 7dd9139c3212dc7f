//! Two coders, their disagreements side by side, and the consensus made of them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

mod support;

use std::fs;
use support::verbatim_in;

const NOTES: &str = include_str!("../corpora/two-coders/notes.jsonl");
const FIRST: &str = include_str!("../corpora/two-coders/EL.csv");
const SECOND: &str = include_str!("../corpora/two-coders/MK.csv");
const DECIDED: &str = include_str!("../corpora/two-coders/decided.csv");

#[test]
fn disagreements_are_listed_decided_and_made_a_consensus() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for (name, text) in [("notes.jsonl", NOTES), ("a.csv", FIRST), ("b.csv", SECOND)] {
        fs::write(dir.join(name), text).unwrap();
    }
    let base = ["agree", "a.csv", "b.csv", "--notes", "notes.jsonl"];
    let agree = |more: &[&str]| {
        let done = verbatim_in(dir, &[&base[..], more].concat());
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        (said, String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let (said, _) = agree(&["--disagreements", "open.csv"]);
    assert!(said.starts_with("3 of 4 passages are not agreed"), "{said}");
    let list = fs::read_to_string(dir.join("open.csv")).unwrap();
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 4, "{list}");
    assert!(
        lines[1].contains("rest,15,20,slept,")
            && lines[1].contains("not_marked_by_all,EL: affirmed 15-20; MK: nothing"),
        "{list}"
    );
    assert!(lines[2].contains("tears,29,36,not cry,"), "{list}");
    assert!(lines[2].contains("EL: cry, cue"), "{list}");
    let refused = verbatim_in(dir, &[&base[..], &["--disagreements", "open.csv"]].concat());
    assert_eq!(refused.status.code(), Some(1));

    let decided = list
        .replace("MK: nothing,,,,,", "MK: nothing,,drop,,JB,")
        .replace("\"\"not\"\"\",,,,", "\"\"not\"\"\",keep,negated,JB,denied")
        .replace("MK: affirmed 37-44,,,,,", "MK: affirmed 37-44,,perhaps,,,");
    assert_ne!(decided, list);
    fs::write(dir.join("decided.csv"), &decided).unwrap();
    let (said, warned) = agree(&["--adjudicate", "decided.csv", "--study", "."]);
    assert!(
        said.contains("1 passages agreed, 1 kept and 1 dropped by adjudication, 1 undecided"),
        "{said}{decided}"
    );
    assert!(
        warned.contains("decided.csv:4:1") && warned.contains("perhaps"),
        "{warned}"
    );
    assert_eq!(
        fs::read_to_string(dir.join("consensus.csv")).unwrap(),
        "note_id,code,start,end,text,assertion,voice,coder,memo\n\
         n1,safety,0,13,She felt safe,affirmed,,consensus,\n\
         n1,tears,29,36,not cry,negated,,consensus,denied\n\
         n2,,,,,,,consensus,\n"
    );
    let audit = verbatim_in(dir, &["audit", ".", "--verify", "--json"]);
    assert!(String::from_utf8_lossy(&audit.stdout).contains("\"adjudicate\""));
    // The consensus is a coder like others.
    let done = verbatim_in(
        dir,
        &[
            "agree",
            "consensus.csv",
            "a.csv",
            "--notes",
            "notes.jsonl",
            "--json",
        ],
    );
    assert!(done.status.success());
}

/// The example of the docs, from two coders to the consensus, and from that to the agreement with it.
#[test]
fn the_example_that_comes_along_is_adjudicated_end_to_end() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for (name, text) in [
        ("notes.jsonl", NOTES),
        ("EL.csv", FIRST),
        ("MK.csv", SECOND),
        ("decided.csv", DECIDED),
    ] {
        fs::write(dir.join(name), text).unwrap();
    }
    let agree = |args: &[&str]| {
        let all = [&["agree", "--notes", "notes.jsonl"][..], args].concat();
        let done = verbatim_in(dir, &all);
        let wrong = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{wrong}");
        String::from_utf8(done.stdout).unwrap()
    };
    agree(&["EL.csv", "MK.csv", "--disagreements", "open.csv"]);
    // The decided file is the list with its last columns filled in.
    let of = |name: &str| {
        let text = fs::read_to_string(dir.join(name)).unwrap();
        let mut table = csv::Reader::from_reader(text.as_bytes());
        let rows = table
            .records()
            .map(|r| r.unwrap().iter().take(9).map(str::to_owned).collect());
        rows.collect::<Vec<Vec<String>>>()
    };
    assert_eq!(of("open.csv"), of("decided.csv"));
    let said = agree(&["EL.csv", "MK.csv", "--adjudicate", "decided.csv"]);
    assert!(said.contains("1 passages agreed, 2 kept and 1 dropped by adjudication, 0 undecided"));
    let consensus = fs::read_to_string(dir.join("consensus.csv")).unwrap();
    assert_eq!(
        consensus,
        "note_id,code,start,end,text,assertion,voice,coder,memo\n\
         n1,safety,0,13,She felt safe,affirmed,,consensus,\n\
         n1,tears,29,36,not cry,negated,,consensus,denied\n\
         n1,home,37,44,at home,affirmed,,consensus,\n\
         n2,,,,,,,consensus,\n"
    );
    // Each coder against the consensus: MK found the home, and neither its opposite.
    let against = |coder: &str| -> serde_json::Value {
        serde_json::from_str(&agree(&[coder, "consensus.csv", "--json"])).unwrap()
    };
    let (first, second) = (against("EL.csv"), against("MK.csv"));
    assert_eq!(first["codes"]["home"]["table"]["only_second"], 1);
    assert_eq!(second["codes"]["home"]["table"]["both"], 1);
    assert_eq!(first["codes"]["tears"]["passages"]["same_assertion"], 1);
    assert_eq!(second["codes"]["tears"]["passages"]["same_assertion"], 0);
}
