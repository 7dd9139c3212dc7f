//! What another program's positions count.
//!
//! The REFI-QDA standard says code points; programs also count UTF-16 units or UTF-8 bytes, a line
//! end as one or two, a byte order mark or not, the end as the last character or the one behind it.
//!
//! Comes in: a text as the archive holds it, and a convention. Goes out: where a selection stands in
//! the note's text. Which convention holds is [`calibration`](super::calibration)'s question.

use crate::text::Span;

/// What a position counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    CodePoint,
    Utf16,
    Utf8,
}

/// How many units a line end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// As many as it has characters in the file.
    AsWritten,
    /// One, also where the file has CR and LF.
    One,
    /// Two, also where the file has LF alone.
    Two,
}

/// A way to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Convention {
    pub(super) unit: Unit,
    pub(super) line_end: LineEnd,
    /// Whether a byte order mark is counted.
    pub(super) bom_counted: bool,
    /// Whether the end position is that of the last character.
    pub(super) end_included: bool,
}

/// The standard's way.
pub(super) const STANDARD: Convention = Convention {
    unit: Unit::CodePoint,
    line_end: LineEnd::AsWritten,
    bom_counted: false,
    end_included: false,
};

impl Convention {
    /// The way that a program is known to count in; the standard's for an unknown one.
    pub(super) fn of_origin(origin: &str) -> Self {
        let origin = origin.to_lowercase();
        let is = |name: &str| origin.contains(name);
        if is("nvivo") && !is("mac") {
            Self {
                unit: Unit::Utf16,
                ..STANDARD
            }
        } else if is("atlas") || is("maxqda") || is("qualcoder") {
            Self {
                line_end: LineEnd::One,
                ..STANDARD
            }
        } else {
            STANDARD
        }
    }

    /// All ways, a preferred one first, then those that differ least from the standard.
    pub(super) fn all(preferred: Self) -> Vec<Self> {
        let mut all = vec![preferred];
        for end_included in [false, true] {
            for bom_counted in [false, true] {
                for line_end in [LineEnd::AsWritten, LineEnd::One, LineEnd::Two] {
                    for unit in [Unit::CodePoint, Unit::Utf16, Unit::Utf8] {
                        let way = Self {
                            unit,
                            line_end,
                            bom_counted,
                            end_included,
                        };
                        if way != preferred {
                            all.push(way);
                        }
                    }
                }
            }
        }
        all
    }

    /// The way in words.
    pub(super) fn told(self) -> String {
        let unit = match self.unit {
            Unit::CodePoint => "code points",
            Unit::Utf16 => "UTF-16 units",
            Unit::Utf8 => "UTF-8 bytes",
        };
        let line_end = match self.line_end {
            LineEnd::AsWritten => "line ends as written",
            LineEnd::One => "a line end as 1",
            LineEnd::Two => "a line end as 2",
        };
        let bom = if self.bom_counted {
            "a byte order mark counted"
        } else {
            "no byte order mark counted"
        };
        let end = if self.end_included {
            "end included"
        } else {
            "end excluded"
        };
        format!("{unit}, {line_end}, {bom}, {end}")
    }
}

/// A text as an archive holds it, and as notes hold it.
#[derive(Debug, Clone, Default)]
pub(super) struct RawText {
    /// Decoded, without byte order mark, line ends as written.
    raw: String,
    had_bom: bool,
    /// Whether a character takes two UTF-16 units.
    has_astral: bool,
    /// With line ends as LF.
    pub(super) text: String,
}

impl RawText {
    pub(super) fn new(raw: &str) -> Self {
        let (raw, had_bom) = match raw.strip_prefix('\u{FEFF}') {
            Some(rest) => (rest.to_owned(), true),
            None => (raw.to_owned(), false),
        };
        let text = if raw.contains('\r') {
            raw.replace("\r\n", "\n").replace('\r', "\n")
        } else {
            raw.clone()
        };
        Self {
            has_astral: raw.chars().any(|c| c.len_utf16() == 2),
            raw,
            had_bom,
            text,
        }
    }

