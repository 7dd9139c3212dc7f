//! Which delimiter and which quoting a table has.
//!
//! Comes in: the first bytes of a table. Goes out: the dialect under which its rows agree best.

use super::delimited::{Dialect, Quoting, Row, Rows};

/// Delimiters in order of preference.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Bytes of a table that its dialect is told from.
pub(crate) const SNIFF_BYTES: usize = 1 << 16;

/// Rows that are compared.
const ROWS: usize = 200;

/// A dialect and how well the sample's rows agree under it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sniffed {
    pub(crate) dialect: Dialect,
    /// The number of cells that most rows have.
    pub(crate) width: usize,
    /// Cells of one of the first rows that name known columns.
    names: usize,
    /// Thousandths of the rows that have that number of cells and no fault.
    agreement: usize,
    rows: usize,
}

/// Compares dialects on a sample; `known` counts the cells of a row that name known columns.
pub(crate) fn sniff(sample: &str, whole: bool, known: &dyn Fn(&[String]) -> usize) -> Sniffed {
    let mut best: Option<(Score, Sniffed)> = None;
    for delimiter in DELIMITERS {
        let tried = quoting_of(sample, whole, delimiter);
        let score = tried.score(known);
        if best.as_ref().is_none_or(|(b, _)| score > *b) {
            let sniffed = Sniffed {
                names: score.0,
                ..tried.sniffed
            };
            best = Some((score, sniffed));
        }
    }
    let nothing = Sniffed {
        dialect: COMMA,
        width: 1,
        names: 0,
        agreement: 0,
        rows: 0,
    };
    best.map_or(nothing, |(_, sniffed)| sniffed)
}

impl Sniffed {
    /// Whether a text under a text file's name is plainly a table: a header of known columns, and
    /// rows that agree.
    pub(crate) fn is_plainly_a_table(&self) -> bool {
        let names_min = if self.dialect.delimiter == b',' { 3 } else { 2 };
        self.width >= 3 && self.names >= names_min && self.rows >= 3 && self.agreement >= 900
    }
}

/// The rows of a sample under one dialect.
struct Tried {
    rows: Vec<Row>,
    sniffed: Sniffed,
    /// Signs that the quoting was not understood.
    stray: usize,
}

/// The quoting under which a delimiter's rows agree best: the usual one unless another is clearly
/// better, since a damaged row under the usual quoting can look whole under none.
fn quoting_of(sample: &str, whole: bool, delimiter: u8) -> Tried {
    let under = |quoting| Tried::new(sample, whole, Dialect { delimiter, quoting });
    let usual = under(Quoting::Doubled);
    if usual.sniffed.agreement == 1000 && usual.stray == 0 {
        return usual;
    }
    let slashed = under(Quoting::Backslash);
    if slashed.sniffed.agreement >= usual.sniffed.agreement && slashed.stray < usual.stray {
        return slashed;
    }
    let off = under(Quoting::Off);
    if off.sniffed.agreement >= 980
        && off.sniffed.agreement >= usual.sniffed.agreement
        && off.stray == 0
    {
        return off;
    }
    usual
}

/// A dialect in words.
pub(crate) fn words(dialect: Dialect) -> String {
    let by = match dialect.delimiter {
        b'\t' => "tabs",
        b';' => "semicolons",
        b'|' => "vertical bars",
        _ => "commas",
    };
    let marks = match dialect.quoting {
        Quoting::Doubled => "",
        Quoting::Backslash => ", quotation marks behind backslashes",
        Quoting::Off => ", quotation marks are plain characters",
    };
    format!("separated by {by}{marks}")
}

const COMMA: Dialect = Dialect {
    delimiter: b',',
    quoting: Quoting::Doubled,
};

/// Known columns, then rows that agree (in thousandths), then cells.
type Score = (usize, usize, usize);

