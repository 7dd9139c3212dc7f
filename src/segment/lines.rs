//! The lines of a text, and which of them run on.
//!
//! Comes in: a text. Goes out: its lines that hold something, each with what kind it is, whether a
//! paragraph starts there and whether it goes on from the line before (hard-wrapped prose).

use crate::text::{Span, next_box};

/// One line with something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Its text, less outer white space.
    pub(super) span: Span,
    /// Bytes of white space before it.
    pub(super) indent: usize,
    /// What kind it is.
    pub(super) kind: Kind,
    /// Whether it follows an empty line, a rule of dashes or nothing.
    pub(super) opens_paragraph: bool,
    /// Whether its text goes on from the line before.
    pub(super) goes_on: bool,
}

/// What kind of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Running text, or anything else.
    Prose,
    /// An item of a list.
    Item,
    /// Boxes to tick.
    Boxes,
    /// A table's row.
    Row,
}

/// Cuts a text into lines. Exports that lost their line ends ("illness.,Mother reports") are cut
/// where a comma directly follows the mark that ends a sentence.
pub(super) fn read(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let bytes = text.as_bytes();
    let (mut start, mut fresh, mut may_tick) = (0, true, false);
    for (i, &b) in bytes.iter().enumerate() {
        let mark = MARKS[b as usize];
        if mark == NONE {
            continue;
        }
        may_tick |= mark == BOX;
        let end = match mark {
            LINE_END => i,
            COMMA if is_lost_line_end(bytes, i) => i + 1,
            _ => continue,
        };
        fresh = push(&mut lines, text, Span::new(start, end), (fresh, may_tick));
        (start, may_tick) = (i + 1, false);
    }
    let rest = Span::new(start, bytes.len());
    push(&mut lines, text, rest, (fresh, may_tick));
    join_wrapped(&mut lines, text);
    lines
}

const NONE: u8 = 0;
const BOX: u8 = 1;
const COMMA: u8 = 2;
const LINE_END: u8 = 3;

/// What a byte may be the beginning of.
const MARKS: [u8; 256] = {
    let mut table = [NONE; 256];
    table[b'\n' as usize] = LINE_END;
    table[b',' as usize] = COMMA;
    table[b'[' as usize] = BOX;
    table[b'(' as usize] = BOX;
    table[0xE2] = BOX;
    table
};

/// Adds a line unless it is empty; says whether the next one opens a paragraph.
fn push(lines: &mut Vec<Line>, text: &str, whole: Span, (fresh, may_tick): (bool, bool)) -> bool {
    let span = whole.trim(text);
    let piece = span.slice(text);
    if is_rule(piece) {
        return true;
    }
    lines.push(Line {
        span,
        indent: span.start - whole.start,
        kind: kind(piece, may_tick),
        opens_paragraph: fresh,
        goes_on: false,
    });
    false
}

/// Whether a line holds nothing but marks (`---`, `====`, `***`) or nothing at all.
fn is_rule(piece: &str) -> bool {
    let Some(first) = piece.bytes().next() else {
        return true;
    };
    b"-=*_~#+.".contains(&first)
        && piece.len() >= 3
        && piece.bytes().all(|b| b == first || b == b' ')
}

/// Whether the comma at `at` stands where a line end was: behind `.`, `?`, `!`, `:` (or a closing
/// quotation mark behind one) and directly before a capital, or a number that counts an item; or
/// between two words in capitals.
fn is_lost_line_end(bytes: &[u8], at: usize) -> bool {
    let head = &bytes[..at];
    let bare = match head.trim_ascii_end() {
        [.., b':'] => head.trim_ascii_end(),
        _ => head,
    };
    let mark = match bare {
        [.., mark, b'"' | b')'] | [.., mark] => *mark,
        [] => return false,
    };
    let tail = &bytes[at + 1..];
    if !matches!(mark, b'.' | b'?' | b'!' | b':') {
        return capitals(head.iter().rev()) && capitals(tail.iter());
    }
    match tail.first() {
        Some(b'A'..=b'Z' | b'*' | b'"') => true,
        Some(b'0'..=b'9') => {
            let digits = tail
                .iter()
                .take(3)
                .take_while(|b| b.is_ascii_digit())
                .count();
            matches!(tail.get(digits), Some(b'.' | b')')) && tail.get(digits + 1) == Some(&b' ')
        }
        _ => false,
    }
}

/// Whether four capitals come first.
fn capitals<'b>(bytes: impl Iterator<Item = &'b u8>) -> bool {
    bytes.take(4).filter(|b| b.is_ascii_uppercase()).count() == 4
}

fn kind(piece: &str, may_tick: bool) -> Kind {
    if piece.starts_with('|') {
        return Kind::Row;
    }
    if may_tick && next_box(piece, 0).is_some() {
        return Kind::Boxes;
    }
    if item_marker(piece).is_some() {
        return Kind::Item;
    }
    Kind::Prose
}

/// The length of a list item's marker with the white space behind it: `- `, `* `, `3. `, `b) `.
pub(super) fn item_marker(piece: &str) -> Option<usize> {
    let bytes = piece.as_bytes();
    let marker = match bytes.first()? {
        b'-' | b'*' | b'+' | b'>' => 1,
        b'0'..=b'9' => {
            let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
            let closes = matches!(bytes.get(digits), Some(b'.' | b')'));
            if !closes || digits > 3 {
                return None;
            }
            digits + 1
        }
        b'a'..=b'z' if bytes.get(1) == Some(&b')') => 2,
        b'(' if matches!(bytes.get(1), Some(b'0'..=b'9' | b'a'..=b'z'))
            && bytes.get(2) == Some(&b')') =>
        {
            3
        }
        _ => match piece.chars().next()? {
            c @ ('•' | '◦' | '▪' | '·' | '‣' | '–' | '—' | '●' | '○') => {
                c.len_utf8()
            }
            _ => return None,
        },
    };
    let spaces = bytes[marker..]
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    (spaces > 0).then_some(marker + spaces)
}

