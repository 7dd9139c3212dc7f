//! Direct quotations: what stands between quotation marks.
//!
//! Comes in: a text with its paragraphs. Goes out: quotations, a nested one behind the one that
//! holds it, and warnings. Pairing starts afresh at every paragraph, heading and list item, but
//! for a paragraph whose first mark can only close what the one before left open; a mark that is never
//! closed closes with its paragraph. Inch marks and apostrophes are no marks.

use crate::model::layout::Quotation;
use crate::text::{Span, Words};

use super::headings::Heading;
use super::lines::{Kind, Line};
use super::spoken::Spoken;

/// Finds the quotations of a text.
pub(super) fn find(
    text: &str,
    words: &Words,
    lines: &[Line],
    headings: &[Heading],
    spoken: &Spoken,
) -> (Vec<Quotation>, Vec<String>) {
    let mut finder = Finder {
        text,
        words,
        open: Vec::new(),
        found: Vec::new(),
        unclosed: 0,
        strays: 0,
    };
    let mut heading = headings.iter().peekable();
    for (i, line) in lines.iter().enumerate() {
        let is_headed = heading.peek().is_some_and(|h| h.line == i);
        while heading.peek().is_some_and(|h| h.line <= i) {
            heading.next();
        }
        if line.opens_paragraph || line.kind != Kind::Prose || is_headed {
            let end = i.checked_sub(1).map_or(0, |before| lines[before].span.end);
            let goes_on = line.kind == Kind::Prose && !is_headed && finder.is_closed_in(line.span);
            if !goes_on {
                finder.close_all(end);
            }
        }
        finder.line(line.span);
    }
    finder.close_all(lines.last().map_or(0, |l| l.span.end));
    for &(span, closed) in &spoken.quotes {
        let open = Open {
            kind: 'q',
            from: span.start,
            is_sure: true,
        };
        finder.push(open, span.end, closed);
    }
    finder.finish()
}

/// Deepest nesting; marks that open deeper are left aside.
const DEPTH_MAX: usize = 16;

/// The first bytes of all quotation marks.
const MAY_QUOTE: [bool; 256] = {
    let mut table = [false; 256];
    table[b'"' as usize] = true;
    table[b'\'' as usize] = true;
    table[b'`' as usize] = true;
    // « and », and the typographic ones.
    table[0xC2] = true;
    table[0xE2] = true;
    table
};

/// A mark that opened and is not closed yet.
#[derive(Clone, Copy)]
struct Open {
    /// The kind of mark: one of `"`, `'`, `«`.
    kind: char,
    /// Byte behind it.
    from: usize,
    /// Whether it can be nothing else than an opening mark.
    is_sure: bool,
}

struct Finder<'t> {
    text: &'t str,
    words: &'t Words,
    open: Vec<Open>,
    found: Vec<Quotation>,
    unclosed: usize,
    strays: usize,
}

