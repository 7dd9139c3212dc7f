//! The full-text index: every word of every note with its place, for `search`.
//!
//! Comes in: notes, laid out and coded, in corpus order. Goes out: a folder that [`search`] reads.
//! The words and stems are those that matching sees. Coding never goes through the index. tantivy
//! is named nowhere else.

mod build;
mod find;
mod plan;
mod positions;
mod query;
mod schema;
mod stored;

use std::path::Path;

use crate::error::Error;

pub use build::Builder;
pub use find::{Filters, Found, Line, Shown, search};

/// An error of the index library, with what was tried.
fn failed(action: &str, dir: &Path, problem: &tantivy::TantivyError) -> Error {
    let mut error = Error::other(format!("could not {action}: {problem}."));
    error.place = Some(crate::error::Place::file(dir));
    error
}
