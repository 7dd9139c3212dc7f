//! Bytes to text: which encoding a file has, and why.
//!
//! Comes in: a file's bytes, in pieces. Goes out: the encoding with what it was known from, the
//! file's hash, and a reader that gives UTF-8. Order of evidence: byte order mark, UTF-16 by the
//! pattern of its bytes, strict UTF-8, UTF-8 with a few bad bytes, a detector. A byte that cannot
//! be decoded becomes U+FFFD and is counted and placed: nothing is replaced in silence.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE};
use sha2::{Digest, Sha256};

use super::mac_roman::MacRoman;
use super::utf8_check::Utf8Check;

const CHUNK: usize = 1 << 18;

/// Bytes at the start of a file that the tests for UTF-16 look at.
const SAMPLE: usize = 1 << 16;

/// Share of control characters (without NUL) above which a file is not text: random bytes have a
/// tenth.
const CONTROL_SHARE_MAX: f64 = 0.04;

/// Share of NULs above which a file is not text: a note may have picked up a handful.
const NUL_SHARE_MAX: f64 = 0.1;

/// What the detector, which knows no Mac Roman, takes it for.
const LATIN_GUESSES: [&str; 6] = [
    "windows-1252",
    "windows-1250",
    "windows-1254",
    "windows-1257",
    "windows-1258",
    "ISO-8859-2",
];

/// Bytes that the detector of legacy encodings is shown.
const DETECTOR_BYTES_MAX: usize = 4 << 20;

/// The encoding of a name, for text that is told.
pub(crate) fn encoding_named(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.trim().as_bytes())
}

/// What a look through a file's bytes found.
#[derive(Debug, Clone)]
pub(crate) struct Examined {
    /// SHA-256 in hex.
    pub(crate) sha256: String,
    /// Size in bytes.
    pub(crate) bytes: u64,
    /// Its encoding; none where it is not text.
    pub(crate) encoding: Option<TextEncoding>,
    /// The first bytes, for telling formats.
    pub(crate) head: Vec<u8>,
}

/// An encoding and the evidence for it.
#[derive(Debug, Clone)]
pub(crate) struct TextEncoding {
    encoding: &'static Encoding,
    /// As the ledger prints it: `UTF-8`, `windows-1252 (detected)`.
    pub(crate) name: String,
    /// Length of the byte order mark.
    mark: usize,
    /// What a person should know: undecodable bytes, NULs.
    pub(crate) remarks: Vec<String>,
}

/// Reads all bytes once: hash, size, encoding.
pub(crate) fn examine(
    mut input: impl Read,
    told: Option<&'static Encoding>,
) -> io::Result<Examined> {
    let mut hash = Sha256::new();
    let mut census = Census::new();
    let mut chunk = vec![0; CHUNK];
    let mut head = Vec::new();
    let mut bytes = 0;
    loop {
        let read = read_full(&mut input, &mut chunk)?;
        let piece = chunk.get(..read).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        hash.update(piece);
        census.add(piece);
        if bytes == 0 {
            head.extend(piece.iter().take(SAMPLE));
        }
        bytes += read as u64;
    }
    let encoding = census.decide(&head, bytes, told);
    let sha256 = crate::text::hex(&hash.finalize());
    Ok(Examined {
        sha256,
        bytes,
        encoding,
        head,
    })
}

/// Fills the buffer as far as the input goes.
fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|r| !r.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// Counts over all bytes that the decision rests on.
struct Census {
    utf8: Utf8Check,
    controls: u64,
    nuls: u64,
    detector: EncodingDetector,
    mac_roman: MacRoman,
    shown: usize,
}

impl Census {
    fn new() -> Self {
        Self {
            utf8: Utf8Check::default(),
            controls: 0,
            nuls: 0,
            detector: EncodingDetector::new(Iso2022JpDetection::Deny),
            mac_roman: MacRoman::default(),
            shown: 0,
        }
    }

