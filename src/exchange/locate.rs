//! Finds a coding's passage in its note, and says by how much it was off.

use std::cmp::Reverse;

use crate::error::Diagnostic;
use crate::text::{CodePoints, Span, Words, edits};

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
                (Some(span), Some(words)) if same_words(span.slice(text), words) => {
                    Ok((*start, *end, None))
                }
                (_, Some(words)) => {
                    let (from, to, others) = nearest(text, &points, words, *start)
                        .ok_or_else(|| not_there(coding, words, text))?;
                    Ok((from, to, Some(*moved(coding, *start, (from, others)))))
                }
                (Some(_), None) => Ok((*start, *end, None)),
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
            let (from, to, others) =
                nearest(text, &points, words, 0).ok_or_else(|| not_there(coding, words, text))?;
            let said = (others > 0).then(|| *ambiguous(coding, words, (from, others)));
            Ok((from, to, said))
        }
    }
}

/// The occurrence of some words that begins nearest to a code point, and how many others there are;
/// white space may differ.
fn nearest(
    text: &str,
    points: &CodePoints<'_>,
    words: &str,
    near: usize,
) -> Option<(usize, usize, usize)> {
    let all = occurrences(text, words);
    let others = all.len().saturating_sub(1);
    all.into_iter()
        .map(|span| points.pair(span))
        .min_by_key(|&(start, _)| (start.abs_diff(near), start))
        .map(|(start, end)| (start, end, others))
}

/// Words that stand more than once, where nothing says which are meant.
fn ambiguous(coding: &ReadCoding, words: &str, (found, others): (usize, usize)) -> Box<Diagnostic> {
    let message = format!(
        "The words {words:?} (coded {}) stand {} times in note {}, and the row does not say which are meant: \
         the first, at {found}, are taken.",
        coding.code,
        others + 1,
        coding.note_id
    );
    let hint = "Give start and end, or more of the words.";
    Box::new(Diagnostic::warning(
        "V710",
        coding.place.clone(),
        message,
        hint,
    ))
}

/// Words that are nowhere in a note, with those that come nearest.
fn not_there(coding: &ReadCoding, words: &str, text: &str) -> Box<Diagnostic> {
    let message = format!(
        "The words {words:?} (coded {}) do not stand in note {}.",
        coding.code, coding.note_id
    );
    let hint = similar(text, words).map_or_else(String::new, |span| {
        let (start, end) = CodePoints::new(text).pair(span);
        let found = span.slice(text);
        format!("Nearest are {found:?}, {start} to {end}. Correct the file if they are meant.")
    });
    finding(coding, message, &hint)
}

/// The stretch of as many words that is most like some others: at least half of them the same, or all
/// of them nearly so.
fn similar(text: &str, words: &str) -> Option<Span> {
    let (wanted, all) = (Words::new(words), Words::new(text));
    let count = wanted.len();
    let last = all.len().checked_sub(count).filter(|_| count > 0)?;
    let alike = |start: usize| {
        let likeness = |at: usize| {
            let (a, b) = (wanted.form(at), all.form(start + at));
            if a == b {
                return 2;
            }
            let allowed = 1 + a.chars().count() / 5;
            let near = a.len().abs_diff(b.len()) <= 2 * allowed && edits(a, b) <= allowed;
            usize::from(near && a.chars().count() > 2)
        };
        (0..count).map(likeness).sum::<usize>()
    };
    // The first of several that are as much alike.
    let best = (0..=last).map(|at| (alike(at), Reverse(at))).max()?;
    let (score, Reverse(at)) = best;
    let span = all.span(at).union(all.span(at + count - 1));
    (score >= count).then_some(span)
}

fn moved(coding: &ReadCoding, said: usize, (found, others): (usize, usize)) -> Box<Diagnostic> {
    let more = match others {
        0 => String::new(),
        others => format!(
            " Its words stand {} times in the note; the nearest are taken.",
            others + 1
        ),
    };
    let message = format!(
        "The coding of {} in note {} stands at {found}, not at {said} as the file says.{more}",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_not_there_are_told_the_nearest() {
        let text = "She felt calm. At peace with her mother. A strong smell.";
        let found = |words| similar(text, words).map(|span| span.slice(text));
        assert_eq!(found("At peece"), Some("At peace"));
        assert_eq!(
            found("at peace with his mother"),
            Some("At peace with her mother")
        );
        assert_eq!(found("slept badly"), None);
        assert_eq!(found(""), None);
        assert_eq!(found(&"peace ".repeat(40)), None);
    }
}
