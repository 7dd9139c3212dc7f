//! What a user would miss of this stage.

use super::*;
use crate::model::fixture::{OwnedNote, codebook, note};

fn picked(notes: &[OwnedNote]) -> Vec<QuoteRow> {
    let mut picker = Picker::new();
    for note in notes {
        picker.add(&note.coded());
    }
    let rows = picker.finish();
    for row in &rows {
        let note = notes.iter().find(|n| n.note.id == row.note);
        let text = &note.expect("a note of ours").text;
        let span = CodePoints::new(text).span(row.start, row.end);
        assert_eq!(span.expect("in the text").slice(text), row.quote);
    }
    rows
}

fn quotes(rows: &[QuoteRow]) -> Vec<&str> {
    rows.iter().map(|r| r.quote.as_str()).collect()
}

#[test]
fn own_words_come_first_then_other_notes() {
    let book = codebook(&["agency"]);
    let notes = [
        note(
            0,
            "P1",
            "ketamine",
            "She {agency|decided} on her own to go home early.\nShe said \"I {agency:affirmed:quote|choose} what happens to me now\" and left. Then she {agency|set a limit} with her mother once more.",
            &book,
        ),
        note(
            1,
            "P1",
            "ketamine",
            "Pt {agency|took charge} of the visit and of the plan.",
            &book,
        ),
    ];
    let rows = picked(&notes);
    assert_eq!(
        quotes(&rows),
        [
            "I choose what happens to me now",
            "Pt took charge of the visit and of the plan.",
            "Then she set a limit with her mother once more."
        ]
    );
    assert_eq!(
        rows[0].why,
        "the participant's own words; a whole quotation of 7 words; first choice of its note"
    );
    assert_eq!(rows[0].context_before, "She said \"");
    assert_eq!(rows[0].context_after, "\" and left.");
    assert_eq!(rows.iter().map(|r| r.rank).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn what_does_not_count_is_not_quoted_and_nothing_twice() {
    let book = codebook(&["agency"]);
    let notes = [
        note(
            0,
            "P1",
            "ketamine",
            "No {agency:negated|choice}. {agency|Chose} well.",
            &book,
        ),
        note(1, "P1", "ketamine", "{agency|CHOSE} well!", &book),
    ];
    assert_eq!(quotes(&picked(&notes)), ["Chose well."]);
}

#[test]
fn a_piece_is_cut_out_of_a_sentence_without_end() {
    let book = codebook(&["agency"]);
    let filler = "word ".repeat(200);
    let text = format!("{filler}{{agency|chose}} {filler}");
    let rows = picked(&[note(0, "", "", &text, &book)]);
    assert_eq!(rows[0].quote.split(' ').count(), 41);
    assert!(
        rows[0]
            .why
            .contains("a piece of a long sentence of 41 words")
    );
}

#[test]
fn partial_choices_merge_to_one_pass() {
    let book = codebook(&["agency"]);
    let texts = [
        "{agency|Chose} well today.",
        "{agency|Chose} well. {agency:affirmed:quote|Mine}.",
        "{agency|Took} the lead in all of it again.",
    ];
    let notes: Vec<_> = (0..9)
        .map(|i| note(i, "P1", "ketamine", texts[i % 3], &book))
        .collect();
    let mut merged = Picker::new();
    for shard in [2, 0, 1] {
        let mut part = Picker::new();
        notes
            .iter()
            .filter(|n| n.index / 3 == shard)
            .for_each(|n| part.add(&n.coded()));
        merged.merge(part);
    }
    assert_eq!(merged.finish(), picked(&notes));
}
