//! The output folder: written beside its place, moved there at the end.
//!
//! Until then the previous output stands whole. The folder is for its owner only (mode 0700),
//! since it holds patients' words. A folder that this program did not write is refused.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tempfile::TempDir;

use crate::error::{Error, ErrorKind, Place, Result};
use crate::exchange::parent_of;

use super::provenance::PROGRAM;

/// Whether a folder that this program did not write may be written into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// It is refused.
    Refused,
    /// Its files of our names are replaced; all others stay.
    Forced,
}

/// An output folder in the making. Dropped before [`Output::commit`] it leaves nothing behind.
#[derive(Debug)]
pub struct Output {
    temporary: TempDir,
    /// Held while the folder is in the making, so that another run knows it is not abandoned.
    lock: File,
    target: PathBuf,
}

/// What stands in a `run.json` of ours and matters here.
#[derive(Debug, Deserialize)]
struct Written {
    program: String,
    #[serde(default)]
    files: Vec<String>,
}

/// Name of the lock file in a folder in the making.
const LOCK: &str = ".lock";

/// What the folder that holds the old output while the new one is moved is called, and the old
/// output in it.
const OLD: &str = "old-";
const OLD_OUTPUT: &str = "out";

impl Output {
    /// Begins an output folder for `target`.
    ///
    /// # Errors
    /// Where `target` is a file, or a folder of somebody else's and not forced; where its parent
    /// cannot be written.
    pub fn create(target: &Path, foreign: Foreign) -> Result<Self> {
        // A link is followed, so that the folder it names is replaced and not the link.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        if target.exists() && !target.is_dir() {
            let message = "this is a file; name a folder with --out.";
            return Err(Error {
                kind: ErrorKind::Other {
                    message: message.to_owned(),
                },
                place: Some(Place::file(&target)),
            });
        }
        let (parent, prefix) = (parent_of(&target), temporary_prefix(&target));
        put_back_interrupted(parent, &prefix, &target);
        if foreign == Foreign::Refused && !may_replace(&target) {
            return Err(Error {
                kind: ErrorKind::OutputNotOurs,
                place: Some(Place::file(&target)),
            });
        }
        let failed = |e| Error::io("create the output folder", parent, e);
        fs::create_dir_all(parent).map_err(failed)?;
        clear_abandoned(parent, &prefix);
        let temporary = tempfile::Builder::new()
            .prefix(&prefix)
            .tempdir_in(parent)
            .map_err(failed)?;
        own_only(temporary.path()).map_err(failed)?;
        let lock = File::create(temporary.path().join(LOCK)).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(Self {
            temporary,
            lock,
            target,
        })
    }

    /// The folder to write into until it is moved.
    pub fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// Where it will stand.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Moves the folder into its place. Files of the old folder that this program did not write
    /// are kept.
    ///
    /// # Errors
    /// Where the operating system refuses; the old folder then stands as it was.
    pub fn commit(self) -> Result<()> {
        let target = self.target;
        let failed = |e| Error::io("move the output folder into place", &target, e);
        fs::remove_file(self.temporary.path().join(LOCK)).map_err(failed)?;
        drop(self.lock);
        if !target.exists() {
            fs::rename(self.temporary.path(), &target).map_err(failed)?;
            // The path is gone, so there is nothing left to delete.
            let _gone = self.temporary.keep();
            return Ok(());
        }
        let ours = written(&target).map(|w| w.files).unwrap_or_default();
        let aside = tempfile::Builder::new()
            .prefix(&format!("{}{OLD}", temporary_prefix(&target)))
            .tempdir_in(parent_of(&target))
            .map_err(failed)?;
        let old = aside.path().join(OLD_OUTPUT);
        fs::rename(&target, &old).map_err(failed)?;
        if let Err(e) = fs::rename(self.temporary.path(), &target) {
            // The old folder is put back; if even that fails it must not be deleted.
            if fs::rename(&old, &target).is_err() {
                let _kept = aside.keep();
            }
            return Err(failed(e));
        }
        let _gone = self.temporary.keep();
        if let Err(e) = carry_over(&old, &target, &ours) {
            let kept = aside.keep();
            return Err(Error::io("keep a file of the old output folder", &kept, e));
        }
        Ok(())
    }
}

/// Moves what is not ours from the old folder to the new one.
fn carry_over(old: &Path, new: &Path, ours: &[String]) -> io::Result<()> {
    for entry in fs::read_dir(old)? {
        let name = entry?.file_name();
        let known = name
            .to_str()
            .is_some_and(|n| ours.iter().any(|o| o == n) || n == "run.json");
        let place = new.join(&name);
        if !known && !place.exists() {
            fs::rename(old.join(&name), place)?;
        }
    }
    Ok(())
}

/// Whether a folder may be replaced: it is missing, empty, or was written by this program.
fn may_replace(target: &Path) -> bool {
    match fs::read_dir(target) {
        Err(e) => e.kind() == io::ErrorKind::NotFound,
        Ok(mut entries) => entries.next().is_none() || written(target).is_some(),
    }
}

/// Whether a folder is an output of this program.
pub fn is_output(dir: &Path) -> bool {
    written(dir).is_some()
}

