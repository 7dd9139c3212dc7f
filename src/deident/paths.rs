//! Names of files and folders with identifiers masked.

use super::{Finder, Known, mask};

/// Digits of a date without separators in a file's name.
const DATE_DIGITS: usize = 6;

/// Masks a source's path part by part. Brackets mean something to shells and globs, so the words
/// stand alone: `2022-02-08 ketamine.txt` becomes `date ketamine.txt`.
pub fn mask_path(path: &str, finder: &Finder, known: &Known) -> String {
    let parts = path.split('/').map(|part| {
        let (stem, ending) = match part.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 => (stem, Some(ending)),
            _ => (part, None),
        };
        let mut masked = mask_stem(stem, finder, known);
        if let Some(ending) = ending {
            masked.push('.');
            masked.push_str(ending);
        }
        masked
    });
    parts.collect::<Vec<_>>().join("/")
}

fn mask_stem(stem: &str, finder: &Finder, known: &Known) -> String {
    let spaced = stem.replace('_', " ");
    let found = finder.find(&spaced, known);
    let masked = mask(stem, &found);
    let plain: String = masked.chars().filter(|c| !matches!(c, '[' | ']')).collect();
    mask_compact_dates(&plain)
}

/// `KS1_012522`: six digits that can be month, day and year in some order.
fn mask_compact_dates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut digits = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if is_compact_date(&digits) {
            out.push_str("date");
        } else {
            out.push_str(&digits);
        }
        digits.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn is_compact_date(digits: &str) -> bool {
    let numbers: Vec<u32> = digits
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.parse().ok())
        .collect();
    let date = |month: u32, day: u32| (1..=12).contains(&month) && (1..=31).contains(&day);
    match numbers.as_slice() {
        &[a, b, c] if digits.len() == DATE_DIGITS => date(a, b) || date(b, a) || date(b, c),
        _ => false,
    }
}
