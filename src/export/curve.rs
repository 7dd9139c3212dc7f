//! Curves of passages found by sentences read, as a table and as a figure.

use std::fmt::Write as _;

use crate::exchange::push_content;

use super::line::Lines;

/// One code's curve.
#[derive(Debug, Clone, Copy)]
pub struct Curve<'c> {
    /// The code.
    pub name: &'c str,
    /// Sentences in all.
    pub sentences: u64,
    /// Passages in all.
    pub passages: u64,
    /// Sentences that were read first because the rules coded them.
    pub by_rules: u64,
    /// Passages found after so many sentences, wherever the number changes.
    pub points: &'c [(u64, u64)],
    /// Sentences read when the goal is reached.
    pub goal_at: Option<u64>,
}

impl Curve<'_> {
    fn shares(&self, point: (u64, u64)) -> (f64, f64) {
        let share = |n: u64, all: u64| n as f64 / all.max(1) as f64;
        (
            share(point.0, self.sentences),
            share(point.1, self.passages),
        )
    }
}

/// Columns of the curves.
pub(super) const CURVE_COLUMNS: [&str; 6] = [
    "code",
    "sentences_read",
    "share_read",
    "passages_found",
    "share_found",
    "stage",
];

/// A row a point: `code,sentences_read,share_read,passages_found,share_found,stage`, where `stage`
/// is `rules` while the sentences that the rules coded are read, then `suggested`.
pub fn curves_csv(curves: &[Curve<'_>]) -> Vec<u8> {
    let mut out = Lines::header(&CURVE_COLUMNS);
    for curve in curves {
        for &point in curve.points {
            let (read, found) = curve.shares(point);
            out.text(curve.name);
            out.plain(point.0).decimal(Some(read));
            out.plain(point.1).decimal(Some(found));
            out.text(if point.0 <= curve.by_rules {
                "rules"
            } else {
                "suggested"
            });
            out.end();
        }
    }
    out.into_bytes()
}

/// Panels side by side.
const COLUMNS: usize = 4;
/// Width of a panel with its margins, in pixels.
const WIDTH: f64 = 210.0;
/// Height of a panel with its margins.
const HEIGHT: f64 = 200.0;
/// Side of a panel's square.
const SIDE: f64 = 140.0;
/// Where the square begins.
const LEFT: f64 = 46.0;
const TOP: f64 = 26.0;

/// A panel a code, all with the same axes; for print and screen, in black and one grey.
pub fn curves_svg(curves: &[Curve<'_>], goal: f64) -> String {
    let columns = curves.len().clamp(1, COLUMNS);
    let rows = curves.len().div_ceil(columns);
    let (width, height) = (columns as f64 * WIDTH, rows as f64 * HEIGHT + 14.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"10\">\n\
         <title>Passages found by sentences read</title>\n\
         <desc>For each code: the share of its passages found (upright) by the share of sentences read \
         (across). Thick: what the rules coded is read first. The dot: {} of the passages are found. \
         Dashed: reading in no order.</desc>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        percent(goal)
    );
    for (i, curve) in curves.iter().enumerate() {
        let (x, y) = ((i % columns) as f64 * WIDTH, (i / columns) as f64 * HEIGHT);
        let _written = write!(svg, "<g transform=\"translate({x} {y})\">");
        panel(&mut svg, curve, goal);
        svg.push_str("</g>\n");
    }
    let _written = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{}\" fill=\"#555\">across: sentences read; upright: passages found; \
         dot: {} found; thick: coded by the rules; dashed: in no order</text>\n</svg>",
        height - 4.0,
        percent(goal)
    );
    svg
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn panel(svg: &mut String, curve: &Curve<'_>, goal: f64) {
    let place = |(x, y): (f64, f64)| (LEFT + x * SIDE, TOP + (1.0 - y) * SIDE);
    let said = match curve.goal_at {
        Some(at) => format!(
            "{} read for {}",
            percent(curve.shares((at, 0)).0),
            percent(goal)
        ),
        None => format!("{} not reached", percent(goal)),
    };
    let mut escaped = String::new();
    push_content(&mut escaped, curve.name.chars());
    let _written = write!(
        svg,
        "<text x=\"{LEFT}\" y=\"12\" font-weight=\"bold\">{}</text>\
         <text x=\"{LEFT}\" y=\"22\" fill=\"#555\" font-size=\"9\">{said}, {} passages</text>\
         <rect x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" \
         stroke=\"#999\"/><path d=\"M{LEFT} {}L{} {TOP}\" stroke=\"#999\" stroke-dasharray=\"3 3\"/>",
        escaped,
        curve.passages,
        TOP + SIDE,
        LEFT + SIDE,
    );
    for share in [0.0, 0.5, 1.0] {
        let (x, y) = place((share, share));
        let _written = write!(
            svg,
            "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            TOP + SIDE + 13.0,
            percent(share),
            LEFT - 4.0,
            y + 3.0,
            percent(share),
        );
    }
    let rules = curve.points.iter().filter(|p| p.0 <= curve.by_rules);
    let last = rules.clone().next_back().map_or(0, |p| p.1);
    let first: Vec<(u64, u64)> = rules.copied().chain([(curve.by_rules, last)]).collect();
    let further = curve.points.iter().filter(|p| p.0 > curve.by_rules);
    let then: Vec<(u64, u64)> = [(curve.by_rules, last)]
        .into_iter()
        .chain(further.copied())
        .chain(curve.points.last().map(|p| (curve.sentences, p.1)))
        .collect();
    for (points, thick) in [(first, 3.0), (then, 1.5)] {
        let mut path = String::new();
        for (i, point) in points.iter().enumerate() {
            let (x, y) = place(curve.shares(*point));
            let _written = if i == 0 {
                write!(path, "M{x:.1} {y:.1}")
            } else {
                // Nothing is found until the next sentence that finds something.
                write!(path, "H{x:.1}V{y:.1}")
            };
        }
        let _written = write!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"#000\" stroke-width=\"{thick}\"/>"
        );
    }
    if let Some(at) = curve.goal_at {
        let found = curve.points.iter().find(|p| p.0 >= at).map_or(0, |p| p.1);
        let (x, y) = place(curve.shares((at, found)));
        let _written = write!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve<'c>(name: &'c str, points: &'c [(u64, u64)]) -> Curve<'c> {
        Curve {
            name,
            sentences: 100,
            passages: 4,
            by_rules: 10,
            points,
            goal_at: Some(40),
        }
    }

    #[test]
    fn the_table_holds_every_point_with_its_stage() {
        let points = [(0, 0), (5, 3), (40, 4)];
        let csv = curves_csv(&[curve("a,b", &points)]);
        let text = String::from_utf8(csv).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2], "\"a,b\",5,0.05,3,0.75,rules");
        assert_eq!(lines[3], "\"a,b\",40,0.4,4,1,suggested");
    }

    #[test]
    fn the_figure_is_whole_and_marks_the_goal() {
        let points = [(0, 0), (5, 3), (40, 4)];
        let all = [curve("a<b", &points), curve("c", &points)];
        let svg = curves_svg(&all, 0.95);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("a&lt;b") && svg.contains("40% read for 95%"));
        // The dot stands where 40 of 100 sentences are read and all is found.
        assert!(svg.contains("cx=\"102.0\" cy=\"26.0\""), "{svg}");
        let mut reader = quick_xml::Reader::from_str(&svg);
        while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
    }
}
