//! The columns of a table: where its header is, and what each column holds.

use std::collections::BTreeMap;

use crate::model::reading::{ReadingRules, Role};

use super::delimited::Row;
use super::gather::{Draft, Shared};
use super::recognise::{Clues, Recogniser};
use super::report::{ColumnBasis, ColumnReport};
use super::table::{distinct, is_clue, quoted_list};
use super::wide::{self, Wide};

/// Rows at the top among which the header is sought.
const TOP_ROWS: usize = 15;

/// Longest text, in code points, of a column's name.
const NAME_CHARS_MAX: usize = 80;

/// Longest cell, in bytes, that is kept as a field of its note: fields are for grouping by.
const FIELD_BYTES_MAX: usize = 200;

/// Longest id.
const ID_BYTES_MAX: usize = 120;

/// Mean length of the filled cells, in bytes, from which a column is one of long text.
const LONG_TEXT_MIN: usize = 80;

/// The same for a column that its name makes a part of the note.
const PART_MIN: usize = 15;

/// A table's header.
#[derive(Debug, Clone, Default)]
pub(crate) struct Header {
    /// The columns' names.
    pub(crate) names: Vec<String>,
    /// Index, among the sampled rows, of the first row of data.
    pub(crate) body: usize,
    /// The line of the header.
    pub(crate) line: u64,
    /// What a person should know.
    pub(crate) remarks: Vec<String>,
}

impl Header {
    /// A header that the source knows.
    pub(crate) fn given(names: Vec<String>) -> Self {
        Self {
            names,
            ..Self::default()
        }
    }
}

/// Finds the header among the first rows: the row with most cells that name a known column; else
/// the first row as wide as the table, if its cells are names; else there is none.
pub(crate) fn find_header(sample: &[Row], recogniser: &Recogniser) -> Header {
    let known = |row: &Row| {
        let cells = row
            .cells
            .iter()
            .filter(|c| c.chars().count() <= NAME_CHARS_MAX);
        cells
            .filter(|c| recogniser.column_role(c).is_some())
            .count()
    };
    let top = sample.iter().take(TOP_ROWS).enumerate();
    let best = top
        .map(|(i, row)| (known(row), i))
        .max_by_key(|&(n, i)| (n, std::cmp::Reverse(i)));
    let width = usual_width(sample);
    let by_name = best
        .filter(|&(n, i)| n > 1 || (n == 1 && filled(sample, i) * 2 > width))
        .map(|(_, i)| i);
    let at = by_name
        .or_else(|| wide::header(sample, recogniser))
        .or_else(|| {
            let first = sample
                .iter()
                .position(|r| r.cells.len() == width && r.fault.is_none())?;
            sample
                .get(first)
                .filter(|r| r.cells.iter().all(|c| is_name(c)))
                .map(|_| first)
        });
    let mut header = match at.and_then(|at| sample.get(at).map(|row| (at, row))) {
        Some((at, row)) => Header {
            names: row
                .cells
                .iter()
                .map(|c| c.trim().replace('\n', " "))
                .collect(),
            body: at + 1,
            line: row.line,
            remarks: Vec::new(),
        },
        None => Header {
            names: (1..=width).map(|n| format!("column {n}")).collect(),
            body: 0,
            line: 0,
            remarks: vec!["no header row: columns are numbered".to_owned()],
        },
    };
    if header.body > 1 {
        header.remarks.push(format!(
            "header in line {}, under {} title rows",
            header.line,
            header.body - 1
        ));
    }
    while header.names.len() > width && header.names.last().is_some_and(String::is_empty) {
        header.names.pop();
    }
    header
}

fn filled(sample: &[Row], at: usize) -> usize {
    sample.get(at).map_or(0, |r| {
        r.cells.iter().filter(|c| !c.trim().is_empty()).count()
    })
}

fn usual_width(sample: &[Row]) -> usize {
    let mut widths: Vec<usize> = sample.iter().map(|r| r.cells.len()).collect();
    widths.sort_unstable();
    let runs = widths.chunk_by(|a, b| a == b);
    runs.max_by_key(|run| run.len())
        .and_then(|run| run.first().copied())
        .unwrap_or(1)
}

/// The mean length of a column's filled cells in bytes.
fn mean_length(cells: &[Vec<String>], column: usize) -> usize {
    let column = cells.iter().filter_map(|row| row.get(column));
    let filled = column.map(|c| c.trim().len()).filter(|&n| n > 0);
    let (n, bytes) = filled.fold((0, 0), |(n, sum), len| (n + 1, sum + len));
    bytes / n.max(1)
}

/// Whether a cell can be a note's id: one line, and no text.
fn can_be_id(cell: &str) -> bool {
    cell.len() <= ID_BYTES_MAX && !cell.contains(char::is_control)
}

/// Whether a cell can be a column's name: short, and neither a number nor a date.
fn is_name(cell: &str) -> bool {
    let cell = cell.trim();
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    !cell.is_empty() && cell.chars().count() <= 40 && digits * 3 < cell.chars().count()
}

