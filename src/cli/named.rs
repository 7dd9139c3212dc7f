//! What the command line names, found; and what is found, as a study file names it.

use crate::error::{Error, Result};
use crate::model::codebook::{CodeIndex, Codebook};

/// The code of a path.
///
/// # Errors
/// Where there is none, with those that there are.
pub(super) fn code_named(codebook: &Codebook, path: &str) -> Result<CodeIndex> {
    codebook.find(path).ok_or_else(|| {
        let known: Vec<&str> = codebook.codes.iter().map(|c| c.path.as_str()).collect();
        Error::not_found(format!(
            "the codebook {} has no code {path}; it has {}.",
            codebook.name,
            known.join(", ")
        ))
    })
}

/// A text as TOML writes it.
pub(super) fn toml_text(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A key as TOML writes it.
pub(super) fn toml_key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        toml_text(name)
    }
}
