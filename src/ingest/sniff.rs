//! Which delimiter and which quoting a table has.
//!
//! Comes in: the first bytes of a table. Goes out: the dialect under which its rows agree best.

use super::delimited::{Dialect, Quoting, Row, Rows};

/// Delimiters in order of preference.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows that are compared.
const ROWS: usize = 200;

/// A dialect and how well the sample's rows agree under it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sniffed {
    pub(crate) dialect: Dialect,
    /// The number of cells that most rows have.
    pub(crate) width: usize,
    /// Rows looked at, and those of that width.
    pub(crate) rows: usize,
    pub(crate) agreeing: usize,
}

/// Compares dialects on a sample; `known` counts the cells of a row that name known columns.
pub(crate) fn sniff(sample: &str, whole: bool, known: &dyn Fn(&[String]) -> usize) -> Sniffed {
    let mut best: Option<(Score, Sniffed)> = None;
    for delimiter in DELIMITERS {
        for quoting in [Quoting::Doubled, Quoting::Backslash, Quoting::Off] {
            let dialect = Dialect { delimiter, quoting };
            let rows = rows_under(sample, whole, dialect);
            let sniffed = census(&rows, dialect);
            let score = score(&rows, sniffed, known);
            if best.as_ref().is_none_or(|(b, _)| score > *b) {
                best = Some((score, sniffed));
            }
        }
    }
    best.map_or(
        Sniffed {
            dialect: COMMA,
            width: 1,
            rows: 0,
            agreeing: 0,
        },
        |(_, s)| s,
    )
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

/// Known columns, then rows that agree (in thousandths), then cells, then cells with stray marks.
type Score = (usize, usize, usize, std::cmp::Reverse<usize>);

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

fn census(rows: &[Row], dialect: Dialect) -> Sniffed {
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
    Sniffed {
        dialect,
        width,
        rows: rows.len(),
        agreeing,
    }
}

fn score(rows: &[Row], sniffed: Sniffed, known: &dyn Fn(&[String]) -> usize) -> Score {
    let names = rows
        .iter()
        .take(10)
        .map(|r| known(&r.cells))
        .max()
        .unwrap_or(0);
    let agreement = match (sniffed.width, sniffed.rows) {
        (1, _) | (_, 0) => 0,
        (_, rows) => sniffed.agreeing * 1000 / rows,
    };
    let cells = rows.iter().flat_map(|r| r.cells.iter());
    let stray = cells
        .filter(|c| has_stray_marks(c, sniffed.dialect.quoting))
        .count();
    let stray = stray + rows.iter().map(|r| r.stray_marks).sum::<usize>();
    (names, agreement, sniffed.width, std::cmp::Reverse(stray))
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
