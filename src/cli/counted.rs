//! Counts by participant and session type, as text and for programs.

use serde_json::{Value, json};

use crate::query::{Cell, Counts};

/// A row a participant, a column a session type: passages, and notes with one among all notes.
pub(super) fn table(counts: &Counts, listed: &[String]) -> String {
    let types = counts.session_types(listed);
    let types: Vec<Option<&str>> = types.into_iter().map(Some).chain([None]).collect();
    let mut head = vec![String::new()];
    head.extend(types.iter().map(|t| flat(t.unwrap_or("all"))));
    let mut table = vec![head];
    let people = counts.participants().into_iter().map(Some);
    for person in [None].into_iter().chain(people) {
        let name = match person {
            None => "all",
            Some("") => "unknown",
            Some(name) => name,
        };
        let mut row = vec![flat(name)];
        row.extend(types.iter().map(|t| cell_text(counts.cell(person, *t))));
        table.push(row);
    }
    let width = |column: usize| {
        let cells = table.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table[0].len()).map(width).collect();
    let mut out = String::from("Passages, and the notes with one among all notes\n");
    for row in &table {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, w)| format!("{cell:<w$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn cell_text(cell: Cell) -> String {
    if cell.of_notes == 0 {
        return String::new();
    }
    format!("{} ({}/{})", cell.passages, cell.notes, cell.of_notes)
}

/// Every cell; `null` stands for all participants, or all session types.
pub(super) fn json(counts: &Counts) -> Value {
    let cell = |(person, session_type, cell): (Option<&str>, Option<&str>, Cell)| {
        json!({
            "participant_id": person,
            "session_type": session_type,
            "passages": cell.passages,
            "notes": cell.notes,
            "of_notes": cell.of_notes,
        })
    };
    counts.cells().map(cell).collect()
}

/// A piece on one line, without marks that steer a terminal.
pub(super) fn flat(piece: &str) -> String {
    let plain = |c: char| {
        if c.is_whitespace() || c.is_control() {
            ' '
        } else {
            c
        }
    };
    piece.chars().map(plain).collect()
}
