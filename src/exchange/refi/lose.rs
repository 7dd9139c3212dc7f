//! Passages that could not be set in place: each is counted and listed, with its codings.

use crate::exchange::find::occurrences;
use crate::exchange::losses::{Item, LossReport, Named};

use super::passages::{RawCoding, RawPassages, RawSelection};

pub(super) fn lose_all(note: &RawPassages, place: &str, reason: &str) -> LossReport {
    let mut report = LossReport::default();
    for selection in &note.selections {
        lose(selection, place, reason, &mut report);
    }
    for coding in &note.codings {
        lose_coding(coding, "", place, reason, &mut report);
    }
    report
}

pub(super) fn lose(selection: &RawSelection, place: &str, reason: &str, report: &mut LossReport) {
    let named = Named {
        id: &selection.guid,
        name: &selection.name,
        place,
    };
    report.lost(Item::Selection, named, reason);
    for coding in &selection.codings {
        lose_coding(coding, &selection.name, place, reason, report);
    }
}

pub(super) fn lose_coding(
    coding: &RawCoding,
    name: &str,
    place: &str,
    reason: &str,
    report: &mut LossReport,
) {
    let named = Named {
        id: &coding.guid,
        name,
        place,
    };
    report.lost(Item::Coding, named, reason);
}

/// Whether a name of three words or more stands in a text.
pub(super) fn stands_elsewhere(name: &str, text: &str) -> bool {
    let words = name.trim().trim_end_matches('…').trim_end_matches("...");
    words.split_whitespace().count() >= 3 && !occurrences(text, words).is_empty()
}

pub(super) fn why_nowhere(selection: &RawSelection) -> String {
    match (selection.start, selection.end) {
        (Some(start), Some(end)) if start == end => format!("it is empty, at {start}"),
        (Some(start), Some(end)) if start > end => {
            format!("it ends at {end}, before its start {start}")
        }
        (Some(start), Some(end)) => format!("its positions {start} to {end} lie outside the text"),
        _ => "it has no positions".to_owned(),
    }
}
