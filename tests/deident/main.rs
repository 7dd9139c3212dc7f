//! De-identification on lines of notes as many clinics write them (`lines.txt`), all invented.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a test that cannot go on should say so"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use verbatim::codebook::builtin_identifier_rules;
use verbatim::deident::{Finder, Known};
use verbatim::text::Span;

/// A passage that a person marked.
type Marked = (Span, String);

/// A line without its marks, and what they mark.
fn unmark(line: &str) -> (String, Vec<Marked>) {
    let line = line.replace("\\n", "\n");
    let (mut text, mut marked) = (String::new(), Vec::new());
    for (n, piece) in line.split('{').enumerate() {
        if n == 0 {
            text.push_str(piece);
            continue;
        }
        let (inside, rest) = piece.split_once('}').unwrap();
        let (kind, words) = inside.split_once('|').unwrap();
        let start = text.len();
        text.push_str(words);
        marked.push((Span::new(start, text.len()), kind.to_owned()));
        text.push_str(rest);
    }
    (text, marked)
}

/// Of one kind: marked, of these found, found, of these marked.
#[derive(Default, Clone, Copy)]
struct Score {
    marked: u32,
    met: u32,
    found: u32,
    right: u32,
}

fn measure(lines: &str) -> (BTreeMap<String, Score>, String) {
    let rules = builtin_identifier_rules("en").unwrap().unwrap();
    let finder = Finder::new(&rules).unwrap();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut wrong = String::new();
    for line in lines
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
    {
        let (text, marked) = unmark(line);
        let found = finder.find(&text, &Known::default());
        for (span, kind) in &marked {
            // A passage is met where all its letters are masked, whatever the kind.
            let inside = found.iter().filter(|f| f.span.overlaps(*span));
            let covered: usize = inside
                .map(|f| f.span.end.min(span.end) - f.span.start.max(span.start))
                .sum();
            let letters = span
                .slice(&text)
                .chars()
                .filter(|c| c.is_alphanumeric())
                .count();
            let score = scores.entry(kind.clone()).or_default();
            score.marked += 1;
            if covered >= letters {
                score.met += 1;
            } else {
                let _ = writeln!(wrong, "missed {kind} {:?} in {text:?}", span.slice(&text));
            }
        }
        for identifier in &found {
            let kind = identifier.kind.as_str();
            let score = scores.entry(kind.to_owned()).or_default();
            score.found += 1;
            if marked
                .iter()
                .any(|(span, k)| span.overlaps(identifier.span) && k == kind)
            {
                score.right += 1;
            } else {
                let words = identifier.span.slice(&text);
                let _ = writeln!(
                    wrong,
                    "wrong {kind} {words:?} ({}) in {text:?}",
                    identifier.why
                );
            }
        }
    }
    (scores, wrong)
}

#[test]
fn most_identifiers_are_masked_and_little_else() {
    let (scores, wrong) = measure(include_str!("lines.txt"));
    println!("{wrong}");
    println!("kind      marked    met  recall   found  right  precision");
    let mut all = Score::default();
    for (kind, s) in &scores {
        row(kind, *s);
        all.marked += s.marked;
        all.met += s.met;
        all.found += s.found;
        all.right += s.right;
    }
    row("all", all);
    assert!(all.met * 100 >= all.marked * 96, "recall fell");
    assert!(all.right * 100 >= all.found * 95, "precision fell");
}

fn row(kind: &str, s: Score) {
    let share = |a: u32, b: u32| {
        if b == 0 {
            f64::NAN
        } else {
            f64::from(a) / f64::from(b)
        }
    };
    println!(
        "{kind:<9} {:>6} {:>6}  {:>6.3}  {:>6} {:>6}  {:>6.3}",
        s.marked,
        s.met,
        share(s.met, s.marked),
        s.found,
        s.right,
        share(s.right, s.found)
    );
}
