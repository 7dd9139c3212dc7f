//! A project's codes as a codebook file of this program.
//!
//! Comes in: codes. Goes out: YAML that loads. It has no patterns, since other programs have none:
//! it names what people coded, and waits for patterns.

use std::fmt::Write as _;

use super::code_ids::id_of;
use super::project::{Project, ProjectCode};

/// Writes the codebook of a project.
pub fn codebook_yaml(project: &Project) -> String {
    let mut out = String::new();
    let name = match id_of(&project.name).as_str() {
        "code" => "imported".to_owned(),
        id => id.to_owned(),
    };
    let origin = if project.origin.is_empty() {
        "another program"
    } else {
        &project.origin
    };
    line(&mut out, 0, "codebook", &name);
    line(&mut out, 0, "version", "imported");
    line(
        &mut out,
        0,
        "memo",
        &format!("Imported from {origin}. Codes have no patterns yet."),
    );
    if project.codes.is_empty() {
        out.push_str("codes: []\n");
        return out;
    }
    out.push_str("codes:\n");
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); project.codes.len()];
    let mut tops = Vec::new();
    for (index, code) in project.codes.iter().enumerate() {
        match code.parent {
            Some(parent) => children[parent].push(index),
            None => tops.push(index),
        }
    }
    let mut open: Vec<(usize, usize)> = tops.into_iter().rev().map(|t| (t, 1)).collect();
    while let Some((index, depth)) = open.pop() {
        write_code(&mut out, &project.codes[index], depth);
        if !children[index].is_empty() {
            let _written = writeln!(out, "{}children:", indent(depth));
        }
        open.extend(children[index].iter().rev().map(|c| (*c, depth + 1)));
    }
    out
}

/// A code's keys stand behind its dash: two levels a depth.
fn indent(depth: usize) -> String {
    " ".repeat(4 * depth)
}

fn write_code(out: &mut String, code: &ProjectCode, depth: usize) {
    let dash = format!("{}- ", " ".repeat(4 * depth - 2));
    let _written = writeln!(out, "{dash}id: {}", quoted(&code.id));
    let lead = indent(depth);
    let mut text = |key: &str, value: &str| {
        if !value.is_empty() {
            let _written = writeln!(out, "{lead}{key}: {}", quoted(value));
        }
    };
    text("name", &code.name);
    text("definition", &code.definition);
    text("memo", &code.memo);
    list(
        out,
        &lead,
        "include",
        code.include.iter().map(|t| quoted(t)),
    );
    list(
        out,
        &lead,
        "exclude",
        code.exclude.iter().map(|t| quoted(t)),
    );
    let example = |(text, assertion): &(String, Option<String>)| match assertion {
        Some(assertion) => {
            format!(
                "{{text: {}, assertion: {}}}",
                quoted(text),
                quoted(assertion)
            )
        }
        None => quoted(text),
    };
    list(out, &lead, "examples", code.examples.iter().map(example));
    let counterexamples = code.counterexamples.iter().map(|t| quoted(t));
    list(out, &lead, "counterexamples", counterexamples);
}

fn list(out: &mut String, lead: &str, key: &str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        let _written = writeln!(out, "{lead}{key}:");
    }
    for item in items {
        let _written = writeln!(out, "{lead}  - {item}");
    }
}

fn line(out: &mut String, depth: usize, key: &str, value: &str) {
    let _written = writeln!(out, "{}{key}: {}", indent(depth), quoted(value));
}

/// A text in double quotes, as JSON and YAML both write it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}') => {
                let _written = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
