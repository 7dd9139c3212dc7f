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

/// What `agree --adjudicate` says of the two coders and some decided list in a folder.
fn adjudicated(dir: &std::path::Path, notes: &str, decided: &str, more: &[&str]) -> [String; 2] {
    // Coders' places move with what is put before the note's first words.
    let by = notes.find("She felt").unwrap() - NOTES.find("She felt").unwrap();
    let moved = |csv: &str| {
        let cell = |cell: &str| match cell.parse::<usize>() {
            Ok(at) => (at + by).to_string(),
            Err(_) => cell.to_owned(),
        };
        let line = |line: &str| line.split(',').map(cell).collect::<Vec<_>>().join(",");
        csv.lines().map(line).collect::<Vec<_>>().join("\n")
    };
    fs::write(dir.join("notes.jsonl"), notes).unwrap();
    fs::write(dir.join("EL.csv"), moved(FIRST)).unwrap();
    fs::write(dir.join("MK.csv"), moved(SECOND)).unwrap();
    fs::write(dir.join("decided.csv"), decided).unwrap();
    let args = "agree EL.csv MK.csv --notes notes.jsonl --adjudicate decided.csv";
    let args: Vec<&str> = args.split(' ').chain(more.iter().copied()).collect();
    let done = verbatim_in(dir, &args);
    [done.stdout, done.stderr].map(|said| String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn a_consensus_that_is_there_is_not_overwritten_unasked() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    adjudicated(dir, NOTES, DECIDED, &[]);
    let path = dir.join("consensus.csv");
    let mut by_hand = fs::read_to_string(&path).unwrap();
    by_hand.push_str("n2,rest,0,3,She,affirmed,,consensus,by hand\n");
    fs::write(&path, &by_hand).unwrap();
    let [_, refused] = adjudicated(dir, NOTES, DECIDED, &["--study", "."]);
    assert!(
        refused.contains("consensus.csv is there already") && refused.contains("--force"),
        "{refused}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), by_hand);
    assert!(
        !dir.join(".verbatim/audit.jsonl").exists(),
        "nothing was done"
    );
    let [said, _] = adjudicated(dir, NOTES, DECIDED, &["--force"]);
    assert!(said.contains("2 kept and 1 dropped"), "{said}");
    assert!(!fs::read_to_string(&path).unwrap().contains("by hand"));
}

#[test]
fn rows_that_contradict_each_other_are_named_and_decide_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let row = DECIDED.lines().find(|l| l.contains(",keep,")).unwrap();
    let [twice, otherwise] = [row.to_owned(), row.replace(",keep,", ",drop,")]
        .map(|more| format!("{}\n{more}\n", DECIDED.trim_end()));
    let last = DECIDED.trim_end().lines().count() + 1;
    let [said, warned] = adjudicated(dir, NOTES, &otherwise, &[]);
    assert!(
        said.contains("1 kept and 1 dropped by adjudication, 1 undecided"),
        "{said}"
    );
    assert!(
        warned.contains(&format!("decided.csv:{last}:1")) && warned.contains("says otherwise"),
        "{warned}"
    );
    let [said, warned] = adjudicated(dir, NOTES, &twice, &["--force"]);
    assert!(
        said.contains("2 kept and 1 dropped by adjudication, 0 undecided"),
        "{said}"
    );
    assert!(warned.contains("counted once"), "{warned}");
}

#[test]
fn the_log_names_who_adjudicated_and_not_who_typed() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    adjudicated(dir, NOTES, DECIDED, &["--study", "."]);
    let audit = verbatim_in(dir, &["audit", ".", "--json"]);
    let audit: serde_json::Value = serde_json::from_slice(&audit.stdout).unwrap();
    assert_eq!(audit["events"][0]["who"], "JB", "{audit}");
    assert!(audit["events"][0]["details"]["recorded_by"].is_string());
    // Nothing else lies beside this log: that it was begun is known by its folder.
    let log = dir.join(".verbatim/audit.jsonl");
    let verify = || verbatim_in(dir, &["audit", ".", "--verify"]).status.code();
    assert_eq!(verify(), Some(0));
    fs::write(&log, "").unwrap();
    assert_eq!(verify(), Some(1));
    fs::remove_file(&log).unwrap();
    assert_eq!(verify(), Some(1));
    // And a log that begins anew says so.
    let [_, told] = adjudicated(dir, NOTES, DECIDED, &["--study", ".", "--force"]);
    assert!(told.contains("no line of it is left"), "{told}");
    assert!(fs::read_to_string(&log).unwrap().contains("log_was_empty"));
}

/// The note got a line more since the list was written: what was decided follows its words, and a
/// decision about other words is not taken for one about what stands there now.
#[test]
fn decisions_follow_the_words_that_they_are_about() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let [before, _] = adjudicated(dir, NOTES, DECIDED, &[]);
    let longer = NOTES.replace("She felt safe", "Seen today. She felt safe");
    assert_ne!(longer, NOTES);
    let [after, warned] = adjudicated(dir, &longer, DECIDED, &["--force"]);
    assert_eq!(after, before, "{warned}");
    let moved = warned.matches("found by its words").count();
    assert_eq!(moved, 3, "{warned}");
    let consensus = fs::read_to_string(dir.join("consensus.csv")).unwrap();
    assert!(
        consensus.contains("n1,tears,41,48,not cry,negated"),
        "{consensus}"
    );
    let other = DECIDED.replace(",not cry,", ",not sing,");
    let [said, warned] = adjudicated(dir, NOTES, &other, &["--force"]);
    assert!(said.contains("1 undecided"), "{said}");
    assert!(warned.contains("no passage of these coders"), "{warned}");
}

/// Beside the coder's file lies the note as it was; some rows were coded in the note as it is, and say
/// so: by its hash, or by their words.
#[test]
fn a_row_goes_where_its_own_hash_or_words_say() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let (old, new) = (
        "She was calm. Home.",
        "Seen at nine. She was calm, then home. Home.",
    );
    for (folder, text) in [("old", old), ("new", new)] {
        fs::create_dir(dir.join(folder)).unwrap();
        let line = serde_json::json!({"note_id": "n", "text": text});
        fs::write(dir.join(folder).join("notes.jsonl"), format!("{line}\n")).unwrap();
    }
    let sha = verbatim::text::hex_sha256(new.as_bytes());
    let rows = [
        "note_id,code,start,end,text,note_sha256".to_owned(),
        // In the old note, as nothing says otherwise: calm.
        "n,a,8,12,,".to_owned(),
        // In the new one by its hash: nine.
        format!("n,b,8,12,,{sha}"),
        // In the new one by its words, which the old one has elsewhere.
        "n,c,22,26,calm,".to_owned(),
    ];
    fs::write(dir.join("old/one.csv"), rows.join("\n")).unwrap();
    fs::write(dir.join("new/two.csv"), "note_id,code,start,end\nn,,,\n").unwrap();
    let args = "agree old/one.csv new/two.csv --notes new/notes.jsonl --disagreements open.csv";
    let args: Vec<&str> = args.split(' ').collect();
    let done = verbatim_in(dir, &args);
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(told.contains("1 codings moved"), "{told}");
    let list = fs::read_to_string(dir.join("open.csv")).unwrap();
    for row in ["n,b,8,12,nine,", "n,a,22,26,calm,", "n,c,22,26,calm,"] {
        assert!(list.contains(row), "{row}\n{list}");
    }
}
