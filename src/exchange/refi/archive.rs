//! The files of a REFI-QDA project: a `.qdpx` archive, or `project.qde` with its folder of sources.
//!
//! Comes in: a path. Goes out: the project's XML, in a temporary file, and the members that it names,
//! one at a time in memory, under limits on their size, each and in all. No name leads out of the
//! project's own folder.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::error::{Error, ErrorKind, Place, Result};
use crate::exchange::positions::RawText;

use super::passages::RawPassages;
use super::xml_file::{XmlFile, too_large};

/// Most bytes of the project's XML: 100,000 codings with their memos take 70 MB.
const XML_MAX: u64 = 512 << 20;

/// Most bytes of one text.
const TEXT_MAX: u64 = 64 << 20;

/// Most bytes of a tag in which a text's path is looked for before it is read.
const TAG_MAX: u64 = 1 << 16;

/// Most members of an archive.
const MEMBERS_MAX: usize = 200_000;

/// A project's texts, and how much of them may be read.
///
/// A small archive can name one text that packs well from many sources: each alone is small enough,
/// all together would fill the disk.
pub(super) struct Archive {
    path: PathBuf,
    files: Files,
    /// Bytes of texts that were given.
    given: u64,
    /// Most bytes of texts that are given.
    most: u64,
}

/// Where a project's files are.
enum Files {
    /// In a `.qdpx`: members by their last name in lower case.
    Zip {
        zip: ZipArchive<File>,
        members: BTreeMap<String, usize>,
    },
    /// In the folder of a bare `.qde`.
    Folder(PathBuf),
}

/// A project's XML and its other files, of which `most` bytes are given.
pub(super) fn open(path: &Path, most: u64) -> Result<(XmlFile, Archive)> {
    let (xml, files) = files(path)?;
    let archive = Archive {
        path: path.to_owned(),
        files,
        given: 0,
        most,
    };
    Ok((xml, archive))
}

fn files(path: &Path) -> Result<(XmlFile, Files)> {
    let mut magic = [0; 4];
    let read_failed = |e| Error::io("read the project", path, e);
    let mut file = File::open(path).map_err(read_failed)?;
    let length = file.read(&mut magic).map_err(read_failed)?;
    if magic[..length] != *b"PK\x03\x04" && magic[..length] != *b"PK\x05\x06" {
        let xml = bare(path)?;
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        return Ok((xml, Files::Folder(folder)));
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
    let xml = member(&mut zip, index, XML_MAX).and_then(|file| XmlFile::copied(file, XML_MAX));
    let xml =
        xml.map_err(|why| Error::other(format!("{}: project.qde is {why}.", path.display())))?;
    Ok((xml, Files::Zip { zip, members }))
}

/// The XML of a file that is not packed.
pub(super) fn bare(path: &Path) -> Result<XmlFile> {
    let file = File::open(path).map_err(|e| Error::io("read the project", path, e))?;
    XmlFile::copied(file, XML_MAX)
        .map_err(|why| Error::other(format!("{}: the file is {why}.", path.display())))
}

fn member(
    zip: &mut ZipArchive<File>,
    index: usize,
    most: u64,
) -> std::result::Result<ZipFile<'_, File>, String> {
    let file = zip.by_index(index).map_err(|e| format!("damaged ({e})"))?;
    if file.encrypted() {
        return Err("locked with a password".to_owned());
    }
    if file.size() > most {
        return Err(too_large(most));
    }
    Ok(file)
}

fn of_file(path: &Path, most: u64) -> std::result::Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|e| format!("not to be read ({e})"))?;
    if file.metadata().is_ok_and(|about| about.len() > most) {
        return Err(too_large(most));
    }
    within(file, most)
}

/// All bytes of a file, if they are not too many: what the directory says of a size may be a lie.
fn within(file: impl Read, most: u64) -> std::result::Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| format!("damaged or cut off ({e})"))?;
    if bytes.len() as u64 > most {
        return Err(too_large(most));
    }
    Ok(bytes)
}

/// Whether a file lies in a folder once all links are followed: a project from elsewhere may bring
/// links along.
fn lies_inside(file: &Path, folder: &Path) -> bool {
    match (file.canonicalize(), folder.canonicalize()) {
        (Ok(file), Ok(folder)) => file.starts_with(folder),
        _ => false,
    }
}

