//! Sheets for people: drawn by a seed, filled in, read back.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use support::verbatim;
use verbatim::exchange::{SavedTable, read_sheet};

fn said(done: &Output) -> String {
    let wrong = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{wrong}");
    String::from_utf8(done.stdout.clone()).unwrap()
}

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpora/kap-pmad")
}

/// By note, the passages of the corpus' gold codings: code, start, end, assertion.
fn gold() -> BTreeMap<String, Vec<(String, u64, u64, String)>> {
    let text = fs::read_to_string(corpus().join("gold.jsonl")).unwrap();
    let note = |line: &str| {
        let note: Value = serde_json::from_str(line).unwrap();
        let codings = note["codings"].as_array().unwrap().iter().map(|c| {
            let word = |name: &str| c[name].as_str().unwrap().to_owned();
            let number = |name: &str| c[name].as_u64().unwrap();
            (
                word("code"),
                number("start"),
                number("end"),
                word("assertion"),
            )
        });
        (
            note["note_id"].as_str().unwrap().to_owned(),
            codings.collect(),
        )
    };
    text.lines().map(note).collect()
}

fn sample(sheet: &Path, more: &[&str]) -> String {
    let (corpus, sheet) = (corpus(), sheet.to_string_lossy().into_owned());
    let mut args = vec![
        "sample",
        corpus.to_str().unwrap(),
        "--sheet",
        &sheet,
        "--quiet",
    ];
    args.extend(more);
    said(&verbatim(&args))
}

fn column(table: &SavedTable, name: &str) -> Vec<String> {
    let at = table.column(name);
    table.rows.iter().map(|r| r.text(at).to_owned()).collect()
}

#[test]
fn a_sheet_shows_sentences_and_hides_the_machines_codings() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = dir.path().join("a");
    let said = sample(&sheet, &["--share", "0.2", "--seed", "7"]);
    let csv = read_sheet(&sheet.with_extension("csv")).unwrap();
    let xlsx = read_sheet(&sheet.with_extension("xlsx")).unwrap();
    let notes: BTreeSet<String> = column(&csv, "note_id").into_iter().collect();
    assert!(said.starts_with(&format!("{} of ", notes.len())), "{said}");
    for name in ["note_id", "start", "end", "sentence", "code"] {
        assert_eq!(column(&csv, name), column(&xlsx, name), "{name}");
    }
    for name in ["read", "code", "text", "assertion", "voice"] {
        assert!(column(&csv, name).iter().all(String::is_empty), "{name}");
    }
    assert!(
        column(&csv, "sentence")
            .iter()
            .filter(|s| !s.is_empty())
            .count()
            > notes.len()
    );
    // The same seed draws the same bytes, another one other notes; a filled sheet is not touched.
    let again = dir.path().join("b");
    sample(&again, &["--share", "0.2", "--seed", "7", "--threads", "1"]);
    for ending in ["csv", "xlsx"] {
        let read = |p: &Path| fs::read(p.with_extension(ending)).unwrap();
        assert!(read(&sheet) == read(&again), "{ending}");
    }
    let corpus = corpus();
    let refused = verbatim(&[
        "sample",
        corpus.to_str().unwrap(),
        "--sheet",
        sheet.to_str().unwrap(),
        "--seed",
        "8",
    ]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--force"));
    sample(&sheet, &["--share", "0.2", "--seed", "8", "--force"]);
    let other = column(
        &read_sheet(&sheet.with_extension("csv")).unwrap(),
        "note_id",
    );
    assert_ne!(other.into_iter().collect::<BTreeSet<_>>(), notes);
}

