//! The context rules hold on their own examples and on sentences as clinicians write them.
#![allow(
    clippy::print_stdout,
    reason = "the share of each phenomenon is worth reading"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::ProptestConfig;
use verbatim::cli::context::Single;
use verbatim::codebook::{builtin_cues, builtin_section_rules, load_cues};
use verbatim::coding::context::{Decision, Target};
use verbatim::model::cue::{CueCategory, CueEffect, CueRule, CueSet};
use verbatim::segment::layout;
use verbatim::text::Span;

fn cues(language: &str) -> CueSet {
    builtin_cues(language)
        .expect("a built-in language")
        .unwrap_or_else(|e| panic!("{e}"))
}

fn single(language: &str) -> Single {
    Single::new(&cues(language)).unwrap_or_else(|e| panic!("{e}"))
}

fn judge(single: &mut Single, text: &str, target: Span) -> Decision {
    judge_in(single, text, target, None)
}

fn judge_in(single: &mut Single, text: &str, target: Span, session_type: Option<&str>) -> Decision {
    let target = Target {
        span: target,
        opposite: false,
        own_negations: None,
    };
    single.judge_in(text, &target, session_type)
}

/// Whether some cue of a category took part in a decision.
fn decides(decision: &Decision, category: CueCategory) -> bool {
    decision.cues.iter().any(|c| c.decides == category.as_str())
}

/// Whether a rule does its work: a pseudo cue where nothing negates, an order where it drops.
fn holds(decision: &Decision, rule: &CueRule) -> bool {
    if rule.effect == CueEffect::Drop {
        return decision.drop.as_ref().is_some_and(|c| c.rule == rule.id);
    }
    match rule.category {
        CueCategory::Pseudo if rule.of.is_empty() => !decides(decision, CueCategory::Negation),
        CueCategory::Pseudo => rule.of.iter().all(|c| !decides(decision, *c)),
        CueCategory::Object => !decides(decision, CueCategory::Other),
        category => decides(decision, category),
    }
}

fn examples_hold(language: &str) {
    let cues = cues(language);
    let mut single = Single::new(&cues).unwrap_or_else(|e| panic!("{e}"));
    let mut broken = String::new();
    for rule in &cues.rules {
        let lists = [(&rule.examples, true), (&rule.counterexamples, false)];
        for (examples, wanted) in lists {
            for example in examples {
                // A cue of certain notes is tried in such a note.
                let session_type = rule.sessions.first().map(String::as_str);
                let decision = judge_in(&mut single, &example.text, example.target, session_type);
                let got = holds(&decision, rule);
                if got != wanted {
                    let cues: Vec<_> = decision
                        .cues
                        .iter()
                        .map(|c| (&c.rule, &c.decides))
                        .collect();
                    writeln!(
                        broken,
                        "line {} {}: {:?} {cues:?}",
                        example.line, rule.id, example.text
                    )
                    .expect("a String");
                }
            }
        }
        let decides = rule.category.is_fact() || rule.category.is_voice();
        assert!(
            !decides || !rule.examples.is_empty(),
            "{} has no example",
            rule.id
        );
        assert!(
            !decides || !rule.counterexamples.is_empty(),
            "{} has no counter-example",
            rule.id
        );
    }
    assert!(broken.is_empty(), "\n{broken}");
}

#[test]
fn english_rules_hold_on_their_examples() {
    examples_hold("en");
}

#[test]
fn spanish_rules_hold_on_their_examples() {
    examples_hold("es");
}

/// Share of right judgements below which a phenomenon is broken.
const RIGHT_MIN: f64 = 0.9;
/// Sentences that every phenomenon has at least.
const SENTENCES_MIN: usize = 15;

/// The tables of gold sentences, in order.
fn tables() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/context");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("tests/context")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "tsv"))
        .collect();
    files.sort();
    files
}

#[test]
fn sentences_as_clinicians_write_them() {
    let mut single = single("en");
    let sections = builtin_section_rules("en").expect("a built-in language");
    let sections = sections.unwrap_or_else(|e| panic!("{e}"));
    let mut tally: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut wrong = String::new();
    for path in tables() {
        let table = std::fs::read_to_string(&path).expect("a table");
        // In these each text is a whole note; elsewhere it is one sentence.
        let in_notes = path.ends_with("notes.tsv") || path.ends_with("whole.tsv");
        for (index, line) in table.lines().enumerate().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [text, target, assertion, voice, phenomenon] = cells[..] else {
                panic!("{}:{}: five cells", path.display(), index + 1)
            };
            let (target, opposite) = match target.strip_prefix('~') {
                Some(target) => (target, true),
                None => (target, false),
            };
            let text = &text.replace("\\n", "\n");
            let at = text.find(target);
            let at =
                at.unwrap_or_else(|| panic!("{}:{}: no {target:?}", path.display(), index + 1));
            let span = Span::new(at, at + target.len());
            let target = Target {
                span,
                opposite,
                own_negations: None,
            };
            let decision = if in_notes {
                single.judge_note(text, &layout(text, &sections, &[]), &target)
            } else {
                single.judge(text, &target)
            };
            let got = decision.facts.assertion();
            let right = match assertion {
                "drop" => decision.drop.is_some(),
                assertion => got.as_str() == assertion && decision.drop.is_none(),
            } && (voice == "-" || decision.voice.as_str() == voice);
            let entry = tally.entry(phenomenon.to_owned()).or_default();
            entry.1 += 1;
            entry.0 += usize::from(right);
            if !right {
                let cues: Vec<_> = decision
                    .cues
                    .iter()
                    .map(|c| (&*c.rule, c.decides))
                    .collect();
                let dropped = if decision.drop.is_some() {
                    " dropped"
                } else {
                    ""
                };
                writeln!(wrong, "{phenomenon}: {text:?} [{}] {assertion}/{voice}, not {got}{dropped}/{} {cues:?}", span.slice(text), decision.voice)
                    .expect("a String");
            }
        }
    }
    let total: usize = tally.values().map(|(_, n)| n).sum();
    let mut low = String::new();
    for (phenomenon, (right, n)) in &tally {
        let share = *right as f64 / *n as f64;
        println!("{phenomenon:24} {right:3} of {n:3}  {share:.3}");
        if share < RIGHT_MIN || *n < SENTENCES_MIN {
            writeln!(low, "{phenomenon}: {right} of {n}").expect("a String");
        }
    }
    println!("{total} sentences\n{wrong}");
    assert!(low.is_empty(), "below the mark:\n{low}");
    assert!(total >= 600, "{total} sentences");
}

