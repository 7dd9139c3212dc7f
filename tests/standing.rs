//! What a study's last run answers for: a tried pattern and a question, each as the notes' files
//! would answer it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::verbatim;

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn said(args: &[&str]) -> String {
    let done = verbatim(args);
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{args:?}: {error}");
    String::from_utf8(done.stdout).unwrap()
}

/// What a command answers, and what that rests on.
fn asked(args: &[&str]) -> (Value, Value) {
    let args = [args, &["--json", "--limit", "0"]].concat();
    let mut answer: Value = serde_json::from_str(&said(&args)).unwrap();
    let rests_on = answer.as_object_mut().unwrap().remove("rests_on");
    (answer, rests_on.unwrap())
}

const CODEBOOK: &str = "\
codebook: small
version: '1'
codes:
  - id: agency
    name: Agency
    definition: Choosing.
    patterns: |
      (chose|decide) to
      \"set a limit\"
  - id: coping
    name: Coping
    definition: Ways to bear it.
    patterns: |
      felt (calm|held|gentle)
      breath*
      (rest|walk)
";

const TRANSCRIPT: &str = "WEBVTT

00:01.000 --> 00:04.000
<v Therapist>Did you decide to rest, or did he?

00:05.000 --> 00:09.000
<v Client>I chose to rest. I felt calm and I chose to.
";

/// A clinic's files: a table with a copied note, a log, a transcript; and a person's decision.
fn study(dir: &Path) {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/kap-pmad");
    let log = "home-sessions.txt";
    fs::copy(corpora.join(log), dir.join(log)).unwrap();
    fs::write(dir.join("codebook.yaml"), CODEBOOK).unwrap();
    fs::write(dir.join("study.toml"), "codebook = \"codebook.yaml\"\n").unwrap();
    fs::create_dir(dir.join("P02")).unwrap();
    fs::write(dir.join("P02/2022-05-01 integration.vtt"), TRANSCRIPT).unwrap();
    let more = "note_id,participant_id,date,session_type,note\n\
         x1,P01,2022-09-01,integration,She decided to rest and felt calm in her body at the lake. He did not decide to walk.\n\
         x2,P01,2022-09-08,integration,She decided to rest and felt calm in her body at the lake. \"I breathe and then I chose to go.\"\n\
         x3,P09,2022-09-09,ketamine,She chose freely.\n";
    fs::write(dir.join("more.csv"), more).unwrap();
    fs::write(
        dir.join("decisions.csv"),
        "note_id,code,text,action,coder\nx2,agency,chose to,reject,EL\nx3,agency,She chose freely,add,EL\n",
    )
    .unwrap();
}

/// Patterns as they are tried: a rare one, one on the text itself, one that stands in many notes.
const TRIED: [&[&str]; 3] = [
    &["(chose|decide)", "--code", "agency"],
    &["/felt [a-z]+/", "--unless", "felt held"],
    &["(she|he)"],
];

#[test]
fn a_pattern_finds_in_a_run_what_it_finds_in_the_notes() {
    let dir = tempfile::tempdir().unwrap();
    study(dir.path());
    let (path, out) = (text(dir.path()), text(&dir.path().join("out")));
    let attempt = |of: &str, tried: &[&str]| {
        asked(&[&["codebook", "try"], &tried[..1], &[of], &tried[1..]].concat())
    };
    let of_notes = TRIED.map(|tried| attempt(&path, tried));
    for (answer, rests_on) in &of_notes {
        assert!(answer["lines_total"].as_u64() > Some(0), "{answer}");
        assert!(rests_on["run"].is_null(), "{rests_on}");
    }
    said(&["run", &path, "--quiet", "--no-index", "--no-report"]);
    for (tried, (answer, _)) in TRIED.into_iter().zip(&of_notes) {
        for of in [&path, &out] {
            let (again, rests_on) = attempt(of, tried);
            assert_eq!(rests_on["run"], out.as_str(), "{rests_on}");
            assert_eq!(rests_on["changed_since"], serde_json::json!([]));
            assert_eq!(&again, answer, "{tried:?} of {of}");
        }
    }
    // What people decide is read anew: what was added is new once more.
    fs::remove_file(dir.path().join("decisions.csv")).unwrap();
    let (without, rests_on) = attempt(&path, TRIED[0]);
    assert_eq!(rests_on["run"], out.as_str());
    assert_ne!(without["new"], of_notes[0].0["new"]);
    // A file that changed is read, and the run's folder says that it is behind.
    let more = "note_id,participant_id,date,session_type,note\n\
         x3,P09,2022-09-09,ketamine,They chose wisely. She chose.\n";
    fs::write(dir.path().join("more.csv"), more).unwrap();
    let (now, rests_on) = attempt(&path, TRIED[0]);
    assert!(
        rests_on["why"].as_str().unwrap().contains("more.csv"),
        "{rests_on}"
    );
    assert_ne!(now["lines_total"], without["lines_total"]);
    let (behind, rests_on) = attempt(&out, TRIED[0]);
    assert_eq!(rests_on["changed_since"][0], "more.csv");
    assert_eq!(behind, without);
}

#[test]
fn a_question_is_answered_by_the_run_until_anything_changed() {
    let dir = tempfile::tempdir().unwrap();
    study(dir.path());
    let path = text(dir.path());
    let questions = [
        "agency and coping within 1 sentence",
        "coping followed by agency within 1 paragraph or sentence and not any",
    ];
    let of_notes = questions.map(|question| asked(&["query", &path, question]));
    said(&["run", &path, "--quiet", "--no-index", "--no-report"]);
    for (question, (answer, _)) in questions.into_iter().zip(of_notes) {
        let (again, rests_on) = asked(&["query", &path, question]);
        assert!(rests_on["run"].is_string(), "{rests_on}");
        assert_eq!(again, answer, "{question}");
    }
    // Codings are the run's, so a decision since then is not in them.
    let more = "note_id,code,text,action,coder\nx1,agency,decided to,reject,EL\n";
    fs::write(dir.path().join("decisions.csv"), more).unwrap();
    let told = said(&["query", &path, questions[0]]);
    let last = told.lines().last().unwrap();
    assert!(
        last.starts_with("Rests on the notes' files, read now")
            && last.contains("decisions.csv has changed"),
        "{told}"
    );
}
