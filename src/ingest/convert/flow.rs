//! Text as it grows out of a layout: lines, paragraphs, rows of cells.
//!
//! Comes in: pieces of text and where paragraphs, tables, rows and cells begin and end, in any
//! order that a damaged file may have. Goes out: plain text, a paragraph a line, a row a line.
//! Size and nesting are bounded.

use std::collections::BTreeMap;

use crate::text::next_box;

use super::marks::plain;

/// Tables, rows and cells inside each other.
const OPEN_MAX: usize = 96;

/// Rows that a cell may reach over.
const REACH_MAX: usize = 1000;

/// What stands between the cells of a row.
const BETWEEN_CELLS: &str = " | ";

/// Longest cell of several lines that stays in its row, where the row has more than two.
const SMALL_CELL_BYTES_MAX: usize = 120;

/// Longest first cell of a row of two that names what the other cell says.
const NAME_WORDS_MAX: usize = 5;
const NAME_BYTES_MAX: usize = 48;

/// Text that grows.
#[derive(Debug)]
pub(super) struct Flow {
    base: Frame,
    open: Vec<Open>,
    /// The rows of outer tables, once more, for tables whose rows are notes.
    tables: Vec<Table>,
    /// Cells of the outer table's open row that reach over several rows: which, and how many.
    reach: Vec<(usize, usize)>,
    /// By column: what reaches down from rows above, and over how many more.
    reaching: BTreeMap<usize, (usize, String)>,
    /// Bytes that may still be taken.
    left: usize,
    refused: Option<String>,
}

/// The cells of a table, row by row.
pub(crate) type Table = Vec<Vec<String>>;

/// A stretch of lines: the whole text, or a cell's.
#[derive(Debug, Default)]
struct Frame {
    text: String,
    /// Line ends that come before the next piece.
    ends: usize,
    /// Whether a blank comes before the next word.
    blank: bool,
    /// Whether this paragraph holds anything.
    filled: bool,
    /// The mark of an item that comes before the next piece.
    mark: String,
}

#[derive(Debug)]
enum Open {
    Table,
    Row(Vec<String>),
    Cell(Frame),
}

