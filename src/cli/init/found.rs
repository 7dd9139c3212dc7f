//! The study file: what was found in the folder, as keys where it is sure and as comments where a person
//! has to say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::ingest::{LayoutKind, Reading, SourceReport};
use crate::model::corpus::Note;
use crate::model::reading::DateOrder;

use super::super::counted::flat;
use super::super::named::{toml_key, toml_text};
use super::CODEBOOK_FILE;

/// The keys of study.toml that are left as comments.
const FURTHER_KEYS: &str = include_str!("../../../codebooks/starter/study.toml");
/// Where in them the found order of day and month goes, and the found session types.
const DATE_ORDER: &str = "# date_order = \"month_first\"\n";
const SESSION_TYPES: &str = "# [session_types]\n";
/// Sources, names and values that are listed of a kind.
const LISTED_MAX: usize = 20;
/// Session types that nobody knows and that are made keys; of more nobody can tell that they are types.
const OTHER_TYPES_MAX: usize = 12;
/// Longest of them, in characters.
const OTHER_TYPE_LENGTH_MAX: usize = 40;
/// A codebook that the program carries, and the session type of the notes that it is made for.
const DOMAIN: (&str, &str) = ("ketamine", "kap");

/// The study file's text.
pub(super) fn study_toml(dir: &Path, reading: &Reading) -> String {
    let whole = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_path_buf());
    let name = whole.file_name().map(|n| n.to_string_lossy().into_owned());
    let title = name.unwrap_or_else(|| "My study".to_owned());
    let mut out = format!(
        "# A study for verbatim. Every key may be left out; a line that begins with # is not read.\n\
         # `verbatim check` shows what is read, and what each fact was recognised from.\n\n\
         title = {}\n\n",
        toml_text(&title),
    );
    out.push_str(&codebook(reading));
    // The ledger says of a participants' table what it is; it is no source of notes.
    let what = LayoutKind::ParticipantsTable.as_str();
    let mut rows = reading.ledger.rows.iter();
    let table = rows.find(|row| row.reason.starts_with(what));
    match table {
        Some(table) => {
            let _written = write!(
                out,
                "\n# One row a participant.\nparticipants = {}\n",
                toml_text(&table.source)
            );
        }
        None => out.push_str("\n# One row a participant.\n# participants = \"participants.csv\"\n"),
    }
    out.push_str(&found(reading));
    let mut further = FURTHER_KEYS.to_owned();
    if let Some(order) = date_order(reading) {
        further = further.replacen(DATE_ORDER, &order, 1);
    }
    if let Some(types) = session_types(reading) {
        // What was found stands instead of the examples.
        let (before, behind) = further.split_once(SESSION_TYPES).unwrap_or((&further, ""));
        let rest = behind.split_once("\n\n").map_or("", |(_, rest)| rest);
        further = format!("{before}{types}\n{rest}");
    }
    out.push_str(&further);
    out
}

/// The codebook: the one that the program carries for such notes, else the starter beside the study file.
fn codebook(reading: &Reading) -> String {
    let mut notes = reading.corpus.notes.iter();
    let (session_type, name) = DOMAIN;
    if notes.any(|n| n.session_type.value.as_deref() == Some(session_type)) {
        return format!(
            "# There are {session_type} sessions here: the codebook {name}, which the program carries, is made for notes \
             of such.\n# Your own goes in its place: {CODEBOOK_FILE} beside this file shows how one is written.\n\
             codebook = {}\n",
            toml_text(name)
        );
    }
    format!(
        "# A file beside this one, or a codebook that the program carries (kap, brief-cope).\ncodebook = {}\n",
        toml_text(CODEBOOK_FILE)
    )
}

/// The order of day and month, where the dates of all files prove the same.
fn date_order(reading: &Reading) -> Option<String> {
    let sources = reading.sources.iter().filter(|s| s.notes > 0);
    let proved: Vec<DateOrder> = sources.filter_map(|s| s.date_order).collect();
    let first = *proved.first()?;
    let name = match first {
        DateOrder::MonthFirst => "month_first",
        DateOrder::DayFirst => "day_first",
    };
    let files = if proved.len() == 1 { "file" } else { "files" };
    proved.iter().all(|order| *order == first).then(|| {
        format!(
            "# So it is here, by the dates of {} {files}.\ndate_order = \"{name}\"\n",
            proved.len()
        )
    })
}

