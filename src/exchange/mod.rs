//! Codings and notes that other programs, other runs and people wrote.
//!
//! Comes in: a file. Goes out: what it says, with a diagnostic for every row that could not be
//! used. Refuses: to shift a coding in silence.

mod align;
mod anchor;
mod calibration;
mod code_ids;
mod codebook_yaml;
mod coder_columns;
mod coder_file;
mod days;
mod decided_texts;
mod decisions;
mod filled_sheet;
mod find;
mod highlight_table;
mod html_text;
mod locate;
mod losses;
mod markup;
mod memo_places;
mod memos;
mod met_codes;
mod note_file;
mod outgoing;
mod outgoing_codes;
mod outgoing_codings;
mod outgoing_memos;
mod outgoing_rows;
mod outgoing_sets;
mod positions;
mod project;
mod project_coders;
mod project_kind;
mod qualcoder;
mod qualcoder_notes;
mod qualcoder_write;
mod rating_cells;
mod rating_table;
mod reanchor;
mod refi;
mod restand;
mod run_facts;
mod run_folder;
mod run_private;
mod run_record;
mod saved_table;
mod sqlite;
mod taguette;
mod taguette_about;
mod taguette_coders;
mod taguette_tables;
mod taguette_write;
mod whole;
pub mod word;
mod workbook;

pub use anchor::{Anchored, anchor, find_words};
pub use codebook_yaml::codebook_yaml;
pub use coder_file::{CoderFile, Located, ReadCoding, read_coder_file};
pub use decided_texts::DecidedTexts;
pub use decisions::{
    DECISION_COLUMNS, Decisions, change_decisions, decisions_sha256, misnamed_decisions,
    parse_decisions, put_decision, read_decisions, take_decision,
};
pub use filled_sheet::{
    AnsweredSheet, CODING_SHEET, SheetAnswer, is_yes, read_answers, read_sheet,
};
pub use find::same_words;
pub use highlight_table::write_highlights;
pub use locate::{Found, locate};
pub use losses::{Fate, Item, ItemCount, LossReport, LossRow, Named};
pub use markup::push_content;
pub use memo_places::{MemoPlace, MemoPlaces};
pub use memos::{MEMO_COLUMNS, Memos, parse_memos, read_memos};
pub use met_codes::meet_by_guid;
pub use note_file::{ReadNote, read_notes};
pub use outgoing::{Outgoing, OutgoingCoding, OutgoingNote};
pub use outgoing_codes::{IMPORTED_CODE_COLUMNS, codes_of};
pub use outgoing_memos::{MemoTarget, OutgoingMemo};
pub use outgoing_sets::{OutgoingSet, SET_COLUMNS};
pub use project::{
    NoteReader, OpenProject, PlacedCoding, PlacedNote, Project, ProjectCode, ProjectMemo,
    ProjectNote, ProjectParticipant, ProjectSet, UNPACKED_MAX,
};
pub use project_kind::{ProjectFile, open_project, project_file};
pub use qualcoder::{open_qualcoder, qualcoder_database};
pub use qualcoder_write::write_qualcoder;
pub use rating_table::{RatingTable, read_rating_table};
pub use reanchor::{CodedPassage, Reanchored, Reanchorer, reanchor};
pub use refi::{
    list_control_characters, open_refi_project, read_refi_codebook, write_refi_codebook,
    write_refi_project,
};
pub use run_facts::{RunFacts, read_run_facts};
pub use run_folder::{
    RunCoding, RunCopied, RunFolder, RunNote, RunNoteLine, RunNoteLines, RunSection, RunTurn,
    read_run,
};
pub use run_private::{RunIdentifier, read_identifiers, read_pseudonyms};
pub use run_record::{RecordedCoding, RunRecord, read_record};
pub use saved_table::{SavedRow, SavedTable, unguarded};
pub use taguette::open_taguette;
pub use taguette_tables::{
    TaguetteTable, read_taguette_table, taguette_codebook, taguette_codebook_workbook,
    taguette_highlights,
};
pub use taguette_write::write_taguette;
pub use whole::{create_own_folder, parent_of, write_whole, write_whole_with};
pub use workbook::{CELL_UNITS_MAX, cell_text, is_cut_in_cell, new_workbook};
