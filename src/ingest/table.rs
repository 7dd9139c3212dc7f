//! Tables whose rows are notes.
//!
//! Comes in: rows from a delimited file, a sheet or lines of JSON. Goes out: notes, and the rows
//! that gave none, each with the reason. The header is found under title rows, columns by name
//! and by content; no cell of text is left out in silence.

use std::collections::BTreeMap;
use std::io;

use crate::error::Result;
use crate::model::ledger::Outcome;
use crate::model::reading::Role;

use super::columns::{Columns, find_header};
use super::delimited::{Fault, Row};
use super::gather::{Draft, Gather};
use super::outcome::Part;
use super::pieces::Pieces;
use super::recognise::Clues;
use super::report::LayoutKind;
use super::transcript::Utterances;

/// Rows that columns are recognised from.
pub(crate) const SAMPLE_ROWS: usize = 200;

/// Where rows come from.
pub(crate) trait RowSource {
    /// The next row that holds anything.
    fn next_row(&mut self) -> io::Result<Option<Row>>;
    /// Says how many cells a good row has.
    fn expect_width(&mut self, width: usize);
    /// Names of the columns where the source knows them (keys of JSON), from the first rows.
    fn headers(&self, _sample: &[Row]) -> Option<Vec<String>> {
        None
    }
    /// Puts the values of a row that was read before the columns were known into their columns.
    fn place(&mut self, _row: &mut Row, _names: &[String]) {}
}

impl<R: io::Read> RowSource for super::delimited::Rows<R> {
    fn next_row(&mut self) -> io::Result<Option<Row>> {
        self.next_row()
    }

    fn expect_width(&mut self, width: usize) {
        self.expect_width(width);
    }
}

/// A table's place in its file.
#[derive(Debug, Clone, Default)]
pub(crate) struct TablePlace {
    /// The sheet's name, as a clue.
    pub(crate) sheet: String,
    /// What stands before `row=` in locators.
    pub(crate) prefix: String,
}

/// Reads a table's notes into `gather`.
pub(crate) fn read_table(
    source: &mut dyn RowSource,
    place: &TablePlace,
    gather: &mut Gather<'_>,
) -> Result<Part> {
    let mut sample = Vec::new();
    while sample.len() < SAMPLE_ROWS {
        match source.next_row() {
            Ok(Some(row)) => sample.push(row),
            Ok(None) => break,
            Err(e) => return Ok(Part::damaged(super::walk::io_reason(&e))),
        }
    }
    // Words of our own tables' cells may look like names of columns, so their header is the first row.
    if let Some((first, rest)) = sample.split_first()
        && let Some(why) = own_table(&first.cells, rest, gather)
    {
        return Ok(Part {
            layout: Some(LayoutKind::Table),
            no_notes: Some(why),
            ..Part::default()
        });
    }
    let header = match source.headers(&sample) {
        Some(headers) => super::columns::Header::given(headers),
        None => find_header(&sample, gather.shared.recogniser),
    };
    let body = header.body.min(sample.len());
    let title: Vec<String> = sample
        .iter()
        .take(header.body)
        .take(body)
        .filter(|r| r.line < header.line)
        .map(|r| r.cells.join(" ").trim().to_owned())
        .collect();
    source.expect_width(header.names.len());
    let mut first: Vec<Row> = sample.split_off(body);
    for row in &mut first {
        source.place(row, &header.names);
    }
    let columns = Columns::recognise(&header, &first, &gather.columns, gather.shared);
    let mut reader = TableReader::new(columns, place, title.join("\n"), gather);
    reader.outcome.remarks.extend(header.remarks);
    if !first.is_empty()
        && let Some(why) =
            own_table(&reader.columns.names, &first, reader.gather).or_else(|| reader.no_notes())
    {
        reader.outcome.no_notes = Some(why);
        return Ok(reader.outcome);
    }
    for row in first {
        reader.row(row)?;
    }
    loop {
        match source.next_row() {
            Ok(Some(row)) => reader.row(row)?,
            Ok(None) => break,
            Err(e) => {
                reader.outcome.damage.push(super::walk::io_reason(&e));
                break;
            }
        }
    }
    reader.finish()
}

/// Why a table that this program wrote gives no notes, unless the study names a column of it.
fn own_table(names: &[String], rows: &[Row], gather: &Gather<'_>) -> Option<(Outcome, String)> {
    let is_named = |told: &String| names.iter().any(|n| n.trim().eq_ignore_ascii_case(told));
    if gather.columns.values().any(is_named) {
        return None;
    }
    let cells = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(column).cloned());
        cells.collect()
    };
    let own = &gather.shared.options.own_tables;
    let own = own.iter().find(|own| own.is(names, &cells))?;
    let why = format!("a table of this program ({}), not notes", own.what);
    Some((Outcome::Skipped, why))
}

