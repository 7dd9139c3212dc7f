//! Finds a coding's passage in its note, and says by how much it was off.

use crate::error::Diagnostic;
use crate::text::CodePoints;

use super::coder_file::{Located, ReadCoding};
use super::find::{occurrences, same_words};

/// A passage in code points, with a finding where it did not stand where the file said.
pub type Found = (usize, usize, Option<Diagnostic>);

/// Finds the passage of a coding in the text of its note.
///
/// # Errors
/// A diagnostic where the passage lies outside the note or its words are nowhere in it.
pub fn locate(coding: &ReadCoding, text: &str) -> Result<Found, Box<Diagnostic>> {
    let points = CodePoints::new(text);
    match &coding.located {
        Located::At {
            start,
            end,
            text: words,
        } => {
            let span = points.span(*start, *end);
            match (span, words) {
                (Some(span), Some(words)) if !same_words(span.slice(text), words) => {
                    let (from, to) = nearest(text, &points, words, *start)
                        .ok_or_else(|| finding(coding, not_there(coding, words), ""))?;
                    Ok((from, to, Some(*moved(coding, *start, from))))
                }
                (Some(_), _) => Ok((*start, *end, None)),
                (None, Some(words)) => {
                    let (from, to) = nearest(text, &points, words, *start)
                        .ok_or_else(|| finding(coding, not_there(coding, words), ""))?;
                    Ok((from, to, Some(*moved(coding, *start, from))))
                }
                (None, None) => {
                    let length = points.at(text.len());
                    let message = format!(
                        "The coding of {} ends at {end}, but note {} has {length} characters.",
                        coding.code, coding.note_id
                    );
                    Err(finding(
                        coding,
                        message,
                        "Offsets count code points from 0.",
                    ))
                }
            }
        }
        Located::Words(words) => {
            let (from, to) = nearest(text, &points, words, 0)
                .ok_or_else(|| finding(coding, not_there(coding, words), ""))?;
            Ok((from, to, None))
        }
    }
}

/// The occurrence of some words that begins nearest to a code point; white space may differ.
fn nearest(
    text: &str,
    points: &CodePoints<'_>,
    words: &str,
    near: usize,
) -> Option<(usize, usize)> {
    occurrences(text, words)
        .into_iter()
        .map(|span| points.pair(span))
        .min_by_key(|&(start, _)| (start.abs_diff(near), start))
}

fn not_there(coding: &ReadCoding, words: &str) -> String {
    format!(
        "The words {words:?} (coded {}) do not stand in note {}.",
        coding.code, coding.note_id
    )
}

fn moved(coding: &ReadCoding, said: usize, found: usize) -> Box<Diagnostic> {
    let message = format!(
        "The coding of {} in note {} stands at {found}, not at {said} as the file says.",
        coding.code, coding.note_id
    );
    finding(
        coding,
        message,
        "Offsets count code points from 0; the words were taken.",
    )
}

fn finding(coding: &ReadCoding, message: String, hint: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::warning(
        "V703",
        coding.place.clone(),
        message,
        hint,
    ))
}
