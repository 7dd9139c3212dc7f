//! Agreement on a plain table of ratings.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::agreement::{
    Level, RatingAgreement, Ratings, RatingsAsked, Retrieval, Verdict, units_text,
    weighted_coefficients,
};
use crate::cli::{print, print_json};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::exchange::{RatingTable, is_yes, read_rating_table};

use super::show::{named, table_json, words};
use super::{Args, LevelName};

/// Prints the coefficients of a plain table.
pub(super) fn run(args: &Args, path: &Path) -> Result<()> {
    let listed: Vec<String> = args
        .categories
        .iter()
        .map(|c| c.trim().to_owned())
        .filter(|c| !c.is_empty())
        .collect();
    let table = read_rating_table(path, &listed)?;
    for finding in &table.findings {
        eprintln!("{finding}");
    }
    let categories = table
        .categories(&listed)
        .map_err(|stray| not_listed(path, &table, &stray))?;
    let mut ratings = Ratings::new(
        table.coders.len(),
        categories.len(),
        table.indices(&categories),
    );
    let numbers: Option<Vec<f64>> = categories.iter().map(|c| c.parse().ok()).collect();
    let has_numbers = numbers.is_some();
    if let Some(numbers) = numbers {
        ratings = ratings.with_numbers(numbers);
    }
    if !has_numbers && listed.is_empty() && categories.len() > 2 {
        warn_of_order(&categories);
    }
    let level = args.level.level();
    let positive = positive(&categories);
    let mut found = RatingAgreement::of(
        &ratings,
        RatingsAsked {
            level,
            replicates: args.replicates,
            threshold: super::threshold(args)?,
            positive,
        },
    );
    let all = &mut found.coefficients;
    if level != Level::Nominal && (has_numbers || args.level == LevelName::Ordinal) {
        let at = all.len() - 1;
        all.splice(at..at, weighted_coefficients(&ratings));
    }
    let shown = Shown {
        args,
        coders: &table.coders,
        categories: &categories,
        dropped: ratings.dropped(),
        positive: positive.and_then(|yes| categories.get(yes)),
        found: &found,
    };
    if args.json {
        print_json(&shown.as_json())
    } else {
        print(&shown.as_text())
    }
}

fn not_listed(path: &Path, table: &RatingTable, stray: &[String]) -> Error {
    let line = stray.first().and_then(|value| table.line_of(value));
    let message = format!(
        "the table holds categories that --categories lacks: {}. List them, or correct the cells.",
        stray.join(", ")
    );
    Error {
        kind: ErrorKind::Other { message },
        place: Some(Place::at(path, line.unwrap_or(1), 1)),
    }
}

/// Words have no order of their own, and the ordered coefficients need one.
fn warn_of_order(categories: &[String]) {
    let order = categories.join(", ");
    eprintln!(
        "note: the categories are words and taken in this order: {order}. Weighted kappa, AC2 and alpha at \
         another level than nominal rest on it; give the right one with --categories."
    );
}

/// Of two categories the one that stands for yes: that which says so, else the last.
fn positive(categories: &[String]) -> Option<usize> {
    if categories.len() != 2 {
        return None;
    }
    let says = categories.iter().map(|c| is_yes(c)).collect::<Vec<_>>();
    Some(match says[..] {
        [true, false] => 0,
        _ => 1,
    })
}

/// What is shown of a table.
struct Shown<'s> {
    args: &'s Args,
    coders: &'s [String],
    categories: &'s [String],
    dropped: u64,
    positive: Option<&'s String>,
    found: &'s RatingAgreement,
}

impl Shown<'_> {
    fn as_json(&self) -> Value {
        let found = self.found;
        let interval = |(low, high): (f64, f64)| json!({"ci_low": low, "ci_high": high, "replicates": self.args.replicates});
        let mut value = json!({
            "units": found.n as u64,
            "units_without_ratings": self.dropped,
            "coders": self.coders.len(),
            "coder_names": self.coders,
            "level": self.args.level.as_str(),
            "categories": self.categories,
            "coefficients": named(&found.coefficients),
            "alpha_bootstrap": found.bootstrap.map(interval),
            "prevalence": self.prevalence(),
            "paradox": found.is_paradox(),
            "verdict": found.verdict().map(Verdict::as_str),
            "words": found.in_words(self.categories),
        });
        if let Some(table) = &found.table {
            value["table"] = table_json(table);
            value["table"]["positive_category"] = json!(self.positive);
        }
        value
    }

    /// How often each coder gave each category.
    fn prevalence(&self) -> Value {
        let each = self.coders.iter().zip(&self.found.shares);
        let one = |(coder, (n, shares)): (&String, &(f64, Vec<f64>))| {
            let shares = self.categories.iter().zip(shares);
            let shares: Map<String, Value> = shares
                .map(|(category, share)| (category.clone(), json!(share)))
                .collect();
            json!({"coder": coder, "units": *n as u64, "shares": shares})
        };
        each.map(one).collect()
    }

    fn as_text(&self) -> String {
        let found = self.found;
        let mut out = format!(
            "{} units, {} coders: {}; level: {}\n",
            units_text(found.n),
            self.coders.len(),
            self.coders.join(", "),
            self.args.level.as_str(),
        );
        if self.dropped > 0 {
            let _written = writeln!(out, "{} rows without any rating are left out", self.dropped);
        }
        out.push('\n');
        self.prevalence_rows(&mut out);
        if let Some(table) = &found.table {
            self.table_rows(table, &mut out);
        }
        for (name, value) in &found.coefficients {
            let _written = writeln!(out, "{name:<24}{}", words(*value));
        }
        if let Some((low, high)) = found.bootstrap {
            let _written = writeln!(
                out,
                "{:<24}{low:.3} to {high:.3} ({} seeded resamples of units)",
                "alpha by bootstrap", self.args.replicates
            );
        }
        let _written = writeln!(out, "\n{}", found.in_words(self.categories));
        out
    }

    fn prevalence_rows(&self, out: &mut String) {
        /// More categories than fit a line are left to JSON.
        const CATEGORIES_MAX: usize = 8;
        if self.categories.len() > CATEGORIES_MAX {
            return;
        }
        let _written = write!(out, "{:<24}{:>8}", "given by", "units");
        for category in self.categories {
            let _written = write!(out, "{category:>12}");
        }
        out.push('\n');
        for (coder, (n, shares)) in self.coders.iter().zip(&self.found.shares) {
            let _written = write!(out, "{coder:<24}{n:>8}");
            for share in shares {
                let _written = write!(out, "{:>11.1}%", share * 100.0);
            }
            out.push('\n');
        }
        out.push('\n');
    }

    fn table_rows(&self, table: &Retrieval, out: &mut String) {
        let [first, second] = self.coders else {
            return;
        };
        let yes = self.positive.map(String::as_str).unwrap_or_default();
        let two = |value: Option<f64>| {
            value.map_or_else(|| "undefined".to_owned(), |v| format!("{v:.3}"))
        };
        let _written = writeln!(
            out,
            "2x2 table of {yes:?}: both {}, only {first} {}, only {second} {}, neither {}\n\
             positive agreement {}, negative agreement {}\n",
            units_text(table.both),
            units_text(table.only_coder),
            units_text(table.only_reference),
            units_text(table.neither),
            two(table.f1()),
            two(table.negative_agreement()),
        );
    }
}
