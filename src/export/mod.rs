//! Tables and provenance of a run, in a folder that is whole or not there.
//!
//! Comes in: coded notes one by one, then what was counted over all. Goes out: the files of the
//! output folder. Refuses a folder that this program did not write.

mod agreement;
mod audit;
mod audit_beside;
mod coding_sheet;
mod contrast;
mod curve;
mod decisions;
mod disagreements;
mod documentation;
mod elusion;
mod flat;
mod flat_kind;
mod frequency;
mod imported;
mod imported_decisions;
mod ledger;
mod line;
mod masked;
mod note;
mod output;
mod own_tables;
mod parquet;
mod provenance;
mod pseudonyms;
mod quote_rows;
mod quoted;
mod quotes;
mod run_parquet;
mod safe_names;
mod tables;
pub mod terminal;

pub use agreement::{AGREEMENT_COLUMNS, agreement_lines};
pub use audit::{
    AuditEvent, AuditLog, audit_path, keep_codebook, kept_codebook, log_event, read_audit,
};
pub use audit_beside::{codebooks_not_in_the_log, not_in_the_log, nothing_left};
pub use coding_sheet::{CodingSheet, SheetCell, SheetColumn, codebook_instructions};
pub use contrast::COMPARISON_COLUMNS;
pub use curve::{Curve, curves_csv, curves_svg};
pub use decisions::{APPLIED_COLUMNS, coding_of};
pub use disagreements::{DISAGREEMENT_COLUMNS, disagreement_lines};
pub use documentation::{
    DOCUMENTATION_COLUMNS, Known, SATURATION_COLUMNS, SESSION_COLUMNS, TIMELINE_COLUMNS,
    documentation_view,
};
pub use elusion::{ELUSION_COLUMNS, missed_in_words};
pub use flat::{CutCell, FlatCell, FlatColumn, FlatRows, FlatTable, dictionary, write_workbook};
pub use flat_kind::FlatKind;
pub use frequency::{COOCCURRENCE_COLUMNS, FREQUENCY_COLUMNS};
pub use imported::{IMPORTED_CODING_COLUMNS, REPORT_COLUMNS, balance, report_lines, write_import};
pub use ledger::LEDGER_COLUMNS;
pub use line::{Lines, decimal};
pub use masked::{MaskedNote, MaskedNotes};
pub use note::{
    CODING_COLUMNS, NOTE_COLUMNS, RenderedNote, coding_id, coding_ids, pattern_source, render,
};
pub use output::{Foreign, Output, is_output};
pub use own_tables::{COMPARE_COLUMNS, QUERY_COLUMNS, own_tables};
pub use parquet::write_parquet;
pub use provenance::Counts;
pub use pseudonyms::PSEUDONYM_COLUMNS;
pub use quote_rows::flat_tables;
pub use quoted::{PrintedQuote, quotes_csv, quotes_docx, quotes_json, quotes_markdown};
pub use quotes::{IDENTIFIER_COLUMNS, QUOTE_COLUMNS};
pub use tables::{Account, CODEBOOK_FILE, Finished, Tables, Totals};

#[cfg(test)]
mod tests;
