//! A drawing as plain marks, before it becomes SVG or pixels. Units are points of 1/72 inch.

/// A colour, red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

impl Colour {
    pub(super) const INK: Self = Self(0x1c, 0x20, 0x24);
    pub(super) const SOFT: Self = Self(0x55, 0x5d, 0x66);
    pub(super) const LINE: Self = Self(0xd0, 0xd3, 0xd6);
    pub(super) const PAPER: Self = Self(0xff, 0xff, 0xff);
    pub(super) const DARK: Self = Self(0x1f, 0x5f, 0x8b);
    pub(super) const MIDDLE: Self = Self(0x7f, 0xb2, 0xd3);
    pub(super) const PALE: Self = Self(0xdc, 0xe9, 0xf2);
}

/// Which point of a text its place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How the inside and the edge of a shape are painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Paint {
    pub(super) fill: Option<Colour>,
    pub(super) stroke: Option<(Colour, f32)>,
}

impl Paint {
    pub(super) fn fill(colour: Colour) -> Self {
        Self {
            fill: Some(colour),
            stroke: None,
        }
    }

    /// Paper inside, a line around.
    pub(super) fn hollow(colour: Colour) -> Self {
        Self {
            fill: Some(Colour::PAPER),
            stroke: Some((colour, 1.0)),
        }
    }
}

/// One mark.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// Corners, joined and closed.
    Polygon(Vec<(f32, f32)>, Paint),
    /// Centre and radius.
    Circle((f32, f32), f32, Paint),
    /// From, to, colour, width, length of dashes (0: none).
    Line((f32, f32), (f32, f32), Colour, f32, f32),
    /// Place of the base line, size, anchor, colour.
    Text((f32, f32), f32, Anchor, Colour, String),
}

/// A drawing.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) width: f32,
    pub(super) height: f32,
    /// What it shows, for those who cannot see it.
    pub(super) title: String,
    pub(super) marks: Vec<Mark>,
}

/// Sizes of text.
pub(super) const TITLE: f32 = 12.0;
pub(super) const PLAIN: f32 = 8.5;
pub(super) const SMALL: f32 = 7.0;

/// Outer margin.
pub(super) const MARGIN: f32 = 12.0;

impl Sheet {
    /// A sheet of a width, with its title and a line below it; the height follows.
    pub(super) fn new(width: f32, title: &str, below: &str) -> Self {
        let mut sheet = Self {
            width,
            height: 0.0,
            title: title.to_owned(),
            marks: Vec::new(),
        };
        let at = (MARGIN, MARGIN + TITLE);
        sheet.text(at, Anchor::Start, (TITLE, Colour::INK), title);
        let at = (MARGIN, MARGIN + TITLE + 13.0);
        sheet.text(at, Anchor::Start, (PLAIN, Colour::SOFT), below);
        sheet
    }

    /// Where the drawing below the title begins.
    pub(super) fn top() -> f32 {
        MARGIN + TITLE + 24.0
    }

    pub(super) fn text(
        &mut self,
        at: (f32, f32),
        anchor: Anchor,
        (size, colour): (f32, Colour),
        text: &str,
    ) {
        let visible = text.chars().filter(|c| !c.is_control()).collect();
        self.marks
            .push(Mark::Text(at, size, anchor, colour, visible));
    }

    /// Plain text in ink.
    pub(super) fn say(&mut self, at: (f32, f32), anchor: Anchor, text: &str) {
        self.text(at, anchor, (PLAIN, Colour::INK), text);
    }

    /// Small soft text.
    pub(super) fn remark(&mut self, at: (f32, f32), anchor: Anchor, text: &str) {
        self.text(at, anchor, (SMALL, Colour::SOFT), text);
    }

    pub(super) fn line(&mut self, from: (f32, f32), to: (f32, f32), colour: Colour, width: f32) {
        self.marks.push(Mark::Line(from, to, colour, width, 0.0));
    }

    pub(super) fn dashed(&mut self, from: (f32, f32), to: (f32, f32), colour: Colour) {
        self.marks.push(Mark::Line(from, to, colour, 1.0, 2.0));
    }

    pub(super) fn circle(&mut self, centre: (f32, f32), radius: f32, paint: Paint) {
        self.marks.push(Mark::Circle(centre, radius, paint));
    }

    /// A box by its upper left corner and its size.
    pub(super) fn rect(&mut self, (x, y): (f32, f32), (w, h): (f32, f32), paint: Paint) {
        let corners = vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)];
        self.marks.push(Mark::Polygon(corners, paint));
    }

    /// The n-th of six shapes that differ in outline and colour, so that either tells them apart.
    pub(super) fn shape(&mut self, n: usize, (x, y): (f32, f32), r: f32) {
        const COLOURS: [Colour; 6] = [
            Colour(0x1f, 0x6f, 0x9f),
            Colour(0xd9, 0x87, 0x3a),
            Colour(0x4b, 0x57, 0x18),
            Colour(0xa8, 0x5a, 0x9a),
            Colour(0x00, 0x75, 0x5e),
            Colour(0x55, 0x5d, 0x66),
        ];
        let n = n % COLOURS.len();
        let paint = Paint {
            fill: Some(COLOURS[n]),
            stroke: Some((Colour::INK, 0.5)),
        };
        let corners: &[(f32, f32)] = match n {
            0 => return self.circle((x, y), r, paint),
            1 => &[(0.0, -1.2), (1.15, 0.85), (-1.15, 0.85)],
            2 => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
            3 => &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
            4 => &[(-1.15, -0.85), (1.15, -0.85), (0.0, 1.2)],
            _ => &[
                (-0.35, -1.0),
                (0.35, -1.0),
                (0.35, -0.35),
                (1.0, -0.35),
                (1.0, 0.35),
                (0.35, 0.35),
                (0.35, 1.0),
                (-0.35, 1.0),
                (-0.35, 0.35),
                (-1.0, 0.35),
                (-1.0, -0.35),
                (-0.35, -0.35),
            ],
        };
        let corners = corners.iter().map(|(dx, dy)| (x + dx * r, y + dy * r));
        self.marks.push(Mark::Polygon(corners.collect(), paint));
    }
}
