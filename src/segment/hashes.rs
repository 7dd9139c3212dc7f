//! Hashes of words and of words in a row, which are keys already.

use std::hash::{BuildHasherDefault, Hasher};

/// Hashes that are keys already.
pub(super) type PlainHash = BuildHasherDefault<Plain>;

/// What hashing of a word begins with.
pub(super) const EMPTY_WORD: u64 = 7;

/// Passes a `u64` on, stirred once.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Plain(u64);

impl Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes
            .iter()
            .fold(self.0, |hash, &b| stir(hash, u64::from(b)));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n ^ (n >> 32);
    }
}

/// Takes one more into a hash.
pub(super) fn stir(hash: u64, next: u64) -> u64 {
    (hash.rotate_left(5) ^ next).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// The hash of a word.
pub(super) fn word_hash(form: &str) -> u64 {
    form.bytes()
        .fold(EMPTY_WORD, |hash, b| stir(hash, u64::from(b)))
}

/// The hash of words in a row.
pub(super) fn row_hash(hashes: &[u64]) -> u64 {
    hashes.iter().fold(11, |hash, &word| stir(hash, word))
}
