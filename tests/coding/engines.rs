//! The engine that codes notes finds what the reference engine finds, on generated texts and
//! patterns and with the codebook that the program carries.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use proptest::prelude::*;
use verbatim::codebook::{builtin, parse_pattern};
use verbatim::coding::patterns::reference::Reference;
use verbatim::coding::patterns::{Match, PatternSet, Region, Vocabulary};
use verbatim::model::pattern::Pattern;
use verbatim::text::{Span, Words};

type Lists = BTreeMap<String, Vec<Pattern>>;

fn lists() -> Lists {
    let parse = |entries: &[&str]| entries.iter().map(|e| parse_pattern(e).unwrap()).collect();
    BTreeMap::from([
        ("one".to_owned(), parse(&["a", "=b", "a b", "c w/1 a"])),
        (
            "two".to_owned(),
            parse(&["{one}", "cope", "c (a|b)?", "{one} c"]),
        ),
    ])
}

/// Checks one group of a set in a region: same matches, sound spans, stated order.
fn check(
    (set, vocabulary): (&PatternSet, &mut Vocabulary),
    reference: &Reference<'_>,
    (group, patterns): (usize, &[&Pattern]),
    (text, range): (&str, Option<Range<usize>>),
    sampled: impl Fn(usize) -> bool,
) {
    let words = Words::new(text);
    let classes = set.classify(vocabulary, &words);
    let region = match range {
        Some(range) => Region::of_words(&words, range),
        None => Region::whole(text, &words),
    };
    let found = set.find(group, &words, &classes, &region);
    let mut expected: Vec<Match> = Vec::new();
    let finders: BTreeSet<usize> = found.iter().map(|m| m.pattern).collect();
    for (index, pattern) in patterns.iter().enumerate() {
        if !sampled(index) && !finders.contains(&index) {
            continue;
        }
        let of_pattern = reference.find(pattern, &words, &region).into_iter();
        expected.extend(of_pattern.map(|m| Match {
            pattern: index,
            ..m
        }));
    }
    let sources: Vec<&str> = patterns.iter().map(|p| p.source.as_str()).collect();
    assert_eq!(found, expected, "{sources:?} on {text:?} {region:?}");
    for pair in found.windows(2) {
        let in_order = pair[0].pattern < pair[1].pattern
            || (pair[0].pattern == pair[1].pattern && pair[0].span.end <= pair[1].span.start);
        assert!(in_order, "{pair:?}");
    }
    for m in &found {
        assert!(
            text.get(m.span.start..m.span.end)
                .is_some_and(|t| !t.is_empty())
        );
        assert!(region.span.contains(m.span) || region.span == Span::default());
    }
}

fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => prop::sample::select(vec!["a", "b", "c", "A", "coping", "copes", "copying", "x", "y"]),
        1 => prop::sample::select(vec![
            "a's", "A\u{200B}", "ﬁt", "é", "Cope’s", "copeingcopeingcopeing", "n/v", "“c”",
        ]),
    ];
    let gap = prop::sample::select(vec![" ", " ", " ", "-", ". ", "\n", ", ", " “"]);
    prop::collection::vec((word, gap), 0..14)
        .prop_map(|pairs| pairs.into_iter().flat_map(|(w, g)| [w, g]).collect())
}

fn source() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a", "b", "c", "a?", "=b", "cope", "=coping", "cop*", "copeing~", "a-b", "a-cop*", "{one}",
        "{two}", "{two}?", "_", "_{0,2}", "_{1,3}", "x",
    ]);
    let leaf = prop::collection::vec(word, 1..4).prop_map(|words| words.join(" "));
    let op = prop::sample::select(vec![
        "w/0", "w/2", "w/40", "pre/1", "pre/3", "not w/0", "not w/2",
    ]);
    let pattern = leaf.prop_recursive(3, 12, 3, move |inner| {
        let group = (inner.clone(), inner.clone(), any::<bool>())
            .prop_map(|(a, b, optional)| format!("({a}|{b}){}", if optional { "?" } else { "" }));
        let row = (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} {b}"));
        let near =
            (inner.clone(), op.clone(), inner).prop_map(|(a, op, b)| format!("{a} {op} {b}"));
        prop_oneof![group, row, near]
    });
    let regex = prop::sample::select(vec![
        "/a.b/",
        "/^a/",
        "/\\bc\\w+/",
        "/[abc]+$/",
        "/é|fi/",
        "/n\\/v/",
        "/\"c/",
        "/\\b/",
        "/a+/",
    ]);
    prop_oneof![9 => pattern, 1 => regex.prop_map(str::to_owned)]
}

