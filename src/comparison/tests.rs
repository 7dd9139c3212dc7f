//! What a user would miss of a comparison.

use super::*;
use crate::codebook::{diff, load_text};
use std::path::Path;

fn book(patterns: &str, unless: &str, count: &str) -> Codebook {
    // A key without patterns is an error.
    let unless = match unless {
        "" => String::new(),
        unless => format!("    unless: [{unless}]\n"),
    };
    let source = format!(
        "codebook: t\nversion: \"1\"\nlanguage: en\ncodes:\n  - id: agency\n    name: Agency\n    \
         definition: d\n    count: [{count}]\n    patterns: [{patterns}]\n{unless}"
    );
    load_text(&source, Path::new("t.yaml")).unwrap().codebook
}

fn coding(start: usize, end: usize, pattern: &str) -> RecordedCoding {
    RecordedCoding {
        start,
        end,
        code: "agency".to_owned(),
        assertion: "affirmed".to_owned(),
        counted: true,
        pattern: pattern.to_owned(),
        ..RecordedCoding::default()
    }
}

fn run(codings: Vec<RecordedCoding>) -> RunRecord {
    let mut run = RunRecord::default();
    run.texts.insert("n1".to_owned(), 7);
    run.codings.insert("n1".to_owned(), codings);
    run
}

/// `kind start-end why: edit` of each difference.
fn check(before: &RunRecord, after: &RunRecord, old: &Codebook, new: &Codebook) -> Vec<String> {
    let changes = diff::diff(old, new);
    let sides = Sides {
        before,
        after,
        old: Some(old),
        new: Some(new),
        changes: &changes,
        moved: &Moved::default(),
    };
    compare(sides)
        .iter()
        .map(|d| {
            let c = d.coding().unwrap();
            format!(
                "{} {}-{} {}: {}",
                d.kind.as_str(),
                c.start,
                c.end,
                d.cause.why.as_str(),
                d.cause.edit
            )
        })
        .collect()
}

#[test]
fn gained_and_lost_codings_name_the_pattern_that_came_or_went() {
    let (old, new) = (
        book("chose, decided", "", "affirmed"),
        book("chose, insisted", "", "affirmed"),
    );
    let before = run(vec![coding(0, 5, "chose"), coding(10, 17, "decided")]);
    let after = run(vec![coding(0, 5, "chose"), coding(20, 28, "insisted")]);
    assert_eq!(
        check(&before, &after, &old, &new),
        [
            "lost 10-17 pattern: - agency patterns: decided",
            "gained 20-28 pattern: + agency patterns: insisted",
        ]
    );
}

#[test]
fn what_an_unless_takes_away_is_the_unless() {
    let (old, new) = (
        book("chose", "", "affirmed"),
        book("chose", "chose tea", "affirmed"),
    );
    let before = run(vec![coding(0, 5, "chose")]);
    assert_eq!(
        check(&before, &run(vec![]), &old, &new),
        ["lost 0-5 unless: + agency unless: chose tea"]
    );
}

#[test]
fn a_coding_that_no_longer_counts_is_changed() {
    let (old, new) = (
        book("chose", "", "affirmed, historical"),
        book("chose", "", "affirmed"),
    );
    let mut was = coding(0, 5, "chose");
    was.assertion = "historical".to_owned();
    let mut is = was.clone();
    (is.counted, is.why_not) = (false, "assertion".to_owned());
    let found = check(&run(vec![was]), &run(vec![is]), &old, &new);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("changed 0-5 code_key: ~ agency count"),
        "{found:?}"
    );
}

#[test]
fn a_note_that_differs_is_said_before_any_edit() {
    let (old, new) = (
        book("chose", "", "affirmed"),
        book("insisted", "", "affirmed"),
    );
    let before = run(vec![coding(0, 5, "chose")]);
    let mut after = run(vec![]);
    after.texts.insert("n1".to_owned(), 8);
    assert_eq!(
        check(&before, &after, &old, &new),
        ["lost 0-5 note_text: the note's text differs"]
    );
    after.texts.clear();
    assert_eq!(
        check(&before, &after, &old, &new),
        ["lost 0-5 note: only one run has the note"]
    );
}

#[test]
fn runs_that_are_alike_do_not_differ() {
    let same = book("chose", "", "affirmed");
    let one = run(vec![coding(0, 5, "chose")]);
    assert_eq!(
        check(&one, &one.clone(), &same, &same),
        Vec::<String>::new()
    );
}

#[test]
fn another_cue_list_is_named_with_the_cues_that_decided() {
    let same = book("chose", "", "affirmed");
    let mut was = coding(0, 5, "chose");
    (was.assertion, was.cue) = ("negated".to_owned(), "denies".to_owned());
    let (mut before, mut after) = (run(vec![was]), run(vec![coding(0, 5, "chose")]));
    before.rules.insert("context".to_owned(), "a".to_owned());
    after.rules.insert("context".to_owned(), "b".to_owned());
    assert_eq!(
        check(&before, &after, &same, &same),
        ["changed 0-5 rules: context: cue \"denies\" -> none"]
    );
}

#[test]
fn counts_by_code_and_by_cell() {
    let (before, after) = (
        run(vec![coding(0, 5, "chose"), coding(9, 14, "chose")]),
        run(vec![
            coding(0, 5, "chose"),
            coding(9, 14, "chose"),
            coding(20, 25, "chose"),
        ]),
    );
    let mut other = after.clone();
    other
        .codings
        .insert("n2".to_owned(), vec![coding(0, 5, "chose")]);
    let same = book("chose", "", "affirmed");
    let sides = Sides {
        before: &before,
        after: &other,
        old: Some(&same),
        new: Some(&same),
        changes: &[],
        moved: &Moved::default(),
    };
    let differences = compare(sides);
    let effect = &code_effects(&before, &other, &differences)["agency"];
    assert_eq!(
        (effect.gained, effect.counted, effect.notes),
        (2, (2, 4), (1, 2))
    );
    let cells = cell_effects(&before, &other, CellsBy::SessionType);
    assert_eq!((cells[0].notes, cells[0].counted), ((1, 2), (2, 4)));
    assert_eq!(cells[0].participant_id, None);
    // A cell of as many notes, in which more is counted, is another cell.
    let cells = cell_effects(&before, &after, CellsBy::Participant);
    assert_eq!((cells[0].notes, cells[0].counted), ((1, 1), (2, 3)));
    assert!(cells[0].participant_id.is_some());
}
