//! Which files a study holds, in a stable order.
//!
//! Comes in: a folder or one file. Goes out: every file below it with its name as the ledger
//! writes it, and every place that could not be entered with the reason. Follows a link only to
//! what lies outside the study, so that no note is read twice and no loop is walked.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Folders inside each other beyond which nothing is read.
const DEPTH_MAX: usize = 64;

/// Links from folder to folder that are followed one after another.
const LINKS_MAX: usize = 8;

/// A file, or a place that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its path below the study folder, `/` between, bytes that are not UTF-8 as `%XX`.
    pub(crate) name: String,
    /// What it is.
    pub(crate) what: What,
}

/// What was found at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// A file of so many bytes.
    File(u64),
    /// Not a note, with the reason.
    Skipped(String),
    /// Not readable, with the reason.
    Failed(String),
}

/// Lists what is below `root`; an error only where the root itself cannot be read.
pub(crate) fn walk(root: &Path) -> Result<Vec<Found>> {
    let about = fs::metadata(root).map_err(|e| root_error(root, e))?;
    if !about.is_dir() {
        let name = root.file_name().map(text_of).unwrap_or_default();
        return Ok(vec![Found {
            path: root.to_path_buf(),
            name,
            what: file_or_other(&about),
        }]);
    }
    let home = fs::canonicalize(root).map_err(|e| root_error(root, e))?;
    let mut walker = Walker {
        entered: BTreeSet::from([home.clone()]),
        home,
        found: Vec::new(),
    };
    let names = names_in(root).map_err(|e| root_error(root, e))?;
    walker.folder(root, "", names, Depth::default());
    Ok(walker.found)
}

fn root_error(root: &Path, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound {
        return Error::not_found(format!(
            "{}: there is no such file or folder.",
            root.display()
        ));
    }
    Error::io("read the study", root, error)
}

#[derive(Debug, Clone, Copy, Default)]
struct Depth {
    folders: usize,
    links: usize,
}

struct Walker {
    /// The study folder, links resolved.
    home: PathBuf,
    /// Folders outside of it that a link led to.
    entered: BTreeSet<PathBuf>,
    found: Vec<Found>,
}

impl Walker {
    fn folder(&mut self, path: &Path, name: &str, names: Vec<std::ffi::OsString>, depth: Depth) {
        if !name.is_empty() && names.iter().any(|n| n == "run.json") {
            return;
        }
        for entry in names {
            let below = path.join(&entry);
            let entry = text_of(&entry);
            if entry.starts_with('.') {
                continue;
            }
            let name = if name.is_empty() {
                entry
            } else {
                format!("{name}/{entry}")
            };
            self.entry(&below, name, depth);
        }
    }

    fn entry(&mut self, path: &Path, name: String, depth: Depth) {
        let about = match fs::symlink_metadata(path) {
            Ok(about) => about,
            Err(e) => return self.add(path, name, What::Failed(io_reason(&e))),
        };
        if about.is_symlink() {
            return self.link(path, name, depth);
        }
        if about.is_dir() {
            return self.enter(path, name, depth);
        }
        self.add(path, name, file_or_other(&about));
    }

    fn link(&mut self, path: &Path, name: String, depth: Depth) {
        let (about, target) = match (fs::metadata(path), fs::canonicalize(path)) {
            (Ok(about), Ok(target)) => (about, target),
            (Err(e), _) | (_, Err(e)) => {
                let reason = match e.kind() {
                    io::ErrorKind::NotFound => "a link whose target is missing".to_owned(),
                    io::ErrorKind::PermissionDenied => io_reason(&e),
                    _ => format!("a link that leads nowhere, perhaps in a loop ({e})"),
                };
                return self.add(path, name, What::Failed(reason));
            }
        };
        let kind = if about.is_dir() { "folder" } else { "file" };
        if target.starts_with(&self.home) || self.home.starts_with(&target) {
            let reason = format!("a link to a {kind} that is read at its own place");
            return self.add(path, name, What::Skipped(reason));
        }
        if !about.is_dir() {
            return self.add(path, name, file_or_other(&about));
        }
        if depth.links >= LINKS_MAX || !self.entered.insert(target) {
            let reason = "a link to a folder already seen".to_owned();
            return self.add(path, name, What::Skipped(reason));
        }
        let links = depth.links + 1;
        self.enter(path, name, Depth { links, ..depth });
    }

    fn enter(&mut self, path: &Path, name: String, depth: Depth) {
        if depth.folders >= DEPTH_MAX {
            let reason = format!("more than {DEPTH_MAX} folders inside each other");
            return self.add(path, name, What::Failed(reason));
        }
        match names_in(path) {
            Ok(names) => {
                let folders = depth.folders + 1;
                self.folder(path, &name, names, Depth { folders, ..depth });
            }
            Err(e) => self.add(path, name, What::Failed(io_reason(&e))),
        }
    }

    fn add(&mut self, path: &Path, name: String, what: What) {
        self.found.push(Found {
            path: path.to_path_buf(),
            name,
            what,
        });
    }
}

/// The names in a folder, in byte order.
fn names_in(path: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let mut names = fs::read_dir(path)?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

fn file_or_other(about: &Metadata) -> What {
    if about.is_file() {
        What::File(about.len())
    } else {
        What::Skipped("not a regular file".to_owned())
    }
}

/// What the operating system answered, in a user's words.
pub(crate) fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        io::ErrorKind::NotFound => "it was gone when it was to be read".to_owned(),
        _ => format!("the system could not read it: {error}"),
    }
}

/// A file name as text, bytes that are not UTF-8 as `%XX`.
pub(crate) fn text_of(name: &std::ffi::OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ignored = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(root: &Path) -> Vec<String> {
        let list = walk(root).unwrap();
        list.into_iter()
            .map(|f| match f.what {
                What::File(_) => f.name,
                What::Skipped(why) | What::Failed(why) => format!("{}: {why}", f.name),
            })
            .collect()
    }

    #[test]
    fn output_folders_and_dot_files_are_never_seen() {
        let dir = tempfile::tempdir().unwrap();
        for file in ["a.txt", ".hidden", "out/run.json", "out/x.txt", "B/c.txt"] {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        assert_eq!(names(dir.path()), ["B/c.txt", "a.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_once_and_odd_names_are_written_out() {
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("o.txt"), "x").unwrap();
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        symlink(outside.path(), at("a")).unwrap();
        symlink(outside.path(), at("b")).unwrap();
        symlink("nothing", at("c")).unwrap();
        symlink("e", at("d")).unwrap();
        symlink("d", at("e")).unwrap();
        symlink(".", at("f")).unwrap();
        fs::write(
            dir.path().join(std::ffi::OsStr::from_bytes(b"z\xE9.txt")),
            "x",
        )
        .unwrap();
        let found = names(dir.path());
        assert_eq!(found[0], "a/o.txt");
        assert_eq!(found[1], "b: a link to a folder already seen");
        assert_eq!(found[2], "c: a link whose target is missing");
        assert!(found[3].starts_with("d: a link that leads nowhere, perhaps in a loop"));
        assert!(found[5].starts_with("f: a link to a folder that is read"));
        assert_eq!(found[6], "z%E9.txt");
    }
}
