//! `decisions.csv`: what people decided on codings, read and written without loss.
//!
//! Comes in: the file, written by this program or saved by a spreadsheet. Goes out: the decisions,
//! and the rows that say nothing that can be done, each with what is wrong. Columns and rows that
//! mean nothing here are kept when the file is written again.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Diagnostic, Error, Place, Result, Severity};
use crate::model::coding::{Assertion, Voice};
use crate::model::decision::{Action, Decision, UnreadableRow};

use super::days::Days;
use super::saved_table::{SavedRow, SavedTable};
use super::whole::{parent_of, write_whole};

/// The columns of `decisions.csv`.
pub const DECISION_COLUMNS: [&str; 14] = [
    "note_id",
    "note_sha256",
    "code",
    "start",
    "end",
    "text",
    "action",
    "assertion",
    "voice",
    "new_code",
    "coder",
    "date",
    "memo",
    "codebook_sha256",
];

/// What a coder without a name is called.
const UNNAMED: &str = "unnamed";

/// Everything that a study's `decisions.csv` says.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// The decisions, in the file's order.
    pub rows: Vec<Decision>,
    /// The rows that say nothing that can be done.
    pub unreadable: Vec<UnreadableRow>,
    /// The same as findings, and what is wrong with the file as a whole.
    pub findings: Vec<Diagnostic>,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
}

/// Reads a study's decisions; none where there is no such file.
///
/// A file that cannot be read or is no table of decisions is a finding: the rules' codings stand.
pub fn read_decisions(path: &Path) -> Option<Decisions> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return None,
        Err(e) => {
            let message = format!("The decisions cannot be read: {e}. None of them is applied.");
            return Some(Decisions {
                findings: vec![finding("V742", Severity::Error, Place::file(path), message)],
                ..Decisions::default()
            });
        }
    };
    let mut read = parse_decisions(SavedTable::parse(&bytes), path);
    read.sha256 = crate::text::hex_sha256(&bytes);
    Some(read)
}

/// SHA-256 of a study's decisions as [`read_decisions`] tells it, without reading what they say; none where
/// there is no such file.
pub fn decisions_sha256(path: &Path) -> Option<String> {
    match fs::read(path) {
        Ok(bytes) => Some(crate::text::hex_sha256(&bytes)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(_) => Some(String::new()),
    }
}

/// Files beside a study's decisions that a spreadsheet may have saved in their place: the same name with
/// another ending, in other letters, or numbered as a copy.
pub fn misnamed_decisions(path: &Path) -> Vec<PathBuf> {
    let folder = parent_of(path);
    let is_misnamed = |found: &PathBuf| {
        let name = found
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        let stem = stem.split([' ', '(', '-']).next().unwrap_or_default();
        stem == "decisions"
            && ["csv", "tsv", "txt", "xlsx", "xls", "ods"].contains(&ending)
            && found.file_name() != path.file_name()
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|e| e.path()).filter(is_misnamed).collect();
    found.sort();
    found
}

/// Reads decisions from a table; `path` names it in findings.
pub fn parse_decisions(table: SavedTable, path: &Path) -> Decisions {
    let mut read = Decisions::default();
    if let Some(missing) = missing_column(&table) {
        read.findings.extend(no_table(&table, missing, path));
        return read;
    }
    let columns = Columns::of(&table);
    let cells = table.rows.iter().map(|row| row.text(columns.date).trim());
    let mut days = Days::of_column(cells);
    read.rows.reserve(table.rows.len());
    for (index, mut row) in table.rows.into_iter().enumerate() {
        if row.is_empty() {
            continue;
        }
        let number = index as u32 + 2;
        match columns.said(&row) {
            Ok(said) => {
                let decision = columns.decision(&mut row, &said, number, &mut days);
                if !days.is_day {
                    let place = Place::at(path, row.line, 1);
                    read.findings.push(day_not_read(&decision, place));
                }
                read.rows.push(decision);
            }
            Err(reason) => {
                let place = Place::at(path, row.line, 1);
                let message = format!("Row {number} of the decisions is not applied: {reason}.");
                read.findings
                    .push(finding("V741", Severity::Warning, place, message));
                read.unreadable.push(UnreadableRow {
                    row: number,
                    line: row.line,
                    note_id: row.text(columns.note_id).trim().to_owned(),
                    action: row.text(columns.action).trim().to_owned(),
                    coder: row.text(columns.coder).trim().to_owned(),
                    reason,
                });
            }
        }
    }
    read
}

/// The first column without which a table holds no decisions, if one is missing.
fn missing_column(table: &SavedTable) -> Option<&'static str> {
    let mut needed = ["note_id", "code", "action"].into_iter();
    needed.find(|name| table.column(name).is_none())
}

