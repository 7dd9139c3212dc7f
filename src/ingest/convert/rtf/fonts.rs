//! Fonts of an RTF file: each says in which code page its bytes are written.

use std::collections::BTreeMap;

use encoding_rs::{Encoding, WINDOWS_1252};

/// A font.
#[derive(Debug, Clone, Default)]
pub(super) struct Font {
    pub(super) name: String,
    pub(super) encoding: Option<&'static Encoding>,
    /// Whether its bytes are symbols and no letters.
    pub(super) is_symbol: bool,
}

/// All fonts of a file, and its code page where a font says none.
#[derive(Debug)]
pub(super) struct Fonts {
    pub(super) list: BTreeMap<i32, Font>,
    pub(super) default: &'static Encoding,
}

impl Default for Fonts {
    fn default() -> Self {
        Self {
            list: BTreeMap::new(),
            default: WINDOWS_1252,
        }
    }
}

impl Fonts {
    /// The encoding of a font's bytes.
    pub(super) fn encoding(&self, font: i32) -> &'static Encoding {
        let own = self.list.get(&font).and_then(|f| f.encoding);
        own.unwrap_or(self.default)
    }

    /// The name of a font of symbols.
    pub(super) fn symbols(&self, font: i32) -> Option<&str> {
        let font = self.list.get(&font).filter(|f| f.is_symbol)?;
        Some(&font.name)
    }

    /// Keeps what the table says of a font's character set.
    pub(super) fn set_charset(&mut self, font: i32, charset: i32) {
        let font = self.list.entry(font).or_default();
        font.is_symbol = charset == 2;
        font.encoding = charset_encoding(charset);
    }

    /// Keeps what the table says of a font's code page.
    pub(super) fn set_page(&mut self, font: i32, page: i32) {
        self.list.entry(font).or_default().encoding = page_encoding(page);
    }
}

/// The encoding of a character set by its number; none for the file's own.
fn charset_encoding(charset: i32) -> Option<&'static Encoding> {
    page_encoding(match charset {
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

/// The encoding of a Windows code page by its number.
pub(super) fn page_encoding(page: i32) -> Option<&'static Encoding> {
    let label = match page {
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        866 => "ibm866",
        874 => "windows-874",
        10_000 => "macintosh",
        65_001 => "utf-8",
        1250..=1258 => return Encoding::for_label(format!("windows-{page}").as_bytes()),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}
