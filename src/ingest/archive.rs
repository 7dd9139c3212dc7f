//! ZIP archives: each member is read as a file would be, under the name `archive.zip/inner/path`.
//!
//! Comes in: an archive's bytes. Goes out: its members in memory, one at a time, under limits on
//! their number, size and nesting. Nothing is written to disk, so no member's name can lead
//! anywhere.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::error::Result;
use crate::model::ledger::{LedgerRow, Outcome};

use super::container::{Container, container};
use super::contents::Contents;
use super::file::{FileReader, Known, common_clues, may_be_archive};
use super::options::Limits;
use super::outcome::{SourceReading, empty_row, nothing};
use super::selection::Selection;

/// What may still be unpacked of an archive, and of all archives inside it.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    bytes_left: u64,
    members_left: usize,
    /// Archives that are open around this one.
    depth: usize,
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
    selection: &Selection,
    row: LedgerRow,
    bytes: &[u8],
    budget: &mut Budget,
) -> Result<Vec<SourceReading>> {
    let refused = |row, why: String| Ok(vec![nothing(row, Outcome::Failed, why)]);
    let depth_max = budget.limits.archive_depth;
    if budget.depth >= depth_max {
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
        selection,
        budget,
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
    let over = order.len().saturating_sub(members.budget.members_left);
    order.truncate(members.budget.members_left);
    members.budget.members_left -= order.len();
    for (name, i) in order {
        let inner = format!("{}/{}", row.source, name.replace('\\', "/"));
        match archive.by_index(i) {
            Ok(member) => members.read(&inner, member)?,
            Err(e) => members.fail(&inner, e.to_string()),
        }
    }
    if over > 0 {
        let files_max = members.budget.limits.archive_files;
        members.lost.push(format!(
            "{over} members over the limit of {files_max}, archives inside included ([limits] archive_files in study.toml)"
        ));
    }
    Ok(members.finish(row))
}

struct Members<'m> {
    reader: &'m FileReader<'m>,
    selection: &'m Selection,
    budget: &'m mut Budget,
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
        let mut bytes = Vec::new();
        // What the directory says of its size may be a lie: the bytes are counted.
        if let Err(e) = member
            .take(self.budget.bytes_left + 1)
            .read_to_end(&mut bytes)
        {
            self.fail(name, format!("damaged or cut off ({e})"));
            return Ok(());
        }
        if bytes.len() as u64 > self.budget.bytes_left {
            let limit = self.budget.limits.unpacked_bytes >> 20;
            self.fail(name, format!("the archive unpacks to more than {limit} MB"));
            self.budget.bytes_left = 0;
            return Ok(());
        }
        self.budget.bytes_left -= bytes.len() as u64;
        let own = self.selection.own(name);
        let known = Known {
            skip: self.selection.skip_name(name),
            common: common_clues(name, &own),
            told: self.selection.is_told(),
            own,
            ..Known::default()
        };
        let row = empty_row(name);
        if may_be_archive(name) && known.skip.is_none() && is_archive(&bytes) {
            let row = LedgerRow {
                bytes: bytes.len() as u64,
                format: "zip".to_owned(),
                ..row
            };
            self.budget.depth += 1;
            let inner = read_archive(self.reader, self.selection, row, &bytes, self.budget)?;
            self.budget.depth -= 1;
            self.readings.extend(inner);
            return Ok(());
        }
        let reading = self
            .reader
            .read_contents(row, Contents::Bytes(&bytes), known)?;
        self.readings.push(reading);
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

/// Whether a part of a member's path is that of a dot file, or of what one system adds for itself.
fn is_hidden(part: &str) -> bool {
    (part.starts_with('.') && !part.trim_matches('.').is_empty()) || part == "__MACOSX"
}