struct TableReader<'g, 's> {
    columns: Columns,
    place: &'g TablePlace,
    title: String,
    gather: &'g mut Gather<'s>,
    utterances: Option<Utterances>,
    pieces: Pieces,
    /// Data rows so far.
    rows: usize,
    blank: usize,
    /// Rows that repeat the header: files put one behind the other.
    headers_again: usize,
    outcome: Part,
}

impl<'g, 's> TableReader<'g, 's> {
    fn new(
        columns: Columns,
        place: &'g TablePlace,
        title: String,
        gather: &'g mut Gather<'s>,
    ) -> Self {
        let told = gather.shared.options.transcript.as_ref();
        let utterances = told.and_then(|t| Utterances::new(t, &columns));
        let layout = if utterances.is_some() {
            LayoutKind::Transcript
        } else {
            LayoutKind::Table
        };
        let outcome = Part {
            layout: Some(layout),
            columns: match &utterances {
                Some(utterances) => utterances.report(columns.report(&place.sheet)),
                None => columns.report(&place.sheet),
            },
            remarks: match &utterances {
                Some(_) => Vec::new(),
                None => columns.remarks.clone(),
            },
            ..Part::default()
        };
        Self {
            columns,
            place,
            title,
            gather,
            utterances,
            pieces: Pieces::default(),
            rows: 0,
            blank: 0,
            headers_again: 0,
            outcome,
        }
    }

    /// Why a table with rows gives no notes; none where it can be read.
    fn no_notes(&self) -> Option<(Outcome, String)> {
        let names = &self.columns.names;
        if names.is_empty() || self.utterances.is_some() {
            return None;
        }
        let has = |name: &str| names.iter().any(|n| n.trim().eq_ignore_ascii_case(name));
        if has("note_id") && has("code") {
            return Some((
                Outcome::Skipped,
                "codings made by people, not notes".to_owned(),
            ));
        }
        if !self.columns.notes.is_empty() {
            return None;
        }
        let why = format!(
            "no column of notes among {}: name it under [columns] in study.toml if there is one",
            quoted_list(names)
        );
        Some((Outcome::Failed, why))
    }

    fn row(&mut self, mut row: Row) -> Result<()> {
        if let Some(Fault::Lost { to_line }) = row.fault {
            let lines = if to_line == row.line {
                format!("line {}", row.line)
            } else {
                format!("lines {} to {to_line}", row.line)
            };
            let reason = format!("{lines}: no row, a quotation mark or a line end stands wrong");
            self.damaged(&format!("line={}", row.line), reason);
            return Ok(());
        }
        self.rows += 1;
        let locator = format!("{}row={}", self.place.prefix, self.rows);
        if matches!(row.fault, Some(Fault::TooLong | Fault::Broken(_))) {
            let reason = match row.fault {
                Some(Fault::Broken(why)) => format!("line {}: {why}", row.line),
                _ => format!(
                    "line {}: longer than the limit of a note, perhaps a quotation mark that never closes",
                    row.line
                ),
            };
            self.damaged(&locator, reason);
            return Ok(());
        }
        if self.columns.are_named_by(&row) {
            let reason = format!("line {}: the header once more", row.line);
            self.headers_again += 1;
            self.gather.not_a_note(&locator, Outcome::Skipped, reason);
            return Ok(());
        }
        let mut warnings = self.mend(&mut row);
        if let Some(utterances) = &mut self.utterances {
            utterances.add(&row.cells);
            self.outcome.damage.append(&mut warnings);
            return Ok(());
        }
        if let Some(wide) = &self.columns.wide {
            let drafts = wide.drafts(&self.columns, &row, self.gather.shared.recogniser);
            return self.cells(&locator, &row, drafts, &warnings);
        }
        let text = self.columns.note_text(&row, &mut warnings);
        if text.chars().all(char::is_whitespace) {
            self.no_text(&locator, &row, &warnings);
            return Ok(());
        }
        self.tell_damage(&row, &warnings);
        let draft = self.columns.draft(&row, text);
        let order = Pieces::order_of(&self.columns, &row);
        let draft = self.in_row(
            &row,
            Draft {
                locator,
                warnings,
                ..draft
            },
        );
        let limit = self.gather.shared.options.limits.note_bytes;
        let ready = match order {
            Some(order) => self.pieces.add(draft, order, limit),
            None => Some(draft),
        };
        ready.map_or(Ok(()), |draft| self.gather.note(draft))
    }

