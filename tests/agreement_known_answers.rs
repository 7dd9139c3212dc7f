//! Every coefficient gives the values that independent programs computed.
//!
//! The cases lie beside a checkout (`../shared/reference/stat`); without them only the published
//! values written here are checked.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on should say so"
)]

use std::path::PathBuf;

use serde_json::Value;
use verbatim::agreement::{
    Continuum, Estimate, Level, Ratings, Stretch, Weights, brennan_prediger, coefficients,
    cohen_kappa, conger_kappa, fleiss_kappa, gwet_ac1, krippendorff_alpha, nominal_alpha,
    percent_agreement, scott_pi, unitizing, weighted_coefficients,
};

fn cases(prefix: &str) -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/stat");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .filter(|p| p.file_name().unwrap().to_string_lossy().starts_with(prefix))
        .map(|p| {
            let text = std::fs::read_to_string(&p).unwrap();
            (
                p.file_stem().unwrap().to_string_lossy().into_owned(),
                serde_json::from_str(&text).unwrap(),
            )
        })
        .collect()
}

fn check(case: &str, name: &str, ours: Estimate, theirs: &Value, tolerance: f64) {
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= tolerance,
        (None, None) => true,
        _ => false,
    };
    let value = theirs["value"].as_f64();
    assert!(
        near(ours.value, value),
        "{case} {name}: {ours:?}, wanted {theirs}"
    );
    if value.is_none() {
        let reason = theirs["reason"].as_str().unwrap_or_default();
        let ours = ours
            .why_undefined
            .map(verbatim::agreement::WhyUndefined::as_str);
        assert_eq!(ours, Some(reason), "{case} {name}");
    }
    let se = theirs["se"].as_f64();
    if se.is_some_and(|se| se > 0.0 || value == Some(1.0)) {
        assert!(
            near(ours.se, se),
            "{case} {name} se: {ours:?}, wanted {theirs}"
        );
        let ends = &theirs["ci95"];
        assert!(
            near(ours.ci_low, ends[0].as_f64()),
            "{case} {name}: {ours:?}, wanted {theirs}"
        );
        assert!(
            near(ours.ci_high, ends[1].as_f64()),
            "{case} {name}: {ours:?}, wanted {theirs}"
        );
    }
}

fn ratings_of(case: &Value) -> Ratings {
    let categories: Vec<&Value> = case["categories"].as_array().unwrap().iter().collect();
    let index = |v: &Value| categories.iter().position(|c| *c == v);
    let units = case["ratings"].as_array().unwrap();
    let units = units
        .iter()
        .map(|u| u.as_array().unwrap().iter().map(index).collect())
        .collect();
    let coders = case["coders"].as_array().unwrap().len();
    let ratings = Ratings::new(coders, categories.len(), units);
    match categories
        .iter()
        .map(|c| c.as_f64())
        .collect::<Option<Vec<f64>>>()
    {
        Some(numbers) => ratings.with_numbers(numbers),
        None => ratings,
    }
}

#[test]
fn coefficients_equal_those_of_independent_programs() {
    let mut checked = 0;
    for (name, case) in cases("agree_") {
        if case["kind"] != "agreement_coding" {
            continue;
        }
        let ratings = ratings_of(&case);
        let weighted = weighted_coefficients(&ratings);
        for (coefficient, theirs) in case["coefficients"].as_object().unwrap() {
            let ours = match coefficient.as_str() {
                "percent_agreement" => percent_agreement(&ratings),
                "cohen_kappa" => cohen_kappa(&ratings, Weights::Identity),
                "cohen_kappa_linear" => cohen_kappa(&ratings, Weights::Linear),
                "cohen_kappa_quadratic" => cohen_kappa(&ratings, Weights::Quadratic),
                "scott_pi" => scott_pi(&ratings),
                "fleiss_kappa" => fleiss_kappa(&ratings),
                "conger_kappa" => conger_kappa(&ratings),
                "brennan_prediger" => brennan_prediger(&ratings),
                "gwet_ac1" => gwet_ac1(&ratings),
                "kripp_alpha_nominal" => krippendorff_alpha(&ratings, Level::Nominal),
                "kripp_alpha_ordinal" => krippendorff_alpha(&ratings, Level::Ordinal),
                "kripp_alpha_interval" => krippendorff_alpha(&ratings, Level::Interval),
                "kripp_alpha_ratio" => krippendorff_alpha(&ratings, Level::Ratio),
                name => match weighted.iter().find(|(known, _)| *known == name) {
                    Some((_, ours)) => *ours,
                    None => continue,
                },
            };
            check(&name, coefficient, ours, theirs, 1e-6);
            checked += 1;
        }
    }
    println!("{checked} values checked");
}

