//! What a user would miss of this stage.

use proptest::prelude::*;

use super::*;
use crate::model::codebook::Codebook;
use crate::model::coding::WhyNot;
use crate::model::corpus::NoteId;
use crate::model::fixture::{OwnedNote, codebook, note};
use crate::model::layout::{CopiedSpan, CopyKind};

const CODES: [&str; 5] = [
    "agency",
    "coping",
    "coping/self_care",
    "coming_home",
    "nausea",
];

fn tally(book: &Codebook, notes: &[OwnedNote]) -> Tally {
    let mut tally = Tally::new(book);
    for note in notes {
        tally.add(&note.coded());
    }
    tally
}

/// `group participant session_type code: notes/words present/absent/silent/mentioned codings`, for
/// the rows of codes that are not silent throughout.
fn rows(book: &Codebook, notes: &[OwnedNote]) -> Vec<String> {
    let tally = tally(book, notes);
    let order = ["ketamine".to_owned(), "integration".to_owned()];
    let mut lines = Vec::new();
    for group in tally.frequencies().groups(&order) {
        for code in book.indices() {
            let row = group.row(code);
            assert_eq!(
                row.counts.present + row.counts.absent + row.silent + row.counts.mentioned_only,
                row.notes
            );
            if row.silent < row.notes {
                lines.push(format!(
                    "{} {} {} {}: {}/{} {}/{}/{}/{} {}",
                    row.kind.as_str(),
                    row.kind.participant().map_or("-", |p| p.as_str()),
                    row.kind.session_type().unwrap_or("-"),
                    book.code(code).path,
                    row.notes,
                    row.words,
                    row.counts.present,
                    row.counts.absent,
                    row.silent,
                    row.counts.mentioned_only,
                    row.counts.codings
                ));
            }
        }
    }
    lines
}

fn all(lines: &[String]) -> Vec<&str> {
    let of_all = lines.iter().filter_map(|l| l.strip_prefix("all - - "));
    of_all.collect()
}

#[test]
fn the_states_are_kept_apart() {
    let book = codebook(&CODES);
    let notes = [
        note(
            0,
            "P1",
            "ketamine",
            "She {agency|decided}. No {nausea:negated|sickness}.",
            &book,
        ),
        note(
            1,
            "P1",
            "ketamine",
            "Had {nausea:historical|nausea} in 2019.",
            &book,
        ),
        note(2, "P1", "ketamine", "Nothing to add.", &book),
        note(
            3,
            "P1",
            "ketamine",
            "{nausea|Nausea}, then no {nausea:negated|nausea}.",
            &book,
        ),
    ];
    assert_eq!(
        all(&rows(&book, &notes)),
        ["agency: 4/15 1/0/3/0 1", "nausea: 4/15 1/1/1/1 1"]
    );
}

#[test]
fn a_parent_counts_its_children_and_overlaps_once() {
    let book = codebook(&CODES);
    let mut once = note(0, "P1", "ketamine", "She {coping|rests} when tired.", &book);
    let mut inside = once.codings[0].clone();
    inside.code = book.find("coping/self_care").expect("a code");
    once.codings.push(inside);
    let denied = note(
        1,
        "P1",
        "ketamine",
        "No {coping/self_care:negated|rest}.",
        &book,
    );
    assert_eq!(
        all(&rows(&book, &[once, denied])),
        ["coping: 2/6 1/0/0/1 1", "coping/self_care: 2/6 1/1/0/0 1"]
    );
}

#[test]
fn duplicates_and_copied_text_are_left_out() {
    let book = codebook(&CODES);
    let mut copied = note(
        0,
        "P1",
        "ketamine",
        "No {nausea:negated|nausea}. {agency|Chose} it.",
        &book,
    );
    let span = copied.layout.sentences[0].span;
    copied.layout.copied.push(CopiedSpan {
        span,
        from: NoteId::new("n0"),
        kind: CopyKind::Forward,
    });
    copied.codings[0].copied = Some(0);
    copied.codings[0].why_not = Some(WhyNot::Copied);
    copied.parts[0].copied.words = 2;
    let mut duplicate = note(1, "P1", "ketamine", "{agency|Chose} it.", &book);
    duplicate.note.duplicate_of = Some(NoteId::new("n000"));
    duplicate.codings[0].why_not = Some(WhyNot::DuplicateNote);
    assert_eq!(
        all(&rows(&book, &[copied, duplicate])),
        ["agency: 1/2 1/0/0/0 1", "nausea: 1/2 0/0/0/1 0"]
    );
}

