//! Cue files: YAML in, a [`CueSet`] and diagnostics out.
//!
//! Comes in: a cue file, or the name of an embedded one. Goes out: its rules, with word lists put
//! in place of their names and included files put in front. Refuses, with line and column: unknown
//! keys, categories and lists, patterns that match nothing, and includes that run in a circle.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Diagnostic, Error, Result};
use crate::model::cue::{
    CueCategory, CueEffect, CueExample, CuePlace, CueRule, CueScope, CueSet, Direction, Opens,
};
use crate::model::pattern::{Atom, Near, Pattern, PatternBody};
use crate::text::Span;

use super::findings::{Findings, place_of_pattern};
use super::yaml::{Node, parse};

/// Deepest chain of word lists that name word lists.
const LIST_DEPTH_MAX: u32 = 8;

const EMBEDDED: &[(&str, &str)] = &[
    ("en", include_str!("../../codebooks/context/en.yaml")),
    ("es", include_str!("../../codebooks/context/es.yaml")),
];

/// The embedded cue file of a language (`en`, `en-GB`); none where there is none.
pub fn builtin_cues(language: &str) -> Option<Result<CueSet>> {
    let primary = language.split(['-', '_']).next().unwrap_or(language);
    let (name, source) = EMBEDDED.iter().find(|(name, _)| *name == primary)?;
    let path = PathBuf::from(format!("context/{name}.yaml"));
    let mut reader = Reader::default();
    Some(
        reader
            .file(&path, source)
            .map(|()| reader.finish())
            .map(|(cues, _)| cues),
    )
}

/// The languages of the built-in cues.
pub fn cue_languages() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(name, _)| *name)
}

/// Reads a cue file; warnings come with it.
///
/// # Errors
/// Where the file cannot be read or has errors.
pub fn load_cues(path: &Path) -> Result<(CueSet, Vec<Diagnostic>)> {
    let mut reader = Reader::default();
    reader.path(path)?;
    Ok(reader.finish())
}

/// Gathers rules from a file and those it includes.
#[derive(Default)]
struct Reader {
    cues: CueSet,
    lists: BTreeMap<String, Vec<Near>>,
    /// Files being read, outermost first.
    open: Vec<PathBuf>,
    warnings: Vec<Diagnostic>,
}

impl Reader {
    fn finish(self) -> (CueSet, Vec<Diagnostic>) {
        (self.cues, self.warnings)
    }

    fn path(&mut self, path: &Path) -> Result<()> {
        let source =
            std::fs::read_to_string(path).map_err(|e| Error::io("read the cue file", path, e))?;
        self.file(path, &source)
    }

    fn file(&mut self, path: &Path, source: &str) -> Result<()> {
        self.open.push(path.to_owned());
        let root = parse(source, path)?;
        let mut findings = Findings::new(path, source);
        let known = [
            "context",
            "language",
            "version",
            "include",
            "word_lists",
            "rules",
        ];
        if findings.known_keys(&root, "A cue file", &known) {
            self.includes(&root, path, &mut findings)?;
            self.head(&root, &mut findings);
            self.word_lists(&root, &mut findings);
            let rules = root.get("rules").map(Node::items).unwrap_or_default();
            let mut own = Vec::new();
            for node in rules {
                self.rule(node, &mut own, &mut findings);
            }
        }
        self.open.pop();
        let ((), warnings) = findings.finish(())?;
        self.warnings.extend(warnings);
        Ok(())
    }

    fn includes(&mut self, root: &Node, path: &Path, findings: &mut Findings<'_>) -> Result<()> {
        let Some(list) = root.get("include") else {
            return Ok(());
        };
        for (name, node) in findings.strings(list, "`include`") {
            if let Some((_, source)) = EMBEDDED.iter().find(|(n, _)| *n == name) {
                let inner = PathBuf::from(format!("context/{name}.yaml"));
                if self.open.contains(&inner) {
                    cycle(findings, node, name);
                } else {
                    self.file(&inner, source)?;
                }
                continue;
            }
            let inner = path.parent().unwrap_or(Path::new("")).join(name);
            let same = |p: &PathBuf| match (p.canonicalize(), inner.canonicalize()) {
                (Ok(a), Ok(b)) => a == b,
                _ => *p == inner,
            };
            if self.open.iter().any(same) {
                cycle(findings, node, name);
                continue;
            }
            self.path(&inner)?;
        }
        Ok(())
    }

