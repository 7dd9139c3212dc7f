//! The JSON Schema of codebooks, for editors that check while one writes.

/// The schema, as `codebooks/schema/codebook.schema.json` holds it.
pub const SCHEMA: &str = include_str!("../../codebooks/schema/codebook.schema.json");

#[cfg(test)]
mod tests {
    use super::super::load::{BUILT_IN, CODE_KEYS, CODEBOOK_KEYS};
    use super::super::yaml::{Node, Value as Yaml, parse};
    use super::SCHEMA;
    use serde_json::{Map, Value, json};
    use std::collections::BTreeSet;
    use std::path::Path;

    fn schema() -> Value {
        serde_json::from_str(SCHEMA).expect("the schema is JSON")
    }

    fn to_json(node: &Node) -> Value {
        match &node.value {
            Yaml::Null => Value::Null,
            Yaml::Scalar(text, _) => json!(text),
            Yaml::List(items) => items.iter().map(to_json).collect(),
            Yaml::Map(entries) => {
                let pairs = entries.iter().map(|(k, n)| (k.text.clone(), to_json(n)));
                Value::Object(pairs.collect::<Map<_, _>>())
            }
        }
    }

    /// Whether a value has one of the types that a schema's `type` names.
    fn has_type(rule: &Value, value: &Value) -> bool {
        let one = std::slice::from_ref(rule);
        let mut types = rule.as_array().map_or(one, Vec::as_slice).iter();
        types.any(|t| match t.as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("null") => value.is_null(),
            _ => false,
        })
    }

    /// Whether a value fits a schema; knows the words of JSON Schema that ours uses and no others.
    fn fits(root: &Value, schema: &Value, value: &Value) -> Result<(), String> {
        let no = |why: &str| Err(format!("{why}: {value:.80}"));
        for (word, rule) in schema.as_object().expect("an object") {
            match word.as_str() {
                "$ref" => {
                    let path = rule.as_str().expect("text").trim_start_matches('#');
                    fits(root, root.pointer(path).expect("a definition"), value)?;
                }
                "type" => {
                    if !has_type(rule, value) {
                        return no("wrong type");
                    }
                }
                "required" => {
                    let names = rule.as_array().expect("a list").iter();
                    if !names
                        .clone()
                        .all(|n| value.get(n.as_str().expect("text")).is_some())
                    {
                        return no("a key is missing");
                    }
                }
                "enum" if !rule.as_array().expect("a list").contains(value) => {
                    return no("not among the known words");
                }
                "anyOf" => {
                    let mut choices = rule.as_array().expect("a list").iter();
                    if !choices.any(|choice| fits(root, choice, value).is_ok()) {
                        return no("fits none");
                    }
                }
                "minItems" if value.as_array().is_some_and(Vec::is_empty) => return no("empty"),
                "items" => {
                    for item in value.as_array().into_iter().flatten() {
                        fits(root, rule, item)?;
                    }
                }
                "pattern" => {
                    let regex = regex::Regex::new(rule.as_str().expect("text")).expect("valid");
                    if value.as_str().is_some_and(|text| !regex.is_match(text)) {
                        return no("does not match");
                    }
                }
                "propertyNames" => {
                    for name in value.as_object().into_iter().flat_map(Map::keys) {
                        fits(root, rule, &json!(name))?;
                    }
                }
                "properties"
                | "additionalProperties"
                | "$schema"
                | "$id"
                | "title"
                | "description"
                | "default"
                | "$defs"
                | "enum"
                | "minItems" => {}
                other => panic!("the check does not know {other}"),
            }
        }
        for (key, inner) in value.as_object().into_iter().flatten() {
            let known = schema.get("properties").and_then(|p| p.get(key));
            match (known, schema.get("additionalProperties")) {
                (None, Some(Value::Bool(false))) => return no(&format!("unknown key {key}")),
                (Some(rule), _) | (None, Some(rule)) => fits(root, rule, inner)?,
                (None, None) => {}
            }
        }
        Ok(())
    }

    fn check(source: &str) -> Result<(), String> {
        let schema = schema();
        let root = parse(source, Path::new("a.yaml")).unwrap_or_else(|e| panic!("{e}"));
        fits(&schema, &schema, &to_json(&root))
    }

    #[test]
    fn built_in_codebooks_fit_the_schema() {
        for (name, source) in BUILT_IN {
            assert_eq!(check(source), Ok(()), "{name}");
        }
    }

    #[test]
    fn what_the_loader_refuses_the_schema_refuses() {
        for source in [
            "codebook: a\nversion: 1\n",
            "codebook: a\nversion: 1\ncodes: []\n",
            "codebook: a\nversion: 1\ncodes: [{name: x}]\n",
            "codebook: a\nversion: 1\ncodes: [{id: x, paterns: y}]\n",
            "codebook: a\nversion: 1\ncodes: [{id: x, count: [affirm]}]\n",
            "codebook: a\nversion: 1\ncodes: [{id: x, patterns: {a: b}}]\n",
            "codebook: a\nversion: 1\ncodes: [{id: x/y}]\n",
        ] {
            assert!(check(source).is_err(), "{source}");
            assert!(
                super::super::load_text(source, Path::new("a.yaml")).is_err(),
                "{source}"
            );
        }
    }

    #[test]
    fn schema_and_loader_know_the_same_keys() {
        let schema = schema();
        let keys = |pointer: &str| -> BTreeSet<String> {
            let object = schema.pointer(pointer).and_then(Value::as_object);
            object.expect("properties").keys().cloned().collect()
        };
        let known = |list: &[&str]| {
            list.iter()
                .map(ToString::to_string)
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(keys("/properties"), known(CODEBOOK_KEYS));
        assert_eq!(keys("/$defs/code/properties"), known(CODE_KEYS));
    }
}
