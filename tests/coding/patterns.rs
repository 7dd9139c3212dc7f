//! The contract's pattern table, row by row: (pattern, text, spans).

use std::collections::BTreeMap;

use verbatim::codebook::parse_pattern;
use verbatim::coding::patterns::reference::Reference;
use verbatim::coding::patterns::{PatternSet, Region};
use verbatim::model::pattern::Pattern;
use verbatim::text::Words;

fn lists() -> BTreeMap<String, Vec<Pattern>> {
    let parse = |entries: &[&str]| entries.iter().map(|e| parse_pattern(e).unwrap()).collect();
    BTreeMap::from([
        (
            "family".to_owned(),
            parse(&[
                "{child}",
                "husband",
                "mother in law",
                "=mil",
                "(my|her) parents",
            ]),
        ),
        (
            "child".to_owned(),
            parse(&["son", "daughter", "little one"]),
        ),
    ])
}

/// Runs one pattern over a whole text, and shows what it found.
fn found(pattern: &str, text: &str) -> Vec<String> {
    let pattern = parse_pattern(pattern).unwrap_or_else(|e| panic!("{pattern}: {}", e.message));
    let lists = lists();
    let set = PatternSet::new(&[vec![&pattern]], &lists, "en").unwrap();
    let words = Words::new(text);
    let classes = set.classify(&mut set.vocabulary(), &words);
    let region = Region::whole(text, &words);
    let matches = set.find(0, &words, &classes, &region);
    assert_eq!(
        matches,
        Reference::new(&lists, "en").find(&pattern, &words, &region),
        "{pattern:?} on {text:?}: reference"
    );
    for m in &matches {
        assert!(!m.span.slice(text).is_empty(), "{pattern:?} on {text:?}");
    }
    matches
        .iter()
        .map(|m| m.span.slice(text).to_owned())
        .collect()
}

#[track_caller]
fn check(rows: &[(&str, &str, &[&str])]) {
    for (pattern, text, spans) in rows {
        assert_eq!(found(pattern, text), *spans, "{pattern} on {text:?}");
    }
}

#[test]
fn a_word_finds_every_form_of_its_stem() {
    check(&[
        (
            "cope",
            "Coping; she copes, COPED and can cope.",
            &["Coping", "copes", "COPED", "cope"],
        ),
        ("cope", "A copious copy.", &[]),
        (
            "daughter",
            "Her daughter’s and daughters'",
            &["daughter’s", "daughters"],
        ),
        ("nausea", "nau\u{200B}sea", &["nau\u{200B}sea"]),
    ]);
}

#[test]
fn a_form_finds_itself_only() {
    check(&[
        ("=coping", "coping, COPING, copes", &["coping", "COPING"]),
        ("=not", "I am not", &["not"]),
        ("=w", "w/ her", &["w"]),
        (
            "=couldn't",
            "couldn’t, couldn't, could not",
            &["couldn’t", "couldn't"],
        ),
        ("=mil", "MIL's and MIL", &["MIL"]),
    ]);
}

#[test]
fn a_prefix_finds_words_that_start_so() {
    check(&[
        (
            "ground*",
            "Grounding grounded ground ungrounded",
            &["Grounding", "grounded", "ground"],
        ),
        (
            "self-sooth*",
            "self soothing, self-soothes, selves soothed",
            &["self soothing", "self-soothes"],
        ),
    ]);
}

#[test]
fn a_fuzzy_word_finds_one_edit_never_in_the_first_letter() {
    check(&[
        (
            "dizzyness~",
            "dizziness dizzyness dizzynes dizzynesss dizzyenss",
            &[
                "dizziness",
                "dizzyness",
                "dizzynes",
                "dizzynesss",
                "dizzyenss",
            ],
        ),
        ("dizzyness~", "izzyness fizzyness idzzyness dizines", &[]),
        ("nausea~", "Nausae", &["Nausae"]),
    ]);
}

#[test]
fn alternatives_follow_in_a_row() {
    check(&[
        (
            "(rooted|centered) and (calm|safe)",
            "rooted and safe, centered and calm. rooted, calm",
            &["rooted and safe", "centered and calm"],
        ),
        ("(a b|a) c", "a c a b c a b", &["a c", "a b c"]),
        (
            "self-care",
            "self care, self-care, self. Care",
            &["self care", "self-care", "self. Care"],
        ),
    ]);
}

#[test]
fn lists_nest_and_their_entries_are_patterns() {
    check(&[
        (
            "close to {family}",
            "close to sons; close to her parents, close to mother-in-law, close to MIL, close to mils",
            &[
                "close to sons",
                "close to her parents",
                "close to mother-in-law",
                "close to MIL",
            ],
        ),
        ("{family}", "her little one", &["little one"]),
    ]);
}

