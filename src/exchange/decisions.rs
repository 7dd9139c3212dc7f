//! `decisions.csv`: what people decided on codings, read and written without loss.
//!
//! Comes in: the file, written by this program or saved by a spreadsheet. Goes out: the decisions,
//! and the rows that say nothing that can be done, each with what is wrong. Columns and rows that
//! mean nothing here are kept when the file is written again.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Span;
use jiff::civil::{Date, date};

use crate::error::{Diagnostic, Error, Place, Result, Severity};
use crate::model::decision::{Decision, UnreadableRow};

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
    let mut read = parse_decisions(&SavedTable::parse(&bytes), path);
    read.sha256 = crate::text::hex_sha256(&bytes);
    Some(read)
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
pub fn parse_decisions(table: &SavedTable, path: &Path) -> Decisions {
    let mut read = Decisions::default();
    if let Some(missing) = missing_column(table) {
        read.findings.extend(no_table(table, missing, path));
        return read;
    }
    let columns = Columns::of(table);
    for (index, row) in table.rows.iter().enumerate() {
        if row.is_empty() {
            continue;
        }
        let number = index as u32 + 2;
        match columns.decision(row, number) {
            Ok(decision) => {
                read.findings
                    .extend(day_not_read(&decision, Place::at(path, row.line, 1)));
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
        "This is no table of decisions: it has no column {missing}. None of its rows is applied."
    );
    let place = Place::at(path, 1, 1);
    (!is_empty).then(|| finding("V742", Severity::Error, place, message))
}

/// Says that a decision's day is not understood; the decision is applied all the same.
fn day_not_read(decision: &Decision, place: Place) -> Option<Diagnostic> {
    let is_day = decision.date.is_empty() || decision.date.parse::<Date>().is_ok();
    let said = || {
        let message = format!(
            "Row {}: its date {:?} may be read in two ways or in none, so nobody can tell whether it is older \
             than a change of the codebook. Write it as 2026-11-29.",
            decision.row, decision.date
        );
        finding("V749", Severity::Warning, place, message)
    };
    (!is_day).then(said)
}

/// A day as spreadsheets write it, as `YYYY-MM-DD`; what can be read in two ways or in none stays as it is.
fn day(cell: &str) -> String {
    let numbers: Vec<&str> = cell
        .split(['.', '/', '-', ' ', 'T'])
        .filter(|n| !n.is_empty())
        .collect();
    let number = |at: usize| numbers.get(at).and_then(|n| n.parse::<i32>().ok());
    let found = match (number(0), number(1), number(2)) {
        (Some(y), Some(m), Some(d)) if y >= 1900 => ymd(y, m, d),
        (Some(a), Some(b), Some(y)) => {
            let year = if y < 100 { 2000 + y } else { y };
            match (ymd(year, b, a), ymd(year, a, b)) {
                // A point stands between day, month and year in that order.
                (Some(day), _) if cell.contains('.') => Some(day),
                (Some(one), Some(other)) => (one == other).then_some(one),
                (one, other) => one.or(other),
            }
        }
        // Days since the end of 1899, as Excel counts them.
        (Some(serial), None, None) if serial > 30_000 && numbers.len() == 1 => date(1899, 12, 30)
            .checked_add(Span::new().days(serial))
            .ok(),
        _ => None,
    };
    found.map_or_else(|| cell.to_owned(), |day| day.to_string())
}

fn ymd(year: i32, month: i32, day: i32) -> Option<Date> {
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
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

    /// Reads a row, or says what is wrong with it.
    fn decision(&self, row: &SavedRow, number: u32) -> std::result::Result<Decision, String> {
        if row.is_broken {
            return Err("it breaks off in the middle of a quoted cell".to_owned());
        }
        let word = |column| row.text(column).trim().to_owned();
        let lower = |column| word(column).to_lowercase();
        let text = row.text(self.text).replace("\r\n", "\n");
        let decision = Decision {
            row: number,
            line: row.line,
            note_id: word(self.note_id),
            note_sha256: lower(self.note_sha256),
            code: word(self.code),
            place: self.place(row)?,
            text,
            action: lower(self.action).parse()?,
            assertion: given(&lower(self.assertion))?,
            voice: given(&lower(self.voice))?,
            new_code: word(self.new_code),
            coder: Some(word(self.coder))
                .filter(|c| !c.is_empty())
                .unwrap_or_else(|| UNNAMED.to_owned()),
            date: day(&word(self.date)),
            memo: row.text(self.memo).to_owned(),
            codebook_sha256: lower(self.codebook_sha256),
        };
        checked(decision)
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

fn checked(decision: Decision) -> std::result::Result<Decision, String> {
    use crate::model::decision::Action;
    let missing = |what: &str| Err(format!("it names no {what}"));
    if decision.note_id.is_empty() {
        return missing("note (note_id)");
    }
    if decision.code.is_empty() {
        return missing("code");
    }
    if decision.place.is_none() && decision.text.trim().is_empty() {
        return Err("it has no place in its note: give start and end, or the words".to_owned());
    }
    if decision.action == Action::Recode && decision.new_code.is_empty() {
        return missing("new code (new_code)");
    }
    Ok(decision)
}

/// Puts a decision into a table: over the row of the one that it stands instead of, else behind all
/// others. Columns that mean nothing here keep what they hold, and so do the memo and the voice where
/// somebody else wrote them into that row since.
pub fn put_decision(table: &mut SavedTable, decision: &Decision, instead: Option<&Decision>) {
    for name in DECISION_COLUMNS {
        table.column_or_new(name);
    }
    let old = row_of(table, instead.unwrap_or(decision));
    let standing = old.and_then(|at| Columns::of(table).decision(&table.rows[at], 0).ok());
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
        columns.decision(row, 0).is_ok_and(|other| {
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
            "{}: {} It is left as it is; put it aside, or save it as CSV.",
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
    fn days_are_read_as_spreadsheets_write_them_and_never_guessed() {
        for (cell, read) in [
            ("2026-11-29", "2026-11-29"),
            ("2026-11-29 14:05:00", "2026-11-29"),
            ("29.11.2026", "2026-11-29"),
            ("3.4.26", "2026-04-03"),
            ("11/29/26", "2026-11-29"),
            ("29/11/2026", "2026-11-29"),
            ("4/4/2026", "2026-04-04"),
            ("46355", "2026-11-29"),
            ("3/4/2026", "3/4/2026"),
            ("soon", "soon"),
            ("", ""),
        ] {
            assert_eq!(day(cell), read, "{cell}");
        }
    }

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
        let read = parse_decisions(&table, Path::new("d.csv"));
        let mut instead = read.rows[0].clone();
        instead.memo = String::new();
        instead.voice = None;
        let decision = Decision {
            action: crate::model::decision::Action::Reject,
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
