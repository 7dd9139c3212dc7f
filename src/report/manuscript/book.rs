//! The tables as a workbook, a sheet each, with the same rules and footnotes.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::error::{Error, Result};
use crate::exchange::{cell_text, new_workbook};

use super::tables::PaperTable;

/// Points that a line of a cell takes.
const LINE_HEIGHT: f64 = 15.0;

/// The workbook's bytes, the same every time.
pub(super) fn xlsx(tables: &[PaperTable]) -> Result<Vec<u8>> {
    let made = workbook(tables);
    made.map_err(|e| Error::other(format!("The workbook of tables could not be made: {e}.")))
}

fn workbook(tables: &[PaperTable]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = new_workbook()?;
    for table in tables {
        let mut sheet = Worksheet::new();
        sheet
            .set_name(&table.name)?
            .set_landscape()
            .set_print_fit_to_pages(1, 0);
        fill(&mut sheet, table)?;
        book.push_worksheet(sheet);
    }
    book.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, table: &PaperTable) -> std::result::Result<(), XlsxError> {
    let base = || {
        Format::new()
            .set_font_name("Times New Roman")
            .set_align(FormatAlign::Top)
    };
    let title = base().set_bold().set_font_size(12);
    let head = base()
        .set_bold()
        .set_text_wrap()
        .set_border_bottom(FormatBorder::Thin);
    let over = base()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_border_top(FormatBorder::Medium);
    for (at, width) in table.widths.iter().enumerate() {
        sheet.set_column_width(at as u16, *width)?;
    }
    sheet.write_string_with_format(0, 0, &table.title, &title)?;
    let mut row = 2;
    if table.over.is_empty() {
        let head = head.clone().set_border_top(FormatBorder::Medium);
        write_row(sheet, row, (&table.head, &table.widths), &head)?;
    } else {
        sheet.write_string_with_format(row, 0, "", &over)?;
        let mut at = 1;
        for (name, span) in &table.over {
            let last = at + *span as u16 - 1;
            if last > at {
                sheet.merge_range(row, at, row, last, &cell_text(name), &over)?;
            } else {
                sheet.write_string_with_format(row, at, cell_text(name), &over)?;
            }
            at = last + 1;
        }
        row += 1;
        write_row(sheet, row, (&table.head, &table.widths), &head)?;
    }
    row += 1;
    sheet.set_freeze_panes(row, 1)?;
    for (n, (indent, cells)) in table.rows.iter().enumerate() {
        let mut plain = base().set_text_wrap();
        if n + 1 == table.rows.len() {
            plain = plain.set_border_bottom(FormatBorder::Medium);
        }
        write_row(sheet, row, (cells, &table.widths), &plain)?;
        if let Some(first) = cells.first() {
            let first_format = plain.set_indent(*indent as u8);
            sheet.write_string_with_format(row, 0, cell_text(first), &first_format)?;
        }
        row += 1;
    }
    footnotes(sheet, table, row, &base().set_font_size(9).set_text_wrap())
}

/// Footnotes as wide as the table, so that a long one does not make the printed sheet small.
fn footnotes(
    sheet: &mut Worksheet,
    table: &PaperTable,
    first: u32,
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    let last = table.widths.len().saturating_sub(1) as u16;
    let room: usize = table.widths.iter().map(|&w| usize::from(w)).sum();
    for (row, note) in (first..).zip(&table.footnotes) {
        if last > 0 {
            sheet.merge_range(row, 0, row, last, note, format)?;
        } else {
            sheet.write_string_with_format(row, 0, note, format)?;
        }
        sheet.set_row_height(row, LINE_HEIGHT * lines(note, room) as f64)?;
    }
    Ok(())
}

/// Lines that a text takes in a column of so many characters, by a cautious estimate: not every
/// program finds the height of wrapped cells by itself.
fn lines(text: &str, width: usize) -> usize {
    let room = width.saturating_sub(2).max(4);
    text.chars().count().div_ceil(room).max(1)
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    (cells, widths): (&[String], &[u16]),
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    for (at, text) in cells.iter().enumerate() {
        sheet.write_string_with_format(row, at as u16, cell_text(text), format)?;
    }
    let most = cells
        .iter()
        .zip(widths)
        .map(|(text, &width)| lines(text, width.into()));
    sheet.set_row_height(row, LINE_HEIGHT * most.max().unwrap_or(1) as f64)?;
    Ok(())
}