impl Flow {
    /// Begins a text of at most so many bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            base: Frame::default(),
            open: Vec::new(),
            tables: Vec::new(),
            reach: Vec::new(),
            reaching: BTreeMap::new(),
            left: bytes_max,
            refused: None,
        }
    }

    /// Adds text as it is written.
    pub(super) fn push(&mut self, text: &str) {
        if text.is_empty() || !self.takes(text.len()) {
            return;
        }
        let frame = self.frame();
        frame.begin();
        frame.text.push_str(&plain(text));
    }

    /// Begins an item of a list: its mark stands before what comes next.
    pub(super) fn item(&mut self, mark: &str) {
        self.new_line();
        mark.clone_into(&mut self.frame().mark);
    }

    /// Adds text in which any white space is one blank.
    pub(super) fn push_words(&mut self, text: &str) {
        if !self.takes(text.len()) {
            return;
        }
        let frame = self.frame();
        let mut words = text.split(is_layout_space).filter(|w| !w.is_empty());
        if text.starts_with(is_layout_space) {
            frame.blank = true;
        }
        if let Some(first) = words.next() {
            frame.begin();
            frame.text.push_str(&plain(first));
            for word in words {
                frame.text.push(' ');
                frame.text.push_str(&plain(word));
            }
            frame.blank = text.ends_with(is_layout_space);
        }
    }

    /// Ends the line.
    pub(super) fn end_line(&mut self) {
        let frame = self.frame();
        frame.ends = (frame.ends + 1).min(2);
    }

    /// What comes next stands on a new line.
    pub(super) fn new_line(&mut self) {
        let frame = self.frame();
        frame.ends = frame.ends.max(1);
        frame.filled = false;
    }

    /// What comes next stands behind a blank line.
    pub(super) fn new_paragraph(&mut self) {
        let frame = self.frame();
        frame.ends = 2;
        frame.filled = false;
    }

    /// Ends a paragraph of a word processor: an empty one is a blank line.
    pub(super) fn end_paragraph(&mut self) {
        let filled = std::mem::take(&mut self.frame().filled);
        if filled {
            self.new_line();
        } else {
            self.new_paragraph();
        }
    }

    /// Begins a table.
    pub(super) fn begin_table(&mut self) {
        self.new_line();
        if self.open.is_empty() {
            self.tables.push(Table::new());
            self.reach.clear();
            self.reaching.clear();
        }
        self.add(Open::Table);
    }

    /// Begins a row; one that is open ends.
    pub(super) fn begin_row(&mut self) {
        self.close_to_table();
        if !self.in_table() {
            self.begin_table();
        }
        self.add(Open::Row(Vec::new()));
    }

    /// Begins a cell that reaches over several rows: each of them is read as if it stood there.
    pub(super) fn begin_cell_over(&mut self, rows: usize) {
        self.begin_cell();
        if let [Open::Table, Open::Row(cells), Open::Cell(_)] = self.open.as_slice()
            && rows > 1
        {
            self.reach.push((cells.len(), rows.min(REACH_MAX)));
        }
    }

    /// Begins a cell; one that is open ends.
    pub(super) fn begin_cell(&mut self) {
        self.end_cell();
        if !matches!(self.open.last(), Some(Open::Row(_))) {
            self.begin_row();
        }
        self.add(Open::Cell(Frame::default()));
    }

    /// Whether a cell is open.
    pub(super) fn in_cell(&self) -> bool {
        matches!(self.open.last(), Some(Open::Cell(_)))
    }

    /// Whether a table is open.
    pub(super) fn in_table(&self) -> bool {
        self.open.iter().any(|o| matches!(o, Open::Table)) && !self.in_cell()
    }

    /// Ends the innermost cell.
    pub(super) fn end_cell(&mut self) {
        if self.in_cell() {
            self.close();
        }
    }

    /// Ends the innermost row.
    pub(super) fn end_row(&mut self) {
        self.end_cell();
        if matches!(self.open.last(), Some(Open::Row(_))) {
            self.close();
        }
    }

    /// Ends the innermost table.
    pub(super) fn end_table(&mut self) {
        self.close_to_table();
        if matches!(self.open.last(), Some(Open::Table)) {
            self.close();
        }
    }

    /// The tables that stand in no other, row by row.
    pub(super) fn take_tables(&mut self) -> Vec<Table> {
        self.close_all();
        let mut tables = std::mem::take(&mut self.tables);
        tables.retain(|t| t.len() > 1);
        tables
    }

    /// The whole text, less outer blank lines and blanks at line ends.
    pub(super) fn finish(mut self) -> Result<String, String> {
        self.close_all();
        self.refused.map_or_else(|| Ok(tidy(&self.base.text)), Err)
    }

    fn takes(&mut self, bytes: usize) -> bool {
        if bytes > self.left {
            self.refused
                .get_or_insert_with(|| "holds more text than the limit of a note".to_owned());
            return false;
        }
        self.left -= bytes;
        true
    }

    fn frame(&mut self) -> &mut Frame {
        let cells = self.open.iter_mut().rev();
        let frames = cells.filter_map(|open| match open {
            Open::Cell(frame) => Some(frame),
            Open::Table | Open::Row(_) => None,
        });
        { frames }.next().unwrap_or(&mut self.base)
    }

    fn add(&mut self, open: Open) {
        if self.open.len() >= OPEN_MAX {
            self.refused
                .get_or_insert_with(|| "too many tables inside each other".to_owned());
            return;
        }
        self.open.push(open);
    }

    /// Closes a cell and a row that stand above the innermost table.
    fn close_to_table(&mut self) {
        while matches!(self.open.last(), Some(Open::Row(_)))
            || (self.in_cell() && self.open.len() > 1)
        {
            self.close();
        }
    }

    /// Keeps a row of an outer table, with what reaches down into it.
    fn keep_row(&mut self, cells: Vec<String>) {
        let reach = std::mem::take(&mut self.reach);
        let mut row = Vec::new();
        for (i, cell) in cells.into_iter().enumerate() {
            self.fill_down(&mut row);
            if let Some((_, rows)) = reach.iter().find(|(at, _)| *at == i) {
                self.reaching.insert(row.len(), (rows - 1, cell.clone()));
            }
            row.push(cell);
        }
        self.fill_down(&mut row);
        if let Some(table) = self.tables.last_mut() {
            table.push(row);
        }
    }

    /// Adds the cells that reach down into a row's next columns.
    fn fill_down(&mut self, row: &mut Vec<String>) {
        while let Some((left, text)) = self.reaching.get_mut(&row.len()) {
            // What is said again counts as text: a small file must not grow without end.
            let Some(rest) = self.left.checked_sub(text.len()) else {
                self.reaching.clear();
                return;
            };
            self.left = rest;
            row.push(text.clone());
            *left -= 1;
            if *left == 0 {
                self.reaching.remove(&(row.len() - 1));
            }
        }
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close();
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::Cell(frame)) => {
                let text = tidy(&frame.text);
                if let Some(Open::Row(cells)) = self.open.last_mut() {
                    cells.push(text);
                } else {
                    self.frame().block(&text);
                }
            }
            Some(Open::Row(cells)) => {
                self.frame().block(&row(&cells, Cells::OfTable));
                if self.open.len() == 1 {
                    self.keep_row(cells);
                }
            }
            Some(Open::Table) => self.new_line(),
            None => {}
        }
    }
}

