//! Measures the context layer on tables of gold sentences.
//!
//! `cargo run --release --example context_eval -- FILE...`: for each file precision, recall and F1
//! by category. Known columns: `negation`, `temporality` (`NegEx` kit), `gold` (`PsyTAR`); tables of our
//! own (`text`, `target`, `assertion`, `voice`, `phenomenon`; tests/context/*.tsv) are summed up by
//! phenomenon over all files. `--errors` prints what was judged otherwise, `--cues FILE` reads
//! another cue file than the built-in English one.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is this program's job"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use verbatim::cli::context::Single;
use verbatim::codebook::{builtin_cues, builtin_section_rules, load_cues};
use verbatim::coding::context::Target;
use verbatim::model::headings::SectionRules;
use verbatim::segment::layout;
use verbatim::text::Span;

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let (mut files, mut errors, mut cues) = (Vec::new(), false, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--errors" => errors = true,
            "--cues" => cues = arguments.next(),
            _ => files.push(argument),
        }
    }
    let cues = match &cues {
        Some(path) => load_cues(Path::new(path)).map(|(cues, _)| cues),
        None => builtin_cues("en").ok_or("no English cues")?,
    };
    let mut single = Single::new(&cues.map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
    let mut phenomena = Phenomena::new();
    for file in &files {
        evaluate(&mut single, file, errors, &mut phenomena)?;
    }
    show_phenomena(&phenomena);
    Ok(())
}

/// Right judgements and sentences of each phenomenon.
type Phenomena = BTreeMap<String, (u32, u32)>;

fn show_phenomena(phenomena: &Phenomena) {
    let (mut right, mut all) = (0, 0);
    for (phenomenon, (r, n)) in phenomena {
        println!(
            "  {phenomenon:24} {r:3} of {n:3}  {:.3}",
            f64::from(*r) / f64::from(*n)
        );
        right += r;
        all += n;
    }
    if all > 0 {
        let share = f64::from(right) / f64::from(all);
        println!("  {:24} {right} of {all}  {share:.3}", "all");
    }
}

/// Sentences of our own: the passage by its words (`~` before one that says the contrary of its code).
/// Each text is one sentence, or with rules of sections a whole note.
fn phenomena(
    single: &mut Single,
    table: &[Row<'_>],
    sections: Option<&SectionRules>,
    errors: bool,
    sums: &mut Phenomena,
) {
    for row in table {
        let (text, target) = (row["text"].replace("\\n", "\n"), row["target"]);
        let opposite = target.starts_with('~');
        let target = target.trim_start_matches('~');
        let Some(at) = text.find(target) else {
            println!("  no {target:?} in {text:?}");
            continue;
        };
        let span = Span::new(at, at + target.len());
        let target = Target {
            span,
            opposite,
            own_negations: None,
        };
        let decision = match sections {
            Some(rules) => single.judge_note(&text, &layout(&text, rules, &[]), &target),
            None => single.judge(&text, &target),
        };
        let got = match decision.drop {
            Some(_) => "drop",
            None => decision.facts.assertion().as_str(),
        };
        let (wanted, voice) = (row["assertion"], row["voice"]);
        let heard = decision.voice.as_str();
        let right = got == wanted && (voice == "-" || voice == heard);
        let sum = sums.entry(row["phenomenon"].to_owned()).or_default();
        *sum = (sum.0 + u32::from(right), sum.1 + 1);
        if errors && !right {
            let cues = decision.cues.iter();
            let cues: Vec<_> = cues.map(|c| format!("{}={}", c.rule, c.decides)).collect();
            println!(
                "  {}: {wanted}/{voice}, not {got}/{heard} [{}] {cues:?} | {text:?}",
                row["phenomenon"], row["target"]
            );
        }
    }
}

type Row<'t> = BTreeMap<&'t str, &'t str>;

fn rows(table: &str) -> Vec<Row<'_>> {
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| header.iter().copied().zip(line.split('\t')).collect())
        .collect()
}

