//! Messages in files of their own: the text is a note, or several where it quotes others; what is
//! attached is read as an archive's members are, under the name `message.eml/attachment.docx`.

use crate::error::Result;
use crate::model::ledger::{LedgerRow, Outcome};

use super::archive::{Within, read_inside};
use super::contents::Contents;
use super::convert::mail;
use super::decode::{examine, unix_lines};
use super::file::{FileReader, Known};
use super::outcome::{Parts, SourceReading, nothing, settle_source};
use super::text_file::read_mail_text;
use super::walk::io_reason;

/// Bytes of a message beyond which it is not held.
const BYTES_MAX: u64 = 64 << 20;

/// Reads a message: its own reading first, then one for each attachment.
pub(super) fn read_message(
    reader: &FileReader<'_>,
    mut row: LedgerRow,
    contents: Contents<'_>,
    known: Known,
    mut within: Within<'_>,
) -> Result<Vec<SourceReading>> {
    "eml".clone_into(&mut row.format);
    let failed = |row, why| Ok(vec![nothing(row, Outcome::Failed, why)]);
    match contents
        .open(reader.progress)
        .and_then(|input| examine(input, None))
    {
        Ok(examined) => (row.bytes, row.sha256) = (examined.bytes, examined.sha256),
        Err(e) => return failed(row, io_reason(&e)),
    }
    if let Some(why) = known.not_notes(&row.source) {
        return Ok(vec![nothing(row, Outcome::Skipped, why)]);
    }
    if row.bytes > BYTES_MAX {
        let why = format!(
            "a message of {} MB, over the limit of {} MB: save its text as .txt and what is attached beside it",
            row.bytes >> 20,
            BYTES_MAX >> 20
        );
        return failed(row, why);
    }
    let bytes = match contents.read_all(reader.progress) {
        Ok(bytes) => bytes,
        Err(e) => return failed(row, io_reason(&e)),
    };
    let read = match mail::read(bytes, &reader.shared.options.limits) {
        Ok(read) => read,
        Err(why) => return failed(row, why),
    };
    let name = row.source.clone();
    let split = known.own.split.clone();
    let split = split.as_ref().or(reader.split.as_ref());
    let mut gather = reader.gather(&name, known);
    let mut part = read_mail_text(&read.head, &unix_lines(read.text), split, &mut gather)?;
    part.damage.extend(read.damage);
    if !read.attached.is_empty() {
        let attached = read.attached.len();
        part.remarks
            .push(format!("{attached} attached, read as files of their own"));
    }
    let mut readings = vec![settle_source(row, Parts::from(part), gather)?];
    let mut taken = std::collections::BTreeSet::new();
    for (number, (attachment, bytes)) in read.attached.iter().enumerate() {
        let plain = format!("{name}/{attachment}");
        let inner = if taken.insert(plain.clone()) {
            plain
        } else {
            format!("{name}/{}-{attachment}", number + 1)
        };
        if within.is_deepest() {
            let why = "too many messages and archives inside each other: save it beside them";
            let row = super::outcome::empty_row(&inner);
            readings.push(nothing(row, Outcome::Failed, why.to_owned()));
            continue;
        }
        readings.extend(read_inside(
            reader,
            &inner,
            Contents::Bytes(bytes),
            &mut within,
        )?);
    }
    Ok(readings)
}
