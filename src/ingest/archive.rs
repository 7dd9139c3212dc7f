//! ZIP archives: each member is read as a file would be, under the name `archive.zip/inner/path`.
//!
//! Comes in: an archive's bytes. Goes out: its members, one at a time, under limits on their number,
//! size and nesting. A large one waits in a temporary file; nothing is written under a member's own
//! name, so none can lead anywhere.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::error::Result;
use crate::model::ledger::{LedgerRow, Outcome};

use super::container::{Container, container};
use super::contents::{Contents, Unpacked};
use super::file::{FileReader, Known, common_clues};
use super::options::Limits;
use super::outcome::{SourceReading, empty_row, nothing};
use super::selection::Selection;

/// Where the reading of a source inside others stands.
pub(crate) struct Within<'w> {
    pub(crate) selection: &'w Selection,
    pub(crate) budget: &'w mut Budget,
}

/// What may still be unpacked of an archive, and of all archives inside it.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    bytes_left: u64,
    members_left: usize,
    /// Archives that are open around this one.
    depth: usize,
}

impl Within<'_> {
    /// Whether so much lies inside each other that no more is opened.
    pub(crate) fn is_deepest(&self) -> bool {
        self.budget.depth > self.budget.limits.archive_depth
    }
}

impl Budget {
    /// The whole of it.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            bytes_left: limits.unpacked_bytes,
            members_left: limits.archive_files,
            depth: 0,
        }
    }
}

/// Whether bytes are those of an archive, perhaps a damaged one, and of no other packed file.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    matches!(
        container(bytes),
        Some(Container::Archive | Container::Damaged(_))
    )
}

/// Reads an archive; the first reading is the archive's own, then one a member.
pub(crate) fn read_archive(
    reader: &FileReader<'_>,
    mut row: LedgerRow,
    bytes: &[u8],
    within: Within<'_>,
) -> Result<Vec<SourceReading>> {
    row.bytes = bytes.len() as u64;
    let refused = |row, why: String| Ok(vec![nothing(row, Outcome::Failed, why)]);
    let depth_max = within.budget.limits.archive_depth;
    if within.budget.depth >= depth_max {
        let why = format!(
            "more than {depth_max} archives inside each other: unpack it ([limits] archive_depth in study.toml)"
        );
        return refused(row, why);
    }
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(e) => return refused(row, format!("damaged or cut off ({e})")),
    };
    // The end of a stored archive inside is taken for the end of one that was cut off behind it.
    if archive.offset() > 0 && bytes.starts_with(b"PK\x03\x04") {
        let why = "cut off: only an archive inside it is whole".to_owned();
        return refused(row, why);
    }
    let mut members = Members {
        reader,
        within,
        lost: Vec::new(),
        readings: Vec::new(),
    };
    let mut order: Vec<(String, usize)> = (0..archive.len())
        .map(|i| match archive.name_for_index(i) {
            Some(Ok(name)) => (name.into_owned(), i),
            _ => (format!("member {i}"), i),
        })
        .collect();
    order.sort();
    let over = order
        .len()
        .saturating_sub(members.within.budget.members_left);
    order.truncate(members.within.budget.members_left);
    members.within.budget.members_left -= order.len();
    for (name, i) in order {
        let inner = format!("{}/{}", row.source, name.replace('\\', "/"));
        match archive.by_index(i) {
            Ok(member) => members.read(&inner, member)?,
            Err(e) => members.fail(&inner, e.to_string()),
        }
    }
    if over > 0 {
        let files_max = members.within.budget.limits.archive_files;
        members.lost.push(format!(
            "{over} members over the limit of {files_max}, archives inside included ([limits] archive_files in study.toml)"
        ));
    }
    Ok(members.finish(row))
}

struct Members<'m> {
    reader: &'m FileReader<'m>,
    within: Within<'m>,
    lost: Vec<String>,
    readings: Vec<SourceReading>,
}

impl Members<'_> {
    fn read(&mut self, name: &str, member: ZipFile<'_, Cursor<&[u8]>>) -> Result<()> {
        let hidden = name.split('/').any(is_hidden);
        if member.is_dir() || hidden {
            return Ok(());
        }
        if member.encrypted() {
            self.fail(name, "locked with a password".to_owned());
            return Ok(());
        }
        // What the directory says of its size may be a lie: the bytes are counted.
        let unpacked = match Unpacked::read(member.take(self.within.budget.bytes_left + 1)) {
            Ok(unpacked) => unpacked,
            Err(e) => {
                self.fail(name, format!("damaged or cut off ({e})"));
                return Ok(());
            }
        };
        if unpacked.len() > self.within.budget.bytes_left {
            let limit = self.within.budget.limits.unpacked_bytes >> 20;
            self.fail(name, format!("the archive unpacks to more than {limit} MB"));
            self.within.budget.bytes_left = 0;
            return Ok(());
        }
        self.within.budget.bytes_left -= unpacked.len();
        self.take(name, &unpacked)
    }

    /// Reads an unpacked member, and what is in it.
    fn take(&mut self, name: &str, unpacked: &Unpacked) -> Result<()> {
        let inner = read_inside(self.reader, name, unpacked.contents(), &mut self.within)?;
        self.readings.extend(inner);
        Ok(())
    }

    fn fail(&mut self, name: &str, why: String) {
        self.lost.push(format!("{name}: {why}"));
        self.readings
            .push(nothing(empty_row(name), Outcome::Failed, why));
    }

    fn finish(self, row: LedgerRow) -> Vec<SourceReading> {
        let outcome = match (self.lost.is_empty(), self.readings.len() > self.lost.len()) {
            (true, _) => Outcome::Read,
            (false, true) => Outcome::PartlyRead,
            (false, false) => Outcome::Failed,
        };
        let members = format!("an archive of {} files", self.readings.len());
        let reasons: Vec<String> = [members].into_iter().chain(self.lost).collect();
        let own = nothing(row, outcome, reasons.join("; "));
        std::iter::once(own).chain(self.readings).collect()
    }
}

/// Reads what lies in another source: a member, an attachment.
pub(super) fn read_inside(
    reader: &FileReader<'_>,
    name: &str,
    contents: Contents<'_>,
    within: &mut Within<'_>,
) -> Result<Vec<SourceReading>> {
    let selection = within.selection;
    let own = selection.own(name);
    let known = Known {
        skip: selection.skip_name(name),
        common: common_clues(name, &own),
        told: selection.is_told(),
        own,
        ..Known::default()
    };
    within.budget.depth += 1;
    let budget = &mut *within.budget;
    let inner = reader.read_any(
        empty_row(name),
        contents,
        known,
        Within { selection, budget },
    );
    within.budget.depth -= 1;
    inner
}

/// Whether a part of a member's path is that of a dot file, or of what one system adds for itself.
fn is_hidden(part: &str) -> bool {
    (part.starts_with('.') && !part.trim_matches('.').is_empty()) || part == "__MACOSX"
}
