//! Measures exchange with other programs: a project out to each format, and in again.
//!
//! `cargo bench --bench exchange [-- --sources N --codings N]`. The program itself is run, so that time
//! and memory are what a user sees. Twice: many sources, and a single one of 600,000 characters.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "support/memory.rs"]
mod memory;
#[allow(dead_code, reason = "this benchmark needs plain numbers only")]
#[path = "support/random.rs"]
mod random;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use random::Random;

const WORDS: &[&str] = &[
    "she",
    "felt",
    "calm",
    "today",
    "and",
    "spoke",
    "of",
    "her",
    "mother",
    "naïve",
    "🎉",
    "cafe\u{301}",
    "at",
    "home",
    "slept",
    "badly",
    "then",
    "better",
    "the",
    "ward",
];

const FORMATS: &[&str] = &["qdpx", "qda", "sqlite3"];

fn main() {
    let number = |name: &str, default: usize| {
        let mut args = std::env::args().skip_while(|a| a != name);
        args.nth(1).and_then(|n| n.parse().ok()).unwrap_or(default)
    };
    let (sources, codings) = (number("--sources", 1_000), number("--codings", 100_000));
    measure("many sources", sources, codings, 4_000);
    measure("one long source", 1, 2_000, 600_000);
}

fn measure(what: &str, sources: usize, codings: usize, characters: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let run = folder.path().join("run");
    fs::create_dir(&run).expect("a folder");
    project(&run, sources, codings, characters);
    println!("{what}: {sources} sources of {characters} characters, {codings} codings");
    println!(
        "{:<10}{:>12}{:>9}{:>12}{:>9}",
        "format", "export s", "MB", "import s", "MB"
    );
    for format in FORMATS {
        let file = folder.path().join(format!("p.{format}"));
        let back = folder.path().join(format!("back-{format}"));
        let (out_s, out_mb) = verbatim([
            "export".as_ref(),
            run.as_ref(),
            "--to".as_ref(),
            file.as_ref(),
        ]);
        let (in_s, in_mb) = verbatim([
            "import".as_ref(),
            file.as_ref(),
            "--out".as_ref(),
            back.as_ref(),
        ]);
        let kept = csv::Reader::from_path(back.join("codings.csv"))
            .expect("an import")
            .records()
            .count();
        println!(
            "{format:<10}{out_s:>12.2}{out_mb:>9}{in_s:>12.2}{in_mb:>9}   {kept} codings came back"
        );
    }
}

fn verbatim(args: [&OsStr; 4]) -> (f64, u64) {
    let begun = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_verbatim"))
        .args(args)
        .arg("--quiet")
        .stdout(Stdio::null())
        .spawn()
        .expect("the program");
    let (is_well, most) = memory::wait(child);
    assert!(is_well, "the program failed");
    (begun.elapsed().as_secs_f64(), most)
}

/// Writes what a run leaves of some generated notes and codings.
fn project(run: &Path, sources: usize, codings: usize, characters: usize) {
    let mut random = Random::new(5);
    let (mut notes, mut table) = (String::new(), Vec::new());
    {
        let mut rows = csv::Writer::from_writer(&mut table);
        let header = [
            "coding_id",
            "note_id",
            "code",
            "start",
            "end",
            "text",
            "assertion",
            "voice",
            "counted",
            "why_not",
            "pattern",
            "cue",
            "section",
            "coder",
        ];
        rows.write_record(header).expect("memory");
        for source in 0..sources {
            let id = format!("P{:02}/note {source}.txt", source % 50);
            let (text, bounds) = text(&mut random, characters);
            let note = serde_json::json!({ "note_id": id, "text": text, "participant_id": format!("P{:02}", source % 50),
                "date": "2021-06-01", "session_type": "ketamine", "author": "A", "sections": [] });
            let _written = writeln!(notes, "{note}");
            let letters: Vec<char> = text.chars().collect();
            for number in 0..codings / sources {
                let first = random.below(bounds.len() - 6);
                let (start, end) = (bounds[first], bounds[first + 1 + random.below(5)] - 1);
                let words: String = letters[start..end].iter().collect();
                let code =
                    ["feeling/joy", "feeling/calm", "family", "sleep", "place"][random.below(5)];
                let coder = ["", "Ann", "Bob"][random.below(3)];
                let row = [
                    &format!("{source:06}{number:06}"),
                    &id,
                    code,
                    &start.to_string(),
                    &end.to_string(),
                    &words,
                    "affirmed",
                    "reported",
                    "true",
                    "",
                    "felt calm",
                    "",
                    "",
                    coder,
                ];
                rows.write_record(row).expect("memory");
            }
        }
        rows.flush().expect("memory");
    }
    fs::write(run.join("notes.jsonl"), notes).expect("room for notes");
    fs::write(run.join("codings.csv"), table).expect("room for codings");
}

/// A text of words, and the code points at which they begin.
fn text(random: &mut Random, characters: usize) -> (String, Vec<usize>) {
    let (mut text, mut bounds, mut length) = (String::new(), Vec::new(), 0);
    while length < characters {
        let word = WORDS[random.below(WORDS.len())];
        bounds.push(length);
        text.push_str(word);
        text.push(' ');
        length += word.chars().count() + 1;
    }
    bounds.push(length);
    (text, bounds)
}
