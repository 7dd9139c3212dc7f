//! Measures the reading of generated notes, format by format: from files to notes with their metadata.
//!
//! `cargo bench --bench reading [-- --notes N --rounds N]`. Each format holds the same notes. Figures are
//! the best of the rounds, in MB of the notes' text per second of wall time, with the bytes of the
//! files beside it. XLS is read, too, but nothing at hand writes it.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[allow(dead_code, reason = "this benchmark needs the notes only")]
#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/formats.rs"]
mod formats;
#[path = "support/phrases.rs"]
mod phrases;
#[path = "support/random.rs"]
mod random;

use std::fs;
use std::path::Path;
use std::time::Instant;

use corpus::{Corpus, GeneratedNote};
use verbatim::codebook::reading::english;
use verbatim::ingest::{Options, read};

/// A format: its name, the notes a file holds, and how they are written.
type Format = (&'static str, usize, fn(&[GeneratedNote]) -> Vec<u8>);

const FORMATS: &[Format] = &[
    ("csv", usize::MAX, |notes| formats::delimited(notes, ',')),
    ("tsv", usize::MAX, |notes| formats::delimited(notes, '\t')),
    ("jsonl", usize::MAX, formats::jsonl),
    ("ndjson", usize::MAX, formats::ndjson),
    ("txt", 50, formats::blocks),
    ("md", 50, formats::blocks),
    ("html", 50, formats::html),
    ("rtf", 50, formats::rtf),
    ("docx", 50, formats::docx),
    ("odt", 50, formats::odt),
    ("fodt", 50, formats::fodt),
    ("pdf", 50, formats::pdf),
    ("xlsx", 2_000, formats::xlsx),
    ("ods", 2_000, formats::ods),
    ("fhir.json", 500, formats::fhir),
    ("ccda.xml", 1, formats::ccda),
    ("zip", 2_000, formats::zipped),
];

fn main() {
    let number = |name: &str, default: usize| {
        let mut args = std::env::args().skip_while(|a| a != name);
        args.nth(1).and_then(|n| n.parse().ok()).unwrap_or(default)
    };
    let (count, rounds) = (number("--notes", 4_000), number("--rounds", 3));
    let notes: Vec<GeneratedNote> = Corpus::new(count, 7).collect();
    let text: usize = notes.iter().map(|n| n.text.len()).sum();
    println!(
        "{count} notes, {:.1} MB of text, best of {rounds} rounds",
        text as f64 / 1e6
    );
    println!(
        "{:<10} {:>8} {:>10} {:>8}",
        "format", "files", "MB on disk", "MB/s"
    );
    for format in FORMATS {
        measure(format, &notes, text, rounds);
    }
}

fn measure(format: &Format, notes: &[GeneratedNote], text: usize, rounds: usize) {
    let (name, per_file, write) = format;
    let folder = tempfile::tempdir().expect("a folder for the files");
    let (mut files, mut bytes) = (0, 0);
    for (i, some) in notes
        .chunks((*per_file).min(notes.len().max(1)))
        .enumerate()
    {
        let file = write(some);
        files += 1;
        bytes += file.len();
        fs::write(folder.path().join(format!("{i}.{name}")), file).expect("room for a file");
    }
    let best = (0..rounds)
        .map(|_| seconds(folder.path(), notes.len(), name))
        .fold(f64::MAX, f64::min);
    let (disk, speed) = (bytes as f64 / 1e6, text as f64 / 1e6 / best);
    println!("{name:<10} {files:>8} {disk:>10.1} {speed:>8.1}");
}

fn seconds(folder: &Path, notes: usize, name: &str) -> f64 {
    let rules = english().expect("built in");
    let start = Instant::now();
    let reading = read(folder, &Options::default(), &rules, &|_, _| {}).expect("a readable folder");
    let taken = start.elapsed().as_secs_f64();
    assert_eq!(reading.corpus.notes.len(), notes, "{name}");
    taken
}
