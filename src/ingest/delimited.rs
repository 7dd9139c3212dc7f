//! Rows of a delimited table, with the damage that such files really have.
//!
//! Comes in: UTF-8. Goes out: rows with the line they start in. RFC 4180, and beyond it: a
//! quotation mark inside a quoted cell that closes nothing is a character, and a quoted cell that
//! runs on over following rows is cut where the next good row begins. Memory holds one row.

use std::io::{self, Read};

use crate::model::reading::Role;

/// How cells are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Between cells.
    pub(crate) delimiter: u8,
    /// What quotation marks do.
    pub(crate) quoting: Quoting,
}

/// What quotation marks do in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// They enclose a cell; inside they are doubled.
    Doubled,
    /// They enclose a cell; inside a backslash stands before them.
    Backslash,
    /// They are characters like others.
    Off,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Row {
    /// The line it starts in, from 1.
    pub(crate) line: u64,
    /// Its cells, unquoted, with LF at line ends.
    pub(crate) cells: Vec<String>,
    /// Whether each cell stood in quotation marks.
    pub(crate) quoted: Vec<bool>,
    /// Named values beyond the columns, with what their name says (keys of JSON).
    pub(crate) extra: Vec<(String, String, Option<Role>)>,
    /// Quotation marks inside quoted cells that closed nothing.
    pub(crate) stray_marks: usize,
    /// What its cells were parted by.
    pub(crate) delimiter: char,
    /// What is wrong with it.
    pub(crate) fault: Option<Fault>,
}

/// Damage of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A quotation mark opens and never closes; the last cell ends where the next good row, or the
    /// file, does.
    Unclosed,
    /// Longer than the limit; its text is not kept.
    TooLong,
    /// More or fewer cells than the header.
    Width,
    /// Not readable at all, with the reason.
    Broken(String),
    /// Lines that form no row, from its line to this one.
    Lost {
        /// The last of them.
        to_line: u64,
    },
}

/// Bytes that are read at a time.
const CHUNK: usize = 1 << 18;

/// Bytes that may be parsed again, in a whole file, to find where good rows go on.
const RESYNC_BYTES_MAX: usize = 64 << 20;

/// Reads rows one by one.
pub(crate) struct Rows<R> {
    input: R,
    dialect: Dialect,
    /// Cells of a good row, once known.
    width: Option<usize>,
    row_bytes_max: usize,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    line: u64,
    resync_left: usize,
}

impl<R: Read> Rows<R> {
    /// Reads the rows of `input`.
    pub(crate) fn new(input: R, dialect: Dialect, row_bytes_max: usize) -> Self {
        Self {
            input,
            dialect,
            width: None,
            row_bytes_max,
            buffer: Vec::new(),
            start: 0,
            ended: false,
            line: 1,
            resync_left: RESYNC_BYTES_MAX,
        }
    }

