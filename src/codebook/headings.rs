//! Reads section files: headings, abbreviations and marks of one language.
//!
//! Comes in: YAML as in `codebooks/sections/en.yaml`. Goes out: [`SectionRules`] with warnings.
//! Refuses, with all findings drawn: unknown keys, terms that two headings claim, wrong numbers.

use std::path::Path;

use crate::error::{Diagnostic, Result};
use crate::model::coding::{Assertion, Voice};
use crate::model::headings::{
    BoilerplateRules, CopyRules, DetailRules, HeadingRule, HoldsFor, PhraseSet, SectionRules,
    SpokenRules, StopRules, TranscriptRules, WordSet,
};
use crate::model::layout::{SectionDefault, Speaker};
use crate::text::fold;

use super::findings::Findings;
use super::yaml::{Node, parse};

/// The built-in section files, by language.
const BUILTIN: &[(&str, &str)] = &[("en", include_str!("../../codebooks/sections/en.yaml"))];

const TOP_KEYS: &[&str] = &[
    "sections",
    "version",
    "language",
    "same_words",
    "headings",
    "not_headings",
    "not_titles",
    "accounts",
    "account_links",
    "account_people",
    "session_words_min",
    "stops",
    "box_answers",
    "spoken",
    "transcript",
    "detail",
    "copied",
    "boilerplate",
];
const HOLDS_FOR: &[(&str, HoldsFor)] = &[
    ("paragraph", HoldsFor::Paragraph),
    ("sentence", HoldsFor::Sentence),
    ("line", HoldsFor::Line),
    ("list", HoldsFor::List),
];
const HEADING_KEYS: &[&str] = &[
    "name",
    "letter",
    "terms",
    "default",
    "voice",
    "session_type",
    "is_field",
    "holds_for",
    "also_quoted",
    "keeps_session",
];

/// Reads a section file; `path` is only named in diagnostics.
///
/// # Errors
/// Where the file is no YAML or holds an error; all findings are in it.
pub fn parse_section_rules(source: &str, path: &Path) -> Result<(SectionRules, Vec<Diagnostic>)> {
    let root = parse(source, path)?;
    let mut findings = Findings::new(path, source);
    findings.known_keys(&root, "A section file", TOP_KEYS);
    let mut rules = SectionRules {
        language: findings
            .required(&root, "language", "The section file")
            .unwrap_or("en")
            .to_owned(),
        not_headings: words(&mut findings, &root, "not_headings"),
        not_titles: words(&mut findings, &root, "not_titles"),
        accounts: words(&mut findings, &root, "accounts"),
        account_links: words(&mut findings, &root, "account_links"),
        account_people: words(&mut findings, &root, "account_people"),
        session_words_min: number(&mut findings, &root, "session_words_min"),
        box_answers: words(&mut findings, &root, "box_answers"),
        ..SectionRules::default()
    };
    for (key, node) in root.get("same_words").map_or(&[][..], Node::entries) {
        let word = node.text().unwrap_or_default();
        let written = fold(key.text.trim()).into_owned();
        rules
            .same_words
            .insert(written, fold(word.trim()).into_owned());
    }
    for node in root.get("headings").map_or(&[][..], Node::items) {
        heading(&mut findings, node, &mut rules);
    }
    if let Some(node) = root.get("stops") {
        rules.stops = stops(&mut findings, node);
    }
    if let Some(node) = root.get("spoken") {
        rules.spoken = spoken(&mut findings, node);
    }
    if let Some(node) = root.get("transcript") {
        rules.transcript = transcript(&mut findings, node);
    }
    if let Some(node) = root.get("detail") {
        rules.detail = detail(&mut findings, node);
    }
    if let Some(node) = root.get("copied") {
        rules.copied = copied(&mut findings, node);
    }
    if let Some(node) = root.get("boilerplate") {
        rules.boilerplate = boilerplate(&mut findings, node);
    }
    findings.finish(rules)
}

/// The section rules that come with the program, for a language (`en`); none where it has none.
pub fn builtin_section_rules(language: &str) -> Option<Result<SectionRules>> {
    let (name, source) = BUILTIN.iter().find(|(name, _)| *name == language)?;
    let path = format!("built-in sections/{name}.yaml");
    Some(parse_section_rules(source, Path::new(&path)).map(|(rules, _)| rules))
}

