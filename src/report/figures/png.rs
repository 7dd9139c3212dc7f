//! A drawing as pixels, with letters of a font of our own, so that every machine draws the same.

use tiny_skia::{
    Color, FillRule, LineCap, Paint as Brush, Path, PathBuilder, Pixmap, Stroke, StrokeDash,
    Transform,
};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use crate::error::{Error, Result};

use super::sheet::{Anchor, Colour, Mark, Paint, Sheet};

/// Pixels a point: 216 to the inch.
const SCALE: f32 = 3.0;

/// The letters (a part of `DejaVu` Sans; its licence stands in `fonts/`).
const FONT: &[u8] = include_bytes!("fonts/DejaVuSans-subset.ttf");

/// The font, ready to draw and to measure.
pub(super) struct Letters(Face<'static>);

impl Letters {
    /// Reads the font.
    ///
    /// # Errors
    /// Where the font in this program is damaged.
    pub(super) fn new() -> Result<Self> {
        let face = Face::parse(FONT, 0);
        face.map(Self)
            .map_err(|e| Error::other(format!("The font of the figures is damaged: {e}.")))
    }

    fn glyphs(&self, text: &str) -> impl Iterator<Item = (GlyphId, f32)> {
        text.chars().map(|c| {
            let glyph = self.0.glyph_index(c).unwrap_or(GlyphId(0));
            let advance = self.0.glyph_hor_advance(glyph).unwrap_or(0);
            (glyph, f32::from(advance))
        })
    }

    /// How wide a text of a size is.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        let units: f32 = self.glyphs(text).map(|g| g.1).sum();
        units * size / f32::from(self.0.units_per_em())
    }

    /// A text in one line, or in two broken between words; each cut where even so there is no room.
    pub(super) fn lines(&self, text: &str, size: f32, room: f32) -> Vec<String> {
        let breaks = text.match_indices(' ').map(|(at, _)| at);
        let halves = breaks.map(|at| text.split_at(at));
        let last = halves.take_while(|(first, _)| self.width(first, size) <= room);
        match last.last() {
            Some((first, rest)) if self.width(text, size) > room => {
                vec![first.to_owned(), self.fitted(rest.trim_start(), size, room)]
            }
            _ => vec![self.fitted(text, size, room)],
        }
    }

    /// A text, cut with an ellipsis where it is wider than there is room.
    pub(super) fn fitted(&self, text: &str, size: f32, room: f32) -> String {
        if self.width(text, size) <= room {
            return text.to_owned();
        }
        let mut cut: Vec<char> = text.chars().collect();
        while cut.pop().is_some() {
            let shorter: String = cut.iter().collect();
            let shorter = format!("{}…", shorter.trim_end());
            if self.width(&shorter, size) <= room {
                return shorter;
            }
        }
        "…".to_owned()
    }

    fn outline(&self, text: &str, (x, y): (f32, f32), size: f32) -> Option<Path> {
        let scale = size / f32::from(self.0.units_per_em());
        let mut pen = Pen {
            path: PathBuilder::new(),
            x,
            y,
            scale,
        };
        for (glyph, advance) in self.glyphs(text) {
            let _bounds = self.0.outline_glyph(glyph, &mut pen);
            pen.x += advance * scale;
        }
        pen.path.finish()
    }
}

/// Draws glyphs, whose units grow upwards, where the text stands.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

/// The drawing as a PNG file's bytes.
///
/// # Errors
/// Where it has no area, or cannot be encoded.
pub(super) fn png(sheet: &Sheet, letters: &Letters) -> Result<Vec<u8>> {
    let pixels = |points: f32| (points * SCALE).ceil() as u32;
    let mut canvas = Pixmap::new(pixels(sheet.width), pixels(sheet.height))
        .ok_or_else(|| Error::other("A figure has no area.".to_owned()))?;
    canvas.fill(Color::WHITE);
    for mark in &sheet.marks {
        draw(&mut canvas, mark, letters);
    }
    let encoded = canvas.encode_png();
    encoded.map_err(|e| Error::other(format!("A figure could not be encoded: {e}.")))
}

fn draw(canvas: &mut Pixmap, mark: &Mark, letters: &Letters) {
    match mark {
        Mark::Polygon(corners, paint) => {
            let mut path = PathBuilder::new();
            for (i, &(x, y)) in corners.iter().enumerate() {
                if i == 0 {
                    path.move_to(x, y);
                } else {
                    path.line_to(x, y);
                }
            }
            path.close();
            painted(canvas, path.finish(), paint);
        }
        Mark::Circle((x, y), r, paint) => {
            painted(canvas, PathBuilder::from_circle(*x, *y, *r), paint);
        }
        Mark::Line(from, to, colour, width, dash) => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            let dash = (*dash > 0.0).then(|| StrokeDash::new(vec![*dash, *dash], 0.0));
            stroke(
                canvas,
                path.finish().as_ref(),
                *colour,
                *width,
                dash.flatten(),
            );
        }
        Mark::Text((x, y), size, anchor, colour, text) => {
            let width = letters.width(text, *size);
            let left = match anchor {
                Anchor::Start => *x,
                Anchor::Middle => x - width / 2.0,
                Anchor::End => x - width,
            };
            painted(
                canvas,
                letters.outline(text, (left, *y), *size),
                &Paint::fill(*colour),
            );
        }
    }
}

fn painted(canvas: &mut Pixmap, path: Option<Path>, paint: &Paint) {
    let Some(path) = path else {
        return;
    };
    if let Some(colour) = paint.fill {
        canvas.fill_path(&path, &brush(colour), FillRule::Winding, scaled(), None);
    }
    if let Some((colour, width)) = paint.stroke {
        stroke(canvas, Some(&path), colour, width, None);
    }
}

fn stroke(
    canvas: &mut Pixmap,
    path: Option<&Path>,
    colour: Colour,
    width: f32,
    dash: Option<StrokeDash>,
) {
    let stroke = Stroke {
        width,
        dash,
        line_cap: LineCap::Butt,
        ..Stroke::default()
    };
    if let Some(path) = path {
        canvas.stroke_path(path, &brush(colour), &stroke, scaled(), None);
    }
}

fn scaled() -> Transform {
    Transform::from_scale(SCALE, SCALE)
}

fn brush(Colour(r, g, b): Colour) -> Brush<'static> {
    let mut brush = Brush::default();
    brush.set_color_rgba8(r, g, b, 255);
    brush
}