#[test]
fn what_a_person_rejected_says_nothing() {
    let book = codebook(&CODES);
    let mut rejected = note(0, "P1", "ketamine", "No {nausea:negated|nausea}.", &book);
    rejected.codings[0].why_not = Some(WhyNot::Rejected);
    assert_eq!(all(&rows(&book, &[rejected])), Vec::<&str>::new());
}

#[test]
fn a_note_of_two_session_types_is_a_note_of_each() {
    let book = codebook(&CODES);
    let two = note(
        0,
        "P1",
        "ketamine",
        "She {coming_home|came home}.\n## integration: {agency|decides} now, {coming_home|home}.",
        &book,
    );
    assert_eq!(
        rows(&book, &[two]),
        [
            "all - - agency: 1/7 1/0/0/0 1",
            "all - - coming_home: 1/7 1/0/0/0 2",
            "participant P1 - agency: 1/7 1/0/0/0 1",
            "participant P1 - coming_home: 1/7 1/0/0/0 2",
            "session_type - ketamine coming_home: 1/3 1/0/0/0 1",
            "session_type - integration agency: 1/4 1/0/0/0 1",
            "session_type - integration coming_home: 1/4 1/0/0/0 1",
            "participant_session_type P1 ketamine coming_home: 1/3 1/0/0/0 1",
            "participant_session_type P1 integration agency: 1/4 1/0/0/0 1",
            "participant_session_type P1 integration coming_home: 1/4 1/0/0/0 1",
        ]
    );
}

#[test]
fn the_first_section_names_the_type_that_nothing_else_says() {
    let book = codebook(&CODES);
    let untyped = note(0, "", "", "## integration: {agency|decides} now.", &book);
    assert_eq!(untyped.coded().own_session_type(), "integration");
    let lines = rows(&book, &[untyped]);
    assert!(lines.contains(&"session_type - integration agency: 1/3 1/0/0/0 1".to_owned()));
}

#[test]
fn every_group_with_notes_has_a_row_for_every_code() {
    let book = codebook(&CODES);
    let notes = [
        note(0, "P1", "ketamine", "Well.", &book),
        note(1, "", "", "Well.", &book),
    ];
    let tally = tally(&book, &notes);
    let groups: Vec<_> = tally.frequencies().groups(&[]).collect();
    let kinds: Vec<_> = groups.iter().map(|g| g.kind).collect();
    assert_eq!(kinds.len(), 1 + 2 + 2 + 2);
    assert_eq!(kinds[2], GroupKind::Participant(None));
    assert_eq!(kinds[4], GroupKind::SessionType("unknown"));
}

fn interval_of(participants: usize, texts: &[&str]) -> FrequencyRow<'static> {
    let book = codebook(&CODES);
    let notes: Vec<_> = (0..participants)
        .map(|i| {
            note(
                i,
                &format!("P{i}"),
                "ketamine",
                texts[i % texts.len()],
                &book,
            )
        })
        .collect();
    let tally = Box::leak(Box::new(tally(&book, &notes)));
    let all = tally.frequencies().groups(&[]).next().expect("a group");
    all.row(book.find("agency").expect("a code"))
}

#[test]
fn pooled_intervals_rest_on_participants() {
    let texts = ["She {agency|chose}.", "She did not say a word."];
    let few = interval_of(4, &texts);
    assert_eq!(few.interval, IntervalKind::NoneFewParticipants);
    assert_eq!((few.participants, few.participants_present), (4, 2));
    assert_eq!(few.share_interval, None);
    let enough = interval_of(6, &texts);
    assert_eq!(enough.interval, IntervalKind::Cluster);
    assert!(
        enough
            .share_interval
            .is_some_and(|i| i.low < 0.5 && i.high > 0.5)
    );
    let alike = interval_of(6, &["Nothing."]);
    assert_eq!(alike.interval, IntervalKind::NoneNoVariation);
    assert_eq!((alike.share, alike.share_interval), (Some(0.0), None));
}

