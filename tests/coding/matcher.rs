//! What becomes of a note: codings, what was taken away, and why.

use std::path::Path;

use verbatim::codebook::{builtin, builtin_cues, builtin_section_rules, load_cues, load_text};
use verbatim::coding::matcher::{Coded, Matcher};
use verbatim::model::codebook::Codebook;
use verbatim::model::coding::{Assertion, PatternRole, Taker, Voice, WhyNot};
use verbatim::model::cue::CueSet;
use verbatim::model::layout::{Layout, Section, SectionDefault, Sentence};
use verbatim::segment;
use verbatim::text::{Span, Words};

const CODES: &str = r#"
codebook: test
version: "1"
language: en
word_lists:
  family: [mother, son]
codes:
  - id: closeness
    definition: Felt closeness.
    patterns: |
      close to {family}
      close
      sister
    opposites: |
      cut off from {family}
    unless: |
      close the door
      close call
    children:
      - id: warmth
        definition: Warmth.
        count: [negated]
        patterns: |
          warm*
  - id: arc
    definition: From fear to trust.
    scope: note
    patterns: |
      fear pre/20 trust
    unless: |
      fear of flying
"#;

fn codebook() -> Codebook {
    load_text(CODES, Path::new("test.yaml")).unwrap().codebook
}

/// One sentence a line; a line that ends in `:` heads a section, which is not coded if `Consent:`.
fn layout(text: &str) -> Layout {
    let words = Words::new(text);
    let mut layout = Layout::default();
    let mut start = 0;
    for line in text.split('\n') {
        let span = Span::new(start, start + line.len());
        start = span.end + 1;
        if line.ends_with(':') {
            layout.sections.push(Section {
                name: line.trim_end_matches(':').to_lowercase(),
                heading: span,
                span: Span::new(span.start, text.len()),
                session_type: None,
                default: match line {
                    "Consent:" => SectionDefault::NotCoded,
                    _ => SectionDefault::None,
                },
                voice: None,
            });
        }
        layout.sentences.push(Sentence {
            span,
            words: words.inside(span),
        });
    }
    layout.words = words;
    layout
}

fn code(text: &str) -> Coded {
    let matcher = Matcher::new(&codebook(), &CueSet::default()).unwrap();
    matcher.worker().code(text, &layout(text))
}

/// `code: passage (pattern)` of each coding.
fn codings(text: &str) -> Vec<String> {
    let book = codebook();
    let coded = code(text);
    coded
        .codings
        .iter()
        .map(|c| {
            let rules = book.code(c.code);
            let id = c.evidence.pattern;
            let list = match id.role {
                PatternRole::Finds => &rules.patterns,
                PatternRole::Opposes => &rules.opposites,
                PatternRole::TakesAway => &rules.unless,
            };
            let pattern = &list[id.index as usize].source;
            format!("{}: {} ({pattern})", rules.path, c.span.slice(text))
        })
        .collect()
}

/// What took each match away.
fn takers(text: &str) -> Vec<String> {
    let coded = code(text);
    let taken = coded.taken.iter();
    taken
        .map(|t| {
            let by = match &t.by {
                Taker::Unless { span, .. } => format!("unless {}", span.slice(text)),
                Taker::Section { name } => format!("section {name}"),
                Taker::Context { cue } => format!("cue {}", cue.rule),
            };
            format!("{} by {by}", t.span.slice(text))
        })
        .collect()
}

#[test]
fn overlapping_matches_join_and_the_longest_is_the_evidence() {
    assert_eq!(
        codings("She is close to her son, close to mother; warmth"),
        [
            "closeness: close (close)",
            "closeness: close to mother (close to {family})",
            "closeness/warmth: warmth (warm*)",
        ]
    );
}

#[test]
fn a_pattern_never_reaches_into_the_next_sentence() {
    assert_eq!(codings("close\nto mother"), ["closeness: close (close)"]);
}

#[test]
fn the_scope_note_reaches_over_sentences() {
    assert_eq!(
        codings("In fear.\nAt last\ntrust."),
        ["arc: fear.\nAt last\ntrust (fear pre/20 trust)"]
    );
    assert_eq!(codings("A fear of flying.\nAt last\ntrust."), [""; 0]);
}

