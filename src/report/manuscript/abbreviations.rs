//! Footnotes that spell out a table's abbreviations.
//!
//! An abbreviation is a word with two capital letters or more and no small ones. Those of the list
//! (`codebooks/abbreviations/`) are spelled out; others are named for the author, but only in the
//! table of characteristics, which prints a study's own words.

use std::collections::{BTreeMap, BTreeSet};

use super::tables::PaperTable;

/// Letters of an abbreviation at most: longer words of capitals are shouted.
const LETTERS_MAX: usize = 7;

/// Adds to each table what its abbreviations stand for.
pub(super) fn spell_out(tables: &mut [PaperTable], known: &BTreeMap<String, String>) {
    for table in tables {
        let cells = table.rows.iter().flat_map(|(_, cells)| cells);
        let over = table.over.iter().map(|(name, _)| name);
        let texts = table.head.iter().chain(over).chain(cells);
        let held: BTreeSet<&str> = texts.flat_map(|text| words(text)).collect();
        let (spelled, unknown): (Vec<&str>, Vec<&str>) =
            held.into_iter().partition(|word| known.contains_key(*word));
        let spelled = spelled.iter().filter_map(|word| {
            let meaning = known.get(*word)?;
            Some(format!("{word}, {meaning}"))
        });
        let spelled: Vec<String> = spelled.collect();
        let unknown: Vec<&str> = unknown.into_iter().filter(|w| is_abbreviation(w)).collect();
        if !spelled.is_empty() {
            let list = spelled.join("; ");
            table.footnotes.push(format!("Abbreviations: {list}."));
        }
        if !unknown.is_empty() && table.name == "Characteristics" {
            let list = unknown.join(", ");
            let note = format!("Abbreviations left to the author to write out: {list}.");
            table.footnotes.push(note);
        }
    }
}

/// Words as abbreviations are written: with digits and hyphens in them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split(|c: char| !(c.is_alphanumeric() || c == '-'));
    let pieces = pieces.map(|piece| piece.trim_matches('-'));
    pieces.filter(|piece| piece.chars().any(char::is_uppercase))
}

fn is_abbreviation(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic());
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let has_digit = word.chars().any(|c| c.is_ascii_digit());
    let all = letters.count();
    all == capitals && (2..=LETTERS_MAX).contains(&all) && !has_digit
}
