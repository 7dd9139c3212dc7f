//! Tells texts of old Macs from those of Windows, whose bytes are the same and mean other letters.
//!
//! Comes in: bytes, in pieces. Goes out: whether they make words in Mac Roman and none in a Windows
//! code page. Cautious: any byte between small letters that Windows writes there speaks against it.

/// How often bytes speak for one and for the other.
#[derive(Debug, Default)]
pub(crate) struct MacRoman {
    speaking_for: u64,
    against: u64,
    /// The last two bytes of the piece before.
    last: Vec<u8>,
}

/// Bytes that are small letters with accents on a Mac; in Windows capitals, signs or nothing, which
/// stand behind no small letter.
const SMALL_ON_MAC: [u8; 20] = [
    0x81, 0x83, 0x84, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x98, 0x99,
    0x9B, 0x9D, 0x9F, 0x80,
];
/// An apostrophe on a Mac, a capital in Windows; and the other way.
const APOSTROPHE_ON_MAC: u8 = 0xD5;
const APOSTROPHE_ON_WINDOWS: u8 = 0x92;

impl MacRoman {
    /// Takes a piece of the bytes.
    pub(crate) fn add(&mut self, piece: &[u8]) {
        if piece.is_ascii() {
            self.last.clear();
            return;
        }
        let mut bytes = std::mem::take(&mut self.last);
        bytes.extend_from_slice(piece);
        for three in bytes.windows(3) {
            let [before, byte, behind] = three else {
                continue;
            };
            let is_between = before.is_ascii_lowercase() && behind.is_ascii_lowercase();
            let is_last = before.is_ascii_lowercase() && !behind.is_ascii_alphanumeric();
            match *byte {
                APOSTROPHE_ON_MAC if is_between => self.speaking_for += 1,
                APOSTROPHE_ON_WINDOWS if is_between => self.against += 1,
                b if SMALL_ON_MAC.contains(&b)
                    && (is_between || (is_last && behind.is_ascii())) =>
                {
                    self.speaking_for += 1;
                }
                0xDF..=0xFF if before.is_ascii_lowercase() || behind.is_ascii_lowercase() => {
                    self.against += 1;
                }
                _ => {}
            }
        }
        let keep = bytes.len().saturating_sub(2);
        self.last = bytes.split_off(keep);
    }

    /// Whether the bytes are a Mac's.
    pub(crate) fn is_it(&self) -> bool {
        self.speaking_for > 0 && self.against == 0
    }
}
