//! Whether a study's files are still those that a run read.
//!
//! Comes in: a study's folder or file, and its sources with their hashes as a run recorded them. Goes
//! out: the files that changed, came or went. Files that every command reads anew (codebook,
//! decisions, memos, sheets) are no part of it. Refuses: to go by times, which copying changes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::error::Result;

use super::kind::not_a_note_by_name;
use super::options::Options;
use super::selection::Selection;
use super::walk::{Found, What, walk};

/// Bytes of a file that are read at once.
const CHUNK: usize = 1 << 16;

/// The files below `root` that are not as `known` has them (name → SHA-256, in hex), and those that
/// are gone, by name.
///
/// # Errors
/// Where the root cannot be read, or an option is wrong.
pub fn changed_files(
    root: &Path,
    options: &Options,
    known: &BTreeMap<String, String>,
) -> Result<Vec<String>> {
    let found = walk(root)?;
    let selection = Selection::new(root, options, &found)?;
    let is_apart = |(i, file): (usize, &Found)| {
        let last = file.name.rsplit('/').next().unwrap_or_default();
        let by_name = not_a_note_by_name(last).is_some() && last != "study.toml";
        let is_unnamed = !selection.is_told() || selection.skip_name(&file.name).is_some();
        selection.is_no_note(i) || (by_name && is_unnamed)
    };
    let files = found.par_iter().enumerate();
    let changed = files.filter(|&(i, file)| !is_apart((i, file)) && is_changed(file, known));
    let mut names: Vec<String> = changed.map(|(_, file)| file.name.clone()).collect();
    // A member of an archive is recorded below the archive's name, and is as that is.
    let is_there = |name: &str| {
        let of_archive = |file: &Found| {
            let below = name.strip_prefix(file.name.as_str());
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        found
            .binary_search_by(|f| f.name.as_str().cmp(name))
            .is_ok()
            || found.iter().any(of_archive)
    };
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let is_told_apart = |name: &&String| not_a_note_by_name(&last(name)).is_some();
    let gone = known
        .keys()
        .filter(|name| !is_there(name) && !is_told_apart(name));
    names.extend(gone.cloned());
    names.sort();
    Ok(names)
}

fn is_changed(file: &Found, known: &BTreeMap<String, String>) -> bool {
    let Some(before) = known.get(&file.name) else {
        return true;
    };
    match file.what {
        What::File(_) => hash(&file.path).ok().as_ref() != Some(before),
        What::Skipped(_) | What::Failed(_) => !before.is_empty(),
    }
}

fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let (mut hash, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(crate::text::hex(&hash.finalize())),
            read => hash.update(chunk.get(..read).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_changed_came_or_went_is_named_and_what_is_read_anew_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        for name in ["a.txt", "b.txt", "c.txt", "decisions.csv"] {
            write(name, name);
        }
        let sha = |text: &str| crate::text::hex_sha256(text.as_bytes());
        let names = ["a.txt", "b.txt", "c.txt", "decisions.csv"].map(str::to_owned);
        let mut known: BTreeMap<String, String> =
            names.into_iter().map(|n| (n.clone(), sha(&n))).collect();
        known.insert("old.zip/d.txt".to_owned(), sha("d"));
        let changed = || changed_files(dir.path(), &Options::default(), &known).unwrap();
        assert_eq!(changed(), ["old.zip/d.txt"]);
        write("old.zip", "x");
        write("b.txt", "other");
        write("decisions.csv", "other");
        write("new.txt", "new");
        fs::remove_file(dir.path().join("c.txt")).unwrap();
        assert_eq!(changed(), ["b.txt", "c.txt", "new.txt", "old.zip"]);
    }
}
