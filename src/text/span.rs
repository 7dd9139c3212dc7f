//! A stretch of a note's text: bytes inside the program, code points at the border.
//!
//! `Span` is the only thing that slices text. [`CodePoints`] turns byte offsets into the code
//! points that tables and other programs count, and back.

/// A half-open range of bytes in one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

impl Span {
    /// Makes a span; `start` may not lie behind `end`.
    #[inline]
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "span starts at {start} behind its end {end}");
        Self { start, end }
    }

    /// The text under the span; empty where the span does not lie on character bounds.
    #[inline]
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Its length in bytes.
    #[inline]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it holds nothing.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the two share at least one byte.
    #[inline]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly inside.
    #[inline]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The span less white space at both ends.
    #[must_use]
    pub fn trim(self, text: &str) -> Self {
        let piece = self.slice(text);
        let start = self.start + (piece.len() - piece.trim_start().len());
        let len = piece.trim().len();
        Self {
            start,
            end: start + len,
        }
    }
}

/// Bytes between two checkpoints of [`CodePoints`].
const STRIDE: usize = 256;

/// Converts byte offsets of one text to code points and back.
#[derive(Debug, Clone)]
pub struct CodePoints<'t> {
    text: &'t str,
    /// Code points before each multiple of `STRIDE` bytes; empty where the text is ASCII.
    before: Vec<u32>,
}

impl<'t> CodePoints<'t> {
    /// Counts the text once.
    pub fn new(text: &'t str) -> Self {
        let mut before = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for (i, chunk) in text.as_bytes().chunks(STRIDE).enumerate() {
                debug_assert_eq!(before.len(), i, "one checkpoint a chunk");
                before.push(count);
                count += chunk.iter().filter(|&&b| is_char_start(b)).count() as u32;
            }
        }
        Self { text, before }
    }

    /// The number of code points before byte `byte`.
    pub fn at(&self, byte: usize) -> usize {
        if self.before.is_empty() {
            return byte.min(self.text.len());
        }
        let byte = byte.min(self.text.len());
        let checkpoint = (byte / STRIDE).min(self.before.len() - 1);
        let tail = &self.text.as_bytes()[checkpoint * STRIDE..byte];
        self.before[checkpoint] as usize + tail.iter().filter(|&&b| is_char_start(b)).count()
    }

    /// The byte where code point `count` starts; none behind the end of the text.
    pub fn byte(&self, count: usize) -> Option<usize> {
        if self.before.is_empty() {
            return (count <= self.text.len()).then_some(count);
        }
        let checkpoint = self
            .before
            .partition_point(|&n| n as usize <= count)
            .saturating_sub(1);
        let mut seen = self.before[checkpoint] as usize;
        let start = checkpoint * STRIDE;
        for (i, &b) in self.text.as_bytes()[start..].iter().enumerate() {
            if is_char_start(b) {
                if seen == count {
                    return Some(start + i);
                }
                seen += 1;
            }
        }
        (seen == count).then_some(self.text.len())
    }

    /// A byte span as a pair of code points.
    pub fn pair(&self, span: Span) -> (usize, usize) {
        (self.at(span.start), self.at(span.end))
    }

    /// A pair of code points as a byte span; none where it does not fit the text.
    pub fn span(&self, start: usize, end: usize) -> Option<Span> {
        let (start, end) = (self.byte(start)?, self.byte(end)?);
        (start <= end).then(|| Span::new(start, end))
    }
}

/// Whether a byte of UTF-8 begins a code point.
fn is_char_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn code_points_map_there_and_back(text in "\\PC{0,700}") {
            let points = CodePoints::new(&text);
            for (count, (byte, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(points.at(byte), count);
                prop_assert_eq!(points.byte(count), Some(byte));
            }
            let all = text.chars().count();
            prop_assert_eq!(points.at(text.len()), all);
            prop_assert_eq!(points.byte(all), Some(text.len()));
            prop_assert_eq!(points.byte(all + 1), None);
        }
    }

    #[test]
    fn trim_keeps_the_words() {
        let text = "  a word \n";
        assert_eq!(Span::new(0, text.len()).trim(text).slice(text), "a word");
    }
}
