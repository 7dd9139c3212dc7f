//! People's decisions as a user sees them: they hold after a run, after an edit of the codebook and
//! of the note, and whatever a spreadsheet did to the file.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use support::verbatim;

const BOOK: &str = "codebook: small\nversion: 1\nlanguage: en\ncodes:\n  - id: safety\n    \
                    definition: Feels safe.\n    patterns: [felt safe]\n  - id: rest\n    \
                    definition: Rests.\n    patterns: [slept]\n";
const NOTE: &str = "She felt safe today. She slept and denies that she felt safe at home.\n";

fn study(decisions: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("book.yaml"), BOOK).unwrap();
    fs::write(dir.path().join("study.toml"), "codebook = \"book.yaml\"\n").unwrap();
    fs::write(dir.path().join("P01 2021-03-02.txt"), NOTE).unwrap();
    if !decisions.is_empty() {
        fs::write(dir.path().join("decisions.csv"), decisions).unwrap();
    }
    dir
}

fn run(dir: &Path) -> String {
    let done = verbatim(&["run", &dir.to_string_lossy(), "--no-index"]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
    said
}

fn table(dir: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(dir.join("out").join(name)).unwrap();
    let headers = reader.headers().unwrap().clone();
    let row = |r: csv::StringRecord| {
        let cells = r.iter().map(str::to_owned);
        headers.iter().map(str::to_owned).zip(cells).collect()
    };
    reader.records().map(|r| row(r.unwrap())).collect()
}

/// Codings as `code start text counted why_not coder`.
fn codings(dir: &Path) -> Vec<String> {
    let columns = ["code", "start", "text", "counted", "why_not", "coder"];
    let cells = |r: &BTreeMap<String, String>| columns.map(|c| r[c].clone()).join("|");
    table(dir, "codings.csv").iter().map(cells).collect()
}

/// Decisions as `row outcome anchor now_start`.
fn outcomes(dir: &Path) -> Vec<String> {
    let columns = ["row", "outcome", "anchor", "now_start"];
    let cells = |r: &BTreeMap<String, String>| columns.map(|c| r[c].clone()).join("|");
    table(dir, "decisions_applied.csv")
        .iter()
        .map(cells)
        .collect()
}

const HEADER: &str =
    "note_id,note_sha256,code,start,end,text,action,assertion,voice,new_code,coder,date,memo";
const ID: &str = "P01 2021-03-02.txt";

#[test]
fn decisions_change_codings_and_counts_and_name_their_coder() {
    let dir = study(&format!(
        "{HEADER}\n\
         {ID},,safety,4,13,felt safe,reject,,,,EL,2026-03-01,\n\
         {ID},,rest,25,30,slept,recode,,,safety,EL,2026-03-01,\n\
         {ID},,rest,,,today,add,,,,MK,2026-03-02,\n"
    ));
    let said = run(dir.path());
    assert!(said.contains("decisions: 3 applied"), "{said}");
    assert_eq!(
        codings(dir.path()),
        [
            "safety|4|felt safe|false|rejected|",
            "rest|14|today|true||MK",
            "safety|25|slept|true||EL",
            "rest|25|slept|false|rejected|",
            "safety|51|felt safe|false|assertion|",
        ]
    );
    let all = table(dir.path(), "frequencies.csv");
    let present = |code: &str| {
        let row = all
            .iter()
            .find(|r| r["group"] == "all" && r["code"] == code);
        row.unwrap()["codings"].clone()
    };
    assert_eq!(
        (present("safety"), present("rest")),
        ("1".into(), "1".into())
    );
    let ledger = table(dir.path(), "ledger.csv");
    let row = ledger
        .iter()
        .find(|r| r["source"] == "decisions.csv")
        .unwrap();
    assert_eq!(row["outcome"], "skipped");
}

#[test]
fn a_decision_on_what_is_not_there_says_what_it_may_mean() {
    let sha = "4e8f3c0d2f1fb8e1b5a1c0a7c9a3e2d1";
    let dir = study("");
    fs::remove_file(dir.path().join(ID)).unwrap();
    let notes = "id,participant,date,note\n0012,P01,2021-03-02,She felt safe.\n3-1,P01,2021-03-09,She slept.\n\
                 visits/a17.txt,P02,2021-03-09,She slept and felt safe.\n";
    fs::write(dir.path().join("notes.csv"), notes).unwrap();
    let moved = verbatim::text::hex_sha256(b"She slept and felt safe.");
    let decisions = format!(
        "{HEADER}\n\
         12,,safety,4,13,felt safe,keep,,,,EL,,\n\
         03. Jan,,rest,4,9,slept,keep,,,,EL,,\n\
         old.txt,{moved},rest,4,9,slept,keep,,,,EL,,\n\
         gone,{sha},rest,4,9,slept,keep,,,,EL,,\n\
         0012,,safe,4,13,felt safe,keep,,,,EL,,\n\
         0012,,safety,4,13,felt safe,recode,,,calm/rest,EL,,\n"
    );
    fs::write(dir.path().join("decisions.csv"), decisions).unwrap();
    let said = run(dir.path());
    let reasons: Vec<String> = table(dir.path(), "decisions_applied.csv")
        .iter()
        .map(|row| row["reason"].clone())
        .collect();
    let hints = [
        "no such note; did you mean 0012? A spreadsheet takes such an id for a number",
        "no such note; did you mean one like 3-1? A spreadsheet takes such an id",
        "no such note; the text that it was made on is that of note visits/a17.txt",
        "no such note",
        "no code safe; did you mean safety?",
        "no code calm/rest; did you mean rest?",
    ];
    for (reason, hint) in reasons.iter().zip(hints) {
        assert!(reason.contains(hint), "{reason}");
    }
    assert!(reasons[3].ends_with("no such note"), "{}", reasons[3]);
    assert!(said.contains("did you mean 0012?"), "{said}");
}

#[test]
fn decisions_outlive_an_edit_of_note_and_codebook() {
    let sha = "0".repeat(64);
    let dir = study(&format!(
        "{HEADER}\n\
         {ID},{sha},safety,4,13,felt safe,keep,,,,EL,2026-03-01,\n\
         {ID},{sha},rest,25,30,slept,reject,,,,EL,2026-03-01,\n\
         {ID},{sha},rest,0,9,was never,add,,,,EL,2026-03-01,\n\
         {ID},,gone,4,13,felt safe,keep,,,,EL,2026-03-01,\n\
         other.txt,,rest,0,3,She,add,,,,EL,2026-03-01,\n"
    ));
    let path = dir.path().join(ID);
    fs::write(path, format!("Seen at noon. {NOTE}")).unwrap();
    let book = BOOK.replace("felt safe", "safest");
    fs::write(dir.path().join("book.yaml"), book).unwrap();
    let said = run(dir.path());
    assert_eq!(
        outcomes(dir.path()),
        [
            "2|restored|moved|18",
            "3|applied|moved|39",
            "4|not_applied|lost|",
            "5|not_applied|moved|18",
            "6|not_applied||",
        ]
    );
    assert_eq!(
        codings(dir.path()),
        [
            "safety|18|felt safe|true||EL",
            "rest|39|slept|false|rejected|"
        ]
    );
    for piece in ["V744", "decisions.csv:4:1", "no code gone", "no such note"] {
        assert!(said.contains(piece), "{piece} in {said}");
    }
}

#[test]
fn what_a_spreadsheet_broke_is_named_and_the_rest_applies() {
    let header = HEADER.replace(',', ";");
    let dir = study(&format!(
        "\u{feff}{header};remark\r\n\
         {ID};;safety;4;13;felt safe;Reject;;;;EL;01.03.2026;;mine\r\n\
         {ID};;safety;x;13;felt safe;reject;;;;EL;;;\r\n\
         {ID};;safety;4;13;felt safe;maybe;;;;EL;;;\r\n\
         {ID};;rest;25;30;\"sle\r\n\
         {ID};;rest;25,0;30,0;slept;reject;;;;EL;01.03.2026;;\r\n"
    ));
    let said = run(dir.path());
    assert_eq!(
        outcomes(dir.path()),
        [
            "2|applied|same|4",
            "3|unreadable||",
            "4|unreadable||",
            "5|unreadable||",
            "6|applied|same|25",
        ]
    );
    for piece in ["decisions.csv:3:1", "\"maybe\" is no action", "breaks off"] {
        assert!(said.contains(piece), "{piece} in {said}");
    }
    fs::write(dir.path().join("decisions.csv"), "no,table\nat,all\n").unwrap();
    let said = run(dir.path());
    assert!(said.contains("no column note_id"), "{said}");
    assert_eq!(codings(dir.path()).len(), 3);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let dir = study(&format!(
        "{HEADER}\n{ID},,safety,4,13,felt safe,reject,,,,EL,,\n{ID},,safety,4,13,felt safe,keep,,,,MK,,\n"
    ));
    let path = dir.path().to_string_lossy().into_owned();
    let mut all = Vec::new();
    for threads in ["1", "3"] {
        let done = verbatim(&["run", &path, "--quiet", "--threads", threads]);
        assert!(done.status.success());
        let read = |name: &str| fs::read(dir.path().join("out").join(name)).unwrap();
        all.push(["codings.csv", "decisions_applied.csv", "frequencies.csv"].map(read));
    }
    assert_eq!(all[0], all[1]);
    assert_eq!(
        outcomes(dir.path()),
        ["2|disputed|same|4", "3|applied|same|4"]
    );
}

/// Types lines at `verbatim decide`; gives what it said.
fn decide(dir: &Path, coder: &str, more: &[&str], lines: &str) -> String {
    let path = dir.to_string_lossy().into_owned();
    let mut desk = Command::new(env!("CARGO_BIN_EXE_verbatim"))
        .args(["decide", &path, ID, "--coder", coder])
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keyboard = desk.stdin.take().unwrap();
    keyboard.write_all(lines.as_bytes()).unwrap();
    drop(keyboard);
    let done = desk.wait_with_output().unwrap();
    let wrong = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{wrong}");
    String::from_utf8(done.stdout).unwrap()
}

/// Decisions as the file holds them.
fn decided(dir: &Path) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(dir.join("decisions.csv"))
        .unwrap();
    let headers = reader.headers().unwrap().clone();
    let columns = [
        "code",
        "start",
        "end",
        "text",
        "action",
        "assertion",
        "new_code",
        "coder",
        "memo",
    ];
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        let cell = |name| {
            headers
                .iter()
                .position(|h| h == name)
                .and_then(|i| row.get(i))
        };
        columns
            .map(|c| cell(c).unwrap_or_default().to_owned())
            .join("|")
    });
    rows.collect()
}

