//! A project's XML in one temporary file, so that memory holds an element of it at a time.
//!
//! Comes in: bytes of any encoding, under a limit. Goes out: UTF-8 from any place on, and the line of
//! a place. The file has no name, is readable by its owner only and is gone with the program.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

use encoding_rs::{CoderResult, Decoder, Encoding, WINDOWS_1252};

use super::xml::{Element, XmlError, element_at};

/// Bytes that are read at once.
const BLOCK: usize = 1 << 16;

/// Bytes that are read at once for a single element: most memos are shorter.
const SMALL_BLOCK: usize = 1 << 11;

/// XML as UTF-8 without byte order mark.
#[derive(Debug)]
pub(super) struct XmlFile {
    file: File,
    /// Line ends before each block, counted when a line is first asked for.
    line_ends: OnceCell<Vec<usize>>,
}

impl XmlFile {
    /// Copies XML, at most so many bytes of it; decodes it by its byte order mark, else as UTF-8,
    /// else as Windows-1252.
    ///
    /// # Errors
    /// The reason as a clause.
    pub(super) fn copied(from: impl Read, most: u64) -> Result<Self, String> {
        let (raw, encoding) = copy(from, most)?;
        let file = match encoding {
            None => raw,
            Some(encoding) => decoded(&raw, encoding).map_err(|e| temporary_failed(&e))?,
        };
        Ok(Self {
            file,
            line_ends: OnceCell::new(),
        })
    }

    /// All of it, from its beginning.
    pub(super) fn reader(&self) -> impl BufRead + '_ {
        BufReader::with_capacity(BLOCK, self.from(0))
    }

    /// The element that begins at a place.
    ///
    /// # Errors
    /// Where none does, or the temporary file cannot be read.
    pub(super) fn element(&self, at: usize) -> Result<Element, XmlError> {
        let source = BufReader::with_capacity(SMALL_BLOCK, self.from(at as u64));
        element_at(source, at)
    }

    /// The line of a place, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        let ends = self.line_ends.get_or_init(|| self.count_line_ends());
        let block = (at / BLOCK).min(ends.len().saturating_sub(1));
        let before = ends.get(block).copied().unwrap_or_default();
        let mut bytes = Vec::new();
        let inside = self
            .from((block * BLOCK) as u64)
            .take((at - block * BLOCK) as u64);
        // A line that cannot be told is told too low; the reading itself fails elsewhere.
        let _read = BufReader::new(inside).read_to_end(&mut bytes);
        before + memchr::memchr_iter(b'\n', &bytes).count() + 1
    }

    fn count_line_ends(&self) -> Vec<usize> {
        let (mut ends, mut count) = (vec![0], 0);
        let mut source = self.from(0);
        let mut block = vec![0; BLOCK];
        while let Ok(length) = fill(&mut source, &mut block) {
            count += memchr::memchr_iter(b'\n', &block[..length]).count();
            if length < BLOCK {
                break;
            }
            ends.push(count);
        }
        ends
    }

    fn from(&self, at: u64) -> Cursor<'_> {
        Cursor {
            file: &self.file,
            at,
        }
    }
}

/// A place in a file. Several may be read by turns, so each read begins with a seek.
struct Cursor<'f> {
    file: &'f File,
    at: u64,
}

impl Read for Cursor<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(self.at))?;
        let length = self.file.read(out)?;
        self.at += length as u64;
        Ok(length)
    }
}

/// Copies bytes as they are; says what they have to be decoded from, if they are no plain UTF-8.
fn copy(mut from: impl Read, most: u64) -> Result<(File, Option<&'static Encoding>), String> {
    let mut file = tempfile::tempfile().map_err(|e| temporary_failed(&e))?;
    let mut block = vec![0; BLOCK];
    let (mut total, mut check, mut by_mark) = (0, Utf8Check::default(), None);
    loop {
        let length =
            fill(&mut from, &mut block).map_err(|e| format!("damaged or cut off ({e})"))?;
        let bytes = &block[..length];
        if total == 0 {
            by_mark = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
        }
        // What an archive's directory says of a size may be a lie: the bytes are counted.
        total += length as u64;
        if total > most {
            return Err(too_large(most));
        }
        check.add(bytes);
        file.write_all(bytes).map_err(|e| temporary_failed(&e))?;
        if length < BLOCK {
            break;
        }
    }
    let legacy = (!check.is_utf8()).then_some(WINDOWS_1252);
    Ok((file, by_mark.or(legacy)))
}