impl Archive {
    /// The text of an element that holds passages.
    ///
    /// # Errors
    /// The reason as a clause.
    pub(super) fn text(&mut self, of: &RawPassages) -> std::result::Result<RawText, String> {
        let inline = of.inline.as_ref().map(|t| RawText::new(t));
        self.give(inline.as_ref().map_or(0, |t| t.text.len()))?;
        if of.path.is_empty() {
            return inline.ok_or_else(|| {
                if of.is_rich {
                    "its text is there as rich text only".to_owned()
                } else {
                    "it has no text".to_owned()
                }
            });
        }
        match (self.named(&of.path), inline) {
            (Ok(bytes), _) => Ok(RawText::decode(&bytes)),
            (Err(_), Some(inline)) if !inline.text.is_empty() => Ok(inline),
            (Err(reason), _) => Err(reason),
        }
    }

    /// The bytes of a member that the project names by a path such as `internal://NAME.txt`.
    ///
    /// # Errors
    /// The reason as a clause: it lies outside the project, is missing, damaged or one too many.
    pub(super) fn named(&mut self, path: &str) -> std::result::Result<Vec<u8>, String> {
        self.give(0)?;
        let bytes = self.files.named(path)?;
        self.give(bytes.len())?;
        Ok(bytes)
    }

    /// Counts bytes of a text that is given, of a member or of the XML.
    ///
    /// # Errors
    /// The reason as a clause, where they are too many in all.
    pub(super) fn give(&mut self, bytes: usize) -> std::result::Result<(), String> {
        self.given = self.given.saturating_add(bytes as u64);
        if self.given > self.most {
            return Err("too much was unpacked before it".to_owned());
        }
        Ok(())
    }

    /// Refuses a project at once whose texts come to too much by what the archive says of their sizes,
    /// each counted as often as the project names it. What says too little is counted as it is read.
    pub(super) fn refuse_too_much(&mut self, xml: &XmlFile) -> Result<()> {
        let mut source = xml.reader();
        let mut part = Vec::new();
        let mut named = 0u64;
        let failed = |e| Error::io("read the project", &self.path, e);
        loop {
            part.clear();
            let mut tag = source.by_ref().take(TAG_MAX);
            if tag.read_until(b'>', &mut part).map_err(failed)? == 0 {
                break;
            }
            if let Some(path) = attribute(&part, b"plainTextPath=") {
                named = named.saturating_add(self.files.size(path));
            }
        }
        if named > self.most {
            self.given = named;
        }
        self.refusal().map_or(Ok(()), Err)
    }

    /// Counts anew: texts are read once to learn what positions count, and again to be written.
    pub(super) fn begin_again(&mut self) {
        self.given = 0;
    }

    /// Why no more is read of the project; none while there is room.
    pub(super) fn refusal(&self) -> Option<Error> {
        let message = format!(
            "the project's texts and memos come to more than {} MB in all, each counted as often as the \
             project names it. Nothing was written. If that is right, allow more with `verbatim import \
             --unpacked-megabytes N`.",
            self.most >> 20
        );
        (self.given > self.most).then(|| Error {
            kind: ErrorKind::Other { message },
            place: Some(Place::file(&self.path)),
        })
    }
}

/// An attribute's value in a tag, as it is written.
fn attribute<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t str> {
    let at = memchr::memmem::find(tag, name)? + name.len();
    let (quote, value) = tag.get(at..)?.split_first()?;
    let end = memchr::memchr(*quote, value)?;
    std::str::from_utf8(value.get(..end)?).ok()
}

impl Files {
    /// What the archive says of a member's size; nothing of one that it does not have.
    fn size(&mut self, path: &str) -> u64 {
        let Self::Zip { zip, members } = self else {
            return 0;
        };
        let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain = last.to_lowercase().replace(['{', '}'], "");
        let index = members
            .get(&last.to_lowercase())
            .or_else(|| members.get(&plain));
        index
            .and_then(|&i| zip.by_index_raw(i).ok())
            .map_or(0, |file| file.size())
    }

    fn named(&mut self, path: &str) -> std::result::Result<Vec<u8>, String> {
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
                member(zip, index, TEXT_MAX)
                    .and_then(|file| within(file, TEXT_MAX))
                    .map_err(|why| format!("its text is {why}"))
            }
            Self::Folder(folder) => {
                let places = ["sources", "Sources", ""].map(|sub| folder.join(sub).join(last));
                let found = places.iter().find(|p| p.is_file());
                let found =
                    found.ok_or_else(|| format!("its text {path:?} is not beside the project"))?;
                if !lies_inside(found, folder) {
                    return Err(format!(
                        "its path {path:?} is a link that leads out of the project"
                    ));
                }
                of_file(found, TEXT_MAX).map_err(|why| format!("its text is {why}"))
            }
        }
    }
}