fn written(dir: &Path) -> Option<Written> {
    let bytes = fs::read(dir.join("run.json")).ok()?;
    let written: Written = serde_json::from_slice(&bytes).ok()?;
    (written.program == PROGRAM).then_some(written)
}

/// Dot files are never read as notes.
fn temporary_prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}.verbatim-")
}

/// Puts the old output back where a run was ended between moving the old folder aside and the new
/// one into its place.
fn put_back_interrupted(parent: &Path, prefix: &str, target: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    let prefix = format!("{prefix}{OLD}");
    for entry in entries.flatten() {
        let is_old = entry.file_name().to_string_lossy().starts_with(&prefix);
        let old = entry.path().join(OLD_OUTPUT);
        if is_old && !target.exists() && fs::rename(old, target).is_ok() {
            // An empty folder that cannot be deleted does no harm.
            let _tried = fs::remove_dir(entry.path());
        }
    }
}

/// Deletes folders that an interrupted run left: nobody holds their lock.
fn clear_abandoned(parent: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let is_temporary = entry.file_name().to_string_lossy().starts_with(prefix);
        let lock = File::open(entry.path().join(LOCK));
        let abandoned = lock.is_ok_and(|lock| lock.try_lock().is_ok());
        if is_temporary && abandoned {
            // What cannot be deleted now is tried again by the next run.
            let _tried = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(unix)]
fn own_only(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn own_only(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    fn write(output: &Output, name: &str, text: &str) {
        fs::write(output.path().join(name), text).expect("a file");
    }

    fn run(target: &Path, text: &str) {
        let output = Output::create(target, Foreign::Refused).expect("a folder of ours");
        write(&output, "notes.csv", text);
        write(
            &output,
            "run.json",
            r#"{"program":"verbatim","files":["notes.csv","run.json"]}"#,
        );
        output.commit().expect("moved into place");
    }

    fn read(target: &Path, name: &str) -> String {
        fs::read_to_string(target.join(name)).unwrap_or_default()
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).expect("a folder");
        let name = |e: io::Result<fs::DirEntry>| e.expect("an entry").file_name();
        let mut names: Vec<_> = entries
            .map(|e| name(e).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_run_replaces_the_last_and_leaves_nothing_beside_it() {
        let dir = folder();
        let target = dir.path().join("study/out");
        run(&target, "first");
        run(&target, "second");
        assert_eq!(read(&target, "notes.csv"), "second");
        assert_eq!(names(&dir.path().join("study")), ["out"]);
        assert_eq!(names(&target), ["notes.csv", "run.json"]);
    }

    #[test]
    fn a_run_that_fails_leaves_the_last_whole() {
        let dir = folder();
        let target = dir.path().join("out");
        run(&target, "first");
        let output = Output::create(&target, Foreign::Refused).expect("a folder of ours");
        write(&output, "notes.csv", "half");
        drop(output);
        assert_eq!(read(&target, "notes.csv"), "first");
        assert_eq!(names(dir.path()), ["out"]);
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused_and_kept_when_forced() {
        let dir = folder();
        let target = dir.path().join("out");
        fs::create_dir(&target).expect("a folder");
        fs::write(target.join("thesis.txt"), "years of work").expect("a file");
        fs::write(target.join("run.json"), r#"{"program":"another"}"#).expect("a file");
        let refused = Output::create(&target, Foreign::Refused).expect_err("not ours");
        assert!(matches!(refused.kind, ErrorKind::OutputNotOurs));
        let output = Output::create(&target, Foreign::Forced).expect("forced");
        write(&output, "run.json", r#"{"program":"verbatim"}"#);
        output.commit().expect("moved into place");
        assert_eq!(read(&target, "thesis.txt"), "years of work");
        assert!(is_output(&target));
    }

    #[test]
    fn what_a_person_put_into_our_folder_stays() {
        let dir = folder();
        let target = dir.path().join("out");
        run(&target, "first");
        fs::write(target.join("my remarks.txt"), "think").expect("a file");
        run(&target, "second");
        assert_eq!(read(&target, "my remarks.txt"), "think");
    }

    #[test]
    fn an_abandoned_folder_is_cleared_by_the_next_run() {
        let dir = folder();
        let target = dir.path().join("out");
        let left = dir.path().join(".out.verbatim-dead");
        fs::create_dir(&left).expect("a folder");
        fs::write(left.join(LOCK), "").expect("a file");
        run(&target, "first");
        assert_eq!(names(dir.path()), ["out"]);
    }

    #[test]
    fn an_output_that_was_moved_aside_is_put_back() {
        let dir = folder();
        let target = dir.path().join("out");
        run(&target, "first");
        let aside = dir.path().join(".out.verbatim-old-x");
        fs::create_dir(&aside).expect("a folder");
        fs::rename(&target, aside.join(OLD_OUTPUT)).expect("moved");
        drop(Output::create(&target, Foreign::Refused).expect("a folder of ours"));
        assert_eq!(read(&target, "notes.csv"), "first");
        assert_eq!(names(dir.path()), ["out"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = folder();
        let target = dir.path().join("out");
        run(&target, "first");
        let mode = fs::metadata(&target)
            .expect("a folder")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