/// Fills a sheet as a coder would who codes as the corpus' gold does and leaves one note unread; gives
/// the number of passages.
fn filled_from_gold(mut table: SavedTable, unread: &str) -> (SavedTable, usize) {
    let gold = gold();
    let at = |name: &str| table.column(name).unwrap();
    let (note, start, end, sentence) = (at("note_id"), at("start"), at("end"), at("sentence"));
    let (code, text, read, coder) = (at("code"), at("text"), at("read"), at("coder"));
    let assertion = at("assertion");
    let mut filled = Vec::new();
    let mut passages = 0;
    for row in &table.rows {
        let mut row = row.clone();
        let id = row.text(Some(note)).to_owned();
        if id != unread {
            row.set(read, "yes");
            let place = |c| row.text(Some(c)).parse::<u64>().unwrap();
            let (first, last) = (place(start), place(end));
            let words: Vec<char> = row.text(Some(sentence)).chars().collect();
            let inside = gold[&id]
                .iter()
                .filter(|(_, s, e, _)| first <= *s && *e <= last);
            for (path, s, e, said) in inside {
                let mut coded = row.clone();
                let cut = &words[(s - first) as usize..(e - first) as usize];
                coded.set(code, path);
                coded.set(text, &cut.iter().collect::<String>());
                coded.set(assertion, said);
                if passages == 0 {
                    coded.set(coder, "MK");
                }
                filled.push(coded);
                passages += 1;
            }
        }
        filled.push(row);
    }
    table.rows = filled;
    (table, passages)
}

#[test]
fn agree_reads_a_filled_sheet() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = dir.path().join("sheet");
    sample(&sheet, &["--n", "12", "--by", "participant", "--seed", "3"]);
    let path = sheet.with_extension("csv");
    let table = read_sheet(&path).unwrap();
    let ids: Vec<String> = column(&table, "note_id");
    let unread = ids.last().unwrap().clone();
    let (filled, passages) = filled_from_gold(table, &unread);
    fs::write(&path, filled.to_csv()).unwrap();
    let run = dir.path().join("out");
    let corpus = corpus();
    let done = verbatim(&[
        "run",
        corpus.to_str().unwrap(),
        "--out",
        run.to_str().unwrap(),
        "--quiet",
        "--no-index",
    ]);
    said(&done);
    let gold_path = corpus.join("gold.jsonl");
    let agreed = said(&verbatim(&[
        "agree",
        path.to_str().unwrap(),
        gold_path.to_str().unwrap(),
        "--notes",
        run.join("notes.jsonl").to_str().unwrap(),
        "--json",
    ]));
    let agreed: Value = serde_json::from_str(&agreed).unwrap();
    assert!(passages > 10, "{passages}");
    assert_eq!(agreed["coders"][0], "MK");
    let read: BTreeSet<&String> = ids.iter().filter(|id| **id != unread).collect();
    assert_eq!(agreed["notes"].as_u64().unwrap(), read.len() as u64);
    for (code, result) in agreed["codes"].as_object().unwrap() {
        let passages = &result["passages"];
        assert_eq!(
            passages["first"], passages["first_met"],
            "{code} {passages}"
        );
        assert_eq!(passages["same_assertion"], passages["second_met"], "{code}");
    }
}

#[test]
fn an_elusion_sheet_filled_from_gold_tells_what_the_rules_miss() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = dir.path().join("missed");
    let drawn = sample(
        &sheet,
        &[
            "--from", "uncoded", "--code", "agency", "--n", "80", "--seed", "5",
        ],
    );
    assert!(drawn.starts_with("80 of "), "{drawn}");
    let path = sheet.with_extension("xlsx");
    let corpus = corpus();
    let read = |path: &Path, more: &[&str]| {
        let mut args = vec![
            "sample",
            corpus.to_str().unwrap(),
            "--read",
            path.to_str().unwrap(),
        ];
        args.push("--quiet");
        args.extend(more);
        said(&verbatim(&args))
    };
    assert!(read(&path, &[]).contains("nobody answered"));
    // As a person would: yes where the gold coding of the sentence is affirmed.
    let mut table = read_sheet(&path).unwrap();
    let (gold, answer) = (gold(), table.column("answer").unwrap());
    let places = ["note_id", "start", "end"].map(|name| table.column(name));
    let mut missed = 0;
    for row in &mut table.rows {
        let [id, start, end] = places.map(|c| row.text(c).to_owned());
        let (start, end): (u64, u64) = (start.parse().unwrap(), end.parse().unwrap());
        let carries = gold[&id].iter().any(|(code, s, e, assertion)| {
            code == "agency" && assertion == "affirmed" && *s < end && start < *e
        });
        row.set(answer, if carries { "yes" } else { "no" });
        missed += u64::from(carries);
    }
    let filled = dir.path().join("filled.csv");
    fs::write(&filled, table.to_csv()).unwrap();
    let value: Value = serde_json::from_str(&read(&filled, &["--json"])).unwrap();
    let agency = &value["codes"]["agency"];
    assert_eq!(agency["answered"], 80);
    assert_eq!(agency["missed"], missed);
    let [share, low, high] =
        ["value", "ci_low", "ci_high"].map(|end| agency["elusion"][end].as_f64().unwrap());
    assert!(low <= share && share <= high && high < 0.2, "{agency}");
    assert!(read(&filled, &[]).contains("exact 95% CI"));
    // The cells of participant and session type add up to all notes.
    let number = |value: &Value, name: &str| value[name]["value"].as_f64().unwrap_or(0.0);
    let cells = agency["cells"].as_array().unwrap();
    let fine = cells
        .iter()
        .filter(|c| c["participant_id"].is_string() && c["session_type"].is_string());
    let sum: f64 = fine.map(|c| number(c, "units_missed")).sum();
    assert!(
        (sum - number(agency, "units_missed")).abs() < 0.01,
        "{sum} {agency}"
    );
    let found = agency["found"].as_f64().unwrap();
    let corrected = number(agency, "corrected");
    assert!((corrected - found - number(agency, "units_missed")).abs() < 1e-6);
}

