//! What was recognised in a study's files, as a study.toml that says the same in so many words.
//!
//! Comes in: a study and its reading. Goes out: the file's text. A key is written where it changes
//! nothing: what holds of all notes of a file only by the way is a comment.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::error::{Error, Place, Result};
use crate::ingest::{LayoutKind, Reading, SourceReport};
use crate::model::corpus::Note;
use crate::model::reading::{DateOrder, Role};
use crate::study::{STUDY_FILE, Study};

use super::counted::flat;
use super::named::{toml_key, toml_text};

/// Ways of writing a session type that a comment names.
const WRITINGS_MAX: usize = 8;

/// Where the file goes.
pub(super) enum Target {
    /// It is printed.
    Output,
    /// It is written there.
    File(PathBuf),
}

impl Target {
    /// The target that the option names: `-`, a file, or the study folder's own study.toml.
    pub(super) fn named(name: &str, study: &Study) -> Self {
        match name {
            "-" => Self::Output,
            "" => Self::File(study.folder.join(STUDY_FILE)),
            _ => Self::File(Path::new(name).to_path_buf()),
        }
    }

    /// Refuses a file that is there.
    ///
    /// # Errors
    /// Where it is.
    pub(super) fn check(&self) -> Result<()> {
        let Self::File(path) = self else {
            return Ok(());
        };
        if !path.exists() {
            return Ok(());
        }
        let mut error = Error::other(
            "this file is there already and is left alone. Overwrite it with --force (its keys are kept), or print with --write-study=-.",
        );
        error.place = Some(Place::file(path));
        Err(error)
    }
}

/// The file's text; what the study file says already stays as it is.
///
/// # Errors
/// Where the study file cannot be read again.
pub(super) fn study_toml(study: &Study, reading: &Reading) -> Result<String> {
    let mut out = String::new();
    if study.sha256.is_some() {
        let path = study.folder.join(STUDY_FILE);
        let own = std::fs::read_to_string(&path);
        out.push_str(&own.map_err(|e| Error::io("read the study file", &path, e))?);
        out.push('\n');
    } else {
        out.push_str(
            "# What verbatim recognised here. Each key says what was found: change what is wrong.\n\n",
        );
        top(study, reading, &mut out);
    }
    let with_notes = reading.sources.iter().filter(|s| s.notes > 0);
    with_notes.for_each(|source| one_source(source, reading, &mut out));
    Ok(out)
}

/// Keys of the whole study.
fn top(study: &Study, reading: &Reading, out: &mut String) {
    if study.input != study.folder
        && let Some(file) = study.input.file_name()
    {
        let _written = writeln!(
            out,
            "notes = [{}]",
            toml_text(&glob(&file.to_string_lossy()))
        );
    }
    for (key, mark) in [
        ("participants", "participants' table"),
        ("sessions", "sessions' table"),
    ] {
        let rows = reading.ledger.rows.iter().filter(|r| r.locator.is_empty());
        let tables: Vec<&str> = rows
            .filter(|r| r.reason.starts_with(mark))
            .map(|r| r.source.as_str())
            .collect();
        match tables.as_slice() {
            [] => {}
            [one] => {
                let _written = writeln!(out, "{key} = {}", toml_text(one));
            }
            several => {
                let several: Vec<String> = several.iter().map(|t| flat(t)).collect();
                let _written = writeln!(out, "# {key}: all of {}", several.join(", "));
            }
        }
    }
    out.push_str("\n# The session types in the order of the tables, each with further ways to write it.\n[session_types]\n");
    for name in &reading.corpus.session_types {
        let notes = reading.corpus.notes.iter();
        let count = notes
            .filter(|n| n.session_type.value.as_deref() == Some(name))
            .count();
        let _written = writeln!(out, "{} = [] # {count} notes", toml_key(name));
    }
}

/// What was recognised in one file.
fn one_source(source: &SourceReport, reading: &Reading, out: &mut String) {
    let notes: Vec<&Note> = reading
        .corpus
        .notes
        .iter()
        .filter(|n| *n.source == *source.source)
        .collect();
    let _written = write!(
        out,
        "\n# {}: {} {}, {}",
        flat(&source.source),
        source.notes,
        if source.notes == 1 { "note" } else { "notes" },
        source.layout.as_str()
    );
    if !source.told_by.is_empty() {
        let _written = write!(out, ", {}", flat(&source.told_by));
    }
    out.push('\n');
    for remark in in_common(&notes) {
        let _written = writeln!(out, "#   {remark}");
    }
    if let Some(sample) = &source.sample
        && let Some(note) = notes.iter().find(|n| n.id == *sample)
    {
        let _written = writeln!(out, "#   for example {}", described(note));
    }
    let columns = columns(source);
    let named = columns.is_empty() && source.split.is_none() && source.date_order.is_none();
    if named {
        return;
    }
    let _written = writeln!(
        out,
        "[[source]]\nfiles = {}",
        toml_text(&glob(&source.source))
    );
    if let Some(split) = &source.split {
        let _written = writeln!(out, "split = {}", toml_text(split));
    }
    if let Some(order) = source.date_order {
        let order = match order {
            DateOrder::MonthFirst => "month_first",
            DateOrder::DayFirst => "day_first",
        };
        let _written = writeln!(out, "date_order = \"{order}\"");
    }
    if !columns.is_empty() {
        let columns: Vec<String> = columns
            .iter()
            .map(|(role, header)| format!("{} = {}", role.as_str(), toml_text(header)))
            .collect();
        let _written = writeln!(out, "columns = {{ {} }}", columns.join(", "));
    }
}

