//! Records inside records: a person's entries in a list under the person, a text as a list of
//! paragraphs.
//!
//! Comes in: the objects of a list. Goes out: an object an entry, which keeps what its parent says.
//! A list of the turns of a talk, or of pieces of a text, is not parted.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::reading::Role;

use super::super::recognise::Recogniser;

/// Objects in which a list of records is looked for.
const DEPTH_MAX: usize = 3;

/// The keys that lead to a list, from the outside in.
type Path = Vec<String>;

/// Parts objects that hold most of their text in a list of dated records into those records.
pub(super) fn laid_out(items: Vec<Value>, recogniser: &Recogniser) -> Vec<Value> {
    let mut lists: BTreeMap<Path, usize> = BTreeMap::new();
    for item in &items {
        if let Value::Object(map) = item {
            find_lists(map, &mut Vec::new(), recogniser, &mut lists);
        }
    }
    let all: usize = items.iter().map(text_bytes).sum();
    let most = lists.into_iter().max_by_key(|(_, bytes)| *bytes);
    match most {
        Some((path, bytes)) if bytes * 2 > all => {
            let parted = items.into_iter().flat_map(|item| part(item, &path));
            parted.collect()
        }
        _ => items,
    }
}

/// Adds up the text in lists of records, by where they stand.
fn find_lists(
    map: &Map<String, Value>,
    path: &mut Path,
    recogniser: &Recogniser,
    lists: &mut BTreeMap<Path, usize>,
) {
    for (key, value) in map {
        path.push(key.clone());
        match value {
            Value::Array(items) if are_records(items, recogniser) => {
                let bytes: usize = items.iter().map(text_bytes).sum();
                *lists.entry(path.clone()).or_default() += bytes;
            }
            Value::Object(inner) if path.len() < DEPTH_MAX => {
                find_lists(inner, path, recogniser, lists);
            }
            _ => {}
        }
        path.pop();
    }
}

/// Whether a list holds objects that say their day, and not who speaks.
fn are_records(items: &[Value], recogniser: &Recogniser) -> bool {
    let has = |item: &Value, role: Role| {
        let keys = item.as_object().into_iter().flat_map(Map::keys);
        keys.map(|k| recogniser.column_role(k))
            .any(|r| r == Some(role))
    };
    let dated = items.iter().filter(|i| has(i, Role::Date)).count();
    !items.is_empty()
        && items.iter().all(Value::is_object)
        && dated * 2 > items.len()
        && !items.iter().any(|i| has(i, Role::Speaker))
}

fn text_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(text_bytes).sum(),
        Value::Object(map) => map.values().map(text_bytes).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// The records of one object, each with what the object says of all of them.
fn part(mut item: Value, path: &Path) -> Vec<Value> {
    let Some(Value::Array(records)) = take(&mut item, path) else {
        return vec![item];
    };
    let Value::Object(parent) = item else {
        return records;
    };
    let with_parent = |record: Value| match record {
        Value::Object(mut own) => {
            for (key, value) in &parent {
                let name = if own.contains_key(key) {
                    format!("parent.{key}")
                } else {
                    key.clone()
                };
                own.insert(name, value.clone());
            }
            Value::Object(own)
        }
        other => other,
    };
    records.into_iter().map(with_parent).collect()
}

/// Takes the value at a path out of an object.
fn take(item: &mut Value, path: &[String]) -> Option<Value> {
    let (last, outer) = path.split_last()?;
    let mut at = item;
    for key in outer {
        at = at.get_mut(key)?;
    }
    at.as_object_mut()?.remove(last)
}

/// Whether a list is a text in pieces: objects, of which each that holds words holds them under a
/// key that names a text.
pub(super) fn are_paragraphs(items: &[Value], recogniser: &Recogniser) -> bool {
    let is_piece = |item: &Value| {
        let Value::Object(map) = item else {
            return false;
        };
        let mut values = map.iter();
        values.all(|(key, value)| is_text(key, recogniser) || !holds_words(value))
    };
    let mut objects = items.iter().filter_map(Value::as_object);
    items.iter().all(is_piece) && objects.any(|o| o.keys().any(|k| is_text(k, recogniser)))
}

/// The pieces of a text, each a line.
pub(super) fn paragraphs(items: Vec<Value>, recogniser: &Recogniser) -> String {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        let Value::Object(map) = item else { continue };
        let texts = map.into_iter().filter(|(key, _)| is_text(key, recogniser));
        lines.extend(texts.filter_map(|(_, value)| match value {
            Value::String(text) => Some(super::super::decode::unix_lines(text)),
            _ => None,
        }));
    }
    lines.join("\n")
}

fn is_text(key: &str, recogniser: &Recogniser) -> bool {
    recogniser.column_role(key) == Some(Role::Note)
}

fn holds_words(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().contains(char::is_whitespace),
        Value::Array(_) | Value::Object(_) => true,
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recogniser() -> Recogniser {
        let rules = crate::codebook::reading::english().unwrap_or_else(|e| panic!("{e}"));
        Recogniser::new(&rules, &[])
    }

    fn items(json: &str) -> Vec<Value> {
        serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn entries_under_a_person_are_parted_and_keep_what_is_said_of_the_person() {
        let people = items(
            r#"[{"id": "m1", "profile": {"code": "D4"}, "entries": [
                {"id": "e1", "date": "2023-06-05", "text": "Slept well at last."},
                {"id": "e2", "date": "2023-06-12", "text": "Cried, the good kind."}]},
               {"id": "m2", "entries": []}]"#,
        );
        let out = laid_out(people, &recogniser());
        assert_eq!(out.len(), 2);
        assert_eq!(out[1]["id"], "e2");
        assert_eq!(out[1]["parent.id"], "m1");
        assert_eq!(out[1]["profile"]["code"], "D4");
    }

    #[test]
    fn turns_of_a_talk_and_a_short_list_are_left_whole() {
        let talk = r#"[{"id": "t1", "turns": [{"speaker": "C", "date": "2023-06-05", "text": "How was it?"}]}]"#;
        let visits = r#"[{"note": "A long evening, and then she slept at last.", "visits": [{"date": "2023-06-05"}]}]"#;
        for json in [talk, visits] {
            assert_eq!(laid_out(items(json), &recogniser()), items(json));
        }
    }

    #[test]
    fn a_text_in_pieces_is_one_text() {
        let pieces = items(
            r#"[{"type": "paragraph", "text": "First."}, {"type": "line"}, {"type": "paragraph", "text": "Second."}]"#,
        );
        assert!(are_paragraphs(&pieces, &recogniser()));
        assert_eq!(paragraphs(pieces, &recogniser()), "First.\nSecond.");
        let scores = items(r#"[{"item": "PHQ-9", "value": 12}]"#);
        assert!(!are_paragraphs(&scores, &recogniser()));
    }
}
