//! Tables of ratings as people have them: what is odd is handled and said, or refused with its line.
#![allow(
    clippy::unwrap_used,
    clippy::format_push_string,
    reason = "a test that cannot go on should say so"
)]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::verbatim_in;

/// Status, JSON (null where refused) and what is said of a table.
fn rated(table: &str, more: &[&str]) -> (Value, String) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("t.csv"), table).unwrap();
    let base = ["agree", "--ratings", "t.csv", "--json"];
    let done = verbatim_in(dir.path(), &[&base[..], more].concat());
    let told = String::from_utf8(done.stderr).unwrap();
    let value = match done.status.code() {
        Some(0) => serde_json::from_slice(&done.stdout).unwrap(),
        Some(1) => Value::Null,
        other => panic!("{other:?}: {told}"),
    };
    (value, told)
}

/// What has to be refused, and what the refusal has to name.
#[track_caller]
fn refused(table: &str, more: &[&str], names: &[&str]) {
    let (value, told) = rated(table, more);
    assert_eq!(value, Value::Null, "{table}\n{told}");
    for name in names {
        assert!(told.contains(name), "{name} in {told}");
    }
}

const PLAIN: &str = "unit,EL,MK\nn1,yes,yes\nn2,no,no\nn3,yes,no\nn4,no,no\n";

