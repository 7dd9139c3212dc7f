//! The starter codebook: how one is written, and what recurs in the notes as places to begin.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::error::Result;
use crate::ingest::Reading;
use crate::segment;
use crate::study::Rules;
use crate::suggest::{RecurringTerm, RecurringTerms};

use super::super::counted::flat;
use super::found::{notes, several};

/// How a codebook is written.
const CODEBOOK: &str = include_str!("../../../codebooks/starter/codebook.yaml");
/// English words that say nothing of what a note is about.
const COMMON: &str = include_str!("../../../codebooks/starter/common-words-en.txt");
/// The language whose common words are known.
const LANGUAGE: &str = "en";
/// Notes that are looked at, spread over the study.
const NOTES_MAX: usize = 2000;
/// Pairs of words, and words, that are listed.
const TERMS_MAX: usize = 20;

/// The codebook's text for the notes that were read.
///
/// # Errors
/// Where a note's text cannot be read back.
pub(super) fn codebook(reading: &Reading, rules: &Rules) -> Result<String> {
    let (pairs, words) = recurring(reading, rules)?;
    let mut out = CODEBOOK.to_owned();
    if pairs.is_empty() && words.is_empty() {
        return Ok(out);
    }
    out.push_str(
        "\n# What recurs in these notes and may be worth a code: only you can tell. Nothing here is counted. See what\n\
         # stands around one with `verbatim codebook try 'WORDS' .`, and write a code for what you find.\n",
    );
    for (what, terms) in [("pairs of words", &pairs), ("words", &words)] {
        if terms.is_empty() {
            continue;
        }
        let _written = writeln!(out, "#\n# {what}:");
        for term in terms {
            let _written = writeln!(
                out,
                "#   {}: {} of {}",
                flat(&term.form),
                notes(term.notes),
                several(term.participants, "participant")
            );
        }
    }
    Ok(out)
}

fn recurring(reading: &Reading, rules: &Rules) -> Result<(Vec<RecurringTerm>, Vec<RecurringTerm>)> {
    let language = rules.codebook.codebook.language.as_str();
    if language != LANGUAGE {
        return Ok((Vec::new(), Vec::new()));
    }
    let lines = COMMON.lines().filter(|line| !line.starts_with('#'));
    let common: BTreeSet<String> = lines
        .flat_map(str::split_whitespace)
        .map(str::to_owned)
        .collect();
    let mut terms = RecurringTerms::new(language, &common);
    let notes = &reading.corpus.notes;
    for (index, note) in notes
        .iter()
        .enumerate()
        .step_by(notes.len() / NOTES_MAX + 1)
    {
        if note.duplicate_of.is_some() {
            continue;
        }
        let text = reading.texts.text(index)?;
        let layout = segment::layout(&text, &rules.sections, &note.turns);
        let participant = note.participant.value.as_ref();
        let participant = participant.map(ToString::to_string).unwrap_or_default();
        terms.add(&text, &layout, &participant);
    }
    Ok(terms.finish(TERMS_MAX))
}
