//! A table that people keep, as a spreadsheet program may have saved it.
//!
//! Comes in: bytes with commas, semicolons or tabs between, in UTF-8, UTF-16 or a legacy encoding.
//! Goes out: its rows, cell by cell, and the same rows as RFC 4180 with the separators and the mark that
//! they came with. A row that ends in the middle of a quoted cell takes no row behind it down. Nothing
//! is dropped: not a column, not a row.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

/// The separators that spreadsheet programs write.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows with their cells as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedTable {
    /// The header's cells.
    pub header: Vec<String>,
    /// All other rows.
    pub rows: Vec<SavedRow>,
    /// How the program that saved it writes tables.
    pub form: SavedForm,
}

/// How a table was written, so that the program that wrote it opens it again as a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedForm {
    separator: u8,
    has_mark: bool,
    /// Whether a first line names the separator (`sep=;`), as Excel wants it.
    names_separator: bool,
}

impl Default for SavedForm {
    fn default() -> Self {
        Self {
            separator: b',',
            has_mark: false,
            names_separator: false,
        }
    }
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedRow {
    /// The line on which it begins, from 1; 0 for a row that was never in a file.
    pub line: u32,
    /// Its cells as written.
    pub cells: Vec<String>,
    /// Whether it ends in the middle of a quoted cell.
    pub is_broken: bool,
}

impl SavedTable {
    /// Reads a table; an empty file has no header and no rows.
    pub fn parse(bytes: &[u8]) -> Self {
        Self::parsed(bytes, None)
    }

    /// Reads some columns of a table, by their names: a large table that a run wrote has many more
    /// than are asked for.
    pub fn parse_columns(bytes: &[u8], names: &[&str]) -> Self {
        Self::parsed(bytes, Some(names))
    }

    fn parsed(bytes: &[u8], wanted: Option<&[&str]>) -> Self {
        let text = text_of(bytes);
        let (named, table) = named_separator(&text);
        let form = SavedForm {
            separator: named.unwrap_or_else(|| separator(table)),
            has_mark: Encoding::for_bom(bytes).is_some(),
            names_separator: named.is_some(),
        };
        let mut reading = Reading {
            separator: form.separator,
            wanted,
            width: None,
            keeps: Vec::new(),
        };
        let first_line = 1 + u32::from(form.names_separator);
        let mut rows = reading.rows(table, first_line).into_iter();
        let header = rows.next().unwrap_or_default().cells;
        Self {
            header,
            rows: rows.collect(),
            form,
        }
    }

    /// The place of a column, by its name whatever its case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| is_named(h, name))
    }

    /// The place of a column, which is added behind the others where it is missing.
    pub fn column_or_new(&mut self, name: &str) -> usize {
        self.column(name).unwrap_or_else(|| {
            self.header.push(name.to_owned());
            self.header.len() - 1
        })
    }

    /// The table as RFC 4180 with its own separators, UTF-8, LF; rows as long as the header at least.
    pub fn to_csv(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if self.form.has_mark {
            out.extend_from_slice(b"\xEF\xBB\xBF");
        }
        if self.form.names_separator {
            out.extend_from_slice(b"sep=");
            out.extend_from_slice(&[self.form.separator, b'\n']);
        }
        let (width, separator) = (self.header.len(), self.form.separator);
        line(&self.header, (width, separator), &mut out);
        for row in &self.rows {
            line(&row.cells, (width, separator), &mut out);
        }
        out
    }
}

impl SavedRow {
    /// A cell's text, less the mark that keeps spreadsheets from running it; empty where there is
    /// none.
    pub fn text(&self, column: Option<usize>) -> &str {
        let cell = column.and_then(|c| self.cells.get(c));
        unguarded(cell.map(String::as_str).unwrap_or_default())
    }

    /// The same, taken out of the row.
    pub(super) fn take_text(&mut self, column: Option<usize>) -> String {
        let cell = column.and_then(|c| self.cells.get_mut(c));
        let cell = cell.map(std::mem::take).unwrap_or_default();
        match unguarded(&cell) {
            text if text.len() == cell.len() => cell,
            text => text.to_owned(),
        }
    }