/// A copy of the corpus with an answered sheet of agency among its files; gives the sheet's path.
fn answered_study(dir: &Path) -> PathBuf {
    copy(&corpus(), dir);
    let study = dir.to_string_lossy().into_owned();
    let drawn = [
        "sample", &study, "--from", "uncoded", "--code", "agency", "--n", "80", "--seed", "5",
        "--quiet",
    ];
    said(&verbatim(&drawn));
    let path = dir.join("elusion_sheet_agency.csv");
    let mut table = read_sheet(&path).unwrap();
    let (gold, answer) = (gold(), table.column("answer").unwrap());
    let places = ["note_id", "start", "end"].map(|name| table.column(name));
    for row in &mut table.rows {
        let [id, start, end] = places.map(|c| row.text(c).to_owned());
        let (start, end): (u64, u64) = (start.parse().unwrap(), end.parse().unwrap());
        let carries = gold[&id].iter().any(|(code, s, e, assertion)| {
            code == "agency" && assertion == "affirmed" && *s < end && start < *e
        });
        row.set(answer, if carries { "yes" } else { "no" });
    }
    fs::write(&path, table.to_csv()).unwrap();
    path
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            if path.file_name().unwrap() != "out" {
                copy(&path, &target);
            }
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

/// Runs a study; gives what it printed.
fn run_study(dir: &Path, more: &[&str]) -> String {
    let study = dir.to_string_lossy().into_owned();
    let mut args = vec!["run", &study, "--no-index"];
    args.extend(more);
    said(&verbatim(&args))
}

fn elusion_rows(dir: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(dir.join("out/elusion.csv")).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn number(row: &BTreeMap<String, String>, name: &str) -> f64 {
    row[name].parse().unwrap()
}

#[test]
fn a_run_says_what_an_answered_sample_tells_of_what_it_misses() {
    let dir = tempfile::tempdir().unwrap();
    answered_study(dir.path());
    let told = run_study(dir.path(), &[]);
    assert!(
        told.contains("agency: found in ") && told.contains("more were not found."),
        "{told}"
    );
    let page = fs::read_to_string(dir.path().join("out/report.html")).unwrap();
    assert!(
        page.contains("<dt>Personal agency</dt><dd>found in ") && page.contains("Not estimated")
    );
    let all = elusion_rows(dir.path());
    let first = &all[0];
    assert_eq!(
        (first["code"].as_str(), first["group"].as_str()),
        ("agency", "all")
    );
    assert_eq!(first["answered"], "80");
    let bounds = ["missed_low", "missed", "missed_high"].map(|name| number(first, name));
    assert!(bounds.is_sorted() && bounds[2] > bounds[0], "{first:?}");
    // The true number by the gold coding lies inside.
    let study = dir.path().to_string_lossy().into_owned();
    let gold = corpus().join("gold.jsonl").to_string_lossy().into_owned();
    let truth = said(&verbatim(&[
        "suggest",
        &study,
        "--simulate",
        &gold,
        "--code",
        "agency",
        "--json",
        "--quiet",
    ]));
    let truth: Value = serde_json::from_str(&truth).unwrap();
    let agency = &truth["codes"]["agency"];
    let missed = agency["passages"].as_f64().unwrap() - agency["found_by_rules"].as_f64().unwrap();
    assert!(
        bounds[0] <= missed && missed <= bounds[2],
        "{missed} {bounds:?}"
    );
}

#[test]
fn what_a_sample_brought_to_light_is_found_and_an_old_sheet_is_not_used() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = answered_study(dir.path());
    run_study(dir.path(), &["--quiet"]);
    let before = elusion_rows(dir.path());
    let table = read_sheet(&sheet).unwrap();
    let column = |name: &str| table.column(name);
    let is_yes = |r: &&verbatim::exchange::SavedRow| r.text(column("answer")) == "yes";
    let yes = table.rows.iter().find(is_yes).unwrap();
    let cell = |name: &str| yes.text(column(name));
    let quoted = format!("\"{}\"", cell("sentence").replace('"', "\"\""));
    let decision = format!(
        "note_id,code,start,end,text,action,coder\n{},agency,{},{},{quoted},add,EL\n",
        cell("note_id"),
        cell("start"),
        cell("end")
    );
    fs::write(dir.path().join("decisions.csv"), decision).unwrap();
    run_study(dir.path(), &["--quiet"]);
    let after = elusion_rows(dir.path());
    let more = |name: &str| number(&after[0], name) - number(&before[0], name);
    assert!((more("found") - 1.0).abs() < 1e-9);
    assert!((more("missed") + 1.0).abs() < 0.01);
    // The same answers twice tell no more.
    let second = dir.path().join("elusion_sheet_agency_2.csv");
    fs::copy(&sheet, &second).unwrap();
    run_study(dir.path(), &["--quiet"]);
    assert_eq!(elusion_rows(dir.path()), after);
    fs::remove_file(second).unwrap();
    // A remark in the codebook changes nothing of agency.
    let book = fs::read_to_string(dir.path().join("out/codebook.yaml")).unwrap();
    let edited = dir.path().join("book.yaml");
    fs::write(&edited, format!("{book}\n# edited\n")).unwrap();
    run_study(
        dir.path(),
        &["--quiet", "--codebook", edited.to_str().unwrap()],
    );
    assert_eq!(elusion_rows(dir.path())[0]["missed"], after[0]["missed"]);
    // Other rules may find what this sample missed: then nothing is estimated.
    let (head, of_agency) = book.split_once("- id: agency\n").unwrap();
    let of_agency = of_agency.replacen("patterns: |", "patterns: |\n      quite herself", 1);
    fs::write(&edited, format!("{head}- id: agency\n{of_agency}")).unwrap();
    let told = run_study(dir.path(), &["--codebook", edited.to_str().unwrap()]);
    let why = "is not estimated: the sheet was drawn with another codebook";
    assert!(told.contains(why), "{told}");
    let rows = elusion_rows(dir.path());
    assert_eq!(rows[0]["interval_or_why_not"], "other_codebook");
    assert_eq!(rows[0]["missed"], "");
    // A sheet that is none is named, and the run goes on.
    fs::write(dir.path().join("elusion_sheet_x.csv"), "no,sheet\n1,2\n").unwrap();
    let study = dir.path().to_string_lossy().into_owned();
    let done = verbatim(&["run", &study, "--no-index", "--no-report"]);
    assert!(done.status.success());
    let wrong = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        wrong.contains("elusion_sheet_x.csv") && wrong.contains("no column code"),
        "{wrong}"
    );
}

