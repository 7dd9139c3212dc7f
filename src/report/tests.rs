//! What a user would miss of this stage.

use super::*;
use crate::model::fixture::{OwnedNote, codebook, note};
use crate::model::ledger::{LedgerRow, Outcome};
use crate::quote::{Picker, Rule};

/// The page of some notes.
fn page_of(book: &Codebook, notes: &[OwnedNote]) -> String {
    let (mut tally, mut picker) = (Tally::new(book), Picker::new());
    let mut material = Material::new();
    for note in notes {
        tally.add(&note.coded());
        picker
            .take(Rule::default().quotable(&note.coded()))
            .expect("kept");
        material.add(&note.coded());
    }
    let row = |source: &str, outcome, reason: &str| LedgerRow {
        source: source.to_owned(),
        locator: String::new(),
        sha256: String::new(),
        bytes: 1,
        encoding: String::new(),
        format: String::new(),
        outcome,
        reason: reason.to_owned(),
        notes: 0,
    };
    let ledger = Ledger {
        rows: vec![
            row("a.txt", Outcome::Read, ""),
            row("<b>.txt", Outcome::Failed, "Not text."),
        ],
    };
    let mut quotes = Vec::new();
    let keep = &mut |row| {
        quotes.push(row);
        Ok(())
    };
    picker.finish(keep).expect("chosen");
    page(&ReportData {
        codebook: book,
        session_types: &["ketamine".to_owned(), "integration".to_owned()],
        tally: &tally,
        quotes: &quotes,
        quotes_left: 0,
        identifiers: Shown::Masked,
        material: &material,
        ledger: &ledger,
        missed: &[],
        agreement: None,
        memos: &[],
        provenance: &Provenance::default(),
    })
}

/// The data block, parsed.
fn data_of(page: &str) -> serde_json::Value {
    let (_, rest) = page
        .split_once("id=\"data\">")
        .expect("the page has a data block");
    let (json, _) = rest.split_once("</script>").expect("it ends");
    serde_json::from_str(json).expect("it is JSON")
}

#[test]
fn a_cell_opens_to_its_passages() {
    let book = codebook(&["agency"]);
    let text = "Today she {agency|set a limit} with her mother.";
    let page = page_of(&book, &[note(0, "P1", "ketamine", text, &book)]);
    assert!(page.contains("<button type=\"button\" data-code=\"0\" data-type=\"0\""));
    assert!(page.contains("documented in 1 of 1 note, 100%"));
    let data = data_of(&page);
    let passage = &data["cells"][0][4][0];
    assert_eq!(passage[3], "Today she ");
    assert_eq!(passage[4], "set a limit");
    assert_eq!((&passage[1], &passage[2]), (&10.into(), &21.into()));
    assert_eq!(data["about"]["patterns"][0], "agency*");
}

#[test]
fn hostile_notes_are_inert() {
    let book = codebook(&["agency"]);
    let text = "{agency|chose </script><script>alert(1)</script><!-- \u{202e}\u{0}}";
    let mut hostile = note(0, "<img src=x>", "ketamine", text, &book);
    hostile.note.warnings = ["<svg onload=x>".to_owned()].into();
    let page = page_of(&book, &[hostile]);
    for markup in ["<script>alert", "<img", "<svg onload", "<!-- ", "\u{0}"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert_eq!(page.matches("</script>").count(), 2);
    let shown = data_of(&page)["cells"][0][4][0][4].to_string();
    assert!(shown.contains("</script>") && shown.contains('\u{2400}'));
}

#[test]
fn the_policy_admits_our_own_script_only() {
    let book = codebook(&["agency"]);
    let page = page_of(&book, &[]);
    let script = page.rsplit_once("<script>").expect("a script").1;
    let script = script.split_once("</script>").expect("its end").0;
    assert!(page.contains(&format!("script-src '{}'", source_hash(script))));
    assert!(!page.contains(" style=") && !page.contains(" onclick="));
    assert!(!page.contains("http://") && !page.contains("https://"));
}

#[test]
fn base64_of_printed_examples() {
    for (plain, coded) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foobar", "Zm9vYmFy"),
    ] {
        assert_eq!(base64(plain.as_bytes()), coded);
    }
}

#[test]
fn a_study_without_anything_still_has_a_page() {
    let book = codebook(&[]);
    assert!(page_of(&book, &[]).contains("There is no note to count."));
    let book = codebook(&["agency"]);
    let silent = page_of(&book, &[note(0, "", "", "Nothing.", &book)]);
    assert!(silent.contains("No passage counts"));
    assert!(silent.contains("participant unknown"));
}

#[test]
fn many_passages_are_bounded_and_the_rest_is_pointed_to() {
    let book = codebook(&["agency"]);
    let notes: Vec<_> = (0..300)
        .map(|i| note(i, "P1", "ketamine", "She {agency|chose}.", &book))
        .collect();
    let data = data_of(&page_of(&book, &notes));
    assert_eq!(data["cells"][0][3], 300);
    assert_eq!(data["cells"][0][4].as_array().map(Vec::len), Some(200));
    let mut full = Material::bounded(400);
    for i in 0..10 {
        let person = format!("P{i}");
        full.add(&note(i, &person, "ketamine", "She {agency|chose}.", &book).coded());
    }
    assert!(
        full.cells.len() < 10,
        "no further cell once the page is full"
    );
    let kept: u64 = full.cells.values().map(|c| c.total).sum();
    let beyond: u64 = full.beyond.values().sum();
    assert_eq!(kept + beyond, 10, "every passage is counted");
    let mut small = Material::bounded(5_000);
    for note in &notes {
        small.add(&note.coded());
    }
    assert_eq!(small.per_cell, 50);
    assert_eq!(
        small.cells.values().map(|c| c.kept.len()).sum::<usize>(),
        50
    );
}

#[test]
fn many_participants_get_a_table_each() {
    let book = codebook(&["agency"]);
    let notes: Vec<_> = (0..40)
        .map(|i| {
            note(
                i,
                &format!("P{i:02}"),
                "ketamine",
                "She {agency|chose}.",
                &book,
            )
        })
        .collect();
    let page = page_of(&book, &notes);
    assert!(page.contains("<details><summary>P39</summary>"));
}

#[test]
fn a_calm_wording_is_kept() {
    let book = codebook(&["agency"]);
    let page = page_of(
        &book,
        &[note(0, "P1", "ketamine", "She {agency|chose}.", &book)],
    );
    assert!(page.contains("documented in") && !page.contains("experienced by"));
}