    /// The same without blanks at its ends.
    pub(super) fn take_word(&mut self, column: Option<usize>) -> String {
        let text = self.take_text(column);
        match text.trim() {
            word if word.len() == text.len() => text,
            word => word.to_owned(),
        }
    }

    /// Sets a cell to a text, made harmless for spreadsheets.
    pub fn set(&mut self, column: usize, text: &str) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = guarded(text);
    }

    /// Whether nothing is written in it.
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(|c| c.trim().is_empty())
    }
}

/// Whether a column's head is a name, whatever its case.
fn is_named(head: &str, name: &str) -> bool {
    let head = head.trim().replace([' ', '-'], "_");
    head.eq_ignore_ascii_case(name)
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A text with the mark that keeps spreadsheets from running it.
pub(super) fn guarded(text: &str) -> String {
    let guard = if is_formula(text) { "'" } else { "" };
    format!("{guard}{text}")
}

/// A cell less the mark that keeps spreadsheets from running it.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    }
}

/// Bytes as text; UTF-8 without a mark is not copied.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if Encoding::for_bom(bytes).is_none() => Cow::Borrowed(text),
        _ => Cow::Owned(decoded(bytes)),
    }
}

/// Bytes as text: by their mark, else as UTF-8, else as Windows-1252.
pub(super) fn decoded(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return encoding.decode_without_bom_handling(rest).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

/// The separator that the first line holds most of; a comma where it holds none.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |s: u8| first.bytes().filter(|&b| b == s).count();
    let most = SEPARATORS
        .into_iter()
        .filter(|&s| count(s) > 0)
        .max_by_key(|&s| (count(s), u8::MAX - s));
    most.unwrap_or(b',')
}

/// The separator that a first line names, and the table behind that line.
fn named_separator(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let first = first.trim_end_matches('\r').trim_matches('"');
    match first.strip_prefix("sep=").map(str::as_bytes) {
        Some(&[separator]) if separator.is_ascii() => (Some(separator), rest),
        _ => (None, text),
    }
}

/// Whether a record breaks off in a quoted cell: no quotation mark ends it, or one does in the middle of
/// what is another row already. `text` is the record with its line end.
fn breaks_off(text: &str, separator: u8) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut begins_cell) = (0, true);
    while let Some(&byte) = bytes.get(at) {
        if byte != b'"' || !begins_cell {
            begins_cell = byte == separator;
            at += 1;
            continue;
        }
        let mut lines = 0;
        at += 1;
        loop {
            match (bytes.get(at), bytes.get(at + 1)) {
                (None, _) => return true,
                (Some(b'"'), Some(b'"')) => at += 2,
                (Some(b'"'), _) => break,
                (Some(byte), _) => {
                    lines += usize::from(*byte == b'\n');
                    at += 1;
                }
            }
        }
        at += 1;
        let ends_cell = |byte: &u8| *byte == separator || matches!(byte, b'\n' | b'\r');
        if lines > 0 && !bytes.get(at).is_none_or(ends_cell) {
            return true;
        }
        begins_cell = false;
    }
    false
}

/// How a table is read.
struct Reading<'n> {
    separator: u8,
    /// The columns that are kept, by name; none where all are.
    wanted: Option<&'n [&'n str]>,
    /// Cells of the header, once that is read.
    width: Option<usize>,
    /// For each column, whether it is kept.
    keeps: Vec<bool>,
}

