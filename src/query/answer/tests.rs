//! Questions asked of small coded notes.

use proptest::prelude::*;

use super::*;
use crate::model::fixture::{codebook, note};
use crate::query::{Cell, CodeName, Vocabulary, parse};

const CODES: &[&str] = &["agency", "coping", "coping/self_care", "rest"];

fn vocabulary() -> Vocabulary {
    let name = |path: &&str| CodeName {
        path: (*path).to_owned(),
        name: String::new(),
    };
    Vocabulary {
        codes: CODES.iter().map(name).collect(),
        ..Vocabulary::default()
    }
}

/// Participant, session type, date, text with its codings marked.
type Row<'a> = (&'a str, &'a str, &'a str, &'a str);

fn facts(rows: &[Row<'_>]) -> Vec<NoteFacts> {
    let book = codebook(CODES);
    let rows = rows.iter().enumerate();
    rows.map(|(i, (participant, session_type, date, text))| {
        let mut owned = note(i, participant, session_type, text, &book);
        owned.note.date.value = date.parse().ok();
        NoteFacts::new(&owned.coded())
    })
    .collect()
}

fn ask(source: &str, notes: &[NoteFacts], counting: Counting) -> Answer {
    let question = parse(source, &vocabulary()).unwrap_or_else(|d| panic!("{d}"));
    let mut asker = Asker::new(&question, counting);
    for note in notes {
        asker.take(note.clone());
    }
    asker.finish()
}

fn texts(answer: &Answer) -> Vec<&str> {
    answer.passages.iter().map(|p| p.text.as_str()).collect()
}

const ROWS: &[Row<'_>] = &[
    (
        "P01",
        "ketamine",
        "2021-03-01",
        "She {agency|chose} to stay. Quiet. Later {coping|breathed} slowly.\n\nShe {agency|decided} to go.",
    ),
    (
        "P01",
        "ketamine",
        "2021-03-01",
        "Slept, then {coping/self_care:affirmed:quote|took a bath}. {agency:negated|No choice}.",
    ),
    (
        "P02",
        "",
        "",
        "{rest|Rested} and {coping|coped} and {rest|rested}.",
    ),
];

fn check(source: &str, expected: &[&str]) {
    let answer = ask(source, &facts(ROWS), Counting::Counted);
    assert_eq!(texts(&answer), expected, "{source}");
}

#[test]
fn a_code_stands_for_its_subtree() {
    check("coping", &["breathed", "took a bath", "coped"]);
    check("=coping", &["breathed", "coped"]);
    check("self_care or rest", &["took a bath", "Rested", "rested"]);
}

#[test]
fn a_window_joins_what_stands_near() {
    check(
        "agency and coping within 1 sentence",
        &["breathed slowly.\n\nShe decided"],
    );
    check(
        "agency and coping within 2 sentences",
        &["chose to stay. Quiet. Later breathed slowly.\n\nShe decided"],
    );
    check(
        "agency and coping within 2 words",
        &["breathed slowly.\n\nShe decided"],
    );
    check("agency and coping within 1 word", &[]);
    check(
        "agency and coping in the same paragraph",
        &["chose to stay. Quiet. Later breathed"],
    );
    check("agency and not coping within 1 sentence", &["chose"]);
    check("agency and not coping within 2 sentences", &[]);
}

#[test]
fn what_follows_and_what_overlaps() {
    check(
        "coping followed by agency",
        &["breathed slowly.\n\nShe decided"],
    );
    check("coping not followed by agency", &["took a bath", "coped"]);
    check("agency followed by coping within 1 sentence", &[]);
    check(
        "rest followed by coping followed by rest",
        &["Rested and coped and rested"],
    );
    check(
        "coping overlapping sentence",
        &[
            "Later breathed slowly.",
            "Slept, then took a bath.",
            "Rested and coped and rested.",
        ],
    );
    check(
        "sentence not overlapping any where session_type = unknown",
        &[],
    );
}

#[test]
fn a_note_and_a_session_leave_passages_as_they_are() {
    check("agency and coping", &["chose", "breathed", "decided"]);
    check("agency and self_care in the same note", &[]);
    check(
        "agency and self_care in the same session",
        &["chose", "decided", "took a bath"],
    );
    check("rest and not agency", &["Rested", "rested"]);
    let answer = ask("note and not agency", &facts(ROWS), Counting::Counted);
    assert_eq!(answer.passages.len(), 2);
}

#[test]
fn filters_say_of_which_passages_it_speaks() {
    check("any where voice = quote", &["took a bath"]);
    check("agency where assertion = negated", &["No choice"]);
    check("coping where participant = p02 or P03", &["coped"]);
    check(
        "coping where participant != P02",
        &["breathed", "took a bath"],
    );
    check("coping where date >= 2021-03-02", &[]);
    check("coping where date = 2021-03", &["breathed", "took a bath"]);
    check(
        "(agency where assertion = negated) and coping within 1 sentence",
        &["took a bath. No choice"],
    );
    let any = ask("agency", &facts(ROWS), Counting::AnyAssertion);
    assert_eq!(texts(&any), ["chose", "decided", "No choice"]);
}

#[test]
fn counts_open_to_passages_and_name_their_notes() {
    let answer = ask("coping", &facts(ROWS), Counting::Counted);
    let cell = |passages, notes, of_notes| Cell {
        passages,
        notes,
        of_notes,
    };
    assert_eq!(answer.counts.cell(None, None), cell(3, 3, 3));
    assert_eq!(
        answer.counts.cell(Some("P01"), Some("ketamine")),
        cell(2, 2, 2)
    );
    assert_eq!(
        answer.counts.cell(Some("P02"), Some("unknown")),
        cell(1, 1, 1)
    );
    let passage = &answer.passages[1];
    assert_eq!(
        (passage.before.as_str(), passage.after.as_str()),
        ("Slept, then ", ".")
    );
    assert_eq!(passage.codings[0].code, "coping/self_care");
}

/// Notes of random codings among random words.
fn any_note() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => Just("word "),
        1 => Just("end. "),
        1 => Just("{agency|a} "),
        1 => Just("{coping|c d} "),
        1 => Just("{rest|r} "),
        1 => Just(".\n\n"),
    ];
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

