//! A file inside another one, as bytes in letters (base64) with the name of its kind.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::super::container::{Container, container};
use super::super::decode::{DecodingReader, examine, unix_lines};
use super::super::kind::Evidence;
use super::super::options::Limits;
use super::{Converted, Format, convert};

/// A file inside another one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Enclosed {
    /// The name of its kind (`text/plain`).
    pub(crate) media: String,
    /// Whether `data` are bytes in letters, and not the text itself.
    pub(crate) is_base64: bool,
    /// What it holds.
    pub(crate) data: String,
}

impl Enclosed {
    /// Its bytes.
    fn bytes(&self) -> Result<Vec<u8>, String> {
        if !self.is_base64 {
            return Ok(self.data.clone().into_bytes());
        }
        let lenient = GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true);
        let letters: Vec<u8> = self
            .data
            .bytes()
            .filter(|b| !b.is_ascii_whitespace())
            .collect();
        GeneralPurpose::new(&STANDARD, lenient)
            .decode(letters)
            .map_err(|e| format!("the file inside it is damaged ({e})"))
    }

    /// Turns it into text.
    pub(crate) fn convert(&self, limits: &Limits) -> Result<Converted, String> {
        let bytes = self.bytes()?;
        let extension = match self.media.split(';').next().unwrap_or_default().trim() {
            "text/html" | "application/xhtml+xml" => "html",
            _ => "txt",
        };
        let format = match container(&bytes) {
            Some(Container::Docx) => Some(Format::Docx),
            Some(Container::Odt) => Some(Format::Odt),
            Some(_) => return Err(self.unread()),
            None => None,
        };
        let examined = examine(&bytes[..], None).map_err(|e| e.to_string())?;
        let evidence = Evidence {
            head: &examined.head,
            is_text: examined.encoding.is_some(),
            container: None,
        };
        let format = format.or_else(|| Format::of(&evidence, extension));
        if format == Some(Format::Ccda) {
            return Err(self.unread());
        }
        let text_bytes = match &examined.encoding {
            Some(encoding) if format.is_none_or(Format::is_text) => {
                let reader = DecodingReader::new(&bytes[..], encoding);
                let text = reader.and_then(std::io::read_to_string);
                text.map_err(|e| e.to_string())?.into_bytes()
            }
            None if format.is_none_or(Format::is_text) => return Err(self.unread()),
            _ => bytes,
        };
        match format {
            Some(format) => convert(format, text_bytes, limits),
            None => Ok(Converted {
                text: unix_lines(String::from_utf8_lossy(&text_bytes).into_owned()),
                ..Converted::default()
            }),
        }
    }

    fn unread(&self) -> String {
        format!("the file inside it is none that is read ({:?})", self.media)
    }
}
