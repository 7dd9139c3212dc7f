//! Rule files: YAML in, plain [`crate::model`] values and diagnostics out.

#[allow(dead_code, reason = "the loaders that read with it land one by one")]
mod findings;
mod load;
mod pattern;
pub mod reading;
mod references;
#[allow(dead_code, reason = "the loaders that read with it land one by one")]
mod yaml;

pub use load::{Loaded, builtin, builtin_names, load, load_text, open};
pub use pattern::{PatternError, parse_pattern};