    fn head(&mut self, root: &Node, findings: &mut Findings<'_>) {
        if let Some(language) = findings.text(root, "language") {
            language.clone_into(&mut self.cues.language);
        }
    }

    fn word_lists(&mut self, root: &Node, findings: &mut Findings<'_>) {
        let Some(lists) = root.get("word_lists") else {
            return;
        };
        for (key, node) in lists.entries() {
            let mut entries = Vec::new();
            for mut pattern in findings.patterns(node, "A word list") {
                self.inline(&mut pattern, findings);
                match pattern.body {
                    PatternBody::Words(near) => entries.push(near),
                    PatternBody::Regex(_) => findings.error(
                        "V151",
                        (pattern.line, pattern.column, 1),
                        "A word list of cues holds words, not regular expressions.",
                        "Put the regular expression among the terms of a rule.",
                    ),
                }
            }
            if entries.is_empty() {
                let message = format!("The word list {:?} is empty.", key.text);
                findings.error("V152", key.at(), message, "Add words, or remove it.");
            }
            self.lists.insert(key.text.clone(), entries);
        }
    }

    fn rule(&mut self, node: &Node, own: &mut Vec<String>, findings: &mut Findings<'_>) {
        if !findings.known_keys(node, "A rule", KEYS) {
            return;
        }
        let id = findings
            .required(node, "id", "The rule")
            .unwrap_or_default();
        if own.iter().any(|earlier| earlier == id) {
            // A file may replace a rule of a file that it includes, not one of its own.
            let message = format!("The rule id {id:?} stands twice.");
            findings.error(
                "V153",
                node.at(),
                message,
                "Give one of the two another id.",
            );
        }
        own.push(id.to_owned());
        findings.required(node, "says", "The rule");
        let category = findings.word(node, "says", &CueCategory::WORDS);
        let mut terms = match node.get("terms") {
            Some(terms) => findings.patterns(terms, "`terms`"),
            None => Vec::new(),
        };
        for term in &mut terms {
            self.inline(term, findings);
        }
        if terms.is_empty() {
            let message = "The rule has no terms.";
            findings.error("V154", node.at(), message, "Add `terms: |`.");
        }
        let Some(category) = category else { return };
        let mut rule = behaviour(node, category, findings);
        id.clone_into(&mut rule.id);
        rule.terms = terms;
        rule.examples = examples(node, "examples", findings);
        rule.counterexamples = examples(node, "counterexamples", findings);
        self.cues.rules.retain(|r| r.id != rule.id);
        self.cues.rules.push(rule);
    }

    /// Puts the entries of word lists in place of their names.
    fn inline(&self, pattern: &mut Pattern, findings: &mut Findings<'_>) {
        let at = place_of_pattern(pattern);
        if let PatternBody::Words(near) = &mut pattern.body
            && let Err(name) = inline_near(near, &self.lists, 0)
        {
            let message = format!("There is no word list {name:?} above this line.");
            findings.error(
                "V155",
                at,
                message,
                "Write the list under `word_lists` first.",
            );
        }
    }
}

fn cycle(findings: &mut Findings<'_>, node: &Node, name: &str) {
    let message = format!("The file {name:?} is being read already: the includes run in a circle.");
    findings.error("V150", node.at(), message, "Remove this include.");
}

fn inline_near(
    near: &mut Near,
    lists: &BTreeMap<String, Vec<Near>>,
    depth: u32,
) -> std::result::Result<(), String> {
    let seqs = std::iter::once(&mut near.first).chain(near.rest.iter_mut().map(|(_, seq)| seq));
    for item in seqs.flat_map(|seq| &mut seq.items) {
        if let Atom::List(name) = &item.atom {
            let entries = lists.get(name).filter(|_| depth < LIST_DEPTH_MAX);
            let entries = entries.ok_or_else(|| name.clone())?;
            item.atom = Atom::Group(entries.clone());
        } else if let Atom::Group(alternatives) = &mut item.atom {
            for alternative in alternatives {
                inline_near(alternative, lists, depth + 1)?;
            }
        }
    }
    Ok(())
}