fn heading(findings: &mut Findings<'_>, node: &Node, rules: &mut SectionRules) {
    if !findings.known_keys(node, "A heading", HEADING_KEYS) {
        return;
    }
    let Some(name) = findings.required(node, "name", "A heading") else {
        return;
    };
    let index = rules.headings.len();
    for (term, place) in texts(findings, node, "terms") {
        if let Some(other) = rules.terms.insert(term.clone(), index)
            && other != index
        {
            let message = format!(
                "The heading {term:?} also stands under {:?}.",
                rules.headings[other].name
            );
            findings.error("V170", place.at(), message, "Leave it in one of them.");
        }
    }
    for (term, _) in texts(findings, node, "terms") {
        if let Some(same) = rules.same_heading(&term)
            && !rules.terms.contains(&same)
        {
            rules.terms.insert(same, index);
        }
    }
    if let Some(letter) = findings.text(node, "letter") {
        rules
            .letters
            .extend(fold(letter).chars().next().map(|c| (c, index)));
    }
    let rule = HeadingRule {
        name: name.to_owned(),
        default: default(findings, node),
        voice: findings.word(node, "voice", &Voice::ALL.map(|v| (v.as_str(), v))),
        session_type: findings.text(node, "session_type").map(str::to_owned),
        is_field: findings.flag(node, "is_field").unwrap_or(false),
        holds_for: findings
            .word(node, "holds_for", HOLDS_FOR)
            .unwrap_or_default(),
        keeps_session: findings.flag(node, "keeps_session").unwrap_or(false),
    };
    rules.headings.push(rule);
}

fn default(findings: &mut Findings<'_>, node: &Node) -> SectionDefault {
    let mut choices = vec![
        ("none", SectionDefault::None),
        ("not_coded", SectionDefault::NotCoded),
    ];
    choices.extend(Assertion::ALL.map(|a| (a.as_str(), SectionDefault::Assertion(a))));
    let default = findings.word(node, "default", &choices).unwrap_or_default();
    match default {
        SectionDefault::Assertion(it) if findings.flag(node, "also_quoted") == Some(true) => {
            SectionDefault::AlsoQuoted(it)
        }
        other => other,
    }
}

fn stops(findings: &mut Findings<'_>, node: &Node) -> StopRules {
    let keys = [
        "never",
        "before_name",
        "before_lower",
        "before_number",
        "starters",
        "answers",
        "whole_answers",
    ];
    findings.known_keys(node, "`stops`", &keys);
    StopRules {
        never: words(findings, node, "never"),
        before_name: words(findings, node, "before_name"),
        before_lower: words(findings, node, "before_lower"),
        before_number: words(findings, node, "before_number"),
        starters: words(findings, node, "starters"),
        answers: words(findings, node, "answers"),
        whole_answers: words(findings, node, "whole_answers"),
    }
}

fn spoken(findings: &mut Findings<'_>, node: &Node) -> SpokenRules {
    let keys = [
        "stop",
        "stop_not_after",
        "stop_not_before",
        "paragraph",
        "quote",
        "unquote",
    ];
    findings.known_keys(node, "`spoken`", &keys);
    let unquote = phrases(findings, node, "unquote");
    SpokenRules {
        stop: phrases(findings, node, "stop"),
        stop_not_after: words(findings, node, "stop_not_after"),
        stop_not_before: words(findings, node, "stop_not_before"),
        paragraph: phrases(findings, node, "paragraph"),
        quote: phrases(findings, node, "quote"),
        unquote_hints: hints(&unquote),
        unquote,
    }
}

fn transcript(findings: &mut Findings<'_>, node: &Node) -> TranscriptRules {
    let keys = [
        "markers",
        "first_person",
        "third_person",
        "clinical",
        "spoken_words",
        "marked_percent_min",
        "unmarked_percent_min",
        "unmarked_words_min",
        "speakers",
        "turns_min",
    ];
    findings.known_keys(node, "`transcript`", &keys);
    let mut rules = TranscriptRules {
        markers: phrases(findings, node, "markers"),
        first_person: words(findings, node, "first_person"),
        third_person: words(findings, node, "third_person"),
        clinical: words(findings, node, "clinical"),
        spoken_words: words(findings, node, "spoken_words"),
        marked_percent_min: number(findings, node, "marked_percent_min"),
        unmarked_percent_min: number(findings, node, "unmarked_percent_min"),
        unmarked_words_min: number(findings, node, "unmarked_words_min"),
        turns_min: number(findings, node, "turns_min"),
        ..TranscriptRules::default()
    };
    if let Some(node) = node.get("speakers") {
        findings.known_keys(node, "`speakers`", &["participant", "clinician", "other"]);
        for (key, speaker) in [
            ("participant", Speaker::Participant),
            ("clinician", Speaker::Clinician),
            ("other", Speaker::Other),
        ] {
            for (word, _) in texts(findings, node, key) {
                rules.speakers.insert(word, speaker);
            }
        }
    }
    rules
}

