//! Words as in UAX #29, found once per note.
//!
//! Comes in: a text. Goes out: the byte span of every word, the same that
//! `unicode_segmentation::unicode_words` gives; stretches of plain ASCII take a table-driven path.

use unicode_segmentation::UnicodeSegmentation;

use super::span::Span;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte; 32 bits, since a note is far below 4 GiB and notes hold many words.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Token {
    /// The word's span.
    #[inline]
    pub fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

/// Cuts a text into its words.
///
/// ```
/// let text = "Didn’t feel self-care, 1.7 mg/kg";
/// let words: Vec<_> = verbatim::text::tokenize(text).iter().map(|t| t.span().slice(text)).collect();
/// assert_eq!(words, ["Didn’t", "feel", "self", "care", "1.7", "mg", "kg"]);
/// ```
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(strange) = first_beyond_ascii(bytes, at) {
        // UAX #29 never joins a word across ASCII white space, so each chunk between two of these
        // stands alone; only those that are not ASCII need the whole of its rules.
        let chunk = &bytes[at..strange];
        let start = chunk
            .iter()
            .rposition(u8::is_ascii_whitespace)
            .map_or(at, |i| at + i + 1);
        ascii_words(&bytes[..start], at, &mut tokens);
        let rest = &bytes[strange..];
        let end = rest
            .iter()
            .position(u8::is_ascii_whitespace)
            .map_or(bytes.len(), |i| strange + i);
        // A mark at the start of the chunk combines with the white space before it (WB4), and that
        // with further white space (WB3d).
        let from = if start == strange {
            Span::new(0, start).slice(text).trim_end().len()
        } else {
            start
        };
        let chunk = Span::new(from, end).slice(text);
        tokens.extend(chunk.unicode_word_indices().map(|(i, word)| Token {
            start: (from + i) as u32,
            end: (from + i + word.len()) as u32,
        }));
        at = end;
    }
    ascii_words(bytes, at, &mut tokens);
    tokens
}

/// The first byte from `start` on that is not ASCII.
fn first_beyond_ascii(bytes: &[u8], start: usize) -> Option<usize> {
    const STEP: usize = 32;
    let rest = &bytes[start..];
    let steps = rest.chunks_exact(STEP).take_while(|c| c.is_ascii()).count() * STEP;
    let inside = rest[steps..].iter().position(|b| !b.is_ascii())?;
    Some(start + steps + inside)
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const UNDERSCORE: u8 = 4;
/// `:` joins letters, `,` and `;` join digits, `.` and `'` join either.
const MID_LETTER: u8 = 8;
const MID_DIGIT: u8 = 16;
const WORD: u8 = LETTER | DIGIT | UNDERSCORE;

const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 128 {
        let c = b as u8;
        table[b] = match c {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'_' => UNDERSCORE,
            b':' => MID_LETTER,
            b',' | b';' => MID_DIGIT,
            b'.' | b'\'' => MID_LETTER | MID_DIGIT,
            _ => 0,
        };
        b += 1;
    }
    table
};

/// Finds the words of plain ASCII from a byte to the end.
fn ascii_words(bytes: &[u8], mut at: usize, tokens: &mut Vec<Token>) {
    let class = |at: usize| bytes.get(at).map_or(0, |&b| CLASS[b as usize]);
    while at < bytes.len() {
        let mut here = class(at);
        if here & WORD == 0 {
            at += 1;
            continue;
        }
        let start = at;
        let mut seen = 0;
        loop {
            while here & WORD != 0 {
                seen |= here;
                at += 1;
                here = class(at);
            }
            if here == 0 || !joins(class(at - 1), here, class(at + 1)) {
                break;
            }
            at += 1;
            here = class(at);
        }
        if seen & (LETTER | DIGIT) != 0 {
            tokens.push(Token {
                start: start as u32,
                end: at as u32,
            });
        }
    }
}

/// Whether a mark between two characters belongs to the word (WB6, WB7, WB11, WB12).
fn joins(before: u8, mark: u8, after: u8) -> bool {
    (mark & MID_LETTER != 0 && before & LETTER != 0 && after & LETTER != 0)
        || (mark & MID_DIGIT != 0 && before & DIGIT != 0 && after & DIGIT != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) {
        let ours: Vec<_> = tokenize(text)
            .iter()
            .map(|t| t.span().slice(text))
            .collect();
        let theirs: Vec<_> = text.unicode_words().collect();
        assert_eq!(ours, theirs, "{text:?}");
    }

    #[test]
    fn words_are_those_of_uax_29() {
        for text in [
            "",
            " ",
            "_",
            "__a",
            "a_b",
            "can't",
            "'tis",
            "a.b.c.",
            "1,000.5",
            "N/V: -",
            "3.a",
            "a:b",
            "5'8\"",
            "e.g. x",
            "a''b",
            "1.,2",
            "x\u{a0}y",
            "“home”—safe",
            "naïve",
            "👩‍👧 ok",
            "a\r\nb",
            "\u{2000} \u{abe}",
            "a \u{2000}  \u{11357} b",
        ] {
            check(text);
        }
    }

    proptest! {
        #[test]
        fn ascii_words_equal_unicode_words(text in "[a-c0-2_.,:;' \\n\"/-]{0,40}") { check(&text); }

        #[test]
        fn any_words_equal_unicode_words(text in "\\PC{0,60}") { check(&text); }

        #[test]
        fn words_among_stretches_of_ascii_equal_unicode_words(
            text in "([a-c .,:'\n]{0,70}|[a’“é\u{301}\u{200d}\u{ad} ]{0,4}){0,5}"
        ) {
            check(&text);
        }

        #[test]
        fn mixed_words_equal_unicode_words(text in "[a-c0-2_.:,' ’“é\u{301}\u{200d}\u{ad}]{0,40}") {
            check(&text);
        }
    }
}