    /// Says how many cells a good row has: what damage is measured by.
    pub(crate) fn expect_width(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// The next row that holds anything.
    pub(crate) fn next_row(&mut self) -> io::Result<Option<Row>> {
        loop {
            let Some(parsed) = self.parse_next()? else {
                return Ok(None);
            };
            if parsed.is_blank() {
                self.advance(parsed.len);
                continue;
            }
            return self.take(&parsed).map(Some);
        }
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Parses the row at the start, reading on until it is whole; none at the end of the file.
    fn parse_next(&mut self) -> io::Result<Option<Parsed>> {
        loop {
            if !self.rest().is_empty() {
                let parsed = parse(self.rest(), self.dialect, self.ended);
                let over = self.rest().len() > self.row_bytes_max;
                if parsed.end != End::Cut || over {
                    return Ok(Some(parsed));
                }
            } else if self.ended {
                return Ok(None);
            }
            self.fill()?;
        }
    }

    /// Reads at least as much again as is held, so that a long row is parsed a few times only.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let held = self.buffer.len();
        let wanted = CHUNK.max(held) as u64;
        let read = self
            .input
            .by_ref()
            .take(wanted)
            .read_to_end(&mut self.buffer)?;
        self.ended = read == 0;
        Ok(())
    }

    fn advance(&mut self, len: usize) {
        let passed = self.rest().get(..len).unwrap_or_default();
        self.line += line_ends(passed);
        self.start += len;
    }

    fn take(&mut self, parsed: &Parsed) -> io::Result<Row> {
        let line = self.line;
        if parsed.end == End::Cut {
            return self.take_too_long(line);
        }
        let wrong_width = self.width.is_some_and(|w| w != parsed.cells.len());
        let suspect =
            parsed.end == End::Unclosed || parsed.swallowed || (wrong_width && parsed.spans_lines);
        if suspect && let Some(next) = self.resync(parsed.len) {
            let head = self.rest().get(..next).unwrap_or_default();
            let cut = parse(head, self.dialect, true);
            let mut row = if cut.len == next {
                let mut row = cut.row(head, line);
                row.fault = Some(Fault::Unclosed);
                row
            } else {
                self.lost(line, next)
            };
            if row.cells.is_empty() {
                row = self.lost(line, next);
            }
            self.advance(next);
            return Ok(row);
        }
        let mut row = parsed.row(self.rest(), line);
        if parsed.end == End::Unclosed {
            row.fault = Some(Fault::Unclosed);
        }
        self.advance(parsed.len);
        Ok(row)
    }

    fn lost(&self, line: u64, len: usize) -> Row {
        let lines = line_ends(self.rest().get(..len).unwrap_or_default());
        let to_line = line + lines.saturating_sub(1);
        Row {
            line,
            fault: Some(Fault::Lost { to_line }),
            ..Row::default()
        }
    }

    /// Passes a row over the limit: up to the next good row in what is held, else to the end of
    /// its line.
    fn take_too_long(&mut self, line: u64) -> io::Result<Row> {
        let mut left = self.resync(self.rest().len());
        while left.is_none() && !(self.ended && self.rest().is_empty()) {
            left = memchr::memchr(b'\n', self.rest()).map(|at| at + 1);
            if left.is_none() {
                self.advance(self.rest().len());
                self.fill()?;
            }
        }
        self.advance(left.unwrap_or(0));
        Ok(Row {
            line,
            fault: Some(Fault::TooLong),
            ..Row::default()
        })
    }

    /// Where, after the first line and before `len`, a row of the right width begins.
    fn resync(&mut self, len: usize) -> Option<usize> {
        let width = self.width.filter(|&w| w > 1)?;
        let mut at = 0;
        loop {
            let piece = self.buffer.get(self.start + at..self.start + len)?;
            at += memchr::memchr2(b'\n', b'\r', piece)? + 1;
            let from = self.buffer.get(self.start + at..)?;
            if from.is_empty() {
                return None;
            }
            let reach = from.len().min(self.resync_left);
            let parsed = parse(
                from.get(..reach)?,
                self.dialect,
                self.ended && reach == from.len(),
            );
            self.resync_left = self.resync_left.saturating_sub(parsed.len);
            let good = parsed.cells.len() == width && !parsed.swallowed;
            if parsed.end == End::Whole && good && at < len {
                return Some(at);
            }
            if self.resync_left == 0 {
                return None;
            }
        }
    }
}

/// LF, CR and CRLF, each counted once.
fn line_ends(bytes: &[u8]) -> u64 {
    let lf = memchr::memchr_iter(b'\n', bytes).count();
    let lone_cr = memchr::memchr_iter(b'\r', bytes)
        .filter(|&at| bytes.get(at + 1) != Some(&b'\n'))
        .count();
    (lf + lone_cr) as u64
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The row is whole.
    Whole,
    /// The bytes end inside the row, and more may follow.
    Cut,
    /// The file ends inside quotation marks.
    Unclosed,
}

/// A parsed row, as ranges of the bytes it was parsed from.
struct Parsed {
    /// Start and end of each cell, and whether it was quoted.
    cells: Vec<(usize, usize, bool)>,
    /// Bytes with the line end.
    len: usize,
    end: End,
    spans_lines: bool,
    /// Whether a quotation mark directly behind a delimiter closed nothing, lines below the start:
    /// the mark of a cell that ran on into another row.
    swallowed: bool,
    stray_marks: usize,
    dialect: Dialect,
}

impl Parsed {
    fn is_blank(&self) -> bool {
        self.cells.len() == 1 && self.cells.first().is_some_and(|&(a, b, q)| a == b && !q)
    }

