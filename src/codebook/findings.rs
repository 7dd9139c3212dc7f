//! Reads the fields of rule files and collects what is wrong with them.
//!
//! Comes in: [`Node`]s. Goes out: plain values, and a [`Diagnostic`] with drawn place for each
//! thing that is wrong. Refuses nothing: a wrong field is reported and read as if it were missing.

use std::path::{Path, PathBuf};

use crate::error::{Diagnostic, Error, Excerpt, Place, Result, Severity};
use crate::model::codebook::Code;
use crate::model::pattern::Pattern;

use super::pattern::parse_pattern;
use super::yaml::{Key, Node, Style, Value};

/// A collector of findings about one file.
#[derive(Debug)]
pub(crate) struct Findings<'s> {
    path: PathBuf,
    lines: Vec<&'s str>,
    list: Vec<Diagnostic>,
}

/// Line, column (both from 1) and width in code points of what a finding is about.
pub(crate) type At = (u32, u32, u32);

impl Node {
    /// Its place, for a finding.
    pub(crate) fn at(&self) -> At {
        (self.line, self.column, self.width)
    }
}

impl Key {
    /// Its place, for a finding.
    pub(crate) fn at(&self) -> At {
        (self.line, self.column, self.text.chars().count() as u32)
    }
}

impl<'s> Findings<'s> {
    /// Begins a collection; `path` is only named.
    pub(crate) fn new(path: &Path, source: &'s str) -> Self {
        Self {
            path: path.to_owned(),
            lines: source.lines().collect(),
            list: Vec::new(),
        }
    }

