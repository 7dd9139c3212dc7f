//! One file, from its bytes to its notes and its ledger row.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use encoding_rs::Encoding;
use regex::Regex;

use crate::error::Result;
use crate::model::ledger::{LedgerRow, Outcome};
use crate::model::reading::Role;

use super::decode::{DecodingReader, Examined, TextEncoding, examine, unix_lines};
use super::delimited::Rows;
use super::gather::{Gather, Kept, Shared};
use super::json::{JsonArray, JsonLines};
use super::kind::{Kind, extension, kind_of, not_a_note_by_name};
use super::meter::{Meter, Progress};
use super::recognise::Clues;
use super::report::{ColumnReport, LayoutKind, SourceReport};
use super::sniff::{Sniffed, sniff};
use super::table::{TableOutcome, TablePlace, read_table};
use super::text_file::read_text;
use super::walk::{Found, What, io_reason};
use super::workbook::{Sheet, SheetRows, read_workbook};

/// Bytes of a table that its dialect is told from.
const SNIFF_BYTES: usize = 1 << 16;

/// How a study's files are to be read.
pub(crate) struct FileReader<'s> {
    pub(crate) shared: Shared<'s>,
    pub(crate) progress: &'s Progress<'s>,
    pub(crate) split: Option<Regex>,
    pub(crate) encoding: Option<&'static Encoding>,
}

/// What came out of a file.
pub(crate) struct FileReading {
    pub(crate) rows: Vec<LedgerRow>,
    pub(crate) kept: Vec<Kept>,
    pub(crate) report: SourceReport,
}

