//! What the cells of a table of ratings mean: missing, a number with a decimal comma, the same word in
//! another case.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::Result;

use super::rating_table::{RatingTable, is_same, number, refused, warning};

/// How programs write that a rating is missing.
const MISSING: [&str; 9] = [
    "NA", "<NA>", "NaN", "nan", "n/a", "N/A", "#N/A", "NULL", ".",
];

/// Settles what the cells mean; each thing that they do not say themselves is a finding.
pub(super) fn settle(path: &Path, read: &mut RatingTable, listed: &[String]) -> Result<()> {
    drop_missing(path, read, listed);
    decimal_commas(path, read, listed)?;
    one_case(path, read, listed);
    say_mixed(path, read, listed);
    Ok(())
}

/// Cells that say in a word that nobody rated, but where that word is a category.
fn drop_missing(path: &Path, read: &mut RatingTable, listed: &[String]) {
    let is_missing =
        |cell: &str| MISSING.contains(&cell) && !listed.iter().any(|category| category == cell);
    let mut found: BTreeMap<String, (u64, u32)> = BTreeMap::new();
    for (unit, &line) in read.units.iter_mut().zip(&read.lines) {
        for cell in unit {
            if let Some(word) = cell.take_if(|word| is_missing(word)) {
                found.entry(word).or_insert((0, line)).0 += 1;
            }
        }
    }
    for (word, (count, line)) in found {
        let message = format!(
            "{count} cells say {word}, this row's the first; they are taken as missing. Where {word} is a \
                category, list it with --categories."
        );
        read.findings.push(warning(path, line, message));
    }
}

/// `1,5` is 1.5 where no cell has a decimal point.
fn decimal_commas(path: &Path, read: &mut RatingTable, listed: &[String]) -> Result<()> {
    let is_listed = |cell: &str| listed.iter().any(|category| category == cell);
    let with_comma = |cell: &str| {
        let (whole, part) = cell.split_once(',')?;
        let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
        let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        (is_digits(digits) && is_digits(part) && !is_listed(cell))
            .then(|| format!("{whole}.{part}"))
    };
    let first = |what: &dyn Fn(&str) -> bool| {
        let rows = read.units.iter().zip(&read.lines);
        let mut cells =
            rows.flat_map(|(unit, line)| unit.iter().flatten().map(move |c| (c, *line)));
        cells
            .find(|(cell, _)| what(cell))
            .map(|(cell, line)| (cell.clone(), line))
    };
    let Some((comma, line)) = first(&|cell| with_comma(cell).is_some()) else {
        return Ok(());
    };
    if let Some((point, at)) = first(&|cell| cell.contains('.') && number(cell).is_some()) {
        let what = format!(
            "{comma} stands here and {point} on line {at}: is the comma a decimal point or does it part \
                thousands? Write all numbers in one way"
        );
        return Err(refused(path, line, &what));
    }
    for cell in read.units.iter_mut().flatten().flatten() {
        if let Some(number) = with_comma(cell) {
            *cell = number;
        }
    }
    let message = format!("Numbers have a decimal comma ({comma}); they are read as decimals.");
    read.findings.push(warning(path, line, message));
    Ok(())
}

/// Words that differ in case or inner blanks alone are one category: as the list writes it, else as most
/// cells do.
fn one_case(path: &Path, read: &mut RatingTable, listed: &[String]) {
    let fold = |cell: &str| {
        let words: Vec<&str> = cell.split_whitespace().collect();
        words.join(" ").to_lowercase()
    };
    let mut written: BTreeMap<String, BTreeMap<String, (u64, u32)>> = BTreeMap::new();
    for (unit, &line) in read.units.iter().zip(&read.lines) {
        for cell in unit.iter().flatten().filter(|cell| number(cell).is_none()) {
            let ways = written.entry(fold(cell)).or_default();
            ways.entry(cell.clone()).or_insert((0, line)).0 += 1;
        }
    }
    let mut instead: BTreeMap<String, String> = BTreeMap::new();
    for (folded, ways) in &written {
        let mut own = listed.iter().filter(|category| fold(category) == *folded);
        let wanted = match (own.next(), own.next()) {
            // A list that has both means both.
            (Some(_), Some(_)) => continue,
            (Some(listed), None) => listed.clone(),
            (None, _) => {
                let most = ways.iter().max_by_key(|(_, (count, _))| *count);
                most.map(|(way, _)| way.clone()).unwrap_or_default()
            }
        };
        let others: Vec<(&String, &(u64, u32))> =
            ways.iter().filter(|(way, _)| **way != wanted).collect();
        let Some(line) = others.iter().map(|(_, (_, line))| *line).min() else {
            continue;
        };
        let named: Vec<String> = others.iter().map(|(way, _)| format!("{way:?}")).collect();
        let message = format!(
            "{} is taken for {wanted:?}: the two differ in case or blanks alone. Where they are two categories, \
                list both with --categories.",
            named.join(", ")
        );
        read.findings.push(warning(path, line, message));
        instead.extend(
            others
                .iter()
                .map(|(way, _)| ((*way).clone(), wanted.clone())),
        );
    }
    for cell in read.units.iter_mut().flatten().flatten() {
        if let Some(wanted) = instead.get(cell) {
            wanted.clone_into(cell);
        }
    }
}

/// A word among numbers is probably a slip; it makes all of them words.
fn say_mixed(path: &Path, read: &mut RatingTable, listed: &[String]) {
    let is_listed = |cell: &str| listed.iter().any(|category| is_same(category, cell));
    let (mut numbers, mut words) = (0, Vec::new());
    for (unit, &line) in read.units.iter().zip(&read.lines) {
        for cell in unit.iter().flatten() {
            if number(cell).is_some() {
                numbers += 1;
            } else if !is_listed(cell) {
                words.push((cell.clone(), line));
            }
        }
    }
    if numbers <= words.len() {
        return;
    }
    if let Some((word, line)) = words.first() {
        let message = format!(
            "{word:?} stands among numbers ({} such cells of {}) and is taken for a category, so that all of \
                them are words. Correct it, or leave the cell empty.",
            words.len(),
            numbers + words.len()
        );
        read.findings.push(warning(path, *line, message));
    }
}