    fn row(&self, bytes: &[u8], line: u64) -> Row {
        let cell = |&(start, end, quoted): &(usize, usize, bool)| {
            let raw = bytes.get(start..end).unwrap_or_default();
            let text = String::from_utf8_lossy(raw);
            let text = match (quoted, self.dialect.quoting) {
                (true, Quoting::Doubled) if text.contains("\"\"") => text.replace("\"\"", "\""),
                (true, Quoting::Backslash) if text.contains('\\') => {
                    text.replace("\\\"", "\"").replace("\\\\", "\\")
                }
                _ => text.into_owned(),
            };
            super::decode::unix_lines(text)
        };
        Row {
            line,
            cells: self.cells.iter().map(cell).collect(),
            quoted: self.cells.iter().map(|c| c.2).collect(),
            stray_marks: self.stray_marks,
            delimiter: char::from(self.dialect.delimiter),
            ..Row::default()
        }
    }
}

/// Parses one row at the start of `bytes`; `last` says that nothing follows them.
fn parse(bytes: &[u8], dialect: Dialect, last: bool) -> Parsed {
    let mut parsed = Parsed {
        cells: Vec::new(),
        len: bytes.len(),
        end: End::Cut,
        spans_lines: false,
        swallowed: false,
        stray_marks: 0,
        dialect,
    };
    let mut at = 0;
    loop {
        let quoted = dialect.quoting != Quoting::Off && bytes.get(at) == Some(&b'"');
        let (start, end) = if quoted {
            let Some(end) = quoted_end(bytes, at + 1, dialect, last, &mut parsed) else {
                parsed.cells.push((at + 1, bytes.len(), true));
                parsed.end = if last { End::Unclosed } else { End::Cut };
                return parsed;
            };
            (at + 1, end)
        } else {
            (at, plain_end(bytes, at, dialect.delimiter))
        };
        parsed.cells.push((start, end, quoted));
        at = end + usize::from(quoted);
        match bytes.get(at) {
            Some(&b) if b == dialect.delimiter => at += 1,
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => return parsed.whole(at + 2),
            Some(b'\r') if at + 1 == bytes.len() && !last => return parsed,
            Some(_) => return parsed.whole(at + 1),
            None if last => return parsed.whole(at),
            None => return parsed,
        }
    }
}

impl Parsed {
    fn whole(mut self, len: usize) -> Self {
        self.len = len;
        self.end = End::Whole;
        self
    }
}

fn plain_end(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    memchr::memchr3(delimiter, b'\n', b'\r', rest).map_or(bytes.len(), |at| from + at)
}

/// The closing quotation mark of a cell: one before a delimiter or a line end.
fn quoted_end(
    bytes: &[u8],
    from: usize,
    dialect: Dialect,
    last: bool,
    parsed: &mut Parsed,
) -> Option<usize> {
    let mut at = from;
    loop {
        let mark = at + memchr::memchr(b'"', bytes.get(at..)?)?;
        let next = bytes.get(mark + 1).copied();
        if dialect.quoting == Quoting::Backslash && is_escaped(bytes, from, mark) {
            at = mark + 1;
            continue;
        }
        match next {
            Some(b'"') if dialect.quoting == Quoting::Doubled => at = mark + 2,
            None if !last => return None,
            None | Some(b'\n' | b'\r') => return Some(parsed.closed(bytes, from, mark)),
            Some(b) if b == dialect.delimiter => return Some(parsed.closed(bytes, from, mark)),
            Some(_) => {
                parsed.stray_marks += 1;
                let behind = mark > from && bytes.get(mark - 1) == Some(&dialect.delimiter);
                let inside = bytes.get(from..mark).unwrap_or_default();
                if behind && memchr::memchr2(b'\n', b'\r', inside).is_some() {
                    parsed.swallowed = true;
                }
                at = mark + 1;
            }
        }
    }
}

impl Parsed {
    fn closed(&mut self, bytes: &[u8], from: usize, mark: usize) -> usize {
        let inside = bytes.get(from..mark).unwrap_or_default();
        self.spans_lines |= memchr::memchr2(b'\n', b'\r', inside).is_some();
        mark
    }
}

fn is_escaped(bytes: &[u8], from: usize, mark: usize) -> bool {
    let before = bytes.get(from..mark).unwrap_or_default();
    let slashes = before.iter().rev().take_while(|&&b| b == b'\\').count();
    slashes % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect {
        delimiter: b',',
        quoting: Quoting::Doubled,
    };

    /// Rows as `line:cell|cell` with the fault behind.
    fn rows(input: &str, width: usize) -> Vec<String> {
        let mut rows = Rows::new(input.as_bytes(), COMMA, 10_000);
        rows.expect_width(width);
        let mut out = Vec::new();
        while let Some(row) = rows.next_row().unwrap() {
            let fault = row.fault.map(|f| format!(" {f:?}")).unwrap_or_default();
            out.push(format!("{}:{}{fault}", row.line, row.cells.join("|")));
        }
        out
    }

    #[test]
    fn quoted_cells_keep_their_marks_and_lines() {
        let input = "a,\"b \"\"c\"\"\r\nd\",e\r\n\r\nf,,\"\"\rg,\"h \"i\" j\",k";
        assert_eq!(
            rows(input, 3),
            ["1:a|b \"c\"\nd|e", "4:f||", "5:g|h \"i\" j|k"]
        );
    }

    #[test]
    fn an_unclosed_cell_ends_where_the_next_good_row_begins() {
        let input = "1,\"open. He said\nmore\n2,fine\n3,\"x\"\n";
        let expected = ["1:1|open. He said\nmore\n Unclosed", "3:2|fine", "4:3|x"];
        assert_eq!(rows(input, 2), expected);
    }

    #[test]
    fn a_row_swallowed_through_another_rows_mark_is_found() {
        let input = "1,P1,\"open text\n2,P2,\"closed text\"\n3,P3,plain\n";
        let found = rows(input, 3);
        assert_eq!(found[1], "2:2|P2|closed text");
        assert_eq!(found[2], "3:3|P3|plain");
        assert!(found[0].ends_with("Unclosed"), "{}", found[0]);
    }

    #[test]
    fn a_row_over_the_limit_is_named() {
        let long = format!("1,\"{}\n2,b\n", "x".repeat(600_000));
        let found = rows(&long, 2);
        assert_eq!(found, ["1: TooLong", "2:2|b"]);
    }

    proptest! {
        #[test]
        fn reads_what_the_csv_crate_writes(table in proptest::collection::vec(
            proptest::collection::vec("[a\",\n;é ]{0,6}", 3), 1..6)) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let mut rows = Rows::new(&bytes[..], COMMA, 10_000);
            let mut read = Vec::new();
            while let Some(row) = rows.next_row().unwrap() {
                prop_assert_eq!(&row.fault, &None);
                read.push(row.cells);
            }
            prop_assert_eq!(read, table);
        }

        #[test]
        fn any_bytes_end_and_no_line_is_passed_twice(text in "[a\",\n\r\\\\;]{0,80}", width in 1_usize..4) {
            let mut rows = Rows::new(text.as_bytes(), COMMA, 40);
            rows.expect_width(width);
            let mut last = 0;
            while let Some(row) = rows.next_row().unwrap() {
                prop_assert!(row.line > last);
                last = row.line;
            }
        }
    }
}
