//! Agreement on a plain table of ratings.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;

use crate::agreement::{Level, Ratings, coefficients, weighted_coefficients};
use crate::cli::{print, print_json};
use crate::error::{Error, Result};
use crate::exchange::read_rating_table;

use super::show::{named, words};
use super::{Args, LevelName};

/// Prints the coefficients of a plain table.
pub(super) fn run(args: &Args, path: &Path) -> Result<()> {
    let table = read_rating_table(path)?;
    for finding in &table.findings {
        eprintln!("{finding}");
    }
    let listed: Vec<String> = args
        .categories
        .iter()
        .map(|c| c.trim().to_owned())
        .collect();
    let categories = table.categories(&listed).map_err(|stray| {
        let stray = stray.join(", ");
        Error::other(format!(
            "the table holds categories that --categories lacks: {stray}."
        ))
    })?;
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
    let mut all = coefficients(&ratings, level);
    if level != Level::Nominal && (has_numbers || args.level == LevelName::Ordinal) {
        let at = all.len() - 1;
        all.splice(at..at, weighted_coefficients(&ratings));
    }
    if args.json {
        return print_json(&json!({
            "units": ratings.n() as u64,
            "units_without_ratings": ratings.dropped(),
            "coders": table.coders.len(),
            "coder_names": table.coders,
            "level": args.level.as_str(),
            "categories": categories,
            "coefficients": named(&all),
        }));
    }
    let mut out = format!("{} units, {} coders\n", ratings.n(), table.coders.len());
    for (name, value) in all {
        let _written = writeln!(out, "{name:<24}{}", words(value));
    }
    print(&out)
}

/// Words have no order of their own, and the ordered coefficients need one.
fn warn_of_order(categories: &[String]) {
    let order = categories.join(", ");
    eprintln!(
        "note: the categories are words and taken in this order: {order}. Weighted kappa, AC2 and alpha at \
         another level than nominal rest on it; give the right one with --categories."
    );
}
