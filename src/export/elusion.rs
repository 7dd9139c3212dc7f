//! `elusion.csv`: what the rules miss of each code that somebody looked for, and the same in words.

use std::io;

use crate::agreement::{Between, CodeMissed, Estimated, MissedRow, WhyNotEstimated};
use crate::model::codebook::Codebook;

use super::line::Lines;

/// Columns of `elusion.csv`. `found`, `missed`, `corrected` count sentences.
pub const ELUSION_COLUMNS: [&str; 26] = [
    "code",
    "group",
    "participant_id",
    "session_type",
    "found",
    "words",
    "units",
    "answered",
    "carried",
    "elusion",
    "elusion_low",
    "elusion_high",
    "missed",
    "missed_low",
    "missed_high",
    "corrected",
    "corrected_low",
    "corrected_high",
    "per_1000_words",
    "corrected_per_1000_words",
    "corrected_rate_low",
    "corrected_rate_high",
    "recall",
    "recall_low",
    "recall_high",
    "interval_or_why_not",
];

/// Writes a row for each group of each sampled code.
pub(super) fn elusion(
    file: &mut impl io::Write,
    missed: &[CodeMissed],
    codebook: &Codebook,
) -> io::Result<()> {
    let mut out = Lines::header(&ELUSION_COLUMNS);
    for code in missed {
        for row in &code.rows {
            line(&mut out, codebook.code(code.code).path.as_str(), row);
        }
    }
    file.write_all(&out.into_bytes())
}

fn line(out: &mut Lines, code: &str, row: &MissedRow) {
    let group = &row.group;
    out.text(code)
        .text(group.as_str())
        .text_or_empty(group.participant_id.as_deref())
        .text_or_empty(group.session_type.as_deref())
        .plain(row.found)
        .plain(row.words);
    let known = row.estimate.ok();
    let count = |of: fn(&Estimated) -> u64| known.as_ref().map(of);
    out.plain_or_empty(count(|e| e.units))
        .plain_or_empty(count(|e| e.answered))
        .plain_or_empty(count(|e| e.carried));
    let per_1000 = |n: f64| (row.words > 0).then(|| n * 1000.0 / row.words as f64);
    three(out, known.map(|e| e.elusion));
    three(out, known.map(|e| e.missed));
    three(out, known.map(|e| e.corrected));
    out.decimal(per_1000(row.found as f64));
    for end in [
        |b: Between| b.value,
        |b: Between| b.low,
        |b: Between| b.high,
    ] {
        out.decimal(known.and_then(|e| per_1000(end(e.corrected))));
    }
    three(out, known.and_then(|e| e.recall));
    out.text(match &row.estimate {
        Ok(estimate) => estimate.interval.as_str(),
        Err(why) => why.as_str(),
    });
    out.end();
}

fn three(out: &mut Lines, between: Option<Between>) {
    out.decimal(between.map(|b| b.value))
        .decimal(between.map(|b| b.low))
        .decimal(between.map(|b| b.high));
}

/// What is known of a code's missed passages in all notes, as report and terminal print it: "found in
/// 58 sentences; an estimated 20 (95% CI 8 to 41) more were not found".
pub fn missed_in_words(found: u64, estimate: &Result<Estimated, WhyNotEstimated>) -> String {
    let sentences = if found == 1 { "sentence" } else { "sentences" };
    match estimate {
        Ok(e) => format!(
            "found in {found} {sentences}; an estimated {:.0} (95% CI {:.0} to {:.0}) more were not found",
            e.missed.value, e.missed.low, e.missed.high
        ),
        Err(why) => format!(
            "found in {found} {sentences}; what was missed is not estimated: {}",
            match why {
                WhyNotEstimated::NobodyLooked => "nobody looked",
                WhyNotEstimated::NobodyAnswered => "nobody answered the sheet",
                WhyNotEstimated::OtherCodebook => "the sheet was drawn with another codebook",
            }
        ),
    }
}