impl FileReader<'_> {
    /// Reads a file; `skip` says why it is not read as notes, `common` what holds for all of them.
    pub(crate) fn read(
        &self,
        found: &Found,
        skip: Option<String>,
        common: Clues,
        told: bool,
    ) -> Result<FileReading> {
        let mut row = empty_row(&found.name);
        let bytes = match &found.what {
            What::File(bytes) => *bytes,
            What::Skipped(why) => return Ok(nothing(row, Outcome::Skipped, why.clone())),
            What::Failed(why) => return Ok(nothing(row, Outcome::Failed, why.clone())),
        };
        row.bytes = bytes;
        let limit = self.shared.options.limits.file_bytes;
        if bytes > limit {
            let why = format!(
                "{} MB, over the limit of {} MB ([limits] file_megabytes in study.toml)",
                bytes >> 20,
                limit >> 20
            );
            return Ok(nothing(row, Outcome::Failed, why));
        }
        let opened = File::open(&found.path).and_then(|mut file| {
            let examined = examine(Meter::new(&mut file, self.progress), self.encoding)?;
            file.seek(SeekFrom::Start(0))?;
            Ok((file, examined))
        });
        let (file, examined) = match opened {
            Ok(opened) => opened,
            Err(e) => return Ok(nothing(row, Outcome::Failed, io_reason(&e))),
        };
        row.bytes = examined.bytes;
        row.sha256.clone_from(&examined.sha256);
        let name = found.name.rsplit('/').next().unwrap_or_default();
        let by_name = not_a_note_by_name(name)
            .filter(|_| !told)
            .map(str::to_owned);
        if let Some(why) = skip.or(by_name) {
            return Ok(nothing(row, Outcome::Skipped, why));
        }
        if examined.bytes == 0 {
            return Ok(nothing(row, Outcome::Skipped, "empty".to_owned()));
        }
        let mut gather = Gather::new(&self.shared, &found.name, common);
        let outcome = self.notes(name, file, &examined, &mut row, &mut gather)?;
        finish(row, outcome, gather)
    }

    fn notes(
        &self,
        name: &str,
        file: File,
        examined: &Examined,
        row: &mut LedgerRow,
        gather: &mut Gather<'_>,
    ) -> Result<Outcomes> {
        let kind = kind_of(name, &examined.head, examined.encoding.is_some());
        let refused = |outcome, why: String| {
            Ok(Outcomes {
                refused: Some((outcome, why)),
                ..Outcomes::default()
            })
        };
        match (&kind, &examined.encoding) {
            (Kind::Skipped(why), _) => return refused(Outcome::Skipped, (*why).to_owned()),
            (Kind::Failed(format, why), _) => {
                (*format).clone_into(&mut row.format);
                return refused(Outcome::Failed, why.clone());
            }
            (Kind::Workbook, _) => {
                row.format = extension(name);
                return self.workbook(file, gather);
            }
            (_, None) => return refused(Outcome::Failed, "binary, not text".to_owned()),
            (_, Some(encoding)) => row.encoding.clone_from(&encoding.name),
        }
        let Some(encoding) = &examined.encoding else {
            return refused(Outcome::Failed, "binary, not text".to_owned());
        };
        let input =
            match DecodingReader::new(BufReader::new(Meter::new(file, self.progress)), encoding) {
                Ok(input) => input,
                Err(e) => return refused(Outcome::Failed, io_reason(&e)),
            };
        let mut outcomes = self.text_notes(&kind, input, row, gather)?;
        outcomes.remarks.extend(encoding.remarks.iter().cloned());
        if !["csv", "tsv", "tab", "psv", "txt", "md"].contains(&extension(name).as_str())
            && row.format == "text"
        {
            let extension = extension(name);
            if super::kind::is_document(&extension) {
                outcomes
                    .remarks
                    .push(format!("named .{extension}, but it is plain text"));
            }
        }
        Ok(outcomes)
    }

    fn text_notes(
        &self,
        kind: &Kind,
        mut input: impl Read,
        row: &mut LedgerRow,
        gather: &mut Gather<'_>,
    ) -> Result<Outcomes> {
        let recogniser = self.shared.recogniser;
        let row_max = self
            .shared
            .options
            .limits
            .note_bytes
            .saturating_mul(2)
            .max(1 << 16);
        let outcome = match kind {
            Kind::JsonLines => {
                "jsonl".clone_into(&mut row.format);
                let mut rows = JsonLines::new(input, recogniser, row_max);
                read_table(&mut rows, &TablePlace::default(), gather)?
            }
            Kind::Json => {
                "json".clone_into(&mut row.format);
                let mut text = String::new();
                match input.read_to_string(&mut text) {
                    Ok(_) => match JsonArray::parse(&text, recogniser) {
                        Ok(mut rows) => read_table(&mut rows, &TablePlace::default(), gather)?,
                        Err(why) => Ok(TableOutcome {
                            damage: vec![why],
                            ..TableOutcome::default()
                        }),
                    },
                    Err(e) => Err(e),
                }
            }
            Kind::Delimited => {
                "csv".clone_into(&mut row.format);
                self.delimited(input, row, gather, row_max)?
            }
            _ => {
                "text".clone_into(&mut row.format);
                let mut text = String::new();
                match input.read_to_string(&mut text) {
                    Ok(_) => Ok(read_text(unix_lines(text), self.split.as_ref(), gather)?),
                    Err(e) => Err(e),
                }
            }
        };
        Ok(match outcome {
            Ok(outcome) => Outcomes {
                parts: vec![outcome],
                ..Outcomes::default()
            },
            Err(e) => Outcomes {
                refused: Some((Outcome::Failed, io_reason(&e))),
                ..Outcomes::default()
            },
        })
    }

    fn delimited(
        &self,
        mut input: impl Read,
        row: &mut LedgerRow,
        gather: &mut Gather<'_>,
        row_max: usize,
    ) -> Result<io::Result<TableOutcome>> {
        let mut sample = Vec::new();
        if let Err(e) = input
            .by_ref()
            .take(SNIFF_BYTES as u64)
            .read_to_end(&mut sample)
        {
            return Ok(Err(e));
        }
        let sniffed = self.sniff(&sample);
        let told_by = super::sniff::words(sniffed.dialect);
        let mut rows = Rows::new(
            io::Cursor::new(sample).chain(input),
            sniffed.dialect,
            row_max,
        );
        let read = read_table(&mut rows, &TablePlace::default(), gather)?;
        Ok(read.map(|mut outcome| {
            if sniffed.width > 1 && sniffed.dialect.delimiter != b',' {
                if sniffed.dialect.delimiter == b'\t' {
                    "tsv".clone_into(&mut row.format);
                }
                outcome.remarks.push(told_by.clone());
            }
            outcome.told_by = told_by;
            outcome
        }))
    }

    pub(crate) fn sniff(&self, sample: &[u8]) -> Sniffed {
        let recogniser = self.shared.recogniser;
        let columns = &self.shared.options.columns;
        let known = |cells: &[String]| {
            let told = |c: &String| columns.values().any(|v| v.eq_ignore_ascii_case(c.trim()));
            cells
                .iter()
                .filter(|c| c.len() < 100 && (told(c) || recogniser.column_role(c).is_some()))
                .count()
        };
        sniff(
            &String::from_utf8_lossy(sample),
            sample.len() < SNIFF_BYTES,
            &known,
        )
    }

    fn workbook(&self, mut file: File, gather: &mut Gather<'_>) -> Result<Outcomes> {
        let mut bytes = Vec::new();
        let failed = |why| Outcomes {
            refused: Some((Outcome::Failed, why)),
            ..Outcomes::default()
        };
        if let Err(e) = Meter::new(&mut file, self.progress).read_to_end(&mut bytes) {
            return Ok(failed(io_reason(&e)));
        }
        let sheets = match read_workbook(bytes, &self.shared.options.limits) {
            Ok(sheets) => sheets,
            Err(why) => return Ok(failed(why)),
        };
        let mut outcomes = Outcomes::default();
        let several = sheets.iter().filter(|s| !s.rows.is_empty()).count() > 1;
        for sheet in sheets {
            outcomes.sheet(sheet, several, gather)?;
        }
        Ok(outcomes)
    }
}