    /// Decodes a file: by its byte order mark, else UTF-8, else Windows-1252.
    pub(super) fn decode(bytes: &[u8]) -> Self {
        if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
            let (text, _) = encoding.decode_with_bom_removal(bytes);
            let mut own = Self::new(&text);
            own.had_bom = true;
            return own;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::new(text),
            Err(_) => Self::new(
                &encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(bytes)
                    .0,
            ),
        }
    }

    /// The plainest way that gives the same as another in this text.
    pub(super) fn plainest(&self, way: Convention) -> Convention {
        let units_differ = match way.unit {
            Unit::CodePoint => false,
            Unit::Utf16 => self.has_astral,
            Unit::Utf8 => !self.raw.is_ascii() || (self.had_bom && way.bom_counted),
        };
        let line_ends_differ = match way.line_end {
            LineEnd::AsWritten => false,
            LineEnd::One => self.raw.contains("\r\n"),
            LineEnd::Two => self.raw.contains(['\r', '\n']),
        };
        Convention {
            unit: if units_differ {
                way.unit
            } else {
                Unit::CodePoint
            },
            line_end: if line_ends_differ {
                way.line_end
            } else {
                LineEnd::AsWritten
            },
            bom_counted: way.bom_counted && self.had_bom,
            end_included: way.end_included,
        }
    }

    /// Where positions stand in [`RawText::text`]: code point and byte. They must rise. None for a
    /// position inside a character, or behind the end.
    fn places(&self, way: Convention, positions: &[i64]) -> Vec<Option<(usize, usize)>> {
        let mut places = Vec::with_capacity(positions.len());
        let mut units = match (self.had_bom && way.bom_counted, way.unit) {
            (false, _) => 0,
            (true, Unit::CodePoint | Unit::Utf16) => 1,
            (true, Unit::Utf8) => 3,
        };
        let (mut point, mut byte) = (0, 0);
        let mut next = positions.iter().copied().peekable();
        // What stands in the byte order mark stands at the start.
        while let Some(&position) = next.peek() {
            if position >= units {
                break;
            }
            places.push((position >= 0).then_some((0, 0)));
            next.next();
        }
        let mut characters = self.raw.chars().peekable();
        while next.peek().is_some() {
            let Some(character) = characters.next() else {
                break;
            };
            let crlf = character == '\r' && characters.peek() == Some(&'\n');
            if crlf {
                characters.next();
            }
            let is_end = matches!(character, '\r' | '\n');
            let (width, plain_width) = width(character, way.unit);
            let width = match (is_end, way.line_end) {
                (false, _) => width,
                (true, LineEnd::AsWritten) => 1 + i64::from(crlf),
                (true, LineEnd::One) => 1,
                (true, LineEnd::Two) => 2,
            };
            while let Some(&position) = next.peek() {
                if position >= units + width {
                    break;
                }
                // Between CR and LF is before the line end; inside a character is nowhere.
                places.push((position == units || is_end).then_some((point, byte)));
                next.next();
            }
            units += width;
            point += 1;
            byte += if is_end { 1 } else { plain_width };
        }
        for position in next {
            places.push((position == units).then_some((point, byte)));
        }
        places
    }

    /// Where selections stand under a way to count.
    pub(super) fn stands(&self, way: Convention, selections: &[(i64, i64)]) -> Vec<Option<Stand>> {
        let ends = |end: i64| end.saturating_add(i64::from(way.end_included));
        let mut positions: Vec<i64> = selections
            .iter()
            .flat_map(|&(start, end)| [start, ends(end)])
            .collect();
        positions.sort_unstable();
        positions.dedup();
        let places = self.places(way, &positions);
        let place = |position: i64| {
            let at = positions.binary_search(&position).ok()?;
            places[at]
        };
        let stand = |&(start, end): &(i64, i64)| {
            let (start, end) = (place(start)?, place(ends(end))?);
            (start.0 < end.0).then(|| Stand {
                start: start.0,
                end: end.0,
                span: Span::new(start.1, end.1),
            })
        };
        selections.iter().map(stand).collect()
    }
}

/// Units and UTF-8 bytes of a character.
fn width(character: char, unit: Unit) -> (i64, usize) {
    let bytes = character.len_utf8();
    let units = match unit {
        Unit::CodePoint => 1,
        Unit::Utf16 => character.len_utf16() as i64,
        Unit::Utf8 => bytes as i64,
    };
    (units, bytes)
}

/// A selection's place in a note's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stand {
    /// First code point.
    pub(super) start: usize,
    /// The code point after the last.
    pub(super) end: usize,
    /// The same in bytes.
    pub(super) span: Span,
}