pub(super) fn too_large(most: u64) -> String {
    format!("larger than {} MB", most >> 20)
}

fn temporary_failed(error: &io::Error) -> String {
    format!(
        "not to be read: the temporary file failed ({error}); is the disk full? TMPDIR can name \
         another folder"
    )
}

/// Reads until a block is full or nothing is left.
fn fill(from: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < block.len() {
        match from.read(&mut block[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(length)
}

/// Whether bytes that come in blocks are UTF-8.
#[derive(Debug, Default)]
struct Utf8Check {
    is_broken: bool,
    /// The beginning of a character that goes on in the next block.
    open: Vec<u8>,
}

impl Utf8Check {
    fn add(&mut self, block: &[u8]) {
        let mut bytes = std::mem::take(&mut self.open);
        if bytes.is_empty() {
            self.check(block);
        } else {
            bytes.extend_from_slice(block);
            self.check(&bytes);
        }
    }

    fn check(&mut self, bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(_) => {}
            Err(e) if e.error_len().is_some() => self.is_broken = true,
            Err(e) => bytes
                .get(e.valid_up_to()..)
                .unwrap_or_default()
                .clone_into(&mut self.open),
        }
    }

    fn is_utf8(&self) -> bool {
        !self.is_broken && self.open.is_empty()
    }
}

fn decoded(raw: &File, encoding: &'static Encoding) -> io::Result<File> {
    let mut from = Cursor { file: raw, at: 0 };
    let mut to = tempfile::tempfile()?;
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut block = vec![0; BLOCK];
    loop {
        let length = fill(&mut from, &mut block)?;
        let is_last = length < BLOCK;
        decode(&mut decoder, &block[..length], is_last, &mut to)?;
        if is_last {
            return Ok(to);
        }
    }
}

fn decode(decoder: &mut Decoder, mut bytes: &[u8], is_last: bool, to: &mut File) -> io::Result<()> {
    let mut out = vec![0; 3 * BLOCK];
    loop {
        let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut out, is_last);
        to.write_all(&out[..written])?;
        bytes = bytes.get(read..).unwrap_or_default();
        if result == CoderResult::InputEmpty {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        let file = XmlFile::copied(bytes, 1 << 20).expect("in memory");
        let mut out = String::new();
        file.reader().read_to_string(&mut out).expect("UTF-8");
        out
    }

    #[test]
    fn every_encoding_becomes_utf8_without_its_mark() {
        // A character of three bytes lies across every bound of blocks.
        let long = format!("a{}", "€".repeat(BLOCK));
        assert_eq!(text(long.as_bytes()), long);
        assert_eq!(text(format!("\u{FEFF}{long}").as_bytes()), long);
        let utf16: Vec<u8> = format!("\u{FEFF}{long}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(text(&utf16), long);
        assert_eq!(text(b"na\xEFve"), "naïve");
        assert_eq!(
            text("cut €".as_bytes().split_last().expect("bytes").1),
            "cut â‚"
        );
    }

    #[test]
    fn lines_are_told_and_what_is_too_large_is_refused() {
        let lines = "one line\n".repeat(20_000);
        let file = XmlFile::copied(lines.as_bytes(), 1 << 20).expect("small");
        for line in [1, 2, 7_281, 7_282, 7_283, 20_000] {
            assert_eq!(file.line((line - 1) * 9), line);
            assert_eq!(file.line(line * 9 - 1), line);
        }
        let why = XmlFile::copied(lines.as_bytes(), 1_000).expect_err("too large");
        assert!(why.contains("larger than"), "{why}");
    }
}
