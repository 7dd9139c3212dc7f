//! What tells one content from another: SHA-256, in hex.

use std::fmt::Write as _;

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
