//! Suggestions from small coded notes.

use super::*;
use crate::model::fixture::{OwnedNote, codebook, note};
use crate::text::Stemmer;

/// Six notes with the code in sentences on a garden, and some others.
fn notes() -> Vec<OwnedNote> {
    let book = codebook(&["agency", "rest"]);
    let mut texts = vec![
        "She {agency|chose} roses for her garden. Dosed at nine. Slept.",
        "He {agency|chose} the garden gate. Vitals were stable. Slept.",
        "They {agency|decided} on a garden. Dosed at ten.",
        "We {agency|chose} the gardens. Vitals stable again.",
        "She {agency|decided} to plant a garden now. Slept well.",
        "She {agency|chose} a garden {agency|decided}. Dosed.",
        "She {agency|chose} tea. No {agency:negated|choice} in the garden.",
        "Her garden grows by itself. Dosed at one. Vitals stable.",
        "Dosed at two, vitals stable, slept for an hour. The garden, late.",
    ];
    texts.extend([
        "She {agency|chose} a garden. Dosed.",
        "He {agency|chose} his garden. Dosed.",
        "We {agency|decided} on the garden. Dosed.",
        "They {agency|decided} to keep a garden. Dosed.",
    ]);
    texts.extend(["Dosed at three. Vitals stable. Slept for some time."; 12]);
    let texts = texts.into_iter().enumerate();
    texts
        .map(|(i, text)| note(i, "P01", "ketamine", text, &book))
        .collect()
}

fn suggested(notes: &[OwnedNote]) -> (Suggestions, (usize, u64)) {
    let stemmer = Stemmer::new("en");
    let of = [true, false];
    let said = Said::default();
    let mut learner = Learner::default();
    for note in notes {
        let sentences = CodedSentences::of(&note.coded(), &of, &said, (&stemmer, 1));
        learner.take(sentences);
    }
    let (learnt, classifier) = learner.finish();
    let by = Knowledge {
        learnt: &learnt,
        classifier: &classifier.expect("enough sentences"),
        stemmer: &stemmer,
    };
    let mut ranker = Ranker::new(by);
    for note in notes {
        ranker.take(OtherSentences::of(&note.coded(), &of, &said, by));
    }
    (ranker.finish(10, 10), learnt.coded())
}

#[test]
fn sentences_that_share_the_code_s_words_come_first() {
    let notes = notes();
    let (found, coded) = suggested(&notes);
    assert_eq!(coded, (11, 11));
    let text = |r: &Ranked| r.span.slice(&notes[r.note].text);
    let first: Vec<&str> = found.sentences.iter().map(text).take(2).collect();
    assert!(first.contains(&"Her garden grows by itself."), "{first:?}");
    assert!(first.contains(&"The garden, late."), "{first:?}");
    assert!(found.sentences.is_sorted_by(|a, b| a.score >= b.score));
    assert!(found.sentences[0].terms.contains(&"garden".to_owned()));
    // What the rules know, counted or not, is not suggested.
    let known = |r: &&Ranked| text(r).contains("choice") || text(r).contains("chose");
    assert_eq!(found.sentences.iter().find(known), None);
}

#[test]
fn words_beside_the_passages_are_candidates_and_the_passages_own_are_not() {
    let notes = notes();
    let (found, _) = suggested(&notes);
    let garden = found
        .terms
        .iter()
        .find(|t| t.term == "garden")
        .expect("garden");
    assert_eq!((garden.contrast.inside, garden.contrast.outside), (10, 2));
    assert!(garden.contrast.log_ratio() > 1.0 && garden.contrast.g2() >= G2_MIN);
    assert_eq!(garden.elsewhere.len(), 2);
    assert_eq!(garden.inside[0].0, 0);
    assert!(
        found
            .terms
            .iter()
            .all(|t| t.term != "chose" && t.term != "dosed")
    );
    // The passages' own words are told apart from all other text.
    let own: Vec<&str> = found
        .passage_terms
        .iter()
        .map(|(t, _)| t.as_str())
        .collect();
    assert!(!own.contains(&"garden") && !own.is_empty(), "{own:?}");
    for (term, contrast) in &found.passage_terms {
        assert!(
            contrast.g2() >= G2_MIN && contrast.log_ratio() > 0.0,
            "{term}"
        );
        assert!(contrast.inside > 0 && contrast.inside <= contrast.inside_all);
    }
}

#[test]
fn a_copied_or_duplicate_note_suggests_nothing() {
    let mut notes = notes();
    notes[7].note.duplicate_of = Some(crate::model::corpus::NoteId::new("n000"));
    let (found, _) = suggested(&notes);
    assert!(found.sentences.iter().all(|r| r.note != 7));
}

#[test]
fn a_person_s_word_goes_before_the_rules_and_two_who_differ_settle_nothing() {
    let book = codebook(&["agency", "rest"]);
    let text = "She {agency|chose} tea and {agency|decided}. Calm. Slept. Dosed.";
    let note = note(0, "P01", "ketamine", text, &book);
    let span = |words: &str| {
        let start = note.text.find(words).expect("the words");
        Span::new(start, start + words.len())
    };
    let standing = |yes: &[&str], no: &[&str]| {
        let spans = |words: &[&str]| words.iter().map(|w| span(w)).collect();
        let said = Said {
            yes: spans(yes),
            no: spans(no),
            beside: spans(&["Slept"]),
        };
        standings(&note.coded(), &[true, false], &said)
    };
    let coded = |is_sure| Standing::Coded { is_sure };
    let all = standing(&["Calm"], &["Dosed"]);
    let rest = [Standing::Known, Standing::Uncounted, Standing::Refused];
    assert_eq!(all, [&[coded(false)], &rest[..]].concat());
    let first = |yes: &[&str], no: &[&str]| standing(yes, no)[0];
    let sentence = "She chose tea and decided.";
    assert_eq!(first(&[sentence], &[]), coded(true));
    assert_eq!(first(&[], &[sentence]), Standing::Refused);
    assert_eq!(first(&[sentence], &[sentence]), coded(false));
    // One of its passages is refused, and the other still carries the code.
    assert_eq!(first(&[], &["chose"]), coded(false));
    assert_eq!(standing(&["Calm"], &["Calm"])[1], Standing::Uncounted);
}
