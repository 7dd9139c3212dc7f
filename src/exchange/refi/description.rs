//! A code's fields as labelled lines of its description, there and back.
//!
//! REFI-QDA gives a code a name and a description. What a codebook knows beyond its definition
//! stands there in lines such as `Include: ...`, which other programs carry along as text.

use crate::exchange::project::ProjectCode;

const ID: &str = "Id: ";
const INCLUDE: &str = "Include: ";
const EXCLUDE: &str = "Exclude: ";
const EXAMPLE: &str = "Example: ";
const EXAMPLE_OF: &str = "Example (";
const COUNTEREXAMPLE: &str = "Counter-example: ";
const MEMO: &str = "Memo: ";

/// Writes a code's fields; empty where it has none.
pub(in crate::exchange) fn written(code: &ProjectCode) -> String {
    let mut lines = Vec::new();
    if !code.definition.is_empty() {
        lines.push(code.definition.clone());
    }
    lines.push(format!("{ID}{}", code.id));
    lines.extend(
        code.include
            .iter()
            .map(|t| format!("{INCLUDE}{}", one_line(t))),
    );
    lines.extend(
        code.exclude
            .iter()
            .map(|t| format!("{EXCLUDE}{}", one_line(t))),
    );
    for (text, assertion) in &code.examples {
        lines.push(match assertion {
            Some(assertion) => format!("{EXAMPLE_OF}{assertion}): {}", one_line(text)),
            None => format!("{EXAMPLE}{}", one_line(text)),
        });
    }
    let counter = |t: &String| format!("{COUNTEREXAMPLE}{}", one_line(t));
    lines.extend(code.counterexamples.iter().map(counter));
    if !code.memo.is_empty() {
        lines.push(format!("{MEMO}{}", one_line(&code.memo)));
    }
    lines.join("\n")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a description into a code; lines without a label are its definition.
pub(in crate::exchange) fn read(description: &str, code: &mut ProjectCode) {
    let mut definition: Vec<&str> = Vec::new();
    for line in description.lines() {
        let text = line.trim();
        let after = |label: &str| text.strip_prefix(label).map(|t| t.trim().to_owned());
        if let Some(id) = after(ID).filter(|id| super::super::code_ids::id_of(id) == *id) {
            code.id = id;
        } else if let Some(t) = after(INCLUDE) {
            code.include.push(t);
        } else if let Some(t) = after(EXCLUDE) {
            code.exclude.push(t);
        } else if let Some(t) = after(EXAMPLE) {
            code.examples.push((t, None));
        } else if let Some((assertion, t)) = after(EXAMPLE_OF)
            .as_deref()
            .and_then(|t| t.split_once("): "))
        {
            code.examples
                .push((t.to_owned(), Some(assertion.to_owned())));
        } else if let Some(t) = after(COUNTEREXAMPLE) {
            code.counterexamples.push(t);
        } else if let Some(t) = after(MEMO) {
            code.memo = t;
        } else {
            definition.push(line);
        }
    }
    definition
        .join("\n")
        .trim()
        .clone_into(&mut code.definition);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let code = ProjectCode {
            id: "self_care".to_owned(),
            definition: "Acts for oneself.\nNot for others.".to_owned(),
            include: vec!["a bath".to_owned(), "rest".to_owned()],
            exclude: vec!["advice".to_owned()],
            examples: vec![
                ("Took a bath.".to_owned(), None),
                ("No bath.".to_owned(), Some("negated".to_owned())),
            ],
            counterexamples: vec!["Bathed the baby.".to_owned()],
            memo: "rare".to_owned(),
            ..ProjectCode::default()
        };
        let mut back = ProjectCode::default();
        read(&written(&code), &mut back);
        assert_eq!(back, code);
    }

    #[test]
    fn a_plain_description_is_the_definition() {
        let mut code = ProjectCode::default();
        read("thoughts about food", &mut code);
        assert_eq!(code.definition, "thoughts about food");
    }
}
