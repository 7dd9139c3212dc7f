//! The loss report of an exchange: what came in, what was kept, and every item that was not.
//!
//! Comes in: items as they are met. Goes out: counts that balance (in = kept + listed) and a row for
//! every item that was not kept, or not kept as it was. Refuses: to let anything vanish.

use std::collections::BTreeMap;

/// A kind of item that projects hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// Somebody who codes.
    Coder,
    /// A code or a folder of codes.
    Code,
    /// A participant (a case).
    Participant,
    /// A variable's definition.
    Variable,
    /// A variable's value on a participant or a note.
    Value,
    /// A text: a note.
    Note,
    /// A picture, a recording, a film or a PDF.
    Media,
    /// A stretch that somebody marked.
    Selection,
    /// A code on a stretch.
    Coding,
    /// A set of notes, codes or memos.
    Set,
    /// A remark in prose.
    Memo,
    /// A link between two items.
    Link,
    /// A drawing of items.
    Graph,
}

impl Item {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Coder => "coder",
            Self::Code => "code",
            Self::Participant => "participant",
            Self::Variable => "variable",
            Self::Value => "value",
            Self::Note => "note",
            Self::Media => "media",
            Self::Selection => "selection",
            Self::Coding => "coding",
            Self::Set => "set",
            Self::Memo => "memo",
            Self::Link => "link",
            Self::Graph => "graph",
        }
    }
}

/// What became of an item that was not kept as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It was not kept.
    Lost,
    /// It was kept, with a change that a person should know of.
    Changed,
}

impl Fate {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Changed => "changed",
        }
    }
}

/// One item that was not kept as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LossRow {
    /// Its kind.
    pub item: Item,
    /// What became of it.
    pub fate: Fate,
    /// Its id in the project.
    pub id: String,
    /// Its name, or its words.
    pub name: String,
    /// Where it stands: a note, a code.
    pub place: String,
    /// Why, as a clause.
    pub reason: String,
}

/// Names an item in a report.
#[derive(Debug, Clone, Copy)]
pub struct Named<'n> {
    /// Its id in the project.
    pub id: &'n str,
    /// Its name, or its words.
    pub name: &'n str,
    /// Where it stands.
    pub place: &'n str,
}

/// How many items of a kind there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ItemCount {
    /// In the project.
    pub came: u64,
    /// Kept, changed or not.
    pub kept: u64,
    /// Listed as lost.
    pub lost: u64,
}

/// The report.
#[derive(Debug, Clone, Default)]
pub struct LossReport {
    counts: BTreeMap<Item, ItemCount>,
    rows: Vec<LossRow>,
}

impl LossReport {
    /// Counts an item that was kept.
    pub fn kept(&mut self, item: Item) {
        let count = self.counts.entry(item).or_default();
        count.came += 1;
        count.kept += 1;
    }

    /// Counts and lists an item that was not kept.
    pub fn lost(&mut self, item: Item, named: Named<'_>, reason: impl Into<String>) {
        let count = self.counts.entry(item).or_default();
        count.came += 1;
        count.lost += 1;
        self.row(item, Fate::Lost, named, reason.into());
    }

    /// Lists an item that was counted as kept, and could not be kept after all.
    pub fn unkept(&mut self, item: Item, named: Named<'_>, reason: impl Into<String>) {
        let count = self.counts.entry(item).or_default();
        count.kept = count.kept.saturating_sub(1);
        count.lost += 1;
        self.row(item, Fate::Lost, named, reason.into());
    }

    /// Lists a change of an item that is (or will be) counted as kept.
    pub fn changed(&mut self, item: Item, named: Named<'_>, reason: impl Into<String>) {
        self.row(item, Fate::Changed, named, reason.into());
    }

    /// Lists that a variable's type is not kept, which is no loss where it is text.
    pub(super) fn type_not_kept(&mut self, id: &str, name: &str, kind: &str, text: &str) {
        if kind.is_empty() || kind == text {
            return;
        }
        let named = Named {
            id,
            name,
            place: "",
        };
        let reason = format!("its type ({kind}) is not kept: its values are text");
        self.changed(Item::Variable, named, reason);
    }

    fn row(&mut self, item: Item, fate: Fate, named: Named<'_>, reason: String) {
        self.rows.push(LossRow {
            item,
            fate,
            id: cut(named.id, PLACE_MAX),
            name: shortened(named.name),
            place: cut(named.place, PLACE_MAX),
            reason,
        });
    }

    /// Adds another report's counts and rows.
    pub fn merge(&mut self, other: Self) {
        for (item, count) in other.counts {
            let own = self.counts.entry(item).or_default();
            own.came += count.came;
            own.kept += count.kept;
            own.lost += count.lost;
        }
        self.rows.extend(other.rows);
    }

    /// Counts by kind.
    pub fn counts(&self) -> impl Iterator<Item = (Item, ItemCount)> + '_ {
        self.counts.iter().map(|(item, count)| (*item, *count))
    }

    /// The counts of one kind.
    pub fn count(&self, item: Item) -> ItemCount {
        self.counts.get(&item).copied().unwrap_or_default()
    }

    /// All rows, by kind, lost before changed, else as they were met.
    pub fn rows(&self) -> Vec<&LossRow> {
        let mut rows: Vec<&LossRow> = self.rows.iter().collect();
        rows.sort_by_key(|row| (row.item, row.fate));
        rows
    }
}

/// Most characters of a name in the report.
const NAME_MAX: usize = 120;

/// Most characters of an id or a place: a note's name of a megabyte would stand in each of its rows.
const PLACE_MAX: usize = 1_000;

fn shortened(name: &str) -> String {
    let words = name.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&words, NAME_MAX)
}

fn cut(text: &str, characters: usize) -> String {
    let mut short: String = text.chars().take(characters).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
