//! Compares two codebooks by what they mean: codes, their texts and their patterns.
//!
//! Comes in: an old and a new codebook. Goes out: [`Change`]s; order of codes, of patterns inside a
//! list, comments and line breaks change nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use crate::model::codebook::{Code, Codebook, Example};
use crate::model::pattern::Pattern;

use super::references::{lists_of, patterns_of};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// What it happened to: the path of a code (`coping/self_care`), a word list (`{child}`), or
    /// `codebook`.
    pub subject: String,
    /// The field: `definition`, `patterns`, `unless` ...; empty for the subject as a whole.
    pub field: String,
    /// What was there.
    pub old: Option<String>,
    /// What is there.
    pub new: Option<String>,
    /// For a word list: the codes whose patterns use it.
    pub affects: Vec<String>,
}

/// What happened to a piece of a codebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It stands elsewhere.
    Moved,
    /// It says something else.
    Changed,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.kind {
            ChangeKind::Added => '+',
            ChangeKind::Removed => '-',
            ChangeKind::Moved => '>',
            ChangeKind::Changed => '~',
        };
        write!(f, "{sign} {}", self.subject)?;
        if !self.field.is_empty() {
            write!(f, " {}", self.field)?;
        }
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => write!(f, ": {old} -> {new}")?,
            (Some(text), None) | (None, Some(text)) => write!(f, ": {text}")?,
            (None, None) => {}
        }
        if !self.affects.is_empty() {
            write!(f, " (used by {})", self.affects.join(", "))?;
        }
        Ok(())
    }
}

/// All differences: of the codebook, its word lists, then its codes in the order of the new one.
pub fn diff(old: &Codebook, new: &Codebook) -> Vec<Change> {
    let mut out = Vec::new();
    for (field, before, after) in [
        ("name", &old.name, &new.name),
        ("version", &old.version, &new.version),
        ("language", &old.language, &new.language),
        ("memo", &old.memo, &new.memo),
    ] {
        text("codebook", field, before, after, &mut out);
    }
    word_lists(old, new, &mut out);
    codes(old, new, &mut out);
    out
}

/// What [`redefined`] says of a code that was not there.
pub const ADDED: &str = "code";

/// Codes of which a coder would read something else now, each with the fields that say so: its
/// definition, what belongs to it, or its rules. Names, memos and examples change no coding.
pub fn redefined(old: &Codebook, new: &Codebook) -> BTreeMap<String, BTreeSet<String>> {
    const FIELDS: [&str; 8] = [
        "definition",
        "include",
        "exclude",
        "count",
        "scope",
        "patterns",
        "opposites",
        "unless",
    ];
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for change in diff(old, new) {
        let words = change.field == "entry" || change.subject.starts_with('{');
        let (codes, field) = if words {
            (change.affects, "word lists".to_owned())
        } else if FIELDS.contains(&change.field.as_str()) {
            (vec![change.subject], change.field)
        } else if change.kind == ChangeKind::Added && change.field.is_empty() {
            (vec![change.subject], ADDED.to_owned())
        } else {
            continue;
        };
        for code in codes {
            out.entry(code).or_default().insert(field.clone());
        }
    }
    out
}

fn change(kind: ChangeKind, subject: &str, field: &str) -> Change {
    Change {
        kind,
        subject: subject.to_owned(),
        field: field.to_owned(),
        old: None,
        new: None,
        affects: Vec::new(),
    }
}

fn text(subject: &str, field: &str, old: &str, new: &str, out: &mut Vec<Change>) {
    if old != new {
        let mut found = change(ChangeKind::Changed, subject, field);
        found.old = Some(format!("{old:?}"));
        found.new = Some(format!("{new:?}"));
        out.push(found);
    }
}

/// Pieces that stand in one of two lists only, as changes; order does not matter.
fn pieces(subject: &str, field: &str, old: &[String], new: &[String], out: &mut Vec<Change>) {
    let gone: Vec<&String> = old.iter().filter(|t| !new.contains(t)).collect();
    let mut come: Vec<&String> = new.iter().filter(|t| !old.contains(t)).collect();
    for before in gone {
        let near = come.iter().position(|after| alike(before, after));
        let mut found = change(ChangeKind::Removed, subject, field);
        found.old = Some(before.clone());
        if let Some(place) = near {
            found.kind = ChangeKind::Changed;
            found.new = Some(come.remove(place).clone());
        }
        out.push(found);
    }
    for after in come {
        let mut found = change(ChangeKind::Added, subject, field);
        found.new = Some(after.clone());
        out.push(found);
    }
}

