//! `comparisons.csv`: two groups of notes side by side, code by code.

use std::io;

use crate::model::codebook::Codebook;
use crate::tally::contrast::within::P;
use crate::tally::contrast::{ContrastRow, Odds, Side, SideBySide};

use super::frequency::spill;
use super::line::Lines;

/// Columns of `comparisons.csv`.
pub const COMPARISON_COLUMNS: [&str; 48] = [
    "by",
    "group_a",
    "group_b",
    "code",
    "kind",
    "notes_a",
    "notes_b",
    "words_a",
    "words_b",
    "present_a",
    "present_b",
    "codings_a",
    "codings_b",
    "participants_a",
    "participants_b",
    "participants_present_a",
    "participants_present_b",
    "share_a",
    "share_b",
    "per_1000_words_a",
    "per_1000_words_b",
    "words_per_note_ratio",
    "documentation_differs",
    "participants_both",
    "informative",
    "mean_difference_per_1000",
    "rate_ratio_within",
    "odds_ratio",
    "odds_low",
    "odds_high",
    "odds_method",
    "p_permutation",
    "q_permutation",
    "permutation_method",
    "p_sign_flip",
    "q_sign_flip",
    "sign_flip_method",
    "p_odds",
    "q_odds",
    "sensitivity_odds_ratio_by_detail",
    "sensitivity_odds_low",
    "sensitivity_odds_high",
    "sensitivity_odds_method",
    "sensitivity_rate_ratio",
    "sensitivity_rate_low",
    "sensitivity_rate_high",
    "sensitivity_rate_within_low",
    "sensitivity_rate_within_high",
];

/// Writes the rows of every contrast.
pub(super) fn comparisons(
    file: &mut impl io::Write,
    compared: &[SideBySide<'_>],
    codebook: &Codebook,
) -> io::Result<()> {
    let mut lines = Lines::header(&COMPARISON_COLUMNS);
    for contrast in compared {
        for row in &contrast.rows {
            lines.text(contrast.by);
            cells(&mut lines, codebook, row);
            lines.end();
            spill(file, &mut lines)?;
        }
    }
    file.write_all(&lines.into_bytes())
}

fn cells(lines: &mut Lines, codebook: &Codebook, row: &ContrastRow<'_>) {
    let (a, b) = (&row.a, &row.b);
    lines
        .text(row.group_a)
        .text(row.group_b)
        .text(codebook.code(row.code).path.as_str())
        .text(row.kind());
    let counts: [fn(&Side) -> u64; 6] = [
        |s| s.notes,
        |s| s.words,
        |s| s.present,
        |s| s.codings,
        |s| s.participants,
        |s| s.participants_present,
    ];
    for count in counts {
        lines.plain(count(a)).plain(count(b));
    }
    lines
        .decimal(a.share())
        .decimal(b.share())
        .decimal(a.rate())
        .decimal(b.rate())
        .decimal(row.length_ratio)
        .plain(row.documentation_differs())
        .plain(row.participants_both)
        .plain(row.informative)
        .decimal(row.mean_difference)
        .decimal(row.rate_ratio_within);
    odds(lines, row.odds);
    tested(lines, row.tests.permutation);
    tested(lines, row.tests.sign_flip);
    let p = row.tests.odds;
    lines.decimal(p.map(|p| p.0)).decimal(p.map(|p| p.1));
    odds(lines, row.odds_by_detail);
    let rate = row.rate_ratio;
    lines
        .decimal(rate.map(|r| r.ratio))
        .decimal(rate.map(|r| r.interval.low))
        .decimal(rate.map(|r| r.interval.high))
        .decimal(row.rate_within.map(|w| w.low))
        .decimal(row.rate_within.map(|w| w.high));
}

fn odds(lines: &mut Lines, odds: Option<Odds>) {
    lines
        .decimal(odds.map(|o| o.ratio))
        .decimal(odds.map(|o| o.interval.low))
        .decimal(odds.map(|o| o.interval.high))
        .text_or_empty(odds.map(|o| o.method.as_str()));
}

fn tested(lines: &mut Lines, test: Option<(P, f64)>) {
    lines
        .decimal(test.map(|t| t.0.value))
        .decimal(test.map(|t| t.1))
        .text_or_empty(test.map(|t| t.0.method.as_str()));
}
