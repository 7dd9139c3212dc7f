//! `ledger.csv`: what became of every input file and every note in it.

use std::io;

use crate::model::ledger::Ledger;

use super::line::Lines;

/// Columns of `ledger.csv`.
pub const LEDGER_COLUMNS: [&str; 9] = [
    "source", "locator", "sha256", "bytes", "encoding", "format", "outcome", "reason", "notes",
];

/// Writes every row.
pub(super) fn ledger(file: &mut impl io::Write, ledger: &Ledger) -> io::Result<()> {
    let mut lines = Lines::header(&LEDGER_COLUMNS);
    for row in &ledger.rows {
        lines
            .text(&row.source)
            .text(&row.locator)
            .plain(&row.sha256)
            .plain(row.bytes)
            .text(&row.encoding)
            .text(&row.format)
            .text(row.outcome.as_str())
            .text(&row.reason)
            .plain(row.notes)
            .end();
        file.write_all(&lines.take())?;
    }
    file.write_all(&lines.into_bytes())
}