impl Reading<'_> {
    fn rows(&mut self, text: &str, first_line: u32) -> Vec<SavedRow> {
        let mut rows: Vec<SavedRow> = Vec::new();
        let mut rest = text;
        let mut line = first_line;
        while !rest.is_empty() {
            let (broken_at, read) = self.sound_rows(rest, line);
            rows.extend(read);
            let Some((byte, lines)) = broken_at else {
                break;
            };
            // The row's first line is all that is surely its own.
            let behind = rest.get(byte..).unwrap_or_default();
            let end = behind.find('\n').map_or(behind.len(), |at| at + 1);
            let first = behind.get(..end).unwrap_or_default();
            line += lines;
            rows.push(self.broken_row(first, line));
            rest = behind.get(end..).unwrap_or_default();
            line += 1;
        }
        rows
    }

    /// Reads rows up to one that ends in the middle of a quoted cell; gives that one's byte and the
    /// lines before it.
    fn sound_rows(&mut self, text: &str, first_line: u32) -> (Option<(usize, u32)>, Vec<SavedRow>) {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .delimiter(self.separator)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        let mut record = csv::StringRecord::new();
        let (mut counted_to, mut lines) = (0, 0);
        loop {
            let before = reader.position().byte() as usize;
            // Text in memory that is UTF-8 gives no errors.
            if !reader.read_record(&mut record).unwrap_or(false) {
                return (None, rows);
            }
            // The rest of a line end and blank lines before a record belong to no row.
            let behind = text.get(before..).unwrap_or_default();
            let start = before + behind.len() - behind.trim_start_matches(['\n', '\r']).len();
            let passed = text.get(counted_to..start).unwrap_or_default();
            lines += passed.matches('\n').count() as u32;
            counted_to = start;
            let short = self.width.is_some_and(|width| record.len() < width);
            let has_lines = record.iter().any(|cell| cell.contains('\n'));
            let end = reader.position().byte() as usize;
            let is_last = end >= text.len();
            if short && has_lines
                || (has_lines || is_last)
                    && breaks_off(text.get(start..end).unwrap_or_default(), self.separator)
            {
                return (Some((start, lines)), rows);
            }
            rows.push(SavedRow {
                line: first_line + lines,
                cells: self.kept(record.iter()),
                is_broken: false,
            });
        }
    }

    /// The cells of a row that are kept; the first row is the header.
    fn kept<'c>(&mut self, cells: impl Iterator<Item = &'c str> + Clone) -> Vec<String> {
        let Some(wanted) = self.wanted else {
            self.width.get_or_insert_with(|| cells.clone().count());
            return cells.map(str::to_owned).collect();
        };
        if self.width.is_none() {
            self.width = Some(cells.clone().count());
            let is_wanted = |head: &str| wanted.iter().any(|name| is_named(head, name));
            self.keeps = cells.clone().map(is_wanted).collect();
        }
        let kept = cells.zip(&self.keeps).filter(|&(_, &keeps)| keeps);
        kept.map(|(cell, _)| cell.to_owned()).collect()
    }

    fn broken_row(&mut self, line: &str, number: u32) -> SavedRow {
        let line = line.trim_end_matches(['\n', '\r']);
        let cells = line.split(char::from(self.separator));
        let cells: Vec<&str> = cells.map(|cell| cell.trim_matches('"')).collect();
        SavedRow {
            line: number,
            cells: self.kept(cells.into_iter()),
            is_broken: true,
        }
    }
}