#[test]
fn broken_cue_files_are_told_by_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let check = |text: &str, part: &str| {
        let path = write("cues.yaml", text);
        let told = load_cues(&path).expect_err(text).to_string();
        assert!(told.contains(part), "{part:?} is not in: {told}");
    };
    check(
        "rules:\n  - id: a\n    says: maybe\n    terms: no\n",
        "cues.yaml:3",
    );
    check(
        "rules:\n  - id: a\n    says: negated\n    terms: [\"/x*/\"]\n",
        "nothing at all",
    );
    check(
        "rules:\n  - id: a\n    says: negated\n    terms: [\"{who}\"]\n",
        "no word list \"who\"",
    );
    check(
        "rules:\n  - id: a\n    says: negated\n    term: no\n",
        "Did you mean \"terms\"?",
    );
    check(
        "rules:\n  - id: a\n    says: pseudo\n    of: [denied]\n    terms: no\n",
        "cues.yaml:4",
    );
    check(
        "rules:\n  - id: a\n    says: negated\n    terms: no\n    examples: [\"No nausea.\"]\n",
        "marks no passage",
    );
    write("other.yaml", "include: [cues.yaml]\n");
    check("include: [other.yaml]\n", "circle");
}

#[test]
fn an_included_file_can_be_changed_rule_by_rule() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cues.yaml");
    let text =
        "include: [en]\nlanguage: en\nrules:\n  - id: \"no\"\n    says: negated\n    terms: nope\n";
    std::fs::write(&path, text).expect("written");
    let (cues, _) = load_cues(&path).unwrap_or_else(|e| panic!("{e}"));
    let mut single = Single::new(&cues).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(assertion(&mut single, "Nope nausea.", "nausea"), "negated");
    assert_eq!(assertion(&mut single, "No nausea.", "nausea"), "affirmed");
    assert_eq!(
        assertion(&mut single, "Denies nausea.", "nausea"),
        "negated"
    );
}

fn assertion(single: &mut Single, text: &str, target: &str) -> &'static str {
    let at = text.find(target).expect("the passage");
    let decision = judge(single, text, Span::new(at, at + target.len()));
    decision.facts.assertion().as_str()
}

/// A sentence of a megabyte with ten thousand cues takes time in step with its length.
#[test]
fn endless_sentences_are_judged_in_linear_time() {
    let mut single = single("en");
    let mut measure = |repeats: usize| {
        let text = "denies (\"no nausea, if she says “not dizzy but ".repeat(repeats);
        let target = Span::new(text.len() - 9, text.len() - 5);
        let started = std::time::Instant::now();
        judge(&mut single, &text, target);
        started.elapsed().as_secs_f64()
    };
    let small = measure(2_000);
    let large = measure(20_000);
    assert!(
        large < small * 30.0 + 0.5,
        "{small} s, ten times the text {large} s"
    );
}

thread_local! {
    static SINGLE: std::cell::Cell<Option<Single>> = const { std::cell::Cell::new(None) };
}

proptest::proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_text_panics(words in proptest::collection::vec(proptest::sample::select(WORDS), 1..40), from in 0..40_usize, len in 1..4_usize) {
        let mut single = SINGLE.take().unwrap_or_else(|| self::single("en"));
        let text = words.concat();
        let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let start = from.min(bounds.len() - 1);
        let end = (start + len).min(bounds.len() - 1);
        let decision = judge(&mut single, &text, Span::new(bounds[start], bounds[end]));
        SINGLE.set(Some(single));
        for cue in decision.cues {
            proptest::prop_assert!(text.get(cue.span.start..cue.span.end).is_some());
        }
    }
}

const WORDS: &[&str] = &[
    "no ",
    "denies ",
    "nausea",
    ", ",
    "and ",
    "or ",
    "but ",
    "(",
    ")",
    "\"",
    "“",
    "”",
    ": ",
    "; ",
    ". ",
    "\n",
    "- ",
    "[ ] ",
    "[x] ",
    "?",
    "(-)",
    "husband ",
    "she ",
    "he ",
    "reports ",
    "if ",
    "hx of ",
    "ﬁ",
    "e\u{301}",
    "\u{200B}",
    "not only ",
    "husband's ",
    "made her ",
    "hopes to ",
    "none",
    "’",
    "/",
    "🙂",
];