/// The narrowest and widest column at which people and programs wrap text.
const WRAP_COLUMNS: std::ops::RangeInclusive<usize> = 40..=132;

/// Marks the lines that go on from the one before: where the text is wrapped at a column, those
/// whose first word did not fit on the line before; elsewhere those that begin in lower case in a
/// text whose lines otherwise begin with capitals.
fn join_wrapped(lines: &mut [Line], text: &str) {
    let width = wrap_column(lines, text);
    let small = lines.iter().filter(|l| starts_small(l.span.slice(text)));
    let writes_capitals = small.count() * 2 <= lines.len();
    for i in 1..lines.len() {
        let (before, line) = (lines[i - 1], lines[i]);
        let piece = line.span.slice(text);
        let runs_on = line.kind == Kind::Prose
            && !line.opens_paragraph
            && matches!(before.kind, Kind::Prose | Kind::Item)
            && !is_lost_end(text, before, line)
            && match width {
                Some(width) => forced(before, piece, width),
                None => {
                    writes_capitals
                        && starts_small(piece)
                        && columns(before) >= *WRAP_COLUMNS.start()
                        && !is_field(piece)
                        && !ends_sentence(before.span.slice(text))
                }
            };
        lines[i].goes_on = runs_on;
    }
}

/// Whether the two lines were cut apart by [`is_lost_line_end`].
fn is_lost_end(text: &str, before: Line, line: Line) -> bool {
    !Span::new(before.span.end, line.span.start)
        .slice(text)
        .contains('\n')
}

/// The column at which a text is wrapped; none where its line ends look like the writer's own.
fn wrap_column(lines: &[Line], text: &str) -> Option<usize> {
    let inside: Vec<(Line, Line)> = lines
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .filter(|(a, b)| a.kind != Kind::Boxes && b.kind == Kind::Prose && !b.opens_paragraph)
        .collect();
    let width = inside.iter().map(|(a, _)| columns(*a)).max()?;
    if !WRAP_COLUMNS.contains(&width) || inside.len() < 3 {
        return None;
    }
    let wrapped = inside
        .iter()
        .filter(|(a, b)| forced(*a, b.span.slice(text), width))
        .count();
    (wrapped * 10 >= inside.len() * 6).then_some(width)
}

/// A line's width with its indent; bytes stand for columns.
fn columns(line: Line) -> usize {
    line.indent + line.span.len()
}

/// Whether the first word of the next line would not have fitted on this one.
fn forced(line: Line, next: &str, width: usize) -> bool {
    let word = next.split_whitespace().next().map_or(0, str::len);
    columns(line) + 1 + word > width
}

fn starts_small(piece: &str) -> bool {
    piece.chars().next().is_some_and(char::is_lowercase)
}

/// Whether a line begins with a field's name (`nausea: none`).
fn is_field(piece: &str) -> bool {
    let label = piece.split(':').next().unwrap_or_default();
    label.len() < piece.len() && label.len() <= 30 && label.split_whitespace().count() <= 3
}

/// Whether a line ends with a mark that ends a sentence or announces what follows.
fn ends_sentence(piece: &str) -> bool {
    let core = piece.trim_end_matches(['"', '\'', ')', ']', '”', '’', '*', '_']);
    core.ends_with(['.', '?', '!', ':', ';', '…'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let shown: Vec<String> = read(text)
            .iter()
            .map(|l| {
                let mark = match (l.opens_paragraph, l.goes_on, l.kind) {
                    (true, ..) => "¶",
                    (_, true, _) => "~",
                    (.., Kind::Boxes) => "☐",
                    (.., Kind::Item) => "•",
                    (.., Kind::Row) => "|",
                    _ => "",
                };
                format!("{mark}{}", l.span.slice(text))
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn paragraphs_lists_and_boxes_are_told_apart() {
        check(
            "Note\n\nShe said\n- one\n2) two\n[ ] nausea (x) HA\n| a | b |\n----\nend",
            &[
                "¶Note",
                "¶She said",
                "•- one",
                "•2) two",
                "☐[ ] nausea (x) HA",
                "|| a | b |",
                "¶end",
            ],
        );
    }

    #[test]
    fn lost_line_ends_are_found() {
        check(
            "PLAN:,1.  Rest.,2.  He said \"no.\",Mother left.,and dad, too",
            &[
                "¶PLAN:,",
                "•1.  Rest.,",
                "•2.  He said \"no.\",",
                "Mother left.,and dad, too",
            ],
        );
    }

    #[test]
    fn wrapped_prose_runs_on_and_telegraphic_lines_do_not() {
        check(
            "Patient describes a warm feeling in the whole\nchest which stayed with her for the full hour\nand then a bit. She asked for her husband and\nsat up. No nausea.",
            &[
                "¶Patient describes a warm feeling in the whole",
                "~chest which stayed with her for the full hour",
                "~and then a bit. She asked for her husband and",
                "~sat up. No nausea.",
            ],
        );
        check(
            "slept ok\nno nausea\nfelt safe",
            &["¶slept ok", "no nausea", "felt safe"],
        );
        check(
            "Slept nine hours\nStomach off until supper\nDenies headache",
            &[
                "¶Slept nine hours",
                "Stomach off until supper",
                "Denies headache",
            ],
        );
    }
}