impl Tried {
    fn new(sample: &str, whole: bool, dialect: Dialect) -> Self {
        let rows = rows_under(sample, whole, dialect);
        let (width, agreeing) = usual_width(&rows);
        let cells = rows.iter().flat_map(|r| &r.cells);
        let stray = cells
            .filter(|c| has_stray_marks(c, dialect.quoting))
            .count()
            + rows.iter().map(|r| r.stray_marks).sum::<usize>();
        Self {
            sniffed: Sniffed {
                dialect,
                width,
                names: 0,
                agreement: agreeing * 1000 / rows.len().max(1),
                rows: rows.len(),
            },
            rows,
            stray,
        }
    }

    fn score(&self, known: &dyn Fn(&[String]) -> usize) -> Score {
        let top = self.rows.iter().take(10);
        let names = top.map(|r| known(&r.cells)).max().unwrap_or(0);
        let agreement = if self.sniffed.width > 1 {
            self.sniffed.agreement
        } else {
            0
        };
        (names, agreement, self.sniffed.width)
    }
}

fn rows_under(sample: &str, whole: bool, dialect: Dialect) -> Vec<Row> {
    let mut rows = Rows::new(sample.as_bytes(), dialect, sample.len());
    let mut found = Vec::new();
    while let Ok(Some(row)) = rows.next_row() {
        found.push(row);
        if found.len() > ROWS {
            break;
        }
    }
    // The sample may end inside a row.
    if !whole && found.len() > 1 && found.len() <= ROWS {
        found.pop();
    }
    found
}

/// The number of cells that most rows have, and how many have it.
fn usual_width(rows: &[Row]) -> (usize, usize) {
    let mut widths: Vec<usize> = rows
        .iter()
        .filter(|r| r.fault.is_none())
        .map(|r| r.cells.len())
        .collect();
    // Of equally frequent widths the first row's, the header's.
    let first = widths.first().copied();
    widths.sort_unstable();
    let (mut width, mut agreeing) = (1, 0);
    for run in widths.chunk_by(|a, b| a == b) {
        let width_here = run.first().copied().unwrap_or(1);
        if run.len() > agreeing || (run.len() == agreeing && Some(width_here) == first) {
            (width, agreeing) = (width_here, run.len());
        }
    }
    (width, agreeing)
}

/// Whether a cell looks as if its quoting was not understood.
fn has_stray_marks(cell: &str, quoting: Quoting) -> bool {
    match quoting {
        Quoting::Off => cell.len() > 1 && cell.starts_with('"') && cell.ends_with('"'),
        Quoting::Doubled => cell.contains("\\\""),
        Quoting::Backslash => cell.contains("\"\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sample: &str, delimiter: u8, quoting: Quoting, width: usize) {
        let names = ["pt", "date", "note"];
        let known = |cells: &[String]| cells.iter().filter(|c| names.contains(&c.as_str())).count();
        let sniffed = sniff(sample, true, &known);
        assert_eq!(sniffed.dialect, Dialect { delimiter, quoting }, "{sample}");
        assert_eq!(sniffed.width, width, "{sample}");
    }

    #[test]
    fn the_dialect_under_which_rows_agree_wins() {
        check("pt,date,note\n1,2,\"a, b; c\"\n", b',', Quoting::Doubled, 3);
        check(
            "pt;date;note\n1;2;a, b, c\n2;3;d, e\n",
            b';',
            Quoting::Doubled,
            3,
        );
        check(
            "pt\tdate\tnote\n1\t2\t\"So,\" she said\n2\t3\t\"no\n",
            b'\t',
            Quoting::Off,
            3,
        );
        check(
            "pt,date,note\n1,2,\"he \\\"x\\\", y\"\n",
            b',',
            Quoting::Backslash,
            3,
        );
        check("a|b\n1|x, y\n2|z\n", b'|', Quoting::Doubled, 2);
        check("note\nonly text, here\n", b',', Quoting::Doubled, 1);
    }
}
