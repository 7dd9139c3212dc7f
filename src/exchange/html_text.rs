//! The text of an HTML fragment, and where each of its bytes came from.
//!
//! Taguette counts the UTF-8 bytes of text nodes. Between blocks that leave no line end in the
//! text one is put in, so that words of two paragraphs do not run together.

use html5gum::{Token, Tokenizer};

use crate::text::Span;

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "blockquote",
    "pre",
    "hr",
    "br",
    "dl",
    "dt",
    "dd",
    "section",
    "article",
    "header",
    "footer",
];

/// A stretch of the text that was one text node.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where it begins among the bytes of text nodes.
    counted: usize,
    /// Where it begins in the text.
    at: usize,
    len: usize,
}

/// A fragment's text.
#[derive(Debug, Clone, Default)]
pub(super) struct HtmlText {
    pub(super) text: String,
    pieces: Vec<Piece>,
    counted: usize,
    broken: bool,
    /// Whether a line end that comes next is none: pages have one behind `<pre>` for looks.
    begins_pre: bool,
}

impl HtmlText {
    pub(super) fn new(html: &str) -> Self {
        let mut own = Self::default();
        for Ok(token) in Tokenizer::new(html) {
            match token {
                Token::String(bytes) => own.string(&String::from_utf8_lossy(&bytes)),
                Token::StartTag(tag) => {
                    own.tag(&tag.name);
                    own.begins_pre = **tag.name == *b"pre";
                }
                Token::EndTag(tag) => {
                    own.tag(&tag.name);
                    own.begins_pre = false;
                }
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        own
    }

    fn tag(&mut self, name: &[u8]) {
        self.broken |= std::str::from_utf8(name).is_ok_and(|n| BLOCKS.contains(&n));
    }

    fn string(&mut self, string: &str) {
        let is_first = std::mem::take(&mut self.begins_pre);
        let string = string
            .strip_prefix('\n')
            .filter(|_| is_first)
            .unwrap_or(string);
        if string.is_empty() {
            return;
        }
        if self.broken
            && !self.text.is_empty()
            && !self.text.ends_with('\n')
            && !string.starts_with('\n')
        {
            self.text.push('\n');
        }
        self.broken = false;
        self.pieces.push(Piece {
            counted: self.counted,
            at: self.text.len(),
            len: string.len(),
        });
        self.counted += string.len();
        // A carriage return is as long as a line feed.
        self.text.push_str(&string.replace('\r', "\n"));
    }

    /// The passage between two counted bytes; none where it lies outside.
    pub(super) fn span(&self, start: i64, end: i64) -> Option<Span> {
        let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
        if start >= end || end > self.counted {
            return None;
        }
        let first = self.pieces.partition_point(|p| p.counted + p.len <= start);
        let last = self.pieces.partition_point(|p| p.counted + p.len < end);
        let place = |piece: usize, counted: usize| {
            let piece = self.pieces.get(piece)?;
            let mut at = piece.at + (counted - piece.counted);
            // A position inside a character is behind it.
            while !self.text.is_char_boundary(at) {
                at += 1;
            }
            Some(at)
        };
        let (start, end) = (place(first, start)?, place(last, end)?);
        (start < end).then(|| Span::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_text_nodes_lead_to_the_text() {
        let html = "<p>Caf&eacute; <b>🎉</b> &lt;ok&gt;</p><p>Next</p>\n<p>e\u{301}nd<br>x</p>";
        let text = HtmlText::new(html);
        assert_eq!(text.text, "Café 🎉 <ok>\nNext\ne\u{301}nd\nx");
        let counted = "Café 🎉 <ok>Next\ne\u{301}ndx";
        for words in ["Café", "🎉 <ok>", "Next", "e\u{301}nd"] {
            let at = counted.find(words).expect("there") as i64;
            let span = text.span(at, at + words.len() as i64).expect("inside");
            assert_eq!(span.slice(&text.text), words);
        }
        assert_eq!(text.span(0, 999), None);
        assert_eq!(text.span(3, 3), None);
    }

    #[test]
    fn the_line_end_behind_pre_is_none() {
        let text = HtmlText::new("<pre>\n\nr and\ns</pre><p>\nt</p>");
        assert_eq!(text.text, "\nr and\ns\nt");
        assert_eq!(text.span(1, 2).expect("inside").slice(&text.text), "r");
    }
}
