//! Memos as REFI-QDA has them: notes of the project, referred to by what they are on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::exchange::outgoing::Outgoing;
use crate::exchange::outgoing_memos::{MemoTarget, OutgoingMemo};

use super::write::{escaped, guid};

/// The memos of a project with their GUIDs.
pub(super) struct Memos<'p> {
    all: Vec<(String, &'p OutgoingMemo)>,
    by_target: BTreeMap<MemoTarget, Vec<usize>>,
}

impl<'p> Memos<'p> {
    /// Names each memo by what it is on, and its number there.
    pub(super) fn new(project: &'p Outgoing) -> Self {
        let mut by_target: BTreeMap<MemoTarget, Vec<usize>> = BTreeMap::new();
        let mut all = Vec::with_capacity(project.memos.len());
        for (index, memo) in project.memos.iter().enumerate() {
            let own = by_target.entry(memo.on).or_default();
            own.push(index);
            let note = |note: usize| &project.notes[note].note_id;
            let id = match memo.on {
                MemoTarget::Project => "project".to_owned(),
                MemoTarget::Code(code) => format!("code\0{}", project.code_path(code)),
                MemoTarget::Note(n) => format!("note\0{}", note(n)),
                MemoTarget::Passage(n, start, end) => {
                    format!("passage\0{}\0{start}\0{end}", note(n))
                }
            };
            all.push((guid("memo on", &format!("{id}\0{}", own.len())), memo));
        }
        Self { all, by_target }
    }

    /// Authors who are no coders.
    pub(super) fn authors(&self, coders: &[String]) -> BTreeSet<&'p str> {
        let authors = self.all.iter().map(|(_, memo)| memo.author.as_str());
        let is_new = |author: &&str| !author.is_empty() && !coders.iter().any(|c| c == author);
        authors.filter(is_new).collect()
    }

    /// References to the memos on one thing.
    pub(super) fn references(&self, on: MemoTarget) -> String {
        let own = self.by_target.get(&on).into_iter().flatten();
        own.fold(String::new(), |mut out, &m| {
            let _written = write!(out, "<NoteRef targetGUID=\"{}\"/>", self.all[m].0);
            out
        })
    }

    /// Passages of a note that carry a memo and nothing else.
    pub(super) fn passages(&self, note: usize) -> String {
        let mut out = String::new();
        let all =
            MemoTarget::Passage(note, 0, 0)..=MemoTarget::Passage(note, usize::MAX, usize::MAX);
        for (&on, memos) in self.by_target.range(all) {
            let MemoTarget::Passage(_, start, end) = on else {
                continue;
            };
            let author = memos.iter().map(|&m| self.all[m].1.author.as_str());
            let author = author.filter(|a| !a.is_empty()).map(creating).next();
            let id = memos.first().map_or("", |&m| self.all[m].0.as_str());
            let _written = writeln!(
                out,
                "<PlainTextSelection guid=\"{}\" startPosition=\"{start}\" endPosition=\"{end}\"\
                 {}>{}</PlainTextSelection>",
                guid("memo's selection", id),
                author.unwrap_or_default(),
                self.references(on)
            );
        }
        out
    }

    /// The memos themselves, as children of `Notes`.
    pub(super) fn notes(&self) -> String {
        let mut out = String::new();
        for (id, memo) in &self.all {
            let title = match memo.title.as_str() {
                "" => "memo",
                title => title,
            };
            let author = match memo.author.as_str() {
                "" => String::new(),
                author => creating(author),
            };
            let _written = writeln!(
                out,
                "<Note guid=\"{id}\" name=\"{}\"{author}{}><PlainTextContent>{}</PlainTextContent></Note>",
                escaped(title),
                created(&memo.date),
                escaped(&memo.text)
            );
        }
        out
    }
}

fn creating(author: &str) -> String {
    format!(" creatingUser=\"{}\"", guid("user", author))
}

/// A date as XML has it; one that is none stays behind.
fn created(date: &str) -> String {
    if let Ok(day) = date.parse::<jiff::civil::Date>() {
        return format!(" creationDateTime=\"{day}T00:00:00Z\"");
    }
    match date.parse::<jiff::Timestamp>() {
        Ok(time) => format!(" creationDateTime=\"{time}\""),
        Err(_) => String::new(),
    }
}
