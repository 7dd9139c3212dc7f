//! The rows of small tables, for looking at their columns before anything else is read.

use std::io::Read;
use std::path::Path;

use super::decode::{DecodingReader, examine};
use super::delimited::{Row, Rows};
use super::kind::{Evidence, Kind, kind_of};
use super::options::Limits;
use super::sniff::sniff;
use super::workbook::read_workbook;

/// A table of a file, and the sheet that it is where the file has several.
pub(crate) type Peeked = (Option<String>, Vec<Row>);

/// The rows of a file's only table, or of its first sheet; none where it is no table.
pub(crate) fn peek_rows(path: &Path, limits: &Limits) -> Option<Vec<Row>> {
    Some(peek_tables(path, limits)?.into_iter().next()?.1)
}

/// All tables of a file that hold anything; none where it is no table.
pub(crate) fn peek_tables(path: &Path, limits: &Limits) -> Option<Vec<Peeked>> {
    let bytes = std::fs::read(path).ok()?;
    let name = super::walk::text_of(path.file_name()?);
    let examined = examine(&bytes[..], None).ok()?;
    let evidence = Evidence {
        head: &examined.head,
        is_text: examined.encoding.is_some(),
        container: super::container::container(&bytes),
    };
    match kind_of(&name, &evidence) {
        Kind::Workbook => {
            let mut sheets = read_workbook(bytes, limits).ok()?;
            sheets.retain(|s| !s.rows.is_empty() || s.failed.is_some());
            let several = sheets.len() > 1;
            let tables = sheets.into_iter();
            Some(
                tables
                    .map(|s| (several.then_some(s.name), s.rows))
                    .collect(),
            )
        }
        Kind::Delimited => {
            let mut text = String::new();
            let mut input = DecodingReader::new(&bytes[..], &examined.encoding?).ok()?;
            input.read_to_string(&mut text).ok()?;
            let sniffed = sniff(&text, true, &|_| 0);
            let mut rows = Rows::new(text.as_bytes(), sniffed.dialect, text.len());
            let mut all = Vec::new();
            while let Ok(Some(row)) = rows.next_row() {
                all.push(row);
            }
            Some(vec![(None, all)])
        }
        _ => None,
    }
}
