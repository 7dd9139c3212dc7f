//! Writes a study of generated notes, for trying the program and for measuring it.
//!
//! `cargo run --release --example generate_corpus -- DIR --notes 10000 [--seed N]` writes
//! `DIR/notes.csv`; the same numbers give the same bytes on every machine. 10,000 notes are some
//! 16 MB. Then `verbatim run DIR` reads it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its user"
)]

#[path = "../benches/support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::{fs, process};

use support::corpus::{Corpus, GeneratedNote};

/// What was asked for.
struct Request {
    folder: PathBuf,
    notes: usize,
    seed: u64,
}

fn main() {
    let Some(request) = request(std::env::args().skip(1)) else {
        eprintln!("usage: generate_corpus DIR [--notes N] [--seed N]");
        process::exit(2);
    };
    if let Err(problem) = write(&request) {
        eprintln!("could not write {}: {problem}", request.folder.display());
        process::exit(1);
    }
}

fn request(mut args: impl Iterator<Item = String>) -> Option<Request> {
    let mut request = Request {
        folder: PathBuf::new(),
        notes: 10_000,
        seed: 1,
    };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--notes" => request.notes = args.next()?.parse().ok()?,
            "--seed" => request.seed = args.next()?.parse().ok()?,
            _ if arg.starts_with('-') => return None,
            _ => request.folder = PathBuf::from(arg),
        }
    }
    (!request.folder.as_os_str().is_empty()).then_some(request)
}

fn write(request: &Request) -> Result<(), csv::Error> {
    fs::create_dir_all(&request.folder)?;
    let path = request.folder.join("notes.csv");
    let mut writer = csv::Writer::from_path(&path)?;
    writer.write_record(GeneratedNote::COLUMNS)?;
    let mut bytes = 0;
    for note in Corpus::new(request.notes, request.seed) {
        bytes += note.text.len();
        writer.write_record(note.cells())?;
    }
    writer.flush()?;
    println!(
        "{}: {} notes, {bytes} bytes of text",
        path.display(),
        request.notes
    );
    Ok(())
}
