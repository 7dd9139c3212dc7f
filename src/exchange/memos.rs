//! `memos.csv`: people's remarks on the study, its codes, notes and codings.
//!
//! Comes in: the file, written by hand or saved by a spreadsheet. Goes out: the memos in its order,
//! and a finding for each row that says nothing that can be shown.

use std::fs;
use std::path::Path;

use crate::error::{Diagnostic, Place};
use crate::model::memo::{Memo, MemoOn};

use super::saved_table::{SavedRow, SavedTable};

/// The columns of `memos.csv`: `level` is `study`, `code`, `note` or `coding`; `target` is the code's
/// path, the note's id or the coding's id.
pub const MEMO_COLUMNS: [&str; 5] = ["level", "target", "memo", "author", "date"];

/// Everything that a study's `memos.csv` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memos {
    /// The memos, in the file's order.
    pub rows: Vec<Memo>,
    /// The rows that cannot be shown, and what is wrong with the file as a whole.
    pub findings: Vec<Diagnostic>,
}

impl Memos {
    /// Adds a finding for each memo on a code or a note that the study does not have.
    pub fn check(
        &mut self,
        path: &Path,
        is_code: &dyn Fn(&str) -> bool,
        is_note: &dyn Fn(&str) -> bool,
    ) {
        for memo in &self.rows {
            let (what, name) = match &memo.on {
                MemoOn::Code(code) if !is_code(code) => ("code", code),
                MemoOn::Note(note) if !is_note(note) => ("note", note),
                MemoOn::Study | MemoOn::Code(_) | MemoOn::Note(_) | MemoOn::Coding(_) => continue,
            };
            self.findings.push(finding(
                Place::file(path),
                format!(
                    "Row {} is a memo on {what} {name}, which is not there.",
                    memo.row
                ),
                "It is kept in the file and not shown.",
            ));
        }
    }
}

/// Reads a study's memos; none where there is no such file.
///
/// A file that cannot be read or is no table of memos is a finding.
pub fn read_memos(path: &Path) -> Memos {
    match fs::read(path) {
        Ok(bytes) => parse_memos(&SavedTable::parse(&bytes), path),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Memos::default(),
        Err(e) => Memos {
            findings: vec![finding(
                Place::file(path),
                format!("The memos cannot be read: {e}."),
                "",
            )],
            ..Memos::default()
        },
    }
}

/// Reads memos from a table; `path` names it in findings.
pub fn parse_memos(table: &SavedTable, path: &Path) -> Memos {
    let mut memos = Memos::default();
    if table.header.is_empty() && table.rows.is_empty() {
        return memos;
    }
    let [level, target, memo, author, date] = MEMO_COLUMNS.map(|name| table.column(name));
    if level.is_none() || memo.is_none() {
        memos.findings.push(finding(
            Place::at(path, 1, 1),
            "This is no table of memos: it has no column level or no column memo.".to_owned(),
            "The columns are level,target,memo,author,date.",
        ));
        return memos;
    }
    for (index, row) in table.rows.iter().enumerate() {
        if row.is_empty() {
            continue;
        }
        let number = index as u32 + 2;
        let cell = |column| row.text(column).trim().to_owned();
        let on = if row.is_broken {
            Err("it breaks off in the middle of a quoted cell".to_owned())
        } else {
            on(row, level, target)
        };
        match on {
            Ok(on) => memos.rows.push(Memo {
                on,
                text: row.text(memo).to_owned(),
                author: cell(author),
                date: cell(date),
                row: number,
            }),
            Err(why) => memos.findings.push(finding(
                Place::at(path, row.line, 1),
                format!("Row {number} of the memos is not shown: {why}."),
                "level is one of study, code, note, coding; target names which.",
            )),
        }
    }
    memos
}

fn on(row: &SavedRow, level: Option<usize>, target: Option<usize>) -> Result<MemoOn, String> {
    let name = row.text(target).trim().to_owned();
    let level = row.text(level).trim().to_lowercase();
    if level == "study" {
        return Ok(MemoOn::Study);
    }
    let make: fn(String) -> MemoOn = match level.as_str() {
        "code" => MemoOn::Code,
        "note" => MemoOn::Note,
        "coding" => MemoOn::Coding,
        "" => return Err("it has no level".to_owned()),
        other => return Err(format!("there is no level {other:?}")),
    };
    if name.is_empty() {
        return Err(format!("it does not say which {level}"));
    }
    Ok(make(name))
}

fn finding(place: Place, message: String, hint: &str) -> Diagnostic {
    Diagnostic::warning("V753", place, message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(csv: &str) -> Memos {
        parse_memos(&SavedTable::parse(csv.as_bytes()), Path::new("memos.csv"))
    }

    #[test]
    fn every_row_is_a_memo_or_a_finding() {
        let mut memos = read(
            "level;target;memo;author;date\nstudy;;Pilot, to be redone;TB;2022-03-01\nCode;agency;\
             \"Two\nlines\";;\nnote;n1;odd;;\ncoding;00ff;why?;;\nsession;x;lost;;\nnote;;who;;\n\
             ;;;;\n",
        );
        let on: Vec<&MemoOn> = memos.rows.iter().map(|m| &m.on).collect();
        let text = |s: &str| s.to_owned();
        assert_eq!(
            on,
            [
                &MemoOn::Study,
                &MemoOn::Code(text("agency")),
                &MemoOn::Note(text("n1")),
                &MemoOn::Coding(text("00ff")),
            ]
        );
        assert_eq!(memos.rows[1].text, "Two\nlines");
        let places = memos.findings.iter().map(|f| f.place.line);
        assert_eq!(places.collect::<Vec<_>>(), [Some(7), Some(8)]);
        memos.check(Path::new("memos.csv"), &|c| c == "agency", &|_| false);
        let last = memos.findings.last().expect("a finding");
        assert!(last.message.contains("note n1"), "{}", last.message);
    }

    #[test]
    fn a_file_that_is_no_table_of_memos_is_a_finding() {
        assert_eq!(read("a,b\n1,2\n").findings.len(), 1);
        assert_eq!(read(""), Memos::default());
    }
}
