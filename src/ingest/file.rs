//! One source, from its bytes to its notes and its ledger row.

use std::collections::BTreeMap;
use std::io::{self, Read};

use encoding_rs::Encoding;
use regex::Regex;

use crate::error::Result;
use crate::model::ledger::{LedgerRow, Outcome};

use super::archive::{Budget, Within, is_archive, read_archive};
use super::blocks::{split, split_by};
use super::container::{Container, container, may_be_container};
use super::contents::Contents;
use super::convert::{Format, convert};
use super::decode::{DecodingReader, Examined, TextEncoding, examine, unix_lines};
use super::delimited::Rows;
use super::fhir::{is_fhir, read_fhir, read_fhir_lines};
use super::gather::{Gather, Shared};
use super::json::{JsonArray, JsonLines};
use super::kind::{
    Evidence, Kind, extension, is_never_text, is_workbook, kind_of, not_a_note_by_name,
};
use super::long_text::{first_bytes, may_be_table, text_within_limit};
use super::mail::read_message;
use super::meter::Progress;
use super::outcome::{Part, Parts, SourceReading, empty_row, nothing, settle_source};
use super::own_document::own_document;
use super::pages::set_apart;
use super::recognise::Clues;
use super::selection::{Own, Selection};
use super::sniff::{SNIFF_BYTES, Sniffed, sniff, words};
use super::table::{TablePlace, read_table};
use super::text_file::{read_converted, read_text, said_apart};
use super::walk::{Found, What, io_reason};
use super::workbook::read_sheets;

/// How a study's files are to be read.
pub(crate) struct FileReader<'s> {
    pub(crate) shared: Shared<'s>,
    pub(crate) progress: &'s Progress<'s>,
    pub(crate) split: Option<Regex>,
    pub(crate) encoding: Option<&'static Encoding>,
}

/// What is known of a file before it is opened.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Why it is not read as notes.
    pub(crate) skip: Option<String>,
    /// Its sheets that hold no notes, and what they hold.
    pub(crate) sheets: BTreeMap<String, String>,
    /// What is true of all its notes.
    pub(crate) common: Clues,
    /// Whether the study names the files of its notes, so that a name alone excludes none.
    pub(crate) told: bool,
    /// What the study says of it.
    pub(crate) own: Own,
}

impl Known {
    /// Why a source is not read as notes, whatever it holds.
    pub(crate) fn not_notes(&self, source: &str) -> Option<String> {
        let name = source.rsplit('/').next().unwrap_or_default();
        let by_name = not_a_note_by_name(name).filter(|_| !self.told);
        self.skip.clone().or(by_name.map(str::to_owned))
    }
}

