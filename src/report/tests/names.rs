//! Ids that are names, in what leaves the house.

use super::*;

#[test]
fn an_id_that_is_a_name_stands_nowhere_in_what_leaves_the_house() {
    let book = codebook(&["agency"]);
    let mut named = note(
        0,
        "Ortega, Dana",
        "ketamine",
        "She {agency|chose} it.",
        &book,
    );
    named.note.source = "Ortega, Dana/day 1.txt".into();
    named.note.day = Some(0);
    let other = note(
        1,
        "Ruiz, Leo (KAP-07)",
        "ketamine",
        "He {agency|chose}.",
        &book,
    );
    let notes = [named, other];
    let rules = builtin_identifier_rules("en")
        .expect("valid")
        .expect("English");
    let finder = Finder::new(&rules).expect("valid");
    let mut known = Known::default();
    let people = notes
        .iter()
        .filter_map(|n| n.note.participant.value.as_ref());
    people.clone().for_each(|id| known.add(id.as_str()));
    let pseudonyms = Pseudonyms::new(people, &finder);
    let given = Given {
        mask: Some(Mask {
            finder: &finder,
            known: &known,
            pseudonyms: &pseudonyms,
        }),
        ..Given::default()
    };
    let dir = tempfile::tempdir().expect("a folder");
    with_given(&book, &notes, &given, |data| write(dir.path(), data)).expect("written");
    for file in [
        "report.html",
        "methods.md",
        "figures/timelines.svg",
        "figures/documentation.svg",
    ] {
        let text = fs::read_to_string(dir.path().join(file)).unwrap_or_default();
        for name in ["Ortega", "Dana", "Ruiz", "Leo"] {
            assert!(!text.contains(name), "{name} stands in {file}");
        }
    }
    let page = fs::read_to_string(dir.path().join("report.html")).expect("a page");
    assert_eq!(
        data_of(&page)["about"]["people"],
        serde_json::json!(["P1", "KAP-07"])
    );
}
