//! Loads codebooks.
//!
//! Comes in: YAML. Goes out: a [`Codebook`] with the warnings about it. Refuses a codebook with
//! errors, and then tells all of them at once, each with the offending piece drawn.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Diagnostic, Error, Result};
use crate::model::codebook::{Code, CodeIndex, CodePath, Codebook, Example, Scope};
use crate::model::coding::Assertion;
use crate::model::pattern::Pattern;
use crate::text::Stemmer;

use super::findings::Findings;
use super::references::{check_lists, check_references};
use super::yaml::{Node, Value, parse};

/// Codebooks that the program carries.
pub(crate) const BUILT_IN: &[(&str, &str)] = &[
    ("kap", include_str!("../../codebooks/kap.yaml")),
    (
        "brief-cope",
        include_str!("../../codebooks/brief-cope.yaml"),
    ),
];

/// Keys of a codebook.
pub(crate) const CODEBOOK_KEYS: &[&str] = &[
    "codebook",
    "version",
    "language",
    "memo",
    "word_lists",
    "codes",
];

/// Keys of a code.
pub(crate) const CODE_KEYS: &[&str] = &[
    "id",
    "name",
    "definition",
    "include",
    "exclude",
    "examples",
    "counterexamples",
    "patterns",
    "opposites",
    "unless",
    "count",
    "scope",
    "memo",
    "children",
];

/// Most codes of a codebook.
const CODES_MAX: usize = u16::MAX as usize;

/// A codebook, the warnings about it, and the text it came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The codebook.
    pub codebook: Codebook,
    /// Warnings and notes; errors would have been refused.
    pub findings: Vec<Diagnostic>,
    /// The file's text.
    pub source: String,
    /// The file, as the user named it; `built-in/NAME.yaml` for one that the program carries.
    pub path: PathBuf,
}

/// Loads the codebook of a file.
///
/// # Errors
/// Where the file cannot be read or has errors; see [`crate::error::ErrorKind::Rules`].
pub fn load(path: &Path) -> Result<Loaded> {
    let bytes = std::fs::read(path).map_err(|e| Error::io("read the codebook", path, e))?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(source) => load_text(source, path),
        Err(problem) => {
            let good = String::from_utf8_lossy(&bytes[..problem.valid_up_to()]);
            let mut findings = Findings::new(path, &good);
            let line = good.lines().count().max(1) as u32;
            let column = good.lines().last().map_or(1, |l| l.chars().count() + 1);
            let hint = "Save the file as UTF-8.";
            findings.error(
                "V107",
                (line, column as u32, 1),
                "The file is not UTF-8.",
                hint,
            );
            Err(Error::rules(findings.into_list()))
        }
    }
}

/// Loads a codebook that the program carries; none where there is none of that name.
pub fn builtin(name: &str) -> Option<Result<Loaded>> {
    let (name, source) = BUILT_IN.iter().find(|(n, _)| *n == name)?;
    Some(load_text(
        source,
        &PathBuf::from(format!("built-in/{name}.yaml")),
    ))
}

/// The names of the codebooks that the program carries.
pub fn builtin_names() -> &'static [&'static str] {
    const NAMES: [&str; BUILT_IN.len()] = {
        let mut names = [""; BUILT_IN.len()];
        let mut i = 0;
        while i < names.len() {
            names[i] = BUILT_IN[i].0;
            i += 1;
        }
        names
    };
    &NAMES
}

/// Loads what a user names: a file, or a codebook that the program carries.
///
/// # Errors
/// As [`load`]; where neither a file nor a built-in codebook has that name.
pub fn open(file_or_name: &str) -> Result<Loaded> {
    let path = Path::new(file_or_name);
    if let (false, Some(loaded)) = (path.is_file(), builtin(file_or_name)) {
        return loaded;
    }
    if !path.exists() {
        return Err(Error::not_found(format!(
            "There is no codebook {file_or_name}: neither a file, nor one of the built-in {}.",
            builtin_names().join(", ")
        )));
    }
    load(path)
}

/// Loads a codebook from its text; `path` is only named.
///
/// # Errors
/// Where it has errors.
///
/// ```
/// use std::path::Path;
/// let source = "codebook: a\nversion: 1\ncodes:\n  - {id: calm, patterns: [calm]}\n";
/// let loaded = verbatim::codebook::load_text(source, Path::new("a.yaml")).unwrap();
/// assert_eq!(loaded.codebook.codes[0].path.as_str(), "calm");
/// ```
pub fn load_text(source: &str, path: &Path) -> Result<Loaded> {
    let root = parse(source, path)?;
    let mut findings = Findings::new(path, source);
    let codebook = codebook(&root, &mut findings);
    let (mut codebook, findings) = findings.finish(codebook)?;
    codebook.sha256 = crate::text::hex_sha256(source.as_bytes());
    Ok(Loaded {
        codebook,
        findings,
        source: source.to_owned(),
        path: path.to_owned(),
    })
}