/// The columns that a role has alone, and that hold nothing else on another sheet.
fn columns(source: &SourceReport) -> BTreeMap<Role, &str> {
    if source.layout != LayoutKind::Table {
        return BTreeMap::new();
    }
    let mut headers: BTreeMap<Role, BTreeSet<&str>> = BTreeMap::new();
    let mut roles: BTreeMap<&str, BTreeSet<Option<Role>>> = BTreeMap::new();
    let mut places: BTreeMap<(Role, &str), usize> = BTreeMap::new();
    for column in &source.columns {
        roles.entry(&column.header).or_default().insert(column.role);
        if let Some(role) = column.role {
            headers.entry(role).or_default().insert(&column.header);
            *places.entry((role, column.sheet.as_str())).or_default() += 1;
        }
    }
    let is_alone = |role: Role| places.iter().all(|((r, _), n)| *r != role || *n == 1);
    let only = headers.into_iter().filter_map(|(role, names)| {
        let header = names
            .first()
            .copied()
            .filter(|h| names.len() == 1 && !h.is_empty())?;
        let is_plain = roles.get(header).is_some_and(|r| r.len() == 1);
        (is_alone(role) && is_plain).then_some((role, header))
    });
    only.collect()
}

/// What a note says of one thing, and from what it was recognised.
type Fact = fn(&Note) -> (String, String);

/// What all notes of a file have in common, with what it was recognised from.
fn in_common(notes: &[&Note]) -> Vec<String> {
    let facts: [(&str, Fact); 2] = [
        ("participant", |n| {
            let id = n.participant.value.as_ref();
            (
                id.map(ToString::to_string).unwrap_or_default(),
                n.participant.basis_text(),
            )
        }),
        ("session type", |n| {
            let name = n.session_type.value.as_deref();
            (
                name.unwrap_or_default().to_owned(),
                n.session_type.basis_text(),
            )
        }),
    ];
    let mut out = Vec::new();
    for (name, fact) in facts {
        let values: BTreeSet<(String, String)> = notes.iter().map(|n| fact(n)).collect();
        if let [(value, basis)] = values.iter().collect::<Vec<_>>().as_slice()
            && !value.is_empty()
        {
            out.push(format!(
                "{name} {} (from its {})",
                flat(value),
                basis.replace('_', " ")
            ));
        }
    }
    let unknown = notes
        .iter()
        .filter(|n| n.session_type.value.is_none())
        .count();
    if unknown > 0 {
        out.push(format!("{unknown} without a session type"));
    }
    let kinds: BTreeSet<&str> = notes
        .iter()
        .filter_map(|n| n.session_type.value.as_deref())
        .collect();
    if kinds.len() > 1 {
        let kinds: Vec<&str> = kinds.into_iter().take(WRITINGS_MAX).collect();
        out.push(format!("session types: {}", kinds.join(", ")));
    }
    out
}

/// A note with what was recognised of it, and from what.
fn described(note: &Note) -> String {
    let or_unknown = |v: Option<String>| v.unwrap_or_else(|| "unknown".to_owned());
    format!(
        "{}: {} ({}), {} ({}), {} ({})",
        flat(note.id.as_str()),
        flat(&or_unknown(
            note.participant.value.as_ref().map(ToString::to_string)
        )),
        note.participant.basis_text().replace('_', " "),
        or_unknown(note.date.value.map(|d| d.to_string())),
        note.date.basis_text().replace('_', " "),
        flat(&or_unknown(
            note.session_type.value.as_ref().map(ToString::to_string)
        )),
        note.session_type.basis_text().replace('_', " "),
    )
}

/// A path as a pattern that means it alone.
fn glob(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}') {
            out.push('[');
            out.push(c);
            out.push(']');
        } else if c == '\\' {
            out.push_str("\\\\");
        } else {
            out.push(c);
        }
    }
    out
}
