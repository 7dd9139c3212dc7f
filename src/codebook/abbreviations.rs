//! What abbreviations stand for, for the footnotes of a manuscript's tables.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::Result;

use super::yaml;

/// The built-in list's file.
const ENGLISH: &str = include_str!("../../codebooks/abbreviations/en.yaml");

/// Each abbreviation of the built-in list, with what it stands for.
///
/// # Errors
/// Where the list is no YAML.
pub fn builtin_abbreviations() -> Result<BTreeMap<String, String>> {
    let root = yaml::parse(ENGLISH, Path::new("codebooks/abbreviations/en.yaml"))?;
    let entries = root.entries().iter();
    let spelled = entries.filter_map(|(key, node)| Some((&key.text, node.text()?)));
    Ok(spelled.map(|(a, b)| (a.clone(), b.to_owned())).collect())
}
