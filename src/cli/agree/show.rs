//! Agreement as JSON and as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::agreement::{Estimate, Passages, Ratings, Retrieval, Unitizing, coefficients};
use crate::error::Result;

use super::coders::Coders;
use super::{Args, CodeResult, unitizing_names};
use crate::cli::print;

/// An undefined number is null with its reason, never 0.
fn estimate(estimate: Estimate) -> Value {
    json!({
        "value": estimate.value,
        "se": estimate.se,
        "ci_low": estimate.ci_low,
        "ci_high": estimate.ci_high,
        "why_undefined": estimate.why_undefined.map(crate::agreement::WhyUndefined::as_str),
    })
}

fn named(all: &[(&'static str, Estimate)]) -> Value {
    Value::Object(
        all.iter()
            .map(|(name, e)| ((*name).to_owned(), estimate(*e)))
            .collect(),
    )
}

/// Prints the coefficients of a plain table.
pub(super) fn ratings(args: &Args, coders: &[String], ratings: &Ratings) -> Result<()> {
    let all = coefficients(ratings, args.level.level());
    if args.json {
        let level = format!("{:?}", args.level).to_lowercase();
        return print_json(&json!({
            "units": ratings.n() as u64,
            "units_without_ratings": ratings.dropped(),
            "coders": coders.len(),
            "coder_names": coders,
            "level": level,
            "coefficients": named(&all),
        }));
    }
    let mut out = format!("{} units, {} coders\n", ratings.n(), coders.len());
    for (name, value) in all {
        let _written = writeln!(out, "{name:<24}{}", words(value));
    }
    print(&out)
}

fn words(estimate: Estimate) -> String {
    match (estimate.value, estimate.ci_low, estimate.ci_high) {
        (Some(value), Some(low), Some(high)) => {
            format!("{value:.3} (95% CI {low:.3} to {high:.3})")
        }
        (Some(value), ..) => format!("{value:.3}"),
        (None, ..) => {
            format!(
                "undefined: {}",
                estimate.why_undefined.map_or("unknown", |why| why.as_str())
            )
        }
    }
}

/// Prints the agreement on each code.
pub(super) fn codes(
    args: &Args,
    coders: &Coders,
    results: &BTreeMap<String, CodeResult>,
    whole: &Unitizing,
) -> Result<()> {
    for finding in &coders.findings {
        eprintln!("{finding}");
    }
    if args.json {
        return print_json(&as_json(args, coders, results, whole));
    }
    print(&as_table(args, coders, results))
}

fn print_json(value: &Value) -> Result<()> {
    print(&format!("{value:#}\n"))
}

fn as_json(
    args: &Args,
    coders: &Coders,
    results: &BTreeMap<String, CodeResult>,
    whole: &Unitizing,
) -> Value {
    let mut codes = Map::new();
    let mut per_code = Map::new();
    for (code, result) in results {
        let mut value = json!({
            "n": result.n as u64,
            "marked": result.marked,
            "coefficients": named(&result.coefficients),
            "alpha_bootstrap": result.bootstrap.map(|(low, high)| json!({"ci_low": low, "ci_high": high})),
        });
        if let Some((table, passages)) = &result.pair {
            value["table"] = table_json(table);
            value["passages"] = passages_json(passages);
        }
        codes.insert(code.clone(), value);
        per_code.insert(
            code.clone(),
            json!({
                "bar_u_alpha": estimate(result.bar_u_alpha),
                "k_u_alpha": estimate(result.k_u_alpha),
            }),
        );
    }
    let mut unitizing = named(&unitizing_names(whole));
    unitizing["per_code"] = Value::Object(per_code);
    json!({
        "coders": coders.names,
        "unit": format!("{:?}", args.unit).to_lowercase(),
        "notes": coders.notes.len(),
        "codes": codes,
        "unitizing": unitizing,
    })
}

fn table_json(table: &Retrieval) -> Value {
    json!({
        "both": table.both,
        "only_first": table.only_coder,
        "only_second": table.only_reference,
        "neither": table.neither,
        "positive_agreement": table.f1(),
        "negative_agreement": table.negative_agreement(),
        "jaccard": table.jaccard(),
        "precision": table.precision(),
        "recall": table.recall(),
        "f1": table.f1(),
    })
}

fn passages_json(p: &Passages) -> Value {
    let (precision, recall, f1) = retrieval(p);
    json!({
        "first": p.first,
        "second": p.second,
        "first_met": p.first_met,
        "second_met": p.second_met,
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "same_assertion": p.same_assertion,
        "voiced": p.voiced,
        "same_voice": p.same_voice,
    })
}

/// Precision, recall and F1 of the first coder's passages against the second's.
fn retrieval(p: &Passages) -> (Option<f64>, Option<f64>, Option<f64>) {
    let ratio = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    let (precision, recall) = (ratio(p.first_met, p.first), ratio(p.second_met, p.second));
    let f1 = match (precision, recall) {
        (Some(p), Some(r)) if p + r > 0.0 => Some(2.0 * p * r / (p + r)),
        (None, None) => None,
        _ => Some(0.0),
    };
    (precision, recall, f1)
}

fn as_table(args: &Args, coders: &Coders, results: &BTreeMap<String, CodeResult>) -> String {
    let mut out = format!(
        "{}\n{} notes that every coder read; unit: {}\n\n",
        coders.names.join(" / "),
        coders.notes.len(),
        format!("{:?}", args.unit).to_lowercase()
    );
    let two = coders.names.len() == 2;
    let _written = write!(
        out,
        "{:<28}{:>6}{:>12}{:>8}  {:<28}",
        "code", "n", "marked", "agree", "alpha"
    );
    if two {
        let _written = write!(
            out,
            "{:>9}{:>7}{:>6}{:>6}{:>6}{:>8}{:>8}",
            "passages", "", "P", "R", "F1", "asrt", "voice"
        );
    }
    out.push('\n');
    let mut sum = Passages::default();
    for (code, result) in results {
        let find = |name: &str| {
            result
                .coefficients
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, e)| *e)
        };
        let marked: Vec<String> = result.marked.iter().map(u64::to_string).collect();
        let alpha = find("krippendorff_alpha")
            .map(words)
            .unwrap_or_default()
            .replace("95% CI ", "");
        let agree = find("percent_agreement").and_then(|e| e.value);
        let _written = write!(
            out,
            "{code:<28}{:>6}{:>12}{:>8}  {alpha:<28}",
            result.n,
            marked.join("/"),
            agree.map_or(String::new(), |v| format!("{v:.2}")),
        );
        if let Some((_, p)) = &result.pair {
            out.push_str(&passage_columns(p));
            add(&mut sum, p);
        }
        out.push('\n');
    }
    if two {
        let _written = write!(
            out,
            "{:<28}{:>6}{:>12}{:>8}  {:<28}",
            "all passages", "", "", "", ""
        );
        out.push_str(&passage_columns(&sum));
        out.push_str("\n\nP, R, F1: passages of the first coder against the second's, met by overlap of the same code, whatever\nthe assertion. asrt, voice: share of met passages with the same assertion, voice.\n");
    }
    out
}

fn add(sum: &mut Passages, p: &Passages) {
    sum.first += p.first;
    sum.second += p.second;
    sum.first_met += p.first_met;
    sum.second_met += p.second_met;
    sum.same_assertion += p.same_assertion;
    sum.voiced += p.voiced;
    sum.same_voice += p.same_voice;
}

fn passage_columns(p: &Passages) -> String {
    let two = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), |v| format!("{v:.2}"));
    let share = |part: u64, whole: u64| two((whole > 0).then(|| part as f64 / whole as f64));
    let (precision, recall, f1) = retrieval(p);
    format!(
        "{:>9}{:>7}{:>6}{:>6}{:>6}{:>8}{:>8}",
        p.first,
        p.second,
        two(precision),
        two(recall),
        two(f1),
        share(p.same_assertion, p.second_met),
        share(p.same_voice, p.voiced)
    )
}