#[test]
fn every_line_at_the_desk_is_in_the_file_and_holds_after_a_run() {
    let dir = study("");
    let said = decide(
        dir.path(),
        "EL",
        &[],
        "r\nb\nm \"really, was it\"\nn\nc saf\nk affirmed\na rest \"today\"\nx\nq\nk\n",
    );
    assert!(said.contains("[1/3] safety"), "{said}");
    assert!(said.contains("⟦felt safe⟧ today."), "{said}");
    assert!(said.contains("cue \"denies\""), "{said}");
    assert!(said.contains("\"x\" is no command"), "{said}");
    assert!(said.ends_with("4 of 4 codings decided.\n"), "{said}");
    assert_eq!(
        decided(dir.path()),
        [
            "safety|4|13|felt safe|reject|||EL|\"really, was it\"",
            "rest|25|30|slept|recode||safety|EL|",
            "safety|51|60|felt safe|keep|affirmed||EL|",
            "rest|14|19|today|add|||EL|",
        ]
    );
    assert!(run(dir.path()).contains("decisions: 4 applied"));
    assert_eq!(
        codings(dir.path()),
        [
            "safety|4|felt safe|false|rejected|",
            "rest|14|today|true||EL",
            "safety|25|slept|true||EL",
            "rest|25|slept|false|rejected|",
            "safety|51|felt safe|true||EL",
        ]
    );
    let again = decide(dir.path(), "EL", &["--plain"], "l\nr\nu\nq\n");
    assert!(
        again.contains("Your decision: reject (memo: \"really, was it\")."),
        "{again}"
    );
    assert!(again.contains("2. rest: \"today\": add"), "{again}");
    assert!(again.contains("Coding 1 of 4."), "{again}");
    assert_eq!(decided(dir.path()).len(), 3);
}