impl FileReader<'_> {
    /// Reads a file: one source, or an archive and its members.
    pub(crate) fn read(
        &self,
        found: &Found,
        known: Known,
        selection: &Selection,
    ) -> Result<Vec<SourceReading>> {
        let mut row = empty_row(&found.name);
        let bytes = match &found.what {
            What::File(bytes) => *bytes,
            What::Skipped(why) => return Ok(vec![nothing(row, Outcome::Skipped, why.clone())]),
            What::Failed(why) => return Ok(vec![nothing(row, Outcome::Failed, why.clone())]),
        };
        row.bytes = bytes;
        let limit = self.shared.options.limits.file_bytes;
        if bytes > limit {
            let why = format!(
                "{} MB, over the limit of {} MB ([limits] file_megabytes in study.toml)",
                bytes >> 20,
                limit >> 20
            );
            return Ok(vec![nothing(row, Outcome::Failed, why)]);
        }
        let mut budget = Budget::new(self.shared.options.limits);
        let within = Within {
            selection,
            budget: &mut budget,
        };
        self.read_any(row, Contents::File(&found.path), known, within)
    }

    /// Reads an archive or a message and what is in it, or any other source.
    pub(crate) fn read_any(
        &self,
        mut row: LedgerRow,
        contents: Contents<'_>,
        known: Known,
        within: Within<'_>,
    ) -> Result<Vec<SourceReading>> {
        let is_free = known.skip.is_none();
        if is_free && contents.begins_as_mail() {
            return read_message(self, row, contents, known, within);
        }
        if !(is_free && may_be_archive(&row.source) && contents.begins_as_zip()) {
            return Ok(vec![self.read_contents(row, contents, known)?]);
        }
        if let Some(why) = contents.damage() {
            "zip".clone_into(&mut row.format);
            return Ok(vec![nothing(row, Outcome::Failed, why)]);
        }
        let bytes = match contents.read_all(self.progress) {
            Ok(bytes) => bytes,
            Err(e) => return Ok(vec![nothing(row, Outcome::Failed, io_reason(&e))]),
        };
        if !is_archive(&bytes) {
            return Ok(vec![self.read_contents(
                row,
                Contents::Bytes(&bytes),
                known,
            )?]);
        }
        "zip".clone_into(&mut row.format);
        if let Ok(examined) = examine(&bytes[..], None) {
            row.sha256 = examined.sha256;
        }
        read_archive(self, row, &bytes, within)
    }

    /// Reads a file's, or a member's, contents.
    pub(crate) fn read_contents(
        &self,
        mut row: LedgerRow,
        contents: Contents<'_>,
        known: Known,
    ) -> Result<SourceReading> {
        let opened = contents.open(self.progress);
        let examined = match opened.and_then(|input| examine(input, self.encoding)) {
            Ok(examined) => examined,
            Err(e) => return Ok(nothing(row, Outcome::Failed, io_reason(&e))),
        };
        row.bytes = examined.bytes;
        row.sha256.clone_from(&examined.sha256);
        if let Some(why) = known.not_notes(&row.source) {
            return Ok(nothing(row, Outcome::Skipped, why));
        }
        if examined.bytes == 0 {
            return Ok(nothing(row, Outcome::Skipped, "empty".to_owned()));
        }
        let split = known.own.split.clone();
        let name = row.source.rsplit('/').next().unwrap_or_default().to_owned();
        let mut gather = self.gather(&row.source, known);
        let job = Job {
            reader: self,
            name: &name,
            contents,
            examined: &examined,
            split: split.as_ref().or(self.split.as_ref()),
            row: &mut row,
            gather: &mut gather,
        };
        let parts = job.notes()?;
        settle_source(row, parts, gather)
    }

    /// Collects the notes of a source.
    pub(crate) fn gather(&self, source: &str, known: Known) -> Gather<'_> {
        let mut gather = Gather::new(&self.shared, source, known.common);
        gather.columns.extend(known.own.columns);
        gather.not_notes = known.sheets;
        gather
    }
}

/// The reading of one source.
struct Job<'j, 's> {
    reader: &'j FileReader<'j>,
    name: &'j str,
    contents: Contents<'j>,
    examined: &'j Examined,
    split: Option<&'j Regex>,
    row: &'j mut LedgerRow,
    gather: &'j mut Gather<'s>,
}

impl Job<'_, '_> {
    fn notes(mut self) -> Result<Parts> {
        let examined = self.examined;
        let mut held = None;
        let mut damaged = None;
        if may_be_container(&examined.head) {
            damaged = self.contents.damage().map(Container::Damaged);
        }
        if may_be_container(&examined.head) && damaged.is_none() {
            match self.contents.read_all(self.reader.progress) {
                Ok(bytes) => held = Some(bytes),
                Err(e) => return Ok(Parts::refused(Outcome::Failed, io_reason(&e))),
            }
        }
        if let Some(why) = own_document(&examined.head, held.as_deref()) {
            return Ok(Parts::refused(Outcome::Skipped, why));
        }
        let evidence = Evidence {
            head: &examined.head,
            is_text: examined.encoding.is_some(),
            container: damaged.or_else(|| held.as_deref().and_then(container)),
        };
        match kind_of(self.name, &evidence) {
            Kind::Skipped(why) => Ok(Parts::refused(Outcome::Skipped, why)),
            Kind::Failed(format, why) => {
                format.clone_into(&mut self.row.format);
                Ok(Parts::refused(Outcome::Failed, why))
            }
            Kind::Workbook => self.workbook(held.unwrap_or_default()),
            Kind::Converted(format) => self.converted(format, held),
            kind @ (Kind::Text | Kind::Delimited | Kind::JsonLines | Kind::Json) => {
                let Some(encoding) = &examined.encoding else {
                    return Ok(Parts::refused(Outcome::Failed, "binary, not text"));
                };
                self.row.encoding.clone_from(&encoding.name);
                self.text(&kind, encoding)
            }
        }
    }

    fn workbook(&mut self, bytes: Vec<u8>) -> Result<Parts> {
        let extension = extension(self.name);
        let mut parts = read_sheets(bytes, self.gather)?;
        if is_workbook(&extension) {
            self.row.format = extension;
        } else {
            "workbook".clone_into(&mut self.row.format);
            parts.remarks.extend(misnamed(&extension, "a workbook"));
        }
        Ok(parts)
    }

