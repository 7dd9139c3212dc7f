//! Rule files: YAML in, plain [`crate::model`] values and diagnostics out.

mod pattern;

pub use pattern::{PatternError, parse_pattern};
