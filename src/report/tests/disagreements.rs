//! Passages that coders do not agree on, as the page shows them.

use super::*;
use crate::agreement::{CoderSaid, Intervals, SaidMark};
use crate::model::coding::Assertion;

#[test]
fn disagreements_stand_side_by_side_and_the_rest_is_counted() {
    let book = codebook(&["agency"]);
    let said = |coder: &str, marks| CoderSaid {
        coder: coder.to_owned(),
        marks,
    };
    let by_rule = SaidMark {
        start: 4,
        end: 9,
        text: "chose".to_owned(),
        assertion: Assertion::Negated,
        voice: None,
        evidence: "chose, cue \"not\"".to_owned(),
    };
    let one = Disagreement {
        note_id: "n<1>".to_owned(),
        code: "agency".to_owned(),
        start: 4,
        end: 12,
        before: "She ".to_owned(),
        text: "chose it".to_owned(),
        after: ".".to_owned(),
        is_marked_by_all: false,
        said: vec![said("rules", vec![by_rule]), said("EL", Vec::new())],
    };
    let compared = Compared {
        coders: vec!["rules".to_owned(), "EL".to_owned()],
        unit: "note",
        notes: 3,
        intervals: Intervals {
            is_clustered: false,
            is_few: false,
            drawn: "note",
            clusters: 3,
            replicates: 1000,
        },
        is_weighted: false,
        threshold: None,
        codes: Vec::new(),
        whole: None,
        confusion: Vec::new(),
        groups: Vec::new(),
    };
    let given = Given {
        agreement: Some(&compared),
        disagreements: (std::slice::from_ref(&one), 1_200),
        ..Given::default()
    };
    let page = page_with(&book, &[], &given);
    for shown in [
        "1,200 passages, in the order of the notes",
        "1,199 more stand in",
        "<bdi>n&lt;1&gt;</bdi>",
        "<bdi>She <mark>chose it</mark>.</bdi>",
        "negated <small>4 to 9</small> <q><bdi>chose</bdi></q> <code><bdi>chose, cue &quot;not&quot;</bdi></code>",
        "<span class=\"nothing\">nothing</span>",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}
