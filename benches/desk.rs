//! Measures the coder's desk: people's decisions in a run, questions to the codings, a tried pattern.
//!
//! `cargo bench --bench desk [-- --notes N --decisions N --rounds N]`. The program itself is run on
//! generated notes, so that time and memory are what a user sees. Figures are the best of the rounds.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[allow(dead_code, reason = "this benchmark needs the notes only")]
#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/memory.rs"]
mod memory;
#[path = "support/phrases.rs"]
mod phrases;
#[path = "support/random.rs"]
mod random;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use corpus::{Corpus, GeneratedNote};
use verbatim::exchange::DECISION_COLUMNS;

/// Asked of the codings.
const QUESTIONS: &[&str] = &[
    "agency and not coping within 2 sentences",
    "(agency or coping) followed by family_connection within 10 words",
    "agency and coping in the same session where session type = integration",
];

/// Tried on the notes: a rare pattern, a common one, and one beside a code's own patterns.
const TRIED: &[&[&str]] = &[
    &["(chose|decide) _{0,2} to"],
    &["(felt|feel)", "--limit", "20"],
    &["(felt|feel) w/5 (calm|safe)", "--code", "coping"],
];

fn main() {
    let number = |name: &str, default: usize| {
        let mut args = std::env::args().skip_while(|a| a != name);
        args.nth(1).and_then(|n| n.parse().ok()).unwrap_or(default)
    };
    let (notes, wanted) = (number("--notes", 10_000), number("--decisions", 50_000));
    let rounds = number("--rounds", 3);
    let folder = tempfile::tempdir().expect("a folder");
    let study = folder.path();
    write_notes(study, notes);
    let path = study.to_string_lossy().into_owned();
    let out = study.join("out").to_string_lossy().into_owned();
    let run = ["run", &path, "--quiet"];
    let plain = best(&run, rounds);
    let codings = rows(&study.join("out/codings.csv"));
    println!("{notes} notes, {} codings", codings.len());
    print("run", plain);
    let decisions = write_decisions(study, &codings, wanted);
    let decided = best(&run, rounds);
    print(&format!("run with {decisions} decisions"), decided);
    let applied = rows(&study.join("out/decisions_applied.csv"));
    let share = (decided.0 - plain.0) / plain.0;
    println!(
        "    {} rows in decisions_applied.csv; decisions cost {:.1}% of the run",
        applied.len(),
        share * 100.0
    );
    for question in QUESTIONS {
        let asked = best(&["query", &path, question], rounds);
        print(&format!("query '{question}'"), asked);
    }
    for tried in TRIED {
        let of_study = [&["codebook", "try"], &tried[..1], &[&path], &tried[1..]].concat();
        print(
            &format!("codebook try {}", tried.join(" ")),
            best(&of_study, rounds),
        );
    }
    let of_output = ["query", &out, QUESTIONS[0]];
    print("query of the output folder", best(&of_output, rounds));
}

fn print(what: &str, (seconds, megabytes): (f64, u64)) {
    println!("{what:<76}{seconds:>8.2} s{megabytes:>7} MB");
}

/// The best wall time of some rounds, and the most memory that any took.
fn best(args: &[&str], rounds: usize) -> (f64, u64) {
    let all = (0..rounds.max(1)).map(|_| verbatim(args));
    all.fold((f64::MAX, 0), |best, one| {
        (best.0.min(one.0), best.1.max(one.1))
    })
}

fn verbatim(args: &[&str]) -> (f64, u64) {
    let begun = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_verbatim"))
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let (is_well, most) = memory::wait(child);
    assert!(is_well, "the program failed: {args:?}");
    (begun.elapsed().as_secs_f64(), most)
}

fn write_notes(study: &Path, notes: usize) {
    let mut table = csv::Writer::from_path(study.join("notes.csv")).expect("room for notes");
    table
        .write_record(GeneratedNote::COLUMNS)
        .expect("room for notes");
    for note in Corpus::new(notes, 1) {
        table.write_record(note.cells()).expect("room for notes");
    }
    table.flush().expect("room for notes");
}

/// The rows of a table below its header.
fn rows(path: &Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    reader.records().map(|r| r.expect("a row")).collect()
}

/// Decides on codings spread over all notes: two are kept for one that is rejected. Gives how many.
fn write_decisions(study: &Path, codings: &[csv::StringRecord], wanted: usize) -> usize {
    let path = study.join("decisions.csv");
    let mut table = csv::Writer::from_path(path).expect("room for decisions");
    // A decision made by hand names no codebook.
    let header = DECISION_COLUMNS.iter().take(13);
    table.write_record(header).expect("room for decisions");
    let count = wanted.min(codings.len());
    for number in 0..count {
        let coding = &codings[number * codings.len() / count];
        let action = ["keep", "keep", "reject"][number % 3];
        let coder = ["EL", "MK"][number % 2];
        let row = [
            &coding[1],
            "",
            &coding[5],
            &coding[6],
            &coding[7],
            &coding[8],
            action,
            "",
            "",
            "",
            coder,
            "2026-03-01",
            "",
        ];
        table.write_record(row).expect("room for decisions");
    }
    table.flush().expect("room for decisions");
    count
}
