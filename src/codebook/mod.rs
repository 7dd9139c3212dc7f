//! Rule files: YAML in, plain [`crate::model`] values and diagnostics out.

mod abbreviations;
mod cover;
mod cues;
pub mod diff;
pub mod examples;
mod expression;
mod findings;
mod forms;
mod headings;
mod identifiers;
mod lint;
mod load;
mod pattern;
pub mod reading;
mod references;
mod rules;
mod schema;
mod shared;
pub mod show;
mod trial;
mod usage;
mod yaml;

pub use abbreviations::builtin_abbreviations;
pub use cues::{builtin_cues, cue_languages, load_cues};
pub use headings::{builtin_section_rules, parse_section_rules};
pub use identifiers::{builtin_identifier_rules, parse_identifier_rules};
pub use lint::lint;
pub use load::{Loaded, builtin, builtin_names, load, load_text, open};
pub use pattern::{PatternError, parse_pattern};
pub use rules::{RULES, Rule};
pub use schema::SCHEMA;
pub use shared::SharedPassages;
pub use trial::of_pattern;
pub use usage::{NoteWords, unused_and_misspelt};
