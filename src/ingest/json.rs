//! Notes in JSON: an object a line, or one array of objects.
//!
//! Comes in: UTF-8. Goes out: rows whose cells are the objects' values; a nested object's keys are
//! joined with a dot. Nesting is bounded by the parser (128), so that no line ends the program.

use std::io::{self, BufRead, BufReader, Read};

use serde_json::{Map, Value};

use crate::model::reading::Role;

use super::delimited::{Fault, Row};
use super::recognise::Recogniser;
use super::table::RowSource;

mod records;

/// Keys that are told apart in one object.
const KEYS_MAX: usize = 2000;

/// Objects inside each other whose keys are joined.
const DEPTH_MAX: usize = 8;

/// Rows from lines of JSON.
pub(crate) struct JsonLines<'r, R: Read> {
    input: BufReader<R>,
    recogniser: &'r Recogniser,
    line_bytes_max: usize,
    line: u64,
    /// Columns, once the first lines were seen.
    names: Vec<String>,
}

impl<'r, R: Read> JsonLines<'r, R> {
    /// Reads the lines of `input`.
    pub(crate) fn new(input: R, recogniser: &'r Recogniser, line_bytes_max: usize) -> Self {
        Self {
            input: BufReader::with_capacity(1 << 16, input),
            recogniser,
            line_bytes_max,
            line: 0,
            names: Vec::new(),
        }
    }

    /// A line without its end; none at the end of the file, an error's text where it is too long.
    fn next_line(&mut self) -> io::Result<Option<Result<String, String>>> {
        let mut bytes = Vec::new();
        let limit = self.line_bytes_max as u64 + 2;
        let read = self
            .input
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        self.line += 1;
        if read as u64 == limit && bytes.last() != Some(&b'\n') {
            self.input.skip_until(b'\n')?;
            return Ok(Some(Err("longer than the limit of a note".to_owned())));
        }
        Ok(Some(
            String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned()),
        ))
    }
}

impl<R: Read> RowSource for JsonLines<'_, R> {
    fn next_row(&mut self) -> io::Result<Option<Row>> {
        while let Some(line) = self.next_line()? {
            let row = match line {
                Ok(text) if text.trim().is_empty() => continue,
                Ok(text) => row_of_line(&text, self.recogniser),
                Err(why) => broken(why),
            };
            let row = Row {
                line: self.line,
                ..row
            };
            return Ok(Some(placed(row, &self.names, self.recogniser)));
        }
        Ok(None)
    }

    fn expect_width(&mut self, _width: usize) {}

    fn headers(&self, sample: &[Row]) -> Option<Vec<String>> {
        Some(keys_of(sample))
    }

    fn place(&mut self, row: &mut Row, names: &[String]) {
        if self.names.is_empty() {
            self.names = names.to_vec();
        }
        *row = placed(std::mem::take(row), names, self.recogniser);
    }
}

/// Rows from one array of objects.
pub(crate) struct JsonArray<'r> {
    rows: std::vec::IntoIter<Row>,
    recogniser: &'r Recogniser,
    names: Vec<String>,
}

impl<'r> JsonArray<'r> {
    /// Finds the array of objects in a JSON text: the text itself, or the longest one under a key.
    pub(crate) fn parse(text: &str, recogniser: &'r Recogniser) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|e| json_reason(&e))?;
        let items = match value {
            Value::Array(items) => items,
            Value::Object(map) => match longest_array(&map) {
                Some(key) => into_items(map, &key),
                None => vec![Value::Object(map)],
            },
            _ => return Err("neither an object nor a list of objects".to_owned()),
        };
        let items = records::laid_out(items, recogniser);
        let rows: Vec<Row> = items
            .into_iter()
            .enumerate()
            .map(|(i, item)| Row {
                line: i as u64 + 1,
                ..row_of(item, recogniser)
            })
            .collect();
        Ok(Self {
            rows: rows.into_iter(),
            recogniser,
            names: Vec::new(),
        })
    }
}

