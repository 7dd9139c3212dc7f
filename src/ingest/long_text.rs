//! A text file as far as it may be held: all of it, or no more than shows that it is too long.

use std::io::{self, Read};

use crate::text::Span;

use super::decode::unix_lines;
use super::gather::over_limit;

/// A whole text, or why it is not read: where nothing parts as much of it as a note may have, it
/// begins with a note that is too long, and the rest is not held.
pub(super) fn text_within_limit(
    input: &mut impl Read,
    limit: usize,
    is_parted: &dyn Fn(&str) -> bool,
) -> io::Result<Result<String, String>> {
    let mut bytes = Vec::new();
    let first = input.by_ref().take(limit as u64 + 1);
    { first }.read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        let start = unix_lines(String::from_utf8_lossy(&bytes).into_owned());
        if !is_parted(&start) {
            let rest = io::copy(input, &mut io::sink())?;
            return Ok(Err(over_limit(bytes.len() + rest as usize, limit)));
        }
        input.read_to_end(&mut bytes)?;
    }
    let text = String::from_utf8(bytes);
    text.map(Ok)
        .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.utf8_error()))
}

/// Whether one of a text's first lines has the delimiters of three cells.
pub(super) fn may_be_table(text: &str) -> bool {
    let delimiters = ['\t', ';', '|', ','];
    let several = |line: &str| delimiters.iter().any(|&d| line.matches(d).count() >= 2);
    text.lines()
        .filter(|l| !l.trim().is_empty())
        .take(3)
        .any(several)
}

/// The start of a text, at most so many bytes.
pub(super) fn first_bytes(text: &str, bytes_max: usize) -> &str {
    let end = (0..=bytes_max.min(text.len()))
        .rev()
        .find(|&i| text.is_char_boundary(i));
    Span::new(0, end.unwrap_or(0)).slice(text)
}
