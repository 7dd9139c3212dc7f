//! Files and folders that are whole or not there.
//!
//! Each is written beside its place and moved there at the end, for its owner only, since it holds
//! patients' words. What fails half-way leaves nothing behind.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::error::{Error, Result};

/// How a file in the making is called: files that begin with a dot are never read as notes.
const PREFIX: &str = ".verbatim-";

/// Writes a file whole. One that was there before keeps its permissions.
///
/// # Errors
/// Where the folder cannot be written; the file then stands as it was.
pub fn write_whole(bytes: &[u8], path: &Path) -> Result<()> {
    let failed = |e| Error::io("write the file", path, e);
    write_whole_with(path, |file| file.write_all(bytes).map_err(failed))
}

/// Writes a file piece by piece.
///
/// # Errors
/// Where the folder cannot be written, or `write` fails.
pub fn write_whole_with(path: &Path, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    let mut file = begin(path)?;
    write(file.as_file_mut())?;
    end(file, path)
}

/// Writes a file that a library opens by its path.
///
/// # Errors
/// Where the folder cannot be written, or `write` fails.
pub(super) fn write_whole_at(path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let file = begin(path)?;
    write(file.path())?;
    end(file, path)
}

/// Writes a folder that is not there yet, or is empty.
///
/// # Errors
/// Where the folder around it cannot be written, or `write` fails.
pub(super) fn write_folder(path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let failed = |e| Error::io("write the folder", path, e);
    let parent = parent_of(path);
    let folder = Builder::new().prefix(PREFIX).tempdir_in(parent);
    let folder = folder.map_err(failed)?;
    own_only(folder.path()).map_err(failed)?;
    write(folder.path())?;
    fs::rename(folder.path(), path).map_err(failed)?;
    // It is no longer where it was made, so there is nothing to delete.
    let _moved = folder.keep();
    Ok(())
}

/// Writes a folder in the place of another, which stays until the new one is whole.
///
/// # Errors
/// Where the folder around it cannot be written, or `write` fails.
pub(super) fn replace_folder(path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let failed = |e| Error::io("write the folder", path, e);
    let aside = Builder::new().prefix(PREFIX).tempdir_in(parent_of(path));
    let aside = aside.map_err(failed)?;
    let (new, old) = (aside.path().join("new"), aside.path().join("old"));
    fs::create_dir(&new).map_err(failed)?;
    own_only(&new).map_err(failed)?;
    write(&new)?;
    fs::rename(path, &old).map_err(failed)?;
    fs::rename(&new, path).map_err(|e| {
        // What was there goes back; if that fails too, the first reason is the one to tell.
        let _back = fs::rename(&old, path);
        failed(e)
    })
}

/// Creates a folder for its owner only; one that is there stays as it is.
///
/// # Errors
/// Where it cannot be created.
pub fn create_own_folder(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let failed = |e| Error::io("create the folder", path, e);
    fs::create_dir_all(path).map_err(failed)?;
    own_only(path).map_err(failed)
}

#[cfg(unix)]
fn own_only(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
#[allow(
    clippy::unnecessary_wraps,
    reason = "the same signature as where modes exist"
)]
fn own_only(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Takes a file that a library made from everybody but its owner.
#[cfg(unix)]
pub(super) fn own_file(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
        .map_err(|e| Error::io("write the file", path, e))
}

#[cfg(not(unix))]
#[allow(
    clippy::unnecessary_wraps,
    reason = "the same signature as where modes exist"
)]
pub(super) fn own_file(_path: &Path) -> Result<()> {
    Ok(())
}

fn begin(path: &Path) -> Result<NamedTempFile> {
    let file = Builder::new().prefix(PREFIX).tempfile_in(parent_of(path));
    file.map_err(|e| Error::io("write the file", path, e))
}

fn end(file: NamedTempFile, path: &Path) -> Result<()> {
    let failed = |e| Error::io("write the file", path, e);
    if let Ok(about) = fs::metadata(path) {
        let permissions = about.permissions();
        file.as_file()
            .set_permissions(permissions)
            .map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}

/// The folder that holds a path; the present one where it names none.
pub fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<String> = entries
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_fails_half_way_leaves_nothing_behind_and_the_old_file_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let old = dir.path().join("old.txt");
        write_whole(b"old", &old).unwrap();
        let half = |to: &Path| {
            fs::write(to, "half").unwrap();
            Err(Error::other("no more room.".to_owned()))
        };
        write_whole_at(&old, half).unwrap_err();
        write_whole_at(&dir.path().join("new.sqlite3"), half).unwrap_err();
        write_folder(&dir.path().join("new.qda"), |to| half(&to.join("data"))).unwrap_err();
        assert_eq!(names(dir.path()), ["old.txt"]);
        assert_eq!(fs::read(&old).unwrap(), b"old");
    }

    #[test]
    fn a_folder_takes_the_place_of_an_empty_one_only() {
        let dir = tempfile::tempdir().unwrap();
        let to = dir.path().join("project.qda");
        fs::create_dir(&to).unwrap();
        let write = |to: &Path| {
            fs::write(to.join("data"), "x").unwrap();
            Ok(())
        };
        write_folder(&to, write).unwrap();
        write_folder(&to, write).unwrap_err();
        assert_eq!(names(&to), ["data"]);
        assert_eq!(names(dir.path()), ["project.qda"]);
    }
}
