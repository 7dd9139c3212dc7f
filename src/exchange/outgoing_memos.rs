//! Memos that go along with a project: on the study, on codes, notes, passages and codings.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::days::Days;
use super::losses::{Item, Named};
use super::memos::MEMO_COLUMNS;
use super::outgoing::Outgoing;
use super::project::ProjectCode;
use super::saved_table::{SavedRow, SavedTable};

/// What a memo is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemoTarget {
    /// The project as a whole.
    Project,
    /// A code, by its place.
    Code(usize),
    /// A note, by its place.
    Note(usize),
    /// A passage of a note, in code points.
    Passage(usize, usize, usize),
    /// A participant, by their place.
    Participant(usize),
    /// Nothing: it stands alone, as an entry of a journal.
    Alone,
}

/// A memo to be written. Those on codings stand with the codings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMemo {
    /// What it is on.
    pub on: MemoTarget,
    /// Its title; may be empty.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Who wrote it; may be empty.
    pub author: String,
    /// When, as written; may be empty.
    pub date: String,
}

impl OutgoingMemo {
    /// The memo as one text, for programs that have but one memo on each thing.
    pub(super) fn in_one(&self) -> String {
        let about = [&self.title, &self.author, &self.date];
        let about: Vec<&str> = about
            .iter()
            .map(|s| s.as_str())
            .filter(|s| !s.is_empty())
            .collect();
        if about.is_empty() {
            self.text.clone()
        } else {
            format!("{} ({})", self.text, about.join(", "))
        }
    }
}

/// The memos that stand in a folder, or in the study that holds it.
pub(super) fn memo_table(folder: &Path) -> SavedTable {
    saved_beside(folder, "memos.csv")
}

/// A table that stands in a folder, or in the study that holds it; an empty one where there is none.
pub(super) fn saved_beside(folder: &Path, name: &str) -> SavedTable {
    let beside = folder.join(name);
    let above = folder.parent().map(|parent| parent.join(name));
    let found = [Some(beside), above]
        .into_iter()
        .flatten()
        .find(|p| p.is_file());
    let bytes = found.and_then(|path| fs::read(path).ok());
    let mut table = SavedTable::parse(&bytes.unwrap_or_default());
    add_those_beside_decisions(&mut table, folder);
    table
}

/// Adds the memos that people wrote beside their decisions, on the codings that these speak of.
fn add_those_beside_decisions(table: &mut SavedTable, folder: &Path) {
    let Ok(bytes) = fs::read(folder.join("decisions_applied.csv")) else {
        return;
    };
    let columns = ["coding_id", "memo", "coder", "date"];
    let decided = SavedTable::parse_columns(&bytes, &columns);
    let places = columns.map(|name| decided.column(name));
    for row in &decided.rows {
        let [coding, memo, coder, date] = places.map(|c| row.text(c));
        if coding.is_empty() || memo.trim().is_empty() {
            continue;
        }
        let mut added = SavedRow::default();
        for (name, text) in MEMO_COLUMNS
            .iter()
            .zip(["coding", coding, memo, coder, date])
        {
            added.set(table.column_or_new(name), text);
        }
        table.rows.push(added);
    }
}

/// A memo on a coding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remark {
    /// What it says.
    pub text: String,
    /// Who wrote it; empty where that is who coded.
    pub author: String,
    /// When; may be empty.
    pub date: String,
}

impl Remark {
    /// The remark as one text, for what has room for that only: who wrote it is told where it is not the
    /// coding's coder.
    pub(super) fn in_one(&self, coder: &str) -> String {
        if self.author.is_empty() || self.author == coder {
            return self.text.clone();
        }
        let about = [&self.author, &self.date].map(String::as_str);
        let about: Vec<&str> = about.into_iter().filter(|s| !s.is_empty()).collect();
        format!("{} ({})", self.text, about.join(", "))
    }
}

/// The memos on codings, by the coding's id.
pub(super) fn memos_on_codings(table: &SavedTable) -> BTreeMap<String, Vec<Remark>> {
    let [level, target, memo, author, date] = MEMO_COLUMNS.map(|name| table.column(name));
    let mut memos: BTreeMap<String, Vec<Remark>> = BTreeMap::new();
    for row in &table.rows {
        let text = row.text(memo).trim();
        if text.is_empty() || !row.text(level).trim().eq_ignore_ascii_case("coding") {
            continue;
        }
        let own = memos.entry(row.text(target).trim().to_owned()).or_default();
        own.push(Remark {
            text: text.to_owned(),
            author: row.text(author).trim().to_owned(),
            date: Days::default().read(row.text(date).trim()),
        });
    }
    memos
}