    /// Turns a file into text and reads that as a text file's.
    fn converted(&mut self, format: Format, held: Option<Vec<u8>>) -> Result<Parts> {
        format.name().clone_into(&mut self.row.format);
        let bytes = match self.bytes_for(format, held) {
            Ok(bytes) => bytes,
            Err(e) => return Ok(Parts::refused(Outcome::Failed, io_reason(&e))),
        };
        let converted = match convert(format, bytes, &self.reader.shared.options.limits) {
            Ok(converted) => converted,
            Err(why) => return Ok(Parts::refused(Outcome::Failed, why)),
        };
        let mut parts = read_converted(converted, self.split, self.gather)?;
        let extension = extension(self.name);
        if !format.has_extension(&extension) {
            parts.remarks.extend(misnamed(&extension, format.words()));
        }
        Ok(parts)
    }

    /// The bytes that a format's reader takes: those of a format that is text as UTF-8.
    fn bytes_for(&mut self, format: Format, held: Option<Vec<u8>>) -> io::Result<Vec<u8>> {
        if let Some(bytes) = held {
            return Ok(bytes);
        }
        let Some(encoding) = self.examined.encoding.as_ref().filter(|_| format.is_text()) else {
            return self.contents.read_all(self.reader.progress);
        };
        self.row.encoding.clone_from(&encoding.name);
        let mut bytes = Vec::new();
        DecodingReader::new(self.contents.open(self.reader.progress)?, encoding)?
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn text(&mut self, kind: &Kind, encoding: &TextEncoding) -> Result<Parts> {
        let opened = self.contents.open(self.reader.progress);
        let input = match opened.and_then(|input| DecodingReader::new(input, encoding)) {
            Ok(input) => input,
            Err(e) => return Ok(Parts::refused(Outcome::Failed, io_reason(&e))),
        };
        self.gather.of_whole_file.clone_from(&encoding.remarks);
        let (format, part) = match kind {
            Kind::Delimited => self.delimited(input)?,
            Kind::JsonLines | Kind::Json if is_fhir(&self.examined.head) => {
                ("fhir", self.fhir(input)?)
            }
            Kind::JsonLines => ("jsonl", self.json_lines(input)?),
            Kind::Json => ("json", self.json(input)?),
            _ => self.plain(input)?,
        };
        format.clone_into(&mut self.row.format);
        let mut parts = Parts::from(part);
        parts.remarks.extend(encoding.remarks.iter().cloned());
        let extension = extension(self.name);
        if is_never_text(&extension) {
            parts.remarks.extend(misnamed(&extension, "plain text"));
        }
        Ok(parts)
    }

    /// Bytes that a row may have: more than its note, less than what would fill the memory.
    fn row_bytes_max(&self) -> usize {
        let note = self.reader.shared.options.limits.note_bytes;
        note.saturating_mul(2).max(1 << 16)
    }

    fn delimited(&mut self, mut input: impl Read) -> Result<(&'static str, Part)> {
        let mut sample = Vec::new();
        let first = input.by_ref().take(SNIFF_BYTES as u64);
        if let Err(e) = { first }.read_to_end(&mut sample) {
            return Ok(("csv", Part::damaged(io_reason(&e))));
        }
        let whole = sample.len() < SNIFF_BYTES;
        let sniffed = self.sniff(&String::from_utf8_lossy(&sample), whole);
        self.table(io::Cursor::new(sample).chain(input), sniffed)
    }

    fn table(&mut self, input: impl Read, sniffed: Sniffed) -> Result<(&'static str, Part)> {
        let mut rows = Rows::new(input, sniffed.dialect, self.row_bytes_max());
        rows.expect_width(sniffed.width);
        let mut part = read_table(&mut rows, &TablePlace::default(), self.gather)?;
        part.told_by = words(sniffed.dialect);
        let delimiter = sniffed.dialect.delimiter;
        if sniffed.width > 1 && delimiter != b',' {
            part.remarks.push(part.told_by.clone());
        }
        Ok((if delimiter == b'\t' { "tsv" } else { "csv" }, part))
    }

    fn sniff(&self, sample: &str, whole: bool) -> Sniffed {
        let shared = &self.reader.shared;
        let told = |c: &String| {
            let mut columns = self.gather.columns.values();
            columns.any(|v| v.eq_ignore_ascii_case(c.trim()))
        };
        let known = |cells: &[String]| {
            let short = cells.iter().filter(|c| c.len() < 100);
            short
                .filter(|c| told(c) || shared.recogniser.column_role(c).is_some())
                .count()
        };
        sniff(sample, whole, &known)
    }

    fn json_lines(&mut self, input: impl Read) -> Result<Part> {
        let recogniser = self.reader.shared.recogniser;
        let mut rows = JsonLines::new(input, recogniser, self.row_bytes_max());
        read_table(&mut rows, &TablePlace::default(), self.gather)
    }

    /// Resources: a line each, or one value over all lines.
    fn fhir(&mut self, input: impl Read) -> Result<Part> {
        let first = self.examined.head.split(|b| *b == b'\n').next();
        let first = first.unwrap_or_default().trim_ascii();
        let several = memchr::memchr_iter(b'\n', self.examined.head.trim_ascii()).count() > 0;
        if several && serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok() {
            return read_fhir_lines(input, self.row_bytes_max(), self.gather);
        }
        match io::read_to_string(input) {
            Ok(text) => read_fhir(&text, self.gather),
            Err(e) => Ok(Part::damaged(io_reason(&e))),
        }
    }

    fn json(&mut self, input: impl Read) -> Result<Part> {
        let text = match io::read_to_string(input) {
            Ok(text) => text,
            Err(e) => return Ok(Part::damaged(io_reason(&e))),
        };
        match JsonArray::parse(&text, self.reader.shared.recogniser) {
            Ok(mut rows) => read_table(&mut rows, &TablePlace::default(), self.gather),
            Err(why) => Ok(Part::damaged(why)),
        }
    }

    fn plain(&mut self, mut input: impl Read) -> Result<(&'static str, Part)> {
        let text = match self.text_within_limit(&mut input) {
            Ok(Ok(text)) => text,
            Ok(Err(why)) => return Ok(("text", Part::damaged(why))),
            Err(e) => return Ok(("text", Part::damaged(io_reason(&e)))),
        };
        if self.split.is_none() && may_be_table(&text) {
            let sample = first_bytes(&text, SNIFF_BYTES);
            let sniffed = self.sniff(sample, sample.len() == text.len());
            if sniffed.is_plainly_a_table() {
                return self.table(text.as_bytes(), sniffed);
            }
        }
        let page_words = &self.reader.shared.rules.page_words;
        let (text, apart) = set_apart(unix_lines(text), page_words);
        let mut part = read_text(text, &apart, self.split, self.gather)?;
        part.remarks.extend(said_apart(&apart));
        Ok(("text", part))
    }

    /// Whether the start of a text is plainly that of a table.
    fn is_table(&self, start: &str) -> bool {
        may_be_table(start)
            && self
                .sniff(first_bytes(start, SNIFF_BYTES), false)
                .is_plainly_a_table()
    }

    /// A whole text, or why it is not read.
    fn text_within_limit(
        &self,
        input: &mut impl Read,
    ) -> io::Result<std::result::Result<String, String>> {
        let recogniser = self.reader.shared.recogniser;
        let is_parted = |start: &str| match self.split {
            Some(pattern) => split_by(start, pattern).is_some(),
            None => self.is_table(start) || split(start, recogniser).is_some(),
        };
        let limit = self.reader.shared.options.limits.note_bytes;
        text_within_limit(input, limit, &is_parted)
    }
}

/// Whether a file may be an archive, by its name.
pub(crate) fn may_be_archive(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    ["zip", ""].contains(&extension(file).as_str())
}

/// The remark on a name that says something else than the bytes.
fn misnamed(extension: &str, words: &str) -> Option<String> {
    (!extension.is_empty()).then(|| format!("named .{extension}, but it is {words}"))
}

/// What a file's path, and the study, say of all its notes.
pub(crate) fn common_clues(name: &str, own: &Own) -> Clues {
    let mut folders: Vec<String> = name.split('/').map(str::to_owned).collect();
    let file = folders.pop().unwrap_or_default();
    let extension = extension(&file);
    // "Visit 03.02.2023" has no extension but a date.
    let named = !extension.is_empty() && !extension.chars().all(|c| c.is_ascii_digit());
    let len = file.len() - if named { extension.len() + 1 } else { 0 };
    Clues {
        file_name: file.get(..len).unwrap_or(&file).to_owned(),
        folders,
        study: own.values.clone(),
        date_order: own.date_order,
        ..Clues::default()
    }
}