fn detail(findings: &mut Findings<'_>, node: &Node) -> DetailRules {
    let keys = [
        "terse_words_max",
        "detailed_words_min",
        "detailed_quotes_min",
        "detailed_quotes_words_min",
    ];
    findings.known_keys(node, "`detail`", &keys);
    let mut read = |key| number(findings, node, key) as u64;
    DetailRules {
        terse_words_max: read(keys[0]),
        detailed_words_min: read(keys[1]),
        detailed_quotes_min: read(keys[2]),
        detailed_quotes_words_min: read(keys[3]),
    }
}

fn copied(findings: &mut Findings<'_>, node: &Node) -> CopyRules {
    let keys = [
        "words_min",
        "covered_percent_min",
        "beside_percent_min",
        "whole_words_below",
        "date_words",
    ];
    findings.known_keys(node, "`copied`", &keys);
    CopyRules {
        words_min: number(findings, node, "words_min"),
        covered_percent_min: number(findings, node, "covered_percent_min"),
        beside_percent_min: number(findings, node, "beside_percent_min"),
        whole_words_below: number(findings, node, "whole_words_below"),
        date_words: words(findings, node, "date_words"),
    }
}

fn boilerplate(findings: &mut Findings<'_>, node: &Node) -> BoilerplateRules {
    let keys = [
        "words_min",
        "participants_min",
        "participants_percent_min",
        "covered_percent_min",
    ];
    findings.known_keys(node, "`boilerplate`", &keys);
    BoilerplateRules {
        words_min: number(findings, node, keys[0]),
        participants_min: number(findings, node, keys[1]),
        participants_percent_min: number(findings, node, keys[2]),
        covered_percent_min: number(findings, node, keys[3]),
    }
}

fn number(findings: &mut Findings<'_>, map: &Node, key: &str) -> usize {
    findings.number(map, key).unwrap_or(0) as usize
}

/// The folded texts of a key, each with its place.
fn texts<'n>(
    findings: &mut Findings<'_>,
    map: &'n Node,
    key: &'static str,
) -> Vec<(String, &'n Node)> {
    let Some(node) = map.get(key) else {
        return Vec::new();
    };
    let list = findings.strings(node, key);
    list.into_iter()
        .map(|(text, node)| (fold(text.trim()).into_owned(), node))
        .collect()
}

fn words(findings: &mut Findings<'_>, map: &Node, key: &'static str) -> WordSet {
    let texts = texts(findings, map, key).into_iter();
    texts.map(|(text, _)| text).collect()
}

/// Folded texts, cut into their words.
fn phrases(findings: &mut Findings<'_>, map: &Node, key: &'static str) -> PhraseSet {
    texts(findings, map, key)
        .into_iter()
        .map(|(text, _)| text.split_whitespace().map(str::to_owned).collect())
        .collect()
}

/// The fewest last words such that every phrase's last word holds one of them.
fn hints(phrases: &PhraseSet) -> Vec<String> {
    let mut last: Vec<&String> = phrases.phrases.iter().filter_map(|p| p.last()).collect();
    last.sort_by_key(|word| (word.len(), word.as_str()));
    let mut hints: Vec<String> = Vec::new();
    for word in last {
        if !hints.iter().any(|h| word.contains(h.as_str())) {
            hints.push(word.clone());
        }
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_load() {
        let rules = builtin_section_rules("en")
            .expect("English")
            .expect("no findings");
        let plan = &rules.headings[*rules.terms.get("plan").expect("plan")];
        assert_eq!(
            plan.default,
            SectionDefault::Assertion(Assertion::Hypothetical)
        );
        assert_eq!(rules.headings[rules.letters[&'o']].name, "objective");
        assert!(builtin_section_rules("xx").is_none());
    }

    #[test]
    fn a_term_of_two_headings_is_an_error_at_its_place() {
        let source = "language: en\nheadings:\n  - name: a\n    terms: [x]\n  - name: b\n    terms: [y, x]\n    defualt: none\n";
        let error = parse_section_rules(source, Path::new("s.yaml")).expect_err("two");
        let text = error.to_string();
        assert!(text.contains("s.yaml:6:16"), "{text}");
        assert!(text.contains("\"default\""), "{text}");
    }
}
