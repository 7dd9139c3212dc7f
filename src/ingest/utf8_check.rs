//! Whether bytes are UTF-8, checked piece by piece, and where they are not.
//!
//! Comes in: a file's bytes in pieces of any size. Goes out: how many characters of several bytes
//! it holds, how many bytes are no part of any character, and where the first of those stands.

/// A running check.
#[derive(Debug, Clone, Default)]
pub(crate) struct Utf8Check {
    /// Characters of two bytes and more.
    pub(crate) wide: u64,
    /// Bytes (maximal broken pieces) that are no character.
    pub(crate) bad: u64,
    first: Option<BadByte>,
    line: u64,
    /// Bytes seen in the current line.
    in_line: u64,
    /// The unfinished character at the end of the last piece.
    carry: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct BadByte {
    line: u64,
    byte: u64,
}

impl Utf8Check {
    /// Looks at the next piece.
    pub(crate) fn add(&mut self, piece: &[u8]) {
        let mut rest = piece;
        while !self.carry.is_empty() {
            let Some((&next, after)) = rest.split_first() else {
                return;
            };
            if next & 0xC0 == 0x80 {
                self.carry.push(next);
                rest = after;
            }
            let held = std::mem::take(&mut self.carry);
            self.scan(&held, next & 0xC0 != 0x80);
        }
        self.scan(rest, false);
    }

    /// Says that no piece follows.
    pub(crate) fn finish(&mut self) {
        let held = std::mem::take(&mut self.carry);
        self.scan(&held, true);
    }

    /// Whether the bad bytes are few beside the good wide characters: such a file is damaged
    /// UTF-8, since text of another encoding forms wide characters only by rare chance.
    pub(crate) fn is_mostly_utf8(&self) -> bool {
        self.wide > 0 && self.wide * 2 >= self.bad
    }

    /// What a person should know; nothing where all is good.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let Some(first) = self.first else {
            return Vec::new();
        };
        vec![format!(
            "{} that {} not UTF-8 {} read as U+FFFD, the first in line {}, byte {}",
            if self.bad == 1 {
                "1 byte".to_owned()
            } else {
                format!("{} bytes", self.bad)
            },
            if self.bad == 1 { "is" } else { "are" },
            if self.bad == 1 { "was" } else { "were" },
            first.line,
            first.byte
        )]
    }

    fn scan(&mut self, mut rest: &[u8], closed: bool) {
        loop {
            match std::str::from_utf8(rest) {
                Ok(good) => return self.pass(good),
                Err(error) => {
                    let (good, after) = rest.split_at(error.valid_up_to());
                    self.pass(std::str::from_utf8(good).unwrap_or_default());
                    let len = match error.error_len() {
                        Some(len) => len,
                        None if closed => after.len(),
                        None => return self.carry.extend_from_slice(after),
                    };
                    self.first.get_or_insert(BadByte {
                        line: self.line + 1,
                        byte: self.in_line + 1,
                    });
                    self.bad += 1;
                    self.in_line += len as u64;
                    rest = after.get(len..).unwrap_or_default();
                }
            }
        }
    }

    fn pass(&mut self, good: &str) {
        if !good.is_ascii() {
            self.wide += good.bytes().filter(|&b| b >= 0xC0).count() as u64;
        }
        if self.first.is_some() {
            return;
        }
        let bytes = good.as_bytes();
        match bytes.iter().rposition(|&b| b == b'\n') {
            Some(at) => {
                self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
                self.in_line = (bytes.len() - at - 1) as u64;
            }
            None => self.in_line += bytes.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_do_not_matter(bytes in proptest::collection::vec(any::<u8>(), 0..60), cut in 1_usize..7) {
            let mut whole = Utf8Check::default();
            whole.add(&bytes);
            whole.finish();
            let mut cut_up = Utf8Check::default();
            for piece in bytes.chunks(cut) {
                cut_up.add(piece);
            }
            cut_up.finish();
            prop_assert_eq!(whole.wide, cut_up.wide);
            prop_assert_eq!(whole.bad, cut_up.bad);
            prop_assert_eq!(whole.remarks(), cut_up.remarks());
            prop_assert_eq!(whole.bad == 0, std::str::from_utf8(&bytes).is_ok());
        }
    }
}