    fn add(&mut self, piece: &[u8]) {
        self.utf8.add(piece);
        self.mac_roman.add(piece);
        for &byte in piece {
            if byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1B) {
                self.controls += u64::from(byte != 0);
                self.nuls += u64::from(byte == 0);
            }
        }
        if self.utf8.bad > 0 && self.shown < DETECTOR_BYTES_MAX {
            self.detector.feed(piece, false);
            self.shown += piece.len();
        }
    }

    fn decide(
        mut self,
        head: &[u8],
        bytes: u64,
        told: Option<&'static Encoding>,
    ) -> Option<TextEncoding> {
        self.utf8.finish();
        if let Some((encoding, mark)) = Encoding::for_bom(head) {
            if head.starts_with(&[0xFF, 0xFE, 0, 0]) {
                return None;
            }
            let name = format!("{} (byte order mark)", encoding.name());
            let bad = if encoding == UTF_8 {
                self.utf8.remarks()
            } else {
                Vec::new()
            };
            return Some(text(encoding, name, mark, bad));
        }
        if let Some(encoding) = told {
            return Some(text(
                encoding,
                format!("{} (told)", encoding.name()),
                0,
                Vec::new(),
            ));
        }
        if self.nuls > 0
            && let Some(encoding) = utf16_by_pattern(head)
        {
            let name = format!("{} (no mark, by its bytes)", encoding.name());
            return Some(text(encoding, name, 0, Vec::new()));
        }
        let over = |n: u64, share: f64| n as f64 > bytes as f64 * share;
        if over(self.controls, CONTROL_SHARE_MAX) || over(self.nuls, NUL_SHARE_MAX) {
            return None;
        }
        let mut remarks = Vec::new();
        if self.nuls > 0 {
            remarks.push(format!("{} NUL bytes stand in the text", self.nuls));
        }
        if self.utf8.bad == 0 {
            return Some(text(UTF_8, UTF_8.name().to_owned(), 0, remarks));
        }
        if self.utf8.is_mostly_utf8() {
            remarks.extend(self.utf8.remarks());
            return Some(text(UTF_8, "UTF-8 (with bad bytes)".to_owned(), 0, remarks));
        }
        self.detector.feed(&[], true);
        let guess = self.detector.guess(None, Utf8Detection::Deny);
        let is_latin = LATIN_GUESSES.contains(&guess.name());
        let encoding = if is_latin && self.mac_roman.is_it() {
            MACINTOSH
        } else {
            guess
        };
        let name = format!("{} (detected)", encoding.name());
        Some(text(encoding, name, 0, remarks))
    }
}

fn text(
    encoding: &'static Encoding,
    name: String,
    mark: usize,
    remarks: Vec<String>,
) -> TextEncoding {
    TextEncoding {
        encoding,
        name,
        mark,
        remarks,
    }
}

/// Tells UTF-16 by the high halves of its units: in one script most of them are the same byte,
/// which in no other text is true of every second byte.
fn utf16_by_pattern(head: &[u8]) -> Option<&'static Encoding> {
    let mut counts = [[0_u32; 256]; 2];
    for pair in head.chunks_exact(2) {
        for (side, &byte) in pair.iter().enumerate() {
            counts[side][usize::from(byte)] += 1;
        }
    }
    let units = head.len() / 2;
    let top = |side: usize| {
        let most = counts[side].iter().copied().max().unwrap_or(0);
        f64::from(most) / units.max(1) as f64
    };
    let nul_side = |side: usize| counts[side][0] > 0 && counts[1 - side][0] * 20 <= counts[side][0];
    let encoding = if top(1) >= 0.6 && nul_side(1) {
        UTF_16LE
    } else if top(0) >= 0.6 && nul_side(0) {
        UTF_16BE
    } else {
        return None;
    };
    let even = head.get(..units * 2).unwrap_or_default();
    let (decoded, _, failed) = encoding.decode(even);
    let odd = decoded
        .chars()
        .filter(|c| c.is_control() && !c.is_whitespace())
        .count();
    (!failed && odd * 50 <= units).then_some(encoding)
}

/// Gives a file's text as UTF-8, whatever its encoding.
pub(crate) struct DecodingReader<R> {
    input: R,
    /// None for UTF-8 without bad bytes, which passes as it is.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    raw_start: usize,
    raw_end: usize,
    ended: bool,
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> DecodingReader<R> {
    /// Reads `input` from its start.
    pub(crate) fn new(mut input: R, encoding: &TextEncoding) -> io::Result<Self> {
        let mut mark = [0; 3];
        if let Some(mark) = mark.get_mut(..encoding.mark) {
            input.read_exact(mark)?;
        }
        let passes = encoding.encoding == UTF_8 && encoding.remarks.is_empty();
        Ok(Self {
            input,
            decoder: (!passes).then(|| encoding.encoding.new_decoder_without_bom_handling()),
            raw: vec![0; if passes { 0 } else { CHUNK }],
            raw_start: 0,
            raw_end: 0,
            ended: false,
            ready: Vec::new(),
            given: 0,
        })
    }

    fn refill(&mut self) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(());
        };
        self.ready.resize(CHUNK + 16, 0);
        self.given = 0;
        let mut written = 0;
        while written == 0 {
            if self.raw_start == self.raw_end && !self.ended {
                self.raw_end = read_full(&mut self.input, &mut self.raw)?;
                self.raw_start = 0;
                self.ended = self.raw_end == 0;
            }
            let source = self
                .raw
                .get(self.raw_start..self.raw_end)
                .unwrap_or_default();
            let (result, read, wrote, _) =
                decoder.decode_to_utf8(source, &mut self.ready, self.ended);
            self.raw_start += read;
            written = wrote;
            if self.ended && result == CoderResult::InputEmpty {
                self.decoder = None;
                break;
            }
        }
        self.ready.truncate(written);
        Ok(())
    }
}

