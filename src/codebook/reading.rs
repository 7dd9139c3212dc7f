//! Loads reading rules: the words by which notes are recognised.
//!
//! Comes in: YAML. Goes out: [`ReadingRules`], or what is wrong with the file, drawn.

use std::path::Path;

use crate::error::{Error, Result};
use crate::model::reading::{Named, ReadingRules, Role, RoleNames};

use super::expression;
use super::findings::Findings;
use super::yaml::{self, Node};

/// The built-in rules' file.
const ENGLISH: &str = include_str!("../../codebooks/reading/en.yaml");

/// Keys of the file that hold a list of phrases, each with the field it fills.
const LISTS: &[(&str, Field)] = &[
    ("other_columns", |r| &mut r.other_columns),
    ("columns_only", |r| &mut r.columns_only),
    ("participant_columns", |r| &mut r.participant_columns),
    ("alias_columns", |r| &mut r.alias_columns),
    ("session_tables", |r| &mut r.session_tables),
    ("session_counts", |r| &mut r.session_counts),
    ("not_session_types", |r| &mut r.not_session_types),
    ("another_before", |r| &mut r.another_before),
    ("treatment_before", |r| &mut r.treatment_before),
    ("present_before", |r| &mut r.present_before),
    ("planned_after", |r| &mut r.planned_after),
    ("joiners", |r| &mut r.joiners),
    ("not_held_openings", |r| &mut r.not_held_openings),
    ("not_held_behind", |r| &mut r.not_held_behind),
    ("status_columns", |r| &mut r.status_columns),
    ("study_codes", |r| &mut r.study_codes),
    ("not_settings", |r| &mut r.not_settings),
    ("not_note_date", |r| &mut r.not_note_date),
    ("units", |r| &mut r.units),
    ("day_endings", |r| &mut r.day_endings),
    ("date_fillers", |r| &mut r.date_fillers),
    ("counted_days", |r| &mut r.counted_days),
    ("page_words", |r| &mut r.page_words),
    ("undated", |r| &mut r.undated),
    ("yesterdays", |r| &mut r.yesterdays),
    ("letter_tells", |r| &mut r.letter_tells),
    ("written_dates", |r| &mut r.written_dates),
    ("doubtful_months", |r| &mut r.doubtful_months),
    ("numbers", |r| &mut r.numbers),
    ("ordinals", |r| &mut r.ordinals),
    ("participant_words", |r| &mut r.participant_words),
    ("courtesies", |r| &mut r.courtesies),
    ("not_participants", |r| &mut r.not_participants),
    ("author_marks", |r| &mut r.author_marks),
    ("credentials", |r| &mut r.credentials),
    ("duties", |r| &mut r.duties),
    ("not_initials", |r| &mut r.not_initials),
    ("titles", |r| &mut r.titles),
    ("title_words", |r| &mut r.title_words),
    ("empty_values", |r| &mut r.empty_values),
    ("body_headings", |r| &mut r.body_headings),
    ("salutations", |r| &mut r.salutations),
    ("not_author_marks", |r| &mut r.not_author_marks),
    ("closings", |r| &mut r.closings),
    ("senders", |r| &mut r.senders),
    ("addenda", |r| &mut r.addenda),
    ("wrote", |r| &mut r.wrote),
    ("subjects", |r| &mut r.subjects),
    ("birth_marks", |r| &mut r.birth_marks),
    ("birth_year_marks", |r| &mut r.birth_year_marks),
    ("own_writing", |r| &mut r.own_writing),
    ("not_own_writing", |r| &mut r.not_own_writing),
    ("clinical_words", |r| &mut r.clinical_words),
    ("answers", |r| &mut r.answers),
    ("forwards", |r| &mut r.forwards),
];

type Field = fn(&mut ReadingRules) -> &mut Vec<String>;

/// The keys that hold something else than a list of phrases.
const KEYS: &[&str] = &[
    "reading",
    "columns",
    "session_types",
    "settings",
    "months",
    "weekdays",
    "short_weekdays",
    "column_abbreviations",
];

/// The built-in rules for notes in English.
///
/// # Errors
/// Never for an unchanged program: the rules are part of it.
pub fn english() -> Result<ReadingRules> {
    parse(ENGLISH, Path::new("codebooks/reading/en.yaml"))
}

