//! Workbooks: XLSX, XLSB, XLS and ODS, each sheet a table.
//!
//! Comes in: a file's bytes. Goes out: the rows of each sheet, dates as ISO. The parser works
//! behind a boundary: what it cannot read, even by a panic, is a reason and no end of the program.

use std::io::{self, Cursor};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataRef, Dimensions, Reader, SheetType, SheetVisible, Sheets, open_workbook_auto_from_rs,
};

use crate::error::Result as StudyResult;
use crate::model::ledger::Outcome;

use super::delimited::Row;
use super::flow_sheet;
use super::gather::{Gather, over_limit};
use super::options::Limits;
use super::outcome::{Part, Parts};
use super::quiet::quietly;
use super::report::LayoutKind;
use super::table::{RowSource, TablePlace, read_table};
use super::turned::turned;

/// A sheet as rows.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) rows: Vec<Row>,
    /// Why it could not be read.
    pub(crate) failed: Option<String>,
    pub(crate) hidden: bool,
}

/// Reads all sheets; an error is the reason why there are none.
pub(crate) fn read_workbook(bytes: Vec<u8>, limits: &Limits) -> Result<Vec<Sheet>, String> {
    super::unpacked::check(&bytes, limits)?;
    super::sectors::check(&bytes)?;
    let limit = limits.sheet_cells;
    let read = AssertUnwindSafe(move || sheets(bytes, limit));
    quietly(|| catch_unwind(read))
        .unwrap_or_else(|_| Err("damaged: its parts contradict each other".to_owned()))
}

fn sheets(bytes: Vec<u8>, cells_max: usize) -> Result<Vec<Sheet>, String> {
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let about: Vec<_> = book.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    for sheet in about.into_iter().filter(|s| s.typ == SheetType::WorkSheet) {
        let read = cells_of(&mut book, &sheet.name, cells_max);
        let (rows, failed) = match read {
            Ok(rows) => (rows, None),
            Err(why) => (Vec::new(), Some(why)),
        };
        sheets.push(Sheet {
            name: sheet.name,
            rows,
            failed,
            hidden: sheet.visible != SheetVisible::Visible,
        });
    }
    Ok(sheets)
}

fn damaged(error: &dyn std::fmt::Display) -> String {
    format!("damaged or cut off, or no workbook ({error})")
}

fn cells_of(
    book: &mut Sheets<Cursor<Vec<u8>>>,
    name: &str,
    cells_max: usize,
) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let mut cells = 0;
    let mut put = |row: u32, column: u32, text: String| -> Result<(), String> {
        cells += 1;
        if cells > cells_max {
            return Err(format!("more than {cells_max} cells: save it as .csv"));
        }
        add(&mut rows, row, column, text);
        Ok(())
    };
    if let Sheets::Xlsx(book) = book {
        // Cell by cell: the parser's table of a whole sheet would take memory for every cell
        // between the first and the last, and one stray cell at the end of a sheet is common.
        let mut reader = book.worksheet_cells_reader(name).map_err(|e| damaged(&e))?;
        while let Some(cell) = reader.next_cell().map_err(|e| damaged(&e))? {
            let (row, column) = cell.get_position();
            if let Some(text) = text_of(cell.get_value()) {
                put(row, column, text)?;
            }
        }
    } else {
        let range = book.worksheet_range(name).map_err(|e| damaged(&e))?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, cell) in range.used_cells() {
            if let Some(text) = text_of_data(cell) {
                put(top + row as u32, left + column as u32, text)?;
            }
        }
    }
    fill_down(&mut rows, &merged(book, name), cells_max);
    Ok(rows)
}

/// A sheet's merged areas; without their list the sheet is read as it stands.
fn merged(book: &mut Sheets<Cursor<Vec<u8>>>, name: &str) -> Vec<Dimensions> {
    match book {
        Sheets::Xlsx(book) => book.merge_cells_by_sheet_name(name).unwrap_or_default(),
        Sheets::Xls(book) => book.merge_cells_by_sheet_name(name).unwrap_or_default(),
        Sheets::Xlsb(_) | Sheets::Ods(_) => Vec::new(),
    }
}

/// Writes what a cell merged over several rows says into each of them: one client beside all of her
/// visits, one heading over two header lines.
/// `cells_max` bounds what areas that lie over each other, which no spreadsheet writes, may fill.
fn fill_down(rows: &mut [Row], merged: &[Dimensions], cells_max: usize) {
    let mut left = cells_max;
    for area in merged {
        let ((top, column), (bottom, right)) = (area.start, area.end);
        let lines = u64::from(top) + 1..=u64::from(bottom) + 1;
        if column != right || bottom <= top {
            continue;
        }
        let first = rows.partition_point(|r| r.line < *lines.start());
        let inside = rows.iter_mut().skip(first);
        let mut inside = inside.take_while(|r| lines.contains(&r.line)).peekable();
        let column = column as usize;
        let said = inside.next_if(|r| r.line == *lines.start());
        let Some(said) = said.and_then(|r| r.cells.get(column).cloned()) else {
            continue;
        };
        for row in inside {
            if left == 0 {
                return;
            }
            left -= 1;
            if row.cells.len() <= column {
                row.cells.resize(column + 1, String::new());
            }
            if let Some(cell) = row.cells.get_mut(column) {
                cell.clone_from(&said);
            }
        }
    }
}

