//! The tables as a Word document: three rules, no vertical lines, footnotes below.

use crate::error::Result;
use crate::exchange::word::{Document, Run, TableCell};

use super::tables::PaperTable;

/// The document's bytes, the same every time.
pub(super) fn docx(tables: &[PaperTable]) -> Result<Vec<u8>> {
    let mut document = Document::landscape();
    for table in tables {
        document.paragraph("Heading1", &table.title);
        let mut rows = Vec::new();
        if !table.over.is_empty() {
            let over = table.over.iter().map(|(name, span)| TableCell {
                span: *span,
                ..TableCell::bold(name)
            });
            rows.push(std::iter::once(TableCell::bold("")).chain(over).collect());
        }
        // "N = 14" stays on one line.
        let together = |name: &String| name.replace("N = ", "N\u{a0}=\u{a0}");
        let names: Vec<String> = table.head.iter().map(together).collect();
        rows.push(names.iter().map(|name| TableCell::bold(name)).collect());
        let heads = rows.len();
        for (indent, cells) in &table.rows {
            let cells = cells.iter().enumerate();
            rows.push(
                cells
                    .map(|(at, text)| first_indented(at, text, *indent))
                    .collect(),
            );
        }
        document.table(&table.widths, heads, &rows);
        for note in &table.footnotes {
            document.runs("Note", &[Run::plain(note)]);
        }
    }
    document.finish()
}

fn first_indented(at: usize, text: &str, indent: usize) -> TableCell<'_> {
    TableCell {
        indent: if at == 0 { indent } else { 0 },
        ..TableCell::plain(text)
    }
}
