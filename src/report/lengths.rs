//! How long the notes of each session type are, which decides how a share of notes is to be read.

use super::ReportData;
use super::text::{rounded, session_type};

/// The session types with the median of words of their notes, in the study's order; types without
/// notes are left out.
pub(super) fn medians<'a>(data: &ReportData<'a>) -> Vec<(&'a str, f64)> {
    let rows = data.documentation.iter();
    let rows = rows.filter(|r| r.group == "session_type");
    rows.filter_map(|row| Some((row.session_type?, row.written.words()?.1)))
        .collect()
}

/// What the lengths mean for the shares, in words; none where there is nothing to compare.
pub(super) fn caution(data: &ReportData<'_>) -> Option<String> {
    let medians = medians(data);
    let first = rounded(medians.first()?.1);
    if medians.iter().all(|(_, words)| rounded(*words) == first) {
        return None;
    }
    let lengths: Vec<String> = medians
        .iter()
        .map(|(name, words)| format!("{} {}", session_type(name), rounded(*words)))
        .collect();
    Some(format!(
        "Notes differ in length (median words of a note: {}), and a longer note has more room for a \
         theme, so the share of notes favours the types with longer notes. “Show: passages per 1,000 \
         words” sets passages against the text instead.",
        lengths.join(", ")
    ))
}
