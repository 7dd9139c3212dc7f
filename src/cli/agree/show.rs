//! Agreement as JSON and as a table.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::agreement::{
    ALPHA, CodeAgreement, Compared, Estimate, Passages, Retrieval, Threshold, Verdict, spread,
    units_text, whole_units,
};
use crate::cli::{print, print_json};
use crate::error::Result;

use super::Args;

/// Confused codes that are printed at most.
const CONFUSED_MAX: usize = 10;

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

/// A number of units: whole as such, broken where a sample is weighted.
fn units(n: f64) -> Value {
    whole_units(n).map_or_else(|| json!(n), |whole| json!(whole))
}

/// Coefficients as JSON, by name.
pub(super) fn named(all: &[(&'static str, Estimate)]) -> Value {
    let all = all.iter();
    Value::Object(
        all.map(|(name, e)| ((*name).to_owned(), estimate(*e)))
            .collect(),
    )
}

/// A value with its interval, or why there is none.
pub(super) fn words(estimate: Estimate) -> String {
    match (estimate.value, estimate.ci_low, estimate.ci_high) {
        (Some(value), Some(low), Some(high)) => {
            format!("{value:.3} (95% CI {low:.3} to {high:.3})")
        }
        (Some(value), ..) => format!("{value:.3}"),
        (None, ..) => {
            let why = estimate.why_undefined.map_or("unknown", |why| why.as_str());
            format!("undefined: {why}")
        }
    }
}

/// A value with the interval that conclusions rest on.
fn with_interval(mut value: Estimate, interval: Option<(f64, f64)>) -> String {
    (value.ci_low, value.ci_high) = interval.unzip();
    words(value)
}

/// Prints the agreement on each code.
pub(super) fn codes(args: &Args, compared: &Compared) -> Result<()> {
    if args.json {
        return print_json(&as_json(compared));
    }
    print(&as_table(compared))
}

fn as_json(all: &Compared) -> Value {
    let mut per_code = Map::new();
    for code in &all.codes {
        let alone = json!({
            "bar_u_alpha": estimate(code.bar_u_alpha),
            "k_u_alpha": estimate(code.k_u_alpha),
        });
        per_code.insert(code.code.clone(), alone);
    }
    let mut unitizing = match &all.whole {
        Some(whole) => named(&[
            ("u_alpha", whole.u_alpha),
            ("bar_u_alpha", whole.bar_u_alpha),
            ("cu_alpha", whole.cu_alpha),
            ("cu_coverage", whole.cu_coverage),
        ]),
        None => json!({}),
    };
    unitizing["per_code"] = Value::Object(per_code);
    let confused = |c: &crate::agreement::Confused| {
        json!({
            "first": all.codes[c.code].code,
            "second": all.codes[c.other].code,
            "passages": c.passages,
        })
    };
    let group = |g: &crate::agreement::GroupAgreement| {
        json!({
            "by": g.by, "group": g.group, "notes": g.notes, "codes": codes_json(all, &g.codes),
            "over_codes": spreads(&g.codes),
        })
    };
    json!({
        "coders": all.coders,
        "unit": all.unit,
        "notes": all.notes,
        "intervals": json!({
            "method": all.intervals.method(), "drawn": all.intervals.drawn,
            "clusters": all.intervals.clusters, "replicates": all.intervals.replicates,
        }),
        "weights": all.is_weighted.then_some("design"),
        "threshold": all.threshold.map(|t| json!({"coefficient": t.coefficient, "value": t.value})),
        "codes": codes_json(all, &all.codes),
        "over_codes": spreads(&all.codes),
        "unitizing": unitizing,
        "confusion": all.confusion.iter().map(confused).collect::<Vec<_>>(),
        "groups": all.groups.iter().map(group).collect::<Vec<_>>(),
    })
}

fn codes_json(all: &Compared, codes: &[CodeAgreement]) -> Value {
    let mut out = Map::new();
    for code in codes {
        let interval = |ends: Option<(f64, f64)>| {
            ends.map(|(low, high)| json!({"ci_low": low, "ci_high": high}))
        };
        let mut value = json!({
            "n": units(code.n),
            "marked": code.marked.iter().copied().map(units).collect::<Vec<_>>(),
            "prevalence": code.prevalence(),
            "coefficients": named(&code.coefficients),
            "alpha_bootstrap": interval(code.bootstrap),
            "verdict": all.verdict(code).map(Verdict::as_str),
            "paradox": code.is_paradox(),
            "words": all.in_words(code),
            "stale": code.stale,
        });
        if let Some((table, passages)) = &code.pair {
            value["table"] = table_json(table);
            value["passages"] = passages_json(passages);
        }
        out.insert(code.code.clone(), value);
    }
    Value::Object(out)
}

/// Minimum and median over codes of the coefficients that may have a threshold.
fn spreads(codes: &[CodeAgreement]) -> Value {
    let one = |name: &str| {
        let found = spread(codes, name).map(|s| {
            json!({
                "minimum": s.minimum.0, "minimum_code": s.minimum.1, "median": s.median,
                "codes": s.defined, "undefined": codes.len() - s.defined,
            })
        });
        (name.to_owned(), found.unwrap_or(Value::Null))
    };
    Value::Object(Threshold::COEFFICIENTS.into_iter().map(one).collect())
}

pub(super) fn table_json(table: &Retrieval) -> Value {
    json!({
        "both": units(table.both),
        "only_first": units(table.only_coder),
        "only_second": units(table.only_reference),
        "neither": units(table.neither),
        "positive_agreement": table.f1(),
        "negative_agreement": table.negative_agreement(),
        "jaccard": table.jaccard(),
        "holsti": table.f1(),
        "precision": table.precision(),
        "recall": table.recall(),
        "f1": table.f1(),
    })
}

fn passages_json(p: &Passages) -> Value {
    let (precision, recall, f1) = p.retrieval();
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

fn as_table(all: &Compared) -> String {
    let mut out = format!(
        "{}\n{} notes that every coder read; unit: {}\n{}\n\n",
        all.coders.join(" / "),
        all.notes,
        all.unit,
        all.intervals.in_words(all.unit),
    );
    if all.is_weighted {
        out.push_str(
            "Weighted by the sample's design: each note stands for those of its stratum.\n\n",
        );
    }
    code_table(&mut out, all);
    over_codes(&mut out, all);
    confused(&mut out, all);
    for group in &all.groups {
        let _written = writeln!(out, "\n{} {}: {} notes", group.by, group.group, group.notes);
        let shown = group.codes.iter().filter(|c| c.is_used());
        for code in shown {
            let marked: Vec<String> = code.marked.iter().copied().map(units_text).collect();
            let agree = code.estimate("percent_agreement").value;
            let _written = writeln!(
                out,
                "{:<28}{:>6}{:>12}{:>8}  {}",
                code.code,
                units_text(code.n),
                marked.join("/"),
                agree.map_or(String::new(), |v| format!("{v:.2}")),
                words(code.alpha()).replace("95% CI ", ""),
            );
        }
        spread_line(&mut out, &group.codes);
    }
    what_may_be_said(&mut out, all);
    out
}

fn code_table(out: &mut String, all: &Compared) {
    let two = all.coders.len() == 2;
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
    for code in &all.codes {
        let marked: Vec<String> = code.marked.iter().copied().map(units_text).collect();
        let agree = code.estimate("percent_agreement").value;
        let alpha = with_interval(code.alpha(), all.interval(code, ALPHA)).replace("95% CI ", "");
        let _written = write!(
            out,
            "{:<28}{:>6}{:>12}{:>8}  {alpha:<28}",
            code.code,
            units_text(code.n),
            marked.join("/"),
            agree.map_or(String::new(), |v| format!("{v:.2}")),
        );
        if let Some((_, p)) = &code.pair {
            out.push_str(&passage_columns(p));
            sum += *p;
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
        out.push_str("\n\nP, R, F1: passages of the first coder against the second's, met by overlap of the \
            same code, whatever\nthe assertion. asrt, voice: share of met passages with the same assertion, \
            voice.\n");
    }
}

fn over_codes(out: &mut String, all: &Compared) {
    out.push('\n');
    spread_line(out, &all.codes);
    let Some(threshold) = all.threshold else {
        return;
    };
    let of = |verdict: Verdict| {
        let codes = all.codes.iter().filter(|c| all.verdict(c) == Some(verdict));
        codes.count()
    };
    let _written = writeln!(
        out,
        "threshold {} {:.2}, set beforehand: {} codes above, {} inconclusive (the interval crosses it), {} \
         below, {} undefined",
        threshold.coefficient,
        threshold.value,
        of(Verdict::Above),
        of(Verdict::Inconclusive),
        of(Verdict::Below),
        of(Verdict::Undefined),
    );
}

fn spread_line(out: &mut String, codes: &[CodeAgreement]) {
    if let Some(s) = spread(codes, ALPHA) {
        let _written = writeln!(
            out,
            "alpha over {} codes: lowest {:.3} ({}), median {:.3}; undefined for {}",
            s.defined,
            s.minimum.0,
            s.minimum.1,
            s.median,
            codes.len() - s.defined
        );
    }
}

fn confused(out: &mut String, all: &Compared) {
    if all.confusion.is_empty() {
        return;
    }
    out.push_str(
        "\nCodes given in each other's place (first coder's, second coder's, passages):\n",
    );
    for c in all.confusion.iter().take(CONFUSED_MAX) {
        let (first, second) = (&all.codes[c.code].code, &all.codes[c.other].code);
        let _written = writeln!(out, "  {first:<28}{second:<28}{:>6}", c.passages);
    }
    let left = all.confusion.len().saturating_sub(CONFUSED_MAX);
    if left > 0 {
        let _written = writeln!(out, "  {left} more pairs with --json");
    }
}

/// Sentences for codes of which a number alone would mislead.
fn what_may_be_said(out: &mut String, all: &Compared) {
    let misleads = |c: &&CodeAgreement| {
        c.is_paradox()
            || !c.stale.is_empty()
            || c.alpha().value.is_none()
            || !matches!(all.verdict(c), None | Some(Verdict::Above))
    };
    let told: Vec<&CodeAgreement> = all.codes.iter().filter(misleads).collect();
    if told.is_empty() {
        return;
    }
    out.push('\n');
    for code in told {
        let _written = writeln!(out, "{}: {}", code.code, all.in_words(code));
    }
}

fn passage_columns(p: &Passages) -> String {
    let two = |v: Option<f64>| v.map_or_else(|| "-".to_owned(), |v| format!("{v:.2}"));
    let share = |part: u64, whole: u64| two((whole > 0).then(|| part as f64 / whole as f64));
    let (precision, recall, f1) = p.retrieval();
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
