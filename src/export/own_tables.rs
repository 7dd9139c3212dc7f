//! The tables that this program writes, so that none is read as notes where it lies among them.
//!
//! Tables of codings that `agree` takes as a coder's own (a consensus, an import) are not here: they
//! are known by their columns `note_id` and `code`.

use crate::exchange::MEMO_COLUMNS;
use crate::model::own_table::OwnTable;

use super::{
    AGREEMENT_COLUMNS, APPLIED_COLUMNS, CODING_COLUMNS, COMPARISON_COLUMNS, COOCCURRENCE_COLUMNS,
    DISAGREEMENT_COLUMNS, DOCUMENTATION_COLUMNS, ELUSION_COLUMNS, FREQUENCY_COLUMNS,
    IDENTIFIER_COLUMNS, LEDGER_COLUMNS, NOTE_COLUMNS, PSEUDONYM_COLUMNS, QUOTE_COLUMNS,
    REPORT_COLUMNS, SATURATION_COLUMNS, SESSION_COLUMNS, TIMELINE_COLUMNS, curve, masked,
    quote_rows,
};

/// Columns of the table that `query --csv` writes.
pub const QUERY_COLUMNS: [&str; 9] = [
    "note_id",
    "participant_id",
    "date",
    "session_type",
    "start",
    "end",
    "text",
    "codes",
    "coding_ids",
];

/// Columns of the table that `compare --csv` writes.
pub const COMPARE_COLUMNS: [&str; 15] = [
    "change",
    "note_id",
    "participant_id",
    "session_type",
    "code",
    "start",
    "end",
    "text",
    "assertion",
    "counted_before",
    "counted_after",
    "differs",
    "why",
    "edit",
    "pattern",
];

/// Columns that a sheet of `sample` has, whatever is asked for.
const SHEET_COLUMNS: [&str; 6] = [
    "note_id",
    "start",
    "end",
    "sentence",
    "coder",
    "stratum_size",
];

/// Every table that is none of notes, each by the columns that it always had.
pub fn own_tables() -> Vec<OwnTable> {
    let own = |what, columns: &[&'static str]| OwnTable {
        what,
        columns: columns.to_vec(),
        counts: None,
    };
    let counted = |what, columns: &[&'static str]| OwnTable {
        counts: Some("notes"),
        ..own(what, columns)
    };
    let quote_rows: Vec<&str> = quote_rows::OF_QUOTES.iter().map(|c| c.0).collect();
    vec![
        own("differences of compare", &COMPARE_COLUMNS),
        own("disagreements", &DISAGREEMENT_COLUMNS[..9]),
        own("decisions applied", &APPLIED_COLUMNS[..14]),
        own("a sheet of sample", &SHEET_COLUMNS),
        own("passages of query", &QUERY_COLUMNS),
        own("quotes", &QUOTE_COLUMNS),
        own("quotes in rows", &quote_rows),
        own("codings of a run", &CODING_COLUMNS[..17]),
        own("notes of a run, without text", &NOTE_COLUMNS[..19]),
        own("agreement", &AGREEMENT_COLUMNS[..8]),
        own("comparisons of groups", &COMPARISON_COLUMNS[..12]),
        own("pairs of codes", &COOCCURRENCE_COLUMNS),
        own("documentation", &DOCUMENTATION_COLUMNS[..10]),
        own("sessions of a run", &SESSION_COLUMNS),
        own("a run's timeline", &TIMELINE_COLUMNS),
        own("saturation", &SATURATION_COLUMNS[..10]),
        own("what the rules miss", &ELUSION_COLUMNS[..12]),
        own("frequencies", &FREQUENCY_COLUMNS[..17]),
        own("identifiers", &IDENTIFIER_COLUMNS),
        own("the key to pseudonyms", &PSEUDONYM_COLUMNS),
        own("a ledger", &LEDGER_COLUMNS),
        own("a report of what was not carried", &REPORT_COLUMNS),
        own("memos", &MEMO_COLUMNS),
        own(
            "a dictionary of tables for statistics",
            &["table", "row", "column", "kind", "meaning"],
        ),
        own("curves of suggest", &curve::CURVE_COLUMNS),
        own("the index of masked notes", &masked::INDEX_COLUMNS),
        own("the sources of masked notes", &masked::SOURCE_COLUMNS),
        own("what was masked, to check", &masked::CHECK_COLUMNS),
        counted(
            "sessions by codes",
            &["participant_id", "date", "session_type", "note_id", "notes"],
        ),
        counted("cases by codes", &["participant_id", "notes"]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_of_notes_that_the_program_writes_is_among_them() {
        let masked: Vec<String> = masked::NOTE_TABLE_COLUMNS.map(str::to_owned).to_vec();
        let words = |_| vec!["Slept well.".to_owned()];
        assert!(!own_tables().iter().any(|own| own.is(&masked, &words)));
    }
}
