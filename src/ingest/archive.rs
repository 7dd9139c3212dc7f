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

use super::contents::Contents;
use super::file::{FileReader, Known, common_clues};
use super::outcome::{SourceReading, empty_row, nothing};
use super::selection::Selection;

/// Archives inside each other that are opened.
const NESTED_MAX: usize = 2;

/// Members beyond which the rest is not read.
const MEMBERS_MAX: usize = 10_000;

/// Reads an archive; the first reading is the archive's own, then one a member.
pub(crate) fn read_archive(
    reader: &FileReader<'_>,
    selection: &Selection,
    row: LedgerRow,
    bytes: &[u8],
    depth: usize,
) -> Result<Vec<SourceReading>> {
    let refused = |row, why: String| Ok(vec![nothing(row, Outcome::Failed, why)]);
    if depth >= NESTED_MAX {
        let why = format!("more than {NESTED_MAX} archives inside each other: unpack it");
        return refused(row, why);
    }
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(e) => return refused(row, format!("damaged or cut off ({e})")),
    };
    let mut members = Members {
        reader,
        selection,
        left: reader.shared.options.limits.unpacked_bytes,
        depth,
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
    let over = order.len().saturating_sub(MEMBERS_MAX);
    order.truncate(MEMBERS_MAX);
    for (name, i) in order {
        let inner = format!("{}/{}", row.source, name.replace('\\', "/"));
        match archive.by_index(i) {
            Ok(member) => members.read(&inner, member)?,
            Err(e) => members.fail(&inner, e.to_string()),
        }
    }
    if over > 0 {
        members
            .lost
            .push(format!("{over} members over the limit of {MEMBERS_MAX}"));
    }
    Ok(members.finish(row))
}

struct Members<'m> {
    reader: &'m FileReader<'m>,
    selection: &'m Selection,
    /// Bytes that may still be unpacked.
    left: u64,
    depth: usize,
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
        if let Err(e) = member.take(self.left + 1).read_to_end(&mut bytes) {
            self.fail(name, format!("damaged or cut off ({e})"));
            return Ok(());
        }
        if bytes.len() as u64 > self.left {
            let limit = self.reader.shared.options.limits.unpacked_bytes;
            self.fail(
                name,
                format!("the archive unpacks to more than {} MB", limit >> 20),
            );
            self.left = 0;
            return Ok(());
        }
        self.left -= bytes.len() as u64;
        let known = Known {
            skip: self.selection.skip_name(name),
            common: common_clues(name, self.selection.defaults(name)),
            told: self.selection.is_told(),
        };
        let row = empty_row(name);
        if bytes.starts_with(b"PK\x03\x04")
            && super::kind::extension(name) == "zip"
            && known.skip.is_none()
        {
            let row = LedgerRow {
                bytes: bytes.len() as u64,
                format: "zip".to_owned(),
                ..row
            };
            let inner = read_archive(self.reader, self.selection, row, &bytes, self.depth + 1)?;
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