fn codebook(root: &Node, findings: &mut Findings<'_>) -> Codebook {
    let mut codebook = Codebook {
        name: String::new(),
        version: String::new(),
        language: "en".to_owned(),
        memo: String::new(),
        word_lists: BTreeMap::new(),
        codes: Vec::new(),
        sha256: String::new(),
    };
    if !findings.known_keys(root, "A codebook", CODEBOOK_KEYS) {
        return codebook;
    }
    codebook.name = owned(findings.required(root, "codebook", "The codebook"));
    codebook.version = owned(findings.required(root, "version", "The codebook"));
    codebook.memo = owned(findings.text(root, "memo"));
    if let Some(language) = findings.text(root, "language") {
        language.clone_into(&mut codebook.language);
    }
    if !Stemmer::new(&codebook.language).knows_language() {
        let at = root.get("language").map_or(root.at(), Node::at);
        let message = format!(
            "There is no stemmer for the language {:?}.",
            codebook.language
        );
        let hint = "Every word is found only as it is written. Use an ISO 639-1 code such as en.";
        findings.warning("V116", at, message, hint);
    }
    if let Some(node) = root.get("word_lists") {
        codebook.word_lists = word_lists(node, findings);
    }
    if let Some(node) = root.get("codes") {
        codes(node, None, findings, &mut codebook.codes);
    } else {
        let hint = "Add `codes:` and below it a list: `- id: ...`.";
        findings.error("V103", root.at(), "The codebook has no `codes`.", hint);
    }
    check_lists(&codebook.word_lists, findings);
    check_references(&codebook, findings);
    codebook
}