/// The characters that an answer covers.
fn covered(answer: &Answer) -> Vec<usize> {
    let mut all: Vec<usize> = answer
        .passages
        .iter()
        .flat_map(|p| p.start..p.end)
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

proptest! {
    #[test]
    fn windows_grow_are_symmetric_and_have_a_complement(
        text in any_note(), n in 0u32..5, unit in prop::sample::select(vec!["words", "sentences", "paragraphs"])
    ) {
        let notes = facts(&[("P01", "ketamine", "", &text)]);
        let ask = |source: String| ask(&source, &notes, Counting::Counted);
        let (small, large) = (
            ask(format!("agency and coping within {n} {unit}")),
            ask(format!("agency and coping within {} {unit}", n + 1)),
        );
        let wide = covered(&large);
        prop_assert!(covered(&small).iter().all(|at| wide.contains(at)));
        prop_assert_eq!(&small, &ask(format!("coping and agency within {n} {unit}")));
        let three = ask(format!("agency and coping and rest within {n} {unit}"));
        prop_assert_eq!(&three, &ask(format!("rest and agency and coping within {n} {unit}")));

        // Each passage either has one near, and lies in a stretch, or has none.
        let alone = ask(format!("agency and not coping within {n} {unit}"));
        let stretches = covered(&small);
        let all = ask("agency".to_owned());
        for passage in &all.passages {
            let inside = stretches.contains(&passage.start);
            let outside = alone.passages.contains(passage);
            prop_assert!(inside || outside);
        }
        let near: u64 = all.passages.len() as u64 - alone.passages.len() as u64;
        prop_assert_eq!(near == 0, small.passages.is_empty());

        let followed = ask(format!("agency followed by coping within {n} {unit}"));
        let not = ask(format!("agency not followed by coping within {n} {unit}"));
        prop_assert_eq!(followed.passages.is_empty(), not.passages == all.passages);
        prop_assert!(covered(&followed).iter().all(|at| stretches.contains(at)));
    }

    #[test]
    fn stretches_hold_what_a_slow_search_holds(text in any_note(), n in 0u32..6) {
        let notes = facts(&[("P01", "ketamine", "", &text)]);
        let found = ask(&format!("agency and coping and rest within {n} words"), &notes, Counting::Counted);
        let of = |code: usize| notes[0].codings.iter().filter(move |c| c.code == code).map(|c| c.place);
        let near = |a: crate::query::Place, b: crate::query::Place| {
            let (first, last) = if a.span.start <= b.span.start { (a, b) } else { (b, a) };
            last.words.start.saturating_sub(first.words.end) <= n
        };
        let points = CodePoints::new(&notes[0].text);
        let mut slow = Vec::new();
        for a in of(0) {
            for c in of(1) {
                for r in of(3) {
                    if near(a, c) && near(c, r) && near(a, r) {
                        let (start, end) = points.pair(a.union(c).union(r).span);
                        slow.extend(start..end);
                    }
                }
            }
        }
        slow.sort_unstable();
        slow.dedup();
        prop_assert_eq!(covered(&found), slow);
    }
}