    /// Adds an error: what rests on it is not used.
    pub(crate) fn error(
        &mut self,
        rule: &'static str,
        at: At,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Error, rule, at, (message.into(), hint.into()));
    }

    /// Adds a warning: probably a mistake.
    pub(crate) fn warning(
        &mut self,
        rule: &'static str,
        at: At,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Warning, rule, at, (message.into(), hint.into()));
    }

    /// Adds a note: worth knowing.
    pub(crate) fn note(
        &mut self,
        rule: &'static str,
        at: At,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Note, rule, at, (message.into(), hint.into()));
    }

    fn add(&mut self, severity: Severity, rule: &'static str, at: At, words: (String, String)) {
        let (line, column, width) = at;
        let text = self.lines.get(line.saturating_sub(1) as usize);
        self.list.push(Diagnostic {
            rule,
            severity,
            place: Place::at(&self.path, line, column),
            message: words.0,
            hint: words.1,
            excerpt: text.map(|text| Excerpt {
                line: (*text).to_owned(),
                start: column,
                end: column + width.max(1),
            }),
        });
    }

    /// The place of a code's id, which stands behind `id:` on its line.
    pub(crate) fn place_of_id(&self, code: &Code) -> At {
        let id = code.path.as_str().rsplit('/').next().unwrap_or_default();
        self.place_of(code.line, id)
    }

    /// The place of a text on a line; the line's first word where it does not stand there as such
    /// (a quoted scalar with escapes).
    pub(crate) fn place_of(&self, line: u32, text: &str) -> At {
        let written = self.lines.get(line.saturating_sub(1) as usize).copied();
        let written = written.unwrap_or_default();
        let first = text.lines().next().unwrap_or_default();
        let (start, width) = match written.find(first) {
            Some(start) => (start, first.chars().count()),
            None => (
                written.len() - written.trim_start().len(),
                written.trim().chars().count(),
            ),
        };
        let before = crate::text::Span::new(0, start)
            .slice(written)
            .chars()
            .count();
        (line, before as u32 + 1, width as u32)
    }

    /// The number of findings so far.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether any finding is an error.
    pub(crate) fn has_errors(&self) -> bool {
        self.list.iter().any(|f| f.severity == Severity::Error)
    }

    /// The findings in the order of the file.
    pub(crate) fn into_list(mut self) -> Vec<Diagnostic> {
        self.list
            .sort_by(|a, b| (&a.place, a.rule).cmp(&(&b.place, b.rule)));
        self.list
    }

    /// The value with the warnings, or the error that holds all findings.
    pub(crate) fn finish<T>(self, value: T) -> Result<(T, Vec<Diagnostic>)> {
        if self.has_errors() {
            return Err(Error::rules(self.into_list()));
        }
        Ok((value, self.into_list()))
    }

    /// Reports keys of a mapping that are not among the known ones, and a node that is none.
    /// False where it is no mapping.
    pub(crate) fn known_keys(&mut self, node: &Node, what: &str, known: &[&str]) -> bool {
        if !matches!(node.value, Value::Map(_)) {
            let hint = format!("Write its keys one a line: {}.", known.join(", "));
            self.wrong_type(node, &format!("{what} is a mapping"), hint);
            return false;
        }
        for (key, _) in node.entries() {
            if !known.contains(&key.text.as_str()) {
                let hint = match nearest(&key.text, known) {
                    Some(near) => format!("Did you mean {near:?}?"),
                    None => format!("The keys are {}.", known.join(", ")),
                };
                let message = format!("{what} has no key {:?}.", key.text);
                self.error("V101", key.at(), message, hint);
            }
        }
        true
    }

    /// Reports a value of the wrong kind; `wanted` is the start of a sentence.
    pub(crate) fn wrong_type(&mut self, node: &Node, wanted: &str, hint: impl Into<String>) {
        let message = format!("{wanted}; this is {}.", node.kind());
        self.error("V102", node.at(), message, hint);
    }

    /// The text of a key, trimmed; none where it is missing or (reported) no text.
    pub(crate) fn text<'n>(&mut self, map: &'n Node, key: &str) -> Option<&'n str> {
        let node = map.get(key)?;
        let text = node.text().map(str::trim).filter(|t| !t.is_empty());
        if text.is_none() {
            self.wrong_type(
                node,
                &format!("`{key}` is text"),
                "Write it behind the colon.",
            );
        }
        text
    }

    /// The text of a key that must be there; reports it missing at the mapping's place.
    pub(crate) fn required<'n>(&mut self, map: &'n Node, key: &str, what: &str) -> Option<&'n str> {
        if map.get(key).is_none() {
            let message = format!("{what} has no `{key}`.");
            self.error("V103", map.at(), message, format!("Add `{key}: ...`."));
        }
        self.text(map, key)
    }

    /// One of several words, with what each stands for; none where missing or (reported) unknown.
    pub(crate) fn word<T: Copy>(
        &mut self,
        map: &Node,
        key: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let text = self.text(map, key)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let at = map.get(key).map_or(map.at(), Node::at);
            let message = format!("`{key}` cannot be {text:?}.");
            self.error(
                "V114",
                at,
                message,
                format!("It is one of {}.", known.join(", ")),
            );
        }
        found.map(|(_, value)| *value)
    }

    /// A whole number of a key.
    pub(crate) fn number(&mut self, map: &Node, key: &str) -> Option<u32> {
        let text = self.text(map, key)?;
        let number = text.parse().ok();
        if number.is_none() {
            let at = map.get(key).map_or(map.at(), Node::at);
            self.error("V102", at, format!("`{key}` is a whole number."), "");
        }
        number
    }

    /// `true` or `false` of a key.
    pub(crate) fn flag(&mut self, map: &Node, key: &str) -> Option<bool> {
        self.word(map, key, &[("true", true), ("false", false)])
    }

    /// The nodes of a list of texts; a single text is a list of one. Others are reported.
    pub(crate) fn strings<'n>(&mut self, node: &'n Node, what: &str) -> Vec<(&'n str, &'n Node)> {
        let single = std::slice::from_ref(node);
        let items = match &node.value {
            Value::Null => &[],
            Value::Scalar(..) => single,
            Value::List(items) => items.as_slice(),
            Value::Map(_) => {
                self.wrong_type(
                    node,
                    &format!("{what} is a list of texts"),
                    "Write `- ...` lines.",
                );
                &[]
            }
        };
        let mut out = Vec::new();
        for item in items {
            match item.text() {
                Some(text) => out.push((text, item)),
                None => self.wrong_type(
                    item,
                    &format!("{what} holds texts"),
                    "Put it in quotation marks.",
                ),
            }
        }
        out
    }

    /// The patterns of a `|` block (one a line, `#` starts a comment) or of a list of texts, each
    /// with its line and column; wrong ones are reported (column inside of the line) and left out.
    pub(crate) fn patterns(&mut self, node: &Node, what: &str) -> Vec<Pattern> {
        if let Value::Scalar(text, Style::Literal) = &node.value {
            return self.pattern_block(text, node.line);
        }
        if let Value::Scalar(text, Style::Folded) = &node.value
            && text.trim().contains('\n')
        {
            self.wrong_type(
                node,
                &format!("{what} is a `|` block"),
                "Write `|`, not `>`.",
            );
            return Vec::new();
        }
        let texts = self.strings(node, what);
        let found = texts.into_iter().filter_map(|(text, item)| {
            let inside = u32::from(matches!(item.value, Value::Scalar(_, Style::Quoted)));
            self.pattern(text, item.line, item.column + inside)
        });
        found.collect()
    }

    fn pattern_block(&mut self, text: &str, first_line: u32) -> Vec<Pattern> {
        // The node's line is that of the first line with text in it.
        let blank = text.lines().take_while(|l| l.trim().is_empty()).count() as u32;
        let mut out = Vec::new();
        for (i, line) in text.lines().enumerate() {
            let number = (first_line + i as u32).saturating_sub(blank);
            let written = without_comment(line).trim();
            if written.is_empty() {
                continue;
            }
            let source = self.lines.get(number.saturating_sub(1) as usize);
            let indent = source.map_or(0, |s| s.chars().take_while(|c| c.is_whitespace()).count());
            out.extend(self.pattern(written, number, indent as u32 + 1));
        }
        out
    }

    fn pattern(&mut self, source: &str, line: u32, column: u32) -> Option<Pattern> {
        match parse_pattern(source) {
            Ok(mut pattern) => {
                let indent = source.len() - source.trim_start().len();
                (pattern.line, pattern.column) = (line, column + indent as u32);
                Some(pattern)
            }
            Err(problem) => {
                let before = crate::text::Span::new(0, problem.span.start).slice(source);
                let start = column + before.chars().count() as u32;
                let width = problem.span.slice(source).chars().count() as u32;
                self.error("V104", (line, start, width), problem.message, problem.hint);
                None
            }
        }
    }
}

