//! What a user would miss of this stage.

use super::*;
use crate::model::coded::CodedNote;
use crate::model::fixture::{OwnedNote, codebook, note};
use crate::text::CodePoints;

/// The quotes of notes that come in this order.
fn chosen<'n>(rule: &Rule, notes: impl IntoIterator<Item = CodedNote<'n>>) -> Vec<QuoteRow> {
    let mut picker = Picker::by(rule.clone());
    for note in notes {
        picker.take(rule.quotable(&note)).expect("kept");
    }
    let mut rows = Vec::new();
    let keep = &mut |row| {
        rows.push(row);
        Ok(())
    };
    picker.finish(keep).expect("chosen");
    rows
}

fn picked(notes: &[OwnedNote]) -> Vec<QuoteRow> {
    let rows = chosen(&Rule::default(), notes.iter().map(OwnedNote::coded));
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
        "the participant's own words; a whole quotation of 7 words; nearness to the code's passages \
         0.47; first choice of its note"
    );
    assert_eq!(rows[0].context_before, "She said \"");
    assert_eq!(rows[0].context_after, "\" and left.");
    assert_eq!(rows.iter().map(|r| r.rank).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_forms_row_comes_behind_prose_and_is_not_called_own_words() {
    let book = codebook(&["agency"]);
    let notes = [
        note(
            0,
            "P1",
            "ketamine",
            "[x] other: door noise \"too {agency:affirmed:quote|loud}\"",
            &book,
        ),
        note(
            1,
            "P1",
            "ketamine",
            "The door {agency:affirmed:clinician|bothered} her for most of the hour.",
            &book,
        ),
    ];
    let rows = picked(&notes);
    assert!(rows[0].quote.starts_with("The door"), "{rows:?}");
    assert!(!rows[0].is_form && rows[1].is_form);
    let why = "a row of a form, since no more prose is left to choose from; holds the participant's \
               own words; a whole sentence";
    assert!(rows[1].why.starts_with(why), "{}", rows[1].why);
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
fn the_order_of_notes_changes_nothing() {
    let book = codebook(&["agency", "release"]);
    let texts = [
        "{agency|Chose} well today.",
        "{agency|Chose} well. {agency:affirmed:quote|Mine}. {release|Wept}.",
        "{agency|Took} the lead in all of it again.",
    ];
    let people = ["P1", "", "P2"];
    let notes: Vec<_> = (0..27)
        .map(|i| note(i, people[i / 9], "ketamine", texts[i % 3], &book))
        .collect();
    let in_turn = (0..9).flat_map(|i| [18 + i, i, 9 + i]);
    let rows = chosen(&Rule::default(), in_turn.map(|i| notes[i].coded()));
    assert_eq!(rows, picked(&notes));
    assert!(rows.iter().any(|r| r.participant.is_none()));
}

#[test]
fn a_near_repetition_is_left_out_and_what_is_typical_comes_first() {
    let book = codebook(&["agency", "release"]);
    let texts = [
        "She {agency|chose} the red door of the long hall by herself once.",
        "She {agency|chose} to speak up to her mother at the table today.",
        "She {agency|chose} to speak up to her mother at the table.",
        "She {agency|chose} to speak to the mother of her husband today.",
        "She {release|cried} by the red door of the long hall alone there.",
    ];
    let notes: Vec<_> = (0..5)
        .map(|i| note(i, "P1", "ketamine", texts[i], &book))
        .collect();
    let rows = picked(&notes);
    let agency: Vec<&str> = rows
        .iter()
        .filter(|r| r.code.0 == 0)
        .map(|r| r.quote.as_str())
        .collect();
    assert_eq!(agency.len(), 3, "{agency:?}");
    assert!(agency[0].contains("speak"), "{agency:?}");
    assert!(agency[2].contains("red door"), "{agency:?}");
}

#[test]
fn opposite_cases_begin_with_what_is_denied() {
    let book = codebook(&["agency"]);
    let notes = [
        note(
            0,
            "P1",
            "ketamine",
            "She {agency|chose} the plan with care and calm.",
            &book,
        ),
        note(
            1,
            "P1",
            "ketamine",
            "She had no {agency:negated|say} in the plan at all.",
            &book,
        ),
    ];
    let rule = Rule {
        choice: Choice::Deviant,
        ..Rule::default()
    };
    let rows = chosen(&rule, notes.iter().map(OwnedNote::coded));
    assert_eq!(rows[0].quote, "She had no say in the plan at all.");
    assert!(
        rows[0].why.starts_with("says the contrary; "),
        "{}",
        rows[0].why
    );
    assert_eq!(rows.len(), 2);
}

#[test]
fn an_identifier_in_a_quote_or_its_context_is_masked() {
    use crate::model::identifier::{Identifier, IdentifierKind};
    let book = codebook(&["agency"]);
    let own = note(
        0,
        "P1",
        "ketamine",
        "Mark was there. She {agency|chose} to tell Mark all of it.",
        &book,
    );
    let found = own.text.match_indices("Mark").map(|(at, name)| Identifier {
        span: crate::text::Span::new(at, at + name.len()),
        kind: IdentifierKind::Name,
        why: String::new(),
    });
    let identifiers: Vec<_> = found.collect();
    let known = CodedNote {
        identifiers: &identifiers,
        ..own.coded()
    };
    let row = chosen(&Rule::default(), [known]).remove(0);
    assert_eq!(
        row.masked_parts(),
        [
            "[name] was there. ",
            "She chose to tell [name] all of it.",
            ""
        ]
    );
    assert_eq!(row.parts()[1], "She chose to tell Mark all of it.");
}