/// Whether one text reads like an edit of the other: they share at least two thirds of their words.
fn alike(a: &str, b: &str) -> bool {
    let words = |t: &str| -> BTreeSet<String> {
        let parts = t
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let (a, b) = (words(a), words(b));
    let shared = a.intersection(&b).count();
    shared > 0 && 3 * shared >= a.len() + b.len()
}

fn sources(patterns: &[Pattern]) -> Vec<String> {
    patterns.iter().map(|p| p.source.clone()).collect()
}

fn word_lists(old: &Codebook, new: &Codebook, out: &mut Vec<Change>) {
    let names: BTreeSet<&String> = old.word_lists.keys().chain(new.word_lists.keys()).collect();
    for name in names {
        let (before, after) = (old.word_lists.get(name), new.word_lists.get(name));
        let subject = format!("{{{name}}}");
        let start = out.len();
        match (before, after) {
            (None, Some(_)) => out.push(change(ChangeKind::Added, &subject, "")),
            (Some(_), None) => out.push(change(ChangeKind::Removed, &subject, "")),
            (Some(before), Some(after)) => {
                pieces(&subject, "entry", &sources(before), &sources(after), out);
            }
            (None, None) => {}
        }
        if out.len() > start {
            let users = users(if after.is_some() { new } else { old }, name);
            for found in out.iter_mut().skip(start) {
                found.affects.clone_from(&users);
            }
        }
    }
}

/// The codes whose patterns use a word list, directly or through others.
fn users(codebook: &Codebook, name: &str) -> Vec<String> {
    let mut names: BTreeSet<&str> = BTreeSet::from([name]);
    loop {
        let before = names.len();
        for (list, entries) in &codebook.word_lists {
            if entries.iter().flat_map(lists_of).any(|n| names.contains(n)) {
                names.insert(list);
            }
        }
        if names.len() == before {
            break;
        }
    }
    let uses = |code: &&Code| {
        patterns_of(code)
            .flat_map(lists_of)
            .any(|n| names.contains(n))
    };
    codebook
        .codes
        .iter()
        .filter(uses)
        .map(|c| c.path.to_string())
        .collect()
}

fn codes(old: &Codebook, new: &Codebook, out: &mut Vec<Change>) {
    let find = |book: &Codebook, path: &str| book.find(path).map(|i| i.0 as usize);
    let mut pairs: BTreeMap<usize, usize> = BTreeMap::new();
    let mut gone: Vec<usize> = Vec::new();
    for (i, code) in old.codes.iter().enumerate() {
        match find(new, code.path.as_str()) {
            Some(j) => _ = pairs.insert(j, i),
            None => gone.push(i),
        }
    }
    for (j, code) in new.codes.iter().enumerate() {
        if pairs.contains_key(&j) {
            continue;
        }
        if let Some(place) = gone.iter().position(|i| same_code(&old.codes[*i], code)) {
            pairs.insert(j, gone.remove(place));
        }
    }
    for i in gone {
        out.push(change(ChangeKind::Removed, old.codes[i].path.as_str(), ""));
    }
    let start = out.len();
    for (j, code) in new.codes.iter().enumerate() {
        match pairs.get(&j) {
            None => out.push(change(ChangeKind::Added, code.path.as_str(), "")),
            Some(i) => one_code(&old.codes[*i], code, out),
        }
    }
    join_moves(start, out);
}

/// Whether a code looks like another that stood elsewhere: its id or name, or most patterns.
fn same_code(old: &Code, new: &Code) -> bool {
    let id = |code: &Code| code.path.as_str().rsplit('/').next().map(str::to_owned);
    let shared = new
        .patterns
        .iter()
        .filter(|p| old.patterns.iter().any(|o| o.source == p.source));
    let shared = shared.count();
    let most = shared > 0 && 2 * shared >= new.patterns.len().max(old.patterns.len());
    most || (id(old) == id(new) && old.name == new.name)
}

fn one_code(old: &Code, new: &Code, out: &mut Vec<Change>) {
    let subject = new.path.as_str();
    if old.path != new.path {
        let mut found = change(ChangeKind::Moved, subject, "");
        found.old = Some(old.path.to_string());
        found.new = Some(new.path.to_string());
        out.push(found);
    }
    text(subject, "name", &old.name, &new.name, out);
    text(subject, "definition", &old.definition, &new.definition, out);
    text(subject, "memo", &old.memo, &new.memo, out);
    let counts = |code: &Code| {
        code.count
            .iter()
            .map(|a| a.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    text(subject, "count", &counts(old), &counts(new), out);
    let scope = |code: &Code| format!("{:?}", code.scope).to_lowercase();
    text(subject, "scope", &scope(old), &scope(new), out);
    pieces(subject, "include", &old.include, &new.include, out);
    pieces(subject, "exclude", &old.exclude, &new.exclude, out);
    for (field, before, after) in [
        ("patterns", &old.patterns, &new.patterns),
        ("opposites", &old.opposites, &new.opposites),
        ("unless", &old.unless, &new.unless),
    ] {
        pieces(subject, field, &sources(before), &sources(after), out);
    }
    for (field, before, after) in [
        ("examples", &old.examples, &new.examples),
        (
            "counterexamples",
            &old.counterexamples,
            &new.counterexamples,
        ),
    ] {
        pieces(subject, field, &sentences(before), &sentences(after), out);
    }
}

fn sentences(examples: &[Example]) -> Vec<String> {
    let told = examples.iter().map(|e| match e.assertion {
        None => e.text.clone(),
        Some(assertion) => format!("{} ({assertion})", e.text),
    });
    told.collect()
}

/// Joins a piece that went from one list and came to another into one change.
fn join_moves(start: usize, out: &mut Vec<Change>) {
    let found = out.split_off(start);
    let came = |text: &str| {
        let is_it = |c: &&Change| c.kind == ChangeKind::Added && c.new.as_deref() == Some(text);
        found.iter().find(is_it)
    };
    let went = |text: &str| {
        let is_it = |c: &Change| c.kind == ChangeKind::Removed && c.old.as_deref() == Some(text);
        found.iter().any(is_it)
    };
    for change in &found {
        let text = change
            .old
            .as_deref()
            .or(change.new.as_deref())
            .unwrap_or_default();
        match change.kind {
            ChangeKind::Added if change.new.is_some() && went(text) => {}
            ChangeKind::Removed if change.old.is_some() => {
                let mut change = change.clone();
                if let Some(there) = came(text) {
                    change.kind = ChangeKind::Moved;
                    change.old = Some(format!("{text} ({} {})", change.subject, change.field));
                    change.new = Some(format!("{} {}", there.subject, there.field));
                }
                out.push(change);
            }
            ChangeKind::Added | ChangeKind::Removed | ChangeKind::Moved | ChangeKind::Changed => {
                out.push(change.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::load_text;
    use std::path::Path;

    fn check(old: &str, new: &str) -> Vec<String> {
        let load = |text: &str| {
            let source = format!("codebook: a\nversion: 1\n{text}");
            load_text(&source, Path::new("a.yaml"))
                .unwrap_or_else(|e| panic!("{e}"))
                .codebook
        };
        diff(&load(old), &load(new))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn order_and_comments_change_nothing() {
        let old = "codes: [{id: a, patterns: [x, y]}, {id: b, patterns: [z]}]";
        let new = "# new\ncodes: [{id: b, patterns: [z]}, {id: a, patterns: [y, x]}]";
        assert_eq!(check(old, new), [""; 0]);
    }

    #[test]
    fn codes_and_patterns_are_added_removed_changed_and_moved() {
        let old = "codes: [{id: a, patterns: [x, feel very calm, w]}, {id: b, patterns: [z, q, r]}, {id: c, patterns: [k]}]";
        let new = "codes: [{id: a, definition: An a., patterns: [y, feel calm], unless: [w]}, \
            {id: p, patterns: [p], children: [{id: b, patterns: [z, q, r]}]}]";
        assert_eq!(
            check(old, new),
            [
                "- c",
                "~ a definition: \"\" -> \"An a.\"",
                "- a patterns: x",
                "~ a patterns: feel very calm -> feel calm",
                "> a patterns: w (a patterns) -> a unless",
                "+ a patterns: y",
                "+ p",
                "> p/b: b -> p/b",
            ]
        );
    }

    #[test]
    fn a_word_list_tells_whom_it_affects() {
        let codes = "codes: [{id: a, patterns: [\"{x}\"]}, {id: b, patterns: [\"{y}\"]}, {id: c, patterns: [c]}]";
        let old = format!("word_lists: {{x: [one], y: [\"{{x}}\"]}}\n{codes}");
        let new = format!("word_lists: {{x: [one, two], y: [\"{{x}}\"]}}\n{codes}");
        assert_eq!(check(&old, &new), ["+ {x} entry: two (used by a, b)"]);
    }
}
