//! YAML with places: every node knows its line and column.
//!
//! Comes in: the text of a rule file. Goes out: a tree of [`Node`]s, scalars as written (`no` is
//! the word no, `1.0` the text 1.0). Refuses, with a drawn place: text that is no YAML, a key
//! twice in one mapping, more than one document, and files that are too large, too deep or blow
//! up by aliases.

use std::collections::BTreeMap;
use std::path::Path;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span as YamlSpan};

use crate::error::{Error, Result};

use super::findings::Findings;

/// Largest rule file: a codebook of 16 MB is a mistake.
const SOURCE_BYTES_MAX: usize = 16 << 20;
/// Deepest nesting; a codebook's tree of codes needs two levels of YAML for each level of codes.
const DEPTH_MAX: usize = 64;
/// Most nodes, those that aliases stand for included.
const NODES_MAX: usize = 1_000_000;

/// A value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// The value.
    pub(crate) value: Value,
    /// Line of its first character, from 1; of the first text line for a block scalar.
    pub(crate) line: u32,
    /// Column of its first character in code points, from 1 (inside of quotation marks: theirs).
    pub(crate) column: u32,
    /// How long it is on its first line, in code points; what a diagnostic underlines.
    pub(crate) width: u32,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing (`key:`), `~` or `null`, unquoted.
    Null,
    /// Text on one or more lines.
    Scalar(String, Style),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the file.
    Map(Vec<(Key, Node)>),
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without marks.
    Plain,
    /// In quotation marks.
    Quoted,
    /// `|`: line by line.
    Literal,
    /// `>`: lines joined.
    Folded,
}

/// A mapping's key and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// The key.
    pub(crate) text: String,
    /// Line, from 1.
    pub(crate) line: u32,
    /// Column in code points, from 1.
    pub(crate) column: u32,
}

impl Node {
    /// The value of a key; none where this is no mapping, or the key is missing.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        let found = self.entries().iter().find(|(k, _)| k.text == key);
        found.map(|(_, node)| node)
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text, _) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The items of a list; empty for what is no list.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Null | Value::Scalar(..) | Value::Map(_) => &[],
        }
    }

    /// The entries of a mapping; empty for what is no mapping.
    pub(crate) fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Null | Value::Scalar(..) | Value::List(_) => &[],
        }
    }

    /// What it is, as a noun with its article.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Scalar(text, _) if text.is_empty() => "empty",
            Value::Scalar(..) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// Reads YAML; `path` is only named in diagnostics. An empty file is [`Value::Null`].