fn evaluate(
    single: &mut Single,
    file: &str,
    errors: bool,
    sums: &mut Phenomena,
) -> Result<(), String> {
    let table = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
    if table.starts_with("text\ttarget\t") {
        let sections = builtin_section_rules("en").ok_or("no English headings")?;
        let sections = sections.map_err(|e| e.to_string())?;
        let is_note = |name: &&str| Path::new(file).ends_with(name);
        let in_notes = ["notes.tsv", "whole.tsv"]
            .iter()
            .any(is_note)
            .then_some(&sections);
        phenomena(single, &rows(&table), in_notes, errors, sums);
        return Ok(());
    }
    let started = std::time::Instant::now();
    let judged = single
        .table(&table, Path::new(file))
        .map_err(|e| e.to_string())?;
    let seconds = started.elapsed().as_secs_f64();
    let (gold, judged) = (rows(&table), rows(&judged));
    let pairs: Vec<(&Row<'_>, &Row<'_>)> = gold.iter().zip(&judged).collect();
    let rate = pairs.len() as f64 / seconds;
    println!("{file}: {} sentences, {rate:.0} a second", pairs.len());
    let has = |column: &str| gold.first().is_some_and(|row| row.contains_key(column));
    if has("negation") {
        axis(
            &pairs,
            ("negation", "Negated"),
            ("polarity", "negated"),
            errors,
        );
    }
    if has("temporality") {
        let scored = pairs
            .iter()
            .filter(|(g, _)| g["temporality"] != "Not particular");
        let scored: Vec<_> = scored.copied().collect();
        axis(
            &scored,
            ("temporality", "Historical"),
            ("time", "historical"),
            errors,
        );
    }
    if has("gold") {
        dropping(&pairs, errors);
    }
    Ok(())
}

/// Precision, recall and F1 of one value of one axis.
fn axis(pairs: &[(&Row<'_>, &Row<'_>)], gold: (&str, &str), judged: (&str, &str), errors: bool) {
    let (mut hits, mut misses, mut false_alarms) = (0_u32, 0_u32, 0_u32);
    for (g, j) in pairs {
        match (g[gold.0] == gold.1, j[judged.0] == judged.1) {
            (true, true) => hits += 1,
            (false, false) => {}
            (wanted, _) => {
                if wanted {
                    misses += 1;
                } else {
                    false_alarms += 1;
                }
                if errors {
                    let kind = if wanted { "MISSED" } else { "FALSE" };
                    println!(
                        "  {kind} {} [{}] cue {:?} | {}",
                        gold.1, g["target"], j["cue"], g["sentence"]
                    );
                }
            }
        }
    }
    let (precision, recall, f1) = scores(hits, misses, false_alarms);
    println!(
        "  {}: P {precision:.3} R {recall:.3} F1 {f1:.3} ({hits} hits, {misses} missed, {false_alarms} false)",
        gold.1
    );
}

fn scores(hits: u32, misses: u32, false_alarms: u32) -> (f64, f64, f64) {
    let (hits, misses, wrong) = (f64::from(hits), f64::from(misses), f64::from(false_alarms));
    let precision = hits / (hits + wrong);
    let recall = hits / (hits + misses);
    (
        precision,
        recall,
        2.0 * hits / (2.0 * hits + misses + wrong),
    )
}

/// Counting effects with and without what is not affirmed.
fn dropping(pairs: &[(&Row<'_>, &Row<'_>)], errors: bool) {
    for (name, wanted) in [
        ("ADR or WD", &["ADR", "WD"][..]),
        ("any annotated", &["ADR", "WD", "SSI", "DI"][..]),
    ] {
        let true_one = |row: &Row<'_>| wanted.contains(&row["gold"]);
        let all = pairs.iter().filter(|(g, _)| true_one(g)).count() as u32;
        let count = |keep: &dyn Fn(&Row<'_>) -> bool| {
            let kept: Vec<_> = pairs.iter().filter(|(_, j)| keep(j)).collect();
            let hits = kept.iter().filter(|(g, _)| true_one(g)).count() as u32;
            scores(hits, all - hits, kept.len() as u32 - hits)
        };
        println!("  {name}: count everything F1 {:.4}", count(&|_| true).2);
        println!(
            "  {name}: affirmed only    F1 {:.4}",
            count(&|j| j["assertion"] == "affirmed").2
        );
        for kind in [
            "negated",
            "uncertain",
            "historical",
            "hypothetical",
            "other",
        ] {
            let f1 = count(&|j| j["assertion"] != kind).2;
            let dropped: Vec<_> = pairs
                .iter()
                .filter(|(_, j)| j["assertion"] == kind)
                .collect();
            let right = dropped.iter().filter(|(g, _)| !true_one(g)).count();
            println!(
                "    without {kind}: F1 {f1:.4}, {right} of {} rightly dropped",
                dropped.len()
            );
        }
    }
    if errors {
        for (g, j) in pairs {
            if j["assertion"] != "affirmed" {
                println!(
                    "  {} {} [{}] cue {:?} | {}",
                    g["gold"], j["assertion"], g["target"], j["cue"], g["sentence"]
                );
            }
        }
    }
}