#[test]
fn the_desk_and_a_spreadsheet_are_equal_citizens() {
    let dir = study(&format!(
        "mine,{HEADER}\nx,{ID},,safety,4,13,felt safe,keep,,,,MK,2026-01-01,\n\
         y,elsewhere,,safety,1,2,,maybe,,,,,,\nz,half\n"
    ));
    let said = decide(dir.path(), "EL", &[], "r\nb\nk\na rest She\n2\nu\nq\n");
    assert!(said.contains("others: MK: keep"), "{said}");
    assert!(said.contains("They stand 2 times"), "{said}");
    let file = fs::read_to_string(dir.path().join("decisions.csv")).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines.len(), 5, "{file}");
    assert!(
        lines[1].starts_with("x,P01 2021-03-02.txt,,safety,4,13,felt safe,keep"),
        "{file}"
    );
    assert!(
        lines[2].starts_with("y,elsewhere,,safety,1,2,,maybe"),
        "{file}"
    );
    assert!(lines[3].starts_with("z,half"), "{file}");
    assert!(lines[4].starts_with(",P01 2021-03-02.txt,"), "{file}");
    assert!(lines[4].contains(",safety,4,13,felt safe,keep,"), "{file}");
}

#[test]
fn what_was_done_is_logged_and_a_changed_log_is_noticed() {
    let dir = study("");
    let path = dir.path().to_string_lossy().into_owned();
    decide(dir.path(), "EL", &[], "r\nb\nu\nq\n");
    run(dir.path());
    run(dir.path());
    let said = verbatim(&["audit", &path]);
    let said = String::from_utf8(said.stdout).unwrap();
    let events: Vec<&str> = said.lines().filter_map(|l| l.split("  ").nth(2)).collect();
    let what: Vec<&str> = events.iter().filter_map(|e| e.split(':').next()).collect();
    assert_eq!(
        what,
        ["codebook", "decide", "decide", "run", "run"],
        "{said}"
    );
    assert!(said.contains("EL  decide: action reject"), "{said}");
    decide(dir.path(), "EL", &[], "r\nq\n");
    run(dir.path());
    let said = verbatim(&["audit", &path]);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains(", decisions 1 applied, "), "{said}");
    assert!(verbatim(&["audit", &path, "--verify"]).status.success());
    let log = dir.path().join(".verbatim/audit.jsonl");
    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replacen("EL", "MK", 1)).unwrap();
    let broken = verbatim(&["audit", &path, "--verify", "--json"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(
        String::from_utf8(broken.stdout)
            .unwrap()
            .contains("\"holds\": false")
    );
    // What is added to a log that does not hold says so, on the screen and in the line.
    let told = run(dir.path());
    assert!(
        told.contains("audit.jsonl:2:1") && told.contains("does not hold"),
        "{told}"
    );
    let text = fs::read_to_string(&log).unwrap();
    assert!(
        text.lines()
            .last()
            .unwrap()
            .contains("\"broken_lines\":[2]"),
        "{text}"
    );
    // A study whose log cannot be written is run all the same.
    fs::remove_dir_all(dir.path().join(".verbatim")).unwrap();
    fs::write(dir.path().join(".verbatim"), "in the way").unwrap();
    assert!(run(dir.path()).contains("not in the audit log"));
}

/// A log that is emptied, removed or cut off has no line that does not hold: the runs and codebooks that
/// lie beside it tell.
#[test]
fn a_log_that_was_emptied_removed_or_cut_off_is_noticed() {
    let verify = |dir: &Path, more: &[&str]| {
        let path = dir.to_string_lossy().into_owned();
        let done = verbatim(&[&["audit", &path, "--verify"][..], more].concat());
        let told = String::from_utf8(done.stderr).unwrap();
        (done.status.code(), told)
    };
    let dir = study("");
    let dir = dir.path();
    let (log, out) = (dir.join(".verbatim/audit.jsonl"), dir.join("out"));
    assert_eq!(verify(dir, &[]).0, Some(0), "nothing was done yet");
    run(dir);
    run(dir);
    assert_eq!(verify(dir, &[]), (Some(0), String::new()));
    let whole = fs::read_to_string(&log).unwrap();
    let last = whole.lines().last().unwrap();
    let cut = whole.replace(&format!("{last}\n"), "");
    for text in [Some(cut.as_str()), Some(""), None] {
        match text {
            Some(text) => fs::write(&log, text).unwrap(),
            None => fs::remove_file(&log).unwrap(),
        }
        let (status, told) = verify(dir, &[]);
        assert_eq!(status, Some(1), "{text:?}");
        assert!(
            told.contains("out/run.json") && told.contains("no line"),
            "{told}"
        );
    }
    assert_eq!(verify(dir, &["--last", "0123abcd"]).0, Some(1));
    // Even where the output is gone the codebook that is kept tells; and a run does not hide it.
    fs::rename(&out, dir.join(".out")).unwrap();
    assert_eq!(verify(dir, &[]).0, Some(1));
    fs::rename(dir.join(".out"), &out).unwrap();
    let told = run(dir);
    assert!(told.contains("has no line of codebooks"), "{told}");
    let begun = fs::read_to_string(&log).unwrap();
    assert!(
        begun
            .lines()
            .next()
            .unwrap()
            .contains("codebooks_not_in_log"),
        "{begun}"
    );
    // The log as it was, and a table that somebody changed since.
    fs::write(&log, &whole).unwrap();
    assert_eq!(verify(dir, &[]).0, Some(1), "the third run is not in it");
    fs::write(&log, &begun).unwrap();
    let codings = fs::read_to_string(out.join("codings.csv")).unwrap();
    fs::write(out.join("codings.csv"), format!("{codings}\n")).unwrap();
    let (status, told) = verify(dir, &[]);
    assert_eq!(status, Some(1));
    assert!(told.contains("not as its run wrote it"), "{told}");
}

#[test]
fn a_file_saved_as_unicode_text_with_other_dates_and_quotes_is_read() {
    let dir = study("");
    let header = HEADER.replace(',', "\t");
    let table = format!(
        "{header}\r\n\
         {ID}\t\tsafety\t4\t13\t\"felt safe\"\treject\t\t\t\tÉL\t01/03/2026\t\"said \"\"no\"\"\"\r\n\
         {ID}\t\trest\t25.0\t30.0\tslept\tkeep\tAffirmed\t\t\tÉL\t3-Mar-26\t\r\n"
    );
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(table.encode_utf16().flat_map(u16::to_le_bytes));
    fs::write(dir.path().join("decisions.csv"), bytes).unwrap();
    run(dir.path());
    assert_eq!(
        outcomes(dir.path()),
        ["2|applied|same|4", "3|applied|same|25"]
    );
    let applied = table_rows(dir.path());
    assert_eq!(
        (applied[0].0.as_str(), applied[0].1.as_str()),
        ("ÉL", "01/03/2026")
    );
    // The desk writes it back in UTF-8, with its separators and every cell as it was.
    decide(dir.path(), "MK", &[], "k\nq\n");
    let file = fs::read_to_string(dir.path().join("decisions.csv")).unwrap();
    assert!(
        file.contains("\tÉL\t01/03/2026\t\"said \"\"no\"\"\""),
        "{file}"
    );
    assert!(file.contains("\tÉL\t3-Mar-26\t"), "{file}");
}

/// Coder and date of each decision, as the run lists them.
fn table_rows(dir: &Path) -> Vec<(String, String)> {
    let rows = table(dir, "decisions_applied.csv");
    let cell = |r: &BTreeMap<String, String>| (r["coder"].clone(), r["date"].clone());
    rows.iter().map(cell).collect()
}

#[test]
fn text_that_is_not_at_its_place_and_two_decisions_on_one_passage_are_told() {
    let dir = study(&format!(
        "{HEADER}\n\
         {ID},,safety,4,13,slept,reject,,,,EL,,\n\
         {ID},,safety,4,13,never said,reject,,,,EL,,\n\
         {ID},,rest,25,30,slept,reject,,,,EL,,\n\
         {ID},,rest,25,30,slept,keep,,,,EL,,\n"
    ));
    let said = run(dir.path());
    let listed = outcomes(dir.path());
    assert_eq!(
        listed,
        [
            "2|idle|moved|25",
            "3|not_applied|lost|",
            "4|superseded|same|25",
            "5|applied|same|25",
        ]
    );
    assert!(said.contains("decisions.csv:3:1"), "{said}");
    assert!(codings(dir.path()).contains(&"rest|25|slept|true||".to_owned()));
}

/// Starts a desk whose keyboard stays open.
fn open_desk(dir: &Path, coder: &str) -> std::process::Child {
    let path = dir.to_string_lossy().into_owned();
    Command::new(env!("CARGO_BIN_EXE_verbatim"))
        .args(["decide", &path, ID, "--coder", coder, "--plain"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Reads what a desk says until a line holds some words.
fn wait_for(desk: &mut std::process::Child, words: &str) {
    use std::io::Read as _;
    let out = desk.stdout.as_mut().unwrap();
    let (mut said, mut byte) = (Vec::new(), [0]);
    while out.read(&mut byte).unwrap() == 1 {
        said.push(byte[0]);
        if String::from_utf8_lossy(&said).contains(words) {
            return;
        }
    }
    panic!("the desk never said {words:?}");
}

#[test]
fn a_desk_that_is_killed_has_lost_no_key() {
    let dir = study("");
    let mut desk = open_desk(dir.path(), "EL");
    for (key, said) in [("r\n", "Coding 2 of 3"), ("k\n", "Coding 3 of 3")] {
        desk.stdin
            .as_mut()
            .unwrap()
            .write_all(key.as_bytes())
            .unwrap();
        wait_for(&mut desk, said);
    }
    desk.kill().unwrap();
    desk.wait().unwrap();
    assert_eq!(
        decided(dir.path()),
        [
            "safety|4|13|felt safe|reject|||EL|",
            "rest|25|30|slept|keep|||EL|",
        ]
    );
    // Nothing half-written lies about, and the next desk goes on.
    assert_eq!(
        decide(dir.path(), "EL", &[], "q\n")
            .matches("2 of 3 codings decided")
            .count(),
        1
    );
}

#[test]
fn two_desks_on_one_file_lose_nothing() {
    let dir = study("");
    let mut desks = [open_desk(dir.path(), "EL"), open_desk(dir.path(), "MK")];
    for desk in &mut desks {
        wait_for(desk, "Command?");
    }
    // Both type at once, many times over.
    for desk in &mut desks {
        let keys = "k\nb\nr\nb\nk\nb\nr\nb\n".repeat(10) + "k\nk\nk\nq\n";
        desk.stdin
            .as_mut()
            .unwrap()
            .write_all(keys.as_bytes())
            .unwrap();
    }
    for desk in &mut desks {
        wait_for(desk, "3 of 3 codings decided");
        assert!(desk.wait().unwrap().success());
    }
    let rows = decided(dir.path());
    assert_eq!(rows.len(), 6, "{rows:?}");
    for coder in ["EL", "MK"] {
        let own = format!("||{coder}|");
        let kept = rows
            .iter()
            .filter(|r| r.contains("|keep|") && r.ends_with(&own));
        assert_eq!(kept.count(), 3, "{rows:?}");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_file() {
            fs::copy(&path, target).unwrap();
        } else if path.file_name().unwrap() != "out" {
            copy(&path, &target);
        }
    }
}

type Row = BTreeMap<String, String>;

/// Thirty counted codings of the rules, with a decision on each: ten kept, ten rejected, ten given to
/// another code.
fn thirty_decisions(codings: &[Row]) -> (Vec<Row>, String) {
    let counted = codings
        .iter()
        .filter(|r| r["counted"] == "true" && r["code"] != "hopefulness");
    let counted: Vec<Row> = counted.step_by(7).take(30).cloned().collect();
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let mut lines = vec![HEADER.to_owned()];
    for (row, which) in counted.iter().zip([0, 1, 2].into_iter().cycle()) {
        let (action, new_code) = [("keep", ""), ("reject", ""), ("recode", "hopefulness")][which];
        let place = format!("{},{},{}", row["code"], row["start"], row["end"]);
        lines.push(format!(
            "{},,{place},{},{action},,,{new_code},EL,2026-03-01,",
            quoted(&row["note_id"]),
            quoted(&row["text"])
        ));
    }
    (counted, lines.join("\n") + "\n")
}

/// Whether a counted coding of a code meets the passage of an older one.
fn is_counted(now: &[Row], code: &str, old: &Row) -> bool {
    let place = |c: &Row| ["start", "end"].map(|name| c[name].parse::<u64>().unwrap());
    let [start, end] = place(old);
    now.iter().any(|c| {
        let [from, to] = place(c);
        let is_own = c["note_id"] == old["note_id"] && c["code"] == code;
        is_own && from < end && start < to && c["counted"] == "true"
    })
}

/// A codebook in which every code's patterns are replaced by one that finds nothing.
fn without_patterns(book: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut out = String::new();
    let mut inside = None;
    for line in book.lines() {
        if inside.is_some_and(|outer| line.trim().is_empty() || indent(line) > outer) {
            continue;
        }
        inside = None;
        out.push_str(line);
        out.push('\n');
        if line.trim() == "patterns: |" {
            inside = Some(indent(line));
            out.push_str(&" ".repeat(indent(line) + 2));
            out.push_str("zzqx\n");
        }
    }
    out
}

#[test]
fn thirty_decisions_stand_when_the_codebook_is_edited() {
    let dir = tempfile::tempdir().unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/kap-pmad");
    copy(&corpus, dir.path());
    run(dir.path());
    let book = fs::read_to_string(dir.path().join("out/codebook.yaml")).unwrap();
    let (decided, file) = thirty_decisions(&table(dir.path(), "codings.csv"));
    assert_eq!(decided.len(), 30);
    fs::write(dir.path().join("decisions.csv"), file).unwrap();
    run(dir.path());
    let before = outcomes(dir.path());
    assert!(
        before.iter().all(|o| o.contains("|applied|same|")),
        "{before:?}"
    );
    let edited = without_patterns(&book);
    assert!(edited.len() < book.len());
    fs::write(dir.path().join("book.yaml"), edited).unwrap();
    fs::write(dir.path().join("study.toml"), "codebook = \"book.yaml\"\n").unwrap();
    run(dir.path());
    let after = table(dir.path(), "decisions_applied.csv");
    let now = table(dir.path(), "codings.csv");
    assert_eq!(after.len(), 30);
    let mut restored = 0;
    for (decision, old) in after.iter().zip(&decided) {
        let stands = ["applied", "restored", "idle"].contains(&decision["outcome"].as_str());
        assert!(stands && decision["anchor"] == "same", "{decision:?}");
        restored += usize::from(decision["outcome"] == "restored");
        match decision["action"].as_str() {
            "keep" => assert!(is_counted(&now, &old["code"], old), "{decision:?}"),
            "recode" => assert!(is_counted(&now, "hopefulness", old), "{decision:?}"),
            _ => assert!(!is_counted(&now, &old["code"], old), "{decision:?}"),
        }
    }
    // No pattern is left that could find what was kept (but a denied contrary may).
    assert!(restored >= 8, "the edit took {restored} kept codings away");
}

/// Decisions as `row stale`, without the hash of the codebook.
fn stale(dir: &Path) -> Vec<String> {
    let said = |r: &Row| {
        let words: Vec<&str> = r["stale"].split(' ').collect();
        let plain = words.iter().filter(|w| !w.starts_with('('));
        let plain: Vec<&str> = plain.copied().collect();
        format!("{}|{}", r["row"], plain.join(" "))
    };
    table(dir, "decisions_applied.csv")
        .iter()
        .map(said)
        .collect()
}

/// The day on which a study was run first, by its log.
fn today(dir: &Path) -> String {
    let log = fs::read_to_string(dir.join(".verbatim/audit.jsonl")).unwrap();
    let when = log.split("\"when\":\"").nth(1).unwrap();
    when.split('T').next().unwrap().to_owned()
}

#[test]
fn a_decision_is_not_held_against_a_codebook_that_lacked_its_code() {
    let dir = study("");
    // In the morning a codebook that came with something else, at noon the study's own.
    let other = BOOK
        .replace("id: safety", "id: sleep")
        .replace("felt safe", "dozed");
    fs::write(dir.path().join("book.yaml"), other).unwrap();
    run(dir.path());
    fs::write(dir.path().join("book.yaml"), BOOK).unwrap();
    let day = today(dir.path());
    let decisions = format!("{HEADER}\n{ID},,safety,4,13,felt safe,keep,,,,EL,{day},\n");
    fs::write(dir.path().join("decisions.csv"), decisions).unwrap();
    assert!(!run(dir.path()).contains("stale"));
    // What the study's own said otherwise then is told.
    fs::write(
        dir.path().join("book.yaml"),
        BOOK.replace("Feels safe", "Is safe"),
    )
    .unwrap();
    let said = run(dir.path());
    assert!(
        said.contains("1 stale") && said.contains("since then changed: definition"),
        "{said}"
    );
}

#[test]
fn a_decision_is_stale_where_its_code_was_defined_otherwise() {
    let dir = study("");
    run(dir.path());
    decide(dir.path(), "EL", &[], "k\nk\nq\n");
    // A row of a spreadsheet knows its day; one of a day before the log knows nothing.
    let today = today(dir.path());
    let path = dir.path().join("decisions.csv");
    let file = fs::read_to_string(&path).unwrap();
    let more = format!(
        "{ID},,safety,51,60,felt safe,reject,,,,MK,{today},\n\
         {ID},,rest,51,60,felt safe,recode,,,safety,MK,2001-01-01,\n"
    );
    fs::write(&path, file + &more).unwrap();
    let said = run(dir.path());
    assert!(!said.contains("stale"), "{said}");
    assert_eq!(stale(dir.path()), ["2|", "3|", "4|", "5|"]);

    let edited = BOOK.replace("Feels safe.", "Feels safe at home.");
    fs::write(dir.path().join("book.yaml"), edited).unwrap();
    let said = run(dir.path());
    assert!(said.contains("V747") && said.contains("2 stale"), "{said}");
    let changed = "codebook small 1 since then changed: definition";
    assert_eq!(
        stale(dir.path()),
        [
            format!("2|{changed}"),
            "3|".to_owned(),
            format!("4|{changed}"),
            "5|".to_owned()
        ]
    );
    // Decided again, it is fresh.
    decide(dir.path(), "EL", &[], "g 1\nk\nq\n");
    run(dir.path());
    assert_eq!(stale(dir.path())[0], "2|");
    // A codebook that nobody keeps is told of.
    fs::remove_dir_all(dir.path().join(".verbatim/codebooks")).unwrap();
    assert!(run(dir.path()).contains("V748"));
}

#[test]
fn memos_beside_decisions_and_in_the_codebook_are_shown_and_go_to_other_programs() {
    let dir = study("");
    let book = BOOK.replace(
        "definition: Rests.",
        "definition: Rests.\n    memo: Sleep counts too.",
    );
    fs::write(dir.path().join("book.yaml"), book).unwrap();
    let toml = "codebook = \"book.yaml\"\nmemos_in_report = true\n";
    fs::write(dir.path().join("study.toml"), toml).unwrap();
    decide(
        dir.path(),
        "EL",
        &[],
        "k\nr she was asked\na rest today\nm half of it\nq\n",
    );
    run(dir.path());
    let page = fs::read_to_string(dir.path().join("out/report.html")).unwrap();
    let applied = table(dir.path(), "decisions_applied.csv");
    for memo in ["she was asked", "half of it"] {
        assert!(page.contains(memo), "{memo}");
        let row = applied.iter().find(|r| r["memo"] == memo).unwrap();
        let codings = table(dir.path(), "codings.csv");
        assert!(
            codings.iter().any(|c| c["coding_id"] == row["coding_id"]),
            "{memo}"
        );
    }
    assert!(page.contains("Sleep counts too."));
    let study = dir.path().to_string_lossy().into_owned();
    let explained = verbatim(&["explain", &study, ID]);
    assert!(String::from_utf8_lossy(&explained.stdout).contains("half of it"));
    let to = dir.path().join("p.qdpx").to_string_lossy().into_owned();
    let back = dir.path().join("back").to_string_lossy().into_owned();
    for args in [
        ["export", &study, "--to", &to],
        ["import", &to, "--out", &back],
    ] {
        assert!(verbatim(&args).status.success(), "{args:?}");
    }
    let codings = fs::read_to_string(dir.path().join("back/codings.csv")).unwrap();
    assert!(
        codings.contains("she was asked") && codings.contains("half of it"),
        "{codings}"
    );
}

#[test]
fn a_decision_on_a_deleted_passage_is_lost_and_does_not_judge_another() {
    let dir = study("");
    decide(dir.path(), "EL", &[], "r\nq\n");
    run(dir.path());
    let shorter = "She slept and denies that she felt safe at home.\n";
    fs::write(dir.path().join("P01 2021-03-02.txt"), shorter).unwrap();
    run(dir.path());
    assert_eq!(outcomes(dir.path()), ["2|not_applied|lost|"]);
    let codings = table(dir.path(), "codings.csv");
    assert!(codings.iter().all(|c| c["why_not"] != "rejected"));
}

#[test]
fn what_was_kept_as_denied_is_denied_when_its_rule_goes() {
    let dir = study("");
    decide(dir.path(), "EL", &[], "n\nn\nk\nq\n");
    assert_eq!(
        decided(dir.path()),
        ["safety|51|60|felt safe|keep|negated||EL|"]
    );
    // A spreadsheet says nothing of it: the words around it do.
    let gone = BOOK.replace("felt safe", "safest");
    fs::write(dir.path().join("book.yaml"), gone).unwrap();
    run(dir.path());
    let kept = "safety|51|felt safe|false|assertion|EL".to_owned();
    assert!(codings(dir.path()).contains(&kept));
    let recoded = kept.replace("safety", "rest");
    for (action, wanted) in [("keep,,,", kept), ("recode,,,rest", recoded)] {
        let row = format!("{ID},,safety,51,60,felt safe,{action},EL,,");
        fs::write(
            dir.path().join("decisions.csv"),
            format!("{HEADER}\n{row}\n"),
        )
        .unwrap();
        run(dir.path());
        let codings = codings(dir.path());
        assert!(codings.contains(&wanted), "{codings:?}");
    }
}

#[test]
fn a_decision_goes_with_its_note_when_rows_are_put_in_before_it() {
    let dir = study("");
    fs::remove_file(dir.path().join(ID)).unwrap();
    let rows = [
        "P01,2021-03-02,She felt safe on the first day and went home early with her sister.",
        "P02,2021-03-02,She felt safe in the evening. He cooked and they talked about work.",
        "P03,2021-03-02,She felt safe after all that. Then rain came and nobody walked far.",
    ];
    let notes = |rows: &[&str]| {
        let table = format!("participant,date,note\n{}\n", rows.join("\n"));
        fs::write(dir.path().join("notes.csv"), table).unwrap();
    };
    notes(&rows);
    let text = rows[1].rsplit_once("02,").unwrap().1;
    let sha = verbatim::text::hex_sha256(text.as_bytes());
    let decision = format!("notes.csv#row=2,{sha},safety,4,13,felt safe,reject,,,,EL,,");
    let file = format!("{HEADER}\n{decision}\n");
    fs::write(dir.path().join("decisions.csv"), file).unwrap();
    assert!(!run(dir.path()).contains("V750"));
    let rejected = || {
        let mut all = table(dir.path(), "codings.csv");
        all.retain(|c| c["why_not"] == "rejected");
        let ids = all.iter().map(|c| c["note_id"].clone());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(rejected(), ["notes.csv#row=2"]);
    let new = "P00,2021-03-02,She felt safe from the start and said little else that week.";
    notes(&[new, rows[0], rows[1], rows[2]]);
    let said = run(dir.path());
    assert!(
        said.contains("V750") && said.contains("notes.csv#row=3"),
        "{said}"
    );
    assert_eq!(rejected(), ["notes.csv#row=3"]);
    assert_eq!(outcomes(dir.path()), ["2|applied|moved|4"]);
    assert_eq!(
        table(dir.path(), "decisions_applied.csv")[0]["now_note_id"],
        "notes.csv#row=3"
    );
    // Its own desk shows it, and none other.
    let path = dir.path().to_string_lossy().into_owned();
    let desk = |row: &str| {
        let done = Command::new(env!("CARGO_BIN_EXE_verbatim"))
            .args([
                "decide",
                &path,
                &format!("notes.csv#row={row}"),
                "--coder",
                "EL",
            ])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        String::from_utf8(done.stdout).unwrap()
    };
    assert!(desk("3").contains("your decision: reject"));
    assert!(desk("2").contains("your decision: none yet"));
    // Where its text is gone, too, whoever stands there now is not judged.
    let edited = rows[1].replace("evening", "night");
    notes(&[new, rows[0], &edited, rows[2]]);
    let said = run(dir.path());
    assert_eq!(outcomes(dir.path()), ["2|not_applied|lost|"], "{said}");
    assert!(
        rejected().is_empty() && said.contains("another note now"),
        "{said}"
    );
}

#[test]
fn a_memo_that_breaks_off_takes_no_decision_with_it() {
    let dir = study(&format!(
        "{HEADER}\n\
         {ID},,safety,4,13,felt safe,reject,,,,EL,2026-03-01,\"half a me\n\
         {ID},,rest,25,30,slept,reject,,,,EL,2026-03-01,\n"
    ));
    let said = run(dir.path());
    assert_eq!(
        outcomes(dir.path()),
        ["2|unreadable||", "3|applied|same|25"]
    );
    assert!(
        said.contains("decisions.csv:2:1") && said.contains("breaks off"),
        "{said}"
    );
}

#[test]
fn a_first_decision_raises_no_alarm_about_the_log() {
    let dir = study("");
    decide(dir.path(), "EL", &[], "k\nq\n");
    let log = fs::read_to_string(dir.path().join(".verbatim/audit.jsonl")).unwrap();
    assert!(
        log.contains("\"decide\"") && !log.contains("log_was_empty"),
        "{log}"
    );
    // Nor does a study that came with decisions and without its log.
    fs::remove_dir_all(dir.path().join(".verbatim")).unwrap();
    let said = run(dir.path());
    assert!(!said.contains("V762"), "{said}");
}

#[test]
fn who_wants_quiet_is_told_that_decisions_need_a_look() {
    let dir = study(&format!(
        "{HEADER}\n{ID},,safety,4,13,felt safe,maybe,,,,EL,,\n"
    ));
    let done = verbatim(&[
        "run",
        &dir.path().to_string_lossy(),
        "--no-index",
        "--quiet",
    ]);
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(said.contains("1 finding on decisions"), "{said}");
}

#[test]
fn right_behind_a_decision_undo_and_memo_are_about_it() {
    let dir = study("");
    let said = decide(dir.path(), "EL", &[], "k\nr\nm was asked\nu\nk\nq\n");
    assert!(said.contains("the memo on rest, \"slept\""), "{said}");
    assert!(
        said.contains("Taken back: reject (memo: was asked)"),
        "{said}"
    );
    assert_eq!(
        decided(dir.path()),
        [
            "safety|4|13|felt safe|keep|||EL|",
            "rest|25|30|slept|keep|||EL|"
        ]
    );
}

#[test]
fn a_memo_whose_coding_is_another_now_is_told_of_with_that_one() {
    let dir = study("");
    run(dir.path());
    let id = |text: &str| {
        let codings = table(dir.path(), "codings.csv");
        let found = codings.iter().find(|c| c["text"] == text);
        found.unwrap()["coding_id"].clone()
    };
    let old = id("slept");
    let memos = format!("level,target,memo,author,date\ncoding,{old},Only a nap,EL,2026-03-01\n");
    fs::write(dir.path().join("memos.csv"), memos).unwrap();
    assert!(!run(dir.path()).contains("V753"));
    let note = NOTE.replace("She slept", "She then slept");
    fs::write(dir.path().join(ID), note).unwrap();
    // As long as the memo is not put right, each run says so.
    for _ in 0..2 {
        let said = run(dir.path());
        assert!(
            said.contains("V753") && said.contains(&id("slept")),
            "{said}"
        );
    }
}

#[test]
fn a_phase_of_a_session_type_that_no_note_has_is_told_of() {
    let dir = study("");
    let toml = "codebook = \"book.yaml\"\n[[phases]]\nname = \"dosing\"\nsessions = [1, 3]\n\
                session_type = \"ketamin\"\n";
    fs::write(dir.path().join("study.toml"), toml).unwrap();
    let said = run(dir.path());
    assert!(said.contains("V756") && said.contains("ketamin"), "{said}");
}
