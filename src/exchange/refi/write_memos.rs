//! Memos as REFI-QDA has them: notes of the project, referred to by what they are on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::error::Result;
use crate::exchange::losses::{Item, Named};
use crate::exchange::outgoing::Outgoing;
use crate::exchange::outgoing_memos::{MemoTarget, OutgoingMemo};

use super::write::{escaped, guid};

/// The memos of a project with their GUIDs.
pub(super) struct Memos<'p> {
    all: Vec<(String, &'p OutgoingMemo)>,
    by_target: BTreeMap<MemoTarget, Vec<usize>>,
    /// Authors of memos on codings.
    of_codings: &'p BTreeSet<String>,
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
                MemoTarget::Alone => "alone".to_owned(),
                MemoTarget::Participant(p) => {
                    format!("participant\0{}", project.participants[p].name)
                }
            };
            all.push((guid("memo on", &format!("{id}\0{}", own.len())), memo));
        }
        Self {
            all,
            by_target,
            of_codings: &project.remark_authors,
        }
    }

    /// Authors who are no coders.
    pub(super) fn authors(&self, coders: &[String]) -> BTreeSet<&'p str> {
        let authors = self.all.iter().map(|(_, memo)| memo.author.as_str());
        let authors = authors.chain(self.of_codings.iter().map(String::as_str));
        let is_new = |author: &&str| !author.is_empty() && !coders.iter().any(|c| c == author);
        authors.filter(is_new).collect()
    }

    /// The GUID of a memo, by its place in the project.
    pub(super) fn guid_of(&self, memo: usize) -> &str {
        self.all.get(memo).map_or("", |(guid, _)| guid.as_str())
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
            let author = author.map(creating).find(|a| !a.is_empty());
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
        // A participant has a description and no memos.
        let is_case = |memo: &OutgoingMemo| matches!(memo.on, MemoTarget::Participant(_));
        for (id, memo) in self.all.iter().filter(|(_, memo)| !is_case(memo)) {
            let title = match memo.title.as_str() {
                "" => "memo",
                title => title,
            };
            let author = creating(&memo.author);
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

/// Whether XML cannot hold all of a text.
fn has_control(text: &str) -> bool {
    let is_odd = |c: char| {
        (c < ' ' && !matches!(c, '\n' | '\t' | '\r')) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    text.contains(is_odd)
}

/// Lists memos that hold characters which XML cannot.
///
/// # Errors
/// Where the codings cannot be read again.
pub fn list_control_characters(project: &mut Outgoing) -> Result<()> {
    let mut report = std::mem::take(&mut project.report);
    let mut list = |text: &str, place: &str| {
        if has_control(text) {
            let named = Named {
                id: "",
                name: text,
                place,
            };
            let reason = "control characters that XML cannot hold were left out";
            report.changed(Item::Memo, named, reason);
        }
    };
    for memo in &project.memos {
        list(&memo.text, "");
    }
    for (index, note) in project.notes.iter().enumerate() {
        for coding in project.codings(index)? {
            list(&coding.placed.memo, &note.note_id);
        }
    }
    project.report = report;
    Ok(())
}

/// Who made something, as an attribute; none where nobody knows.
pub(super) fn creating(author: &str) -> String {
    if author.is_empty() {
        return String::new();
    }
    format!(" creatingUser=\"{}\"", guid("user", author))
}

/// A date as XML has it; one that is none stays behind.
pub(super) fn created(date: &str) -> String {
    if let Ok(day) = date.parse::<jiff::civil::Date>() {
        return format!(" creationDateTime=\"{day}T00:00:00Z\"");
    }
    match date.parse::<jiff::Timestamp>() {
        Ok(time) => format!(" creationDateTime=\"{time}\""),
        Err(_) => String::new(),
    }
}
