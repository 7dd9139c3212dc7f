//! `frequencies.csv`, its crosstabs, and `cooccurrence.csv`.

use std::collections::BTreeSet;
use std::io;

use crate::model::codebook::Codebook;
use crate::tally::{
    Cooccurrence, CooccurrenceRow, Crosstab, Frequencies, FrequencyRow, SessionTotals,
};

use super::line::Lines;

/// Columns of `frequencies.csv`.
pub const FREQUENCY_COLUMNS: [&str; 26] = [
    "group",
    "participant_id",
    "session_type",
    "code",
    "notes",
    "words",
    "direct_quotes",
    "present",
    "absent",
    "silent",
    "codings",
    "share",
    "share_low",
    "share_high",
    "per_1000_words",
    "rate_low",
    "rate_high",
    "mentioned_only",
    "participants",
    "participants_present",
    "interval",
    "sessions",
    "missing_sessions",
    "bound_low",
    "bound_high",
    "unit",
];

/// Columns of `cooccurrence.csv`.
pub const COOCCURRENCE_COLUMNS: [&str; 10] = [
    "code_a",
    "code_b",
    "unit",
    "n_a",
    "n_b",
    "n_both",
    "jaccard",
    "npmi",
    "n_units",
    "frequency_ratio_flag",
];

/// Bytes gathered before they are handed to the file.
const CHUNK_BYTES: usize = 1 << 16;

/// Writes every group's row of every code.
pub(super) fn frequencies(
    file: &mut impl io::Write,
    frequencies: &Frequencies,
    codebook: &Codebook,
    order: &[String],
    sessions: &SessionTotals,
) -> io::Result<()> {
    let mut lines = Lines::header(&FREQUENCY_COLUMNS);
    for group in frequencies.groups(order) {
        let counts = sessions.of_group(group.kind);
        let missing = sessions.is_known.then_some(counts.missing);
        for code in codebook.indices() {
            let row = group.row(code);
            frequency_cells(&mut lines, codebook, &row);
            session_cells(&mut lines, &row, Some(counts.documented), missing);
            lines.text(frequencies.counted_by().as_str());
            lines.end();
            spill(file, &mut lines)?;
        }
    }
    file.write_all(&lines.into_bytes())
}

/// Writes a crosstab: the rows of each value, with the value in the last column or columns.
pub(super) fn crosstab(
    file: &mut impl io::Write,
    crosstab: &Crosstab,
    codebook: &Codebook,
    order: &[String],
) -> io::Result<()> {
    let mut columns = FREQUENCY_COLUMNS.to_vec();
    let named = |column: &String| {
        if FREQUENCY_COLUMNS.contains(&column.as_str()) {
            format!("by_{column}")
        } else {
            column.clone()
        }
    };
    let further: Vec<String> = crosstab.columns.iter().map(named).collect();
    columns.extend(further.iter().map(String::as_str));
    let mut lines = Lines::header(&columns);
    for (values, frequencies) in crosstab.groups() {
        for group in frequencies.groups(order) {
            for code in codebook.indices() {
                let row = group.row(code);
                frequency_cells(&mut lines, codebook, &row);
                session_cells(&mut lines, &row, None, None);
                lines.text(frequencies.counted_by().as_str());
                for value in values {
                    lines.text(value);
                }
                lines.end();
                spill(file, &mut lines)?;
            }
        }
    }
    file.write_all(&lines.into_bytes())
}

fn frequency_cells(lines: &mut Lines, codebook: &Codebook, row: &FrequencyRow<'_>) {
    lines
        .text(row.kind.as_str())
        .text_or_empty(
            row.kind
                .participant()
                .map(super::super::model::corpus::ParticipantId::as_str),
        )
        .text_or_empty(row.kind.session_type())
        .text(codebook.code(row.code).path.as_str())
        .plain(row.notes)
        .plain(row.words)
        .plain(row.direct_quotes)
        .plain(row.counts.present)
        .plain(row.counts.absent)
        .plain(row.silent)
        .plain(row.counts.codings)
        .decimal(row.share)
        .decimal(row.share_interval.map(|i| i.low))
        .decimal(row.share_interval.map(|i| i.high))
        .decimal(row.rate)
        .decimal(row.rate_interval.map(|i| i.low))
        .decimal(row.rate_interval.map(|i| i.high))
        .plain(row.counts.mentioned_only)
        .plain(row.participants)
        .plain(row.participants_present)
        .text(row.interval.as_str());
}

/// Sessions with and without notes where they are known, and what the share could be.
fn session_cells(
    lines: &mut Lines,
    row: &FrequencyRow<'_>,
    documented: Option<u64>,
    missing: Option<u64>,
) {
    let bounds = row.share_bounds(missing.unwrap_or(0));
    lines
        .plain_or_empty(documented)
        .plain_or_empty(missing)
        .decimal(bounds.map(|b| b.low))
        .decimal(bounds.map(|b| b.high));
}

/// Writes every pair of codes in notes and in sentences.
pub(super) fn cooccurrence(
    file: &mut impl io::Write,
    cooccurrence: &Cooccurrence,
    codebook: &Codebook,
) -> io::Result<()> {
    let mut lines = Lines::header(&COOCCURRENCE_COLUMNS);
    for CooccurrenceRow {
        code_a,
        code_b,
        unit,
        pair,
    } in cooccurrence.rows(codebook)
    {
        lines
            .text(codebook.code(code_a).path.as_str())
            .text(codebook.code(code_b).path.as_str())
            .text(unit.as_str())
            .plain(pair.a)
            .plain(pair.b)
            .plain(pair.both)
            .decimal(pair.jaccard())
            .decimal(pair.npmi())
            .plain(pair.units)
            .plain(pair.is_unequal())
            .end();
        spill(file, &mut lines)?;
    }
    file.write_all(&lines.into_bytes())
}

/// The file name of a crosstab: letters, digits, `-` and `_` of its columns stay; a second one that
/// would take the same name gets a number.
pub(super) fn crosstab_name(columns: &[String], taken: &BTreeSet<String>) -> String {
    let keep = |c: char| {
        if c.is_alphanumeric() || c == '-' || c == '_' {
            c
        } else {
            '_'
        }
    };
    let column: String = columns.join("+").chars().map(keep).collect();
    let first = format!("frequencies_by_{column}.csv");
    let further = (2..).map(|n| format!("frequencies_by_{column}_{n}.csv"));
    std::iter::once(first)
        .chain(further)
        .find(|name| !taken.contains(name))
        .expect("numbers do not end")
}

pub(super) fn spill(file: &mut impl io::Write, lines: &mut Lines) -> io::Result<()> {
    if lines.len() >= CHUNK_BYTES {
        file.write_all(&lines.take())?;
    }
    Ok(())
}
