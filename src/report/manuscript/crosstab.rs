//! A table of a manuscript for each crosstab that a run was asked for: themes by the values of one or
//! two columns.
//!
//! Comes in: counts by value. Goes out: a column a value, those with the most notes where there are
//! more than a page holds; what is left out stands in a footnote.

use crate::tally::{Crosstab, Group, GroupKind};

use super::super::ReportData;
use super::super::mask::shown_value;
use super::super::text::{counted, spaced};
use super::tables::{COLUMNS_MAX, PaperTable, themes_by, unit};

/// Characters of a sheet's name at most: a workbook takes no more.
const NAME_MAX: usize = 31;

/// Signs that the name of a workbook's sheet may not hold.
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];

/// A value of the columns, and the group of its notes.
type Column<'t> = (&'t [String], Group<'t>);

/// The tables, each with a name that none of those before has.
pub(super) fn crosstabs(data: &ReportData<'_>, before: &[PaperTable]) -> Vec<PaperTable> {
    let mut taken: Vec<String> = before.iter().map(|t| t.name.to_lowercase()).collect();
    let table = |crosstab: &Crosstab| PaperTable {
        name: sheet_name(&crosstab.columns, &mut taken),
        ..table(crosstab, data)
    };
    data.crosstabs.iter().map(table).collect()
}

fn table(crosstab: &Crosstab, data: &ReportData<'_>) -> PaperTable {
    let mut columns: Vec<Column<'_>> = crosstab
        .groups()
        .into_iter()
        .filter_map(|(value, counts)| {
            let group = counts.groups(&[]).find(|g| g.kind == GroupKind::All)?;
            Some((value, group))
        })
        .collect();
    let left_out = leave_few(&mut columns);
    let unit = unit(data);
    let by = spaced(&crosstab.columns.join(" and "));
    let (over, names) = heads(&columns, data);
    let groups = columns.iter().map(|(_, group)| group);
    let mut table = themes_by(names.into_iter().zip(groups), data);
    if left_out > 0 {
        let values = counted(left_out as u64, "further value");
        table.footnotes.push(format!(
            "{values} with fewer {unit}: the run’s table frequencies_by_… holds all."
        ));
    }
    PaperTable {
        title: format!("Themes documented in {unit}, by {by}"),
        over,
        ..table
    }
}

/// Keeps the columns with the most notes, in their order; gives how many are left out.
fn leave_few(columns: &mut Vec<Column<'_>>) -> usize {
    let all = columns.len();
    let mut by_size: Vec<usize> = (0..all).collect();
    by_size.sort_by_key(|&at| std::cmp::Reverse(columns[at].1.total.notes));
    by_size.truncate(COLUMNS_MAX);
    let mut at = 0;
    columns.retain(|_| {
        at += 1;
        by_size.contains(&(at - 1))
    });
    all - columns.len()
}

/// The names over columns, where there are two columns of values, and those of the columns.
fn heads(columns: &[Column<'_>], data: &ReportData<'_>) -> (Vec<(String, usize)>, Vec<String>) {
    let mut over: Vec<(String, usize)> = Vec::new();
    let mut last: Option<&String> = None;
    let mut names = Vec::new();
    for (values, _) in columns {
        let [first, second] = values else {
            names.push(shown_value(values, data.mask));
            continue;
        };
        match over.last_mut().filter(|_| last == Some(first)) {
            Some((_, span)) => *span += 1,
            None => over.push((shown_value(std::slice::from_ref(first), data.mask), 1)),
        }
        last = Some(first);
        names.push(shown_value(std::slice::from_ref(second), data.mask));
    }
    (over, names)
}

/// The name of a crosstab's sheet, which no other sheet has.
fn sheet_name(columns: &[String], taken: &mut Vec<String>) -> String {
    let wanted = format!("By {}", spaced(&columns.join(" and ")));
    let plain = |c: char| match c {
        c if NOT_IN_NAMES.contains(&c) || c.is_control() => ' ',
        c => c,
    };
    let cut = |room: usize| -> String {
        let name: String = wanted.chars().map(plain).take(room).collect();
        name.trim_end_matches([' ', '\'']).to_owned()
    };
    let mut name = cut(NAME_MAX);
    for number in 2.. {
        if !taken.contains(&name.to_lowercase()) {
            break;
        }
        let end = format!(" {number}");
        name = cut(NAME_MAX - end.len()) + &end;
    }
    taken.push(name.to_lowercase());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_a_workbook_takes_and_no_two_the_same() {
        let mut taken = vec!["themes".to_owned()];
        let mut name = |column: &str| sheet_name(&[column.to_owned()], &mut taken);
        assert_eq!(name("visit_reason"), "By visit reason");
        assert_eq!(name("Visit reason"), "By Visit reason 2");
        assert_eq!(name("a/b [c]'"), "By a b  c");
        let long = "The patient's reason for visiting the clinic today";
        assert_eq!(name(long), "By The patient's reason for vis");
        assert_eq!(name(long), "By The patient's reason for v 2");
    }
}