impl Outgoing {
    /// Takes the memos of a table; `index` gives number and length of each note. A memo on something
    /// that is not there is listed.
    pub(super) fn read_memos(
        &mut self,
        table: &SavedTable,
        index: &BTreeMap<String, (usize, usize)>,
    ) {
        let [level, target, memo, author, date] = MEMO_COLUMNS.map(|name| table.column(name));
        let [title, start, end, about] =
            ["title", "start", "end", "on"].map(|name| table.column(name));
        let paths = (0..self.codes.len()).map(|code| (self.code_path(code), code));
        let codes: BTreeMap<String, usize> = paths.collect();
        for row in table
            .rows
            .iter()
            .filter(|row| !row.text(memo).trim().is_empty())
        {
            let cell = |column| row.text(column).trim();
            let text = row.text(memo).trim().to_owned();
            let (level, target) = (cell(level).to_lowercase(), cell(target));
            let place = (cell(start).parse().ok(), cell(end).parse().ok());
            let note = index.get(target).map(|(note, _)| *note);
            let on = match (level.as_str(), place) {
                ("study", _) if cell(about) == "participant" => {
                    let place = self.participants.iter().position(|p| p.name == target);
                    place.map(MemoTarget::Participant)
                }
                // An import says what a memo is on; a table written by hand has no such column.
                ("study", _) if about.is_some() && cell(about).is_empty() => {
                    Some(MemoTarget::Alone)
                }
                ("study", _) => Some(MemoTarget::Project),
                ("code", _) => codes.get(target).copied().map(MemoTarget::Code),
                ("note", (Some(start), Some(end))) => index
                    .get(target)
                    .map(|&(note, length)| self.on_passage(&text, (note, length), (start, end))),
                ("note", _) => note.map(MemoTarget::Note),
                // Counted with the coding that carries it.
                ("coding", _) if self.has_coding(target) => continue,
                _ => None,
            };
            let Some(on) = on else {
                self.lose_memo(&text, &level, target);
                continue;
            };
            self.report.kept(Item::Memo);
            self.memos.push(OutgoingMemo {
                on,
                title: cell(title).to_owned(),
                text,
                author: cell(author).to_owned(),
                date: Days::default().read(cell(date)),
            });
        }
    }

    /// A memo's passage; its note, where the passage cannot be told: no words of it are known.
    fn on_passage(
        &mut self,
        text: &str,
        (note, length): (usize, usize),
        (start, end): (usize, usize),
    ) -> MemoTarget {
        if start < end && end <= length && !self.changed_notes.contains(&note) {
            return MemoTarget::Passage(note, start, end);
        }
        let named = Named {
            id: "",
            name: text,
            place: &self.notes[note].note_id,
        };
        let reason = format!(
            "its passage ({start} to {end}) cannot be told since the note's text was changed; it is a memo \
             on the note"
        );
        self.report.changed(Item::Memo, named, reason);
        MemoTarget::Note(note)
    }

    fn lose_memo(&mut self, text: &str, level: &str, target: &str) {
        let named = Named {
            id: "",
            name: text,
            place: target,
        };
        let reason = format!("a memo on a {level} that is not in what is written");
        self.report.lost(Item::Memo, named, reason);
    }

    /// A code with the memos on it in its own.
    pub(super) fn code_with_memos(&self, index: usize) -> ProjectCode {
        let mut code = self.codes[index].clone();
        let memos = self.memo_on(MemoTarget::Code(index));
        let both = [code.memo.as_str(), memos.as_str()];
        let both: Vec<&str> = both.into_iter().filter(|memo| !memo.is_empty()).collect();
        code.memo = both.join("; ");
        code
    }

    /// All memos on one thing as one text.
    pub(super) fn memo_on(&self, on: MemoTarget) -> String {
        let own = self.memos.iter().filter(|m| m.on == on);
        own.map(OutgoingMemo::in_one).collect::<Vec<_>>().join("\n")
    }
}