/// What a rule does, without its terms.
fn behaviour(node: &Node, category: CueCategory, findings: &mut Findings<'_>) -> CueRule {
    let direction = findings.word(node, "direction", DIRECTIONS);
    let scope = findings.word(node, "scope", SCOPES);
    let place = findings.word(node, "place", PLACES);
    CueRule {
        id: String::new(),
        category,
        direction: direction.unwrap_or(Direction::After),
        scope: scope.unwrap_or(CueScope::List),
        reach: findings.number(node, "reach"),
        place: place.unwrap_or(CuePlace::Anywhere),
        effect: findings.word(node, "effect", EFFECTS).unwrap_or_default(),
        opens: findings.word(node, "opens", OPENS).unwrap_or_default(),
        of: categories(node, findings),
        stands_for: names(node, "stands_for", findings),
        sessions: names(node, "sessions", findings),
        terms: Vec::new(),
        examples: Vec::new(),
        counterexamples: Vec::new(),
        line: node.line,
    }
}

const KEYS: &[&str] = &[
    "id",
    "says",
    "direction",
    "scope",
    "reach",
    "place",
    "effect",
    "opens",
    "of",
    "stands_for",
    "sessions",
    "terms",
    "examples",
    "counterexamples",
    "memo",
];
const DIRECTIONS: &[(&str, Direction)] = &[
    ("after", Direction::After),
    ("before", Direction::Before),
    ("both", Direction::Both),
];
const SCOPES: &[(&str, CueScope)] = &[
    ("item", CueScope::Item),
    ("phrase", CueScope::Phrase),
    ("joined", CueScope::Joined),
    ("list", CueScope::List),
    ("clause", CueScope::Clause),
    ("sentence", CueScope::Sentence),
];
const PLACES: &[(&str, CuePlace)] = &[
    ("anywhere", CuePlace::Anywhere),
    ("field", CuePlace::Field),
    ("final", CuePlace::Final),
    ("heading", CuePlace::Heading),
    ("prefix", CuePlace::Prefix),
    ("start", CuePlace::Start),
    ("inside", CuePlace::Inside),
    ("around", CuePlace::Around),
    ("alone", CuePlace::Alone),
    ("note", CuePlace::Note),
];
const EFFECTS: &[(&str, CueEffect)] = &[
    ("drop", CueEffect::Drop),
    ("hides_anyway", CueEffect::HidesAnyway),
];
const OPENS: &[(&str, Opens)] = &[("clause", Opens::Clause)];

fn categories(node: &Node, findings: &mut Findings<'_>) -> Vec<CueCategory> {
    let Some(list) = node.get("of") else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (word, at) in findings.strings(list, "`of`") {
        if let Some((_, category)) = CueCategory::WORDS.iter().find(|(w, _)| *w == word) {
            out.push(*category);
        } else {
            let known: Vec<&str> = CueCategory::WORDS.iter().map(|(w, _)| *w).collect();
            let message = format!("{word:?} is no category of cues.");
            let hint = format!("It is one of {}.", known.join(", "));
            findings.error("V156", at.at(), message, hint);
        }
    }
    out
}

fn names(node: &Node, key: &str, findings: &mut Findings<'_>) -> Vec<String> {
    let Some(list) = node.get(key) else {
        return Vec::new();
    };
    let names = findings.strings(list, &format!("`{key}`"));
    names.into_iter().map(|(name, _)| name.to_owned()).collect()
}

fn examples(node: &Node, key: &str, findings: &mut Findings<'_>) -> Vec<CueExample> {
    let Some(list) = node.get(key) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (written, at) in findings.strings(list, "Examples") {
        if let Some(example) = example(written, at.line) {
            out.push(example);
        } else {
            let hint = "Write the passage that is judged as <passage>.";
            findings.error("V157", at.at(), "The example marks no passage.", hint);
        }
    }
    out
}

/// Reads `Denies <nausea>.`
fn example(written: &str, line: u32) -> Option<CueExample> {
    let (before, rest) = written.split_once('<')?;
    let (target, after) = rest.split_once('>')?;
    Some(CueExample {
        text: format!("{before}{target}{after}"),
        target: Span::new(before.len(), before.len() + target.len()),
        line,
    })
}