fn owned(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn word_lists(node: &Node, findings: &mut Findings<'_>) -> BTreeMap<String, Vec<Pattern>> {
    let mut lists = BTreeMap::new();
    if !matches!(node.value, Value::Map(_)) {
        let hint = "Write `name: [word, two words]`, one list a line.";
        findings.wrong_type(node, "`word_lists` is a mapping", hint);
    }
    for (key, node) in node.entries() {
        if !is_id(&key.text) {
            bad_id(&key.text, key.at(), findings);
        }
        let what = format!("The word list {:?}", key.text);
        let before = findings.len();
        let entries = findings.patterns(node, &what);
        if entries.is_empty() && findings.len() == before {
            findings.error(
                "V119",
                key.at(),
                format!("{what} is empty."),
                "Add a word to it.",
            );
        }
        lists.insert(key.text.clone(), entries);
    }
    lists
}

/// Whether a word can name a code or a list.
fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

fn bad_id(text: &str, at: super::findings::At, findings: &mut Findings<'_>) {
    let hint = "Use letters, digits, `_` and `-` only; a longer name goes into `name`.";
    findings.error("V111", at, format!("{text:?} cannot be an id."), hint);
}

/// Reads a list of codes and their children, a parent before its children.
fn codes(node: &Node, parent: Option<CodeIndex>, findings: &mut Findings<'_>, out: &mut Vec<Code>) {
    if !matches!(node.value, Value::List(_)) || node.items().is_empty() {
        let hint = "Begin each code with `- id: ...`.";
        findings.wrong_type(node, "Codes are a list", hint);
    }
    let mut seen: Vec<(&str, u32)> = Vec::new();
    for item in node.items() {
        let Some(code) = code(item, parent, findings, out) else {
            continue;
        };
        let id = item.get("id");
        if let Some((node, text)) = id.and_then(|n| n.text().map(|t| (n, t.trim()))) {
            if let Some((_, line)) = seen.iter().find(|(known, _)| *known == text) {
                let message = format!("The code {text:?} stands twice; first on line {line}.");
                let hint = "Give one of them another id, or merge their patterns.";
                findings.error("V110", node.at(), message, hint);
                continue;
            }
            seen.push((text, node.line));
        }
        if out.len() >= CODES_MAX {
            findings.error(
                "V106",
                item.at(),
                "The codebook has more than 65,535 codes.",
                "",
            );
            return;
        }
        let index = CodeIndex(out.len() as u16);
        out.push(code);
        match item.get("children") {
            Some(children) if children.value != Value::Null => {
                codes(children, Some(index), findings, out);
            }
            _ => {}
        }
    }
}

fn code(
    node: &Node,
    parent: Option<CodeIndex>,
    findings: &mut Findings<'_>,
    before: &[Code],
) -> Option<Code> {
    if !findings.known_keys(node, "A code", CODE_KEYS) {
        return None;
    }
    let id = findings.required(node, "id", "The code")?;
    let place = node.get("id").unwrap_or(node);
    if !is_id(id) {
        bad_id(id, place.at(), findings);
    }
    let path = match parent {
        Some(index) => format!("{}/{id}", before[index.0 as usize].path),
        None => id.to_owned(),
    };
    let name = match findings.text(node, "name") {
        Some(name) => name.to_owned(),
        None => id.replace('_', " "),
    };
    let scopes = [("sentence", Scope::Sentence), ("note", Scope::Note)];
    Some(Code {
        path: CodePath::new(path),
        parent,
        name,
        definition: owned(findings.text(node, "definition")),
        include: texts(node, "include", findings),
        exclude: texts(node, "exclude", findings),
        examples: examples(node, "examples", findings),
        counterexamples: examples(node, "counterexamples", findings),
        patterns: patterns(node, "patterns", findings),
        opposites: patterns(node, "opposites", findings),
        unless: patterns(node, "unless", findings),
        count: count(node, findings),
        scope: findings.word(node, "scope", &scopes).unwrap_or_default(),
        memo: owned(findings.text(node, "memo")),
        line: place.line,
    })
}

fn texts(node: &Node, key: &str, findings: &mut Findings<'_>) -> Vec<String> {
    let Some(list) = node.get(key) else {
        return Vec::new();
    };
    let found = findings.strings(list, &format!("`{key}`"));
    found
        .into_iter()
        .map(|(text, _)| text.trim().to_owned())
        .collect()
}

fn patterns(node: &Node, key: &str, findings: &mut Findings<'_>) -> Vec<Pattern> {
    let Some(list) = node.get(key) else {
        return Vec::new();
    };
    let before = findings.len();
    let found = findings.patterns(list, &format!("`{key}`"));
    if found.is_empty() && findings.len() == before {
        let message = format!("`{key}` holds no pattern.");
        findings.error(
            "V117",
            list.at(),
            message,
            "Write one a line, or remove the key.",
        );
    }
    found
}

fn count(node: &Node, findings: &mut Findings<'_>) -> Vec<Assertion> {
    let Some(list) = node.get("count") else {
        return vec![Assertion::Affirmed];
    };
    let mut counted = Vec::new();
    for (text, item) in findings.strings(list, "`count`") {
        if let Some(assertion) = assertion(text, item, findings) {
            counted.push(assertion);
        }
    }
    if counted.is_empty() && list.items().is_empty() {
        let hint = "Remove the key to count what is affirmed.";
        findings.error("V117", list.at(), "`count` names no assertion.", hint);
    }
    counted.sort_unstable();
    counted.dedup();
    counted
}

fn assertion(text: &str, node: &Node, findings: &mut Findings<'_>) -> Option<Assertion> {
    let found = text.trim().parse().ok();
    if found.is_none() {
        let words = Assertion::ALL.map(Assertion::as_str).join(", ");
        let message = format!("{:?} is no assertion.", text.trim());
        findings.error("V114", node.at(), message, format!("It is one of {words}."));
    }
    found
}

fn examples(node: &Node, key: &str, findings: &mut Findings<'_>) -> Vec<Example> {
    let Some(list) = node.get(key) else {
        return Vec::new();
    };
    let single = std::slice::from_ref(list);
    let items = match list.value {
        Value::List(_) => list.items(),
        Value::Null => &[],
        Value::Scalar(..) | Value::Map(_) => single,
    };
    let mut out = Vec::new();
    for item in items {
        match &item.value {
            Value::Map(_) => out.extend(marked_example(item, key, findings)),
            Value::Scalar(text, _) if !text.trim().is_empty() => out.push(Example {
                text: text.trim().to_owned(),
                assertion: None,
                line: item.line,
            }),
            Value::Scalar(..) | Value::List(_) | Value::Null => {
                let hint = "Put the sentence in quotation marks.";
                findings.wrong_type(item, "An example is a sentence", hint);
            }
        }
    }
    out
}

/// An example that names its assertion: `{text: ..., assertion: negated}`.
fn marked_example(node: &Node, key: &str, findings: &mut Findings<'_>) -> Option<Example> {
    let keys: &[&str] = match key {
        "examples" => &["text", "assertion"],
        _ => &["text"],
    };
    findings.known_keys(node, "An example", keys);
    let text = findings.required(node, "text", "The example")?;
    let word = findings.text(node, "assertion");
    let place = node.get("assertion").unwrap_or(node);
    Some(Example {
        text: text.to_owned(),
        assertion: word.and_then(|word| assertion(word, place, findings)),
        line: node.get("text").unwrap_or(node).line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(source: &str) -> String {
        load_text(source, Path::new("a.yaml"))
            .expect_err(source)
            .to_string()
    }

    /// A codebook of one code with these lines in it.
    fn code_with(lines: &str) -> String {
        format!("codebook: a\nversion: 1\ncodes:\n  - id: calm\n{lines}")
    }

    #[test]
    fn built_in_codebooks_load() {
        for name in builtin_names() {
            let loaded = builtin(name)
                .expect("known")
                .unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(loaded.codebook.name, *name);
            assert_eq!(loaded.findings, []);
        }
    }

    #[test]
    fn a_code_has_all_that_the_file_says() {
        let source = "codebook: a\nversion: 1.0\nword_lists: {who: [son, \"=she\"]}\ncodes:\n  \
            - id: calm\n    name: Calm\n    count: [negated, affirmed]\n    scope: note\n    \
            examples: [Calm., {text: Not calm., assertion: negated}]\n    \
            patterns: |\n      calm # any form\n      {who} calm\n    children:\n      \
            - id: deep\n        patterns: [deep]\n";
        let loaded = load_text(source, Path::new("a.yaml")).unwrap_or_else(|e| panic!("{e}"));
        let book = &loaded.codebook;
        assert_eq!((book.version.as_str(), book.codes.len()), ("1.0", 2));
        let calm = &book.codes[0];
        assert_eq!(calm.count, [Assertion::Affirmed, Assertion::Negated]);
        assert_eq!(calm.scope, Scope::Note);
        assert_eq!(calm.examples[1].assertion, Some(Assertion::Negated));
        assert_eq!((calm.patterns[1].line, calm.patterns[1].column), (12, 7));
        assert_eq!(book.codes[1].path.as_str(), "calm/deep");
        assert_eq!(book.codes[1].parent, Some(CodeIndex(0)));
        assert_eq!(book.sha256.len(), 64);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let cases = [
            (
                "    paterns: [calm]\n",
                "V101",
                "a.yaml:5:5",
                "Did you mean \"patterns\"?",
            ),
            (
                "    patterns: {a: b}\n",
                "V102",
                "a.yaml:5:15",
                "a list of texts",
            ),
            (
                "    patterns: |\n      calm (now\n",
                "V104",
                "a.yaml:6:12",
                "not closed",
            ),
            (
                "    patterns: [\"{who} calm\"]\n",
                "V112",
                "a.yaml:5:17",
                "no word list \"who\"",
            ),
            ("    patterns:\n", "V117", "a.yaml:5", "no pattern"),
            (
                "    count: [affirm]\n",
                "V114",
                "a.yaml:5:13",
                "no assertion",
            ),
            ("    scope: page\n", "V114", "a.yaml:5:12", "sentence, note"),
            (
                "    examples: [{text: a, assertion: no}]\n",
                "V114",
                "a.yaml:5:37",
                "negated",
            ),
            (
                "    counterexamples: [{text: a, assertion: negated}]\n",
                "V101",
                "a.yaml:5",
                "text",
            ),
            ("  - id: calm\n", "V110", "a.yaml:5:9", "first on line 4"),
            ("  - name: x\n", "V103", "a.yaml:5:5", "no `id`"),
            ("  - id: a/b\n", "V111", "a.yaml:5:9", "cannot be an id"),
        ];
        for (lines, rule, place, part) in cases {
            let drawn = failure(&code_with(lines));
            for wanted in [rule, place, part, "^"] {
                assert!(
                    drawn.contains(wanted),
                    "{lines}\n{wanted} is missing in\n{drawn}"
                );
            }
        }
    }

    #[test]
    fn word_lists_may_not_go_in_circles() {
        let lists = "codebook: a\nversion: 1\nword_lists:\n  x: [a, \"{y}\"]\n  y: [\"b {x}\"]\n\
            codes: [{id: c, patterns: [a]}]\n";
        let drawn = failure(lists);
        assert!(
            drawn.contains("V113") && drawn.contains("a.yaml:5:10"),
            "{drawn}"
        );
    }

    #[test]
    fn all_errors_are_told_at_once() {
        let drawn = failure("codebok: a\ncodes: 3\n");
        assert_eq!(drawn.matches("error[").count(), 4, "{drawn}");
    }

    #[test]
    fn a_language_without_a_stemmer_is_a_warning() {
        let source = code_with("    patterns: [a]\n").replace("codes:", "language: xx\ncodes:");
        let loaded = load_text(&source, Path::new("a.yaml")).expect("only a warning");
        assert_eq!(loaded.findings[0].rule, "V116");
    }

    #[test]
    fn what_is_no_codebook_is_told() {
        let missing = open("no-such-codebook").expect_err("missing").to_string();
        assert!(missing.contains("kap, brief-cope"), "{missing}");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("latin1.yaml");
        std::fs::write(&path, b"codebook: caf\xE9\n").expect("written");
        let drawn = load(&path).expect_err("not UTF-8").to_string();
        assert!(drawn.contains("V107") && drawn.contains(":1:14"), "{drawn}");
    }
}