#[test]
fn codes_stand_together_in_sentences_and_notes() {
    let book = codebook(&CODES);
    let notes = [
        note(
            0,
            "P1",
            "ketamine",
            "{agency|Chose} {coping/self_care|rest}. {coming_home|Home}.",
            &book,
        ),
        note(
            1,
            "P1",
            "ketamine",
            "{agency|Chose}. No {coming_home:negated|home}.",
            &book,
        ),
    ];
    let tally = tally(&book, &notes);
    let rows = tally.cooccurrence().rows(&book);
    let find = |a: &str, b: &str, unit| {
        let path = |c| book.code(c).path.as_str();
        let same =
            |r: &&CooccurrenceRow| path(r.code_a) == a && path(r.code_b) == b && r.unit == unit;
        rows.iter()
            .find(same)
            .map(|r| (r.pair.a, r.pair.b, r.pair.both, r.pair.units))
    };
    assert_eq!(find("agency", "coping", Unit::Sentence), Some((2, 1, 1, 4)));
    assert_eq!(
        find("agency", "coming_home", Unit::Sentence),
        Some((2, 1, 0, 4))
    );
    assert_eq!(
        find("agency", "coming_home", Unit::Note),
        Some((2, 1, 1, 2))
    );
    assert_eq!(find("coping", "coping/self_care", Unit::Note), None);
}

#[test]
fn a_crosstab_takes_columns_of_notes_and_participants() {
    let book = codebook(&CODES);
    let mut home = note(0, "P1", "ketamine", "She {agency|chose}.", &book);
    home.note.setting = "home".into();
    let clinic = note(1, "P1", "ketamine", "She waited.", &book);
    let mut crosstab = Crosstab::new(&book, vec!["setting".to_owned(), "session_type".to_owned()]);
    crosstab.add(&home.coded(), About::default());
    crosstab.add(&clinic.coded(), About::default());
    let values: Vec<_> = crosstab.groups().iter().map(|g| g.0.join("|")).collect();
    assert_eq!(values, ["|ketamine", "home|ketamine"]);
}

#[test]
fn phases_and_session_types_stand_in_the_studys_order() {
    let book = codebook(&CODES);
    let columns = vec!["phase".to_owned(), "session_type".to_owned()];
    let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let mut crosstab = Crosstab::new(&book, columns).in_order_of(
        &names(&["run-in", "acute", "later"]),
        &names(&["ketamine", "follow_up"]),
    );
    let notes = [
        ("acute", "follow_up"),
        ("acute", "ketamine"),
        ("run-in", "other"),
        ("later", "a type of its own"),
        ("", "ketamine"),
        ("run-in", "follow_up"),
    ];
    for (phase, session_type) in notes {
        let about = About {
            phase: Some(phase),
            ..About::default()
        };
        crosstab.add(
            &note(0, "P1", session_type, "She waited.", &book).coded(),
            about,
        );
    }
    let values: Vec<_> = crosstab.groups().iter().map(|g| g.0.join("|")).collect();
    let expected = [
        "|ketamine",
        "run-in|follow_up",
        "run-in|other",
        "acute|ketamine",
        "acute|follow_up",
        "later|a type of its own",
    ];
    assert_eq!(values, expected);
}

const TEXTS: [&str; 5] = [
    "She {agency|chose} {coping/self_care|rest}. {coming_home|Home}.",
    "No {nausea:negated|sickness}.",
    "## integration: {coping|copes} \"much better than before\".",
    "Perhaps {nausea:uncertain|queasy}. {nausea|Sick} later.",
    "Nothing.",
];

proptest! {
    #[test]
    fn partial_tallies_merge_to_one_pass_in_any_order(
        drawn in prop::collection::vec((0..3usize, 0..3usize, 0..TEXTS.len(), 0..3usize), 0..24)
    ) {
        let book = codebook(&CODES);
        let people = ["P1", "P2", ""];
        let types = ["ketamine", "integration", ""];
        let notes: Vec<_> = drawn
            .iter()
            .enumerate()
            .map(|(i, &(who, kind, text, _))| note(i, people[who], types[kind], TEXTS[text], &book))
            .collect();
        let whole = tally(&book, &notes);
        let mut merged = Tally::new(&book);
        for shard in [2, 0, 1] {
            let mut part = Tally::new(&book);
            for (note, _) in notes.iter().zip(&drawn).filter(|(_, d)| d.3 == shard) {
                part.add(&note.coded());
            }
            merged.merge(part);
        }
        // A sum does not know which rows were allocated, so rows are compared.
        let order = [];
        let book_rows = |t: &Tally| {
            let groups: Vec<_> = t.frequencies().groups(&order).collect();
            let rows = groups.iter().flat_map(|g| book.indices().map(|c| format!("{:?}", g.row(c))));
            rows.collect::<Vec<_>>()
        };
        prop_assert_eq!(book_rows(&whole), book_rows(&merged));
        prop_assert_eq!(whole.cooccurrence().rows(&book), merged.cooccurrence().rows(&book));
    }
}