/// A row of decisions that rejects a passage of agency which the rules call negated; its note first.
fn rejected_negation(dir: &Path) -> (String, String) {
    let codings = SavedTable::parse(&fs::read(dir.join("out/codings.csv")).unwrap());
    let at = |name: &str| codings.column(name);
    let mut rows = codings.rows.iter();
    let negated =
        rows.find(|row| row.text(at("code")) == "agency" && row.text(at("why_not")) == "assertion");
    let negated = negated.unwrap();
    let cell = |name: &str| negated.text(at(name)).to_owned();
    let [id, start, end, words] = ["note_id", "start", "end", "text"].map(cell);
    let head = "note_id,code,start,end,text,action,coder";
    let decision = format!("{head}\n{id},agency,{start},{end},\"{words}\",reject,EL\n");
    (id, decision)
}

/// Note and start of the sentences that were drawn apart.
fn apart(table: &SavedTable) -> BTreeSet<(String, String)> {
    let [stratum, note, start] = ["stratum", "note_id", "start"].map(|name| table.column(name));
    let own = table.rows.iter().filter(|r| r.text(stratum) == "apart");
    own.map(|r| (r.text(note).to_owned(), r.text(start).to_owned()))
        .collect()
}

#[test]
fn sentences_whose_passages_do_not_count_are_drawn_apart() {
    let dir = tempfile::tempdir().unwrap();
    copy(&corpus(), dir.path());
    let study = dir.path().to_string_lossy().into_owned();
    run_study(dir.path(), &["--quiet", "--no-report"]);
    // A passage that the rules found and a person rejected need not be asked for again.
    let (id, decision) = rejected_negation(dir.path());
    let census = |name: &str| {
        let sheet = dir.path().join(name);
        let sheet = sheet.to_string_lossy().into_owned();
        let drawn = said(&verbatim(&[
            "sample", &study, "--from", "uncoded", "--code", "agency", "--n", "100000", "--sheet",
            &sheet, "--quiet",
        ]));
        (
            drawn,
            read_sheet(&Path::new(&sheet).with_extension("csv")).unwrap(),
        )
    };
    let (drawn, before) = census("before");
    fs::write(dir.path().join("decisions.csv"), decision).unwrap();
    let (_, after) = census("after");
    let (before, kept) = (apart(&before), apart(&after));
    assert!(before.len() > 10, "{before:?}");
    assert!(
        drawn.contains(&format!("{}, in which it stands uncounted", before.len())),
        "{drawn}"
    );
    let gone: Vec<_> = before.difference(&kept).collect();
    assert!(matches!(gone[..], [(note, _)] if *note == id), "{gone:?}");
    // A sheet that was drawn without them says what it leaves open.
    let mut old = after.clone();
    let stratum = old.column("stratum");
    old.rows.retain(|r| r.text(stratum) != "apart");
    fs::write(dir.path().join("elusion_sheet_agency.csv"), old.to_csv()).unwrap();
    let told = || {
        let done = verbatim(&["run", &study, "--no-index", "--no-report"]);
        String::from_utf8_lossy(&done.stderr).into_owned()
    };
    let words = format!(
        "stands uncounted (negated, planned ...) in {} more",
        kept.len()
    );
    assert!(told().contains(&words), "{}", told());
    // An edited row is told of.
    let (answer, sentence) = (
        after.column("answer").unwrap(),
        after.column("sentence").unwrap(),
    );
    let mut edited = after.clone();
    edited.rows[0].set(answer, "no");
    edited.rows[0].set(sentence, "Nobody wrote this.");
    fs::write(dir.path().join("elusion_sheet_agency.csv"), edited.to_csv()).unwrap();
    let told = told();
    assert!(!told.contains("stands uncounted"), "{told}");
    assert_eq!(
        told.matches("do not stand at its start and end").count(),
        1,
        "{told}"
    );
}