/// Puts a cell into the last row, or a new one.
fn add(rows: &mut Vec<Row>, row: u32, column: u32, text: String) {
    let line = u64::from(row) + 1;
    if rows.last().is_none_or(|r| r.line != line) {
        rows.push(Row {
            line,
            ..Row::default()
        });
    }
    let Some(last) = rows.last_mut() else { return };
    // No spreadsheet has more columns; a damaged one may say so.
    let column = (column as usize).min(16_383);
    if last.cells.len() <= column {
        last.cells.resize(column + 1, String::new());
    }
    if let Some(cell) = last.cells.get_mut(column) {
        *cell = text;
    }
}

fn text_of(cell: &DataRef<'_>) -> Option<String> {
    if let DataRef::SharedString(text) = cell {
        return filled(text);
    }
    text_of_data(&Data::from(cell.clone()))
}

fn text_of_data(cell: &Data) -> Option<String> {
    match cell {
        Data::Empty | Data::Error(_) => None,
        Data::String(text) | Data::DurationIso(text) => filled(text),
        Data::Bool(value) => Some(value.to_string()),
        Data::Int(value) => Some(value.to_string()),
        Data::Float(value) => Some(value.to_string()),
        Data::DateTime(value) if value.is_datetime() => {
            Some(date_text(value.to_ymd_hms_milli(), value.as_f64()))
        }
        Data::DateTime(value) => Some(value.as_f64().to_string()),
        // An OpenDocument sheet writes its days so; a day without an hour is only the day.
        Data::DateTimeIso(text) => filled(text.strip_suffix("T00:00:00").unwrap_or(text)),
    }
}

/// A date cell: ISO date, with the time where it has one; only a time where it has no day.
fn date_text(
    (year, month, day, hour, minute, second, _): (u16, u8, u8, u8, u8, u8, u16),
    serial: f64,
) -> String {
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if serial.fract() == 0.0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else if serial < 1.0 {
        time
    } else {
        format!("{year:04}-{month:02}-{day:02}T{time}")
    }
}

fn filled(text: &(impl AsRef<str> + ?Sized)) -> Option<String> {
    let text = text.as_ref();
    // Line ends inside cells may be written out as an escape.
    let text = super::decode::unix_lines(text.replace("_x000D_\n", "\n").replace("_x000D_", "\n"));
    (!text.trim().is_empty()).then_some(text)
}

/// Reads the notes of all sheets into `gather`.
pub(crate) fn read_sheets(bytes: Vec<u8>, gather: &mut Gather<'_>) -> StudyResult<Parts> {
    let sheets = match read_workbook(bytes, &gather.shared.options.limits) {
        Ok(sheets) => sheets,
        Err(why) => return Ok(Parts::refused(Outcome::Failed, why)),
    };
    let several = sheets.iter().filter(|s| !s.rows.is_empty()).count() > 1;
    let mut parts = Parts::default();
    for sheet in sheets {
        if sheet.rows.is_empty() && sheet.failed.is_none() {
            continue;
        }
        let place = TablePlace {
            sheet: sheet.name.clone(),
            prefix: if several {
                format!("sheet={}/", sheet.name)
            } else {
                String::new()
            },
        };
        let told = gather.not_notes.get(&sheet.name).cloned();
        let mut part = match (sheet.failed, told) {
            (Some(why), _) => Part::damaged(why),
            (None, Some(what)) => Part {
                no_notes: Some((Outcome::Skipped, what)),
                ..Part::default()
            },
            (None, None) => read_sheet(sheet.rows, &place, gather)?,
        };
        if sheet.hidden {
            part.remarks.push("hidden, and read".to_owned());
        }
        if several || sheet.hidden {
            part = part.named(&format!("sheet {:?}", sheet.name));
        }
        parts.list.push(part);
    }
    if parts.list.is_empty() {
        return Ok(Parts::refused(Outcome::Skipped, "no cells are filled"));
    }
    Ok(parts)
}

/// Reads a sheet: a note a row, or all of it one note.
fn read_sheet(rows: Vec<Row>, place: &TablePlace, gather: &mut Gather<'_>) -> StudyResult<Part> {
    let is_told = !gather.columns.is_empty();
    let one = flow_sheet::note_of(&rows, place, gather.shared.recogniser).filter(|_| !is_told);
    let Some((draft, remark)) = one else {
        let turned = turned(&rows, gather.shared.recogniser).filter(|_| !is_told);
        let is_turned = turned.is_some();
        let rows = turned.unwrap_or(rows).into_iter();
        let mut part = read_table(&mut SheetRows(rows), place, gather)?;
        if is_turned {
            let said = "it lies on its side: each column is a row of the table".to_owned();
            part.remarks.push(said);
        }
        return Ok(part);
    };
    let limit = gather.shared.options.limits.note_bytes;
    if draft.text.len() > limit {
        return Ok(Part::damaged(over_limit(draft.text.len(), limit)));
    }
    gather.note(draft)?;
    Ok(Part {
        layout: Some(LayoutKind::OneNote),
        remarks: vec![remark],
        ..Part::default()
    })
}

/// The rows of one sheet.
pub(crate) struct SheetRows(pub(crate) std::vec::IntoIter<Row>);

impl RowSource for SheetRows {
    fn next_row(&mut self) -> io::Result<Option<Row>> {
        Ok(self.0.next())
    }

    fn expect_width(&mut self, _width: usize) {}
}
