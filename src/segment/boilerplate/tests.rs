//! What is a template's text, and what only looks like it.

use super::*;
use crate::model::corpus::{Basis, Fields, ParticipantId, Sourced};
use crate::model::headings::SectionRules;

fn note(id: usize, participant: &str, author: &str) -> Note {
    Note {
        id: NoteId::new(id.to_string()),
        source: "".into(),
        locator: "".into(),
        participant: Sourced::from(ParticipantId::new(participant), Basis::Column),
        date: Sourced::unknown(),
        day: None,
        session_type: Sourced::unknown(),
        setting: "".into(),
        author: author.into(),
        fields: Fields::default(),
        turns: [].into(),
        duplicate_of: None,
        not_held: false,
        warnings: [].into(),
    }
}

fn rules() -> SectionRules {
    crate::codebook::builtin_section_rules("en")
        .expect("English")
        .expect("no findings")
}

/// A template's spans in each note: note, the note where they first stand, words.
fn templates(notes: &[(&str, &str, String)]) -> Vec<(usize, String, String)> {
    let rules = rules();
    let all: Vec<Note> = (0..)
        .zip(notes)
        .map(|(id, (participant, author, _))| note(id, participant, author))
        .collect();
    let Some(mut count) = BoilerplateCount::new(&rules, &all, 10_000) else {
        return Vec::new();
    };
    for (note, (.., text)) in all.iter().zip(notes) {
        count.add(note, &count.rows(text));
    }
    let boilerplate = count.finish();
    let mut places = TemplatePlaces::default();
    let mut shown = Vec::new();
    for (at, (note, (.., text))) in all.iter().zip(notes).enumerate() {
        let mut layout = crate::segment::layout(text, &rules, &[]);
        places.link(note, &boilerplate.find(note, text, &layout), &mut layout);
        let spans = layout.copied.iter();
        shown.extend(spans.map(|c| (at, c.from.to_string(), c.span.slice(text).to_owned())));
    }
    shown
}

/// What a clinic pastes into its notes.
const PASTED: &str = "Risks, benefits and alternatives of ketamine were gone through with NAME on 3/1, \
    among them nausea, dizziness and raised blood pressure. All questions were answered to NAME's \
    satisfaction.";

fn pasted(name: &str, before: &str, after: &str) -> String {
    format!("{before}{}{after}", PASTED.replace("NAME", name))
}

#[test]
fn what_three_participants_share_is_a_templates_text_from_its_first_note_on() {
    let notes = [
        (
            "P1",
            "KL",
            pasted("Ada", "Slept badly. ", " Then she wept."),
        ),
        ("P2", "KL", pasted("Ben", "", "")),
        (
            "P3",
            "KL",
            pasted("Cy", "He came late.\n\n", "\n\nNo nausea.").replace("3/1", "April 12"),
        ),
    ];
    let found = templates(&notes);
    assert_eq!(found.len(), 3, "{found:?}");
    for (at, from, text) in found {
        assert_eq!(from, "0");
        assert!(
            text.starts_with("Risks") && text.ends_with("satisfaction."),
            "{text}"
        );
        assert!(at < 3);
    }
}

#[test]
fn two_participants_or_many_notes_of_one_make_no_template() {
    let two = [
        ("P1", "KL", pasted("Ada", "", "")),
        ("P1", "KL", pasted("Ada", "", "")),
        ("P2", "KL", pasted("Ben", "", "")),
        ("P3", "KL", "Something else.".to_owned()),
    ];
    assert!(templates(&two).is_empty());
}

#[test]
fn short_sentences_forms_and_quotations_are_nobodys_template() {
    let form = "Denies SI/HI. Slept well.\n\n[x] nausea [ ] headache [ ] vomiting [ ] dizziness\n\
        [ ] double vision [ ] numbness [x] tearful [ ] anxious [ ] confused\n\
        Mood: better\nSleep: poor\nAppetite: fair\nEnergy: low\nPain: none\nFamily: well\n";
    let quote = "She said \"I was the river and the house and all of the people who ever slept in \
        it, and nobody had to be afraid of the water any more.\"";
    let of = |text: &str| {
        ["P1", "P2", "P3", "P4"].map(|participant| (participant, "KL", text.to_owned()))
    };
    assert!(templates(&of(form)).is_empty());
    assert!(templates(&of(quote)).is_empty());
}

#[test]
fn in_a_large_clinic_a_template_goes_to_many_of_its_authors_people() {
    let people: Vec<String> = (0..60).map(|n| format!("P{n:02}")).collect();
    let notes = |with: &dyn Fn(usize) -> bool| -> Vec<(usize, String, String)> {
        let notes: Vec<_> = (0..60)
            .map(|n| {
                let author = if n < 20 { "KL" } else { "JM" };
                let text = if with(n) {
                    pasted("Ada", "", "")
                } else {
                    format!("Day {n}.")
                };
                (people[n].as_str(), author, text)
            })
            .collect();
        templates(&notes)
    };
    // Three of one author's twenty are many, of the clinic's sixty few.
    assert_eq!(notes(&|n| n < 3).len(), 3);
    assert_eq!(notes(&|n| n % 20 == 0).len(), 0);
    assert_eq!(notes(&|n| n % 10 == 0).len(), 6);
}

#[test]
fn what_is_copied_forward_already_stays_so() {
    let rules = rules();
    let text = pasted("Ada", "", "");
    let notes = [note(0, "P1", ""), note(1, "P2", ""), note(2, "P3", "")];
    let mut count = BoilerplateCount::new(&rules, &notes, 1000).expect("three participants");
    for note in &notes {
        count.add(note, &count.rows(&text));
    }
    let boilerplate = count.finish();
    let mut layout = crate::segment::layout(&text, &rules, &[]);
    layout.copied.push(CopiedSpan {
        span: layout.sentences[0].span,
        from: NoteId::new("earlier"),
        kind: CopyKind::Forward,
    });
    let found = boilerplate.find(&notes[0], &text, &layout);
    TemplatePlaces::default().link(&notes[0], &found, &mut layout);
    let kinds: Vec<_> = layout.copied.iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [CopyKind::Forward, CopyKind::Boilerplate]);
    assert_eq!(layout.copied[1].span, layout.sentences[1].span);
}