/// That a table without a column is none of decisions; an empty file is not worth a word.
fn no_table(table: &SavedTable, missing: &str, path: &Path) -> Option<Diagnostic> {
    let is_empty = table.header.is_empty() && table.rows.is_empty();
    let message = format!(
        "This is no table of decisions: it has no column {missing}. None of its rows is applied. Its first line \
         names the columns, with commas, semicolons or tabs between: note_id,code,start,end,text,action,coder."
    );
    let place = Place::at(path, 1, 1);
    (!is_empty).then(|| finding("V742", Severity::Error, place, message))
}

/// Says that a decision's day is not understood; the decision is applied all the same.
fn day_not_read(decision: &Decision, place: Place) -> Diagnostic {
    let message = format!(
        "Row {}: its date {:?} may be read in two ways or in none, so nobody can tell whether it is older \
         than a change of the codebook. Write year, month and day with hyphens (YYYY-MM-DD).",
        decision.row, decision.date
    );
    finding("V749", Severity::Warning, place, message)
}

fn finding(rule: &'static str, severity: Severity, place: Place, message: String) -> Diagnostic {
    Diagnostic {
        rule,
        severity,
        place,
        message,
        hint: String::new(),
        excerpt: None,
    }
}

/// What of a row may be wrong.
struct Said {
    place: Option<(usize, usize)>,
    action: Action,
    assertion: Option<Assertion>,
    voice: Option<Voice>,
}

/// Where each column stands.
struct Columns {
    note_id: Option<usize>,
    note_sha256: Option<usize>,
    code: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    text: Option<usize>,
    action: Option<usize>,
    assertion: Option<usize>,
    voice: Option<usize>,
    new_code: Option<usize>,
    coder: Option<usize>,
    date: Option<usize>,
    memo: Option<usize>,
    codebook_sha256: Option<usize>,
}

impl Columns {
    fn of(table: &SavedTable) -> Self {
        let column = |name| table.column(name);
        Self {
            note_id: column("note_id"),
            note_sha256: column("note_sha256"),
            code: column("code"),
            start: column("start"),
            end: column("end"),
            text: column("text"),
            action: column("action"),
            assertion: column("assertion"),
            voice: column("voice"),
            new_code: column("new_code"),
            coder: column("coder"),
            date: column("date"),
            memo: column("memo"),
            codebook_sha256: column("codebook_sha256"),
        }
    }

    /// What of a row may be wrong, or why it says nothing that can be done.
    fn said(&self, row: &SavedRow) -> std::result::Result<Said, String> {
        if row.is_broken {
            return Err("it breaks off in the middle of a quoted cell".to_owned());
        }
        let is_empty = |column| row.text(column).trim().is_empty();
        let lower = |column| row.text(column).trim().to_lowercase();
        let said = Said {
            place: self.place(row)?,
            action: lower(self.action).parse()?,
            assertion: given(&lower(self.assertion))?,
            voice: given(&lower(self.voice))?,
        };
        let missing = |what: &str| Err(format!("it names no {what}"));
        if is_empty(self.note_id) {
            return missing("note (note_id)");
        }
        if is_empty(self.code) {
            return missing("code");
        }
        if said.place.is_none() && is_empty(self.text) {
            return Err("it has no place in its note: give start and end, or the words".to_owned());
        }
        if said.action == Action::Recode && is_empty(self.new_code) {
            return missing("new code (new_code)");
        }
        Ok(said)
    }