#[test]
fn agreement_on_a_stratified_sample_counts_by_its_design() {
    let dir = tempfile::tempdir().unwrap();
    let sheet = dir.path().join("sheet");
    sample(
        &sheet,
        &["--n", "14", "--by", "session_type", "--seed", "3"],
    );
    let path = sheet.with_extension("csv");
    let table = read_sheet(&path).unwrap();
    let (filled, _) = filled_from_gold(table, "");
    fs::write(&path, filled.to_csv()).unwrap();
    let agree = |path: &Path| {
        let run = corpus().join("gold-second.jsonl");
        let agreed = said(&verbatim(&[
            "agree",
            path.to_str().unwrap(),
            run.to_str().unwrap(),
            "--json",
        ]));
        serde_json::from_str::<Value>(&agreed).unwrap()
    };
    let weighted = agree(&path);
    assert_eq!(weighted["weights"], "design");
    // Without the columns of the design every note counts the same.
    let mut bare = read_sheet(&path).unwrap();
    let column = bare.column("stratum_size").unwrap();
    for row in &mut bare.rows {
        row.set(column, "");
    }
    let other = dir.path().join("bare.csv");
    fs::write(&other, bare.to_csv()).unwrap();
    let equal = agree(&other);
    assert_eq!(equal["weights"], Value::Null);
    let value = |agreed: &Value, code: &str| {
        agreed["codes"][code]["coefficients"]["percent_agreement"]["value"].as_f64()
    };
    let codes = equal["codes"].as_object().unwrap();
    assert!(
        codes
            .keys()
            .any(|c| value(&weighted, c) != value(&equal, c))
    );
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let corpus = corpus();
    let fails = |more: &[&str], piece: &str| {
        let mut args = vec!["sample", corpus.to_str().unwrap()];
        args.extend(more);
        let done = verbatim(&args);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && said.contains(piece), "{said}");
    };
    fails(&["--share", "2"], "up to 1");
    fails(&["--n", "0"], "--n is 1 or more");
    fails(&["--by", "colour"], "colour");
    fails(&["--from", "uncoded", "--code", "none"], "no code \"none\"");
    fails(&["--from", "uncoded"], "--code");
}

