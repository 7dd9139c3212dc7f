//! Loads the rules of de-identification.
//!
//! Comes in: YAML. Goes out: [`IdentifierRules`], or what is wrong with the file, drawn.

use std::path::Path;

use crate::error::{Error, Result};
use crate::model::identifier::{
    IdentifierKind, IdentifierPattern, IdentifierRules, WORD_LIST_NAMES, WordList,
};

use super::expression;
use super::findings::Findings;
use super::yaml::{self, Node};

/// The built-in rules' file.
const ENGLISH: &str = include_str!("../../codebooks/identifiers/en.yaml");

/// The built-in rules of a language; none where there are none.
pub fn builtin_identifier_rules(language: &str) -> Option<Result<IdentifierRules>> {
    let primary = language.split(['-', '_']).next().unwrap_or(language);
    let path = Path::new("codebooks/identifiers/en.yaml");
    (primary == "en").then(|| parse_identifier_rules(ENGLISH, path))
}

/// Reads a rule file's text; `path` is only named in findings.
///
/// # Errors
/// Where it is no YAML or a key or a value means nothing.
pub fn parse_identifier_rules(source: &str, path: &Path) -> Result<IdentifierRules> {
    let root = yaml::parse(source, path)?;
    let mut findings = Findings::new(path, source);
    let mut known = vec!["identifiers", "patterns", "web"];
    known.extend(WORD_LIST_NAMES);
    let mut rules = IdentifierRules::default();
    if findings.known_keys(&root, "A file of identifiers", &known) {
        for (key, node) in root.entries() {
            if let Some(list) = WordList::from_name(&key.text) {
                rules
                    .lists
                    .insert(list, entries(&mut findings, node, &key.text));
            }
        }
        rules.patterns = patterns(&mut findings, &root, "patterns");
        rules.web = patterns(&mut findings, &root, "web");
    }
    if findings.has_errors() {
        return Err(Error::rules(findings.into_list()));
    }
    Ok(rules)
}

/// The entries of a block, between commas and line ends.
fn entries(findings: &mut Findings<'_>, node: &Node, key: &str) -> Vec<String> {
    let texts = findings.strings(node, key);
    let pieces = texts.iter().flat_map(|(text, _)| text.split([',', '\n']));
    let pieces = pieces.map(|piece| piece.trim().trim_matches('"').to_owned());
    pieces.filter(|piece| !piece.is_empty()).collect()
}

fn patterns(findings: &mut Findings<'_>, root: &Node, key: &str) -> Vec<IdentifierPattern> {
    let items = root.get(key).map_or(&[][..], Node::items);
    let kinds = IdentifierKind::ALL.map(|kind| (kind.as_str(), kind));
    let mut out = Vec::new();
    for item in items {
        if !findings.known_keys(item, key, &["kind", "why", "sign", "find"]) {
            continue;
        }
        let kind = findings.word(item, "kind", &kinds);
        let why = findings.required(item, "why", key).unwrap_or_default();
        let sign = findings.text(item, "sign").unwrap_or_default();
        let find = findings.required(item, "find", key).unwrap_or_default();
        if let Err(problem) = expression::compiles(find) {
            let message = format!("This is no regular expression: {problem}.");
            findings.error("V311", item.at(), message, "");
        } else if let Some(kind) = kind {
            out.push(IdentifierPattern {
                kind,
                why: why.to_owned(),
                find: find.to_owned(),
                sign: sign.to_owned(),
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_have_every_list() {
        let rules = builtin_identifier_rules("en-US").expect("English rules");
        let rules = rules.unwrap_or_else(|e| panic!("{e}"));
        for name in WORD_LIST_NAMES {
            let list = WordList::from_name(name).expect("a list of that name");
            let entries = rules.lists.get(&list);
            assert!(entries.is_some_and(|e| !e.is_empty()), "{name} is empty");
        }
        assert!(!rules.patterns.is_empty() && !rules.web.is_empty());
        assert!(WORD_LIST_NAMES.len() <= 64, "one bit for each list");
    }

    #[test]
    fn a_misspelt_list_and_a_broken_pattern_are_drawn() {
        let source = "identifiers: en\ntitels: Dr\n";
        let error = parse_identifier_rules(source, Path::new("i.yaml")).expect_err("no such key");
        assert!(error.to_string().contains("i.yaml:2:1"), "{error}");
        let source = "patterns:\n  - {kind: ID, why: x, find: '('}\n";
        let error = parse_identifier_rules(source, Path::new("i.yaml")).expect_err("no pattern");
        assert!(error.to_string().contains("i.yaml:2:"), "{error}");
    }
}