fn pattern() -> impl Strategy<Value = Pattern> {
    source().prop_filter_map("a pattern", |source| parse_pattern(&source).ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_engine_finds_what_the_reference_finds(
        patterns in prop::collection::vec(pattern(), 1..6),
        texts in prop::collection::vec((text(), any::<Option<(u8, u8)>>()), 1..4),
    ) {
        let lists = lists();
        let reference = Reference::new(&lists, "en");
        let (first, second) = patterns.split_at(patterns.len() / 2);
        let groups: Vec<Vec<&Pattern>> = vec![first.iter().collect(), second.iter().collect()];
        let set = PatternSet::new(&groups, &lists, "en").unwrap();
        let mut vocabulary = set.vocabulary();
        for (text, range) in &texts {
            let words = Words::new(text).len();
            let range = range.map(|(a, b)| {
                let (a, b) = (a as usize % (words + 1), b as usize % (words + 1));
                a.min(b)..a.max(b)
            });
            for (index, group) in groups.iter().enumerate() {
                check((&set, &mut vocabulary), &reference, (index, group), (text, range.clone()), |_| true);
            }
        }
    }
}

/// Sentences in the style of notes, made of the words that a codebook's own examples use.
#[test]
fn the_engine_finds_what_the_reference_finds_with_the_codebook_that_it_carries() {
    let book = builtin("kap").unwrap().unwrap().codebook;
    let reference = Reference::new(&book.word_lists, &book.language);
    let patterns: Vec<&Pattern> = book
        .codes
        .iter()
        .flat_map(|c| c.patterns.iter().chain(&c.opposites).chain(&c.unless))
        .collect();
    let set = PatternSet::new(std::slice::from_ref(&patterns), &book.word_lists, "en").unwrap();
    let mut vocabulary = set.vocabulary();
    let examples = book
        .codes
        .iter()
        .flat_map(|c| c.examples.iter().chain(&c.counterexamples));
    // Every eighth example, and its words turned round: odd orders meet odd paths. Whatever the engine
    // finds is looked up; what it may have missed is looked for with one pattern in sixteen, others
    // for each text, for the work is texts times patterns, and there are thousands of each.
    for (turn, example) in examples.step_by(8).enumerate() {
        let turned: Vec<&str> = example.text.split(' ').rev().collect();
        for text in [example.text.clone(), turned.join(" ")] {
            check(
                (&set, &mut vocabulary),
                &reference,
                (0, &patterns),
                (&text, None),
                |index| index % 16 == turn % 16,
            );
        }
    }
}

#[test]
fn a_codebook_s_own_text_is_read_without_harm() {
    let source = include_str!("../../codebooks/kap.yaml");
    let book = verbatim::codebook::load_text(source, Path::new("kap.yaml"))
        .unwrap()
        .codebook;
    let groups: Vec<Vec<&Pattern>> = book
        .codes
        .iter()
        .map(|c| c.patterns.iter().collect())
        .collect();
    let set = PatternSet::new(&groups, &book.word_lists, "en").unwrap();
    let words = Words::new(source);
    let classes = set.classify(&mut set.vocabulary(), &words);
    let found: usize = (0..groups.len())
        .map(|group| {
            set.find(group, &words, &classes, &Region::whole(source, &words))
                .len()
        })
        .sum();
    assert!(found > 100, "{found}");
}
