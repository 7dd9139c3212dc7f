//! What all workbooks that are written have in common.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::model::own_document::NO_NOTES;

/// Most UTF-16 units that are put into a cell; the program that reads it takes 32,767.
pub const CELL_UNITS_MAX: usize = 32_000;

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
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= CELL_UNITS_MAX
    };
    text.chars().take_while(fits).collect()
}

/// Whether a cell takes less than the whole text.
pub fn is_cut_in_cell(text: &str) -> bool {
    // A unit is at least a byte.
    text.len() > CELL_UNITS_MAX && text.encode_utf16().count() > CELL_UNITS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_so_many_units_and_no_half_character() {
        let fits = "a".repeat(CELL_UNITS_MAX);
        assert!(!is_cut_in_cell(&fits) && cell_text(&fits) == fits);
        let longer = format!("{}\u{1F642}", "a".repeat(CELL_UNITS_MAX - 1));
        assert!(is_cut_in_cell(&longer));
        assert_eq!(cell_text(&longer).len(), CELL_UNITS_MAX - 1);
    }
}