impl Frame {
    /// Writes what stands before the next piece.
    fn begin(&mut self) {
        if !self.text.is_empty() {
            for _ in 0..self.ends {
                self.text.push('\n');
            }
            if self.blank && self.ends == 0 && !self.text.ends_with(is_layout_space) {
                self.text.push(' ');
            }
        }
        self.ends = 0;
        self.blank = false;
        self.filled = true;
        self.text.push_str(&std::mem::take(&mut self.mark));
    }

    /// Adds whole lines.
    fn block(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.ends = self.ends.max(1);
        self.begin();
        self.text.push_str(text);
        self.ends = 1;
        self.filled = false;
    }
}

/// White space that a layout program may change: a no-break blank is such a one.
fn is_layout_space(c: char) -> bool {
    c.is_whitespace()
}

/// A text without outer blank lines and without blanks at line ends.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    let lines = lines.join("\n");
    lines.trim_matches('\n').to_owned()
}

/// What the cells of a row are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    /// Cells of a table: the first of two may name what the other says.
    OfTable,
    /// Pieces of a line with wide gaps between them.
    OfLine,
}

/// The cells of a row as a line. Where one holds whole paragraphs, each stands on its own lines.
pub(super) fn row(cells: &[String], kind: Cells) -> String {
    let filled = cells
        .iter()
        .rposition(|c| !c.is_empty())
        .map_or(0, |i| i + 1);
    let cells = cells.get(..filled).unwrap_or_default();
    let several = cells.len() > 2;
    let is_block =
        |cell: &String| cell.contains('\n') && (!several || cell.len() > SMALL_CELL_BYTES_MAX);
    if cells.iter().any(is_block) {
        let filled = cells.iter().filter(|c| !c.is_empty());
        return filled.map(String::as_str).collect::<Vec<_>>().join("\n");
    }
    let first_names = cells.first().is_some_and(|c| is_name(c));
    let names = kind == Cells::OfTable && cells.len() == 2 && first_names;
    let mut line = String::new();
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            let before = cells.get(i - 1).map_or("", String::as_str);
            line.push_str(if before.ends_with(':') || is_box(before) {
                " "
            } else if names {
                ": "
            } else {
                BETWEEN_CELLS
            });
        }
        line.push_str(&cell.replace('\n', " "));
    }
    line.trim().to_owned()
}

