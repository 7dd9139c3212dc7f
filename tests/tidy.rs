//! Holds the shape of the source tree: who may import whom, how long a file may be, how it opens.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on should say so"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A module may import only from modules of a lower rank; equal ranks are strangers.
const RANKS: &[(&str, u8)] = &[
    ("error", 0),
    ("text", 0),
    ("model", 1),
    ("spool", 1),
    ("codebook", 2),
    ("ingest", 2),
    ("segment", 2),
    ("coding", 2),
    ("tally", 2),
    ("index", 2),
    ("query", 2),
    ("suggest", 2),
    ("quote", 2),
    ("deident", 2),
    ("agreement", 2),
    ("exchange", 2),
    ("comparison", 3),
    ("export", 3),
    ("report", 3),
    ("study", 4),
    ("pipeline", 5),
    ("cli", 6),
];

/// Rank 0 has one inner order: errors know nothing of text.
const STRANGERS_OF_RANK_0: (&str, &str) = ("error", "text");

/// Most lines of code (no blanks, no comments, no tests) in a file.
const CODE_LINES_MAX: usize = 400;

/// The only modules that may touch files.
const FILE_MODULES: &[&str] = &[
    "spool", "ingest", "codebook", "index", "exchange", "export", "report", "study", "cli",
];

fn sources(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn module_of(path: &Path, root: &Path) -> String {
    let first = path
        .strip_prefix(root)
        .unwrap()
        .components()
        .next()
        .unwrap();
    first
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

/// The code of a file before its tests, without comments.
fn without_tests(source: &str) -> String {
    let code = source.split("#[cfg(test)]\nmod ").next().unwrap_or(source);
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    code.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// Whether a file holds nothing but tests.
fn is_tests(path: &Path) -> bool {
    path.file_stem()
        .is_some_and(|stem| stem == "tests" || stem == "fixture")
}

#[test]
fn imports_only_go_down_the_ranks() {
    let ranks: BTreeMap<_, _> = RANKS.iter().copied().collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut broken = Vec::new();
    for path in sources(&root) {
        let module = module_of(&path, &root);
        if is_tests(&path) {
            continue;
        }
        let Some(&rank) = ranks.get(module.as_str()) else {
            assert!(
                ["lib", "main"].contains(&module.as_str()),
                "{module} has no rank"
            );
            continue;
        };
        let source = fs::read_to_string(&path).unwrap();
        for piece in without_tests(&source).split("crate::").skip(1) {
            let name: String = piece
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let Some(&other) = ranks.get(name.as_str()) else {
                continue;
            };
            let within_rank_0 = rank == 0 && (name == STRANGERS_OF_RANK_0.1 || module == name);
            if name != module && other >= rank && !within_rank_0 {
                broken.push(format!("{} imports {name}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut broken = Vec::new();
    for path in sources(&root) {
        let source = fs::read_to_string(&path).unwrap();
        if !source.starts_with("//!") {
            broken.push(format!("{} does not open with //!", path.display()));
        }
        let code = without_tests(&source)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .count();
        if code > CODE_LINES_MAX {
            broken.push(format!("{} has {code} lines of code", path.display()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn files_are_touched_only_at_the_edges() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut broken = Vec::new();
    for path in sources(&root) {
        let module = module_of(&path, &root);
        let source = fs::read_to_string(&path).unwrap();
        let touches = ["std::fs", "File::open", "File::create"]
            .iter()
            .any(|word| without_tests(&source).contains(word));
        if touches && !FILE_MODULES.contains(&module.as_str()) {
            broken.push(format!("{} touches files", path.display()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
