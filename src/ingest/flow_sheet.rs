//! Sheets that are one note: a form's fields above, below them lines of one day under their times.
//!
//! Comes in: a sheet's rows. Goes out: the note. It refuses tables whose rows have days: each of
//! those is a note of its own.

use crate::model::reading::Role;

use super::delimited::Row;
use super::gather::Draft;
use super::recognise::{Clues, Recogniser};
use super::table::{TablePlace, is_clue, quoted_list};

/// Rows at the top among which the table's header is sought.
const TOP_ROWS: usize = 15;
/// Fewest filled cells of that header.
const NAMES_MIN: usize = 3;
/// Fewest fields of a form.
const FIELDS_MIN: usize = 2;

/// The note of a sheet, and what a person should know of it; none where it is no such sheet.
pub(crate) fn note_of(
    rows: &[Row],
    place: &TablePlace,
    recogniser: &Recogniser,
) -> Option<(Draft, String)> {
    let header = (0..rows.len().min(TOP_ROWS))
        .find(|&at| rows.get(at).is_some_and(|row| is_header(row, recogniser)))?;
    let (names, above) = (rows.get(header)?, rows.get(..header)?);
    let below = rows.get(header + 1..)?;
    let mut columns: Vec<(Role, String)> = Vec::new();
    let mut titles: Vec<String> = Vec::new();
    for row in above {
        let fields = fields(row, recogniser);
        if fields.is_empty() {
            titles.push(filled(row).collect::<Vec<_>>().join(" "));
        }
        columns.extend(fields);
    }
    let says_whose = columns
        .iter()
        .any(|(role, _)| matches!(role, Role::Participant | Role::Date));
    let has_days = below.iter().flat_map(filled).any(|c| is_day(c, recogniser));
    if columns.len() < FIELDS_MIN || !says_whose || has_days || below.is_empty() {
        return None;
    }
    let lines = below
        .iter()
        .map(|row| filled(row).collect::<Vec<_>>().join(" | "));
    let names: Vec<String> = filled(names).map(str::to_owned).collect();
    let remark = format!(
        "its rows are the lines of one note: {}",
        quoted_list(&names)
    );
    let draft = Draft {
        locator: place.prefix.trim_end_matches('/').to_owned(),
        clues: Clues {
            columns,
            sheet: place.sheet.clone(),
            preamble: titles.join("\n"),
            ..Clues::default()
        },
        text: lines.collect::<Vec<_>>().join("\n"),
        ..Draft::default()
    };
    Some((draft, remark))
}

fn filled(row: &Row) -> impl Iterator<Item = &str> {
    let cells = row.cells.iter().map(|c| c.trim());
    cells.filter(|c| !c.is_empty())
}

/// Whether a cell is a day; a time with words behind it is none, nor are words that tell of one.
fn is_day(cell: &str, recogniser: &Recogniser) -> bool {
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    letters * 2 < cell.len() && recogniser.holds_date(cell)
}

/// Whether a row names the columns of times and of remarks, and holds no field with its value.
fn is_header(row: &Row, recogniser: &Recogniser) -> bool {
    let has = |role: Role| filled(row).any(|c| recogniser.column_role(c) == Some(role));
    let is_number = |c: &str| c.chars().all(|c| !c.is_alphabetic());
    filled(row).count() >= NAMES_MIN
        && has(Role::Note)
        && has(Role::Date)
        && !filled(row).any(is_number)
}

/// The fields of a form's row: a name that is known, and what stands in the cell behind it.
fn fields(row: &Row, recogniser: &Recogniser) -> Vec<(Role, String)> {
    let cells = row.cells.iter().map(|c| c.trim().trim_end_matches(':'));
    let cells: Vec<&str> = cells.collect();
    let pairs = cells.windows(2).filter_map(|pair| {
        let [name, value] = pair else { return None };
        let role = recogniser.column_role(name).filter(|r| is_clue(*r))?;
        let is_value = !value.is_empty() && recogniser.column_role(value).is_none();
        is_value.then(|| (role, (*value).to_owned()))
    });
    pairs.collect()
}
