//! A drawing as SVG: no script, no link, text as text.

use std::fmt::Write as _;

use super::super::text::Escaped;
use super::sheet::{Anchor, Colour, Mark, Paint, Sheet};

/// The drawing as a file of its own.
pub(super) fn svg(sheet: &Sheet) -> String {
    let (w, h) = (sheet.width, sheet.height);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}pt\" height=\"{h}pt\" \
         viewBox=\"0 0 {w} {h}\" role=\"img\" font-family=\"'DejaVu Sans', Verdana, Arial, \
         sans-serif\"><title>{}</title><rect width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>\n",
        Escaped(&sheet.title)
    );
    for mark in &sheet.marks {
        draw(&mut out, mark);
        out.push('\n');
    }
    out.push_str("</svg>\n");
    out
}

fn draw(out: &mut String, mark: &Mark) {
    let _written = match mark {
        Mark::Polygon(corners, paint) => {
            out.push_str("<path d=\"");
            for (i, (x, y)) in corners.iter().enumerate() {
                let step = if i == 0 { 'M' } else { 'L' };
                let _written = write!(out, "{step}{x:.2} {y:.2}");
            }
            write!(out, "Z\"{}/>", painted(paint))
        }
        Mark::Circle((x, y), r, paint) => write!(
            out,
            "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{r:.2}\"{}/>",
            painted(paint)
        ),
        Mark::Line((x1, y1), (x2, y2), colour, width, dash) => {
            let dashes = if *dash > 0.0 {
                format!(" stroke-dasharray=\"{dash} {dash}\"")
            } else {
                String::new()
            };
            write!(
                out,
                "<path d=\"M{x1:.2} {y1:.2}L{x2:.2} {y2:.2}\" stroke=\"{}\" \
                 stroke-width=\"{width}\"{dashes}/>",
                hex(*colour)
            )
        }
        Mark::Text((x, y), size, anchor, colour, text) => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            write!(
                out,
                "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\" text-anchor=\"{anchor}\" \
                 fill=\"{}\">{}</text>",
                hex(*colour),
                Escaped(text)
            )
        }
    };
}

fn painted(paint: &Paint) -> String {
    let fill = paint.fill.map_or_else(|| "none".to_owned(), hex);
    let stroke = paint.stroke.map_or_else(String::new, |(colour, width)| {
        format!(" stroke=\"{}\" stroke-width=\"{width}\"", hex(colour))
    });
    format!(" fill=\"{fill}\"{stroke}")
}

fn hex(Colour(r, g, b): Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}