pub(crate) fn parse(source: &str, path: &Path) -> Result<Node> {
    let mut findings = Findings::new(path, source);
    if source.len() > SOURCE_BYTES_MAX {
        findings.error("V106", (1, 1, 1), "The file is larger than 16 MB.", "");
        return Err(Error::rules(findings.into_list()));
    }
    let mut builder = Builder::default();
    let options = granit_parser::options! {
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    match builder.run(source, options) {
        Ok(node) => Ok(node),
        Err((rule, place, message, hint)) => {
            findings.error(rule, place, message, hint);
            Err(Error::rules(findings.into_list()))
        }
    }
}

/// Rule id, place, message and hint of what ends the reading.
type Problem = (&'static str, (u32, u32, u32), String, &'static str);

fn problem(rule: &'static str, span: YamlSpan, message: impl Into<String>) -> Problem {
    (rule, place_of(span), message.into(), "")
}

/// Line, column and width on the first line.
fn place_of(span: YamlSpan) -> (u32, u32, u32) {
    let (line, column) = (span.start.line() as u32, span.start.col() as u32 + 1);
    let width = if span.end.line() == span.start.line() {
        span.end.col().saturating_sub(span.start.col())
    } else {
        1
    };
    (line, column, (width as u32).max(1))
}

fn scan_problem(error: &ScanError) -> Problem {
    let marker = error.marker();
    let place = (marker.line().max(1) as u32, marker.col() as u32 + 1, 1);
    let message = format!("This is not valid YAML: {}.", error.info());
    let hint = "Check the indentation, and put text that holds `: `, `#` or begins with one of \
                `[{\"'|>*&!%@` in quotation marks.";
    ("V100", place, message, hint)
}

/// A collection that is being filled.
enum Open {
    List(Vec<Node>),
    Map(Vec<(Key, Node)>, Option<Key>),
}

/// Builds the tree from events.
#[derive(Default)]
struct Builder {
    open: Vec<(Open, usize, YamlSpan)>,
    anchors: BTreeMap<usize, (Node, usize)>,
    root: Option<Node>,
    nodes: usize,
    documents: usize,
}

impl Builder {
    fn run(&mut self, source: &str, options: Options) -> std::result::Result<Node, Problem> {
        for event in Parser::new_from_str_with_options(source, options) {
            let (event, span) = event.map_err(|e| scan_problem(&e))?;
            self.event(event, span)?;
        }
        let empty = Node {
            value: Value::Null,
            line: 1,
            column: 1,
            width: 1,
        };
        Ok(self.root.take().unwrap_or(empty))
    }

    fn event(&mut self, event: Event<'_>, span: YamlSpan) -> std::result::Result<(), Problem> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(problem("V100", span, "A second YAML document starts here."));
                }
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open.push((Open::List(Vec::new()), anchor, span));
            }
            Event::MappingStart(_, anchor, _) => {
                let map = Open::Map(Vec::new(), None);
                self.open.push((map, anchor, span));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some((open, anchor, start)) = self.open.pop() {
                    let value = match open {
                        Open::List(items) => Value::List(items),
                        Open::Map(entries, _) => Value::Map(entries),
                    };
                    self.node(value, anchor, start)?;
                }
            }
            Event::Scalar(text, style, anchor, _) => {
                let value = scalar(text.into_owned(), style);
                self.node(value, anchor, span)?;
            }
            Event::Alias(id) => {
                let Some((node, size)) = self.anchors.get(&id).cloned() else {
                    let message = "An alias stands inside of what it names.";
                    return Err(problem("V100", span, message));
                };
                self.nodes += size;
                self.place(node, span)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn node(
        &mut self,
        value: Value,
        anchor: usize,
        span: YamlSpan,
    ) -> std::result::Result<(), Problem> {
        let (line, column, width) = place_of(span);
        let node = Node {
            value,
            line,
            column,
            width,
        };
        if anchor > 0 {
            let size = size(&node);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        self.nodes += 1;
        self.place(node, span)
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Node, span: YamlSpan) -> std::result::Result<(), Problem> {
        if self.nodes > NODES_MAX {
            let message = "The file stands for more than a million values.";
            return Err(problem("V106", span, message));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some((Open::List(items), ..)) => items.push(node),
            Some((Open::Map(entries, pending), ..)) => match pending.take() {
                Some(key) => entries.push((key, node)),
                None => *pending = Some(key(entries, node, span)?),
            },
        }
        Ok(())
    }
}

/// Makes a node the next key of a mapping.
fn key(entries: &[(Key, Node)], node: Node, span: YamlSpan) -> std::result::Result<Key, Problem> {
    let text = match node.value {
        Value::Scalar(text, _) => text,
        Value::Null => "~".to_owned(),
        Value::List(_) | Value::Map(_) => {
            return Err(problem("V100", span, "A key must be a plain word."));
        }
    };
    if let Some((first, _)) = entries.iter().find(|(k, _)| k.text == text) {
        let message = format!(
            "The key {text:?} stands twice; first on line {}.",
            first.line
        );
        return Err(problem("V105", span, message));
    }
    Ok(Key {
        text,
        line: node.line,
        column: node.column,
    })
}

fn scalar(text: String, style: ScalarStyle) -> Value {
    let style = match style {
        ScalarStyle::Plain if matches!(text.as_str(), "" | "~" | "null") => return Value::Null,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        ScalarStyle::Plain => Style::Plain,
    };
    Value::Scalar(text, style)
}

/// The number of nodes of a tree; its depth is bounded by the parser.
fn size(node: &Node) -> usize {
    let below: usize = match &node.value {
        Value::Null | Value::Scalar(..) => 0,
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(entries) => entries.iter().map(|(_, n)| size(n)).sum(),
    };
    below + 1
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn tree(source: &str) -> Node {
        parse(source, Path::new("a.yaml")).unwrap_or_else(|e| panic!("{e}"))
    }

    fn failure(source: &str) -> String {
        parse(source, Path::new("a.yaml"))
            .expect_err(source)
            .to_string()
    }

    #[test]
    fn every_node_has_its_place() {
        let root = tree("# c\ncodes:\n  - id: é\n    names: [no, \"1: a\"]\n");
        let code = &root.get("codes").expect("codes").items()[0];
        let id = code.get("id").expect("id");
        assert_eq!((id.text(), id.line, id.column), (Some("é"), 3, 9));
        let names = code.get("names").expect("names").items();
        assert_eq!(names[0].text(), Some("no"));
        assert_eq!((names[1].text(), names[1].column), (Some("1: a"), 17));
    }

    #[test]
    fn an_alias_stands_for_its_value() {
        let root = tree("a: &x [1, 2]\nb: *x\n");
        assert_eq!(root.get("b").expect("b").items().len(), 2);
    }

    #[test]
    fn broken_yaml_is_drawn() {
        assert!(
            failure("a: [1\nb: 2\n").contains("a.yaml:2"),
            "{}",
            failure("a: [1\nb: 2\n")
        );
        assert!(failure("a: 1\na: 2\n").contains("first on line 1"));
        assert!(failure("a: 1\n---\nb: 2\n").contains("second YAML document"));
        assert!(failure("? [a]\n: 1\n").contains("plain word"));
    }

    #[test]
    fn bombs_are_refused() {
        let mut source = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for i in 1..9 {
            let before = vec![format!("*a{}", i - 1); 10].join(", ");
            writeln!(source, "a{i}: &a{i} [{before}]").unwrap();
        }
        assert!(failure(&source).contains("million"));
        assert!(failure(&"[".repeat(10_000)).contains("V100"));
        assert!(failure("a: &x [*x]\n").contains("inside"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(source in "[a:#|>&*!?{}\\[\\], \\n'\"-]{0,60}") {
            let _tree = parse(&source, Path::new("a.yaml"));
        }
    }
}
