//! The tables as a workbook, a sheet each, with the same rules and footnotes.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::error::{Error, Result};
use crate::exchange::{cell_text, new_workbook};

use super::tables::PaperTable;

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
        write_row(sheet, row, &table.head, &head)?;
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
        write_row(sheet, row, &table.head, &head)?;
    }
    row += 1;
    sheet.set_freeze_panes(row, 1)?;
    for (n, (indent, cells)) in table.rows.iter().enumerate() {
        let mut plain = base().set_text_wrap();
        if n + 1 == table.rows.len() {
            plain = plain.set_border_bottom(FormatBorder::Medium);
        }
        write_row(sheet, row, cells, &plain)?;
        if let Some(first) = cells.first() {
            let first_format = plain.set_indent(*indent as u8);
            sheet.write_string_with_format(row, 0, cell_text(first), &first_format)?;
        }
        row += 1;
    }
    let small = base().set_font_size(9);
    for note in &table.footnotes {
        sheet.write_string_with_format(row, 0, note, &small)?;
        row += 1;
    }
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    cells: &[String],
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    for (at, text) in cells.iter().enumerate() {
        sheet.write_string_with_format(row, at as u16, cell_text(text), format)?;
    }
    Ok(())
}
