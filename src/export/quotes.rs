//! `quotes.csv` and `identifiers.csv`.

use crate::model::codebook::Codebook;
use crate::model::corpus::ParticipantId;
use crate::model::identifier::Identifier;
use crate::quote::QuoteRow;
use crate::text::CodePoints;

use super::line::Lines;

/// Columns of `quotes.csv`.
pub const QUOTE_COLUMNS: [&str; 12] = [
    "code",
    "participant_id",
    "session_type",
    "rank",
    "note_id",
    "start",
    "end",
    "quote",
    "context_before",
    "context_after",
    "voice",
    "why",
];

/// Columns of `identifiers.csv`.
pub const IDENTIFIER_COLUMNS: [&str; 6] = ["note_id", "start", "end", "kind", "text", "why"];

/// The line of a chosen quote.
pub(super) fn quote_line(row: &QuoteRow, codebook: &Codebook) -> Vec<u8> {
    let mut lines = Lines::default();
    lines
        .text(codebook.code(row.code).path.as_str())
        .text_or_empty(row.participant.as_ref().map(ParticipantId::as_str))
        .text(&row.session_type)
        .plain(row.rank)
        .text(row.note.as_str())
        .plain(row.start)
        .plain(row.end)
        .text(&row.quote)
        .text(row.context_before.trim())
        .text(row.context_after.trim())
        .text(row.voice.as_str())
        .text(&row.why)
        .end();
    lines.into_bytes()
}

/// The lines of `identifiers.csv` for one note.
pub(super) fn identifier_lines(note: &str, text: &str, identifiers: &[Identifier]) -> Vec<u8> {
    let mut lines = Lines::default();
    if identifiers.is_empty() {
        return lines.into_bytes();
    }
    let points = CodePoints::new(text);
    for identifier in identifiers {
        let (start, end) = points.pair(identifier.span);
        lines.text(note).plain(start).plain(end);
        lines
            .text(identifier.kind.as_str())
            .text(identifier.span.slice(text));
        lines.text(&identifier.why).end();
    }
    lines.into_bytes()
}