impl<R: Read> Read for DecodingReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            if self.decoder.is_none() {
                return if self.ended {
                    Ok(0)
                } else {
                    self.input.read(out)
                };
            }
            self.refill()?;
        }
        let rest = self.ready.get(self.given..).unwrap_or_default();
        let n = rest.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..n), rest.get(..n)) {
            to.copy_from_slice(from);
        }
        self.given += n;
        Ok(n)
    }
}

/// Text with LF at its line ends; CRLF and CR become LF, nothing else changes.
pub(crate) fn unix_lines(text: String) -> String {
    if !text.contains('\r') {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, String) {
        let examined = examine(bytes, None).unwrap();
        let Some(encoding) = examined.encoding else {
            return ("binary".to_owned(), String::new());
        };
        let mut out = String::new();
        DecodingReader::new(bytes, &encoding)
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        (encoding.name, out)
    }

    fn utf16(text: &str, to: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to).collect()
    }

    #[test]
    fn encodings_are_told_by_their_evidence() {
        let check = |bytes: &[u8], name: &str, text: &str| {
            assert_eq!(decoded(bytes), (name.to_owned(), text.to_owned()));
        };
        check(b"plain", "UTF-8", "plain");
        check("Zoë".as_bytes(), "UTF-8", "Zoë");
        check(b"\xEF\xBB\xBFmark", "UTF-8 (byte order mark)", "mark");
        check(
            b"it\x92s \x93fine\x94",
            "windows-1252 (detected)",
            "it’s “fine”",
        );
        for (bytes, written) in [
            (
                &b"Guide: Ren\x8Ee\n\nShe wept in the caf\x8E, it\xD5s fine."[..],
                "Guide: Renée\n\nShe wept in the café, it’s fine.",
            ),
            (b"She said \xD2it\xD5s done\xD3.", "She said “it’s done”."),
        ] {
            check(bytes, "macintosh (detected)", written);
        }
        check(
            b"Ren\xE9e wept \x96 in the caf\xE9.",
            "windows-1252 (detected)",
            "Renée wept – in the café.",
        );
        let note = "Pt. schlief gut.\r\nKeine Übelkeit.";
        check(
            &utf16(note, u16::to_le_bytes),
            "UTF-16LE (no mark, by its bytes)",
            note,
        );
        check(
            &utf16(note, u16::to_be_bytes),
            "UTF-16BE (no mark, by its bytes)",
            note,
        );
        let russian = "Пациентка спала хорошо, тошноты нет.";
        check(
            &utf16(russian, u16::to_le_bytes),
            "UTF-16LE (no mark, by its bytes)",
            russian,
        );
        let marked = utf16("\u{FEFF}café", u16::to_be_bytes);
        check(&marked, "UTF-16BE (byte order mark)", "café");
    }

    #[test]
    fn a_few_bad_bytes_do_not_make_it_windows_1252() {
        let bytes = "Zoë said “fine” "
            .as_bytes()
            .iter()
            .copied()
            .chain(*b"\xFF\xFE(")
            .collect::<Vec<_>>();
        let (name, text) = decoded(&bytes);
        assert_eq!(name, "UTF-8 (with bad bytes)");
        assert_eq!(text, "Zoë said “fine” \u{FFFD}\u{FFFD}(");
        let remarks = examine(&bytes[..], None).unwrap().encoding.unwrap().remarks;
        assert_eq!(
            remarks,
            ["2 bytes that are not UTF-8 were read as U+FFFD, the first in line 1, byte 22"]
        );
    }

    #[test]
    fn stray_nuls_are_text_and_random_bytes_are_not() {
        let (name, text) = decoded(b"She told her boss no.\0\0 Nobody died of it. \0Mild nausea.");
        assert_eq!(name, "UTF-8");
        assert!(text.contains("\0Mild"));
        let random: Vec<u8> = (0..4000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        assert_eq!(decoded(&random).0, "binary");
    }
}