/// What each column holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    /// Names, distinct.
    pub(crate) names: Vec<String>,
    pub(crate) roles: Vec<Option<Role>>,
    bases: Vec<Option<ColumnBasis>>,
    /// The columns of the note: several where they share one name.
    pub(crate) notes: Vec<usize>,
    /// Whether the note is put together from parts, each behind its column's name.
    headed: bool,
    /// Whether a row may end early (spreadsheets and JSON leave empty cells out).
    pub(crate) short_rows_are_good: bool,
    /// Where each filled cell of some columns is a note.
    pub(crate) wide: Option<Wide>,
    /// What a person should know.
    pub(crate) remarks: Vec<String>,
}

impl Columns {
    /// Recognises columns by what the study says, by name and by content.
    pub(crate) fn recognise(
        header: &Header,
        rows: &[Row],
        told: &BTreeMap<Role, String>,
        shared: &Shared<'_>,
    ) -> Self {
        let cells: Vec<Vec<String>> = rows.iter().map(|r| r.cells.clone()).collect();
        let mut roles = shared.recogniser.table_roles(&header.names, &cells);
        roles.resize(header.names.len(), None);
        let by_name = |name: &String| shared.recogniser.column_role(name);
        let mut bases: Vec<_> = roles
            .iter()
            .zip(&header.names)
            .map(|(role, name)| {
                role.map(|r| {
                    if by_name(name) == Some(r) {
                        ColumnBasis::Name
                    } else {
                        ColumnBasis::Content
                    }
                })
            })
            .collect();
        for (&role, told) in told {
            let same = |n: &String| n.trim().eq_ignore_ascii_case(told.trim());
            let Some(at) = header.names.iter().position(same) else {
                continue;
            };
            for (other, basis) in roles.iter_mut().zip(&mut bases) {
                if *other == Some(role) {
                    (*other, *basis) = (None, None);
                }
            }
            (roles[at], bases[at]) = (Some(role), Some(ColumnBasis::StudyFile));
        }
        let mut columns = Self {
            names: distinct(&header.names),
            roles,
            bases,
            ..Self::default()
        };
        columns.find_parts(&header.names, &cells, shared.rules);
        let is_told = told.contains_key(&Role::Note);
        columns.find_notes(&header.names, &cells);
        if !is_told && !columns.headed {
            columns.find_wide(&header.names, &cells, shared.recogniser);
        }
        columns
    }

    fn find_wide(&mut self, names: &[String], cells: &[Vec<String>], recogniser: &Recogniser) {
        let Some(wide) = Wide::find(names, &self.roles, cells, recogniser) else {
            return;
        };
        wide.mark(&mut self.roles);
        for (role, basis) in self.roles.iter().zip(&mut self.bases) {
            *basis = role.map(|_| basis.unwrap_or(ColumnBasis::Name));
        }
        self.notes = wide.notes();
        self.short_rows_are_good = true;
        self.remarks.clone_from(&wide.remarks);
        self.wide = Some(wide);
    }

    fn find_notes(&mut self, names: &[String], cells: &[Vec<String>]) {
        self.notes = (0..self.roles.len())
            .filter(|&i| self.roles[i] == Some(Role::Note))
            .collect();
        let called = self.notes.first().and_then(|&i| names.get(i));
        if let Some(name) = called.filter(|_| self.notes.len() > 1) {
            self.remarks.push(format!(
                "{} columns are called {name:?}: where several are filled, the note is their \
                 cells with an empty line between",
                self.notes.len()
            ));
        }
        let long = (0..self.roles.len()).filter(|&i| self.roles[i].is_none());
        let long: Vec<String> = long
            .filter(|&i| mean_length(cells, i) >= LONG_TEXT_MIN)
            .filter_map(|i| self.names.get(i).cloned())
            .collect();
        if !long.is_empty() && !self.notes.is_empty() {
            self.remarks.push(format!(
                "{} {} long text too and {} not read as notes: name a column under [columns] in \
                 study.toml to read it instead",
                quoted_list(&long),
                if long.len() == 1 { "holds" } else { "hold" },
                if long.len() == 1 { "is" } else { "are" },
            ));
        }
    }

