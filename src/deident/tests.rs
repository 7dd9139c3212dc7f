//! What a user would miss of this stage.

use std::sync::LazyLock;

use super::*;
use proptest::prelude::*;

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    let rules = crate::codebook::builtin_identifier_rules("en")
        .expect("English rules")
        .expect("they load");
    Finder::new(&rules).expect("they compile")
});

fn finder() -> &'static Finder {
    &FINDER
}

fn masked(text: &str) -> String {
    mask(text, &finder().find(text, &Known::default()))
}

#[test]
fn names_are_told_by_title_relation_and_repetition() {
    assert_eq!(
        masked("Her husband Will came with Dr. Trask. Will she rest? She says Will helps."),
        "Her husband [name] came with Dr. [name]. Will she rest? She says [name] helps."
    );
}

#[test]
fn what_is_no_identifier_stands() {
    for text in [
        "Pain 10/10, BP 120/80, took 0.5 mg for 2 weeks; may march on.",
        "Parkinson's disease ruled out; Beck Depression Inventory 14, Edinburgh 9.",
        "She may rest. Will follow up in 2 weeks. Mark the date.",
        "Ketamine 75 mg IM, Zoloft 50 mg, room 3, 90 minutes, HR 92.",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn the_tables_of_the_study_are_believed() {
    let mut known = Known::default();
    known.add("K.T.");
    known.add("Okonjo-Ravensdale, Tinuviel");
    known.add("P01");
    let text = "KT here. Saw tinuviel; Tinuviel slept. P01 well, K.T. left.";
    let found = finder().find(text, &known);
    assert_eq!(
        mask(text, &found),
        "[name] here. Saw tinuviel; [name] slept. P01 well, [name] left."
    );
}

#[test]
fn hostile_runs_end() {
    for piece in [
        "1/2 ",
        "3/8 3/9, ",
        "Dr. ",
        "A.",
        "((((",
        "her husband ",
        "-",
        "1-",
        "Smith, ",
    ] {
        let text = piece.repeat(20_000);
        let found = finder().find(&text, &Known::default());
        assert!(mask(&text, &found).len() < 20 * text.len());
    }
    assert_eq!(
        masked("Seen on 3/8, 3/9, 3/10."),
        "Seen on [date], [date], [date]."
    );
}

#[test]
fn a_name_told_in_one_note_is_masked_in_the_participant_s_others() {
    let (finder, mut known) = (finder(), Known::default());
    let (hers, other) = (ParticipantId::new("P1"), ParticipantId::new("P2"));
    let told = "Her daughter Tamsyn was there. Grace, her sister, was not.";
    known.learn(&hers, finder.names_in(told, &known));
    let text = "This morning Tamsyn was yelling. Grace and acceptance.";
    let names = |of: &ParticipantId| -> Vec<String> {
        let found = finder.find_in((text, &Words::new(text)), &known, Some(of));
        let names = found.iter().map(|i| i.span.slice(text).to_owned());
        names.filter(|name| name == "Tamsyn").collect()
    };
    assert_eq!(names(&hers), ["Tamsyn"]);
    assert!(names(&other).is_empty());
    assert!(!finder.names_in(told, &known).contains("grace"));
}

#[test]
fn a_cut_identifier_is_masked_whole() {
    let text = "with Maria Lopez today";
    let found = finder().find(text, &Known::default());
    assert_eq!(mask_inside(text, Span::new(0, 8), &found), "with [name]");
}

proptest! {
    #[test]
    fn findings_are_in_order_inside_and_apart(
        text in "([A-Z][a-z]{0,5}|Dr|Mark|March|[0-9]{1,4}|\\PC|[ .,:/()'\n-]|her husband| Seattle, WA 98101| a@b.co){0,25}"
    ) {
        let found = finder().find(&text, &Known::default());
        let mut last = 0;
        for identifier in &found {
            let span = identifier.span;
            prop_assert!(span.start >= last && span.start < span.end && span.end <= text.len());
            prop_assert!(text.get(span.start..span.end).is_some());
            last = span.end;
        }
    }
}
