//! What a user would miss of this stage.

use super::*;
use crate::codebook::builtin_identifier_rules;
use crate::deident::{Finder, Known, Pseudonyms};
use crate::model::corpus::Corpus;
use crate::model::fixture::{OwnedNote, codebook, note};
use crate::model::ledger::{LedgerRow, Outcome};
use crate::model::memo::MemoOn;
use crate::quote::{Picker, Rule};
use crate::tally::{Documentation, Sessions};

mod disagreements;
mod names;

/// What tests vary about a page.
#[derive(Default)]
struct Given<'a> {
    memos: &'a [Memo],
    mask: Option<Mask<'a>>,
    agreement: Option<&'a Compared>,
    disagreements: (&'a [Disagreement], usize),
}

fn page_of(book: &Codebook, notes: &[OwnedNote]) -> String {
    page_with(book, notes, &Given::default())
}

/// The page of some notes.
fn page_with(book: &Codebook, notes: &[OwnedNote], given: &Given<'_>) -> String {
    with_given(book, notes, given, page)
}

/// What the page, the figures and the tables of some notes are made from.
pub(super) fn with_data<T>(
    book: &Codebook,
    notes: &[OwnedNote],
    then: impl FnOnce(&ReportData<'_>) -> T,
) -> T {
    with_given(book, notes, &Given::default(), then)
}

fn with_given<T>(
    book: &Codebook,
    notes: &[OwnedNote],
    given: &Given<'_>,
    then: impl FnOnce(&ReportData<'_>) -> T,
) -> T {
    let corpus = Corpus {
        notes: notes.iter().map(|n| n.note.clone()).collect(),
        ..Corpus::default()
    };
    let (mut tally, mut picker) = (Tally::new(book), Picker::new());
    let (mut sessions, mut documentation) = (Sessions::new(&corpus), Documentation::default());
    let mut saturation = Saturation::new(book.codes.len(), &corpus);
    let mut material = Material::new();
    for note in notes {
        let coded = note.coded();
        tally.add(&coded);
        picker.take(Rule::default().quotable(&coded)).expect("kept");
        sessions.add(&coded);
        documentation.add(&coded);
        saturation.add(&coded);
        material.add(&coded);
    }
    sessions.finish();
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
    let order = ["ketamine".to_owned(), "integration".to_owned()];
    then(&ReportData {
        codebook: book,
        characteristics: &Characteristics::default(),
        session_types: &order,
        tally: &tally,
        crosstabs: &[],
        compared: &[],
        sessions: sessions.totals(),
        documentation: &documentation.rows(sessions.totals(), &order),
        saturation: &saturation,
        rule: SaturationRule::default(),
        quotes: &quotes,
        quotes_left: 0,
        mask: given.mask,
        material: &material,
        ledger: &ledger,
        missed: &[],
        memos: given.memos,
        agreement: given.agreement,
        disagreements: given.disagreements,
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
    let text = "Calm.\nToday she {agency|set a limit} with her mother.";
    let data = data_of(&page_of(&book, &[note(0, "P1", "ketamine", text, &book)]));
    let group = &data["about"]["groups"][0];
    assert_eq!(
        (&group["kind"], &group["notes"]),
        (&"all".into(), &1.into())
    );
    let (code, present) = (&group["cells"][0][0], &group["cells"][0][1]);
    assert_eq!((code, present), (&0.into(), &1.into()));
    let passage = &data["cells"][0][4][0];
    assert_eq!((&passage[1], &passage[2]), (&16.into(), &27.into()));
    assert_eq!(passage[3], 2, "its line");
    assert_eq!(passage[4], "Today she ");
    assert_eq!(passage[5], "set a limit");
    assert_eq!(data["about"]["patterns"][0], "agency*");
    let note = &data["about"]["notes"][0];
    assert_eq!(note[0], 1, "its row of notes.csv");
    assert_eq!(data["about"]["sources"][0], "P1/note0.txt");
}

#[test]
fn the_states_of_a_group_add_up_with_what_is_silent() {
    let book = codebook(&["agency"]);
    let notes = [
        note(0, "P1", "ketamine", "She {agency|chose}.", &book),
        note(
            1,
            "P1",
            "ketamine",
            "She never {agency:negated|chose}.",
            &book,
        ),
        note(
            2,
            "P1",
            "ketamine",
            "She hopes to {agency:hypothetical|choose}.",
            &book,
        ),
        note(3, "P1", "ketamine", "Nothing.", &book),
    ];
    let data = data_of(&page_of(&book, &notes));
    let groups = data["about"]["groups"].as_array().expect("groups");
    let own = groups.iter().find(|g| g["kind"] == "participant");
    let own = own.expect("the participant's");
    assert_eq!(own["notes"], 4);
    let cell = own["cells"][0].as_array().expect("a cell");
    assert_eq!(
        serde_json::json!(cell[1..5]),
        serde_json::json!([1, 1, 1, 1])
    );
    // Wilson's interval of one in four.
    assert_eq!(serde_json::json!(cell[6..8]), serde_json::json!([46, 699]));
}

#[test]
fn hostile_notes_are_inert() {
    let book = codebook(&["agency"]);
    let text = "{agency|chose </script><script>alert(1)</script><!-- \u{202e}\u{0}}";
    let mut hostile = note(0, "<img src=x>", "ketamine", text, &book);
    hostile.note.warnings = ["<svg onload=x>".to_owned()].into();
    let memo = Memo {
        on: MemoOn::Study,
        text: "{{ 7 * 7 }}<iframe>".to_owned(),
        author: "<object>".to_owned(),
        date: String::new(),
        row: 2,
    };
    let given = Given {
        memos: &[memo],
        ..Given::default()
    };
    let page = page_with(&book, &[hostile], &given);
    for markup in [
        "<script>alert",
        "<img",
        "<svg onload",
        "<!-- ",
        "\u{0}",
        "<iframe",
        "<object",
    ] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(
        page.contains("{{ 7 * 7 }}&lt;iframe&gt;"),
        "a memo is no template"
    );
    assert_eq!(page.matches("</script>").count(), 2);
    let shown = data_of(&page)["cells"][0][4][0][5].to_string();
    assert!(shown.contains("</script>") && shown.contains('\u{2400}'));
}

#[test]
fn the_policy_admits_our_own_script_only() {
    let book = codebook(&["agency"]);
    let page = page_of(&book, &[]);
    let script = page.rsplit_once("<script>").expect("a script").1;
    let script = script.split_once("</script>").expect("its end").0;
    assert!(page.contains(&format!("script-src '{}'", source_hash(script))));
    let style = page.split_once("<style>").expect("a style").1;
    let style = style.split_once("</style>").expect("its end").0;
    assert!(page.contains(&format!("style-src '{}'", source_hash(style))));
    assert!(!page.contains(" style=") && !page.contains(" onclick="));
    let namespace = "http://www.w3.org/2000/svg";
    let without = page.replace(namespace, "");
    assert!(!without.contains("http://") && !without.contains("https://"));
    for sink in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
    ] {
        assert!(!SCRIPT.contains(sink), "{sink} could run what a note says");
    }
}

#[test]
fn names_and_dates_are_masked_beside_the_notes_too() {
    let rules = builtin_identifier_rules("en")
        .expect("rules")
        .expect("for English");
    let finder = Finder::new(&rules).expect("they compile");
    let known = Known::default();
    let book = codebook(&["agency"]);
    let mut own = note(0, "P1", "ketamine", "She {agency|chose}.", &book);
    own.note.source = "P1/2022-02-08 ketamine.txt".into();
    own.note.warnings = ["the header says March 3, 2021".to_owned()].into();
    let memo = Memo {
        on: MemoOn::Study,
        text: "Ask her husband Mark.".to_owned(),
        author: String::new(),
        date: String::new(),
        row: 2,
    };
    let given = |mask| Given {
        memos: std::slice::from_ref(&memo),
        mask,
        ..Given::default()
    };
    let pseudonyms = Pseudonyms::new(own.note.participant.value.iter(), &finder);
    let mask = Some(Mask {
        finder: &finder,
        known: &known,
        pseudonyms: &pseudonyms,
    });
    let masked = page_with(&book, std::slice::from_ref(&own), &given(mask));
    assert!(!masked.contains("2022-02-08") && !masked.contains("Mark"));
    assert!(!masked.contains("March 3") && masked.contains("P1/date ketamine.txt"));
    let plain = page_with(&book, &[own], &given(None));
    assert!(plain.contains("2022-02-08") && plain.contains("Mark"));
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
    let nothing = data_of(&page_of(&codebook(&[]), &[]));
    assert_eq!(nothing["about"]["groups"], serde_json::json!([]));
    let book = codebook(&["agency"]);
    let page = page_of(&book, &[note(0, "", "", "Nothing.", &book)]);
    assert!(page.contains("unknown participants"));
    let silent = data_of(&page);
    assert_eq!(silent["about"]["people"], serde_json::json!([""]));
    assert_eq!(
        silent["about"]["types"],
        serde_json::json!(["session type unknown"])
    );
    assert_eq!(silent["about"]["groups"][0]["cells"], serde_json::json!([]));
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
    let mut full = Material::bounded(300);
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
fn notes_beyond_the_bound_are_named_only_where_a_passage_is() {
    let book = codebook(&["agency"]);
    let mut material = Material::new();
    material.notes_max = 2;
    for i in 0..5 {
        let text = if i == 4 {
            "She {agency|chose}."
        } else {
            "Nothing."
        };
        material.add(&note(i, "P1", "ketamine", text, &book).coded());
    }
    let rows: Vec<_> = material.notes.iter().map(|n| n.index).collect();
    assert_eq!(rows, [0, 1, 4]);
}

#[test]
fn three_hundred_codes_and_five_hundred_participants_fit() {
    let paths: Vec<String> = (0..300).map(|i| format!("code{i}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let book = codebook(&paths);
    let said = "{code7|a} {code70|b} {code150|c} {code299|d}.";
    let notes: Vec<_> = (0..500)
        .map(|i| note(i, &format!("P{i:03}"), "ketamine", said, &book))
        .collect();
    let page = page_of(&book, &notes);
    let data = data_of(&page);
    assert_eq!(data["about"]["codes"].as_array().map(Vec::len), Some(300));
    assert_eq!(data["about"]["people"].as_array().map(Vec::len), Some(500));
    assert_eq!(data["about"]["groupsLeft"], 0);
    assert!(page.len() < 25 << 20, "{} bytes", page.len());
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