    /// Takes columns that are named as parts of a note are headed (subjective, objective, plan)
    /// for the note, where no column is plainly the whole of it.
    fn find_parts(&mut self, names: &[String], cells: &[Vec<String>], rules: &ReadingRules) {
        let name = |i: usize| {
            names
                .get(i)
                .map(|n| n.trim().to_lowercase())
                .unwrap_or_default()
        };
        let of_note = rules.columns.iter().filter(|c| c.role == Role::Note);
        let whole: Vec<&String> = of_note.flat_map(|c| &c.decides).collect();
        let is_part = |i: &usize| {
            rules.body_headings.contains(&name(*i)) && mean_length(cells, *i) >= PART_MIN
        };
        let parts: Vec<usize> = (0..self.roles.len()).filter(is_part).collect();
        let is_whole = |i: usize| {
            self.roles[i] == Some(Role::Note)
                && (!parts.contains(&i)
                    || whole.iter().any(|w| w.to_lowercase() == name(i))
                    || self.bases[i] == Some(ColumnBasis::StudyFile))
        };
        if parts.len() < 2 || (0..self.roles.len()).any(is_whole) {
            return;
        }
        for &i in &parts {
            (self.roles[i], self.bases[i]) = (Some(Role::Note), Some(ColumnBasis::Name));
        }
        self.headed = true;
        let list: Vec<String> = parts
            .iter()
            .filter_map(|&i| self.names.get(i).cloned())
            .collect();
        self.remarks.push(format!(
            "the note is put together from {}, each behind its name",
            quoted_list(&list)
        ));
    }

    /// The note's text in a row.
    pub(crate) fn note_text(&self, row: &Row, warnings: &mut Vec<String>) -> String {
        let cells = self
            .notes
            .iter()
            .filter_map(|&i| Some((i, row.cells.get(i)?)));
        let filled: Vec<_> = cells.filter(|(_, c)| !c.trim().is_empty()).collect();
        if self.headed {
            let part = |(i, cell): &(usize, &String)| format!("{}:\n{cell}", self.names[*i]);
            return filled.iter().map(part).collect::<Vec<_>>().join("\n\n");
        }
        let Some((column, _)) = filled.first() else {
            return extra_note(row, warnings);
        };
        if self.notes.first() != Some(column) {
            warnings.push(format!(
                "its text stands in column {:?}",
                self.names[*column]
            ));
        }
        let texts: Vec<&str> = filled.iter().map(|(_, c)| c.as_str()).collect();
        texts.join("\n\n")
    }

    /// Whether a row says the columns' names again.
    pub(crate) fn are_named_by(&self, row: &Row) -> bool {
        let same = |(name, cell): (&String, &String)| name.trim().eq_ignore_ascii_case(cell.trim());
        self.names.len() > 1
            && row.cells.len() == self.names.len()
            && self.names.iter().zip(&row.cells).all(same)
    }

    /// A row's id and clues.
    pub(crate) fn draft(&self, row: &Row, text: String) -> Draft {
        let mut draft = Draft {
            text,
            clues: Clues::default(),
            ..Draft::default()
        };
        let known = row.cells.iter().enumerate().map(|(i, cell)| {
            let role = self.roles.get(i).copied().flatten();
            (
                self.names.get(i).cloned().unwrap_or_default(),
                cell,
                role,
                self.notes.contains(&i),
            )
        });
        let extra = row
            .extra
            .iter()
            .map(|(name, value, role)| (name.clone(), value, *role, *role == Some(Role::Note)));
        for (name, cell, role, is_note) in known.chain(extra) {
            let cell = cell.trim();
            if cell.is_empty() || is_note {
                continue;
            }
            match role {
                Some(Role::NoteId) if draft.given_id.is_none() && can_be_id(cell) => {
                    draft.given_id = Some(cell.to_owned());
                }
                Some(role) if is_clue(role) => draft.clues.columns.push((role, cell.to_owned())),
                _ if cell.len() <= FIELD_BYTES_MAX => {
                    draft.clues.fields.insert(name, cell.to_owned());
                }
                _ => {}
            }
        }
        draft
    }

    /// Mends a row with too many cells; says what was done.
    pub(crate) fn mend_long(&self, row: &mut Row) -> String {
        let width = self.names.len();
        let last = width.saturating_sub(1);
        if self.notes.contains(&last) && !row.quoted.get(last).copied().unwrap_or(false) {
            let joined = row.cells.split_off(last).join(&row.delimiter.to_string());
            row.cells.push(joined);
            return "the note is the last column and took them all".to_owned();
        }
        let over = row.cells.split_off(width.min(row.cells.len()));
        format!("left out: {}", quoted_list(&over))
    }

    /// What each column was taken for.
    pub(crate) fn report(&self, sheet: &str) -> Vec<ColumnReport> {
        let columns = self.names.iter().zip(&self.roles).zip(&self.bases);
        columns
            .map(|((name, role), basis)| ColumnReport {
                header: name.clone(),
                sheet: sheet.to_owned(),
                role: *role,
                basis: *basis,
            })
            .collect()
    }
}

/// A text under a key that the first lines of a JSON file did not have.
fn extra_note(row: &Row, warnings: &mut Vec<String>) -> String {
    let is_note = |role: Option<Role>| role == Some(Role::Note);
    let mut extra = row
        .extra
        .iter()
        .filter(|(_, text, _)| !text.trim().is_empty());
    match extra.find(|(_, _, role)| is_note(*role)) {
        Some((name, text, _)) => {
            warnings.push(format!("its text stands under the key {name:?}"));
            text.clone()
        }
        None => String::new(),
    }
}
