//! Sheets that people code in: a table for any spreadsheet program, and a workbook with lists to
//! choose from and the codebook's words as instructions.
//!
//! Comes in: rows. Goes out: bytes, the same every time. The machine's codings are never in it.

use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Formula, Worksheet, XlsxError};

use crate::error::{Error, Result};
use crate::exchange::{CODING_SHEET, cell_text, is_cut_in_cell, new_workbook};
use crate::model::codebook::{Code, Codebook};

use super::line::Lines;

/// A cell of a coding sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetCell {
    /// Words.
    Text(String),
    /// A whole number.
    Number(u64),
    /// To be filled in.
    Empty,
}

/// A column of a coding sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SheetColumn {
    /// Its name.
    pub name: &'static str,
    /// Its width in characters.
    pub width: u16,
    /// What may be chosen in it; empty where it is free.
    pub choices: Vec<String>,
}

/// A coding sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CodingSheet {
    /// Its columns.
    pub columns: Vec<SheetColumn>,
    /// Its rows, a cell a column.
    pub rows: Vec<Vec<SheetCell>>,
    /// What the coder reads first, a line each.
    pub instructions: Vec<String>,
}

impl CodingSheet {
    /// The sheet as CSV.
    pub fn to_csv(&self) -> Vec<u8> {
        let names: Vec<&str> = self.columns.iter().map(|c| c.name).collect();
        let mut lines = Lines::header(&names);
        for row in &self.rows {
            for cell in row {
                match cell {
                    SheetCell::Text(text) => lines.text(text),
                    SheetCell::Number(number) => lines.plain(number),
                    SheetCell::Empty => lines.text(""),
                };
            }
            lines.end();
        }
        lines.into_bytes()
    }

    /// The rows, as a spreadsheet counts them, of texts that a workbook's cell does not hold whole.
    pub fn cut_rows(&self) -> Vec<usize> {
        let is_cut = |cell: &SheetCell| matches!(cell, SheetCell::Text(t) if is_cut_in_cell(t));
        let rows = self.rows.iter().zip(2..);
        rows.filter(|(cells, _)| cells.iter().any(is_cut))
            .map(|(_, row)| row)
            .collect()
    }

    /// The instructions as plain text.
    pub fn instructions_text(&self) -> String {
        self.instructions.iter().map(|l| l.clone() + "\n").collect()
    }

    /// The sheet as a workbook: the sheet to fill in, the instructions, the lists.
    ///
    /// # Errors
    /// Where there are more rows than a workbook takes.
    pub fn to_xlsx(&self) -> Result<Vec<u8>> {
        self.workbook()
            .map_err(|e| Error::other(format!("the workbook cannot be made: {e}. Use the CSV.")))
    }

    fn workbook(&self) -> std::result::Result<Vec<u8>, XlsxError> {
        let mut book = new_workbook()?;
        let mut lists = Worksheet::new();
        lists.set_name("Lists")?;
        let mut coding = Worksheet::new();
        coding.set_name(CODING_SHEET)?;
        self.fill(&mut coding, &mut lists)?;
        let mut instructions = Worksheet::new();
        instructions.set_name("Instructions")?;
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        instructions.set_column_width(0, 100)?;
        for (row, line) in self.instructions.iter().enumerate() {
            instructions.write_string_with_format(row as u32, 0, cell_text(line), &wrapped)?;
        }
        book.push_worksheet(coding);
        book.push_worksheet(instructions);
        book.push_worksheet(lists);
        book.save_to_buffer()
    }

    fn fill(
        &self,
        sheet: &mut Worksheet,
        lists: &mut Worksheet,
    ) -> std::result::Result<(), XlsxError> {
        let head = Format::new().set_bold();
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        sheet.set_freeze_panes(1, 0)?;
        for (at, column) in self.columns.iter().enumerate() {
            let at = at as u16;
            sheet.write_string_with_format(0, at, column.name, &head)?;
            sheet.set_column_width(at, column.width)?;
            sheet.set_column_format(at, &wrapped)?;
        }
        for (row, cells) in self.rows.iter().enumerate() {
            for (at, cell) in cells.iter().enumerate() {
                let (row, at) = (row as u32 + 1, at as u16);
                match cell {
                    SheetCell::Text(text) => {
                        sheet.write_string_with_format(row, at, cell_text(text), &wrapped)?;
                    }
                    SheetCell::Number(number) => {
                        sheet.write_number_with_format(row, at, *number as f64, &wrapped)?;
                    }
                    SheetCell::Empty => {}
                }
            }
        }
        // Rows that a coder inserts or adds below have the lists too.
        let last = (self.rows.len() as u32 * 2 + 100).min(1_048_575);
        let with_choices = self.columns.iter().enumerate();
        for (list, (at, column)) in with_choices
            .filter(|(_, c)| !c.choices.is_empty())
            .enumerate()
        {
            for (row, choice) in column.choices.iter().enumerate() {
                lists.write_string(row as u32, list as u16, choice)?;
            }
            let letter = char::from(b'A' + (list % 26) as u8);
            let count = column.choices.len();
            let range = format!("=Lists!${letter}$1:${letter}${count}");
            let validation = DataValidation::new()
                .allow_list_formula(Formula::new(range))
                .set_error_title("Not in the list")?
                .set_error_message("Choose from the list, so that it can be read back.")?;
            sheet.add_data_validation(1, at as u16, last, at as u16, &validation)?;
        }
        Ok(())
    }
}

/// What the codebook says of its codes, or of one of them, a line each.
pub fn codebook_instructions(codebook: &Codebook, only: Option<&str>) -> Vec<String> {
    let mut lines = vec![format!(
        "Codebook: {}, version {}.",
        codebook.name, codebook.version
    )];
    let wanted = |c: &&Code| only.is_none_or(|only| c.path.as_str() == only);
    for code in codebook.codes.iter().filter(wanted) {
        lines.push(String::new());
        lines.push(format!("{} ({})", code.name, code.path));
        lines.push(code.definition.clone());
        lines.extend(code.include.iter().map(|l| format!("  belongs to it: {l}")));
        lines.extend(code.exclude.iter().map(|l| format!("  does not: {l}")));
        let examples = code.examples.iter();
        lines.extend(examples.map(|e| match e.assertion {
            Some(assertion) => format!("  example ({assertion}): {}", e.text),
            None => format!("  example: {}", e.text),
        }));
        let counter = code.counterexamples.iter();
        lines.extend(counter.map(|e| format!("  no example: {}", e.text)));
    }
    lines
}
