//! A table that this program writes, as it is known again when it lies among notes.

/// A table of this program's, by its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTable {
    /// What it holds, for the ledger: `quotes`, `passages of query`.
    pub what: &'static str,
    /// Its columns; a later version may have more.
    pub columns: Vec<&'static str>,
    /// A column that must hold whole numbers, where others may have tables of these columns, too.
    pub counts: Option<&'static str>,
}

impl OwnTable {
    /// Whether a table with this header, and the cells that `column` gives of one of its columns, is
    /// this one.
    pub fn is(&self, header: &[String], column: &dyn Fn(usize) -> Vec<String>) -> bool {
        let place = |name: &str| {
            let same = |h: &String| {
                h.trim()
                    .trim_start_matches('\u{feff}')
                    .eq_ignore_ascii_case(name)
            };
            header.iter().position(same)
        };
        if !self.columns.iter().all(|name| place(name).is_some()) {
            return false;
        }
        let Some(counts) = self.counts else {
            return true;
        };
        let cells = place(counts).map(column).unwrap_or_default();
        let is_whole = |cell: &String| cell.trim().bytes().all(|b| b.is_ascii_digit());
        !cells.is_empty() && cells.iter().all(is_whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clinics_table_of_the_same_columns_holds_words_where_ours_counts() {
        let own = OwnTable {
            what: "sessions by codes",
            columns: vec!["participant_id", "date", "notes"],
            counts: Some("notes"),
        };
        let header = ["Participant_ID", "date", "notes", "agency"].map(str::to_owned);
        let cells = |cells: [&'static str; 2]| move |_| cells.map(str::to_owned).to_vec();
        assert!(own.is(&header, &cells(["2", "11"])));
        assert!(!own.is(&header, &cells(["2", "Slept well."])));
        assert!(!own.is(&header[1..], &cells(["2", "11"])));
    }
}
