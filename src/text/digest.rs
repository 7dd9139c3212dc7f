//! What tells one content from another: SHA-256, in hex.

use std::fmt::Write as _;
use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

/// Bytes as small hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}");
    }
    text
}

/// SHA-256 in hex.
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The start of a hash in hex, by which people tell contents apart.
pub fn short_hash(hex: &str) -> String {
    hex.chars().take(12).collect()
}

/// SHA-256 in hex of what can be read, piece by piece: a table may be larger than memory.
///
/// # Errors
/// Where it cannot be read to its end.
pub fn hex_sha256_of(mut source: impl Read) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match source.read(&mut piece)? {
            0 => return Ok(hex(&digest.finalize())),
            read => digest.update(piece.get(..read).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn piece_by_piece_is_the_same_as_at_once() {
        let bytes: Vec<u8> = (0..200_000u32).map(|i| (i % 251) as u8).collect();
        let pieces = hex_sha256_of(bytes.as_slice()).expect("memory can be read");
        assert_eq!(pieces, hex_sha256(&bytes));
        assert!(hex_sha256(b"").starts_with("e3b0c44298fc1c14"));
    }
}