fn line(cells: &[String], (width, separator): (usize, u8), out: &mut Vec<u8>) {
    let missing = width.saturating_sub(cells.len());
    let cells = cells.iter().map(String::as_str);
    for (i, cell) in cells.chain(std::iter::repeat_n("", missing)).enumerate() {
        if i > 0 {
            out.push(separator);
        }
        if cell.contains([char::from(separator), '"', '\n', '\r']) {
            out.push(b'"');
            out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(cell.as_bytes());
        }
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(table: &SavedTable) -> Vec<(u32, Vec<&str>)> {
        let row = |r: &'_ SavedRow| r.line;
        let rows = table.rows.iter();
        rows.map(|r| (row(r), r.cells.iter().map(String::as_str).collect()))
            .collect()
    }

    #[test]
    fn what_spreadsheets_write_is_read() {
        let semicolons = SavedTable::parse(b"a;b\r\nF\xFChlt;\"x;y\"\r\n");
        assert_eq!(cells(&semicolons), [(2, vec!["Fühlt", "x;y"])]);
        let mut wide = vec![0xFF, 0xFE];
        wide.extend("a\tb\n1\té\n".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(cells(&SavedTable::parse(&wide)), [(2, vec!["1", "é"])]);
        assert_eq!(SavedTable::parse(b"\xEF\xBB\xBFa,b\n").header, ["a", "b"]);
        assert_eq!(SavedTable::parse(b""), SavedTable::default());
    }

    #[test]
    fn some_columns_are_read_as_all_are() {
        let source = b"a,B b,c\n1,\"two\nlines\",3\n4,\"half\n7,8,9,10\n\nx,\"y\n";
        let (all, some) = (
            SavedTable::parse(source),
            SavedTable::parse_columns(source, &["b_b"]),
        );
        let column = |table: &SavedTable| {
            let place = table.column("b_b");
            let rows = table
                .rows
                .iter()
                .map(|r| (r.line, r.text(place).to_owned(), r.is_broken));
            rows.collect::<Vec<_>>()
        };
        assert_eq!(column(&some), column(&all));
        assert_eq!(some.header, ["B b"]);
    }

    #[test]
    fn a_row_that_breaks_off_takes_no_other_down() {
        let table = SavedTable::parse(b"a,b,c\n1,\"two\nlines\",3\n4,\"half\n7,8,9\n\nx,\"y\n");
        assert_eq!(
            cells(&table),
            [
                (2, vec!["1", "two\nlines", "3"]),
                (4, vec!["4", "half"]),
                (5, vec!["7", "8", "9"]),
                (7, vec!["x", "y"]),
            ]
        );
        let broken: Vec<bool> = table.rows.iter().map(|r| r.is_broken).collect();
        assert_eq!(broken, [false, true, false, true]);
    }

    #[test]
    fn a_last_cell_that_breaks_off_takes_no_row_down_either() {
        let parse = |rows: &str| {
            let table = SavedTable::parse(format!("a,b\n{rows}").as_bytes());
            let row = |r: &SavedRow| (r.line, r.cells.join("|"), r.is_broken);
            table.rows.iter().map(row).collect::<Vec<_>>()
        };
        let row = |line, cells: &str, is_broken| (line, cells.to_owned(), is_broken);
        assert_eq!(
            parse("1,\"half\n2,x\n3,y\n"),
            [
                row(2, "1|half", true),
                row(3, "2|x", false),
                row(4, "3|y", false)
            ]
        );
        assert_eq!(
            parse("1,\"half\n2,\"x, y\"\n"),
            [row(2, "1|half", true), row(3, "2|x, y", false)]
        );
        assert_eq!(
            parse("1,\"two\n\"\"lines\"\"\"\n2,say \"x\"\n"),
            [
                row(2, "1|two\n\"lines\"", false),
                row(4, "2|say \"x\"", false)
            ]
        );
    }

    #[test]
    fn a_line_that_names_the_separator_is_no_header_and_stays() {
        let source = b"sep=;\na;b,c\n1;2\n";
        let table = SavedTable::parse(source);
        assert_eq!((table.header[1].as_str(), table.rows[0].line), ("b,c", 3));
        assert_eq!(table.to_csv(), source);
        assert_eq!(SavedTable::parse(b"a|b\n1|2\n").header, ["a", "b"]);
    }

    #[test]
    fn a_formula_is_made_harmless_and_read_back() {
        let mut row = SavedRow::default();
        row.set(1, "=1+1");
        assert_eq!(row.cells, ["", "'=1+1"]);
        assert_eq!(row.text(Some(1)), "=1+1");
        assert_eq!(row.text(Some(9)), "");
    }

    proptest! {
        #[test]
        fn a_table_reads_back_as_it_was_written(
            cells in proptest::collection::vec(proptest::collection::vec("[a-c,;\"\n é]{0,4}", 3), 1..6)
        ) {
            let table = SavedTable {
                header: vec!["h,".to_owned(), "i".to_owned(), "j".to_owned()],
                rows: cells.into_iter().map(|cells| SavedRow { cells, ..SavedRow::default() }).collect(),
                ..SavedTable::default()
            };
            let read = SavedTable::parse(&table.to_csv());
            prop_assert_eq!(read.header, table.header);
            let bare = |rows: &[SavedRow]| rows.iter().map(|r| r.cells.clone()).collect::<Vec<_>>();
            prop_assert_eq!(bare(&read.rows), bare(&table.rows));
        }
    }
}
