//! Codings and notes that other programs, other runs and people wrote.
//!
//! Comes in: a file. Goes out: what it says, with a diagnostic for every row that could not be
//! used. Refuses: to shift a coding in silence.

mod coder_file;
mod locate;
mod note_file;
mod rating_table;

pub use coder_file::{CoderFile, Located, ReadCoding, read_coder_file};
pub use locate::{Found, locate};
pub use note_file::{ReadNote, read_notes};
pub use rating_table::{RatingTable, read_rating_table};
