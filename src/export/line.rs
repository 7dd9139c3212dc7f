//! One line of a CSV table: RFC 4180, UTF-8, LF.
//!
//! Comes in: cells by kind. Goes out: bytes. A text cell that a spreadsheet would run as a formula
//! gets a leading `'`; a number never does.

use std::fmt::Display;

/// Lines of a table, cell by cell.
#[derive(Debug, Default)]
pub struct Lines {
    bytes: Vec<u8>,
    begun: bool,
}

impl Lines {
    /// A table's header line.
    pub fn header(columns: &[&str]) -> Self {
        let mut lines = Self::default();
        for column in columns {
            lines.text(column);
        }
        lines.end();
        lines
    }

    /// A cell of text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.separate();
        let guarded = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let quoted = text
            .bytes()
            .any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'));
        if quoted {
            self.bytes.push(b'"');
        }
        if guarded {
            self.bytes.push(b'\'');
        }
        if quoted {
            for (i, piece) in text.split('"').enumerate() {
                if i > 0 {
                    self.bytes.extend_from_slice(b"\"\"");
                }
                self.bytes.extend_from_slice(piece.as_bytes());
            }
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(text.as_bytes());
        }
        self
    }

    /// A cell of text that may be unknown.
    pub fn text_or_empty(&mut self, text: Option<&str>) -> &mut Self {
        self.text(text.unwrap_or_default())
    }

    /// A whole number, `true` or `false`, or an ISO date.
    pub fn plain(&mut self, value: impl Display) -> &mut Self {
        use std::io::Write as _;
        self.separate();
        write!(self.bytes, "{value}").expect("a vector takes every byte");
        self
    }

    /// A whole number that may be unknown.
    pub fn plain_or_empty(&mut self, value: Option<impl Display>) -> &mut Self {
        match value {
            Some(value) => self.plain(value),
            None => self.text(""),
        }
    }

    /// A decimal number that may be undefined.
    pub fn decimal(&mut self, value: Option<f64>) -> &mut Self {
        self.plain_or_empty(value.map(decimal))
    }

    /// Ends the line.
    pub fn end(&mut self) {
        self.bytes.push(b'\n');
        self.begun = false;
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Takes what was written so far, leaving nothing.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Bytes written and not taken.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    fn separate(&mut self) {
        if self.begun {
            self.bytes.push(b',');
        }
        self.begun = true;
    }
}

/// A decimal number as tables print it: nine places at most, without trailing zeros.
pub fn decimal(value: f64) -> String {
    let text = format!("{value:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(cells: &[&str]) -> String {
        let mut lines = Lines::default();
        for cell in cells {
            lines.text(cell);
        }
        lines.end();
        String::from_utf8(lines.into_bytes()).expect("cells are text")
    }

    #[test]
    fn a_formula_is_made_harmless_and_a_number_is_not_touched() {
        assert_eq!(line(&["=1+1", "-", "@x", "a-b"]), "'=1+1,'-,'@x,a-b\n");
        assert_eq!(line(&["\rx"]), "\"'\rx\"\n");
        let mut lines = Lines::default();
        lines.plain(-3).decimal(Some(-0.5)).decimal(None).end();
        assert_eq!(lines.into_bytes(), b"-3,-0.5,\n");
    }

    #[test]
    fn decimals_are_short() {
        assert_eq!(decimal(0.25), "0.25");
        assert_eq!(decimal(1.0 / 3.0), "0.333333333");
        assert_eq!(decimal(120.0), "120");
        assert_eq!(decimal(-1e-12), "0");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cells in prop::collection::vec("[a-z,\"\n\r é'=]{0,6}", 2..5)) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let written = line(&cells);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_bytes());
            let row = reader.records().next().expect("a line").expect("valid CSV");
            for (read, cell) in row.iter().zip(&cells) {
                let guard = if cell.starts_with(['=', '\r']) { "'" } else { "" };
                prop_assert_eq!(read, format!("{guard}{cell}"));
            }
            prop_assert_eq!(row.len(), cells.len());
        }
    }
}
