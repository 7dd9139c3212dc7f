//! Quotes: a run's, into its tables, and a study's by another rule, with nothing written to the disk.
//!
//! Comes in: a study and a rule. Goes out: the chosen quotes, each checked against its note byte
//! for byte.

use std::path::Path;

use crate::error::{Error, Place, Result};
use crate::export::Tables;
use crate::model::coded::CodedNote;
use crate::quote::{Picker, QuoteRow, Rule};
use crate::report;
use crate::text::CodePoints;

use super::Observer;
use super::each::{ReadStudy, each_identified_note};

/// Chooses quotes from a study that was read.
///
/// # Errors
/// Where the codebook cannot be compiled, a text cannot be read back, or a quote is not in its note
/// word for word.
pub fn quotes(of: ReadStudy<'_>, rule: &Rule, observer: &dyn Observer) -> Result<Vec<QuoteRow>> {
    let mut picker = Picker::by(rule.clone());
    let gather = |coded: &CodedNote<'_>| rule.quotable(coded);
    each_identified_note(of, observer, &gather, &mut |own| picker.take(own))?;
    chosen(picker, &|index| {
        let source = of.reading.corpus.notes.get(index).map(|n| &*n.source);
        Ok((of.reading.texts.text(index)?, source.map(Path::new)))
    })
}

/// The quotes that a picker chose, each checked; `note` gives a note's text and the file it is from.
pub(super) fn chosen<'f>(
    picker: Picker,
    note: &dyn Fn(usize) -> Result<(String, Option<&'f Path>)>,
) -> Result<Vec<QuoteRow>> {
    let mut rows = Vec::new();
    picker.finish(&mut |row| {
        rows.push(row);
        Ok(())
    })?;
    for row in &rows {
        check(row, note(row.note_index)?)?;
    }
    Ok(rows)
}

/// Writes the chosen quotes; gives back those that the page shows, and how many others there are.
pub(super) fn write(picker: Picker, tables: &mut Tables<'_>) -> Result<(Vec<QuoteRow>, u64)> {
    let (mut shown, mut left) = (Vec::<QuoteRow>::new(), 0);
    let mut of_code = 0;
    picker.finish(&mut |row| {
        tables.quote(&row)?;
        let same = shown.last().is_some_and(|last| last.code == row.code);
        of_code = if same { of_code + 1 } else { 1 };
        if of_code <= report::QUOTES_OF_CODE_MAX {
            shown.push(row);
        } else {
            left += 1;
        }
        Ok(())
    })?;
    Ok((shown, left))
}

/// Whether a quote stands in its note, byte for byte.
fn check(row: &QuoteRow, (text, file): (String, Option<&Path>)) -> Result<()> {
    let span = CodePoints::new(&text).span(row.start, row.end);
    if span.map(|s| s.slice(&text)) == Some(row.quote.as_str()) {
        return Ok(());
    }
    let mut error = Error::other(format!(
        "a quote of note {:?} is not in the note word for word; nothing is printed.",
        row.note.as_str()
    ));
    error.place = file.map(Place::file);
    Err(error)
}
