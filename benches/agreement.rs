//! Measures a comparison of two coders, character by character, with its bootstrap.
//!
//! `cargo bench --bench agreement [-- --notes N --codings N --codes N --replicates N]`. Both coders code
//! generated notes; the second moves, drops and adds a part of what the first did. Figures are wall
//! time and the most memory that the process held.

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

use std::time::Instant;

use corpus::Corpus;
use random::Random;
use verbatim::agreement::CodedUnit;
use verbatim::codebook;
use verbatim::error::Place;
use verbatim::exchange::{CoderFile, Located, ReadCoding, ReadNote};
use verbatim::model::coding::Assertion;
use verbatim::pipeline::agree::{Asking, CodebookIs, Coders, How, KnownCodebooks, compare};

fn main() {
    let number = |name: &str, default: usize| {
        let mut args = std::env::args().skip_while(|a| a != name);
        args.nth(1).and_then(|n| n.parse().ok()).unwrap_or(default)
    };
    let (count, codings) = (number("--notes", 10_000), number("--codings", 50_000));
    let (codes, replicates) = (number("--codes", 20), number("--replicates", 1_000));
    let notes: Vec<ReadNote> = Corpus::new(count, 7)
        .map(|note| ReadNote {
            note_id: note.note_id,
            text: note.text,
            participant_id: note.participant,
            date: note.date,
            session_type: note.session_type.to_owned(),
        })
        .collect();
    let characters: usize = notes.iter().map(|n| n.text.chars().count()).sum();
    let files = [
        coder("first", &notes, codings, codes, 1),
        coder("second", &notes, codings, codes, 2),
    ];
    println!(
        "{count} notes of {:.1} million characters; 2 coders of {codings} codings each, {codes} codes; \
         {replicates} resamples; {} threads; {} MB held before",
        characters as f64 / 1e6,
        rayon::current_num_threads(),
        memory::peak_megabytes()
    );
    let book = codebook::open("kap").expect("built in");
    let asking = Asking {
        codebook: &book.codebook,
        known_as: CodebookIs::Supposed,
        any_assertion: false,
        known: KnownCodebooks::default(),
    };
    let begun = Instant::now();
    let coders = Coders::new(&files, notes, &asking, Vec::new());
    println!("placed      {:>7.2} s", begun.elapsed().as_secs_f64());
    for unit in [CodedUnit::Character, CodedUnit::Note] {
        let how = How {
            unit,
            replicates: replicates as u64,
            ..How::default()
        };
        let begun = Instant::now();
        let compared = compare(&coders, &how).expect("notes of a language that is known");
        println!(
            "{:<11} {:>7.2} s, {} codes with an interval",
            how.unit.as_str(),
            begun.elapsed().as_secs_f64(),
            compared
                .codes
                .iter()
                .filter(|c| c.bootstrap.is_some())
                .count()
        );
    }
    println!("most memory {:>7} MB", memory::peak_megabytes());
}

/// What a coder coded: passages at the same places for every coder, some of them moved, some of another
/// code, by the coder's own chance.
fn coder(name: &str, notes: &[ReadNote], codings: usize, codes: usize, seed: u64) -> CoderFile {
    let (mut shared, mut own) = (Random::new(11), Random::new(seed));
    let mut all = Vec::with_capacity(codings);
    for number in 0..codings {
        let note = &notes[number % notes.len()];
        let length = note.text.chars().count();
        let (start, code) = (shared.below(length.max(2) - 1), shared.below(codes));
        let end = start + 5 + shared.below(60);
        let (moved, other) = (own.below(8), own.below(10) == 0);
        let code = if other { own.below(codes) } else { code };
        all.push(ReadCoding {
            note_id: note.note_id.clone(),
            code: format!("code{code:02}"),
            located: Located::At {
                start,
                end: (end + moved).min(length),
                text: None,
            },
            assertion: Assertion::Affirmed,
            voice: None,
            evidence: String::new(),
            note_sha256: String::new(),
            place: Place::default(),
        });
    }
    CoderFile {
        name: name.to_owned(),
        notes: notes.iter().map(|n| n.note_id.clone()).collect(),
        codings: all,
        ..CoderFile::default()
    }
}