/// What the parts of a file gave.
#[derive(Default)]
struct Outcomes {
    parts: Vec<TableOutcome>,
    remarks: Vec<String>,
    refused: Option<(Outcome, String)>,
}

impl Outcomes {
    fn sheet(&mut self, sheet: Sheet, several: bool, gather: &mut Gather<'_>) -> Result<()> {
        let named = |text: &str| {
            if several {
                format!("sheet {:?}: {text}", sheet.name)
            } else {
                text.to_owned()
            }
        };
        if let Some(why) = &sheet.failed {
            self.parts.push(TableOutcome {
                damage: vec![named(why)],
                ..TableOutcome::default()
            });
            return Ok(());
        }
        if sheet.rows.is_empty() {
            return Ok(());
        }
        let place = TablePlace {
            sheet: sheet.name.clone(),
            prefix: if several {
                format!("sheet={}/", sheet.name)
            } else {
                String::new()
            },
        };
        if sheet.hidden {
            self.remarks.push(named("the sheet is hidden, and read"));
        }
        let mut rows = SheetRows(sheet.rows.into_iter());
        match read_table(&mut rows, &place, gather)? {
            Ok(mut outcome) => {
                for said in outcome
                    .remarks
                    .iter_mut()
                    .chain(&mut outcome.damage)
                    .chain(&mut outcome.no_notes)
                {
                    *said = if several {
                        format!("sheet {:?}: {said}", place.sheet)
                    } else {
                        said.clone()
                    };
                }
                self.parts.push(outcome);
            }
            Err(e) => self.remarks.push(io_reason(&e)),
        }
        Ok(())
    }
}

fn empty_row(source: &str) -> LedgerRow {
    LedgerRow {
        source: source.to_owned(),
        locator: String::new(),
        sha256: String::new(),
        bytes: 0,
        encoding: String::new(),
        format: String::new(),
        outcome: Outcome::Read,
        reason: String::new(),
        notes: 0,
    }
}

fn nothing(row: LedgerRow, outcome: Outcome, reason: String) -> FileReading {
    let report = SourceReport {
        source: row.source.clone(),
        layout: LayoutKind::None,
        told_by: String::new(),
        columns: Vec::new(),
        notes: 0,
        sample: None,
        remarks: vec![reason.clone()],
    };
    FileReading {
        rows: vec![LedgerRow {
            outcome,
            reason,
            ..row
        }],
        kept: Vec::new(),
        report,
    }
}

