//! Rule files: YAML in, plain [`crate::model`] values and diagnostics out.

#[allow(dead_code, reason = "the loaders that read with it land one by one")]
mod findings;
mod pattern;
#[allow(dead_code, reason = "the loaders that read with it land one by one")]
mod yaml;

pub use pattern::{PatternError, parse_pattern};