#[test]
fn unless_takes_away_what_it_overlaps_and_nothing_else() {
    let text = "close the door, so close";
    assert_eq!(codings(text), ["closeness: close (close)"]);
    assert_eq!(takers(text), ["close by unless close the door"]);
}

#[test]
fn a_section_that_is_not_coded_takes_its_matches_away() {
    let text = "Plan:\nclose\nConsent:\nclose";
    assert_eq!(codings(text), ["closeness: close (close)"]);
    assert_eq!(takers(text), ["close by section consent"]);
}

#[test]
fn codings_count_by_their_code_s_own_assertions() {
    let coded = code("close and warm");
    let shown: Vec<_> = coded
        .codings
        .iter()
        .map(|c| (c.assertion(), c.why_not))
        .collect();
    assert_eq!(
        shown,
        [
            (Assertion::Affirmed, None),
            (Assertion::Affirmed, Some(WhyNot::Assertion))
        ]
    );
}

#[test]
fn a_worker_forgets_nothing_that_matters_and_remembers_nothing_that_changes_a_note() {
    let matcher = Matcher::new(&codebook(), &CueSet::default()).unwrap();
    let mut worker = matcher.worker();
    let texts = [
        "close to mother",
        "warm",
        "",
        "zzz close the door",
        "close to mother",
    ];
    for text in texts {
        assert_eq!(worker.code(text, &layout(text)), code(text), "{text}");
    }
}

#[test]
fn notes_that_are_coded_together_are_coded_as_one_by_one() {
    let book = builtin("kap")
        .expect("a built-in codebook")
        .unwrap()
        .codebook;
    let cues = builtin_cues("en").expect("built-in cues").unwrap();
    let rules = builtin_section_rules("en")
        .expect("built-in rules")
        .unwrap();
    let texts = [
        "Denies nausea. Her husband Mark felt dizzy, and Mark drove.",
        "",
        "Nausea  [ ] mild  [x] none\nHA: no",
        "She said: \"I came home. I felt close to my son.\" No headache.",
        "1010 116/70 HR 72. 1030 136/82. Slightly dizzy at 1155. Mark says he was calm.",
        "Denies nausea. Her husband Mark felt dizzy, and Mark drove.",
    ];
    let layouts: Vec<Layout> = texts
        .iter()
        .map(|text| segment::layout(text, &rules, &[]))
        .collect();
    let matcher = Matcher::new(&book, &cues).unwrap();
    let together = matcher
        .worker()
        .code_all(texts.iter().copied().zip(&layouts));
    let mut found = 0;
    for ((text, layout), together) in texts.iter().zip(&layouts).zip(&together) {
        assert_eq!(*together, matcher.worker().code(text, layout), "{text}");
        found += together.codings.len();
    }
    assert!(found >= 8, "{found} codings");
}

#[test]
fn a_cue_of_a_session_type_holds_in_its_notes_and_in_their_parts_alone() {
    let book = codebook();
    let source = "context: t\nlanguage: en\nrules:\n  - id: seen\n    says: clinician\n    sessions: [dosing]\n    place: inside\n    \
                  terms: |\n      close\n    examples: [\"<close>\"]\n    counterexamples: [\"<far>\"]\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cues.yaml");
    std::fs::write(&path, source).unwrap();
    let (cues, _) = load_cues(&path).unwrap();
    let matcher = Matcher::new(&book, &cues).unwrap();
    let voices = |layout: Layout| {
        let coded = matcher.worker().code("close\nDosing:\nclose", &layout);
        coded.codings.iter().map(|c| c.voice).collect::<Vec<_>>()
    };
    let note = layout("close\nDosing:\nclose");
    let of = |name: &str| note.clone().of_session(Some(name.into()));
    assert_eq!(voices(note.clone()), [Voice::Reported; 2]);
    assert_eq!(voices(of("follow_up")), [Voice::Reported; 2]);
    assert_eq!(voices(of("dosing")), [Voice::Clinician; 2]);
    let mut part = of("follow_up");
    part.sections[0].session_type = Some("dosing".to_owned());
    assert_eq!(voices(part), [Voice::Reported, Voice::Clinician]);
}
