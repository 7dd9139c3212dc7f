//! What a user would miss of the figures.

use super::sheet::{Anchor, Colour, Mark};
use super::*;
use crate::model::fixture::{codebook, note};
use crate::report::tests::with_data;

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
fn rates_are_drawn_beside_shares_with_the_length_of_notes() {
    let book = codebook(&["agency"]);
    let notes = [
        note(0, "P1", "ketamine", "She {agency|chose} well.", &book),
        note(
            1,
            "P1",
            "integration",
            "She {agency|chose} again, and spoke of it for a long while.",
            &book,
        ),
    ];
    let letters = Letters::new().expect("a font");
    let said = with_data(&book, &notes, |data| {
        let of = |name: &str| {
            let figures = figures(data, &letters);
            let found = figures.into_iter().find(|(n, _)| *n == name);
            svg::svg(&found.expect("drawn").1)
        };
        [of("themes_by_session_type"), of("themes_per_1000_words")]
    });
    // One passage in three words is 333 per 1,000: the axis ends at the round number above.
    for text in [
        "per 1,000 words",
        ">400<",
        "median 3 a note",
        "median 11 a note",
    ] {
        assert!(said[1].contains(text), "{text}: {}", said[1]);
    }
    assert!(said[0].contains(">100<"));
}

#[test]
fn a_long_name_stands_in_two_lines_where_one_is_too_short() {
    let letters = Letters::new().expect("a font");
    let lines = |room| letters.lines("session type unknown", 8.5, room);
    assert_eq!(lines(200.0), ["session type unknown"]);
    assert_eq!(lines(60.0), ["session type", "unknown"]);
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
