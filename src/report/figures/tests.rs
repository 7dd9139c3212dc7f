//! What a user would miss of the figures.

use super::sheet::{Anchor, Colour, Mark};
use super::*;

#[test]
fn text_is_inert_and_numbers_stay_where_they_are() {
    let mut sheet = Sheet::new(100.0, "A <b> & c", "below");
    sheet.say((1.0, 2.0), Anchor::End, "</svg><script>x\u{1b}");
    sheet.height = 50.0;
    let svg = svg::svg(&sheet);
    assert!(!svg.contains("<script") && !svg.contains('\u{1b}'));
    assert!(svg.contains("<title>A &lt;b&gt; &amp; c</title>"));
    let mut reader = quick_xml::Reader::from_str(&svg);
    while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
}

#[test]
fn pixels_are_drawn_and_the_same_twice() {
    let letters = Letters::new().expect("a font");
    let mut sheet = Sheet::new(60.0, "T", "");
    sheet.height = 40.0;
    let with = |marks: Vec<Mark>| {
        let mut own = sheet.clone();
        own.marks = marks;
        png::png(&own, &letters).expect("an image")
    };
    let text = || {
        Mark::Text(
            (5.0, 20.0),
            12.0,
            Anchor::Start,
            Colour::INK,
            "Share".to_owned(),
        )
    };
    assert_eq!(with(vec![text()]), with(vec![text()]));
    assert_ne!(with(vec![text()]), with(Vec::new()), "letters leave ink");
    assert!(with(Vec::new()).starts_with(b"\x89PNG"));
}

#[test]
fn a_long_name_is_cut_to_its_room() {
    let letters = Letters::new().expect("a font");
    assert_eq!(letters.fitted("short", 8.0, 100.0), "short");
    let cut = letters.fitted("a name that is much too long", 8.0, 40.0);
    assert!(cut.ends_with('…') && letters.width(&cut, 8.0) <= 40.0);
    // A digit of DejaVu Sans is 1303 of 2048 units wide.
    assert!((letters.width("00", 2048.0) - 2606.0).abs() < 0.5);
}