/// A block's line less its comment: from a `#` that begins the line or follows white space. In a
/// regular expression only behind its closing slash.
fn without_comment(line: &str) -> &str {
    let mut regex = line.trim_start().starts_with('/');
    let mut opened = false;
    let mut before = ' ';
    let mut escaped = false;
    for (i, c) in line.char_indices() {
        if regex {
            if c == '/' && !escaped {
                regex = !opened;
                opened = true;
            }
            escaped = c == '\\' && !escaped;
        } else if c == '#' && before.is_whitespace() {
            return crate::text::Span::new(0, i).slice(line);
        }
        before = c;
    }
    line
}

/// The place of a pattern.
pub(crate) fn place_of_pattern(pattern: &Pattern) -> At {
    let width = pattern.source.chars().count() as u32;
    (pattern.line, pattern.column, width)
}

/// The known word that is nearest in writing, if it is near enough to be a slip.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let near = known
        .iter()
        .map(|k| (crate::text::edits(word, k), *k))
        .min();
    near.filter(|(edits, k)| *edits <= 1 + k.chars().count() / 4)
        .map(|(_, k)| k)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::yaml::parse;

    /// `line:column source` of each pattern, then the findings' `rule line:column`.
    fn check(source: &str) -> Vec<String> {
        let path = Path::new("a.yaml");
        let root = parse(source, path).unwrap_or_else(|e| panic!("{e}"));
        let mut findings = Findings::new(path, source);
        let node = root.get("patterns").expect("patterns");
        let mut out: Vec<String> = findings
            .patterns(node, "patterns")
            .iter()
            .map(|p| format!("{}:{} {}", p.line, p.column, p.source))
            .collect();
        for f in findings.into_list() {
            let place = f.place;
            out.push(format!(
                "{} {}:{}",
                f.rule,
                place.line.unwrap_or(0),
                place.column.unwrap_or(0)
            ));
        }
        out
    }

    #[test]
    fn patterns_know_their_place() {
        let block = "a: 1\npatterns: |\n\n  # names\n  cope  # any form\n    well\n\n  /\\d# \\/ #/ # number\n";
        assert_eq!(check(block), ["5:3 cope", "6:5 well", "8:3 /\\d# \\/ #/"]);
        assert_eq!(
            check("patterns: [cope, \"a b\"]\n"),
            ["1:12 cope", "1:19 a b"]
        );
        assert_eq!(check("patterns:\n  - |-\n    x\n"), ["3:5 x"]);
    }

    #[test]
    fn a_bad_pattern_is_underlined_inside_of_its_line() {
        assert_eq!(check("patterns: |\n  é (a\n  b\n"), ["3:3 b", "V104 2:5"]);
    }

    #[test]
    fn unknown_keys_name_the_nearest_known_one() {
        let source = "paterns: a\n";
        let path = Path::new("a.yaml");
        let root = parse(source, path).expect("yaml");
        let mut findings = Findings::new(path, source);
        findings.known_keys(&root, "A code", &["id", "patterns"]);
        let drawn = findings.into_list()[0].to_string();
        assert!(
            drawn.contains("Did you mean \"patterns\"?") && drawn.contains("^^^^^^^"),
            "{drawn}"
        );
        assert_eq!(nearest("zzz", &["id", "patterns"]), None);
    }
}
