//! What a user would miss of comparisons.

use super::*;
use crate::model::fixture::{OwnedNote, codebook, note};

fn notes(people: usize, book: &Codebook) -> Vec<OwnedNote> {
    let mut notes = Vec::new();
    for person in 0..people {
        let id = format!("P{person}");
        let long = "She {agency|chose} it herself, and told {agency|everyone} of it at length.";
        notes.push(note(3 * person, &id, "ketamine", long, book));
        notes.push(note(3 * person + 1, &id, "integration", "Quiet.", book));
        notes.push(note(
            3 * person + 2,
            &id,
            "integration",
            "{agency|Chose}.",
            book,
        ));
    }
    notes
}

fn contrast(people: usize, book: &Codebook) -> Contrast {
    let mut contrast = Contrast::new(book, "session_type");
    for note in notes(people, book) {
        contrast.add_by_session_type(&note.coded());
    }
    contrast
}

const ORDER: [&str; 2] = ["ketamine", "integration"];

fn order() -> Vec<String> {
    ORDER.iter().map(|&o| o.to_owned()).collect()
}

#[test]
fn few_participants_get_a_description_unless_p_values_are_asked_for() {
    let book = codebook(&["agency", "coping"]);
    let few = contrast(3, &book);
    let rows = few.rows(&book, &order(), &Asked::default());
    assert_eq!(
        (rows[0].group_a, rows[0].group_b),
        ("ketamine", "integration")
    );
    assert_eq!(rows[0].kind(), "description");
    assert_eq!(rows[0].tests, Tests::default());
    assert!(rows[0].odds.is_none() && rows[0].mean_difference.is_some());
    let always = Asked {
        p_values: PValues::Always,
        ..Asked::default()
    };
    assert!(
        few.rows(&book, &order(), &always)[0]
            .tests
            .sign_flip
            .is_some()
    );
}

#[test]
fn longer_notes_are_said_to_be_longer_and_explain_what_they_explain() {
    let book = codebook(&["agency", "coping"]);
    let six = contrast(6, &book);
    let rows = six.rows(&book, &order(), &Asked::default());
    let agency = &rows[0];
    assert_eq!((agency.a.present, agency.a.notes), (6, 6));
    assert_eq!((agency.b.present, agency.b.notes), (6, 12));
    assert_eq!((agency.participants_both, agency.informative), (6, 6));
    assert!(agency.documentation_differs());
    // Two passages in 12 words are fewer per word than one in two.
    assert!(agency.mean_difference.is_some_and(|d| d < 0.0));
    let (p, q) = agency.tests.sign_flip.expect("six participants");
    assert!(
        (p.value - 2.0 / 64.0).abs() < 1e-12 && q >= p.value,
        "{p:?} {q}"
    );
    assert!(agency.odds.is_some_and(|o| o.ratio.is_infinite()));
    // A code that nobody has is not tested.
    assert_eq!(rows[1].tests, Tests::default());
}

#[test]
fn only_the_pairs_that_are_named_are_compared() {
    let book = codebook(&["agency"]);
    let six = contrast(6, &book);
    let named = Asked {
        pairs: vec![("integration".to_owned(), "ketamine".to_owned())],
        ..Asked::default()
    };
    let rows = six.rows(&book, &order(), &named);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].group_a, "integration");
}

#[test]
fn more_notes_than_are_kept_are_still_counted() {
    let book = codebook(&["agency"]);
    let mut large = Contrast::new(&book, "session_type");
    let own = notes(6, &book);
    for _ in 0..300 {
        for note in &own {
            large.add_by_session_type(&note.coded());
        }
    }
    let rows = large.rows(&book, &order(), &Asked::default());
    assert_eq!((rows[0].a.notes, rows[0].b.notes), (1800, 3600));
    let (p, _) = rows[0].tests.permutation.expect("six participants");
    assert_eq!(p.method, within::Method::Normal);
}
