//! A codebook as people read it: its tree, or one code with all that it holds.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::model::codebook::{Code, CodeIndex, Codebook, Example, Scope};
use crate::model::coding::Assertion;
use crate::model::pattern::Pattern;

/// Columns of a page.
const WIDTH: usize = 100;

/// The tree of codes with their definitions and the size of their lists.
pub fn tree(codebook: &Codebook) -> String {
    let mut out = String::new();
    let patterns: usize = codebook
        .codes
        .iter()
        .map(|c| c.patterns.len() + c.opposites.len() + c.unless.len())
        .sum();
    line(
        &mut out,
        &format!(
            "{} {} ({}): {}, {}, {}",
            codebook.name,
            codebook.version,
            codebook.language,
            count(codebook.codes.len(), "code"),
            count(patterns, "pattern"),
            count(codebook.word_lists.len(), "word list"),
        ),
    );
    if !codebook.memo.is_empty() {
        wrapped(&mut out, "  ", &codebook.memo);
    }
    branch(codebook, None, "", &mut out);
    out
}

/// Writes the codes under a parent; `lead` is the drawn lines to their left.
fn branch(codebook: &Codebook, parent: Option<CodeIndex>, lead: &str, out: &mut String) {
    let children: Vec<CodeIndex> = codebook
        .indices()
        .filter(|i| codebook.code(*i).parent == parent)
        .collect();
    for (place, index) in children.iter().enumerate() {
        let last = place + 1 == children.len();
        let (fork, below) = if last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        let code = codebook.code(*index);
        line(out, &format!("{lead}{fork}{}  {}", code.path, sizes(code)));
        let inner = format!("{lead}{below}");
        let has_children = codebook.codes.iter().any(|c| c.parent == Some(*index));
        let text_lead = format!("{inner}{}", if has_children { "│  " } else { "   " });
        if !code.definition.is_empty() {
            wrapped(out, &text_lead, &code.definition);
        }
        branch(codebook, Some(*index), &inner, out);
    }
}

fn sizes(code: &Code) -> String {
    let sizes = [
        (code.patterns.len(), "pattern"),
        (code.opposites.len(), "opposite"),
        (code.unless.len(), "exclusion"),
        (code.examples.len(), "example"),
        (code.counterexamples.len(), "counter-example"),
    ];
    let told: Vec<String> = sizes
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, w)| count(*n, w))
        .collect();
    if told.is_empty() {
        String::new()
    } else {
        format!("[{}]", told.join(", "))
    }
}

/// A number with its noun.
fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// One code with all that it holds.
pub fn code(code: &Code) -> String {
    let mut out = String::new();
    line(&mut out, &format!("{}: {}", code.path, code.name));
    wrapped(&mut out, "  ", &code.definition);
    if !code.memo.is_empty() {
        wrapped(&mut out, "  memo: ", &code.memo);
    }
    list(&mut out, "include", &code.include);
    list(&mut out, "exclude", &code.exclude);
    list(&mut out, "examples", &examples(&code.examples));
    list(
        &mut out,
        "counter-examples",
        &examples(&code.counterexamples),
    );
    list(&mut out, "patterns", &sources(&code.patterns));
    list(
        &mut out,
        "opposites (coded, negated)",
        &sources(&code.opposites),
    );
    list(&mut out, "unless", &sources(&code.unless));
    let counted: Vec<&str> = code.count.iter().map(|a| a.as_str()).collect();
    line(&mut out, &format!("  counts: {}", counted.join(", ")));
    if code.scope == Scope::Note {
        line(&mut out, "  scope: the whole note");
    }
    out
}

/// A codebook for machines.
pub fn json(codebook: &Codebook) -> Value {
    let lists: BTreeMap<&str, Vec<String>> = codebook
        .word_lists
        .iter()
        .map(|(name, list)| (name.as_str(), sources(list)))
        .collect();
    let codes: Vec<Value> = codebook.codes.iter().map(code_json).collect();
    json!({
        "codebook": codebook.name,
        "version": codebook.version,
        "language": codebook.language,
        "memo": codebook.memo,
        "sha256": codebook.sha256,
        "word_lists": lists,
        "codes": codes,
    })
}

/// A code for machines; examples as a list of text and assertion.
pub fn code_json(code: &Code) -> Value {
    let sentences = |list: &[Example]| -> Vec<Value> {
        let told = list
            .iter()
            .map(|e| json!({ "text": e.text, "assertion": e.assertion.map(Assertion::as_str) }));
        told.collect()
    };
    let counted: Vec<&str> = code.count.iter().map(|a| a.as_str()).collect();
    json!({
        "code": code.path.as_str(),
        "name": code.name,
        "definition": code.definition,
        "include": code.include,
        "exclude": code.exclude,
        "examples": sentences(&code.examples),
        "counterexamples": sentences(&code.counterexamples),
        "patterns": sources(&code.patterns),
        "opposites": sources(&code.opposites),
        "unless": sources(&code.unless),
        "count": counted,
        "scope": if code.scope == Scope::Note { "note" } else { "sentence" },
        "memo": code.memo,
        "line": code.line,
    })
}

fn examples(examples: &[Example]) -> Vec<String> {
    let told = examples.iter().map(|e| match e.assertion {
        None | Some(Assertion::Affirmed) => e.text.clone(),
        Some(assertion) => format!("{} ({assertion})", e.text),
    });
    told.collect()
}

fn sources(patterns: &[Pattern]) -> Vec<String> {
    patterns.iter().map(|p| p.source.clone()).collect()
}

fn list(out: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    line(out, &format!("  {title}"));
    for item in items {
        line(out, &format!("    {item}"));
    }
}

fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _written = writeln!(out, "{}", text.trim_end());
}

/// Writes a text in lines of at most [`WIDTH`] columns, each behind the lead.
fn wrapped(out: &mut String, lead: &str, text: &str) {
    let mut current = lead.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && current.chars().count() + 1 + word.chars().count() > WIDTH {
            line(out, &current);
            lead.clone_into(&mut current);
            empty = true;
        }
        if !empty {
            current.push(' ');
        }
        current.push_str(word);
        empty = false;
    }
    if !empty {
        line(out, &current);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebook::load_text;
    use std::path::Path;

    #[test]
    fn the_tree_is_drawn() {
        let source = "codebook: a\nversion: 1\ncodes:\n  - id: x\n    definition: All x.\n    children:\n      \
            - {id: y, definition: A y., patterns: [y]}\n  - {id: z, patterns: [z], examples: [z]}\n";
        let loaded = load_text(source, Path::new("a.yaml")).unwrap_or_else(|e| panic!("{e}"));
        let drawn = tree(&loaded.codebook);
        insta::assert_snapshot!(drawn, @r"
        a 1 (en): 3 codes, 2 patterns, 0 word lists
        ├─ x
        │  │  All x.
        │  └─ x/y  [1 pattern]
        │        A y.
        └─ z  [1 pattern, 1 example]
        ");
    }
}