/// Settles what became of the file as a whole.
fn finish(mut row: LedgerRow, outcomes: Outcomes, gather: Gather<'_>) -> Result<FileReading> {
    if let Some((outcome, reason)) = outcomes.refused {
        return Ok(nothing(row, outcome, reason));
    }
    let (kept, note_rows, unnamed) = gather.finish()?;
    let parts = &outcomes.parts;
    let all = |said: fn(&TableOutcome) -> &[String]| -> Vec<String> {
        parts.iter().flat_map(said).cloned().collect()
    };
    let damage = all(|p| &p.damage);
    let mut remarks = all(|p| &p.remarks);
    remarks.extend(outcomes.remarks);
    for (outcome, n) in unnamed {
        remarks.push(format!(
            "{n} further places {} and not named here",
            outcome.as_str()
        ));
    }
    let no_notes: Vec<String> = parts.iter().filter_map(|p| p.no_notes.clone()).collect();
    let failed_rows = note_rows
        .iter()
        .filter(|r| r.outcome == Outcome::Failed)
        .count();
    row.notes = kept.len();
    row.outcome = match (kept.len(), damage.len() + failed_rows, no_notes.len()) {
        (0, 0, 0) => Outcome::Read,
        (0, 0, _) => Outcome::Skipped,
        (0, _, _) => Outcome::Failed,
        (_, 0, _) => Outcome::Read,
        _ => Outcome::PartlyRead,
    };
    let from_rows = note_rows
        .iter()
        .filter(|r| r.outcome == Outcome::Failed && damage.is_empty())
        .map(|r| r.reason.clone());
    let mut reasons = shortened(damage.iter().cloned().chain(from_rows).collect());
    reasons.extend(no_notes);
    reasons.extend(remarks.iter().cloned());
    row.reason = reasons.join("; ");
    let report = SourceReport {
        source: row.source.clone(),
        layout: parts
            .iter()
            .filter(|p| p.no_notes.is_none())
            .find_map(|p| p.layout)
            .unwrap_or(LayoutKind::None),
        told_by: parts
            .iter()
            .map(|p| p.told_by.clone())
            .find(|t| !t.is_empty())
            .unwrap_or_default(),
        columns: parts
            .iter()
            .flat_map(|p| p.columns.iter().cloned())
            .collect::<Vec<ColumnReport>>(),
        notes: kept.len(),
        sample: None,
        remarks: reasons,
    };
    let rows = std::iter::once(row).chain(note_rows).collect();
    Ok(FileReading { rows, kept, report })
}

/// The first of many reasons, and how many there are.
fn shortened(mut reasons: Vec<String>) -> Vec<String> {
    const SHOWN: usize = 20;
    if reasons.len() > SHOWN {
        let more = reasons.len() - SHOWN;
        reasons.truncate(SHOWN);
        reasons.push(format!("and {more} more"));
    }
    reasons
}

/// What the study says of all notes of a file.
pub(crate) fn common_clues(name: &str, study: Vec<(Role, String)>) -> Clues {
    let mut folders: Vec<String> = name.split('/').map(str::to_owned).collect();
    let file = folders.pop().unwrap_or_default();
    let stem = match extension(&file) {
        e if e.is_empty() || e.chars().any(|c| c.is_ascii_digit()) => file,
        e => file
            .get(..file.len() - e.len() - 1)
            .unwrap_or(&file)
            .to_owned(),
    };
    Clues {
        file_name: stem,
        folders,
        study,
        ..Clues::default()
    }
}

/// The encoding of a name, for text that is told.
pub(crate) fn encoding_named(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.trim().as_bytes())
}

/// Reads the rows of a small table, for looking at its columns; none where it is none.
pub(crate) fn peek_rows(
    path: &std::path::Path,
    name: &str,
    limits: &super::options::Limits,
) -> Option<Vec<super::delimited::Row>> {
    let bytes = std::fs::read(path).ok()?;
    let examined = examine(&bytes[..], None).ok()?;
    match kind_of(name, &examined.head, examined.encoding.is_some()) {
        Kind::Workbook => {
            let sheets = read_workbook(bytes, limits).ok()?;
            sheets
                .into_iter()
                .map(|s| s.rows)
                .find(|rows| !rows.is_empty())
        }
        Kind::Delimited => {
            let encoding: TextEncoding = examined.encoding?;
            let mut text = String::new();
            DecodingReader::new(&bytes[..], &encoding)
                .ok()?
                .read_to_string(&mut text)
                .ok()?;
            let sniffed = sniff(&text, true, &|_| 0);
            let mut rows = Rows::new(text.as_bytes(), sniffed.dialect, text.len());
            let mut all = Vec::new();
            while let Ok(Some(row)) = rows.next_row() {
                all.push(row);
            }
            Some(all)
        }
        _ => None,
    }
}