/// A study of one note a participant, of three sentences, one of them coded.
fn six_participants(dir: &Path) {
    let book = "codebook: small\nversion: 1\nlanguage: en\ncodes:\n  - id: safety\n    \
                definition: Feels safe.\n    patterns: [felt safe]\n";
    fs::write(dir.join("book.yaml"), book).unwrap();
    fs::write(dir.join("study.toml"), "codebook = \"book.yaml\"\n").unwrap();
    for who in 1..=6 {
        one_note(dir, who);
    }
}

fn one_note(dir: &Path, who: u32) {
    let folder = dir.join(format!("P{who:02}"));
    fs::create_dir_all(&folder).unwrap();
    let note = format!("She felt safe in week {who}. She slept {who} hours. It rained.\n");
    fs::write(folder.join("2022-03-01 ketamine.txt"), note).unwrap();
}

#[test]
fn every_sentence_can_be_drawn_and_those_that_come_later_are_told_of() {
    let dir = tempfile::tempdir().unwrap();
    six_participants(dir.path());
    let study = dir.path().to_string_lossy().into_owned();
    let drawn = [
        "sample", &study, "--from", "uncoded", "--code", "safety", "--n", "4",
    ];
    let told = said(&verbatim(&drawn));
    assert!(
        told.contains("4 of 12") && told.contains("put together"),
        "{told}"
    );
    let path = dir.path().join("elusion_sheet_safety.csv");
    let mut sheet = read_sheet(&path).unwrap();
    assert_eq!(column(&sheet, "stratum"), ["all"; 4]);
    assert_eq!(column(&sheet, "stratum_size"), ["12"; 4]);
    // What a coder calls denied does not count, and is not missed.
    let (answer, assertion) = (
        sheet.column("answer").unwrap(),
        sheet.column("assertion").unwrap(),
    );
    for (row, number) in sheet.rows.iter_mut().zip(0..) {
        row.set(answer, if number == 0 { "yes" } else { "no" });
        row.set(assertion, if number == 0 { "negated" } else { "" });
    }
    fs::write(&path, sheet.to_csv()).unwrap();
    fs::remove_file(path.with_extension("xlsx")).unwrap();
    let run = || {
        let done = verbatim(&["run", &study, "--no-index", "--no-report"]);
        (
            said(&done),
            String::from_utf8_lossy(&done.stderr).into_owned(),
        )
    };
    let (told, warned) = run();
    assert!(
        told.contains("found in 6 sentences; an estimated 0 "),
        "{told}"
    );
    assert!(!warned.contains("V752"), "{warned}");
    one_note(dir.path(), 7);
    let (_, warned) = run();
    assert!(
        warned.contains("2 sentences without safety could not be drawn"),
        "{warned}"
    );
}

#[test]
fn a_code_is_asked_for_with_sentences_only() {
    let dir = tempfile::tempdir().unwrap();
    six_participants(dir.path());
    let refused = verbatim(&["sample", &dir.path().to_string_lossy(), "--code", "safety"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--from uncoded"));
}