    /// Takes the notes that stand in cells of one row.
    fn cells(
        &mut self,
        locator: &str,
        row: &Row,
        drafts: Vec<Draft>,
        warnings: &[String],
    ) -> Result<()> {
        if drafts.is_empty() {
            self.no_text(locator, row, warnings);
        }
        self.tell_damage(row, warnings);
        for draft in drafts {
            let draft = Draft {
                locator: format!("{locator}{}", draft.locator),
                warnings: [warnings, &draft.warnings].concat(),
                ..draft
            };
            let draft = self.in_row(row, draft);
            self.gather.note(draft)?;
        }
        Ok(())
    }

    /// Says in the ledger what is wrong with a damaged row that still has a note.
    fn tell_damage(&mut self, row: &Row, warnings: &[String]) {
        let first = warnings.first().filter(|_| row.fault.is_some());
        self.outcome.damage.extend(first.cloned());
    }

    /// A note with what its row, its sheet and the sheet's title say of it.
    fn in_row(&self, row: &Row, draft: Draft) -> Draft {
        Draft {
            damaged: row.fault.is_some(),
            clues: Clues {
                sheet: self.place.sheet.clone(),
                preamble: self.title.clone(),
                ..draft.clues
            },
            ..draft
        }
    }

    fn no_text(&mut self, locator: &str, row: &Row, warnings: &[String]) {
        self.blank += 1;
        if row.fault.is_some() || !warnings.is_empty() {
            self.damaged(locator, format!("{}; no note in it", warnings.join("; ")));
        } else {
            let reason = format!("line {}: no note in this row", row.line);
            self.gather.not_a_note(locator, Outcome::Skipped, reason);
        }
    }

    fn damaged(&mut self, locator: &str, reason: String) {
        self.gather
            .not_a_note(locator, Outcome::Failed, reason.clone());
        self.outcome.damage.push(reason);
    }

    /// Mends what can be mended in a damaged row, and says so.
    fn mend(&mut self, row: &mut Row) -> Vec<String> {
        let mut said = Vec::new();
        let width = self.columns.names.len();
        if row.fault == Some(Fault::Unclosed) {
            said.push(format!("line {}: a quotation mark opens a cell and never closes it; the cell was ended before the next good row", row.line));
            while row.cells.last().is_some_and(|c| c.ends_with('\n')) {
                row.cells.last_mut().map(String::pop);
            }
        }
        let cells = row.cells.len();
        if cells > width && row.cells.iter().skip(width).all(|c| c.trim().is_empty()) {
            row.cells.truncate(width);
        } else if cells > width {
            row.fault.get_or_insert(Fault::Width);
            let what = self.columns.mend_long(row);
            said.push(format!(
                "line {}: {cells} cells where the header has {width}; {what}",
                row.line
            ));
        } else if cells < width && !self.columns.short_rows_are_good {
            row.fault.get_or_insert(Fault::Width);
            said.push(format!(
                "line {}: {cells} cells where the header has {width}",
                row.line
            ));
        }
        said
    }

    fn finish(mut self) -> Result<Part> {
        if let Some(utterances) = self.utterances.take() {
            for (draft, odd) in utterances.into_notes(&self.place.prefix) {
                self.outcome.remarks.extend(odd);
                self.gather.note(draft)?;
            }
        }
        if let Some(last) = self.pieces.finish() {
            self.gather.note(last)?;
        }
        if self.pieces.joined > 0 {
            self.outcome.remarks.push(format!(
                "{} of {} rows go on with the note of the row before: they have its id and the next number",
                self.pieces.joined, self.rows
            ));
        }
        if self.headers_again > 0 {
            let said = format!("{} rows repeat the header", self.headers_again);
            self.outcome.remarks.push(said);
        }
        if self.rows == 0 {
            self.outcome.remarks.push("no rows".to_owned());
        } else if self.blank > 0 {
            self.outcome
                .remarks
                .push(format!("{} of {} rows hold no note", self.blank, self.rows));
        }
        Ok(self.outcome)
    }
}

/// Names in quotation marks, at most a dozen.
pub(crate) fn quoted_list(names: &[String]) -> String {
    let mut list: Vec<String> = names.iter().take(12).map(|n| format!("{n:?}")).collect();
    if names.len() > 12 {
        list.push(format!("{} more", names.len() - 12));
    }
    list.join(", ")
}

/// Cells of further columns by header; a header that stands twice gets a number.
pub(crate) fn distinct(names: &[String]) -> Vec<String> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    names
        .iter()
        .map(|name| {
            let n = seen.entry(name).or_default();
            *n += 1;
            if *n == 1 {
                name.clone()
            } else {
                format!("{name} ({n})")
            }
        })
        .collect()
}

/// Whether a role is part of a note's metadata, and not its text or id.
pub(crate) fn is_clue(role: Role) -> bool {
    !matches!(role, Role::Note | Role::NoteId)
}