    /// The decision of a row that can be read; takes the row's cells.
    fn decision(&self, row: &mut SavedRow, said: &Said, number: u32, days: &mut Days) -> Decision {
        let date = days.read(row.text(self.date).trim());
        let mut text = row.take_text(self.text);
        if text.contains('\r') {
            text = text.replace("\r\n", "\n");
        }
        let coder = row.take_word(self.coder);
        let lower = |word: String| {
            if word.bytes().any(|b| b.is_ascii_uppercase()) {
                word.to_lowercase()
            } else {
                word
            }
        };
        Decision {
            row: number,
            line: row.line,
            note_id: row.take_word(self.note_id),
            note_sha256: lower(row.take_word(self.note_sha256)),
            code: row.take_word(self.code),
            place: said.place,
            text,
            action: said.action,
            assertion: said.assertion,
            voice: said.voice,
            new_code: row.take_word(self.new_code),
            coder: if coder.is_empty() {
                UNNAMED.to_owned()
            } else {
                coder
            },
            date,
            memo: row.take_text(self.memo),
            codebook_sha256: lower(row.take_word(self.codebook_sha256)),
        }
    }

    /// The decision of a row that stays as it is.
    fn read(&self, row: &SavedRow) -> Option<Decision> {
        let said = self.said(row).ok()?;
        Some(self.decision(&mut row.clone(), &said, 0, &mut Days::default()))
    }

    fn place(&self, row: &SavedRow) -> std::result::Result<Option<(usize, usize)>, String> {
        let (start, end) = (row.text(self.start).trim(), row.text(self.end).trim());
        if start.is_empty() && end.is_empty() {
            return Ok(None);
        }
        match (whole_number(start), whole_number(end)) {
            (Some(start), Some(end)) if start < end => Ok(Some((start, end))),
            (Some(_), Some(_)) => Err(format!("its start {start} is not before its end {end}")),
            _ => Err(format!(
                "start {start:?} and end {end:?} are no whole numbers"
            )),
        }
    }
}

/// A whole number as spreadsheets write it (`12`, `12.0`, `12,0`).
fn whole_number(cell: &str) -> Option<usize> {
    let plain = cell.split(['.', ',']).collect::<Vec<_>>();
    match plain[..] {
        [whole] => whole.parse().ok(),
        [whole, zeros] if zeros.chars().all(|c| c == '0') && zeros.len() < 3 => whole.parse().ok(),
        _ => None,
    }
}

fn given<T: std::str::FromStr<Err = String>>(word: &str) -> std::result::Result<Option<T>, String> {
    if word.is_empty() {
        return Ok(None);
    }
    word.parse().map(Some)
}

/// Puts a decision into a table: over the row of the one that it stands instead of, else behind all
/// others. Columns that mean nothing here keep what they hold, and so do the memo and the voice where
/// somebody else wrote them into that row since.
pub fn put_decision(table: &mut SavedTable, decision: &Decision, instead: Option<&Decision>) {
    for name in DECISION_COLUMNS {
        table.column_or_new(name);
    }
    let old = row_of(table, instead.unwrap_or(decision));
    let standing = old.and_then(|at| Columns::of(table).read(&table.rows[at]));
    let mut decision = decision.clone();
    if let (Some(standing), Some(instead)) = (standing, instead) {
        if decision.memo == instead.memo {
            decision.memo = standing.memo;
        }
        decision.voice = decision.voice.or(standing.voice);
    }
    let cells = cells(&decision);
    let at = old.unwrap_or_else(|| {
        table.rows.push(SavedRow::default());
        table.rows.len() - 1
    });
    for (name, text) in DECISION_COLUMNS.iter().zip(cells) {
        if let Some(column) = table.column(name) {
            table.rows[at].set(column, &text);
        }
    }
}

/// Takes a coder's decision on a passage and code out of a table; whether there was one.
pub fn take_decision(table: &mut SavedTable, decision: &Decision) -> bool {
    match row_of(table, decision) {
        Some(at) => {
            table.rows.remove(at);
            true
        }
        None => false,
    }
}

/// The last row of the same coder on the same passage and code.
fn row_of(table: &SavedTable, decision: &Decision) -> Option<usize> {
    let columns = Columns::of(table);
    let own = |row: &SavedRow| {
        columns.read(row).is_some_and(|other| {
            other.coder == decision.coder
                && other.note_id == decision.note_id
                && other.code == decision.code
                && other.place == decision.place
                && other.text == decision.text
        })
    };
    table.rows.iter().rposition(own)
}