#[test]
fn two_coders_and_two_categories_have_their_table() {
    let (found, told) = rated(PLAIN, &[]);
    assert_eq!(told, "");
    let table = &found["table"];
    assert_eq!(
        [
            &table["both"],
            &table["only_first"],
            &table["only_second"],
            &table["neither"]
        ],
        [1, 1, 0, 2]
    );
    assert_eq!(table["positive_category"], "yes");
    assert!((table["positive_agreement"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9);
    assert!((table["negative_agreement"].as_f64().unwrap() - 0.8).abs() < 1e-9);
    assert_eq!(
        found["prevalence"][0],
        json!({"coder": "EL", "units": 4, "shares": {"no": 0.5, "yes": 0.5}})
    );
    assert_eq!(found["prevalence"][1]["shares"]["yes"], 0.25);
    // Yes is yes wherever it stands in the list.
    let (listed, _) = rated(PLAIN, &["--categories", "yes,no"]);
    assert_eq!(listed["table"], *table);
}

#[test]
fn a_rare_category_is_called_a_paradox_and_a_threshold_is_judged() {
    let mut table = "unit,EL,MK\n".to_owned();
    for i in 0..100 {
        let pair = match i {
            0..2 => "1,1",
            2..6 => "1,0",
            6..10 => "0,1",
            _ => "0,0",
        };
        table.push_str(&format!("n{i},{pair}\n"));
    }
    let (found, _) = rated(&table, &["--threshold", "0.8"]);
    assert_eq!(
        (&found["paradox"], &found["verdict"]),
        (&json!(true), &json!("below"))
    );
    let words = found["words"].as_str().unwrap();
    assert!(
        words.contains("agree on 92%") && words.contains("AC1 0.9"),
        "{words}"
    );
    for unwanted in ["substantial", "moderate", "poor"] {
        assert!(!words.contains(unwanted), "{words}");
    }
}

#[test]
fn alpha_has_a_seeded_interval_at_ordered_levels() {
    let table = "unit,a,b\n1,1,1\n2,2,3\n3,3,3\n4,4,4\n5,5,4\n6,1,2\n7,2,2\n8,3,3\n9,4,5\n10,5,5\n";
    for level in ["ordinal", "interval", "ratio"] {
        let of = || rated(table, &["--level", level]).0;
        let (one, two) = (of(), of());
        assert_eq!(one, two);
        let alpha = &one["coefficients"]["krippendorff_alpha"];
        let [value, low, high] =
            ["value", "ci_low", "ci_high"].map(|key| alpha[key].as_f64().unwrap());
        assert!(
            low < value && value < high && high <= 1.0,
            "{level}: {alpha}"
        );
        assert_eq!(one["alpha_bootstrap"]["ci_low"], alpha["ci_low"]);
    }
    let (below, _) = rated(&table.replace("3,3,3", "3,-3,3"), &["--level", "ratio"]);
    let alpha = &below["coefficients"]["krippendorff_alpha"];
    assert_eq!(alpha["value"], Value::Null);
    assert_eq!(alpha["why_undefined"], "negative_values");
    assert_eq!(below["alpha_bootstrap"], Value::Null);
}

#[test]
fn a_coefficient_that_there_is_not_is_refused_with_the_nearest() {
    let args = ["--coefficient", "kripendorf_alpha"];
    refused(
        PLAIN,
        &args,
        &["kripendorf_alpha", "nearest are krippendorff_alpha"],
    );
    refused(PLAIN, &["--coefficient", "gwet"], &["gwet_ac1"]);
}

#[test]
fn a_first_column_of_another_name_is_told_from_a_coder() {
    let wanted = rated(PLAIN, &[]).0["coefficients"].clone();
    for name in ["note", "Item", "x"] {
        let (found, told) = rated(&PLAIN.replace("unit", name), &[]);
        assert_eq!(found["coefficients"], wanted, "{name}");
        assert!(told.contains("t.csv:1:1") && told.contains(name), "{told}");
    }
    // A coder who gives what the other gives, too, is one.
    let (found, told) = rated("EL,MK\na,a\nb,a\nc,c\n", &[]);
    assert_eq!(found["coders"], 2);
    assert!(!told.contains("taken for"), "{told}");
    // Ranks: the first column counts, and so do others.
    let (found, told) = rated("EL,MK\n1,2\n2,1\n3,3\n4,4\n", &[]);
    assert_eq!(found["coders"], 2);
    assert!(told.contains("counts from row to row"), "{told}");
    let (found, told) = rated("x,EL,MK\n1,1,0\n2,0,0\n3,1,1\n4,1,1\n5,0,0\n", &[]);
    assert_eq!(found["coders"], 2);
    assert!(told.contains("taken for the units' names"), "{told}");
    // R's write.table: no heading over the row names.
    let (found, told) = rated("EL,MK\n1,yes,no\n2,yes,yes\n3,no,no\n", &[]);
    assert_eq!((&found["coders"], &found["units"]), (&json!(2), &json!(3)));
    assert!(told.contains("a cell more than the header"), "{told}");
}

#[test]
fn what_would_be_counted_wrongly_is_refused_with_its_line() {
    refused(
        "yes,yes\nno,no\nyes,no\n",
        &[],
        &["t.csv:1:1", "yes, yes", "names the columns"],
    );
    refused(
        "n1,yes,yes\nn2,no,no\nn3,yes,no\n",
        &[],
        &["t.csv:1:1", "holds ratings"],
    );
    refused(
        "unit,EL,EL\nn1,1,1\n",
        &[],
        &["t.csv:1:1", "columns 2 and 3", "EL"],
    );
    refused("unit,EL,\nn1,1,1\n", &[], &["t.csv:1:1", "column 3"]);
    refused(
        "unit,EL,MK\nn1,1,1\nn2,1,0\nn1,0,0\n",
        &[],
        &["t.csv:4:1", "line 2", "n1"],
    );
    let mixed = "unit;EL;MK\nn1;1,5;2\nn2;2.5;2\n";
    refused(
        mixed,
        &["--level", "interval"],
        &["t.csv:2:1", "line 3", "decimal point"],
    );
    let stray = ["--categories", "yes"];
    refused(PLAIN, &stray, &["t.csv:3:1", "no"]);
}

#[test]
fn what_cells_mean_is_said_where_they_do_not_say_it_themselves() {
    let wanted = rated(PLAIN, &[]).0["coefficients"].clone();
    let (found, told) = rated(&PLAIN.replace("n3,yes,no", "n3,Yes,NO"), &[]);
    assert_eq!(found["coefficients"], wanted);
    assert_eq!(found["categories"], json!(["no", "yes"]));
    assert!(
        told.contains("t.csv:4:1") && told.contains("\"Yes\""),
        "{told}"
    );
    let both = ["--categories", "yes,Yes,no,NO"];
    let (found, told) = rated(&PLAIN.replace("n3,yes,no", "n3,Yes,NO"), &both);
    assert_eq!(
        (found["categories"].as_array().unwrap().len(), told.as_str()),
        (4, "")
    );

    let points = "unit,EL,MK\nn1,1.5,2\nn2,2.5,2.5\nn3,3,3\n";
    let commas = points.replace(',', ";").replace('.', ",");
    let level = ["--level", "interval"];
    let ((one, _), (two, told)) = (rated(points, &level), rated(&commas, &level));
    assert_eq!(one["coefficients"], two["coefficients"]);
    assert!(
        told.contains("decimal comma (1,5)") && told.contains("t.csv:2:1"),
        "{told}"
    );

    let (_, told) = rated("unit,EL,MK\nn1,1,1\nn2,2,two\nn3,2,2\n", &[]);
    assert!(
        told.contains("t.csv:3:1") && told.contains("\"two\" stands among numbers"),
        "{told}"
    );
    let (_, told) = rated("unit,EL,MK\nn1,1,1\nn2,2\nn3,2,2,9\n", &[]);
    assert!(
        told.contains("fewer cells") && told.contains("more cells"),
        "{told}"
    );
}