#[test]
fn unitizing_alphas_equal_those_of_independent_programs() {
    for (name, case) in cases("unit_") {
        let codes: Vec<&str> = case["categories"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c.as_str().unwrap())
            .collect();
        let begin = case["continuum"]["begin"].as_u64().unwrap();
        let stretch = |s: &Value| Stretch {
            start: s["start"].as_u64().unwrap() - begin,
            end: s["end"].as_u64().unwrap() - begin,
            code: codes.iter().position(|c| *c == s["code"]).unwrap(),
        };
        let coders = case["spans_half_open"].as_array().unwrap();
        let continuum = Continuum {
            length: case["continuum"]["length"].as_u64().unwrap(),
            codes: codes.len(),
            coders: coders
                .iter()
                .map(|c| c.as_array().unwrap().iter().map(stretch).collect())
                .collect(),
        };
        let ours = unitizing(&continuum);
        for (coefficient, theirs) in case["coefficients"].as_object().unwrap() {
            let value = match coefficient.as_str() {
                "u_alpha" => ours.u_alpha,
                "bar_u_alpha" => ours.bar_u_alpha,
                "cu_alpha" => ours.cu_alpha,
                "cu_coverage" => ours.cu_coverage,
                other => match other.strip_prefix("k_u_alpha[") {
                    Some(code) => {
                        let code = code.trim_end_matches(']');
                        ours.k_u_alpha[codes.iter().position(|c| *c == code).unwrap()]
                    }
                    None => continue,
                },
            };
            let (a, b) = (value.value, theirs["value"].as_f64());
            let same = a
                .zip(b)
                .map_or(a.is_none() == b.is_none(), |(a, b)| (a - b).abs() < 1e-9);
            assert!(same, "{name} {coefficient}: {value:?}, wanted {theirs}");
        }
    }
}

#[test]
fn cohens_published_table_gives_his_kappa() {
    // Cohen 1960, table 3: kappa .492.
    let table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]];
    let mut units = Vec::new();
    for (a, row) in table.iter().enumerate() {
        for (b, &times) in row.iter().enumerate() {
            units.extend(std::iter::repeat_n(vec![Some(a), Some(b)], times));
        }
    }
    let kappa = cohen_kappa(&Ratings::new(2, 3, units), Weights::Identity);
    assert!((kappa.value.unwrap() - 0.492).abs() < 5e-4);
}

#[test]
fn order_of_coders_and_units_changes_nothing() {
    let unit = |i: usize| {
        vec![
            Some(i % 3),
            Some(i % 2),
            (!i.is_multiple_of(5)).then_some((i / 2) % 3),
        ]
    };
    let straight: Vec<_> = (0..40).map(unit).collect();
    let turned: Vec<_> = (0..40)
        .rev()
        .map(|i| unit(i).into_iter().rev().collect())
        .collect();
    let one = coefficients(&Ratings::new(3, 3, straight), Level::Nominal);
    let two = coefficients(&Ratings::new(3, 3, turned), Level::Nominal);
    for ((name, a), (_, b)) in one.iter().zip(&two) {
        assert_eq!(a.why_undefined, b.why_undefined, "{name}");
        if let (Some(a), Some(b)) = (a.value, b.value) {
            assert!((a - b).abs() < 1e-12, "{name}");
        }
    }
}

#[test]
fn bootstrap_of_units_equals_that_of_independent_programs() {
    let all: std::collections::BTreeMap<String, Value> = cases("agree_").into_iter().collect();
    for (name, case) in &all {
        if case["kind"] != "agreement_bootstrap" {
            continue;
        }
        let rated = &all[case["ratings_case"].as_str().unwrap()];
        let theirs = &case["coefficients"]["kripp_alpha_nominal"]["ci95_bootstrap"];
        let (low, high) =
            verbatim::agreement::bootstrap_units(&ratings_of(rated), nominal_alpha, 20_000)
                .unwrap();
        assert!(
            (low - theirs[0].as_f64().unwrap()).abs() < 0.02,
            "{name}: {low}"
        );
        assert!(
            (high - theirs[1].as_f64().unwrap()).abs() < 0.02,
            "{name}: {high}"
        );
    }
}