fn cells(d: &Decision) -> [String; 14] {
    let number = |n: Option<usize>| n.map(|n| n.to_string()).unwrap_or_default();
    [
        d.note_id.clone(),
        d.note_sha256.clone(),
        d.code.clone(),
        number(d.place.map(|p| p.0)),
        number(d.place.map(|p| p.1)),
        d.text.clone(),
        d.action.as_str().to_owned(),
        d.assertion.map_or("", |a| a.as_str()).to_owned(),
        d.voice.map_or("", |v| v.as_str()).to_owned(),
        d.new_code.clone(),
        d.coder.clone(),
        d.date.clone(),
        d.memo.clone(),
        d.codebook_sha256.clone(),
    ]
}

/// Changes the decisions' file: reads it as it is now, lets `change` do its work and writes it whole,
/// while no other desk may (a lock on a dot file beside it, which the system lets go of when the
/// program ends, however it ends). Nothing is written where `change` says no.
///
/// # Errors
/// Where the folder cannot be written; the file then stands as it was.
pub fn change_decisions(path: &Path, change: impl FnOnce(&mut SavedTable) -> bool) -> Result<bool> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    let beside = path.with_file_name(name);
    let failed = |e| Error::io("lock the decisions", &beside, e);
    let lock = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&beside)
        .map_err(failed)?;
    lock.lock().map_err(failed)?;
    let mut table = match fs::read(path) {
        Ok(bytes) => SavedTable::parse(&bytes),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => SavedTable::default(),
        Err(e) => return Err(Error::io("read the decisions", path, e)),
    };
    // What is no table of decisions would not survive being written as one.
    let missing = missing_column(&table);
    if let Some(finding) = missing.and_then(|missing| no_table(&table, missing, path)) {
        return Err(Error::other(format!(
            "{}: {} It is left as it is; put it aside, or save it so.",
            path.display(),
            finding.message
        )));
    }
    let changed = change(&mut table);
    if changed {
        write_whole(&table.to_csv(), path)?;
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_saved_under_another_name_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let names = [
            "decisions.csv",
            "Decisions.xlsx",
            "decisions (1).csv",
            "decisions_applied.csv",
            "notes.txt",
        ];
        for name in names {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let found = misnamed_decisions(&dir.path().join("decisions.csv"));
        let found: Vec<_> = found
            .iter()
            .map(|p| p.file_name().unwrap().to_owned())
            .collect();
        assert_eq!(found, ["Decisions.xlsx", "decisions (1).csv"]);
    }

    #[test]
    fn what_is_no_table_of_decisions_is_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("decisions.csv");
        fs::write(&path, b"PK\x03\x04 a workbook").unwrap();
        let change = |table: &mut SavedTable| {
            table.rows.push(SavedRow::default());
            true
        };
        let told = change_decisions(&path, change).unwrap_err().to_string();
        assert!(told.contains("left as it is"), "{told}");
        assert_eq!(fs::read(&path).unwrap(), b"PK\x03\x04 a workbook");
    }

    #[test]
    fn a_row_keeps_what_a_spreadsheet_wrote_into_it_and_the_file_its_form() {
        let source = "\u{FEFF}note_id;code;action;start;end;text;coder;memo;voice\nn;a;keep;1;4;abc;E;seen;quote\n";
        let mut table = SavedTable::parse(source.as_bytes());
        let read = parse_decisions(table.clone(), Path::new("d.csv"));
        let mut instead = read.rows[0].clone();
        instead.memo = String::new();
        instead.voice = None;
        let decision = Decision {
            action: Action::Reject,
            ..instead.clone()
        };
        put_decision(&mut table, &decision, Some(&instead));
        let written = String::from_utf8(table.to_csv()).unwrap();
        let row = "\nn;a;reject;1;4;abc;E;seen;quote";
        assert!(
            written.starts_with("\u{FEFF}note_id;") && written.contains(row),
            "{written}"
        );
    }
}
