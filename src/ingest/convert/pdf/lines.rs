//! From characters at places on a page to lines of text.
//!
//! Comes in: what a page draws, in its order. Goes out: lines with their height on the page.
//! Pieces of a line with a wide gap between are cells.

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

use super::super::flow::{Cells, row};
use super::super::marks::plain;

/// Gaps between two pieces, in heights of a character: of a word, and of a cell.
const WORD_GAP: f64 = 0.12;
const CELL_GAP: f64 = 1.0;

/// How far two pieces of a line may differ in height on the page, and overlap, in heights of a
/// character.
const LINE_DRIFT: f64 = 0.5;
const OVERLAP: f64 = 0.4;

/// Lines back to which a piece that is drawn late is looked for a place.
const LINES_BACK: usize = 4;

/// How much more than the usual distance two lines of different paragraphs have.
const PARAGRAPH_GAP: f64 = 1.4;

/// A line of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Its height above the page's foot, as a share of the page.
    pub(super) height: f64,
    /// Its text.
    pub(super) text: String,
    /// Its height above the page's foot, in the page's units.
    y: f64,
    /// Height of its characters.
    size: f64,
}

/// A line that grows.
#[derive(Debug)]
struct Open {
    y: f64,
    size: f64,
    pieces: Vec<Piece>,
}

/// What is drawn at one go.
#[derive(Debug)]
struct Piece {
    start: f64,
    end: f64,
    text: String,
}

/// What is drawn, as it comes.
#[derive(Debug)]
pub(super) struct Collector {
    lines: Vec<Open>,
    /// The line that the last character went to.
    line: usize,
    starts_piece: bool,
    page_height: f64,
    left: usize,
    is_full: bool,
}

impl Collector {
    /// Takes at most so many bytes of text.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            lines: Vec::new(),
            line: 0,
            starts_piece: true,
            page_height: 1.0,
            left: bytes_max,
            is_full: false,
        }
    }

    /// Whether there was more than may be.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// The lines, in the order of drawing.
    pub(super) fn lines(self) -> Vec<Line> {
        let page_height = self.page_height;
        let lines = self.lines.into_iter().map(|mut open| Line {
            height: open.y / page_height,
            text: open.text(),
            y: open.y,
            size: open.size,
        });
        lines.filter(|l| !l.text.is_empty()).collect()
    }

    fn character(&mut self, place: &Place, text: &str) {
        if self.starts_piece {
            self.starts_piece = false;
            self.line = self.line_for(place);
            if self.line == self.lines.len() {
                self.lines.push(Open {
                    y: place.y,
                    size: place.size,
                    pieces: Vec::new(),
                });
            }
            if let Some(line) = self.lines.get_mut(self.line) {
                line.size = line.size.max(place.size);
                line.pieces.push(Piece {
                    start: place.x,
                    end: place.x,
                    text: String::new(),
                });
            }
        }
        let line = self.lines.get_mut(self.line);
        if let Some(piece) = line.and_then(|l| l.pieces.last_mut()) {
            piece.text.push_str(text);
            piece.end = place.x + place.width;
        }
    }

    /// The line that a piece belongs to: the last ones are looked at, else it begins a new one.
    fn line_for(&self, place: &Place) -> usize {
        let last = self.lines.iter().enumerate().rev().take(LINES_BACK);
        let fits = |line: &Open| {
            let size = line.size.max(place.size);
            let (start, end) = (place.x, place.x + place.width);
            let free = |p: &Piece| start > p.end - size * OVERLAP || end < p.start + size * OVERLAP;
            (line.y - place.y).abs() < size * LINE_DRIFT && line.pieces.iter().all(free)
        };
        let found = { last }.find(|(_, line)| fits(line));
        found.map_or(self.lines.len(), |(at, _)| at)
    }
}

impl Open {
    /// The pieces from left to right, with blanks and gaps between cells as the page shows them.
    fn text(&mut self) -> String {
        self.pieces.sort_by(|a, b| a.start.total_cmp(&b.start));
        let mut cells = vec![String::new()];
        let mut end = f64::INFINITY;
        for piece in &self.pieces {
            let gap = (piece.start - end) / self.size;
            if gap > CELL_GAP {
                cells.push(String::new());
            }
            if let Some(cell) = cells.last_mut() {
                if gap > WORD_GAP {
                    cell.push(' ');
                }
                cell.push_str(&plain(&piece.text));
            }
            if !piece.text.trim().is_empty() {
                end = piece.end;
            }
        }
        for cell in &mut cells {
            *cell = cell.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        cells.retain(|c| !c.is_empty());
        row(&cells, Cells::OfLine)
    }
}

/// Where a character is drawn.
struct Place {
    x: f64,
    y: f64,
    size: f64,
    width: f64,
}

impl OutputDev for Collector {
    fn begin_page(
        &mut self,
        _number: u32,
        page: &MediaBox,
        _art: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.page_height = (page.ury - page.lly).abs().max(1.0);
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        if text.len() > self.left {
            self.is_full = true;
            return Err(OutputError::FormatError(std::fmt::Error));
        }
        self.left -= text.len();
        let scale = (place.m11 * place.m22 - place.m12 * place.m21).abs().sqrt();
        let size = (font_size * scale).abs();
        let place = Place {
            x: place.m31,
            y: place.m32,
            size: if size.is_finite() && size > 0.01 {
                size
            } else {
                0.01
            },
            width: width * size,
        };
        if place.x.is_finite() && place.y.is_finite() {
            self.character(&place, text);
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.starts_piece = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// The text of a page: a blank line where the gap between two lines is wider than usual.
pub(super) fn as_text(lines: &[Line]) -> String {
    let usual = usual_distance(lines);
    let mut text = String::new();
    for (i, line) in lines.iter().enumerate() {
        if let Some(before) = i.checked_sub(1).and_then(|b| lines.get(b)) {
            let distance = before.y - line.y;
            let apart = usual.is_some_and(|usual| distance > usual * PARAGRAPH_GAP);
            text.push_str(if apart { "\n\n" } else { "\n" });
        }
        text.push_str(&line.text);
    }
    text
}

/// The median distance of lines that stand close to each other.
fn usual_distance(lines: &[Line]) -> Option<f64> {
    let pairs = lines.iter().zip(lines.iter().skip(1));
    let mut distances: Vec<f64> = pairs
        .map(|(a, b)| (a.y - b.y) / b.size)
        .zip(lines.iter().skip(1))
        .filter(|(d, _)| (0.5..3.0).contains(d))
        .map(|(d, line)| d * line.size)
        .collect();
    distances.sort_by(f64::total_cmp);
    distances.get(distances.len() / 2).copied()
}
