//! Statistics of counts against answers that R, scipy and statsmodels gave.
//!
//! The cases lie beside the repository; where they are absent the tests say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on should say so"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;
use verbatim::suggest::Contrast;
use verbatim::tally::contrast::multiplicity::benjamini_hochberg;
use verbatim::tally::contrast::odds::{
    Conditional, Stratum, cochran_mantel_haenszel, mantel_haenszel, mantel_haenszel_interval,
};
use verbatim::tally::contrast::rate::{Exposed, rate_ratio, rate_ratio_within};
use verbatim::tally::contrast::within::{
    Counted, Method, Participant, Sums, excess, label_permutation, sign_flip,
};
use verbatim::tally::{Cluster, Pair, Run, SaturationRule, garwood, ratio_error, run_at, wilson};

fn case(name: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/reference/stat")
        .join(format!("{name}.json"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("{name}: no case beside the repository, not checked");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn close(got: f64, expected: &Value, tolerance: f64, what: &str) {
    if expected == "inf" {
        assert!(
            got.is_infinite() && got > 0.0,
            "{what}: {got} is not infinite"
        );
        return;
    }
    let expected = expected.as_f64().unwrap();
    let error = (got - expected).abs() / expected.abs().max(1.0);
    assert!(error <= tolerance, "{what}: {got} is not {expected}");
}

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

#[test]
fn shares_and_rates() {
    if let Some(case) = case("freq_binomial_ci") {
        for c in case["cases"].as_array().unwrap() {
            let interval = wilson(whole(&c["x"]), whole(&c["n"])).unwrap();
            close(interval.low, &c["wilson95"][0], 1e-8, "wilson");
            close(interval.high, &c["wilson95"][1], 1e-8, "wilson");
        }
    }
    if let Some(case) = case("freq_poisson_rate_ci") {
        for c in case["cases"].as_array().unwrap() {
            let thousands = c["words"].as_f64().unwrap() / 1000.0;
            let interval = garwood(whole(&c["count"]), thousands).unwrap();
            close(interval.low, &c["garwood95"][0], 1e-8, "garwood");
            close(interval.high, &c["garwood95"][1], 1e-8, "garwood");
        }
    }
}

#[test]
fn codes_together() {
    let Some(case) = case("freq_cooccurrence") else {
        return;
    };
    for c in case["cases"].as_array().unwrap() {
        let pair = Pair {
            a: whole(&c["n1"]),
            b: whole(&c["n2"]),
            both: whole(&c["n12"]),
            units: whole(&c["N"]),
        };
        let jaccard = pair.jaccard().unwrap();
        close(jaccard, &c["c_coefficient_jaccard"], 1e-10, "jaccard");
        close(pair.npmi().unwrap(), &c["npmi"], 1e-10, "npmi");
        assert_eq!(c["frequency_ratio_gt5_flag"], pair.is_unequal());
    }
}

/// The public notes of eight participants: words, passages and presence by group.
fn people(case: &Value) -> BTreeMap<String, [Vec<Counted>; 2]> {
    let mut people: BTreeMap<String, [Vec<Counted>; 2]> = BTreeMap::new();
    for note in case["notes"].as_array().unwrap() {
        let group = usize::from(note[1] == "followup");
        let of = people.entry(note[0].as_str().unwrap().to_owned());
        of.or_default()[group].push(Counted {
            words: whole(&note[2]),
            count: whole(&note[3]),
        });
    }
    people
}

#[test]
fn clusters_of_notes() {
    let Some(case) = case("freq_cluster_bootstrap_and_rates") else {
        return;
    };
    let people = people(&case);
    for (group, name) in ["intake", "followup"].into_iter().enumerate() {
        let expected = &case["expected"]["by_session_type"][name];
        let cluster = |notes: &[Vec<Counted>; 2]| {
            let with = notes[group].iter().filter(|n| n.count > 0).count();
            Cluster {
                count: with as f64,
                base: notes[group].len() as f64,
            }
        };
        let clusters: Vec<Cluster> = people.values().map(cluster).collect();
        let error = ratio_error(&clusters).unwrap();
        close(error, &expected["se_cluster"], 1e-8, "cluster error");
    }
}

#[test]
fn odds_by_participant() {
    let Some(case) = case("freq_cmh_by_participant") else {
        return;
    };
    let strata: Vec<Stratum> = case["strata"]
        .as_object()
        .unwrap()
        .values()
        .map(|t| Stratum {
            a: whole(&t[0][0]),
            b: whole(&t[0][1]),
            c: whole(&t[1][0]),
            d: whole(&t[1][1]),
        })
        .collect();
    let expected = &case["expected"];
    close(
        cochran_mantel_haenszel(&strata).unwrap(),
        &expected["p"],
        1e-6,
        "CMH p",
    );
    close(
        mantel_haenszel(&strata).unwrap(),
        &expected["or_mh"],
        1e-6,
        "MH odds ratio",
    );
    let interval = mantel_haenszel_interval(&strata).unwrap();
    close(interval.low, &expected["or_mh_ci95_rbg"][0], 1e-6, "RBG");
    close(interval.high, &expected["or_mh_ci95_rbg"][1], 1e-6, "RBG");
    let exact = Conditional::new(&strata).unwrap();
    close(exact.p(), &expected["p_exact_minlike"], 1e-6, "exact p");
    close(
        exact.p_central(),
        &expected["p_exact_central"],
        1e-6,
        "central p",
    );
    close(
        exact.odds_ratio(),
        &expected["or_conditional_mle"],
        1e-6,
        "conditional odds ratio",
    );
    let informative = strata.iter().filter(|s| s.is_informative()).count();
    assert_eq!(
        informative,
        case["informative_participants"].as_array().unwrap().len()
    );
}

#[test]
fn one_table_is_one_stratum() {
    let Some(case) = case("freq_fisher_2x2") else {
        return;
    };
    for c in case["cases"].as_array().unwrap() {
        let t = &c["table"];
        let stratum = Stratum {
            a: whole(&t[0][0]),
            b: whole(&t[0][1]),
            c: whole(&t[1][0]),
            d: whole(&t[1][1]),
        };
        let exact = Conditional::new(&[stratum]).unwrap();
        close(exact.p(), &c["p_fisher_minlike"], 1e-8, "Fisher");
        close(
            exact.p_central(),
            &c["p_fisher_central"],
            1e-8,
            "Fisher, central",
        );
        close(
            exact.odds_ratio(),
            &c["or_conditional_mle"],
            1e-6,
            "odds ratio",
        );
        close(
            exact.interval().low,
            &c["or_ci95_exact"][0],
            1e-6,
            "lower bound",
        );
        close(
            exact.interval().high,
            &c["or_ci95_exact"][1],
            1e-6,
            "upper bound",
        );
    }
}

#[test]
fn within_participants() {
    let Some(case) = case("freq_within_participant_permutation") else {
        return;
    };
    let expected = &case["expected"];
    let people = people(&case);
    let difference = |notes: &[Vec<Counted>; 2]| {
        let rate = |notes: &[Counted]| {
            let sums = Sums::of(notes);
            1000.0 * sums.count as f64 / sums.words as f64
        };
        rate(&notes[0]) - rate(&notes[1])
    };
    let flips = &expected["sign_flip_participant_rate_diff"];
    let differences: Vec<f64> = people.values().map(difference).collect();
    for (got, (name, difference)) in differences
        .iter()
        .zip(flips["diffs_per_1000"].as_object().unwrap())
    {
        close(*got, difference, 1e-9, name);
    }
    let p = sign_flip(&differences).unwrap();
    close(p.value, &flips["p_exact_two_sided"], 1e-9, "sign flip");
    let permuted = |notes: &[Vec<Counted>; 2]| Participant {
        first: Sums::of(&notes[0]),
        second: Sums::of(&notes[1]),
        notes: notes.concat(),
    };
    let adjusted = &expected["exposure_adjusted_label_permutation"];
    let permuted: Vec<Participant> = people.values().map(permuted).collect();
    close(excess(&permuted), &adjusted["T_obs"], 1e-9, "T");
    let p = label_permutation(&permuted).unwrap();
    assert_eq!(p.method, Method::Exact);
    close(p.value, &adjusted["p_exact"], 1e-9, "label permutation");
    // Without the single notes the variance alone gives nearly the same.
    let sums = |p: &Participant| Participant {
        notes: Vec::new(),
        ..p.clone()
    };
    let summed: Vec<Participant> = permuted.iter().map(sums).collect();
    let near = label_permutation(&summed).unwrap();
    assert_eq!(near.method, Method::Normal);
    assert!((near.value - p.value).abs() < 0.01, "{near:?} {p:?}");
}

#[test]
fn ratios_of_rates() {
    let Some(case) = case("freq_poisson_glm_offset_cluster") else {
        return;
    };
    let exposed = |notes: &[Vec<Counted>; 2]| {
        let (a, b) = (Sums::of(&notes[0]), Sums::of(&notes[1]));
        Exposed {
            count_a: a.count,
            words_a: a.words,
            count_b: b.count,
            words_b: b.words,
        }
    };
    let expected = &case["expected"];
    let exposed: Vec<Exposed> = people(&case).values().map(exposed).collect();
    let found = rate_ratio(&exposed).unwrap();
    close(found.ratio, &expected["rr"], 1e-6, "rate ratio");
    let error = &expected["se_cluster_CR0_times_sqrt_G_over_G_minus_1"][1];
    close(found.log_error, error, 1e-6, "its error");
    close(
        found.interval.low,
        &expected["rr_ci95_cluster_t_G_minus_1"][0],
        1e-6,
        "low",
    );
    close(
        found.interval.high,
        &expected["rr_ci95_cluster_t_G_minus_1"][1],
        1e-6,
        "high",
    );
    let within = rate_ratio_within(&exposed).unwrap().ln();
    close(
        within,
        &expected["participant_fixed_effects"]["log_rr"],
        1e-6,
        "within participants",
    );
}

#[test]
fn two_rates_of_one_participant() {
    let Some(case) = case("freq_two_rates_exact") else {
        return;
    };
    for c in case["cases"].as_array().unwrap() {
        let exposed = Exposed {
            count_a: whole(&c["count_a"]),
            words_a: whole(&c["words_a"]),
            count_b: whole(&c["count_b"]),
            words_b: whole(&c["words_b"]),
        };
        let exact = Conditional::of_rates(&[exposed]).unwrap();
        close(exact.odds_ratio(), &c["rate_ratio"], 1e-6, "rate ratio");
        close(exact.p(), &c["p_exact_minlike"], 1e-6, "exact p");
        close(exact.p_central(), &c["p_exact_central"], 1e-6, "central p");
        let interval = exact.interval();
        close(interval.low, &c["ci95_exact_central"][0], 1e-6, "low");
        close(interval.high, &c["ci95_exact_central"][1], 1e-6, "high");
        // Over participants it is the estimate of the conditional Poisson regression.
        let people = [
            exposed,
            Exposed {
                count_a: 3,
                words_a: 900,
                count_b: 2,
                words_b: 400,
            },
        ];
        let over = Conditional::of_rates(&people).unwrap();
        let within = rate_ratio_within(&people).unwrap();
        assert!((over.odds_ratio() / within - 1.0).abs() < 1e-6);
    }
}

#[test]
fn words_that_stand_here_more_than_there() {
    let Some(case) = case("freq_keyness") else {
        return;
    };
    for c in case["cases"].as_array().unwrap() {
        let word = Contrast {
            inside: whole(&c["a"]),
            inside_all: whole(&c["n1"]),
            outside: whole(&c["b"]),
            outside_all: whole(&c["n2"]),
        };
        close(word.g2(), &c["G2_4cell_dunning"], 1e-6, "G2");
        close(word.log_ratio(), &c["log_ratio_hardie"], 1e-6, "log ratio");
    }
}

#[test]
fn many_tests() {
    let Some(case) = case("freq_multiplicity") else {
        return;
    };
    let p: Vec<f64> = case["p"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p.as_f64().unwrap())
        .collect();
    let expected = case["expected"]["bh"].as_array().unwrap();
    for (got, expected) in benjamini_hochberg(&p).iter().zip(expected) {
        close(*got, expected, 1e-10, "Benjamini-Hochberg");
    }
}

#[test]
fn saturation_of_a_list_of_events() {
    let Some(case) = case("freq_saturation") else {
        return;
    };
    let cumulative: Vec<usize> = case["cumulative_codes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| whole(n) as usize)
        .collect();
    for c in case["cases"].as_array().unwrap() {
        let rule = SaturationRule {
            base: whole(&c["base_size"]) as usize,
            run: whole(&c["run_length"]) as usize,
            threshold: 0.05,
        };
        let runs: Vec<(usize, Run)> = (0..cumulative.len())
            .filter_map(|event| Some((event + 1, run_at(&cumulative, event, rule)?)))
            .collect();
        let steps = c["steps"].as_array().unwrap();
        assert_eq!(runs.len(), steps.len());
        for ((event, run), step) in runs.iter().zip(steps) {
            assert_eq!(*event as u64, whole(&step["run"][1]));
            assert_eq!(run.new_codes as u64, whole(&step["new_codes"]));
            assert_eq!(run.base_codes as u64, whole(&c["base_codes"]));
            close(
                run.ratio().unwrap(),
                &step["ratio"],
                1e-12,
                "new codes of the base's",
            );
        }
        let reached = runs
            .iter()
            .find(|(_, run)| run.ratio().unwrap() <= rule.threshold);
        let expected = &c["saturated_at_event_le5pct"];
        assert_eq!(reached.map(|r| r.0 as u64), expected.as_u64());
    }
}
