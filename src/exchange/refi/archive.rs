//! The files of a REFI-QDA project: a `.qdpx` archive, or `project.qde` with its folder of sources.
//!
//! Comes in: a path. Goes out: the project's XML and the members that it names, in memory, under
//! limits on their size. Nothing is written, and no name leads out of the project's own folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::error::{Error, Result};

/// Most bytes of the project's XML.
const XML_MAX: u64 = 1 << 30;

/// Most bytes of one text.
const TEXT_MAX: u64 = 256 << 20;

/// Most members of an archive.
const MEMBERS_MAX: usize = 200_000;

/// Where a project's files are.
pub(super) enum Archive {
    /// In a `.qdpx`: members by their last name in lower case.
    Zip {
        zip: ZipArchive<File>,
        members: BTreeMap<String, usize>,
    },
    /// In the folder of a bare `.qde`.
    Folder(PathBuf),
}

/// A project's XML and its other files.
pub(super) fn open(path: &Path) -> Result<(String, Archive)> {
    let mut magic = [0; 4];
    let read_failed = |e| Error::io("read the project", path, e);
    let mut file = File::open(path).map_err(read_failed)?;
    let length = file.read(&mut magic).map_err(read_failed)?;
    if magic[..length] != *b"PK\x03\x04" && magic[..length] != *b"PK\x05\x06" {
        let bytes = fs::read(path).map_err(read_failed)?;
        let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
        return Ok((decoded(&bytes), Archive::Folder(folder)));
    }
    let file = File::open(path).map_err(read_failed)?;
    let broken = |e: zip::result::ZipError| {
        Error::other(format!(
            "{}: the archive is damaged or cut off ({e}).",
            path.display()
        ))
    };
    let mut zip = ZipArchive::new(file).map_err(broken)?;
    let mut members = BTreeMap::new();
    let mut project = None;
    for index in 0..zip.len().min(MEMBERS_MAX) {
        let Some(Ok(name)) = zip.name_for_index(index) else {
            continue;
        };
        let name = name.replace('\\', "/").to_lowercase();
        let last = name.rsplit('/').next().unwrap_or_default().to_owned();
        // Programs write project.qde and Project.qde; the shallowest one is the project's.
        if Path::new(&last).extension().is_some_and(|e| e == "qde") {
            let depth = name.matches('/').count();
            if project.is_none_or(|(known, _)| depth < known) {
                project = Some((depth, index));
            }
        }
        members.entry(last).or_insert(index);
    }
    let Some((_, index)) = project else {
        return Err(Error::other(format!(
            "{}: the archive holds no project.qde; it is no REFI-QDA project.",
            path.display()
        )));
    };
    let bytes = member(&mut zip, index, XML_MAX)
        .map_err(|why| Error::other(format!("{}: project.qde is {why}.", path.display())))?;
    Ok((decoded(&bytes), Archive::Zip { zip, members }))
}

fn member(
    zip: &mut ZipArchive<File>,
    index: usize,
    most: u64,
) -> std::result::Result<Vec<u8>, String> {
    let file = zip.by_index(index).map_err(|e| format!("damaged ({e})"))?;
    if file.encrypted() {
        return Err("locked with a password".to_owned());
    }
    let mut bytes = Vec::new();
    // What the directory says of its size may be a lie: the bytes are counted.
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| format!("damaged or cut off ({e})"))?;
    if bytes.len() as u64 > most {
        return Err(format!("larger than {} MB", most >> 20));
    }
    Ok(bytes)
}

/// XML as text: by its byte order mark, else UTF-8, else Windows-1252.
pub(super) fn decoded(bytes: &[u8]) -> String {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_with_bom_removal(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

impl Archive {
    /// The bytes of a member that the project names by a path such as `internal://NAME.txt`.
    ///
    /// # Errors
    /// The reason as a clause: it lies outside the project, is missing or damaged.
    pub(super) fn named(&mut self, path: &str) -> std::result::Result<Vec<u8>, String> {
        let (scheme, rest) = match path.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => (String::new(), path),
        };
        let rest = rest.replace('\\', "/");
        if scheme != "internal"
            && (scheme == "absolute" || rest.starts_with('/') || rest.contains(':'))
        {
            return Err(format!("its text lies outside the project, at {path:?}"));
        }
        if rest.split('/').any(|part| part == "..") {
            return Err(format!("its path {path:?} leads out of the project"));
        }
        let last = rest.rsplit('/').next().unwrap_or_default();
        match self {
            Self::Zip { zip, members } => {
                let lower = last.to_lowercase();
                let plain = lower.replace(['{', '}'], "");
                let index = members.get(&lower).or_else(|| members.get(&plain));
                let index =
                    *index.ok_or_else(|| format!("its text {path:?} is not in the archive"))?;
                member(zip, index, TEXT_MAX).map_err(|why| format!("its text is {why}"))
            }
            Self::Folder(folder) => {
                let places = ["sources", "Sources", ""].map(|sub| folder.join(sub).join(last));
                let found = places.iter().find(|p| p.is_file());
                let found =
                    found.ok_or_else(|| format!("its text {path:?} is not beside the project"))?;
                let file =
                    File::open(found).map_err(|e| format!("its text cannot be read ({e})"))?;
                let mut bytes = Vec::new();
                file.take(TEXT_MAX)
                    .read_to_end(&mut bytes)
                    .map_err(|e| format!("its text cannot be read ({e})"))?;
                Ok(bytes)
            }
        }
    }
}
