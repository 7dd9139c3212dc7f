//! What all workbooks that are written have in common.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::model::own_document::NO_NOTES;

/// Most characters that are put into a cell; the program that reads it takes 32,767.
const CELL_CHARS_MAX: usize = 32_000;

/// An empty workbook with a fixed time, so that the same cells are the same bytes.
///
/// # Errors
/// Where the library does not take the time.
pub fn new_workbook() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let time = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new().set_creation_datetime(&time);
    book.set_properties(&properties.set_comment(NO_NOTES));
    Ok(book)
}

/// As much of a text as a cell takes.
pub fn cell_text(text: &str) -> String {
    text.chars().take(CELL_CHARS_MAX).collect()
}