/// The session types that notes have, and what notes say of theirs that nobody knows.
fn session_types(reading: &Reading) -> Option<String> {
    let known: Vec<(&str, usize)> = reading
        .corpus
        .session_types
        .iter()
        .map(|name| (name.as_str(), with_type(reading, name)))
        .filter(|(_, count)| *count > 0)
        .collect();
    if known.is_empty() && reading.other_types.is_empty() {
        return None;
    }
    let mut out = String::from("[session_types]\n");
    for (name, count) in &known {
        let _written = writeln!(out, "{} = [] # {}", toml_key(name), notes(*count));
    }
    // A type that is not listed is not known; who gets such notes later finds it here.
    for name in &reading.corpus.session_types {
        if with_type(reading, name) == 0 {
            let _written = writeln!(out, "# {} = [] # no note yet", toml_key(name));
        }
    }
    let mut taken: BTreeSet<String> = known.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut others: Vec<(&str, usize)> = reading
        .other_types
        .iter()
        .map(|(k, n)| (&**k, *n))
        .collect();
    others.sort_by_key(|&(value, count)| (std::cmp::Reverse(count), value));
    if !others.is_empty() {
        out.push_str(
            "# Notes say these of their type, and no type is known by it. Those that mean one type belong into one list.\n",
        );
    }
    let is_few = others.len() <= OTHER_TYPES_MAX;
    for (value, count) in others.iter().take(LISTED_MAX) {
        let name = plain_name(value);
        let is_key = is_few
            && !name.is_empty()
            && value.chars().count() <= OTHER_TYPE_LENGTH_MAX
            && taken.insert(name.clone());
        let mark = if is_key { "" } else { "# " };
        let _written = writeln!(
            out,
            "{mark}{} = [{}] # {}",
            toml_key(&name),
            toml_text(value),
            notes(*count)
        );
    }
    if others.len() > LISTED_MAX {
        let _written = writeln!(out, "# and {} more", others.len() - LISTED_MAX);
    }
    Some(out)
}

/// A value's words as a name: small letters and digits, `_` between.
fn plain_name(value: &str) -> String {
    let plain: String = crate::text::fold(value)
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join("_")
}

fn with_type(reading: &Reading, name: &str) -> usize {
    let notes = reading.corpus.notes.iter();
    let own = notes.filter(|n| n.session_type.value.as_deref() == Some(name));
    own.count()
}

/// What was found, as comments.
fn found(reading: &Reading) -> String {
    let with_notes = reading.sources.iter().filter(|s| s.notes > 0);
    let sources: Vec<&SourceReport> = with_notes.collect();
    let mut out = String::from("\n# Found in this folder:\n");
    if sources.is_empty() {
        out.push_str("#   no notes yet\n");
        return out;
    }
    for source in sources.iter().take(LISTED_MAX) {
        let _written = writeln!(
            out,
            "#   {}: {} ({})",
            flat(&source.source),
            notes(source.notes),
            source.layout.as_str()
        );
    }
    if sources.len() > LISTED_MAX {
        let _written = writeln!(out, "#   and {} more files", sources.len() - LISTED_MAX);
    }
    let all = &reading.corpus.notes;
    let participant = |n: &Note| n.participant.value.as_ref().map(ToString::to_string);
    let days = all.iter().filter_map(|n| n.date.value);
    listed(&mut out, "participant", &counted(all, &participant));
    if let (Some(first), Some(last)) = (days.clone().min(), days.max()) {
        let _written = writeln!(out, "#   dates: {first} to {last}");
    }
    let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    listed(&mut out, "author", &counted(all, &|n| named(&n.author)));
    listed(&mut out, "setting", &counted(all, &|n| named(&n.setting)));
    for session_type in &reading.corpus.session_types {
        let count = with_type(reading, session_type);
        if count > 0 {
            let _written = writeln!(
                out,
                "#   session type {}: {}",
                flat(session_type),
                notes(count)
            );
        }
    }
    for (what, is_unknown) in [
        (
            "participant",
            (|n| n.participant.value.is_none()) as fn(&Note) -> bool,
        ),
        ("date", |n| n.date.value.is_none()),
        ("session type", |n| n.session_type.value.is_none()),
    ] {
        let unknown = all.iter().filter(|n| is_unknown(n)).count();
        if unknown > 0 {
            let _written = writeln!(out, "#   {what} not recognised: {}", notes(unknown));
        }
    }
    out
}

/// So many notes, in words.
pub(super) fn notes(count: usize) -> String {
    several(count, "note")
}

/// So many of something, in words.
pub(super) fn several(count: usize, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}

/// How many notes have each value.
fn counted(notes: &[Note], of: &dyn Fn(&Note) -> Option<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for value in notes.iter().filter_map(of) {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

/// A line that lists values with their counts.
fn listed(out: &mut String, what: &str, counts: &BTreeMap<String, usize>) {
    if counts.is_empty() {
        return;
    }
    let some: Vec<String> = counts
        .iter()
        .take(LISTED_MAX)
        .map(|(value, count)| format!("{} ({count})", flat(value)))
        .collect();
    let more = counts.len().saturating_sub(LISTED_MAX);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let _written = writeln!(
        out,
        "#   {}, with their notes: {}{more}",
        several(counts.len(), what),
        some.join(", ")
    );
}