#[test]
fn gaps_stand_for_so_many_words() {
    check(&[
        (
            "my daughter _{0,3} part of me",
            "my daughter part of me. my daughter is a part of me. my daughter is now just a part of me",
            &["my daughter part of me", "my daughter is a part of me"],
        ),
        (
            "home _ safe",
            "home is safe, home safe, home is so safe",
            &["home is safe"],
        ),
        (
            "a _{1,2} b",
            "a b, a x b, a x y b, a x y z b",
            &["a x b", "a x y b"],
        ),
    ]);
}

#[test]
fn optional_items_may_be_missing() {
    check(&[
        (
            "really? safe",
            "safe, really safe, very safe",
            &["safe", "really safe", "safe"],
        ),
        (
            "so (very much)? safe",
            "so safe so very much safe so very safe",
            &["so safe", "so very much safe"],
        ),
        ("a b? c?", "a, a b c, a c, b c", &["a", "a b c", "a c"]),
    ]);
}

#[test]
fn windows_hold_in_either_order_and_the_span_runs_from_first_to_last() {
    check(&[
        (
            "delegate w/5 more",
            "She delegates a little bit more.",
            &["delegates a little bit more"],
        ),
        (
            "delegate w/5 more",
            "more often she delegates",
            &["more often she delegates"],
        ),
        ("delegate w/1 more", "delegate a b more", &[]),
        ("delegate w/0 more", "more delegate", &["more delegate"]),
        ("a w/1 a", "a", &[]),
        ("a w/1 a", "a x a", &["a x a"]),
        (
            "asked pre/4 help",
            "asked her sister for help",
            &["asked her sister for help"],
        ),
        ("asked pre/4 help", "help was asked", &[]),
    ]);
}

#[test]
fn operators_bind_from_the_left_and_the_left_span_grows() {
    check(&[
        ("a w/1 b w/1 c", "a b x c", &["a b x c"]),
        ("a w/1 b w/1 c", "c x a b", &["c x a b"]),
        // c lies between a and b: it overlaps the grown left span.
        ("a w/1 b w/1 c", "a c b", &[]),
        ("a w/1 b w/1 c", "c a c b", &["c a c b"]),
        ("(a w/1 b) c", "b x a c", &["b x a c"]),
        (
            "x (a pre/1 b | c w/0 d)",
            "x a y b, x d c",
            &["x a y b", "x d c"],
        ),
    ]);
}

#[test]
fn not_within_keeps_the_left_side_where_the_right_is_not_near() {
    let pattern = "home not w/2 (dose|KAP|visit)";
    check(&[
        (pattern, "at home with them", &["home"]),
        (pattern, "home dose", &[]),
        (pattern, "dose at the home", &[]),
        (pattern, "dose given at the home", &["home"]),
        (pattern, "visits to the home", &[]),
        (pattern, "home, then a visit", &[]),
        (pattern, "home, and then a visit", &["home"]),
        (pattern, "visit. home", &[]),
        // What overlaps the left side and reaches outside is as near as can be.
        (
            "home not w/1 (home dose)",
            "home dose. now at home",
            &["home"],
        ),
        // What lies inside the left side is a part of it.
        ("good not w/1 (good|bad)", "good x y bad good", &["good"]),
        // The left side that grew is what must be far.
        ("a w/2 b not w/1 c", "a b x c. x x a y b x x c", &["a y b"]),
        ("a not w/1 c w/3 b", "a c b. y y y y a x b", &["a x b"]),
    ]);
}

#[test]
fn leftmost_then_longest_and_never_overlapping() {
    check(&[
        ("a _{0,3} b", "a b x b a", &["a b x b"]),
        ("(a b|b c d)", "a b c d", &["a b"]),
        ("b w/3 a", "a b a b", &["a b a b"]),
        ("a a", "a a a a a", &["a a", "a a"]),
    ]);
}

#[test]
fn a_regular_expression_sees_the_folded_text_of_a_line() {
    check(&[
        (r"/\bn\/v\b/", "No N/V today, n/v/d", &["N/V", "n/v"]),
        (r"/a.*b/", "a 1\n2 b a 3 b", &["a 3 b"]),
        (r#"/"home[.]?"/"#, "it is “Home.” she said", &["“Home.”"]),
        (r"/ﬁne|fin/", "ﬁne", &["ﬁn"]),
        (r"/i'm home/", "I’m home", &["I’m home"]),
        (r"/\b/", "home", &[]),
        (r"/^home$/", "home\nat home", &["home"]),
    ]);
}

#[test]
fn lists_that_cannot_be_read_are_findings() {
    let pattern = parse_pattern("{nobody} {family}").unwrap();
    let mut lists = lists();
    lists.insert("loop".to_owned(), vec![parse_pattern("a {pool}").unwrap()]);
    lists.insert(
        "pool".to_owned(),
        vec![parse_pattern("(b|{loop})").unwrap()],
    );
    lists.insert("signs".to_owned(), vec![parse_pattern("/a/").unwrap()]);
    let findings = PatternSet::new(&[vec![&pattern]], &lists, "en").unwrap_err();
    let rules: Vec<_> = findings.iter().map(|f| f.rule).collect();
    assert_eq!(rules, ["V180", "V181", "V181", "V182"]);
}