/// Reads a rule file's text; `path` is only named in findings.
///
/// # Errors
/// Where it is no YAML or a key or a value means nothing.
pub fn parse(source: &str, path: &Path) -> Result<ReadingRules> {
    let root = yaml::parse(source, path)?;
    let mut findings = Findings::new(path, source);
    let known: Vec<&str> = KEYS
        .iter()
        .copied()
        .chain(LISTS.iter().map(|l| l.0))
        .collect();
    let mut rules = ReadingRules::default();
    if findings.known_keys(&root, "A file of reading rules", &known) {
        for (key, field) in LISTS {
            if let Some(node) = root.get(key) {
                *field(&mut rules) = phrases(&mut findings, node, key);
            }
        }
        rules.columns = columns(&mut findings, &root);
        rules.session_types = named(&mut findings, &root, "session_types");
        rules.settings = named(&mut findings, &root, "settings");
        rules.column_abbreviations = abbreviations(&mut findings, &root);
        rules.months = calendar(&mut findings, &root, "months", 12);
        rules.weekdays = calendar(&mut findings, &root, "weekdays", 7);
        rules.short_weekdays = calendar(&mut findings, &root, "short_weekdays", 7);
    }
    if findings.has_errors() {
        return Err(Error::rules(findings.into_list()));
    }
    Ok(rules)
}

fn phrases(findings: &mut Findings<'_>, node: &Node, what: &str) -> Vec<String> {
    let texts = findings.strings(node, what);
    texts.iter().map(|(text, _)| (*text).to_owned()).collect()
}

fn phrases_of(findings: &mut Findings<'_>, map: &Node, key: &str) -> Vec<String> {
    match map.get(key) {
        Some(node) => phrases(findings, node, key),
        None => Vec::new(),
    }
}

fn columns(findings: &mut Findings<'_>, root: &Node) -> Vec<RoleNames> {
    let Some(node) = root.get("columns") else {
        return Vec::new();
    };
    let names: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    findings.known_keys(node, "`columns`", &names);
    let mut out = Vec::new();
    for (key, names) in node.entries() {
        if let Some(role) = Role::from_name(&key.text)
            && findings.known_keys(names, &key.text, &["decides", "suggests"])
        {
            out.push(RoleNames {
                role,
                decides: phrases_of(findings, names, "decides"),
                suggests: phrases_of(findings, names, "suggests"),
            });
        }
    }
    out
}

/// Short forms under the word that they stand for.
fn abbreviations(findings: &mut Findings<'_>, root: &Node) -> Vec<(String, String)> {
    let entries = root.get("column_abbreviations");
    let entries = entries.map_or(&[][..], Node::entries);
    let mut out = Vec::new();
    for (word, shorts) in entries {
        let shorts = phrases(findings, shorts, &word.text);
        out.extend(
            shorts
                .into_iter()
                .map(|short| (short.to_lowercase(), word.text.to_lowercase())),
        );
    }
    out
}

fn named(findings: &mut Findings<'_>, root: &Node, key: &str) -> Vec<Named> {
    let items = root.get(key).map_or(&[][..], Node::items);
    let mut out = Vec::new();
    for item in items {
        let known = [
            "name", "listed", "yields", "decides", "suggests", "bills", "cues",
        ];
        if !findings.known_keys(item, key, &known) {
            continue;
        }
        let name = findings.required(item, "name", key);
        out.push(Named {
            name: name.unwrap_or_default().to_owned(),
            listed: findings.flag(item, "listed").unwrap_or(true),
            yields: findings.flag(item, "yields").unwrap_or(false),
            decides: phrases_of(findings, item, "decides"),
            suggests: phrases_of(findings, item, "suggests"),
            bills: phrases_of(findings, item, "bills"),
            cues: cues(findings, item),
        });
    }
    out
}

/// Regular expressions, those that are none reported and left out.
fn cues(findings: &mut Findings<'_>, map: &Node) -> Vec<String> {
    let Some(node) = map.get("cues") else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (text, item) in findings.strings(node, "`cues`") {
        match expression::compiles(text) {
            Ok(()) => out.push(text.to_owned()),
            Err(problem) => {
                let message = format!("This is no regular expression: {problem}.");
                findings.error("V302", item.at(), message, "");
            }
        }
    }
    out
}

/// Names of months or weekdays, as many lists as the calendar has.
fn calendar(findings: &mut Findings<'_>, root: &Node, key: &str, count: usize) -> Vec<Vec<String>> {
    let Some(node) = root.get(key) else {
        return Vec::new();
    };
    if node.items().len() != count {
        let message = format!("`{key}` has {} lists, not {count}.", node.items().len());
        findings.error(
            "V301",
            node.at(),
            message,
            "Write one list of names for each.",
        );
    }
    let items = node.items().iter();
    items.map(|names| phrases(findings, names, key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_load() {
        let rules = english().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(rules.months.len(), 12);
        assert!(rules.session_types.iter().any(|t| t.name == "integration"));
        assert!(rules.columns.iter().any(|c| c.role == Role::Author));
    }

    #[test]
    fn a_misspelt_key_is_drawn() {
        let source = "reading: en\nsetings: []\n";
        let error = parse(source, Path::new("r.yaml")).expect_err("no such key");
        let text = error.to_string();
        assert!(
            text.contains("r.yaml:2:1") && text.contains("settings"),
            "{text}"
        );
    }
}