impl RowSource for JsonArray<'_> {
    fn next_row(&mut self) -> io::Result<Option<Row>> {
        let row = self.rows.next();
        Ok(row.map(|row| placed(row, &self.names, self.recogniser)))
    }

    fn expect_width(&mut self, _width: usize) {}

    fn headers(&self, sample: &[Row]) -> Option<Vec<String>> {
        Some(keys_of(sample))
    }

    fn place(&mut self, row: &mut Row, names: &[String]) {
        if self.names.is_empty() {
            self.names = names.to_vec();
        }
        *row = placed(std::mem::take(row), names, self.recogniser);
    }
}

fn longest_array(map: &Map<String, Value>) -> Option<String> {
    let arrays = map.iter().filter_map(|(key, value)| {
        let items = value
            .as_array()
            .filter(|a| a.iter().any(Value::is_object))?;
        Some((items.len(), key))
    });
    arrays
        .max_by_key(|&(n, key)| (n, std::cmp::Reverse(key)))
        .map(|(_, key)| key.clone())
}

fn into_items(mut map: Map<String, Value>, key: &str) -> Vec<Value> {
    match map.remove(key) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// The keys of some rows, by first appearance.
fn keys_of(sample: &[Row]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (key, _, _) in sample.iter().flat_map(|r| &r.extra) {
        if names.len() < KEYS_MAX && !names.contains(key) {
            names.push(key.clone());
        }
    }
    names
}

/// Moves named values into the cells of their columns.
fn placed(mut row: Row, names: &[String], recogniser: &Recogniser) -> Row {
    if names.is_empty() {
        return row;
    }
    row.cells = vec![String::new(); names.len()];
    let mut extra = Vec::new();
    for (key, value, _) in std::mem::take(&mut row.extra) {
        let column = names.iter().position(|n| *n == key);
        if let Some(cell) = column.and_then(|at| row.cells.get_mut(at)) {
            *cell = value;
        } else {
            let role = recogniser.column_role(&key);
            extra.push((key, value, role));
        }
    }
    row.extra = extra;
    row
}

fn row_of_line(text: &str, recogniser: &Recogniser) -> Row {
    match serde_json::from_str::<Value>(text.trim()) {
        Ok(value) => row_of(value, recogniser),
        Err(error) => broken(json_reason(&error)),
    }
}

fn row_of(value: Value, recogniser: &Recogniser) -> Row {
    match value {
        Value::Object(map) => {
            let mut row = Row::default();
            flatten(map, "", 0, recogniser, &mut row.extra);
            row
        }
        Value::Null => broken("null, not an object".to_owned()),
        Value::Bool(_) => broken("true or false, not an object".to_owned()),
        Value::Number(_) => broken("a number, not an object".to_owned()),
        Value::String(_) => broken("a string, not an object".to_owned()),
        Value::Array(_) => broken("a list, not an object".to_owned()),
    }
}

fn flatten(
    map: Map<String, Value>,
    prefix: &str,
    depth: usize,
    recogniser: &Recogniser,
    out: &mut Vec<(String, String, Option<Role>)>,
) {
    for (key, value) in map {
        if out.len() >= KEYS_MAX {
            return;
        }
        let name = if prefix.is_empty() {
            key
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            Value::Object(inner) if depth < DEPTH_MAX => {
                flatten(inner, &name, depth + 1, recogniser, out);
            }
            Value::Null => {}
            Value::Array(items) if records::are_paragraphs(&items, recogniser) => {
                out.push((name, records::paragraphs(items, recogniser), None));
            }
            other => out.push((name, plain(other), None)),
        }
    }
}

/// A value as a cell: strings as they are, lists of plain values joined.
fn plain(value: Value) -> String {
    match value {
        Value::String(text) => super::decode::unix_lines(text),
        Value::Array(items) if items.iter().all(|i| !i.is_object() && !i.is_array()) => {
            let parts: Vec<String> = items.into_iter().map(plain).collect();
            parts.join("; ")
        }
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn broken(why: String) -> Row {
    Row {
        fault: Some(Fault::Broken(why)),
        ..Row::default()
    }
}

/// What is wrong with a JSON text.
pub(crate) fn json_reason(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => format!("ends inside a value, at column {}", error.column()),
        _ if error.to_string().contains("recursion") => {
            "too many brackets inside each other".to_owned()
        }
        _ => format!("no JSON from column {} on", error.column()),
    }
}