/// Whether a cell names what the next one says: a few words, no sentence, no figure.
fn is_name(cell: &str) -> bool {
    cell.len() <= NAME_BYTES_MAX
        && cell.split_whitespace().count() <= NAME_WORDS_MAX
        && cell.starts_with(char::is_alphabetic)
        && !cell.contains(':')
        && !cell.ends_with(['.', '?', '!', ',', ';'])
}

/// Whether a cell is nothing but a box, or an item's mark.
fn is_box(cell: &str) -> bool {
    let is_mark = ["•", "◦", "▪", "●", "-", "–"].contains(&cell);
    is_mark || next_box(cell, 0).is_some_and(|b| b.start == 0 && b.end == cell.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> String {
        let mut flow = Flow::new(1 << 20);
        flow.begin_table();
        for cells in rows {
            flow.begin_row();
            for cell in *cells {
                flow.begin_cell();
                for line in cell.split('\n') {
                    flow.push(line);
                    flow.end_paragraph();
                }
            }
        }
        flow.finish().unwrap()
    }

    #[test]
    fn rows_are_lines_and_a_name_keeps_its_answer() {
        let check = |rows: &[&[&str]], text: &str| assert_eq!(table(rows), text);
        check(
            &[&["Nausea", "no"], &["Date:", "3/8/22"]],
            "Nausea: no\nDate: 3/8/22",
        );
        check(&[&["10:05", "calm"]], "10:05 | calm");
        check(
            &[&["Item", "before", "after"], &["Mood", "", "better", ""]],
            "Item | before | after\nMood |  | better",
        );
        check(
            &[&["[x]", "tearful"], &["☐", "nausea"]],
            "[x] tearful\n☐ nausea",
        );
        check(
            &[&["Subjective", "Slept.\nAte."]],
            "Subjective\nSlept.\nAte.",
        );
        check(
            &[&["10:05", "118/76", "calm\nand quiet"]],
            "10:05 | 118/76 | calm and quiet",
        );
        check(&[&["She slept well.", "yes"]], "She slept well. | yes");
        check(&[&["Pt: P01", "Date: 3/8/22"]], "Pt: P01 | Date: 3/8/22");
    }

    #[test]
    fn paragraphs_lines_and_words_keep_their_places() {
        let mut flow = Flow::new(1 << 20);
        flow.push("a");
        flow.end_paragraph();
        flow.push("b  ");
        flow.end_paragraph();
        flow.end_paragraph();
        flow.end_paragraph();
        flow.push_words(" c\u{a0}\n d ");
        flow.push_words("e");
        flow.push_words(" ");
        flow.push_words("f");
        flow.end_line();
        flow.push_words(" g");
        assert_eq!(flow.finish().unwrap(), "a\nb\n\nc d e f\ng");
    }

    #[test]
    fn a_table_inside_a_cell_and_broken_order_lose_nothing() {
        let mut flow = Flow::new(1 << 20);
        flow.begin_cell();
        flow.push("outer");
        flow.begin_table();
        flow.begin_row();
        flow.begin_cell();
        flow.push("a");
        flow.begin_cell();
        flow.push("b");
        flow.end_table();
        flow.begin_cell();
        flow.push("last");
        flow.end_row();
        flow.end_row();
        flow.end_table();
        flow.push("after");
        assert_eq!(flow.finish().unwrap(), "outer\na: b\nlast\nafter");
    }

    #[test]
    fn size_and_nesting_are_bounded() {
        let mut flow = Flow::new(10);
        flow.push("more than ten bytes");
        assert!(flow.finish().is_err());
        let mut flow = Flow::new(1 << 20);
        for _ in 0..1000 {
            flow.begin_table();
            flow.begin_row();
            flow.begin_cell();
        }
        assert!(flow.finish().is_err());
    }
}
