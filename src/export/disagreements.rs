//! `disagreements.csv`: passages that are not agreed, side by side, for an adjudicator to decide.

use crate::agreement::{CoderSaid, Disagreement, SaidMark};

use super::line::Lines;

/// Columns of the list; the last four are for the adjudicator.
pub const DISAGREEMENT_COLUMNS: [&str; 13] = [
    "note_id",
    "code",
    "start",
    "end",
    "text",
    "context",
    "kind",
    "said",
    "evidence",
    "decision",
    "assertion",
    "adjudicator",
    "memo",
];

/// All rows.
pub fn disagreement_lines(list: &[Disagreement]) -> Vec<u8> {
    let mut lines = Lines::header(&DISAGREEMENT_COLUMNS);
    for one in list {
        let context = format!("{}[{}]{}", one.before, one.text, one.after);
        let kind = if one.is_marked_by_all {
            "assertion"
        } else {
            "not_marked_by_all"
        };
        let said: Vec<String> = one.said.iter().map(said).collect();
        let evidence: Vec<String> = one.said.iter().flat_map(evidence).collect();
        lines
            .text(&one.note_id)
            .text(&one.code)
            .plain(one.start)
            .plain(one.end)
            .text(&one.text)
            .text(&context)
            .text(kind)
            .text(&said.join("; "))
            .text(&evidence.join("; "))
            .text("")
            .text("")
            .text("")
            .text("")
            .end();
    }
    lines.into_bytes()
}

fn said(by: &CoderSaid) -> String {
    if by.marks.is_empty() {
        return format!("{}: nothing", by.coder);
    }
    let mark = |m: &SaidMark| format!("{} {}-{}", m.assertion, m.start, m.end);
    let marks: Vec<String> = by.marks.iter().map(mark).collect();
    format!("{}: {}", by.coder, marks.join(", "))
}

fn evidence(by: &CoderSaid) -> Vec<String> {
    let known = by.marks.iter().filter(|m| !m.evidence.is_empty());
    known
        .map(|m| format!("{}: {}", by.coder, m.evidence))
        .collect()
}