impl Finder<'_> {
    fn line(&mut self, line: Span) {
        let bytes = self.text.as_bytes();
        let mut at = line.start;
        while at < line.end {
            let b = bytes[at];
            if !MAY_QUOTE[b as usize] {
                at += 1;
                continue;
            }
            let Some(c) = Span::new(at, line.end).slice(self.text).chars().next() else {
                at += 1;
                continue;
            };
            let mut len = c.len_utf8();
            // Two apostrophes or backticks stand for one double mark.
            let doubled = matches!(b, b'\'' | b'`') && bytes.get(at + 1) == Some(&b);
            let c = if doubled {
                len = 2;
                '"'
            } else {
                c
            };
            if let Some(end) = self.attribute_end(at, line) {
                at = end;
                continue;
            }
            self.mark(c, Span::new(at, at + len));
            at += len;
        }
    }

    /// The end of an attribute's value in a tag (`<a title="...">`), where a mark begins one: nobody
    /// says it.
    fn attribute_end(&self, at: usize, line: Span) -> Option<usize> {
        const TAG_BYTES_MAX: usize = 400;
        let bytes = self.text.as_bytes();
        let before = bytes[line.start..at].strip_suffix(b"=")?;
        let near = &before[before.len().saturating_sub(TAG_BYTES_MAX)..];
        let opens = near.iter().rposition(|b| matches!(b, b'<' | b'>'))?;
        let is_tag = near[opens] == b'<' && near.get(opens + 1)?.is_ascii_alphabetic();
        let value = &bytes[at + 1..line.end];
        let length = value.iter().position(|b| *b == bytes[at]);
        length.filter(|_| is_tag).map(|length| at + length + 2)
    }

    /// Whether a quotation that a paragraph leaves open is closed in the next: the first double mark of its
    /// first line can only close.
    fn is_closed_in(&self, line: Span) -> bool {
        let [open] = self.open[..] else {
            return false;
        };
        let text = line.slice(self.text);
        let Some(at) = text
            .find(['"', '“', '”'])
            .filter(|_| open.kind == '"' && open.is_sure)
        else {
            return false;
        };
        let before = Span::new(0, at).slice(text).chars().next_back();
        let mut behind = Span::new(at, text.len()).slice(text).chars();
        let (mark, after) = (behind.next(), behind.next());
        let closes = before.is_some_and(|b| !b.is_whitespace() && !b.is_ascii_digit());
        let ends = after.is_none_or(|a| !a.is_alphanumeric());
        mark != Some('“') && closes && ends
    }

    fn mark(&mut self, c: char, mark: Span) {
        let before = Span::new(0, mark.start)
            .slice(self.text)
            .chars()
            .next_back();
        let after = Span::new(mark.end, self.text.len())
            .slice(self.text)
            .chars()
            .next();
        match c {
            '„' | '‟' => self.opens('"', mark, true),
            '«' => self.opens('«', mark, true),
            '»' => self.closes('«', mark, true),
            '“' | '”' | '"' => self.double(c, mark, (before, after)),
            '‘' | '’' | '\'' | '‚' => self.single(c, mark, (before, after)),
            _ => {}
        }
    }

    fn double(&mut self, c: char, mark: Span, (before, after): (Option<char>, Option<char>)) {
        let may_open = after.is_some_and(|a| !a.is_whitespace()) && opens_behind(before);
        let may_close = before.is_some_and(|b| !b.is_whitespace());
        let is_open = self.open.iter().any(|o| o.kind == '"');
        if c == '"' && before.is_some_and(|b| b.is_ascii_digit()) && self.is_inch(mark, is_open) {
            return;
        }
        match (c, may_open, may_close) {
            ('“', true, _) | ('”' | '"', true, false) => self.opens('"', mark, true),
            ('”' | '"', false, true) => self.closes('"', mark, true),
            _ if is_open => self.closes('"', mark, true),
            _ if may_open => self.opens('"', mark, true),
            _ => self.strays += 1,
        }
    }

    /// `5'8"`, or `6"` where no quotation is open.
    fn is_inch(&self, mark: Span, is_open: bool) -> bool {
        let head = &self.text.as_bytes()[..mark.start];
        let digits = head
            .iter()
            .rev()
            .take(3)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let feet = head.len().checked_sub(digits + 1).map(|i| head[i]) == Some(b'\'');
        feet || !is_open
    }

    fn single(&mut self, c: char, mark: Span, (before, after): (Option<char>, Option<char>)) {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let may_open = !letter(before)
            && opens_behind(before)
            && after.is_some_and(|a| a.is_alphanumeric() || a == '"');
        let may_close = before.is_some_and(|b| !b.is_whitespace()) && !letter(after);
        let is_open = self.open.last().is_some_and(|o| o.kind == '\'');
        if c == '‘' || c == '‚' {
            if after.is_some_and(|a| !a.is_whitespace()) {
                self.opens('\'', mark, false);
            }
        } else if may_close && is_open {
            self.closes('\'', mark, false);
        } else if may_open && c == '\'' {
            // An earlier one that is still open was an apostrophe (`'cause`).
            if is_open {
                self.open.pop();
            }
            self.opens('\'', mark, false);
        }
    }

    fn opens(&mut self, kind: char, mark: Span, is_sure: bool) {
        // The same mark again before it was closed: the writer forgot to close the earlier one.
        if let Some(place) = self.open.iter().position(|o| o.kind == kind && is_sure) {
            let end = Span::new(self.open[place].from, mark.start)
                .trim(self.text)
                .end;
            self.close_from(place, end, false);
        }
        if self.open.len() >= DEPTH_MAX {
            return;
        }
        self.open.push(Open {
            kind,
            from: mark.end,
            is_sure,
        });
    }

    fn closes(&mut self, kind: char, mark: Span, counts: bool) {
        match self.open.iter().rposition(|o| o.kind == kind) {
            Some(place) => self.close_from(place, mark.start, true),
            None if counts => self.strays += 1,
            None => {}
        }
    }

    /// Closes the open mark at `place` and forgets or closes those inside of it.
    fn close_from(&mut self, place: usize, end: usize, closed: bool) {
        while self.open.len() > place + 1 {
            if let Some(inner) = self.open.pop()
                && inner.is_sure
            {
                self.push(inner, end, false);
            }
        }
        if let Some(open) = self.open.pop() {
            self.push(open, end, closed);
        }
    }

    fn push(&mut self, open: Open, end: usize, closed: bool) {
        self.unclosed += usize::from(!closed);
        let span = Span::new(open.from, end.max(open.from));
        let words = self.words.inside(span).len();
        if words > 0 {
            self.found.push(Quotation {
                span,
                words,
                closed,
                depth: 0,
            });
        }
    }

    /// Closes what a paragraph left open at its end.
    fn close_all(&mut self, end: usize) {
        if !self.open.is_empty() {
            while self.open.last().is_some_and(|o| !o.is_sure) {
                self.open.pop();
            }
            if !self.open.is_empty() {
                self.close_from(0, end, false);
            }
        }
    }

    fn finish(mut self) -> (Vec<Quotation>, Vec<String>) {
        self.found
            .sort_by_key(|q| (q.span.start, std::cmp::Reverse(q.span.end)));
        let mut holders: Vec<usize> = Vec::new();
        for quote in &mut self.found {
            while holders.last().is_some_and(|&end| end <= quote.span.start) {
                holders.pop();
            }
            quote.depth = holders.len().min(u8::MAX as usize) as u8;
            holders.push(quote.span.end);
        }
        let mut warnings = Vec::new();
        if self.unclosed > 0 {
            warnings.push(format!(
                "{} not closed; taken to end with the paragraph",
                count(self.unclosed, "quotation mark is", "quotation marks are")
            ));
        }
        if self.strays > 0 {
            warnings.push(format!(
                "{} without an opening one; left aside",
                count(
                    self.strays,
                    "closing quotation mark stands",
                    "closing quotation marks stand"
                )
            ));
        }
        (self.found, warnings)
    }
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Whether an opening mark may stand behind a character.
fn opens_behind(before: Option<char>) -> bool {
    before.is_none_or(|b| {
        b.is_whitespace()
            || matches!(
                b,
                '(' | '['
                    | '{'
                    | '-'
                    | '–'
                    | '—'
                    | '/'
                    | '"'
                    | '“'
                    | '\''
                    | '‘'
                    | '*'
                    | '_'
                    | ':'
                    | '='
                    | '>'
                    | '…'
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quotations are shown as `depth:text`, `!` before one that was not closed.
    fn check(text: &str, expected: &[&str]) {
        let words = Words::new(text);
        let lines = super::super::lines::read(text);
        let (found, warnings) = find(text, &words, &lines, &[], &Spoken::default());
        let shown: Vec<String> = found
            .iter()
            .map(|q| {
                let open = if q.closed { "" } else { "!" };
                format!("{}:{open}{}", q.depth, q.span.slice(text))
            })
            .collect();
        assert_eq!(shown, expected, "{warnings:?}");
        assert_eq!(warnings.is_empty(), found.iter().all(|q| q.closed));
    }

    #[test]
    fn what_a_tag_holds_is_no_quotation() {
        check("<a title=\"I felt calm\">\"She left\"</a>", &["0:She left"]);
        check("Mood=\"okay\", 2 < 3=\"three\"", &["0:okay", "0:three"]);
    }

    #[test]
    fn straight_and_curly_marks_pair() {
        check(
            "She said \"home,\" then (“not the house”).",
            &["0:home,", "0:not the house"],
        );
        check(
            "„daheim“ and «chez moi» and ''soft''",
            &["0:daheim", "0:chez moi", "0:soft"],
        );
        check("”odd” and “odd“", &["0:odd", "0:odd"]);
    }

    #[test]
    fn apostrophes_and_inches_are_no_marks() {
        check("She's 5'8\" and the dogs' bed, 'cause it's 6\" wide", &[]);
        check(
            "a ‘soft’ day, she’d say, and 'hard' ones; kids' toys",
            &["0:soft", "0:hard"],
        );
    }

    #[test]
    fn nested_and_unclosed_marks() {
        check(
            "\"My mother said 'you are strong' today.\"",
            &[
                "0:My mother said 'you are strong' today.",
                "1:you are strong",
            ],
        );
        check("“He said “stay” and left”", &["0:!He said", "0:stay"]);
        check(
            "\"Nobody said. I thought\nso too.\n\nShe \"left\".",
            &["0:!Nobody said. I thought\nso too.", "0:left"],
        );
        check(
            "(\"like trays in my ear) so. Then \"fine.\"",
            &["0:!like trays in my ear) so. Then", "0:fine."],
        );
    }
}
